/** The sections that rows of options name are those that define the option, by the tables of contents of their RFCs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dhcpOptions } from '../../src/codec/dhcpv4/options';
import { OPTIONS6 } from '../../src/codec/dhcpv6/options';
import { guide } from '../../src/guide';

/** RFC, code of the first option, and the sections of it and of those with the codes that follow. */
const DHCPV6: readonly (readonly [rfc: number, first: number, sections: string])[] = [
  [4994, 43, '3'],
  [6011, 58, '4.2'],
  [6422, 66, '3'],
  [6440, 65, '3.1'],
  [6784, 75, '3.1 3.2 3.3 3.4'],
  [6977, 80, '5'],
  [7653, 100, '6.3.1 6.3.2 6.3.3'],
  [7839, 105, '5.1 5.2.1 5.2.2 5.2.3 5.3.1 5.3.2'],
  [8026, 111, '1.3'],
  // Host name, zone name and flags are inside option 116, and their sections inside its.
  [8156, 114, '5.5.1 5.5.2 5.5.3 5.5.3.1 5.5.3.2 5.5.3.3'],
  [8156, 120, '5.5.4 5.5.5 5.5.6 5.5.7 5.5.8 5.5.9 5.5.10 5.5.11 5.5.12 5.5.13 5.5.14 5.5.15 5.5.16 5.5.17 5.5.18'],
  [8357, 135, '4.2'],
  [8539, 137, '6.1'],
  [8948, 140, '4.1'],
];

const DHCPV4: readonly (readonly [code: number, reference: string])[] = [
  [95, 'RFC 3679 §3.2.1'],
  // RFC 2485 does not number its sections.
  [98, 'RFC 2485'],
  [109, 'RFC 8539 §6.2'],
  [112, 'RFC 3679 §3.2.2'],
  [113, 'RFC 3679 §3.2.2'],
  [123, 'RFC 6225 §2.2.1'],
  [141, 'RFC 6011 §4.1'],
  [144, 'RFC 6225 §2.2.2'],
  [220, 'RFC 6656 §3'],
];

/** Sub-options, by their pages. */
const SUB_OPTIONS: readonly (readonly [page: string, reference: string])[] = [
  ['option/82.4', 'RFC 3256 §2'],
  ['option/82.13', 'RFC 7839 §4.2'],
  ['option/82.16', 'RFC 7839 §4.3.3'],
  ['option/82.19', 'RFC 8357 §4.1'],
  ['option/122.10', 'RFC 3634 §2'],
  ['option/220.2', 'RFC 6656 §3.2'],
];

test('DHCPv6 options name the section that defines them', () => {
  for (const [rfc, first, sections] of DHCPV6)
    for (const [i, section] of sections.split(' ').entries())
      assert.equal(OPTIONS6.get(first + i)!.rfc, `RFC ${rfc} §${section}`, String(first + i));
});

test('DHCPv4 options and sub-options name the section that defines them', () => {
  for (const [code, reference] of DHCPV4) assert.equal(dhcpOptions.get(code)!.rfc, reference, String(code));
  for (const [page, reference] of SUB_OPTIONS) assert.deepEqual(guide().get(page)!.references, [reference], page);
});

test('lengths that an RFC fixes', () => {
  const length = (page: string): string | undefined =>
    guide()
      .get(page)!
      .blocks.flatMap((block) => (block.kind === 'table' ? block.rows : []))
      .find(([what]) => what === 'Length')?.[1];
  // RFC 7839 §4.3.3: 48 bits. RFC 4578 §2.3: a type octet and 16 octets; some firmware sends an empty one.
  assert.equal(length('option/82.16'), '6 octets');
  assert.equal(length('option/97'), '0 or 17 octets');
  // RFC 8156 §5.5.13: a time, then a key of variable length.
  assert.equal(length('option6/129'), 'at least 5 octets');
});
