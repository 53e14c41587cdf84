import { quote } from '../../../analysis/words/words';
import { moment } from '../book';
import type { LeaseFindingId } from '../catalogue';
import { LineReader } from '../lineReader';
import type { LineEnd } from '../lines';
import type { LeaseState, Place } from '../model';
import { familyOf, linkAddress } from '../values';

/** What an event of the DHCPv4 or DHCPv6 log means for its address. */
const STATES: Readonly<Record<number, LeaseState>> = {
  10: 'active',
  11: 'active',
  12: 'released',
  13: 'declined',
  16: 'free',
  17: 'expired',
  18: 'expired',
  20: 'active',
  21: 'active',
  23: 'free',
  11002: 'active',
  11004: 'active',
  11005: 'active',
  11006: 'declined',
  11007: 'released',
  11014: 'declined',
  11015: 'declined',
  11016: 'free',
  11018: 'expired',
};

/** Events that deserve a finding of their own. */
const TROUBLES: Readonly<Record<number, readonly [LeaseFindingId, string]>> = {
  2: ['log-paused', 'The log was paused for lack of space on the disk'],
  13: ['address-in-use', 'The address is in use on the network'],
  14: ['no-addresses-left', 'No address was left in the scope'],
  22: ['no-addresses-left', 'No address was left for BOOTP clients in the scope'],
  54: ['server-not-authorized', 'The server is not authorised in Active Directory'],
  56: ['server-not-authorized', 'The server is not authorised in Active Directory, and stopped'],
  11009: ['no-addresses-left', 'No address was left in the scope'],
  11012: ['log-paused', 'The log was paused for lack of space on the disk'],
  11015: ['address-in-use', 'The address is in use on the network'],
};

const DHCPV6 = 11_000;

/** A record: event, date and time, and at least a description. */
const RECORD = /^(\d{1,5}),(\d\d)\/(\d\d)\/(\d\d|\d{4}),(\d\d):(\d\d):(\d\d),/;
const BEGINS_RECORD = /^\d{1,5},\d/;

export const isAuditLine = (line: string): boolean =>
  RECORD.test(line) || /^\s*Microsoft DHCP(v6)? Service Activity Log/.test(line);

/**
 * The audit log of Microsoft's DHCP server, `DhcpSrvLog-Mon.log` or `DhcpV6SrvLog-Mon.log`: what happened to addresses within a day, in the
 * server's local time. It does not give the end of a lease.
 */
export class MicrosoftAudit extends LineReader {
  readonly kind = 'microsoft-audit';
  /** Set once records have begun. Everything before them is the legend. */
  private inRecords = false;
  private columns = 0;

  protected line(whole: string, line: number, end: LineEnd): void {
    const text = whole.trimEnd();
    if (text.startsWith('ID,Date,Time,')) {
      this.inRecords = true;
      this.columns = text.split(',').length;
      return;
    }
    const match = RECORD.exec(text);
    const place = this.book.lineOf(text, line);
    if (!match) {
      if (text !== '' && (BEGINS_RECORD.test(text) || this.inRecords)) this.damaged(text, place, end);
      return;
    }
    this.inRecords = true;
    const [id, month, day, year, hour, minute, second] = match.slice(1).map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const time = moment(year < 100 ? 2000 + year : year, month, day, hour, minute, second);
    if (time === undefined)
      return this.book.problem(
        'invalid-date',
        place,
        `${quote(text.slice(match[1]!.length + 1, match[0].length - 1))} is not a time`,
        'The server writes month, day and year, whatever language it has.',
      );
    const values = text.split(',');
    // Records of some events are shorter than the header, but every record with an address includes its client.
    if (end === 'last' && values.length < Math.min(7, this.columns)) return this.damaged(text, place, end);
    this.record(id, time, values, place);
  }

  private record(id: number, time: number, values: readonly string[], place: Place): void {
    this.book.saw(time);
    const address = values[4] ?? '';
    const trouble = TROUBLES[id];
    if (trouble) {
      const [finding, title] = trouble;
      this.book.problem(
        finding,
        place,
        address === '' ? title : `${title}: ${quote(address).slice(1, -1)}`,
        `Event ${id} of the log.`,
      );
    }
    const state = STATES[id];
    if (state === undefined) return;
    const family = familyOf(address);
    if (family === undefined) return this.book.badAddress(address, place);
    const six = id >= DHCPV6;
    const digits = (six ? (values[8] ?? '') : (values[6] ?? '')).toLowerCase();
    const right = /^([0-9a-f]{2})+$/.test(digits) && state !== 'declined';
    const mac = right && !six && digits.length === 12;
    this.book.put({
      address: address.toLowerCase(),
      state,
      place,
      client: mac ? linkAddress(digits.match(/../g)!.join(':')) : undefined,
      clientId: right && !mac ? digits : undefined,
      hostname: values[5] || undefined,
      starts: state === 'active' ? time : undefined,
      ends: state === 'active' ? undefined : time,
      local: true,
    });
  }

  private damaged(text: string, place: Place, end: LineEnd): void {
    if (end === 'last')
      this.book.problem(
        'truncated-last-record',
        place,
        'The file ends inside a record',
        'The last line is not whole. The log was copied while it was written, or was cut. All lines before it are whole.',
      );
    else
      this.book.problem(
        'damaged-record',
        place,
        'The line is no record',
        `${quote(text)} is not an event, a date and a time.`,
      );
  }
}
