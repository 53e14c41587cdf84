import { concat, encodeText, parseHex } from '../../bytes';
import type { Data } from '../../field';
import { formatIpv4, parseIpv4 } from '../../bytes';
import { duration, uint, uintOctets } from '../../values/scalar';
import { atLeast, cannotEncode, exactly, octets, type Size, type ValueType } from '../../values/type';
import type { View } from '../../view';
import { complain, type Measure } from '../../values/struct';

/** Small types that only DHCPv6 has. */

/** Hundredths of a second, 16 bits; 0xffff is that much or more (RFC 8415 §21.9). Data: the number. */
export const elapsedTime: ValueType = {
  ...uint(2),
  name: 'time in hundredths of a second',
  decode(view) {
    const data = view.u16(0);
    const time = `${(data / 100).toFixed(2)} s`;
    return { data, value: String(data), text: data === 0xffff ? `${time} or more` : time };
  },
};

/** Seconds that stand for a retransmission timer, with the range that the standard allows. */
export function secondsBetween(min: number, max: number): ValueType {
  return {
    ...uint(4),
    name: `seconds, from ${min} to ${max}`,
    decode(view) {
      const data = view.u32(0);
      const words = `${data} s (${duration(data)})`;
      return {
        data,
        value: String(data),
        text: data < min || data > max ? `${words}, not in ${min} to ${max}` : words,
      };
    },
  };
}

/** What a RECONFIGURE asks the client to send (RFC 8415 §21.19). */
export const reconfigureType = uint(1, {
  names: { 5: 'RENEW', 6: 'REBIND', 11: 'INFORMATION-REQUEST' },
  name: 'message type',
});

/**
 * Octets whose meaning is their sender's affair, but which often are text. Data: the text where all octets are printable ASCII,
 * else `{ hex }`.
 */
export function opaqueText(size: Size = atLeast(0)): ValueType {
  return {
    name: 'octets, often text',
    size,
    decode(view) {
      let readable = view.length > 0;
      for (let i = 0; i < view.length; i++) if (view.u8(i) < 0x20 || view.u8(i) > 0x7e) readable = false;
      if (!readable) {
        const digits = view.hex();
        return {
          data: { hex: digits },
          value: digits,
          text: view.length === 0 ? '(empty)' : view.hex(0, view.length, ' '),
        };
      }
      const data = String.fromCharCode(...view.octets());
      // `printable` would only touch backslashes here.
      const value = data.replaceAll('\\', '\\\\');
      return { data, value, text: `“${value}”` };
    },
    encode(data) {
      if (typeof data === 'string') return encodeText(data);
      const digits = data !== null && typeof data === 'object' && !Array.isArray(data) ? data['hex'] : undefined;
      return (typeof digits === 'string' ? parseHex(digits) : undefined) ?? cannotEncode('text or octets', data);
    },
  };
}

/** An IPv4 prefix in five octets: its length, then the address. Data: `192.0.2.0/24`. */
export const prefix4: ValueType = {
  name: 'IPv4 prefix',
  size: exactly(5),
  decode(view, context) {
    const length = view.u8(0);
    const address = formatIpv4(view.bytes, view.start + 1);
    const value = `${address}/${length}`;
    const children = [
      view.field(0, 1, 'Prefix length', `${length}${length > 32 ? ' (more than 32)' : ''}`, {
        key: `${context.key}.length`,
      }),
      view.field(1, 4, 'Prefix', address, { key: `${context.key}.address` }),
    ];
    return { data: value, value, children };
  },
  encode(data) {
    const match = typeof data === 'string' ? /^([^/]+)\/(\d{1,3})$/.exec(data) : null;
    const address = match ? parseIpv4(match[1]!) : undefined;
    const length = Number(match?.[2]);
    if (address === undefined || length > 255) return cannotEncode('an IPv4 prefix', data);
    return concat([uintOctets(length, 1), uintOctets(address, 4)]);
  },
};

/** How many octets a type-length-value element takes whose type and length have one octet each. */
export const element: Measure = (view, at) => (at + 2 <= view.length ? 2 + view.u8(at + 1) : 2);

/** How many octets a RADIUS attribute takes: its length counts type and length too (RFC 2865 §5). */
export const radiusSize: Measure = (view, at) => (at + 2 <= view.length ? Math.max(2, view.u8(at + 1)) : 2);

/** A RADIUS attribute (RFC 2865 §5). Data: `{ type, value }`, the value as hex digits. */
export const radiusAttribute: ValueType = {
  name: 'RADIUS attribute',
  size: { min: 2, max: 255, step: 1 },
  decode(view, context) {
    const type = view.u8(0);
    const length = view.u8(1);
    if (length < 2)
      complain(context, view, 0, view.length, `A RADIUS attribute’s length is ${length}, but counts at least 2.`);
    const digits = view.hex(2);
    const children = [
      view.field(0, 1, 'Attribute type', String(type), { key: `${context.key}.type` }),
      view.field(1, 1, 'Length', `${length} octets`, { key: `${context.key}.length` }),
    ];
    if (view.length > 2)
      children.push(view.field(2, view.length - 2, 'Value', view.hex(2, view.length - 2, ' '), { key: context.key }));
    return { data: { type, value: digits }, value: `${type}=${digits}`, children };
  },
  encode(data) {
    if (data === null || typeof data !== 'object' || Array.isArray(data))
      return cannotEncode('a RADIUS attribute', data);
    const value = octets(atLeast(0)).encode(data['value'] ?? null);
    return concat([uintOctets(data['type'] ?? null, 1), uintOctets(value.length + 2, 1), value]);
  },
};

/** A run of bits of a value, from its first bit on. */
export interface BitMember {
  readonly key: string;
  readonly name: string;
  readonly bits: number;
  /** Two's complement. */
  readonly signed?: boolean;
  /** So many of the bits stand behind the binary point. */
  readonly fraction?: number;
  readonly names?: Readonly<Record<number, string>>;
}

/** Members of any number of bits each, 128 in all at most. Data: an object of numbers. */
export function bitRecord(name: string, members: readonly BitMember[]): ValueType {
  const total = members.reduce((sum, member) => sum + member.bits, 0);
  const size = exactly(total / 8);
  return {
    name,
    size,
    decode(view: View, context) {
      const all = BigInt(`0x${view.hex()}`);
      const data: Record<string, Data> = {};
      let left = total;
      const children = members.map((member) => {
        left -= member.bits;
        let number = BigInt.asUintN(member.bits, all >> BigInt(left));
        if (member.signed) number = BigInt.asIntN(member.bits, number);
        const value = Number(number) / 2 ** (member.fraction ?? 0);
        data[member.key] = value;
        const known = member.names?.[value];
        return view.field(0, view.length, member.name, known ? `${known} (${value})` : String(value), {
          key: context.key,
        });
      });
      const value = members.map((member) => `${member.key} ${Number(data[member.key])}`).join(', ');
      return { data, value, children };
    },
    encode(data) {
      if (data === null || typeof data !== 'object' || Array.isArray(data)) return cannotEncode(name, data);
      let all = 0n;
      for (const member of members) {
        const value = Number(data[member.key]) * 2 ** (member.fraction ?? 0);
        const low = member.signed ? -(2 ** (member.bits - 1)) : 0;
        if (!Number.isInteger(value) || value < low || value >= low + 2 ** member.bits) return cannotEncode(name, data);
        all = (all << BigInt(member.bits)) | BigInt.asUintN(member.bits, BigInt(value));
      }
      return parseHex(all.toString(16).padStart(total / 4, '0'))!;
    },
  };
}
