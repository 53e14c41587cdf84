/** Options that the user defines: they are known to the capture that was opened with them, and to no other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import type { Field } from '../../src/codec/field';
import type { CustomOption } from '../../src/codec/customTypes';
import { Capture } from '../../src/engine/capture';

/** The BOOTREQUEST's fixed part with the magic cookie, then a DISCOVER with option 224 (`00 2a`) and End. */
const DISCOVER = `01010600${'00000001'}${'00'.repeat(4 + 16)}020000000001${'00'.repeat(10 + 64 + 128)}63825363 350101 e002002a ff`;
/** A SOLICIT with a client identifier, and in an IA_NA option 65001 (`00 2a`). */
const SOLICIT = '01000abc 0001000a 00030001 020000000001 00030012 00000001 00000000 00000000 fde90002002a';

const CUSTOM: readonly CustomOption[] = [
  { code: 224, name: 'Rack', type: 'uint16' },
  { code: 65001, name: 'Shelf', type: 'uint16', protocol: 'dhcpv6' },
];

function opened(hex: string, customOptions: readonly CustomOption[]): Capture {
  const capture = new Capture('pasted text', DEFAULT_SETTINGS, { customOptions });
  capture.readText(hex.replaceAll(' ', ''), hex === DISCOVER ? 'dhcp' : 'dhcpv6');
  return capture;
}

/** The names and texts of all fields with this key. */
function fieldsOf(capture: Capture, key: string): string[] {
  const found: string[] = [];
  const visit = (field: Field): void => {
    if (field.key === key && field.children) found.push(`${field.name}: ${field.text}`);
    field.children?.forEach(visit);
  };
  capture.frame(1).tree.forEach(visit);
  return found;
}

for (const [what, hex, key, own, registered] of [
  ['DHCPv4', DISCOVER, 'dhcp.option.224', 'Option 224 (Rack): 42', 'Option 224 (Private Use (224)): 00 2a'],
  ['DHCPv6, inside an option', SOLICIT, 'dhcpv6.option.3.65001', 'Shelf (65001): 42', 'Option 65001 (65001): 00 2a'],
] as const)
  test(`${what}: two captures that are open at once each have their own options`, () => {
    const [one, other] = [opened(hex, CUSTOM), opened(hex, [])];
    assert.deepEqual(fieldsOf(one, key), [own]);
    assert.deepEqual(fieldsOf(other, key), [registered]);
    assert.match(one.frame(1).docs[key]?.text ?? '', /^You have defined this option yourself/);
    assert.doesNotMatch(other.frame(1).docs[key]?.text ?? '', /yourself/);
  });

test('a definition that is not valid is refused with one sentence', () => {
  assert.throws(
    () => opened(DISCOVER, [{ code: 255, name: 'End', type: 'uint8' }]),
    new RangeError('An option code of dhcpv4 is a number from 1 to 254, not 255.'),
  );
});
