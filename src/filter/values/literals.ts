import { parseIpv4, parseIpv6 } from '../../codec/bytes';
import type { ValueNames } from '../field';
import { fail, type Place } from '../language/error';
import { unknownText } from '../near';
import { binary, isBig, isInteger, octetsOf, rangeOf, sizeOf, wordsOf, type Kind, type Value } from './kinds';
import { durationOf, timeOf, TIME_EXAMPLES } from './times';

/** A value written in the filter: unquoted, in double quotes, or one character in single quotes. */
export interface Written {
  readonly kind: 'word' | 'string' | 'character';
  /** The word, or the string's octets. */
  readonly text: string;
  readonly place: Place;
}

/** A constant in a filter; an address may stand for a network. */
export interface Constant {
  readonly value: Value;
  /** Length of the network prefix in bits; left out for a whole address. */
  readonly prefix?: number;
}

/** What the value is compared with: its kind, and the names of its values. */
export interface Wanted {
  readonly kind: Kind;
  readonly names?: ValueNames | undefined;
  /** The only texts that it can have. */
  readonly texts?: readonly string[] | undefined;
  /** Set for a slice: it can be compared with whatever has octets. */
  readonly sliced?: true;
  /** In words for the error message, such as `dhcp.type`. */
  readonly name: string;
}

/** Converts a written value to the kind that `wanted` needs. Throws FilterError if that is impossible. */
export function constantOf(written: Written, wanted: Wanted): Constant {
  const { kind } = wanted;
  if (kind === 'string') return { value: textOf(written, wanted) };
  if (written.kind === 'character') return characterOf(written, wanted);
  if (kind === 'bytes' || kind === 'protocol' || kind === 'ether' || kind === 'eui64') return octets(written, wanted);
  if (isInteger(kind)) return { value: integerOf(written, wanted) };
  switch (kind) {
    case 'boolean':
      return { value: booleanOf(written, wanted) };
    case 'ipv4':
    case 'ipv6':
      return address(written, wanted, kind);
    case 'time':
    case 'duration':
      return { value: time(written, wanted, kind) };
    case 'double':
      return { value: double(written, wanted) };
    case 'guid':
      return { value: uuid(written, wanted) };
    default:
      return fail(
        written.place,
        `${wanted.name} is ${wordsOf(kind)}: it can be there or not, and has nothing to compare with`,
      );
  }
}

function shown({ kind, text }: Written): string {
  return kind === 'word' ? text : `"${text}"`;
}

function wrong(written: Written, { name, kind, names }: Wanted, possible: string): never {
  const some = names ? [...new Set(Object.values(names))].slice(0, 8) : [];
  const named = some.length > 0 ? `, or a name: ${some.map((one) => `"${one}"`).join(', ')}${more(names, some)}` : '';
  return fail(
    written.place,
    `“${shown(written)}” is no value of ${name}, which is ${wordsOf(kind)}; possible would be ${possible}${named}`,
  );
}

function more(names: ValueNames | undefined, some: readonly string[]): string {
  return names && Object.keys(names).length > some.length ? ' …' : '';
}

function textOf({ text, place }: Written, { name, texts }: Wanted): string {
  return !texts || texts.includes(text) ? text : fail(place, unknownText(text, name, texts));
}

function characterOf(written: Written, wanted: Wanted): Constant {
  const { kind } = wanted;
  if (isInteger(kind)) {
    const code = written.text.charCodeAt(0);
    return { value: isBig(kind) ? BigInt(code) : code };
  }
  if (kind === 'bytes' || kind === 'protocol') return { value: written.text };
  return wrong(written, wanted, 'a value without single quotes');
}

/** The number that a name stands for, ignoring case; undefined if there is none. */
function named(text: string, names: ValueNames | undefined): number | undefined {
  const lower = text.toLowerCase();
  for (const key in names) if (names[Number(key)]!.toLowerCase() === lower) return Number(key);
  return undefined;
}

/** An integer in C notation: decimal, 0x hexadecimal, 0b binary, 0 octal. */
export function wholeNumber(text: string): bigint | undefined {
  if (/^(?:0|[1-9]\d{0,30}|0[xX][0-9a-fA-F]{1,16}|0[bB][01]{1,64})$/.test(text)) return BigInt(text);
  return /^0[0-7]{1,22}$/.test(text) ? BigInt(`0o${text.slice(1)}`) : undefined;
}

function integerOf(written: Written, wanted: Wanted): Value {
  const { kind, names } = wanted;
  const [least, greatest] = rangeOf(kind);
  const possible = `a number from ${least} to ${greatest}`;
  const number = written.kind === 'word' ? wholeNumber(written.text) : undefined;
  if (number !== undefined) {
    if (number > greatest)
      fail(written.place, `${written.text} is too large for ${wanted.name}; possible would be ${possible}`);
    return isBig(kind) ? number : Number(number);
  }
  const value = named(written.text, names);
  if (value === undefined) return wrong(written, wanted, possible);
  return isBig(kind) ? BigInt(value) : value;
}

/** Unquoted words for a boolean. */
const TRUTH: Readonly<Record<string, number>> = { False: 0, FALSE: 0, True: 1, TRUE: 1 };

function booleanOf(written: Written, wanted: Wanted): Value {
  const number = written.kind === 'word' ? wholeNumber(written.text) : undefined;
  if (number !== undefined) return number === 0n ? 0 : 1;
  const value = named(written.text, wanted.names) ?? (written.kind === 'word' ? TRUTH[written.text] : undefined);
  return value ?? wrong(written, wanted, '1 or True, 0 or False');
}

function double(written: Written, wanted: Wanted): Value {
  const value = written.kind === 'word' && /^[\d.]/.test(written.text) ? Number(written.text) : NaN;
  return Number.isNaN(value) ? wrong(written, wanted, 'a number such as 1.5') : value;
}

function time(written: Written, wanted: Wanted, kind: 'time' | 'duration'): Value {
  if (kind === 'duration') {
    const value = written.kind === 'word' ? durationOf(written.text) : undefined;
    return value ?? wrong(written, wanted, 'seconds, such as 0.25');
  }
  return timeOf(written.text) ?? wrong(written, wanted, TIME_EXAMPLES);
}

function uuid(written: Written, wanted: Wanted): Value {
  const digits =
    written.kind === 'word' ? /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.exec(written.text)?.[0] : '';
  const value = digits ? uuidOctets(hexOctets(digits.replaceAll('-', ''))) : undefined;
  return value ?? wrong(written, wanted, 'a UUID such as 01020304-0506-0708-090a-0b0c0d0e0f10');
}

/** An address in dotted decimal. A part that begins with 0 could be meant as octal, so Wireshark refuses it. */
const plainIpv4 = (text: string): number | undefined => (/(?:^|\.)0\d/.test(text) ? undefined : parseIpv4(text));

function address(written: Written, wanted: Wanted, kind: 'ipv4' | 'ipv6'): Constant {
  const bits = 8 * sizeOf(kind)!;
  const example = kind === 'ipv4' ? '10.0.0.1 or 10.0.0.0/24' : 'fe80::1 or fe80::/64';
  const [text = '', prefix, ...rest] = written.text.split('/');
  const found = written.kind !== 'word' ? undefined : kind === 'ipv4' ? plainIpv4(text) : parseIpv6(text);
  if (found === undefined || rest.length > 0)
    return wrong(written, wanted, `an address such as ${example}, without quotation marks`);
  const value = typeof found === 'number' ? found : binary(found);
  if (prefix === undefined) return { value };
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits)
    return fail(written.place, `“/${prefix}” is no prefix length; possible would be 0 to ${bits}`);
  return { value, prefix: Number(prefix) };
}

function octets(written: Written, wanted: Wanted): Constant {
  const { kind } = wanted;
  const whole = kind === 'ether' ? 6 : kind === 'eui64' ? 8 : undefined;
  if (written.kind === 'string' && whole === undefined) return { value: written.text };
  const value = written.kind === 'word' ? octetLiteral(written.text) : undefined;
  if (whole === undefined)
    return value === undefined
      ? wrong(written, wanted, 'octets such as 63:82:53:63, or a text in quotation marks')
      : { value };
  if (value?.length !== whole) return wrong(written, wanted, `${whole} octets such as ${'02:'.repeat(whole - 1)}01`);
  return { value };
}

/** Hexadecimal octets: `02:67`, `02-67`, `02.67`, `0267.0001`, `0267`, `:02`, `0x02`, `2`. */
export function octetLiteral(text: string): string | undefined {
  if (/^0[xX][0-9a-fA-F]{1,2}$/.test(text)) return String.fromCharCode(parseInt(text, 16));
  const body = text.startsWith(':') ? text.slice(1) : text;
  // Pieces of two or four digits with one kind of separator; or pairs of digits, the last of which may be one digit.
  const pieces =
    /^(?:[0-9a-fA-F]{2}:|([0-9a-fA-F]{2}){1,2}(?:([:.-])(?:[0-9a-fA-F]{2}){1,2})(?:\2(?:[0-9a-fA-F]{2}){1,2})*)$/;
  if (!pieces.test(body) && !/^[0-9a-fA-F]+$/.test(body)) return undefined;
  let value = '';
  for (const piece of body.split(/[:.-]/)) {
    value += hexOctets(piece);
  }
  return value;
}

/** Octets from hex digits; a single digit at the end is an octet of its own. */
function hexOctets(digits: string): string {
  let value = '';
  for (let i = 0; i < digits.length; i += 2) value += String.fromCharCode(parseInt(digits.slice(i, i + 2), 16));
  return value;
}

/**
 * Converts the octets of a UUID from written order to the order in which Microsoft's systems send it,
 * and back: the first three parts have their octets reversed (RFC 4578 §2.3).
 */
export function uuidOctets(octets: string): string {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  return order.map((i) => octets[i] ?? '').join('');
}

/** The address with all bits after the first `prefix` cleared. */
export function masked(value: Value, prefix: number): Value {
  if (typeof value === 'number') return prefix === 0 ? 0 : (value & (-1 << (32 - prefix))) >>> 0;
  const bytes = octetsOf(String(value));
  for (let i = 0; i < bytes.length; i++) {
    const keep = Math.max(0, Math.min(8, prefix - 8 * i));
    bytes[i] = bytes[i]! & (0xff00 >> keep);
  }
  return binary(bytes);
}
