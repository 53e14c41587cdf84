import { LeaseBook } from './book';
import { recogniseLeases } from './formats';
import type { LeaseContext, LeaseFile, LeaseReader } from './model';

export { timeText } from './book';
export * from './model';
export { poolUse, type PoolReport, type PoolUse } from './pools';

/** Octets that are looked at to find the format. */
const HEAD = 1 << 14;

/** The text of a file is no lease database of a kind that we know. */
export class NotLeases extends Error {}

/**
 * Reads a lease database piece by piece, in any of our formats; where it has several parts, one after the other in the order in which
 * its server reads them. Memory goes by the number of leases, not by the length of the file. Nothing in the file makes it throw.
 */
export class LeaseScan {
  private readonly book: LeaseBook;
  private reader: LeaseReader | undefined;
  private head: Uint8Array = new Uint8Array(0);

  /** `now`: the moment of reading in seconds since 1970, to notice times of the future. */
  constructor(
    private readonly context: LeaseContext,
    now?: number,
  ) {
    this.book = new LeaseBook(now);
  }

  /** A piece of the file. Throws NotLeases where its beginning is of no format that we know. */
  push(octets: Uint8Array): void {
    if (this.reader) return this.reader.push(octets);
    const all = new Uint8Array(this.head.length + octets.length);
    all.set(this.head);
    all.set(octets, this.head.length);
    this.head = all;
    if (all.length >= HEAD) this.begin();
  }

  /** What is pushed from here on is the next part. Throws as `push` does, and where the format has no parts. */
  nextPart(): void {
    const reader = this.reader ?? this.begin();
    if (!reader.nextPart) throw new NotLeases('a database of this kind is one file');
    reader.nextPart();
    this.book.part++;
    this.book.line = 0;
  }

  private begin(): LeaseReader {
    const format = recogniseLeases(this.head.subarray(0, HEAD), this.context.name);
    if (!format) throw new NotLeases('this is no lease database of a kind that Port 67 knows');
    this.reader = format.open(this.book, this.context);
    this.reader.push(this.head);
    this.head = new Uint8Array(0);
    return this.reader;
  }

  /** The file is at its end. Throws NotLeases as `push` does. */
  end(): LeaseFile {
    const reader = this.reader ?? this.begin();
    reader.end();
    return this.book.finish(reader.kind);
  }
}

/** Reads a lease database that is in memory as a whole. Throws NotLeases where it is none. */
export function readLeases(octets: Uint8Array, context: LeaseContext, now?: number): LeaseFile {
  const scan = new LeaseScan(context, now);
  scan.push(octets);
  return scan.end();
}
