import { DEFAULT_SETTINGS } from '../../src/analysis';
import type { Compared } from '../../src/analysis/compare/narrow';
import {
  comparePoints,
  readPoint,
  type Comparison,
  type PairFinding,
  type PointEvents,
} from '../../src/analysis/compare/pair';
import type { Packet } from '../../src/analysis/conversations/packet';
import type { Build } from './build';

/* Two captures built side by side, in the time of a clock that both share, and compared. */

const T0 = 1_700_000_000;

export interface Frame {
  readonly from?: number;
  readonly until?: number;
}

/** What differs between two captures; `ahead`: by how many seconds the second clock is ahead of the first. */
export const compare = (...args: Parameters<typeof comparison>): readonly PairFinding[] => comparison(...args).findings;

export const comparison = (...args: Parameters<typeof compared>): Comparison => compared(...args);

/** The comparison with both points. */
export function compared(a: Build, b: Build, ahead = 0, frames: readonly [Frame, Frame] = [{}, {}]): Compared {
  const [one, two] = [a, b].map((build, i) => pointOf(build, i === 0 ? 'a.pcap' : 'b.pcap', i * ahead, frames[i]));
  return { a: one!, b: two!, ...comparePoints(one!, two!) };
}

/** One capture, by its file; `ahead`: by how many seconds its clock is ahead. */
export function pointOf(build: Build, name: string, ahead = 0, { from, until }: Frame = {}): PointEvents {
  const shift = T0 + ahead;
  const packets: Packet[] = build.packets.map((packet) => ({ ...packet, time: packet.time + shift }));
  const times = packets.map((packet) => packet.time);
  return readPoint(
    {
      file: name,
      name,
      packets: { count: packets.length, get: (n) => packets[n]! },
      firstTime: from === undefined ? Math.min(...times) : shift + from,
      lastTime: until === undefined ? Math.max(...times) : shift + until,
      findings: build.analyse(until).findings,
    },
    DEFAULT_SETTINGS,
  );
}
