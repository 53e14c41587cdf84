import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Message6, MESSAGE_TYPES6 } from '../../../src/codec/dhcpv6';
import { octets, option } from './support';

const DUID = '0003 0001 02005e005301';
const SERVER = '0002 00007ed9 0102';
const solicit = octets('01 3903f3', option(1, DUID), option(14), option(6, '0017 0018'), option(8, '0000'));

const relayed = (type: string, hops: string, inside: Uint8Array): Uint8Array =>
  octets(
    type,
    hops,
    '20010db8000000000000000000000001',
    'fe800000000000000000005efffe005301'.slice(0, 32),
    option(18, '6574683 0'.replace(' ', '')),
    option(9, Buffer.from(inside).toString('hex')),
  );

test('a client’s message: type, transaction id and options, at their octets', () => {
  const message = Message6.read(solicit);
  assert.equal(message.type, 1);
  assert.equal(message.typeName, 'SOLICIT');
  assert.equal(message.xid, 0x3903f3);
  assert.equal(message.isRelay, false);
  assert.equal(message.hops, 0);
  assert.equal(message.linkAddress(), undefined);
  assert.equal(message.relayed, undefined);
  assert.deepEqual(message.options, [
    { code: 1, at: 4, length: 10, declared: 10 },
    { code: 14, at: 18, length: 0, declared: 0 },
    { code: 6, at: 22, length: 4, declared: 4 },
    { code: 8, at: 30, length: 2, declared: 2 },
  ]);
  assert.equal(message.clientDuid(), '0003000102005e005301');
  assert.equal(message.serverDuid(), undefined);
  assert.ok(message.has(14));
  assert.ok(!message.has(13));
  assert.equal(message.option(14)!.length, 0);
  assert.equal(message.option(6)!.hex(), '00170018');
  assert.equal(message.option(13), undefined);
  assert.equal(message.truncatedOption, undefined);
  assert.deepEqual(message.remainder, { at: 36, length: 0 });
});

test('a message anywhere in a bigger array', () => {
  const buffer = new Uint8Array(solicit.length + 9).fill(0xff);
  buffer.set(solicit, 5);
  const message = Message6.read(buffer, 5, 5 + solicit.length);
  assert.equal(message.xid, 0x3903f3);
  assert.equal(message.options[0]!.at, 9);
  assert.equal(message.clientDuid(), '0003000102005e005301');
});

test('relay messages: header, and the message inside, one level and all levels down', () => {
  const one = relayed('0c', '00', solicit);
  const two = relayed('0c', '01', one);
  const message = Message6.read(two);
  assert.ok(message.isRelay);
  assert.equal(message.hops, 1);
  assert.equal(message.xid, 0);
  assert.equal(message.linkAddress(), '2001:db8::1');
  assert.equal(message.peerAddress(), 'fe80::5e:fffe:53');
  assert.equal(message.relayed!.hops, 0);
  assert.equal(message.relayed!.typeName, 'RELAY-FORW');
  assert.equal(message.innermost().typeName, 'SOLICIT');
  assert.equal(message.innermost().clientDuid(), '0003000102005e005301');
});

test('option 9 means nothing outside relay messages', () => {
  const message = Message6.read(octets('01 000001', option(9, '01000002')));
  assert.equal(message.relayed, undefined);
  assert.equal(message.innermost(), message);
});

test('the last option has less octets than it declares', () => {
  const message = Message6.read(octets('07 000001', option(2, SERVER), '0017 0010 2001'));
  assert.deepEqual(message.truncatedOption, { code: 23, at: 16, length: 2, declared: 16 });
  assert.equal(message.serverDuid(), '000200007ed90102');
});

test('octets too few for an option are left over', () => {
  const message = Message6.read(octets('07 000001', option(14), '0017 00'));
  assert.deepEqual(message.options.length, 1);
  assert.deepEqual(message.remainder, { at: 8, length: 3 });
});

test('headers that are cut read as nothing, at every length', () => {
  for (const whole of [solicit.subarray(0, 4), relayed('0d', '03', solicit).subarray(0, 34)]) {
    for (let length = 0; length < whole.length; length++) {
      const message = Message6.read(whole.subarray(0, length));
      assert.equal(message.type, length > 0 ? whole[0] : 0);
      assert.equal(message.xid, 0);
      assert.equal(message.hops, 0);
      assert.deepEqual(message.options, []);
      assert.equal(message.linkAddress(), undefined);
      assert.equal(message.clientDuid(), undefined);
      assert.equal(message.relayed, undefined);
    }
  }
});

test('message types are those of the registry, one to 37 without a gap', () => {
  const numbers = Object.keys(MESSAGE_TYPES6).map(Number);
  assert.deepEqual(
    numbers,
    Array.from({ length: 37 }, (_, i) => i + 1),
  );
  assert.equal(new Set(Object.values(MESSAGE_TYPES6)).size, 37);
  assert.equal(Message6.read(octets('26 000000')).typeName, 'type 38');
});
