import { answeredSide } from './answered';
import { halfOf } from './loadBalance';
import { silentOnLinks, type Silent } from './silent';
import type { World } from '../world';

/** Whether one of two servers that share their clients (RFC 3074) does not serve its half. */

/** Minimum number of clients on each side. */
const LEAST = 8;
/** Nearly all unanswered clients are in one half, but few of the answered ones. */
const NEARLY_ALL = 0.9;
const FEW = 0.25;
/** Seconds after which the other partner answers anyway: usually configured as 3; 10 to be safe. */
const THRESHOLD = 10;

/** The unanswered clients on one link that fall into one half of the hash. */
export interface HalfSilent {
  readonly link: string;
  readonly half: number;
  readonly silent: readonly Silent[];
  /** Unanswered clients in that half, and answered clients in each half. */
  readonly inHalf: number;
  readonly answered: readonly [inHalf: number, inOther: number];
  readonly mostSecs: number;
}

/** The links on which one partner of a failover pair does not seem to serve its half. */
export const halvesSilent = (world: World): readonly HalfSilent[] => world.once(findHalves);

function findHalves(world: World): HalfSilent[] {
  return [...silentOnLinks(world)].flatMap(([link, silent]) => halfOn(link, silent, world) ?? []);
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
