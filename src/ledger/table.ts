/** The kinds of column: the typed array that holds the numbers. */
type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;
type ColumnKind = new (length: number) => Numbers;
type ColumnList = Readonly<Record<string, ColumnKind>>;
type ColumnsOf<L extends ColumnList> = { -readonly [K in keyof L]: InstanceType<L[K]> };

/** Initial capacity of a table, in rows. */
const FIRST_ROWS = 64;

/** A table of facts with one row per item and one typed array per fact. The list of columns defines the facts. */
export class Table<L extends ColumnList> {
  /** The columns, each with room for `capacity` rows. The arrays change when the table grows: do not keep them. */
  readonly columns: ColumnsOf<L>;
  /** Number of rows, and the number that there is room for. */
  count = 0;
  capacity = FIRST_ROWS;

  constructor(private readonly list: L) {
    const columns: Partial<Record<string, Numbers>> = {};
    for (const name of Object.keys(list)) columns[name] = new list[name]!(FIRST_ROWS);
    this.columns = columns as ColumnsOf<L>;
  }

  /** Adds a row of zeros and returns its index. */
  add(): number {
    if (this.count === this.capacity) this.reserve(2 * this.capacity);
    return this.count++;
  }

  /** Makes room for this many rows in total. */
  reserve(rows: number): void {
    if (rows <= this.capacity) return;
    this.capacity = rows;
    const columns = this.columns as Record<string, Numbers>;
    for (const name of Object.keys(this.list)) columns[name] = grown(columns[name]!, rows);
  }
}

/** The same numbers in a larger array. */
export function grown<A extends Numbers>(numbers: A, length: number): A {
  const larger = new (numbers.constructor as new (length: number) => A)(length);
  larger.set(numbers);
  return larger;
}
