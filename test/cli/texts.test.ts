/** `inspect` and `decode` take texts that hold packets, and tell the same of them as of the capture that the text was made from. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cli, cliLines } from '../support/cli';

const NAK = join('media', 'samples', 'nak.pcap');

const folder = mkdtempSync(join(tmpdir(), 'port67-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** The frames of a small pcap file with little-endian headers. */
function framesOf(path: string): Buffer[] {
  const bytes = readFileSync(path);
  const frames: Buffer[] = [];
  for (let at = 24; at < bytes.length;) {
    const length = bytes.readUInt32LE(at + 8);
    frames.push(bytes.subarray(at + 16, at + 16 + length));
    at += 16 + length;
  }
  return frames;
}

/** A dump as text2pcap reads it. */
function dump(frames: readonly Buffer[]): string {
  const row = (frame: Buffer, at: number): string =>
    `${at.toString(16).padStart(6, '0')}  ${frame
      .subarray(at, at + 16)
      .toString('hex')
      .replace(/..(?=.)/g, '$& ')}\n`;
  return frames
    .map((frame) => Array.from({ length: Math.ceil(frame.length / 16) }, (_, i) => row(frame, 16 * i)).join(''))
    .join('\n');
}

const text = dump(framesOf(NAK));

interface Inspection {
  readonly files: readonly { format: string; frames: number; bytes: number; path: string }[];
  readonly findings: readonly { id: string; frames: readonly number[] }[];
}
const inspected = async (args: readonly string[], input = ''): Promise<Inspection> =>
  JSON.parse((await cli(['inspect', '--json', ...args], input)).stdout) as Inspection;

test('inspect finds in a dump what it finds in the capture', async () => {
  const found = ({ findings }: Inspection): unknown => findings.map(({ id, frames }) => [id, frames]);
  const whole = await inspected([NAK]);
  assert.deepEqual(found(whole), [['nak', [2, 1]]]);
  const path = file('nak.txt', text);
  for (const one of [await inspected([path]), await inspected(['-'], text)]) {
    assert.deepEqual(found(one), found(whole));
    const [told] = one.files;
    assert.deepEqual(
      { ...told, path: '' },
      { path: '', format: told!.format, frames: 6, ofInterest: 6, bytes: text.length, durationSeconds: 0 },
    );
    assert.match(told!.format, /hex/);
  }
  const both = await inspected([path, NAK]);
  assert.deepEqual(
    both.files.map(({ frames }) => frames),
    [6, 6],
  );
  // Only the NAK.
  assert.equal((await inspected(['-Y', 'dhcp.option.dhcp == 6', path])).files[0]!.frames, 1);
  for (const form of ['html', 'md']) assert.match((await cli(['inspect', '--report', form, path])).stdout, /nak\.txt/);
  assert.equal((await cli(['inspect', '--fail-on', 'warning', path])).status, 1);
});

test('decode shows the frames of a text as hex does, with what it tells of a capture', async () => {
  const path = file('noted.txt', `Here it comes:\n${text}`);
  type Line = Record<string, unknown>;
  const hex = await cliLines<Line>(['hex', '--json', path]);
  const decoded = await cliLines<Line>(['decode', '--json', path]);
  assert.deepEqual(
    decoded.map(({ story, ...rest }) => (assert.equal(typeof story, 'string'), rest)),
    hex,
  );
  assert.deepEqual(decoded[0]!['notes'], [{ line: 1, text: '“Here it comes:” was passed over.' }]);
  assert.deepEqual(
    decoded.map(({ octets }) => octets),
    framesOf(NAK).map(({ length }) => length),
  );
  const filtered = await cliLines<Line>(['decode', '--json', '-Y', 'dhcp.option.dhcp == 6', path]);
  assert.deepEqual(
    filtered.map(({ frame }) => frame),
    [2],
  );
  const some = await cliLines<Line>(['decode', '--json', '--frames', '2-3', '-'], text);
  assert.deepEqual(
    some.map(({ frame }) => frame),
    [2, 3],
  );
  assert.match((await cli(['decode', path])).stdout, /\nLine 1: “Here it comes:” was passed over\.\n/);
});

test('a text without packets gets the sentence of hex, and other files keep theirs', async () => {
  for (const one of [
    'Dear sir, please find enclosed',
    '<!doctype html><title>x</title>',
    'Nov 24 04:11:12 srv dnsmasq-dhcp[5]: DHCPDISCOVER(eth0) 02:00:00:00:00:01\n',
  ]) {
    const hex = await cli(['hex'], one);
    assert.equal(hex.status, 2);
    for (const command of ['inspect', 'decode']) {
      const ran = await cli([command, '-'], one);
      assert.equal(ran.stderr, hex.stderr.replace('port67: ', 'port67: standard input: '));
      assert.equal(ran.status, 2);
    }
  }
  const others: readonly (readonly [Uint8Array, RegExp])[] = [
    [Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0), /ZIP archive/],
    // High octets, but no NUL: perhaps a text in another encoding, so it is read as one first.
    [Buffer.from('255044462d312e370a25e2e3cfd30a', 'hex'), /PDF document/],
    [new Uint8Array(0), /This file is empty/],
    [readFileSync(NAK).subarray(0, 20), /ends after 20 octets, inside its header/],
  ];
  for (const [bytes, sentence] of others) {
    const ran = await cli(['decode', file('other.bin', bytes)]);
    assert.equal(ran.status, 2);
    assert.match(ran.stderr, sentence);
  }
});

test('words are taken by hex, decode and inspect, and say whose they are', async () => {
  const path = join('test', 'fixtures', 'words', 'pxe.tcpdump.txt');
  type Line = Record<string, unknown>;
  const hex = await cliLines<Line>(['hex', '--json', path]);
  const decoded = await cliLines<Line>(['decode', '--json', path]);
  assert.deepEqual(
    decoded.map(({ story, ...rest }) => (assert.equal(typeof story, 'string'), rest)),
    hex,
  );
  assert.ok(hex.every((line) => line['from'] === 'tcpdump' && !('octets' in line) && !('captured' in line)));
  const words = JSON.parse((await cli(['inspect', '--json', path])).stdout) as Inspection & { verdict: string };
  const whole = JSON.parse(
    (await cli(['inspect', '--json', join('media', 'samples', 'pxe.pcap')])).stdout,
  ) as typeof words;
  assert.equal(words.verdict, whole.verdict);
  assert.deepEqual(
    words.findings.map(({ id }) => id),
    whole.findings.map(({ id }) => id),
  );
  const without = await cli(
    ['inspect', '-'],
    '12:00:00.000001 IP 0.0.0.0.68 > 255.255.255.255.67: BOOTP/DHCP, Request from 02:67:00:00:00:0c, length 300\n',
  );
  assert.match(without.stderr, /looks like the text of tcpdump, without the octets\. Add -xx/);
});
