import type { Dhcp } from '../../ledger/packet';
import { OF_CLIENT, type Gathered } from './gathered';
import { isPxe } from './message';
import { ACK, OPTION } from './names';
import type { Packet } from './packet';

/** What clients are read from. */
export interface ClientThread {
  readonly gathered: Gathered;
  /** By number of the client: the links, beside the first, that it asked on, each with the place of the first exchange there. */
  readonly otherLinks: Map<number, Map<string, number>>;
  packetAt(index: number): Packet;
}

/** An exchange, of which a client knows only that it has a place in time. */
interface Ranked {
  readonly rank: number;
}

/** The client side of exchanges. What is collected about it is kept in columns (`Gathered.clients`). */
export class ClientOf<E extends Ranked> {
  /** Its exchange, or its exchanges: most clients have one, and an array takes more room than everything else about them. */
  private own: E | E[] | undefined;

  constructor(
    private readonly thread: ClientThread,
    /**
     * Place among all clients. A client is identified by its client identifier if it sends one, else by htype and chaddr (RFC 2131 §4.2).
     */
    readonly number: number,
  ) {}

  private get columns(): Gathered['clients']['columns'] {
    return this.thread.gathered.clients.columns;
  }
  /** The message of the packet with this index, counted from 1; undefined if there is none. */
  private dhcpAt(index: number): Dhcp | undefined {
    return index === 0 ? undefined : this.thread.packetAt(index - 1).dhcp;
  }
  /** Its hardware address; empty if it sends none. */
  get mac(): string {
    return this.dhcpAt(this.columns.first[this.number]!)!.chaddr;
  }
  /** Number of its hardware address, for comparing them within one capture. */
  get macNumber(): number {
    return this.columns.mac[this.number]!;
  }
  /** Name shown to the reader: the hardware address, if it has one. */
  get label(): string {
    const { mac } = this;
    if (mac !== '') return mac;
    if ((this.columns.state[this.number]! & OF_CLIENT.byIdentifier) === 0) return NO_ADDRESS;
    const digits = this.dhcpAt(this.columns.first[this.number]!)!.option(OPTION.clientId)!.hex();
    return `client identifier ${spaced(digits)}`;
  }
  /** The host name that it sent last. */
  get hostname(): string | undefined {
    return this.dhcpAt(this.columns.hostname[this.number]!)?.text(OPTION.hostname) || undefined;
  }
  /** The vendor class (option 60) that it sent last. */
  get vendorClass(): string | undefined {
    return this.dhcpAt(this.columns.vendorClass[this.number]!)?.text(OPTION.vendorClass) || undefined;
  }
  /** Whether it ever asked as a PXE client (option 60), whatever it sent later. */
  get pxe(): boolean {
    return (this.columns.state[this.number]! & OF_CLIENT.pxe) !== 0;
  }
  /** Number of OFFERs, ACKs and BOOTREPLYs to this client in the capture. */
  get answers(): number {
    return this.columns.answers[this.number]!;
  }
  /** The address of its last ACK; 0 until there is one. */
  get held(): number {
    return this.columns.held[this.number]!;
  }
  /** Its exchanges, in the order in which they began. */
  get exchanges(): readonly E[] {
    const { own } = this;
    return own === undefined ? [] : Array.isArray(own) ? own : [own];
  }
  /** Adds an exchange. */
  take(exchange: E): void {
    if (this.own === undefined) this.own = exchange;
    else if (Array.isArray(this.own)) this.own.push(exchange);
    else this.own = [this.own, exchange];
  }
  /** Notes what one of its messages says about it. */
  note(index: number, dhcp: Dhcp): void {
    const { columns, number } = this;
    if (dhcp.has(OPTION.hostname)) columns.hostname[number] = index + 1;
    if (!dhcp.has(OPTION.vendorClass)) return;
    columns.vendorClass[number] = index + 1;
    if (isPxe(dhcp)) columns.state[number]! |= OF_CLIENT.pxe;
  }
  /** Notes a reply to it, and the address that an ACK gives. */
  noteAnswer(type: number, yiaddr: number): void {
    this.columns.answers[this.number]!++;
    if (type === ACK && yiaddr !== 0) this.columns.held[this.number] = yiaddr;
  }

  /** Whether the client itself sent anything. */
  get asked(): boolean {
    return this.columns.link[this.number] !== 0;
  }
  /** Place in `exchanges` of the first one that the client began on a link; undefined if there is none. */
  firstAskedOn(link: string): number | undefined {
    if (link === this.thread.gathered.names.text(this.columns.link[this.number]!))
      return this.columns.place[this.number];
    return this.thread.otherLinks.get(this.number)?.get(link);
  }
  /** The links it asked on. */
  get linksAsked(): string[] {
    const first = this.thread.gathered.names.text(this.columns.link[this.number]!);
    return first === undefined ? [] : [first, ...(this.thread.otherLinks.get(this.number)?.keys() ?? [])];
  }
  /** Notes that it begins an exchange on a link. */
  asksOn(link: string, place: number): void {
    const { columns, number, thread } = this;
    if (columns.link[number] === 0) {
      columns.link[number] = thread.gathered.names.numberOf(link);
      columns.place[number] = place;
    } else if (this.firstAskedOn(link) === undefined) {
      let others = thread.otherLinks.get(number);
      if (!others) thread.otherLinks.set(number, (others = new Map<string, number>()));
      others.set(link, place);
    }
  }
}

/** Several clients as one, for the lists: firmware and operating system ask from one card under two identifiers. */
export class SharedCard<E extends Ranked> extends ClientOf<E> {
  constructor(
    thread: ClientThread,
    private readonly clients: readonly ClientOf<E>[],
  ) {
    super(thread, clients[0]!.number);
  }
  override get hostname(): string | undefined {
    return this.clients.findLast(({ hostname }) => hostname !== undefined)?.hostname;
  }
  override get vendorClass(): string | undefined {
    return this.clients.findLast(({ vendorClass }) => vendorClass !== undefined)?.vendorClass;
  }
  override get asked(): boolean {
    return this.clients.some(({ asked }) => asked);
  }
  override get exchanges(): readonly E[] {
    return this.clients.flatMap(({ exchanges }) => exchanges).sort((a, b) => a.rank - b.rank);
  }
}

function spaced(digits: string): string {
  const short = digits.slice(0, 64);
  return `${short.replace(/(..)(?=.)/g, '$1:')}${digits.length > 64 ? '…' : ''}`;
}

/** The label of a client that sends neither a hardware address nor an identifier. */
export const NO_ADDRESS = 'a client without hardware address';
