import { concat } from '../../bytes';
import { problem, type Data, type Field } from '../../field';
import { uintOctets } from '../../values/scalar';
import {
  cannotEncode,
  decodeValue,
  inner,
  leftover,
  type Context,
  type Decoded,
  type Size,
  type ValueType,
} from '../../values/type';
import type { View } from '../../view';
import {
  decodeOptions6,
  encodeOptions6,
  optionsData,
  valueFields,
  type ContainerType,
  type Decoded6,
  type OptionTable6,
} from '../tlv';

/** How many octets the member at `at` takes, as its first octets say. May say more than there are. */
export type Measure = (view: View, at: number) => number;

/** One member of a structure. */
export interface Part {
  /** Its name in `data`. */
  readonly key: string;
  /** Its name in the tree. */
  readonly name: string;
  readonly type: ValueType;
  /** For members whose size stands in the octets. Without it: the type's fixed size, or all that is left. */
  readonly measure?: Measure;
  /** The value may end before this member and everything behind it. */
  readonly optional?: boolean;
}

export interface StructOptions {
  /** Where the value ends with options: their table. */
  readonly options?: () => OptionTable6;
  /** The value in one line. Without it, the members' values joined by commas. */
  readonly summary?: (data: Record<string, Data>, values: Readonly<Record<string, string>>) => string;
}

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

/** What the options inside a value say, in one line. */
function optionsText(decoded: readonly { readonly name: string; readonly value: string }[]): string {
  return decoded.map((option) => (option.value ? `${option.name} ${option.value}` : option.name)).join(', ');
}

/**
 * Members one after another, then options where the format has them. A superset of `record`: members may say their own size.
 * Data: an object; the options are its `options`.
 */
export function struct(name: string, parts: readonly Part[], config: StructOptions = {}): ValueType | ContainerType {
  let min = 0;
  let max = config.options ? Infinity : 0;
  for (const part of parts) {
    if (!part.optional) min += part.type.size.min;
    max += part.type.size.max;
  }
  const size: Size = { min, max, step: 1 };
  const { options: table } = config;
  const type: ValueType = {
    name,
    size,
    decode(view, context): Decoded6 {
      const data: Record<string, Data> = {};
      const values: Record<string, string> = {};
      const children: Field[] = [];
      let at = 0;
      let whole = true;
      for (const part of parts) {
        if (part.optional && at >= view.length) break;
        const length = sizeOf(part, view, at);
        if (at + length > view.length) {
          const text = `${part.name} needs ${length} octets, where ${view.length - at} are left.`;
          complain(context, view, at, view.length - at, text);
          whole = false;
          break;
        }
        const piece = view.sub(at, length);
        const one = decodeValue(part.type, piece, inner(context, part.key), part.name);
        data[part.key] = one.data;
        values[part.key] = one.value;
        if (length > 0) children.push(nodeFor(view, at, length, part.name, one, `${context.key}.${part.key}`));
        at += length;
      }
      if (table && whole) {
        const from = view.start + at;
        const nested = decodeOptions6(view.bytes, from, view.start + view.length, context, table(), view.buffer);
        data['options'] = optionsData(nested.options);
        children.push(...nested.fields);
        const head = config.summary?.(data, values) ?? Object.values(values).filter(Boolean).join(', ');
        const tail = optionsText(nested.options);
        return { data, value: [head, tail].filter(Boolean).join(': '), children, options: nested.options };
      }
      if (at < view.length) {
        if (whole) {
          const text = `${view.length - at} octet${view.length - at === 1 ? '' : 's'} too many at the end.`;
          complain(context, view, at, view.length - at, text);
        }
        children.push(leftover(view, at));
      }
      const value =
        (whole ? config.summary?.(data, values) : undefined) ?? Object.values(values).filter(Boolean).join(', ');
      return { data, value, children };
    },
    encode(data) {
      if (data === null || typeof data !== 'object' || Array.isArray(data)) return cannotEncode(name, data);
      const out: Uint8Array[] = [];
      for (const part of parts) {
        const one = data[part.key];
        if (one === undefined && part.optional) break;
        if (one === undefined) return cannotEncode(`${name} with ${part.key}`, data);
        out.push(part.type.encode(one));
      }
      if (table) out.push(encodeOptions6(data['options'] ?? [], table()));
      return concat(out);
    },
  };
  if (!table) return type;
  const at = (view: View): number => {
    let i = 0;
    for (const part of parts) {
      i += sizeOf(part, view, i);
      if (i > view.length) return -1;
    }
    return i;
  };
  return { ...type, spaces: [table], nested: { at, table } };
}

/** A tree node for a part of a value, with its own parts below it. */
export function nodeFor(view: View, at: number, length: number, name: string, decoded: Decoded, key: string): Field {
  const { children } = decoded;
  return view.field(at, length, name, decoded.text ?? decoded.value, {
    key,
    ...(children && children.length > 0 ? { children } : {}),
  });
}

/** How many octets a value takes that stands behind a length of `size` octets, the length included. */
export function prefixedBy(size: 1 | 2): Measure {
  return (view, at) => {
    if (at + size > view.length) return size;
    return size + (size === 1 ? view.u8(at) : view.u16(at));
  };
}

/** A value behind a length of `size` octets. Data: the value's. */
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
 * Values one after another, each of which says its own size; or a fixed size where the type has one. Data: an array.
 * `min` is how many there must at least be.
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

/** No octets: that the option is there is all it says. Data: null. */
export const presence: ValueType = {
  name: 'nothing; being there is all it says',
  size: { min: 0, max: 0, step: 1 },
  decode: () => ({ data: null, value: '', text: 'present' }),
  encode: (data) => (data === null ? new Uint8Array(0) : cannotEncode('nothing (null)', data)),
};
