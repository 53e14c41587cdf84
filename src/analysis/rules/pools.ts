import { isContiguous, maskOfPrefix, network, prefixOf } from '../conversations/masks';
import type { Lease } from '../conversations/lease';
import { subnetOf, type Subnet } from '../words/settings';
import type { World } from '../evidence/world';

/** By prefix length, then by network: a lease in each subnet that the capture shows. */
type Leases = ReadonlyMap<number, ReadonlyMap<number, Lease>>;

function leasesBySubnet({ survey }: World): Leases {
  const all = new Map<number, Map<number, Lease>>();
  for (const lease of survey.leases) {
    const { mask, address } = lease;
    if (mask === undefined || !isContiguous(mask)) continue;
    const prefix = prefixOf(mask);
    const known = all.get(prefix) ?? new Map<number, Lease>();
    all.set(prefix, known);
    if (!known.has(network(address, mask))) known.set(network(address, mask), lease);
  }
  return all;
}

/** The subnet that an address is in, by the leases that the capture shows, the smallest first; undefined if none shows it. */
export function subnetAround(address: number, world: World): Subnet | undefined {
  const all = world.once(leasesBySubnet);
  for (let prefix = 30; prefix > 0; prefix--) {
    const mask = maskOfPrefix(prefix);
    const lease = all.get(prefix)?.get(network(address, mask));
    if (lease) return subnetOf(address, mask, [lease.server, ...lease.routers]);
  }
  return undefined;
}
