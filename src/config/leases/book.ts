import { count, quote } from '../../analysis/words/words';
import { CATALOGUE, general, type LeaseFindingId } from './catalogue';
import type { Lease, LeaseFile, LeaseFinding, LeaseKind, LeaseTime, Place } from './model';

const DAY = 86_400;

/** How many findings per id are kept with their place. Further ones are only counted. */
const KEPT = 100;

/** How many leases are kept at once. No server has more, and memory is limited. */
const MOST_LEASES = 2_000_000;

/** How many addresses of damaged records are remembered. */
const MOST_DOUBTED = 100_000;

/** A lease may be over for this many seconds before an “active” state is reported, because servers expire leases only now and then. */
const RECLAIMED_WITHIN = 3600;

/** Times before 2001 come from a clock that was not set: such clocks start at 1970 or 2000. */
const CLOCK_SET = 978_307_200;

const TWO = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
/** The day formatted last. The next time is usually on the same day. */
let lastDay = 0;
let lastDayText = '1970-01-01';

/** A time as ISO 8601, in UTC, or without a zone if the file uses local times. Undefined outside the years 0 to 9999. */
export function timeText(time: LeaseTime, local = false): string | undefined {
  if (time === 'never') return 'never';
  if (!(time >= -62_167_219_200 && time < 253_402_300_800)) return undefined;
  const day = Math.floor(time / DAY);
  if (day !== lastDay) {
    lastDay = day;
    lastDayText = new Date(day * DAY * 1000).toISOString().slice(0, 10);
  }
  const seconds = Math.floor(time) - day * DAY;
  const [hour, minute, second] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${lastDayText}T${TWO[hour]!}:${TWO[minute]!}:${TWO[second]!}${local ? '' : 'Z'}`;
}

/** Seconds since 1970 of a date and time of day. Undefined if the calendar has no such date. */
export function moment(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | undefined {
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60 || year > 9999) return undefined;
  // Date.UTC maps the years 0 to 99 to 1900 to 1999.
  if (year < 100 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  const midnight = Date.UTC(year, month - 1, day);
  return Math.trunc(midnight / 1000) + hour * 3600 + minute * 60 + second;
}

/** The client that holds a lease, in words. */
export const holderOf = (lease: Lease): string =>
  lease.client ?? (lease.clientId !== undefined ? `client ${lease.clientId}` : 'an unnamed client');

/** Whether two records are about the same client: they have the same link-layer address or the same identifier. */
export function sameClient(a: Lease, b: Lease): boolean {
  if (a.client !== undefined && a.client === b.client) return true;
  if (a.clientId !== undefined && a.clientId === b.clientId) return true;
  const comparable =
    (a.client !== undefined && b.client !== undefined) || (a.clientId !== undefined && b.clientId !== undefined);
  return !comparable;
}

/**
 * If the file names no subnet, the address up to its last dot stands for it. A client that moved between subnets must not count as one with
 * two leases.
 */
const subnetOf = (lease: Lease): string => lease.subnet ?? lease.address.slice(0, lease.address.lastIndexOf('.'));

/** How the records of a format relate to each other. */
export interface BookRules {
  /** The server rewrites the whole file, so two records for one address mean two leases at once. */
  readonly whole?: boolean;
  /** A client has at most one lease. A later record ends the earlier one, as in udhcpd. */
  readonly onePerClient?: boolean;
  /** The server offers a declined address to nobody before its time is over. */
  readonly declinedBinds?: boolean;
}

/** The lease database being read. Later records replace earlier ones. */
export class LeaseBook {
  private readonly leases = new Map<string, Lease>();
  private readonly byTime = new Set<string>();
  private readonly doubted = new Set<string>();
  private readonly byClient = new Map<string, string>();
  private readonly findings: LeaseFinding[] = [];
  private readonly counts = new Map<LeaseFindingId, number>();
  private asOf: number | undefined;
  private records = 0;
  /** Place of the first record that did not fit. */
  private left: Place | undefined;
  /** 1-based line being read. */
  line = 0;
  /** Part of the database being read. */
  part = 0;

  /** `now` is the time of reading in seconds since 1970, if known. */
  constructor(
    private readonly now?: number,
    public rules: BookRules = {},
  ) {}

  /**
   * Adds a record about a lease. `byTime`: the file gives no state, so the lease counts as active until its end, measured by the newest
   * time in the file.
   */
  put(lease: Lease, byTime = false): void {
    this.records++;
    if (this.leases.size >= MOST_LEASES && !this.leases.has(lease.address)) {
      this.left ??= lease.place;
      return;
    }
    if (byTime) this.byTime.add(lease.address);
    else this.byTime.delete(lease.address);
    const { starts, ends } = lease;
    if (typeof starts === 'number') {
      this.saw(starts);
      if (lease.state === 'active' && typeof ends === 'number' && ends < starts && !this.full('end-before-start')) {
        this.note(
          'end-before-start',
          lease.endsAt ?? lease.place,
          `The lease of ${lease.address} ends before it begins`,
          `It begins at ${timeText(starts, lease.local)} and ends at ${timeText(ends, lease.local)}.`,
        );
      }
      if (starts < CLOCK_SET) this.odd('clock-not-set', lease, starts);
      else if (this.now !== undefined && starts > this.now + DAY) this.odd('time-in-future', lease, starts);
    } else if (typeof ends === 'number' && ends < CLOCK_SET) this.odd('clock-not-set', lease, ends);
    // The server records this state when the lease is over, so the file is at least that new.
    if (typeof ends === 'number' && ['free', 'released', 'expired'].includes(lease.state)) this.saw(ends);
    const before = this.leases.get(lease.address);
    if (before) this.compare(before, lease);
    if (this.rules.onePerClient && lease.client !== undefined) {
      const other = this.byClient.get(lease.client);
      if (other !== undefined) this.leases.delete(other);
      this.byClient.set(lease.client, lease.address);
    }
    this.leases.set(lease.address, lease);
  }

  /** Notes that a record about this address could not be read, so what is known of it may be out of date. */
  doubt(address: string): void {
    if (this.doubted.size < MOST_DOUBTED) this.doubted.add(address.toLowerCase());
  }

  /** Notes a time found in the file. The file cannot be older than that. */
  saw(time: number): void {
    // A time in the future comes from a wrong clock.
    if (this.now !== undefined && time > this.now + DAY) return;
    if (this.asOf === undefined || time > this.asOf) this.asOf = time;
  }

  private odd(id: 'clock-not-set' | 'time-in-future', lease: Lease, time: number): void {
    if (this.full(id)) return;
    const when = timeText(time, lease.local);
    if (id === 'clock-not-set')
      this.note(
        id,
        lease.place,
        `The clock was not set when ${lease.address} was leased`,
        `The record says ${when}. A server that starts without the time keeps leases that are over too early or too late once its clock is set.`,
      );
    else
      this.note(
        id,
        lease.place,
        `The lease of ${lease.address} begins in the future`,
        `It begins at ${when}. The clock of the server, or of this machine, is wrong.`,
      );
  }

  /** Compares two records about one address: did another client still hold it when it was leased? */
  private compare(before: Lease, lease: Lease): void {
    if (lease.state !== 'active' || this.doubted.has(lease.address)) return;
    const held = before.state === 'active' || (before.state === 'declined' && this.rules.declinedBinds === true);
    if (!held) return;
    if (before.state === 'active' && sameClient(before, lease)) return;
    const { ends } = before;
    if (!this.rules.whole) {
      if (typeof lease.starts !== 'number' || ends === undefined) return;
      if (ends !== 'never' && lease.starts >= ends) return;
    }
    if (this.full('address-leased-twice')) return;
    const until = ends === undefined ? undefined : timeText(ends, before.local);
    const end = until === undefined ? '' : until === 'never' ? ', without an end' : ` until ${until}`;
    const first =
      before.state === 'declined'
        ? `The record in line ${before.place.line} says that the address was declined, and is not to be used${end}.`
        : `The record in line ${before.place.line} gives it to ${holderOf(before)}${end}.`;
    const start = typeof lease.starts === 'number' ? ` at ${timeText(lease.starts, lease.local)}` : '';
    this.note(
      'address-leased-twice',
      lease.place,
      `${lease.address} is leased to ${holderOf(lease)} while it is ${before.state === 'declined' ? 'declined' : `that of ${holderOf(before)}`}`,
      `${first} This record gives it to ${holderOf(lease)}${start}, and no record between them says that the first lease has ended.`,
    );
  }

  /** Adds a finding at a place. Titles and explanations are sentences; what they quote from the file must go through `quote`. */
  problem(id: LeaseFindingId, place: Place, title: string, explanation: string): void {
    if (!this.full(id)) this.note(id, place, title, explanation);
  }

  /** Counts a finding of this id. Returns true if no more are kept, so that no text needs to be built. */
  private full(id: LeaseFindingId): boolean {
    const known = (this.counts.get(id) ?? 0) + 1;
    this.counts.set(id, known);
    return known > KEPT;
  }

  private note(id: LeaseFindingId, place: Place, title: string, explanation: string): void {
    this.findings.push({ id, severity: CATALOGUE[id].severity, title, place, explanation, steps: [], reference: '' });
  }

  /** The place of a whole line. */
  lineOf(text: string, line = this.line): Place {
    const place = { line, column: 1, endLine: line, endColumn: text.length + 1 };
    return this.part === 0 ? place : { ...place, part: this.part };
  }

  /** Reports a text that is not an address. */
  badAddress(text: string, place: Place): void {
    this.problem(
      'bad-address',
      place,
      `${quote(text)} is not an address`,
      'The record is left out: its server does not read it either.',
    );
  }

  /** The result, once the whole file has been read. */
  finish(kind: LeaseKind): LeaseFile {
    const leases = [...this.leases.values()].map((lease) => this.settled(lease));
    this.twoLeases(leases);
    if (this.left)
      this.problem(
        'too-many-leases',
        this.left,
        'The file holds more leases than are read',
        `${MOST_LEASES} addresses are listed; others from here on are left out.`,
      );
    for (const [id, n] of this.counts) {
      const last = this.findings.findLast((finding) => finding.id === id);
      if (n > KEPT && last)
        this.findings.push({
          ...last,
          title: `${count(n - KEPT, 'more record')} with the same fault`,
          explanation: `${n} records have the fault “${id}”. The first ${KEPT} are listed one by one.`,
        });
    }
    const findings = this.findings.map((finding) => ({ ...finding, ...general(finding.id as LeaseFindingId, kind) }));
    findings.sort(
      ({ place: a }, { place: b }) => (a.part ?? 0) - (b.part ?? 0) || a.line - b.line || a.column - b.column,
    );
    return { kind, leases, findings, records: this.records, lines: this.line, asOf: this.asOf };
  }

  /**
   * Reports a DHCPv4 client that holds two addresses in one subnet at once. A different client identifier makes a different client (RFC
   * 2131 §4.2).
   */
  private twoLeases(leases: readonly Lease[]): void {
    const first = new Map<string, Lease>();
    for (const lease of leases) {
      if (lease.state !== 'active' || lease.client === undefined || lease.address.includes(':')) continue;
      // A lease without an end may be over: a log records events, not the current state.
      if (lease.ends === undefined || this.doubted.has(lease.address)) continue;
      if (typeof lease.ends === 'number' && this.asOf !== undefined && lease.ends <= this.asOf) continue;
      let other = first.get(lease.client);
      if (other && (other.clientId !== lease.clientId || subnetOf(other) !== subnetOf(lease))) {
        const key = `${lease.client} ${lease.clientId ?? ''} ${subnetOf(lease)}`;
        other = first.get(key);
        if (!other) first.set(key, lease);
      } else if (!other) first.set(lease.client, lease);
      if (!other) continue;
      const [earlier, later] = lease.place.line < other.place.line ? [lease, other] : [other, lease];
      this.problem(
        'client-has-two-leases',
        later.place,
        `${lease.client} has two leases: ${earlier.address} and ${later.address}`,
        `Both are active, and have the same ${lease.clientId === undefined ? 'link-layer address' : 'link-layer address and client identifier'}. The record of ${earlier.address} is in line ${earlier.place.line}. A client that asks anew is given its old address.`,
      );
    }
  }

  private settled(lease: Lease): Lease {
    const { ends } = lease;
    if (lease.state !== 'active' || typeof ends !== 'number' || this.asOf === undefined) return lease;
    if (this.byTime.has(lease.address)) return ends < this.asOf ? { ...lease, state: 'expired' } : lease;
    const over = ends < this.asOf - RECLAIMED_WITHIN && !(typeof lease.starts === 'number' && ends < lease.starts);
    if (over && !this.full('expired-but-active')) {
      this.note(
        'expired-but-active',
        lease.endsAt ?? lease.place,
        `The lease of ${lease.address} is over, and is still called active`,
        `It ended at ${timeText(ends, lease.local)}. Other records of this file are as new as ${timeText(this.asOf, lease.local)}: by then the server should have noticed.`,
      );
    }
    return lease;
  }
}
