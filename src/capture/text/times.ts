import type { HexPacket } from './form';

// The times that programs print in the lines around packets.

type Time = NonNullable<HexPacket['time']>;

/** How tcpdump begins a line: with a date and a time of day, with a time of day alone, or with seconds since 1970. */
export const TCPDUMP_TIME = /^(?:(\d{4}-\d\d-\d\d) )?(?:(\d{1,2}:\d\d:\d\d\.\d{6,9})|(\d{9,11})\.(\d{6,9})) /;
/** How Wireshark and tshark tell the time of a frame in its details. */
export const EPOCH = /^\s*Epoch (?:Arrival )?Time: (\d+)\.(\d{9})/;

const DATE = String.raw`(?<date>\d{4}-\d\d-\d\d)`;
const CLOCK = String.raw`(?<clock>\d{1,2}:\d\d:\d\d\.\d{2,9})`;
const DAY = String.raw`[A-Z][a-z]{2} +\d{1,2}(?: \d{4})?`;
/** Lines of other programs with a time that is exact enough to order messages by it. */
const OTHERS: readonly RegExp[] = [
  // The packet list of Wireshark and tshark; snoop, which counts from the packet before, prints five decimals.
  new RegExp(
    String.raw`^\s*\d+ +(?:(?:${DATE} )?${CLOCK}|(?<since>\d+)\.(?<parts>\d{6}|\d{9})) +\S+ +(?:→ +|-> +)?\S+ +\S`,
  ),
  new RegExp(String.raw`\bPacket \d+ arrived at ${CLOCK}`),
  // Debug output and capture buffers of Cisco IOS.
  new RegExp(String.raw`^\s*[*.]?(?:${DAY} )?${CLOCK}(?: [A-Z]{2,5})?(?: ${DAY})? ?: `),
  new RegExp(String.raw`^\W{0,3}${DATE}[T ](?<clock>\d\d:\d\d:\d\d[.,]\d{3,9})(?<zone>Z|[+-]\d\d:?\d\d)?\b`),
];

/** Half a day, in seconds: a time of day that is so much earlier is that of the next day. */
const HALF_A_DAY = 43200;
/** Characters of a line in which a time is looked for. */
const LONGEST = 200;

/** A time, and whether it has a date. Otherwise it counts from midnight, or from the first frame. */
export interface TimeRead {
  readonly time: Time;
  readonly dated: boolean;
  /** Whether the time is that of a clock whose zone is not told: then the seconds since 1970 are not known. */
  readonly local: boolean;
}

/** The times of a text, which count on over midnight if they have no date. */
export class Times {
  private days = 0;
  private last = 0;
  /** Whether the times are differences; undefined before the first one. */
  private differences: boolean | undefined;

  /** The time of a frame from the line with which tcpdump begins it. */
  tcpdump(line: string): TimeRead | undefined {
    const [, date, clock, seconds, fraction] = TCPDUMP_TIME.exec(line) ?? [];
    if (seconds !== undefined) return sinceEpoch(seconds, fraction!);
    return clock === undefined ? undefined : this.ofDay(date, clock);
  }

  /** The time in a line of any of the programs that print one before a packet. */
  any(whole: string): TimeRead | undefined {
    const line = whole.slice(0, LONGEST);
    if (!/\d\.\d\d|:\d\d,\d/.test(line)) return undefined;
    const epoch = EPOCH.exec(line);
    if (epoch) return sinceEpoch(epoch[1]!, epoch[2]!);
    const first = this.tcpdump(line.trimStart());
    if (first) return first;
    for (const one of OTHERS) {
      const { date, clock, since, parts, zone } = one.exec(line)?.groups ?? {};
      if (since !== undefined) return { ...sinceEpoch(since, parts!), dated: false, local: true };
      if (clock !== undefined) return this.ofDay(date, clock.replace(',', '.'), zone);
    }
    return undefined;
  }

  private ofDay(date: string | undefined, clock: string, zone?: string): TimeRead | undefined {
    const time = timeOf(date, clock, zone);
    if (!time || date !== undefined) return time && { time, dated: true, local: zone === undefined };
    // Packets without a time have this one. As the first it shows that the text tells how long after another frame each one came (-ttt,
    // -ttttt), but not after which.
    const zero = /^[0:.]+$/.test(clock);
    this.differences ??= zero;
    if (zero || this.differences) return undefined;
    if (time.seconds < this.last - HALF_A_DAY) this.days++;
    this.last = time.seconds;
    return { time: { ...time, seconds: time.seconds + 86400 * this.days }, dated: false, local: true };
  }
}

/** The time of a number of seconds since 1970 with decimals. */
const sinceEpoch = (seconds: string, fraction: string): TimeRead => ({
  time: { seconds: Number(seconds), nanoseconds: Number(fraction.padEnd(9, '0')) },
  dated: true,
  local: false,
});

/** The time of a frame from a line that Wireshark writes in XML or JSON. */
export function timeIn(text: string): HexPacket['time'] {
  const [, seconds, fraction] = /^(\d{1,11})\.(\d{9})$/.exec(text) ?? [];
  return seconds === undefined ? undefined : sinceEpoch(seconds, fraction!).time;
}

/** A time of capture from a date (optional) and a time of day. Undefined if there is no such day. */
export function timeOf(date: string | undefined, clock: string, zone = 'Z'): HexPacket['time'] {
  const [whole = '', fraction = ''] = clock.padStart(clock.indexOf(':') === 1 ? clock.length + 1 : 0, '0').split('.');
  const milliseconds = Date.parse(`${date ?? '1970-01-01'}T${whole}${zone}`);
  if (Number.isNaN(milliseconds)) return undefined;
  return { seconds: milliseconds / 1000, nanoseconds: Number(fraction.slice(0, 9).padEnd(9, '0')) };
}

/**
 * Packets with the times that the lines before them tell: the last one between the rows of two packets, or on the line on which a packet
 * begins. `used` marks the lines that are rows.
 */
export function withTimes(
  packets: readonly HexPacket[],
  used: Uint8Array,
  lines: readonly string[],
): readonly HexPacket[] {
  const times = new Times();
  let next = 0;
  return packets.map((packet) => {
    let found: TimeRead | undefined;
    for (; next < packet.line && next < lines.length; next++)
      if (!used[next] || next === packet.line - 1) found = times.any(lines[next]!) ?? found;
    if (packet.time || !found) return packet;
    const known = {
      ...(found.dated ? {} : { undated: true as const }),
      ...(found.local ? { local: true as const } : {}),
    };
    return { ...packet, time: found.time, ...known };
  });
}
