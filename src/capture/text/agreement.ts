// Evidence that a row of a dump was read correctly: the text column beside the octets, the width of the other rows, the
// offsets.

/** Characters that stand for an octet that cannot be printed. */
const FILLERS = '. ?_·•⋄×\ufffd';

/** Whether a character of the text column may stand for this octet. Cisco's routers drop the octet's top bit. */
function shows(sign: number, octet: number): boolean {
  if (sign === octet || sign === (octet & 0x7f)) return true;
  // Fillers stand for octets that are not printable. A dot is accepted for any octet, because tcpdump prints a space as a dot.
  return (octet < 0x21 || octet > 0x7e || sign === 46) && FILLERS.includes(String.fromCharCode(sign));
}

/**
 * Whether `column` is what a dump prints beside `octets`: each printable octet as itself, the others as a filler.
 * Trailing spaces may be missing, and there may be a space in the middle, between groups of eight.
 */
export function isTextOf(column: string, octets: readonly number[]): boolean {
  return fits(column, octets) || (column[8] === ' ' && fits(column.slice(0, 8) + column.slice(9), octets));
}

function fits(column: string, octets: readonly number[]): boolean {
  if (column.length > octets.length) return false;
  for (let i = 0; i < octets.length; i++) {
    if (!shows(i < column.length ? column.charCodeAt(i) : 32, octets[i]!)) return false;
  }
  return true;
}

/** Whether a text column shows the first `count` octets of a row. */
export function beginsText(column: string, octets: readonly number[], count: number): boolean {
  for (let i = 0; i < count; i++) if (i >= column.length || !shows(column.charCodeAt(i), octets[i]!)) return false;
  return true;
}

/** The text column after the cells, without the gap before it and the characters around it. */
export function columnOf(rest: string): string {
  const barred = /^[ \t]*([|>*[])(.*?)[ \t]*[|<*\]]?[ \t]*$/.exec(rest);
  if (barred && rest.trimEnd().length > 2) return barred[2]!;
  return rest.trim();
}

/** As `columnOf`, for when the text may begin with spaces that stand for octets: returns every possible reading. */
export function columnsOf(rest: string): string[] {
  const out = [columnOf(rest)];
  const bar = /^[ \t]*[|>]/.exec(rest);
  if (bar) {
    const open = rest.slice(bar[0].length).trimEnd();
    out.push(open, open.replace(/[|<]$/, ''));
    out.push(rest.slice(bar[0].length).replace(/[|<][ \t]*$/, ''));
    return out;
  }
  // The gap may be wider than needed because the first octets are spaces.
  const text = rest.trim();
  const gap = /^ */.exec(rest)![0].length;
  for (let spaces = 1; spaces < gap && spaces <= 8; spaces++) out.push(' '.repeat(spaces) + text);
  return out;
}

/** The text of an offset before the cells, at the end of what precedes them. */
const OFFSET = /(?<![0-9a-z])(0x)?([0-9a-f]{1,16})h?(?:[ \t]*<[^<>]*>)?[ \t]*(::?|[|>\])-])?[ \t]*$/i;

/** An offset as it is written in the text. */
export interface OffsetText {
  readonly digits: string;
  /** Index in the line where it begins. */
  readonly at: number;
  /** Whether a marker shows that it is an offset: `0x`, a colon, `<name+8>`. */
  readonly marked: boolean;
}

/** The offset at the end of the text before the cells, if there is one. */
export function offsetIn(head: string): OffsetText | undefined {
  const from = Math.max(0, head.length - 120);
  const match = OFFSET.exec(head.slice(from));
  if (!match) return undefined;
  const marked = match[1] !== undefined || /^[:|]/.test(match[3] ?? '') || match[0].includes('<');
  return { digits: match[2]!, at: from + match.index, marked };
}

/**
 * The value of an offset's digits in a base; undefined if they are not digits of that base. Of an address, only the
 * lower 48 bits.
 */
export function offsetValue(digits: string, radix: number): number | undefined {
  if (radix === 8 ? /[^0-7]/.test(digits) : radix === 10 && /[^0-9]/.test(digits)) return undefined;
  return parseInt(radix === 16 ? digits.slice(-12) : digits, radix);
}

/** Bases of offsets, the most common first. */
export const RADIXES = [16, 8, 10] as const;
