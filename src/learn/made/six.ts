import { hex, parseHex, parseIpv6 } from '../../codec/bytes';
import { uintOctets } from '../../codec/values/scalar';

/* Parts of DHCPv6 messages, in hex. */

const word = (value: number, octets: number): string => hex(uintOctets(value, octets));

/** An option to be put inside another; `value` is hex. */
export const suboption = (code: number, value: string): string =>
  `${word(code, 2)}${word(value.length / 2, 2)}${value}`;

/** Preferred and valid lifetime in seconds. */
export const lifetimes = (preferred: number, valid: number): string => word(preferred, 4) + word(valid, 4);

/** Option 5: an address with its lifetimes. */
export const leased = (address: string, preferred = 3000, valid = 4000): string =>
  suboption(5, hex(parseIpv6(address)!) + lifetimes(preferred, valid));

/** Option 26: a prefix with its lifetimes. */
export const delegated = (prefix: string, length: number): string =>
  suboption(26, lifetimes(3000, 4000) + word(length, 1) + hex(parseIpv6(prefix)!));

/** The content of option 3 or 25: IAID 1, T1, T2, and the options inside. Without options it is a request. */
export const association = (given = '', t1 = 0, t2 = 0): string => `00000001${lifetimes(t1, t2)}${given}`;

/** A DUID made from a hardware address (RFC 9915 §11.4) in colon hex. */
export const duidOf = (mac: string): string => `00030001${hex(parseHex(mac)!)}`;

/** The link-local address of a hardware address (RFC 4291 §2.5.1). */
export function linkLocalOf(mac: string): string {
  const [a, b, c, d, e, f] = mac.split(':');
  return `fe80::${(parseInt(a!, 16) ^ 2).toString(16)}${b}:${c}ff:fe${d}:${e}${f}`;
}
