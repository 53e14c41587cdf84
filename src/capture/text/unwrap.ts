// What programs and people put around the rows of a dump: comment marks, line numbers, the quotes and escapes of a string, a divider in
// the middle; and the line ends that a chat takes away. Columns do not move where blanks can stand for what is taken off.

/** Longest line that may be a row of a dump which people made columns of. */
const LONGEST_ROW = 400;

/** Escapes that stand for a character of a text; an octet that is no text needs another one. */
const TEXT_ESCAPE = /\\([nrt"'\\/])/g;
const OTHER_ESCAPE = /\\[^nrt"'\\/\n]/;

/** The text that string literals hold, if no escape in it stands for an octet: a dump in JSON, or printed line by line by a program. */
export function withoutEscapes(text: string): string {
  if (!text.includes('\\n') || OTHER_ESCAPE.test(text)) return text;
  return text
    .replace(/(?:\\r)?\\n(?=["'][^"'\n]*$)/gm, '  ')
    .replace(TEXT_ESCAPE, (_, sign: string) => ({ n: '\n', r: '', t: '\t' })[sign] ?? sign);
}

/** The first offset of a dump, in as many digits as the others. */
const FIRST_OFFSET = /(?<![0-9a-z])((?:0x)?)(0{4,16})(?=:|[ \t|])/i;

/** Puts line ends before the offsets of a dump whose rows stand in one line. */
export function withLineEnds(line: string): string {
  const first = line.length > 120 ? FIRST_OFFSET.exec(line) : null;
  if (!first) return line;
  const [, prefix = '', digits = ''] = first;
  for (const width of [16, 8, 32]) {
    const rows: string[] = [];
    let from = first.index;
    for (let row = 1; ; row++) {
      const offset = prefix + (row * width).toString(16).padStart(digits.length, '0');
      const found = new RegExp(`[ \\t](?=${offset}(?:[: \\t|]))`, 'ig');
      found.lastIndex = from;
      const at = found.exec(line)?.index ?? -1;
      rows.push(line.slice(from, at < 0 ? undefined : at));
      if (at < 0) break;
      from = at + 1;
    }
    if (rows.length > 2) return `${line.slice(0, first.index)}\n${rows.join('\n')}`;
  }
  return line;
}

const isBlank = (line: string): boolean => line.trim() === '';

/** What begins a comment that ends with its line. */
const COMMENT = /^[ \t]*(\/\/|#|;+|--|REM\b)/;

/** The lines with blanks for their comment marks, if all of them are comments. */
export function withoutCommentMarks(lines: string[]): string[] {
  const mark = COMMENT.exec(lines.find((line) => !isBlank(line)) ?? '')?.[1];
  if (
    mark === undefined ||
    lines.length < 3 ||
    !lines.every((line) => isBlank(line) || COMMENT.exec(line)?.[1] === mark)
  )
    return lines;
  return lines.map((line) => line.replace(mark, ' '.repeat(mark.length)));
}

/** A line's number, as `cat -n` and `grep -n` print it, perhaps behind the name of the file. */
const NUMBERED = /^([ \t]*(?:[\w./-]+:)??)(\d{1,6})(?:[:|\t]|[ ]{1,2})/;
/** Octets that an offset cannot count by one. */
const SEVERAL = /(?:[0-9a-f]{2}[ ,:-]?){3}/i;

/** The lines with blanks for their numbers, if each has one and they count by one. */
export function withoutLineNumbers(lines: string[]): string[] {
  const numbered = lines.map((line) => (isBlank(line) ? null : NUMBERED.exec(line.slice(0, LONGEST_ROW))));
  const first = numbered.findIndex((match) => match !== null);
  const begin = Number(numbered[first]?.[2]) - first;
  let count = 0;
  for (const [i, line] of lines.entries()) {
    if (isBlank(line)) continue;
    const match = numbered[i];
    if (!match || Number(match[2]) !== begin + i) return lines;
    if (SEVERAL.test(line.slice(match[0].length, LONGEST_ROW))) count++;
  }
  if (count < 3) return lines;
  return lines.map((line, i) => ' '.repeat(numbered[i]?.[0].length ?? 0) + line.slice(numbered[i]?.[0].length ?? 0));
}

/** A row of a dump with a divider between its halves of eight octets: `00 … 07 | 08 … 0f`. The text of eight octets is shorter than the second half. */
const HALVES =
  /(?:\b(?:[0-9a-f]{2} ){7}[0-9a-f]{2}|\b(?:[0-9a-f]{4} ){3}[0-9a-f]{4})( ?)([^\s0-9a-z]{1,2})(?= ?(?:(?:[0-9a-f]{2} ){4}|(?:[0-9a-f]{4} ){2}[0-9a-f]))/i;
const OCTET = /^ ?[0-9a-f]{2}(?: |$)/i;
/** The end of the octets of a short row. */
const SHORT = /\b[0-9a-f]{2} ?$/i;

/**
 * Replaces the divider between the halves of rows by a comma, as it may stand between octets, if it stands in two rows at least and in half
 * of those that have one.
 */
export function withoutDividers(lines: string[]): string[] {
  const found = lines.map((line) => (line.length > LONGEST_ROW ? null : HALVES.exec(line)));
  const divided = found.filter((match) => match !== null);
  if (divided.length < 2) return lines;
  const divider = divided[0]![2]!;
  if (divided.filter((match) => match[2] === divider).length * 2 < divided.length) return lines;
  return lines.map((line, i) => {
    const match = found[i];
    const at = match ? match.index + match[0].length - match[2]!.length : found[i - 1] ? dividerIn(line, divider) : -1;
    if (at < 0 || !line.startsWith(divider, at)) return line;
    const behind = line.slice(at + divider.length);
    return line.slice(0, at) + (OCTET.test(behind) ? ',' : ' ').padEnd(divider.length) + behind;
  });
}

/** Where the divider stands behind the octets of a short row; -1 if nowhere. */
function dividerIn(line: string, divider: string): number {
  let at = line.slice(0, LONGEST_ROW).indexOf(divider);
  while (at >= 0 && !SHORT.test(line.slice(0, at))) at = line.slice(0, LONGEST_ROW).indexOf(divider, at + 1);
  return at;
}
