import { digit, octetsOf } from './form';

/** How tools that print octets in rows write a cell. `WRITINGS` lists the forms, which `rows.ts` uses. */
export interface Writing {
  /** Name of the form for the user; `undefined` if offsets and text identify the tool better (`toolOf`). */
  readonly name: string | undefined;
  /** One cell, as the source of a regular expression. */
  readonly cell: string;
  /** Octets per cell; 0 if it depends on the number of digits. */
  readonly octets: number;
  /** Base of the number in a cell. */
  readonly radix: number;
  /** Whether a cell of several octets may be a little-endian number. */
  readonly order: 'big' | 'either';
  /** Whether an octet below 16 may be a single digit. */
  readonly lax?: boolean;
}

const hex = (octets: number, name: string | undefined): Writing => ({
  name,
  // Only full cells; a shorter last cell is found by `short`.
  cell: `[0-9a-f]{${2 * octets}}`,
  octets,
  radix: 16,
  order: octets === 1 ? 'big' : 'either',
});

const prefixed = (octets: number): Writing => ({
  name: octets === 1 ? 'hex octets with 0x' : `${8 * octets}-bit words with 0x`,
  cell: octets === 1 ? '(?:0x|\\$|&h)[0-9a-f]{1,2}' : `0x[0-9a-f]{${2 * octets}}`,
  octets,
  radix: 16,
  order: octets === 1 ? 'big' : 'either',
});

/** Tried in this order, the stricter ones first. */
export const WRITINGS: readonly Writing[] = [
  { name: 'xxd -b (binary)', cell: '[01]{8}', octets: 1, radix: 2, order: 'big' },
  hex(1, undefined),
  prefixed(1),
  prefixed(2),
  prefixed(4),
  prefixed(8),
  { name: 'hex octets with h', cell: '0?[0-9a-f]{2}h', octets: 1, radix: 16, order: 'big' },
  { name: 'od -b (octal octets)', cell: '[0-3][0-7]{2}', octets: 1, radix: 8, order: 'big' },
  { name: 'octal octets with 0', cell: '0(?:[0-3]?[0-7]{1,2})?', octets: 1, radix: 8, order: 'big' },
  { name: 'od (octal words, little-endian)', cell: '[01][0-7]{5}', octets: 2, radix: 8, order: 'either' },
  { name: 'hexdump -d (decimal words, little-endian)', cell: '[0-6][0-9]{4}', octets: 2, radix: 10, order: 'either' },
  hex(2, undefined),
  hex(4, undefined),
  hex(8, undefined),
  { name: undefined, cell: '(?:[0-9a-f]{2}){1,64}', octets: 0, radix: 16, order: 'big' },
  { name: 'decimal octets', cell: '-?[0-9]{1,3}', octets: 1, radix: 10, order: 'big' },
  { name: 'hex octets', cell: '[0-9a-f]{1,2}', octets: 1, radix: 16, order: 'big', lax: true },
];

/** What may follow a cell. */
const BEHIND = `(?=[\\s,;|:>\\-"'\\])}<]|\\*/|$)`;
/** What must not precede the first cell of a run; if it does, the cell is the end of something else. */
const BEFORE = `(?<![0-9A-Za-z_.$&])(?<![0-9A-Fa-f][:-])`;

/** Finds and reads the cells of one writing. */
export class CellReader {
  private readonly first: RegExp;
  private readonly spaced: RegExp;
  private readonly glued: RegExp;
  private readonly short: RegExp;
  private readonly shortFirst: RegExp;

  constructor(readonly writing: Writing) {
    const { cell, octets } = writing;
    this.first = new RegExp(`${BEFORE}(?:${cell})${BEHIND}`, 'gi');
    // Some tools print a dash in the middle of a row.
    this.spaced = new RegExp(`(?:[ \\t]+|[ \\t]*[,;][ \\t]*|-(?! )|[ \\t]+-[ \\t]+)(${cell})${BEHIND}`, 'yi');
    this.glued = new RegExp(`[:.-](${cell})(?=[.]|${BEHIND.slice(3)}`, 'yi');
    const digits = octets > 1 && writing.radix === 16 ? `(?:[0-9a-f]{2}){1,${octets - 1}}` : '(?!)';
    this.shortFirst = new RegExp(`${BEFORE}(?:${digits})${BEHIND}`, 'gi');
    this.short = new RegExp(`[ \\t]+(${digits})${BEHIND}`, 'yi');
  }

  /** The run of cells that begins with the first cell at or after `from`; undefined if there is none. */
  run(text: string, from: number): Cells | undefined {
    this.first.lastIndex = from;
    const match = this.first.exec(text);
    return match ? this.continued(text, match.index, this.first.lastIndex) : undefined;
  }

  /** The runs of a line: first those of full cells, then those of shorter ones. At most `most` of each kind. */
  *runs(text: string, most: number): Generator<Cells> {
    for (const short of [false, true]) {
      for (let at = 0, tried = 0; at < text.length && tried < most; tried++) {
        const cells = short ? this.shortRun(text, at) : this.run(text, at);
        if (!cells) break;
        yield cells;
        at = cells.ends[cells.ends.length - 1]!;
      }
    }
  }

  /** The first cell at or after `from` that is shorter than the others. It may be the only cell of a row. */
  shortRun(text: string, from: number): Cells | undefined {
    this.shortFirst.lastIndex = from;
    const match = this.shortFirst.exec(text);
    return match ? { starts: [match.index], ends: [this.shortFirst.lastIndex] } : undefined;
  }

  /** The run of cells that begins with the one from `start` up to `end`. */
  private continued(text: string, start: number, end: number): Cells {
    const starts = [start];
    const ends = [end];
    let next = this.glued;
    next.lastIndex = end;
    let found = next.test(text);
    // A run is joined by the same character throughout, or by spaces. So a time before the octets is not taken for octets.
    const sign = found ? text[end] : undefined;
    if (!found) {
      next = this.spaced;
      next.lastIndex = end;
      found = next.test(text);
    }
    while (found) {
      if (sign !== undefined && text[end] !== sign) break;
      const before = end;
      end = next.lastIndex;
      starts.push(this.startOf(text, before, end));
      ends.push(end);
      found = next.test(text);
    }
    if (sign === undefined && this.writing.octets > 1) {
      this.short.lastIndex = end;
      if (this.short.test(text)) {
        starts.push(this.startOf(text, end, this.short.lastIndex));
        ends.push(this.short.lastIndex);
      }
    }
    return { starts, ends };
  }

  /** The start of the cell that ends at `end`. `from` is the end of the cell before. */
  private startOf(text: string, from: number, end: number): number {
    let at = end;
    while (at > from && isCellSign(text.charCodeAt(at - 1))) at--;
    const signed = this.writing.radix === 10 && text[at - 1] === '-' && at - 2 >= from;
    return signed ? at - 1 : at;
  }

  /** Adds the octets of a cell in the given byte order. False if the number is too large. */
  read(text: string, start: number, end: number, little: boolean, out: number[]): boolean {
    const { radix, octets } = this.writing;
    // By far the most common case.
    if (end - start === 2 && radix === 16 && octets === 1) {
      out.push(16 * digit(text.charCodeAt(start)) + digit(text.charCodeAt(start + 1)));
      return true;
    }
    const digits = text.slice(start, end).replace(/^(?:0x|\$|&h)|h$/gi, '');
    if (radix === 16 && octets !== 1) {
      const bytes = octetsOf(digits);
      if (little) bytes.reverse();
      for (const one of bytes) out.push(one);
      return true;
    }
    const value = parseInt(digits, radix);
    if (!(value >= -128 && value < 256 ** octets)) return false;
    if (octets === 1) out.push(value & 255);
    else out.push(little ? value & 255 : value >> 8, little ? value >> 8 : value & 255);
    return true;
  }
}

/** Whether a character is a digit, a letter, or one of the characters that some languages write before hex. */
function isCellSign(code: number): boolean {
  const lower = code | 32;
  return (code >= 48 && code <= 57) || (lower >= 97 && lower <= 122) || code === 36 || code === 38;
}

/** Positions of the cells of a run in their line. */
export interface Cells {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** The writings for which a text has any cells. */
export function writingsIn(text: string): readonly Writing[] {
  const shapes = new Set<string>();
  for (let at = 0; at < text.length; at++) {
    if (!isCellSign(text.charCodeAt(at))) continue;
    const from = at;
    while (at < text.length && at - from < 300 && isCellSign(text.charCodeAt(at))) at++;
    if (at - from <= 128) shapes.add(text.slice(from, at).toLowerCase());
    if (shapes.size > MOST_SHAPES) return WRITINGS;
  }
  return WRITINGS.filter(({ cell }) => {
    const whole = new RegExp(`^(?:${cell})$`);
    for (const shape of shapes) if (whole.test(shape)) return true;
    return false;
  });
}

/** Distinct words of a text that are examined before all writings are tried. */
const MOST_SHAPES = 5000;
