import type { LineEnd } from './lines';
import type { Place } from './model';

/** A word of a statement. A quoted word has one character per octet, with escapes resolved. */
export interface Word {
  readonly text: string;
  readonly quoted: boolean;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}

/** Receives the statements of a file in the language of ISC's lease files. */
export interface StatementSink {
  /** Called at `words {`. */
  open(words: readonly Word[], depth: number): void;
  /** Called at `words;`. */
  statement(words: readonly Word[], depth: number): void;
  /** Called at `}`: the block opened at this depth is complete. */
  close(depth: number, place: Place): void;
  /** Drops all open blocks, because another record begins inside them or the file ends. */
  abandon(place: Place, atEnd: boolean): void;
  /** Called for text that is not a statement, such as an unterminated string. */
  damaged(place: Place, what: string): void;
}

/** Limits on the words of a statement and on the nesting of blocks. Lease files stay far below them. */
const MOST_WORDS = 4096;
const DEEPEST = 64;

export const placeOf = (from: Word, to: Word = from): Place => ({
  line: from.line,
  column: from.column,
  endLine: to.line,
  endColumn: to.endColumn,
});

/**
 * Splits lines into statements and blocks as ISC's parser does, with one difference: a string ends with its line, and a lease that begins
 * inside another ends that one. Only damaged files have either, and this way all intact records are still found.
 */
export class Statements {
  private readonly record: RegExp;
  private words: Word[] = [];
  /** First words of the open blocks. */
  private readonly blocks: string[] = [];
  private overflow = false;
  private lastPlace: Place = { line: 1, column: 1, endLine: 1, endColumn: 1 };

  /**
   * `records`: words that begin a lease at the top level. If a line begins with one while another lease is open, that lease was cut.
   * `begins`: words that begin a statement. If a line begins with one inside a statement, that statement lacks its semicolon; servers break
   * long statements into lines, but not there.
   */
  constructor(
    private readonly sink: StatementSink,
    private readonly records: readonly string[],
    private readonly begins: ReadonlySet<string>,
  ) {
    this.record = new RegExp(`^\\s*(?:${records.join('|')}|server-duid)(?=[\\s{])`);
  }

  /** Reads one line. */
  line(text: string, line: number, end: LineEnd): void {
    if ((this.words.length > 0 || this.blocks.length > 0) && this.record.test(text)) this.cutBy(text, line);
    const { length } = text;
    let at = 0;
    while (at < length) {
      const code = text.charCodeAt(at);
      // White space, and the zeros that a file system may leave after a power failure.
      if (code <= 32) {
        if (code === 0) at = this.zeros(text, at, line);
        else at++;
      } else if (code === 35) break;
      else if (code === 34) at = this.string(text, at, line, end);
      else if (code === 59 || code === 123 || code === 125) {
        this.punctuation(code, line, ++at);
      } else {
        const from = at;
        while (at < length && !endsWord(text.charCodeAt(at))) at++;
        this.word(text.slice(from, at), false, line, from + 1, at + 1);
      }
    }
    if (text.trim() !== '') this.lastPlace = { line, column: 1, endLine: line, endColumn: length + 1 };
    if (end === 'long')
      this.sink.damaged(this.lastPlace, 'The line is longer than any that a server writes, and was cut.');
  }

  /** Ends the file. */
  end(): void {
    if (this.words.length > 0 || this.blocks.length > 0) this.giveUp(this.lastPlace, true);
  }

  private giveUp(place: Place, atEnd: boolean): void {
    this.words = [];
    this.blocks.length = 0;
    this.overflow = false;
    this.sink.abandon(place, atEnd);
  }

  /** Handles a line that begins a record before the previous record or statement is complete. */
  private cutBy(text: string, line: number): void {
    if (this.words.length === 0 && !this.blocks.some((word) => this.records.includes(word))) return;
    this.giveUp({ line, column: 1, endLine: line, endColumn: text.length + 1 }, false);
  }

  private zeros(text: string, at: number, line: number): number {
    const from = at;
    while (at < text.length && text.charCodeAt(at) === 0) at++;
    const place = { line, column: from + 1, endLine: line, endColumn: at + 1 };
    this.sink.damaged(
      place,
      `There are ${at - from} octets of zero here, as a file system leaves them after a power failure.`,
    );
    return at;
  }

  private string(text: string, from: number, line: number, end: LineEnd): number {
    let at = from + 1;
    let escaped = false;
    while (at < text.length && text.charCodeAt(at) !== 34) {
      if (text.charCodeAt(at) === 92) {
        escaped = true;
        at++;
      }
      at++;
    }
    if (at >= text.length) {
      // At the end of the file, the report of the cut record covers this.
      if (end !== 'last')
        this.sink.damaged(
          { line, column: from + 1, endLine: line, endColumn: text.length + 1 },
          'A string begins here and does not end.',
        );
      this.word('', true, line, from + 1, text.length + 1);
      return text.length;
    }
    const inside = text.slice(from + 1, at);
    this.word(escaped ? unescaped(inside) : inside, true, line, from + 1, at + 2);
    return at + 1;
  }

  private word(text: string, quoted: boolean, line: number, column: number, endColumn: number): void {
    if (this.words.length < MOST_WORDS) this.words.push({ text, quoted, line, column, endColumn });
    else if (!this.overflow) {
      this.overflow = true;
      this.sink.damaged(
        { line, column, endLine: line, endColumn },
        'The statement has more words than any that a server writes.',
      );
    }
  }

  private punctuation(code: number, line: number, column: number): void {
    const place = { line, column, endLine: line, endColumn: column + 1 };
    const { words } = this;
    this.overflow = false;
    if (code === 125) {
      if (words.length > 0) {
        this.words = [];
        this.sink.damaged(placeOf(words[0]!, words.at(-1)), 'The statement has no semicolon at its end.');
      }
      if (this.blocks.length === 0) this.sink.damaged(place, 'A brace is closed here that was not opened.');
      else {
        this.blocks.pop();
        this.sink.close(this.blocks.length, place);
      }
      return;
    }
    this.words = [];
    if (code === 59) {
      this.statement(words);
    } else if (this.blocks.length >= DEEPEST) {
      this.sink.damaged(place, `Blocks stand more than ${DEEPEST} deep in each other.`);
      this.giveUp(place, false);
    } else {
      this.sink.open(words, this.blocks.length);
      this.blocks.push(words[0]?.text ?? '');
    }
  }

  private statement(words: readonly Word[]): void {
    let from = 0;
    for (let i = 1; i < words.length; i++) {
      const word = words[i]!;
      if (word.line === words[i - 1]!.line || word.quoted || !this.begins.has(word.text)) continue;
      this.sink.damaged(placeOf(words[from]!, words[i - 1]), 'The statement has no semicolon at its end.');
      this.sink.statement(words.slice(from, i), this.blocks.length);
      from = i;
    }
    if (words.length > 0) this.sink.statement(from === 0 ? words : words.slice(from), this.blocks.length);
  }
}

/** White space, `"`, `#`, `;`, `{` and `}` end a word. */
const endsWord = (code: number): boolean =>
  code <= 32 || code === 34 || code === 35 || code === 59 || code === 123 || code === 125;

const NAMED: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n', b: '\b' };

/** Resolves the escapes of ISC's strings: up to three octal digits, `\xhh`, and letters. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|.?)/gs, (_, code: string) => {
    if (/^[0-7]/.test(code)) return String.fromCharCode(parseInt(code, 8) & 255);
    if (/^x./.test(code)) return String.fromCharCode(parseInt(code.slice(1), 16));
    return NAMED[code] ?? code;
  });
}
