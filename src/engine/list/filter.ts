import { FINDINGS } from '../../analysis/catalogue';
import { displayFilter, isField, unknownText, type DisplayFilter } from '../../filter';
import type { Finding, FilterError, Row } from '../../protocol';

/** The columns that a plain word is searched in. `info` is last because its text is built for each row. */
const COLUMNS = ['source', 'destination', 'type', 'client', 'info'] as const;
export type Column = (typeof COLUMNS)[number];

/** What a filter may ask about a row. */
export interface Asked {
  readonly frame: number;
  /** Whether the column contains `text`, which is in lower case, ignoring case. */
  includes(column: Column, text: string): boolean;
}

type Test = (row: Asked) => boolean;

/** A parsed filter text. `matches` is undefined if the text is empty and all rows are shown. */
export type Compiled = { readonly matches: Test | undefined } | { readonly error: FilterError };

/** A parsed word filter, or a display filter in Wireshark's language. */
export type Understood = Compiled | { readonly display: DisplayFilter };

/** A row whose texts are already known. */
export function asked(row: Row): Asked {
  return { frame: row.frame, includes: (column, text) => row[column].toLowerCase().includes(text) };
}

/** Operators of Wireshark's language, which do not occur in word filters. */
const OPERATORS = /==|!=|&&|\|\||[<>]|\b(?:contains|matches|and|or|in|eq|ne|gt|ge|lt|le)\b/;

/** Whether a text is meant as a display filter: it begins with a Wireshark field and continues like a display filter. */
function meansDisplayFilter(text: string): boolean {
  const [, first = '', protocol = '', rest = ''] = /^[\s!(]*(([\w-]+)((?:\.[\w-]*)*))/.exec(text) ?? [];
  if (!isField(protocol)) return false;
  return rest !== '' || (isField(first) && OPERATORS.test(text));
}

/**
 * Parses the text of the filter box: a display filter in Wireshark's language, or words. If it is
 * neither, the error is that of the language it seems to be written in.
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
 * Compiles a word filter of the packet list. Words are separated by blanks and all must match: a plain word is searched in every
 * column; `type:offer` (or `source:`, `destination:`, `client:`, `info:`) in one; `frame:12` or `frame:10-20` selects frame numbers;
 * `finding:nak` the frames of a finding; a leading `-` negates. Case is ignored; a word with spaces goes in double quotes.
 */
export function compileFilter(text: string, findings: readonly Finding[]): Compiled {
  const tests: Test[] = [];
  // A word: an optional minus, an optional key with a colon, then a quoted or a plain value.
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
      // An address such as fe80::1 or 02:00:5e:… also has colons, but is a plain word.
      if (key !== undefined && !/^[0-9a-f]{1,4}$/.test(key)) {
        return {
          error: {
            message: `“${key}:” is not known. There are ${[...COLUMNS, 'frame', 'finding'].join(', ')}.`,
            position,
          },
        };
      }
      if (key !== undefined) value = `${key}:${value}`;
      test = (row) => inAnyColumn(row, value);
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

function inAnyColumn(row: Asked, text: string): boolean {
  for (const column of COLUMNS) if (row.includes(column, text)) return true;
  return false;
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
    if (!FINDINGS.has(value)) return `${unknownText(value, 'finding', [...FINDINGS.keys()])}.`;
    const frames = new Set(findings.filter((one) => one.id === value).flatMap((one) => [...one.frames]));
    return (row) => frames.has(row.frame);
  }
  return (row) => row.includes(key, value);
}
