import type { Field, Problem, Span } from './field';

/** A span, moved by `by` octets. */
function moved<S extends Span>(span: S, by: number): S {
  return { ...span, offset: span.offset + by };
}

/** A field and everything below it, moved by `by` octets. */
export function shiftField(field: Field, by: number): Field {
  return {
    ...moved(field, by),
    ...(field.more ? { more: field.more.map((span) => moved(span, by)) } : {}),
    ...(field.children ? { children: field.children.map((child) => shiftField(child, by)) } : {}),
  };
}

/** What `shiftOption` needs from an option of either protocol. */
interface Shiftable {
  readonly offset: number;
  readonly field: Field;
  readonly options?: readonly this[];
}

/** A decoded option and the options in it, moved by `by` octets. */
export function shiftOption<O extends Shiftable>(option: O, by: number): O {
  return {
    ...option,
    offset: option.offset + by,
    field: shiftField(option.field, by),
    ...(option.options ? { options: option.options.map((one) => shiftOption(one, by)) } : {}),
  };
}

/** Problems from octet `first` on, moved by `by` octets. Earlier ones and those without octets are left out. */
export function shiftProblems(problems: readonly Problem[], first: number, by: number): Problem[] {
  return problems.filter((one) => one.offset >= first && one.length > 0).map((one) => moved(one, by));
}
