import type { For } from './words/steps';

/** How grave a finding is, the gravest first. */
export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];
export const SEVERITY_RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

/** A cause that may stand behind a finding, weighed by what the capture shows. */
export interface Cause {
  readonly text: string;
  readonly likelihood: 'likely' | 'possible' | 'unlikely';
  /** What in this capture speaks for or against it. */
  readonly evidence: readonly string[];
  /** Frames that the evidence rests on, where it names some. */
  readonly frames?: readonly number[];
  /** Id of the finding that says more of it, where there is one. */
  readonly finding?: string;
}

/** One diagnosis about one subject, with every frame that proves it. */
export interface Finding {
  /** Stable: people filter and suppress by it. */
  readonly id: string;
  readonly severity: Severity;
  /** One line that names the subject. */
  readonly title: string;
  /** A client, a server, a relay, a lease, a link, or one message. */
  readonly subject: string;
  /** 1-based frame numbers, first the most telling. */
  readonly frames: readonly number[];
  /** What happened, in plain words, with the values seen. */
  readonly explanation: string;
  /** Likeliest first. */
  readonly causes: readonly Cause[];
  /** What to do next: exact commands or settings. */
  readonly steps: readonly string[];
  /** Beside `steps`: for which product each of them is; left out where none is for one. */
  readonly stepsFor?: Readonly<Record<number, For>>;
  /** Servers that the person may declare authorised, so that it is not reported again. */
  readonly servers?: readonly string[];
  /** Keys of the fields that show it (`Field.key`), the most telling first; a frame of it may have none of them. */
  readonly fields?: readonly string[];
  /** RFC and section. */
  readonly reference: string;
  /** Where many findings of one kind are told as one: each of them, with its first frames. */
  readonly members?: readonly { readonly subject: string; readonly frames: readonly number[] }[];
}

export type Outcome =
  'bound' | 'renewed' | 'informed' | 'refused' | 'declined' | 'unanswered' | 'incomplete' | 'released';
