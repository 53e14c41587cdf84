import { DECLINE, OPTION } from '../../conversations/model';
import type { World } from '../../evidence/world';
import { ip, list } from '../../words/words';

/** Who it is that holds declined addresses, by ARP. */

/** How a hardware address is known to belong to a router, or to a server with another address. */
export function routerEvidence(mac: string, address: number, world: World): string | undefined {
  for (const { server, macs } of world.survey.servers.values())
    if (server !== ip(address) && macs.some((one) => one.mac === mac))
      return `${mac} is the link-layer address of ${server}, which answers DHCP here`;
  if (world.survey.routerMacs.has(mac)) {
    const claimed = (world.once(claims).get(mac) ?? []).filter((one) => one !== address);
    const beside =
      claimed.length > 1 ? `, and says by ARP that it has ${list(claimed.map((one) => ip(one)))} as well` : '';
    return `${mac} is a router’s address${beside}`;
  }
  // Nobody has the addresses of several clients by hand; who answers for them answers for all.
  const others = [...(world.once(declinedBy).get(mac) ?? [])].filter((one) => one !== address);
  return others.length === 0
    ? undefined
    : `${mac} answers for ${list(others.map((one) => ip(one)))} as well, which ${others.length === 1 ? 'was' : 'were'} declined too`;
}

/** How many addresses of one host are named. */
const MOST_CLAIMED = 8;

/** By hardware address: the addresses that it says by ARP it has. */
function claims({ neighbours }: World): ReadonlyMap<string, readonly number[]> {
  const held = new Map<string, number[]>();
  for (const [address, all] of neighbours.arpSeen)
    for (const mac of new Set(all.flatMap(({ senderIp, senderMac }) => (senderIp === address ? senderMac : [])))) {
      const known = held.get(mac);
      if (!known) held.set(mac, [address]);
      else if (known.length < MOST_CLAIMED) known.push(address);
    }
  return held;
}

/** How many hosts that hold one address are looked at. */
const MOST_HOLDERS = 8;

/** By hardware address: the declined addresses that it holds by ARP. */
function declinedBy(world: World): ReadonlyMap<string, ReadonlySet<number>> {
  const declined = new Set<number>();
  for (const exchange of world.exchanges)
    for (const { dhcp } of exchange.of(DECLINE)) declined.add(dhcp.ip(OPTION.requested) ?? 0);
  const held = new Map<string, Set<number>>();
  for (const address of declined) {
    for (const mac of first(world.neighbours.arpAbout(address).heldBy.keys(), MOST_HOLDERS)) {
      const addresses = held.get(mac);
      if (addresses) addresses.add(address);
      else held.set(mac, new Set([address]));
    }
  }
  return held;
}

/** The first items, no more than `most`. */
export function first<T>(items: Iterable<T>, most: number): T[] {
  const out: T[] = [];
  for (const item of items) if (out.push(item) >= most) break;
  return out;
}
