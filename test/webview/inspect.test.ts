import assert from 'node:assert/strict';
import test from 'node:test';
import { asBase64, asC, readingsOf } from '../../webview/packet/bytes/inspect';
import { offsetByKey } from '../../webview/packet/bytes/byteKeys';

const read = (hex: string): Record<string, string> =>
  Object.fromEntries(readingsOf(Buffer.from(hex, 'hex')).map(({ name, text }) => [name, text]));

test('octets are read as numbers of both orders, signed where that is another number', () => {
  assert.deepEqual(read('ff'), { unsigned: '255', signed: '-1' });
  assert.deepEqual(read('0e10'), { unsigned: '3600', 'unsigned little-endian': '4110' });
  const eight = Buffer.from('8000000000000001', 'hex');
  assert.deepEqual(read('8000000000000001'), {
    unsigned: String(eight.readBigUInt64BE()),
    signed: String(eight.readBigInt64BE()),
    'unsigned little-endian': String(eight.readBigUInt64LE()),
  });
  assert.deepEqual(read('000000000000000001'), {}, 'nine octets are no number, and no text');
});

test('four octets may be an address and a time, six a link-layer address, sixteen an IPv6 address', () => {
  const four = read('0a430164');
  assert.equal(four['IPv4'], '10.67.1.100');
  assert.equal(four['time'], undefined, '1975 is no time of a capture');
  assert.equal(read('6925f480')['time'], new Date(0x6925f480 * 1000).toISOString().replace('.000', ''));
  assert.equal(read('026700000001')['MAC'], '02:67:00:00:00:01');
  assert.equal(read('20010db8000000000001000000000001')['IPv6'], '2001:db8::1:0:0:1');
  assert.equal(read('00000000000000000000000000000001')['IPv6'], '::1');
  assert.equal(read('20010db8000100020003000400050006')['IPv6'], '2001:db8:1:2:3:4:5:6');
});

test('octets are text where all of them can be seen; one zero may end it', () => {
  assert.equal(read(Buffer.from('lapt\u00f6p').toString('hex'))['text'], 'lapt\u00f6p');
  assert.equal(read('6c616200')['text'], 'lab');
  assert.equal(read('6c610062')['text'], undefined);
  assert.equal(read('6c61c3')['text'], undefined, 'no UTF-8');
  assert.equal(read(Buffer.from('a\u202eb').toString('hex'))['text'], undefined, 'it would turn the text round');
  assert.equal(read('61'.repeat(80))['text'], `${'a'.repeat(64)}…`);
});

test('octets are taken along as C and as base64', () => {
  const thirteen = Buffer.from('000102030405060708090a0b0c', 'hex');
  assert.equal(
    asC(thirteen),
    [
      'const unsigned char octets[13] = {',
      '  0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b,',
      '  0x0c,',
      '};',
      '',
    ].join('\n'),
  );
  assert.equal(asBase64(thirteen), thirteen.toString('base64'));
});

test('keys move among the octets by rows, pages and ends', () => {
  const go = (key: string, at: number, ctrlKey = false): number | undefined =>
    offsetByKey({ key, ctrlKey, altKey: false, metaKey: false }, at, 8, 3, 20);
  assert.equal(go('ArrowRight', 4), 5);
  assert.equal(go('ArrowDown', 4), 12);
  assert.equal(go('ArrowDown', 13), 13, 'there is no octet below');
  assert.equal(go('ArrowUp', 4), 4);
  assert.equal(go('PageDown', 1), 25);
  assert.deepEqual([go('Home', 13), go('End', 13), go('Home', 13, true), go('End', 3, true)], [8, 15, 0, 19]);
  assert.equal(go('x', 4), undefined);
});
