import { push } from '../../codec/append';
import type { Packets } from '../conversations/packet';
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
  return { point, events, byClient, byFrame, open };
}
