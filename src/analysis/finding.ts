import type { For } from './words/steps';

/** How serious a finding is, the most serious first. */
export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];
/** A severity as a noun that can be counted: `2 notes`. */
export const SEVERITY_NOUNS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };
export const SEVERITY_RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

/** A possible cause of a finding, weighed by what the capture shows. */
export interface Cause {
  readonly text: string;
  readonly likelihood: 'likely' | 'possible' | 'unlikely';
  /** What in this capture speaks for or against it. */
  readonly evidence: readonly string[];
  /** Frames that the evidence rests on, where it names some. */
  readonly frames?: readonly number[];
  /** Id of the finding that explains it, if there is one. */
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
  /** 1-based frame numbers, the most telling first. */
  readonly frames: readonly number[];
  /** What happened, in plain words, with the values seen. */
  readonly explanation: string;
  /** The likeliest cause comes first. */
  readonly causes: readonly Cause[];
  /** What to do next: exact commands or settings. */
  readonly steps: readonly string[];
  /** For steps that are for one product: which product, by the index of the step. Left out if no step is. */
  readonly stepsFor?: Readonly<Record<number, For>>;
  /** Servers that can be declared authorised so that it is not reported again. */
  readonly servers?: readonly string[];
  /** Keys of the fields that show it (`Field.key`), the most telling first; a frame of the finding may have none of them. */
  readonly fields?: readonly string[];
  /** RFC and section. */
  readonly reference: string;
  /** If many findings of one kind are reported as one: each of them, with its first frames. */
  readonly members?: readonly { readonly subject: string; readonly frames: readonly number[] }[];
}

/** What an exchange can come to. */
export const OUTCOMES = [
  'bound',
  'renewed',
  'informed',
  'refused',
  'declined',
  'unanswered',
  'incomplete',
  'released',
] as const;
export type Outcome = (typeof OUTCOMES)[number];
