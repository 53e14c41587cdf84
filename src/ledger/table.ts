/** The kinds of column: how the numbers of a fact are kept. */
type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;
type ColumnKind = new (length: number) => Numbers;
type ColumnList = Readonly<Record<string, ColumnKind>>;
type ColumnsOf<L extends ColumnList> = { -readonly [K in keyof L]: InstanceType<L[K]> };

/** Rows that a table has room for at first. */
const FIRST_ROWS = 64;

/** A table of facts: one row a thing, one typed array a fact. The list of columns says what the facts are. */
export class Table<L extends ColumnList> {
  /** The columns, each with room for `capacity` rows. The arrays change when the table grows: do not keep them. */
  readonly columns: ColumnsOf<L>;
  /** Number of rows, and how many there is room for. */
  count = 0;
  capacity = FIRST_ROWS;

  constructor(private readonly list: L) {
    const columns: Partial<Record<string, Numbers>> = {};
    for (const name of Object.keys(list)) columns[name] = new list[name]!(FIRST_ROWS);
    this.columns = columns as ColumnsOf<L>;
  }

  /** Adds a row of zeros; gives its index. */
  add(): number {
    if (this.count === this.capacity) this.reserve(2 * this.capacity);
    return this.count++;
  }

  /** Makes room for so many rows in all. */
  reserve(rows: number): void {
    if (rows <= this.capacity) return;
    this.capacity = rows;
    const columns = this.columns as Record<string, Numbers>;
    for (const name of Object.keys(this.list)) columns[name] = grown(columns[name]!, rows);
  }
}

/** The same numbers in an array with room for more. */
export function grown<A extends Numbers>(numbers: A, length: number): A {
  const larger = new (numbers.constructor as new (length: number) => A)(length);
  larger.set(numbers);
  return larger;
}
