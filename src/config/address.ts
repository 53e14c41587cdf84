import { formatIpv6, ipv4ToText, parseIpv4, parseIpv6 } from '../codec/bytes';

export type Family = 4 | 6;

/** An address of either family as a number. */
export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** A subnet. The host bits of `network` are zero. */
export interface Prefix {
  readonly family: Family;
  readonly network: bigint;
  readonly length: number;
}

/** A range that includes both `first` and `last`. `first` may be above `last` if the file says so. */
export interface Range {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

export const bitsOf = (family: Family): number => (family === 4 ? 32 : 128);

/** Parses an IPv4 address in dotted decimal, or an IPv6 address. Undefined for any other text. */
export function parseAddress(text: string): Address | undefined {
  if (text.includes(':')) {
    const octets = parseIpv6(text);
    if (!octets) return undefined;
    let value = 0n;
    for (const octet of octets) value = (value << 8n) | BigInt(octet);
    return { family: 6, value };
  }
  // Some programs read a leading zero as octal, others reject it. None of the programs here accepts it.
  const value = /(^|\.)0\d/.test(text) ? undefined : parseIpv4(text);
  return value === undefined ? undefined : { family: 4, value: BigInt(value) };
}

export function addressText(family: Family, value: bigint): string {
  if (family === 4) return ipv4ToText(Number(value & 0xffffffffn));
  const octets = new Uint8Array(16);
  for (let i = 15, rest = value; i >= 0; i--, rest >>= 8n) octets[i] = Number(rest & 0xffn);
  return formatIpv6(octets, 0);
}

export const textOfAddress = ({ family, value }: Address): string => addressText(family, value);
export const prefixText = ({ family, network, length }: Prefix): string => `${addressText(family, network)}/${length}`;
export const rangeText = ({ family, first, last }: Range): string =>
  first === last ? addressText(family, first) : `${addressText(family, first)}-${addressText(family, last)}`;

/** Mask with ones in the host part of a prefix of this length. */
export const hostMask = (family: Family, length: number): bigint => (1n << BigInt(bitsOf(family) - length)) - 1n;

/** The subnet of this length that an address is in. */
export function prefixAt({ family, value }: Address, length: number): Prefix {
  return { family, network: value & ~hostMask(family, length), length };
}

export const firstOf = (prefix: Prefix): bigint => prefix.network;
export const lastOf = (prefix: Prefix): bigint => prefix.network | hostMask(prefix.family, prefix.length);
export const rangeOf = (prefix: Prefix): Range => ({
  family: prefix.family,
  first: firstOf(prefix),
  last: lastOf(prefix),
});

export const contains = (prefix: Prefix, { family, value }: Address): boolean =>
  family === prefix.family && value >= firstOf(prefix) && value <= lastOf(prefix);

export const inRange = (range: Range, { family, value }: Address): boolean =>
  family === range.family && value >= range.first && value <= range.last;

/** How many addresses a range has; 0 if it is reversed. */
export const sizeOf = (range: Range): bigint => (range.last < range.first ? 0n : range.last - range.first + 1n);

/** Prefix length of a mask written as an address. Undefined if the mask is not ones followed by zeros. */
export function maskLength({ family, value }: Address): number | undefined {
  const bits = bitsOf(family);
  const inverse = ~value & ((1n << BigInt(bits)) - 1n);
  if ((inverse & (inverse + 1n)) !== 0n) return undefined;
  return bits - inverse.toString(2).replace(/^0$/, '').length;
}

/** Parses `10.0.0.0/24` or `2001:db8::/32`. Keeps the address as written, host bits included. Undefined for any other text. */
export function parsePrefix(text: string): { readonly address: Address; readonly length: number } | undefined {
  const slash = text.indexOf('/');
  if (slash === -1) return undefined;
  const address = parseAddress(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (!address || !/^\d{1,3}$/.test(digits)) return undefined;
  const length = Number(digits);
  return length <= bitsOf(address.family) ? { address, length } : undefined;
}
