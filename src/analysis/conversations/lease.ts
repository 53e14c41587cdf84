import { DISCOVER, asksFor, isBroadcast, type Client, type Exchange, type Message } from './model';
import { OPTION } from './names';
import type { Packet } from './packet';
import { scopeSelector } from './relayAgent';

/** Whether a link name names one interface in a capture of all interfaces (LINKTYPE_LINUX_SLL2). */
export const atInterface = (link: string): boolean => /^\d+:/.test(link);

/**
 * Whether it is unknown which link a frame was on: a capture of all interfaces says so only if it names the interface
 * (LINKTYPE_LINUX_SLL2).
 */
export function linkUnknown({ ethDestination, link }: Packet): boolean {
  return ethDestination === undefined && !atInterface(link);
}

/**
 * Whether a reply goes to the client's port and is addressed to the client (`toChaddr`, as far as link-layer addresses are seen) or
 * broadcast.
 */
export function reachesClient(packet: Packet, toChaddr: boolean): boolean {
  return packet.destinationPort === 68 && (packet.ethDestination === undefined || toChaddr || isBroadcast(packet));
}

/** Whether a reply has an option that it may have only where the client asked for it (option 55) or sent it, as far as its messages are seen. */
function hasAsAsked(exchange: Exchange, { fromClient, dhcp }: Message, option: number): boolean {
  if (fromClient || !dhcp.has(option)) return false;
  const asked = exchange.messages.filter((message) => message.fromClient);
  return asked.length === 0 || asked.some((one) => one.packet.cut > 0 || asksFor(one, option) || one.dhcp.has(option));
}

/**
 * Whether a reply tells a client that it can do without IPv4 (option 108). Such a reply may give no address, and the client does not take
 * it (RFC 8925 §3.2, §3.3). A client that did not ask for the option ignores it.
 */
export const isV6Only = (exchange: Exchange, message: Message): boolean => hasAsAsked(exchange, message, OPTION.v6Only);

/**
 * Whether a reply legitimately gives no address: the client is to do without IPv4 (RFC 8925 §3.3), or is told whether to choose an address
 * by itself (RFC 2563 §2.2).
 */
export const leasesNothing = (exchange: Exchange, message: Message): boolean =>
  message.dhcp.yiaddr === 0 && (isV6Only(exchange, message) || hasAsAsked(exchange, message, OPTION.autoConfigure));

/** How many routers and DNS servers of a reply are looked at. */
const MOST_HOSTS = 8;

/**
 * An address given to a client by an ACK to a REQUEST, or to a DISCOVER with rapid commit. There are as many leases as exchanges, so each
 * holds only what is needed to read the rest from its packet.
 */
export class Lease {
  private readonly index: number;
  /** Whether it came through a relay or router. */
  readonly relayed: boolean;

  constructor(
    readonly exchange: Exchange,
    ack: Message,
  ) {
    this.index = ack.index;
    this.relayed = ack.relayed || exchange.routed;
  }

  /** The packet of its ACK. */
  private get packet(): Packet {
    return this.exchange.packetAt(this.index);
  }
  get client(): Client {
    return this.exchange.client;
  }
  /** Hardware address that the lease was given to; a client with a client identifier may change its hardware address. */
  get mac(): string {
    return this.packet.dhcp!.chaddr;
  }
  get address(): number {
    return this.packet.dhcp!.yiaddr;
  }
  /** The relay that it came through, which says in which network the client is; 0 if none. */
  get giaddr(): number {
    return this.packet.dhcp!.giaddr;
  }
  /** The address by which the server chose the client’s network; 0 if no relay told one. */
  get selector(): number {
    return scopeSelector(this.packet);
  }
  get frame(): number {
    return this.packet.frame;
  }
  get time(): number {
    return this.packet.time;
  }
  /** Lease time in seconds; Infinity for a lease without end; undefined if the ACK does not say. */
  get seconds(): number | undefined {
    const seconds = this.packet.dhcp!.u32(OPTION.lease);
    return seconds === 0xffffffff ? Infinity : seconds;
  }
  get t1(): number | undefined {
    return this.packet.dhcp!.u32(OPTION.t1);
  }
  get server(): number | undefined {
    return this.packet.dhcp!.ip(OPTION.server);
  }
  get mask(): number | undefined {
    return this.packet.dhcp!.ip(OPTION.mask);
  }
  /** The first routers and DNS servers given. */
  get routers(): readonly number[] {
    return this.packet.dhcp!.ips(OPTION.router).slice(0, MOST_HOSTS);
  }
  get dns(): readonly number[] {
    return this.packet.dhcp!.ips(OPTION.dns).slice(0, MOST_HOSTS);
  }
  get link(): string {
    return this.packet.link;
  }
  /** Option 60 of the client. */
  get vendorClass(): string | undefined {
    return this.exchange.vendorClass;
  }
  /** The capture does not say which link the frame was on: it was taken on all interfaces at once. */
  get cooked(): boolean {
    return linkUnknown(this.packet);
  }
  /** Seen on the client's own link, relayed or not. */
  get onLink(): boolean {
    return reachesClient(this.packet, this.packet.ethDestination === this.mac);
  }
  /** Given in an exchange that began with a DISCOVER. */
  get fresh(): boolean {
    return this.exchange.holds(DISCOVER);
  }
}
