import { hex, parseHex } from '../bytes';
import type { Budget } from '../limits';
import { problem, type About, type Data, type Field, type Problem } from '../field';
import type { View } from '../view';

/** How many octets a value may have. */
export interface Size {
  readonly min: number;
  /** Infinity if the registry sets no limit. */
  readonly max: number;
  /** The length is `min` plus a multiple of this. 1 if any length in between is allowed. */
  readonly step: number;
}

/** Exactly `octets`. */
export const exactly = (octets: number): Size => ({ min: octets, max: octets, step: 1 });
/** At least `octets`. */
export const atLeast = (octets: number): Size => ({ min: octets, max: Infinity, step: 1 });
/** Elements of `octets` each, at least `from` octets in total. */
export const multipleOf = (octets: number, from = octets): Size => ({ min: from, max: Infinity, step: octets });

/** Whether `length` octets fit. */
export function fits(size: Size, length: number): boolean {
  return length >= size.min && length <= size.max && (length - size.min) % size.step === 0;
}

/** A size in words, for problems and the guide: `4 octets`, `a multiple of 4 octets`, `0 or 17 octets`. */
export function describeSize(size: Size): string {
  const octets = (n: number): string => `${n} octet${n === 1 ? '' : 's'}`;
  if (size.min === size.max) return octets(size.min);
  if (size.step > 1) {
    if (size.min + size.step === size.max) return `${size.min} or ${octets(size.max)}`;
    return size.min === size.step
      ? `a multiple of ${octets(size.step)}`
      : `${octets(size.min)} plus a multiple of ${size.step}`;
  }
  return size.max === Infinity ? `at least ${octets(size.min)}` : `${size.min} to ${octets(size.max)}`;
}

/** A decoded value, in one form for programs and two for display. */
export interface Decoded {
  /**
   * The typed value: numbers as numbers, addresses as text, lists as arrays, records as objects. The encoder takes the
   * same form.
   */
  readonly data: Data;
  /** The value for scripts: `DISCOVER`, `3600`, `10.0.0.1, 10.0.0.2`. Already `printable`. */
  readonly value: string;
  /** The value for readers, if that says more: `3600 s (1 hour)`. Defaults to `value`. */
  readonly text?: string;
  /** Parts of the value, each at its octets. */
  readonly children?: readonly Field[];
}

/** What a decoder may need besides its octets, and where it reports problems. */
export interface Context {
  readonly problems: Problem[];
  /** Key of the field being decoded (`dhcp.option.82`); parts append to it. */
  readonly key: string;
  /**
   * Returns the message's vendor class (DHCPv4 option 60, as text), which determines the meaning of vendor-specific
   * octets. A function, because few values need it.
   */
  readonly vendorClass?: () => string | undefined;
  /** Facts about the whole message for values that depend on them, e.g. `hardwareType`, `messageType`. */
  readonly facts?: Readonly<Record<string, number | string | undefined>>;
  /**
   * Ids of the findings for a wrong length and for other damage inside a value. Default: DHCPv4's `bad-option-length`
   * and `malformed-message`. `value` is for values that the RFC forbids although their length fits; it defaults to
   * `malformed`.
   */
  readonly problemIds?: { readonly length: string; readonly malformed: string; readonly value?: string };
  /** Nesting depth of values. Limited, so that no input can exhaust the stack. */
  readonly depth: number;
  /** The user's own options. */
  readonly own?: OwnTables | undefined;
  /** How much more of the message may be decoded. Default: no limit. */
  readonly budget?: Budget;
}

/** How values of one kind are read and written. Every option row has one. */
export interface ValueType {
  /** What the value is, in a few words for the guide: `IPv4 address`, `list of IPv4 addresses`. */
  readonly name: string;
  readonly size: Size;
  /**
   * Octets per element, if the value is a list of elements of one size. Complete elements are read even if octets are
   * left over.
   */
  readonly element?: number;
  /**
   * What the RFC forbids in a value of valid length, as the rest of a sentence that names the option; undefined if the
   * value is valid.
   */
  readonly flaw?: (view: View) => string | undefined;
  /** Whether a value of allowed length certainly has no problem, told without decoding it. Checks of many messages ask this first. */
  readonly sound?: (view: View) => boolean;
  /** Tables of the options that may be inside the value. They are given as functions, because a table may contain itself. */
  readonly spaces?: readonly (() => OptionTable)[];
  /**
   * Reads the whole view. Never throws and never reads past it, whatever its length. `decodeValue` has already checked
   * `size`, and shows a value of wrong length as octets.
   */
  decode(view: View, context: Context): Decoded;
  /** Writes a value. Throws RangeError if `data` is not a value of this type, which is the caller's mistake. */
  encode(data: Data): Uint8Array;
}

/** Values nested deeper than this are shown as octets. No registered option nests deeper than four. */
export const MAX_DEPTH = 12;

/** Reads a value after checking its length. If the type does not allow the length, reports that of `what`, and shows the octets. */
export function decodeValue(type: ValueType, view: View, context: Context, what: string, about?: About): Decoded {
  if (context.depth > MAX_DEPTH) return opaque.decode(view, context);
  if (!fits(type.size, view.length)) {
    const length = view.length;
    const text = `${what} has ${length} octet${length === 1 ? '' : 's'}, but must have ${describeSize(type.size)}.`;
    const id = context.problemIds?.length ?? 'bad-option-length';
    for (const span of view.spans().slice(0, 1)) {
      context.problems.push(problem(id, span.offset, span.length, text, span.buffer, about));
    }
    return decodeMisfit(type, view, context);
  }
  return type.decode(view, context);
}

/**
 * Reads a value whose length its type does not allow: for a list, the complete elements and then the rest; otherwise
 * octets. Data: hex digits, because it is not a value of the type.
 */
export function decodeMisfit(type: ValueType, view: View, context: Context): Decoded {
  const whole = type.element === undefined ? 0 : view.length - (view.length % type.element);
  if (whole === 0 || !fits(type.size, whole)) return opaque.decode(view, context);
  const list = view.sub(0, whole);
  const { value, text = value, children } = type.decode(list, context);
  const elements = children ?? [list.field(0, whole, 'Value', text, { key: context.key })];
  const rest = leftover(view, whole, 'Octets left over');
  return { data: view.hex(), value, text: `${text}, and ${rest.text} left over`, children: [...elements, rest] };
}

/** The context for a part of a value. */
export function inner(context: Context, keyPart: string | number): Context {
  return within(context, `${context.key}.${keyPart}`, context.problems);
}

/**
 * The context one level deeper, for the field `key`. Copied member by member for speed: this is called for every part
 * of every value.
 */
export function within(context: Context, key: string, problems: Problem[]): Context {
  const { vendorClass, facts, problemIds, depth, own, budget } = context;
  const next: { [K in keyof Required<Context>]: Context[K] | undefined } = {
    problems,
    key,
    vendorClass,
    facts,
    problemIds,
    depth: depth + 1,
    own,
    budget,
  };
  return next as Context;
}

/** Throws the RangeError of the encoders. */
export function cannotEncode(type: string, data: Data): never {
  throw new RangeError(`${JSON.stringify(data)} is not ${type}`);
}

/** Any octets, shown as hex: for values that are undefined, or too damaged to be read. Data: a string of hex digits. */
export const opaque: ValueType = {
  name: 'octets',
  size: { min: 0, max: Infinity, step: 1 },
  decode(view) {
    const digits = view.hex();
    return { data: digits, value: digits, text: view.length === 0 ? '(empty)' : view.hex(0, view.length, ' ') };
  },
  encode(data) {
    const octets = typeof data === 'string' ? parseHex(data) : undefined;
    return octets ?? cannotEncode('a string of hex digits', data);
  },
};

/** Octets of an allowed size, shown as hex. */
export const octets = (size: Size, name = 'octets'): ValueType => ({ ...opaque, name, size });

/** The remaining octets of a damaged or extended value as a tree node, so that no octet goes unexplained. */
export function leftover(view: View, at: number, name = 'Unexplained octets'): Field {
  return view.field(at, view.length - at, name, hex(view.bytes, view.start + at, view.length - at, ' '));
}

/**
 * How Wireshark's filter language reads a value: as one address, number or text, or (in the plural) as a list. `first`
 * is the first octet of a value of any length; `time` counts from 1900, as in NTP.
 */
export type FilterForm =
  | 'first'
  | 'u8'
  | 'u8s'
  | 'u16'
  | 'u16s'
  | 'u32'
  | 'i32'
  | 'flag'
  | 'time'
  | 'ipv4'
  | 'ipv4s'
  | 'ipv6'
  | 'ipv6s'
  | 'octets'
  | 'text'
  | 'domain'
  | 'domains';

/** One option, with everything this project knows about it. Tree, encoder, checks, filters and the guide use only this row. */
export interface OptionRow {
  readonly code: number;
  /** The registry's name. */
  readonly name: string;
  readonly type: ValueType;
  /** Where the option is defined, with the section: `RFC 2132 §3.3`. */
  readonly rfc: string;
  /** One plain sentence for a learner that says what the option is for, without repeating its name. */
  readonly purpose: string;
  /**
   * The field of Wireshark's filter language that holds the value, and how it is read. Omitted if there is none, or if
   * the value is several fields (`src/filter/fields`).
   */
  readonly filter?: readonly [field: string, form: FilterForm];
  /** What several appearances in one message mean: `joined` into one value (RFC 3396, the default), or `separate` values. */
  readonly repeated?: 'joined' | 'separate';
}

/** Options of one space (DHCPv4, option 82's sub-options, DHCPv6 …), by code. */
export type OptionTable = ReadonlyMap<number, OptionRow>;

/** Tables with the user's own options in them, by the registries' tables in whose place they are used. */
export type OwnTables = ReadonlyMap<OptionTable, OptionTable>;
