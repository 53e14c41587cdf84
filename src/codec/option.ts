import type { OptionRow, OptionTable } from './values/type';

export type { FilterForm, OptionRow, OptionTable } from './values/type';

/** Builds a table from its rows. Throws Error on a code that is given twice: a mistake in the table. */
export function optionTable(rows: readonly OptionRow[]): OptionTable {
  const table = new Map<number, OptionRow>();
  for (const row of rows) {
    if (table.has(row.code)) throw new Error(`option ${row.code} stands twice in its table`);
    table.set(row.code, row);
  }
  return table;
}

/** The rows that a table had before somebody defined options of their own. */
const registered = new WeakMap<OptionTable, OptionTable>();

/**
 * Puts rows of one's own in front of a table's registered ones, in place of those that an earlier call put there. The tables are
 * this process's alone, and so are these rows.
 */
export function defineOptions(table: OptionTable, rows: readonly OptionRow[]): void {
  const own = table as Map<number, OptionRow>;
  const before = registered.get(table) ?? new Map(table);
  registered.set(table, before);
  own.clear();
  const codes = [...new Set([...before.keys(), ...rows.map((row) => row.code)])].sort((a, b) => a - b);
  for (const code of codes) own.set(code, rows.find((row) => row.code === code) ?? before.get(code)!);
}
