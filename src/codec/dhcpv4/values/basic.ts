import {
  atLeast,
  exactly,
  int32,
  ipv4,
  list,
  multipleOf,
  octets,
  seconds,
  text,
  uint,
  type Names,
  type Size,
  type ValueType,
} from '../../values';
import { notAddresses, notText } from './text-rule';

/** Types of variable size that never report a problem. A check need not read their values. */
const silent = new WeakSet<ValueType>();

/** Marks a type whose octets cannot be wrong in anything but their length. */
export function quiet(type: ValueType): ValueType {
  silent.add(type);
  return type;
}

/**
 * Whether reading a value may report a problem. For a type of fixed size the length check is enough, unless its RFC
 * forbids certain values.
 */
export function reports(type: ValueType): boolean {
  return type.flaw !== undefined || decodes(type);
}

/** Whether the type's own `decode` may report a problem. */
export function decodes(type: ValueType): boolean {
  return type.size.min !== type.size.max && !silent.has(type);
}

/** The type with a rule about its values added. */
export function ruled(type: ValueType, flaw: NonNullable<ValueType['flaw']>): ValueType {
  const out = { ...type, flaw };
  return silent.has(type) ? quiet(out) : out;
}

// The plain types of RFC 2132, each created once.
export const addresses: ValueType = ruled(quiet(list(ipv4, { item: 'Address' })), notAddresses);
/** A list of addresses that may be empty (RFC 2132 §8.13 and others with a minimum length of 0). */
export const addressesOrNone: ValueType = quiet(list(ipv4, { min: 0, item: 'Address' }));
export const string: ValueType = ruled(quiet(text()), notText);
export const url: ValueType = ruled(quiet(text(atLeast(1), 'URL')), notText);
/** Octets that are usually text, though no RFC says so. */
export const looseString: ValueType = quiet(text());
export const time: ValueType = seconds(4);
export const offset: ValueType = int32('s');
export const u8: ValueType = uint(1);
export const u16: ValueType = uint(2);
export const u32: ValueType = uint(4);

/** Octets whose meaning is unknown. */
export const anyOctets = (size: Size = atLeast(1)): ValueType => quiet(octets(size));

/** A one-octet number with named values. */
export const named = (names: Names): ValueType => uint(1, { names });
/** A one-octet number with a unit. */
export const counted = (unit: string): ValueType => uint(1, { unit });

/** A list of 16-bit numbers. */
export const numbers16 = (item: string, options: { names?: Names; unit?: string } = {}): ValueType =>
  quiet(list(uint(2, options), { item }));

type NameOf = (code: number) => string | undefined;

/** One-octet codes, shown with their names. Data: an array of numbers; `value`: the numbers. */
export const codeList = (item: string, nameOf: NameOf, size = atLeast(1)): ValueType => codes(u8, item, nameOf, size);

/** 16-bit codes, in the same way. */
export const codeList16 = (item: string, nameOf: NameOf): ValueType => codes(u16, item, nameOf, multipleOf(2));

function codes(of: ValueType, item: string, nameOf: NameOf, size: Size): ValueType {
  const element = of.size.min;
  return quiet({
    name: `list of ${item}s`,
    size,
    element,
    decode(view, context) {
      const data: number[] = [];
      for (let at = 0; at + element <= view.length; at += element) {
        data.push(element === 1 ? view.u8(at) : view.u16(at));
      }
      const names = data.map((code) => {
        const name = nameOf(code);
        return name === undefined ? String(code) : `${name} (${code})`;
      });
      return {
        data,
        value: data.join(', '),
        text: names.length > 0 ? names.join(', ') : '(empty)',
        children: names.map((name, i) => view.field(i * element, element, item, name, { key: context.key })),
      };
    },
    encode: (data) => list(of).encode(data),
  });
}

/** Unix time: seconds since 1970 UTC (RFC 6926 §6.2.3). Data: the number. */
export const clockTime: ValueType = {
  name: 'seconds since 1970-01-01 UTC',
  size: exactly(4),
  decode(view) {
    const data = view.u32(0);
    const words = new Date(data * 1000).toISOString().replace('.000Z', 'Z');
    return { data, value: String(data), text: `${data} (${words})` };
  },
  encode: (data) => u32.encode(data),
};
