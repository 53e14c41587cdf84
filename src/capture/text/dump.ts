import { beginsPacket, guess } from '../../codec/start';
import { columnsOf, isTextOf, offsetValue } from './agreement';
import {
  Growing,
  MOST_OCTETS,
  MOST_PACKETS,
  quoted,
  type HexError,
  type HexPacket,
  type Reading,
  type TextNote,
} from './form';
import { bareOffset, cellsOf, rowBehind, rowWithOffset, type Row, type Rows } from './rows';
import { toolOf, type Seen } from './tools';

/** Octets that certainly belong together. Whether several parts form one packet is decided once all parts are known. */
interface Part {
  bytes: Uint8Array;
  readonly line: number;
  readonly time: HexPacket['time'];
  /** What precedes the part: a new offset, the short last row of another part, or other lines. */
  readonly after: 'offset' | 'short' | 'lines';
}

/** Reads the rows of a text as packets. `little` is the byte order of cells with several octets. */
export class Dump {
  readonly seen: Seen = { texts: 0, agreeing: 0, repeated: false };
  private readonly parts: Part[] = [];
  private readonly used: Uint8Array;
  private readonly notes: TextNote[] = [];
  private readonly strangers: { row: Row; rest: string; octets: number }[] = [];
  private octets = new Growing();
  private total = 0;
  /** First row of the current part; undefined between parts. */
  private first: Row | undefined;
  private last: Row | undefined;
  private lastShort = false;
  private origin = 0;
  private after: Part['after'] = 'offset';
  private time: HexPacket['time'];
  private nextTime: HexPacket['time'];
  private width: number;
  /** Start and end of each cell of a full row, relative to the first cell. */
  private layout: { readonly starts: number[]; readonly ends: number[] } | undefined;
  private previous: number[] = [];
  /** Whether there is a `*` between this row and the last. */
  private star = false;
  /** What is between this row and the last: nothing, empty lines, or other lines. */
  private between: 'nothing' | 'blank' | 'lines' = 'nothing';
  private next = 0;

  constructor(
    private readonly lines: readonly string[],
    private readonly rows: Rows,
    private readonly little: boolean,
  ) {
    this.used = new Uint8Array(lines.length);
    this.width = rows.width;
  }

  read(): Reading | HexError {
    const { rows } = this.rows;
    for (let i = 0; i < this.lines.length; i++) {
      while (this.next < rows.length && rows[this.next]!.line < i) this.next++;
      const row = this.next < rows.length && rows[this.next]!.line === i ? rows[this.next] : undefined;
      const error = this.line(this.lines[i]!, i, row);
      if (error) return error;
      if (this.parts.length > MOST_PACKETS) return errorIn(i, 0, `there are more than ${MOST_PACKETS} packets`);
      if (this.total + this.octets.length > MOST_OCTETS)
        return errorIn(i, 0, `the dump holds more than ${MOST_OCTETS} octets`);
    }
    this.end();
    const packets = this.packets();
    const sample = rows[0]!;
    const form = toolOf(this.rows, sample, this.lines[sample.line]!, this.little, this.seen);
    this.tellStrangers();
    return { packets, form, used: this.used, notes: this.notes };
  }

  private line(text: string, i: number, row: Row | undefined): HexError | undefined {
    if (text.trim() === '') {
      if (this.between === 'nothing') this.between = 'blank';
      return undefined;
    }
    if (isStar(text)) return this.repeatAbove(i);
    const taken =
      this.rows.radix === undefined ? this.plainRow(text, i, row) : this.offsetRow(text, i, row, this.rows.radix);
    if (taken === true) {
      this.used[i] = 1;
      this.between = 'nothing';
      this.star = false;
      return undefined;
    }
    if (taken) return taken;
    this.header(text);
    this.between = 'lines';
    return undefined;
  }

  private repeatAbove(i: number): HexError | undefined {
    this.used[i] = 1;
    if (!this.first) return undefined;
    if (this.rows.radix === undefined) return withoutOffsets(i);
    this.star = true;
    return undefined;
  }

  /** Handles a line of a dump with offsets. True if it is a row or the end of the dump, undefined if it is something else. */
  private offsetRow(text: string, i: number, found: Row | undefined, radix: number): true | HexError | undefined {
    const have = this.origin + this.octets.length;
    if (this.first && !this.star) {
      const going =
        found && valueOf(found, radix) === have && found.head === this.first.head
          ? found
          : rowWithOffset(text, i, { offset: have, head: this.first.head }, this.rows);
      // If all rows begin with offset 0, each row is a packet.
      if (going && have !== this.origin) return this.take(text, going);
    }
    const bare = this.first ? bareOffset(text, radix) : undefined;
    if (bare !== undefined && (bare === have || this.star || this.isFilledUp(bare, have))) {
      if (this.star && bare > have) {
        const error = this.fill(i, text.indexOf(text.trim()), bare - have);
        if (error) return error;
      }
      // Cut the padding of the last word.
      if (bare < have) this.octets.cut(this.octets.length - (have - bare));
      this.end();
      return true;
    }
    const value = found && valueOf(found, radix);
    if (!found || value === undefined || found.octets === 0) {
      return bare !== undefined &&
        this.between === 'nothing' &&
        this.octets.length > 0 &&
        /^\s*[0-9a-fx]+:?\s*$/i.test(text)
        ? this.misfit(i, text, bare, have)
        : undefined;
    }
    if (!this.first || value === 0 || value === this.origin) {
      // A line that only looks like a row, among other words, does not begin a dump.
      if (value !== 0 && found.head !== this.rows.usual) return undefined;
      this.begin(found, value, 'offset');
      return this.take(text, found);
    }
    if (this.star && value > have && found.head === this.first.head) {
      const error = this.fill(i, found.offset!.at, value - have);
      return error ?? this.take(text, found);
    }
    if (found.head !== this.first.head || (!found.offset!.marked && this.first.offset!.marked)) return undefined;
    // A different address with something in between means another packet.
    if (this.between !== 'nothing' && this.origin > 0 && value !== have) {
      this.begin(found, value, 'offset');
      return this.take(text, found);
    }
    if (this.between === 'lines' && found.octets < 4) return undefined;
    return this.misfit(i, text, value, have, found.offset!.at);
  }

  private isFilledUp(offset: number, have: number): boolean {
    const { octets } = this.rows.reader.writing;
    return offset < have && offset > have - octets;
  }

  private misfit(i: number, text: string, value: number, have: number, at = text.search(/\S/)): HexError {
    const missing = value - have;
    const how = missing > 0 ? `${missing} too few` : `${-missing} too many`;
    const offset = /^(?:0x)?[0-9a-f]+/i.exec(text.slice(at))?.[0] ?? '';
    return errorIn(i, at, `the offset “${offset}” does not fit the octets before it, which are ${how}`);
  }

  /** Handles `*`: repeats the previous row up to this offset. */
  private fill(i: number, at: number, missing: number): HexError | undefined {
    this.seen.repeated = true;
    if (this.octets.length + this.total + missing > MOST_OCTETS)
      return errorIn(i, at, `the “*” above would repeat ${missing} octets, more than a dump may hold`);
    for (let k = 0; k < missing; k++) this.octets.add(this.previous[k % this.previous.length] ?? 0);
    return undefined;
  }

  /** Handles a line of a dump without offsets. */
  private plainRow(text: string, i: number, found: Row | undefined): true | HexError | undefined {
    const clear = found && found.octets >= 8 ? found : undefined;
    if (!this.last) {
      if (!clear) return undefined;
      this.begin(clear, 0, 'lines');
      return this.take(text, clear);
    }
    const near = this.between !== 'lines';
    const row =
      clear?.head === this.last.head ? clear : near ? rowBehind(text, i, this.last.head, this.rows.reader) : clear;
    if (!row) {
      if (!clear) return undefined;
      this.begin(clear, 0, 'lines');
      return this.take(text, clear);
    }
    if (this.lastShort || this.between !== 'nothing') this.begin(row, 0, this.between === 'lines' ? 'lines' : 'short');
    return this.take(text, row);
  }

  private begin(row: Row, origin: number, after: Part['after']): void {
    this.end();
    this.first = row;
    this.origin = origin;
    this.after = after;
    this.time = this.nextTime;
    this.nextTime = undefined;
  }

  private end(): void {
    if (this.first && this.octets.length > 0) {
      const bytes = this.octets.done();
      this.total += bytes.length;
      this.parts.push({ bytes, line: this.first.line + 1, time: this.time, after: this.after });
    }
    this.octets = new Growing();
    this.previous = [];
    this.first = undefined;
    this.star = false;
  }

  /** Takes the octets of a row, without the text beside them. */
  private take(text: string, row: Row): true | HexError {
    const { reader } = this.rows;
    const cells = cellsOf(row, text, reader);
    const octets: number[] = [];
    // Number of octets up to and including each cell.
    const sums: number[] = [];
    for (let k = 0; k < row.cells; k++) {
      if (!reader.read(text, cells.starts[k]!, cells.ends[k]!, this.little, octets)) break;
      sums.push(octets.length);
    }
    const count = this.countCells(text, row, cells.starts, cells.ends, octets, sums);
    const values = octets.slice(0, count > 0 ? sums[count - 1] : 0);
    const end = count > 0 ? cells.ends[count - 1]! : row.from;
    const rest = text.slice(end);
    if (count === 0) return errorIn(row.line, end, `“${/\S+/.exec(rest)?.[0] ?? ''}” is no octet in hex`);
    const wrong = this.behind(row, rest, values, end);
    if (wrong) return wrong;
    this.octets.addAll(values);
    this.previous = values;
    this.last = row;
    this.lastShort = values.length < this.width;
    if (!this.layout && values.length === this.width) {
      this.layout = {
        starts: cells.starts.slice(0, count).map((at) => at - cells.starts[0]!),
        ends: cells.ends.slice(0, count).map((at) => at - cells.ends[0]!),
      };
    }
    return true;
  }

  /** Checks what follows the octets of a row: their text, other words, or something that is not an octet. */
  private behind(row: Row, rest: string, values: readonly number[], end: number): HexError | undefined {
    if (rest.trim() === '' || /^[\s|<>"'\])},;\\*`]*$/.test(rest)) return undefined;
    this.seen.texts++;
    if (columnsOf(rest).some((column) => isTextOf(column, values))) {
      this.seen.agreeing++;
      return undefined;
    }
    const wrong = /^ (\S{1,2})(?= |$)/.exec(rest);
    if (this.rows.radix !== undefined && wrong && (this.width === 0 || values.length < this.width))
      return errorIn(row.line, end + 1, `“${wrong[1]!}” is no octet in hex`);
    this.strangers.push({ row, rest, octets: values.length });
    return undefined;
  }

  /** How many cells of the run are octets. The rest are words of the text column that look like cells. */
  private countCells(
    text: string,
    row: Row,
    starts: readonly number[],
    ends: readonly number[],
    octets: readonly number[],
    sums: readonly number[],
  ): number {
    const told = this.toldByNext(row, sums);
    if (told !== undefined) return told;
    let most = sums.length;
    while (most > 0 && this.width > 0 && sums[most - 1]! > this.width) most--;
    const line = text.trimEnd();
    // Nothing follows the octets, so there is no text that could be mistaken for more of them.
    if (most === sums.length && this.layout && sums[most - 1] === this.width && ends[most - 1] === line.length)
      return most;
    for (let k = Math.min(most, 64); k > 0; k--) {
      const values = octets.slice(0, sums[k - 1]);
      const rest = line.slice(ends[k - 1]);
      // If the text matches the octets before it, that settles it.
      if (
        /^(?:[ \t]*[|>]|[ \t]{2}|\t)/.test(rest) &&
        columnsOf(rest).some((column) => column.length * 2 > values.length && isTextOf(column, values))
      )
        return k;
    }
    if (this.layout) {
      const { layout } = this;
      const fits = (k: number): boolean =>
        starts[k]! - starts[0]! === layout.starts[k] || ends[k]! - ends[0]! === layout.ends[k];
      let k = 1;
      while (k < most && fits(k)) k++;
      // With tabs or numbers without leading zeros, the cells are not aligned.
      const gap = k < most ? text.slice(ends[k - 1], starts[k]) : '';
      if (k >= most || (gap.length > 1 && gap.trim() === '')) return k;
      return most;
    }
    for (let k = 1; k < most; k++) {
      const between = text.slice(ends[k - 1], starts[k]);
      const gap = between.trim() === '' ? between.length : 0;
      // Two spaces may also separate the halves of a row of sixteen.
      if (gap >= 3 || (gap === 2 && sums[k - 1]! % 8 !== 0)) return k;
    }
    return most;
  }

  /** The number of cells in a row, from the offset of the next row. What follows them is text, even if it looks like octets. */
  private toldByNext(row: Row, sums: readonly number[]): number | undefined {
    const { rows, radix, reader } = this.rows;
    if (radix === undefined) return undefined;
    let next = this.next;
    while (next < rows.length && rows[next]!.line <= row.line) next++;
    const following = next < rows.length ? rows[next] : undefined;
    if (!following) return undefined;
    const here = valueOf(row, radix)!;
    const there = valueOf(following, radix);
    if (there === undefined) return undefined;
    const step = there - here;
    // The last word may be padded.
    const word = Math.max(1, reader.writing.octets);
    const k = sums.indexOf(Math.ceil(step / word) * word);
    return k < 0 ? undefined : k + 1;
  }

  /** Handles a line before a packet. tcpdump prints one; with -tt it begins with the time. */
  private header(text: string): void {
    const match = /^(\d{9,10})\.(\d{6}|\d{9})\s/.exec(text);
    if (match) this.nextTime = { seconds: Number(match[1]), nanoseconds: Number(match[2]!.padEnd(9, '0')) };
  }

  /** Joins the parts into packets: a part that does not look like the beginning of a packet continues the part before. */
  private packets(): HexPacket[] {
    const packets: { pieces: Uint8Array[]; line: number; time: HexPacket['time'] }[] = [];
    for (const { bytes, line, time, after } of this.parts) {
      const found = after === 'offset' || packets.length === 0 ? undefined : guess(bytes);
      const begins =
        after === 'offset' || packets.length === 0 || (beginsPacket(found) && (found.sure || after === 'short'));
      if (begins) packets.push({ pieces: [bytes], line, time });
      else packets[packets.length - 1]!.pieces.push(bytes);
    }
    return packets.map(({ pieces, line, time }) => {
      const octets = new Growing();
      for (const piece of pieces) octets.addAll(piece);
      return { bytes: octets.done(), line, ...(time ? { time } : {}) };
    });
  }

  /** Adds notes about what stands beside octets and is not their text. */
  private tellStrangers(): void {
    const { strangers, seen } = this;
    if (strangers.length > 3 && strangers.length > seen.agreeing) {
      const { row, rest } = strangers[0]!;
      this.notes.push({
        line: row.line + 1,
        text: `What stands behind the octets of ${strangers.length} rows is not their text and was passed over: ${quoted(rest)}.`,
      });
      return;
    }
    for (const { row, rest, octets } of strangers) {
      const column = Math.abs(rest.trim().length - octets) <= 3 && seen.agreeing > 0;
      this.notes.push({
        line: row.line + 1,
        text: column
          ? `The text beside the octets does not agree with them: ${quoted(rest)}.`
          : `Behind the octets, ${quoted(rest)} was passed over.`,
      });
    }
  }
}

function valueOf(row: Row, radix: number): number | undefined {
  return row.offset && offsetValue(row.offset.digits, radix);
}

function isStar(text: string): boolean {
  return text.trim() === '*' || /[:\]] +\*$/.test(text);
}

function errorIn(line: number, at: number, what: string): HexError {
  return { error: `Line ${line + 1}, column ${at + 1}: ${what}.`, line: line + 1, column: at + 1 };
}

/** The error for repeated lines left out by `od -An`: without offsets their number is unknown. */
export function withoutOffsets(line: number): HexError {
  return {
    error: `Line ${line + 1}: “*” stands for repeated lines, but without offsets nobody knows how many; make the dump with offsets, or with -v.`,
    line: line + 1,
    column: 1,
  };
}
