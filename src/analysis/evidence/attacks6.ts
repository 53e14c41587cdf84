import { SOLICIT } from '../../codec/dhcpv6/message';
import type { Client6 } from '../conversations/v6model';
import type { World } from './world';
import { push } from '../../codec/append';

/** DHCPv6 starvation: many DUIDs that do not exist empty the pool. */

/** The first SOLICIT of a client, not relayed. */
interface FirstSolicit {
  readonly client: Client6;
  readonly time: number;
  readonly frame: number;
  /** Link-layer source of the frame. */
  readonly source: string | undefined;
  readonly completes: boolean;
}

/** A run of SOLICITs on one link that exceeds the limits of the catalogue. */
export interface Attack6 {
  readonly link: string;
  readonly asked: readonly FirstSolicit[];
  readonly incomplete: number;
  /** Clients that ask in vain meanwhile, each from a source of its own. */
  readonly victims: readonly FirstSolicit[];
}

/** One link-layer source that asks for this many clients within this many seconds, most of which never complete. */
const ONE_SOURCE = { clients: 20, window: 60 } as const;

/** Looks for starvation on each link, in one pass with a sliding window. */
export const attacks6 = (world: World): readonly Attack6[] => world.once(allAttacks);
const allAttacks = (world: World): readonly Attack6[] => [...findAttacks(world)];

/** As many DUIDs one machine may have: of its firmware, its installer, its system. */
const MOST_OWN = 3;

/** The clients that an attack invents; no other finding names them. */
export function invented6(world: World): ReadonlySet<Client6> {
  return new Set(
    attacks6(world).flatMap(({ asked }) => asked.flatMap(({ client, completes }) => (completes ? [] : client))),
  );
}

function* findAttacks(world: World): Generator<Attack6> {
  const byLink = new Map<string, FirstSolicit[]>();
  for (const client of world.conversations6.clients.values()) {
    const solicit = client.exchanges[0]?.notes.find(
      ({ type, relayed, timed }) => type === SOLICIT && !relayed && timed,
    );
    if (!solicit) continue;
    const source = world.packets.get(solicit.index).ethSource;
    if (source !== undefined && world.survey.routerMacs.has(source)) continue;
    const completes = client.exchanges.some(({ outcome }) => outcome === 'bound' || outcome === 'renewed');
    push(byLink, solicit.link, { client, time: solicit.time, frame: solicit.frame, source, completes });
  }
  for (const [link, asked] of byLink) {
    asked.sort((a, b) => a.time - b.time);
    const all = attackIn(link, asked, world) ?? attackOfOne(link, asked, world);
    if (all) yield all;
  }
}

/** Many clients within a few seconds that come from few sources or hardly ever complete. */
function attackIn(link: string, asked: readonly FirstSolicit[], { limits }: World): Attack6 | undefined {
  return attackBy(link, asked, limits.starvationWindow, (from, to, incomplete) => {
    if (to - from < limits.starvationClients) return false;
    if (incomplete > limits.starvationIncomplete) return true;
    const sources = new Set<string | undefined>();
    for (let i = from; i < to && sources.size <= limits.starvationSources; i++) sources.add(asked[i]!.source);
    return !sources.has(undefined) && sources.size <= limits.starvationSources;
  });
}

/** A single source that is slower. */
function attackOfOne(link: string, asked: readonly FirstSolicit[], { limits }: World): Attack6 | undefined {
  const bySource = new Map<string, FirstSolicit[]>();
  for (const one of asked) if (one.source !== undefined) push(bySource, one.source, one);
  for (const own of bySource.values()) {
    const found = attackBy(
      link,
      own,
      ONE_SOURCE.window,
      (from, to, incomplete) => to - from >= ONE_SOURCE.clients && incomplete > limits.starvationIncomplete,
    );
    if (found) return found;
  }
  return undefined;
}

/** All clients in windows that count as an attack, found in one pass. */
function attackBy(
  link: string,
  asked: readonly FirstSolicit[],
  window: number,
  isAttack: (from: number, to: number, incomplete: number) => boolean,
): Attack6 | undefined {
  let from = 0;
  let completed = 0;
  let first = -1;
  let last = -1;
  for (let to = 0; to < asked.length; to++) {
    if (asked[to]!.completes) completed++;
    while (asked[to]!.time - asked[from]!.time > window) if (asked[from++]!.completes) completed--;
    const incomplete = 1 - completed / (to + 1 - from);
    if (!isAttack(from, to + 1, incomplete)) continue;
    if (first < 0) first = from;
    last = to;
  }
  if (first < 0) return undefined;
  const all = asked.slice(first, last + 1);
  // A client that completes, and has a source of its own, only asks at the same time.
  const suspects = new Set(all.flatMap(({ completes, source }) => (completes ? [] : [source])));
  const involved = all.filter(({ completes, source }) => !completes || suspects.has(source));
  const { asked: attack = involved, victims = [] } = apartFrom(involved);
  const left = attack.filter(({ completes }) => !completes).length;
  return left === 0
    ? { link, asked: all, incomplete: 0, victims: [] }
    : { link, asked: attack, incomplete: left / attack.length, victims };
}

/** Sources that send as many identities make the attack, where they make most of it; who sends one or two is a victim of theirs. */
function apartFrom(involved: readonly FirstSolicit[]): Partial<Pick<Attack6, 'asked' | 'victims'>> {
  const sent = new Map<string | undefined, number>();
  for (const { source } of involved) sent.set(source, (sent.get(source) ?? 0) + 1);
  const many = ({ source }: FirstSolicit): boolean => sent.get(source)! > MOST_OWN;
  const asked = involved.filter(many);
  return asked.length * 2 > involved.length ? { asked, victims: involved.filter((one) => !many(one)) } : {};
}
