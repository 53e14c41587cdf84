import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Field } from '../../../src/codec/field';
import { agrees, OurFields } from './compare';
import { parsePdml } from './pdml';

// Lines as tshark 4.0 prints them, shortened.
const PDML = `<?xml version="1.0"?>
<pdml version="0">
<packet>
  <proto name="geninfo" pos="0" showname="General information" size="4">
    <field name="num" pos="0" show="7" showname="Number" value="7" size="4"/>
  </proto>
  <proto name="dhcp" showname="Dynamic Host Configuration Protocol (Offer)" size="12" pos="0">
    <field name="dhcp.flags" showname="Bootp flags: 0x8000 (Broadcast)" size="2" pos="0" show="0x8000" value="8000">
      <field name="dhcp.flags.bc" showname="1... .... .... .... = Broadcast flag: Broadcast" size="2" pos="0" show="1" value="1" unmaskedvalue="8000"/>
    </field>
    <field name="dhcp.option.type" showname="Option: (12) Host Name" size="5" pos="2" show="12" value="0c03613c62">
      <field name="dhcp.option.length" showname="Length: 3" size="1" pos="3" show="3" value="03"/>
      <field name="dhcp.option.value" showname="Value: 613c62" hide="yes" size="3" pos="4" show="61:3c:62" value="613c62"/>
      <field name="dhcp.option.hostname" showname="Host Name: a&lt;b" size="3" pos="4" show="a&lt;b" value="613c62"/>
    </field>
  </proto>
  <proto name="other" size="1" pos="12"><field name="other.field" size="1" pos="12" show="1" value="01"/></proto>
</packet>
</pdml>`;

const [frame] = parsePdml(PDML);
const field = (name: string): NonNullable<typeof frame>['fields'][number] =>
  frame!.fields.find((one) => one.name === name)!;

test('PDML: frame number, octets, entities, bits, and the option that a field stands in', () => {
  assert.equal(frame!.number, 7);
  assert.deepEqual(
    frame!.fields.map((one) => one.name),
    [
      'dhcp.flags',
      'dhcp.flags.bc',
      'dhcp.option.type',
      'dhcp.option.length',
      'dhcp.option.value',
      'dhcp.option.hostname',
    ],
  );
  assert.equal(field('dhcp.option.hostname').show, 'a<b');
  assert.deepEqual(field('dhcp.option.hostname').path, ['dhcp', 'option 12']);
  assert.equal(field('dhcp.option.value').hidden, true);
  assert.deepEqual([field('dhcp.flags.bc').bits, field('dhcp.flags.bc').hex], [1, '8000']);
  assert.deepEqual([field('dhcp.flags').leaf, field('dhcp.flags.bc').leaf], [false, true]);
});

const ours = (name: string, text: string): Field[] => [{ name, text, offset: 0, length: 1 }];
const their = (show: string, hex = 'ff', line = show): Parameters<typeof agrees>[0] => ({
  ...field('dhcp.option.hostname'),
  show,
  hex,
  line,
});

test('values that say the same agree, and no others', () => {
  const equal: readonly (readonly [string, string])[] = [
    ['3600', '3600 s (1 hour)'],
    ['1', 'yes (1)'],
    ['0x00000007', '7'],
    ['10.0.0.1', '10.0.0.1'],
    ['host', '“host” (and 1 NUL octet)'],
    ['61:62', '“ab”'],
    ['example.com.', 'example.com'],
    ['0f00155d', '0x0f00155d'],
    ['Apr 10, 2022 21:10:59.000000000 UTC', '2022-04-10T21:10:59Z (702940259 s since 2000)'],
    ['473441837', '2015-01-01T15:37:17Z (473441837 s since 2000)'],
    ['64:ff9b::', '64:ff9b::/96'],
    ['38.8986800014973', '38.89868000149727° (uncertainty 34)'],
  ];
  for (const [show, text] of equal) assert.ok(agrees(their(show), ours('Value', text)), `${show} and ${text}`);
  const different: readonly (readonly [string, string])[] = [
    ['3601', '3600 s (1 hour)'],
    ['1', '3600 s (1 hour)'],
    ['0', 'yes (1)'],
    ['10.0.0.1', '10.0.0.10'],
    ['hos', '“host”'],
    ['61:63', '“ab”'],
    ['example.com', 'example.org'],
    ['Apr 10, 2022 21:11:00.000000000 UTC', '2022-04-10T21:10:59Z (702940259 s since 2000)'],
    ['64:ff9c::', '64:ff9b::/96'],
    ['38.8986810014973', '38.89868000149727° (uncertainty 34)'],
  ];
  for (const [show, text] of different) assert.ok(!agrees(their(show), ours('Value', text)), `${show} and ${text}`);
});

test('an option is compared by its code, whatever its value is', () => {
  const head = field('dhcp.option.type');
  assert.ok(agrees(head, ours('Option 12 (Host Name)', '“x”')));
  assert.ok(!agrees(head, ours('Option 13 (Boot File Size)', '12')));
});

test('octets that are all 0 are padding of their number', () => {
  assert.ok(agrees({ ...their('00:00', '0000'), length: 2 }, ours('Padding', '2 octets')));
  assert.ok(!agrees({ ...their('00:00', '0000'), length: 2 }, ours('Padding', '3 octets')));
  assert.ok(!agrees({ ...their('00:01', '0001'), length: 2 }, ours('Padding', '2 octets')));
});

test('fields are found at their octets, alone, as several that cover them, and around them', () => {
  const bytes = Uint8Array.of(0x80, 0, 12, 3, 0x61, 0x3c, 0x62);
  const parts: Field[] = [
    { name: 'Code', text: '12', offset: 2, length: 1 },
    { name: 'Length', text: '3', offset: 3, length: 1 },
    { name: 'Value', text: '“a<b”', offset: 4, length: 3 },
  ];
  const mine = new OurFields(
    [{ name: 'All', text: '', offset: 0, length: 7, children: parts }],
    [{ name: 'Frame', bytes }],
  );
  assert.deepEqual(
    mine.like(field('dhcp.option.hostname')).map((one) => one.name),
    ['Value'],
  );
  assert.deepEqual(mine.like(field('dhcp.option.type')), []);
  assert.equal(mine.covers(field('dhcp.option.type')), true);
  assert.equal(mine.covers(field('dhcp.flags')), false);
  assert.equal(mine.around(field('dhcp.option.length'))!.name, 'All');
  // Other octets than tshark has are no match.
  assert.deepEqual(mine.like({ ...field('dhcp.option.hostname'), hex: '613c63' }), []);
});
