// Normalises text pasted from mails, web pages, terminals and logs. Line numbers do not change.

/** Colours and other terminal control sequences (ECMA-48 §5.4). */

const CONTROL_SEQUENCE = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;
const SPACES = /[\f\v\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;
const DASHES = /[\u2010-\u2015\u2212]/g;
const DOUBLE_QUOTES = /[\u201c-\u201f\u00ab\u00bb]/g;
const SINGLE_QUOTES = /[\u2018-\u201b]/g;
/** Lines drawn around the columns of a dump (hexyl), and other lines of tables. */
const COLUMN_BORDERS = /[\u2502\u2503\u2551]/g;
const DRAWN_LINES = /[\u2500-\u257f]/g;

/** The text with plain line ends, spaces, dashes, quotes and borders, and without invisible characters. */
export function plainText(text: string): string {
  const lines = withoutMarkup(text.replace(/\r\n?/g, '\n')).replace(FENCE, (fence) => ' '.repeat(fence.length));

  if (/^[\n\t -~]*$/.test(lines)) return lines;
  return lines
    .replace(CONTROL_SEQUENCE, '')
    .replace(INVISIBLE, '')
    .replace(SPACES, ' ')
    .replace(DASHES, '-')
    .replace(DOUBLE_QUOTES, '"')
    .replace(SINGLE_QUOTES, "'")
    .replace(COLUMN_BORDERS, '|')
    .replace(DRAWN_LINES, ' ');
}

/** What begins and ends a block of code in Markdown. */
const FENCE = /^(?:> ?)*[ \t]*(?:```|~~~)[\w-]*[ \t]*$/gm;
const ENTITIES: Readonly<Record<string, string>> = {
  gt: '>',
  lt: '<',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  '#39': "'",
  '#34': '"',
};
const ENTITY = /&(gt|lt|amp|quot|apos|nbsp|#39|#34);/g;
/** What web pages put around parts of a text. */
const TAGS = /<\/?(?:a|b|br|code|div|em|font|i|mark|p|pre|samp|span|strong|td|tr|tt)(?: [^<>\n]{0,200})?\/?>/gi;

/** The text of a piece of a web page. */
function withoutMarkup(text: string): string {
  const tagged = /<\/(?:code|pre|span|font|mark|b|td|p)>/i.test(text);
  const plain = tagged ? text.replace(TAGS, '') : text;
  return plain.includes('&') ? plain.replace(ENTITY, (_, name: string) => ENTITIES[name]!) : plain;
}

/** Quote markers at the start of a line of mail: `> > `. */
const QUOTATION = /^[ \t]{0,3}(?:>[ \t]?)+/;

/** Lines longer than this hold no row of a dump that people made columns of. */
const LONGEST_ROW = 400;
/** A row of a dump with a divider between its halves of eight octets: `00 … 07 | 08 … 0f`. The text of eight octets is shorter than the second half. */
const HALVES =
  /(?:\b(?:[0-9a-f]{2} ){7}[0-9a-f]{2}|\b(?:[0-9a-f]{4} ){3}[0-9a-f]{4})( ?)([^\s0-9a-z]{1,2})(?= ?(?:(?:[0-9a-f]{2} ){4}|(?:[0-9a-f]{4} ){2}[0-9a-f]))/i;
/** The end of the octets of a short row. */
const SHORT = /\b[0-9a-f]{2} ?$/i;

/** Replaces the divider between the halves of rows by blanks, if it stands in two rows at least and in half of those that have one. */
function withoutDividers(lines: string[]): string[] {
  const found = lines.map((line) => (line.length > LONGEST_ROW ? null : HALVES.exec(line)));
  const divided = found.filter((match) => match !== null);
  if (divided.length < 2) return lines;
  const divider = divided[0]![2]!;
  if (divided.filter((match) => match[2] === divider).length * 2 < divided.length) return lines;
  return lines.map((line, i) => {
    const match = found[i];
    const at = match ? match.index + match[0].length - match[2]!.length : found[i - 1] ? dividerIn(line, divider) : -1;
    if (at < 0 || !line.startsWith(divider, at)) return line;
    return line.slice(0, at) + ' '.repeat(divider.length) + line.slice(at + divider.length);
  });
}

/** Where the divider stands behind the octets of a short row; -1 if nowhere. */
function dividerIn(line: string, divider: string): number {
  let at = line.slice(0, LONGEST_ROW).indexOf(divider);
  while (at >= 0 && !SHORT.test(line.slice(0, at))) at = line.slice(0, LONGEST_ROW).indexOf(divider, at + 1);
  return at;
}

/** The lines of a text. Blanks stand for mail quote markers and for dividers within rows, so that columns do not move. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => {
    const mark = line.includes('>') ? QUOTATION.exec(line)?.[0] : undefined;
    return mark === undefined ? line : ' '.repeat(mark.length) + line.slice(mark.length);
  });
  return withoutDividers(lines);
}
