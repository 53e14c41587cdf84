import type { Outcome } from '../finding';
import { isProxy, requestState, type Message, type RequestState } from './message';
import { ACK, BOOTP, OFFER, OPTION, REQUEST } from './names';
import type { Packet } from './packet';
import { CLOCK_WAS_SET, type Thresholds } from './settings';
import { bitOf, optionsOf, TRAIT, traitsOf, type Needs } from './traits';

export * from './message';
export {
  BOOTP,
  DISCOVER,
  OFFER,
  REQUEST,
  DECLINE,
  ACK,
  NAK,
  RELEASE,
  INFORM,
  FORCERENEW,
  OPTION,
  PROXY_PORT,
} from './names';

/** Whom the exchanges are with. */
export interface Client {
  /** Place among all clients. Who it is: its client identifier if it sends one, else htype and chaddr (RFC 2131 §4.2). */
  readonly number: number;
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
  readonly askedOn: AskedOn;
  exchanges: Exchange[];
  /** Number of `mac`, by which hardware addresses of one capture are compared. */
  readonly macNumber: number;
  /** The address of its last ACK; 0 before there was one. */
  held: number;
}

/** By link: the place of an exchange. Most clients know one link, and capture files many clients. */
export class AskedOn {
  private link: string | undefined;
  private position = 0;
  private others: Map<string, number> | undefined;

  get(link: string): number | undefined {
    return link === this.link ? this.position : this.others?.get(link);
  }
  /** Keeps the place for a link that has none yet. */
  note(link: string, position: number): void {
    if (this.link === undefined) {
      this.link = link;
      this.position = position;
    } else if (this.get(link) === undefined) (this.others ??= new Map()).set(link, position);
  }
  get size(): number {
    return this.link === undefined ? 0 : 1 + (this.others?.size ?? 0);
  }
  links(): string[] {
    return this.link === undefined ? [] : [this.link, ...(this.others?.keys() ?? [])];
  }
}

/** The chains of messages that exchanges are made of; a message is known by the index of the packet that showed it first. */
export interface Thread {
  messagesOf(first: number): Message[];
  framesOf(first: number): number[];
  timeOf(index: number): number;
  packetAt(index: number): Packet;
  /** Notes that an exchange holds its messages in memory: it must forget them when many others have come to hold theirs. */
  keep(exchange: Exchange): void;
}

/** One transaction: the messages of one client under one xid, from its beginning to its end. */
export class Exchange {
  /** Its messages, as far as they are held in memory. */
  private held: Message[] | undefined;
  /** Index of its first and its last message, and how many they are. */
  first = -1;
  last = -1;
  count = 0;
  outcome: Outcome = 'incomplete';
  address: number | undefined;
  server: string | undefined;
  /** Set by the survey: the answer gives no address, and says why, as it may (options 108, 116), or does not. */
  withoutAddress: 'lawful' | 'unlawful' | undefined;
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
  /** One bit a message type that it holds (`bitOf`). */
  private types = 0;
  /** One bit a watched option, one bit a trait, of all its messages. */
  private options = 0;
  private traits = 0;
  /** Time of its first message that has one, and the first server identifier that it names. */
  private begun = NaN;
  private serverId = -1;
  /** What replies are held against: the address asked for last, who asks, the first giaddr, whether a reply had none, the first VLAN tags. */
  private askedAddress = -1;
  private asker = -1;
  /** The last OFFER: its address and server. */
  private offered = -1;
  private offeredBy: number | undefined;
  private firstGiaddr = 0;
  private unrelayedReply = false;
  private firstVlans: string | undefined = '';
  /** Where it was seen, in the order of its packets; most exchanges are seen in one place. */
  private link: string | undefined;
  private otherLinks: Set<string> | undefined;

  constructor(
    private readonly thread: Thread,
    readonly client: Client,
    readonly xid: number,
    /** Place in the client's list of exchanges. */
    readonly position: number,
    /** Place of its first message in the order of time: exchanges come in this order. */
    readonly rank: number,
  ) {}

  /** Its messages: made when asked for, and kept for a while. */
  get messages(): readonly Message[] {
    if (this.held) return this.held;
    this.held = this.thread.messagesOf(this.first);
    this.thread.keep(this);
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
    return this.thread.timeOf(this.first);
  }
  /** The first sighting of its first message, without making its messages. */
  get opening(): Packet {
    return this.thread.packetAt(this.first);
  }
  get end(): number {
    return this.thread.timeOf(this.last);
  }
  /** Adds a message, by its index. */
  take(index: number, type: number, fromClient: boolean): void {
    if (this.first < 0) this.first = index;
    this.last = index;
    this.count++;
    if (this.holds(type)) this.traits |= TRAIT.again;
    this.types |= bitOf(type);
    if (!fromClient) this.replies++;
  }
  /** Gathers what one packet of it shows. */
  note(packet: Packet, type: number, fromClient: boolean, limits: Thresholds): void {
    const { link } = packet;
    this.link ??= link;
    if (link !== this.link) (this.otherLinks ??= new Set()).add(link);
    const options = optionsOf(packet.dhcp!);
    this.options |= options;
    this.traits |= traitsOf(packet, type, fromClient, options, limits);
    if (packet.timed) {
      if (Number.isNaN(this.begun)) this.begun = packet.time;
      // Half of it, for the answer may follow a question that came before the first message.
      if (Math.abs(packet.time - this.begun) >= limits.slowServerRemark / 2) this.traits |= TRAIT.slow;
    }
    if (!fromClient && this.replies === this.count) this.traits |= TRAIT.noQuestion;
    const server = packet.dhcp!.ip(OPTION.server);
    this.compare(packet, type, fromClient, server);
    if (server === undefined) return;
    if (this.serverId < 0) this.serverId = server;
    if (this.serverId !== server || server === 0) this.traits |= TRAIT.servers;
  }
  /** Holds a packet against those before it. */
  private compare({ dhcp, vlans }: Packet, type: number, fromClient: boolean, server: number | undefined): void {
    const { giaddr, clientNumber } = dhcp!;
    if (this.firstVlans === '') this.firstVlans = vlans;
    else if (this.firstVlans !== vlans) this.traits |= TRAIT.vlans;
    if (giaddr !== 0) {
      if (this.firstGiaddr === 0) this.firstGiaddr = giaddr;
      else if (this.firstGiaddr !== giaddr) this.traits |= TRAIT.misfit;
    } else if (!fromClient) this.unrelayedReply = true;
    if (this.unrelayedReply && this.firstGiaddr !== 0) this.traits |= TRAIT.misfit;
    if (fromClient) {
      this.asker = clientNumber;
      if (type !== REQUEST) return;
      this.askedAddress = dhcp!.ip(OPTION.requested) ?? dhcp!.ciaddr;
      const takes = server === this.offeredBy && this.askedAddress === this.offered;
      if (server !== undefined && !takes) this.traits |= TRAIT.misfit;
      return;
    }
    if (type === OFFER) {
      this.offered = dhcp!.yiaddr;
      this.offeredBy = server;
    }
    if (type === ACK && this.askedAddress >= 0 && this.askedAddress !== dhcp!.yiaddr) this.traits |= TRAIT.misfit;
    if (clientNumber !== this.asker && clientNumber !== dhcp!.hardwareNumber) this.traits |= TRAIT.misfit;
  }
  /** The links on which it was seen. */
  get links(): readonly string[] {
    const first = this.link === undefined ? [] : [this.link];
    return this.otherLinks ? [...first, ...this.otherLinks] : first;
  }
  /** Notes that it begins with a REQUEST that was answered under its xid before. */
  repeatsAnswered(): void {
    this.traits |= TRAIT.askedAgain;
  }
  /** Whether a rule that needs these can have something to say of it. */
  shows({ types, options, traits }: Needs): boolean {
    if (types !== 0 && (types & this.types) === 0) return false;
    if (options !== 0 && (options & this.options) === 0) return false;
    return traits === 0 || (traits & this.traits) !== 0;
  }
  /** Whether it has a message of one of the types that this program knows. */
  holds(type: number): boolean {
    return (this.types & bitOf(type)) !== 0;
  }
  holdsOnly(...types: number[]): boolean {
    let left = this.types;
    for (const type of types) left &= ~bitOf(type);
    return left === 0;
  }
  of(type: number): Message[] {
    return this.holds(type) ? this.messages.filter((message) => message.type === type) : [];
  }
  /** All frames, copies included, ascending. */
  get frames(): number[] {
    return this.thread.framesOf(this.first);
  }
  /** Replies that are not proxyDHCP's. */
  get leaseReplies(): Message[] {
    if (this.replies === 0) return [];
    return this.messages.filter((message) => !message.fromClient && !isProxy(message));
  }
  /** From a client's first message to the ACK or BOOTREPLY, in seconds; undefined where there are none, or no times, or the clock was set between them. */
  get waited(): number | undefined {
    const { messages } = this;
    const first = messages.findIndex((message) => message.fromClient);
    const answer = messages.findIndex(
      (message) => message.type === ACK || (message.type === BOOTP && !message.fromClient),
    );
    if (first < 0 || answer < first || !messages[first]!.timed) return undefined;
    for (let i = first; i < answer; i++) {
      const step = messages[i + 1]!.time - messages[i]!.time;
      if (step > CLOCK_WAS_SET || step < -CLOCK_WAS_SET) return undefined;
    }
    const waited = messages[answer]!.time - messages[first]!.time;
    return waited >= 0 ? waited : undefined;
  }
  /** Lets its messages go: they are made anew when somebody asks. */
  forget(): void {
    this.held = undefined;
  }
}

/** The state of a REQUEST as its exchange shows it: after an OFFER, a client without an address can only be selecting. */
export function stateIn(exchange: Exchange, message: Message): RequestState {
  const state = requestState(message);
  if (state !== 'init-reboot' && state !== 'unclear') return state;
  const offered = exchange.messages.some((other) => other.type === OFFER && !isProxy(other));
  return offered ? 'selecting' : state;
}
