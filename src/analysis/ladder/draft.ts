import type { Lane, LadderStep } from './types';

/** How many arrows are drawn. */
export const MOST_STEPS = 200;
/** How many columns are drawn, and how many frames an arrow names. */
const MOST_LANES = 24;
const MOST_FRAMES = 50;

/** The columns of a chart; `inOrder` sorts them by kind. */
export class Lanes {
  private readonly all: Lane[] = [];

  /** The place of a column, created if missing. It is provisional until `inOrder`. */
  place(kind: Lane['kind'], name: string): number {
    const known = this.all.findIndex((one) => one.kind === kind && one.name === name);
    if (known >= 0) return known;
    // A forged capture may name any number of servers: the last column stands for the rest.
    if (this.all.length >= MOST_LANES) return this.all.length - 1;
    return this.all.push({ kind, name }) - 1;
  }
  /** Place of the last column of a kind; -1 if there is none. */
  find(kind: Lane['kind']): number {
    return this.all.findLastIndex((one) => one.kind === kind);
  }
  /** Place of the first column of a kind; -1 if there is none. */
  first(kind: Lane['kind']): number {
    return this.all.findIndex((one) => one.kind === kind);
  }
  /** Place of the column with a name, of any kind; -1 if there is none. */
  named(name: string): number {
    return this.all.findIndex((one) => one.name === name);
  }

  /** The columns in drawing order, and the final place of each by its provisional place. */
  inOrder(): { lanes: Lane[]; places: number[] } {
    const rank = { client: 0, point: 1, relay: 1, server: 2, host: 3 };
    const order = this.all.map((_, i) => i).sort((a, b) => rank[this.all[a]!.kind] - rank[this.all[b]!.kind] || a - b);
    const places: number[] = [];
    order.forEach((from, to) => (places[from] = to));
    return { lanes: order.map((i) => this.all[i]!), places };
  }
}

/** One message, with the arrows that show it: one on each side of a relay. */
export interface DrawnMessage {
  /** Seconds since the epoch; undefined if the message has no time. */
  readonly at: number | undefined;
  readonly hops: readonly Hop[];
  /** Sent by the client: only requests are folded. */
  readonly question: boolean;
}

export type Hop = Pick<LadderStep, 'from' | 'to' | 'name' | 'about' | 'broadcast' | 'ghost' | 'icmp'> & {
  readonly frames: readonly number[];
  readonly at: number | undefined;
  /** Computed when the step is drawn. */
  readonly why: () => string;
};

const alike = (a: DrawnMessage, b: DrawnMessage): boolean =>
  a.question &&
  b.question &&
  a.hops.length === b.hops.length &&
  a.hops.every((hop, i) => {
    const other = b.hops[i]!;
    return (
      hop.ghost === undefined &&
      hop.name === other.name &&
      hop.about === other.about &&
      hop.from === other.from &&
      hop.to === other.to
    );
  });

/** Groups messages that were repeated with nothing in between. */
function folded(all: readonly DrawnMessage[]): DrawnMessage[][] {
  const runs: DrawnMessage[][] = [];
  for (const one of all) {
    const run = runs[runs.length - 1];
    if (run && alike(run[0]!, one)) run.push(one);
    else runs.push([one]);
  }
  return runs;
}

/** The arrows of messages in their order, and how many messages are left out. */
export function stepsOf(
  all: readonly DrawnMessage[],
  places: readonly number[],
): { steps: LadderStep[]; left: number } {
  const start = all.find(({ at }) => at !== undefined)?.at;
  const steps: LadderStep[] = [];
  let drawn = 0;
  for (const run of folded(all)) {
    const [first] = run;
    if (!first || steps.length + first.hops.length > MOST_STEPS) break;
    drawn += run.length;
    const last = run[run.length - 1]!;
    first.hops.forEach((hop, i) => {
      const { from, to, name, about, broadcast, ghost, icmp, at } = hop;
      const until = last.hops[i]!.at;
      steps.push({
        frames: run.flatMap(({ hops }) => hops[i]!.frames).slice(0, MOST_FRAMES),
        from: places[from] ?? 0,
        to: places[to] ?? 0,
        name,
        about,
        why: hop.why(),
        ...(at !== undefined && start !== undefined ? { time: rounded(at - start) } : {}),
        ...(broadcast ? { broadcast } : {}),
        ...(ghost ? { ghost } : {}),
        ...(icmp ? { icmp } : {}),
        ...(run.length > 1 ? { times: run.length } : {}),
        ...(run.length > 1 && at !== undefined && until !== undefined ? { seconds: rounded(until - at) } : {}),
      });
    });
  }
  return { steps, left: all.length - drawn };
}

/** Rounds to the microsecond, the resolution of captures. */
const rounded = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;
