import { quote } from '../../analysis/words/words';
import type { LeaseBook } from './book';
import { LineReader } from './lineReader';
import type { LeaseKind, Place } from './model';
import { familyOf, hexDigits } from './values';

/** The keys that are read. Lines with other keys are ignored. */
const KEYS = new Set(['ADDRESS', 'CLIENTID', 'HOSTNAME', 'LIFETIME']);

/**
 * `KEY=value` lines with one lease of a client: systemd-networkd's `/run/systemd/netif/leases/N`, and the files of NetworkManager's
 * internal client. Neither gives the start of the lease.
 */
export class KeyValueLease extends LineReader {
  private readonly values = new Map<string, { readonly text: string; readonly place: Place }>();

  constructor(
    readonly kind: LeaseKind,
    book: LeaseBook,
  ) {
    super(book);
  }

  protected line(whole: string, line: number): void {
    const text = whole.trim();
    if (text === '' || text.startsWith('#')) return;
    const equals = text.indexOf('=');
    const place = this.book.lineOf(text, line);
    if (equals < 1)
      return this.book.problem(
        'damaged-record',
        place,
        'The line is no setting',
        'Each line must be a key, “=” and a value.',
      );
    const key = text.slice(0, equals);
    if (KEYS.has(key)) this.values.set(key, { text: text.slice(equals + 1), place });
  }

  override end(): void {
    super.end();
    const address = this.values.get('ADDRESS');
    if (!address) {
      if (this.book.line > 0)
        this.book.problem(
          'truncated-last-record',
          this.book.lineOf(''),
          'The file holds no address',
          'Each lease has a line with ADDRESS=.',
        );
      return;
    }
    const { text, place } = address;
    if (!familyOf(text)) return this.book.badAddress(text, place);
    const lifetime = this.values.get('LIFETIME');
    if (lifetime && !/^\d{1,10}$/.test(lifetime.text))
      this.book.problem(
        'bad-value',
        lifetime.place,
        `${quote(lifetime.text)} is no number of seconds`,
        'The lease time is left out.',
      );
    this.book.put({
      address: text,
      state: 'active',
      place,
      clientId: hexDigits(this.values.get('CLIENTID')?.text ?? ''),
      hostname: this.values.get('HOSTNAME')?.text,
      ends: lifetime?.text === '4294967295' ? 'never' : undefined,
    });
  }
}
