import {
  concat,
  decodeText,
  formatIpv4,
  formatIpv6,
  formatMac,
  parseHex,
  parseIpv4,
  parseIpv6,
} from '../../codec/bytes';
import type { Data } from '../../codec/field';
import { uintOctets } from '../../codec/values/scalar';
import type { Around } from '../made/frame';
import type { Edit, FormField, FormOption } from './types';

/* Converts what is typed into the form to octets. */

/** A change made in the form. */
export type FormEdit = Exclude<Edit, { kind: 'octets' | 'repair' }>;

/** The content of the form, and the function that applies changes to the frame. */
export interface Editable {
  readonly fields: readonly FormField[];
  /** Left out if such frames have none. */
  readonly options?: readonly FormOption[];
  /**
   * The changed frame with correct lengths and checksums; without an edit, only these are
   * corrected. Throws RangeError with a sentence if the change cannot be made.
   */
  change(edit?: FormEdit): Uint8Array;
}

export type Kind = 'number' | 'hex' | 'ipv4' | 'ipv6' | 'mac' | 'text';
/** The octets of an entered value. Throws RangeError with a sentence if it is not a value of its kind. */
export function octetsOf(text: string, size: number, kind: Kind): Uint8Array {
  const value = text.trim();
  if (kind === 'ipv4') {
    const address = parseIpv4(value);
    if (address === undefined) throw new RangeError(`“${value}” is no IPv4 address, such as 10.67.0.1.`);
    return uintOctets(address, 4);
  }
  if (kind === 'ipv6') {
    const address = parseIpv6(value);
    if (!address) throw new RangeError(`“${value}” is no IPv6 address, such as fe80::1.`);
    return address;
  }
  if (kind === 'mac') {
    const octets = /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(value) ? parseHex(value.replaceAll('-', ':')) : undefined;
    if (!octets) throw new RangeError(`“${value}” is no hardware address, such as 02:67:00:00:00:0c.`);
    return octets;
  }
  if (kind === 'text') {
    const octets = new TextEncoder().encode(value);
    if (octets.length >= size) throw new RangeError(`The text is longer than ${size - 1} octets.`);
    return concat([octets, new Uint8Array(size - octets.length)]);
  }
  const number = /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : NaN;
  if (!(number < 256 ** size)) throw new RangeError(`“${value}” is no number from 0 to ${256 ** size - 1}.`);
  return uintOctets(number, size);
}

/** A field at a fixed place: offset, number of octets, and notation. */
export type Fixed = readonly [id: string, label: string, at: number, size: number, kind: Kind];

/** The octets of a field in the form in which it is entered. */
export function written(bytes: Uint8Array, at: number, size: number, kind: Kind): string {
  if (kind === 'ipv4') return formatIpv4(bytes, at);
  if (kind === 'ipv6') return formatIpv6(bytes, at);
  if (kind === 'mac') return formatMac(bytes, at, size);
  const octets = bytes.subarray(at, at + size);
  if (kind === 'text') {
    const end = octets.indexOf(0);
    return decodeText(bytes, at, end < 0 ? octets.length : end);
  }
  const value = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return kind === 'hex' ? `0x${value.toString(16).padStart(2 * size, '0')}` : String(value);
}

/** Fixed fields for the form. */
export const fieldsOf = (bytes: Uint8Array, all: readonly Fixed[]): FormField[] =>
  all.map(([id, label, at, size, kind]) => ({ id, label, value: written(bytes, at, size, kind) }));

/** A copy of `bytes` with one of the fields changed. Throws RangeError if the value is not valid. */
export function withField(bytes: Uint8Array, all: readonly Fixed[], id: string, value: string): Uint8Array {
  const changed = bytes.slice();
  const field = all.find(([own]) => own === id);
  if (field) changed.set(octetsOf(value, field[3], field[4]), field[2]);
  return changed;
}

/** Maximum length of the decoded text shown beside a value, in characters. */
const SHORT = 40;

/** An option for the form; `same` is the decoder's text for its octets. */
export function optionOf(
  index: number,
  code: number,
  name: string,
  digits: string,
  same: { readonly typed: boolean; readonly data: Data; readonly text: string } | undefined,
): FormOption {
  const value = same ? entered(same.typed, same.data, digits) : `0x${digits}`;
  const says = same && same.text !== value && same.text.length <= SHORT ? `: ${same.text}` : '';
  return { index, code, name: name + says, value };
}

const isPlain = (data: Data): data is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof data);

/** A value in the form in which it is entered: as words and numbers if its type has such a notation, otherwise 0x and hex digits. */
function entered(typed: boolean, data: Data, digits: string): string {
  if (typed && isPlain(data)) return String(data);
  if (typed && Array.isArray(data) && data.length > 0 && data.every(isPlain)) return data.join(', ');
  return `0x${digits}`;
}

/** Converts a value entered for an option: hex, or the words, numbers and lists that its type accepts. `encode` throws on anything else. */
export function valueOf(code: number, text: string, type: string, encode: (data: Data) => Uint8Array): Uint8Array {
  const value = text.trim();
  if (/^0x([0-9a-f]{2})*$/i.test(value)) return parseHex(value.slice(2)) ?? new Uint8Array(0);
  const one = (part: string): Data[] => [
    ...(/^\d+$/.test(part) ? [Number(part)] : []),
    ...(/^(true|false)$/.test(part) ? [part === 'true'] : []),
    part,
  ];
  const parts = value === '' ? [] : value.split(/\s*,\s*/);
  const lists = [parts.map((part) => one(part)[0]!), parts];
  for (const data of [...one(value), ...lists]) {
    try {
      return encode(data);
    } catch {
      // Not accepted by this type: try the next interpretation.
    }
  }
  throw new RangeError(
    `“${value}” is no value of option ${code} (${type}). Octets can be entered as 0x and hex digits.`,
  );
}

/** What the form can change of the headers around a message. */
type AroundFields = readonly (readonly [id: keyof Around, label: string, kind: Kind])[];

/** The headers around a message; `address` is the kind of its IP addresses. */
export const aroundOf = (address: 'ipv4' | 'ipv6'): AroundFields => [
  ['ethSource', 'Ethernet source', 'mac'],
  ['ethDestination', 'Ethernet destination', 'mac'],
  ['source', 'IP source', address],
  ['destination', 'IP destination', address],
  ['sourcePort', 'UDP source port', 'number'],
  ['destinationPort', 'UDP destination port', 'number'],
];

/** The headers around a message for the form. */
export const fieldsAround = (around: Around, all: AroundFields): FormField[] =>
  all.map(([id, label]) => ({ id, label, value: String(around[id]) }));

/** The headers around a message, with one of the fields changed. Throws RangeError if the value is not valid. */
export function changedAround(around: Around, all: AroundFields, id: string, value: string): Around {
  const field = all.find(([own]) => own === id);
  if (!field) return around;
  const [own, , kind] = field;
  octetsOf(value, 2, kind);
  return { ...around, [own]: kind === 'number' ? Number(value) : value.trim().replaceAll('-', ':') };
}
