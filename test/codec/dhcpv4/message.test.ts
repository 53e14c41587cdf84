import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MESSAGE_TYPES, Message4 } from '../../../src/codec/dhcpv4';
import { ACK, decode, DISCOVER, octets, raw } from './build';

const read = (bytes: Uint8Array): Message4 => Message4.read(bytes, 0, bytes.length);

test('the fixed part reads as RFC 2131 figure 1 has it', () => {
  const message = read(ACK);
  assert.equal(message.op, 2);
  assert.equal(message.htype, 1);
  assert.equal(message.hlen, 6);
  assert.equal(message.xid, 0x3903f326);
  assert.equal(message.flags, 0x8000);
  assert.equal(message.broadcast, true);
  assert.equal(message.chaddr, '02:00:5e:00:53:01');
  assert.equal(message.messageType(), 5);
  assert.equal(message.u32(51), 3600);
  assert.equal(message.ip(54), 0x0a430001);
  assert.deepEqual(message.ips(6), [0x0a430001, 0x08080808]);
  assert.equal(message.text(15), 'example.org');
  assert.equal(message.has(99), false);
  assert.equal(message.option(99), undefined);
  assert.equal(message.u8(51), undefined, 'option 51 has four octets, not one');
  assert.equal(message.ended, true);
});

test('a message inside a larger array is read at its place and not beyond', () => {
  const frame = new Uint8Array(42 + DISCOVER.length + 20).fill(0xaa);
  frame.set(DISCOVER, 42);
  const message = Message4.read(frame, 42, 42 + DISCOVER.length);
  assert.equal(message.messageType(), 1);
  assert.deepEqual(
    message.options.map(({ code, at, length }) => [code, at, length]),
    [
      [53, 282, 1],
      [61, 285, 7],
      [12, 294, 4],
      [60, 300, 8],
      [55, 310, 6],
      [57, 318, 2],
    ],
  );
});

test('a truncated option is told with what it promises and what is there', () => {
  const message = read(raw({ options: '350101 0c10414243' }));
  assert.deepEqual(message.truncatedOption, { at: 243, code: 12, declared: 16, available: 3, area: 'options' });
  const bare = read(raw({ options: '350101 0c' }));
  assert.deepEqual(bare.truncatedOption, { at: 243, code: 12, declared: 0, available: 0, area: 'options' });
});

test('a message cut anywhere reads as 0 and empty behind the cut', () => {
  for (let length = 0; length <= ACK.length; length++) {
    const message = Message4.read(ACK, 0, length);
    assert.equal(message.length, length);
    assert.equal(message.op, length >= 1 ? 2 : 0);
    assert.equal(message.xid, length >= 8 ? 0x3903f326 : 0);
    assert.equal(message.hasFixedPart, length >= 236);
    assert.equal(message.hasCookie, length >= 240);
    assert.equal(message.messageType(), length >= 243 ? 5 : undefined);
  }
  assert.equal(Message4.read(ACK, 0, 31).chaddr, '02:00:5e');
  assert.equal(Message4.read(ACK, 500, 900).length, 0);
});

test('message types are those of the registry, 1 to 18', () => {
  assert.deepEqual(
    Object.keys(MESSAGE_TYPES).map(Number),
    Array.from({ length: 18 }, (_, i) => i + 1),
  );
  assert.equal(MESSAGE_TYPES[9], 'FORCERENEW');
  assert.equal(MESSAGE_TYPES[13], 'LEASEACTIVE');
});

test('BOOTP without a cookie has no options', () => {
  const bytes = new Uint8Array(300);
  bytes.set([1, 1, 6]);
  bytes.set(octets('434d5500'), 236);
  const { message, options, ids } = decode(bytes);
  assert.equal(message.messageType(), undefined);
  assert.deepEqual([options.length, ids], [0, []]);
});

test('an option 53 of a wrong length still says what the message is, as for tshark', () => {
  const type = (options: string): number | undefined => {
    const bytes = raw({ options });
    return Message4.read(bytes, 0, bytes.length).messageType();
  };
  assert.equal(type('3502 0102 ff'), 1);
  assert.equal(type('0c0161 3503 050000 ff'), 5);
  assert.equal(type('3500 ff'), undefined);
});
