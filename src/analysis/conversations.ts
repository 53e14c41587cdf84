import { MESSAGE_TYPES } from '../codec/dhcpv4/message';
import { SERVER_TYPES } from '../codec/dhcpv4/options/message-types';
import { copyOf, printOf, sideOf } from './copies';
import { ACK, BOOTP, DECLINE, DISCOVER, Exchange, FORCERENEW, Message, NAK, OFFER, OPTION, RELEASE, REQUEST, isPxe, type Client, type Sighting } from './model'; // prettier-ignore
import type { Packet, Packets } from './packet';
import type { Thresholds } from './settings';

/**
 * Who talks with whom: puts DHCPv4 and BOOTP messages together into exchanges. A client is known by its client identifier if it
 * sends one, else by htype and chaddr (RFC 2131 §4.2); a reply belongs to the request with its xid and chaddr (§4.4.1).
 */
export class Conversations {
  readonly clients = new Map<string, Client>();
  readonly exchanges: Exchange[] = [];
  /** Every xid that a client used. */
  readonly xids = new Set<number>();
  /** By client and xid: the exchange that a message of the client goes on with. */
  private readonly current = new Map<string, Exchange>();
  /** By xid and chaddr: the exchange that a reply belongs to. */
  private readonly awaiting = new Map<string, Exchange>();
  private readonly byMac = new Map<string, Client>();
  private readonly texts = new Map<string, string>();

  constructor(
    private readonly packets: Packets,
    private readonly limits: Thresholds,
  ) {}

  /** Adds the message of a packet, which comes at place `rank` in the order of time. */
  add(index: number, packet: Packet, rank: number): void {
    const dhcp = packet.dhcp!;
    const message = messageOf(this.packets, index, packet);
    const { type, fromClient, print } = message;
    const sighting = message.sightings[0]!;
    const replyKey = `${dhcp.xid}|${dhcp.chaddr}`;
    const client = fromClient ? this.clientOf(packet) : undefined;
    const key = client && `${client.key}|${dhcp.xid}`;
    const known = key !== undefined ? this.current.get(key) : this.awaiting.get(replyKey);
    if (known) {
      const copied = copyOf(known.messages, sighting, print, packet.timed, this.limits);
      if (copied) {
        copied.see(sighting);
        return;
      }
    }
    if (fromClient) this.xids.add(dhcp.xid);
    if (
      known &&
      (fromClient
        ? goesOn(known, type) || crosses(known, packet, type)
        : type !== FORCERENEW && known.messages.length < MAX_MESSAGES)
    ) {
      known.take(message);
      if (!fromClient && type !== NAK) known.client.answers++;
      return;
    }
    const exchange = this.begin(client ?? this.clientBehind(packet), dhcp.xid, message, rank);
    exchange.continued = known !== undefined && known.messages.length >= MAX_MESSAGES;
    if (!fromClient && type !== NAK && type !== FORCERENEW) exchange.client.answers++;
    if (key !== undefined) this.current.set(key, exchange);
    // A RELEASE awaits no reply, and must not take the replies of the exchange before it.
    if (type !== RELEASE && type !== FORCERENEW) this.awaiting.set(replyKey, exchange);
  }

  private begin(client: Client, xid: number, message: Message, rank: number): Exchange {
    const exchange = new Exchange(client, xid, client.exchanges.length, rank, message);
    this.exchanges.push(exchange);
    if (message.fromClient && !client.askedOn.has(message.link)) client.askedOn.set(message.link, exchange.position);
    client.exchanges.push(exchange);
    return exchange;
  }

  private clientOf(packet: Packet): Client {
    const dhcp = packet.dhcp!;
    const id = dhcp.option(OPTION.clientId);
    const mac = dhcp.chaddr;
    const key = id && id.length > 1 ? `id ${id.hex()}` : `${dhcp.htype} ${mac}`;
    const client = this.client(key, mac);
    if (mac !== '') this.byMac.set(mac, client);
    const hostname = dhcp.text(12);
    if (hostname) client.hostname = this.kept(hostname);
    const vendorClass = dhcp.text(OPTION.vendorClass);
    if (vendorClass) {
      client.vendorClass = this.kept(vendorClass);
      if (isPxe(dhcp)) client.pxe = true;
    }
    return client;
  }

  /** Texts that many clients send are kept once. */
  kept(text: string): string {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    this.texts.set(text, text);
    return text;
  }

  /** The client that a reply without a request is for. */
  private clientBehind(packet: Packet): Client {
    const dhcp = packet.dhcp!;
    return this.byMac.get(dhcp.chaddr) ?? this.client(`${dhcp.htype} ${dhcp.chaddr}`, dhcp.chaddr);
  }

  private client(key: string, mac: string): Client {
    let client = this.clients.get(key);
    if (!client) {
      const label =
        mac !== ''
          ? mac
          : key.startsWith('id ')
            ? `client identifier ${spaced(key.slice(3))}`
            : 'a client without hardware address';
      client = { key, label, mac, answers: 0, askedOn: new Map(), exchanges: [], pxe: false };
      this.clients.set(key, client);
    }
    return client;
  }
}

/** The message that a packet holds, seen there for the first time. */
export function messageOf(packets: Packets, index: number, packet: Packet): Message {
  const dhcp = packet.dhcp!;
  const type = dhcp.messageType() ?? BOOTP;
  const fromClient = type !== BOOTP && MESSAGE_TYPES[type] !== undefined ? !SERVER_TYPES.has(type) : dhcp.op !== 2;
  const sighting: Sighting = {
    index,
    frame: packet.frame,
    time: packet.time,
    link: packet.link,
    side: sideOf(dhcp, packet),
    relayed: dhcp.giaddr !== 0,
    clientSide: fromClient ? dhcp.giaddr === 0 && dhcp.hops === 0 : packet.destinationPort === 68,
  };
  return new Message(packets, sighting, type, fromClient, printOf(dhcp, type), packet.timed);
}

function spaced(digits: string): string {
  const short = digits.slice(0, 64);
  return `${short.replace(/(..)(?=.)/g, '$1:')}${digits.length > 64 ? '…' : ''}`;
}

/** An exchange with more messages than this is gone on with in a new one, so that each can be looked at as a whole. */
const MAX_MESSAGES = 500;

/**
 * Whether a client's message goes on with an exchange of the same xid. A DISCOVER begins anew, unless nothing but DISCOVER and
 * OFFER came before, of which it is then a retransmission; a REQUEST or INFORM begins anew after an ACK or NAK, for dhclient
 * keeps one xid for all its renewals.
 */
function goesOn(exchange: Exchange, type: number): boolean {
  if (exchange.messages.length >= MAX_MESSAGES) return false;
  switch (type) {
    case DISCOVER:
      return exchange.holdsOnly(DISCOVER, OFFER);
    case REQUEST:
      return exchange.holdsOnly(DISCOVER, OFFER, REQUEST);
    case DECLINE:
      return !exchange.holds(RELEASE) && !exchange.holds(NAK);
    case BOOTP:
      return exchange.holdsOnly(BOOTP) && exchange.replies === 0;
    case RELEASE:
      return false;
    default:
      return exchange.holdsOnly(type) && exchange.messages[0]!.type === type;
  }
}

/** Seconds after an ACK, or a REPLY of DHCPv6, in which a client that repeats its question cannot have taken it yet, or an access point sends it on late. */
export const CROSSED = 0.5;

/**
 * Whether a REQUEST crossed with the ACK that answers it, or is the same REQUEST sent on late: an access point hands a broadcast to
 * its radio only at the next beacon (IEEE 802.11 §11.2.3), after the reply. It is no new question.
 */
function crosses(exchange: Exchange, packet: Packet, type: number): boolean {
  if (type !== REQUEST || packet.dhcp!.ciaddr !== 0 || !packet.timed || exchange.messages.length >= MAX_MESSAGES)
    return false;
  const last = exchange.messages[exchange.messages.length - 1]!;
  return last.type === ACK && packet.time - last.time < CROSSED && packet.time >= last.time;
}
