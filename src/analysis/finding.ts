/** How grave a finding is, the gravest first. */
export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A cause that may stand behind a finding, weighed by what the capture shows. */
export interface Cause {
  readonly text: string;
  readonly likelihood: 'likely' | 'possible' | 'unlikely';
  /** What in this capture speaks for or against it. */
  readonly evidence: readonly string[];
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
  /** RFC and section. */
  readonly reference: string;
}

export type Outcome =
  'bound' | 'renewed' | 'informed' | 'refused' | 'declined' | 'unanswered' | 'incomplete' | 'released';
