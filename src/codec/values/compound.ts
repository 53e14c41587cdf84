import { concat } from '../bytes';
import type { Data, Field } from '../field';
import { cannotEncode, decodeValue, inner, leftover, multipleOf, opaque, type Size, type ValueType } from './type';

/** One or more values of the same fixed-size type. Data: an array. */
export function list(
  of: ValueType,
  options: { readonly min?: number; readonly item?: string; readonly name?: string } = {},
): ValueType {
  const step = of.size.min;
  const item = options.item ?? of.name;
  return {
    name: options.name ?? `list of ${of.name}`,
    size: multipleOf(step, (options.min ?? 1) * step),
    element: step,
    decode(view, context) {
      const data: Data[] = [];
      const values: string[] = [];
      const texts: string[] = [];
      const children: Field[] = [];
      const count = Math.floor(view.length / step);
      for (let i = 0; i < count; i++) {
        const one = of.decode(view.sub(i * step, step), inner(context, i));
        data.push(one.data);
        values.push(one.value);
        texts.push(one.text ?? one.value);
        children.push(
          view.field(i * step, step, item, one.text ?? one.value, { key: context.key, ...childrenOf(one.children) }),
        );
      }
      return {
        data,
        value: values.join(', '),
        text: texts.join(', '),
        ...(count > 1 || of.size.min > 4 ? { children } : {}),
      };
    },
    encode(data) {
      if (!Array.isArray(data)) return cannotEncode(`a list of ${of.name}`, data);
      return concat(data.map((one) => of.encode(one)));
    },
  };
}

function childrenOf(children: readonly Field[] | undefined): { children?: readonly Field[] } {
  return children && children.length > 0 ? { children } : {};
}

/** One member of a record. */
export interface Member {
  /** The member's key in `data`. */
  readonly key: string;
  /** The member's name in the tree. */
  readonly name: string;
  /** The member's type. All but the last must have a fixed size. */
  readonly type: ValueType;
  /** Whether the value may end before this member and all after it. */
  readonly optional?: boolean;
}

/** A record of members, the last of any size. Data: an object. */
export function record(
  members: readonly Member[],
  options: {
    readonly name?: string;
    readonly summary?: (data: Record<string, Data>, values: readonly string[]) => string;
  } = {},
): ValueType {
  let min = 0;
  let max = 0;
  for (const member of members) {
    if (!member.optional) min += member.type.size.min;
    max += member.type.size.max;
  }
  const size: Size = { min, max, step: 1 };
  return {
    name: options.name ?? members.map((member) => member.name).join(', '),
    size,
    decode(view, context) {
      const data: Record<string, Data> = {};
      const values: string[] = [];
      const children: Field[] = [];
      let at = 0;
      for (const [index, member] of members.entries()) {
        if (at >= view.length && member.optional) break;
        const last = index === members.length - 1;
        const length = last ? view.length - at : Math.min(member.type.size.min, view.length - at);
        const part = view.sub(at, length);
        const one = decodeValue(member.type, part, inner(context, member.key), member.name);
        data[member.key] = one.data;
        values.push(one.value);
        children.push(
          view.field(at, length, member.name, one.text ?? one.value, {
            key: `${context.key}.${member.key}`,
            ...childrenOf(one.children),
          }),
        );
        at += length;
      }
      if (at < view.length) children.push(leftover(view, at));
      return { data, value: options.summary?.(data, values) ?? values.join(', '), children };
    },
    encode(data) {
      if (data === null || typeof data !== 'object' || Array.isArray(data)) return cannotEncode('a record', data);
      const parts: Uint8Array[] = [];
      for (const member of members) {
        const one = data[member.key];
        if (one === undefined) {
          if (member.optional) break;
          return cannotEncode(`a record with ${member.key}`, data);
        }
        parts.push(member.type.encode(one));
      }
      return concat(parts);
    },
  };
}

/**
 * Chooses the type according to the octets or the message. Choices are tried in order; the last always applies.
 * Encoding tries them in the same order.
 */
export function oneOf(
  name: string,
  size: Size,
  choices: readonly {
    readonly when: (view: import('../view').View, context: import('./type').Context) => boolean;
    readonly type: ValueType;
  }[],
  otherwise: ValueType = opaque,
): ValueType {
  const spaces = [...choices.map((choice) => choice.type), otherwise].flatMap((type) => type.spaces ?? []);
  return {
    name,
    size,
    ...(spaces.length > 0 ? { spaces } : {}),
    decode(view, context) {
      for (const choice of choices) if (choice.when(view, context)) return choice.type.decode(view, context);
      return otherwise.decode(view, context);
    },
    encode(data) {
      for (const type of [...choices.map((choice) => choice.type), otherwise]) {
        try {
          return type.encode(data);
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
        }
      }
      return cannotEncode(name, data);
    },
  };
}
