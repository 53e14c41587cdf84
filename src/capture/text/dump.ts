import { Growing, MOST_OCTETS, octetsOf, type HexError, type HexPacket, type HexText } from './form';

// Hex dumps: lines of an offset, octets and perhaps a column of text. text2pcap, od, xxd, hexdump, tcpdump and Wireshark write them.

/** A line that may be one of a dump. */
interface Line {
  /** 1-based. */
  readonly number: number;
  readonly text: string;
  /** The offset as written, without `0x`. */
  readonly offset: string;
  readonly colon: boolean;
  readonly prefix: boolean;
  /** Where the octets begin; the text's length where there are none. */
  readonly from: number;
}

/** An octet, and where its digits stand in the line. */
interface Placed {
  readonly octet: number;
  readonly start: number;
  readonly end: number;
}

interface Cells {
  readonly octets: readonly Placed[];
  /** Where reading stopped: at what is no octet, or at the line's end. */
  readonly stop: number;
  /** Octets of each group, where all have as many: 2, 4 or 8; else 0. */
  readonly words: number;
}

/** Octets of one line that are looked at: more than the largest IP packet has. */
const LONGEST_LINE = 1 << 17;

const LINE = /^[>\s]*(0x)?([0-9a-f]{3,16})(:?)(?=[ \t]|$)[ \t]*/i;
const GROUP = /[0-9a-f]+/iy;
/** Octets of the numbers that hexdump and od write. */
const WORD_SIZES: ReadonlySet<number> = new Set([2, 4, 8]);

function lineOf(text: string, number: number): Line | undefined {
  const match = LINE.exec(text);
  if (!match) return undefined;
  const from = match[0].length;
  return { number, text, offset: match[2]!, colon: match[3] === ':', prefix: match[1] !== undefined, from };
}

/** The groups of hex digits of a line, as octets. */
function cellsOf(line: Line): Cells {
  const { text } = line;
  const octets: Placed[] = [];
  let words = 0;
  let at = line.from;
  while (at < text.length && octets.length < LONGEST_LINE) {
    GROUP.lastIndex = at;
    const group = GROUP.exec(text)?.[0];
    // Nobody groups more than 16 octets, and a group must end where a column may.
    if (!group || group.length % 2 !== 0 || group.length > 32) break;
    const end = at + group.length;
    if (end < text.length && !' \t-|'.includes(text[end]!)) break;
    const size = WORD_SIZES.has(group.length / 2) ? group.length / 2 : 0;
    words = octets.length === 0 || words === size ? size : 0;
    octetsOf(group).forEach((octet, i) => octets.push({ octet, start: at + 2 * i, end: at + 2 * i + 2 }));
    at = end;
    // Some tools write a dash in the middle.
    if (text[at] === '-') at++;
    else while (text[at] === ' ' || text[at] === '\t') at++;
  }
  return { octets, stop: at, words };
}

/** Whether `text` is what a dump writes beside `octets`: each printable one as itself, the others as a dot. */
function isTextColumn(text: string, octets: readonly Placed[]): boolean {
  const inner = text.startsWith('|') && text.endsWith('|') ? text.slice(1, -1) : text;
  if (inner.length !== octets.length) return false;
  for (let i = 0; i < inner.length; i++) {
    const shown = inner.charCodeAt(i);
    if (shown !== 46 && shown !== octets[i]!.octet) return false;
  }
  return true;
}

/** White space before the octet at `index`, as a number of columns (a tab counts as many). */
function gapBefore(line: Line, octets: readonly Placed[], index: number): number {
  const from = index === 0 ? line.from : octets[index - 1]!.end;
  const gap = line.text.slice(from, octets[index]!.start);
  return gap.includes('\t') ? 8 : gap.length;
}

/** How many of the cells are octets and not text, in a line whose length no other line tells. */
function countCells(line: Line, cells: Cells, width: number | undefined, column: number | undefined): number {
  const { octets } = cells;
  // The text column that says the same as the octets before it settles it.
  const rest = line.text.trimEnd();
  for (let i = 1; i < octets.length; i++) {
    if (gapBefore(line, octets, i) >= 2 && isTextColumn(rest.slice(octets[i]!.start), octets.slice(0, i))) return i;
    if (i > 64) break;
  }
  let count = octets.length;
  if (width !== undefined) count = Math.min(count, width);
  if (column !== undefined) while (count > 0 && octets[count - 1]!.end > column) count--;
  else {
    for (let i = 1; i < count; i++) {
      const gap = gapBefore(line, octets, i);
      // Two spaces also stand in the middle of a line of sixteen.
      if (gap >= 3 || (gap === 2 && i % 8 !== 0)) return i;
    }
  }
  return count;
}

/** Whether the column of text shows the octets of each group the other way round (`xxd -e`). */
function isSwapped(line: Line, size: number): boolean {
  const { octets } = cellsOf(line);
  if (size === 0 || octets.length % size !== 0) return false;
  const text = line.text
    .slice(octets[octets.length - 1]!.end)
    .trimEnd()
    .replace(/^ {2}/, '');
  const swapped = octets.map((_, i) => octets[i - (i % size) + size - 1 - (i % size)]!);
  return text.length === octets.length && !isTextColumn(text, octets) && isTextColumn(text, swapped);
}

function isComment(text: string): boolean {
  return /^\s*(#|\/\/)/.test(text);
}

/** The lines that look like lines of a dump. */
function dumpLines(lines: readonly string[]): (Line | '*' | undefined)[] {
  return lines.map((text, i) => {
    if (text.trim() === '*') return '*';
    if (isComment(text)) return undefined;
    const line = lineOf(text, i + 1);
    // An offset alone ends a dump (hexdump, od); anything else must go on with octets.
    return line && (line.from >= text.trimEnd().length || cellsOf(line).octets.length > 0) ? line : undefined;
  });
}

/**
 * The base of the offsets: the one in which the first line has as many octets as the second's offset says; hexadecimal comes
 * first, then octal (od's own). A text column that looks like hex may make the first line seem longer.
 */
function radixOf(first: Line, second: Line): number | undefined {
  const count = cellsOf(first).octets.length;
  const digits = first.offset + second.offset;
  const bases = [16, 8, 10].filter((radix) => radix === 16 || (radix === 8 ? /^[0-7]+$/ : /^\d+$/).test(digits));
  const steps = bases.map((radix) => parseInt(second.offset, radix) - parseInt(first.offset, radix));
  const exact = steps.indexOf(count);
  if (exact >= 0 && count > 0) return bases[exact];
  return bases.find((_, i) => steps[i]! > 0 && steps[i]! <= count);
}

/** Reads a dump with offsets; undefined when the text is something else. */
export function parseDump(lines: readonly string[]): HexText | HexError | undefined {
  const found = dumpLines(lines);
  const all = found.filter((line): line is Line => line !== undefined && line !== '*');
  const first = all[0];
  if (!first) return undefined;
  const radix = radixFor(all);
  if (radix === undefined) return undefined;
  return new Dump(lines, found, radix).read();
}

/** Tells a dump from groups of hex digits: by its colon or `0x`, by offsets that count, or by a zero before octets. */
function radixFor(all: readonly Line[]): number | undefined {
  const first = all[0]!;
  const second = all[1];
  const cells = cellsOf(first);
  const marked = first.colon || first.prefix;
  if (cells.octets.length === 0) return undefined;
  const counting = second ? radixOf(first, second) : undefined;
  if (second && counting !== undefined) return counting;
  if (marked) return 16;
  const zero = /^0{3,}$/.test(first.offset);
  const pairs = cells.octets.every((_, i) => i === 0 || gapBefore(first, cells.octets, i) > 0);
  if (!zero || !(pairs || gapBefore(first, cells.octets, 0) >= 2)) return undefined;
  // One line alone, or several packets of one line each, or a second line that is wrong and will be reported.
  return 16;
}

class Dump {
  private readonly packets: HexPacket[] = [];
  private octets = new Growing();
  private begun = 0;
  /** Offset of the packet's first octet. */
  private origin = 0;
  private total = 0;
  private time: HexPacket['time'];
  private nextTime: HexPacket['time'];
  /** Octets of a full line, and the column where they end. */
  private width: number | undefined;
  private column: number | undefined;
  private previous: number[] = [];
  private words = 0;
  private anyText = false;
  private repeated = false;

  constructor(
    private readonly lines: readonly string[],
    private readonly found: readonly (Line | '*' | undefined)[],
    private readonly radix: number,
  ) {}

  read(): HexText | HexError {
    let star = false;
    const sample = this.found.find((line): line is Line => line !== undefined && line !== '*')!;
    // Words of two octets without a colon are numbers of a little-endian machine (hexdump, od -x).
    const size = cellsOf(sample).words;
    // Longer groups without a colon are od's only behind offsets as od writes them, of 6 or 7 digits.
    const likeOd = size === 2 || (/^\d{6,7}$/.test(sample.offset) && this.origin === 0);
    const all = this.found.every(
      (line) => !line || line === '*' || line.from >= line.text.trimEnd().length || cellsOf(line).words === size,
    );
    // With a colon, the column of text must say so; it may look like octets, so the other lines are not asked.
    this.words = (sample.colon ? isSwapped(sample, size) : all && likeOd) ? size : 0;
    for (let i = 0; i < this.found.length; i++) {
      const line = this.found[i];
      if (line === '*') {
        star = this.octets.length > 0;
        continue;
      }
      if (!line) {
        this.header(this.lines[i]!);
        continue;
      }
      const offset = parseInt(line.offset, this.radix);
      const bare = line.from >= line.text.trimEnd().length;
      if (!bare && (offset === 0 || this.octets.length === 0)) {
        this.endPacket();
        this.begun = line.number;
        this.origin = offset;
        this.time = this.nextTime;
        this.nextTime = undefined;
        star = false;
      }
      const error =
        (star ? this.repeat(line, offset) : undefined) ??
        this.check(line, offset, bare) ??
        (bare ? undefined : this.take(line, offset, i));
      star = false;
      if (error) return error;
      if (this.total + this.octets.length > MOST_OCTETS)
        return this.error(line, 0, `the dump holds more than ${MOST_OCTETS} octets`);
    }
    this.endPacket();
    return { packets: this.packets, form: this.form(sample) };
  }

  private error(line: Line, at: number, what: string): HexError {
    return { error: `Line ${line.number}, column ${at + 1}: ${what}.`, line: line.number, column: at + 1 };
  }

  /** A line that is no dump: tcpdump writes one before each packet, and with -tt it begins with the time. */
  private header(text: string): void {
    const match = /^(\d{9,10})\.(\d{6}|\d{9})\s/.exec(text);
    if (match) this.nextTime = { seconds: Number(match[1]), nanoseconds: Number(match[2]!.padEnd(9, '0')) };
  }

  private endPacket(): void {
    if (this.octets.length === 0) return;
    const bytes = this.octets.done();
    this.total += bytes.length;
    this.packets.push({ bytes, line: this.begun, ...(this.time ? { time: this.time } : {}) });
    this.octets = new Growing();
    this.previous = [];
  }

  /** `*`: lines like the one before, up to this offset. */
  private repeat(line: Line, offset: number): HexError | undefined {
    this.repeated = true;
    const missing = offset - this.origin - this.octets.length;
    if (missing <= 0) return undefined;
    if (this.octets.length + this.total + missing > MOST_OCTETS) {
      return this.error(
        line,
        line.text.indexOf(line.offset),
        `the “*” above would repeat ${missing} octets, more than a dump may hold`,
      );
    }
    for (let i = 0; i < missing; i++) this.octets.add(this.previous[i % this.previous.length] ?? 0);
    return undefined;
  }

  /** The offset must be the number of octets so far. */
  private check(line: Line, offset: number, bare: boolean): HexError | undefined {
    const have = this.origin + this.octets.length;
    // The last word was filled up.
    if (bare && this.words && offset < have && offset > have - this.words) {
      const cut = this.octets.done().subarray(0, this.octets.length - (have - offset));
      this.octets = new Growing();
      this.octets.addAll(cut);
      return undefined;
    }
    if (offset === have || (bare && this.octets.length === 0)) return undefined;
    const missing = offset - have;
    const at = line.text.indexOf(line.offset);
    const how = missing > 0 ? `${missing} too few` : `${-missing} too many`;
    return this.error(line, at, `the offset “${line.offset}” does not fit the octets before it, which are ${how}`);
  }

  private take(line: Line, offset: number, index: number): HexError | undefined {
    const cells = cellsOf(line);
    const next = this.found[index + 1];
    const step = next && next !== '*' ? parseInt(next.offset, this.radix) - offset : 0;
    // Where the next line's offset tells how many octets this one has, what follows them is text, whatever it looks like.
    const whole = this.words ? Math.ceil(step / this.words) * this.words : step; // the last word is filled up
    const told = step > 0 && whole <= cells.octets.length ? whole : undefined;
    const count = told ?? countCells(line, cells, this.width, this.column);
    if (count === 0)
      return this.error(line, cells.stop, `“${line.text.slice(cells.stop, cells.stop + 16)}” is no octet in hex`);
    const last = cells.octets[count - 1]!;
    const rest = line.text.slice(last.end);
    if (told === undefined && count === cells.octets.length && cells.stop < line.text.length) {
      const gap = line.text.slice(last.end, cells.stop);
      const isText =
        gap.length >= 2 ||
        gap.includes('\t') ||
        line.text[cells.stop] === '|' ||
        (this.column !== undefined && last.end >= this.column);
      if (!isText) {
        const wrong = /^\S+/.exec(line.text.slice(cells.stop))?.[0] ?? '';
        return this.error(line, cells.stop, `“${wrong.slice(0, 16)}” is no octet in hex`);
      }
    }
    if (rest.trim() !== '') this.anyText = true;
    const values = cells.octets.slice(0, count).map((cell) => cell.octet);
    if (this.words) {
      for (let i = 0; i < values.length; i += this.words) {
        values.splice(i, this.words, ...values.slice(i, i + this.words).reverse());
      }
    }
    this.octets.addAll(values);
    this.previous = values;
    if (this.width === undefined || count >= this.width) {
      this.width = told ?? this.width;
      if (told !== undefined) this.column = last.end;
    }
    return undefined;
  }

  private form(sample: Line): string {
    if (this.words && sample.colon) return 'xxd -e (little-endian)';
    if (this.words === 2) return 'hexdump (16-bit words, little-endian)';
    if (this.words) return `od (${8 * this.words}-bit words, little-endian)`;
    if (sample.prefix && sample.colon) return this.anyText ? 'tcpdump -X' : 'tcpdump -x';
    if (sample.text.trimEnd().endsWith('|')) return 'hexdump -C';
    if (sample.colon) return this.anyText ? 'xxd' : 'hex dump with offsets';
    if (this.radix !== 16 || this.repeated) return 'od -tx1';
    return this.anyText ? 'hex dump with text (Wireshark)' : 'hex dump (text2pcap)';
  }
}
