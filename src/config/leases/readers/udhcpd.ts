import { formatMac, ipv4ToText, trimmedText, u32 } from '../../../codec/bytes';
import type { LeaseBook } from '../book';
import type { LeaseReader } from '../model';

/** The file's header: the time of writing in seconds since 1970, as eight octets in network byte order. */
const HEAD = 8;
/** A record: seconds left (4), address (4), link-layer address (6), host name (20), two unused octets. */
const RECORD = 36;
const NAME = 20;

/** Whether a file looks like one of udhcpd's: it starts with a time before 2106, and its first record is not empty. */
export const isUdhcpd = (head: Uint8Array): boolean =>
  head.length >= HEAD && u32(head, 0) === 0 && (head.length < HEAD + 8 || head[HEAD + 4]! !== 0);

/**
 * `udhcpd.leases`, a binary file that BusyBox's udhcpd rewrites as a whole. The line of a place is the number of the record; its column
 * counts octets within the record.
 */
export class UdhcpdLeases implements LeaseReader {
  readonly kind = 'udhcpd';
  private rest: Uint8Array = new Uint8Array(0);
  private written: number | undefined;

  constructor(private readonly book: LeaseBook) {
    book.rules = { onePerClient: true };
  }

  push(octets: Uint8Array): void {
    const all = new Uint8Array(this.rest.length + octets.length);
    all.set(this.rest);
    all.set(octets, this.rest.length);
    let at = 0;
    if (this.written === undefined && all.length >= HEAD) {
      this.written = u32(all, 0) * 2 ** 32 + u32(all, 4);
      this.book.saw(this.written);
      at = HEAD;
    }
    if (this.written !== undefined) {
      for (; at + RECORD <= all.length; at += RECORD) this.record(all, at, this.written);
    }
    this.rest = all.slice(at);
  }

  private record(octets: Uint8Array, at: number, written: number): void {
    this.book.line++;
    const left = u32(octets, at);
    const address = u32(octets, at + 4);
    const place = { line: this.book.line, column: 1, endLine: this.book.line, endColumn: RECORD + 1 };
    if (address === 0) {
      // An unused slot of the table; the rest of it has no meaning.
      if (left !== 0) this.book.badAddress('0.0.0.0', place);
      return;
    }
    const client = formatMac(octets, at + 8);
    const declined = client === '00:00:00:00:00:00';
    this.book.put({
      address: ipv4ToText(address),
      state: left === 0 ? 'expired' : declined ? 'declined' : 'active',
      place,
      client: declined ? undefined : client,
      hostname: trimmedText(octets.subarray(at + 14, at + 14 + NAME), 0, nameLength(octets, at + 14)) || undefined,
      ends: left === 0xffffffff ? 'never' : written + left,
    });
  }

  end(): void {
    if (this.rest.length === 0) return;
    this.book.line++;
    const { line } = this.book;
    this.book.problem(
      'truncated-last-record',
      { line, column: 1, endLine: line, endColumn: this.rest.length + 1 },
      'The file ends inside a record',
      this.written === undefined
        ? `It has ${this.rest.length} octets, fewer than the ${HEAD} that tell when it was written.`
        : `Record ${line} has ${this.rest.length} of ${RECORD} octets. All records before it are whole.`,
    );
  }
}

/** Length of the host name, up to its NUL. */
function nameLength(octets: Uint8Array, at: number): number {
  const end = octets.subarray(at, at + NAME).indexOf(0);
  return end === -1 ? NAME : end;
}
