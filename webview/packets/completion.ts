/** The name that somebody is writing at a place of a filter: where it begins, and what there is of it. */
export interface Begun {
  readonly start: number;
  readonly text: string;
}

/** The piece of a field's name in front of the caret; undefined where none is being written, or a value in quotes is. */
export function begunAt(filter: string, caret: number): Begun | undefined {
  const before = filter.slice(0, caret);
  if ((before.match(/(?<!\\)"/g)?.length ?? 0) % 2 === 1) return undefined;
  const [text] = /[a-z_][\w.-]*$/i.exec(before) ?? [];
  return text === undefined ? undefined : { start: caret - text.length, text };
}

/** Of the names that a filter language offers for what is begun, those to show: for a plain word only what begins with it. */
export function offered<N extends { readonly name: string }>(names: readonly N[], { text }: Begun): readonly N[] {
  const lower = text.toLowerCase();
  const fitting = text.includes('.') ? names : names.filter(({ name }) => name.startsWith(lower));
  return fitting.length === 1 && fitting[0]!.name === lower ? [] : fitting;
}

/** The filter with the name put in for what was begun, and where the caret is then. */
export function completed(filter: string, { start, text }: Begun, name: string): { text: string; caret: number } {
  const rest = filter.slice(start + text.length);
  return { text: `${filter.slice(0, start)}${name}${rest}`, caret: start + name.length };
}
