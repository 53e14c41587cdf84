import type { Lease } from '../conversations/lease';
import { cannotBeHost, isContiguous, network, sameSubnet } from '../conversations/masks';
import { OPTION, type Message } from '../conversations/model';
import type { World } from './world';

/** What a server gives to the clients of a subnet: routers, DNS servers, lease times. */

/** A value that others of a subnet are given. */
export interface Usual {
  readonly values: readonly number[];
  /** How many clients are given it, the first lease of them, and a lease of each client that is given the value that it is compared with. */
  readonly clients: number;
  readonly lease: Lease;
  readonly alike: readonly Lease[];
}

/** By value: the clients that are given it, each with its first lease. */
type Given = Map<string, { readonly values: readonly number[]; readonly clients: Map<object, Lease> }>;

/** By server and subnet, then by value. */
function given({ survey }: World, read: (lease: Lease) => readonly number[]): ReadonlyMap<string, Given> {
  const all = new Map<string, Given>();
  for (const lease of survey.leases) {
    const { server, address, mask, client } = lease;
    if (server === undefined || mask === undefined || !isContiguous(mask)) continue;
    const values = read(lease);
    if (values.length === 0) continue;
    const key = keyOf(server, address, mask);
    let known = all.get(key);
    if (!known) all.set(key, (known = new Map() as Given));
    const one = known.get(values.join());
    if (!one) known.set(values.join(), { values, clients: new Map([[client, lease]]) });
    else if (!one.clients.has(client)) one.clients.set(client, lease);
  }
  return all;
}

const keyOf = (server: number, address: number, mask: number): string => `${server} ${network(address, mask)} ${mask}`;

const routersIn = (world: World) =>
  given(world, ({ routers: [router], address }) => (router === undefined || router === address ? [] : [router]));
const dnsIn = (world: World) => given(world, ({ dns }) => dns);
const timesIn = (world: World) => given(world, ({ seconds }) => (seconds === undefined ? [] : [seconds]));

/** What most other clients of the subnet of a reply are given by its server, instead of `own`. */
function usual(
  { dhcp }: Message,
  all: ReadonlyMap<string, Given>,
  own: readonly number[],
  isFit: (value: number, mask: number) => boolean,
): Usual | undefined {
  const [server, mask] = [dhcp.ip(OPTION.server), dhcp.ip(OPTION.mask)];
  if (server === undefined || mask === undefined) return undefined;
  const ofSubnet = all.get(keyOf(server, dhcp.yiaddr, mask));
  let best: { values: readonly number[]; clients: ReadonlyMap<object, Lease> } | undefined;
  for (const one of ofSubnet?.values() ?? [])
    if (
      one.clients.size > (best?.clients.size ?? 0) &&
      one.values.every((value) => !own.includes(value) && isFit(value, mask))
    )
      best = one;
  if (!best) return undefined;
  const { values, clients } = best;
  const [lease] = [...clients.values()] as [Lease];
  return { values, clients: clients.size, lease, alike: [...(ofSubnet?.get(own.join())?.clients.values() ?? [])] };
}

/** The router that the same server gives to most other clients of the subnet of a reply. */
export const usualRouter = (message: Message, world: World): Usual | undefined =>
  usual(message, world.once(routersIn), message.dhcp.ips(OPTION.router), (router, mask) =>
    sameSubnet(router, message.dhcp.yiaddr, mask),
  );
/** Their DNS servers. */
export const usualDns = (message: Message, world: World): Usual | undefined =>
  usual(
    message,
    world.once(dnsIn),
    message.dhcp.ips(OPTION.dns),
    (server, mask) => cannotBeHost(server, message.dhcp.yiaddr, mask) === undefined,
  );
/** Their lease time, if it is at least so many seconds. */
export const usualTime = (message: Message, least: number, world: World): Usual | undefined =>
  usual(message, world.once(timesIn), [message.dhcp.u32(OPTION.lease) ?? 0], (seconds) => seconds >= least);

/** Whether so few are given the odd value that it is theirs alone, and not that of the subnet. */
export const isOfFew = ({ clients, alike }: Usual): boolean => clients >= 2 * Math.max(1, alike.length);

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
