import type { Cause, Severity } from './finding';
import type { Step } from './words/steps';

/** The full text of a finding; made only for the first of several drafts that are merged. */
export interface Detail {
  readonly title: string;
  readonly explanation: string;
  readonly causes: readonly Cause[];
  readonly steps: readonly Step[];
  readonly reference: string;
  /** Servers that can be declared authorised so that it is not reported again. */
  readonly servers?: readonly string[];
}

/** A thing that many subjects may have in common: a server, a link, a device. */
export interface Common {
  /** The subject of the finding about all of them: `server 10.0.0.1`. */
  readonly subject: string;
  /** For the title, after the subjects: `all of server 10.0.0.1`. */
  readonly trait: string;
  /** Those with another reason are not told together. */
  readonly reason?: string;
  /** From how many subjects on; `ALIKE` if left out. */
  readonly least?: number;
}

/** A finding as a rule yields it. */
export interface Draft {
  readonly id: string;
  readonly severity: Severity;
  readonly subject: string;
  /**
   * What this subject has in common with others of the same fault. Several findings of one id with the same thing in common are told as one
   * about that thing.
   */
  readonly common?: Common | undefined;
  /** The most telling frame comes first. */
  readonly frames: readonly number[];
  /** Where its text tells of several messages with this fault: the frames of all of them. If left out, it is one, in the first frame. */
  readonly places?: readonly number[];
  /** Of several with one severity, the text is about one that is graver, and tells how often that happens. */
  readonly graver?: boolean | undefined;
  /** The type of message that it is found in, where the same may be wrong with several. */
  readonly of?: string;
  /** The address that it is about, where the same may happen to one subject with several addresses. */
  readonly address?: string | undefined;
  detail(): Detail;
}

const LIKELIHOODS = ['likely', 'possible', 'unlikely'] as const;

/** A cause, with the evidence in the capture; empty evidence is left out. */
export function cause(
  likelihood: Cause['likelihood'],
  text: string,
  ...evidence: (string | undefined | false)[]
): Cause {
  return { text, likelihood, evidence: evidence.filter((one): one is string => typeof one === 'string' && one !== '') };
}

/** Sorts causes, the likeliest first; causes of equal likelihood keep their order. */
export function ranked(...causes: (Cause | undefined | false)[]): Cause[] {
  const given = causes.filter((one): one is Cause => one !== undefined && one !== false);
  return LIKELIHOODS.flatMap((likelihood) => given.filter((one) => one.likelihood === likelihood));
}

/** Links a cause to the finding that explains it; `frames` are those that the evidence rests on. */
export const withFinding = (finding: string, frames: readonly number[], cause: Cause): Cause => ({
  ...cause,
  finding,
  frames,
});
