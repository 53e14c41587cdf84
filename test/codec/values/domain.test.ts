import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseHex } from '../../../src/codec/bytes';
import type { Problem } from '../../../src/codec/field';
import { domainList, domainName, readDomainName, writeDomainName, type ValueType } from '../../../src/codec/values';
import { View } from '../../../src/codec/view';

const view = (digits: string): View => {
  const bytes = parseHex(digits)!;
  return View.of(bytes, 0, bytes.length);
};
const decode = (type: ValueType, digits: string) => {
  const problems: Problem[] = [];
  return { ...type.decode(view(digits), { problems, key: 'k', depth: 0 }), problems };
};

test('names: labels joined by dots, the root is a dot', () => {
  assert.deepEqual(readDomainName(view('03777777076578616d706c6503636f6d00ff'), 0), {
    name: 'www.example.com',
    end: 17,
    complete: true,
  });
  assert.deepEqual(readDomainName(view('00'), 0), { name: '.', end: 1, complete: true });
  assert.deepEqual(readDomainName(view('0161'), 0), { name: 'a', end: 2, complete: false });
  assert.deepEqual(readDomainName(view(''), 0), { name: '', end: 0, complete: false });
});

test('labels: dots, backslashes, controls, bidi characters and octets that are not UTF-8 are escaped', () => {
  for (const [digits, text] of [
    ['03612e62 00', 'a\\.b'],
    ['015c 00', '\\\\'],
    ['020a00 00', '\\n\\0'],
    ['03e280ae 00', '\\u202e'],
    ['02c3bc 00', 'ü'],
    ['01fc 00', '\\xfc'],
    ['02c285 00', '\\xc2\\x85'],
    ['04ff2e5c0a 00', '\\xff\\.\\\\\\n'],
    ['0120 00', ' '],
  ] as const) {
    assert.equal(readDomainName(view(digits), 0).name, text);
    assert.deepEqual(writeDomainName(text), parseHex(digits), text);
  }
});

test('RFC 3397 §2: the search list of the standard’s example, with its pointer', () => {
  // eng.apple.com, marketing.apple.com: the second ends with a pointer to “apple” at octet 4.
  const digits = '03656e67056170706c6503636f6d00096d61726b6574696e67c004';
  const list = decode(domainList({ compression: true }), digits);
  assert.deepEqual(list.data, ['eng.apple.com', 'marketing.apple.com']);
  assert.deepEqual(list.problems, []);
  assert.deepEqual(
    list.children!.map((field) => [field.offset, field.length, field.text]),
    [
      [0, 15, 'eng.apple.com'],
      [15, 12, 'marketing.apple.com'],
    ],
  );
  // Without compression the pointer is damage, and what follows is not guessed at.
  const strict = decode(domainList(), digits);
  assert.deepEqual(strict.data, ['eng.apple.com', 'marketing']);
  assert.deepEqual(
    strict.problems.map((one) => one.text),
    ['A compression pointer stands where none is allowed.'],
  );
  assert.equal(
    strict.children!.reduce((sum, field) => sum + field.length, 0),
    27,
  );
});

test('pointers may only point back, and so end', () => {
  const read = (digits: string, at = 0) => readDomainName(view(digits), at, { compression: true });
  assert.match(read('c000').problem!, /points to octet 0/);
  assert.match(read('0161c000').problem!, /points to octet 0/);
  assert.match(read('c00400000161c000', 4).problem!, /points to octet 4/);
  assert.match(read('c0').problem!, /cut short/);
  assert.equal(read('016100c000', 3).name, 'a');
  assert.equal(read('016100c000', 3).end, 5);
  assert.match(read('4041').problem!, /0x40/);
});

test('ten thousand pointers to pointers cost little and give no endless name', () => {
  let digits = '016100';
  for (let i = 0; i < 8000; i++) digits += (0xc000 | Math.max(0, 3 + 2 * (i - 1))).toString(16);
  const started = performance.now();
  const list = decode(domainList({ compression: true }), digits);
  assert.ok(performance.now() - started < 1000);
  assert.ok((list.data as string[]).length <= 2000);
  assert.equal(
    list.children!.reduce((sum, field) => sum + field.length, 0),
    digits.length / 2,
  );
});

test('labels up to 63 octets, names up to 255', () => {
  const label = 'a'.repeat(63);
  assert.equal(writeDomainName(`${label}.${label}.${label}.${'a'.repeat(61)}`).length, 255);
  for (const text of [`${label}a`, `${label}.${label}.${label}.${'a'.repeat(62)}`, 'a..b', '.a', 'a\\', 'a\\q']) {
    assert.throws(() => writeDomainName(text), RangeError, text);
  }
  const long = `3f${'61'.repeat(63)}`.repeat(3);
  assert.equal(readDomainName(view(`${long}3d${'61'.repeat(61)}00`), 0).problem, undefined);
  assert.match(readDomainName(view(`${long}3e${'61'.repeat(62)}00`), 0).problem!, /longer than 255/);
});

test('one name: what follows it, a missing end, a partial name', () => {
  assert.deepEqual(
    decode(domainName(), '0161').problems.map((one) => one.text),
    ['The name has no end.'],
  );
  const more = decode(domainName(), '016100ff');
  assert.deepEqual(more.problems, [
    { id: 'malformed-message', offset: 3, length: 1, text: 'Octets follow the end of the name.' },
  ]);
  assert.deepEqual(
    more.children!.map((field) => [field.offset, field.length]),
    [
      [0, 3],
      [3, 1],
    ],
  );
  const partial = domainName({ partial: true });
  assert.deepEqual(decode(partial, '0161').data, 'a');
  assert.deepEqual(decode(partial, '016100').data, 'a.');
  assert.deepEqual(decode(partial, '').data, '');
  assert.deepEqual(partial.encode('a'), parseHex('0161'));
  assert.deepEqual(partial.encode('a.'), parseHex('016100'));
  assert.deepEqual(partial.encode('a\\.'), parseHex('02612e'));
  assert.deepEqual(partial.encode('a\\\\.'), parseHex('02615c00'));
  assert.deepEqual(partial.encode(''), parseHex(''));
});

test('any labels come back as they were written', () => {
  const label = fc.uint8Array({ minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(fc.array(label, { maxLength: 5 }), (labels) => {
      const bytes = Uint8Array.from([...labels.flatMap((one) => [one.length, ...one]), 0]);
      const read = readDomainName(View.of(bytes, 0, bytes.length), 0);
      assert.equal(read.problem, undefined);
      assert.equal(read.end, bytes.length);
      assert.ok(!/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/.test(read.name));
      assert.deepEqual(writeDomainName(read.name), bytes);
    }),
    { numRuns: 500, seed: 67 },
  );
});

test('any octets: never throws, never reads past the end, lists cover every octet', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 80 }), fc.boolean(), (bytes, compression) => {
      const window = View.of(bytes, 0, bytes.length);
      const read = readDomainName(window, 0, { compression });
      assert.ok(read.end <= bytes.length);
      const list = domainList({ compression }).decode(window, { problems: [], key: '', depth: 0 });
      let at = 0;
      for (const field of list.children!) {
        assert.equal(field.offset, at);
        at += field.length;
      }
      assert.equal(at, bytes.length);
    }),
    { numRuns: 2000, seed: 67 },
  );
});
