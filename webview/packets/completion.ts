/** A name being typed in a filter: where it begins, and its text so far. */
export interface Begun {
  readonly start: number;
  readonly text: string;
}

/** The part of a field name before the caret; undefined if no name is being typed, or the caret is inside quotes. */
export function begunAt(filter: string, caret: number): Begun | undefined {
  const before = filter.slice(0, caret);
  if ((before.match(/(?<!\\)"/g)?.length ?? 0) % 2 === 1) return undefined;
  const [text] = /[a-z_][\w.-]*$/i.exec(before) ?? [];
  return text === undefined ? undefined : { start: caret - text.length, text };
}

/** Selects the suggestions to show: for a plain word, only names that begin with it; none if only the name itself is left. */
export function offered<N extends { readonly name: string }>(names: readonly N[], { text }: Begun): readonly N[] {
  const lower = text.toLowerCase();
  const fitting = text.includes('.') ? names : names.filter(({ name }) => name.startsWith(lower));
  return fitting.length === 1 && fitting[0]!.name === lower ? [] : fitting;
}

/** The filter with the typed text replaced by the name, and the new caret position. */
export function completed(filter: string, { start, text }: Begun, name: string): { text: string; caret: number } {
  const rest = filter.slice(start + text.length);
  return { text: `${filter.slice(0, start)}${name}${rest}`, caret: start + name.length };
}
