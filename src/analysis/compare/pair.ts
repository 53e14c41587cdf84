import type { Finding } from '../finding';
import { aloneText, isContinued, sameAgain } from './clocks';
import { changesAnswer, changesText, type Direction } from './changed';
import { consequences, explainedElsewhere } from './elsewhere';
import type { Answer, PairFinding, PointEvents } from './point';
import { match, type Event, type Matching } from './points';
import { lossesOf, lostFinding } from './losses';
import { unheardAt, unheardOnLink, type Unheard } from './unheard';
import { nearerToClient, View } from './view';

export { readPoint, type PairFinding, type Point, type PointEvents } from './point';

/** Two captures of the same exchanges, taken at two points: which messages passed one point but did not reach the other. */

/** What two capture points show about each other. */
export interface Comparison {
  /** Whether both captures show the same network. If not, nothing can be concluded from what one of them lacks. */
  readonly related: boolean;
  /** Number of messages that both show, and of those that one shows and the other should have. */
  readonly common: number;
  readonly lost: number;
  readonly findings: readonly PairFinding[];
  /** Findings of one capture alone that leave open what a finding here answers. */
  readonly settled: ReadonlyMap<Finding, PairFinding>;
  /** The same of findings that something changed on the way answers, or a finding of the other capture. */
  readonly answers: ReadonlyMap<Finding, Answer>;
  /** What is changed in the messages that both show, as a clause; empty if nothing is. */
  readonly changes: string;
  /** What one file shows while the other does not run, as sentences that each begin with a space; empty if there is nothing of the kind. */
  readonly alone: string;
  /** What two captures without a message in both may have to do with each other, as a sentence; empty if nothing shows it. */
  readonly hint: string;
  /** The second capture begins where the first ends, or the reverse: one capture in two files. */
  readonly continued: boolean;
  /** The messages one by one, if the captures are related. */
  readonly between?: Matching & {
    /** Messages of either point that should have reached the other but did not. */
    readonly gone: ReadonlySet<Event>;
    /** Which point is nearer to the clients: above 0 the first, below 0 the second, 0 if unknown. */
    readonly nearer: number;
  };
  /** The findings and what they answer without some of the messages that are gone, which another comparison tells. */
  without(events: ReadonlySet<Event>): Pick<Comparison, 'findings' | 'settled'>;
}

/**
 * Captures of one network share more than this part of the messages of the smaller one. A smaller share is chance, or was copied by a
 * monitor.
 */
const COMMON_SHARE = 0.01;

/** Compares two capture points. `check` is called now and then, and may throw to end it. */
export function comparePoints(a: PointEvents, b: PointEvents, check = (): void => undefined): Comparison {
  const nothing = {
    common: 0,
    lost: 0,
    findings: [],
    settled: new Map(),
    answers: new Map(),
    changes: '',
    alone: '',
    hint: '',
    continued: false,
    related: false,
    without: () => ({ findings: [], settled: new Map() }),
  };
  const matching = match(a.events, b.events, check);
  if (isContinued(a, b, matching)) return { ...nothing, continued: true, answers: sameAgain(a, b) };
  if (!matching) return { ...nothing, ...apart(a, b) };
  const { offset } = matching;
  const common = matching.partner.size / 2;
  // The period that both captures cover, by the first one's clock.
  const from = Math.max(a.point.firstTime, b.point.firstTime - offset);
  const to = Math.min(a.point.lastTime, b.point.lastTime - offset);
  const within = ({ events }: PointEvents, by: number): number =>
    events.filter(({ time }) => time >= from + by && time <= to + by).length;
  if (common < COMMON_SHARE * Math.min(within(a, 0), within(b, offset))) return { ...nothing, common };
  const nearer = nearerToClient(a.events, matching);
  check();
  const views = [
    new View(a, b, matching, from, to, nearer === 0 ? undefined : nearer > 0),
    new View(b, a, matching, from + offset, to + offset, nearer === 0 ? undefined : nearer < 0),
  ];
  // If each sees mostly what the other does not, they are in different networks; a client that was in both does not make them one network.
  if (nearer === 0 && views.every((view) => view.isElsewhere)) for (const view of views) view.sharesLink = false;
  const answersLost = views.map((view) => {
    check();
    return view.lost().some((event) => !event.fromClient);
  });
  // Replies that only one point sees, in both directions: the points are the ports of two servers, and neither sees the other’s unicasts.
  const twoServers = nearer === 0 && answersLost[0]! && answersLost[1]!;
  const gone = new Set(views.flatMap((view) => view.lost().filter((event) => event.fromClient || !twoServers)));
  const told = toldOf(views, gone, a, b, matching);
  const between = { ...matching, gone, nearer };
  const ways = waysBetween(a, b, nearer);
  return {
    related: true,
    continued: false,
    common,
    lost: gone.size,
    ...told,
    answers: answersOf(ways, matching, views),
    changes: changesText(ways, matching),
    alone: aloneText(
      a,
      b,
      matching,
      new Set(
        views.flatMap((view) => {
          const { before, after } = view.leftOut(view.lost().filter((event) => gone.has(event)));
          return [...before, ...after];
        }),
      ),
    ),
    hint: '',
    between,
    without: (others) => toldOf(views, new Set([...gone].filter((event) => !others.has(event))), a, b, matching),
  };
}

const hintOf = ({ server, during, answers }: Unheard, here: PointEvents, there: PointEvents): string =>
  `${here.point.name} sends to ${server} in vain (frame ${during}), and ${there.point.name} shows ${server} answering others (frame ${answers[0]!}): if that is one host, what is sent is lost between the two`;

/** Nothing is in both captures: what one of them sends to a server that the other shows was lost all the same. */
function apart(a: PointEvents, b: PointEvents): Partial<Comparison> {
  const matching: Matching = { offset: 0, partner: new Map() };
  const ways = [
    [a, b],
    [b, a],
  ] as const;
  const found = ways.flatMap(([here, there]) => unheardAt(here, there).map((one) => ({ one, here, there })));
  const all = found.filter(({ one }) => one.sure);
  if (all.length === 0) {
    const [first] = found;
    return {
      hint: first
        ? hintOf(first.one, first.here, first.there)
        : (ways.map(([here, there]) => unheardOnLink(here, there)).find((one) => one !== undefined) ?? ''),
    };
  }
  const told = (others: ReadonlySet<Event>): Pick<Comparison, 'findings' | 'settled'> => {
    const settled = new Map<Finding, PairFinding>();
    const losses = all.flatMap(({ one, here, there }) => {
      const view = new View(here, there, matching, -Infinity, Infinity, true);
      const left = [...one.lost].flatMap(([event, leg]) => (others.has(event) ? [] : leg));
      return lossesOf(view, left).map((loss) => ({ ...loss, unheard: one }));
    });
    return { findings: losses.map((loss) => lostFinding(loss, a, b, matching, settled)), settled };
  };
  const gone = new Set(all.flatMap(({ one }) => [...one.lost.keys()]));
  const between = { ...matching, gone, nearer: 0 };
  return { related: true, lost: gone.size, ...told(new Set()), between, without: told };
}

/** The findings about what is gone, and what they answer. */
function toldOf(
  views: readonly View[],
  gone: ReadonlySet<Event>,
  a: PointEvents,
  b: PointEvents,
  matching: Matching,
): Pick<Comparison, 'findings' | 'settled'> {
  const settled = new Map<Finding, PairFinding>();
  const losses = views.flatMap((view) =>
    lossesOf(
      view,
      view.lost().filter((event) => gone.has(event)),
    ),
  );
  return { findings: losses.map((loss) => lostFinding(loss, a, b, matching, settled)), settled };
}

/** The ways of requests and replies between two points; both ways of both where nobody knows which point is nearer to the clients. */
function waysBetween(a: PointEvents, b: PointEvents, nearer: number): Direction[] {
  const sure = nearer !== 0;
  const [near, far] = nearer < 0 ? [b, a] : [a, b];
  return [
    { from: near, to: far, fromClient: true, sure },
    { from: far, to: near, fromClient: false, sure },
  ];
}

/** What the changes on the way, and the findings of the other capture, answer of each capture alone. */
function answersOf(ways: readonly Direction[], matching: Matching, views: readonly View[]): Map<Finding, Answer> {
  const all = ways.flatMap((way) => (way.sure ? [way] : [way, { ...way, from: way.to, to: way.from }]));
  const [view] = views;
  const changed = all.map((way) => changesAnswer(way, matching, (event) => view!.way.relayFor(event)));
  const answers = new Map(changed.flatMap((some) => [...some]));
  const add = (others: ReadonlyMap<Finding, Answer>): void => {
    for (const [finding, answer] of others) if (!answers.has(finding)) answers.set(finding, answer);
  };
  add(
    consequences(
      views.map(({ here }) => here),
      answers,
    ),
  );
  add(
    explainedElsewhere(
      views.map(({ here, there }) => [here, there]),
      matching,
      answers,
    ),
  );
  return answers;
}
