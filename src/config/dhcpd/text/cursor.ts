import type { Findings } from '../../report';
import type { SourceFile, Span } from '../../source';
import { tokenise, type LexProblem, type Token } from './lexer';

/** How deep blocks, expressions and includes may nest. Files written by people stay far below this. */
export const DEEPEST = 200;

const NUMERIC_BASES: Readonly<Record<number, RegExp>> = { 8: /^[0-7]+$/, 10: /^\d+$/, 16: /^[\da-f]+$/i };

/** The parser's position in its file, and how it reports errors there. */
export class Cursor {
  protected file!: SourceFile;
  private tokens: Token[] = [];
  protected at = 0;
  protected depth = 0;
  /** The token read last. */
  protected last!: Token;

  constructor(readonly findings: Findings) {}

  /** Reads another file from its beginning with `parse`, then returns to the current position. */
  protected within(file: SourceFile, parse: () => void): void {
    const { file: outer, tokens, at, last } = this;
    const problems: LexProblem[] = [];
    this.file = file;
    this.tokens = tokenise(file, problems);
    this.at = 0;
    this.last = { kind: 'end', text: '', word: '', start: 0, end: 0, spaced: false };
    for (const { start, end, text } of problems)
      this.findings.add({ id: 'syntax', span: file.span(start, end), title: 'Damaged string', explanation: text });
    parse();
    this.file = outer;
    this.tokens = tokens;
    this.at = at;
    this.last = last;
  }

  protected peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)]!;
  }

  protected next(): Token {
    const token = this.tokens[this.at]!;
    if (token.kind !== 'end') this.at++;
    this.last = token;
    return token;
  }

  /** Whether the next token is this punctuation mark. */
  protected sees(mark: string): boolean {
    const token = this.peek();
    return token.kind === 'punctuation' && token.text === mark;
  }

  /** Whether the next token is this keyword. */
  protected seesWord(word: string): boolean {
    return this.peek().word === word;
  }

  /** Consumes the next token if it is this punctuation mark. */
  protected takes(mark: string): boolean {
    if (!this.sees(mark)) return false;
    this.next();
    return true;
  }

  protected takesWord(word: string): boolean {
    if (!this.seesWord(word)) return false;
    this.next();
    return true;
  }

  protected get ended(): boolean {
    return this.peek().kind === 'end';
  }

  protected spanOf(token: Token): Span {
    return this.file.span(token.start, token.end);
  }

  /** The span from a token to the token read last. */
  protected since(token: Token): Span {
    return this.file.span(token.start, Math.max(token.end, this.last.end));
  }

  /** Describes the next token for an error message. */
  protected seen(token = this.peek()): string {
    if (token.kind === 'end') return 'the end of the file';
    return token.kind === 'string' ? 'a string in quotation marks' : `“${token.text.slice(0, 60)}”`;
  }

  protected wrong(id: string, span: Span, title: string, explanation: string): void {
    this.findings.add({ id, span, title, explanation });
  }

  /** Reports what was expected instead of the next token, and skips the rest of the statement. */
  protected expected(what: string, id = 'syntax'): false {
    const token = this.peek();
    this.wrong(id, this.spanOf(token), `Expected ${what}`, `Here ${what} must stand, not ${this.seen(token)}.`);
    this.skipStatement();
    return false;
  }

  /**
   * Skips the rest of a statement: up to its semicolon, or to the brace that closes a block it has opened. Leaves a brace that closes an
   * enclosing block.
   */
  protected skipStatement(): void {
    for (let braces = 0; !this.ended;) {
      if (this.sees('}')) {
        if (braces === 0) return;
        this.next();
        if (--braces === 0) return;
      } else {
        if (this.sees('{')) braces++;
        const semicolon = this.sees(';');
        this.next();
        if (semicolon && braces === 0) return;
      }
    }
  }

  /** Reads the semicolon that ends a statement. `named` replaces the last word in the error message if it must not be shown. */
  protected semicolon(named?: string): boolean {
    if (this.takes(';')) return true;
    const token = this.peek();
    const after = this.last;
    this.findings.add({
      id: 'syntax',
      span: this.spanOf(after),
      title: 'Semicolon expected',
      explanation: `A semicolon must end the statement after ${named ?? `“${after.text.slice(0, 60)}”`}; ${this.seen(token)} follows.`,
      // Offered only if the statement clearly ends here, because the next one starts on its own line.
      ...(this.breaksBefore(token) || token.text === '}'
        ? { fix: { title: 'Add the semicolon', edits: [{ span: this.file.span(after.end, after.end), text: ';' }] } }
        : {}),
    });
    // A word on a new line most likely starts the next statement, so it is read as one.
    if (!this.breaksBefore(token) || token.kind === 'punctuation') this.skipStatement();
    return false;
  }

  /** Reads a left brace. Where it is missing and the block goes on in another line, the mistake is at the end of the block's head. */
  protected openBrace(): boolean {
    if (this.takes('{')) return true;
    const token = this.peek();
    if (!this.breaksBefore(token)) return this.expected('a left brace “{”');
    this.wrong(
      'syntax',
      this.spanOf(this.last),
      'Expected a left brace “{”',
      `A left brace “{” must stand after “${this.last.text.slice(0, 60)}”, before ${this.seen(token)}.`,
    );
    this.skipStatement();
    return false;
  }

  /** Whether a token is on another line than the one read last. */
  private breaksBefore(token: Token): boolean {
    return this.file.text.slice(this.last.end, token.start).includes('\n');
  }

  /** Whether another level of nesting may be read. If not, reports it and skips the statement. */
  protected deeper(): boolean {
    if (this.depth < DEEPEST) return true;
    this.wrong(
      'too-deep',
      this.spanOf(this.peek()),
      'Nested too deep',
      `What is nested more than ${DEEPEST} deep is not read.`,
    );
    this.skipStatement();
    return false;
  }

  /** Any word that may be an identifier: reserved or not, but not a number. */
  protected isIdentifier(token = this.peek()): boolean {
    return token.kind === 'name' || token.kind === 'hex' || token.kind === 'keyword';
  }

  /** A word that may name a variable or function. */
  protected isFree(token = this.peek()): boolean {
    return token.kind === 'name' || token.kind === 'hex';
  }

  /** Reads `a.b.c`, made of words and numbers. Undefined if there is none. */
  protected hostName(): string | undefined {
    let name = '';
    while (this.isIdentifier() || this.peek().kind === 'number') {
      name += this.next().text;
      if (!this.takes('.')) break;
      name += '.';
    }
    return name === '' ? undefined : name;
  }

  /**
   * Reads a number of at most `bits` bits: decimal, or with base 0 also `0x1f` and `017`. If it does not fit, reports it and returns
   * undefined.
   */
  protected numberOf(token: Token, base: number, bits: number): number | undefined {
    let text = token.text;
    const negative = text.startsWith('-');
    if (negative) text = text.slice(1);
    let inBase = base;
    if (base === 0) {
      if (/^0x/i.test(text)) {
        text = text.slice(2);
        inBase = 16;
      } else inBase = /^0\d/.test(text) ? 8 : 10;
    }
    const most = 2 ** bits - 1;
    const value = NUMERIC_BASES[inBase]!.test(text) ? parseInt(text, inBase) : NaN;
    // Only sizes below 32 bits are checked: of larger numbers dhcpd silently keeps the low 32 bits.
    const limit = negative ? 2 ** (bits - 1) : bits === 32 ? Infinity : most;
    if (value <= limit) return negative ? -value : value;
    this.wrong(
      'wrong-type',
      this.spanOf(token),
      Number.isNaN(value) ? 'Not a number' : 'Number too large',
      Number.isNaN(value)
        ? `“${token.text.slice(0, 60)}” is no number of base ${inBase}.`
        : `${token.text.slice(0, 60)} does not fit: the largest number here is ${limit}.`,
    );
    return undefined;
  }

  /**
   * Reads octets such as `aa:bb:cc` or `10.0.0.1`. `count` of them, or any number if it is 0. Reports an error and returns undefined
   * otherwise.
   */
  protected octets(mark: '.' | ':', count: number): number[] | undefined {
    const base = mark === '.' ? 10 : 16;
    const values: number[] = [];
    let whole = true;
    do {
      if (values.length > 0 && !this.takes(mark)) {
        if (count === 0) break;
        this.expected(`an address of ${count} numbers`, 'wrong-type');
        return undefined;
      }
      const token = this.peek();
      if (token.kind !== 'number' && (base !== 16 || token.kind !== 'hex')) {
        this.expected(base === 16 ? 'a hexadecimal number' : 'a number', 'wrong-type');
        return undefined;
      }
      this.next();
      const value = this.numberOf(token, base, 8);
      if (value === undefined) whole = false;
      values.push(value ?? 0);
    } while (values.length !== count);
    // An invalid value is reported, but the rest of the statement is still read.
    return whole || count === 0 ? values : undefined;
  }
}
