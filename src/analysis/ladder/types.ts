import type { Outcome } from '../finding';

/* A conversation as a message sequence chart. */

/** A column of the chart: one participant. */
export interface Lane {
  readonly kind: 'client' | 'relay' | 'server' | 'host' | 'point';
  /** An address if one is known; for a capture point, the name of its capture. */
  readonly name: string;
}

/** One arrow of the chart. */
export interface LadderStep {
  /** Frames that show it, including copies and repetitions, up to a limit; none for a message that is not in the capture. */
  readonly frames: readonly number[];
  /** Seconds since the first message of the conversation; left out if frames have no times. */
  readonly time?: number;
  /** The lanes of its two ends, by index. */
  readonly from: number;
  readonly to: number;
  /** Whether it goes to everybody on the link. */
  readonly broadcast?: boolean;
  readonly name: string;
  /** What it carries: `10.67.0.100`, `port unreachable`. Empty if there is nothing to add. */
  readonly about: string;
  /** How it travels, and why; for a message that is not in the capture, why it is drawn. */
  readonly why: string;
  /** How often it was sent, and over how many seconds, if it was repeated. */
  readonly times?: number;
  readonly seconds?: number;
  /** `missing`: it should have come but did not. `unseen`: it came, as what follows shows, but is not in this capture. */
  readonly ghost?: 'missing' | 'unseen';
  /** Whether it is an ICMP error. */
  readonly icmp?: boolean;
  /** If two captures are compared: lanes of the points that saw it, and frames of the other capture that show it. */
  readonly seen?: readonly number[];
  readonly elsewhere?: readonly number[];
  /** It passed one point but did not reach the other, to which `to` leads. */
  readonly lost?: boolean;
}

export interface Ladder {
  /** Number of the conversation, from 1. */
  readonly id: number;
  readonly client: string;
  readonly outcome: Outcome;
  readonly lanes: readonly Lane[];
  readonly steps: readonly LadderStep[];
  /** Number of messages after the last step that are not drawn. */
  readonly left: number;
}
