import {
  ACK,
  DISCOVER,
  OFFER,
  OPTION,
  REQUEST,
  stateIn,
  type Client,
  type Exchange,
  type Message,
} from '../conversations/model';
import type { Packet } from '../conversations/packet';
import { repeats } from './delivery';
import type { World } from './world';

/** Which replies a client took: what went the same way as one of these got as far as the client’s DHCP program. */

/** A reply, and the message by which its client shows that it took it. */
export interface Taken {
  readonly reply: Message;
  readonly by: Message;
}

/** How many exchanges of a client are searched for a reply that it took. */
const MOST_EXCHANGES = 8;
/** Seconds for which such a reply shows that the way is free: later, somebody may have set up a filter. */
export const PROVES = 600;

/** The OFFER of an exchange that its client took. */
function takenOffer(exchange: Exchange): Taken | undefined {
  if (!exchange.holds(OFFER) || !exchange.selecting) return undefined;
  const by = exchange.of(REQUEST).find((one) => stateIn(exchange, one) === 'selecting');
  const reply =
    by &&
    exchange.of(OFFER).findLast(({ dhcp, time }) => {
      const fits = dhcp.ip(OPTION.server) === by.dhcp.ip(OPTION.server) && dhcp.yiaddr === by.dhcp.ip(OPTION.requested);
      return fits && time <= by.time;
    });
  return reply && { reply, by };
}

/** How many clients behind each relay are looked at. */
const MOST_BEHIND = 100;

/** By giaddr: clients that took an OFFER which went to that relay, each with the first one. */
export const takenBehind = (world: World): ReadonlyMap<number, ReadonlyMap<Client, Taken>> => world.once(findBehind);
function findBehind({ exchanges }: World): ReadonlyMap<number, ReadonlyMap<Client, Taken>> {
  const found = new Map<number, Map<Client, Taken>>();
  for (const exchange of exchanges) {
    const taken = exchange.relayed ? takenOffer(exchange) : undefined;
    const giaddr = taken?.reply.packetsSeen().find(({ dhcp }) => dhcp!.giaddr !== 0)?.dhcp!.giaddr;
    if (!taken || giaddr === undefined) continue;
    let clients = found.get(giaddr);
    if (!clients) found.set(giaddr, (clients = new Map<Client, Taken>()));
    if (clients.size < MOST_BEHIND && !clients.has(exchange.client)) clients.set(exchange.client, taken);
  }
  return found;
}

/**
 * An OFFER that went the same way to the same client as this reply, not long before, and that the client took: then no filter on that way
 * keeps the reply from it. `asked` is the request that the reply answers. A client that has an address listens otherwise than one that has
 * none, and another program (firmware, then the operating system) may do so as well.
 */
export function takenAlike(exchange: Exchange, reply: Message, asked: Message): Taken | undefined {
  if (asked.dhcp.ciaddr !== 0) return undefined;
  let one: Exchange | undefined = exchange;
  for (let i = 0; one && i < MOST_EXCHANGES; i++, one = one.previous) {
    const taken = takenOffer(one);
    if (!taken || taken.reply === reply || reply.time - taken.by.time > PROVES) continue;
    if (isSameProgram(taken.by, asked) && goesAlike(taken.reply, reply)) return taken;
  }
  return undefined;
}

/**
 * The same for an OFFER that the client takes soon after: a client that has no fault to find with that one finds one with the reply before.
 */
export function takenLater({ next }: Exchange, reply: Message, asked: Message): Taken | undefined {
  if (asked.dhcp.ciaddr !== 0) return undefined;
  for (let i = 0; next && i < MOST_EXCHANGES; i++, next = next.next) {
    const taken = takenOffer(next);
    if (!taken || taken.reply.time - reply.time > PROVES) continue;
    if (isSameProgram(taken.by, asked) && goesAlike(taken.reply, reply)) return taken;
  }
  return undefined;
}

const isSameProgram = ({ dhcp: one }: Message, { dhcp: other }: Message): boolean =>
  [OPTION.vendorClass, OPTION.parameters].every((code) => one.option(code)?.hex() === other.option(code)?.hex());

/** Whether two packets go the same way: no filter can tell them apart by where they come from or go to. */
export const sameWay = (a: Packet, b: Packet): boolean =>
  a.link === b.link &&
  a.source === b.source &&
  a.destination === b.destination &&
  a.sourcePort === b.sourcePort &&
  a.destinationPort === b.destinationPort &&
  a.ethSource === b.ethSource &&
  a.ethDestination === b.ethDestination;

/** Whether two messages of one kind (requests, or replies) go the same way, to or by the same relay. */
export const goesAlike = (one: Message, other: Message): boolean =>
  sameWay(one.packet, other.packet) &&
  one.dhcp.giaddr === other.dhcp.giaddr &&
  one.dhcp.broadcast === other.dhcp.broadcast;

/**
 * Whether requests go the same way as the DISCOVER whose OFFER their client took, and their answers would go the way of that OFFER: then
 * what keeps them unanswered is no filter.
 */
export const askAlike = (heard: Message, asked: readonly Message[]): boolean =>
  asked.every((one) => goesAlike(heard, one) && one.dhcp.ciaddr === heard.dhcp.ciaddr);

/** Whether an exchange repeats a REQUEST whose ACK is in the capture. */
export const repeatsAnswered = (exchange: Exchange): boolean =>
  repeats(exchange) && exchange.previous?.xid === exchange.xid && sameQuestion(exchange.previous, exchange);

function sameQuestion(before: Exchange, after: Exchange): boolean {
  const first = before.of(REQUEST).pop();
  const again = after.messages[0];
  if (!first || again?.type !== REQUEST || !before.holds(ACK)) return false;
  if (stateIn(before, first) === 'pxe' || isNextRenewal(before, again)) return false;
  return first.dhcp.ciaddr === again.dhcp.ciaddr && addressIn(first) === addressIn(again);
}

/** Whether half of T1 has gone since the ACK: then the client renews the lease, and repeats nothing (RFC 2131 §4.4.5). */
function isNextRenewal(before: Exchange, again: Message): boolean {
  const ack = before.of(ACK).pop()!;
  const lease = ack.dhcp.u32(OPTION.lease);
  const t1 = ack.dhcp.u32(OPTION.t1) ?? (lease === undefined ? undefined : lease / 2);
  return again.dhcp.ciaddr !== 0 && again.timed && t1 !== undefined && again.time - ack.time >= t1 / 2;
}

const addressIn = ({ dhcp }: Message): number | undefined => dhcp.ip(OPTION.requested);

/** Seconds of silence after an ACK that show the client has accepted it. */
const CONTENT = 10;

/** Whether the client continues as one that has its lease. */
export function isContent({ next }: Exchange, ack: Message, world: World): boolean {
  if (next) return next.messages[0]!.dhcp.ciaddr === ack.dhcp.yiaddr;
  return (world.observed.tail(ack.time, ack.timed) ?? 0) >= CONTENT;
}

/** Whether the last that the capture shows of a client is that it asks again, and again, for what an ACK gave it. */
export function ignoresToTheEnd({ exchanges }: Client, world: World): boolean {
  const last = exchanges[exchanges.length - 1]!;
  const ack = last.of(ACK).pop();
  if (!repeatsAnswered(last)) return false;
  return !ack || repeatsAnswered(last.previous!) || !isContent(last, ack, world);
}

/** The REQUESTs by which a client asks again for what a NAK refused it, before it starts anew: as one that has not heard the NAK. */
export function asksAfterNak(exchange: Exchange, nak: Message): Message[] {
  const again: Message[] = [];
  const before = exchange.of(REQUEST).findLast(({ time, frame }) => time <= nak.time && frame < nak.frame);
  let one: Exchange | undefined = before && exchange;
  for (let i = 0; one && i < MOST_EXCHANGES; i++, one = one.next) {
    if (one !== exchange && one.holds(DISCOVER)) break;
    for (const request of one.of(REQUEST))
      if (
        request.frame > nak.frame &&
        addressIn(request) === addressIn(before!) &&
        request.dhcp.ciaddr === before!.dhcp.ciaddr
      )
        again.push(request);
  }
  return again;
}
