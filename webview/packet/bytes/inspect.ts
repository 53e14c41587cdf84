import { HEX, hexOf } from './octets';

type Name =
  'unsigned' | 'unsigned little-endian' | 'signed' | 'signed little-endian' | 'IPv4' | 'IPv6' | 'MAC' | 'text' | 'time';

/** One interpretation of octets: its name and the resulting text. */
export interface Reading {
  readonly name: Name;
  readonly text: string;
}

/** Maximum number of octets interpreted as a number. */
const NUMBER = 8;
/** Maximum number of text characters shown. */
const TEXT = 64;
/** The range of seconds accepted as a time: from 1990 until 2106, the end of 32 bits. */
const TIMES = { from: 631_152_000, to: 4_294_967_295 } as const;

/** Possible interpretations of octets: numbers, addresses, text, a time; only those that fit the number of octets. */
export function readingsOf(bytes: Uint8Array): Reading[] {
  return [...numbersOf(bytes), ...addressesOf(bytes), ...textOf(bytes)];
}

function numbersOf(bytes: Uint8Array): Reading[] {
  if (bytes.length === 0 || bytes.length > NUMBER) return [];
  const big = valueOf(bytes);
  const little = valueOf(Uint8Array.from(bytes).reverse());
  const readings: Reading[] = [{ name: 'unsigned', text: String(big) }];
  const signed = (value: bigint): bigint => BigInt.asIntN(8 * bytes.length, value);
  if (signed(big) !== big) readings.push({ name: 'signed', text: String(signed(big)) });
  if (bytes.length > 1) readings.push({ name: 'unsigned little-endian', text: String(little) });
  if (bytes.length > 1 && signed(little) !== little)
    readings.push({ name: 'signed little-endian', text: String(signed(little)) });
  const seconds = Number(big);
  if (bytes.length === 4 && seconds >= TIMES.from && seconds <= TIMES.to)
    readings.push({ name: 'time', text: `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z` });
  return readings;
}

function valueOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const octet of bytes) value = (value << 8n) | BigInt(octet);
  return value;
}

function addressesOf(bytes: Uint8Array): Reading[] {
  if (bytes.length === 4) return [{ name: 'IPv4', text: bytes.join('.') }];
  if (bytes.length === 6) return [{ name: 'MAC', text: hexOf(bytes, 0, 6, ':') }];
  return bytes.length === 16 ? [{ name: 'IPv6', text: ipv6Of(bytes) }] : [];
}

/** RFC 5952: no leading zeros, the longest run of two or more groups of zeros as `::`. */
function ipv6Of(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i]! << 8) | bytes[2 * i + 1]!).toString(16));
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === '0') end++;
    if (end - i > length) [start, length] = [i, end - i];
  }
  if (start < 0) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

/** Octets as text, if all of them are visible characters. */
function textOf(bytes: Uint8Array): Reading[] {
  const end = bytes.length > 1 && bytes.at(-1) === 0 ? bytes.length - 1 : bytes.length;
  if (end === 0) return [];
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end));
  } catch {
    return [];
  }
  if (!/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u.test(text)) return [];
  return [{ name: 'text', text: text.length > TEXT ? `${text.slice(0, TEXT)}…` : text }];
}

/** Octets as a C array initialiser. */
export function asC(bytes: Uint8Array): string {
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += 12)
    rows.push(`  ${Array.from(bytes.subarray(at, at + 12), (octet) => `0x${HEX[octet]}`).join(', ')},`);
  return `const unsigned char octets[${bytes.length}] = {\n${rows.join('\n')}\n};\n`;
}

/** Octets in base64. */
export function asBase64(bytes: Uint8Array): string {
  let characters = '';
  for (const octet of bytes) characters += String.fromCharCode(octet);
  return btoa(characters);
}
