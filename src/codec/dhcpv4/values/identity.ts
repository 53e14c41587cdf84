import { concat } from '../../bytes';
import { duid } from '../../values/duid';
import type { Data } from '../../field';
import { HARDWARE_TYPES } from '../../names/hardware';
import { atLeast, cannotEncode, exactly, inner, mac, uintOctets, type Decoded, type ValueType } from '../../values';
import type { View } from '../../view';
import { damaged } from './damage';
import { readsAsText, readTextOrOctets, writeTextOrOctets } from '../../values/text-or-octets';

const address = mac(atLeast(1));

/** Largest hardware type accepted before an address in option 61: the highest assigned so far. */
const LAST_HARDWARE = Object.keys(HARDWARE_TYPES)
  .map(Number)
  .filter((type) => type < 0x20)
  .reduce((last, type) => Math.max(last, type), 0);

type Shape = 'hardware' | 'duid' | 'name' | 'free';

function shapeOf(view: View): Shape {
  const type = view.u8(0);
  // RFC 4361 §6.1: type 255, a 32-bit IAID, a DUID.
  if (type === 255 && view.length >= 5 + duid.size.min && view.length <= 5 + duid.size.max) return 'duid';
  if (type === 1 ? view.length === 7 : type > 1 && type <= LAST_HARDWARE && view.length > 2 && view.length <= 21)
    return 'hardware';
  return type === 0 && view.length > 1 ? 'name' : 'free';
}

/**
 * Client identifier (RFC 2132 §9.14, RFC 4361 §6.1). Data: `{type, address}` for a link-layer address, `{iaid, duid}`
 * for type 255, `{type: 0, id}` for another name after type 0, else text or `{hex}`.
 */
export const clientIdentifier: ValueType = {
  name: 'client identifier',
  size: atLeast(2),
  // Only a DUID can be damaged.
  sound: (view) => shapeOf(view) !== 'duid',
  decode(view, context): Decoded {
    const shape = shapeOf(view);
    const key = context.key;
    if (shape === 'free') return readTextOrOctets(view);
    const type = view.u8(0);
    const typeText =
      type === 255
        ? 'IAID and DUID (255)'
        : type === 0
          ? 'not an address (0)'
          : `${HARDWARE_TYPES[type] ?? 'unknown'} (${type})`;
    const head = view.field(0, 1, 'Type', typeText, { key: `${key}.type` });
    if (shape === 'duid') {
      const iaid = view.u32(1);
      const rest = view.sub(5);
      const one = duid.decode(rest, inner(context, 'duid'));
      return {
        data: { iaid, duid: one.data },
        value: view.hex(0, view.length, ':'),
        text: `IAID ${iaid}, ${one.text ?? one.value}`,
        children: [
          head,
          view.field(1, 4, 'IAID', `0x${view.hex(1, 4)}`, { key: `${key}.iaid` }),
          rest.field(0, rest.length, 'DUID', one.text ?? one.value, {
            key: `${key}.duid`,
            ...(one.children ? { children: one.children } : {}),
          }),
        ],
      };
    }
    const rest = view.sub(1);
    if (shape === 'name') {
      const one = readTextOrOctets(rest);
      const children = [head, rest.field(0, rest.length, 'Identifier', one.text ?? one.value, { key: `${key}.id` })];
      return { data: { type: 0, id: one.data }, value: one.value, text: one.text ?? one.value, children };
    }
    const shown = rest.hex(0, rest.length, ':');
    return {
      data: { type, address: shown },
      value: shown,
      text: `${shown} (${HARDWARE_TYPES[type] ?? `hardware type ${type}`})`,
      children: [head, rest.field(0, rest.length, 'Link-layer address', shown, { key: `${key}.address` })],
    };
  },
  encode(data) {
    if (data === null || typeof data !== 'object' || Array.isArray(data) || 'hex' in data)
      return writeTextOrOctets(data);
    if (data['duid'] !== undefined) {
      return concat([Uint8Array.of(255), uintOctets(data['iaid'] ?? null, 4), duid.encode(data['duid'])]);
    }
    const type = uintOctets(data['type'] ?? null, 1);
    return concat([
      type,
      data['id'] !== undefined ? writeTextOrOctets(data['id']) : address.encode(data['address'] ?? null),
    ]);
  },
};

/** Number of octets at the start that are items: each has a length octet, and none is empty (RFC 3004 §4). */
function itemsLength(view: View): number {
  let at = 0;
  while (at < view.length) {
    const length = view.u8(at);
    if (length === 0 || at + 1 + length > view.length) break;
    at += 1 + length;
  }
  return at;
}

/**
 * User class (RFC 3004 §4): items, each a length octet and data. Windows and iPXE send plain text instead, which is
 * recognised and read as text. Data: an array of items (text or `{hex}`); text or `{hex}` for the plain form.
 */
export const userClass: ValueType = {
  name: 'user classes',
  size: atLeast(1),
  sound: (view) => itemsLength(view) === view.length,
  decode(view, context) {
    const whole = itemsLength(view);
    if (whole < view.length && readsAsText(view)) {
      const one = readTextOrOctets(view);
      return { ...one, text: `${one.text} (plain text, not in the form of RFC 3004)` };
    }
    const data: Data[] = [];
    const values: string[] = [];
    const texts: string[] = [];
    const children = [];
    for (let at = 0; at < whole;) {
      const length = view.u8(at);
      const item = readTextOrOctets(view.sub(at + 1, length));
      data.push(item.data);
      values.push(item.value);
      texts.push(item.text ?? item.value);
      children.push(
        view.field(at, 1, 'Length', `${length} octets`, { key: context.key }),
        view.field(at + 1, length, 'User class', item.text ?? item.value, { key: context.key }),
      );
      at += 1 + length;
    }
    if (whole === view.length) return { data, value: values.join(', '), text: texts.join(', '), children };
    // Damaged: show the items before the damage, and give the octets as the value.
    children.push(damaged(view, whole, context, 'An item of the user class is empty or runs past the end.'));
    return { ...readTextOrOctets(view), children };
  },
  encode(data) {
    if (!Array.isArray(data)) return writeTextOrOctets(data);
    return concat(
      data.map((item) => {
        const octets = writeTextOrOctets(item);
        if (octets.length < 1 || octets.length > 255) return cannotEncode('a user class of 1 to 255 octets', item);
        return concat([Uint8Array.of(octets.length), octets]);
      }),
    );
  },
};

/**
 * A machine's UUID (RFC 4578 §2.3): a type octet 0 and 16 octets. Firmware stores the first three groups as
 * little-endian (SMBIOS, UEFI specification appendix A), so the text shows them that way. Data: `{type, uuid}`.
 */
export const machineUuid: ValueType = {
  name: 'machine identifier (UUID)',
  size: exactly(17),
  decode(view, context) {
    const type = view.u8(0);
    const uuid = [swapped(view, 1, 4), swapped(view, 5, 2), swapped(view, 7, 2), view.hex(9, 2), view.hex(11, 6)].join(
      '-',
    );
    return {
      data: { type, uuid },
      value: uuid,
      children: [
        view.field(0, 1, 'Type', type === 0 ? 'UUID (0)' : `${type} (not assigned)`, { key: `${context.key}.type` }),
        view.field(1, 16, 'UUID', uuid, { key: `${context.key}.uuid` }),
      ],
    };
  },
  encode(data) {
    if (data === null || typeof data !== 'object' || Array.isArray(data))
      return cannotEncode('a machine identifier', data);
    const { type, uuid } = data;
    const digits = typeof uuid === 'string' ? uuid.replaceAll('-', '') : '';
    if (!/^[0-9a-f]{32}$/i.test(digits)) return cannotEncode('a machine identifier', data);
    const octets = Uint8Array.from({ length: 16 }, (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16));
    octets.subarray(0, 4).reverse();
    octets.subarray(4, 6).reverse();
    octets.subarray(6, 8).reverse();
    return concat([uintOctets(type ?? null, 1), octets]);
  },
};

function swapped(view: View, at: number, length: number): string {
  let out = '';
  for (let i = length - 1; i >= 0; i--) out += view.hex(at + i, 1);
  return out;
}
