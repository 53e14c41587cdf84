import assert from 'node:assert/strict';
import test from 'node:test';
import { Build, SERVER, lease, lines, raw, textOption } from './build';
import type { OptionSpec4 } from '../../src/codec/dhcpv4/encode';

/** Option 43 as a server sends it to a client without a known vendor class. */
function bound(option: OptionSpec4): Build {
  const build = new Build();
  build.bind(0, {}, { options: lease([option]) });
  return build;
}
const said = (option: OptionSpec4): string[] => lines(bound(option).analyse());
const FOUND = [`bad-option-value warning ${SERVER} 2,4`];

test('bad-option-value: sub-options of option 43 typed as hex digits into a field for text', () => {
  assert.deepEqual(said(textOption(43, 'f1040a010005')), FOUND);
  assert.deepEqual(said(textOption(43, 'F1:04:0A:01:00:05')), FOUND);
  assert.deepEqual(said(textOption(43, '0x01020a0b0201ff')), FOUND);
  // The octets themselves.
  assert.deepEqual(said(raw(43, 'f1040a010005')), []);
  // The length does not fit, or there is an odd digit, or it is a name.
  for (const text of ['f1050a010005', 'f1030a010005', 'f1040a01000', 'f1:040a:010005', '10.1.0.5', 'facade', 'f104'])
    assert.deepEqual(said(textOption(43, text)), [], text);
});

test('bad-option-value: the text says what the digits mean, and the step how to enter them', () => {
  const [found] = bound(textOption(43, 'f1040a010005')).analyse().findings;
  assert.match(found!.explanation, /exactly sub-option 241 with value 0a010005, by code, length and value/);
  assert.equal(found!.steps[0], 'Enter the value of option 43 as octets: f1:04:0a:01:00:05.');
});
