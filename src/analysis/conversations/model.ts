import { OUTCOMES, type Outcome } from '../finding';
import { isOfType, isProxy, isRequest, requestState, type Message, type RequestState } from './message';
import { ACK, BOOTP, OFFER, OPTION, REQUEST } from './names';
import { overlayOf, vlanOf, type Packet } from './packet';
import { CLOCK_WAS_SET, type Thresholds } from './settings';
import { STATE } from './gathered';
import type { ClientOf, ClientThread } from './client';
import { bitOf, meets, optionsOf, TRAIT, traitsOf, type Choice, type Needs } from './traits';
import type { Dhcp } from '../../ledger/packet';

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
  UNSEEN,
} from './names';

/** The client side of exchanges. */
export type Client = ClientOf<Exchange>;

/** The chains of messages that make up exchanges. A message is identified by the index of the packet that showed it first. */
export interface Thread extends ClientThread {
  readonly clients: readonly Client[];
  /** The links, beside the first, that an exchange was seen on. */
  readonly linksOf: Map<Exchange, Set<string>>;
  messageAt(index: number): Message;
  messagesOf(first: number, wanted?: (kind: number) => boolean): Message[];
  framesOf(first: number): number[];
  timeOf(index: number): number;
  /** Notes that an exchange holds its messages in memory. It must forget them once many others hold theirs. */
  keep(exchange: Exchange): void;
}

/** One transaction: the messages of one client under one xid. What is collected about it is kept in the columns of `Gathered`. */
export class Exchange {
  /** Its messages, while they are held in memory. */
  private kept: Message[] | undefined;

  constructor(
    private readonly thread: Thread,
    /** Its row in `Gathered`, which is also its place among all exchanges. */
    private readonly row: number,
  ) {}

  get client(): Client {
    return this.thread.clients[this.thread.gathered.columns.client[this.row]!]!;
  }
  /** Place in the client's list of exchanges. */
  get position(): number {
    return this.thread.gathered.columns.position[this.row]!;
  }
  get outcome(): Outcome {
    return OUTCOMES[this.thread.gathered.columns.outcome[this.row]!]!;
  }
  set outcome(outcome: Outcome) {
    this.thread.gathered.columns.outcome[this.row] = OUTCOMES.indexOf(outcome);
  }
  /** The server that it has to do with, as text. Set by the survey. */
  get server(): string | undefined {
    const { columns, names } = this.thread.gathered;
    return names.text(columns.server[this.row]!);
  }
  set server(server: string | undefined) {
    const { columns, names } = this.thread.gathered;
    columns.server[this.row] = names.numberOf(server);
  }
  /** Set by the survey, where the answer gives no address: `lawful` if it says why and may do so (options 108, 116), else `unlawful`. */
  get withoutAddress(): 'lawful' | 'unlawful' | undefined {
    return this.is(STATE.lawfullyWithout) ? 'lawful' : this.is(STATE.unlawfullyWithout) ? 'unlawful' : undefined;
  }
  /** Option 60 of the client's first message that has one. */
  get vendorClass(): string | undefined {
    const index = this.thread.gathered.columns.introduced[this.row]!;
    return index === 0 ? undefined : this.packetAt(index - 1).dhcp!.text(OPTION.vendorClass);
  }
  /** Set by the survey: the message with that option. */
  introducedBy({ index }: Message): void {
    this.thread.gathered.columns.introduced[this.row] = index + 1;
  }
  get xid(): number {
    return this.thread.gathered.columns.xid[this.row]!;
  }
  /** Place of its first message in time order. Exchanges are sorted by it. */
  get rank(): number {
    return this.thread.gathered.columns.rank[this.row]!;
  }
  /** Index of its first and last message, and the number of messages. */
  get first(): number {
    return this.thread.gathered.columns.first[this.row]!;
  }
  get last(): number {
    return this.thread.gathered.columns.last[this.row]!;
  }
  get count(): number {
    return this.thread.gathered.columns.count[this.row]!;
  }
  /** Number of replies, including those of proxyDHCP. */
  get replies(): number {
    return this.thread.gathered.columns.replies[this.row]!;
  }
  /** Number of replies, not counting those of proxyDHCP. Set by the survey. */
  get leaseAnswers(): number {
    return this.thread.gathered.columns.leaseAnswers[this.row]!;
  }
  set leaseAnswers(count: number) {
    this.thread.gathered.columns.leaseAnswers[this.row] = count;
  }
  /** The address that the exchange ended with; undefined if none. */
  get address(): number | undefined {
    return this.thread.gathered.columns.address[this.row]! || undefined;
  }
  set address(address: number | undefined) {
    this.thread.gathered.columns.address[this.row] = address ?? 0;
  }
  /** Whether it continues an exchange that was split because it had too many messages. */
  get continued(): boolean {
    return this.is(STATE.continued);
  }
  /** Set by the survey: whether a REQUEST selects a server. */
  get selecting(): boolean {
    return this.is(STATE.selecting);
  }
  /** Set by the survey: whether a relay handled one of its messages, and whether the client already had an address. */
  get relayed(): boolean {
    return this.is(STATE.relayed);
  }
  get routed(): boolean {
    return this.is(STATE.routed);
  }
  private is(state: number): boolean {
    return (this.thread.gathered.columns.state[this.row]! & state) !== 0;
  }
  /** Sets a bit of `STATE` if `holds` is true. */
  mark(state: number, holds: boolean): void {
    if (holds) this.thread.gathered.columns.state[this.row]! |= state;
  }

  /** Its messages, built on demand and kept for a while. */
  get messages(): readonly Message[] {
    if (this.kept) return this.kept;
    this.kept = this.thread.messagesOf(this.first);
    this.thread.keep(this);
    return this.kept;
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
  packetAt(index: number): Packet {
    return this.thread.packetAt(index);
  }
  /** The first packet of its first message, without building its messages. */
  get opening(): Packet {
    return this.thread.packetAt(this.first);
  }
  get end(): number {
    return this.thread.timeOf(this.last);
  }
  /** Adds a message, by its index. */
  take(index: number, type: number, fromClient: boolean): void {
    const { row } = this;
    const { columns } = this.thread.gathered;
    if (columns.count[row]!++ === 0) columns.first[row] = index;
    columns.last[row] = index;
    const bit = bitOf(type);
    if (columns.types[row]! & bit) columns.traits[row]! |= TRAIT.again;
    columns.types[row]! |= bit;
    if (!fromClient) columns.replies[row]!++;
  }
  /** Collects what one of its packets shows. */
  note(packet: Packet, type: number, fromClient: boolean, limits: Thresholds): void {
    const { row } = this;
    const { columns } = this.thread.gathered;
    const { link, timed } = packet;
    const dhcp = packet.dhcp!;
    const options = optionsOf(dhcp);
    let traits = traitsOf(packet, type, fromClient, options, limits);
    if (columns.link[row] === 0) columns.link[row] = this.thread.gathered.names.numberOf(link);
    const first = this.firstLink!;
    if (link !== first) {
      const others = this.thread.linksOf.get(this);
      if (others) others.add(link);
      else this.thread.linksOf.set(this, new Set([link]));
      if (packet.vlans !== this.opening.vlans || overlayOf(link) !== overlayOf(first)) traits |= TRAIT.vlans;
    }
    if (timed) {
      const { time } = packet;
      if (Number.isNaN(columns.begun[row])) columns.begun[row] = time;
      // Half the limit, because the answer may belong to a question sent before the first message that has a time.
      if (Math.abs(time - columns.begun[row]!) >= limits.slowServerRemark / 2) traits |= TRAIT.slow;
    }
    if (!fromClient && columns.replies[row] === columns.count[row]) traits |= TRAIT.noQuestion;
    const server = dhcp.ip(OPTION.server);
    if (server !== undefined) {
      if (columns.serverId[row] === 0) columns.serverId[row] = server;
      if (columns.serverId[row] !== server || server === 0) traits |= TRAIT.servers;
    }
    // What follows an OFFER may take it, though it is built as a renewal.
    if (type === REQUEST && dhcp.ciaddr !== 0 && (this.holds(OFFER) || offersBefore(this))) traits |= TRAIT.otherFields;
    if (this.misfits(dhcp, type, fromClient, server)) traits |= TRAIT.misfit;
    columns.options[row]! |= options;
    columns.traits[row]! |= traits;
  }
  /** Whether a message does not fit those before it (`TRAIT.misfit`). */
  private misfits(dhcp: Dhcp, type: number, fromClient: boolean, server: number | undefined): boolean {
    const { row } = this;
    const { columns } = this.thread.gathered;
    const { giaddr, clientNumber } = dhcp;
    let misfit = false;
    if (giaddr !== 0) {
      if (columns.giaddr[row] === 0) columns.giaddr[row] = giaddr;
      else if (columns.giaddr[row] !== giaddr) misfit = true;
    } else if (!fromClient) columns.state[row]! |= STATE.unrelayedReply;
    if (columns.giaddr[row] !== 0 && this.is(STATE.unrelayedReply)) misfit = true;
    if (fromClient) {
      columns.asker[row] = 1 + clientNumber;
      if (type !== REQUEST) return misfit;
      const asked = dhcp.ip(OPTION.requested) ?? dhcp.ciaddr;
      columns.askedAddress[row] = asked;
      const takes = server === columns.offeredBy[row] && asked === columns.offered[row];
      return misfit || (server !== undefined && !takes);
    }
    if (type === OFFER) {
      columns.offered[row] = dhcp.yiaddr;
      columns.offeredBy[row] = server ?? -1;
      columns.offeredMask[row] = dhcp.ip(OPTION.mask) ?? 0;
      columns.offeredRouter[row] = firstRouter(dhcp);
    }
    if (type === ACK && this.holds(REQUEST) && columns.askedAddress[row] !== dhcp.yiaddr) misfit = true;
    if (type === ACK && this.holds(OFFER)) {
      if (columns.offeredMask[row] !== (dhcp.ip(OPTION.mask) ?? 0)) misfit = true;
      if (columns.offeredRouter[row] !== firstRouter(dhcp)) misfit = true;
    }
    return misfit || (columns.asker[row] !== 1 + clientNumber && clientNumber !== dhcp.hardwareNumber);
  }
  private get firstLink(): string | undefined {
    const { columns, names } = this.thread.gathered;
    return names.text(columns.link[this.row]!);
  }
  /** The links on which it was seen, in packet order; most exchanges are seen on one link. */
  get links(): readonly string[] {
    const first = this.firstLink;
    const others = this.thread.linksOf.get(this) ?? [];
    return first === undefined ? [] : [first, ...others];
  }
  /** Whether a frame is of another VLAN or overlay network than all of its own, and no relay joins them. */
  isElsewhere({ link, vlans, dhcp }: Packet): boolean {
    const first = this.firstLink;
    if (first === undefined || link === first || dhcp!.giaddr !== 0) return false;
    if (this.thread.gathered.columns.giaddr[this.row] !== 0 || this.thread.linksOf.get(this)?.has(link)) return false;
    const [own, its] = [vlanOf(this.opening), vlanOf({ vlans })];
    return overlayOf(link) !== overlayOf(first) || (own !== undefined && its !== undefined && own !== its);
  }
  /** Notes that it begins with a REQUEST that was already answered under the same xid. */
  repeatsAnswered(): void {
    this.thread.gathered.columns.traits[this.row]! |= TRAIT.askedAgain;
  }
  /** Whether a rule with these needs can have anything to say about this exchange. */
  shows(needs: Needs): boolean {
    const { columns } = this.thread.gathered;
    return meets(needs, columns.types[this.row]!, columns.options[this.row]!, columns.traits[this.row]!);
  }
  /** The rules that can have anything to say about this exchange. */
  among<R>(choice: Choice<R>): readonly R[] {
    const { columns } = this.thread.gathered;
    return choice.of(columns.types[this.row]!, columns.options[this.row]!, columns.traits[this.row]!);
  }
  /** Whether it has a message of a type. The types that share one bit (`bitOf`) count as one. */
  holds(type: number): boolean {
    return (this.thread.gathered.columns.types[this.row]! & bitOf(type)) !== 0;
  }
  holdsOnly(...types: number[]): boolean {
    let left = this.thread.gathered.columns.types[this.row]!;
    for (const type of types) left &= ~bitOf(type);
    return left === 0;
  }
  /** Its first message of a type. */
  firstOf(type: number): Message | undefined {
    if (!this.holds(type)) return undefined;
    const { kept } = this;
    if (kept) return kept.find((message) => message.type === type);
    const first = this.thread.messageAt(this.first);
    return first.type === type ? first : this.of(type)[0];
  }
  of(type: number): Message[] {
    return this.holds(type) ? this.messages.filter((message) => message.type === type) : [];
  }
  /** The same without building the others, for passes over many exchanges; they may be other objects than those of `messages`. */
  only(type: number): Message[] {
    if (!this.holds(type)) return [];
    return this.kept?.filter((message) => message.type === type) ?? this.thread.messagesOf(this.first, isOfType(type));
  }
  /** The client's messages, without building the replies, likewise. */
  get requests(): Message[] {
    return this.kept?.filter((message) => message.fromClient) ?? this.thread.messagesOf(this.first, isRequest);
  }
  /** All frames, copies included, ascending. */
  get frames(): number[] {
    return this.thread.framesOf(this.first);
  }
  /** Replies, without those of proxyDHCP. */
  get leaseReplies(): Message[] {
    if (this.replies === 0) return [];
    return this.messages.filter((message) => !message.fromClient && !isProxy(message));
  }
  /** Whether a client that asks by DHCP is answered only by BOOTREPLYs without option 53, of which it can make nothing (RFC 1534 §3). */
  get answeredByBootp(): boolean {
    if (this.replies === 0 || !this.holds(BOOTP) || this.replies === this.count) return false;
    return this.messages.every(({ fromClient, type, packet }) =>
      fromClient ? type !== BOOTP : type === BOOTP && packet.cut === 0,
    );
  }
  /**
   * Seconds from the client's first message to the ACK or BOOTREPLY. Undefined if either is missing or has no time, or if the clock was set
   * between them.
   */
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
  /** Releases its messages; they are rebuilt on demand. */
  forget(): void {
    this.kept = undefined;
  }
}

/** The first router that a reply names; 0 if it names none. */
const firstRouter = (dhcp: Dhcp): number => dhcp.ip(OPTION.router) ?? dhcp.ips(OPTION.router)[0] ?? 0;

/** The exchange with only the OFFERs to which this one is the answer: their DISCOVER is not in the capture. */
export const offersBefore = ({ previous, xid }: Exchange): Exchange | undefined =>
  previous?.xid === xid && previous.holdsOnly(OFFER) ? previous : undefined;

/** Seconds after which a client has forgotten an OFFER, and how many messages are searched for it. */
const OFFER_HOLDS = 64;
const MOST_SEARCHED = 16;

/**
 * The OFFER that a REQUEST takes though it has ciaddr, as a renewal has: of an address that was just offered under its xid, and that it did
 * not ask for since, its client has no lease yet.
 */
export function offerTaken(exchange: Exchange, { dhcp, frame, time, timed }: Message): Message | undefined {
  const own = exchange.holds(OFFER) ? exchange : offersBefore(exchange);
  let found: Message | undefined;
  for (const one of own?.messages.slice(0, MOST_SEARCHED) ?? []) {
    if (one.frame >= frame) break;
    if (one.type === REQUEST && one.dhcp.ciaddr === 0) return undefined;
    const recent = !timed || !one.timed || time - one.time < OFFER_HOLDS;
    if (one.type === OFFER && !isProxy(one) && one.dhcp.yiaddr === dhcp.ciaddr && recent) found = one;
  }
  return found;
}

/** The state of a REQUEST, judged with its exchange: after an OFFER, a client without an address can only be selecting. */
export function stateIn(exchange: Exchange, message: Message): RequestState {
  const state = requestState(message);
  if (state === 'renewing' || state === 'rebinding') return offerTaken(exchange, message) ? 'selecting' : state;
  if (state !== 'init-reboot' && state !== 'unclear') return state;
  const offered = exchange.messages.some((other) => other.type === OFFER && !isProxy(other));
  return offered ? 'selecting' : state;
}
