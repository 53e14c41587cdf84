import assert from 'node:assert/strict';
import test from 'node:test';
import type { Field } from '../../src/protocol';
import { asciiOf, fieldHex, hexOf, rangeText } from '../../webview/packet/bytes/octets';

const BUFFERS = [
  { name: 'Frame', bytes: Uint8Array.from({ length: 300 }, (_, i) => i & 255) },
  { name: 'Reassembled datagram', bytes: new Uint8Array([0xde, 0xad]) },
];
const field = (offset: number, length: number, rest: Partial<Field> = {}): Field => ({
  name: 'x',
  text: '',
  offset,
  length,
  ...rest,
});

test('octets as hex and as ASCII', () => {
  assert.equal(hexOf(BUFFERS[0]!.bytes, 9, 12), '09 0a 0b');
  assert.equal(asciiOf(0x41), 'A');
  assert.deepEqual([0x1f, 0x7f, 0x80, 0xff].map(asciiOf), ['.', '.', '.', '.']);
  assert.equal(asciiOf(0x20), ' ');
});

test('all pieces of a field are shown, one behind the other', () => {
  assert.equal(fieldHex(field(1, 2, { more: [{ offset: 16, length: 1 }] }), BUFFERS), '01 02 10');
  assert.equal(fieldHex(field(0, 2, { buffer: 1 }), BUFFERS), 'de ad');
  assert.equal(fieldHex(field(0, 0), BUFFERS), '');
  assert.equal(fieldHex(field(0, 2, { buffer: 9 }), BUFFERS), '');
});

test('a long field is cut at the limit, visibly', () => {
  assert.equal(fieldHex(field(0, 5), BUFFERS, 3), '00 01 02 …');
  assert.equal(fieldHex(field(0, 3, { more: [{ offset: 9, length: 1 }] }), BUFFERS, 3), '00 01 02 …');
  assert.equal(fieldHex(field(0, 3), BUFFERS, 3), '00 01 02');
});

test('the range in words', () => {
  const one = BUFFERS.slice(0, 1);
  assert.equal(rangeText(field(282, 4), one), 'octets 282–285, 4 octets');
  assert.equal(rangeText(field(7, 1), one), 'octet 7');
  assert.equal(rangeText(field(7, 0), one), '');
  assert.equal(rangeText(field(7, 2, { more: [{ offset: 20, length: 1 }] }), one), 'octets 7–8, 20, 3 octets');
  assert.equal(rangeText(field(0, 2, { buffer: 1 }), BUFFERS), 'Reassembled datagram: octets 0–1, 2 octets');
});
