import { quote } from '../../analysis/words/words';
import type { LeaseBook } from './book';
import { LineReader } from './lineReader';
import type { LineEnd } from './lines';
import type { Lease, LeaseTime, Place } from './model';
import { placeOf, Statements, type StatementSink, type Word } from './statements';
import { iscTime } from './values';

/** A lease being read. */
export interface OpenLease {
  /** How many blocks enclose it. */
  readonly depth: number;
  readonly begins: Word;
  readonly lease: { -readonly [K in keyof Lease]?: Lease[K] };
}

/** Reader for files in the language of ISC's lease files: what is alike in those of the server and of the client. */
export abstract class StatementReader<Open extends OpenLease> extends LineReader implements StatementSink {
  private readonly statements: Statements;
  protected record: Open | undefined;
  /** What the program says and does when it meets a statement that it does not know. */
  protected abstract readonly program: string;

  /** `records` and `begins`: as for `Statements`. */
  protected constructor(book: LeaseBook, records: readonly string[], begins: ReadonlySet<string>) {
    super(book);
    this.statements = new Statements(this, records, begins);
  }

  abstract open(words: readonly Word[], depth: number): void;
  abstract statement(words: readonly Word[], depth: number): void;
  abstract close(depth: number, place: Place): void;
  abstract abandon(place: Place, atEnd: boolean): void;
  /** What follows from a statement that the program does not know. */
  protected abstract consequence(): string;

  protected line(text: string, line: number, end: LineEnd): void {
    this.statements.line(text, line, end);
  }

  override end(): void {
    super.end();
    this.statements.end();
  }

  damaged(place: Place, what: string): void {
    this.book.problem('damaged-record', place, 'Something here is no part of a lease file', what);
  }

  /** The time of a statement. Reports it if it is none. */
  protected time(words: readonly Word[]): LeaseTime | undefined {
    const time = iscTime(words.slice(1));
    if (time === undefined) {
      const written = words.slice(1).map((word) => word.text);
      this.book.problem(
        'invalid-date',
        placeOf(words[0]!, words.at(-1)),
        `${quote(written.join(' '))} is not a time`,
        'A time is a day of the week from 0 to 6, a date and a time of day in UTC, for instance “6 2026/11/28 19:42:16”; or “never”; or “epoch” and seconds.',
      );
    }
    return time;
  }

  protected unknown(words: readonly Word[]): void {
    const [first] = words;
    if (!first) return;
    this.book.problem(
      'unknown-statement',
      placeOf(first, words.at(-1)),
      `${this.program} knows no statement ${quote(first.text)} here`,
      this.consequence(),
    );
  }

  /** Reports a record that is not at its end. */
  protected cut(place: Place, atEnd: boolean, what: string, then: string): void {
    this.book.problem(
      atEnd ? 'truncated-last-record' : 'truncated-record',
      place,
      atEnd ? 'The file ends inside a record' : 'A record begins before the one before it is at its end',
      `${what} ${then}`,
    );
  }

  /** Where the record that ends here lies. */
  protected placed({ begins }: Open, { endLine, endColumn }: Place): Place {
    return { line: begins.line, column: begins.column, endLine, endColumn };
  }
}
