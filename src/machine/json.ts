/** A value of JSON as an object, where it is one. */
export type Row = Readonly<Record<string, unknown>>;

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parses JSON; undefined where it is none. A byte order mark in front is passed over. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, '')) as unknown;
  } catch {
    return undefined;
  }
}

/** A list of objects. PowerShell writes a single one without its list, and nothing at all for none. */
export function parseRows(text: string): Row[] {
  return [parseJson(text)].flat().filter(isRow);
}
