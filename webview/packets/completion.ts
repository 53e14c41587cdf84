/** What is being typed in a filter: where it begins, its text so far, and the field whose value it may be. */
export interface Begun {
  readonly start: number;
  readonly text: string;
  readonly of?: string;
}

/** A field, an operator of equality or a set, and the beginning of a value, in quotation marks or without. */
const VALUE =
  /([a-z_][\w.-]*)\s*(?:[=!]==?|~=|\b(?:any_|all_)?(?:eq|ne)\b|\b(?:not\s+)?in\s*\{(?:[^{}]*[,.])?)\s*("[^"\\]*|[a-z][\w.-]*)?$/i;

/** What stands before the caret; undefined if neither a name nor a value is being typed, or the caret is inside other quotes. */
export function begunAt(filter: string, caret: number): Begun | undefined {
  const before = filter.slice(0, caret);
  const [, of, value = ''] = VALUE.exec(before) ?? [];
  if (of) return { start: caret - value.length, text: value, of: of.toLowerCase() };
  if ((before.match(/(?<!\\)"/g)?.length ?? 0) % 2 === 1) return undefined;
  const [text] = /[a-z_][\w.-]*$/i.exec(before) ?? [];
  return text === undefined ? undefined : { start: caret - text.length, text };
}

/** Selects the suggestions to show: for a plain word, only names that begin with it, and values; none if only the name itself is left. */
export function offered<N extends { readonly name: string }>(names: readonly N[], { text }: Begun): readonly N[] {
  const lower = text.toLowerCase();
  const fitting = text.includes('.')
    ? names
    : names.filter(({ name }) => name.startsWith('"') || name.startsWith(lower));
  return fitting.length === 1 && fitting[0]!.name === lower ? [] : fitting;
}

/**
 * What a name replaces that was offered for `begun` in the filter `before`, now that the filter is `now`: names may be offered for what was
 * typed a moment ago. Undefined where something else is being typed.
 */
export function begunNow(begun: Begun, before: string, now: string, caret: number): Begun | undefined {
  if (now === before) return begun;
  const typed = begunAt(now, caret);
  return typed?.start === begun.start ? typed : undefined;
}

/** The filter with the typed text replaced by the name, and the new caret position. */
export function completed(filter: string, { start, text }: Begun, name: string): { text: string; caret: number } {
  const after = filter.slice(start + text.length);
  // The quotation mark that closes the value may be there already.
  const rest = text.startsWith('"') && after.startsWith('"') ? after.slice(1) : after;
  return { text: `${filter.slice(0, start)}${name}${rest}`, caret: start + name.length };
}
