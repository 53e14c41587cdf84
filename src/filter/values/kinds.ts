/** The types of the filter language's fields, the same as in Wireshark (README.display_filter, ftypes). */

export type Kind =
  | 'none'
  | 'protocol'
  | 'boolean'
  | 'uint8'
  | 'uint16'
  | 'uint24'
  | 'uint32'
  | 'uint64'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'double'
  | 'string'
  | 'bytes'
  | 'ether'
  | 'eui64'
  | 'guid'
  | 'ipv4'
  | 'ipv6'
  | 'time'
  | 'duration';

/**
 * One value. IPv4 addresses, numbers and booleans (0 or 1) are numbers; 64-bit numbers and times (nanoseconds) are
 * bigints; texts and octets of all kinds are strings with one character per octet (a text as its UTF-8 octets). So
 * the same JavaScript operators compare, order and search them all as Wireshark does.
 */
export type Value = number | bigint | string;

interface Traits {
  /** In words, such as `a number of 16 bits`. */
  readonly words: string;
  /** Kinds of the same group can be compared with each other. */
  readonly group: string;
  /** Octets of a fixed-size number. */
  readonly size?: number;
  readonly octets?: true;
  readonly integer?: true;
}

const TRAITS: Readonly<Record<Kind, Traits>> = {
  none: { words: 'a mark without a value', group: 'none' },
  protocol: { words: 'a protocol', group: 'protocol', octets: true },
  boolean: { words: 'a boolean', group: 'boolean' },
  uint8: { words: 'a number of 8 bits', group: 'unsigned', size: 1, integer: true },
  uint16: { words: 'a number of 16 bits', group: 'unsigned', size: 2, integer: true },
  uint24: { words: 'a number of 24 bits', group: 'unsigned', size: 3, integer: true },
  uint32: { words: 'a number of 32 bits', group: 'unsigned', size: 4, integer: true },
  uint64: { words: 'a number of 64 bits', group: 'unsigned64', size: 8, integer: true },
  int8: { words: 'a signed number of 8 bits', group: 'signed', size: 1, integer: true },
  int16: { words: 'a signed number of 16 bits', group: 'signed', size: 2, integer: true },
  int32: { words: 'a signed number of 32 bits', group: 'signed', size: 4, integer: true },
  int64: { words: 'a signed number of 64 bits', group: 'signed64', size: 8, integer: true },
  double: { words: 'a floating-point number', group: 'double', size: 8 },
  string: { words: 'a text', group: 'string', octets: true },
  bytes: { words: 'octets', group: 'octets', octets: true },
  ether: { words: 'an Ethernet address', group: 'octets', octets: true },
  eui64: { words: 'an EUI-64 address', group: 'octets', octets: true },
  guid: { words: 'a UUID', group: 'guid' },
  ipv4: { words: 'an IPv4 address', group: 'ipv4', size: 4 },
  ipv6: { words: 'an IPv6 address', group: 'ipv6', size: 16 },
  time: { words: 'a point in time', group: 'time' },
  duration: { words: 'a span of time', group: 'duration' },
};

/** The kind in words, with an article. */
export const wordsOf = (kind: Kind): string => TRAITS[kind].words;

/** Whether values of two kinds can be compared with each other. */
export const comparable = (a: Kind, b: Kind): boolean => TRAITS[a].group === TRAITS[b].group && a !== 'none';

/** Whether a value of kind `left` can be compared with one of kind `right`: a number also with numbers of other sizes, and with a boolean. */
export const comparesWith = (left: Kind, right: Kind): boolean =>
  comparable(left, right) || (isInteger(left) && (isInteger(right) || right === 'boolean'));

/** Whether `contains` and `matches` can search values of the kind. */
export const searchable = (kind: Kind): boolean => TRAITS[kind].octets === true;

/** Whether values of the kind can be sliced with `[…]`. */
export const sliceable = (kind: Kind): boolean => TRAITS[kind].octets === true || kind === 'ipv4' || kind === 'ipv6';

export const isInteger = (kind: Kind): boolean => TRAITS[kind].integer === true;

/** Whether `+`, `-`, `*`, `/`, `%` apply to the kind: times can only be added and subtracted. */
export const canReckon = (kind: Kind, operator: string): boolean =>
  isInteger(kind) ||
  kind === 'double' ||
  ((kind === 'time' || kind === 'duration') && (operator === '+' || operator === '-'));

/** Whether `&` applies to the kind. */
export const hasBits = (kind: Kind): boolean =>
  isInteger(kind) ||
  kind === 'ipv4' ||
  kind === 'ipv6' ||
  (TRAITS[kind].octets === true && kind !== 'string' && kind !== 'protocol');

/** Octets of a number or IPv4 address; undefined for kinds without a fixed size. */
export const sizeOf = (kind: Kind): number | undefined => TRAITS[kind].size;

/** The least and the greatest value of an integer kind. */
export function rangeOf(kind: Kind): readonly [least: bigint, greatest: bigint] {
  const bits = BigInt(8 * (TRAITS[kind].size ?? 0));
  return kind.startsWith('uint') ? [0n, (1n << bits) - 1n] : [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n];
}

/** Whether values of the kind are bigints. */
export const isBig = (kind: Kind): boolean =>
  kind === 'uint64' || kind === 'int64' || kind === 'time' || kind === 'duration';

/** Node converts and searches many octets fast; other platforms have no conversion that keeps each octet as it is, and no search. */
interface NodeBuffer {
  readonly latin1Slice?: (this: Uint8Array, at: number, end: number) => string;
  readonly indexOf: (this: Uint8Array, octets: Uint8Array, from: number) => number;
}
const node = (globalThis as { Buffer?: { prototype: NodeBuffer } }).Buffer?.prototype;
const latin1 = node?.latin1Slice;
/** Up to this many octets, the fast conversion does not pay off. */
const FEW = 16;

/** The octets as a string with one character per octet. */
export function binary(bytes: Uint8Array, at = 0, length = bytes.length - at): string {
  let text = '';
  const end = Math.min(bytes.length, at + length);
  if (end - at <= FEW) {
    for (let i = at; i < end; i++) text += String.fromCharCode(bytes[i]!);
    return text;
  }
  if (latin1) return latin1.call(bytes, at, end);
  // In pieces, because the number of arguments of a call is limited by the stack.
  for (let i = at; i < end; i += 4096) text += String.fromCharCode(...bytes.subarray(i, Math.min(end, i + 4096)));
  return text;
}

/** The octets of a string with one character per octet. */
export function octetsOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Up to so many octets are found by a search for the first of them, which processors do many at a time. */
const SHORT = 6;

/** Where `needle` stands first in `bytes`, from `from` on; Infinity if nowhere. */
export function placeOf(needle: Uint8Array, bytes: Uint8Array, from: number): number {
  const within = needle.length <= SHORT ? -1 : needle.findIndex((octet) => octet !== 0);
  if (within < 0) return firstOf(needle, bytes, from);
  // A few octets of it are searched for, and not those that fill most messages.
  const part = needle.subarray(within, within + SHORT);
  for (let at = from + within; (at = firstOf(part, bytes, at)) !== Infinity; at++)
    if (standsAt(needle, bytes, at - within)) return at - within;
  return Infinity;
}

function firstOf(needle: Uint8Array, bytes: Uint8Array, from: number): number {
  if (node) {
    const at = node.indexOf.call(bytes, needle, from);
    return at < 0 ? Infinity : at;
  }
  for (let at = from; (at = bytes.indexOf(needle[0]!, at)) >= 0; at++) if (standsAt(needle, bytes, at)) return at;
  return Infinity;
}

function standsAt(needle: Uint8Array, bytes: Uint8Array, at: number): boolean {
  let i = needle.length - 1;
  while (i >= 0 && bytes[at + i] === needle[i]) i--;
  return i < 0;
}
