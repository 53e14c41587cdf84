import type { SourceFile, Span } from '../source';

/** One comma-separated part of a value, without quotation marks and surrounding white space. */
export interface Part {
  readonly text: string;
  readonly span: Span;
}

/** One non-empty line of dnsmasq.conf. */
export interface Line {
  readonly key: string;
  readonly keySpan: Span;
  /** Spans from the key to the end of the value. */
  readonly span: Span;
  /** Undefined if there is no equals sign. */
  readonly parts?: readonly Part[];
  /** A quotation mark is never closed. */
  readonly unclosed?: true;
}

/** White space as dnsmasq defines it. Non-ASCII spaces, which editors and web pages tend to insert, do not count. */
const SPACE = /[ \t\r\n\v\f]/;

/** The lines of a file, without comments and empty lines. */
export function* linesOf(file: SourceFile): Generator<Line> {
  const { text } = file;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = lineAt(file, start, end);
    if (line) yield line;
    start = end + 1;
  }
}

function lineAt(file: SourceFile, from: number, to: number): Line | undefined {
  const { text } = file;
  let end = to;
  let quoted = false;
  let unclosed = false;
  let blank = true;
  // An unquoted `#` after white space starts a comment.
  for (let i = from; i < end; i++) {
    const c = text[i]!;
    if (c === '"') quoted = !quoted;
    else if (quoted && c === '\\') i++;
    else if (!quoted && c === '#' && blank) end = i;
    blank = !quoted && SPACE.test(c);
  }
  unclosed = quoted;
  while (end > from && SPACE.test(text[end - 1]!)) end--;
  let start = from;
  while (start < end && SPACE.test(text[start]!)) start++;
  if (start === end) return undefined;
  const equals = text.slice(start, end).indexOf('=');
  const keyEnd = equals === -1 ? end : start + equals;
  const key = text.slice(start, keyEnd).replace(/[ \t]+$/, '');
  return {
    key,
    keySpan: file.span(start, start + Math.max(1, key.length)),
    span: file.span(start, end),
    ...(equals === -1 ? {} : { parts: partsOf(file, keyEnd + 1, end) }),
    ...(unclosed ? { unclosed } : {}),
  };
}

function partsOf(file: SourceFile, from: number, to: number): Part[] {
  const { text } = file;
  const parts: Part[] = [];
  let start = from;
  let quoted = false;
  for (let i = from; i <= to; i++) {
    const c = text[i];
    if (i < to && c === '"') quoted = !quoted;
    if (i < to && (c !== ',' || quoted)) continue;
    let [a, b] = [start, i];
    while (a < b && SPACE.test(text[a]!)) a++;
    while (b > a && SPACE.test(text[b - 1]!)) b--;
    parts.push({ text: unquoted(text.slice(a, b)), span: file.span(a, b) });
    start = i + 1;
  }
  return parts;
}

function unquoted(text: string): string {
  return text.includes('"')
    ? text.replace(/"((?:[^"\\]|\\.)*)"?/g, (_, inner: string) => inner.replace(/\\(.)/g, '$1'))
    : text;
}
