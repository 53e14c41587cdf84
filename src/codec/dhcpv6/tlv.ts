import { concat } from '../bytes';
import { TOO_MANY_OPTIONS } from '../limits';
import type { Data, Field } from '../field';
import type { OptionRow } from '../option';
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
  /** `SOLICIT` …; `type N` where the number is not assigned. */
  readonly type: string;
  /** The tree: header fields, then options. Their leaves cover every octet of the message. */
  readonly fields: Field[];
  /** The message's options, in the order of the wire. */
  readonly options: DecodedOption6[];
}

/** Options in DHCPv6's form, 16 bits of code and 16 bits of length each (RFC 9915 §21.1): read, checked and written by their table. */

/** A row of a DHCPv6 option table: beside the readable name, the registry's own. */
export interface OptionRow6 extends OptionRow {
  /** The registry's name: `OPTION_CLIENTID`. */
  readonly token: string;
}

export type OptionTable6 = ReadonlyMap<number, OptionRow6>;

/** What value types need of the table they stand in, which is not there yet when they are made. */
export interface Space6 {
  /** The options that a message, or an option that holds options, may have. */
  readonly options: () => OptionTable6;
}

/** A type whose values end with options. */
export interface ContainerType extends ValueType {
  readonly nested: {
    /** Where in the value the options begin; -1 where the octets in front of them are damaged. */
    readonly at: (view: View) => number;
    readonly table: (view: View) => OptionTable6;
  };
}

/** The type as a container of options; undefined where it is none. */
export function containerOf(type: ValueType | undefined): ContainerType | undefined {
  return type && 'nested' in type ? (type as ContainerType) : undefined;
}

/** What the decoders of this room give beside `Decoded`: the options and the message inside a value. */
export interface Decoded6 extends Decoded {
  readonly options?: DecodedOption6[];
  readonly dhcpv6?: DecodedMessage6;
  readonly dhcp?: DecodedMessage4;
}

/** One option, decoded. */
export interface DecodedOption6 {
  readonly code: number;
  /** The table's name; `Option N` where the number is not assigned. */
  readonly name: string;
  readonly row: OptionRow6 | undefined;
  /** Index of the code's first octet. */
  readonly offset: number;
  /** Number of octets of the value that are there. */
  readonly length: number;
  /** The value's octets, as hex digits. */
  readonly hex: string;
  readonly value: string;
  readonly text: string;
  /** The typed value, as the encoder takes it; hex digits where `raw`. */
  readonly data: Data;
  /** Whether the octets are not a value of the row's type, and so stand as hex digits in `data`. */
  readonly raw: boolean;
  readonly field: Field;
  /** The options inside. */
  readonly options?: DecodedOption6[];
  /** The message inside (option 9). */
  readonly dhcpv6?: DecodedMessage6;
  /** The DHCPv4 message inside (option 87). */
  readonly dhcp?: DecodedMessage4;
}

/** The name of option `code` in `table`. */
export function optionName6(table: OptionTable6, code: number): string {
  return table.get(code)?.name ?? `Option ${code}`;
}

/** What is wrong with an option that has less octets than it declares. */
export function truncatedText(option: RawOption6, name: string): string {
  return `${name} (${option.code}) declares ${option.declared} octets, but only ${option.length} are left.`;
}

/** What is wrong with an option whose length its type does not allow. */
export function lengthText(option: RawOption6, name: string, size: Size): string {
  const octets = `${option.length} octet${option.length === 1 ? '' : 's'}`;
  return `${name} (${option.code}) has ${octets}, but must have ${describeSize(size)}.`;
}

/** What is wrong with octets behind the last option that are too few for another. */
export function remainderText(length: number): string {
  return `${length} octet${length === 1 ? ' is' : 's are'} left behind the last option, too few for another.`;
}

/** Decodes one option. Structural damage is marked in the tree and not reported: `checkMessage6` does that. */
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
  // What holds options is taken apart by the option.
  if (context.budget?.allows(type.spaces ? 0 : raw.length) === false)
    return showOption(view, raw, context, row, name, key);
  const fitting = fits(type.size, raw.length);
  let wrong: string | undefined;
  if (truncated) wrong = truncatedText(raw, name);
  else if (!fitting) wrong = lengthText(raw, name, type.size);
  // What a cut value lacks is no fault of its own.
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

/** An option that is not taken apart: its octets in one node (see `Budget`). */
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

/** Octets that are shown of an option that is not taken apart; the others are in the hex view. */
const SHOWN = 64;

/** Options decoded, and the tree nodes that cover their octets and those left behind the last. */
export interface DecodedOptions6 {
  readonly options: DecodedOption6[];
  readonly fields: Field[];
}

/** Decodes the options between `at` and `end` by `table`. `context.key` is what the options' codes are appended to. */
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

/** Decoded options in the encoder's terms: `{ code, value }`, or `{ code, hex }` where the octets are no value of the type. */
export function optionsData(options: readonly DecodedOption6[]): Data[] {
  return options.map((option) =>
    option.raw ? { code: option.code, hex: option.hex } : { code: option.code, value: option.data },
  );
}

/**
 * Writes options. Each is `{ code, value }` (the value in its type's terms; hex digits for a code that the table lacks) or
 * `{ code, hex }`. Throws RangeError for anything else.
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
