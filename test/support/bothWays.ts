/**
 * Messages that are alike are known by their stencil and not read; exchanges that go as they should are judged by their signature. What
 * comes out has to be what comes out when every message is read: captures are analysed both ways here.
 */
import assert from 'node:assert/strict';
import { analyse, DEFAULT_SETTINGS, type Analysis, type Settings } from '../../src/analysis';
import { World } from '../../src/analysis/world';
import type { CapturedFrame } from '../../src/capture/frame';
import { holedOptions } from '../../src/engine/holedOptions';
import { packetsOf } from '../../src/engine/packets';
import { relevantFrames } from '../../src/engine/relevance';
import { Scan } from '../../src/engine/scan';
import { Stencils } from '../../src/engine/stencils';
import type { Random } from '../fuzz/random';
import { onLink, type OtherLink } from './links';

const plainObject = ({ conversations, findings, servers, clients, verdict }: Analysis): unknown =>
  JSON.parse(JSON.stringify({ conversations, findings, servers, clients, verdict }));

/** Numbers of exchanges: all that were read one by one, and those that were judged by their signature, of both protocols. */
export interface Compared {
  readonly read: number;
  readonly crowd: number;
  readonly crowd6: number;
  /** Ids of the findings. */
  readonly ids: ReadonlySet<string>;
}

/** Analyses what a scan holds both ways. */
export function compareBothWays(scan: Scan, place: string, settings: Settings = DEFAULT_SETTINGS): Compared {
  const packets = packetsOf(scan, relevantFrames(scan));
  const { firstTime, lastTime, frames, contents } = scan;
  const facts = { frames, firstTime, lastTime, contents, fileProblems: [], name: place };
  const quick = analyse(packets, facts, settings);
  const slow = analyse({ count: packets.count, get: (i) => packets.get(i) }, facts, settings);
  assert.deepEqual(plainObject(quick), plainObject(slow), place);
  const { singled, conversations6, crowd } = new World(packets, facts, settings);
  return {
    read: singled.length + conversations6.exchanges.length,
    crowd: crowd.size,
    crowd6: crowd.six.size,
    ids: new Set(quick.findings.map(({ id }) => id)),
  };
}

/** A scan that makes a stencil of each message that it could be made of; one that makes none. */
export const eagerScan = (): Scan => new Scan(new Stencils(holedOptions(), true));
export const plainScan = (): Scan => new Scan(new NoStencils(holedOptions()));

class NoStencils extends Stencils {
  override match(): undefined {
    return undefined;
  }
  override learn(): undefined {
    return undefined;
  }
}

/** What is wrong in each message is the same, whether it has a stencil or not: there it is looked for once. Gives how many have one. */
export function sameProblems(known: Scan, plain: Scan, place: string): number {
  const [some, all] = [packetsOf(known, undefined), packetsOf(plain, undefined)];
  assert.equal(some.count, all.count, place);
  let stencilled = 0;
  for (let i = 0; i < some.count; i++) {
    if (known.store.stencilId(i) !== 0) stencilled++;
    assert.deepEqual(some.get(i).problems, all.get(i).problems, `${place}, message ${i}`);
  }
  return stencilled;
}

export interface SentFrame {
  /** Seconds. */
  readonly time: number;
  /** An Ethernet frame. */
  readonly bytes: Uint8Array;
}

/** How the frames are captured: on Ethernet where not said otherwise, and with all their octets. */
export interface Capturing {
  readonly link?: OtherLink;
  readonly snapLength?: number;
  /** Octets behind each frame that were not captured. */
  readonly trailer?: number;
  readonly scan?: Scan;
}

/** What a capture of these frames holds, in the order in which they were sent, or nearly. */
export function scanOf(
  sent: readonly SentFrame[],
  random: Random,
  { link, snapLength = 65535, trailer = 0, scan = eagerScan() }: Capturing = {},
): Scan {
  const shuffled = random.once(4);
  const events = [...sent].sort((a, b) => a.time - b.time);
  if (shuffled && events.length > 4)
    for (let i = 0; i + 1 < events.length; i += 5) [events[i], events[i + 1]] = [events[i + 1]!, events[i]!];
  events.forEach(({ time, bytes: ethernet }, i) => {
    const { bytes, linkType } = link ? onLink(ethernet, link, random) : { bytes: ethernet, linkType: 1 };
    const frame: CapturedFrame = {
      number: i + 1,
      bytes,
      start: 0,
      end: Math.min(bytes.length, snapLength),
      wireLength: bytes.length + trailer,
      linkType,
      interface: 0,
      seconds: 1_700_000_000 + Math.floor(time),
      nanoseconds: Math.floor((time % 1) * 1e9),
      timed: true,
      fileOffset: 0,
      comment: undefined,
    };
    scan.add(frame);
  });
  return scan;
}
