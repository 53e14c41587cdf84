import type { Answer6 } from '../../codec/dhcpv6/answer';
import { RECONFIGURE, REPLY, REQUEST6, SERVER_TYPES6, SOLICIT } from '../../codec/dhcpv6/message';
import { nameOfDuid } from '../../codec/names/duids';
import { PairTable } from '../../ledger/pairTable';
import type { Dhcpv6 } from '../../ledger/packet';
import { CROSSED } from './conversations';
import type { Outcome } from '../finding';
import type { Packet, Place, Seen } from './packet';
import type { Thresholds } from './settings';

/** DHCPv6 clients and their exchanges. */

/** A DHCPv6 message from or to a client, listed once however often the capture shows it. */
export class Note6 implements Seen {
  /** For a message that was seen more than once: all frames that show it, the links they are on, and the time of the last one. */
  private seen:
    | { readonly frames: number[]; readonly links: Map<string, Place | undefined>; lastTime: number; passedOn: number }
    | undefined;

  constructor(
    readonly index: number,
    private readonly packet: Packet,
    private readonly dhcpv6: Dhcpv6,
  ) {}

  get frame(): number {
    return this.packet.frame;
  }
  get time(): number {
    return this.packet.time;
  }
  get timed(): boolean {
    return this.packet.timed;
  }
  get link(): string {
    return this.packet.link;
  }
  get type(): number {
    return this.dhcpv6.type;
  }
  /** When its client began to ask, as far as its Elapsed Time tells. */
  get since(): number {
    return this.time - this.dhcpv6.elapsed;
  }
  get relayed(): boolean {
    return this.dhcpv6.isRelay;
  }
  get server(): string | undefined {
    return this.dhcpv6.serverDuid;
  }
  /** The link-layer address of the client that sent it; undefined for answers, and where a relay or router is in between. */
  get sender(): string | undefined {
    const { ethSource, source } = this.packet;
    if (this.fromServer || this.relayed || !source?.startsWith('fe80:')) return undefined;
    return ethSource;
  }
  /** The link-local address of the client that sent it through one relay. */
  get peer(): string | undefined {
    const { peerAddress, hops } = this.dhcpv6;
    return this.fromServer || !this.relayed || hops > 0 || !peerAddress?.startsWith('fe80:') ? undefined : peerAddress;
  }
  /** Whether a server sent it to the client: an ADVERTISE, REPLY or RECONFIGURE. */
  get fromServer(): boolean {
    return SERVER_TYPES6.has(this.type);
  }
  get fromClient(): boolean {
    return !this.fromServer;
  }
  /** Whether it is an ADVERTISE or REPLY. */
  get isAnswer(): boolean {
    return this.dhcpv6.isAnswer;
  }
  /** What an ADVERTISE or REPLY gives and says. Reading it takes a while: whoever only wants to know whether it is one asks `isAnswer`. */
  get answer(): Answer6 | undefined {
    return this.dhcpv6.answer;
  }
  /** All frames that show it. */
  get frames(): readonly number[] {
    return this.seen?.frames ?? [this.frame];
  }
  get lastTime(): number {
    return this.seen?.lastTime ?? this.time;
  }
  /** Whether a frame on this link shows it. */
  isOn(link: string): boolean {
    return this.link === link || (this.seen?.links.has(link) ?? false);
  }
  /** Where frames show it on the client’s own link: before its relay, if there is one, and never behind a router. */
  get places(): readonly Place[] {
    return [placeOnLink(this.packet), ...(this.seen?.links.values() ?? [])].filter((one) => one !== undefined);
  }
  /** Notes another frame that shows it. */
  see(packet: Packet): void {
    const { frame, time, link, dhcpv6 } = packet;
    this.seen ??= { frames: [this.frame], links: new Map(), lastTime: time, passedOn: 0 };
    this.seen.frames.push(frame);
    this.seen.links.set(link, placeOnLink(packet) ?? this.seen.links.get(link));
    this.seen.lastTime = time;
    if (dhcpv6!.hops !== this.hops) this.seen.passedOn++;
  }
  /** How many relays handled it before, where it was seen first, and how many of its frames show it with another number. */
  get hops(): number {
    return this.dhcpv6.hops;
  }
  get passedOn(): number {
    return this.seen?.passedOn ?? 0;
  }
}

function placeOnLink({ link, vlans, source, destination, dhcpv6 }: Packet): Place | undefined {
  const onLink = !dhcpv6!.isRelay && [source, destination].some((one) => one?.startsWith('fe80:'));
  return onLink ? { link, vlans } : undefined;
}

export class Client6 {
  exchanges: Exchange6[] = [];
  /** Number of ADVERTISEs and REPLYs to this client in the capture. */
  answers = 0;
  /** Link-layer address that its messages first came from, where no relay is in between. */
  mac: string | undefined;
  /** Link-layer address that the first relay saw its messages come from (RFC 6939). */
  relayedMac: string | undefined;
  /** Link-local address that its messages first came from, as a relay tells it. */
  peer: string | undefined;

  constructor(
    /** Place among all clients. */
    readonly number: number,
    /** DUID as hex digits; the source address if the client sends none. */
    readonly label: string,
  ) {}

  /** Name shown to the reader: the link-layer address if it is known, else the DUID. */
  get name(): string {
    return this.mac ?? nameOfDuid(this.label);
  }

  /** Its name as the sender of one message: several machines may use one DUID. */
  nameIn({ sender }: Note6): string {
    return sender ?? this.name;
  }
}

export class Exchange6 {
  /** Its messages, in order of time. */
  notes: Note6[] = [];
  outcome: Outcome = 'incomplete';
  address: string | undefined;
  server: string | undefined;
  constructor(
    readonly client: Client6,
    /** Place in the client's list of exchanges, and among all exchanges. */
    readonly position: number,
    readonly place: number,
    /** Place of its first message in time order. */
    readonly rank: number,
  ) {}
  of(type: number): Note6[] {
    return this.notes.filter((note) => note.type === type);
  }
  has(type: number): boolean {
    return this.notes.some((note) => note.type === type);
  }
  get last(): Note6 {
    return this.notes[this.notes.length - 1]!;
  }
  /** Whether its client asks on this link, or through a relay, which joins links; undefined if no question of the client is seen. */
  asksOn(link: string): boolean | undefined {
    let asks: boolean | undefined;
    for (const note of this.notes) {
      if (note.fromServer) continue;
      if (note.relayed || note.isOn(link)) return true;
      asks = false;
    }
    return asks;
  }
  get frames(): number[] {
    return this.notes.flatMap((note) => note.frames).sort((a, b) => a - b);
  }
}

const OF_CLIENTS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
const MAX_NOTES = 500;

export class Conversations6 {
  readonly clients = new Map<string, Client6>();
  readonly exchanges: Exchange6[] = [];
  /** Clients whose messages came from more than one link-layer address. */
  readonly withOtherMacs = new Set<Client6>();
  /** Clients whose messages come to relays from several link-local addresses. */
  readonly withOtherPeers = new Set<Client6>();
  /** By client and transaction id: place of the exchange that the next message may continue. */
  private readonly current = new PairTable();
  /** The same for one link, where the client uses one transaction id on several: by client, transaction id and link. */
  private readonly onLink = new Map<string, Exchange6>();

  constructor(private readonly limits: Thresholds) {}

  /** Takes the next message in time order; `rank` is its place in that order. */
  add(index: number, packet: Packet, dhcpv6: Dhcpv6, rank: number): void {
    const { type, isRelay: relayed, serverDuid: server, clientDuid: duid } = dhcpv6;
    if (!OF_CLIENTS.has(type)) return;
    const fromClient = !SERVER_TYPES6.has(type);
    const other = fromClient ? packet.source : packet.destination;
    const name = duid ?? (relayed ? (dhcpv6.peerAddress ?? other) : other) ?? 'a client without DUID';
    const asking = this.clients.get(name);
    const latest = asking && this.exchanges[this.current.get(asking.number, dhcpv6.xid)];
    const elsewhere = latest && !relayed && latest.asksOn(packet.link) === false;
    const key = elsewhere ? `${asking.number} ${dhcpv6.xid} ${packet.link}` : '';
    // A copy may be seen on another link than the message itself.
    let known = this.onLink.get(key) ?? latest;
    if (known) {
      for (let i = known.notes.length - 1; i >= Math.max(0, known.notes.length - 8); i--) {
        const note = known.notes[i]!;
        if (note.type !== type || note.server !== server || !packet.timed) continue;
        const sameSide = note.relayed === relayed && note.hops === dhcpv6.hops;
        const window = sameSide ? this.limits.copyWindow : this.limits.relayWindow;
        if (Math.abs(packet.time - note.lastTime) > window) continue;
        note.see(packet);
        return;
      }
    }
    // One client asks by one transaction id on two links: a copied machine, or a network that is there twice.
    if (elsewhere && fromClient && known === latest) known = undefined;
    const note = new Note6(index, packet, dhcpv6);
    let exchange = known && known.notes.length < MAX_NOTES ? known : undefined;
    if (
      exchange &&
      fromClient &&
      exchange.has(REPLY) &&
      type !== exchange.last.type &&
      !crosses(exchange, packet, type)
    )
      exchange = undefined;
    // SOLICIT and ADVERTISE share one transaction id, REQUEST and REPLY another, but they are one conversation.
    if (!exchange && type === REQUEST6) exchange = asking && solicitedBefore(asking, packet.link, relayed);
    if (!exchange) exchange = this.begin(asking ?? this.newClient(name), rank);
    const { client } = exchange;
    if (!fromClient && type !== RECONFIGURE) client.answers++;
    // An array that grows by push reserves more room than the message takes: many exchanges have one message.
    if (exchange.notes.length === 0) exchange.notes = [note];
    else exchange.notes.push(note);
    if (elsewhere && fromClient) this.onLink.set(key, exchange);
    else if (!elsewhere) this.current.set(client.number, dhcpv6.xid, exchange.place);
    if (!fromClient) return;
    if (relayed) client.relayedMac ??= dhcpv6.linkLayerAddress;
    const { sender, peer } = note;
    client.peer ??= peer;
    if (peer !== client.peer && peer !== undefined) this.withOtherPeers.add(client);
    if (sender === undefined) return;
    client.mac ??= sender;
    if (client.mac !== sender) this.withOtherMacs.add(client);
  }

  private begin(client: Client6, rank: number): Exchange6 {
    const exchange = new Exchange6(client, client.exchanges.length, this.exchanges.length, rank);
    if (client.exchanges.length === 0) client.exchanges = [exchange];
    else client.exchanges.push(exchange);
    this.exchanges.push(exchange);
    return exchange;
  }

  private newClient(label: string): Client6 {
    const client = new Client6(this.clients.size, label);
    this.clients.set(label, client);
    return client;
  }
}

/** How many exchanges of a client are searched for the SOLICIT before a REQUEST: as many links as it may ask on at once. */
const MOST_AT_ONCE = 4;

/** The exchange whose ADVERTISE a REQUEST takes: the client's last on that link. */
function solicitedBefore({ exchanges }: Client6, link: string, relayed: boolean): Exchange6 | undefined {
  for (let i = exchanges.length - 1; i >= Math.max(0, exchanges.length - MOST_AT_ONCE); i--) {
    const one = exchanges[i]!;
    const asks = one.asksOn(link);
    if (asks === undefined || (!asks && !relayed)) continue;
    return one.has(SOLICIT) && !one.has(REPLY) && !one.has(REQUEST6) ? one : undefined;
  }
  return undefined;
}

function crosses(exchange: Exchange6, packet: Packet, type: number): boolean {
  const { last } = exchange;
  return last.type === REPLY && packet.timed && Math.abs(packet.time - last.time) < CROSSED && exchange.has(type);
}
