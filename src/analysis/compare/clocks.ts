import type { Finding } from '../finding';
import { cause } from '../draft';
import { count, frames, span } from '../words/words';
import type { Answer, PointEvents } from './point';
import type { Event, Matching } from './points';

/** The times of two files: how far their clocks differ, when only one of them runs, and whether one goes on where the other ends. */

/** Clocks that differ by no more than this many seconds agree: hosts of one network are kept in step no better. */
const IN_STEP = 0.001;
/** No message is on its way between two points for so many seconds. */
const MOST_TRANSIT = 0.5;

/**
 * How far the clocks differ, as a sentence. A message comes later to the far point, and its answer later to the near one: half of the sum is
 * the clocks’ part, and half of the difference is the way’s. A difference that is no more than the way’s part may be the way’s as well.
 */
export function clocksText(a: PointEvents, b: PointEvents, { requests, replies }: Matching): string {
  const one = requests ?? replies ?? 0;
  const [there, back] = [requests ?? one, replies ?? one];
  const ahead = (there + back) / 2;
  const apart = Math.abs(ahead);
  if (apart <= Math.max(IN_STEP, Math.abs(there - back) / 2)) return 'The clocks of both captures agree.';
  if ((requests !== undefined && replies !== undefined) || apart >= MOST_TRANSIT)
    return `The clock of ${b.point.name} is ${span(apart)} ${ahead > 0 ? 'ahead of' : 'behind'} that of ${a.point.name}.`;
  const [early, late] = ahead > 0 ? [a, b] : [b, a];
  return `What is in both has a time ${span(apart)} later in ${late.point.name} than in ${early.point.name}: its clock is ahead, or the way takes so long.`;
}

/** Messages that only one file can show are so many seconds from where the other begins or ends. */
const LEAST_APART = 1;

/**
 * What one file shows before the other begins, and after it ends, if not all of that is `told`, as sentences that each begin with a space;
 * empty if it shows nothing then.
 */
export function aloneText(
  a: PointEvents,
  b: PointEvents,
  { offset, partner }: Matching,
  told: ReadonlySet<Event> = new Set(),
): string {
  const files = [
    { here: a, there: b, ahead: offset },
    { here: b, there: a, ahead: -offset },
  ];
  if (files.some(({ here }) => here.point.lastTime === 0)) return '';
  return files
    .flatMap(({ here, there, ahead }) => {
      const { events, point } = here;
      const from = there.point.firstTime - ahead;
      const to = there.point.lastTime - ahead;
      const alone = (test: (event: Event) => boolean): Event[] =>
        events.filter((one) => !partner.has(one) && test(one));
      const together = events.filter((one) => partner.has(one) || (one.time >= from && one.time <= to));
      const text = (
        some: readonly Event[],
        event: Event | undefined,
        [differs, where]: readonly [string, string],
        by: number,
      ): string[] =>
        some.every((one) => told.has(one)) ||
        some.every(({ time }) => time >= from - LEAST_APART && time <= to + LEAST_APART) ||
        !event
          ? []
          : [
              ` ${there.point.name} ${differs.replace(' ', ` ${span(by)} `)}: ${count(some.length, 'message')} of ${point.name} ${where} frame ${event.frames[0]!} (${frames(some.map((one) => one.frames[0]!))}) cannot be compared.`,
            ];
      return [
        ...text(
          alone(({ time }) => time < from),
          together[0],
          ['begins later', 'before'],
          from - point.firstTime,
        ),
        ...text(
          alone(({ time }) => time > to),
          together.at(-1),
          ['ends earlier', 'after'],
          point.lastTime - to,
        ),
      ];
    })
    .join('');
}

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
