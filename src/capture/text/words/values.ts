import { hex, parseIpv4, parseIpv6 } from '../../../codec/bytes';

// Values as words tell them, as hex digits of their octets.

/** Link-layer address in colon hex. */
export const MAC = '[0-9a-f]{2}(?::[0-9a-f]{2}){5}';

/** A number as an option's value of `size` octets. Undefined if it does not fit. */
export function numberHex(text: string, size: number): string | undefined {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!(size === 1 || size === 2 || size === 3 || size === 4) || !Number.isInteger(value)) return undefined;
  const whole = value < 0 ? value + 256 ** size : value;
  const digits = whole.toString(16).padStart(2 * size, '0');
  return whole >= 0 && digits.length === 2 * size ? digits : undefined;
}

/** Addresses as octets, if they are `length` octets together. */
export function addressesHex(list: readonly string[], length: number): string | undefined {
  const numbers = list.map(parseIpv4);
  if (4 * list.length !== length || numbers.includes(undefined)) return undefined;
  return numbers.map((one) => numberHex(String(one), 4)).join('');
}

/** IPv6 addresses as octets; undefined if one of them is none. */
export function addresses6Hex(list: readonly string[]): string | undefined {
  const all = list.map((one) => parseIpv6(one));
  return all.includes(undefined) || all.length === 0 ? undefined : all.map((one) => hex(one!)).join('');
}

/** Domain names as octets (RFC 1035 §3.1); undefined if one of them cannot be one. */
export function namesHex(list: readonly string[]): string | undefined {
  let out = '';
  for (const name of list) {
    for (const label of name.replace(/\.$/, '').split('.')) {
      const octets = new TextEncoder().encode(label);
      if (octets.length === 0 || octets.length > 63) return undefined;
      out += hexOf([octets.length]) + hexOf(octets);
    }
    out += '00';
  }
  return list.length === 0 ? undefined : out;
}

/** A text as octets, if it is `length` octets. */
export function textHex(text: string, length: number): string | undefined {
  const octets = new TextEncoder().encode(text);
  return octets.length === length ? hexOf(octets) : undefined;
}

/** Octets as digits. */
export function hexOf(octets: Iterable<number>): string {
  return Array.from(octets, (one) => one.toString(16).padStart(2, '0')).join('');
}

/** Digits with separators as octets, if they are `length` octets. */
export function digitsHex(text: string, length: number): string | undefined {
  const digits = text.replace(/[: ]/g, '');
  return digits.length === 2 * length && /^[0-9a-f]*$/i.test(digits) ? digits : undefined;
}

/** The pieces joined; undefined if one of them is. */
export function joined(...pieces: readonly (string | undefined)[]): string | undefined {
  return pieces.includes(undefined) ? undefined : pieces.join('');
}
