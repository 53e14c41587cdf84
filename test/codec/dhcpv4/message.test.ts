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

test('mistake: Pad swallows the next octet', () => {
  const message = read(raw({ options: '00 350101 00 00 0c0141 ff' }));
  assert.deepEqual(
    message.options.map((one) => one.code),
    [53, 12],
  );
});

test('mistake: the length octet of an option of no or one octet is not consumed', () => {
  const message = read(raw({ options: '350101 5000 130101 0c0141 ff' }));
  assert.deepEqual(
    message.options.map((one) => [one.code, one.length]),
    [
      [53, 1],
      [80, 0],
      [19, 1],
      [12, 1],
    ],
  );
});

test('mistake: unknown options are dropped', () => {
  const { options } = decode(raw({ options: '350101 b703010203 ff' }));
  assert.deepEqual([options[1]!.code, options[1]!.name, options[1]!.hex], [183, 'Unassigned', '010203']);
});

test('mistake: the last of duplicate options wins silently', () => {
  const { message, options, problems } = decode(raw({ op: 2, options: '350102 330400000e10 330400000001 ff' }));
  assert.equal(message.u32(51), 3600);
  assert.deepEqual(
    options.map((one) => one.value),
    ['OFFER', '3600', '1'],
  );
  assert.deepEqual(
    problems.map((one) => [one.id, one.offset, one.length]),
    [['duplicate-option', 249, 6]],
  );
});

test('mistake: chaddr of hlen 255 is read on into sname', () => {
  const { message, ids } = decode(raw({ hlen: 255, sname: '41', options: '350101 ff' }));
  assert.equal(message.chaddr, '02:00:5e:00:53:01:00:00:00:00:00:00:00:00:00:00');
  assert.deepEqual(ids, ['malformed-message']);
});

test('mistake: hlen 0 gives an address', () => {
  assert.equal(read(raw({ hlen: 0, options: '350101 ff' })).chaddr, '');
});

test('mistake: 16 − hlen below zero', () => {
  for (const hlen of [0, 1, 15, 16, 17, 255]) {
    const { fields } = decode(raw({ hlen, options: '350101 ff' }));
    const padding = fields.find((field) => field.key === 'dhcp.chaddr.padding');
    assert.equal(padding?.length ?? 0, hlen >= 16 ? 0 : 16 - hlen);
  }
});

test('mistake: a missing End rejects the whole message', () => {
  const { message, options, problems } = decode(raw({ options: '350101 0c0141' }));
  assert.equal(message.ended, false);
  assert.equal(options.length, 2);
  assert.deepEqual(
    problems.map((one) => [one.id, one.offset, one.length]),
    [['missing-end-option', 243, 3]],
  );
});

test('mistake: overload is ignored, or its order is wrong (options, then file, then sname)', () => {
  const parts = { file: '0c03 626262 ff', sname: '0c03 636363 38 02 6869 ff' };
  const both = decode(raw({ op: 2, ...parts, options: '350105 340103 0c03616161 ff' }));
  assert.equal(both.message.text(12), 'aaabbbccc');
  assert.equal(both.message.text(56), 'hi');
  assert.equal(both.message.file, '');
  assert.equal(both.message.sname, '');
  assert.deepEqual(
    both.message.options.map((one) => [one.code, one.area]),
    [
      [53, 'options'],
      [52, 'options'],
      [12, 'options'],
      [12, 'file'],
      [12, 'sname'],
      [56, 'sname'],
    ],
  );
  assert.deepEqual(both.ids, []);
  const onlyFile = read(raw({ ...parts, options: '350105 340101 ff' }));
  assert.equal(onlyFile.text(12), 'bbb');
  assert.notEqual(onlyFile.sname, '');
  const onlySname = read(raw({ ...parts, options: '350105 340102 ff' }));
  assert.equal(onlySname.text(12), 'ccc');
});

test('mistake: option 52 inside file lends sname', () => {
  const message = read(raw({ file: '340103 ff', sname: '0c0141ff', options: '350105 340101 ff' }));
  assert.equal(message.overload, 1);
  assert.equal(message.has(12), false);
});

test('mistake: RFC 3396 pieces are not joined', () => {
  const { message, options } = decode(raw({ options: '350105 0f03 6f6e65 0601ff 0f03 74776f ff' }));
  assert.equal(message.text(15), 'onetwo');
  const joined = options.find((one) => one.code === 15)!;
  assert.equal(joined.hex, '6f6e6574776f');
  assert.equal(joined.length, 6);
  assert.equal(joined.offset, 243);
  assert.deepEqual(joined.field.more, [{ offset: 251, length: 5 }]);
});

test('mistake: options 46 and 114 under an outdated name', () => {
  const { options } = decode(raw({ options: '350105 2e0108 7203 613a62 ff' }));
  assert.deepEqual(options.map((one) => one.name).slice(1), ['NetBIOS/TCP/IP Node Type', 'DHCP Captive-Portal']);
  assert.equal(options[1]!.value, 'H-node');
});

test('mistake: a host name’s control and bidi characters pass unquoted', () => {
  const { options } = decode(raw({ options: `350101 0c0c 41 0a 1b 5b e280ae 3c2f733e 00 ff` }));
  assert.equal(options[1]!.value, 'A\\n\\x1b[\\u202e</s>');
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
