import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMessage4, decodeMessage4, Message4, summary4 } from '../../../src/codec/dhcpv4';
import type { Field, Problem } from '../../../src/codec/field';
import { MOST_OPTIONS, MOST_PROBLEMS } from '../../../src/codec/limits';
import { ACK, decode, DISCOVER, raw } from './build';
import { assertCovered } from './coverage';

const samples: readonly [string, Uint8Array][] = [
  ['DISCOVER', DISCOVER],
  ['ACK', ACK],
  [
    'pieces and overload',
    raw({
      file: '0c03 626262 ff',
      sname: '0c03 636363 ff0001',
      options: '350105 340103 0c03616161 00 0c0141 ff 00 01',
    }),
  ],
  ['no cookie', raw({ options: '350105 ff' }).with(236, 0)],
  [
    'PXE',
    raw({
      options:
        '350105 3c09505845436c69656e74 2b12 06 01 08 08 07 8000 01 0a000001 0a 02 00 41 ff 6112 00 00112233445566778899aabbccddeeff 5e03010201 ff',
    }),
  ],
  [
    'vendors',
    raw({ options: '350105 7d0e 00000de9 09 010101 020102 030103 7c09 00000009 04 61626364 4d04 03666f6f ff' }),
  ],
];

const key = (one: Problem): string => [one.id, one.offset, one.length, one.text].join('|');

/** Whatever the octets are: nothing throws, each octet is explained once, and checking alone finds what decoding finds. */
function holds(bytes: Uint8Array, at: number, end: number, cut: number): void {
  const message = Message4.read(bytes, at, end);
  const found: Problem[] = [];
  const { fields } = decodeMessage4(message, found, cut);
  assertCovered(fields, at, end);
  const checked: Problem[] = [];
  checkMessage4(message, checked, cut);
  assert.deepEqual(checked.map(key).sort(), found.map(key).sort());
  for (const one of found) assert.ok(one.offset >= at && one.offset + one.length <= end, `${one.text} lies outside`);
  assert.ok(summary4(message).length > 0);
}

for (const [name, bytes] of samples) {
  test(`every octet is explained exactly once: ${name}`, () => holds(bytes, 0, bytes.length, 0));

  test(`cut at every length: ${name}`, () => {
    for (let end = 0; end < bytes.length; end++) {
      holds(bytes, 0, end, 0);
      holds(bytes, 0, end, bytes.length - end);
      const { ids } = decode(bytes.slice(0, end), bytes.length - end);
      assert.equal(ids[0], 'snaplen-cut');
      assert.ok(!ids.includes('missing-end-option'), 'what the capture lacks is not missed');
    }
  });

  test(`every octet of the options changed: ${name}`, () => {
    for (let i = 236; i < bytes.length; i++) {
      for (const value of [0, 1, 2, 4, 52, 82, 127, 192, 254, 255]) holds(bytes.with(i, value), 0, bytes.length, 0);
    }
  });
}

test('a message that stands behind headers keeps its offsets', () => {
  const frame = new Uint8Array(42 + ACK.length + 9).fill(0xff);
  frame.set(ACK, 42);
  holds(frame, 42, 42 + ACK.length, 0);
});

const byKey = (fields: readonly Field[], wanted: string): Field => {
  const found = fields.find((field) => field.key === wanted);
  assert.ok(found, wanted);
  return found;
};

test('the tree names fields as RFC 2131 does, each at its octets', () => {
  const { fields } = decode(ACK);
  const shown = (wanted: string): [number, number, string] => {
    const { offset, length, text } = byKey(fields, wanted);
    return [offset, length, text];
  };
  assert.deepEqual(shown('dhcp.op'), [0, 1, 'BOOTREPLY (2)']);
  assert.deepEqual(shown('dhcp.htype'), [1, 1, 'Ethernet (1)']);
  assert.deepEqual(shown('dhcp.xid'), [4, 4, '0x3903f326']);
  assert.deepEqual(shown('dhcp.flags'), [10, 2, '0x8000 (broadcast)']);
  assert.deepEqual(shown('dhcp.chaddr'), [28, 6, '02:00:5e:00:53:01']);
  assert.deepEqual(shown('dhcp.cookie'), [236, 4, 'DHCP (0x63825363)']);
  assert.deepEqual(shown('dhcp.option.51'), [249, 6, '3600 s (1 hour)']);
  const agent = byKey(fields, 'dhcp.option.82');
  assert.deepEqual(agent.children?.map((field) => field.key).slice(2), ['dhcp.option.82.1', 'dhcp.option.82.2']);
  assert.equal(agent.children?.[2]?.text, 'VLAN 10, module 0, port 3');
});

test('options are given as scripts want them', () => {
  const { options, ids } = decode(DISCOVER);
  assert.deepEqual(ids, []);
  assert.deepEqual(
    options
      .map(({ code, name, offset, length, hex, value }) => ({ code, name, offset, length, hex, value }))
      .slice(0, 3),
    [
      { code: 53, name: 'DHCP Message Type', offset: 240, length: 1, hex: '01', value: 'DISCOVER' },
      {
        code: 61,
        name: 'Client Identifier',
        offset: 243,
        length: 7,
        hex: '0102005e005301',
        value: '02:00:5e:00:53:01',
      },
      { code: 12, name: 'Host Name', offset: 252, length: 4, hex: '686f7374', value: 'host' },
    ],
  );
  const list = options.find((one) => one.code === 55)!;
  assert.deepEqual(list.data, [1, 3, 6, 15, 31, 249]);
  assert.equal(list.value, '1, 3, 6, 15, 31, 249');
  assert.match(list.text, /^Subnet Mask \(1\), Router \(3\), /);
});

test('summaries say type, address and client', () => {
  assert.equal(summary4(Message4.read(DISCOVER, 0, DISCOVER.length)), 'DISCOVER 02:00:5e:00:53:01');
  const offer = raw({ op: 2, options: '350102 ff' });
  offer.set([10, 67, 0, 100], 16);
  assert.equal(summary4(Message4.read(offer, 0, offer.length)), 'OFFER 10.67.0.100 to 02:00:5e:00:53:01');
  const bootp = raw({ options: '0c0141 ff' });
  assert.equal(summary4(Message4.read(bootp, 0, bootp.length)), 'BOOTREQUEST 02:00:5e:00:53:01');
});

test('each rule that a message breaks is a problem at its octets', () => {
  const cases: [string, Uint8Array, [string, number, number][]][] = [
    ['short', ACK.slice(0, 200), [['malformed-message', 0, 200]]],
    ['option past the end', raw({ options: '350101 0c0541' }), [['malformed-message', 243, 3]]],
    ['bad cookie before options', raw({ options: '350101 ff' }).with(236, 0), [['malformed-message', 236, 4]]],
    ['reserved flags', raw({ flags: 0x8001, options: '350101 ff' }), [['reserved-flags', 10, 2]]],
    ['request with a server’s type', raw({ options: '350102 ff' }), [['op-type-mismatch', 0, 1]]],
    ['reply with a client’s type', raw({ op: 2, options: '350101 ff' }), [['op-type-mismatch', 0, 1]]],
    ['three octets of lease time', raw({ options: '350101 3303000e10 ff' }), [['bad-option-length', 243, 5]]],
    ['an empty host name', raw({ options: '350101 0c00 ff' }), [['option-too-short', 243, 2]]],
    ['link selection of two octets', raw({ options: '350101 5204 0502 0a00 ff' }), [['bad-option-length', 245, 4]]],
    ['sub-option past its option', raw({ options: '350101 5204 0109 0a00 ff' }), [['malformed-message', 245, 4]]],
  ];
  for (const [name, bytes, expected] of cases) {
    const { problems } = decode(bytes);
    assert.deepEqual(
      problems.map((one) => [one.id, one.offset, one.length]),
      expected,
      name,
    );
  }
});

test('messages shorter than BOOTP’s 300 octets, and with zeros for options, are fine', () => {
  assert.deepEqual(decode(raw({ options: '350101 ff' })).ids, []);
  assert.deepEqual(decode(raw({ options: '00'.repeat(60) })).ids, []);
});

test('BOOTP’s vendor area of RFC 1497 is read as options', () => {
  const { options, ids, message } = decode(raw({ op: 2, options: '0104ffffff00 03040a000001 ff 0000' }));
  assert.equal(message.messageType(), undefined);
  assert.deepEqual([options.map((one) => one.value), ids], [['255.255.255.0', '10.0.0.1'], []]);
});

test('a datagram of 64 KiB full of one-octet pieces is read up to the bounds, in time that grows with its size', () => {
  const pieces = raw({ options: `350101 ${'370103'.repeat(21_000)} ff` });
  const began = performance.now();
  const { options } = decode(pieces);
  assert.equal(options[1]!.length, MOST_OPTIONS - 1);
  const pairs = raw({ options: `350101 ${'330400000001'.repeat(10_000)} ff` });
  assert.equal(decode(pairs).ids.length, MOST_PROBLEMS);
  // Generous, for the code is not compiled yet: the quadratic reading took many seconds. `worst.test.ts` measures closely.
  assert.ok(performance.now() - began < 500);
});

test('a lent field that holds only a further piece says so, and its octets are explained once (RFC 3396 §5)', () => {
  // Option 7 begins in the options field; its second piece fills all 128 octets of file. Found by the fuzzer.
  const file = `077e${'0a430001'.repeat(31)}0a43`;
  const bytes = raw({ op: 2, file, options: '350105 07040a430001 340101 ff' });
  const { fields } = decode(bytes);
  assertCovered(fields, 0, bytes.length);
  const field = fields.find(({ key }) => key === 'dhcp.file')!;
  assert.deepEqual(
    field.children!.map(({ name, offset, length }) => [name, offset, length]),
    [['Option 7 (Log Server), further piece', 108, 0]],
  );
});

test('secs whose octets are in reverse order, as Windows writes them', () => {
  const secsOf = (secs: number, options: string, op = 1): string => {
    const bytes = raw({ op, options: `350101 ${options} ff` });
    bytes.set([secs >> 8, secs & 0xff], 8);
    return decode(bytes).fields.find(({ key }) => key === 'dhcp.secs')!.text;
  };
  const microsoft = '3c084d53465420352e30';
  const both = /768 s as written; 3 s if the client wrote its octets in reverse order, as Windows does$/;
  assert.match(secsOf(0x0300, microsoft), both);
  assert.match(secsOf(0x0300, ''), both);
  assert.match(secsOf(0x0300, '3c0461626364'), /768 s \(12 minutes 48 seconds\)$/);
  assert.match(secsOf(0x0300, microsoft, 2), /768 s \(12 minutes 48 seconds\)$/);
  assert.match(secsOf(0x0301, microsoft), /769 s \(/);
  assert.equal(secsOf(3, microsoft), '3 s');
});
