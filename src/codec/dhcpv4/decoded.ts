import type { OptionRow } from '../option';
import { decodeMisfit, describeSize, fits, opaque, type Context, type Decoded } from '../values';
import { ABOUT, problem, type About, type Data, type Field, type Problem, type Span } from '../field';
import type { View } from '../view';
import type { Area } from './layout';

/** One option or sub-option, with everything known about its value. */
export interface DecodedOption {
  readonly code: number;
  readonly name: string;
  /** Its row in the table; undefined if the registry assigns nothing to the code. */
  readonly row: OptionRow | undefined;
  /** Offset of the code octet in the frame. */
  readonly offset: number;
  /** Number of value octets, over all joined pieces. */
  readonly length: number;
  /** Length that the length octet claims, if more than the octets available: the option is cut. */
  readonly declared?: number;
  /** The value octets in lower-case hex, with pieces joined. */
  readonly hex: string;
  /** The value for scripts, already `printable`. */
  readonly value: string;
  /** The value for readers, already `printable`. */
  readonly text: string;
  /** The typed value; hex digits if the octets do not fit the type. */
  readonly data: Data;
  /** Whether `data` is the row's typed value. If false, it is hex digits, the same as `hex`. */
  readonly typed: boolean;
  readonly area: Area;
  readonly field: Field;
  /** The sub-options, if the value consists of sub-options. */
  readonly options?: readonly DecodedOption[];
}

/** The decoded value of a type that consists of sub-options. */
export interface Nested extends Decoded {
  readonly options?: readonly DecodedOption[];
}

/** An option as it lies in the frame, before its value is read. */
export interface Found {
  readonly row: OptionRow | undefined;
  readonly code: number;
  readonly name: string;
  /** `Option` or `Sub-option`, as shown in the tree. */
  readonly label: string;
  readonly value: View;
  /** All its octets: code, length and value. Further pieces are in `more`. */
  readonly whole: Span & { readonly more?: readonly Span[] };
  /** The nodes for the code and length octets. */
  readonly header: readonly Field[];
  readonly area: Area;
}

/**
 * What is wrong with a value of `length` octets according to the option's row; undefined if nothing is.
 * `bad-option-length` is used only for values made of fixed-size elements. A text or other value of variable size that
 * is shorter than its RFC requires (such as an empty host name) is common and harmless; it gets `option-too-short`.
 */
export function lengthProblem(
  row: OptionRow,
  label: string,
  length: number,
  whole: Span,
  about: About = { option: row.code, name: row.name },
): Problem | undefined {
  const { size } = row.type;
  if (fits(size, length)) return undefined;
  const have = `${length} octet${length === 1 ? '' : 's'}`;
  const text = `${label} ${row.code} (${row.name}) has ${have}, but must have ${describeSize(size)}.`;
  const fixed = size.min === size.max || size.step > 1;
  const id = fixed ? 'bad-option-length' : 'option-too-short';
  return problem(id, whole.offset, whole.length, text, whole.buffer, about);
}

/** An option by its key: how problem texts name it, `Option 82/10 (Relay Agent Flags)`, and what a problem in its value is about. */
function inOption(key: string, name: string): { readonly title: string; readonly about: About } {
  const codes = key.replace('dhcp.option.', '').split('.');
  return {
    title: `Option ${codes.join('/')} (${name})`,
    about: { option: Number(codes[0]), inValue: true, ...(codes.length === 1 ? { name } : {}) },
  };
}

/**
 * Reports what the option's RFC forbids in a value of valid length. Also adds the option's name to problems that the
 * value's type has reported since `before`; options inside the value were named when they were read.
 */
export function reportValue(row: OptionRow, value: View, context: Context, before: number): void {
  const { value: id, malformed } = context.problemIds ?? {};
  if (id === undefined) return;
  const { problems } = context;
  const flaw = row.type.flaw?.(value);
  if (flaw === undefined && problems.length === before) return;
  const { title, about } = inOption(context.key, row.name);
  for (let i = before; i < problems.length; i++) {
    const one = problems[i]!;
    const named = one[ABOUT] !== undefined || (one.id !== id && one.id !== malformed);
    if (!named) problems[i] = { ...one, text: `${title}: ${one.text}`, [ABOUT]: about };
  }
  if (flaw === undefined) return;
  const span = value.spans()[0]!;
  problems.push(problem(id, span.offset, span.length, `${title}: ${flaw}`, span.buffer, about));
}

/** Reads an option's value according to its row. `context.key` is the option's own key. */
export function decodeOption(found: Found, context: Context): DecodedOption {
  const { row, code, name, value, whole } = found;
  const before = context.problems.length;
  const outer = row && found.label !== 'Option' ? inOption(context.key, row.name).about : undefined;
  const bad = row && lengthProblem(row, found.label, value.length, whole, outer);
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
 * The available part of an option that runs past the end of its container. `view` begins with its code and length
 * octets, which must be present.
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

/**
 * The parts of a value if they cover it without overlap. Otherwise one node for the whole value, with the parts (flag
 * bits) under it.
 */
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
