import { kindOf } from '../kind';
import type { ConfigKind } from '../model';
import { decodeConfig } from '../source';
import { LeaseBook } from './book';
import { recogniseLeases } from './formats';
import type { LeaseContext, LeaseFile, LeaseReader } from './model';

export { timeText } from './book';
export * from './model';
export { poolUse, type PoolReport, type PoolUse } from './pools';

/** Number of octets examined to find the format. */
const HEAD = 1 << 14;

/** The content is not a lease database of a known kind. `config`: the kind of configuration that it is, if it is one. */
export class NotLeases extends Error {
  constructor(
    message: string,
    readonly config?: ConfigKind,
  ) {
    super(message);
  }
}

/** What kind of lease database a text is, in words; undefined if the text alone does not show that. */
export function leasesIn(octets: Uint8Array): string | undefined {
  const format = recogniseLeases(octets.subarray(0, HEAD), '');
  return format?.unsure ? undefined : format?.title;
}

/**
 * Reads a lease database of any supported format piece by piece. A database of several parts is read in the order in which its server reads
 * them. Memory use depends on the number of leases, not on the length of the file. No content makes it throw, other than NotLeases.
 */
export class LeaseScan {
  private readonly book: LeaseBook;
  private reader: LeaseReader | undefined;
  private head: Uint8Array = new Uint8Array(0);

  /** `now`: the time of reading in seconds since 1970, used to detect times in the future. */
  constructor(
    private readonly context: LeaseContext,
    now?: number,
  ) {
    this.book = new LeaseBook(now);
  }

  /** Takes a piece of the file. Throws NotLeases if its beginning is of no known format. */
  push(octets: Uint8Array): void {
    if (this.reader) return this.reader.push(octets);
    const all = new Uint8Array(this.head.length + octets.length);
    all.set(this.head);
    all.set(octets, this.head.length);
    this.head = all;
    if (all.length >= HEAD) this.begin();
  }

  /** What is pushed from now on belongs to the next part. Throws as `push` does, and if the format has no parts. */
  nextPart(): void {
    const reader = this.reader ?? this.begin();
    if (!reader.nextPart) throw new NotLeases('a database of this kind is one file');
    reader.nextPart();
    this.book.part++;
    this.book.line = 0;
  }

  private begin(): LeaseReader {
    const format = recogniseLeases(this.head.subarray(0, HEAD), this.context.name);
    if (!format) {
      const config = kindOf(this.context.name, decodeConfig(this.head));
      if (config) throw new NotLeases(`this is a server configuration (${config}), not a lease database`, config);
      throw new NotLeases(
        this.head.length === 0
          ? 'this file is empty, and its name does not say which server’s lease database it is'
          : 'this is no lease database of a kind that Port 67 knows',
      );
    }
    this.reader = format.open(this.book, this.context);
    this.reader.push(this.head);
    this.head = new Uint8Array(0);
    return this.reader;
  }

  /** Ends the file and returns the result. Throws NotLeases as `push` does. */
  end(): LeaseFile {
    const reader = this.reader ?? this.begin();
    reader.end();
    return this.book.finish(reader.kind);
  }
}

/** Reads a lease database held in memory. Throws NotLeases if it is none. */
export function readLeases(octets: Uint8Array, context: LeaseContext, now?: number): LeaseFile {
  const scan = new LeaseScan(context, now);
  scan.push(octets);
  return scan.end();
}
