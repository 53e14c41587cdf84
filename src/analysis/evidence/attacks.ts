import type { Client } from '../conversations/model';
import type { FirstDiscover, World } from './world';

/* Who empties the pool: many clients that do not exist. */

/** A run of DISCOVERs on one link that exceeds the limits of the catalogue. */
export interface Attack {
  readonly link: string;
  readonly asked: readonly FirstDiscover[];
  /** Fewest link-layer sources, and largest share of clients that never complete, of any window. */
  readonly sources: number;
  readonly incomplete: number;
}

/** Counts values that enter and leave a window. */
class Tally {
  private readonly counts = new Map<string, number>();
  get size(): number {
    return this.counts.size;
  }
  has(key: string): boolean {
    return this.counts.has(key);
  }
  /** True where the value is new. */
  enter(key: string): boolean {
    const n = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, n);
    return n === 1;
  }
  /** True where it was the last of its kind. */
  leave(key: string): boolean {
    const n = (this.counts.get(key) ?? 0) - 1;
    if (n > 0) this.counts.set(key, n);
    else this.counts.delete(key);
    return n <= 0;
  }
}

/** Stands for a link-layer source that the capture does not tell. */
export const UNKNOWN = '?';

/** Looks for starvation, link by link, in one pass of a sliding window. Runs when every exchange has been surveyed. */
export function findAttacks(world: World): Attack[] {
  const { limits } = world;
  const attacks: Attack[] = [];
  const bound = new Set<Client>();
  for (const { client, outcome, selecting } of world.exchanges) {
    // Of one that takes an offer, and whose capture ends there, nothing says that it does not complete.
    if (outcome === 'bound' || outcome === 'renewed' || (outcome === 'incomplete' && selecting)) bound.add(client);
  }
  const completes = (one: FirstDiscover): boolean => bound.has(one.client);
  for (const [link, asked] of world.discovers) {
    if (asked.length < limits.starvationClients) continue;
    const clients = new Tally();
    const sources = new Tally();
    let completed = 0;
    let from = 0;
    let first = -1;
    let last = -1;
    let fewest = Infinity;
    let worst = 0;
    for (let to = 0; to < asked.length; to++) {
      const now = asked[to]!;
      sources.enter(now.source ?? UNKNOWN);
      if (clients.enter(now.chaddr) && completes(now)) completed++;
      while (now.time - asked[from]!.time > limits.starvationWindow) {
        const old = asked[from++]!;
        sources.leave(old.source ?? UNKNOWN);
        if (clients.leave(old.chaddr) && completes(old)) completed--;
      }
      if (clients.size < limits.starvationClients) continue;
      const incomplete = 1 - completed / clients.size;
      const fewSources = !sources.has(UNKNOWN) && sources.size <= limits.starvationSources;
      if (!fewSources && incomplete <= limits.starvationIncomplete) continue;
      if (first < 0) first = from;
      last = to;
      fewest = Math.min(fewest, sources.size);
      worst = Math.max(worst, incomplete);
    }
    if (first < 0) continue;
    // Clients that ask for themselves meanwhile, and are served, prove nothing.
    const part = asked.slice(first, last + 1).filter((one) => one.source !== one.chaddr || !completes(one));
    attacks.push({ link, asked: part, sources: fewest, incomplete: worst });
  }
  return attacks;
}

/** Whether a starvation attack invents this client: it sends from an address that is not its own. */
export function invented(attacks: readonly Attack[]): Set<Client> {
  const clients = new Set<Client>();
  for (const attack of attacks) for (const one of attack.asked) if (one.source !== undefined && one.source !== one.chaddr) clients.add(one.client); // prettier-ignore
  return clients;
}
