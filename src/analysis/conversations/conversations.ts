import { MESSAGE_TYPES } from '../../codec/dhcpv4/message';
import { SERVER_TYPES } from '../../codec/dhcpv4/options/message-types';
import { PairTable } from '../../ledger/pairTable';
import { printOf, sideOf } from './copies';
import { ACK, BOOTP, DECLINE, DISCOVER, Exchange, FORCERENEW, Message, NAK, OFFER, OPTION, RELEASE, REQUEST, isPxe, isClientSide, Client, type Thread } from './model'; // prettier-ignore
import { Gathered, STATE } from './gathered';
import type { Dhcp } from '../../ledger/packet';
import type { Packet, Packets } from './packet';
import type { Thresholds } from './settings';

/** Messages of the exchange that a new one is compared with: copies follow at once. */
const LOOK_BACK = 8;
const NONE = -1;

/** Of a message that was seen more than once: when it was last seen on each side, and on which links it was seen. */
interface Copies {
  readonly lastSeen: Map<number, number>;
  readonly links: Set<string>;
  /** Index of the last copy. */
  last: number;
}

/**
 * Who talks with whom: puts DHCPv4 and BOOTP messages together into exchanges. A client is known by its client identifier if it
 * sends one, else by htype and chaddr (RFC 2131 §4.2); a reply belongs to the request with its xid and chaddr (§4.4.1).
 *
 * Messages are known by the index of the packet that showed them first, and hang together in chains of such indexes: objects are
 * made only of those that somebody looks at.
 */
export class Conversations implements Thread {
  readonly clients: Client[] = [];
  readonly exchanges: Exchange[] = [];
  readonly gathered = new Gathered();
  /** Clients that changed their client identifier within a lease; those that spoke under more than one hardware address. */
  readonly renamed = new Set<Client>();
  readonly withOtherMacs = new Set<Client>();
  /** By client and xid: the exchange that a message of the client goes on with. */
  private readonly current = new PairTable();
  /** By xid and chaddr: the exchange that a reply belongs to. */
  private readonly awaiting = new PairTable();
  /** By the number of who it is; by the number of chaddr. */
  private readonly byNumber: (Client | undefined)[] = [];
  private readonly byMac: (Client | undefined)[] = [];
  /** By index: the next message and the one before in the exchange; the next packet that shows the same message. */
  private readonly next: Int32Array;
  private readonly before: Int32Array;
  private readonly copy: Int32Array;
  /** By index: what makes a message the same as another, and the side of a relay on which it was seen. */
  private readonly prints: Int32Array;
  private readonly sides: Int32Array;
  /** By index of the first: of messages that were seen more than once. */
  private readonly copied = new Map<number, Copies>();

  constructor(
    private readonly packets: Packets,
    private readonly limits: Thresholds,
  ) {
    this.next = new Int32Array(packets.count).fill(NONE);
    this.before = new Int32Array(packets.count).fill(NONE);
    this.copy = new Int32Array(packets.count).fill(NONE);
    this.prints = new Int32Array(packets.count);
    this.sides = new Int32Array(packets.count);
  }

  /** Adds the message of a packet, which comes at place `rank` in the order of time. */
  add(index: number, packet: Packet, rank: number): void {
    const dhcp = packet.dhcp!;
    const { xid, macNumber } = dhcp;
    const type = dhcp.messageType() ?? BOOTP;
    const fromClient = isFromClient(type, dhcp.op);
    this.prints[index] = printOf(dhcp, type);
    this.sides[index] = sideOf(dhcp, packet);
    const client = fromClient ? this.clientOf(packet, type) : undefined;
    const found = client ? this.current.get(client.number, xid) : this.awaiting.get(xid, macNumber);
    const known = found < 0 ? undefined : this.exchanges[found];
    if (known) {
      const copied = this.copyOf(known, index, packet);
      if (copied !== NONE) {
        this.see(copied, index, packet);
        known.note(packet, type, fromClient, this.limits);
        return;
      }
    }
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
    const exchange = this.begin(client ?? this.clientBehind(packet), xid, rank);
    exchange.take(index, type, fromClient);
    exchange.note(packet, type, fromClient, this.limits);
    if (fromClient) exchange.client.asksOn(packet.link, exchange.position);
    exchange.mark(STATE.continued, known !== undefined && known.count >= MAX_MESSAGES);
    if (known && type === REQUEST && known.holds(ACK)) this.noteRepeated(exchange, known, packet);
    if (!fromClient) this.answer(exchange.client, packet, type);
    const place = this.exchanges.length - 1;
    if (client) this.current.set(client.number, xid, place);
    // A RELEASE awaits no reply, and must not take the replies of the exchange before it.
    if (type !== RELEASE && type !== FORCERENEW) this.awaiting.set(xid, macNumber, place);
  }

  /** Keeps in mind that a client got a reply, and which address by it. */
  private answer(client: Client, { dhcp }: Packet, type: number): void {
    if (type === NAK || type === FORCERENEW) return;
    client.answers++;
    if (type === ACK && dhcp!.yiaddr !== 0) client.held = dhcp!.yiaddr;
  }

  private begin(client: Client, xid: number, rank: number): Exchange {
    const exchange = new Exchange(this, client, this.gathered.begin(xid, rank), client.exchanges.length);
    this.exchanges.push(exchange);
    // A list with room for more than one would cost more than all the rest: most clients have one exchange.
    if (client.exchanges.length === 0) client.exchanges = [exchange];
    else client.exchanges.push(exchange);
    return exchange;
  }

  /** Notes a REQUEST that follows its ACK too soon to be the next renewal (RFC 2131 §4.4.5: 60 s apart at least). */
  private noteRepeated(exchange: Exchange, answered: Exchange, packet: Packet): void {
    const since = packet.time - this.timeOf(answered.last);
    if (packet.timed && since >= CROSSED && since < SOONEST_RENEWAL) exchange.repeatsAnswered();
  }

  /** The message of which the packet is a copy: the index of the first packet that showed it; `NONE` where it is a message of its own. */
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
        // Without times only the other side of a relay can be told from a retransmission.
        if (last === undefined) return message;
        continue;
      }
      const since = Math.abs(packet.time - (last ?? first.time));
      // Another interface may see it later than a copy on the same one: the way there takes its time.
      const elsewhere = last === undefined || !(copies ? copies.links.has(packet.link) : first.link === packet.link);
      if (since <= (elsewhere ? this.limits.relayWindow : this.limits.copyWindow)) return message;
    }
    return NONE;
  }

  private see(message: number, index: number, packet: Packet): void {
    let copies = this.copied.get(message);
    if (!copies) {
      const { time, link } = this.packets.get(message);
      copies = { lastSeen: new Map([[this.sides[message]!, time]]), links: new Set([link]), last: message };
      this.copied.set(message, copies);
    }
    copies.lastSeen.set(this.sides[index]!, packet.time);
    copies.links.add(packet.link);
    this.copy[copies.last] = index;
    copies.last = index;
  }

  /**
   * Whether a client's message goes on with an exchange of the same xid. A DISCOVER begins anew, unless nothing but DISCOVER and
   * OFFER came before, of which it is then a retransmission; a REQUEST or INFORM begins anew after an ACK or NAK, for dhclient
   * keeps one xid for all its renewals.
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
   * Whether a REQUEST crossed with the ACK that answers it, or is the same REQUEST sent on late: an access point hands a broadcast to
   * its radio only at the next beacon (IEEE 802.11 §11.2.3), after the reply. It is no new question.
   */
  private crosses(exchange: Exchange, packet: Packet, type: number): boolean {
    if (type !== REQUEST || packet.dhcp!.ciaddr !== 0 || !packet.timed || exchange.count >= MAX_MESSAGES) return false;
    if (typeOf(this.packets.get(exchange.last)) !== ACK) return false;
    const answered = this.timeOf(exchange.last);
    return packet.time - answered < CROSSED && packet.time >= answered;
  }

  private clientOf(packet: Packet, type: number): Client {
    const dhcp = packet.dhcp!;
    const client =
      this.sameClient(dhcp, type) ?? (this.byNumber[dhcp.clientNumber] ??= this.newClient(packet, dhcp.clientNumber));
    if (dhcp.macNumber !== 0) this.byMac[dhcp.macNumber] = client;
    if (dhcp.macNumber !== client.macNumber && dhcp.macNumber !== 0 && client.macNumber !== 0)
      this.withOtherMacs.add(client);
    const hostname = dhcp.text(12);
    if (hostname) client.hostname = hostname;
    const vendorClass = dhcp.text(OPTION.vendorClass);
    if (vendorClass && vendorClass !== client.vendorClass) {
      client.vendorClass = vendorClass;
      if (isPxe(dhcp)) client.pxe = true;
    }
    return client;
  }

  /**
   * Who sends a message under another client identifier than before, or without it, though it goes on with what its hardware
   * address began: with the transaction, or with the lease that it was given. Undefined where the identifier tells who it is.
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

  /** The client that a reply without a request is for. */
  private clientBehind(packet: Packet): Client {
    const { macNumber, hardwareNumber } = packet.dhcp!;
    return this.byMac[macNumber] ?? (this.byNumber[hardwareNumber] ??= this.newClient(packet, hardwareNumber));
  }

  private newClient(packet: Packet, number: number): Client {
    const dhcp = packet.dhcp!;
    const mac = dhcp.chaddr;
    const label =
      mac !== ''
        ? mac
        : number !== dhcp.hardwareNumber
          ? `client identifier ${spaced(dhcp.option(OPTION.clientId)!.hex())}`
          : NO_ADDRESS;
    const client = new Client(this.clients.length, label, mac, dhcp.macNumber);
    this.clients.push(client);
    return client;
  }

  /** The last exchanges whose messages were asked for hold them: rules ask again and again, and no capture is held whole. */
  private readonly holding: (Exchange | undefined)[] = [];
  private turn = 0;
  keep(exchange: Exchange): void {
    const oldest = this.holding[this.turn];
    // One that was let go and is asked for again stands here twice.
    if (oldest !== exchange) oldest?.forget();
    this.holding[this.turn] = exchange;
    this.turn = (this.turn + 1) % MOST_HOLDING;
  }

  /** The messages of an exchange, made anew. */
  messagesOf(first: number): Message[] {
    const out: Message[] = [];
    for (let index = first; index !== NONE; index = this.next[index]!) out.push(this.messageAt(index));
    return out;
  }

  /** The message that the packet with this index showed first, made anew. */
  messageAt(index: number): Message {
    const packet = this.packets.get(index);
    const type = typeOf(packet);
    const fromClient = isFromClient(type, packet.dhcp!.op);
    return new Message(this.packets, index, this.copiesOf(index), type, fromClient, this.prints[index]!);
  }

  /** All packets that show a message, the first one first; undefined where there is but one. */
  private copiesOf(index: number): number[] | undefined {
    if (this.copy[index] === NONE) return undefined;
    const all: number[] = [];
    for (let copy = index; copy !== NONE; copy = this.copy[copy]!) all.push(copy);
    return all;
  }

  /** By index of a packet: the place of its exchange, counted from 1. Made when somebody asks first. */
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
  /** Whether a client used this xid. Asked about replies without a question only, which are few. */
  usesXid(xid: number): boolean {
    this.xids ??= new Set(this.exchanges.flatMap((one) => (one.count > one.replies ? one.xid : [])));
    return this.xids.has(xid);
  }

  /** Numbers of the frames of an exchange, copies included, ascending. */
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

  /** Time at which a message was first seen on the client's side, if it was seen there. */
  timeOf(index: number): number {
    if (this.copy[index] === NONE) return this.packets.get(index).time;
    const packet = this.packets.get(index);
    const fromClient = isFromClient(typeOf(packet), packet.dhcp!.op);
    for (let copy = index; copy !== NONE; copy = this.copy[copy]!)
      if (isClientSide(this.packets.get(copy), fromClient)) return this.packets.get(copy).time;
    return packet.time;
  }
}

const typeOf = (packet: Packet): number => packet.dhcp!.messageType() ?? BOOTP;

const isFromClient = (type: number, op: number): boolean =>
  type !== BOOTP && MESSAGE_TYPES[type] !== undefined ? !SERVER_TYPES.has(type) : op !== 2;

function spaced(digits: string): string {
  const short = digits.slice(0, 64);
  return `${short.replace(/(..)(?=.)/g, '$1:')}${digits.length > 64 ? '…' : ''}`;
}

/** What a client is called that sends neither a hardware address nor an identifier. */
export const NO_ADDRESS = 'a client without hardware address';

/** So many exchanges hold their messages in memory. */
const MOST_HOLDING = 64;

/** An exchange with more messages than this is gone on with in a new one, so that each can be looked at as a whole. */
const MAX_MESSAGES = 500;

/** Seconds after an ACK, or a REPLY of DHCPv6, in which a client that repeats its question cannot have taken it yet, or an access point sends it on late. */
export const CROSSED = 0.5;

/** Seconds that a client lets go by between two renewals at least (RFC 2131 §4.4.5). */
const SOONEST_RENEWAL = 60;
