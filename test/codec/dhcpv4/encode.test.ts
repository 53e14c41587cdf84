import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeMessage4, type MessageSpec4, type OptionSpec4 } from '../../../src/codec/dhcpv4';
import { ipv4ToText } from '../../../src/codec/bytes';
import { decode, raw } from './build';

test('a message is written as RFC 2131 figure 1 draws it', () => {
  const bytes = encodeMessage4({
    xid: 0x3903f326,
    chaddr: '02:00:5e:00:53:01',
    minimumSize: 0,
    options: [
      { code: 53, data: 1 },
      { code: 12, data: 'host' },
      { code: 200, hex: '0102' },
    ],
  });
  assert.deepEqual(bytes, raw({ options: '350101 0c04686f7374 c8020102 ff' }));
});

test('a message is padded to BOOTP’s 300 octets', () => {
  assert.equal(encodeMessage4({ options: [{ code: 53, data: 1 }] }).length, 300);
  assert.equal(encodeMessage4({}).length, 300);
});

test('option 82 comes last', () => {
  const bytes = encodeMessage4({
    op: 2,
    options: [
      { code: 53, data: 5 },
      { code: 82, hex: '010161' },
      { code: 51, data: 60 },
    ],
  });
  assert.deepEqual(
    decode(bytes).options.map((one) => one.code),
    [53, 51, 82],
  );
});

test('a value above 255 octets is written in pieces and read as one (RFC 3396)', () => {
  const text = 'abcdefgh'.repeat(80);
  const { message, options } = decode(
    encodeMessage4({
      options: [
        { code: 53, data: 1 },
        { code: 56, data: text },
      ],
    }),
  );
  assert.deepEqual(
    message.options.map((one) => one.length),
    [1, 255, 255, 130],
  );
  assert.equal(options[1]!.data, text);
});

test('what does not fit goes into file, then sname', () => {
  const text = 'x'.repeat(170);
  const options: OptionSpec4[] = [
    { code: 53, data: 5 },
    { code: 56, data: text },
    { code: 82, hex: '010161' },
  ];
  const bytes = encodeMessage4({ op: 2, maximumSize: 300, options });
  assert.ok(bytes.length <= 300);
  const { message, options: read, ids } = decode(bytes);
  assert.deepEqual(ids, []);
  assert.equal(message.overload, 1);
  assert.equal(read.find((one) => one.code === 56)?.data, text);
  const small = decode(
    encodeMessage4({
      op: 2,
      maximumSize: 300,
      file: 'boot',
      options: [
        { code: 53, data: 5 },
        { code: 56, data: 'x'.repeat(90) },
      ],
    }),
  );
  assert.equal(small.message.overload, 2);
  assert.equal(small.message.file, 'boot');
  assert.throws(() => encodeMessage4({ maximumSize: 300, options: [{ code: 56, data: 'x'.repeat(400) }] }), RangeError);
});

test('what is no value of its type is refused', () => {
  assert.throws(() => encodeMessage4({ options: [{ code: 51, data: 'soon' }] }), RangeError);
  assert.throws(() => encodeMessage4({ ciaddr: '10.0.0.256' }), RangeError);
  assert.throws(() => encodeMessage4({ file: 'x'.repeat(129) }), RangeError);
  assert.throws(() => encodeMessage4({ options: [{ code: 256, hex: '' }] }), RangeError);
});

const address = fc.integer({ min: 0, max: 0xffffffff }).map(ipv4ToText);
const word = fc.stringMatching(/^[a-z0-9.-]{1,60}$/);
const anOption: fc.Arbitrary<OptionSpec4> = fc.oneof(
  fc.record({ code: fc.constantFrom(1, 28, 50, 54), data: address }),
  fc.record({ code: fc.constantFrom(3, 6, 42), data: fc.array(address, { minLength: 1, maxLength: 70 }) }),
  fc.record({ code: fc.constantFrom(12, 15, 56, 60, 67), data: word }),
  fc.record({ code: fc.constantFrom(51, 58, 59), data: fc.integer({ min: 0, max: 0xffffffff }) }),
  fc.record({
    code: fc.constant(55),
    data: fc.array(fc.integer({ min: 1, max: 254 }), { minLength: 1, maxLength: 40 }),
  }),
  fc.record({
    code: fc.constant(121),
    data: fc.array(fc.record({ destination: address.map((one) => `${one}/32`), router: address }), {
      minLength: 1,
      maxLength: 40,
    }),
  }),
);
const aMessage: fc.Arbitrary<MessageSpec4> = fc.record({
  op: fc.constantFrom(1, 2),
  hops: fc.integer({ min: 0, max: 16 }),
  xid: fc.integer({ min: 0, max: 0xffffffff }),
  secs: fc.integer({ min: 0, max: 0xffff }),
  flags: fc.constantFrom(0, 0x8000),
  ciaddr: address,
  yiaddr: address,
  siaddr: address,
  giaddr: address,
  chaddr: fc.constantFrom('02:00:5e:00:53:01', '', '00:11:22:33:44:55:66:77'),
  sname: fc.constantFrom('', 'server'),
  file: fc.constantFrom('', 'boot.0'),
  maximumSize: fc.constantFrom(2000, 4000, 6000),
  options: fc.uniqueArray(anOption, { selector: (one) => one.code, maxLength: 8 }),
});

test('what is written is read back: any message', () => {
  fc.assert(
    fc.property(aMessage, (spec) => {
      const { message, options } = decode(encodeMessage4(spec));
      assert.equal(message.op, spec.op);
      assert.equal(message.xid, spec.xid);
      assert.equal(message.secs, spec.secs);
      assert.equal(ipv4ToText(message.giaddr), spec.giaddr);
      assert.equal(message.chaddr, spec.chaddr);
      assert.equal(message.sname, spec.sname);
      assert.equal(message.file, spec.file);
      assert.deepEqual(
        options.filter((one) => one.code !== 52).map(({ code, data }) => ({ code, data })),
        structuredClone(spec.options),
      );
    }),
    { numRuns: 200 },
  );
});

test('what is written is read back: overloaded', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z]{1,170}$/),
      fc.array(address, { minLength: 1, maxLength: 8 }),
      (text, routers) => {
        const spec: OptionSpec4[] = [
          { code: 53, data: 2 },
          { code: 56, data: text },
          { code: 3, data: routers },
        ];
        const bytes = encodeMessage4({ op: 2, maximumSize: 300, options: spec });
        assert.ok(bytes.length <= 300);
        const { options } = decode(bytes);
        assert.deepEqual(
          options.filter((one) => one.code !== 52).map(({ code, data }) => ({ code, data })),
          structuredClone(spec),
        );
      },
    ),
    { numRuns: 200 },
  );
});
