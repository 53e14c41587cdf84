import { ipv4ToText as ip, parseIpv4 } from '../../codec/bytes';
import { isV6Only } from '../conversations/lease';
import {
  ACK,
  BOOTP,
  DISCOVER,
  FORCERENEW,
  INFORM,
  NAK,
  OFFER,
  OPTION,
  REQUEST,
  isBehindRelay,
  isProxy,
  showsAddresses,
  type Exchange,
  type Message,
} from '../conversations/model';
import type { Packet } from '../conversations/packet';
import { HEADERS, LEAST_SIZE, TRAIT, needsOf } from '../conversations/traits';
import { frameSender, replySender } from './subjects';
import { isServersOwn, relaysOf } from './fit';
import type { World } from './world';
import type { Surveyed } from './surveyed';
import { push } from '../../codec/append';

/** Whether a reply can reach the client that it is for: its port, addresses, VLAN and checksum. */

/** A reply that is not sent to the client or relay that it is for. */
export interface Astray {
  readonly message: Message;
  readonly packet: Packet;
  /** What is wrong: giaddr is bypassed, the IP address belongs to nobody in the exchange, or the link-layer address is another host's. */
  readonly by: 'relay' | 'address' | 'link';
  readonly due: string;
  readonly found: string;
}

/** A reply that is larger than its client takes. */
interface TooLarge {
  readonly message: Message;
  /** Octets of its IP datagram, and how many the client takes. */
  readonly size: number;
  readonly most: number;
  /** Whether the client said so in option 57. */
  readonly told: boolean;
}

/** Replies of an exchange that are larger than their client takes (RFC 2131 §2, RFC 2132 §9.10). */
export function* tooLargeIn(exchange: Exchange): Generator<TooLarge> {
  let most: number | undefined;
  let told = false;
  for (const message of exchange.messages) {
    if (message.fromClient) {
      const said = message.dhcp.u16(OPTION.maxSize);
      if (said !== undefined) told = true;
      most = Math.max(LEAST_SIZE, said ?? most ?? 0);
      continue;
    }
    const size = message.packet.payloadLength + HEADERS;
    if (most !== undefined && size > most) yield { message, size, most, told };
  }
}

const isGroup = (mac: string): boolean => (parseInt(mac.slice(0, 2), 16) & 1) === 1;

/**
 * Replies of an exchange that are sent to the wrong place (RFC 2131 §4.1), each once. Replies to LEASEQUERY, and NAKs, have other rules.
 */
export function astrayIn(exchange: Exchange, world: World): Astray[] {
  const relays = relaysOf(exchange);
  let known: ReadonlySet<string | undefined> | undefined;
  const senders = (): ReadonlySet<string | undefined> => (known ??= sendersOf(exchange));
  const found: Astray[] = [];
  for (const message of exchange.messages) {
    if (message.fromClient || message.type === NAK || message.type >= FORCERENEW || isProxy(message)) continue;
    const packets = message.packetsSeen().filter((one) => showsAddresses(one) && one.destination !== undefined);
    if (relays.size > 0 && exchange.holds(INFORM)) continue;
    const past = packets.find((packet) => passesRelay(packet, packets, relays));
    if (past) {
      const { destination, destinationPort, dhcp } = past;
      found.push({
        message,
        packet: past,
        by: 'relay',
        due: `${ip(dhcp!.giaddr)}:67`,
        found: destinationPort === undefined ? destination! : `${destination!}:${destinationPort}`,
      });
      continue;
    }
    // How a relay reaches its client is not checked: some relays clear giaddr, some put the address of their own network into it.
    if (message.relayed || relays.size > 0) continue;
    for (const packet of packets) {
      const by = goesToNobody(packet, senders)
        ? 'address'
        : goesToAnother(packet, senders, exchange, world)
          ? 'link'
          : undefined;
      if (!by) continue;
      const { yiaddr, ciaddr } = packet.dhcp!;
      found.push({
        message,
        packet,
        by,
        due: by === 'link' ? packet.dhcp!.chaddr : ip(yiaddr || ciaddr),
        found: by === 'link' ? packet.ethDestination! : packet.destination!,
      });
      break;
    }
  }
  return found;
}

/** Addresses of an exchange's client, or of a host that speaks for it. */
function sendersOf({ requests }: Exchange): ReadonlySet<string | undefined> {
  const senders = new Set<string | undefined>();
  for (const message of requests) {
    for (const { source, ethSource, dhcp } of message.packetsSeen()) {
      senders.add(source).add(ethSource);
      if (dhcp!.ciaddr !== 0) senders.add(ip(dhcp!.ciaddr));
    }
  }
  return senders;
}

/** Whether the server's own reply to a relay goes somewhere other than giaddr. */
function passesRelay(packet: Packet, all: readonly Packet[], relays: ReturnType<typeof relaysOf>): boolean {
  const giaddr = packet.dhcp!.giaddr;
  if (giaddr === 0 || !relays.has(giaddr) || !isServersOwn(packet, relays)) return false;
  return all.every((one) => one.destination !== ip(giaddr));
}

/**
 * The sightings of a reply on its way to its client’s port. One that a relay asked for is not there as long as it comes from the server
 * itself: wherever that sends it, the flag and the link-layer address of the client do not matter yet.
 */
export function towardsClient(message: Message, exchange: Exchange): Packet[] {
  const relays = relaysOf(exchange);
  return message.packetsSeen().filter((packet) => packet.destinationPort === 68 && !isServersOwn(packet, relays));
}

function goesToNobody(
  { destination, ethDestination, dhcp }: Packet,
  senders: () => ReadonlySet<string | undefined>,
): boolean {
  const { yiaddr, ciaddr, giaddr } = dhcp!;
  if (giaddr !== 0 || (yiaddr === 0 && ciaddr === 0) || destination === '255.255.255.255') return false;
  const to = parseIpv4(destination!);
  if (to === yiaddr || to === ciaddr || to === undefined || to === 0 || to >= 0xe0000000) return false;
  if (senders().has(destination)) return false;
  const mask = dhcp!.ip(OPTION.mask) ?? 0xffffff00;
  return to !== (yiaddr | ~mask) >>> 0 && !(ethDestination !== undefined && isGroup(ethDestination));
}

/**
 * Whether a unicast on the client's own link goes to a link-layer address other than chaddr, with no device between them that has an
 * address of its own.
 */
function goesToAnother(
  { ethDestination, destinationPort, dhcp }: Packet,
  senders: () => ReadonlySet<string | undefined>,
  exchange: Exchange,
  world: World,
): boolean {
  const { chaddr, htype, hlen, ciaddr, giaddr } = dhcp!;
  if (ethDestination === undefined || ethDestination === chaddr || isGroup(ethDestination)) return false;
  if (htype !== 1 || hlen !== 6 || ethDestination.length !== chaddr.length || destinationPort !== 68) return false;
  if (ciaddr !== 0 || giaddr !== 0 || exchange.routed || isTaken(exchange)) return false;
  // Its chaddr is wrong, so it says nothing about where the reply should go.
  if (straysOf(world).asking.has(exchange)) return false;
  if (world.survey.routerMacs.has(ethDestination) || world.survey.routedClients.has(exchange.client)) return false;
  return !senders().has(ethDestination);
}

/** Whether the client continues as one that received its reply. */
function isTaken(exchange: Exchange): boolean {
  if (!exchange.holds(ACK)) return exchange.holds(REQUEST);
  return !asksAgain(exchange.next, exchange);
}

/** Whether an exchange shows its client asking again for what an earlier exchange gave. */
export function asksAgain(next: Exchange | undefined, before: Exchange): boolean {
  if (!next) return false;
  return repeats(next) || (next.holds(DISCOVER) && next.start - before.end < 64);
}
/** Whether an exchange begins with a REQUEST that was just answered under its xid. */
export const repeats = (exchange: Exchange): boolean => exchange.shows(ASKED_AGAIN);
const ASKED_AGAIN = needsOf({ traits: [TRAIT.askedAgain] });

/**
 * Whether an exchange is a reply whose xid no client used, to a client that asked before it: the client drops it (RFC 2131 §4.4.1). Not if
 * it may be a FORCERENEW, nor an answer to a LEASEQUERY.
 */
export function hasStrangeXid(exchange: Exchange, { conversations }: Surveyed['observed']): boolean {
  const first = exchange.messages[0]!;
  // If a message was cut before option 53, it may be a FORCERENEW.
  if (first.fromClient || (first.type === BOOTP && first.packet.cut > 0)) return false;
  if (first.type === FORCERENEW || first.type >= 10 || exchange.continued) return false;
  if (conversations.usesXid(exchange.xid)) return false;
  const asked = exchange.client.firstAskedOn(first.link);
  return asked !== undefined && asked <= exchange.position;
}

/** Replies that have the xid of a request but another chaddr, from which nobody ever asked. */
export interface Strays {
  /** By unanswered exchange: such a reply. */
  readonly replies: ReadonlyMap<Exchange, Message>;
  /** By the exchange that such a reply forms on its own: the exchange that it answers. */
  readonly asking: ReadonlyMap<Exchange, Exchange>;
}

const NO_QUESTION = needsOf({ traits: [TRAIT.noQuestion] });
/** Seconds after a request within which such a reply is taken as its answer. */
const ANSWERS_WITHIN = 10;

/** Replies that have the xid of a request and a chaddr that no client has. */
export const straysOf = (world: World): Strays => world.once(findStrays);
function findStrays(world: World): Strays {
  const orphans = world.exchanges.filter(
    (one) => !one.client.asked && one.shows(NO_QUESTION) && world.observed.conversations.usesXid(one.xid),
  );
  const xids = new Set(orphans.map(({ xid }) => xid));
  const asking = new Map<number, Exchange[]>();
  if (xids.size > 0)
    for (const one of world.exchanges) if (xids.has(one.xid) && one.replies === 0) push(asking, one.xid, one);
  const replies = new Map<Exchange, Message>();
  const answers = new Map<Exchange, Exchange>();
  for (const exchange of orphans) {
    const reply = exchange.messages[0]!;
    const fits =
      asking
        .get(exchange.xid)
        ?.slice(-MOST_ASKING)
        .filter((one) => isAnswered(one, reply)) ?? [];
    const clients = new Set(fits.map(({ client }) => client));
    if (clients.size !== 1 || ![OFFER, ACK, NAK, BOOTP].includes(reply.type)) continue;
    for (const one of fits) if (!replies.has(one)) replies.set(one, reply);
    answers.set(exchange, fits[0]!);
  }
  return { replies, asking: answers };
}
const MOST_ASKING = 64;

const isAnswered = ({ start, end }: Exchange, reply: Message): boolean =>
  reply.timed ? reply.time >= start && reply.time <= end + ANSWERS_WITHIN : true;

/** What is wrong with a checksum: the sender left it to its network card, or it does not fit. */
export type SumFault = 'unfinished' | 'wrong';

/** What is wrong with the checksum of a packet; undefined if no fault is known. */
export function sumFault({ problems }: Packet): SumFault | undefined {
  for (const { id } of problems) {
    if (id === 'checksum-offload') return 'unfinished';
    if (id === 'bad-checksum') return 'wrong';
  }
  return undefined;
}

/** The checksum fault of a message as its receiver is sent it; undefined if any sighting of that has none. */
export function sumFaultOf(message: Message): SumFault | undefined {
  const faults = message.packetsArriving().map(sumFault);
  return faults.includes(undefined) ? undefined : faults[0];
}

/** A relay that makes a wrong checksum for a message which reached it with a right one. */
export interface SpoiltByRelay {
  readonly relay: string;
  /** A frame of the message before the relay. */
  readonly before: number;
}

/** The relay that spoils the checksum of a message, if the capture shows both of its sides. */
export function spoiltByRelay(message: Message): SpoiltByRelay | undefined {
  if (!message.relayed || sumFaultOf(message) !== 'wrong') return undefined;
  const [behind] = message.packetsArriving();
  const before = message.packetsSeen().find((one) => !isBehindRelay(one, message.fromClient) && !sumFault(one));
  return before && behind && { relay: frameSender(behind), before: before.frame };
}

/** Servers whose OFFERs with such a checksum were nevertheless taken by a client. */
export const takenDespiteSum = (world: World): ReadonlySet<string> => world.once(findTaken);
function findTaken(world: World): ReadonlySet<string> {
  const servers = new Set<string>();
  for (const exchange of world.exchanges) {
    if (!exchange.holds(OFFER) || !exchange.holds(REQUEST)) continue;
    for (const offer of exchange.of(OFFER)) if (sumFaultOf(offer)) servers.add(replySender(offer));
  }
  return servers;
}

/** By giaddr: octets of the shortest reply that the relay is seen to forward. */
export const shortestHandedOn = (world: World): ReadonlyMap<number, number> => world.once(findShortest);
function findShortest(world: World): ReadonlyMap<number, number> {
  const least = new Map<number, number>();
  for (const exchange of world.exchanges) {
    if (!exchange.relayed || exchange.replies === 0) continue;
    for (const message of exchange.messages) {
      if (message.fromClient || isV6Only(exchange, message)) continue;
      const packets = message.packetsSeen();
      const to = packets.find(({ dhcp, destination }) => dhcp!.giaddr !== 0 && destination === ip(dhcp!.giaddr));
      if (!to || !packets.some(({ destinationPort }) => destinationPort === 68)) continue;
      const { giaddr } = to.dhcp!;
      least.set(giaddr, Math.min(to.payloadLength, least.get(giaddr) ?? Infinity));
    }
  }
  return least;
}
