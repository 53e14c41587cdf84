import { push } from '../../codec/append';
import { SEVERITY_RANK, type Finding } from '../finding';
import { frames, list } from '../words/words';
import type { Compared } from './narrow';
import type { PairFinding, Point } from './point';

/** One capture that was cut into files, or several points that show the same: each fault is told once. */

/** The findings that go on from one file to the next, or that two points show alike, each as one finding with the frames of all files, by what it is made of. */
export function joinedOf(compared: readonly Compared[]): ReadonlyMap<Finding, PairFinding> {
  const before = new Map<Finding, Finding>();
  const points = new Map<Finding, Point>();
  for (const pair of compared) {
    const { a, b, continued, answers } = pair;
    for (const { point } of [a, b]) for (const finding of point.findings) points.set(finding, point);
    if (continued)
      for (const [finding, { by }] of answers) if (by && !leads(by, finding, before)) before.set(finding, by);
    for (const [finding, by] of twinsOf(pair))
      if (!before.has(finding) && !leads(by, finding, before)) before.set(finding, by);
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

/** Whether a finding goes back to another one. */
function leads(from: Finding, to: Finding, before: ReadonlyMap<Finding, Finding>): boolean {
  for (let one: Finding | undefined = from; one; one = before.get(one)) if (one === to) return true;
  return false;
}

/** What a finding says, without the numbers of frames, which every point has its own of. */
const wordsOf = ({ id, severity, subject, title, causes, steps }: Finding): string =>
  JSON.stringify([id, severity, subject, title, causes.map(({ likelihood, text }) => [likelihood, text]), steps]);

/** Findings of the second point that the first one has word for word, of the same message. */
function twinsOf({ a, b, between, answers, settled }: Compared): ReadonlyMap<Finding, Finding> {
  const twins = new Map<Finding, Finding>();
  if (!between) return twins;
  const open = (one: Finding): boolean => one.severity !== 'info' && !answers.has(one) && !settled.has(one);
  const known = new Map(a.point.findings.filter(open).map((one) => [wordsOf(one), one]));
  for (const finding of known.size > 0 ? b.point.findings.filter(open) : []) {
    const twin = known.get(wordsOf(finding));
    const event = a.byFrame.get(twin?.frames[0] ?? 0);
    const there = event && between.partner.get(event);
    if (twin && there?.frames.includes(finding.frames[0] ?? 0)) twins.set(finding, twin);
  }
  return twins;
}

/** The gravest of some findings about one fault, the first of equals, and where else the fault shows. */
function joinedFinding(run: readonly Finding[], points: ReadonlyMap<Finding, Point>): PairFinding {
  const lead = run.reduce((x, y) => (SEVERITY_RANK[y.severity] > SEVERITY_RANK[x.severity] ? y : x));
  const nameOf = (one: Finding): string => points.get(one)!.name;
  const others = run.filter((one) => one !== lead);
  const told = others.map((one) =>
    one.title === lead.title && one.frames.length > 0
      ? `${nameOf(one)} (${frames(one.frames)})`
      : `${nameOf(one)} (${one.frames.length > 0 ? `${frames(one.frames)}: ` : ''}“${one.title}”)`,
  );
  return {
    ...lead,
    title: `${lead.title} (in ${nameOf(lead)}, and again in ${list(others.map(nameOf))})`,
    frames: run[0]!.frames,
    explanation: `${lead.explanation} So far ${nameOf(lead)}; the same shows in ${list(told)}.`,
    framesIn: run.map((one) => ({ file: points.get(one)!.file, frames: one.frames })),
  };
}
