import { printable } from '../../codec/bytes';
import { digit, Growing, LineCounter, MOST_OCTETS, octetsOf, type HexError, type Reading } from './form';

// Text that consists only of hex digits, with any separators.

const ACCEPTED =
  'hex digits with any separators, C arrays and strings, base64, and dumps by Wireshark, tcpdump, xxd, hexdump, od or text2pcap are accepted';

/** An error at character `at` of the text. */
export function errorAt(text: string, at: number, what: (here: string) => string): HexError {
  let line = 1;
  let start = 0;
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', next + 1)) {
    line++;
    start = next + 1;
  }
  const column = at - start + 1;
  const here = printable(/^\S{0,16}/u.exec(text.slice(at, at + 32))?.[0] ?? '');
  return { error: `Line ${line}, column ${column}: ${what(here)}; ${ACCEPTED}.`, line, column };
}

/** Whether the `#` belongs to a number as Erlang writes it: `16#ff`. */
const isErlangBase = (text: string, at: number): boolean =>
  /\b16#[0-9a-f]/i.test(text.slice(Math.max(0, at - 3), at + 2));

/**
 * Replaces comments (C, C++, shell) with blanks, so that every character keeps its position. String literals are left
 * alone. A loop instead of a regular expression, so that an unclosed comment or quote does not cause the rest to be
 * scanned again.
 */
export function withoutComments(text: string): string {
  if (!/[#/]/.test(text)) return text;
  const parts: string[] = [];
  let kept = 0;
  const blank = (from: number, to: number): void => {
    parts.push(text.slice(kept, from), text.slice(from, to).replace(/[^\n]/g, ' '));
    kept = to;
  };
  const lineEnd = (at: number): number => {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  };
  let apostrophes = true;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      // Skip to the closing quote on the same line. A quote without one is an ordinary character.
      let end = at + 1;
      while (end < text.length && text[end] !== '"' && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1;
      at = Math.min(end, text.length);
    } else if (char === '\n') apostrophes = true;
    else if (char === "'" && apostrophes) {
      // An apostrophe without a closing one on the same line does not open a string.
      let end = at + 1;
      while (end < text.length && text[end] !== "'" && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1;
      if (text[end] === "'") at = end;
      else apostrophes = false;
    } else if ((char === '#' && !isErlangBase(text, at)) || (char === '/' && text[at + 1] === '/')) {
      const end = lineEnd(at);
      blank(at, end);
      at = end;
    } else if (char === '/' && text[at + 1] === '*') {
      const close = text.indexOf('*/', at + 2);
      const end = close < 0 ? text.length : close + 2;
      blank(at, end);
      at = end - 1;
    }
  }
  parts.push(text.slice(kept));
  return parts.join('');
}

const SEPARATORS = ' \t\r\n\f\v:-.,;{}[]()"\'\u00a0\ufeff';

/**
 * Reads a text of digits and separators. Each run has an even number of digits, or one digit if a separator stands on
 * both sides.
 */
export function readDigits(text: string, clean: string): Reading | HexError {
  const octets = new Growing();
  let first = -1;
  let separated = false;
  let spelling = 'hex stream';
  let at = 0;
  const to = clean.length;
  while (at < to) {
    const char = clean[at]!;
    const code = clean.charCodeAt(at);
    if (char === '\\' && /[xX]/.test(clean[at + 1] ?? '') && digit(clean.charCodeAt(at + 2)) >= 0) {
      at += 2;
      spelling = 'escaped string';
      separated = true;
    } else if (char === '0' && /[xX]/.test(clean[at + 1] ?? '') && digit(clean.charCodeAt(at + 2)) >= 0) {
      at += 2;
      if (spelling === 'hex stream') spelling = 'hex octets with 0x';
      separated = true;
    } else if (SEPARATORS.includes(char)) {
      separated = char !== '\n' && char !== '\r';
      at++;
      continue;
    } else if (char === '\\' && /\s|$/.test(clean[at + 1] ?? '')) {
      at++; // a continued line
      continue;
    } else if (digit(code) < 0) {
      // Python's b"…" and b'…'
      if ((char === 'b' || char === 'B') && /["']/.test(clean[at + 1] ?? '')) {
        at++;
        continue;
      }
      return errorAt(text, at, (here) => `“${here}” is not hex`);
    }
    let end = at;
    while (end < to && digit(clean.charCodeAt(end)) >= 0) end++;
    if ((clean[end] === '"' || clean[end] === "'") && end === at + 1 && /b/i.test(clean[at]!)) {
      at = end; // the b of b"…"
      continue;
    }
    if (first < 0) first = at;
    else if (spelling === 'hex stream' && separated) spelling = 'hex octets';
    const length = end - at;
    if (length === 1) {
      const alone = separated || at === 0 || clean[at - 1] === '\n';
      if (!alone) return errorAt(text, at, (here) => `“${here}” is half an octet`);
      octets.add(digit(clean.charCodeAt(at)));
    } else if (length % 2 !== 0) {
      return errorAt(text, at, (here) => `“${here}” begins a run of ${length} hex digits, an odd number`);
    } else octets.addAll(octetsOf(clean.slice(at, end)));
    if (octets.length > MOST_OCTETS) return errorAt(text, at, () => `there are more than ${MOST_OCTETS} octets`);
    at = end;
    separated = false;
  }
  if (octets.length === 0)
    return errorAt(
      text,
      Math.min(Math.max(0, clean.search(/[{(]/)) + (/[{(]/.test(clean) ? 1 : 0), text.length),
      () => 'there are no hex digits here',
    );
  const used = new Uint8Array(text.split('\n').length).fill(1);
  const line = new LineCounter(clean).at(first) + 1;
  return { packets: [{ bytes: octets.done(), line }], form: spelling, used, notes: [] };
}
