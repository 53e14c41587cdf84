import { columnsOf, isTextOf } from './agreement';
import { Beside, isNothing } from './beside';
import { Columns } from './columns';
import {
  errorIn,
  Growing,
  MOST_OCTETS,
  MOST_PACKETS,
  quoted,
  withoutOffsets,
  type Gap,
  type HexError,
  type Reading,
  type TextNote,
} from './form';
import { isRowAt, mendedRow, wordsIn, wrongAmong, wrongBefore, type RowGap } from './mend';
import { packetsOfParts, type Part } from './parts';
import { bareOffset, cellsOf, isStar, rowBehind, rowWithOffset, valueOf, type Row, type Rows } from './rows';
import { toolOf } from './tools';

/** Reads the rows of a text as packets. `little` is the byte order of cells with several octets. */
export class Dump {
  readonly beside = new Beside();
  private readonly parts: Part[] = [];
  private readonly used: Uint8Array;
  private readonly notes: TextNote[] = [];
  private octets = new Growing();
  private gaps: Gap[] = [];
  /** How many places are wrong, and the first of them. */
  private faults = 0;
  private fault: HexError | undefined;
  private total = 0;
  /** First row of the current part; undefined between parts. */
  private first: Row | undefined;
  private last: Row | undefined;
  private lastShort = false;
  private weak = false;
  private origin = 0;
  private after: Part['after'] = 'offset';
  private width: number;
  private readonly columns: Columns;
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
    this.columns = new Columns(rows.width);
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
    // If much is wrong, these are no rows like that.
    if (this.fault && this.faults > 2 + (rows.length >> 3)) return this.fault;
    const packets = packetsOfParts(this.parts, this.width, ({ line, last }) => this.used.fill(0, line - 1, last));
    const sample = rows[0]!;
    const form = toolOf(this.rows, sample, this.lines[sample.line]!, this.little, this.beside.seen);
    this.beside.tell(this.notes);
    return { packets, form, used: this.used, notes: this.notes, fault: this.fault };
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
    // Words may stand before the first row only: `packet: 0000  02 67 …`.
    if (this.first && this.first === this.last && found?.head === this.rows.usual && valueOf(found, radix) === have)
      this.first = { ...this.first, head: found.head };
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
    // Half an octet behind an offset is no offset.
    if (found.head !== this.rows.usual && found.offset!.digits.length === 1 && !found.offset!.marked) return undefined;
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
    return this.misfit(i, text, value, have, found);
  }

  private isFilledUp(offset: number, have: number): boolean {
    const { octets } = this.rows.reader.writing;
    return offset < have && offset > have - octets;
  }

  /** A row whose offset does not fit the octets before it: some are missing, or it repeats some. */
  private misfit(i: number, text: string, value: number, have: number, row?: Row): true | HexError {
    const at = row?.offset?.at ?? text.search(/\S/);
    const missing = value - have;
    const how = missing > 0 ? `${missing} too few` : `${-missing} too many`;
    const offset = /^(?:0x)?[0-9a-f]+/i.exec(text.slice(at))?.[0] ?? '';
    const error = errorIn(i, at, `the offset “${offset}” does not fit the octets before it, which are ${how}`);
    if (!row || missing > MOST_MISSING) return error;
    if (missing < 0) {
      this.wrong(error);
      const note = `${quoted(text)} has the offset of octets that stand above it, and was passed over.`;
      this.notes.push({ line: i + 1, text: note });
      return true;
    }
    this.bridge(i, value, error);
    return this.take(text, row);
  }

  private wrong(error: HexError): void {
    this.faults++;
    this.fault ??= error;
  }

  /** Fills what is missing before line `i`, up to an offset: with rows that are wrong in one sign, then with zeros. */
  private bridge(i: number, value: number, error: HexError): void {
    const { radix, reader } = this.rows;
    const { first } = this;
    const have = (): number => this.origin + this.octets.length;
    this.wrong(error);
    for (let k = (this.last?.line ?? i) + 1; first?.offset && k < i && have() < value; k++) {
      const text = this.lines[k]!;
      const like = this.lines[first.line]!;
      if (this.used[k] || !isRowAt(text, like, first.offset.at, first.from, have(), radix!)) continue;
      const mended = mendedRow(text, first.from, Math.min(this.width, value - have()), reader);
      if (!mended) continue;
      this.addMended(k, mended);
      this.used[k] = 1;
      if (mended.gaps.length === 0)
        this.notes.push({
          line: k + 1,
          text: `The offset of ${quoted(text)} is wrong; the rows around it show which it is.`,
        });
    }
    const missing = value - have();
    if (missing <= 0) return;
    const text = `${missing === 1 ? 'An octet is' : `${missing} octets are`} missing before the row: 00 stands for each`;
    this.gaps.push({ at: this.octets.length, length: missing, line: i + 1, text });
    for (let k = 0; k < missing; k++) this.octets.add(0);
  }

  private addMended(
    line: number,
    { values, gaps }: { readonly values: readonly number[]; readonly gaps: readonly RowGap[] },
  ): void {
    for (const gap of gaps) this.gaps.push({ ...gap, at: this.octets.length + gap.at, line: line + 1 });
    this.octets.addAll(values);
  }

  /** Handles `*`: repeats the previous row up to this offset. */
  private fill(i: number, at: number, missing: number): HexError | undefined {
    this.beside.seen.repeated = true;
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
      const weak = !clear && found && found.octets >= LEAST_ALONE && found.head === this.last.head;
      if (weak && isNothing(text.slice(cellsOf(found, text, this.rows.reader).ends.at(-1)))) {
        this.begin(found, 0, 'lines', true);
        return this.take(text, found);
      }
      if (!clear) return undefined;
      this.begin(clear, 0, 'lines');
      return this.take(text, clear);
    }
    if (this.lastShort || this.between !== 'nothing') this.begin(row, 0, this.between === 'lines' ? 'lines' : 'short');
    return this.take(text, row);
  }

  private begin(row: Row, origin: number, after: Part['after'], weak = false): void {
    this.end();
    this.weak = weak;
    this.first = row;
    this.origin = origin;
    this.after = after;
  }

  private end(): void {
    if (this.first && this.octets.length > 0) {
      const bytes = this.octets.done();
      this.total += bytes.length;
      this.parts.push({
        bytes,
        line: this.first.line + 1,
        last: (this.last ?? this.first).line + 1,
        after: this.after,
        gaps: this.gaps,
        short: Math.max(0, this.width - this.previous.length),
        weak: this.weak,
      });
    }
    this.octets = new Growing();
    this.gaps = [];
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
    const count = this.toldByNext(row, sums) ?? this.columns.count(text, cells.starts, cells.ends, octets, sums);
    const values = octets.slice(0, count > 0 ? sums[count - 1] : 0);
    const end = count > 0 ? cells.ends[count - 1]! : row.from;
    const rest = text.slice(end);
    const wrong =
      count === 0
        ? errorIn(row.line, end, `“${/\S+/.exec(rest)?.[0] ?? ''}” is no octet in hex`)
        : this.wrongBehind(row, rest, values, end);
    if (this.rows.radix === undefined && this.mendPlain(text, row)) return true;
    const told = this.octetsOf(row);
    if (wrong ?? (told !== undefined && values.length < told)) {
      const fault = wrong ?? errorIn(row.line, end, `the row ends after ${values.length} of ${told} octets`);
      if (!this.mend(text, row, told, fault)) {
        if (wrong) return wrong;
        this.addRow(row, values, rest);
      }
    } else this.addRow(row, values, rest);
    this.last = row;
    if (values.length === this.width) this.columns.learn(cells.starts, cells.ends, count);
    return true;
  }

  private addRow(row: Row, values: number[], rest: string): void {
    this.octets.addAll(values);
    this.previous = values;
    this.lastShort = values.length < this.width;
    this.beside.add(row, rest, values);
  }

  /** Reads a row in which something is wrong as far as possible. `told`: how many octets the offsets give it. False if that is too little. */
  private mend(text: string, row: Row, told: number | undefined, fault: HexError): boolean {
    const want = told ?? this.width;
    const mended = mendedRow(text, row.from, want, this.rows.reader);
    if (!mended || (told === undefined && mended.words < want)) return false;
    this.wrong(fault);
    this.addMended(row.line, mended);
    this.previous = mended.values;
    this.lastShort = false;
    return true;
  }

  /** Reads a row without offset before whose octets something stands that may be one of them, with something wrong in it. */
  private mendPlain(text: string, row: Row): boolean {
    if (row.offset && row.offset.digits.length > 1) return false;
    const before = wrongBefore(text, row.from, this.rows.usual.trim() === '');
    if (!before) return false;
    const { from, word } = before;
    const want = this.rows.rows.length === 1 ? wordsIn(text.slice(from)) : this.width;
    const fault = errorIn(row.line, row.from - word.length - 1, `“${word}” is no octet in hex`);
    if (!this.mend(text, { ...row, from }, want === this.width ? undefined : want, fault)) return false;
    this.last = row;
    return true;
  }

  /** How many octets a row has by the offset of the next one, if that is at most a full row. */
  private octetsOf(row: Row): number | undefined {
    const { radix } = this.rows;
    const following = radix === undefined ? undefined : this.following(row);
    if (!following) return undefined;
    const step = (valueOf(following, radix!) ?? 0) - valueOf(row, radix!)!;
    return step > 0 && following.head === row.head ? Math.min(step, this.width) : undefined;
  }

  private following(row: Row): Row | undefined {
    const { rows } = this.rows;
    let next = this.next;
    while (next < rows.length && rows[next]!.line <= row.line) next++;
    return rows[next];
  }

  /** Something behind the octets of a row that should be one. */
  private wrongBehind(row: Row, rest: string, values: readonly number[], end: number): HexError | undefined {
    if (isNothing(rest) || columnsOf(rest).some((column) => isTextOf(column, values))) return undefined;
    const wrong = this.rows.radix === undefined ? wrongAmong(rest) : /^ (\S{1,2})(?= |$)/.exec(rest)?.[1];
    if (wrong === undefined || (this.width > 0 && values.length >= this.width)) return undefined;
    return errorIn(row.line, end + 1, `“${wrong}” is no octet in hex`);
  }

  /** The number of cells in a row, from the offset of the next row. What follows them is text, even if it looks like octets. */
  private toldByNext(row: Row, sums: readonly number[]): number | undefined {
    const { radix, reader } = this.rows;
    const following = radix === undefined ? undefined : this.following(row);
    if (radix === undefined || !following) return undefined;
    const here = valueOf(row, radix)!;
    const there = valueOf(following, radix);
    if (there === undefined) return undefined;
    const step = there - here;
    // The last word may be padded.
    const word = Math.max(1, reader.writing.octets);
    const k = sums.indexOf(Math.ceil(step / word) * word);
    return k < 0 ? undefined : k + 1;
  }
}

/** Fewest octets alone in a line behind other lines that may belong to the packet before. */
const LEAST_ALONE = 4;
/** Most octets that may be missing before a row. */
const MOST_MISSING = 1024;
