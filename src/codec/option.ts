import type { OptionRow, OptionTable } from './values/type';

export type { FilterForm, OptionRow, OptionTable } from './values/type';

/** Builds a table from its rows. Throws Error if a code appears twice, which is a mistake in the table. */
export function optionTable(rows: readonly OptionRow[]): OptionTable {
  const table = new Map<number, OptionRow>();
  for (const row of rows) {
    if (table.has(row.code)) throw new Error(`option ${row.code} stands twice in its table`);
    table.set(row.code, row);
  }
  return table;
}

/** The original rows of each table, without custom options. */
const registered = new WeakMap<OptionTable, OptionTable>();

/**
 * Adds custom rows to a table. They override registered rows, and replace the custom rows of an earlier call. Tables
 * belong to this process alone, so the rows affect no other.
 */
export function defineOptions(table: OptionTable, rows: readonly OptionRow[]): void {
  const own = table as Map<number, OptionRow>;
  const before = registered.get(table) ?? new Map(table);
  registered.set(table, before);
  own.clear();
  const codes = [...new Set([...before.keys(), ...rows.map((row) => row.code)])].sort((a, b) => a - b);
  for (const code of codes) own.set(code, rows.find((row) => row.code === code) ?? before.get(code)!);
}
