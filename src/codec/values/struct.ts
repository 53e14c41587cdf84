import { concat } from '../bytes';
import { problem, type Data, type Field } from '../field';
import type { View } from '../view';
import { bits, uintOctets, type BitRun } from './scalar';
import {
  cannotEncode,
  decodeValue,
  inner,
  leftover,
  type Context,
  type Decoded,
  type Size,
  type ValueType,
} from './type';

/** Number of octets of the member at `at`, computed from its own octets. May exceed the octets that are left. */
export type Measure = (view: View, at: number) => number;

/** One member of a structure. */
export interface Part {
  /** The member's key in `data`. */
  readonly key: string;
  /** The member's name in the tree. */
  readonly name: string;
  readonly type: ValueType;
  /** For members whose size depends on their octets. By default, the type's fixed size, or all octets that are left. */
  readonly measure?: Measure;
  /** Whether the value may end before this member and all after it. */
  readonly optional?: boolean;
}

/** A member of one octet of flags. */
export const flagsPart = (runs: readonly BitRun[]): Part => ({ key: 'flags', name: 'Flags', type: bits(1, runs) });

/** The value in one line, from its members. By default, the members' values joined by commas. */
export type Summary = (data: Record<string, Data>, values: Readonly<Record<string, string>>) => string;

/** Reports damage inside a value. */
export function complain(context: Context, view: View, at: number, length: number, text: string): void {
  const span = view.spans(at, length)[0]!;
  const id = context.problemIds?.malformed ?? 'malformed-message';
  context.problems.push(problem(id, span.offset, span.length, text, span.buffer));
}

function sizeOf(part: Part, view: View, at: number): number {
  if (part.measure) return part.measure(view, at);
  const { min, max } = part.type.size;
  return min === max ? min : view.length - at;
}

/** The members of a structure that were read. */
export interface PartsRead {
  readonly data: Record<string, Data>;
  readonly values: Readonly<Record<string, string>>;
  readonly children: Field[];
  /** Index after the last member read. */
  readonly at: number;
  /** Whether all members are complete. */
  readonly whole: boolean;
}

/** The number of octets of all members together. */
export function partsSize(parts: readonly Part[]): Size {
  let min = 0;
  let max = 0;
  for (const part of parts) {
    if (!part.optional) min += part.type.size.min;
    max += part.type.size.max;
  }
  return { min, max, step: 1 };
}

/** Reads members in order, up to the first that is cut, which is reported. */
export function readParts(parts: readonly Part[], view: View, context: Context): PartsRead {
  const data: Record<string, Data> = {};
  const values: Record<string, string> = {};
  const children: Field[] = [];
  let at = 0;
  for (const part of parts) {
    if (part.optional && at >= view.length) break;
    const length = sizeOf(part, view, at);
    if (at + length > view.length) {
      const text = `${part.name} needs ${length} octets, where ${view.length - at} are left.`;
      complain(context, view, at, view.length - at, text);
      return { data, values, children, at, whole: false };
    }
    const piece = view.sub(at, length);
    const one = decodeValue(part.type, piece, inner(context, part.key), part.name);
    data[part.key] = one.data;
    values[part.key] = one.value;
    if (length > 0) children.push(nodeFor(view, at, length, part.name, one, `${context.key}.${part.key}`));
    at += length;
  }
  return { data, values, children, at, whole: true };
}

/** Index after the last member; -1 if one is cut. */
export function endOfParts(parts: readonly Part[], view: View): number {
  let at = 0;
  for (const part of parts) {
    at += sizeOf(part, view, at);
    if (at > view.length) return -1;
  }
  return at;
}

/** A structure in one line. */
export function partsText({ data, values, whole }: PartsRead, summary: Summary | undefined): string {
  return (whole ? summary?.(data, values) : undefined) ?? Object.values(values).filter(Boolean).join(', ');
}

/** Writes members in order. Throws RangeError if one is missing or is not a value of its type. */
export function writeParts(name: string, parts: readonly Part[], data: Data): Uint8Array {
  if (data === null || typeof data !== 'object' || Array.isArray(data)) return cannotEncode(name, data);
  const out: Uint8Array[] = [];
  for (const part of parts) {
    const one = data[part.key];
    if (one === undefined && part.optional) break;
    if (one === undefined) return cannotEncode(`${name} with ${part.key}`, data);
    out.push(part.type.encode(one));
  }
  return concat(out);
}

/** A structure of members. A superset of `record`: members may state their own size. Data: an object. */
export function struct(name: string, parts: readonly Part[], config: { readonly summary?: Summary } = {}): ValueType {
  const spaces = parts.flatMap((part) => part.type.spaces ?? []);
  return {
    name,
    size: partsSize(parts),
    ...(spaces.length > 0 ? { spaces } : {}),
    decode(view, context) {
      const read = readParts(parts, view, context);
      const { data, children, at } = read;
      if (at < view.length) {
        if (read.whole) {
          const text = `${view.length - at} octet${view.length - at === 1 ? '' : 's'} too many at the end.`;
          complain(context, view, at, view.length - at, text);
        }
        children.push(leftover(view, at));
      }
      return { data, value: partsText(read, config.summary), children };
    },
    encode: (data) => writeParts(name, parts, data),
  };
}

/**
 * Whether `children` cover a value's octets in order and without gaps, as the leaves of the tree must. The children of
 * a bit field do not, because all runs of bits share the same octets.
 */
function tiles(view: View, children: readonly Field[]): boolean {
  let at = view.start;
  for (const child of children) {
    if (child.offset !== at) return false;
    at += child.length;
  }
  return at === view.start + view.length;
}

/** The tree nodes for a value: its parts if they cover it, else one node. None if the value has no octets. */
export function valueFields(view: View, decoded: Decoded, key: string, name = 'Value'): readonly Field[] {
  const children = decoded.children ?? [];
  if (view.length === 0) return [];
  if (children.length > 0 && tiles(view, children)) return children;
  const extra = children.length > 0 ? { key, children } : { key };
  return [view.field(0, view.length, name, decoded.text ?? decoded.value, extra)];
}

/** A tree node for a part of a value, with its own parts below it. */
export function nodeFor(view: View, at: number, length: number, name: string, decoded: Decoded, key: string): Field {
  const { children } = decoded;
  return view.field(at, length, name, decoded.text ?? decoded.value, {
    key,
    ...(children && children.length > 0 ? { children } : {}),
  });
}

/** Number of octets of a value preceded by a length of `size` octets, including that length. */
export function prefixedBy(size: 1 | 2): Measure {
  return (view, at) => {
    if (at + size > view.length) return size;
    return size + (size === 1 ? view.u8(at) : view.u16(at));
  };
}

/** A value preceded by a length of `size` octets. Data: that of the value. */
export function prefixed(size: 1 | 2, of: ValueType): ValueType {
  const measure = prefixedBy(size);
  return {
    name: `${of.name} behind its length`,
    size: { min: size + of.size.min, max: size + of.size.max, step: of.size.step },
    decode(view, context) {
      const length = measure(view, 0) - size;
      const rest = view.sub(size);
      if (length !== rest.length) {
        complain(context, view, 0, view.length, `The length says ${length} octets, where ${rest.length} follow.`);
      }
      const one = decodeValue(of, rest, context, of.name);
      const head = view.field(0, size, 'Length', `${length} octets`, { key: context.key });
      return { ...one, children: [head, ...valueFields(rest, one, context.key)] };
    },
    encode(data) {
      const octets = of.encode(data);
      return concat([uintOctets(octets.length, size), octets]);
    },
  };
}

/**
 * A list of values. `measure` gives the size of each; by default, it is the type's smallest size. Data: an array. `min`
 * is the least number of values.
 */
export function sequence(
  of: ValueType,
  item: string,
  options: { measure?: Measure; min?: number; name?: string } = {},
): ValueType {
  const { measure = () => of.size.min, min = 1 } = options;
  return {
    name: options.name ?? `list of ${of.name}`,
    size: { min: min * of.size.min, max: Infinity, step: 1 },
    decode(view, context) {
      const data: Data[] = [];
      const values: string[] = [];
      const children: Field[] = [];
      let at = 0;
      while (at < view.length) {
        const length = Math.max(1, measure(view, at));
        if (at + length > view.length) {
          const text = `${item} needs ${length} octets, where ${view.length - at} are left.`;
          complain(context, view, at, view.length - at, text);
          children.push({ ...leftover(view, at), problem: text });
          break;
        }
        const one = decodeValue(of, view.sub(at, length), inner(context, data.length), item);
        data.push(one.data);
        values.push(one.value);
        children.push(nodeFor(view, at, length, item, one, context.key));
        at += length;
      }
      return { data, value: values.join(', '), text: values.length > 0 ? values.join(', ') : '(empty)', children };
    },
    encode(data) {
      return Array.isArray(data)
        ? concat(data.map((one) => of.encode(one)))
        : cannotEncode(`a list of ${of.name}`, data);
    },
  };
}

/** No octets: the presence of the option is its only information. Data: null. */
export const presence: ValueType = {
  name: 'nothing; being there is all it says',
  size: { min: 0, max: 0, step: 1 },
  decode: () => ({ data: null, value: '', text: 'present' }),
  encode: (data) => (data === null ? new Uint8Array(0) : cannotEncode('nothing (null)', data)),
};
