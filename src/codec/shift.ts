import type { Field, Problem, Span } from './field';

/** A span, `by` octets further on. */
function moved<S extends Span>(span: S, by: number): S {
  return { ...span, offset: span.offset + by };
}

/** A field and all below it, their octets `by` further on. */
export function shiftField(field: Field, by: number): Field {
  return {
    ...moved(field, by),
    ...(field.more ? { more: field.more.map((span) => moved(span, by)) } : {}),
    ...(field.children ? { children: field.children.map((child) => shiftField(child, by)) } : {}),
  };
}

/** What `shiftOption` knows of an option of either protocol. */
interface Shiftable {
  readonly offset: number;
  readonly field: Field;
  readonly options?: readonly this[];
}

/** A decoded option and the options in it, their octets `by` further on. */
export function shiftOption<O extends Shiftable>(option: O, by: number): O {
  return {
    ...option,
    offset: option.offset + by,
    field: shiftField(option.field, by),
    ...(option.options ? { options: option.options.map((one) => shiftOption(one, by)) } : {}),
  };
}

/** Problems of the octets from `first` on, `by` further on; what is said of those before is left out. */
export function shiftProblems(problems: readonly Problem[], first: number, by: number): Problem[] {
  return problems.filter((one) => one.offset >= first && one.length > 0).map((one) => moved(one, by));
}
