import { push } from '../../codec/append';
import type { Clock, Packet, Packets } from '../conversations/packet';
import { limitsOf, type Settings } from '../conversations/settings';
import type { Cause, Finding } from '../finding';
import { eventsOf, type Event } from './points';

/** A capture point: its messages, and what its capture alone says. */

/** A capture to be compared with another. */
export interface Point {
  /** The file, and its name in the findings. */
  readonly file: string;
  readonly name: string;
  readonly packets: Packets;
  /** Times of its first and last frame of any kind, in seconds; 0 if frames have none. */
  readonly firstTime: number;
  readonly lastTime: number;
  readonly clock?: Clock;
  /** The findings of this capture alone. */
  readonly findings: readonly Finding[];
}

/** A finding about two captures. `frames` are those of the first one named. */
export interface PairFinding extends Finding {
  readonly framesIn: readonly { readonly file: string; readonly frames: readonly number[] }[];
}

/** The messages of a point, for comparison with several others. */
export interface PointEvents {
  readonly point: Point;
  readonly events: readonly Event[];
  readonly byClient: ReadonlyMap<string, readonly Event[]>;
  /** The message that a frame shows. */
  readonly byFrame: ReadonlyMap<number, Event>;
  /** By frame: indexes, in the point's findings, of those that a lost message may answer. */
  readonly open: ReadonlyMap<number, readonly number[]>;
  /** What each host asks for all to hear, by its link-layer address. */
  arps(): ReadonlyMap<string, readonly Packet[]>;
  /** Between which link-layer addresses it shows ARP by unicast, both ways: such frames come by this point. */
  unicasts(): ReadonlySet<string>;
}

/** What a comparison shows of a finding of one capture alone, in place of the causes that it guesses and of its steps. */
export interface Answer extends Pick<Finding, 'steps' | 'stepsFor'> {
  readonly cause: Cause;
  /** A finding of another capture, or of the comparison, that explains it. */
  readonly by?: Finding;
}

/** Findings of one capture alone that a lost message can answer. */
const OPEN_QUESTIONS: ReadonlySet<string> = new Set([
  'no-offer',
  'no-ack',
  'renewal-unanswered',
  'inform-unanswered',
  'bootp-unanswered',
  'offer-not-taken',
  'answer-ignored',
  'relay-unanswered',
  'pxe-server-silent',
  'v6-no-reply',
]);

export function readPoint(point: Point, settings: Settings): PointEvents {
  const events = eventsOf(point.packets, limitsOf(settings));
  const byClient = new Map<string, Event[]>();
  const byFrame = new Map<number, Event>();
  for (const event of events) {
    push(byClient, event.client, event);
    for (const frame of event.frames) byFrame.set(frame, event);
  }
  const open = new Map<number, number[]>();
  point.findings.forEach(({ id, frames }, i) => {
    if (OPEN_QUESTIONS.has(id)) for (const frame of frames) push(open, frame, i);
  });
  let arps: ReadonlyMap<string, readonly Packet[]> | undefined;
  let unicasts: ReadonlySet<string> | undefined;
  return {
    point,
    events,
    byClient,
    byFrame,
    open,
    arps: () => (arps ??= arpBroadcasts(point.packets)),
    unicasts: () => (unicasts ??= arpUnicasts(point.packets)),
  };
}

const BROADCAST = 'ff:ff:ff:ff:ff:ff';
/** How many ARP broadcasts of one host are kept. */
const MOST_ARP = 64;

function arpBroadcasts(packets: Packets): Map<string, Packet[]> {
  const all = new Map<string, Packet[]>();
  for (let i = 0; i < packets.count; i++) {
    const packet = packets.get(i);
    const { arp, ethSource, ethDestination, timed } = packet;
    if (!arp || !timed || ethSource === undefined || ethDestination !== BROADCAST) continue;
    if ((all.get(ethSource)?.length ?? 0) < MOST_ARP) push(all, ethSource, packet);
  }
  return all;
}

/** Two link-layer addresses, from and to. */
export const macsOf = ({ ethSource, ethDestination }: Packet): string => `${ethSource ?? '?'} ${ethDestination ?? '?'}`;

function arpUnicasts(packets: Packets): Set<string> {
  const all = new Set<string>();
  for (let i = 0; i < packets.count; i++) {
    const packet = packets.get(i);
    const { arp, ethSource, ethDestination } = packet;
    if (!arp || ethSource === undefined || ethDestination === undefined || ethDestination === BROADCAST) continue;
    all.add(macsOf(packet));
    all.add(`${ethDestination} ${ethSource}`);
  }
  return all;
}

/** A frame that comes to both points is on its way for at most so many seconds. */
const ON_ITS_WAY = 0.5;

/** An ARP broadcast as both points show it. */
export type Through = readonly [here: Packet, there: Packet];

/** ARP broadcasts of one host that come from one point to the other; `ahead`: the other clock. */
function arpsThrough(sender: string, here: PointEvents, there: PointEvents, ahead: number): Through[] {
  const others = there.arps().get(sender) ?? [];
  return (here.arps().get(sender) ?? []).flatMap((one): Through[] => {
    const same = others.find(
      ({ arp, time }) =>
        arp!.targetIp === one.arp!.targetIp &&
        arp!.senderIp === one.arp!.senderIp &&
        Math.abs(time - one.time - ahead) < ON_ITS_WAY,
    );
    return same ? [[one, same]] : [];
  });
}

/** The last ARP broadcast of any host in each VLAN that both points show. */
export function lastArps(here: PointEvents, there: PointEvents, ahead: number): Map<string | undefined, Through> {
  const last = new Map<string | undefined, Through>();
  for (const sender of here.arps().keys())
    for (const pair of arpsThrough(sender, here, there, ahead)) {
      const [{ vlans, time }] = pair;
      if (!(time <= (last.get(vlans)?.[0].time ?? -Infinity))) last.set(vlans, pair);
    }
  return last;
}

/** An ARP broadcast of the sender of a message, in its VLAN, that comes from one point to the other, as evidence; `ahead`: the other clock. */
export function arpPassed(
  { index, vlans }: Event,
  here: PointEvents,
  there: PointEvents,
  ahead: number,
): string | undefined {
  const sender = here.point.packets.get(index).ethSource ?? '';
  const pair = arpsThrough(sender, here, there, ahead).find(([one]) => one.vlans === vlans);
  return pair && `an ARP broadcast of the same sender gets through: ${samePlaces(pair, here, there)}`;
}

/** The places of a frame that both points show, as a clause. */
export const samePlaces = ([one, same]: Through, here: PointEvents, there: PointEvents): string =>
  `frame ${one.frame} of ${here.point.name} is frame ${same.frame} of ${there.point.name}`;
