import { quote } from '../../../analysis/words/words';
import type { LeaseBook } from '../book';
import { LineReader } from '../lineReader';
import type { LineEnd } from '../lines';
import type { Lease, LeaseKind, LeaseState, Place } from '../model';
import { familyOf, hexDigits, linkAddress } from '../values';

/** Columns in the order in which Kea's versions added them. The first `ALWAYS` of them have always been there. */
const COLUMNS = {
  kea4: 'address hwaddr client_id valid_lifetime expire subnet_id fqdn_fwd fqdn_rev hostname state user_context pool_id'.split(
    ' ',
  ),
  kea6: (
    'address duid valid_lifetime expire subnet_id pref_lifetime lease_type iaid prefix_len fqdn_fwd fqdn_rev hostname hwaddr state ' +
    'user_context hwtype hwaddr_source pool_id'
  ).split(' '),
} as const;
const ALWAYS = { kea4: 9, kea6: 12 } as const;

/** Kea's states by number, with the names used in its log. */
const STATES: readonly (readonly [LeaseState, string?])[] = [
  ['active'],
  ['declined'],
  ['expired', 'expired-reclaimed'],
  ['released'],
  ['active', 'registered'],
];
const NUMBERS = ['valid_lifetime', 'expire', 'subnet_id', 'state', 'iaid', 'prefix_len'] as const;
const DECLINED = 1;
const PREFIX = '2';
const FOREVER = 0xffffffff;
const ETHERNET = '1';

/** Whether a line is the header of such a file, even if damaged or edited: most of its columns are Kea's. */
export function isKeaHeader(line: string): boolean {
  const names = line.split(',');
  return Object.values(COLUMNS).some((known) => names.filter((name) => known.includes(name)).length >= 5);
}

/**
 * A Kea lease file (memfile), or its parts in the order in which Kea loads them. A row with a valid lifetime of 0 removes the lease from
 * the database.
 */
export class KeaLeases extends LineReader {
  private current: 'kea4' | 'kea6' = 'kea4';
  /** Position of each column in a row. */
  private columns: ReadonlyMap<string, number> = new Map();
  private names: readonly string[] = [];
  private header = false;
  private usualLength = 0;

  constructor(book: LeaseBook) {
    super(book);
    book.rules = { declinedBinds: true };
  }

  /** Each part of the database has its own header. */
  nextPart(): void {
    this.beginPart();
    this.header = false;
  }

  get kind(): LeaseKind {
    return this.current;
  }

  protected line(text: string, line: number, end: LineEnd): void {
    if (!this.header) {
      this.header = true;
      return this.readHeader(text);
    }
    const row = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (row.trim() === '') return;
    const place = this.book.lineOf(row, line);
    if (end === 'long')
      return this.book.problem(
        'damaged-record',
        place,
        'The row is longer than any that Kea writes',
        'It is left out.',
      );
    const values = row.split(',');
    if (!this.rightCount(values, place, end)) return this.book.doubt(this.value(values, 'address'));
    if (end === 'last')
      this.book.problem(
        'missing-final-newline',
        place,
        'The last row has no line end',
        'Its last value may be cut. Kea would append its next row to this one.',
      );
    if (!this.readRow(values, place)) this.book.doubt(this.value(values, 'address'));
  }

  private value(values: readonly string[], name: string): string {
    const at = this.columns.get(name) ?? -1;
    return at === -1 ? '' : (values[at] ?? '');
  }

  private readHeader(text: string): void {
    const carriage = text.endsWith('\r');
    this.names = (carriage ? text.slice(0, -1) : text).split(',');
    this.current = this.names.includes('duid') || this.names.includes('iaid') ? 'kea6' : 'kea4';
    this.columns = new Map(this.names.map((name, i) => [name, i]));
    const place = this.book.lineOf(text);
    if (carriage)
      this.book.problem(
        'crlf',
        place,
        'The lines end with carriage return and line feed',
        'Kea takes the carriage return for a part of the last value: a version that knows the last column refuses the file.',
      );
    const known = COLUMNS[this.current];
    const wrong = known.findIndex((name, i) =>
      i < this.names.length ? this.names[i] !== name : i < ALWAYS[this.current],
    );
    if (wrong === -1) return;
    const found = this.names[wrong];
    this.book.problem(
      'bad-header',
      place,
      found === undefined
        ? `The column ${known[wrong]!} is missing`
        : `Column ${wrong + 1} must be called ${known[wrong]!}, not ${quote(found)}`,
      'Kea refuses a lease file whose header is another one than its own, and does not start. The rows are read here as far as their columns are known.',
    );
    // A column with a wrong name is taken for the one expected at its position, unless that one occurs elsewhere.
    for (const [i, name] of known.entries())
      if (!this.columns.has(name) && i < this.names.length && !known.includes(this.names[i]!))
        this.columns = new Map([...this.columns, [name, i]]);
  }

  /** Rows may be longer than the header if a newer Kea continued an older file (VersionedCSVFile in Kea). */
  private rightCount(values: readonly string[], place: Place, end: LineEnd): boolean {
    const least = this.names.length;
    const most = Math.max(least, COLUMNS[this.current].length);
    if (values.length >= Math.min(least, COLUMNS[this.current].length) && values.length <= most) return true;
    if (end === 'last' && values.length < least)
      this.book.problem(
        'truncated-last-record',
        place,
        'The file ends inside a record',
        `The last row has ${values.length} of ${least} values. The disk was full when it was written, or the file was cut when it was copied. All rows before it are whole.`,
      );
    else
      this.book.problem(
        'wrong-column-count',
        place,
        `The row has ${values.length} values, and the header ${least} columns`,
        'Kea leaves such a row out when it starts.',
      );
    return false;
  }

  /** Reads a row. Returns whether Kea would accept it. */
  private readRow(values: readonly string[], place: Place): boolean {
    const value = (name: string): string => this.value(values, name);
    const refuse = (name: string, what: string, why: string): false => {
      this.book.problem('bad-value', part(name), what, why);
      return false;
    };
    const part = (name: string): Place => this.valuePlace(name, values, place);
    const six = this.current === 'kea6';
    const address = value('address');
    const family = familyOf(address);
    if (family !== (six ? 6 : 4)) {
      this.book.badAddress(address, part('address'));
      return false;
    }
    for (const name of NUMBERS)
      if (value(name) !== '' && !/^-?\d{1,15}$/.test(value(name)))
        return refuse(
          name,
          `${quote(value(name))} is no number for ${name}`,
          'Kea leaves such a row out when it starts.',
        );
    const stateNumber = Number(value('state') || '0');
    const state = STATES[stateNumber];
    if (!state)
      return refuse(
        'state',
        `${stateNumber} is no state of a lease`,
        'Kea knows 0 (default), 1 (declined), 2 (expired and reclaimed), 3 (released) and 4 (registered).',
      );
    const client = this.hardware(value('hwaddr'), value('hwtype'), part('hwaddr'));
    if (client === false) return false;
    const lifetime = Number(value('valid_lifetime'));
    const expire = Number(value('expire'));
    const gone = lifetime === 0 && stateNumber !== DECLINED;
    const lease: Lease = {
      address:
        six && value('lease_type') === PREFIX
          ? `${address.toLowerCase()}/${value('prefix_len')}`
          : address.toLowerCase(),
      state: gone && state[0] === 'active' ? 'free' : state[0],
      recorded: gone && state[0] === 'active' ? 'deleted' : stateNumber === 0 ? undefined : state[1],
      place,
      client,
      clientId: hexDigits(value(six ? 'duid' : 'client_id')),
      iaid: six && value('iaid') !== '' ? Number(value('iaid')) : undefined,
      hostname: unescaped(value('hostname')) || undefined,
      starts: lifetime === FOREVER ? expire - FOREVER : expire - lifetime,
      ends: lifetime === FOREVER ? 'never' : expire,
      subnet: value('subnet_id') || undefined,
    };
    this.book.put(lease);
    return true;
  }

  /** The hardware address; `false` if Kea could not read the row. */
  private hardware(text: string, type: string, place: Place): string | undefined | false {
    if (text === '') return undefined;
    const address = linkAddress(text) ?? (/^[0-9a-fA-F]{2}$/.test(text) ? text.toLowerCase() : undefined);
    const length = address === undefined ? 0 : (address.length + 1) / 3;
    this.usualLength ||= length;
    const odd = type === ETHERNET ? length !== 6 : length < 6 && this.usualLength >= 6;
    if (address === undefined || odd)
      this.book.problem(
        'bad-hardware-address',
        place,
        `${quote(text)} is not the address of a network card`,
        address === undefined
          ? 'It must be pairs of hexadecimal digits with colons between them. Kea leaves such a row out when it starts.'
          : `It has ${length} octets, where an Ethernet address has six. Kea takes it as it stands, and will not know the client by it.`,
      );
    return address ?? false;
  }

  /** The place of one value in a row. */
  private valuePlace(name: string, values: readonly string[], place: Place): Place {
    const at = this.columns.get(name) ?? 0;
    let column = 1;
    for (let i = 0; i < at && i < values.length; i++) column += values[i]!.length + 1;
    return { ...place, column, endColumn: column + (values[at]?.length ?? 0) };
  }
}

/** Kea writes a comma inside a value as `&#x2c`. */
const unescaped = (text: string): string =>
  text.includes('&#x')
    ? text.replace(/&#x([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)))
    : text;
