import type { Data, Field, Span } from '../field';
import type { OptionRow } from '../option';
import { decodeMisfit, describeSize, fits, opaque, type Context, type Decoded } from '../values';
import { problem, type Problem } from '../field';
import type { View } from '../view';
import type { Area } from './layout';

/** One option or sub-option with all that is known of its value. */
export interface DecodedOption {
  readonly code: number;
  readonly name: string;
  /** Its row in the table; undefined where the registry assigns nothing. */
  readonly row: OptionRow | undefined;
  /** Offset in the frame of the code octet. */
  readonly offset: number;
  /** Number of value octets, those of joined pieces together. */
  readonly length: number;
  /** How many octets the length octet promises, where they are more than there are: the option is cut. */
  readonly declared?: number;
  /** The value octets in lower-case hex, joined. */
  readonly hex: string;
  /** The value as scripts print it, already `printable`. */
  readonly value: string;
  /** The value as a reader wants it, already `printable`. */
  readonly text: string;
  /** The typed value; hex digits where the octets do not fit the type. */
  readonly data: Data;
  /** Whether `data` is the row's typed value. False: it is hex digits, as `hex`. */
  readonly typed: boolean;
  readonly area: Area;
  readonly field: Field;
  /** What the value is made of, where it is made of sub-options. */
  readonly options?: readonly DecodedOption[];
}

/** What a type whose value is made of sub-options says. */
export interface Nested extends Decoded {
  readonly options?: readonly DecodedOption[];
}

/** An option as it lies in the frame, before its value is read. */
export interface Found {
  readonly row: OptionRow | undefined;
  readonly code: number;
  readonly name: string;
  /** `Option` or `Sub-option`, as the tree writes it. */
  readonly label: string;
  readonly value: View;
  /** All its octets: code, length and value, with further pieces in `more`. */
  readonly whole: Span & { readonly more?: readonly Span[] };
  /** The nodes of code and length octets. */
  readonly header: readonly Field[];
  readonly area: Area;
}

/**
 * What is wrong with a value of `length` octets by the option's row; undefined where nothing is. `bad-option-length` is said of
 * values made of elements of a fixed size only; a text or other value of any size that is shorter than its RFC asks for (an empty
 * host name) is common and harmless, and is `option-too-short`.
 */
export function lengthProblem(row: OptionRow, label: string, length: number, whole: Span): Problem | undefined {
  const { size } = row.type;
  if (fits(size, length)) return undefined;
  const have = `${length} octet${length === 1 ? '' : 's'}`;
  const text = `${label} ${row.code} (${row.name}) has ${have}, but must have ${describeSize(size)}.`;
  const fixed = size.min === size.max || size.step > 1;
  return problem(fixed ? 'bad-option-length' : 'option-too-short', whole.offset, whole.length, text, whole.buffer);
}

/** An option as problems name it, by its key: `Option 81 (Client FQDN)`, `Option 82/10 (Relay Agent Flags)`. */
const optionTitle = (key: string, name: string): string =>
  `Option ${key.replace('dhcp.option.', '').replaceAll('.', '/')} (${name})`;

/**
 * Reports what the RFC of an option rules out in its value although its length fits, and puts the option's name in front of what the
 * value's type has reported of that kind since `before`. Options inside the value have been named when they were read.
 */
export function reportValue(row: OptionRow, value: View, context: Context, before: number): void {
  const id = context.problemIds?.value;
  if (id === undefined) return;
  const { problems, key } = context;
  if (row.type.spaces === undefined)
    for (let i = before; i < problems.length; i++) {
      const one = problems[i]!;
      if (one.id === id) problems[i] = { ...one, text: `${optionTitle(key, row.name)}: ${one.text}` };
    }
  const flaw = row.type.flaw?.(value);
  if (flaw === undefined) return;
  const span = value.spans()[0]!;
  problems.push(problem(id, span.offset, span.length, `${optionTitle(key, row.name)}: ${flaw}`, span.buffer));
}

/** Reads an option's value by its row. `context.key` is the option's own key. */
export function decodeOption(found: Found, context: Context): DecodedOption {
  const { row, code, name, value, whole } = found;
  const before = context.problems.length;
  const bad = row && lengthProblem(row, found.label, value.length, whole);
  if (bad) context.problems.push(bad);
  const typed = row !== undefined && !bad;
  const decoded: Nested = !row
    ? opaque.decode(value, context)
    : typed
      ? row.type.decode(value, context)
      : decodeMisfit(row.type, value, context);
  if (typed) reportValue(row, value, context, before);
  const text = decoded.text ?? decoded.value;
  // Problems of sub-options are shown at the sub-options.
  const own = decoded.options === undefined ? context.problems[before] : undefined;
  const children: Field[] = found.header.slice();
  for (const part of valueFields(decoded, value, context.key)) children.push(part);
  const field: { -readonly [K in keyof Field]: Field[K] } = {
    name: `${found.label} ${code} (${name})`,
    text,
    offset: whole.offset,
    length: whole.length,
    children,
    key: context.key,
  };
  if (whole.buffer) field.buffer = whole.buffer;
  if (whole.more) field.more = whole.more;
  if (own) field.problem = own.text;
  const out: { -readonly [K in keyof DecodedOption]: DecodedOption[K] } = {
    code,
    name,
    row,
    offset: whole.offset,
    length: value.length,
    hex: value.hex(),
    value: decoded.value,
    text,
    data: decoded.data,
    typed,
    area: found.area,
    field,
  };
  if (decoded.options) out.options = decoded.options;
  return out;
}

/**
 * An option that runs past the end of what it stands in: what there is of it. `view` begins with its code and length octets,
 * which must be there.
 */
export function readCutOption(
  found: Pick<Found, 'row' | 'code' | 'name' | 'label' | 'area'>,
  view: View,
  key: string,
  wrong: string | undefined,
): DecodedOption {
  const { row, code, name, label, area } = found;
  const declared = view.u8(1);
  const value = view.sub(2);
  const digits = value.hex();
  const text = `cut: ${value.length} of ${declared} octets`;
  const children = [
    view.field(0, 1, 'Code', String(code)),
    view.field(1, 1, 'Length', `${declared} octet${declared === 1 ? '' : 's'}`),
  ];
  if (value.length > 0) {
    children.push(value.field(0, value.length, 'Value, cut', value.hex(0, value.length, ' '), { key }));
  }
  const extra = wrong === undefined ? { key, children } : { key, children, problem: wrong };
  const field = view.field(0, view.length, `${label} ${code} (${name})`, text, extra);
  const { offset } = field;
  const { length } = value;
  return {
    code,
    name,
    row,
    offset,
    length,
    declared,
    hex: digits,
    value: digits,
    text,
    data: digits,
    typed: false,
    area,
    field,
  };
}

/** The parts of a value where they cover it without overlap; else one node for the whole, with the parts (flag bits) under it. */
function valueFields(decoded: Decoded, value: View, key: string): readonly Field[] {
  if (value.length === 0) return [];
  const { children } = decoded;
  if (children && children.length > 0) {
    let covered = 0;
    for (const child of children) {
      covered += child.length;
      if (child.more) for (const span of child.more) covered += span.length;
    }
    if (covered === value.length) return children;
  }
  const text = decoded.text ?? decoded.value;
  return [value.field(0, value.length, 'Value', text, { key, ...(children ? { children } : {}) })];
}
