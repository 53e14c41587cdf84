import { OFFER, REQUEST, type Exchange, type Message } from '../conversations/model';
import { overlayOf, type Packet } from '../conversations/packet';
import { TRAIT, needsOf } from '../conversations/traits';
import { asksAgain, repeats } from './delivery';
import type { World } from './world';

/** The VLANs in which request and reply are seen. */

/** The networks of the requests of an exchange and of its replies, where they differ at one place. */
export interface VlanGap {
  readonly exchange: Exchange;
  readonly request: Message;
  readonly reply: Message;
  readonly asked: Network;
  readonly answered: Network;
}

/** What a frame says of its network: the overlay network that it is tunnelled in, and its VLANs. */
export interface Network {
  readonly overlay: string | undefined;
  readonly vlans: string | undefined;
}

const VLANS = needsOf({ traits: [TRAIT.vlans] });

/** Where a frame was seen, apart from its VLANs: the interface and the overlay network. */
export function placeOf({ link, vlans }: Packet): string {
  return vlans !== undefined && link.endsWith(`/${vlans}`) ? link.slice(0, -vlans.length - 1) : link;
}

export function networkOf(packet: Packet): Network {
  return { overlay: overlayOf(placeOf(packet)), vlans: packet.vlans };
}

const askedIn = (packet: Packet): Network => ({
  ...networkOf(packet),
  vlans: packet.vlans === '0' ? undefined : packet.vlans,
});

/** Where a frame was seen, apart from its networks. A frame in a tunnel is not compared with one outside. */
function pointOf(packet: Packet): string {
  const place = placeOf(packet);
  const overlay = overlayOf(place);
  return overlay === undefined ? place : `${place.slice(0, -overlay.length)}*`;
}

/** Whether a frame is on the client’s side of its relay: between the two, relay and server may be in any networks. */
const isBeforeRelay = ({ dhcp, destinationPort, ethDestination }: Packet): boolean =>
  dhcp!.op === 2
    ? destinationPort === 68 && [dhcp!.chaddr, BROADCAST].includes(ethDestination ?? '')
    : dhcp!.giaddr === 0 && dhcp!.hops === 0;
const BROADCAST = 'ff:ff:ff:ff:ff:ff';

/**
 * The first reply of an exchange that is seen in another overlay network or in other VLANs than all its requests (IEEE 802.1Q §9.6). What a
 * router forwards may come back another way, and of what a relay forwards only the client’s side counts. A request’s tag with VLAN 0 only carries a priority.
 */
export function vlanGapOf(exchange: Exchange): VlanGap | undefined {
  if (!exchange.shows(VLANS) || exchange.routed) return undefined;
  const asked = new Map<string, { readonly message: Message; readonly networks: Network[] }>();
  for (const message of exchange.messages) {
    const packets = exchange.relayed ? message.packetsSeen().filter(isBeforeRelay) : message.packetsSeen();
    if (message.fromClient) {
      for (const packet of packets) {
        const networks = asked.get(pointOf(packet))?.networks ?? [];
        asked.set(pointOf(packet), { message, networks: [...networks, askedIn(packet)] });
      }
      continue;
    }
    const fits = (packet: Packet): boolean =>
      asked
        .get(pointOf(packet))
        ?.networks.some(({ overlay, vlans }) => overlay === networkOf(packet).overlay && vlans === packet.vlans) ===
      true;
    if (packets.some(fits)) continue;
    for (const packet of packets) {
      const request = asked.get(pointOf(packet));
      if (request)
        return {
          exchange,
          request: request.message,
          reply: message,
          asked: request.networks.at(-1)!,
          answered: networkOf(packet),
        };
    }
  }
  return undefined;
}

/** Whether the client takes the answer: it completes the exchange, or at least requests what was offered. */
export function isCompleted(exchange: Exchange): boolean {
  // If there are several ACKs, it is not known whether the client takes the last one.
  if (repeats(exchange)) return false;
  if (['bound', 'renewed', 'informed'].includes(exchange.outcome)) return !asksAgain(exchange.next, exchange);
  return exchange.holds(REQUEST) && exchange.holds(OFFER);
}

/** The pairs of VLANs across which exchanges are completed. */
function gapsCrossed({ exchanges }: World): ReadonlySet<string> {
  const seen = new Set<string>();
  for (const exchange of exchanges) {
    const gap = isCompleted(exchange) ? vlanGapOf(exchange) : undefined;
    if (gap) seen.add(keyOf(gap));
  }
  return seen;
}

/** Whether completed exchanges in this capture show the same pair of VLANs; then the cause is how the capture was taken. */
export const isUsual = (gap: VlanGap, world: World): boolean => world.once(gapsCrossed).has(keyOf(gap));

const keyOf = ({ asked, answered, request }: VlanGap): string =>
  [request.link, asked.vlans ?? '-', answered.overlay ?? '-', answered.vlans ?? '-'].join(' ');
