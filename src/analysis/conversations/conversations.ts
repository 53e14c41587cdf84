import { MESSAGE_TYPES } from '../../codec/dhcpv4/message';
import { LEASEACTIVE, LEASEQUERY, SERVER_TYPES } from '../../codec/dhcpv4/options/message-types';
import { PairTable } from '../../ledger/pairTable';
import { printOf, sideOf } from './copies';
import {
  ACK,
  BOOTP,
  DECLINE,
  DISCOVER,
  Exchange,
  FORCERENEW,
  Message,
  NAK,
  OFFER,
  OPTION,
  RELEASE,
  REQUEST,
  UNSEEN,
  isClientSide,
  isRequest,
  kindOf,
  typeOf,
  type Client,
  type Thread,
} from './model';
import { ClientOf } from './client';
import { Gathered, OF_CLIENT, STATE } from './gathered';
import type { Dhcp } from '../../ledger/packet';
import type { Packet, Packets } from './packet';
import type { Thresholds } from './settings';

/** How many earlier messages of the exchange a new one is compared with; copies follow at once, so few are enough. */
const LOOK_BACK = 8;
const NONE = -1;

/** For a message that was seen more than once: when it was last seen on each side of a relay, and on which links. */
interface Copies {
  readonly lastSeen: Map<number, number>;
  readonly links: Set<string>;
  /** Index of the last copy. */
  last: number;
  count: number;
}

/**
 * Puts DHCPv4 and BOOTP messages together into exchanges. A client is identified by its client identifier if it sends one, else by htype
 * and chaddr (RFC 2131 §4.2); a reply belongs to the request with the same xid and chaddr (§4.4.1).
 *
 * A message is identified by the index of the packet that showed it first, and messages are chained by these indexes. `Message` objects are
 * made only when somebody asks for them.
 */
export class Conversations implements Thread {
  readonly clients: Client[] = [];
  readonly exchanges: Exchange[] = [];
  readonly gathered = new Gathered();
  readonly otherLinks = new Map<number, Map<string, number>>();
  readonly linksOf = new Map<Exchange, Set<string>>();
  /** Clients that changed their client identifier within a lease, and clients that used more than one hardware address. */
  readonly renamed = new Set<Client>();
  readonly withOtherMacs = new Set<Client>();
  /** Indexes of messages that were seen so often that they must be looping or sent without a pause. */
  readonly storms: number[] = [];
  /** By client and xid: the exchange that the client's next message may continue. */
  private readonly current = new PairTable();
  /** By xid and chaddr: the exchange that a reply belongs to. */
  private readonly awaiting = new PairTable();
  /** By chaddr, xid and link: the exchange of a client that uses one xid in several VLANs or overlay networks; not of the first. */
  private readonly onLink = new Map<string, Exchange>();
  /** By xid: a LEASEQUERY by address or identifier, which has no chaddr; the LEASEACTIVE to it has one (RFC 4388 §6). */
  private readonly nobodys = new Map<number, number>();
  /** Clients by client number, and by chaddr number. */
  private readonly byNumber: (Client | undefined)[] = [];
  private readonly byMac: (Client | undefined)[] = [];
  /** By index: the next and the previous message of the exchange, and the next packet that shows the same message. */
  private readonly next: Int32Array;
  private readonly before: Int32Array;
  private readonly copy: Int32Array;
  /** By index: the print that identifies a message (equal for its copies), and the side of a relay on which it was seen. */
  private readonly prints: Int32Array;
  /** By index: the kind of message (`kindOf`). */
  private readonly kinds: Int16Array;
  private readonly sides: Int32Array;
  /** Messages that were seen more than once, by the index of the first packet. */
  private readonly copied = new Map<number, Copies>();

  constructor(
    private readonly packets: Packets,
    private readonly limits: Thresholds,
  ) {
    this.next = new Int32Array(packets.count).fill(NONE);
    this.before = new Int32Array(packets.count).fill(NONE);
    this.copy = new Int32Array(packets.count).fill(NONE);
    this.prints = new Int32Array(packets.count);
    this.kinds = new Int16Array(packets.count);
    this.sides = new Int32Array(packets.count);
  }

  /** Adds the message of a packet. `rank` is the packet's place in time order. */
  add(index: number, packet: Packet, rank: number): void {
    const dhcp = packet.dhcp!;
    const { xid, macNumber } = dhcp;
    const type = typeOf(packet);
    const fromClient = isFromClient(type, dhcp.op);
    this.kinds[index] = kindOf(type, fromClient);
    this.prints[index] = printOf(dhcp, type);
    this.sides[index] = sideOf(dhcp, packet);
    const client = fromClient ? this.clientOf(index, dhcp, type) : undefined;
    const found = client ? this.current.get(client.number, xid) : this.awaitedBy(type, xid, macNumber);
    const latest = found < 0 ? undefined : this.exchanges[found];
    const elsewhere = latest?.isElsewhere(packet) ? `${macNumber} ${xid} ${packet.link}` : undefined;
    const there = elsewhere === undefined ? undefined : this.onLink.get(elsewhere);
    let known = there && (!client || there.client === client) ? there : latest;
    // Of a message without its options, too little is left to tell a copy from the next message.
    if (known && type !== UNSEEN) {
      const copied = this.copyOf(known, index, packet);
      if (copied !== NONE) {
        this.see(copied, index, packet);
        known.note(packet, type, fromClient, this.limits);
        return;
      }
    }
    // One client begins with one xid in two networks: a copied machine, or a network that is there twice. A REQUEST to a server goes on.
    const begins = type === DISCOVER || (type === REQUEST && !dhcp.has(OPTION.server));
    if (elsewhere !== undefined && begins && known === latest) known = undefined;
    if (
      known &&
      (fromClient
        ? this.goesOn(known, type) || this.crosses(known, packet, type)
        : type !== FORCERENEW && known.count < MAX_MESSAGES)
    ) {
      this.next[known.last] = index;
      this.before[index] = known.last;
      known.take(index, type, fromClient);
      known.note(packet, type, fromClient, this.limits);
      if (!fromClient) this.answer(known.client, packet, type);
      return;
    }
    const exchange = this.begin(client ?? this.clientBehind(index, dhcp), xid, rank);
    exchange.take(index, type, fromClient);
    exchange.note(packet, type, fromClient, this.limits);
    if (fromClient) exchange.client.asksOn(packet.link, exchange.position);
    exchange.mark(STATE.continued, known !== undefined && known.count >= MAX_MESSAGES);
    if (known && type === REQUEST && known.holds(ACK)) this.noteRepeated(exchange, known, packet);
    if (!fromClient) this.answer(exchange.client, packet, type);
    const place = this.exchanges.length - 1;
    if (elsewhere !== undefined) this.onLink.set(elsewhere, exchange);
    else if (client) this.current.set(client.number, xid, place);
    // A RELEASE awaits no reply, and must not take the replies of the exchange before it.
    if (type !== RELEASE && type !== FORCERENEW && elsewhere === undefined) this.awaiting.set(xid, macNumber, place);
    if (type === LEASEQUERY && /^[0:]*$/.test(dhcp.chaddr)) this.nobodys.set(xid, place);
  }

  /** The exchange that a reply belongs to; negative if there is none. */
  private awaitedBy(type: number, xid: number, macNumber: number): number {
    const own = this.awaiting.get(xid, macNumber);
    return own >= 0 || type !== LEASEACTIVE ? own : (this.nobodys.get(xid) ?? own);
  }

  /** Counts a reply to a client and remembers the address that an ACK gives it. */
  private answer(client: Client, { dhcp }: Packet, type: number): void {
    if (type === NAK || type === FORCERENEW) return;
    client.noteAnswer(type, dhcp!.yiaddr);
  }

  private begin(client: Client, xid: number, rank: number): Exchange {
    const exchange = new Exchange(this, this.gathered.begin(xid, rank, client.number, client.exchanges.length));
    this.exchanges.push(exchange);
    client.take(exchange);
    return exchange;
  }

  /** Notes a REQUEST that follows its ACK too soon to be the next renewal (RFC 2131 §4.4.5: at least 60 s apart). */
  private noteRepeated(exchange: Exchange, answered: Exchange, packet: Packet): void {
    const since = packet.time - this.timeOf(answered.last);
    if (packet.timed && since >= CROSSED && since < SOONEST_RENEWAL) exchange.repeatsAnswered();
  }

  /** Index of the first packet that showed the message of which this packet is a copy; `NONE` if it is a message of its own. */
  private copyOf(exchange: Exchange, index: number, packet: Packet): number {
    const print = this.prints[index]!;
    const side = this.sides[index]!;
    let message = exchange.last;
    for (let looked = 0; looked < LOOK_BACK && message !== NONE; looked++, message = this.before[message]!) {
      if (this.prints[message] !== print) continue;
      const first = this.packets.get(message);
      const copies = this.copied.get(message);
      const last = copies ? copies.lastSeen.get(side) : this.sides[message] === side ? first.time : undefined;
      if (!packet.timed || !first.timed) {
        // Without times, only a packet from the other side of a relay can be told from a retransmission.
        if (last === undefined) return message;
        continue;
      }
      const since = Math.abs(packet.time - (last ?? first.time));
      // Another interface may see it later than a second copy on the same interface: it takes time to get there.
      const elsewhere = last === undefined || !(copies ? copies.links.has(packet.link) : first.link === packet.link);
      if (since <= (elsewhere ? this.limits.relayWindow : this.limits.copyWindow)) return message;
    }
    return NONE;
  }

  private see(message: number, index: number, packet: Packet): void {
    let copies = this.copied.get(message);
    if (!copies) {
      const { time, link } = this.packets.get(message);
      copies = { lastSeen: new Map([[this.sides[message]!, time]]), links: new Set([link]), last: message, count: 1 };
      this.copied.set(message, copies);
    }
    copies.lastSeen.set(this.sides[index]!, packet.time);
    copies.links.add(packet.link);
    this.copy[copies.last] = index;
    copies.last = index;
    if (++copies.count === STORM) this.storms.push(message);
  }

  /**
   * Whether a client's message continues an exchange with the same xid. A DISCOVER starts a new exchange unless only DISCOVER and OFFER
   * came before: then it is a retransmission. A REQUEST or INFORM starts a new one after an ACK or NAK, because dhclient keeps one xid for
   * all its renewals.
   */
  private goesOn(exchange: Exchange, type: number): boolean {
    if (exchange.count >= MAX_MESSAGES) return false;
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
        return exchange.holdsOnly(type) && typeOf(this.packets.get(exchange.first)) === type;
    }
  }

  /**
   * Whether a REQUEST crossed with the ACK that answers it, or is the same REQUEST forwarded late: an access point sends a broadcast on its
   * radio only at the next beacon (IEEE 802.11 §11.2.3), which may be after the reply. Such a REQUEST is not a new question.
   */
  private crosses(exchange: Exchange, packet: Packet, type: number): boolean {
    if (type !== REQUEST || packet.dhcp!.ciaddr !== 0 || !packet.timed || exchange.count >= MAX_MESSAGES) return false;
    if (typeOf(this.packets.get(exchange.last)) !== ACK) return false;
    const answered = this.timeOf(exchange.last);
    return packet.time - answered < CROSSED && packet.time >= answered;
  }

  private clientOf(index: number, dhcp: Dhcp, type: number): Client {
    const client =
      this.sameClient(dhcp, type) ??
      (this.byNumber[dhcp.clientNumber] ??= this.newClient(index, dhcp, dhcp.clientNumber));
    if (dhcp.macNumber !== 0) this.byMac[dhcp.macNumber] = client;
    if (dhcp.macNumber !== client.macNumber && dhcp.macNumber !== 0 && client.macNumber !== 0)
      this.withOtherMacs.add(client);
    client.note(index, dhcp);
    return client;
  }

  /**
   * The client that sends a message under another client identifier than before, or under none, but continues what its hardware address
   * began: the transaction, or the lease that it was given. Undefined where the identifier decides who the client is.
   */
  private sameClient(dhcp: Dhcp, type: number): Client | undefined {
    if (type !== REQUEST && type !== RELEASE && type !== DECLINE) return undefined;
    const before = dhcp.macNumber === 0 ? undefined : this.byMac[dhcp.macNumber];
    const known = this.byNumber[dhcp.clientNumber];
    if (!before || before === known) return undefined;
    const address = dhcp.ciaddr || dhcp.ip(OPTION.requested);
    const ofLease = address !== undefined && address === before.held && address !== known?.held;
    const ofTransaction =
      this.current.get(before.number, dhcp.xid) >= 0 && !(known && this.current.get(known.number, dhcp.xid) >= 0);
    if (!ofLease && !ofTransaction) return undefined;
    if (!known) this.byNumber[dhcp.clientNumber] = before;
    this.renamed.add(before);
    return before;
  }

  /** The client that a reply without a request is meant for. */
  private clientBehind(index: number, dhcp: Dhcp): Client {
    const { macNumber, hardwareNumber } = dhcp;
    return this.byMac[macNumber] ?? (this.byNumber[hardwareNumber] ??= this.newClient(index, dhcp, hardwareNumber));
  }

  private newClient(index: number, dhcp: Dhcp, number: number): Client {
    const { clients } = this.gathered;
    const row = clients.add();
    clients.columns.first[row] = index + 1;
    clients.columns.mac[row] = dhcp.macNumber;
    if (number !== dhcp.hardwareNumber) clients.columns.state[row] = OF_CLIENT.byIdentifier;
    const client = new ClientOf<Exchange>(this, row);
    this.clients.push(client);
    return client;
  }

  /**
   * The exchanges whose messages are held in memory: the last ones that were asked for. Rules ask for the same messages repeatedly, but a
   * whole capture would not fit.
   */
  private readonly holding: (Exchange | undefined)[] = [];
  private turn = 0;
  keep(exchange: Exchange): void {
    const oldest = this.holding[this.turn];
    // An exchange that was dropped and asked for again can have two slots here.
    if (oldest !== exchange) oldest?.forget();
    this.holding[this.turn] = exchange;
    this.turn = (this.turn + 1) % MOST_HOLDING;
  }

  /** The messages of an exchange, or those of the kinds that are wanted, rebuilt on each call. */
  messagesOf(first: number, wanted?: (kind: number) => boolean): Message[] {
    const out: Message[] = [];
    for (let index = first; index !== NONE; index = this.next[index]!)
      if (!wanted || wanted(this.kinds[index]!)) out.push(this.messageAt(index));
    return out;
  }

  /** The message that the packet with this index showed first, rebuilt on each call. */
  messageAt(index: number): Message {
    return new Message(this.packets, index, this.copiesOf(index), this.kinds[index]!, this.prints[index]!);
  }

  /** All packets that show a message, in order; undefined if there is only one. */
  private copiesOf(index: number): number[] | undefined {
    if (this.copy[index] === NONE) return undefined;
    const all: number[] = [];
    for (let copy = index; copy !== NONE; copy = this.copy[copy]!) all.push(copy);
    return all;
  }

  /** By packet index: the place of its exchange, counted from 1. Built on first use. */
  private owners: Uint32Array | undefined;
  /** The exchange that a packet belongs to, as a message of it or as a copy of one; undefined for other packets. */
  exchangeOf(index: number): Exchange | undefined {
    this.owners ??= this.findOwners();
    return this.exchanges[this.owners[index]! - 1];
  }
  private findOwners(): Uint32Array {
    const owners = new Uint32Array(this.packets.count);
    for (const [place, { first }] of this.exchanges.entries()) {
      for (let index = first; index !== NONE; index = this.next[index]!)
        for (let copy = index; copy !== NONE; copy = this.copy[copy]!) owners[copy] = place + 1;
    }
    return owners;
  }

  private xids: Set<number> | undefined;
  /** Whether a client used this xid. Only asked about replies without a request, which are rare. */
  usesXid(xid: number): boolean {
    this.xids ??= new Set(this.exchanges.flatMap((one) => (one.count > one.replies ? one.xid : [])));
    return this.xids.has(xid);
  }

  /** Frame numbers of an exchange, ascending, copies included. */
  framesOf(first: number): number[] {
    const out: number[] = [];
    let ascending = true;
    for (let index = first; index !== NONE; index = this.next[index]!) {
      for (let copy = index; copy !== NONE; copy = this.copy[copy]!) {
        const { frame } = this.packets.get(copy);
        if (out.length > 0 && frame < out[out.length - 1]!) ascending = false;
        out.push(frame);
      }
    }
    return ascending ? out : out.sort((a, b) => a - b);
  }

  packetAt(index: number): Packet {
    return this.packets.get(index);
  }

  /** Time at which a message was first seen on the client's side, or first seen at all if it was not seen there. */
  timeOf(index: number): number {
    if (this.copy[index] === NONE) return this.packets.get(index).time;
    for (let copy = index; copy !== NONE; copy = this.copy[copy]!)
      if (isClientSide(this.packets.get(copy), isRequest(this.kinds[index]!))) return this.packets.get(copy).time;
    return this.packets.get(index).time;
  }
}

const isFromClient = (type: number, op: number): boolean =>
  type !== BOOTP && MESSAGE_TYPES[type] !== undefined ? !SERVER_TYPES.has(type) : op !== 2;

/** From this many copies on, a message is looping or being sent without a pause. */
const STORM = 8;

/** How many exchanges hold their messages in memory. */
const MOST_HOLDING = 64;

/** A longer exchange is continued in a new one, so that each can be looked at as a whole. */
const MAX_MESSAGES = 500;

/**
 * Seconds after a reply in which the client's next message may have crossed with it: the client cannot have processed the reply yet, or an
 * access point forwards the message late.
 */
export const CROSSED = 0.5;

/** Least time between two renewals, in seconds (RFC 2131 §4.4.5). */
const SOONEST_RENEWAL = 60;
