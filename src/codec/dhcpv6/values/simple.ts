import { concat, formatIpv4, parseIpv4 } from '../../bytes';
import { duration, uint, uintOctets } from '../../values/scalar';
import { cannotEncode, exactly, type ValueType } from '../../values/type';

/** Small types that only DHCPv6 has. */

/** Hundredths of a second, 16 bits; 0xffff means that much or more (RFC 9915 §21.9). Data: the number. */
export const elapsedTime: ValueType = {
  ...uint(2),
  name: 'time in hundredths of a second',
  decode(view) {
    const data = view.u16(0);
    const time = `${(data / 100).toFixed(2)} s`;
    return { data, value: String(data), text: data === 0xffff ? `${time} or more` : time };
  },
};

/** A retransmission timer in seconds, with the range that the standard allows. */
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

/** What a RECONFIGURE asks the client to send (RFC 9915 §21.19). */
export const reconfigureType = uint(1, {
  names: { 5: 'RENEW', 6: 'REBIND', 11: 'INFORMATION-REQUEST' },
  name: 'message type',
});

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
