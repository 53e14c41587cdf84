import { withLineEnds, withoutCommentMarks, withoutDividers, withoutEscapes, withoutLineNumbers } from './unwrap';

// Normalises text pasted from mails, web pages, terminals and logs. Line numbers change only where line ends had been lost.

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
  const lines = withoutMarkup(withoutEscapes(text.replace(/\r\n?/g, '\n')))
    .replace(FENCE, (fence) => ' '.repeat(fence.length))
    .replace(CODE, ' $1 ');
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

/** Octets or an offset as code within a line of Markdown. */
const CODE = /`([0-9a-fx][0-9a-fx:, ]*)`/gi;
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

/** The lines of a text. Blanks stand for mail quote markers and for what else is put around rows, so that columns do not move. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n').flatMap((line) => {
    const mark = line.includes('>') ? QUOTATION.exec(line)?.[0] : undefined;
    return withLineEnds(mark === undefined ? line : ' '.repeat(mark.length) + line.slice(mark.length)).split('\n');
  });
  return withoutDividers(withoutLineNumbers(withoutCommentMarks(lines)));
}
