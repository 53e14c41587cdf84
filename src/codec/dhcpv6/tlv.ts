import { concat } from '../bytes';
import { TOO_MANY_OPTIONS } from '../limits';
import type { Data, Field } from '../field';
import type { OptionRow, OptionTable } from '../option';
import { uintOctets } from '../values/scalar';
import { valueFields } from '../values/struct';
import {
  cannotEncode,
  decodeMisfit,
  decodeValue,
  describeSize,
  fits,
  MAX_DEPTH,
  opaque,
  within,
  type Context,
  type Decoded,
  type Size,
  type ValueType,
} from '../values/type';
import { View } from '../view';
import type { DecodedMessage4 } from '../dhcpv4/decode';
import { OPTION_HEADER, readOptions6, type Message6, type RawOption6 } from './message';

/** One message, decoded. */
export interface DecodedMessage6 {
  readonly message: Message6;
  /** `SOLICIT` …; `type N` if the number is not assigned. */
  readonly type: string;
  /** The tree: header fields, then options. Their leaves cover every octet of the message. */
  readonly fields: Field[];
  /** The message's options, in wire order. */
  readonly options: DecodedOption6[];
}

/**
 * Options in DHCPv6's format, with 16 bits each for code and length (RFC 9915 §21.1). They are read, checked and
 * written by a table.
 */

/** A row of a DHCPv6 option table. Besides the readable name, it has the registry's name. */
export interface OptionRow6 extends OptionRow {
  /** The registry's name: `OPTION_CLIENTID`. */
  readonly token: string;
}

export type OptionTable6 = ReadonlyMap<number, OptionRow6>;

/** What value types need from the table they are part of. The table does not exist yet when they are made. */
export interface Space6 {
  /** The table for the options of a message, or of an option that contains options. */
  readonly options: () => OptionTable6;
}

/** A type whose values end with options. */
export interface ContainerType extends ValueType {
  readonly nested: {
    /** Offset in the value where the options begin; -1 if the octets before them are damaged. */
    readonly at: (view: View) => number;
    readonly table: (view: View) => OptionTable6;
  };
}

/** The type as a container of options; undefined if it is not one. */
export function containerOf(type: ValueType | undefined): ContainerType | undefined {
  return type && 'nested' in type ? (type as ContainerType) : undefined;
}

/** What the decoders of DHCPv6 return in addition to `Decoded`: the options and the message inside a value. */
export interface Decoded6 extends Decoded {
  readonly options?: DecodedOption6[];
  readonly dhcpv6?: DecodedMessage6;
  readonly dhcp?: DecodedMessage4;
}

/** One option, decoded. */
export interface DecodedOption6 {
  readonly code: number;
  /** The table's name; `Option N` if the number is not assigned. */
  readonly name: string;
  readonly row: OptionRow6 | undefined;
  /** Index of the code's first octet. */
  readonly offset: number;
  /** Number of value octets that are present. */
  readonly length: number;
  /** The value's octets, as hex digits. */
  readonly hex: string;
  readonly value: string;
  readonly text: string;
  /** The typed value, as the encoder takes it; hex digits if `raw`. */
  readonly data: Data;
  /** Whether the octets are not a value of the row's type, so that `data` holds hex digits. */
  readonly raw: boolean;
  readonly field: Field;
  /** The options inside this one. */
  readonly options?: DecodedOption6[];
  /** The message inside (option 9). */
  readonly dhcpv6?: DecodedMessage6;
  /** The DHCPv4 message inside (option 87). */
  readonly dhcp?: DecodedMessage4;
}

/** The name of option `code` in `table`. */
export function optionName6(table: OptionTable, code: number): string {
  return table.get(code)?.name ?? `Option ${code}`;
}

/** The text for an option with fewer octets than it declares. */
export function truncatedText(option: RawOption6, name: string): string {
  return `${name} (${option.code}) declares ${option.declared} octets, but only ${option.length} are left.`;
}

/** The text for an option with a length that its type does not allow. */
export function lengthText(option: RawOption6, name: string, size: Size): string {
  const octets = `${option.length} octet${option.length === 1 ? '' : 's'}`;
  return `${name} (${option.code}) has ${octets}, but must have ${describeSize(size)}.`;
}

/** The text for octets after the last option that are too few for another. */
export function remainderText(length: number): string {
  return `${length} octet${length === 1 ? ' is' : 's are'} left behind the last option, too few for another.`;
}

/** Decodes one option. Structural damage is marked in the tree but not reported, because `checkMessage6` reports it. */
function decodeOption(
  bytes: Uint8Array,
  raw: RawOption6,
  context: Context,
  table: OptionTable6,
  buffer: number,
): DecodedOption6 {
  const row = table.get(raw.code);
  const name = row?.name ?? `Option ${raw.code}`;
  const key = `${context.key}.${raw.code}`;
  const view = View.of(bytes, raw.at + OPTION_HEADER, raw.length, buffer);
  const truncated = raw.length < raw.declared;
  const type = row?.type ?? opaque;
  // The octets of a container are charged option by option, when its options are decoded.
  if (context.budget?.allows(type.spaces ? 0 : raw.length) === false)
    return showOption(view, raw, context, row, name, key);
  const fitting = fits(type.size, raw.length);
  let wrong: string | undefined;
  if (truncated) wrong = truncatedText(raw, name);
  else if (!fitting) wrong = lengthText(raw, name, type.size);
  // What is missing in a cut value is not reported as a separate problem.
  const inside = within(context, key, truncated ? [] : context.problems);
  const before = inside.problems.length;
  const decoded: Decoded6 = fitting ? decodeValue(type, view, inside, name) : decodeMisfit(type, view, inside);
  wrong ??= inside.problems.length > before && !decoded.children?.length ? inside.problems[before]!.text : undefined;
  const text = decoded.text ?? decoded.value;
  const header = View.of(bytes, raw.at, OPTION_HEADER, buffer);
  const field = View.of(bytes, raw.at, OPTION_HEADER + raw.length, buffer).field(
    0,
    OPTION_HEADER + raw.length,
    `${name} (${raw.code})`,
    text,
    {
      key,
      children: [
        header.field(0, 2, 'Option code', row ? `${row.token} (${raw.code})` : `${raw.code} (not assigned)`, { key }),
        header.field(2, 2, 'Length', `${raw.declared} octets`, { key }),
        ...valueFields(view, decoded, key),
      ],
      ...(wrong !== undefined ? { problem: wrong } : {}),
    },
  );
  return {
    code: raw.code,
    name,
    row,
    offset: raw.at,
    length: raw.length,
    hex: view.hex(),
    value: decoded.value,
    text,
    data: decoded.data,
    raw: truncated || !fitting || inside.depth > MAX_DEPTH,
    field,
    ...(decoded.options ? { options: decoded.options } : {}),
    ...(decoded.dhcpv6 ? { dhcpv6: decoded.dhcpv6 } : {}),
    ...(decoded.dhcp ? { dhcp: decoded.dhcp } : {}),
  };
}

/** An option that is not decoded further: its octets in one node (see `Budget`). */
function showOption(
  view: View,
  raw: RawOption6,
  context: Context,
  row: OptionRow6 | undefined,
  name: string,
  key: string,
): DecodedOption6 {
  const { code, at: offset, length } = raw;
  const whole = View.of(view.bytes, offset, OPTION_HEADER + length, view.buffer);
  const digits = view.hex();
  const text = view.hex(0, Math.min(length, SHOWN), ' ') + (length > SHOWN ? ' …' : '');
  const field = whole.field(0, whole.length, `${name} (${code})`, text, { key });
  context.budget?.tell(context.problems, field);
  return { code, name, row, offset, length, hex: digits, value: digits, text, data: digits, raw: true, field };
}

/** Octets shown of an option that is not decoded further; the rest is in the hex view. */
const SHOWN = 64;

/** Decoded options, and the tree nodes that cover their octets and any left over after the last. */
export interface DecodedOptions6 {
  readonly options: DecodedOption6[];
  readonly fields: Field[];
}

/** Decodes the options between `at` and `end` according to `table`. The options' codes are appended to `context.key`. */
export function decodeOptions6(
  bytes: Uint8Array,
  at: number,
  end: number,
  context: Context,
  table: OptionTable6,
  buffer = 0,
): DecodedOptions6 {
  const options: DecodedOption6[] = [];
  const fields: Field[] = [];
  for (const raw of readOptions6(bytes, at, end)) {
    if (context.budget?.lists() === false) {
      const rest = View.of(bytes, raw.at, end - raw.at, buffer);
      const shown = Math.min(rest.length, SHOWN);
      const text = rest.hex(0, shown, ' ') + (rest.length > shown ? ' …' : '');
      const field = rest.field(0, rest.length, 'Further options', text, { problem: TOO_MANY_OPTIONS });
      context.budget.tell(context.problems, field, TOO_MANY_OPTIONS);
      fields.push(field);
      return { options, fields };
    }
    const option = decodeOption(bytes, raw, context, table, buffer);
    options.push(option);
    fields.push(option.field);
  }
  const last = options[options.length - 1];
  const behind = last ? last.offset + OPTION_HEADER + last.length : at;
  if (behind < end) {
    const rest = View.of(bytes, behind, end - behind, buffer);
    const text = rest.hex(0, rest.length, ' ');
    fields.push(rest.field(0, rest.length, 'Unexplained octets', text, { problem: remainderText(rest.length) }));
  }
  return { options, fields };
}

/** Decoded options in the encoder's form: `{ code, value }`, or `{ code, hex }` if the octets are not a value of the type. */
export function optionsData(options: readonly DecodedOption6[]): Data[] {
  return options.map((option) =>
    option.raw ? { code: option.code, hex: option.hex } : { code: option.code, value: option.data },
  );
}

/**
 * Writes options. Each is `{ code, value }` (the value in the form of its type; hex digits for a code not in the table)
 * or `{ code, hex }`. Throws RangeError for anything else.
 */
export function encodeOptions6(data: Data, table: OptionTable6): Uint8Array {
  if (!Array.isArray(data)) return cannotEncode('a list of options', data);
  const parts: Uint8Array[] = [];
  for (const option of data) {
    if (option === null || typeof option !== 'object' || Array.isArray(option) || typeof option['code'] !== 'number') {
      return cannotEncode('an option', option);
    }
    const { code, hex, value } = option;
    const type = hex !== undefined ? opaque : (table.get(code)?.type ?? opaque);
    const octets = type.encode(hex ?? value ?? null);
    parts.push(uintOctets(code, 2), uintOctets(octets.length, 2), octets);
  }
  return concat(parts);
}
