import { concat, parseHex } from '../bytes';
import type { Data } from '../field';
import { ENTERPRISES } from '../names/enterprises';
import { HARDWARE_TYPES } from '../names/hardware';
import { mac, uint, uintOctets } from './scalar';
import { atLeast, cannotEncode, inner, octets, type Context, type Decoded, type ValueType } from './type';
import type { View } from '../view';
import { struct, type Part } from './struct';

/** 2000-01-01T00:00:00Z in seconds of Unix time, from which DHCPv6 counts its times (RFC 9915 §11.2). */
const EPOCH_2000 = 946_684_800;

/** A time in seconds since 2000-01-01 UTC, modulo 2^32. Data: the number. */
export const time2000: ValueType = {
  ...uint(4),
  name: 'time in seconds since 2000-01-01 UTC',
  decode(view) {
    const data = view.u32(0);
    const words = new Date((EPOCH_2000 + data) * 1000).toISOString().replace('.000Z', 'Z');
    return { data, value: words, text: `${words} (${data} s since 2000)` };
  },
};

/** A UUID, 16 octets (RFC 9562 §4). Data: its text form. */
export const uuid: ValueType = {
  name: 'UUID',
  size: { min: 16, max: 16, step: 1 },
  decode(view) {
    const value = [
      [0, 4],
      [4, 2],
      [6, 2],
      [8, 2],
      [10, 6],
    ]
      .map(([at, length]) => view.hex(at, length))
      .join('-');
    return { data: value, value };
  },
  encode(data) {
    const out = typeof data === 'string' ? parseHex(data) : undefined;
    return out?.length === 16 ? out : cannotEncode('a UUID', data);
  },
};

export const hardwareType = uint(2, { names: HARDWARE_TYPES, name: 'hardware type' });
export const enterpriseNumber = uint(4, { names: ENTERPRISES, name: 'enterprise number' });

/** The kinds of DUID (IANA “DHCPv6 Parameters”, DUIDs). */
export const DUID_TYPES: Readonly<Record<number, string>> = {
  1: 'DUID-LLT',
  2: 'DUID-EN',
  3: 'DUID-LL',
  4: 'DUID-UUID',
};

const hardware: Part = { key: 'hardware', name: 'Hardware type', type: hardwareType };
const address: Part = { key: 'address', name: 'Link-layer address', type: mac(atLeast(0)) };

/** What follows the type, by type. */
const KINDS: Readonly<Record<number, ValueType>> = {
  1: struct('DUID-LLT', [hardware, { key: 'time', name: 'Time', type: time2000 }, address], {
    summary: (_, values) => `${values['address'] || 'no address'} (${values['hardware']}), made ${values['time']}`,
  }),
  2: struct(
    'DUID-EN',
    [
      { key: 'enterprise', name: 'Enterprise number', type: enterpriseNumber },
      { key: 'identifier', name: 'Identifier', type: octets(atLeast(0)) },
    ],
    { summary: (_, values) => `${values['enterprise']}, ${values['identifier'] || 'no identifier'}` },
  ),
  3: struct('DUID-LL', [hardware, address], {
    summary: (_, values) => `${values['address'] || 'no address'} (${values['hardware']})`,
  }),
  4: struct('DUID-UUID', [{ key: 'uuid', name: 'UUID', type: uuid }]),
};

function kindOf(view: View): ValueType | undefined {
  const kind = KINDS[view.u16(0)];
  return kind && view.length - 2 >= kind.size.min && view.length - 2 <= kind.size.max ? kind : undefined;
}

/**
 * A DHCP unique identifier, which identifies a client or server (RFC 9915 §11; DUID-UUID: RFC 6355 §4). Data: an object
 * with `type` and the members of its kind, or `octets` if the kind is unknown. `value` is the whole DUID as hex digits,
 * because DUIDs are compared octet by octet and must not be interpreted for that (§11).
 */
export const duid: ValueType = {
  name: 'DUID',
  // From 1 to 128 octets after the type (§11.1).
  size: { min: 3, max: 130, step: 1 },
  decode(view, context: Context): Decoded {
    const type = view.u16(0);
    const name = DUID_TYPES[type] ?? 'not assigned';
    const head = view.field(0, 2, 'DUID type', `${name} (${type})`, { key: `${context.key}.type` });
    const kind = kindOf(view);
    const rest = view.sub(2);
    if (!kind) {
      const digits = rest.hex();
      const body = rest.field(0, rest.length, 'Identifier', rest.hex(0, rest.length, ' '), {
        key: `${context.key}.octets`,
      });
      return {
        data: { type, octets: digits },
        value: view.hex(),
        text: `DUID type ${type}, ${digits}`,
        children: [head, body],
      };
    }
    const one = kind.decode(rest, inner(context, name));
    const members = one.data as Record<string, Data>;
    const children = one.children ?? [];
    return {
      data: { type, ...members },
      value: view.hex(),
      text: `${name} ${one.value}`,
      children: [head, ...children],
    };
  },
  encode(data) {
    if (typeof data === 'string') return parseHex(data) ?? cannotEncode('a DUID', data);
    if (data === null || typeof data !== 'object' || Array.isArray(data)) return cannotEncode('a DUID', data);
    const { type, octets: digits } = data;
    const kind = typeof type === 'number' ? KINDS[type] : undefined;
    if (digits === undefined && kind) return concat([uintOctets(type!, 2), kind.encode(data)]);
    const rest = typeof digits === 'string' ? parseHex(digits) : undefined;
    return rest ? concat([uintOctets(type ?? null, 2), rest]) : cannotEncode('a DUID', data);
  },
};

/** A DUID in one line: `DUID-LL 02:00:5e:00:53:01 (Ethernet)`; hex digits if it is too short to be a DUID. */
export function duidText(view: View): string {
  if (view.length < 3) return view.hex();
  return duid.decode(view, { problems: [], key: '', depth: 0 }).text!;
}
