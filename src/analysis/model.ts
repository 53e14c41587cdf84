import { ipv4ToText } from '../codec/bytes';
import { CHADDR_LENGTH, MESSAGE_TYPES, OFFSET, type Message4 } from '../codec/dhcpv4/message';
import type { Outcome } from './finding';
import type { Packet, Packets } from './packet';

/** Message types (option 53) that the rules tell apart; 0 stands for BOOTP, which has none. */
export const BOOTP = 0;
export const DISCOVER = 1;
export const OFFER = 2;
export const REQUEST = 3;
export const DECLINE = 4;
export const ACK = 5;
export const NAK = 6;
export const RELEASE = 7;
export const INFORM = 8;
export const FORCERENEW = 9;

/** The port of proxyDHCP and PXE boot servers (PXE 2.1 §2.2). */
export const PROXY_PORT = 4011;

/** Option codes that several rules read. */
export const OPTION = {
  mask: 1,
  router: 3,
  dns: 6,
  broadcast: 28,
  vendor: 43,
  requested: 50,
  lease: 51,
  server: 54,
  parameters: 55,
  message: 56,
  maxSize: 57,
  t1: 58,
  t2: 59,
  vendorClass: 60,
  clientId: 61,
  tftpServer: 66,
  bootFile: 67,
  rapidCommit: 80,
  relayAgent: 82,
  authentication: 90,
  v6Only: 108,
  subnetSelection: 118,
  routes: 121,
  microsoftRoutes: 249,
  wpad: 252,
} as const;

/** A message's name for a reader; BOOTP messages by direction. */
export function messageName(type: number, fromClient: boolean): string {
  return type === BOOTP ? (fromClient ? 'BOOTREQUEST' : 'BOOTREPLY') : (MESSAGE_TYPES[type] ?? `type ${type}`);
}

/** One place and time at which a message was seen. */
export interface Sighting {
  readonly index: number;
  readonly frame: number;
  readonly time: number;
  readonly link: string;
  /** Number that differs between the sides of a relay (by giaddr, hops and destination port). */
  readonly side: number;
  /** Whether a relay had handled it by then (giaddr set). */
  readonly relayed: boolean;
  /** Whether this is the client's side: no relay has handled the request yet, or the reply goes to port 68. */
  readonly clientSide: boolean;
}

/** More sightings of one message than this are counted, but not looked into: a storm repeats itself. */
const MAX_SIGHTINGS_READ = 64;

/** A DHCPv4 or BOOTP message: once, however often the capture shows it (other interfaces, SPAN ports, a relay's two sides). */
export class Message {
  /** All sightings, the first one first. */
  readonly sightings: Sighting[];
  /** The sighting that the rules look at: the client's own side of a relay, if it was seen. */
  private primary: Sighting;
  private cached: Packet | undefined;
  private proxyKnown: boolean | undefined;
  /** Whether a relay handled it (giaddr set) at any place it was seen. */
  relayed: boolean;
  /** When it was last seen on each side; made with the second sighting. */
  private lastSeen: Map<number, number> | undefined;

  constructor(
    private readonly packets: Packets,
    first: Sighting,
    readonly type: number,
    readonly fromClient: boolean,
    /** Number over the values that make a message the same message. */
    readonly print: number,
    readonly timed: boolean,
  ) {
    this.sightings = [first];
    this.primary = first;
    this.relayed = first.relayed;
  }

  get index(): number {
    return this.primary.index;
  }
  get frame(): number {
    return this.primary.frame;
  }
  get time(): number {
    return this.primary.time;
  }
  get link(): string {
    return this.primary.link;
  }
  /** Frames of all sightings, the primary one first. */
  get frames(): number[] {
    return [this.frame, ...this.sightings.filter((seen) => seen !== this.primary).map((seen) => seen.frame)];
  }

  /** When it was last seen on this side; undefined where it was not. */
  lastOn(side: number): number | undefined {
    if (this.lastSeen) return this.lastSeen.get(side);
    const first = this.sightings[0]!;
    return first.side === side ? first.time : undefined;
  }

  /** Adds a copy. */
  see(sighting: Sighting): void {
    const first = this.sightings[0]!;
    this.lastSeen ??= new Map([[first.side, first.time]]);
    this.lastSeen.set(sighting.side, sighting.time);
    this.sightings.push(sighting);
    if (sighting.relayed) this.relayed = true;
    if (sighting.clientSide && !this.primary.clientSide) {
      this.primary = sighting;
      this.cached = undefined;
    }
  }

  /** The packet, made when asked for and kept until `forget`. */
  get packet(): Packet {
    return (this.cached ??= this.packets.get(this.index));
  }
  get dhcp(): Message4 {
    return this.packet.dhcp!;
  }
  /** Packets of all sightings, in the order they were seen. */
  packetsSeen(): Packet[] {
    if (this.sightings.length === 1) return [this.packet];
    return this.sightings
      .slice(0, MAX_SIGHTINGS_READ)
      .map((seen) => (seen === this.primary ? this.packet : this.packets.get(seen.index)));
  }
  /**
   * Whether it is a reply of a proxyDHCP service, which leases no address (PXE 2.1 §2.2): option 60 `PXEClient`, and yiaddr 0 or the client's
   * own address given back; or whatever comes from its port.
   */
  get proxy(): boolean {
    return (this.proxyKnown ??= this.isProxyReply());
  }
  private isProxyReply(): boolean {
    if (this.fromClient || this.type === BOOTP || this.type === NAK) return false;
    const { dhcp, packet } = this;
    if (dhcp.has(OPTION.lease)) return false;
    if (packet.sourcePort === PROXY_PORT || packet.destinationPort === PROXY_PORT) return true;
    return (dhcp.yiaddr === 0 || dhcp.yiaddr === dhcp.ciaddr) && isBootService(dhcp);
  }
  /** Drops what was read, so that memory holds no more than the exchange being looked at. */
  forget(): void {
    this.cached = undefined;
  }
}

/** Whom the exchanges are with. */
export interface Client {
  /** Client identifier if sent, else htype and chaddr (RFC 2131 §4.2). */
  readonly key: string;
  /** What a reader knows it by: its hardware address. */
  readonly label: string;
  readonly mac: string;
  hostname?: string | undefined;
  vendorClass?: string | undefined;
  /** Whether it ever asked as a PXE client (option 60), whatever it called itself later. */
  pxe: boolean;
  /** Number of OFFERs, ACKs and BOOTREPLYs to it that the capture shows. */
  answers: number;
  /** By link: place of its first exchange that it began itself. */
  readonly askedOn: { readonly link: string; readonly position: number }[];
  readonly exchanges: Exchange[];
}

/** What a REQUEST is for (RFC 2131 §4.3.2): told by fields and addressing, never by option 54 alone. */
export type RequestState = 'selecting' | 'init-reboot' | 'renewing' | 'rebinding' | 'pxe' | 'unclear';

/** One transaction: the messages of one client under one xid, from its beginning to its end. */
export class Exchange {
  /** Its messages, as far as they are held in memory. */
  protected held: Message[] = [];
  outcome: Outcome = 'incomplete';
  address: number | undefined;
  server: string | undefined;
  /** Set by the survey: number of replies that are not proxyDHCP's, and whether a REQUEST selects a server. */
  leaseAnswers = 0;
  selecting = false;
  /** Set by the survey: whether a relay handled a message of it, and whether the client had an address. */
  relayed = false;
  routed = false;
  /** Option 60 of the client's first message that has one. */
  vendorClass: string | undefined;
  /** Whether it goes on with an exchange of so many messages that it was divided. */
  continued = false;
  /** Number of replies, proxyDHCP's included. */
  replies = 0;
  /** One bit a message type that it holds. */
  private types = 0;

  constructor(
    readonly client: Client,
    readonly xid: number,
    /** Place in the client's list of exchanges. */
    readonly position: number,
    /** Place of its first message in the order of time: exchanges come in this order. */
    readonly rank: number,
    first?: Message,
  ) {
    if (first) this.take(first);
  }

  get messages(): readonly Message[] {
    return this.held;
  }

  /** The client's exchange after this one. */
  get next(): Exchange | undefined {
    return this.client.exchanges[this.position + 1];
  }
  /** The client's exchange before this one. */
  get previous(): Exchange | undefined {
    return this.client.exchanges[this.position - 1];
  }

  get start(): number {
    return this.messages[0]!.time;
  }
  get end(): number {
    return this.messages[this.messages.length - 1]!.time;
  }
  take(message: Message): void {
    this.held.push(message);
    this.note(message.type);
    if (!message.fromClient) this.replies++;
  }
  protected note(type: number): void {
    this.types |= 1 << (type & 31);
  }
  holds(type: number): boolean {
    return (this.types & (1 << (type & 31))) !== 0;
  }
  holdsOnly(...types: number[]): boolean {
    return types.reduce((left, type) => left & ~(1 << (type & 31)), this.types) === 0;
  }
  of(type: number): Message[] {
    return this.messages.filter((message) => message.type === type);
  }
  /** All frames, copies included, ascending. */
  get frames(): number[] {
    return this.messages.flatMap((message) => message.sightings.map((seen) => seen.frame)).sort((a, b) => a - b);
  }
  /** Replies that are not proxyDHCP's. */
  get leaseReplies(): Message[] {
    return this.messages.filter((message) => !message.fromClient && !isProxy(message));
  }
  /** From a client's first message to the ACK or BOOTREPLY, in seconds; undefined where there are none, or no times. */
  get waited(): number | undefined {
    const first = this.messages.find((message) => message.fromClient);
    const answer = this.messages.find(
      (message) => message.type === ACK || (message.type === BOOTP && !message.fromClient),
    );
    return first?.timed && answer && answer.time >= first.time ? answer.time - first.time : undefined;
  }
  forget(): void {
    for (const message of this.held) message.forget();
  }
}

/** Whether an option 60 names a PXE client or server. */
export function isPxe(dhcp: Message4): boolean {
  return dhcp.text(OPTION.vendorClass)?.startsWith('PXEClient') ?? false;
}

/** Whether an option 60 is that of a boot service: PXE, or HTTP boot (UEFI 2.5 §23.7). */
function isBootService(dhcp: Message4): boolean {
  return isPxe(dhcp) || (dhcp.text(OPTION.vendorClass)?.startsWith('HTTPClient') ?? false);
}

/** A reply of a proxyDHCP service. */
export function isProxy(message: Message): boolean {
  return message.proxy;
}

/** Whether a reply tells a client that it can do without IPv4 (option 108): it may name no address, and is not taken (RFC 8925 §3.2, §3.3). */
export function isV6Only(message: Message): boolean {
  return !message.fromClient && message.dhcp.has(OPTION.v6Only);
}

/** Whether the datagram went to everybody, by IP or by link-layer address. */
export function isBroadcast(packet: Packet): boolean {
  return packet.destination === '255.255.255.255' || packet.ethDestination === 'ff:ff:ff:ff:ff:ff';
}

/**
 * Whether the capture holds a message as far as its addresses, of which chaddr is the last: of one that the snapshot length cut before,
 * they read as zeros and are not known.
 */
export function showsAddresses({ cut, dhcp }: Packet): boolean {
  return cut === 0 || dhcp!.length >= OFFSET.chaddr + CHADDR_LENGTH;
}

/** Whether the codec calls a message malformed: what it seems to be is not worth judging. */
export function isDamaged(message: Message): boolean {
  return message.packet.problems.some((problem) => problem.id === 'malformed-message');
}

/** The state that a REQUEST was sent in. */
export function requestState(message: Message): RequestState {
  const { dhcp, packet } = message;
  if (packet.destinationPort === PROXY_PORT) return 'pxe';
  const server = dhcp.has(OPTION.server);
  const requested = dhcp.has(OPTION.requested);
  if (dhcp.ciaddr === 0) return server ? 'selecting' : requested ? 'init-reboot' : 'unclear';
  if (server && requested) return 'selecting';
  // A relay hears broadcasts only, so what it hands on was one, unless the client's own unicast was seen as well: then that
  // sighting is the primary one.
  return dhcp.giaddr === 0 && !isBroadcast(packet) ? 'renewing' : 'rebinding';
}

/** The state of a REQUEST as its exchange shows it: after an OFFER, a client without an address can only be selecting. */
export function stateIn(exchange: Exchange, message: Message): RequestState {
  const state = requestState(message);
  if (state !== 'init-reboot' && state !== 'unclear') return state;
  const offered = exchange.messages.some((other) => other.type === OFFER && !isProxy(other));
  return offered ? 'selecting' : state;
}

/** Who a reply is from: option 54, else its source address. */
export function serverOf(message: Message): string | undefined {
  const id = message.dhcp.ip(OPTION.server);
  if (id !== undefined && id !== 0) return ipv4ToText(id);
  return message.packet.source;
}
