import { offsetIn, offsetValue, RADIXES, type OffsetText } from './agreement';
import { CellReader, type Cells, type Writing } from './writings';

// Finds the rows of a dump: lines with or without an offset, cells, and perhaps a text column. In logs, a prefix comes first.

/** A line that may be a row. */
export interface Row {
  /** 0-based. */
  readonly line: number;
  /** Index where the first cell begins. */
  readonly from: number;
  /** Number of cells in the run. May include words of the text column. */
  readonly cells: number;
  readonly octets: number;
  readonly offset: OffsetText | undefined;
  /** What precedes the offset or the cells, with all numbers replaced by 0. */
  readonly head: string;
}

/** Octets in a row that are too many for an address, time or serial number. */
const CLEAR_ROW = 8;
/** Most cells of one row that are examined: more than the octets of the largest IP packet. */
const LONGEST_ROW = 1 << 17;

/** The rows of a text under one writing, and how their offsets are to be read. */
export interface Rows {
  readonly reader: CellReader;
  readonly rows: readonly Row[];
  /** Base of the offsets; undefined if the rows have none. */
  readonly radix: number | undefined;
  /** Whether the offset is the first cell of the run, because it looks like the words after it. */
  readonly offsetInCells: boolean;
  /** What precedes most rows. */
  readonly usual: string;
  /** Octets of a full row. */
  readonly width: number;
  /** How many pairs of neighbouring rows have offsets that match the number of octets between them. */
  readonly agreeing: number;
}

/** The head of a line with all numbers replaced by 0, because lines of one log differ in times and counters. */
function skeleton(head: string): string {
  if (head === '') return '';
  return head
    .slice(-120)
    .replace(/\d+/g, '0')
    .replace(/[ \t]+/g, ' ');
}

/** The row that consists of `cells`. */
function rowAt(text: string, line: number, cells: Cells, writing: Writing): Row {
  const from = cells.starts[0]!;
  const head = text.slice(0, from);
  const offset = head === '' ? undefined : offsetIn(head);
  return {
    line,
    from,
    cells: cells.starts.length,
    octets: octetsIn(cells, writing),
    offset,
    head: skeleton(offset ? head.slice(0, offset.at) : head),
  };
}

/** Number of octets in a run of cells. */
function octetsIn({ starts, ends }: Cells, { octets, radix }: Writing): number {
  if (octets === 1 || radix !== 16) return starts.length * Math.max(1, octets);
  let sum = 0;
  for (let i = 0; i < starts.length; i++) sum += (ends[i]! - starts[i]!) >> 1;
  return sum;
}

/** The longest run of a line; undefined if the line has none. */
function longestRun(text: string, reader: CellReader): Cells | undefined {
  let best: Cells | undefined;
  // If cells can have any length, an offset looks like a cell too. The longer run is the octets.
  const size = (cells: Cells): number =>
    reader.writing.octets === 0 ? octetsIn(cells, reader.writing) : cells.starts.length;
  for (let at = 0; at < text.length;) {
    const cells = reader.run(text, at);
    if (!cells) break;
    if (!best || size(cells) > size(best)) best = cells;
    if (cells.starts.length > LONGEST_ROW) break;
    at = cells.ends[cells.ends.length - 1]!;
  }
  return best;
}

/** Finds the rows; undefined if the text has none in this writing. */
export function findRows(lines: readonly string[], writing: Writing): Rows | undefined {
  const reader = new CellReader(writing);
  const rows: Row[] = [];
  let clear = 0;
  for (let i = 0; i < lines.length; i++) {
    const text = lines[i]!;
    if (isComment(text)) continue;
    const cells = longestRun(text, reader);
    if (!cells) continue;
    const row = rowAt(text, i, cells, writing);
    if (row.octets >= CLEAR_ROW) clear++;
    rows.push(row);
  }
  if (rows.length === 0) return undefined;
  const counted = count(rows, lines, writing);
  if (counted) return { reader, ...counted, usual: usualHead(counted.rows) };
  if (clear === 0) return undefined;
  return {
    reader,
    rows,
    usual: usualHead(rows),
    radix: undefined,
    offsetInCells: false,
    width: usualWidth(rows),
    agreeing: 0,
  };
}

function isComment(text: string): boolean {
  return /^\s*(#|\/\/)/.test(text);
}

function usualHead(rows: readonly Row[]): string {
  const counts = new Map<string, number>();
  for (const { head } of rows) counts.set(head, (counts.get(head) ?? 0) + 1);
  let usual = rows[0]!.head;
  for (const [head, times] of counts) if (times > counts.get(usual)!) usual = head;
  return usual;
}

/** The most common number of octets in a row. */
function usualWidth(rows: readonly Row[]): number {
  const counts = new Map<number, number>();
  for (const { octets } of rows) if (octets >= CLEAR_ROW) counts.set(octets, (counts.get(octets) ?? 0) + 1);
  let width = 0;
  for (const [octets, times] of counts) if (times > (counts.get(width) ?? 0)) width = octets;
  return width;
}

/** Finds the base and position of the rows' offsets; undefined if the offsets do not match the octets. */
function count(
  rows: readonly Row[],
  lines: readonly string[],
  writing: Writing,
): Omit<Rows, 'reader' | 'usual'> | undefined {
  let best: (Omit<Rows, 'reader' | 'usual' | 'rows'> & { exact: number }) | undefined;
  for (const offsetInCells of [false, true]) {
    if (offsetInCells && (best || writing.radix === 10 || writing.radix === 2)) break;
    const marks: Mark[] = offsetInCells
      ? rows.map((row) => markOf(row, firstCell(row, lines[row.line]!), writing))
      : rows.filter(({ offset }) => offset).map(({ offset, octets }) => ({ digits: offset!.digits, octets }));
    for (const radix of RADIXES) {
      const steps = stepsOf(marks, radix);
      // With two octets per row, offsets may match by chance.
      const least = offsetInCells && writing.octets === 1 ? 3 : 1;
      if (steps.exact < least || steps.exact * 2 < steps.pairs || (best && best.exact >= steps.exact)) continue;
      best = { radix, offsetInCells, width: steps.width, agreeing: steps.exact, exact: steps.exact };
    }
  }
  if (best) {
    const counted = best.offsetInCells
      ? rows.map((row) => withoutFirstCell(row, lines[row.line]!, writing))
      : rows.filter(({ offset }) => offset);
    return { ...best, rows: counted };
  }
  // A single row shows by a marker that it has an offset. So do several packets of one row each, whose offsets are all 0.
  const marked = rows.filter(
    ({ offset }) => offset && /^0+$/.test(offset.digits) && (offset.marked || offset.digits.length > 2),
  );
  if (marked.length > 0 && marked.length * 2 >= rows.length)
    return { rows: rows.filter(({ offset }) => offset), radix: 16, offsetInCells: false, width: 0, agreeing: 0 };
  return undefined;
}

/** What a row says of the octets before it: its offset, and how many octets follow. */
interface Mark {
  readonly digits: string;
  readonly octets: number;
}

const firstCell = (row: Row, text: string): string => /^[0-9a-fx]+/i.exec(text.slice(row.from))?.[0] ?? '';

/** The mark of a row whose first cell is its offset. */
const markOf = ({ octets }: Row, cell: string, writing: Writing): Mark => ({
  digits: cell,
  octets: octets - (writing.octets || cell.length >> 1),
});

/** The row with its first cell taken as the offset. */
function withoutFirstCell(row: Row, text: string, writing: Writing): Row {
  const cell = firstCell(row, text);
  const { digits, octets } = markOf(row, cell, writing);
  const gap = /^[ \t]*/.exec(text.slice(row.from + cell.length))![0].length;
  return {
    ...row,
    from: row.from + cell.length + gap,
    cells: row.cells - 1,
    octets,
    offset: { digits, at: row.from, marked: false },
    head: skeleton(text.slice(0, row.from)),
  };
}

/**
 * Counts pairs of neighbouring rows (`pairs`), and those whose offsets differ by the most common step (`exact`).
 * `width` is that step.
 */
function stepsOf(marks: readonly Mark[], radix: number): { exact: number; pairs: number; width: number } {
  const widths = new Map<number, number>();
  let pairs = 0;
  let previous: number | undefined;
  let octets = 0;
  for (const mark of marks) {
    const here = offsetValue(mark.digits, radix);
    if (here !== undefined && previous !== undefined) {
      const step = here - previous;
      if (step !== 0 && here !== 0) pairs++;
      // A text column that looks like cells makes a row seem longer.
      if (step > 0 && step <= octets && (step === octets || step % 4 === 0))
        widths.set(step, (widths.get(step) ?? 0) + 1);
    }
    previous = here;
    octets = mark.octets;
  }
  let width = 0;
  for (const [step, times] of widths) if (times > (widths.get(width) ?? 0)) width = step;
  return { exact: widths.get(width) ?? 0, pairs, width };
}

/** All cells of a row's run. */
export function cellsOf(row: Row, text: string, reader: CellReader): Cells {
  const cells = reader.run(text, row.from);
  if (cells && cells.starts[0] === row.from) return cells;
  return reader.shortRun(text, row.from) ?? { starts: [], ends: [] };
}

/** The row with a given offset and prefix, which identify it however short it is. */
export function rowWithOffset(
  text: string,
  line: number,
  { offset, head }: { readonly offset: number; readonly head: string },
  rows: Rows,
): Row | undefined {
  const { reader, radix, offsetInCells } = rows;
  if (radix === undefined) return undefined;
  for (const cells of reader.runs(text, MOST_RUNS)) {
    const found = rowAt(text, line, cells, reader.writing);
    const row = offsetInCells && found.cells > 1 ? withoutFirstCell(found, text, reader.writing) : found;
    if (row.head !== head || row.octets === 0) continue;
    if (row.offset && offsetValue(row.offset.digits, radix) === offset) return row;
  }
  return undefined;
}

/** Runs of one line that are examined for an offset before them. */
const MOST_RUNS = 40;

/** The next row of a dump without offsets, found by its prefix. */
export function rowBehind(text: string, line: number, head: string, reader: CellReader): Row | undefined {
  for (const cells of reader.runs(text, MOST_RUNS)) {
    const row = rowAt(text, line, cells, reader.writing);
    if (row.head === head) return row;
  }
  return undefined;
}

/** An offset alone in its line, at the end of a dump. */
const BARE = /^[^0-9]*?(0x)?([0-9a-f]{3,16}):?[ \t]*$/i;

/** The offset, if it is alone in the line. */
export function bareOffset(text: string, radix: number): number | undefined {
  const match = BARE.exec(text);
  return match ? offsetValue(match[2]!, radix) : undefined;
}

/** The value of a row's offset; undefined if it has none. */
export function valueOf(row: Row, radix: number): number | undefined {
  return row.offset && offsetValue(row.offset.digits, radix);
}

/** Whether a line stands for repeated rows. */
export function isStar(text: string): boolean {
  return text.trim() === '*' || /[:\]] +\*$/.test(text);
}
