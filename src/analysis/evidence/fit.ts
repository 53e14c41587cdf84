import { ipv4ToText as ip } from '../../codec/bytes';
import {
  ACK,
  DISCOVER,
  INFORM,
  NAK,
  OFFER,
  OPTION,
  REQUEST,
  identifierOf,
  isProxy,
  requestState,
  type Exchange,
  type Message,
} from '../conversations/model';
import { asksForOffered, isNoServer, serversIn } from './silence/chosen';
import { mayPassUnseen } from './silence/sight';
import type { Packet } from '../conversations/packet';
import type { World } from './world';
import { push } from '../../codec/append';

/** Whether a reply fits its request, and a REQUEST the OFFER that it takes. */

/** Seconds after an OFFER within which a REQUEST for what it offers refers to it. */
const TAKES_WITHIN = 64;
/** How many of a client's exchanges are searched for an OFFER or a lease. */
const MOST_EXCHANGES = 50;

/** A reply that does not return a value of its request. */
export interface Misfit {
  readonly field: 'client identifier' | 'giaddr';
  readonly request: Message;
  readonly reply: Message;
  readonly asked: string;
  readonly given: string;
}

/** The replies of an exchange that do not fit their request. The ACK to an INFORM goes to ciaddr and needs no giaddr (RFC 2131 §4.3.5). */
export function misfitsOf(exchange: Exchange): Misfit[] {
  const found: Misfit[] = [];
  const relays = relaysOf(exchange);
  let request: Message | undefined;
  for (const reply of exchange.messages) {
    if (reply.fromClient) {
      request = reply;
      continue;
    }
    if (!request || reply.type >= 9) continue;
    const misfit =
      idMisfit(request, reply) ?? (exchange.holds(INFORM) ? undefined : giaddrMisfit(relays, reply, exchange));
    if (misfit) found.push(misfit);
  }
  return found;
}

/** A reply to a relay that does not give back the option 82 that the relay added. */
export interface Unechoed {
  readonly message: Message;
  readonly packet: Packet;
  /** The option as the relay added it last, and as it came back; undefined if it is missing. */
  readonly before: { readonly hex: string; readonly frame: number };
  readonly hex: string | undefined;
}

/** What a relay does with such a reply. */
export const unechoedText = (relay: string, name: string, left: boolean): string =>
  `${relay} drops the ${name}: the server ${left ? 'leaves out' : 'changes'} the option 82 that the relay added`;

/** All such replies of an exchange (RFC 3046 §2.2). */
export function unechoedIn(exchange: Exchange): Unechoed[] {
  if (!exchange.relayed) return [];
  const found: Unechoed[] = [];
  // Two routers may relay the same message with the same giaddr (HSRP), each with its own option 82.
  const added = new Map<number, { readonly hex: string; readonly frame: number }[]>();
  for (const message of exchange.messages) {
    for (const packet of message.packetsSeen()) {
      const dhcp = packet.dhcp!;
      if (dhcp.giaddr === 0 || packet.destination === undefined) continue;
      const hex = dhcp.option(OPTION.relayAgent)?.hex();
      if (message.fromClient) {
        if (hex !== undefined) push(added, dhcp.giaddr, { hex, frame: packet.frame });
        continue;
      }
      // Only between server and relay: the relay removes the option before the client sees the reply.
      const all = added.get(dhcp.giaddr);
      const toRelay = packet.destinationPort === 67 && packet.destination === ip(dhcp.giaddr);
      if (!all || !toRelay || packet.cut > 0 || all.some((one) => isEcho(one.hex, hex))) continue;
      found.push({ message, packet, before: all.at(-1)!, hex });
    }
  }
  return found;
}

/** Sub-option VSS Control, which a server that knows it must leave out of its reply (RFC 6607 §5). */
const VSS_CONTROL = 152;

/** Whether a reply has the option as the request had it. */
const isEcho = (asked: string, given: string | undefined): boolean =>
  asked === given || (given !== undefined && withoutControl(asked) === given);

/** Option 82 as hex digits, without VSS Control. */
function withoutControl(hex: string): string {
  let kept = '';
  for (let at = 0; at + 4 <= hex.length;) {
    const end = at + 4 + 2 * parseInt(hex.slice(at + 2, at + 4), 16);
    if (parseInt(hex.slice(at, at + 2), 16) !== VSS_CONTROL) kept += hex.slice(at, end);
    at = end;
  }
  return kept;
}

/** A client drops a reply whose client identifier is not its own (RFC 6842 §3). */
function idMisfit(request: Message, reply: Message): Misfit | undefined {
  const asked = request.dhcp.option(OPTION.clientId);
  const given = reply.dhcp.option(OPTION.clientId);
  if (!asked || !given || asked.hex() === given.hex()) return undefined;
  const digits = (hex: string): string => (hex.length > 80 ? `${hex.slice(0, 80)}…` : hex === '' ? 'empty' : hex);
  return { field: 'client identifier', request, reply, asked: digits(asked.hex()), given: digits(given.hex()) };
}

/** The request that a relay forwarded, and the links that show it. */
interface Relayed {
  readonly request: Message;
  readonly links: Set<string>;
  /** IP addresses it was sent to, and link-layer addresses it came from. */
  readonly servers: Set<string>;
  readonly macs: Set<string>;
}

/** What relays forwarded in an exchange, by giaddr. */
export function relaysOf(exchange: Exchange): Map<number, Relayed> {
  const relays = new Map<number, Relayed>();
  if (!exchange.relayed) return relays;
  for (const request of exchange.messages) {
    if (!request.fromClient) continue;
    for (const { dhcp, link, destination, ethSource } of request.packetsSeen()) {
      if (dhcp!.giaddr === 0) continue;
      let relayed = relays.get(dhcp!.giaddr);
      if (!relayed)
        relays.set(dhcp!.giaddr, (relayed = { request, links: new Set(), servers: new Set(), macs: new Set() }));
      relayed.links.add(link);
      if (destination !== undefined && destination !== '255.255.255.255') relayed.servers.add(destination);
      if (ethSource !== undefined) relayed.macs.add(ethSource);
    }
  }
  return relays;
}

/**
 * Whether a packet comes from the server itself: a relay in the exchange forwarded a request to its source address, and did not send the
 * packet itself.
 */
export function isServersOwn(
  { link, source, ethSource }: { link: string; source?: string | undefined; ethSource?: string | undefined },
  relays: ReadonlyMap<number, Relayed>,
): boolean {
  for (const { links, servers, macs } of relays.values())
    if (links.has(link) && source !== undefined && servers.has(source))
      return !(ethSource !== undefined && macs.has(ethSource));
  return false;
}

/**
 * The server's own reply must have the giaddr of the request (RFC 2131 table 3); a reply that a relay forwards need not. If the server
 * answers with the right giaddr as well, the other answer is for a second relay, whose copy of the request was not seen.
 */
function giaddrMisfit(
  relays: ReadonlyMap<number, Relayed>,
  reply: Message,
  { messages }: Exchange,
): Misfit | undefined {
  if (relays.size === 0) return undefined;
  const packets = reply.packetsSeen();
  if (packets.some(({ dhcp }) => relays.has(dhcp!.giaddr))) return undefined;
  const own = packets.find((packet) => isServersOwn(packet, relays));
  if (!own) return undefined;
  const { giaddr: given } = own.dhcp!;
  const copies = given !== 0 && own.destination === ip(given);
  const right = (one: Message): boolean =>
    !one.fromClient &&
    one.packetsSeen().some((packet) => relays.has(packet.dhcp!.giaddr) && isServersOwn(packet, relays));
  if (copies && messages.some(right)) return undefined;
  const [[giaddr, { request }]] = relays as unknown as [[number, Relayed]];
  return { field: 'giaddr', request, reply, asked: ip(giaddr), given: ip(own.dhcp!.giaddr) };
}

/** A REQUEST in SELECTING that fits no OFFER to this client. */
export interface Selection {
  readonly differs: 'xid' | 'server identifier' | 'address';
  readonly request: Message;
  readonly offer: Message;
  readonly asked: string;
  readonly offered: string;
}

export const hex = (xid: number): string => `0x${xid.toString(16).padStart(8, '0')}`;

/** How the first REQUEST of an exchange that selects a server differs from every OFFER in the capture. */
export function misfitOf(exchange: Exchange, world: World): Selection | undefined {
  const request = exchange.of(REQUEST).find((one) => requestState(one) === 'selecting' && one.dhcp.ciaddr === 0);
  if (!request) return undefined;
  const offers = exchange.messages.filter((one) => one.type === OFFER && one.time <= request.time);
  if (offers.length === 0) return exchange.messages[0] === request ? otherXid(exchange, request) : undefined;
  return otherServer(exchange, request, offers, world) ?? otherAddress(exchange, request, offers);
}

/** A REQUEST must have the xid of the OFFER (RFC 2131 table 5); this one asks for what was just offered under another xid. */
function otherXid(exchange: Exchange, request: Message): Selection | undefined {
  let { previous } = exchange;
  for (let i = 0; previous && i < MOST_EXCHANGES; i++, previous = previous.previous) {
    if (previous.holds(ACK) || request.time - previous.end > TAKES_WITHIN || !request.timed) return undefined;
    if (!previous.holds(OFFER)) continue;
    const offer = previous.of(OFFER).find((one) => offersWhat(one, request));
    if (!offer || previous.xid === exchange.xid) return undefined;
    return { differs: 'xid', request, offer, asked: hex(exchange.xid), offered: hex(previous.xid) };
  }
  return undefined;
}

/** Seconds after a REQUEST within which an ACK of the address that it asks for can be meant for it. */
const ACKED_WITHIN = 10;

/**
 * The REQUEST that an ACK is meant for, though it has another xid: the client drops it. undefined if the client goes on as one that has the
 * address.
 */
export function askedOtherXid(exchange: Exchange): Message | undefined {
  const { previous, next, replies, count } = exchange;
  if (replies < count || !previous?.holds(REQUEST) || previous.holds(ACK) || previous.xid === exchange.xid)
    return undefined;
  const ack = exchange.firstOf(ACK);
  const request = previous.of(REQUEST).at(-1)!;
  const wanted = request.dhcp.ip(OPTION.requested) ?? request.dhcp.ciaddr;
  if (!ack?.timed || ack.dhcp.yiaddr !== wanted || ack.time - request.time > ACKED_WITHIN) return undefined;
  return next?.messages.some((one) => one.fromClient && one.dhcp.ciaddr === wanted) ? undefined : request;
}

/** Whether a client and its server each take an xid of their own for every message: as a REQUEST shows that takes an OFFER all the same. */
export function changesXids(exchange: Exchange, world: World): boolean {
  const { next, previous } = exchange;
  const taking = exchange.holds(OFFER) ? next : askedOtherXid(exchange) && previous;
  const misfit = taking?.holds(REQUEST) ? misfitOf(taking, world) : undefined;
  if (misfit?.differs !== 'xid') return false;
  return !exchange.holds(OFFER) || exchange.frames.includes(misfit.offer.frame);
}

const offersWhat = ({ dhcp }: Message, request: Message): boolean =>
  dhcp.yiaddr !== 0 &&
  (dhcp.yiaddr === request.dhcp.ip(OPTION.requested) || dhcp.ip(OPTION.server) === request.dhcp.ip(OPTION.server));

function otherServer(
  exchange: Exchange,
  request: Message,
  offers: readonly Message[],
  world: World,
): Selection | undefined {
  const named = serversIn(request);
  const offered = offers.filter((one) => one.packet.cut === 0 && one.dhcp.has(OPTION.server));
  if (offered.length < offers.length || named.includes(undefined)) return undefined;
  if (offered.some((offer) => serversIn(offer).some((server) => named.includes(server)))) return undefined;
  const offer = offered.find((one) => !isProxy(one)) ?? offered[0]!;
  const server = named[0]!;
  const acked = exchange.of(ACK).some((ack) => serversIn(ack).some((one) => named.includes(one)));
  if (acked || !(isNoServer(server, offers) || isInVain(exchange, request, server, offer, world))) return undefined;
  return {
    differs: 'server identifier',
    request,
    offer,
    asked: ip(server),
    offered: ip(offer.dhcp.ip(OPTION.server)!),
  };
}

/** Seconds within which a client whose REQUEST gets no answer repeats it or starts anew. */
const ASKS_AGAIN = 35;

/**
 * Whether no server can have the address that a REQUEST names, although it might be one. The OFFER of another server often goes by unseen;
 * so nobody of that address may be heard, and either the address that this OFFER gave is asked for in vain, or the client has the server
 * from siaddr and has to ask again.
 */
function isInVain(exchange: Exchange, request: Message, server: number, offer: Message, world: World): boolean {
  if (exchange.outcome !== 'unanswered' && !exchange.holds(ACK)) return false;
  if (isHeard(server, offer, world)) return false;
  const { next } = exchange;
  const anew = next !== undefined && next.holds(DISCOVER) && next.start - request.time < ASKS_AGAIN;
  if (offer.dhcp.siaddr === server) return anew || exchange.of(REQUEST).length > 1;
  return asksForOffered(exchange, request) && !mayPassUnseen(request, exchange.client, world);
}

/** Whether a host other than the sender of an OFFER is heard under an address. */
const isHeard = (address: number, { packet }: Message, world: World): boolean =>
  world.survey.servers.has(ip(address)) ||
  world.neighbours.arpAbout(address).claims.some(({ senderMac }) => senderMac !== packet.ethSource);

function otherAddress(exchange: Exchange, request: Message, offers: readonly Message[]): Selection | undefined {
  const asked = request.dhcp.ip(OPTION.requested);
  if (asked === undefined || request.packet.cut > 0) return undefined;
  const named = serversIn(request);
  const own = offers.filter((one) => !isProxy(one) && serversIn(one).some((server) => named.includes(server)));
  if (own.length === 0 || offers.some(({ dhcp }) => dhcp.yiaddr === asked)) return undefined;
  // If the server agrees anyway, the capture lacks one of its OFFERs.
  if (exchange.of(ACK).some(({ dhcp }) => dhcp.yiaddr === asked)) return undefined;
  const offer = own[own.length - 1]!;
  return { differs: 'address', request, offer, asked: ip(asked), offered: ip(offer.dhcp.yiaddr) };
}

/** The ACKs that gave a client an address, the last one first. */
export function* leasesBefore(exchange: Exchange, address: number): Generator<Message> {
  let one: Exchange | undefined = exchange;
  for (let i = 0; one && i < MOST_EXCHANGES; i++, one = one.previous)
    for (const ack of one.of(ACK).reverse()) if (ack.dhcp.yiaddr === address && !isProxy(ack)) yield ack;
}

/**
 * Whether a REQUEST renews a lease, yet names a server, which a renewal must not (RFC 2131 §4.3.2): it has the address in ciaddr that its
 * client holds.
 */
export const renewsByServer = (exchange: Exchange, { dhcp }: Message): boolean =>
  dhcp.ciaddr !== 0 &&
  dhcp.has(OPTION.server) &&
  exchange.previous !== undefined &&
  leasesBefore(exchange.previous, dhcp.ciaddr).next().done !== true;

/** An ACK that gives an address other than the one its client asked for or has. */
export interface OtherAddress {
  readonly request: Message;
  readonly ack: Message;
  readonly asked: number;
  /** Whether the client has the address (ciaddr); otherwise it asks for it by option 50. */
  readonly held: boolean;
  /** The OFFER or ACK in which the same server gave what the client asks for; the OFFER of the same exchange before all. */
  readonly own: Message | undefined;
}

export function otherAddressAcked(exchange: Exchange): OtherAddress | undefined {
  let asked: Message | undefined;
  const wanted = new Set<number>();
  for (const message of exchange.messages) {
    if (message.type === REQUEST) {
      if (requestState(message) === 'pxe' || message.packet.cut > 0) return undefined;
      asked = message;
      const { dhcp } = message;
      for (const address of [dhcp.ip(OPTION.requested) ?? 0, dhcp.ciaddr]) if (address !== 0) wanted.add(address);
    } else if (message.type === NAK) return undefined;
    else if (message.type === ACK && asked && wanted.size > 0 && !isProxy(message)) {
      const { yiaddr } = message.dhcp;
      if (yiaddr === 0 || wanted.has(yiaddr)) continue;
      const held = asked.dhcp.ciaddr !== 0;
      const address = held ? asked.dhcp.ciaddr : asked.dhcp.ip(OPTION.requested)!;
      const given = [...exchange.of(OFFER), ...leasesBefore(exchange, address)];
      const own = given.find(
        (one) => one.time <= message.time && one.dhcp.yiaddr === address && identifierOf(one) === identifierOf(message),
      );
      return { request: asked, ack: message, asked: address, held, own };
    }
  }
  return undefined;
}

/** An address as text: octets, or pairs of them, with signs between. */
const WITH_SIGNS = /^(?:[0-9a-f]{2}([:.-])[0-9a-f]{2}\1|[0-9a-f]{4}([:.-])[0-9a-f])[0-9a-f:.-]*$/i;
/** Digits of an address, and how many of them no address of octets is by chance. */
const MAC_DIGITS = 12;
const NO_CHANCE = 8;

/**
 * The text that chaddr holds instead of octets: `02:00:0`, or more where the field goes on behind hlen octets; undefined if it holds none. A
 * few digits alone may be an address by chance; they count as text if the frame's own source address begins with them.
 */
export function textIn({ chaddr, chaddrText }: Message['dhcp'], source: string | undefined): string | undefined {
  const octets = chaddr.split(':').map((one) => parseInt(one, 16));
  if (octets.length < 6) return undefined;
  const text = chaddrText || String.fromCharCode(...octets.slice(0, 16)).replace(/\0+$/, '');
  if (WITH_SIGNS.test(text)) return text;
  if (!/^[0-9a-f]{6,}$/i.test(text)) return undefined;
  return text.length >= NO_CHANCE || digitsOf(source).startsWith(text.toLowerCase()) ? text : undefined;
}

const digitsOf = (address: string | undefined): string => address?.replace(/[^0-9a-f]/gi, '').toLowerCase() ?? '';

/** The address that a text in chaddr means: it is whole in the text, or is that of the card that sends it. */
export function meantBy(text: string, source: string | undefined): string | undefined {
  const digits = digitsOf(text);
  if (digits.length < MAC_DIGITS) return digitsOf(source).startsWith(digits) ? source : undefined;
  return digits.slice(0, MAC_DIGITS).match(/../g)!.join(':');
}

/** The explanation for a chaddr that holds the text of an address; undefined if it does not. */
export function textNote(dhcp: Message['dhcp'], source?: string): string | undefined {
  const text = textIn(dhcp, source);
  return text === undefined
    ? undefined
    : `chaddr ${dhcp.chaddr}${dhcp.chaddrText === '' ? ' is' : ', with the octets behind it, is'} the text “${text}”, octet by octet: the sender wrote the address as text where its octets belong`;
}
