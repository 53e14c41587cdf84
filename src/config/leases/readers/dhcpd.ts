import { quote } from '../../../analysis/words/words';
import { parsePrefix } from '../../address';
import type { LeaseBook } from '../book';
import type { LeaseKind, LeaseState, LeaseTime, Place } from '../model';
import { StatementReader, type OpenLease } from '../statementReader';
import { placeOf, type Word } from '../statements';
import { familyOf, identifier, linkAddress, textOf } from '../values';

/** dhcpd's names for the states of a lease (dhcpd.leases(5)), in ours. */
const STATES: Readonly<Record<string, LeaseState>> = {
  active: 'active',
  expired: 'expired',
  released: 'released',
  abandoned: 'declined',
  backup: 'backup',
  free: 'free',
  reset: 'free',
  bootp: 'active',
};

/** What a lease may contain besides the statements read here. */
const IN_LEASE = new Set(
  (
    'tstp tsfp atsfp cltt timestamp next rewind set unset on option supersede default append prepend send ' +
    'billing bootp dynamic-bootp reserved ddns-client-fqdn ddns-fwd-name ddns-rev-name ddns-txt hostname if elsif else switch ' +
    'preferred-life max-life vendor-class-identifier execute log abandoned released dynamic deleted'
  ).split(' '),
);

/** What may occur outside leases: declarations made over OMAPI, and dhcpd's own notes. */
const OUTSIDE = new Set(
  'host group class subclass failover authoring-byte-order server-duid default-duid key zone'.split(' '),
);

/** Words that begin a statement and never occur inside one. */
const BEGINS = new Set(
  'starts ends tstp tsfp atsfp cltt binding next rewind hardware uid client-hostname preferred-life max-life'.split(
    ' ',
  ),
);

/** A record being read. */
interface Open extends OpenLease {
  /** Undefined if the record has no valid address. */
  readonly address: string | undefined;
  state: LeaseState | undefined;
  /** Something in it is damaged, so the state of the lease is unknown. */
  lost?: boolean;
}

/** `dhcpd.leases` and `dhcpd6.leases` of ISC DHCP. */
export class DhcpdLeases extends StatementReader<Open> {
  kind: LeaseKind = 'dhcpd';
  protected readonly program = 'dhcpd';
  /** The identity association that encloses the record. */
  private association:
    { readonly line: number; readonly iaid?: number; readonly duid?: string; cltt?: LeaseTime } | undefined;
  /** Its complete leases. */
  private held: Parameters<LeaseBook['put']>[] = [];
  private bigEndian = false;

  constructor(book: LeaseBook) {
    super(book, ['lease', 'ia-na', 'ia-ta', 'ia-pd'], BEGINS);
  }

  open(words: readonly Word[], depth: number): void {
    const [first, second] = words;
    const keyword = first?.text ?? '';
    if (depth === 0) {
      if (keyword === 'lease' && second) this.begin(first!, second, familyOf(second.text) && second.text, depth);
      else if (/^ia-(na|ta|pd)$/.test(keyword) && second) this.associate(second);
      else if (!OUTSIDE.has(keyword)) this.unknown(words);
    } else if (this.association && depth === 1) {
      if (keyword === 'iaaddr' && second) this.begin(first!, second, familyOf(second.text) && second.text, depth);
      else if (keyword === 'iaprefix' && second)
        this.begin(first!, second, parsePrefix(second.text) && second.text, depth);
      else if (!IN_LEASE.has(keyword)) this.unknown(words);
    } else if (this.record && depth === this.record.depth + 1 && !IN_LEASE.has(keyword)) this.unknown(words);
  }

  private begin(first: Word, written: Word, address: string | undefined, depth: number): void {
    if (address === undefined) this.book.badAddress(written.text, placeOf(written));
    const { iaid, duid, cltt } = this.association ?? {};
    this.record = {
      depth,
      begins: first,
      address: address?.toLowerCase(),
      lease: { iaid, clientId: duid, starts: cltt },
      state: undefined,
    };
  }

  /**
   * Reads the key of an identity association: the IAID in four octets, in the byte order of the machine that wrote the file, then the DUID.
   */
  private associate(key: Word): void {
    this.kind = 'dhcpd6';
    const digits = identifier(key);
    if (digits === undefined || digits.length <= 8) {
      this.book.problem(
        'bad-value',
        placeOf(key),
        'The key of the identity association holds no DUID',
        'It must hold four octets of IAID and the DUID of the client behind them.',
      );
      this.association = { line: key.line };
      return;
    }
    const octets = digits.slice(0, 8).match(/../g)!;
    const iaid = parseInt((this.bigEndian ? octets : octets.reverse()).join(''), 16);
    this.association = { line: key.line, iaid, duid: digits.slice(8) };
  }

  statement(words: readonly Word[], depth: number): void {
    const keyword = words[0]!.text;
    const { record } = this;
    if (record && depth === record.depth + 1) return this.inLease(record, keyword, words);
    if (record) return;
    if (depth === 0) {
      if (keyword === 'authoring-byte-order') this.bigEndian = words[1]?.text === 'big-endian';
      else if (!OUTSIDE.has(keyword)) this.unknown(words);
    } else if (this.association && depth === 1) {
      if (keyword === 'cltt') {
        const time = this.time(words);
        if (time !== undefined) this.association.cltt = time;
      } else if (!IN_LEASE.has(keyword)) this.unknown(words);
    }
  }

  private inLease(record: Open, keyword: string, words: readonly Word[]): void {
    const { lease } = record;
    const second = words[1];
    switch (keyword) {
      case 'starts':
        lease.starts = this.time(words);
        return;
      case 'ends':
        lease.ends = this.time(words);
        lease.endsAt = placeOf(words[0]!, words.at(-1));
        return;
      case 'binding': {
        const word = words[2]?.text ?? '';
        const state = Object.hasOwn(STATES, word) ? STATES[word]! : undefined;
        record.lost = state === undefined;
        if (state === undefined)
          return this.book.problem(
            'bad-value',
            placeOf(words[0]!, words.at(-1)),
            `${quote(word)} is no state of a lease`,
            `dhcpd knows ${Object.keys(STATES).join(', ')}. It loses this record, and may lose all that follow it.`,
          );
        record.state = state;
        if (word !== state) lease.recorded = word;
        return;
      }
      case 'abandoned':
        record.state ??= 'declined';
        return;
      case 'hardware': {
        const address = linkAddress(words[2]?.text ?? '');
        if (address !== undefined) lease.client = address;
        if (address === undefined || (second?.text === 'ethernet' && address.length !== 17))
          this.book.problem(
            'bad-hardware-address',
            placeOf(words[0]!, words.at(-1)),
            `${quote(words[2]?.text ?? '')} is not the address of a network card`,
            'An Ethernet address has six octets, for instance 02:00:00:00:00:01.',
          );
        return;
      }
      case 'uid':
        if (second) lease.clientId = identifier(second);
        return;
      case 'client-hostname':
        if (second) lease.hostname = textOf(second);
        return;
      case 'set':
        // Variables in which dhcpd keeps what a client sent about itself, if configured to.
        return;
      case 'tstp':
      case 'cltt':
        this.time(words);
        return;
      default:
        if (!IN_LEASE.has(keyword)) this.unknown(words);
    }
  }

  protected consequence(): string {
    return this.record
      ? 'dhcpd calls the lease file corrupt here. It loses this record, and may lose all that follow it.'
      : 'dhcpd calls the lease file corrupt here, and goes on behind the statement.';
  }

  close(depth: number, place: Place): void {
    const { record } = this;
    if (record?.depth === depth) {
      this.record = undefined;
      const { address, lease } = record;
      if (address !== undefined && record.lost) this.book.doubt(address);
      else if (address !== undefined) {
        // A record without a state was written by dhcpd 2.
        const held: Parameters<LeaseBook['put']> = [
          {
            ...lease,
            address,
            state: record.state ?? 'active',
            place: this.placed(record, place),
          },
          record.state === undefined,
        ];
        // dhcpd accepts an identity association only when it is complete.
        if (depth === 0) this.book.put(...held);
        else this.held.push(held);
      }
    }
    if (depth > 0) return;
    for (const one of this.held) this.book.put(...one);
    this.held = [];
    this.association = undefined;
  }

  abandon(place: Place, atEnd: boolean): void {
    const { record, association } = this;
    if (record?.address !== undefined) this.book.doubt(record.address);
    this.record = undefined;
    this.association = undefined;
    this.held = [];
    const what = record
      ? `The record of ${record.address ?? 'a lease'} that begins in line ${record.begins.line}`
      : association
        ? `The identity association that begins in line ${association.line}`
        : 'A statement';
    this.cut(
      place,
      atEnd,
      what,
      atEnd
        ? 'is not at its end. The disk was full when it was written, or the file was cut when it was copied. All records before it are whole.'
        : 'is cut. It is left out; the record that begins here is read.',
    );
  }
}
