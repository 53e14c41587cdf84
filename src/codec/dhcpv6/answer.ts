import { decodeText, formatIpv6, u16, u32 } from '../bytes';
import { CONTAINERS6, eachOption6, OPTION_HEADER, type Message6 } from './message';

/* What a server's ADVERTISE or REPLY (DHCPv6) grants, and what it tells the client. Read once, together with the message. */

export interface Answer6 {
  /** The first address or prefix with a valid lifetime other than 0. */
  readonly address: string | undefined;
  /** The addresses and prefixes after it. */
  readonly others: readonly string[];
  /** The valid lifetimes of all these, in the same order (RFC 9915 §7.7: 0xffffffff means infinity). */
  readonly valid: readonly number[];
  /** Addresses and prefixes with a valid lifetime of 0: they are taken back, or not given (RFC 9915 §18.2.10.1). */
  readonly ended: readonly string[];
  /** How long the first is granted; undefined if nothing is. */
  readonly times: Times6 | undefined;
  /** Status codes other than Success, at any depth of nesting. */
  readonly refusals: readonly Status6[];
  /** What is wrong with the times, in words. */
  readonly wrongTimes: readonly string[];
  /** The first lifetimes of which the preferred one is longer than the valid one. */
  readonly reversed: Pick<Times6, 'preferred' | 'valid'> | undefined;
}

/** Options that hold a lease: identity associations, and an address or prefix in one. */
export const CONTAINER_NAMES: Readonly<Record<number, string>> = {
  3: 'IA_NA',
  4: 'IA_TA',
  5: 'IAADDR',
  25: 'IA_PD',
  26: 'IAPREFIX',
};

/** The status code of a server that knows no such lease (RFC 9915 §21.13). */
export const NO_BINDING = 3;

/** Times in seconds, as on the wire (RFC 9915 §7.7: 0xffffffff means infinity). */
export interface Times6 {
  readonly preferred: number;
  readonly valid: number;
  /** T1 and T2 of the identity association that holds the address or prefix; 0 leaves them to the client (§14.2). */
  readonly t1: number;
  readonly t2: number;
}

/** Most faults reported per message. A message with more only tries to fill memory. */
const MOST = 20;

/** How deep options inside options are followed. */
const DEEPEST = 4;
const FOREVER = 0xffffffff;
const NONE: readonly never[] = [];

/** A status code other than Success (RFC 9915 §21.13). */
export interface Status6 {
  readonly code: number;
  readonly text: string;
  /** Codes of the options that contain it, outermost first. */
  readonly within: readonly number[];
}

/** Reads what a server's message gives and says. Never throws, whatever the octets. */
export function readAnswer({ bytes, at, end, hasHeader, headerLength }: Message6): Answer6 {
  const reading = new Reading(bytes);
  if (hasHeader) reading.options(at + headerLength, end);
  return reading.answer();
}

/** An identity association with timers, while the options in it are read. */
interface Timed {
  readonly name: string;
  readonly t1: number;
  readonly t2: number;
  /** The shortest preferred lifetime in it. */
  shortest: number;
}

/** One pass over the options of a message, including those inside identity associations and addresses. */
class Reading {
  /** Codes of the options that contain the present one, outermost first. */
  private readonly within: number[] = [];
  private association: Timed | undefined;
  private times: Times6 | undefined;
  private readonly given: string[] = [];
  private valid: number[] | undefined;
  private ended: string[] | undefined;
  private refusals: Status6[] | undefined;
  private wrong: string[] | undefined;
  private reversed: Answer6['reversed'];

  constructor(private readonly bytes: Uint8Array) {}

  answer(): Answer6 {
    this.close();
    const { given, times } = this;
    return {
      address: given[0],
      others: given.length > 1 ? given.slice(1) : NONE,
      valid: this.valid ?? NONE,
      ended: this.ended ?? NONE,
      times,
      refusals: this.refusals ?? NONE,
      wrongTimes: this.wrong ?? NONE,
      reversed: this.reversed,
    };
  }

  /** Reads the options between `at` and `end`, each before the options in it. */
  options(at: number, end: number): void {
    eachOption6(this.bytes, at, end, (code, option, length) => {
      const from = option + OPTION_HEADER;
      this.option(code, from, length);
      const header = CONTAINERS6[code];
      if (header === undefined || length <= header || this.within.length >= DEEPEST) return;
      this.within.push(code);
      this.options(from + header, from + length);
      this.within.pop();
    });
  }

  private option(code: number, at: number, length: number): void {
    const { bytes } = this;
    if (this.within.length === 0) this.begin(code, at, length);
    if (code === 5 && length >= 24) this.lease(at + 16, at, undefined);
    else if (code === 26 && length >= 25) this.lease(at, at + 9, bytes[at + 8]);
    else if (code === 13 && length >= 2 && u16(bytes, at) !== 0 && (this.refusals?.length ?? 0) < MOST)
      (this.refusals ??= []).push({
        code: u16(bytes, at),
        text: decodeText(bytes, at + 2, length - 2),
        within: [...this.within],
      });
  }

  /** An option of the message itself: it may be an identity association with timers. */
  private begin(code: number, at: number, length: number): void {
    this.close();
    if ((code !== 3 && code !== 25) || length < 12) return;
    const name = CONTAINER_NAMES[code]!;
    this.association = { name, t1: u32(this.bytes, at + 4), t2: u32(this.bytes, at + 8), shortest: Infinity };
  }

  /** An address or prefix: its lifetimes are at `lifetimes`, its octets at `at`. */
  private lease(lifetimes: number, at: number, prefix: number | undefined): void {
    const preferred = u32(this.bytes, lifetimes);
    const valid = u32(this.bytes, lifetimes + 4);
    if (preferred > valid) {
      this.reversed ??= { preferred, valid };
      this.tell(`preferred lifetime ${preferred} s longer than valid lifetime ${valid} s`);
    }
    const { association } = this;
    // A lifetime of 0 withdraws an address, so it does not limit the timers.
    if (association && preferred !== 0 && preferred !== FOREVER)
      association.shortest = Math.min(association.shortest, preferred);
    const into = valid > 0 ? this.given : (this.ended ??= []);
    if (into.length >= MOST) return;
    const address = formatIpv6(this.bytes, at);
    into.push(prefix === undefined ? address : `${address}/${prefix}`);
    if (valid === 0) return;
    (this.valid ??= []).push(valid);
    this.times ??= { preferred, valid, t1: association?.t1 ?? 0, t2: association?.t2 ?? 0 };
  }

  /** Judges the timers of the association that ends here. */
  private close(): void {
    if (!this.association) return;
    const { name, t1, t2, shortest } = this.association;
    this.association = undefined;
    // 0 leaves the time to the client (§14.2).
    if (t1 !== 0 && t2 !== 0 && t1 > t2) return this.tell(`${name} with T1 ${t1} s later than T2 ${t2} s`);
    // An infinite timer is later than any lifetime, but it is not an error: it tells the client never to renew (§14.2,
    // §7.7). So it does not count here.
    const latest = Math.max(t1 === FOREVER ? 0 : t1, t2 === FOREVER ? 0 : t2);
    if (shortest !== Infinity && latest !== 0 && latest > shortest)
      this.tell(
        `${name} with T${t2 >= t1 ? 2 : 1} ${latest} s later than the shortest preferred lifetime ${shortest} s`,
      );
  }

  private tell(wrong: string): void {
    if ((this.wrong?.length ?? 0) < MOST) (this.wrong ??= []).push(wrong);
  }
}
