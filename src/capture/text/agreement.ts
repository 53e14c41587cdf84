// What in a row of a dump bears its octets out: the column of text beside them, the width of the other rows, the offsets.

/** Signs that stand for what cannot be printed. */
const FILLERS = '. ?_·\ufffd';

/** Whether a sign of the column of text may stand for this octet. Cisco's routers leave its upper bit out. */
function shows(sign: number, octet: number): boolean {
  if (sign === octet || sign === (octet & 0x7f)) return true;
  // A printable octet is shown as a point by tcpdump, where it is a space.
  return (octet < 0x21 || octet > 0x7e || sign === 46) && FILLERS.includes(String.fromCharCode(sign));
}

/**
 * Whether `column` is what a dump writes beside `octets`: each printable one as itself, others as a filler. Spaces at the end may be
 * missing, and one may stand in the middle between groups of eight.
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

/** The column of text behind the cells: without the gap in front of it and the signs around it. */
export function columnOf(rest: string): string {
  const barred = /^[ \t]*([|>*[])(.*?)[ \t]*[|<*\]]?[ \t]*$/.exec(rest);
  if (barred && rest.trimEnd().length > 2) return barred[2]!;
  return rest.trim();
}

/** As `columnOf`, but the gap in front is known: what is behind it may begin with spaces that stand for octets. */
export function columnsOf(rest: string): string[] {
  const out = [columnOf(rest)];
  const bar = /^[ \t]*[|>]/.exec(rest);
  if (bar) {
    const open = rest.slice(bar[0].length).trimEnd();
    out.push(open, open.replace(/[|<]$/, ''));
    out.push(rest.slice(bar[0].length).replace(/[|<][ \t]*$/, ''));
    return out;
  }
  // Its first octets may be spaces, in a gap that is wider than it need be.
  const text = rest.trim();
  const gap = /^ */.exec(rest)![0].length;
  for (let spaces = 1; spaces < gap && spaces <= 8; spaces++) out.push(' '.repeat(spaces) + text);
  return out;
}

/** The text of an offset in front of the cells, at the end of what stands there. */
const OFFSET = /(0x)?([0-9a-f]{1,16})h?(?:[ \t]*<[^<>]*>)?[ \t]*(::?|[|>\])-])?[ \t]*$/i;

/** An offset as it is written. */
export interface OffsetText {
  readonly digits: string;
  /** Where it begins in its line. */
  readonly at: number;
  /** Whether a sign tells that it is one: `0x`, a colon, `<name+8>`. */
  readonly marked: boolean;
}

/** The offset that may stand at the end of the text in front of the cells. */
export function offsetIn(head: string): OffsetText | undefined {
  const from = Math.max(0, head.length - 120);
  const match = OFFSET.exec(head.slice(from));
  if (!match) return undefined;
  const marked = match[1] !== undefined || /^[:|]/.test(match[3] ?? '') || match[0].includes('<');
  return { digits: match[2]!, at: from + match.index, marked };
}

/** The number that an offset's digits say in a base; undefined where they are not digits of it. Of an address, the lower 48 bits. */
export function offsetValue(digits: string, radix: number): number | undefined {
  if (radix === 8 ? /[^0-7]/.test(digits) : radix === 10 && /[^0-9]/.test(digits)) return undefined;
  return parseInt(radix === 16 ? digits.slice(-12) : digits, radix);
}

/** Bases of offsets, the most common first. */
export const RADIXES = [16, 8, 10] as const;
