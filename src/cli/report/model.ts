import type { Severity } from '../../analysis/finding';

/* A report as data. `content.ts` decides what it says; `html.ts` and `markdown.ts` decide how it looks. */

/** Forms of a report. */
export const FORMS = ['html', 'md'] as const;
export type Form = (typeof FORMS)[number];

/* How much a report shows before it says «and N more». The README gives these numbers. */

/** Findings of one capture, or of one comparison. */
export const MOST_FINDINGS = 200;
export const MOST_SERVERS = 50;
export const MOST_CLIENTS = 100;
/** Conversations that findings name, and messages per conversation. */
export const MOST_CONVERSATIONS = 20;
export const MOST_MESSAGES = 40;

/** Plain words, never markup. The writer of the form escapes them. */
export type Text =
  | string
  /** Text between backticks is shown as code. */
  | { readonly marked: string }
  /** Text that links to a finding, by its number. */
  | { readonly text: string; readonly to: number };

export interface Item {
  /** Shown before the text, in bold. */
  readonly label?: string;
  readonly text: Text;
  readonly notes?: readonly Text[];
}

export interface Section {
  readonly kind: 'section';
  readonly title: string;
  /** For a finding: its severity, and its number in the report. */
  readonly severity?: Severity;
  readonly number?: number;
  readonly blocks: Iterable<Block>;
}

export interface Table {
  readonly kind: 'table';
  /** What the table shows, for screen readers. A heading precedes the table anyway. */
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Text[])[];
}

export type Block =
  | { readonly kind: 'paragraph'; readonly label?: string; readonly text: Text }
  /** Names with their values. */
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [name: string, text: Text])[] }
  | { readonly kind: 'list'; readonly title: string; readonly ordered: boolean; readonly items: readonly Item[] }
  | Table
  | Section;

export interface Report {
  readonly title: string;
  readonly blocks: Iterable<Block>;
  /** The last line of the report. */
  readonly foot: string;
}

export const paragraph = (text: Text, label?: string): Block => ({
  kind: 'paragraph',
  text,
  ...(label !== undefined ? { label } : {}),
});

export const section = (title: string, blocks: Iterable<Block>): Section => ({ kind: 'section', title, blocks });

/** Creates a table without its empty columns. */
export function table(title: string, head: readonly string[], rows: readonly (readonly Text[])[]): Table {
  const used = head.map((_, i) => rows.some((row) => row[i] !== ''));
  const some = <T>(cells: readonly T[]): T[] => cells.filter((_, i) => used[i]);
  return { kind: 'table', title, head: some(head), rows: rows.map(some) };
}

/** Says how many items of a list were left out, if any. */
export function* moreThan(shown: number, all: number): Generator<Block> {
  if (all > shown) yield paragraph(`and ${all - shown} more`);
}

/** `error` → `Error`. */
export const capital = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
