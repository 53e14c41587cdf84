import { quote } from '../../../analysis/words/words';
import type { LeaseBook } from '../book';
import { LineReader } from '../lineReader';
import type { LineEnd } from '../lines';
import type { Place } from '../model';
import { familyOf, hexDigits, linkAddress } from '../values';

/** Smaller values (before 1973) are durations rather than times: dnsmasq built for machines without a clock writes these. */
const LENGTHS_BELOW = 100_000_000;

/** Whether a line is one of such a file. */
export const isDnsmasqLine = (line: string): boolean =>
  /^\d+ \S+ [0-9a-fA-F.:]+ \S+ \S+\s*$/.test(line) || /^duid ([0-9a-f]{2}:)+[0-9a-f]{2}\s*$/.test(line);

/**
 * `dnsmasq.leases`: DHCPv4 first, then the server's DUID, then DHCPv6. dnsmasq rewrites the whole file, so each lease occurs once. When it
 * reads a file it takes the lines in any order.
 */
export class DnsmasqLeases extends LineReader {
  readonly kind = 'dnsmasq';

  constructor(book: LeaseBook) {
    super(book);
    book.rules = { whole: true };
  }

  protected line(text: string, _line: number, end: LineEnd): void {
    const words = text.split(/[\s\0]+/).filter((word) => word !== '');
    if (words.length === 0) {
      if (text.includes('\0'))
        this.damaged(
          this.book.lineOf(text),
          'It holds octets of zero only, as a file system leaves them after a power failure.',
        );
      return;
    }
    const place = this.book.lineOf(text.trimEnd());
    const [time, hardware, address] = words as [string, string, string];
    if (time === 'duid' && words.length === 2) {
      if (linkAddress(hardware) === undefined)
        this.damaged(place, 'The DUID of the server must be pairs of hexadecimal digits with colons between them.');
      return;
    }
    if (words.length !== 5 || !/^\d{1,11}$/.test(time) || end === 'long') {
      if (end === 'last' && words.length < 5)
        return this.book.problem(
          'truncated-last-record',
          place,
          'The file ends inside a record',
          `The last line has ${words.length} of 5 values. The disk was full when it was written, or the file was cut when it was copied. All lines before it are whole.`,
        );
      return this.damaged(
        place,
        words.length === 5
          ? `It begins with ${quote(time)}, where the end of the lease must be, in seconds since 1970.`
          : `It has ${words.length} values, and must have 5: the end of the lease, the client, the address, the host name and the client identifier.`,
      );
    }
    const family = familyOf(address);
    if (family === undefined) return this.book.badAddress(address, place);
    if (end === 'last')
      this.book.problem('missing-final-newline', place, 'The last line has no line end', 'Its last value may be cut.');
    this.lease(words as [string, string, string, string, string], family === 6, place);
  }

  private lease(
    [time, hardware, address, name, identifier]: readonly [string, string, string, string, string],
    six: boolean,
    place: Place,
  ): void {
    const client = six ? undefined : this.hardware(hardware, place);
    const seconds = Number(time);
    this.book.put({
      address: address.toLowerCase(),
      state: 'active',
      place,
      client,
      clientId: identifier === '*' ? undefined : hexDigits(identifier),
      iaid: six ? Number(hardware.replace(/^T/, '')) : undefined,
      hostname: name === '*' ? undefined : name,
      ends: seconds === 0 ? 'never' : seconds < LENGTHS_BELOW ? undefined : seconds,
    });
  }

  /** Removes the hardware type in front of an address that is not Ethernet: `06-02:00:…`. */
  private hardware(text: string, place: Place): string | undefined {
    const address = linkAddress(text.replace(/^[0-9a-fA-F]{2}-(?=.+:)/, ''));
    if (address === undefined && text !== '*')
      this.book.problem(
        'bad-hardware-address',
        place,
        `${quote(text)} is not the address of a network card`,
        'It must be pairs of hexadecimal digits with colons between them.',
      );
    return address;
  }

  private damaged(place: Place, what: string): void {
    this.book.problem('damaged-record', place, 'The line is no lease', `${what} dnsmasq leaves it out.`);
  }
}
