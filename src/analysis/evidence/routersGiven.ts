import type { Lease } from '../conversations/lease';
import { isContiguous, network, sameSubnet } from '../conversations/masks';
import { OPTION, type Message } from '../conversations/model';
import type { World } from './world';

/** Which routers a server gives to the clients of a subnet. */

/** A router that others of a subnet are given. */
export interface Usual {
  readonly router: number;
  /** How many clients are given it, and the first lease. */
  readonly clients: number;
  readonly lease: Lease;
}

/** By server and subnet, then by router: its clients and the first lease. Routers that are outside the subnet are left out. */
function given({ survey }: World): ReadonlyMap<string, ReadonlyMap<number, { clients: Set<object>; lease: Lease }>> {
  const all = new Map<string, Map<number, { clients: Set<object>; lease: Lease }>>();
  for (const lease of survey.leases) {
    const { server, address, mask, routers, client } = lease;
    const [router] = routers;
    if (server === undefined || mask === undefined || router === undefined || !isContiguous(mask)) continue;
    if (router === address || !sameSubnet(router, address, mask)) continue;
    const key = keyOf(server, address, mask);
    let known = all.get(key);
    if (!known) all.set(key, (known = new Map<number, { clients: Set<object>; lease: Lease }>()));
    const one = known.get(router);
    if (one) one.clients.add(client);
    else known.set(router, { clients: new Set([client]), lease });
  }
  return all;
}

const keyOf = (server: number, address: number, mask: number): string => `${server} ${network(address, mask)} ${mask}`;

/** The router that the same server gives to most other clients of the subnet of a reply. */
export function usualRouter({ dhcp }: Message, world: World): Usual | undefined {
  const [server, mask] = [dhcp.ip(OPTION.server), dhcp.ip(OPTION.mask)];
  if (server === undefined || mask === undefined) return undefined;
  const own = dhcp.ips(OPTION.router);
  let best: Usual | undefined;
  for (const [router, { clients, lease }] of world.once(given).get(keyOf(server, dhcp.yiaddr, mask)) ?? [])
    if (!own.includes(router) && clients.size > (best?.clients ?? 0)) best = { router, clients: clients.size, lease };
  return best;
}

/** By router: the first lease whose own subnet holds it. */
function leasesIn({ survey }: World): ReadonlyMap<number, Lease> {
  const found = new Map<number, Lease>();
  for (const lease of survey.leases)
    for (const router of lease.routers)
      if (!found.has(router) && lease.mask !== undefined && sameSubnet(router, lease.address, lease.mask))
        found.set(router, lease);
  return found;
}

/** A lease of another subnet, whose router this is. */
export const leaseOfRouter = (router: number, world: World): Lease | undefined => world.once(leasesIn).get(router);
