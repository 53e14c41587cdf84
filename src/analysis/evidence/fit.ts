import { ipv4ToText as ip } from '../../codec/bytes';
import { ACK, INFORM, NAK, OFFER, OPTION, REQUEST, isProxy, requestState, type Exchange, type Message } from '../conversations/model'; // prettier-ignore
import { mayPassUnseen } from './silence/sight';
import type { World } from './world';

/* Whether a reply fits the request that it answers, and a REQUEST the OFFER that it takes. */

/** Seconds after an OFFER within which a client that asks for what it offers means that one. */
const TAKES_WITHIN = 64;
/** So many of a client's exchanges are looked through for an OFFER or a lease. */
const MOST_EXCHANGES = 50;

/** A reply that does not give back what its request had. */
export interface Misfit {
  readonly field: 'client identifier' | 'giaddr';
  readonly request: Message;
  readonly reply: Message;
  readonly asked: string;
  readonly given: string;
}

/** The first reply of each kind of misfit in an exchange. INFORM's ACK goes to ciaddr, and needs no giaddr (RFC 2131 §4.3.5). */
export function misfitsOf(exchange: Exchange): Misfit[] {
  const found = new Map<Misfit['field'], Misfit>();
  const relays = relaysOf(exchange);
  let request: Message | undefined;
  for (const reply of exchange.messages) {
    if (reply.fromClient) {
      request = reply;
      continue;
    }
    if (!request || reply.type >= 9) continue;
    const misfit = idMisfit(request, reply) ?? (exchange.holds(INFORM) ? undefined : giaddrMisfit(relays, reply));
    if (misfit && !found.has(misfit.field)) found.set(misfit.field, misfit);
  }
  return [...found.values()];
}

/** A client drops a reply with another client identifier than its own (RFC 6842 §3). */
function idMisfit(request: Message, reply: Message): Misfit | undefined {
  const asked = request.dhcp.option(OPTION.clientId);
  const given = reply.dhcp.option(OPTION.clientId);
  if (!asked || !given || asked.hex() === given.hex()) return undefined;
  const digits = (hex: string): string => (hex.length > 80 ? `${hex.slice(0, 80)}…` : hex === '' ? 'empty' : hex);
  return { field: 'client identifier', request, reply, asked: digits(asked.hex()), given: digits(given.hex()) };
}

/** By giaddr: the request that a relay sent on with it, and where to. */
interface Relayed {
  readonly request: Message;
  readonly links: Set<string>;
  /** IP addresses that it was sent to, and link-layer addresses that it came from. */
  readonly servers: Set<string>;
  readonly macs: Set<string>;
}

/** What relays sent on in an exchange, by giaddr. */
export function relaysOf(exchange: Exchange): Map<number, Relayed> {
  const relays = new Map<number, Relayed>();
  if (!exchange.relayed) return relays;
  for (const request of exchange.messages) {
    if (!request.fromClient) continue;
    for (const { dhcp, link, destination, ethSource } of request.packetsSeen()) {
      if (dhcp!.giaddr === 0) continue;
      let relayed = relays.get(dhcp!.giaddr);
      if (!relayed) relays.set(dhcp!.giaddr, (relayed = { request, links: new Set(), servers: new Set(), macs: new Set() })); // prettier-ignore
      relayed.links.add(link);
      if (destination !== undefined && destination !== '255.255.255.255') relayed.servers.add(destination);
      if (ethSource !== undefined) relayed.macs.add(ethSource);
    }
  }
  return relays;
}

/** Whether a relay that the exchange shows sent a request on to whoever sends this packet, and did not send the packet itself. */
export function isServersOwn(
  { link, source, ethSource }: { link: string; source?: string | undefined; ethSource?: string | undefined },
  relays: ReadonlyMap<number, Relayed>,
): boolean {
  for (const { links, servers, macs } of relays.values())
    if (links.has(link) && source !== undefined && servers.has(source)) return !(ethSource !== undefined && macs.has(ethSource)); // prettier-ignore
  return false;
}

/** The reply of the server itself has to have the giaddr of the request (RFC 2131 table 3); what a relay hands on need not. */
function giaddrMisfit(relays: ReadonlyMap<number, Relayed>, reply: Message): Misfit | undefined {
  if (relays.size === 0) return undefined;
  const packets = reply.packetsSeen();
  if (packets.some(({ dhcp }) => relays.has(dhcp!.giaddr))) return undefined;
  const own = packets.find((packet) => isServersOwn(packet, relays));
  if (!own) return undefined;
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

const hex = (xid: number): string => `0x${xid.toString(16).padStart(8, '0')}`;

/** In what the first REQUEST of an exchange that selects a server fits none of the OFFERs that the capture shows. */
export function misfitOf(exchange: Exchange, world: World): Selection | undefined {
  const request = exchange.of(REQUEST).find((one) => requestState(one) === 'selecting' && one.dhcp.ciaddr === 0);
  if (!request) return undefined;
  const offers = exchange.messages.filter((one) => one.type === OFFER && one.time <= request.time);
  if (offers.length === 0) return exchange.messages[0] === request ? otherXid(exchange, request) : undefined;
  return otherServer(exchange, request, offers, world) ?? otherAddress(exchange, request, offers);
}

/** A REQUEST has to have the xid of the OFFER (RFC 2131 table 5): this one asks for what was offered just before under another. */
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

const offersWhat = ({ dhcp }: Message, request: Message): boolean =>
  dhcp.yiaddr !== 0 &&
  (dhcp.yiaddr === request.dhcp.ip(OPTION.requested) || dhcp.ip(OPTION.server) === request.dhcp.ip(OPTION.server));

/** Server identifiers of a message at all places where it was seen: a relay may put its own in (RFC 5107). */
const serversIn = (message: Message): (number | undefined)[] =>
  message.packetsSeen().map(({ dhcp }) => dhcp!.ip(OPTION.server));

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
  // Another server's OFFER may have gone by unseen; a field of this one was not sent by another.
  const { siaddr, giaddr } = offer.dhcp;
  const surely = [0, 0xffffffff, siaddr, giaddr].includes(server);
  const acked = exchange.of(ACK).some((ack) => serversIn(ack).some((one) => named.includes(one)));
  if (acked || (!surely && mayPassUnseen(request, exchange.client, world))) return undefined;
  return {
    differs: 'server identifier',
    request,
    offer,
    asked: ip(server),
    offered: ip(offer.dhcp.ip(OPTION.server)!),
  };
}

function otherAddress(exchange: Exchange, request: Message, offers: readonly Message[]): Selection | undefined {
  const asked = request.dhcp.ip(OPTION.requested);
  if (asked === undefined || request.packet.cut > 0) return undefined;
  const named = serversIn(request);
  const own = offers.filter((one) => !isProxy(one) && serversIn(one).some((server) => named.includes(server)));
  if (own.length === 0 || offers.some(({ dhcp }) => dhcp.yiaddr === asked)) return undefined;
  // Where the server agrees all the same, an OFFER of it is missing here.
  if (exchange.of(ACK).some(({ dhcp }) => dhcp.yiaddr === asked)) return undefined;
  const offer = own[own.length - 1]!;
  return { differs: 'address', request, offer, asked: ip(asked), offered: ip(offer.dhcp.yiaddr) };
}

/** The ACKs by which a client got an address, the last first. */
export function* leasesBefore(exchange: Exchange, address: number): Generator<Message> {
  let one: Exchange | undefined = exchange;
  for (let i = 0; one && i < MOST_EXCHANGES; i++, one = one.previous)
    for (const ack of one.of(ACK).reverse()) if (ack.dhcp.yiaddr === address && !isProxy(ack)) yield ack;
}

/** An ACK that gives another address than its client asked for or has. */
export interface OtherAddress {
  readonly request: Message;
  readonly ack: Message;
  readonly asked: number;
  /** What is asked for: by ciaddr, or by option 50. */
  readonly held: boolean;
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
      return { request: asked, ack: message, asked: held ? asked.dhcp.ciaddr : asked.dhcp.ip(OPTION.requested)!, held };
    }
  }
  return undefined;
}

/**
 * The text that stands in a hardware address where its octets should: `02:00:0`; undefined where it is none. Digits alone may be an address
 * by chance: they are text where the frame's own source begins with them.
 */
export function textIn(chaddr: string, source: string | undefined): string | undefined {
  const octets = chaddr.split(':').map((one) => parseInt(one, 16));
  if (octets.length < 6) return undefined;
  const text = String.fromCharCode(...octets.slice(0, 16));
  if (/^[0-9a-f]{2}[:.-][0-9a-f]{2}[:.-][0-9a-f:.-]*$/i.test(text)) return text;
  const digits = source?.replaceAll(':', '') ?? '';
  return digits !== '' && /^[0-9a-f]+$/i.test(text) && digits.startsWith(text.toLowerCase().slice(0, 12)) ? text : undefined; // prettier-ignore
}

/** Whether a message names its server and option 54 is another than the address that it came from. */
export function speaksForAnother(message: Message): boolean {
  const server = message.dhcp.ip(OPTION.server);
  return server !== undefined && server !== 0 && message.packet.source !== undefined && message.packet.source !== ip(server); // prettier-ignore
}

/** What a reader should know of a chaddr that holds the text of an address; undefined where it does not. */
export function textNote(chaddr: string, source?: string): string | undefined {
  const text = textIn(chaddr, source);
  return text === undefined
    ? undefined
    : `chaddr ${chaddr} is the text “${text}”, octet by octet: the sender wrote the address as text where its octets belong`;
}
