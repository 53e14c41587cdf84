import { cause, withFinding } from './draft';
import type { Finding } from './finding';
import { putFirst } from './words/difference';
import { frames } from './words/words';

/** A finding that another one explains has that one as its likely cause, whatever its own rule weighed. */

/** How many frames of a finding are compared to see whether it is about the same as another. */
export const MOST_COMPARED = 2000;
/** What explains a finding has at least this part of its frames: of an answer that is not heard, the other half are the questions. */
const LEAST_PART = 1 / 3;

/** The frames of a finding that another one has as well, if they are so many that the other one explains it as a whole. */
function sharedFrames(one: Finding, effect: Finding): readonly number[] {
  const about = effect.frames.slice(0, MOST_COMPARED);
  const known = new Set(one.frames.slice(0, MOST_COMPARED));
  const shared = about.filter((frame) => known.has(frame)).sort((a, b) => a - b);
  return shared.length >= about.length * LEAST_PART ? shared : [];
}

/** A finding with the first of those that explain it as its likely cause, and the steps of that before its own. */
export function explained(effect: Finding, explaining: readonly Finding[]): Finding {
  // A rule that has found the connection says more about it.
  if (effect.causes.some(({ likelihood, finding }) => likelihood === 'likely' && finding !== undefined)) return effect;
  for (const one of explaining) {
    const shared = sharedFrames(one, effect);
    if (shared.length === 0) continue;
    const first = withFinding(
      one.id,
      shared,
      cause('likely', one.title, `this shows in ${frames(shared)}`, `see the finding ${one.id}`),
    );
    const others = effect.causes.filter(({ finding }) => finding !== one.id);
    return { ...effect, causes: putFirst(first, others), ...stepsOf(one, effect) };
  }
  return effect;
}

/** The steps of both, each once, with the products that they are for. */
function stepsOf(one: Finding, effect: Finding): Pick<Finding, 'steps' | 'stepsFor'> {
  const all = new Map<string, NonNullable<Finding['stepsFor']>[number] | undefined>();
  for (const { steps, stepsFor } of [one, effect])
    steps.forEach((step, i) => {
      if (!all.has(step)) all.set(step, stepsFor?.[i]);
    });
  const made = [...all.values()].flatMap((product, i) => (product === undefined ? [] : [[i, product] as const]));
  return { steps: [...all.keys()], ...(made.length > 0 ? { stepsFor: Object.fromEntries(made) } : {}) };
}

/**
 * Findings for an output that shows all of them, one after the other: one that another explains does not list again what is to be done for
 * that one, and names it in place of the first such step.
 */
export function stepsOnce<T extends Finding>(findings: readonly T[]): T[] {
  const before = new Map<string, Set<string>>();
  return findings.map((finding) => {
    const ids = finding.causes.flatMap(({ likelihood, finding: id }) => (likelihood === 'likely' && id ? [id] : []));
    const id = ids.find((one) => finding.steps.some((step) => before.get(one)?.has(step)));
    const told = id === undefined ? undefined : new Set(before.get(id));
    const known = before.get(finding.id) ?? new Set();
    before.set(finding.id, known);
    for (const step of finding.steps) known.add(step);
    if (!told) return finding;
    const first = finding.steps.findIndex((step) => told.has(step));
    const kept = finding.steps.flatMap((step, i) => {
      if (i === first) return [[`Do what the finding ${id!} says.`, undefined] as const];
      return told.has(step) ? [] : [[step, finding.stepsFor?.[i]] as const];
    });
    const made = kept.flatMap(([, product], i) => (product ? [[i, product] as const] : []));
    return {
      ...finding,
      steps: kept.map(([step]) => step),
      ...(finding.stepsFor ? { stepsFor: Object.fromEntries(made) } : {}),
    };
  });
}
