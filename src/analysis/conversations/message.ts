import { ipv4ToText } from '../../codec/bytes';
import { CHADDR_LENGTH, MESSAGE_TYPES, OFFSET, OPTIONS_AT } from '../../codec/dhcpv4/message';
import type { Dhcp } from '../../ledger/packet';
import { BOOTP, NAK, OPTION, PROXY_PORT, REQUEST, UNSEEN } from './names';
import { serverIdOverride } from './relayAgent';
import type { Packet, Packets } from './packet';

/** One DHCPv4 or BOOTP message: where it was seen, whom it is from, what it is for. */

/** The type of a message: option 53, `BOOTP` if it has none, `UNSEEN` if the snapshot length leaves open which of the two it is. */
export function typeOf({ dhcp, cut }: Packet): number {
  const type = dhcp!.messageType();
  if (type !== undefined) return type;
  const whole = dhcp!.length >= OPTIONS_AT && (!dhcp!.hasCookie || dhcp!.ended);
  return cut > 0 && !whole ? UNSEEN : BOOTP;
}

/** What a message is in one number: its type, doubled, and 1 more if it is from a client. */
export const kindOf = (type: number, fromClient: boolean): number => 2 * type + (fromClient ? 1 : 0);
export const isRequest = (kind: number): boolean => (kind & 1) === 1;
export const isOfType =
  (type: number) =>
  (kind: number): boolean =>
    kind >> 1 === type;

/** The port on which relays and servers speak with each other. */
const RELAY_PORT = 67;

/** The name of a message type; BOOTP messages are named by direction. */
export function messageName(type: number, fromClient: boolean): string {
  if (type === UNSEEN) return fromClient ? 'request of unknown type' : 'reply of unknown type';
  return type === BOOTP ? (fromClient ? 'BOOTREQUEST' : 'BOOTREPLY') : (MESSAGE_TYPES[type] ?? `type ${type}`);
}

/** One place and time at which a message was seen. */
export interface Sighting {
  readonly index: number;
  readonly frame: number;
  readonly time: number;
  readonly link: string;
}

/** Sightings of one message beyond this number are counted but not read: a storm repeats itself. */
const MAX_SIGHTINGS_READ = 64;

/** A DHCPv4 or BOOTP message, listed once however often the capture shows it (other interfaces, SPAN ports, both sides of a relay). */
export class Message {
  /** The packet that the rules look at: the one from the client's side of a relay, if it was seen there. */
  readonly packet: Packet;
  readonly dhcp: Dhcp;
  readonly type: number;
  readonly fromClient: boolean;
  /** Whether a relay handled it (giaddr set) in any of its sightings. */
  readonly relayed: boolean;
  private proxyKnown: boolean | undefined;
  private seen: readonly Sighting[] | undefined;

  constructor(
    private readonly packets: Packets,
    /** The index of the packet that shows it first, and the indexes of all packets that show it if there are several. */
    private readonly first: number,
    private readonly copies: readonly number[] | undefined,
    /** `kindOf` it. */
    kind: number,
    /** Hash of the values that identify a message (`printOf`). */
    readonly print: number,
  ) {
    const fromClient = isRequest(kind);
    let packet = packets.get(first);
    let relayed = packet.dhcp!.giaddr !== 0;
    if (copies) {
      const all = copies.map((index) => packets.get(index));
      relayed = all.some(({ dhcp }) => dhcp!.giaddr !== 0);
      packet = all.find((one) => isClientSide(one, fromClient)) ?? packet;
    }
    this.type = kind >> 1;
    this.fromClient = fromClient;
    this.packet = packet;
    this.dhcp = packet.dhcp!;
    this.relayed = relayed;
  }

  get index(): number {
    return this.copies ? this.copies.find((index) => this.packets.get(index).frame === this.frame)! : this.first;
  }
  get timed(): boolean {
    return this.packet.timed;
  }
  get frame(): number {
    return this.packet.frame;
  }
  get time(): number {
    return this.packet.time;
  }
  get link(): string {
    return this.packet.link;
  }
  /** Frames of all sightings, the primary one first. */
  get frames(): number[] {
    const { frame } = this;
    if (!this.copies) return [frame];
    return [frame, ...this.sightings.map((seen) => seen.frame).filter((other) => other !== frame)];
  }
  /** Number of its sightings. */
  get timesSeen(): number {
    return this.copies?.length ?? 1;
  }
  /** How many of its sightings show what relays made of it: those whose hop count has grown. */
  get passedOn(): number {
    const hops = (this.copies ?? []).map((index) => this.packets.get(index).dhcp!.hops);
    const least = hops.reduce((one, other) => Math.min(one, other), Infinity);
    return hops.filter((one) => one > least).length;
  }
  /** All sightings, in order. */
  get sightings(): readonly Sighting[] {
    return (this.seen ??= (this.copies ?? [this.first]).map((index) => {
      const { frame, time, link } = this.packets.get(index);
      return { index, frame, time, link };
    }));
  }
  /** Whether the capturing host itself sent it. One that it hands on is seen twice: once as it comes in. */
  get sentHere(): boolean {
    return this.packetsSeen().every(({ sentHere }) => sentHere === true);
  }
  /** Packets of all sightings, in the order they were seen. */
  packetsSeen(): Packet[] {
    if (!this.copies) return [this.packet];
    return this.copies.slice(0, MAX_SIGHTINGS_READ).map((index) => this.packets.get(index));
  }
  /** Packets of the sightings on the way to its receiver: where a relay hands it on, and that is seen, what the relay made of it. */
  packetsArriving(): Packet[] {
    const all = this.packetsSeen();
    const behind = this.relayed ? all.filter((one) => isBehindRelay(one, this.fromClient)) : all;
    return behind.length > 0 ? behind : all;
  }
  /**
   * Whether it is a reply of a proxyDHCP service, which leases no address (PXE 2.1 §2.2): option 60 is `PXEClient` and yiaddr is 0 or
   * repeats the client's own address; or it comes from the proxyDHCP port.
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
}

/** Whether a packet is from the client's side of a relay: a request that no relay has handled yet, or a reply to port 68. */
export const isClientSide = ({ dhcp, destinationPort }: Packet, fromClient: boolean): boolean =>
  fromClient ? dhcp!.giaddr === 0 && dhcp!.hops === 0 : destinationPort === 68;

/** Whether a relay made the packet: a request with giaddr set, or a reply that no longer goes to the relay. */
export const isBehindRelay = ({ dhcp, destination }: Packet, fromClient: boolean): boolean =>
  dhcp!.giaddr !== 0 && (fromClient || (destination !== undefined && destination !== ipv4ToText(dhcp!.giaddr)));

/** Whether option 60 names a PXE client or server. */
export function isPxe(dhcp: Dhcp): boolean {
  return dhcp.text(OPTION.vendorClass)?.startsWith('PXEClient') ?? false;
}

/** Whether option 60 is that of a boot service: PXE, or HTTP boot (UEFI 2.5 §23.7). */
function isBootService(dhcp: Dhcp): boolean {
  return isPxe(dhcp) || (dhcp.text(OPTION.vendorClass)?.startsWith('HTTPClient') ?? false);
}

/** Whether a message is a reply of a proxyDHCP service. */
export function isProxy(message: Message): boolean {
  return message.proxy;
}

/** Whether a client asks for an option, in its parameter request list. */
export const asksFor = ({ fromClient, dhcp }: Message, option: number): boolean =>
  fromClient && dhcp.option(OPTION.parameters)?.octets().includes(option) === true;

/** Whether the datagram was broadcast, by IP or by link-layer address. */
export function isBroadcast(packet: Packet): boolean {
  return packet.destination === '255.255.255.255' || packet.ethDestination === 'ff:ff:ff:ff:ff:ff';
}

/**
 * Whether the datagram was unicast. Neither this nor broadcast, where octets begin at the message or a text does not tell the addresses:
 * nothing shows then how it travelled.
 */
export const isUnicast = (packet: Packet): boolean => packet.destination !== undefined && !isBroadcast(packet);

/**
 * Whether the capture holds a message up to and including its addresses, of which chaddr is the last. If the snapshot length cut it before
 * that, they read as zeros and are not known.
 */
export function showsAddresses({ cut, dhcp }: Packet): boolean {
  return cut === 0 || dhcp!.length >= OFFSET.chaddr + CHADDR_LENGTH;
}

/** Whether the codec calls a message malformed; then its apparent content is not worth judging. */
export function isDamaged(message: Message): boolean {
  return message.packet.problems.some((problem) => problem.id === 'malformed-message');
}

/** What a REQUEST is for (RFC 2131 §4.3.2), decided by fields and addressing, never by option 54 alone. */
export type RequestState = 'selecting' | 'init-reboot' | 'renewing' | 'rebinding' | 'pxe' | 'unclear';

/** The client state in which a REQUEST was sent. */
export function requestState(message: Message): RequestState {
  const { dhcp, packet } = message;
  if (packet.destinationPort === PROXY_PORT) return 'pxe';
  const server = dhcp.has(OPTION.server);
  const requested = dhcp.has(OPTION.requested);
  if (dhcp.ciaddr === 0) return server ? 'selecting' : requested && packet.cut === 0 ? 'init-reboot' : 'unclear';
  if (server && requested) return 'selecting';
  // A relay hears only broadcasts, so a relayed REQUEST was broadcast – unless the client's own unicast was also seen, and then that
  // sighting is the primary one.
  return dhcp.giaddr === 0 && !isBroadcast(packet) ? 'renewing' : 'rebinding';
}

/**
 * Whether the snapshot length cut off what tells the state of a client: the type of its message, or the options of its REQUEST. It may
 * select a server, so it may have been answered.
 */
export const isStateCut = (message: Message): boolean =>
  message.fromClient &&
  (message.type === UNSEEN ||
    (message.type === REQUEST && message.packet.cut > 0 && requestState(message) === 'unclear'));

/** The server as a reply itself names it: option 54, else the source address. */
export function identifierOf({ dhcp, packet }: Message): string | undefined {
  const id = dhcp.ip(OPTION.server);
  return id !== undefined && id !== 0 ? ipv4ToText(id) : packet.source;
}

/**
 * The server that a reply is from: the one behind a relay that puts its own address into option 54 (RFC 5107), where a frame shows it, else
 * what the reply says.
 */
export const serverOf = (message: Message): string | undefined => behindRelay(message) ?? identifierOf(message);

/** Whether option 54 of a relayed message names the relay: giaddr, or the address that the relay asks for (RFC 5107 §4). */
export function namesRelay(packet: Packet): boolean {
  const { giaddr } = packet.dhcp!;
  const id = giaddr === 0 ? undefined : packet.dhcp!.ip(OPTION.server);
  return id !== undefined && id !== 0 && (id === giaddr || id === serverIdOverride(packet));
}

/** The server to which such a relay hands a request on, or from which it gets a reply, as far as the capture shows that side of it. */
export function behindRelay(message: Message): string | undefined {
  if (!message.relayed) return undefined;
  for (const packet of message.packetsSeen()) {
    if (!namesRelay(packet) || packet.destinationPort !== RELAY_PORT) continue;
    const { giaddr } = packet.dhcp!;
    const server = message.fromClient ? packet.destination : packet.source;
    const relays = [ipv4ToText(giaddr), ipv4ToText(packet.dhcp!.ip(OPTION.server)!)];
    if (server !== undefined && !isBroadcast(packet) && !relays.includes(server)) return server;
  }
  return undefined;
}

/** The server that a client's message names, which may be behind a relay that stands for it (RFC 5107); undefined if it names none. */
export function namedServer(message: Message): string | undefined {
  const id = message.dhcp.ip(OPTION.server);
  return id === undefined || id === 0 ? undefined : (behindRelay(message) ?? ipv4ToText(id));
}
