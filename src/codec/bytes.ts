/**
 * Reading numbers from octets and writing octets as text. Everything on the wire here is big-endian ("network order",
 * RFC 791 appendix B) unless a name says otherwise. Callers check lengths first: these functions do not.
 */

/** Unsigned 16-bit big-endian number at `at`. */
export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

/** Unsigned 32-bit big-endian number at `at` (0 … 4294967295, never negative). */
export function u32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** Unsigned 16-bit little-endian number at `at` (802.11, radiotap, pcapng of little-endian machines). */
export function u16le(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

/** Unsigned 32-bit little-endian number at `at`. */
export function u32le(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

/** `length` octets from `at` as lower-case hex, with `separator` between octets. */
export function hex(bytes: Uint8Array, at = 0, length = bytes.length - at, separator = ''): string {
  if (length > SHORT_HEX && separator.length <= 1) return longHex(bytes, at, length, separator);
  // Join the pieces instead of concatenating them. A string built by concatenation stays a chain of pieces, five times
  // as large.
  const pairs: string[] = [];
  for (let i = 0; i < length; i++) pairs.push(HEX[bytes[at + i]!]!);
  return pairs.join(separator);
}

/** Above this many octets, making the text in one step is cheaper than octet by octet. */
const SHORT_HEX = 128;
const DIGITS = encodeText('0123456789abcdef');
const COLON = 0x3a;
const asciiOnly = new TextDecoder();

function longHex(bytes: Uint8Array, at: number, length: number, separator: string): string {
  const step = 2 + separator.length;
  const out = new Uint8Array(length * step - separator.length);
  if (separator !== '') out.fill(separator.charCodeAt(0));
  for (let i = 0; i < length; i++) {
    const octet = bytes[at + i]!;
    out[i * step] = DIGITS[octet >> 4]!;
    out[i * step + 1] = DIGITS[octet & 15]!;
  }
  return asciiOnly.decode(out);
}

/**
 * The same addresses and texts recur in a capture, so the latest results are kept. Each value maps to one slot; the
 * next value that maps to the same slot replaces it. A lookup allocates nothing.
 */
const SLOTS = 4096;
const slotOf = (value: number): number => (Math.imul(value, 0x9e3779b1) >>> 20) & (SLOTS - 1);

const macHigh = new Int32Array(SLOTS).fill(-1);
const macLow = new Int32Array(SLOTS);
const macTexts: string[] = new Array<string>(SLOTS).fill('');

/** A link-layer address as colon hex: `02:00:5e:00:53:01`. */
export function formatMac(bytes: Uint8Array, at: number, length = 6): string {
  if (length !== 6) return hex(bytes, at, length, ':');
  const high = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
  const low = (bytes[at + 3]! << 16) | (bytes[at + 4]! << 8) | bytes[at + 5]!;
  const slot = slotOf(high ^ Math.imul(low, 31));
  if (macHigh[slot] === high && macLow[slot] === low) return macTexts[slot]!;
  macHigh[slot] = high;
  macLow[slot] = low;
  return (macTexts[slot] = macText(bytes, at));
}

/** One call with all characters: ten times as fast as concatenating pairs, and the text is in one piece. */
function macText(bytes: Uint8Array, at: number): string {
  const high = (i: number): number => DIGITS[bytes[at + i]! >> 4]!;
  const low = (i: number): number => DIGITS[bytes[at + i]! & 15]!;

  return String.fromCharCode(
    high(0),
    low(0),
    COLON,
    high(1),
    low(1),
    COLON,
    high(2),
    low(2),
    COLON,
    high(3),
    low(3),
    COLON,
    high(4),
    low(4),
    COLON,
    high(5),
    low(5),
  );
}

const ipv4Numbers = new Float64Array(SLOTS).fill(-1);
const ipv4Texts: string[] = new Array<string>(SLOTS).fill('');

/** An IPv4 address in dotted decimal. */
export function formatIpv4(bytes: Uint8Array, at: number): string {
  return ipv4ToText(u32(bytes, at));
}

/** An IPv4 address, given as an unsigned 32-bit number, in dotted decimal. */
export function ipv4ToText(address: number): string {
  const slot = slotOf(address);
  if (ipv4Numbers[slot] === address) return ipv4Texts[slot]!;
  ipv4Numbers[slot] = address;
  return (ipv4Texts[slot] = `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`);
}

/** Parses dotted decimal (four parts, 0 … 255 each) to an unsigned 32-bit number; undefined if it is anything else. */
export function parseIpv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text.trim());
  if (!match) return undefined;
  let address = 0;
  for (let i = 1; i <= 4; i++) {
    const part = Number(match[i]);
    if (part > 255) return undefined;
    address = address * 256 + part;
  }
  return address;
}

const ipv6Words = new Uint32Array(4 * SLOTS);
const ipv6Texts: string[] = new Array<string>(SLOTS).fill('::');

/** An IPv6 address in the canonical text form of RFC 5952 §4 (lower case, longest zero run shortened). */
export function formatIpv6(bytes: Uint8Array, at: number): string {
  const a = u32(bytes, at);
  const b = u32(bytes, at + 4);
  const c = u32(bytes, at + 8);
  const d = u32(bytes, at + 12);
  const slot = slotOf(a ^ Math.imul(b, 31) ^ Math.imul(c, 961) ^ Math.imul(d, 29791));
  const known = 4 * slot;
  // At first, every slot holds the unspecified address and its text.
  if (ipv6Words[known] === a && ipv6Words[known + 1] === b && ipv6Words[known + 2] === c && ipv6Words[known + 3] === d)
    return ipv6Texts[slot]!;
  ipv6Words[known] = a;
  ipv6Words[known + 1] = b;
  ipv6Words[known + 2] = c;
  ipv6Words[known + 3] = d;
  return (ipv6Texts[slot] = ipv6Text(bytes, at));
}

function ipv6Text(bytes: Uint8Array, at: number): string {
  let bestStart = -1;
  let bestLength = 1; // a single zero group is not shortened (§4.2.2)
  for (let i = 0; i < 8;) {
    let run = i;
    while (run < 8 && u16(bytes, at + 2 * run) === 0) run++;
    if (run - i > bestLength) {
      bestStart = i;
      bestLength = run - i;
    }
    i = run + 1;
  }
  const text = (from: number, to: number): string => {
    let out = '';
    for (let i = from; i < to; i++) out += (i > from ? ':' : '') + u16(bytes, at + 2 * i).toString(16);
    return out;
  };
  // ::ffff:a.b.c.d is written with a dotted IPv4 part (§5).
  if (bestStart === 0 && bestLength === 5 && u16(bytes, at + 10) === 0xffff)
    return `::ffff:${formatIpv4(bytes, at + 12)}`;
  return bestStart < 0 ? text(0, 8) : `${text(0, bestStart)}::${text(bestStart + bestLength, 8)}`;
}

/** Parses the text form of an IPv6 address (RFC 4291 §2.2, no zone) to 16 octets; undefined if it is anything else. */
export function parseIpv6(text: string): Uint8Array | undefined {
  let source = text.trim().toLowerCase();
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(source);
  if (dotted) {
    const tail = parseIpv4(dotted[2]!);
    if (tail === undefined) return undefined;
    source = `${dotted[1]!}${(tail >>> 16).toString(16)}:${(tail & 0xffff).toString(16)}`;
  }
  const halves = source.split('::');
  if (halves.length > 2) return undefined;
  const groupsOf = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const head = groupsOf(halves[0]!);
  const tail = halves.length === 2 ? groupsOf(halves[1]!) : [];
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const out = new Uint8Array(16);
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  for (let i = 0; i < 8; i++) {
    if (!/^[0-9a-f]{1,4}$/.test(groups[i]!)) return undefined;
    const group = parseInt(groups[i]!, 16);
    out[2 * i] = group >> 8;
    out[2 * i + 1] = group & 255;
  }
  return out;
}

/**
 * Parses hex digits, with optional `:`, `-`, `.` or white space between octets, to octets; undefined if it is anything
 * else.
 */
export function parseHex(text: string): Uint8Array | undefined {
  const digits = text.replace(/[\s:.-]/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) return undefined;
  const out = new Uint8Array(digits.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return out;
}

/** Joins pieces of octets into one new array. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

// C0 and C1 controls, the line and paragraph separators, zero-width and bidi controls, the byte-order mark and the tag
// characters. In a host name, they can hide or reorder what the reader sees.
export const INVISIBLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/**
 * Text from a packet, made safe to show as text. Every control, bidi or invisible character is written as an escape
 * (`\n`, `\x1b`, `\u202e`). So is the backslash, which keeps the result unambiguous.
 */
export function printable(text: string): string {
  return escaped(text.replace(/\\/g, '\\\\'));
}

/** As `printable`, but leaves the backslash alone. For whole sentences, in which text from packets is `printable` already. */
export function escaped(text: string): string {
  return text.replace(INVISIBLE, (char) => ESCAPES[char.charCodeAt(0)] ?? escapeOf(char.codePointAt(0)!));
}

function escapeOf(code: number): string {
  if (code <= 0xff) return NAMED_ESCAPES[String.fromCharCode(code)] ?? `\\x${HEX[code]!}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}

const NAMED_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' };
/** The escapes of one-octet characters, written once: a hostile text may hold 64 KiB of them. */
const ESCAPES: readonly string[] = Array.from(HEX, (_, code) => escapeOf(code));

/** Longest text that is kept for reuse, in octets. */
const LONGEST_KEPT = 48;
const textsKept: string[] = new Array<string>(SLOTS).fill('');

/** ASCII octets as text. Returns the text kept in the slot if it is the same. */
function asciiText(bytes: Uint8Array, at: number, length: number, slot: number): string {
  const known = textsKept[slot]!;
  if (known.length === length) {
    let i = 0;
    while (i < length && known.charCodeAt(i) === bytes[at + i]) i++;
    if (i === length) return known;
  }
  return (textsKept[slot] = latin1(bytes, at, length));
}

/** Octets converted to characters in one call. More arguments than this may overflow the stack. */
const AT_ONCE = 4096;

/**
 * Text with one character per octet, built from long pieces. A text grown by single characters takes some 30 octets for
 * each.
 */
function latin1(bytes: Uint8Array, at: number, length: number): string {
  if (length <= AT_ONCE) return String.fromCharCode(...bytes.subarray(at, at + length));
  const pieces: string[] = [];
  for (let from = 0; from < length; from += AT_ONCE)
    pieces.push(String.fromCharCode(...bytes.subarray(at + from, at + Math.min(from + AT_ONCE, length))));
  return pieces.join('');
}

const utf8Strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** As `decodeText`, without NULs at the end. */
export function trimmedText(bytes: Uint8Array, at: number, length: number): string {
  while (length > 0 && bytes[at + length - 1] === 0) length--;
  return decodeText(bytes, at, length);
}

/**
 * Octets as text: UTF-8 if they are valid UTF-8, else one character per octet (ISO 8859-1), so that nothing is lost.
 * Not yet `printable`.
 */
export function decodeText(bytes: Uint8Array, at: number, length: number): string {
  let ascii = true;
  let print = length;
  for (let i = at; i < at + length; i++) {
    const octet = bytes[i]!;
    if (octet >= 0x80) ascii = false;
    print = Math.imul(print, 31) + octet;
  }
  if (ascii && length <= LONGEST_KEPT) return asciiText(bytes, at, length, slotOf(print));
  if (!ascii) {
    try {
      return utf8Strict.decode(bytes.subarray(at, at + length));
    } catch {
      // Not UTF-8: fall through to one character per octet.
    }
  }
  return latin1(bytes, at, length);
}

/** Text as UTF-8 octets. */
export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
