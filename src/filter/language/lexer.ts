import { encodeText } from '../../codec/bytes';
import { fail, type Place } from './error';
import { binary } from '../values/kinds';

/** A token. For a `range`, the text is what is between the square brackets, unparsed. */
export interface Token {
  readonly kind: 'operator' | 'word' | 'string' | 'character' | 'range' | 'end';
  /** The operator's canonical name, the word, or the raw text. */
  readonly text: string;
  /** The octets of a string, or the one of a character. */
  readonly value?: string;
  readonly place: Place;
}

/** Maximum length of a filter in characters. Nobody types a longer one, and it bounds the work of every later step. */
export const LONGEST_FILTER = 1 << 16;

/** Operators made of symbols, longer ones first, with the names that the parser uses. */
const SIGNS: readonly (readonly [sign: string, name: string])[] = [
  ['===', 'all_eq'],
  ['!==', 'any_ne'],
  ['==', 'any_eq'],
  ['!=', 'all_ne'],
  ['~=', 'any_ne'],
  ['>=', 'ge'],
  ['<=', 'le'],
  ['&&', 'and'],
  ['||', 'or'],
  ['^^', 'xor'],
  ['..', '..'],
  ['>', 'gt'],
  ['<', 'lt'],
  ['~', 'matches'],
  ['!', 'not'],
  ['&', '&'],
  ...[...'(){},+-*/%#'].map((sign) => [sign, sign] as const),
];

/** Operators that are words. Wireshark accepts them only in lower case. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['eq', 'any_eq'],
  ['ne', 'all_ne'],
  ['bitwise_and', '&'],
  ['bitand', '&'],
  ...['any_eq', 'all_eq', 'any_ne', 'all_ne', 'gt', 'ge', 'lt', 'le', 'contains', 'matches', 'in'].map(same),
  ...['not', 'and', 'or', 'xor', 'any', 'all'].map(same),
]);

function same(word: string): readonly [string, string] {
  return [word, word];
}

const ADDRESS_WITH_PREFIX = /[0-9a-fA-F:.]+\/[0-9]{1,3}(?![\w.:])/y;
/** A name, number, address or other unquoted value. It may contain single dots, but not two in a row, and cannot begin with a minus. */
const WORD = /\.?[\w:](?:[\w:-]|\.(?!\.))*/y;
const SPACE = /\s+/y;

/** Splits a filter's text into tokens; the last is `end`. Throws FilterError. */
export function tokens(text: string): Token[] {
  if (text.length > LONGEST_FILTER)
    fail({ position: LONGEST_FILTER, length: 0 }, `the filter is longer than ${LONGEST_FILTER} characters`);
  return new Lexer(text).all();
}

class Lexer {
  private at = 0;
  private readonly found: Token[] = [];

  constructor(private readonly text: string) {}

  all(): Token[] {
    while (this.step());
    this.push('end', '', this.at);
    return this.found;
  }

  private push(kind: Token['kind'], text: string, from: number, value?: string): true {
    const place = { position: from, length: this.at - from };
    this.found.push(value === undefined ? { kind, text, place } : { kind, text, value, place });
    return true;
  }

  /** Consumes what `pattern` matches at the current position. */
  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private step(): boolean {
    this.take(SPACE);
    const from = this.at;
    const char = this.text[from];
    if (char === undefined) return false;
    if (char === '"') return this.quoted(from, false);
    if ((char === 'r' || char === 'R') && this.text[from + 1] === '"') {
      this.at++;
      return this.quoted(from, true);
    }
    if (char === "'") return this.character(from);
    if (char === '[') return this.brackets(from);
    const word = this.take(ADDRESS_WITH_PREFIX) ?? this.take(WORD);
    if (word !== undefined) {
      const operator = WORDS.get(word);
      return operator === undefined ? this.push('word', word, from) : this.push('operator', operator, from);
    }
    for (const [sign, name] of SIGNS) {
      if (!this.text.startsWith(sign, from)) continue;
      this.at += sign.length;
      return this.push('operator', name, from);
    }
    return fail({ position: from, length: 1 }, unknownSign(char));
  }

  /** A string in double quotes. In a raw one (`r"…"`) a backslash is kept literally, but still prevents a quote from ending the string. */
  private quoted(from: number, raw: boolean): true {
    this.at++;
    let value = '';
    for (;;) {
      const char = this.text[this.at];
      if (char === undefined) fail({ position: from, length: this.at - from }, 'the quotation mark is not closed');
      if (char === '"') break;
      if (char !== '\\') {
        const plain = this.take(/[^"\\]+/y)!;
        value += binary(encodeText(plain));
      } else if (raw) {
        const pair = this.text.slice(this.at, this.at + 2);
        value += binary(encodeText(pair));
        this.at += 2;
      } else value += this.escape();
    }
    this.at++;
    return this.push('string', this.text.slice(from, this.at), from, value);
  }

  /** One character in single quotes. */
  private character(from: number): true {
    this.at++;
    let value = '';
    while (this.text[this.at] !== "'") {
      if (this.at >= this.text.length)
        fail({ position: from, length: this.at - from }, 'the single quotation mark is not closed');
      value += this.text[this.at] === '\\' ? this.escape() : binary(encodeText(this.take(/[^'\\]/uy)!));
    }
    this.at++;
    if (value.length !== 1)
      fail(
        { position: from, length: this.at - from },
        'single quotation marks hold one character of ASCII, or one \\xNN',
      );
    return this.push('character', this.text.slice(from, this.at), from, value);
  }

  /** The octets that an escape sequence stands for. */
  private escape(): string {
    const from = this.at;
    const numeric = this.take(/\\(?:x[0-9a-fA-F]{1,2}|[0-7]{1,3}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/y);
    if (numeric !== undefined) {
      const kind = numeric[1]!;
      const code = kind >= '0' && kind <= '7' ? parseInt(numeric.slice(1), 8) : parseInt(numeric.slice(2), 16);
      const octet = kind !== 'u' && kind !== 'U';
      const place = { position: from, length: numeric.length };
      if (code > (octet ? 255 : 0x10ffff)) fail(place, `${numeric} is too large`);
      if (code >= 0xd800 && code <= 0xdfff) fail(place, `${numeric} is half a pair of UTF-16, and no character`);
      return octet ? String.fromCharCode(code) : binary(encodeText(String.fromCodePoint(code)));
    }
    const value = ESCAPES[this.text[from + 1] ?? ''];
    if (value === undefined)
      fail(
        { position: from, length: Math.min(2, this.text.length - from) },
        `${this.text.slice(from, from + 2)} is no escape sequence; there are \\" \\\\ \\n \\r \\t \\xNN \\NNN \\uNNNN, and r"…" takes backslashes as they are`,
      );
    this.at += 2;
    return value;
  }

  /** `[…]` as a token. */
  private brackets(from: number): true {
    const close = this.text.indexOf(']', from);
    if (close < 0) fail({ position: from, length: this.text.length - from }, 'the square bracket is not closed');
    this.at = close + 1;
    return this.push('range', this.text.slice(from + 1, close), from);
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  '?': '?',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function unknownSign(char: string): string {
  if (char === '=') return '“=” is no operator; equal is “==”';
  if (char === '|') return '“|” is no operator; or is “||”';
  if (char === '^') return '“^” is no operator; exclusive or is “xor”';
  return `“${char}” has no meaning here`;
}
