import { answeredSide } from './answered';
import { halfOf } from './loadBalance';
import { silentClients, type Silent } from './silent';
import { push, type World } from '../world';

/* Whether one of two servers that share their clients (RFC 3074) does not serve its half. */

/** So many clients on either side at least. */
const LEAST = 8;
/** Nearly all unanswered clients are in one half, and few of the answered. */
const NEARLY_ALL = 0.9;
const FEW = 0.25;
/** Seconds after which the other partner answers all the same: 3 as it is mostly configured, 10 to be sure. */
const THRESHOLD = 10;

/** The clients of one half of the hash on one link that nobody answers. */
export interface HalfSilent {
  readonly link: string;
  readonly half: number;
  readonly silent: readonly Silent[];
  /** Unanswered clients that are in that half, and clients of either half that are answered. */
  readonly inHalf: number;
  readonly answered: readonly [inHalf: number, inOther: number];
  readonly mostSecs: number;
}

/** The links on which one partner of a failover pair seems not to serve its half. */
export const halvesSilent = (world: World): readonly HalfSilent[] => world.once(findHalves);

function findHalves(world: World): HalfSilent[] {
  const byLink = new Map<string, Silent[]>();
  for (const one of silentClients(world)) if (!one.later) push(byLink, one.run[0]!.link, one);
  return [...byLink].flatMap(([link, silent]) => halfOn(link, silent, world) ?? []);
}

function halfOn(link: string, silent: readonly Silent[], world: World): HalfSilent | undefined {
  const answered = silent.length < LEAST ? undefined : answeredSide('DISCOVER', link, world);
  if (!answered || answered.clients.size < LEAST) return undefined;
  let mostSecs = 0;
  const counts = [0, 0];
  for (const { run } of silent) {
    counts[halfOf(run[0]!)]!++;
    for (const { dhcp } of run) mostSecs = Math.max(mostSecs, dhcp.secs);
  }
  if (mostSecs > THRESHOLD) return undefined;
  const half = counts[0]! >= counts[1]! ? 0 : 1;
  if (counts[half]! < NEARLY_ALL * silent.length) return undefined;
  const { halves } = answered;
  if (halves[half] > FEW * (halves[0] + halves[1])) return undefined;
  return { link, half, silent, inHalf: counts[half]!, answered: [halves[half], halves[1 - half]!], mostSecs };
}
