/** A JSON object. */
export type Row = Readonly<Record<string, unknown>>;

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parses JSON; undefined if it is invalid. Ignores a leading byte order mark. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, '')) as unknown;
  } catch {
    return undefined;
  }
}

/** Parses a list of objects. PowerShell writes a single one without a list, and nothing at all for an empty list. */
export function parseRows(text: string): Row[] {
  return [parseJson(text)].flat().filter(isRow);
}
