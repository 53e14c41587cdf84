import { push } from '../../codec/append';
import type { Lease } from '../conversations/lease';
import { DECLINE, DISCOVER, type Client } from '../conversations/model';
import type { World } from './world';

/** Addresses that two clients hold at one time. */

/** When a client gave its address up after a lease (RELEASE or DECLINE), or asked for another; Infinity if it did not. */
export function givenUp(lease: Lease, world: World): number {
  const { client, exchange } = lease;
  const known = world.once(endsOf);
  let ends = known.get(client);
  if (!ends) {
    // Computed from the last exchange backwards, so that each is looked at once: the start of the next exchange that ends what was held
    // before.
    ends = new Float64Array(client.exchanges.length + 1).fill(Infinity);
    for (let i = client.exchanges.length - 1; i >= 0; i--) {
      const one = client.exchanges[i]!;
      const gives =
        one.outcome === 'released' || one.outcome === 'declined' || one.outcome === 'refused' || one.holds(DISCOVER);
      ends[i] = gives ? one.start : ends[i + 1]!;
    }
    known.set(client, ends);
  }
  const next = ends[exchange.position + 1]!;
  return next === Infinity && exchange.holds(DECLINE) ? exchange.end : next;
}

/** By client, for each of its exchanges: the start of the first exchange from there on that gives an address up. */
const endsOf = (): Map<Client, Float64Array> => new Map();

/** The pairs of leases of one address that hold at the same time for different clients, each with the one before. */
export function overlapping(leases: readonly Lease[], world: World): (readonly [before: Lease, after: Lease])[] {
  const pairs: (readonly [Lease, Lease])[] = [];
  for (let i = 1; i < leases.length; i++) {
    const before = leases[i - 1]!;
    const after = leases[i]!;
    if (before.client === after.client || before.mac === after.mac || before.seconds === undefined) continue;
    // On different links only a relay tells that a server's one pool is meant; who renews by unicast may be in any network.
    if (before.link !== after.link && (before.giaddr === 0 || after.giaddr === 0)) continue;
    const up = givenUp(before, world);
    // Where a clock was set back, only the order of the frames tells which was first.
    const back = before.time - after.time;
    if (back > 0 ? up < Infinity || back > before.seconds : after.time >= Math.min(before.time + before.seconds, up))
      continue;
    if (before.time === 0 && after.time === 0) continue;
    pairs.push([before, after]);
  }
  return pairs;
}

/** By two servers, the lesser address first: two leases of one address that they gave to different clients at one time. */
function givenByTwo(world: World): ReadonlyMap<string, readonly [before: Lease, after: Lease]> {
  const byAddress = new Map<number, Lease[]>();
  for (const lease of world.survey.leases) push(byAddress, lease.address, lease);
  const found = new Map<string, readonly [Lease, Lease]>();
  for (const leases of byAddress.values())
    for (const pair of leases.length < 2 ? [] : overlapping(leases, world)) {
      const [one, other] = pair.map(({ server }) => server);
      if (one === undefined || other === undefined || one === other) continue;
      const key = keyOf(one, other);
      if (!found.has(key)) found.set(key, pair);
    }
  return found;
}

const keyOf = (one: number, other: number): string => `${Math.min(one, other)} ${Math.max(one, other)}`;

/** Two leases of one address that two of these servers gave to different clients at one time: they do not know of each other. */
export function givenTwice(
  servers: readonly number[],
  world: World,
): readonly [before: Lease, after: Lease] | undefined {
  const pairs = world.once(givenByTwo);
  if (pairs.size === 0) return undefined;
  for (const [i, one] of servers.entries())
    for (const other of servers.slice(i + 1)) {
      const pair = pairs.get(keyOf(one, other));
      if (pair) return pair;
    }
  return undefined;
}
