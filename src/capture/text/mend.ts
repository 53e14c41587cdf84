import { beginsText, columnsOf } from './agreement';
import type { Gap } from './form';
import type { CellReader } from './writings';

// Rows of a dump in which something is no octet: what can be read of them, and where it is missing.

/** A gap in one row, counted from its first octet. */
export type RowGap = Pick<Gap, 'at' | 'length' | 'text'>;

/** A row with zeros where octets cannot be read. */
export interface Mended {
  readonly values: number[];
  readonly gaps: RowGap[];
  /** How many words were looked at. */
  readonly words: number;
  /** Index in the line behind the last of them. */
  readonly end: number;
}

/** What a row consists of, apart from separators. */
const WORD = /[^\s,;:|>]+/g;
const STANDS = 'stands for it';

/** Reads a row of `want` octets word by word from `from`, whatever its words are. Undefined if too little of it is octets. */
export function mendedRow(text: string, from: number, want: number, reader: CellReader): Mended | undefined {
  const { octets, cell, radix } = reader.writing;
  // Where a cell has any length, nobody knows how many octets a bad one stands for.
  if (octets === 0 || want === 0) return undefined;
  const whole = new RegExp(`^(?:${cell})$`, 'i');
  const values: number[] = [];
  const gaps: RowGap[] = [];
  let known = 0;
  let words = 0;
  let end = from;
  for (const { 0: word, index } of text.slice(from).matchAll(WORD)) {
    // A wider gap, or a longer word, is where the text beside the octets begins.
    if (values.length >= want || word.length > LONGEST * octets) break;
    const start = from + index;
    if (words > 0 && start - end > WIDEST && values.length * 2 >= want) break;
    end = start + word.length;
    words++;
    if (whole.test(word) && reader.read(text, start, end, false, values)) known += octets;
    else {
      gaps.push({ at: values.length, length: octets, text: `“${word}” is no ${nameOf(octets, radix)}: 00 ${STANDS}` });
      for (let i = 0; i < octets; i++) values.push(0);
    }
  }
  if (known * 2 < want || values.length > want) return undefined;
  const rest = text.slice(end);
  if (
    values.length < want &&
    rest.trim() !== '' &&
    !columnsOf(rest).some((one) => beginsText(one, values, values.length))
  ) {
    // Without the last octets, the text beside the others would agree with them: one before is missing.
    const what = `Only ${values.length} of ${want} octets stand here, and it is not known which: 00 stands for each`;
    gaps.splice(0, gaps.length, { at: 0, length: want, text: what });
    values.fill(0);
    while (values.length < want) values.push(0);
  } else if (values.length < want) {
    gaps.push({
      at: values.length,
      length: want - values.length,
      text: `The row ends after ${values.length} of ${want} octets: 00 stands for each of the others`,
    });
    while (values.length < want) values.push(0);
  }
  return { values, gaps, words, end };
}

/** How many words there are in a text that are short enough for cells. */
export function wordsIn(text: string): number {
  let count = 0;
  for (const [word] of text.matchAll(WORD)) {
    if (word.length > LONGEST) break;
    count++;
  }
  return count;
}

/** Longest word that may be a cell with something wrong in it, per octet. */
const LONGEST = 4;
/** Widest gap between two cells of a row: many dumps have two blanks in the middle. */
const WIDEST = 3;

const nameOf = (octets: number, radix: number): string =>
  `${octets === 1 ? 'octet' : `${8 * octets}-bit word`} in ${{ 16: 'hex', 10: 'decimal', 8: 'octal' }[radix] ?? 'binary'}`;

/** Whether a line that was not read as a row is one whose offset is `expected` but for one sign. `first` is a row of the same dump. */
export function isRowAt(
  text: string,
  first: string,
  at: number,
  from: number,
  expected: number,
  radix: number,
): boolean {
  const digits = /^(?:0x)?([0-9a-f]+)/i.exec(first.slice(at))?.[1];
  if (digits === undefined || digits.length < 3) return false;
  const wanted = first
    .slice(at, from)
    .replace(digits, expected.toString(radix).padStart(digits.length, '0'))
    .toLowerCase();
  const there = text.slice(at, from).toLowerCase();
  if (there.length !== wanted.length || text.slice(0, at).length !== at) return false;
  let different = 0;
  for (let i = 0; i < there.length; i++) if (there[i] !== wanted[i]) different++;
  return different <= 1;
}

/** A word that stands where an octet should, with octets behind it. */
const WRONG_CELL = /^[ ,:.-](\S{1,3}?)(?=[ ,:.-][0-9a-f]{2}(?![0-9a-z]))/i;

/** The same, with octets before it. */
const WRONG_BEFORE = /((?:[0-9a-f]{2}[ ,:.-])*)(\S{1,3})[ ,:.-]$/i;
/** Most characters before the octets that are looked at for it. */
const LONGEST_BEFORE = 1200;

/** The word behind octets of a row that stands where one of them should. */
export function wrongAmong(rest: string): string | undefined {
  return WRONG_CELL.exec(rest)?.[1];
}

/** The word before the octets of a row that may be one of them, and where the row begins then. `bare`: the rows begin with their octets. */
export function wrongBefore(
  text: string,
  from: number,
  bare: boolean,
): { readonly from: number; readonly word: string } | undefined {
  const before = WRONG_BEFORE.exec(text.slice(Math.max(0, from - LONGEST_BEFORE), from));
  if (!before) return undefined;
  const start = from - before[0].length;
  // The first octet of a row is only known for one where nothing else stands before the others.
  if (before[1] === '' && (!bare || text.slice(0, start).trim() !== '')) return undefined;
  return { from: start, word: before[2]! };
}
