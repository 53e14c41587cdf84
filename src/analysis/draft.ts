import type { Cause, Severity } from './finding';
import type { Step } from './words/steps';

/** What a finding says at length; made only for the first of several findings that are one. */
export interface Detail {
  readonly title: string;
  readonly explanation: string;
  readonly causes: readonly Cause[];
  readonly steps: readonly Step[];
  readonly reference: string;
  /** Servers that the person may declare authorised, so that it is not reported again. */
  readonly servers?: readonly string[];
}

/** A finding as a rule hands it in. */
export interface Draft {
  readonly id: string;
  readonly severity: Severity;
  readonly subject: string;
  /** First the most telling. */
  readonly frames: readonly number[];
  detail(): Detail;
}

const LIKELIHOODS = ['likely', 'possible', 'unlikely'] as const;

/** A cause, with what the capture says to it; empty evidence is left out. */
export function cause(
  likelihood: Cause['likelihood'],
  text: string,
  ...evidence: (string | undefined | false)[]
): Cause {
  return { text, likelihood, evidence: evidence.filter((one): one is string => typeof one === 'string' && one !== '') };
}

/** Likeliest first; causes of one likelihood keep their order. */
export function ranked(...causes: (Cause | undefined | false)[]): Cause[] {
  const given = causes.filter((one): one is Cause => one !== undefined && one !== false);
  return LIKELIHOODS.flatMap((likelihood) => given.filter((one) => one.likelihood === likelihood));
}

/** A cause of which another finding says more, by that finding's id; `frames` are those that its evidence rests on. */
export const toldBy = (finding: string, frames: readonly number[], cause: Cause): Cause => ({
  ...cause,
  finding,
  frames,
});
