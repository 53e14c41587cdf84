import type { World } from '../evidence/world';
import type { Lease } from '../conversations/lease';
import { ACK, OFFER, OPTION, REQUEST, namedServer, serverOf } from '../conversations/model';
import { push } from '../../codec/append';
import { count, frames, ip } from '../words/words';
import { countedAsOne, successions } from './leases/identity';
import { uselessCounted } from './v6/duids';
import { slowPorts } from './silence/discovers/slowPort';
import { unseenRouters } from './subnets/routerSilent';
import { sameSubnet } from '../conversations/masks';

/**
 * What a capture shows that is not healthy, though it is no finding: none is defined for it, or what would prove it is not in the capture.
 * Clauses for the verdict, which does not say then that nothing is wrong.
 */
export const noticed = (world: World): string[] => [
  ...unseenRouters(world),
  ...otherAddresses(world),
  ...serversElsewhere(world),
  ...successions(world),
  ...countedAsOne(world),
  ...uselessCounted(world),
  ...slowPorts(world),
];

/** Relayed clients that ask a server of which no answer is seen for an address of another subnet than they are offered here. */
function serversElsewhere({ exchanges, survey }: World): string[] {
  const heard = new Set([...survey.servers.values()].map(({ server }) => server));
  const asked = new Map<string, number[]>();
  for (const exchange of exchanges) {
    if (!exchange.relayed || !exchange.holds(OFFER) || !exchange.holds(REQUEST) || exchange.holds(ACK)) continue;
    const request = exchange.of(REQUEST)[0]!;
    const server = namedServer(request);
    const address = request.dhcp.ip(OPTION.requested);
    if (server === undefined || address === undefined || heard.has(server)) continue;
    const isOther = exchange.of(OFFER).every((offer) => {
      const mask = offer.dhcp.ip(OPTION.mask);
      return mask !== undefined && serverOf(offer) !== server && !sameSubnet(offer.dhcp.yiaddr, address, mask);
    });
    if (isOther) push(asked, server, request.frame);
  }
  return [...asked].map(
    ([server, all]) =>
      `${count(all.length, 'REQUEST')} of relayed clients ${all.length === 1 ? 'asks' : 'ask'} ${server} for an address outside the subnet that is offered here (${frames(all)}), and no answer of ${server} is in this capture: look for that server on the link of these clients`,
  );
}

/** From this many ARP requests on, a client uses an address; one may be left over from before its lease. */
const USES = 2;

/** Clients that get a lease, never show its address in ARP, and ask by ARP from another address instead. */
function otherAddresses(world: World): string[] {
  if (world.neighbours.arpSeen.size === 0) return [];
  const lastLease = new Map<string, Lease>();
  for (const lease of world.survey.leases) if (lease.time > 0) lastLease.set(`${lease.mac} ${lease.link}`, lease);
  if (lastLease.size === 0) return [];
  /** By lease: the addresses from which its client asks by ARP, and how often. */
  const used = new Map<Lease, Map<number, number[]>>();
  for (const [address, all] of world.neighbours.arpSeen) {
    for (const arp of all) {
      const lease =
        arp.senderIp === address && address !== 0 ? lastLease.get(`${arp.senderMac} ${arp.link}`) : undefined;
      if (!lease || world.survey.routerMacs.has(lease.mac)) continue;
      const addresses = used.get(lease) ?? new Map<number, number[]>();
      used.set(lease, addresses);
      const times = addresses.get(address);
      if (!times) addresses.set(address, [arp.time]);
      else if (arp.time - times[times.length - 1]! > world.limits.copyWindow) times.push(arp.time);
    }
  }
  const told: string[] = [];
  for (const [lease, addresses] of used) {
    // Several addresses: a router, or a host that speaks for others.
    const [first] = addresses;
    if (addresses.size !== 1 || !first) continue;
    const [address, times] = first;
    if (address === lease.address || times.length < USES || times[0]! < lease.time) continue;
    if (world.neighbours.pingsFrom(lease.address).length > 0) continue;
    told.push(
      `${lease.client.label} was given ${ip(lease.address)} in frame ${lease.frame}, and then uses ${ip(address)} (${count(times.length, 'ARP message')}), for which this capture shows no lease`,
    );
  }
  return told;
}
