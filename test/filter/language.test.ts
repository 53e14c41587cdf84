/** The language itself, without tshark: what a mistake is told, what a filter costs, and that no text is too strange for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { displayFilter, FrameReader } from '../../src/filter';
import { compileRegex, RegexError } from '../../src/filter/regex';
import { FIELDS } from '../../src/filter/fields';
import { dhcpOptions } from '../../src/codec/dhcpv4/options';
import { OPTIONS6 } from '../../src/codec/dhcpv6/options';
import { dispatch } from '../../src/codec/layers';
import { Walk } from '../../src/codec/walk';
import { DISCOVER, eth, ip4, octets, udp } from '../codec/frames';

function mistake(text: string): string {
  const filter = displayFilter(text);
  assert.ok('problem' in filter, `${text} should be a mistake`);
  const { position, length, message } = filter.problem;
  assert.ok(position >= 0 && position + length <= text.length, `${text}: ${position}+${length}`);
  return `${position}: ${message}`;
}

test('a mistake says what, where, and what would be possible there', () => {
  assert.equal(
    mistake('udp and dhcp.option.hostnme'),
    '8: “dhcp.option.hostnme” is no field; near it: dhcp.option.hostname',
  );
  assert.match(mistake('dhcp.hostname == "a"'), /^0: “dhcp.hostname” is no field; near it: dhcp.option.hostname/);
  assert.equal(
    mistake('dhcp.ip.your == abc'),
    '16: “abc” is no value of dhcp.ip.your, which is an IPv4 address; possible would be an address such as 10.0.0.1 or 10.0.0.0/24, without quotation marks',
  );
  assert.equal(
    mistake('dhcp.type == Request'),
    '13: “Request” is no value of dhcp.type, which is a number of 8 bits; possible would be a number from 0 to 255, or a name: "Boot Request", "Boot Reply"',
  );
  assert.equal(mistake('ip.ttl == 256'), '10: 256 is too large for ip.ttl; possible would be a number from 0 to 255');
  assert.equal(
    mistake('ip.src == eth.src'),
    '10: eth.src is an Ethernet address and cannot be compared with ip.src, which is an IPv4 address',
  );
  assert.equal(
    mistake('frame.number contains 1'),
    '0: frame.number is a number of 32 bits, and “contains” looks into octets, texts and protocols only',
  );
  assert.equal(mistake('arp and'), '7: the filter ends where there should be a field, a function or a value');
  assert.equal(
    mistake('arp udp'),
    '4: “udp” cannot stand here; possible would be “and”, “or” or the end of the filter',
  );
  assert.equal(mistake('(arp'), '4: the filter ends where there should be “)”');
  assert.equal(mistake('udp.port = 67'), '9: “=” is no operator; equal is “==”');
  assert.equal(mistake('udp.port in {67 68}'), '16: “68” cannot stand here; possible would be “,” or “}”');
  assert.equal(
    mistake('foo(udp.port) == 1'),
    '0: there is no function “foo”; there are len, count, upper, lower, string, max, min, abs',
  );
  assert.equal(mistake('len(udp.port, 1) == 1').startsWith('14: '), true);
  assert.equal(
    mistake('dhcp.option.hostname matches "a("'),
    '29: in the regular expression, at character 2: “(” is not closed',
  );
  assert.equal(mistake('dhcp.bad == 1').startsWith('0: “dhcp.bad” is no field'), true);
  assert.equal(mistake('1 == frame.number').startsWith('0: there must be a field or a function here'), true);
});

test('every option with a column for it is a field of the language', () => {
  for (const table of [dhcpOptions, OPTIONS6])
    for (const { filter } of table.values()) if (filter) assert.equal(FIELDS.get(filter[0])?.name, filter[0]);
  assert.equal(FIELDS.get('bootp.option.hostname')?.name, 'dhcp.option.hostname');
  assert.equal(FIELDS.get('bootp')?.name, 'dhcp');
});

/** Whether the frame passes the filter. */
function passes(text: string, frame: string): boolean {
  const filter = displayFilter(text);
  assert.ok(!('problem' in filter), text);
  const bytes = octets(frame);
  const walk = new Walk(dispatch).run(bytes, 0, bytes.length, 1);
  const facts = {
    number: 1,
    time: 0n,
    relative: 0n,
    linkType: 1,
    wireLength: bytes.length,
    captured: bytes.length,
    walk,
  };
  const own = { findings: ['no-offer', 'slow-server'], conversations: [3], outcomes: ['bound'] };
  return filter.matches(new FrameReader(filter.names).read({ ...facts, own }));
}

test('our own fields: findings, conversations and their outcome', () => {
  const frame = eth(0x0800, ip4(17, udp(68, 67, DISCOVER)));
  assert.equal(passes('finding == "no-offer"', frame), true);
  assert.equal(passes('finding == slow-server and dhcp.option.dhcp == 1', frame), true);
  assert.equal(passes('finding == "nak"', frame), false);
  assert.equal(passes('finding contains "offer"', frame), true);
  assert.equal(passes('conversation == 3', frame), true);
  assert.equal(passes('conversation > 3', frame), false);
  assert.equal(passes('outcome == "bound"', frame), true);
  assert.equal(passes('outcome in {"refused", "declined"}', frame), false);
  assert.equal(passes('arp xor dhcp', frame), true);
  assert.equal(passes('udp xor dhcp', frame), false);
  assert.equal(passes('udp ^^ arp ^^ dhcp', frame), false);
});

test('an id that no finding has, or an outcome that there is not, is a mistake that names what there is', () => {
  assert.equal(mistake('finding == "no-ofer"'), '11: there is no finding “no-ofer”; possible would be no-offer');
  assert.match(
    mistake('dhcp and finding in {"nak", naks}'),
    /^28: there is no finding “naks”; possible would be nak\b/,
  );
  assert.equal(
    mistake('outcome != "bond"'),
    '11: there is no outcome “bond”; possible would be bound, renewed, informed, refused, declined, unanswered, incomplete, released',
  );
  assert.match(mistake('finding == "completely else"'), /^11: there is no finding “completely else”$/);
  assert.ok(!('problem' in displayFilter('finding contains "ofer"')));
});

/** Pieces of which filters are made. */
const PIECES = [
  ...['dhcp', 'dhcp.ip.your', 'udp.port', 'eth.src', 'frame.time', 'dhcp.option.hostname', 'foo', 'len', 'any', 'all'],
  ...[
    '==',
    '!=',
    '===',
    '<',
    'contains',
    'matches',
    'in',
    'not',
    'and',
    '||',
    'xor',
    '&',
    '+',
    '-',
    '*',
    '/',
    '%',
    '..',
  ],
  ...[
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    '[0:3]',
    ',',
    '#',
    '1',
    '0x1f',
    '10.0.0.1',
    '10.0.0.0/8',
    'fe80::1',
    '02:67',
    '"a"',
    '"',
    "'x'",
    '\\',
  ],
];

test('no text makes it throw, and every mistake lies inside the text', () => {
  const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 20 }).map((some) => some.join(' '));
  fc.assert(
    fc.property(
      fc.oneof(pieces, fc.string({ maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 20 })),
      (text) => {
        const filter = displayFilter(text);
        if ('problem' in filter) {
          const { position, length } = filter.problem;
          assert.ok(position >= 0 && length >= 0 && position + length <= text.length);
        }
      },
    ),
    { numRuns: 20_000, seed: 67 },
  );
});

test('deep and long filters are refused or read in time that grows with their length', () => {
  const deep = (text: string): void =>
    assert.match(mistake(text), /levels inside one another|terms in one|slices of one/);
  deep(`${'('.repeat(5000)}arp${')'.repeat(5000)}`);
  deep(`${'len('.repeat(5000)}arp${')'.repeat(5000)}`);
  deep(`frame.len == ${'{'.repeat(5000)}1${'}'.repeat(5000)}`);
  deep(`frame.len == ${Array.from({ length: 5000 }, () => '1').join(' + ')}`);
  deep(`eth.src${'[0:1]'.repeat(5000)} == 02`);
  assert.match(mistake('a'.repeat(70_000)), /longer than 65536 characters/);
  const started = performance.now();
  for (const operator of ['and', 'or', 'xor'])
    assert.ok(!('problem' in displayFilter(Array.from({ length: 8000 }, () => 'arp').join(` ${operator} `))));
  assert.ok(!('problem' in displayFilter(`${'not '.repeat(16_000)}arp`)));
  assert.ok(!('problem' in displayFilter(`udp.port in {${Array.from({ length: 9000 }, (_, i) => i).join(', ')}}`)));
  assert.ok(performance.now() - started < 5000);
});

test('a regular expression that makes others go back for ever takes its length times the text’s', () => {
  const hostile = 'a'.repeat(20_000);
  const started = performance.now();
  for (const pattern of [
    '(a+)+$',
    '(a|aa)+b',
    '(a*)*b',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(.*a){12}b',
    '(?=(a+)+b)(?<=(a|aa)+b)',
  ])
    assert.equal(
      compileRegex(pattern).test(`${hostile}!`),
      pattern.includes('b') || pattern.includes('$') ? false : true,
    );
  assert.ok(performance.now() - started < 5000);
  for (const pattern of ['(a{1000}){1000}', '(?>a)b', '(a)\\1', 'a**', '[b-a]', '\\', '('.repeat(200)])
    assert.throws(() => compileRegex(pattern), RegexError);
});

test('regular expressions match what JavaScript’s own match, in the part of the language that both have', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    'c',
    '.',
    '[ab]',
    '[^a]',
    '\\d',
    '\\w',
    '(a|bc)',
    '(?:b)',
    '^',
    '$',
    '\\b',
    '(ab?)',
    '(?=a|bc)',
    '(?!b)',
    '(?<=a.|c)',
    '(?<!b+)',
    '(?=(?<!a)[bc])',
  );
  const sign = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,2}', '*?');
  const piece = fc
    .tuple(atom, sign)
    .map(([one, repeated]) => (/^[\^$]|^\\b|^\(\?[=!<]/.test(one) ? one : one + repeated));
  const pattern = fc.array(fc.oneof(piece, fc.constant('|')), { maxLength: 6 }).map((parts) => parts.join(''));
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', '1', '-'), maxLength: 8 });
  fc.assert(
    fc.property(pattern, text, (source, subject) => {
      assert.equal(
        compileRegex(source).test(subject),
        new RegExp(source, 'is').test(subject),
        `${source} on ${subject}`,
      );
    }),
    { numRuns: 20_000, seed: 67 },
  );
});
