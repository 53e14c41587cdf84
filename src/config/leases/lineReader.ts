import type { LeaseBook } from './book';
import { Lines, type LineEnd } from './lines';
import type { LeaseKind, LeaseReader } from './model';

/** Reader for line-based formats. Sets the line number in the book before the format sees the line. */
export abstract class LineReader implements LeaseReader {
  abstract readonly kind: LeaseKind;
  private lines = this.newLines();

  constructor(protected readonly book: LeaseBook) {}

  protected abstract line(text: string, line: number, end: LineEnd): void;

  push(octets: Uint8Array): void {
    this.lines.push(octets);
  }

  end(): void {
    this.lines.end();
  }

  /** Ends a part and begins another. Line numbers restart at 1. */
  protected beginPart(): void {
    this.lines.end();
    this.lines = this.newLines();
  }

  private newLines(): Lines {
    return new Lines((text, line, end) => {
      this.book.line = line;
      this.line(text, line, end);
    });
  }
}
