import type { Comparison } from './pair';
import type { PointEvents } from './point';
import type { Event } from './points';

/** Of several points, a message is lost between the two that are next to each other. */

/** Two points that were compared. */
export interface Compared extends Comparison {
  readonly a: PointEvents;
  readonly b: PointEvents;
}

/** For each comparison, what is gone between its points and is told better by another one, between which a shorter way lies. */
export function toldElsewhere(compared: readonly Compared[]): Map<Compared, Set<Event>> {
  const between = new Map(compared.flatMap((pair) => [[`${name(pair.a)} ${name(pair.b)}`, pair] as const]));
  const pairOf = (x: PointEvents, y: PointEvents): Compared | undefined =>
    between.get(`${name(x)} ${name(y)}`) ?? between.get(`${name(y)} ${name(x)}`);
  const points = [...new Set(compared.flatMap(({ a, b }) => [a, b]))];
  const out = new Map<Compared, Set<Event>>();
  for (const pair of compared) {
    const told = new Set<Event>();
    for (const [from, to] of [
      [pair.a, pair.b],
      [pair.b, pair.a],
    ] as const) {
      const own = new Set(from.events);
      const gone = [...(pair.between?.gone ?? [])].filter((event) => own.has(event));
      for (const third of gone.length > 0 ? points : []) {
        if (third === from || third === to) continue;
        const [before, after] = [pairOf(from, third)?.between, pairOf(third, to)?.between];
        for (const event of gone) {
          const there = before?.partner.get(event);
          const shorter = there
            ? after?.gone.has(there) === true &&
              isNearer(pairOf(from, third), from, third, event, third, middle(from, third, to))
            : before?.gone.has(event) === true &&
              isNearer(pairOf(third, to), third, to, event, third, middle(from, third, to));
          if (shorter) told.add(event);
        }
      }
    }
    out.set(pair, told);
  }
  return out;
}

const name = ({ point }: PointEvents): string => point.name;

/** Which of three points lies between the other two by their names, for who names them numbers them along the way. */
const middle = (...points: readonly PointEvents[]): PointEvents =>
  [...points].sort((x, y) => (name(x) < name(y) ? -1 : 1))[1]!;

/**
 * Whether a message comes to `x` before `y`. Where nobody knows, it does if `third` is in the middle of the three, and not if the other one of
 * the two is; else one is taken.
 */
function isNearer(
  pair: Compared | undefined,
  x: PointEvents,
  y: PointEvents,
  { fromClient }: Event,
  third: PointEvents,
  mid: PointEvents,
): boolean {
  const nearer = (pair?.between?.nearer ?? 0) * (pair?.a === x ? 1 : -1);
  if (nearer !== 0) return nearer > 0 === fromClient;
  return mid === x || mid === y ? mid === third : name(x) < name(y);
}
