import { push } from '../../codec/append';
import { cause } from '../draft';
import { MOST_COMPARED } from '../explained';
import { mayExplain } from '../grouping';
import type { Cause, Finding } from '../finding';
import type { Answer, PointEvents } from './point';
import type { Matching } from './points';

/** What one capture finds of messages of which another capture shows more. */

/** How many findings about the same messages are held against each. */
const MOST_TRIED = 32;

const explaining = ({ causes }: Finding): Cause | undefined =>
  causes.find(({ likelihood, finding }) => likelihood === 'likely' && finding !== undefined);

/**
 * Findings of each capture that a finding of the other one explains, about the same messages. `answered`: what is known already; the steps of
 * such a finding are those that count.
 */
export function explainedElsewhere(
  points: readonly (readonly [here: PointEvents, there: PointEvents])[],
  { partner }: Matching,
  answered: ReadonlyMap<Finding, Answer>,
): Map<Finding, Answer> {
  const answers = new Map<Finding, Answer>();
  for (const [here, there] of points) {
    const byFrame = new Map<number, Finding[]>();
    for (const finding of there.point.findings)
      if (finding.severity !== 'info')
        for (const frame of finding.frames.slice(0, MOST_COMPARED)) push(byFrame, frame, finding);
    for (const effect of here.point.findings) {
      if (effect.severity === 'info' || explaining(effect)) continue;
      const about = new Set<Finding>();
      for (const frame of effect.frames.slice(0, MOST_COMPARED))
        for (const other of partner.get(here.byFrame.get(frame)!)?.frames ?? [])
          for (const one of byFrame.get(other) ?? []) if (about.size < MOST_TRIED) about.add(one);
      const found = [...about].find((one) => mayExplain(one, effect));
      const twin = found ? undefined : [...about].find((one) => one.id === effect.id && explaining(one));
      const first = found ?? twin;
      if (!first) continue;
      const name = there.point.name;
      const { text, evidence, finding } = found
        ? { text: found.title, evidence: [], finding: found.id }
        : { ...explaining(twin!)!, evidence: explaining(twin!)!.evidence.map((one) => `in ${name}, ${one}`) };
      const told = cause('likely', text, ...evidence.slice(0, -1), `see the finding ${finding!} in ${name}`);
      const source = [...about].find((one) => one.id === finding) ?? first;
      const { steps, stepsFor } = answered.get(first) ?? source;
      answers.set(effect, {
        cause: { ...told, finding: finding! },
        steps,
        ...(stepsFor ? { stepsFor } : {}),
        by: first,
      });
    }
  }
  return answers;
}

/** Findings of one capture that follow from one of the same capture that is answered: they have its steps. */
export function consequences(
  points: readonly PointEvents[],
  answers: ReadonlyMap<Finding, Answer>,
): Map<Finding, Answer> {
  const out = new Map<Finding, Answer>();
  for (const { point } of points)
    for (const effect of point.findings) {
      const told = explaining(effect);
      if (!told || answers.has(effect)) continue;
      const own = new Set(effect.frames.slice(0, MOST_COMPARED));
      const first = point.findings.find(
        (one) =>
          one.id === told.finding && answers.has(one) && one.frames.slice(0, MOST_COMPARED).some((i) => own.has(i)),
      );
      const answer = first && answers.get(first);
      if (answer) out.set(effect, { ...answer, cause: told, by: first });
    }
  return out;
}
