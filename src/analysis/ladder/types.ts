import type { Outcome } from '../finding';

/* A conversation as a message sequence chart. */

/** Who takes part: a column of the chart. */
export interface Lane {
  readonly kind: 'client' | 'relay' | 'server' | 'host' | 'point';
  /** An address where one is known; of a point at which was captured, its capture. */
  readonly name: string;
}

/** One arrow of the chart. */
export interface LadderStep {
  /** Frames that show it, copies and repetitions included, as far as they are told; none for a message that is not there. */
  readonly frames: readonly number[];
  /** Seconds since the first message of the conversation; left out where frames have no times. */
  readonly time?: number;
  /** Places of the two ends among the lanes. */
  readonly from: number;
  readonly to: number;
  /** It goes to everybody on the link. */
  readonly broadcast?: boolean;
  readonly name: string;
  /** What it is about: `10.67.0.100`, `port unreachable`. Empty where there is nothing to add. */
  readonly about: string;
  /** Which way it goes, and why that way; of a message that is not there, why it is drawn. */
  readonly why: string;
  /** How often it was sent, and over how many seconds, where it was sent again. */
  readonly times?: number;
  readonly seconds?: number;
  /** `missing`: it should have come, and did not. `unseen`: it came, as what follows shows, but this capture does not hold it. */
  readonly ghost?: 'missing' | 'unseen';
  /** It is an ICMP error. */
  readonly icmp?: boolean;
  /** Where two captures are compared: places of the points that saw it, and frames of the other capture that show it. */
  readonly seen?: readonly number[];
  readonly elsewhere?: readonly number[];
  /** It passed one point and never came to the other, which is where `to` leads. */
  readonly lost?: boolean;
}

export interface Ladder {
  /** Number of the conversation, from 1. */
  readonly id: number;
  readonly client: string;
  readonly outcome: Outcome;
  readonly lanes: readonly Lane[];
  readonly steps: readonly LadderStep[];
  /** Messages behind the last step, which are not drawn. */
  readonly left: number;
}
