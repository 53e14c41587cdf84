/* What findings say, held against the octets of the capture: every address, frame number and count stands there. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_SETTINGS, type Finding } from '../../src/analysis';
import { BLANKS } from '../../src/analysis/words/steps';
import { readCapture } from '../../src/capture/read';
import { Capture } from '../../src/engine/capture';
import { fileSource } from '../../src/engine/node';
import { corpus } from '../support/needs';
import { SAMPLES } from '../support/samples';

const LAB = resolve(__dirname, '..', 'fixtures', 'lab');
/** Small captures rebuilt from public reports, beside the corpus. */
const CASES = corpus === undefined ? undefined : resolve(corpus, '..', 'cases');

const pathsIn = (folder: string | undefined): string[] =>
  folder === undefined || !existsSync(folder)
    ? []
    : readdirSync(folder)
        .filter((name) => /\.(pcap|pcapng|snoop)(\.gz)?$/.test(name))
        .map((name) => join(folder, name));

interface Looked {
  readonly name: string;
  readonly frames: readonly Buffer[];
  readonly findings: readonly Finding[];
}

let looked: Promise<readonly Looked[]> | undefined;
const all = (): Promise<readonly Looked[]> =>
  (looked ??= Promise.all([LAB, SAMPLES, CASES].flatMap(pathsIn).map((path) => look(path))));

async function look(path: string): Promise<Looked> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const frames: Buffer[] = [];
  await readCapture((await fileSource(path)).chunks(new AbortController().signal), {
    onFrame: ({ bytes, start, end }) => void frames.push(Buffer.from(bytes.slice(start, end))),
  });
  const capture = new Capture(name, DEFAULT_SETTINGS);
  await capture.read(await fileSource(path));
  return { name, frames, findings: capture.findings };
}

/** Everything that a finding claims to have been seen; steps say what to do, and may name what is not there. */
const claims = ({ title, explanation, causes, members }: Finding): string[] =>
  [title, ...(members ? [] : [explanation]), ...causes.flatMap(({ text, evidence }) => [text, ...evidence])].map(
    // What a sender wrote is its own claim.
    (text) => text.replace(/“[^”]*”/g, '“”'),
  );

const number = (address: string): number => address.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);

/** Addresses that no capture needs to show: what every reader knows, and masks. */
const isCommon = (address: string): boolean =>
  /^(0\.|255\.|127\.|169\.254\.)/.test(address) || isMask(~number(address) >>> 0);
const isMask = (value: number): boolean => {
  const inverse = ~value >>> 0;
  return (inverse & (inverse + 1)) === 0;
};

/** IPv4 addresses in a text that no frame has, neither as octets nor as text, nor as the edge of a subnet of one that is there. */
function strangers4(text: string, frames: readonly Buffer[]): string[] {
  const subnets = [
    ...[...text.matchAll(/(\d+\.\d+\.\d+\.\d+)\/(\d+)/g)].map(
      ([, one, prefix]) => [number(one!), 2 ** (32 - Number(prefix))] as const,
    ),
    ...[...text.matchAll(/(\d+\.\d+\.\d+\.\d+) with mask (\d+\.\d+\.\d+\.\d+)/g)].map(
      ([, one, mask]) => [number(one!), 2 ** 32 - number(mask!)] as const,
    ),
  ];
  const stands = (address: string): boolean => {
    const octets = Buffer.from(address.split('.').map(Number));
    return frames.some((frame) => frame.includes(octets) || frame.includes(address));
  };
  const isEdge = (address: string): boolean =>
    subnets.some(([network, size]) => {
      const first = Math.floor(network / size) * size;
      return number(address) === first || number(address) === first + size - 1;
    });
  return [...new Set(text.match(/(?<![\d.])\d{1,3}(\.\d{1,3}){3}(?![\d.]*\d)/g) ?? [])].filter(
    (address) => !isCommon(address) && !stands(address) && !isEdge(address),
  );
}

/** Link-layer addresses and DUIDs in a text that no frame has. */
function strangersByOctets(text: string, frames: readonly Buffer[]): string[] {
  const macs = text.match(/(?<![0-9a-f:])[0-9a-f]{2}(:[0-9a-f]{2}){5,}(?![0-9a-f:])/g) ?? [];
  const digits = text.match(/(?<![0-9a-fx])(?=[0-9a-f]*[2-9a-f])(?=[0-9a-f]*\d)([0-9a-f]{2}){8,}(?![0-9a-f…])/g) ?? [];
  return [...macs, ...digits].filter((one) => {
    const octets = Buffer.from(one.replaceAll(':', ''), 'hex');
    return !frames.some((frame) => frame.includes(octets));
  });
}

/** IPv6 addresses in a text that no frame has; multicast groups are known to every reader. */
function strangers6(text: string, frames: readonly Buffer[]): string[] {
  const words = text.match(/(?<![0-9a-f:])[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){2,7}(?![0-9a-f:])/g) ?? [];
  return words.filter((word) => {
    if (!isIPv6(word) || word.startsWith('ff0')) return false;
    const [head, tail] = word.split('::').map((half) => (half === '' ? [] : half.split(':')));
    const groups = [...head!, ...Array<string>(tail ? 8 - head!.length - tail.length : 0).fill('0'), ...(tail ?? [])];
    const octets = Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
    return !frames.some((frame) => frame.includes(octets));
  });
}

const TYPES = ['', 'DISCOVER', 'OFFER', 'REQUEST', 'DECLINE', 'ACK', 'NAK', 'RELEASE', 'INFORM', 'FORCERENEW'];
const COOKIE = Buffer.from('63825363', 'hex');

/** Those of DHCPv6 (RFC 9915 §7.3) that share their names with DHCPv4, or lie between. */
const TYPES6 = ['', 'SOLICIT', 'ADVERTISE', 'REQUEST', 'CONFIRM', 'RENEW', 'REBIND', 'REPLY', 'RELEASE', 'DECLINE'];
const PORTS6 = [546, 547];

/** The name of the DHCP message in a frame, read here without any code of ours. */
function typeIn(frame: Buffer): string | undefined {
  // Ethernet, IPv6 without extension headers, UDP.
  if (frame.length > 62 && frame.readUInt16BE(12) === 0x86dd && frame[20] === 17)
    return PORTS6.includes(frame.readUInt16BE(56)) ? TYPES6[frame[62]!] : undefined;
  let at = frame.indexOf(COOKIE) + 4;
  if (at < 4) return undefined;
  while (at + 2 < frame.length && frame[at] !== 255) {
    if (frame[at] === 53) return TYPES[frame[at + 2]!];
    at += frame[at] === 0 ? 1 : 2 + frame[at + 1]!;
  }
  return undefined;
}

/** Counts of messages in a text that are greater than the capture's. */
function tooMany(text: string, frames: readonly Buffer[]): string[] {
  const counts = new Map<string, number>();
  for (const frame of frames) {
    const type = typeIn(frame);
    if (type !== undefined) counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return [...text.matchAll(/(?<![\d.:])(\d+) (?:more |further |other |unanswered |answered )?([A-Z]{3,10})s?\b/g)]
    .filter(([, n, type]) => TYPES.includes(type!) && Number(n) > (counts.get(type!) ?? 0))
    .map(([whole]) => whole);
}

/** Numbers of frames in a text that the capture does not have. */
function noFrames(text: string, frames: readonly Buffer[]): string[] {
  const lists = text.match(/\bframe \d+|\bframes \d+(?:, \d+)*(?: (?:and|to) \d+)?/g) ?? [];
  return lists.filter((list) =>
    (list.match(/\d+/g) ?? []).some((one) => Number(one) < 1 || Number(one) > frames.length),
  );
}

/** Messages in a text that are said to be in a frame which holds another. */
function otherType(text: string, frames: readonly Buffer[]): string[] {
  return [...text.matchAll(/\b([A-Z]{3,10}) in frame (\d+)/g)]
    .filter(([, type, frame]) => TYPES.includes(type!) && typeIn(frames[Number(frame) - 1]!) !== type)
    .map(([whole]) => whole);
}

const ADDRESSES = [strangers4, strangers6, strangersByOctets, noFrames];

test('every address, count and frame that a finding names stands in the capture', async () => {
  const wrong: string[] = [];
  let seen = 0;
  for (const { name, frames, findings } of await all())
    for (const finding of findings) {
      for (const frame of finding.frames)
        if (frame < 1 || frame > frames.length) wrong.push(`${name}: ${finding.id}: no frame ${frame}`);
      for (const text of claims(finding)) {
        seen++;
        // Messages of DHCPv6 have names of DHCPv4's, and are read by nobody here.
        const checks =
          finding.id.startsWith('v6-') || /DHCPv6/.test(finding.title) ? ADDRESSES : [...ADDRESSES, tooMany, otherType];
        const found = checks.flatMap((check) => check(text, frames));
        if (found.length > 0) wrong.push(`${name}: ${finding.id}: ${found.join(', ')} in “${text}”`);
      }
    }
  assert.ok(seen > 2000, `${seen} texts`);
  assert.deepEqual(wrong, []);
});

test('these checks find what is not there', () => {
  const frame = Buffer.concat([Buffer.from([10, 0, 0, 1, 2, 0, 0, 0, 0, 12]), COOKIE, Buffer.from([53, 1, 1, 255])]);
  assert.deepEqual(strangers4('10.0.0.1 and 10.0.0.2, mask 255.255.255.0', [frame]), ['10.0.0.2']);
  assert.deepEqual(strangers4('10.0.0.255 is the broadcast address of 10.0.0.0/24', [frame]), []);
  assert.deepEqual(strangersByOctets('02:00:00:00:00:0c or 02:00:00:00:00:0d', [frame]), ['02:00:00:00:00:0d']);
  assert.deepEqual(
    strangers6('fe80::1 answers ff02::1:2 (a00:1::)', [Buffer.from('fe80000000000000' + '0'.repeat(15) + '1', 'hex')]),
    ['a00:1::'],
  );
  assert.deepEqual(tooMany('1 DISCOVER, 2 DISCOVERs, 1 OFFER', [frame]), ['2 DISCOVERs', '1 OFFER']);
  assert.deepEqual(otherType('the DISCOVER in frame 1, the OFFER in frame 1', [frame]), ['OFFER in frame 1']);
  assert.deepEqual(noFrames('frame 1, frames 1 and 2', [frame]), ['frames 1 and 2']);
});

/** What a capture of its finding has, so that no step may leave it blank. */
const KNOWN = /\b(CLIENT|RELAY|FIRST|LAST|PREFIX|NETWORK|SUBNET|MASK|FILE|TFTP_SERVER)\b/;
/** Words in capitals that commands have. */
const WORDS =
  /^([A-Z]+\d*_[A-Z0-9_]+|ACCEPT|CHECKSUM|CT|DROP|DHCP\w*|DROPINPUT|HKLM|INPUT|LLT|POSTROUTING|PREROUTING|SYSTEM|RELEASE|UPDOWN|OR|PXEC?|GET|RESERVED|DISCOVER|REQUEST|TCP|UDP|ARP|ICMP)$/;

test('steps have no blanks that the capture could fill, and say what to write into the others', async () => {
  const wrong: string[] = [];
  const blanks = new Set(Object.keys(BLANKS));
  for (const { name, findings } of await all())
    for (const { id, steps } of findings)
      for (const step of steps) {
        const commands = (step.match(/`[^`]*`/g) ?? []).join(' ').replace(/"[^"]*[a-z][^"]*"/g, '');
        if (KNOWN.test(commands)) wrong.push(`${name}: ${id}: ${step}`);
        for (const [word] of commands.matchAll(/(?<![\w-])[A-Z][A-Z_]{2,}(?![\w-])/g)) {
          if (blanks.has(word)) {
            if (!new RegExp(`in place of ${word}\\b`).test(step)) wrong.push(`${name}: ${id}: ${word} in ${step}`);
          } else if (!WORDS.test(word)) wrong.push(`${name}: ${id}: ${word} in ${step}`);
        }
      }
  assert.deepEqual([...new Set(wrong)], []);
});

test('texts read as prose: numbers do not collide, nothing is code, titles begin with a capital or with who it is about', async () => {
  const wrong: string[] = [];
  for (const { name, findings } of await all())
    for (const finding of findings) {
      const { id, title, explanation } = finding;
      if (/^[a-z]+ /.test(title)) wrong.push(`${name}: ${id}: ${title}`);
      if (/`/.test(title + explanation)) wrong.push(`${name}: ${id}: \` in ${explanation}`);
      for (const text of claims(finding)) {
        const [collision] = /\bframes? \d+ [\da-f]+[:.\d ]/.exec(text) ?? [];
        if (collision !== undefined) wrong.push(`${name}: ${id}: ${collision}`);
        if (/\bin order\b/.test(text)) wrong.push(`${name}: ${id}: ${text}`);
      }
    }
  assert.deepEqual([...new Set(wrong)], []);
});
