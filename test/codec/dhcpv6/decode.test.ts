import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeMessage6, Message6, summary6 } from '../../../src/codec/dhcpv6';
import type { Field } from '../../../src/codec/field';
import { assertCovered, check, decode, octets, option } from './support';

const CLIENT = option(1, '0003 0001 02005e005301');
const SERVER = option(2, '0003 0001 02005e0053ff');
const ADDRESS = option(5, '20010db8000000000000000000000001 00000e10 00001c20');
const REPLY = octets(
  '07 000abc',
  CLIENT,
  SERVER,
  option(3, `00000001 00000708 00000b40 ${ADDRESS} ${option(13, '0000 6f6b')}`),
  option(23, '20010db8000000000000000000000053'),
);
const SOLICIT = octets('01 000abc', CLIENT, option(14), option(3, '00000001 00000000 00000000'));

function relay(inside: Uint8Array, hops: number, type = '0c'): Uint8Array {
  return octets(
    type,
    hops.toString(16).padStart(2, '0'),
    '20010db8'.padEnd(32, '0'),
    'fe80'.padEnd(32, '0'),
    option(9, Buffer.from(inside).toString('hex')),
  );
}
const ids = (problems: readonly { id: string }[]): string[] => problems.map((problem) => problem.id);

function outline(fields: readonly Field[], indent = ''): string[] {
  return fields.flatMap((field) => [
    `${indent}${field.offset}+${field.length} ${field.name}: ${field.text} [${field.key ?? ''}]`,
    ...outline(field.children ?? [], `${indent}  `),
  ]);
}

test('the tree of a REPLY, octet by octet', () => {
  const { decoded, problems } = decode(REPLY);
  assert.deepEqual(problems, []);
  assert.equal(decoded.type, 'REPLY');
  assertCovered(decoded, REPLY.length);
  const tree = outline(decoded.fields);
  assert.deepEqual(tree.slice(0, 9), [
    '0+1 Message type: REPLY (7) [dhcpv6.msgtype]',
    '1+3 Transaction ID: 0x000abc [dhcpv6.xid]',
    '4+14 Client Identifier (1): DUID-LL 02:00:5e:00:53:01 (Ethernet) [dhcpv6.option.1]',
    '  4+2 Option code: OPTION_CLIENTID (1) [dhcpv6.option.1]',
    '  6+2 Length: 10 octets [dhcpv6.option.1]',
    '  8+2 DUID type: DUID-LL (3) [dhcpv6.option.1.type]',
    '  10+2 Hardware type: Ethernet (1) [dhcpv6.option.1.DUID-LL.hardware]',
    '  12+6 Link-layer address: 02:00:5e:00:53:01 [dhcpv6.option.1.DUID-LL.address]',
    '18+14 Server Identifier (2): DUID-LL 02:00:5e:00:53:ff (Ethernet) [dhcpv6.option.2]',
  ]);
  assert.ok(tree.includes('  48+28 IA Address (5): 2001:db8::1, preferred 3600 s, valid 7200 s [dhcpv6.option.3.5]'));
  assert.ok(tree.includes('    68+4 Preferred lifetime: 3600 s (1 hour) [dhcpv6.option.3.5.preferred]'));
  assert.ok(tree.includes('  76+8 Status Code (13): Success: ok [dhcpv6.option.3.13]'));
  assert.ok(tree.includes('    82+2 Status message: “ok” [dhcpv6.option.3.13.message]'));
  assert.ok(
    tree.includes('  88+16 Value: 2001:db8::53 [dhcpv6.option.23]') ||
      tree.includes('  88+16 IPv6 address: 2001:db8::53 [dhcpv6.option.23]'),
  );
  const [, , ia] = decoded.options;
  assert.deepEqual(
    ia!.options!.map((inside) => [inside.code, inside.offset, inside.length, inside.value]),
    [
      [5, 48, 24, '2001:db8::1, preferred 3600 s, valid 7200 s'],
      [13, 76, 4, 'Success: ok'],
    ],
  );
});

test('a relayed message: nested as on the wire, keys as at the top', () => {
  const bytes = relay(relay(SOLICIT, 0), 1);
  const { decoded, problems } = decode(bytes);
  assert.deepEqual(problems, []);
  assertCovered(decoded, bytes.length);
  const inner = decoded.options[0]!.dhcpv6!.options[0]!.dhcpv6!;
  assert.equal(inner.type, 'SOLICIT');
  assert.equal(inner.options[0]!.offset, 34 + 4 + 34 + 4 + 4);
  assert.equal(inner.options[0]!.field.key, 'dhcpv6.option.1');
  assert.equal(decoded.options[0]!.value, 'RELAY-FORW › SOLICIT client 02:00:5e:00:53:01');
});

test('summaries', () => {
  const line = (bytes: Uint8Array): string => summary6(Message6.read(bytes));
  assert.equal(line(SOLICIT), 'SOLICIT client 02:00:5e:00:53:01');
  assert.equal(line(REPLY), 'REPLY 2001:db8::1 client 02:00:5e:00:53:01');
  assert.equal(line(relay(REPLY, 0, '0d')), 'RELAY-REPL › REPLY 2001:db8::1 client 02:00:5e:00:53:01');
  const prefix = option(26, '00000001 00000002 38 20010db8000001000000000000000000');
  assert.equal(
    line(octets('07 000001', option(25, `00000001 00000000 00000000 ${prefix}`))),
    'REPLY 2001:db8:0:100::/56',
  );
  assert.equal(
    line(octets('02 000001', option(3, `00000001 00000000 00000000 ${option(13, '0002')}`))),
    'ADVERTISE NoAddrsAvail',
  );
  assert.equal(line(octets('01 0000')), 'SOLICIT (cut)');
  assert.equal(line(octets('ff 000001')), 'type 255');
  assert.equal(line(octets()), 'type 0 (cut)');
  const many = option(3, `00000001 00000000 00000000 ${ADDRESS.repeat(5)}`);
  assert.equal(line(octets('07 000001', many)), 'REPLY 2001:db8::1, 2001:db8::1, 2001:db8::1, …');
});

test('an option that runs past the end: reported once, at its octets, what is there is shown', () => {
  const bytes = REPLY.subarray(0, REPLY.length - 6);
  const { decoded, problems } = decode(bytes);
  assert.deepEqual(problems, [
    {
      id: 'v6-malformed',
      offset: 84,
      length: 14,
      text: 'DNS Recursive Name Servers (23) declares 16 octets, but only 10 are left.',
    },
  ]);
  assert.equal(decoded.options[3]!.raw, true);
  assert.equal(decoded.options[3]!.field.problem, problems[0]!.text);
  assert.equal(decoded.options[3]!.hex, '20010db8000000000000');
  assertCovered(decoded, bytes.length);
});

test('the same octets cut by the snapshot length are no damage', () => {
  const bytes = REPLY.subarray(0, REPLY.length - 6);
  assert.deepEqual(ids(check(bytes, 6)), ['snaplen-cut']);
  // Not even where the identifiers are missing, or the header is.
  for (let length = 0; length < REPLY.length; length++) {
    const cut = REPLY.length - length;
    assert.deepEqual(ids(check(REPLY.subarray(0, length), cut)), ['snaplen-cut'], `${length} octets`);
    assert.deepEqual(ids(decode(REPLY.subarray(0, length), cut).problems), ['snaplen-cut'], `${length} octets`);
  }
});

test('an option nested in a whole one that runs past its container', () => {
  const bytes = octets('07 000001', SERVER, option(3, '00000001 00000000 00000000 0005 0018 2001'), option(14));
  const problems = check(bytes);
  assert.deepEqual(problems, [
    {
      id: 'v6-malformed',
      offset: 4 + 14 + 4 + 12,
      length: 6,
      text: 'IA Address (5) declares 24 octets, but only 2 are left.',
    },
  ]);
  assert.deepEqual(
    decode(bytes).decoded.options.map((one) => one.code),
    [2, 3, 14],
  );
});

test('lengths that the type does not allow, at any depth', () => {
  const bytes = octets(
    '07 000001',
    SERVER,
    option(7, 'ff00'),
    option(3, `00000001 00000000 00000000 ${option(5, '2001')}`),
    option(23, '2001'),
  );
  assert.deepEqual(
    check(bytes).map((one) => `${one.id}: ${one.text}`),
    [
      'v6-bad-option-length: Preference (7) has 2 octets, but must have 1 octet.',
      'v6-bad-option-length: IA Address (5) has 2 octets, but must have at least 24 octets.',
      'v6-bad-option-length: DNS Recursive Name Servers (23) has 2 octets, but must have a multiple of 16 octets.',
    ],
  );
  const { decoded, problems } = decode(bytes);
  assert.equal(problems.length, 3);
  assert.equal(decoded.options[1]!.data, 'ff00');
  assertCovered(decoded, bytes.length);
});

test('required identifiers, by message type (RFC 8415 §16)', () => {
  const needs: Record<string, number[]> = {
    '01': [1],
    '02': [1, 2],
    '03': [1, 2],
    '04': [1],
    '05': [1, 2],
    '06': [1],
    '07': [2],
    '08': [1, 2],
    '09': [1, 2],
    '0a': [1, 2],
    '0b': [],
    '24': [1],
  };
  for (const [type, codes] of Object.entries(needs)) {
    const bare = check(octets(type, '000001'));
    assert.equal(bare.length, codes.length, type);
    for (const [i, code] of codes.entries()) assert.match(bare[i]!.text, new RegExp(`\\(option ${code}\\)`));
    assert.deepEqual(check(octets(type, '000001', CLIENT, SERVER)), [], type);
  }
});

test('a relay message without a message, and too many hops', () => {
  const empty = octets('0c 00', '00'.repeat(32), option(18, '61'));
  assert.deepEqual(
    check(empty).map((one) => one.text),
    ['RELAY-FORW carries no message (option 9).'],
  );
  assert.deepEqual(check(relay(SOLICIT, 8)), []);
  assert.deepEqual(
    check(relay(SOLICIT, 9)).map((one) => [one.offset, one.length, one.text]),
    [[1, 1, 'Hop count 9 is more than 8, where relays must stop (RFC 9915 §7.6).']],
  );
});

test('relay messages nested beyond reason are not followed', () => {
  let bytes = SOLICIT;
  for (let i = 0; i < 40; i++) bytes = relay(bytes, 0);
  const { decoded, problems } = decode(bytes);
  assert.deepEqual(ids(problems), ['v6-malformed']);
  assert.match(problems[0]!.text, /More than 32 relay messages/);
  assertCovered(decoded, bytes.length);
  assert.equal(Message6.read(bytes).innermost().typeName, 'RELAY-FORW');
  let most = SOLICIT;
  for (let i = 0; i < 32; i++) most = relay(most, 0);
  assert.deepEqual(check(most), []);
  assert.equal(Message6.read(most).innermost().typeName, 'SOLICIT');
});

test('options nested beyond reason end as octets, and cost no stack', () => {
  // Four thousand associations inside one another, four octets of header and twelve of timers each, as far as 64 KiB go.
  const bytes = new Uint8Array(4 + 16 * 4000);
  bytes.set([7, 0, 0, 1]);
  for (let at = 4; at < bytes.length; at += 16) {
    const inside = bytes.length - at - 4;
    bytes.set([0, 3, inside >> 8, inside & 255], at);
  }
  const { decoded } = decode(bytes);
  assertCovered(decoded, bytes.length);
  let depth = 0;
  for (let options = decoded.options; options.length > 0; options = options[0]!.options ?? []) depth++;
  assert.ok(depth >= 4 && depth <= 16, String(depth));
});

test('damage inside values is reported at its octets', () => {
  const bytes = octets('0b 000001', option(24, '0161 c000'), option(39, '00 3f61'), option(21, '0161'));
  const { problems, decoded } = decode(bytes);
  assert.deepEqual(
    problems.map((one) => [one.id, one.offset, one.length, one.text]),
    [
      ['v6-malformed', 8, 2, 'A compression pointer stands where none is allowed.'],
      ['v6-malformed', 17, 2, 'A label of 63 octets runs past the end, where 1 are left.'],
      ['v6-malformed', 23, 2, 'The name has no end.'],
    ],
  );
  assertCovered(decoded, bytes.length);
});

test('text from the packet is made printable', () => {
  const bytes = octets(
    '0b 000001',
    option(13, '0001 1b5b33316d'),
    option(59, 'e280ae61'),
    option(18, '5c'),
    option(24, '03 0a2e5c 00'),
  );
  const { decoded } = decode(bytes);
  assert.deepEqual(
    decoded.options.map((one) => one.value),
    ['UnspecFail: \\x1b[31m', '\\u202ea', '\\\\', '\\n\\.\\\\'],
  );
  // No raw control or bidi character anywhere in the tree.
  assert.ok(!/[\u0000-\u001f\u202e]/.test(outline(decoded.fields).join('')));
});

test('cut at every length and mutated: never throws, covers every octet, check and decode agree', () => {
  const seed = relay(REPLY, 1);
  let state = 67;
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  const look = (bytes: Uint8Array): void => {
    const { decoded, problems } = decode(bytes);
    assertCovered(decoded, bytes.length);
    const structural = check(bytes);
    assert.deepEqual(problems.slice(0, structural.length), structural);
    for (const one of problems) assert.ok(one.offset >= 0 && one.offset + one.length <= bytes.length, one.text);
    summary6(Message6.read(bytes));
  };
  for (let length = 0; length <= seed.length; length++) look(seed.slice(0, length));
  for (let round = 0; round < 3000; round++) {
    const bytes = seed.slice();
    for (let change = 0; change <= random(4); change++) bytes[random(bytes.length)] = random(256);
    look(bytes);
  }
  for (let round = 0; round < 2000; round++) {
    const bytes = Uint8Array.from({ length: random(90) }, () => (random(3) ? random(16) : random(256)));
    look(bytes);
  }
});

test('a message in a reassembled buffer: every span names the buffer', () => {
  const problems: never[] = [];
  const decoded = decodeMessage6(Message6.read(REPLY), problems, 0, 1);
  const all = (fields: readonly Field[]): Field[] => fields.flatMap((field) => [field, ...all(field.children ?? [])]);
  assert.ok(all(decoded.fields).every((field) => field.buffer === 1));
});

test('a relay message that is cut inside its header: hop count and link address are read as far as they are there', () => {
  const names = (text: string): string[] => {
    const bytes = octets(text);
    const { decoded } = decode(bytes);
    assertCovered(decoded, bytes.length);
    return decoded.fields.map(({ name, text: said }) => `${name}: ${said}`);
  };
  assert.deepEqual(names('0c 02 2001'), ['Message type: RELAY-FORW (12)', 'Hop count: 2', 'Rest of the header: 20 01']);
  assert.deepEqual(names(`0d 01 20010db8000000000000000000000001 fe`).slice(1), [
    'Hop count: 1',
    'Link address: 2001:db8::1',
    'Rest of the header: fe',
  ]);
});
