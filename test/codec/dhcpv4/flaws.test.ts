import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ABOUT, type Problem } from '../../../src/codec/field';
import { checkMessage4 } from '../../../src/codec/dhcpv4/decode';
import { Message4 } from '../../../src/codec/dhcpv4';
import { decode, raw } from './build';

/* Values that the RFC of their option rules out though their length fits: `bad-option-value`. */

const textHex = (text: string): string => Buffer.from(text, 'latin1').toString('hex');
const option = (code: number, value: string): string =>
  code.toString(16).padStart(2, '0') + (value.length / 2).toString(16).padStart(2, '0') + value;

/** Offset of the value of the option that follows the message type. */
const VALUE_AT = 240 + 3 + 2;

/** What tree and check say of an option: both must say the same. */
function said(code: number, value: string, type = '01'): readonly Problem[] {
  const bytes = raw({ op: type === '01' ? 1 : 2, options: `3501${type}${option(code, value)}ff` });
  const { problems } = decode(bytes);
  const checked: Problem[] = [];
  checkMessage4(Message4.read(bytes, 0, bytes.length), checked, 0);
  assert.deepEqual(checked, problems);
  return problems;
}

/** By option, value in hex, octets at which something is wrong, and a part of what is said of them. */
const WRONG: readonly (readonly [string, number, string, readonly [at: number, length: number], RegExp])[] = [
  // RFC 4702 §2.1: the four upper bits must be zero. §2.3.1: with E, labels.
  [
    'reserved bits of 81',
    81,
    `600000${textHex('host')}`,
    [0, 7],
    /^Option 81 \(Client FQDN\): the bits 0x60 of the flags 0x60 /,
  ],
  [
    'text with E in 81',
    81,
    `050000${textHex('printer-room-12')}`,
    [3, 15],
    /^Option 81 .*“printer-room-12”, though flag E/,
  ],
  ['digits with E in 81', 81, `040000${textHex('12.example')}`, [3, 10], /“12\.example”, though flag E/],
  [
    'a label past the end in 81',
    81,
    '0400000a6162',
    [3, 3],
    /^Option 81 \(Client FQDN\): A label of 10 octets runs past/,
  ],
  // RFC 3397 §2, RFC 3361 §3.1.
  [
    'text in 119',
    119,
    textHex('corp.example'),
    [0, 12],
    /^Option 119 \(Domain Search\): the name is plain text “corp\.example”/,
  ],
  [
    'text in 120',
    120,
    textHex('sip.example'),
    [1, 10],
    /^Option 120 \(SIP Servers\): the name is plain text “sip\.example”/,
  ],
  ['text behind the encoding octet of 120', 120, `00${textHex('sip.example')}`, [1, 11], /plain text “sip\.example”/],
  // RFC 2132 §3.17: a domain name, not several.
  [
    'several names in 15',
    15,
    textHex('a.example b.example'),
    [0, 19],
    /^Option 15 \(Domain Name\): “a\.example b\.example” holds several/,
  ],
  // RFC 2132 §2: NVT ASCII.
  ['octets in 12', 12, '0102f0ff', [0, 4], /^Option 12 \(Host Name\): octet 1 of the text is 0x01, .*01 02 f0 ff/],
  ['another code page in 12', 12, '66fc72', [0, 3], /^Option 12 \(Host Name\): its octets \(66 fc 72\) are no text/],
  ['a NUL in front of text in 67', 67, '612e006500', [0, 5], /^Option 67 \(Bootfile Name\): octet 3 .* 0x00/],
  // RFC 8925 §3.4.
  ['299 s in 108', 108, '0000012b', [0, 4], /^Option 108 \(IPv6-Only Preferred\): 299 s is less than the 300 s/],
  // RFC 5010 §3, RFC 4030 §4.
  ['reserved bits of 82/10', 82, '0a0181', [2, 1], /^Option 82\/10 \(Relay Agent Flags\): the bits 0x1 /],
  [
    'reserved bits of 82/8',
    82,
    `080e0110${'00'.repeat(12)}`,
    [2, 14],
    /^Option 82\/8 \(Authentication\): the bits 0x10 /,
  ],
];

for (const [name, code, value, [at, length], text] of WRONG)
  test(`bad-option-value: ${name}`, () => {
    const problems = said(code, value, code === 108 ? '05' : '01');
    assert.deepEqual(
      problems.map((one) => [one.id, one.offset - VALUE_AT, one.length]),
      [['bad-option-value', at, length]],
    );
    assert.match(problems[0]!.text, text);
  });

/** The healthy twins. */
const RIGHT: readonly (readonly [number, string])[] = [
  [81, `000000${textHex('host')}`],
  [81, `05000007${textHex('printer')}00`],
  // A partial name has no empty label at its end (RFC 4702 §2.3.1).
  [81, `05000007${textHex('printer')}`],
  [81, '050000'],
  [119, `04${textHex('corp')}07${textHex('example')}00`],
  [120, `0003${textHex('sip')}00`],
  [120, '01c0000201'],
  [15, textHex('lab.example')],
  [15, `${textHex('lab.example')}00`],
  [12, textHex('host')],
  [12, '66c3bc72'],
  [56, textHex('no lease\r\n')],
  // A vendor class is the vendor's own octets (RFC 2132 §9.13).
  [60, '0102f0ff'],
  [108, '0000012c'],
  [82, '0a0180'],
  [82, `080e0101${'00'.repeat(12)}`],
];

test('bad-option-value: nothing is said of values as the RFCs have them', () => {
  for (const [code, value] of RIGHT)
    assert.deepEqual(said(code, value, code === 108 ? '05' : '01'), [], `${code} ${value}`);
});

test('bad-option-value: a value of the longest size, all blanks, costs no more than its octets', () => {
  const options = option(15, '20'.repeat(255)).repeat(30);
  const began = performance.now();
  assert.deepEqual(decode(raw({ options: `350101${options}ff` })).ids, []);
  assert.ok(performance.now() - began < 500);
});

test('what a problem is about is data for rules, and neither JSON nor a message to the window has it', () => {
  const about = (code: number, value: string): unknown => said(code, value).map((one) => one[ABOUT]);
  assert.deepEqual(about(81, `600000${textHex('host')}`), [{ option: 81, name: 'Client FQDN', inValue: true }]);
  assert.deepEqual(about(1, 'ff'), [{ option: 1, name: 'Subnet Mask' }]);
  // An option inside the value has no name of its own; it is known by the option of the message that it lies in.
  assert.deepEqual(about(82, '0a0101970201'), [
    { option: 82, inValue: true },
    { option: 82, name: 'Relay Agent Information', inValue: true },
  ]);
  assert.deepEqual(about(82, '05010a'), [{ option: 82, inValue: true }]);
  const [one] = said(1, 'ff');
  assert.deepEqual(Object.keys(JSON.parse(JSON.stringify(one)) as object), ['id', 'offset', 'length', 'text']);
  assert.deepEqual(Reflect.ownKeys(structuredClone(one!)), ['id', 'offset', 'length', 'text']);
});
