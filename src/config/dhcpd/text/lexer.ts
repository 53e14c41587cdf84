import type { SourceFile } from '../../source';
import { RESERVED } from './words';

/**
 * Tokens of dhcpd's language. A `name` is a word. A `hex` is a word made only of hexadecimal digits, so it may also be an octet. A
 * `keyword` is a reserved word.
 */
export type TokenKind = 'name' | 'hex' | 'number' | 'keyword' | 'string' | 'punctuation' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** As written. For a string, the text between the quotation marks with escapes resolved. */
  readonly text: string;
  /** The keyword in lower case; empty for other tokens. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
  /** Preceded by white space or a comment. */
  readonly spaced: boolean;
}

/** An error of the lexer, with its offsets. */
export interface LexProblem {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Size of dhcpd's token buffer. The server gives up on a longer string. */
const LONGEST_TOKEN = 1500;

const isDigit = (c: number): boolean => c >= 48 && c <= 57;
const isLetter = (c: number): boolean => (c >= 65 && c <= 90) || (c >= 97 && c <= 122);
const isHexDigit = (c: number): boolean => isDigit(c) || (c >= 65 && c <= 70) || (c >= 97 && c <= 102);
const isWordPart = (c: number): boolean => isDigit(c) || isLetter(c) || c === 45 || c === 95;
const isSpace = (c: number): boolean => c === 32 || (c >= 9 && c <= 13);

/** Splits a file into tokens as dhcpd's `conflex.c` does; see dhcpd.conf(5). The last token is `end`. */
export function tokenise(file: SourceFile, problems: LexProblem[]): Token[] {
  const { text } = file;
  const tokens: Token[] = [];
  let at = 0;
  let spaced = false;
  const add = (kind: TokenKind, start: number, value = text.slice(start, at), word = ''): void => {
    tokens.push({ kind, text: value, word, start, end: at, spaced });
    spaced = false;
  };
  while (at < text.length) {
    const c = text.charCodeAt(at);
    if (isSpace(c)) {
      at++;
      spaced = true;
    } else if (c === 35) {
      const newline = text.indexOf('\n', at);
      at = newline === -1 ? text.length : newline + 1;
      spaced = true;
    } else if (c === 34) {
      const start = at;
      at++;
      const value = readString();
      add('string', start, value);
    } else if (isDigit(c) || c === 45) {
      const start = at++;
      add(readNumber(start), start);
    } else if (isLetter(c)) {
      const start = at++;
      // The first letter is not checked: dhcpd treats even “x” as a possible octet, and refuses it only where one is expected.
      let hex = true;
      for (; at < text.length && isWordPart(text.charCodeAt(at)); at++) hex &&= isHexDigit(text.charCodeAt(at));
      const word = text.slice(start, at).toLowerCase();
      if (RESERVED.has(word)) add('keyword', start, undefined, word);
      else add(hex ? 'hex' : 'name', start);
    } else {
      const start = at++;
      add('punctuation', start);
    }
  }
  add('end', at, '');
  return tokens;

  /** Reads the rest of a word that begins with a digit or a minus sign. */
  function readNumber(start: number): TokenKind {
    let kind: TokenKind = 'number';
    for (; at < text.length; at++) {
      const c = text.charCodeAt(at);
      if (kind === 'number' && isDigit(c)) continue;
      if (kind !== 'name' && isHexDigit(c)) kind = 'hex';
      // `0x` makes it a name; the first digit after that makes it a hexadecimal number again.
      else if (at === start + 2 && isHexDigit(c) && /^0x$/i.test(text.slice(start, at))) kind = 'hex';
      else if (isWordPart(c)) kind = 'name';
      else break;
    }
    return kind;
  }

  function readString(): string {
    const opened = at - 1;
    let plain = at;
    let value = '';
    for (; at < text.length; at++) {
      const c = text.charCodeAt(at);
      if (c === 34) {
        value += text.slice(plain, at++);
        if (value.length >= LONGEST_TOKEN)
          problems.push({
            start: opened,
            end: at,
            text: `The string has ${value.length} characters, more than dhcpd reads.`,
          });
        return value;
      }
      if (c !== 92) continue;
      value += text.slice(plain, at);
      value += readEscape();
      plain = at + 1;
    }
    value += text.slice(plain);
    problems.push({
      start: opened,
      end: opened + 1,
      text: 'The string that begins here has no closing quotation mark.',
    });
    return value;
  }

  /** Reads an escape after a backslash. On return, `at` is at its last character. */
  function readEscape(): string {
    at++;
    const c = text[at] ?? '';
    const simple = { t: '\t', r: '\r', n: '\n', b: '\b' }[c];
    if (simple !== undefined) return simple;
    if (c !== 'x' && !(c >= '0' && c <= '3')) return c;
    const digits = c === 'x' ? text.slice(at + 1, at + 3) : text.slice(at, at + 3);
    if (c === 'x' ? /^[\da-f]{2}$/i.test(digits) : /^[0-7]{3}$/.test(digits)) {
      at += 2;
      return String.fromCharCode(parseInt(digits, c === 'x' ? 16 : 8));
    }
    // `\0` alone is a zero octet.
    if (c === '0') return '\0';
    problems.push({ start: at - 1, end: at + 1, text: `“\\${c}” must be followed by digits: \\x1f, or \\037.` });
    return '';
  }
}
