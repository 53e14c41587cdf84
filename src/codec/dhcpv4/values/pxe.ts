import { concat } from '../../bytes';
import type { Field } from '../../field';
import {
  atLeast,
  nodeFor,
  prefixed,
  prefixedBy,
  sequence,
  struct,
  text,
  uint,
  type Size,
  type ValueType,
} from '../../values';
import { addressesOrNone, named, u16, u8 } from './basic';

/** Values for network boot. */

/** The firmware's network interface (RFC 4578 §2.2): type (1 is UNDI), then version. */
export const networkInterface = struct(
  'network interface identifier',
  [
    { key: 'type', name: 'Type', type: named({ 1: 'UNDI' }) },
    { key: 'major', name: 'Major version', type: u8 },
    { key: 'minor', name: 'Minor version', type: u8 },
  ],
  { summary: (_, values) => `${values['type']} ${values['major']}.${values['minor']}` },
);

/** PXE boot servers (PXE specification 2.1, table 2-1): type, count, addresses. */
export const bootServers = sequence(
  struct('boot server', [
    { key: 'type', name: 'Boot server type', type: u16 },
    {
      key: 'addresses',
      name: 'Addresses',
      type: countedAddresses(),
      measure: (view, at) => (at < view.length ? 1 + 4 * view.u8(at) : 1),
    },
  ]),
  'Boot server',
  { measure: (view, at) => (at + 3 <= view.length ? 3 + 4 * view.u8(at + 2) : 3) },
);

function countedAddresses(): ValueType {
  const size: Size = { min: 1, max: 1 + 4 * 255, step: 4 };
  return {
    name: 'addresses behind their number',
    size,
    decode(view, context) {
      const one = addressesOrNone.decode(view.sub(1), context);
      const children: Field[] = [view.field(0, 1, 'Count', String(view.u8(0)), { key: context.key })];
      if (view.length > 1) children.push(nodeFor(view, 1, view.length - 1, 'Addresses', one, context.key));
      return { data: one.data, value: one.value, children };
    },
    encode(data) {
      const octets = addressesOrNone.encode(data);
      return concat([u8.encode(octets.length / 4), octets]);
    },
  };
}

/** The PXE boot menu: the type of boot server, and its text in the menu. */
export const bootMenu = sequence(
  struct(
    'menu item',
    [
      { key: 'type', name: 'Boot server type', type: u16 },
      { key: 'text', name: 'Text', type: prefixed(1, text(atLeast(0))), measure: prefixedBy(1) },
    ],
    { summary: (_, values) => `${values['text']} (${values['type']})` },
  ),
  'Menu item',
  { measure: (view, at) => (at + 3 <= view.length ? 3 + view.u8(at + 2) : 3) },
);
export const bootPrompt = struct('menu prompt', [
  { key: 'timeout', name: 'Timeout', type: named({ 0: 'take the first item at once', 255: 'wait for ever' }) },
  { key: 'text', name: 'Prompt', type: text(atLeast(0)) },
]);
export const bootItem = struct('boot item', [
  { key: 'type', name: 'Boot server type', type: u16 },
  { key: 'layer', name: 'Layer', type: uint(2, { hex: true }) },
]);
