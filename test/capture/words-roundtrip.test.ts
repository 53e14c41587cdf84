/**
 * What tcpdump and tshark print of a capture, read as words, tells of each message what the capture's own octets tell: who sent it to whom,
 * its type and transaction id, and every option that the text gives. An option that it does not give is named in a note.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { frameJson } from '../../src/cli/json';
import { textJson } from '../../src/cli/hex';
import { NotACapture } from '../../src/capture/frame';
import { Capture, EngineError } from '../../src/engine/capture';
import { corpusFiles, needs } from '../support/needs';
import { output } from '../support/tshark';

type Json = Record<string, unknown>;
interface Option {
  readonly code: number;
  readonly hex: string;
  readonly options?: readonly Option[];
}
interface Line extends Json {
  readonly dhcp?: { readonly options: readonly Option[] } & Json;
  readonly dhcpv6?: { readonly options: readonly Option[] } & Json;
  readonly notes?: readonly { readonly text: string }[];
}

/** Programs whose words are read, and how they are asked for them. */
const PROGRAMS = [
  ['tcpdump', ['-vv', '-e', '-n', '-tt', '-r']],
  ['tshark', ['-V', '-n', '-r']],
] as const;

async function messagesOf(path: string): Promise<Line[]> {
  const capture = new Capture(path, DEFAULT_SETTINGS);
  const bytes = readFileSync(path);
  // eslint-disable-next-line @typescript-eslint/require-await
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    yield bytes;
  };
  try {
    await capture.read({ name: path, chunks });
  } catch (error) {
    assert.ok(error instanceof NotACapture);
    return [];
  }
  return Array.from(capture.indexes, (index) => frameJson(capture, index) as Line).filter((line) => bodyOf(line));
}

/** The DHCP messages that words tell. A text may hold octets as well, which are read instead. */
function messagesIn(text: string): Line[] {
  const capture = new Capture('words', DEFAULT_SETTINGS);
  try {
    const packets = capture.readText(text);
    const lines = packets.map((packet, i) => textJson(frameJson(capture, i), packet) as Line);
    return lines.filter((line) => bodyOf(line) && line['from'] !== undefined);
  } catch (error) {
    assert.ok(error instanceof EngineError);
    return [];
  }
}

const bodyOf = (line: Line): Line['dhcp'] => line.dhcp ?? line.dhcpv6;

/** Whether two lines are of the same message, by what identifies it in both. */
function isSame(told: Line, real: Line): boolean {
  const [one, other] = [bodyOf(told)!, bodyOf(real)!];
  const time = told['time'] === null || told['time'] === real['time'];
  const names = ['xid', 'peer', 'chaddr', 'messageType', 'type'].every((key) => one[key] === other[key]);
  return time && names && told['src'] === real['src'];
}

const HEAD = ['src', 'dst', 'sport', 'dport', 'ethSrc', 'ethDst'] as const;
const FIELDS = [
  'op',
  'htype',
  'hlen',
  'hops',
  'xid',
  'secs',
  'flags',
  'ciaddr',
  'yiaddr',
  'siaddr',
  'giaddr',
  'chaddr',
  'messageType',
  'type',
  'link',
  'peer',
] as const;

/** What a message in words has that the same one in octets has not. */
function different(told: Line, real: Line): string[] {
  const [one, other] = [bodyOf(told)!, bodyOf(real)!];
  const out: string[] = [];
  for (const key of HEAD)
    if (told[key] !== undefined && told[key] !== real[key])
      out.push(`${key} ${JSON.stringify(told[key])} ${JSON.stringify(real[key])}`);
  for (const key of FIELDS)
    if (one[key] !== undefined && one[key] !== other[key])
      out.push(`${key} ${JSON.stringify(one[key])} ${JSON.stringify(other[key])}`);
  for (const option of one.options) if (!isIn(option, other.options)) out.push(`option ${option.code} ${option.hex}`);
  return out;
}

/** Whether an option is among these: whole, or with fewer options inside, or cut where the words cut it. */
function isIn(option: Option, options: readonly Option[]): boolean {
  return options.some((real) => real.code === option.code && (real.hex === option.hex || isPart(option, real)));
}

function isPart(option: Option, real: Option): boolean {
  // A status code without its message, and a DUID that tcpdump cuts.
  if ([1, 2, 13].includes(option.code) && real.hex.startsWith(option.hex)) return true;
  return option.code === 9 || (option.options ?? []).every((one) => isIn(one, real.options ?? []));
}

const lab = join('test', 'fixtures', 'lab');
/** Some captures of each kind: the programs take their time. */
const committed = [
  ...readdirSync(join('media', 'samples')).map((name) => join('media', 'samples', name)),
  ...readdirSync(lab)
    .filter((name, i) => i % 20 === 0 || /^(?:firewall-reject-relay|port-unreachable|v6-.*kea)/.test(name))
    .map((name) => join(lab, name)),
].filter((path) => path.endsWith('.pcap'));

/** Captures of which the words tell more than is read of the octets, or other things. */
const DIFFERENT: readonly (readonly [file: RegExp, why: string])[] = [
  [/batman-adv/, 'the message is in a tunnel that is not read here'],
  [/dhcp6_reconf_asan/, 'noise, in which tcpdump takes the ports from elsewhere'],
];

for (const [program, args] of PROGRAMS) {
  describe(`words of ${program} itself`, () => {
    for (const [where, least, files] of [
      ['the captures of this repository', 100, () => committed],
      [
        'the corpus',
        200,
        () =>
          corpusFiles()
            .filter(({ file }) => /dhcp|bootp/i.test(file) && !DIFFERENT.some(([one]) => one.test(file)))
            .map(({ path }) => path),
      ],
    ] as const) {
      it(`tell of ${where} what its octets tell`, async (t) => {
        if (!needs(t, program) || (where === 'the corpus' && !needs(t, 'corpus'))) return;
        const wrong: string[] = [];
        let compared = 0;
        for (const path of files()) {
          const real = await messagesOf(path);
          if (real.length === 0) continue;
          const { stdout } = await output(program, [...args, path]);
          for (const line of messagesIn(stdout)) {
            const message = real.find((one) => isSame(line, one));
            compared++;
            const texts = message ? different(line, message) : [`no message ${String(line['summary'])}`];
            for (const text of texts) wrong.push(`${path}: ${text}`);
          }
        }
        assert.deepEqual(wrong, []);
        assert.ok(compared > least, String(compared));
      });
    }
  });
}

/** Logs of Kea 2.2.0 at debug level 99, cut to the lines about packets and leases, and what tcpdump captured of the same messages. */
const KEA: readonly (readonly [name: string, messages: number, leftOut: string[]])[] = [
  // The log does not tell the response codes of option 81.
  ['kea4', 4, ['option 81 is left out', 'option 81 is left out', 'option 81 is left out', 'option 81 is left out']],
  ['kea4-relay', 11, []],
  ['kea6', 4, []],
  ['kea6-relay', 10, []],
];

describe('a debug log of Kea', () => {
  for (const [name, messages, leftOut] of KEA) {
    it(`${name}.log tells what its octets tell`, async () => {
      const folder = join('test', 'fixtures', 'words');
      const real = await messagesOf(join(folder, `${name}.pcap`));
      const told = messagesIn(readFileSync(join(folder, `${name}.log`), 'utf8'));
      assert.equal(real.length, messages);
      assert.equal(told.length, messages);
      const wrong: string[] = [];
      const missing: string[] = [];
      for (const [i, line] of told.entries()) {
        assert.equal(line['from'], 'kea');
        for (const text of different(line, real[i]!)) wrong.push(`${i + 1}: ${text}`);
        // Padding is no option of the JSON: all options must be there.
        const codes = bodyOf(line)!.options.map(({ code }) => code);
        for (const { code } of bodyOf(real[i]!)!.options)
          if (!codes.includes(code)) missing.push(`option ${code} is left out`);
      }
      assert.deepEqual(wrong, []);
      assert.deepEqual(missing, leftOut);
    });
  }

  it('leaves out what it does not tell', () => {
    const [first, offer] = messagesIn(readFileSync(join('test', 'fixtures', 'words', 'kea4-relay.log'), 'utf8'));
    assert.deepEqual(Object.keys(first!.dhcp!), [
      'op',
      'htype',
      'hlen',
      'xid',
      'giaddr',
      'chaddr',
      'messageType',
      'options',
    ]);
    // The lease is told in another line, the relay's address by where the server answers to.
    assert.deepEqual(
      [first!.dhcp!['giaddr'], offer!.dhcp!['giaddr'], offer!.dhcp!['yiaddr']],
      ['10.10.0.1', '10.10.0.1', '10.10.0.100'],
    );
  });

  it('concludes nothing from what is not told', () => {
    const capture = new Capture('words', DEFAULT_SETTINGS);
    capture.readText(readFileSync(join('test', 'fixtures', 'words', 'kea4-relay.log'), 'utf8'));
    assert.deepEqual(
      capture.findings.map(({ id }) => id),
      ['router-outside-subnet', 'no-ack'],
    );
  });
});
