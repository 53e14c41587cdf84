import { quote } from '../../../analysis/words/words';
import { parsePrefix } from '../../address';
import { moment, type LeaseBook } from '../book';
import { LineReader } from '../lineReader';
import type { LineEnd } from '../lines';
import type { LeaseState, Place } from '../model';
import { familyOf, hexDigits, linkAddress } from '../values';
import { XmlLines } from '../xml';

/** The fields read of a lease, by the names that the console's list, PowerShell and Export-DhcpServer use. */
const NAMES: Readonly<Record<string, 'address' | 'scope' | 'state' | 'client' | 'iaid' | 'hostname' | 'ends'>> = {
  ipaddress: 'address',
  'client ip address': 'address',
  'client ipv6 address': 'address',
  scopeid: 'scope',
  prefix: 'scope',
  addressstate: 'state',
  clientid: 'client',
  clientduid: 'client',
  'unique id': 'client',
  duid: 'client',
  iaid: 'iaid',
  hostname: 'hostname',
  name: 'hostname',
  leaseexpirytime: 'ends',
  'lease expiration': 'ends',
};
type Values = Map<string, string>;

/** Microsoft's names for the states of a lease, by their beginning. In all other states the address is free. */
const STATES: readonly (readonly [string, LeaseState])[] = [
  ['Active', 'active'],
  ['Declined', 'declined'],
  ['Expired', 'expired'],
];

/** Whether a line is the header of a list of leases, with or without quotation marks. */
export const isMicrosoftHeader = (line: string): boolean => {
  const names = splitRow(line, delimiterOf(line)).map((name) => NAMES[name.trim().toLowerCase()]);
  return names.includes('address') && names.filter((name) => name !== undefined).length >= 3;
};
export const isTypeLine = (line: string): boolean => /^#TYPE .*DhcpServerv[46]Lease/i.test(line);

const delimiterOf = (line: string): string =>
  [',', ';', '\t'].reduce((best, one) => (line.split(one).length > line.split(best).length ? one : best));

/** The values of a row. A quotation mark inside a quoted value is doubled. */
function splitRow(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter);
  const values: string[] = [];
  let at = 0;
  do {
    if (line[at] === '"') {
      let end = line.indexOf('"', at + 1);
      while (end !== -1 && line[end + 1] === '"') end = line.indexOf('"', end + 2);
      if (end === -1) end = line.length;
      values.push(line.slice(at + 1, end).replaceAll('""', '"'));
      at = line.indexOf(delimiter, end);
    } else {
      const end = line.indexOf(delimiter, at);
      values.push(line.slice(at, end === -1 ? line.length : end));
      at = end;
    }
    at++;
  } while (at > 0 && at <= line.length);
  return values;
}

/** A list of leases as CSV, from the console or from `Get-DhcpServerv4Lease | Export-Csv`. */
export class MicrosoftCsv extends LineReader {
  readonly kind = 'microsoft-leases';
  private names: readonly string[] | undefined;
  private delimiter = ',';

  constructor(book: LeaseBook) {
    super(book);
    book.rules = { whole: true };
  }

  protected line(whole: string, line: number, end: LineEnd): void {
    const text = whole.replace(/\r$/, '');
    if (text.trim() === '' || text.startsWith('#TYPE')) return;
    if (!this.names) {
      this.delimiter = delimiterOf(text);
      this.names = splitRow(text, this.delimiter).map((name) => NAMES[name.trim().toLowerCase()] ?? '');
      return;
    }
    const place = this.book.lineOf(text, line);
    const values = splitRow(text, this.delimiter);
    const least = this.names.length;
    if (values.length !== least || end === 'long') {
      // The console omits empty values at the end of a row.
      const cut = end === 'last' && values.length < this.names.indexOf('client') + 1;
      if (cut || values.length > least || end === 'long')
        return this.book.problem(
          cut ? 'truncated-last-record' : 'wrong-column-count',
          place,
          cut
            ? 'The file ends inside a record'
            : `The row has ${values.length} values, and the header ${least} columns`,
          'The row is left out.',
        );
    }
    const row: Values = new Map();
    for (const [i, name] of this.names.entries())
      if (name !== '' && !row.has(name)) row.set(name, (values[i] ?? '').trim());
    put(row, place, this.book);
  }
}

/** The `Lease` elements of `Export-DhcpServer -Leases`. */
export class MicrosoftXml extends LineReader {
  readonly kind = 'microsoft-leases';
  private readonly xml: XmlLines;
  private lease: { readonly row: Values; readonly line: number; readonly column: number } | undefined;

  constructor(book: LeaseBook) {
    super(book);
    book.rules = { whole: true };
    this.xml = new XmlLines({
      open: (name, line, column) => {
        if (name === 'Lease') this.lease = { row: new Map(), line, column };
      },
      close: (name, text, line, column) => {
        const { lease } = this;
        if (!lease) return;
        if (name !== 'Lease') {
          const known = NAMES[name.toLowerCase()];
          if (known !== undefined && name !== 'Name') lease.row.set(known, text);
          return;
        }
        this.lease = undefined;
        put(lease.row, { line: lease.line, column: lease.column, endLine: line, endColumn: column }, book);
      },
      damaged: (line, column, what) => {
        book.problem(
          'damaged-record',
          { line, column, endLine: line, endColumn: column + 1 },
          'Something here is no XML',
          what,
        );
      },
    });
  }

  protected line(text: string, line: number, end: LineEnd): void {
    this.xml.line(text, line, end === 'long');
  }

  override end(): void {
    super.end();
    const open = this.xml.open;
    if (open === undefined) return;
    this.book.problem(
      'truncated-last-record',
      this.book.lineOf(''),
      'The file ends inside a record',
      `${this.lease ? `The lease that begins in line ${this.lease.line}` : `The element ${quote(open)}`} is not closed. All leases before it are whole.`,
    );
  }
}

function put(row: Values, place: Place, book: LeaseBook): void {
  const value = (name: string): string => row.get(name) ?? '';
  const address = value('address').toLowerCase();
  if (!familyOf(address) && !parsePrefix(address)) return book.badAddress(value('address'), place);
  const written = value('ends');
  const reserved = /^Reservation \((active|inactive)\)$/i.exec(written)?.[1]?.toLowerCase();
  const word =
    value('state') ||
    (reserved === undefined ? 'Active' : reserved === 'active' ? 'ActiveReservation' : 'InactiveReservation');
  const state = STATES.find(([begins]) => word.startsWith(begins))?.[1] ?? 'free';
  const time = reserved === undefined ? microsoftTime(written) : undefined;
  if (written !== '' && reserved === undefined && time === undefined)
    book.problem('invalid-date', place, `${quote(written)} is not a time`, 'The lease is listed without its end.');
  const identifier = value('client').replace(/^0x/i, '');
  const mac = /^([0-9a-f]{2}[-:]?){5}[0-9a-f]{2}$/i.test(identifier);
  const digits = hexDigits(identifier);
  book.put({
    address,
    state,
    recorded: word.toLowerCase() === state ? undefined : word,
    place,
    client: mac ? linkAddress(digits!.match(/../g)!.join(':')) : undefined,
    clientId: mac ? undefined : digits,
    iaid: /^\d{1,10}$/.test(value('iaid')) ? Number(value('iaid')) : undefined,
    hostname: value('hostname') || undefined,
    ends: time?.seconds,
    local: time?.local,
    subnet: value('scope') || undefined,
  });
}

/**
 * A time as PowerShell or the console writes it: ISO 8601, or in the machine's locale. With AM or PM the month comes first, otherwise the
 * day, unless the numbers show the opposite.
 */
function microsoftTime(
  text: string,
): { readonly seconds: number | 'never'; readonly local: true | undefined } | undefined {
  if (/^(never|infinite|unlimited)$/i.test(text)) return { seconds: 'never', local: undefined };
  const match =
    /^(\d{1,4})[-./](\d{1,2})[-./](\d{1,4})\.?[T ,]+(\d{1,2})[:.](\d\d)(?:[:.](\d\d)(?:\.\d+)?)?(?:\s*([AP])\.?M\.?)?\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(
      text,
    );
  if (!match) return undefined;
  const [a, b, c, hour12, minute] = match.slice(1, 6).map(Number) as [number, number, number, number, number];
  const half = match[7]?.toUpperCase();
  const hour = half === undefined ? hour12 : (hour12 % 12) + (half === 'P' ? 12 : 0);
  const monthFirst = text.includes('/') && (half !== undefined ? a <= 12 : b > 12);
  const [year, month, day] = match[1]!.length > 2 ? [a, b, c] : monthFirst ? [c, a, b] : [c, b, a];
  const seconds = moment(year < 100 ? year + 2000 : year, month, day, hour, minute, Number(match[6] ?? 0));
  if (seconds === undefined) return undefined;
  const zone = match[8];
  if (zone === undefined) return { seconds, local: true };
  const offset = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  const east = offset ? (Number(offset[2]) * 60 + Number(offset[3])) * (offset[1] === '-' ? -60 : 60) : 0;
  return { seconds: seconds - east, local: undefined };
}
