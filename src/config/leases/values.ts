import { decodeText, hex, parseHex, parseIpv4, parseIpv6 } from '../../codec/bytes';
import { moment } from './book';
import type { LeaseTime } from './model';
import type { Word } from './statements';

/** Addresses and identifiers in the form that servers write. */
const PAIRS = /^[0-9a-f]{2}(?::[0-9a-f]{2})*$/;

/** A link-layer address as `aa:bb:cc:dd:ee:ff`, in lower case with two digits per octet. Undefined if the text is none. */
export function linkAddress(text: string): string | undefined {
  if (PAIRS.test(text)) return text;
  const parts = text.split(/[:-]/);
  if (parts.length === 1 || !parts.every((part) => /^[0-9a-fA-F]{1,2}$/.test(part))) return undefined;
  return parts.map((part) => part.toLowerCase().padStart(2, '0')).join(':');
}

/** The octets of a text that has one character per octet. */
export function octetsOf(text: string): Uint8Array {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

/** A quoted word as readable text. */
export function textOf(word: Word): string {
  if (/^[\x20-\x7e]*$/.test(word.text) || /[^\x00-\xff]/.test(word.text)) return word.text;
  const octets = octetsOf(word.text);
  return decodeText(octets, 0, octets.length);
}

/** An identifier as hex digits, from a string or from octets such as `1:2:aa:…`. */
export function identifier(word: Word): string | undefined {
  if (word.quoted) return hex(octetsOf(word.text));
  const address = linkAddress(word.text);
  return address === undefined ? undefined : address.replaceAll(':', '');
}

/** Hex digits of octets in any usual notation; undefined for anything else. */
export function hexDigits(text: string): string | undefined {
  if (text === '') return undefined;
  if (PAIRS.test(text)) return text.replaceAll(':', '');
  const octets = parseHex(text);
  return octets && octets.length > 0 ? hex(octets) : undefined;
}

/**
 * A time in ISC's lease files: `6 2026/11/28 19:42:16` (UTC, unless an offset follows), `epoch 1795895005`, `never`, or for DHCPv6 clients
 * a number. Undefined if it is not a time.
 */
export function iscTime(words: readonly Word[]): LeaseTime | undefined {
  const first = words[0]?.text;
  if (first === undefined) return undefined;
  if (first === 'never') return 'never';
  const number = first === 'epoch' ? words[1]?.text : words.length === 1 ? first : undefined;
  if (number !== undefined) return /^\d{1,11}$/.test(number) ? Number(number) : undefined;
  const date = /^(\d{1,4})\/(\d{1,2})\/(\d{1,2})$/.exec(words[1]?.text ?? '');
  const time = /^(\d{1,2}):(\d{1,2}):(\d{1,2})$/.exec(words[2]?.text ?? '');
  if (!date || !time || !/^[0-6]$/.test(first)) return undefined;
  const seconds = moment(
    ...([...date.slice(1), ...time.slice(1)].map(Number) as [number, number, number, number, number, number]),
  );
  if (seconds === undefined || words.length < 4) return seconds;
  // Seconds west of Greenwich, as ISC's parser reads it.
  const offset = words[3]!.text;
  return /^-?\d{1,5}$/.test(offset) ? seconds + Number(offset) : undefined;
}

/** The family of an address; undefined if the text is not one. */
export const familyOf = (text: string): 4 | 6 | undefined =>
  text.includes(':') ? (parseIpv6(text) ? 6 : undefined) : parseIpv4(text) === undefined ? undefined : 4;
