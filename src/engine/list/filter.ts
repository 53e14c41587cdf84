import { displayFilter, isField, type DisplayFilter } from '../../filter';
import type { Finding, FilterError, Row } from '../../protocol';

/** The columns that a plain word is looked for in: `info` last, for its text is made for the one row. */
const COLUMNS = ['source', 'destination', 'type', 'client', 'info'] as const;
export type Column = (typeof COLUMNS)[number];

/** What a filter may ask of a row. */
export interface Asked {
  readonly frame: number;
  /** Whether the column holds this text, which is in lower case, without regard to case. */
  includes(column: Column, text: string): boolean;
}

type Test = (row: Asked) => boolean;

/** A filter text, understood. `matches` is undefined where the text is empty and all rows are shown. */
export type Compiled = { readonly matches: Test | undefined } | { readonly error: FilterError };

/** The same, or a filter in Wireshark's language. */
export type Understood = Compiled | { readonly display: DisplayFilter };

/** A row whose texts are at hand. */
export function asked(row: Row): Asked {
  return { frame: row.frame, includes: (column, text) => row[column].toLowerCase().includes(text) };
}

/** Operators of Wireshark's language, which no word of the list has. */
const OPERATORS = /==|!=|&&|\|\||[<>]|\b(?:contains|matches|and|or|in|eq|ne|gt|ge|lt|le)\b/;

/** Whether somebody writes in Wireshark's language: it begins with one of its fields, and goes on as it does. */
function meansDisplayFilter(text: string): boolean {
  const [, first = '', protocol = '', rest = ''] = /^[\s!(]*(([\w-]+)((?:\.[\w-]*)*))/.exec(text) ?? [];
  if (!isField(protocol)) return false;
  return rest !== '' || (isField(first) && OPERATORS.test(text));
}

/**
 * Understands what stands in the filter box: a display filter in Wireshark's language, or words. Where it is neither, the error is that of
 * the language in which it is written.
 */
export function understand(text: string, findings: readonly Finding[]): Understood {
  if (text.trim() === '') return { matches: undefined };
  const display = displayFilter(text);
  if (!('problem' in display)) {
    if (!display.needsAllFrames) return { display };
    const message = 'What is asked here follows from all frames of the file, and the list may not hold them.';
    return { error: { message, position: 0 } };
  }
  const { message, position, length } = display.problem;
  if (meansDisplayFilter(text) || /==|!=|&&|\|\|/.test(text)) return { error: { message, position, length } };
  return compileFilter(text, findings);
}

/**
 * The filter of the packet list. Words stand side by side and all must match: a plain word is looked for in every column;
 * `type:offer` (or `source:`, `destination:`, `client:`, `info:`) in one; `frame:12` or `frame:10-20` means frame numbers;
 * `finding:nak` the frames of a finding; a `-` in front negates. Upper and lower case are the same; a word with spaces stands
 * in double quotes.
 */
export function compileFilter(text: string, findings: readonly Finding[]): Compiled {
  const tests: Test[] = [];
  // A word: an optional minus, an optional key and colon, then a quoted or a plain value.
  const word = /\s*(-?)(?:([a-z]+):)?(?:"([^"]*)"|(\S+))/iy;
  let at = 0;
  while (at < text.trimEnd().length) {
    word.lastIndex = at;
    const match = word.exec(text);
    if (!match) return { error: { message: 'A quotation mark is not closed.', position: at } };
    const position = at + match[0].length - match[0].trimStart().length;
    const key = match[2]?.toLowerCase();
    const plain = match[4];
    let value = (match[3] ?? plain ?? '').toLowerCase();
    if (plain?.startsWith('"')) return { error: { message: 'A quotation mark is not closed.', position } };
    let test: Test | string;
    if (key === undefined || !isKey(key)) {
      // An address such as fe80::1 or 02:00:5e:… has colons too, and is a plain word.
      if (key !== undefined && !/^[0-9a-f]{1,4}$/.test(key)) {
        return {
          error: {
            message: `“${key}:” is not known. There are ${[...COLUMNS, 'frame', 'finding'].join(', ')}.`,
            position,
          },
        };
      }
      if (key !== undefined) value = `${key}:${value}`;
      test = (row) => COLUMNS.some((column) => row.includes(column, value));
    } else {
      test = testOf(key, value, findings);
      if (typeof test === 'string') return { error: { message: test, position } };
    }
    const wanted = test;
    tests.push(match[1] ? (row) => !wanted(row) : wanted);
    at = word.lastIndex;
  }
  return { matches: tests.length > 0 ? (row) => tests.every((test) => test(row)) : undefined };
}

function isKey(key: string): key is Column | 'frame' | 'finding' {
  return key === 'frame' || key === 'finding' || (COLUMNS as readonly string[]).includes(key);
}

function testOf(key: Column | 'frame' | 'finding', value: string, findings: readonly Finding[]): Test | string {
  if (key === 'frame') {
    const range = /^(\d+)(?:-(\d+))?$/.exec(value);
    if (!range) return `“${value}” is neither a frame number nor a range such as 10-20.`;
    const from = Number(range[1]);
    const to = Number(range[2] ?? range[1]);
    return (row) => row.frame >= from && row.frame <= to;
  }
  if (key === 'finding') {
    const frames = new Set(findings.filter((one) => one.id === value).flatMap((one) => [...one.frames]));
    return (row) => frames.has(row.frame);
  }
  return (row) => row.includes(key, value);
}
