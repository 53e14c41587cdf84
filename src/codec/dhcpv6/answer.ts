import { decodeText, formatIpv6, u16, u32 } from '../bytes';
import { CONTAINERS6, OPTION_HEADER, readOptions6, type Message6, type RawOption6 } from './message';

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
}

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

export function readAnswer(message: Message6): Answer6 {
  const options: Option6[] = [];
  collect(message, message.options, [], options);
  const { bytes } = message;
  return {
    ...given(bytes, options),
    refusals: refusalsOf(bytes, options).slice(0, MOST),
    wrongTimes: wrongTimes(bytes, options).slice(0, MOST),
  };
}

/** An option anywhere in a message. */
interface Option6 {
  readonly code: number;
  /** Index in `bytes` of its value, and the value's length. */
  readonly at: number;
  readonly length: number;
  /** Codes of the options that contain it, outermost first. */
  readonly within: readonly number[];
}

/** Collects options, including those inside identity associations and addresses. Each comes before the options in it. */
function collect(message: Message6, options: readonly RawOption6[], within: readonly number[], into: Option6[]): void {
  for (const { code, at, length } of options) {
    const from = at + OPTION_HEADER;
    into.push({ code, at: from, length, within });
    const header = CONTAINERS6[code];
    if (header !== undefined && length > header && within.length < 4)
      collect(message, readOptions6(message.bytes, from + header, from + length), [...within, code], into);
  }
}

function given(
  bytes: Uint8Array,
  options: readonly Option6[],
): Pick<Answer6, 'address' | 'others' | 'valid' | 'ended' | 'times'> {
  let timers = { t1: 0, t2: 0 };
  let times: Times6 | undefined;
  const all: string[] = [];
  const valid: number[] = [];
  const ended: string[] = [];
  for (const { code, at, length, within } of options) {
    if (within.length === 0) {
      const timed = (code === 3 || code === 25) && length >= 12;
      timers = timed ? { t1: u32(bytes, at + 4), t2: u32(bytes, at + 8) } : { t1: 0, t2: 0 };
    }
    const isAddress = code === 5 && length >= 24;
    if (!isAddress && !(code === 26 && length >= 25)) continue;
    const given = lifetimes(bytes, isAddress ? at + 16 : at);
    const into = given.valid > 0 ? all : ended;
    if (into.length >= MOST) continue;
    into.push(isAddress ? formatIpv6(bytes, at) : `${formatIpv6(bytes, at + 9)}/${bytes[at + 8]!}`);
    if (given.valid === 0) continue;
    valid.push(given.valid);
    times ??= { ...given, ...timers };
  }
  return { address: all[0], others: all.length > 1 ? all.slice(1) : NONE, valid, ended, times };
}

const NONE: readonly string[] = [];

const lifetimes = (bytes: Uint8Array, at: number): Pick<Times6, 'preferred' | 'valid'> => ({
  preferred: u32(bytes, at),
  valid: u32(bytes, at + 4),
});

export interface Status6 {
  readonly code: number;
  readonly text: string;
  readonly within: readonly number[];
}

function refusalsOf(bytes: Uint8Array, options: readonly Option6[]): Status6[] {
  const out: Status6[] = [];
  for (const option of options) {
    if (option.code !== 13 || option.length < 2 || u16(bytes, option.at) === 0) continue;
    out.push({
      code: u16(bytes, option.at),
      text: decodeText(bytes, option.at + 2, option.length - 2),
      within: option.within,
    });
  }
  return out;
}

const FOREVER = 0xffffffff;

function wrongTimes(bytes: Uint8Array, options: readonly Option6[]): string[] {
  const wrong: string[] = [];
  let ia: { name: string; t1: number; t2: number; shortest: number } | undefined;
  const close = (): void => {
    if (!ia) return;
    const { name, t1, t2, shortest } = ia;
    // 0 leaves the time to the client (§14.2).
    if (t1 !== 0 && t2 !== 0 && t1 > t2) wrong.push(`${name} with T1 ${t1} s later than T2 ${t2} s`);
    // An infinite timer is later than any lifetime, but it is not an error: it tells the client never to renew (§14.2,
    // §7.7). So it does not count here.
    const latest = Math.max(t1 === FOREVER ? 0 : t1, t2 === FOREVER ? 0 : t2);
    if (shortest !== Infinity && latest !== 0 && latest > shortest && t1 <= Math.max(t2, t1)) {
      if (!(t1 !== 0 && t2 !== 0 && t1 > t2))
        wrong.push(
          `${name} with T${t2 >= t1 ? 2 : 1} ${latest} s later than the shortest preferred lifetime ${shortest} s`,
        );
    }
    ia = undefined;
  };
  for (const option of options) {
    if (option.within.length === 0) close();
    if ((option.code === 3 || option.code === 25) && option.length >= 12 && option.within.length === 0) {
      ia = {
        name: option.code === 3 ? 'IA_NA' : 'IA_PD',
        t1: u32(bytes, option.at + 4),
        t2: u32(bytes, option.at + 8),
        shortest: Infinity,
      };
    }
    const at =
      option.code === 5 && option.length >= 24
        ? option.at + 16
        : option.code === 26 && option.length >= 25
          ? option.at
          : -1;
    if (at < 0) continue;
    const preferred = u32(bytes, at);
    const valid = u32(bytes, at + 4);
    if (preferred > valid) wrong.push(`preferred lifetime ${preferred} s longer than valid lifetime ${valid} s`);
    // A lifetime of 0 withdraws an address, so it does not limit the timers.
    if (ia && preferred !== 0) ia.shortest = Math.min(ia.shortest, preferred === FOREVER ? Infinity : preferred);
  }
  close();
  return wrong;
}
