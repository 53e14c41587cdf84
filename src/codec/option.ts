import type { ValueType } from './values/type';

/**
 * How Wireshark reads a value for its filter language: as one address, number or text, or (in the plural) as a row of them. `first`
 * is the first octet of a value of any length; `time` counts from 1900, as NTP does.
 */
export type FilterForm =
  | 'first'
  | 'u8'
  | 'u8s'
  | 'u16'
  | 'u16s'
  | 'u32'
  | 'i32'
  | 'flag'
  | 'time'
  | 'ipv4'
  | 'ipv4s'
  | 'ipv6'
  | 'ipv6s'
  | 'octets'
  | 'text'
  | 'domain'
  | 'domains';

/** One option: all that this project knows of it. Tree, encoder, checks, filters and the guide are driven by this row alone. */
export interface OptionRow {
  readonly code: number;
  /** The registry's name. */
  readonly name: string;
  readonly type: ValueType;
  /** Where it is defined, with the section: `RFC 2132 §3.3`. */
  readonly rfc: string;
  /** One plain sentence for a learner: what the option is for. Not its name again. */
  readonly purpose: string;
  /**
   * The field of Wireshark's filter language that holds the value, and how it is read. Left out where there is none, or where the
   * value is several fields (`src/filter/fields`).
   */
  readonly filter?: readonly [field: string, form: FilterForm];
  /**
   * What several appearances in one message mean: `joined` into one value (RFC 3396), or each a value of its own.
   * `joined` where left out.
   */
  readonly repeated?: 'joined' | 'separate';
}

/** Options of one space (DHCPv4, option 82's sub-options, DHCPv6 …) by code. */
export type OptionTable = ReadonlyMap<number, OptionRow>;

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
