import type { OptionRow, OptionTable, OwnTables } from './values/type';

export type { FilterForm, OptionRow, OptionTable, OwnTables } from './values/type';

/** Builds a table from its rows. Throws Error if a code appears twice, which is a mistake in the table. */
export function optionTable(rows: readonly OptionRow[]): OptionTable {
  const table = new Map<number, OptionRow>();
  for (const row of rows) {
    if (table.has(row.code)) throw new Error(`option ${row.code} stands twice in its table`);
    table.set(row.code, row);
  }
  return table;
}

/** The table with other rows in it; those of the same code are replaced. */
export function withRows<R extends OptionRow>(
  table: ReadonlyMap<number, R>,
  rows: readonly R[],
): ReadonlyMap<number, R> {
  const all = new Map([...table, ...rows.map((row) => [row.code, row] as const)]);
  return new Map([...all].sort(([a], [b]) => a - b));
}

/** The table to read by: the user's in the place of a registry's, if there is one. */
export const tableInUse = <T extends OptionTable>(table: T, own: OwnTables | undefined): T =>
  (own?.get(table) as T | undefined) ?? table;
