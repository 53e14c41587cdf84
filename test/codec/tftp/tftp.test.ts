import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTftp } from '../../../src/codec/tftp';
import { decode, eth, idsOf, ip4, octets, textOf, udp } from '../frames';

const text = (words: string): string => Buffer.from(words.replaceAll('|', '\0'), 'latin1').toString('hex');
const read = (body: string) => readTftp(octets(body), 0, body.length / 2);
const told = (body: string): string => decode(eth(0x0800, ip4(17, udp(2000, 69, body)))).tree[3]!.text;

test('a read request with options', () => {
  const body = '0001' + text('pxelinux.0|octet|tsize|0|BLKSIZE|1468|');
  assert.deepEqual(read(body), {
    operation: 1,
    file: 'pxelinux.0',
    mode: 'octet',
    options: [
      { name: 'tsize', value: '0' },
      { name: 'blksize', value: '1468' },
    ],
    complete: true,
  });
  assert.equal(told(body), 'Read request, file “pxelinux.0” (tsize=0, blksize=1468)');
  assert.equal(idsOf(eth(0x0800, ip4(17, udp(2000, 69, body)))), 'eth ip udp tftp');
  const frame = decode(eth(0x0800, ip4(17, udp(2000, 69, body))));
  assert.equal(textOf(frame, 'tftp.source_file'), 'pxelinux.0');
  assert.equal(textOf(frame, 'tftp.option'), '0 (octets in the file)');
});

test('data, acknowledgment, error, option acknowledgment', () => {
  assert.equal(told('00030001' + '00'.repeat(512)), 'Data, block 1, 512 octets');
  assert.equal(told('0004ffff'), 'Acknowledgment, block 65535');
  assert.equal(told('00050001' + text('File not found|')), 'Error, file not found: “File not found”');
  assert.equal(told('0006' + text('tsize|26460|')), 'Option acknowledgment (tsize=26460)');
  assert.deepEqual(read('00050008' + text('no|')), {
    operation: 5,
    errorCode: 8,
    errorMessage: 'no',
    options: [],
    complete: true,
  });
});

test('a text without its end is told', () => {
  const frame = decode(eth(0x0800, ip4(17, udp(2000, 69, '0001' + text('boot')))));
  assert.deepEqual(
    frame.problems.map(({ id }) => id),
    ['malformed-message'],
  );
  assert.equal(read('0001' + text('boot'))?.file, 'boot');
  assert.equal(read('0001' + text('boot|octet|tsize|'))?.complete, false);
});

test('a file name with controls is shown as escapes', () => {
  assert.equal(told('0001' + text('a\u001b[31mb|octet|')), 'Read request, file “a\\x1b[31mb”');
});

test('what is too short, or no TFTP', () => {
  assert.equal(read('00'), undefined);
  assert.equal(read('0003'), undefined);
  assert.equal(read('0001'), undefined);
  assert.equal(read('0009abcd'), undefined);
});
