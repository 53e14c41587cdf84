import { isBroadcast, isUnicast, type Client, type Message } from '../../conversations/model';
import type { World } from '../world';

/**
 * What a capture point can see. On a switched network, a third port sees everybody's broadcasts, and a client's own port also sees the
 * unicasts of that client. If the unicasts of two clients are seen, it is the server's port, a mirror port or the other side of a relay.
 */

/** If the unicasts of this many clients are seen, the capture point sees everybody's. */
export const SEES_ALL = 2;

/** By link: the hardware addresses of clients whose unicasts are seen, in either direction; no more than `SEES_ALL`. */
function unicastsSeen(world: World): ReadonlyMap<string, ReadonlySet<string>> {
  const seen = new Map<string, Set<string>>();
  const add = (link: string, mac: string): void => {
    let macs = seen.get(link);
    if (!macs) seen.set(link, (macs = new Set()));
    if (macs.size < SEES_ALL) macs.add(mac);
  };
  for (const exchange of world.exchanges) {
    for (const message of exchange.messages) {
      if ((seen.get(message.link)?.size ?? 0) >= SEES_ALL) continue;
      for (const packet of message.packetsSeen()) if (isUnicast(packet)) add(packet.link, packet.dhcp!.chaddr);
    }
  }
  for (const all of world.neighbours.arpSeen.values()) {
    for (const { operation, link, index } of all) {
      if (operation !== 2 || (seen.get(link)?.size ?? 0) >= SEES_ALL) continue;
      const packet = world.packets.get(index);
      // The two hosts of an ARP reply; gratuitous replies are broadcast.
      if (!isBroadcast(packet))
        for (const mac of [packet.arp!.senderMac, packet.arp!.targetMac]) if (asks(world, link, mac)) add(link, mac);
    }
  }
  return seen;
}

/** The hardware addresses of the clients that ask on each link. */
function askingOn(world: World): ReadonlyMap<string, ReadonlySet<string>> {
  const asking = new Map<string, Set<string>>();
  for (const client of world.clients) {
    for (const link of client.linksAsked) {
      const macs = asking.get(link);
      if (macs) macs.add(client.mac);
      else asking.set(link, new Set([client.mac]));
    }
  }
  return asking;
}

/** Number of links on which clients ask. */
export const linksAsking = (world: World): number => world.once(askingOn).size;

const asks = (world: World, link: string, mac: string): boolean => world.once(askingOn).get(link)?.has(mac) ?? false;

/**
 * Whether a unicast reply to a client's broadcast may have been sent but not seen here: other clients of the link are heard, and nothing
 * shows that unicasts to this one would be seen.
 */
export function mayPassUnseen({ packet, link }: Message, { mac }: Client, world: World): boolean {
  return world.survey.blindLinks.has(link) || (isBroadcast(packet) && unicastsPassBy(link, mac, world));
}

/** Whether unicasts of a client may go unseen on a link: nothing shows that they would be seen. */
export function unicastsPassBy(link: string, mac: string, world: World): boolean {
  if (world.survey.blindLinks.has(link)) return true;
  const seen = world.once(unicastsSeen).get(link);
  if (seen && (seen.size >= SEES_ALL || seen.has(mac))) return false;
  return (seen?.size ?? 0) > 0 || (world.once(askingOn).get(link)?.size ?? 0) > 1;
}

/** Whether several clients ask on a link where no unicast is seen: a third port of a switch. */
export const showsBroadcastsOnly = (link: string, world: World): boolean =>
  (world.once(unicastsSeen).get(link)?.size ?? 0) === 0 && (world.once(askingOn).get(link)?.size ?? 0) > 1;
