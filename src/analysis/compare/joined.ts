import { push } from '../../codec/append';
import { SEVERITY_RANK, type Finding } from '../finding';
import { frames, list } from '../words/words';
import type { Compared } from './narrow';
import type { PairFinding, Point } from './point';

/** One capture that was cut into files: each fault is told once. */

/** The findings that go on from one file to the next, each as one finding with the frames of all files, by what it is made of. */
export function joinedOf(compared: readonly Compared[]): ReadonlyMap<Finding, PairFinding> {
  const before = new Map<Finding, Finding>();
  const points = new Map<Finding, Point>();
  for (const { a, b, continued, answers } of compared) {
    if (!continued) continue;
    for (const { point } of [a, b]) for (const finding of point.findings) points.set(finding, point);
    for (const [finding, { by }] of answers) if (by) before.set(finding, by);
  }
  const runs = new Map<Finding, Finding[]>();
  for (const finding of before.keys()) {
    let first = finding;
    for (let one: Finding | undefined = finding; one; one = before.get(one)) first = one;
    push(runs, first, finding);
  }
  const joined = new Map<Finding, PairFinding>();
  for (const [first, others] of runs) {
    const timeOf = (one: Finding): number => points.get(one)!.firstTime;
    const run = [first, ...others.sort((x, y) => timeOf(x) - timeOf(y))];
    const one = joinedFinding(run, points);
    for (const finding of run) joined.set(finding, one);
  }
  return joined;
}

/** The gravest of some findings about one fault, the first of equals, and where else the fault shows. */
function joinedFinding(run: readonly Finding[], points: ReadonlyMap<Finding, Point>): PairFinding {
  const lead = run.reduce((x, y) => (SEVERITY_RANK[y.severity] > SEVERITY_RANK[x.severity] ? y : x));
  const nameOf = (one: Finding): string => points.get(one)!.name;
  const others = run.filter((one) => one !== lead);
  const told = others.map(
    (one) => `${nameOf(one)} (${one.frames.length > 0 ? `${frames(one.frames)}: ` : ''}“${one.title}”)`,
  );
  return {
    ...lead,
    title: `${lead.title} (in ${nameOf(lead)}, and again in ${list(others.map(nameOf))})`,
    frames: run[0]!.frames,
    explanation: `${lead.explanation} So far ${nameOf(lead)}; the same shows in ${list(told)}.`,
    framesIn: run.map((one) => ({ file: points.get(one)!.file, frames: one.frames })),
  };
}
