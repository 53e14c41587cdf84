import type { Comparison, PointEvents } from '../compare/pair';
import type { Event } from '../compare/points';
import { frames as inFrames } from '../words/words';
import { MOST_STEPS } from './draft';
import type { Ladder, LadderStep, Lane } from './types';

/** One conversation as two capture points show it: what passed both, and what was lost between them. */

/** A message as seen at either point. */
interface Passing {
  readonly own: Event | undefined;
  readonly other: Event | undefined;
  /** By the clock of the own capture. */
  readonly time: number;
  readonly lost: boolean;
}

/** How many frames an arrow names. */
const MOST_FRAMES = 50;

/**
 * The chart of a conversation with a lane for each of two points between client and server. `ladder` is the chart of the own capture.
 * Undefined if the other point shows nothing of the conversation.
 */
export function ladderBetween(
  ladder: Ladder,
  frames: ReadonlySet<number>,
  own: PointEvents,
  other: PointEvents,
  comparison: Comparison,
): Ladder | undefined {
  const { between } = comparison;
  if (!between) return undefined;
  const passed = passingsOf(frames, own, between);
  if (!passed.some(({ other: there, lost }) => there || lost)) return undefined;
  const points: Lane[] = [own, other].map(({ point }) => ({ kind: 'point', name: point.name }));
  const swapped = ownIsBehind(passed, between.nearer);
  const lanes: Lane[] = [
    { kind: 'client', name: ladder.client },
    ...(swapped ? points.reverse() : points),
    { kind: 'server', name: serverOf(ladder, passed) },
  ];
  const [ownLane, otherLane] = swapped ? [2, 1] : [1, 2];
  const start = passed[0]!.time;
  const steps = folded(passed).map((run): LadderStep => {
    const [first] = run as [Passing, ...Passing[]];
    const last = run[run.length - 1]!;
    const event = (first.own ?? first.other)!;
    const known = ladder.steps.find((step) => step.frames.includes(first.own?.frames[0] ?? -1));
    const here = framesOf(run, ({ own: seen }) => seen);
    const there = framesOf(run, ({ other: seen }) => seen);
    const missed = first.own ? otherLane : ownLane;
    const end = event.fromClient ? 3 : 0;
    return {
      frames: here,
      ...(there.length > 0 ? { elsewhere: there } : {}),
      time: Math.round((first.time - start) * 1e6) / 1e6,
      from: 3 - end,
      to: first.lost ? missed : end,
      seen: [...(first.own ? [ownLane] : []), ...(first.other ? [otherLane] : [])],
      ...(first.lost ? { lost: true } : {}),
      name: event.name,
      about: known?.about ?? '',
      why: whyOf(first, here, there, own, other),
      ...(run.length > 1 ? { times: run.length, seconds: Math.round((last.time - first.time) * 1e6) / 1e6 } : {}),
    };
  });
  // What neither point shows is still missing, except for what is now known to have been lost.
  const ghosts = ladder.steps.filter(({ ghost, name }) => ghost && !steps.some((step) => step.name === name));
  for (const ghost of ghosts) {
    const fromClient = ladder.lanes[ghost.from]?.kind === 'client';
    steps.push({ ...ghost, from: fromClient ? 0 : 3, to: fromClient ? 3 : 0 });
  }
  return { ...ladder, lanes, steps: steps.slice(0, MOST_STEPS), left: Math.max(0, steps.length - MOST_STEPS) };
}

/** The server as the own capture knows it, else by the first reply that the other capture shows. */
function serverOf({ lanes }: Ladder, passed: readonly Passing[]): string {
  const known = lanes.find(({ kind, name }) => kind === 'server' && name !== '')?.name;
  const reply = passed.find(({ other }) => other && !other.fromClient);
  return known ?? reply?.other?.source ?? '';
}

/** The messages of the conversation in time order. */
function passingsOf(
  frames: ReadonlySet<number>,
  own: PointEvents,
  { partner, gone, offset }: NonNullable<Comparison['between']>,
): Passing[] {
  const passed: Passing[] = [];
  const elsewhere = new Set<Event>();
  for (const event of own.events) {
    if (!event.frames.some((frame) => frames.has(frame))) continue;
    const there = partner.get(event);
    passed.push({ own: event, other: there, time: event.time, lost: gone.has(event) });
    for (const one of there?.transaction ?? []) if (!partner.has(one)) elsewhere.add(one);
  }
  for (const event of elsewhere)
    passed.push({ own: undefined, other: event, time: event.time - offset, lost: gone.has(event) });
  return passed.sort((a, b) => a.time - b.time);
}

/**
 * Whether the own point is farther from the client than the other one: as the comparison found, else judged by what was lost in which
 * direction.
 */
function ownIsBehind(passed: readonly Passing[], nearer: number): boolean {
  if (nearer !== 0) return nearer < 0;
  const lost = passed.find((one) => one.lost);
  const event = lost?.own ?? lost?.other;
  return event !== undefined && (lost?.own !== undefined) !== event.fromClient;
}

/** Groups messages that were repeated with the same fate and nothing in between; each group is one arrow. */
function folded(passed: readonly Passing[]): Passing[][] {
  const runs: Passing[][] = [];
  const nameOf = ({ own, other }: Passing): string => (own ?? other)!.name;
  for (const one of passed) {
    const run = runs[runs.length - 1];
    const alike =
      run &&
      nameOf(run[0]!) === nameOf(one) &&
      (one.own ?? one.other)!.fromClient &&
      !run[0]!.own === !one.own &&
      !run[0]!.other === !one.other &&
      run[0]!.lost === one.lost;
    if (alike) run.push(one);
    else runs.push([one]);
  }
  return runs;
}

const framesOf = (run: readonly Passing[], of: (one: Passing) => Event | undefined): number[] =>
  run.flatMap((one) => of(one)?.frames ?? []).slice(0, MOST_FRAMES);

function whyOf(
  { own: here, other: there, lost }: Passing,
  ownFrames: readonly number[],
  otherFrames: readonly number[],
  own: PointEvents,
  other: PointEvents,
): string {
  const [a, b] = here ? [own.point.name, other.point.name] : [other.point.name, own.point.name];
  const shown = `${a} shows it (${inFrames(here ? ownFrames : otherFrames)})`;
  if (lost) return `${shown}. It never came to ${b}: it was lost between the two.`;
  if (here && there) return `${shown}, and so does ${b} (${inFrames(otherFrames)}).`;
  return `${shown}. ${b} does not, and need not.`;
}
