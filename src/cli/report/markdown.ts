import { SEVERITY_NOUNS } from '../../analysis/finding';
import { partsOf, type Part } from '../../analysis/words/marked';
import { escaped as visible } from '../../codec/bytes';
import { capital, type Block, type Item, type Report, type Section, type Table, type Text } from './model';

/** A report as GitHub Flavored Markdown. */
export function* markdownPieces({ title, blocks, foot }: Report): Generator<string> {
  yield `# ${inline(title)}\n`;
  for (const block of blocks) yield* blockMarkdown(block, 2);
  yield `\n---\n\n${inline(foot)}\n`;
}

function* blockMarkdown(block: Block, level: number): Generator<string> {
  switch (block.kind) {
    case 'section':
      yield* sectionMarkdown(block, level);
      return;
    case 'paragraph':
      yield `\n${block.label === undefined ? atStart(inline(block.text)) : labelled(block.label, block.text)}\n`;
      return;
    case 'facts':
      yield `\n${block.rows.map(([name, text]) => `- ${labelled(name, text)}\n`).join('')}`;
      return;
    case 'list':
      yield `\n**${inline(block.title)}**\n\n${block.items.map((item, i) => itemMarkdown(item, block.ordered ? `${i + 1}. ` : '- ')).join('')}`;
      return;
    case 'table':
      yield tableMarkdown(block);
  }
}

function* sectionMarkdown({ title, severity, number, blocks }: Section, level: number): Generator<string> {
  const grave = severity === undefined ? '' : `${capital(SEVERITY_NOUNS[severity])}: `;
  yield `\n${'#'.repeat(Math.min(level, 6))} ${number === undefined ? '' : `${number}. `}${grave}${inline(title)}\n`;
  for (const block of blocks) yield* blockMarkdown(block, level + 1);
}

function itemMarkdown({ label, text, notes = [] }: Item, mark: string): string {
  const indent = ' '.repeat(mark.length);
  const first = label === undefined ? atStart(inline(text)) : labelled(label, text);
  return `${mark}${first}\n${notes.map((note) => `${indent}- ${atStart(inline(note))}\n`).join('')}`;
}

function tableMarkdown({ head, rows }: Table): string {
  const line = (cells: readonly Text[]): string => `| ${cells.map((cell) => inCell(inline(cell))).join(' | ')} |\n`;
  return `\n${line(head)}|${' --- |'.repeat(head.length)}\n${rows.map(line).join('')}`;
}

const labelled = (label: string, text: Text): string => `**${inline(label)}:** ${inline(text)}`;

/** Escapes the bars in a table cell, which would end it even inside code (GFM §4.10). A bar that is already escaped stays. */
const inCell = (markdown: string): string => markdown.replace(/\\?\|/g, '\\|');

/** Escapes what would start a list or a heading at the start of a line. `#` and `>` are escaped everywhere. */
const atStart = (markdown: string): string =>
  markdown.replace(/^([-+=])/, '\\$1').replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2');

function inline(text: Text): string {
  if (typeof text === 'string') return written(wordsOf(text));
  if ('to' in text) return written(wordsOf(text.text));
  return written(partsOf(text.marked).flatMap((part) => (part.code ? [part] : wordsOf(part.text))));
}

/** Joins adjacent code spans, which would otherwise run into each other. */
function written(parts: readonly Part[]): string {
  const joined: { text: string; code: boolean }[] = [];
  for (const { text, code } of parts) {
    const last = joined.at(-1);
    if (code && last?.code) last.text += text;
    else joined.push({ text, code });
  }
  return joined.map(({ text, code }) => (code ? codeSpan(visible(text)) : escapedWords(visible(text)))).join('');
}

/**
 * Words that GitHub turns into something else even if escaped: a MAC address may contain an emoji code (`:ab:`), and `@name` mentions
 * somebody.
 */
const SPECIAL = /@|\$|#\d|\/\/|^www\.|:[^:]*:/i;

/** A time of day looks like a MAC address, but is harmless. */
const TIME = /^\d\d:\d\d:\d\d(\.\d+)?$/;

/** Splits a text into code spans, for words with a meaning to GitHub, and the text between them. */
function wordsOf(text: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const match of text.matchAll(/[\w.@#:/%+~&=?!$-]+/g)) {
    const [word] = match;
    if (!SPECIAL.test(word) || TIME.test(word)) continue;
    const bare = word.replace(/[.:?!]{1,3}$/, '');
    const code = SPECIAL.test(bare) ? bare : word;
    if (match.index > at) parts.push({ text: text.slice(at, match.index), code: false });
    parts.push({ text: code, code: true });
    at = match.index + code.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), code: false });
  return parts;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '`': '&#96;' };

/** Escapes everything that has a meaning in Markdown or HTML. */
const escapedWords = (text: string): string =>
  text.replace(/[\\*_{}[\]#|~]/g, '\\$&').replace(/[&<>`]/g, (one) => ENTITIES[one]!);

/** Encloses code in more backticks than it contains in a row (CommonMark §6.1). */
function codeSpan(text: string): string {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  // Markdown removes one space at each end of a code span.
  const pad = /^[` ]|[` ]$/.test(text) ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}
