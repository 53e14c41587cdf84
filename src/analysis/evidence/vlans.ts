import { ADVERTISE, REPLY, REQUEST6 } from '../../codec/dhcpv6/message';
import { OFFER, REQUEST, type Exchange, type Message } from '../conversations/model';
import { overlayOf, type Packet, type Place } from '../conversations/packet';
import { TRAIT, needsOf } from '../conversations/traits';
import type { Exchange6, Note6 } from '../conversations/v6model';
import { asksAgain, repeats } from './delivery';
import { repeatsBefore6 } from './taken6';
import type { World } from './world';

/** The VLANs in which request and reply are seen. */

/** The networks of the requests of an exchange and of its replies, where they differ at one place. */
export interface VlanGap<M = Message> extends Networks {
  readonly request: M;
  readonly reply: M;
}

export interface Networks {
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
export function placeOf({ link, vlans }: Place): string {
  return vlans !== undefined && link.endsWith(`/${vlans}`) ? link.slice(0, -vlans.length - 1) : link;
}

export function networkOf(packet: Place): Network {
  return { overlay: overlayOf(placeOf(packet)), vlans: packet.vlans };
}

const askedIn = (packet: Place): Network => ({
  ...networkOf(packet),
  vlans: packet.vlans === '0' ? undefined : packet.vlans,
});

/** Where a frame was seen, apart from its networks. A frame in a tunnel is not compared with one outside. */
function pointOf(packet: Place): string {
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
  return gapIn(exchange.messages, (one) =>
    exchange.relayed ? one.packetsSeen().filter(isBeforeRelay) : one.packetsSeen(),
  );
}

/** The same for DHCPv6. */
export const vlanGapOf6 = ({ notes }: Exchange6): VlanGap<Note6> | undefined =>
  notes.length > 1 && notes.some(({ isAnswer }) => isAnswer) ? gapIn(notes, ({ places }) => places) : undefined;

function gapIn<M extends { readonly fromClient: boolean }>(
  messages: readonly M[],
  placesOf: (message: M) => readonly Place[],
): VlanGap<M> | undefined {
  const asked = new Map<string, { message: M; readonly networks: Network[] }>();
  for (const message of messages) {
    const places = placesOf(message);
    if (message.fromClient) {
      for (const place of places) {
        const known = asked.get(pointOf(place));
        if (!known) asked.set(pointOf(place), { message, networks: [askedIn(place)] });
        else {
          known.message = message;
          known.networks.push(askedIn(place));
        }
      }
      continue;
    }
    const fits = (place: Place): boolean =>
      asked
        .get(pointOf(place))
        ?.networks.some(({ overlay, vlans }) => overlay === networkOf(place).overlay && vlans === place.vlans) === true;
    if (places.some(fits)) continue;
    for (const place of places) {
      const request = asked.get(pointOf(place));
      if (request)
        return {
          request: request.message,
          reply: message,
          asked: request.networks.at(-1)!,
          answered: networkOf(place),
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

/** The same for DHCPv6: the client requests what was advertised, or does not repeat what a REPLY answers. */
export function isCompleted6(exchange: Exchange6, world: World): boolean {
  const next = exchange.client.exchanges[exchange.position + 1];
  if (repeatsBefore6(exchange, world) || (next && repeatsBefore6(next, world))) return false;
  return exchange.has(REPLY) || (exchange.has(ADVERTISE) && exchange.has(REQUEST6));
}

/** The pairs of VLANs across which exchanges are completed. */
function gapsCrossed(world: World): ReadonlySet<string> {
  const seen = new Set<string>();
  for (const exchange of world.exchanges) {
    const gap = isCompleted(exchange) ? vlanGapOf(exchange) : undefined;
    if (gap) seen.add(keyOf(gap));
  }
  for (const exchange of world.conversations6.exchanges) {
    const gap = vlanGapOf6(exchange);
    if (gap && isCompleted6(exchange, world)) seen.add(keyOf(gap));
  }
  return seen;
}

/** Whether completed exchanges in this capture show the same pair of VLANs; then the cause is how the capture was taken. */
export const isUsual = (gap: VlanGap<Message | Note6>, world: World): boolean =>
  world.once(gapsCrossed).has(keyOf(gap));

const keyOf = ({ asked, answered, request }: VlanGap<Message | Note6>): string =>
  [request.link, asked.vlans ?? '-', answered.overlay ?? '-', answered.vlans ?? '-'].join(' ');
