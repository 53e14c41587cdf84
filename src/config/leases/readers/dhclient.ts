import { parsePrefix } from '../../address';
import type { LeaseBook } from '../book';
import type { Lease, LeaseKind, LeaseTime, Place } from '../model';
import { StatementReader, type OpenLease } from '../statementReader';
import { placeOf, type Word } from '../statements';
import { familyOf, identifier, textOf } from '../values';

/** Words that begin a statement and never occur inside one. */
const BEGINS = new Set('interface fixed-address option renew rebind expire starts preferred-life max-life'.split(' '));

/** A `lease` or `lease6` block being read, or an address inside the latter. */
interface Open extends OpenLease {
  readonly times: Map<string, LeaseTime>;
  duration?: number;
}

/** What a client's lease file may contain outside leases. */
const OUTSIDE = new Set(['default-duid', 'alias', 'reject', 'key', 'option']);

/**
 * The lease file of ISC dhclient, which NetworkManager and others use as well. The client appends a block for each lease it gets, and the
 * last one for an address counts. No state is recorded: a lease is valid until its end.
 */
export class DhclientLeases extends StatementReader<Open> {
  readonly kind: LeaseKind = 'dhclient';
  protected readonly program = 'dhclient';
  private duid: string | undefined;
  private iaid: number | undefined;
  /** Leases of a `lease6` block. Their client identifier comes after them. */
  private held: { readonly lease: Lease; readonly byTime: boolean }[] = [];

  constructor(book: LeaseBook) {
    super(book, ['lease', 'lease6'], BEGINS);
  }

  open(words: readonly Word[], depth: number): void {
    const [first, second] = words;
    const keyword = first?.text ?? '';
    if (depth === 0 && keyword === 'lease') this.begin(first!, depth);
    else if (depth === 1 && /^ia-(na|ta|pd)$/.test(keyword)) this.iaid = iaidOf(second);
    else if (depth === 2 && (keyword === 'iaaddr' || keyword === 'iaprefix') && second) {
      this.begin(first!, depth);
      this.address(second, keyword === 'iaprefix');
    } else if (depth === 0 && keyword !== 'lease6' && !OUTSIDE.has(keyword)) this.unknown(words);
  }

  private begin(begins: Word, depth: number): void {
    this.record = { depth, begins, lease: {}, times: new Map() };
  }

  private address(word: Word, prefix: boolean): void {
    const known = prefix ? parsePrefix(word.text) : familyOf(word.text);
    if (known) this.record!.lease.address = word.text.toLowerCase();
    else this.book.badAddress(word.text, placeOf(word));
  }

  statement(words: readonly Word[], depth: number): void {
    const keyword = words[0]!.text;
    const second = words[1];
    const { record } = this;
    if (depth === 0) {
      if (!OUTSIDE.has(keyword)) this.unknown(words);
      else if (keyword === 'default-duid' && second) this.duid = identifier(second);
    } else if (!record) {
      if (keyword === 'option' && second?.text === 'dhcp6.client-id' && words[2]) this.duid = identifier(words[2]);
    } else if (depth === record.depth + 1) this.inLease(record, keyword, words);
  }

  private inLease(record: Open, keyword: string, words: readonly Word[]): void {
    const { lease } = record;
    const second = words[1];
    if (keyword === 'fixed-address' && second) this.address(second, false);
    else if (['renew', 'rebind', 'expire', 'starts'].includes(keyword)) {
      const time = this.time(words);
      if (time !== undefined) record.times.set(keyword, time);
      if (keyword === 'expire') lease.endsAt = placeOf(words[0]!, words.at(-1));
    } else if (keyword === 'max-life') record.duration = Number(second?.text);
    else if (keyword === 'option' && words[2]) {
      if (second?.text === 'dhcp-lease-time') record.duration = Number(words[2].text);
      else if (second?.text === 'host-name') lease.hostname = textOf(words[2]);
      else if (second?.text === 'dhcp-client-identifier') lease.clientId = identifier(words[2]);
    }
  }

  protected consequence(): string {
    return 'dhclient says so in the system log when it starts, and goes on behind it.';
  }

  close(depth: number, place: Place): void {
    const { record } = this;
    if (record?.depth === depth) {
      this.record = undefined;
      this.whole(record, place);
    }
    if (depth === 0) {
      for (const { lease, byTime } of this.held) this.book.put({ ...lease, clientId: this.duid }, byTime);
      this.held = [];
    }
  }

  private whole(record: Open, end: Place): void {
    const { depth, lease, times, duration } = record;
    const { address } = lease;
    if (address === undefined) return;
    const six = depth > 0;
    const length = duration !== undefined && Number.isFinite(duration) ? duration : undefined;
    const place = this.placed(record, end);
    if (six) {
      const starts = times.get('starts');
      const ends =
        length === 0xffffffff
          ? 'never'
          : typeof starts === 'number' && length !== undefined
            ? starts + length
            : undefined;
      this.held.push({
        lease: { ...lease, address, state: 'active', place, iaid: this.iaid, starts, ends },
        byTime: true,
      });
      return;
    }
    const ends = times.get('expire');
    // dhclient writes a released lease again, with all its times set to that of the release.
    const released = ends !== undefined && ends === times.get('renew') && ends === times.get('rebind');
    const starts = released || typeof ends !== 'number' || length === undefined ? undefined : ends - length;
    this.book.put({ ...lease, address, state: released ? 'released' : 'active', place, starts, ends }, !released);
  }

  abandon(place: Place, atEnd: boolean): void {
    const { record } = this;
    this.record = undefined;
    this.held = [];
    const what = record ? `The lease that begins in line ${record.begins.line}` : 'A statement';
    this.cut(place, atEnd, what, 'is not at its end, and is left out. All other records are whole.');
  }
}

/** Four octets with colons, as a number. */
function iaidOf(word: Word | undefined): number | undefined {
  const digits = word && identifier(word);
  return digits?.length === 8 ? parseInt(digits, 16) : undefined;
}
