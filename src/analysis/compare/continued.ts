import type { Finding } from '../finding';
import { cause } from '../draft';
import type { Answer, PointEvents } from './point';
import type { Event, Matching } from './points';

/** One capture that was cut into files: the second begins where the first ends. */

/** Seconds between the last frame of one file and the first of the next. */
const MOST_GAP = 30;
/** Two points show the same messages; files that follow each other do not. */
const MOST_SHARED = 0.5;

const order = (a: PointEvents, b: PointEvents): [PointEvents, PointEvents] =>
  a.point.firstTime <= b.point.firstTime ? [a, b] : [b, a];

/** Client and xid. */
const exchangeOf = ({ id }: Event): string => id.split(' ', 3).join(' ');

/** Whether two files follow each other in time, an exchange goes on from one to the other, and hardly a message is in both. */
export function isContinued(a: PointEvents, b: PointEvents, matching: Matching | undefined): boolean {
  const [first, next] = order(a, b);
  const gap = next.point.firstTime - first.point.lastTime;
  if (first.point.lastTime === 0 || gap < 0 || gap > MOST_GAP) return false;
  const shared = (matching?.partner.size ?? 0) / 2;
  if (shared > MOST_SHARED * Math.min(a.events.length, b.events.length)) return false;
  const begun = new Set(first.events.map(exchangeOf));
  return next.events.some((event) => begun.has(exchangeOf(event)));
}

/** What the second file finds of the same subject as the first: it goes on. */
export function sameAgain(a: PointEvents, b: PointEvents): Map<Finding, Answer> {
  const [first, next] = order(a, b);
  const known = new Map(first.point.findings.map((one) => [aboutOf(one), one]));
  const answers = new Map<Finding, Answer>();
  for (const finding of next.point.findings) {
    const before = known.get(aboutOf(finding));
    if (!before) continue;
    const told = cause('likely', `It goes on from ${first.point.name}: ${before.title}`);
    answers.set(finding, { cause: told, steps: [], by: before });
  }
  return answers;
}

/** A number of subjects in place of their names: the same number elsewhere need not be the same subjects. */
const COUNTED = /^(?:more than )?\d+ /;

/** What a finding is about. */
const aboutOf = ({ id, subject, members = [] }: Finding): string =>
  `${id} ${COUNTED.test(subject) ? members.map((one) => one.subject).join() : subject}`;
