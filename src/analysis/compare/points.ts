import { append, push } from '../../codec/append';
import { Conversations } from '../conversations/conversations';
import { isBroadcast, isUnicast, messageName } from '../conversations/model';
import { UNSEEN } from '../conversations/names';
import { inTimeOrder } from '../conversations/order';
import type { Packet, Packets } from '../conversations/packet';
import type { Thresholds } from '../conversations/settings';
import { Conversations6 } from '../conversations/v6model';
import { messageType6 } from '../../codec/dhcpv6/message';

/** Matching two capture points: which message of one is which of the other, and how far their clocks differ. */

/** A DHCP message as one capture point saw it, in however many frames. */
export interface Event {
  /** Index of its packet. */
  readonly index: number;
  /** Client, xid, message type and secs: what does not change on the way or at a relay. */
  readonly id: string;
  /** The same without the type, which a capture that is cut may not show; undefined for DHCPv6. */
  readonly loose: string | undefined;
  /** The snapshot length leaves its type open. */
  readonly cut: boolean;
  /** The same, plus the values that differ between transmissions. */
  readonly print: string;
  /** Name of the client shown to the reader. */
  readonly client: string;
  /** For example DISCOVER or OFFER. */
  readonly name: string;
  /**
   * What is asked. A client that sends the same kind again repeats itself; a renewal does not repeat the REQUEST of a client without an
   * address.
   */
  readonly kind: string;
  readonly fromClient: boolean;
  readonly time: number;
  readonly frames: readonly number[];
  /** Relays that handled it, by giaddr (for DHCPv6: whether one did); empty if none had. */
  readonly relays: ReadonlySet<string>;
  /** How many relays it has passed; undefined for DHCPv6. */
  readonly hops: number | undefined;
  readonly link: string;
  /** The VLAN of its tag; undefined if it has none. */
  readonly vlans: string | undefined;
  /** The frame's link-layer addresses are known: such a capture shows one link, not all interfaces of a machine. */
  readonly ethernet: boolean;
  /** Sent to all (DHCPv6: by multicast), or to one host. Neither, where a text does not tell the address. */
  readonly broadcast: boolean;
  readonly unicast: boolean;
  readonly source: string | undefined;
  readonly destination: string | undefined;
  readonly sourcePort: number | undefined;
  readonly destinationPort: number | undefined;
  /** The messages of its transaction at this point, in order. */
  readonly transaction: readonly Event[];
}

/** Messages of unknown type that are alike, and less than this many seconds apart, are copies of one. */
const SECOND_COPY = 0.001;
const NO_RELAYS: ReadonlySet<string> = new Set();
const SOME_RELAY: ReadonlySet<string> = new Set(['relay']);

/** All messages from and to clients that a capture point shows, each once, in time order. Messages without a time are left out. */
export function eventsOf(packets: Packets, limits: Thresholds): Event[] {
  const conversations = new Conversations(packets, limits);
  const conversations6 = new Conversations6(limits);
  for (const [index, packet, rank] of inTimeOrder(packets)) {
    if (packet.dhcp) conversations.add(index, packet, rank);
    else if (packet.dhcpv6) conversations6.add(index, packet, packet.dhcpv6, rank);
  }
  const events: Event[] = [];
  for (const exchange of conversations.exchanges) {
    const transaction: (Event & { frames: number[] })[] = [];
    for (const message of exchange.messages) {
      // Messages between relay and server (LEASEQUERY and the like) pass no other point.
      if (!message.timed || (message.type >= 10 && message.type !== UNSEEN)) continue;
      const { dhcp } = message;
      const loose = `${dhcp.htype} ${dhcp.chaddr} ${dhcp.xid} ${dhcp.op} ${dhcp.secs} ${dhcp.yiaddr}`;
      const cut = message.type === UNSEEN;
      const last = transaction[transaction.length - 1];
      if (cut && last?.loose === loose && message.time - last.time < SECOND_COPY) {
        append(last.frames, message.frames);
        continue;
      }
      const packetsSeen = message.packetsSeen();
      const id = `${dhcp.htype} ${dhcp.chaddr} ${dhcp.xid} ${message.type} ${dhcp.secs}`;
      const relays = packetsSeen.map((packet) => packet.dhcp!.giaddr).filter((giaddr) => giaddr !== 0);
      transaction.push({
        ...common(message.packet, transaction),
        index: message.index,
        id,
        loose,
        cut,
        print: `${id} ${message.print}`,
        client: dhcp.chaddr === '' ? exchange.client.label : dhcp.chaddr,
        name: messageName(message.type, message.fromClient),
        kind: `${message.type}${dhcp.ciaddr === 0 ? '' : ' with address'}`,
        fromClient: message.fromClient,
        time: message.time,
        frames: message.frames,
        relays: relays.length === 0 ? NO_RELAYS : new Set(relays.map(String)),
        hops: dhcp.hops,
      });
    }
    append(events, transaction);
  }
  for (const exchange of conversations6.exchanges) {
    const transaction: Event[] = [];
    for (const note of exchange.notes) {
      if (!note.timed) continue;
      const packet = packets.get(note.index);
      const id = `v6 ${exchange.client.label} ${packet.dhcpv6!.xid} ${note.type}`;
      transaction.push({
        ...common(packet, transaction),
        index: note.index,
        id,
        loose: undefined,
        cut: false,
        print: `${id} ${note.server ?? ''}`,
        client: exchange.client.label,
        name: messageType6(note.type),
        kind: `v6 ${note.type}`,
        fromClient: ![2, 7, 10].includes(note.type),
        time: note.time,
        frames: note.frames,
        relays: note.relayed ? SOME_RELAY : NO_RELAYS,
        hops: undefined,
      });
    }
    append(events, transaction);
  }
  return events.sort((a, b) => a.time - b.time);
}

function common(packet: Packet, transaction: readonly Event[]) {
  const multicast = packet.destination?.startsWith('ff') ?? false;
  return {
    transaction,
    link: packet.link,
    vlans: packet.vlans,
    ethernet: packet.ethSource !== undefined && packet.ethDestination !== undefined,
    broadcast: isBroadcast(packet) || multicast,
    unicast: isUnicast(packet) && !multicast,
    source: packet.source,
    destination: packet.destination,
    sourcePort: packet.sourcePort,
    destinationPort: packet.destinationPort,
  };
}

/** The events of two points, matched. */
export interface Matching {
  /** What the second point's clock shows when the first one's shows 0, in seconds: the median over the messages seen by both. */
  readonly offset: number;
  /** The same by the clients’ messages alone, and by the replies alone; undefined if none is in both. */
  readonly requests?: number | undefined;
  readonly replies?: number | undefined;
  /** For an event of either point: the same message at the other. */
  readonly partner: ReadonlyMap<Event, Event>;
}

/** Matched messages may differ by this many seconds after the clock offset: the time that a message takes from point to point. */
const TRANSIT = 1;
/** Messages left over may still be matched within this many seconds, because clocks drift. */
const DRIFT = 30;
/** If a message was sent again and again, this many transmissions are used for the estimate. */
const MOST_TRIED = 8;

/** Matches the messages of two points; undefined if they have none in common. `check` is called now and then, and may throw to end it. */
export function match(a: readonly Event[], b: readonly Event[], check = (): void => undefined): Matching | undefined {
  const cut = [a, b].map((events) => events.filter((event) => event.cut));
  const someCut = cut.some((events) => events.length > 0);
  const offset =
    offsetBetween(a, b, (event) => event.print) ??
    offsetBetween(a, b, (event) => event.id) ??
    (someCut ? offsetBetween(a, b, (event) => event.loose) : undefined);
  if (offset === undefined) return undefined;
  const partner = new Map<Event, Event>();
  const pass = (keyOf: KeyOf, within: number, some = a, others = b): void => {
    check();
    const there = grouped(others, keyOf, partner);
    for (const [key, here] of grouped(some, keyOf, partner))
      pairUp(here, there.get(key) ?? [], offset, within, partner);
  };
  pass((event) => event.print, TRANSIT);
  // A relay may put its own address into option 54 (RFC 5107), which changes the print.
  pass((event) => event.id, TRANSIT);
  pass((event) => event.print, DRIFT);
  // What is cut at one point may be whole at the other.
  if (cut[0]!.length > 0) pass((event) => event.loose, TRANSIT, cut[0]);
  if (cut[1]!.length > 0) pass((event) => event.loose, TRANSIT, a, cut[1]);
  const apart = (fits: (event: Event) => boolean): number | undefined => {
    const all = a
      .flatMap((event) => (fits(event) ? (partner.get(event) ?? []) : []))
      .map((other) => other.time - partner.get(other)!.time);
    return all.length === 0 ? undefined : median(all.sort((x, y) => x - y));
  };
  return {
    offset: apart(() => true) ?? offset,
    requests: apart(({ fromClient }) => fromClient),
    replies: apart(({ fromClient }) => !fromClient),
    partner,
  };
}

/** What equal messages have in common; undefined where nothing can be said of it. */
type KeyOf = (event: Event) => string | undefined;

function grouped(events: readonly Event[], keyOf: KeyOf, without: ReadonlyMap<Event, Event>): Map<string, Event[]> {
  const groups = new Map<string, Event[]>();
  for (const event of events) {
    const key = without.has(event) ? undefined : keyOf(event);
    if (key !== undefined) push(groups, key, event);
  }
  return groups;
}

function pairUp(
  here: readonly Event[],
  there: readonly Event[],
  offset: number,
  within: number,
  partner: Map<Event, Event>,
): void {
  for (let i = 0, j = 0; i < here.length && j < there.length;) {
    const apart = there[j]!.time - here[i]!.time - offset;
    if (Math.abs(apart) <= within) {
      partner.set(here[i]!, there[j]!);
      partner.set(there[j]!, here[i]!);
      i++;
      j++;
    } else if (apart < 0) j++;
    else i++;
  }
}

/**
 * How far the clocks differ: the difference on which most messages agree, trying each transmission at one point with each at the other. If
 * several do equally well (a client that repeats itself at equal intervals), the smallest difference is taken.
 */
function offsetBetween(a: readonly Event[], b: readonly Event[], keyOf: KeyOf): number | undefined {
  const there = grouped(b, keyOf, new Map());
  const deltas: number[] = [];
  for (const [key, here] of grouped(a, keyOf, new Map())) {
    const others = (there.get(key) ?? []).slice(0, MOST_TRIED);
    for (const one of here.slice(0, MOST_TRIED)) for (const other of others) deltas.push(other.time - one.time);
  }
  deltas.sort((x, y) => x - y);
  let best: { count: number; middle: number } | undefined;
  for (let from = 0, to = 0; from < deltas.length; from++) {
    while (to < deltas.length && deltas[to]! - deltas[from]! <= TRANSIT) to++;
    const count = to - from;
    const middle = deltas[from + ((count - 1) >> 1)]!;
    if (!best || count > best.count || (count === best.count && Math.abs(middle) < Math.abs(best.middle)))
      best = { count, middle };
  }
  return best?.middle;
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
