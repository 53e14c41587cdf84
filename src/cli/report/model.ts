import type { Severity } from '../../analysis/finding';

/* A report as data: what it says stands in `content.ts`, how it is written in `html.ts` and `markdown.ts`. */

/** The forms that a report can have. */
export const FORMS = ['html', 'md'] as const;
export type Form = (typeof FORMS)[number];

/* What a report shows before it says «and N more». The README names these numbers. */

/** Findings of one capture, or of one comparison. */
export const MOST_FINDINGS = 200;
export const MOST_SERVERS = 50;
export const MOST_CLIENTS = 100;
/** Conversations that findings name, and messages of each of them. */
export const MOST_CONVERSATIONS = 20;
export const MOST_MESSAGES = 40;

/** Words, which are never markup: whoever writes them escapes them. */
export type Text =
  | string
  /** What stands between backticks is to be typed. */
  | { readonly marked: string }
  /** Words that lead to a finding, by its number. */
  | { readonly text: string; readonly to: number };

export interface Item {
  /** Stands before the text, in bold. */
  readonly label?: string;
  readonly text: Text;
  readonly notes?: readonly Text[];
}

export interface Section {
  readonly kind: 'section';
  readonly title: string;
  /** Of a finding: how grave it is, and its number in the report. */
  readonly severity?: Severity;
  readonly number?: number;
  readonly blocks: Iterable<Block>;
}

export interface Table {
  readonly kind: 'table';
  /** What the table is of; a heading stands before it all the same. */
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Text[])[];
}

export type Block =
  | { readonly kind: 'paragraph'; readonly label?: string; readonly text: Text }
  /** Names and what they stand for. */
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [name: string, text: Text])[] }
  | { readonly kind: 'list'; readonly title: string; readonly ordered: boolean; readonly items: readonly Item[] }
  | Table
  | Section;

export interface Report {
  readonly title: string;
  readonly blocks: Iterable<Block>;
  /** The last line. */
  readonly foot: string;
}

export const paragraph = (text: Text, label?: string): Block => ({
  kind: 'paragraph',
  text,
  ...(label !== undefined ? { label } : {}),
});

export const section = (title: string, blocks: Iterable<Block>): Section => ({ kind: 'section', title, blocks });

/** A table without the columns that would be empty. */
export function table(title: string, head: readonly string[], rows: readonly (readonly Text[])[]): Table {
  const used = head.map((_, i) => rows.some((row) => row[i] !== ''));
  const some = <T>(cells: readonly T[]): T[] => cells.filter((_, i) => used[i]);
  return { kind: 'table', title, head: some(head), rows: rows.map(some) };
}

/** Says how many of a list were left out; nothing where none was. */
export function* moreThan(shown: number, all: number): Generator<Block> {
  if (all > shown) yield paragraph(`and ${all - shown} more`);
}

/** `error` → `Error`. */
export const capital = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
