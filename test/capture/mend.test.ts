/** Texts in which something is wrong at one place: what stands around it is read, and the place is named. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { hex } from '../../src/codec/bytes';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { frameJson } from '../../src/cli/json';
import { textJson } from '../../src/cli/hex';
import { Capture } from '../../src/engine/capture';
import { packetsInText } from '../../src/engine/text';

/** The OFFER of a sample: the second frame of a file with a header of 24 octets and one of 16 before each frame. */
const file = readFileSync(join('media', 'samples', 'dhcp-healthy.pcap'));
const first = 40 + file.readUInt32LE(32);
const offer = Uint8Array.from(file.subarray(first + 16, first + 16 + file.readUInt32LE(first + 8)));

const pairs = (part: Uint8Array): string => hex(part, 0, part.length, ' ');
const chunks = (size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(offer.length / size) }, (_, i) => offer.subarray(size * i, size * (i + 1)));
const withOffsets = chunks(16).map((part, i) => `${(16 * i).toString(16).padStart(4, '0')}  ${pairs(part)}`);
const plain = chunks(16).map(pairs);
const stream = hex(offer);

/** The lines with one of them changed. */
const changed = (lines: readonly string[], at: number, change: (line: string) => string): string =>
  lines.map((line, i) => (i === at ? change(line) : line)).join('\n');

/** The octets with zeros in one place, and a UDP checksum that fits them if the place is not zero anyway. */
function read(text: string): { octets: string; notes: string[] } {
  const found = packetsInText(text, 'auto');
  assert.ok(!('error' in found), 'error' in found ? found.error : '');
  assert.equal(found.packets.length, 1);
  const [packet] = found.packets;
  return { octets: hex(packet!.bytes), notes: packet!.notes.map((note) => `${note.line}: ${note.text}`) };
}
const without = (at: number, length: number): string => hex(Uint8Array.from(offer).fill(0, at, at + length));

describe('a text with something wrong in one place', () => {
  // Octets 64 to 79 are 00 00 00 00 00 00 02 67 00 00 00 0c 00 00 00 00: those of chaddr are not zero.
  for (const [name, text, at, length, note] of [
    [
      'a letter in a row with offsets',
      changed(withOffsets, 4, (row) => row.replace('0040  00', '0040  O0')),
      64,
      1,
      '5: “O0” is no octet in hex: 00 stands for it (octet 64 of the packet).',
    ],
    [
      'half an octet',
      changed(withOffsets, 4, (row) => row.replace('0040  00', '0040  0')),
      64,
      1,
      '5: “0” is no octet in hex: 00 stands for it (octet 64 of the packet).',
    ],
    [
      'a letter in a row without offsets',
      changed(plain, 4, (row) => row.replace(/^00 00/, '00 0O')),
      65,
      1,
      '5: “0O” is no octet in hex: 00 stands for it (octet 65 of the packet).',
    ],
    [
      'a letter at the beginning of such a row',
      changed(plain, 4, (row) => row.replace(/^00/, 'OO')),
      64,
      1,
      '5: “OO” is no octet in hex: 00 stands for it (octet 64 of the packet).',
    ],
    [
      'a letter in a stream',
      `${stream.slice(0, 130)}O${stream.slice(131)}`,
      65,
      1,
      '1: “O” is no hex digit: 00 stands for its octet (octet 65 of the packet).',
    ],
    [
      'a number that is none in a C array',
      `char p[] = {${Array.from(offer, (one, i) => (i === 65 ? '0xzz' : `0x${one.toString(16)}`)).join(', ')}};`,
      65,
      1,
      '1: “0xzz” is no octet: 00 stands for it (octet 65 of the packet).',
    ],
    [
      'a number that is too large in a list',
      JSON.stringify(Array.from(offer, (one, i) => (i === 65 ? 300 : one))),
      65,
      1,
      '1: “300” is no octet: 00 stands for it (octet 65 of the packet).',
    ],
    [
      'a digit that is missing at the end of a stream',
      stream.slice(0, -1),
      341,
      1,
      '1: The number of hex digits is odd: 00 stands for the octet of the last one (octet 341 of the packet).',
    ],
  ] as const) {
    it(`${name} is named, and the others are read`, () => {
      const { octets, notes } = read(text);
      assert.equal(octets, without(at, length));
      assert.deepEqual(notes, [note]);
    });
  }

  it('an offset that is wrong in one sign is no gap', () => {
    const { octets, notes } = read(changed(withOffsets, 4, (row) => row.replace('0040', 'O040')));
    assert.equal(octets, stream);
    assert.match(
      notes.join('\n'),
      /^5: The offset of “O040 {2}00 .*” is wrong; the rows around it show which it is\.$/,
    );
  });

  it('a row that stands twice is read once', () => {
    const { octets, notes } = read([...withOffsets.slice(0, 5), ...withOffsets.slice(4)].join('\n'));
    assert.equal(octets, stream);
    assert.match(
      notes.join('\n'),
      /^6: “0040 .*” has the offset of octets that stand above it, and was passed over\.$/,
    );
  });

  it('a row that is missing is a problem at its place, and no wrong checksum', () => {
    const text = changed(withOffsets, 4, () => '');
    const capture = new Capture('text', DEFAULT_SETTINGS);
    const [packet] = capture.readText(text);
    const line = textJson(frameJson(capture, 0), packet!) as {
      problems: readonly { id: string; offset: number; length: number }[];
    };
    assert.deepEqual(
      line.problems.map(({ id, offset, length }) => [id, offset, length]),
      // Octets 40 and 41 are the UDP checksum (14 octets of Ethernet, 20 of IPv4).
      [
        ['text-gap', 40, 2],
        ['text-gap', 64, 16],
      ],
    );
    assert.ok(!capture.findings.some(({ id }) => id === 'bad-checksum'));
  });

  it('a row without offset that is cut does not move what follows', () => {
    const { octets } = read(changed(plain, 4, (row) => row.slice(0, 14)));
    assert.equal(octets.slice(2 * 80), stream.slice(2 * 80));
    assert.equal(octets.length, stream.length);
  });

  it('octets that are no message beyond doubt are not mended', () => {
    const found = packetsInText('0000  01 02 03 04\n0010  05 06 07 08\n', 'auto');
    assert.ok('error' in found);
    assert.match(found.error, /the offset “0010” does not fit the octets before it, which are 12 too few/);
  });
});
