import { u16, u32 } from '../codec/bytes';
import { OFFSET } from '../codec/dhcpv4/layout';
import { characterOf, Step, type Character } from './kinds';
import { idEnd, type Digests, type IdForm } from './digest';
import { CROSSED, messageOf } from './conversations';
import { MacTable, roomFor } from './macTable';
import { LONGEST_WAIT, OPTION } from './model';
import type { Packet, Packets } from './packet';
import type { Thresholds } from './settings';
import { isContiguous } from './subnet';

/*
 * Exchanges that go as they should: DISCOVER, OFFER, REQUEST, ACK, each once, about one address; or a REQUEST of a client
 * that had its address before, and its ACK. On a busy network nearly all do. They are put together here from what is known of their
 * messages without reading them, in columns; what the rules say of one of them they say of all that are alike (`signature`).
 *
 * A client of which anything else was seen is not routine in anything: its messages are read one by one, as is everything that is
 * no message of this form. Nothing is guessed here: whatever is in doubt is not routine.
 */

/** Where a client stands. */
const enum Phase {
  Idle = 0,
  Asked = 1,
  Offered = 2,
  Selected = 3,
  Again = 4,
}

const NONE = 0xffffffff;
/** Owner of an end of client identifiers that is no routine client. */
const NOBODY = -1;

const ID_FORMS: readonly IdForm[] = ['none', 'chaddr', 'own'];

/** The network's part of an address without a mask is what its class says at most. */
const FIRST_OCTET = 0xff000000;

/** Exchanges that are alike in all that rules about one exchange look at, but for the clients' own names and addresses. */
export interface Signature {
  readonly id: number;
  readonly link: string;
  readonly relayed: boolean;
  /** The subnet of the ACK's address. */
  readonly network: number;
  /** Its first exchange; `NONE` where its clients turned out not to be routine. */
  first: number;
}

/** The routine exchanges of a capture. Messages are known by their place in the order of time. */
export class Routine {
  readonly macs = new MacTable();
  /** By kind. */
  private readonly characters: (Character | undefined)[] = [];

  /** By exchange: its client, its four messages (`NONE` where there are two), its signature. In the order of their first messages. */
  count = 0;
  client = new Uint32Array(64);
  private messages = new Uint32Array(256);
  signature = new Uint32Array(64);
  /** The client's exchange before this one; `NONE` for the first. */
  private previous = new Uint32Array(64);
  readonly signatures: Signature[] = [];
  private readonly signatureIds = new Map<number, Map<number, Map<number, number>>>();

  /** By client. */
  private unusual = new Uint8Array(64);
  private phases = new Uint8Array(64);
  /** 0 not known yet; else which of `ID_FORMS`. */
  private idForms = new Uint8Array(64);
  private idAt = new Uint32Array(64);
  private latest = new Uint32Array(64);
  private ends = new Float64Array(64);
  private firsts = new Uint32Array(0);
  private readonly idEnds = new Map<string, number>();

  /** Messages that are to be read one by one, ascending. */
  readonly rest: Uint32Array;
  /** Number of messages that are not. */
  readonly settled: number;

  /**
   * Looks through all packets once. `order` gives their indexes in order of time, where they are not in it already.
   */
  constructor(
    readonly packets: Packets,
    private readonly digests: Digests,
    private readonly order: Uint32Array | undefined,
    private readonly limits: Thresholds,
  ) {
    const owners = new Uint32Array(packets.count).fill(NONE);
    for (let at = 0; at < packets.count; at++) owners[at] = this.take(at);
    for (let client = 0; client < this.macs.count; client++)
      if (this.phases[client] !== Phase.Idle) this.unusual[client] = 1;
    let count = 0;
    const rest = new Uint32Array(packets.count);
    for (let at = 0; at < packets.count; at++)
      if (owners[at] === NONE || this.unusual[owners[at]!] !== 0) rest[count++] = at;
    this.rest = rest.slice(0, count);
    this.settled = packets.count - count;
    this.drop();
  }

  /** Index of the packet at a place in the order of time. */
  index(at: number): number {
    return this.order ? this.order[at]! : at;
  }

  /** Puts the packet where it belongs; gives its client, `NONE` where it has to be read. */
  private take(at: number): number {
    const i = this.index(at);
    const kind = this.digests.kind(i);
    if (kind === 0) return this.other(this.packets.get(i));
    const character = (this.characters[kind] ??= characterOf(
      messageOf(this.packets, i, this.packets.get(i)),
      kind,
      this.digests,
    ));
    if (character.step === Step.None) return this.other(this.packets.get(i));
    const client = this.clientOf(this.digests.macHigh(i), this.digests.macLow(i));
    if (this.unusual[client] === 0 && !this.goesOn(client, at, i, kind, character)) this.unusual[client] = 1;
    return client;
  }

  private clientOf(high: number, low: number): number {
    const client = this.macs.numberOf(high, low);
    if (client >= this.unusual.length) {
      this.unusual = roomFor(this.unusual, client);
      this.phases = roomFor(this.phases, client);
      this.idForms = roomFor(this.idForms, client);
      this.idAt = roomFor(this.idAt, client);
      this.latest = roomFor(this.latest, client);
      this.ends = roomFor(this.ends, client);
    }
    return client;
  }

  /** A packet that is no routine message: neither is its client, nor whoever goes by the same client identifier. */
  private other(packet: Packet): number {
    const { dhcp } = packet;
    if (!dhcp) return NONE;
    if (dhcp.hlen === 6) this.mark(dhcp.bytes, dhcp.at + OFFSET.chaddr);
    const id = dhcp.option(OPTION.clientId)?.octets();
    if (!id || id.length < 2) return NONE;
    if (id.length === 7 && id[0] === 1) this.mark(id, 1);
    this.claim(idEnd(id), NOBODY);
    return NONE;
  }

  /** Two clients whose identifiers end alike may be one: neither is routine. False where somebody else had that end. */
  private claim(end: string, client: number): boolean {
    const owner = this.idEnds.get(end);
    if (owner === client) return true;
    if (owner === undefined) {
      this.idEnds.set(end, client);
      return true;
    }
    if (owner !== NOBODY) this.unusual[owner] = 1;
    this.idEnds.set(end, NOBODY);
    return false;
  }

  private mark(bytes: Uint8Array, at: number): void {
    if (at + 6 > bytes.length) return;
    this.unusual[this.clientOf(u16(bytes, at), u32(bytes, at + 2))] = 1;
  }

  /** Goes on with a client's exchange, or begins one. False where that is not as it should be. */
  private goesOn(client: number, at: number, i: number, kind: number, character: Character): boolean {
    const { digests, phases } = this;
    const phase: Phase = phases[client]!;
    const { step } = character;
    if (step === Step.Discover || step === Step.Again) {
      if (phase !== Phase.Idle || !this.isKnownAs(client, i, character)) return false;
      // Within this time it could be a copy of what came before, or have crossed with the answer to it.
      const { relayWindow, copyWindow } = this.limits;
      if (
        this.latest[client] !== 0 &&
        !(digests.time(i) - this.ends[client]! > Math.max(relayWindow, copyWindow, CROSSED))
      )
        return false;
      phases[client] = step === Step.Discover ? Phase.Asked : Phase.Again;
      this.begin(client, at);
      return true;
    }
    const exchange = this.latest[client]! - 1;
    if (exchange < 0) return false;
    const first = this.index(this.messages[4 * exchange]!);
    if (digests.xid(i) !== digests.xid(first)) return false;
    const origin = this.characters[digests.kind(first)]!;
    if (character.link !== origin.link || character.giaddr !== origin.giaddr) return false;
    switch (step) {
      case Step.Offer:
        if (phase !== Phase.Asked || !this.isAnswer(first, i)) return false;
        phases[client] = Phase.Offered;
        this.messages[4 * exchange + 1] = at;
        return true;
      case Step.Select:
        if (phase !== Phase.Offered || !this.isKnownAs(client, i, character)) return false;
        if (digests.address(i) !== digests.address(this.index(this.messages[4 * exchange + 1]!))) return false;
        phases[client] = Phase.Selected;
        this.messages[4 * exchange + 2] = at;
        return true;
      case Step.Ack: {
        if (phase !== Phase.Selected && phase !== Phase.Again) return false;
        const request = phase === Phase.Again ? first : this.index(this.messages[4 * exchange + 2]!);
        const { mask } = character;
        if (mask !== undefined && !isContiguous(mask)) return false;
        // A reply to a client that has an address, by way of a router, tells of the router (`noteRouters`).
        const { toChaddr, toClient } = character.kind;
        if (
          (origin.routed || character.routed) &&
          character.packet.ethDestination !== undefined &&
          toClient &&
          !toChaddr
        )
          return false;
        // What an OFFER says of the network is judged by its own mask.
        if (phase === Phase.Selected && this.characterAt(exchange, 1)!.mask !== mask) return false;
        if (digests.address(i) !== digests.address(request) || !this.isAnswer(request, i)) return false;
        phases[client] = Phase.Idle;
        this.messages[4 * exchange + 3] = at;
        this.ends[client] = digests.time(i);
        this.signature[exchange] = this.signatureOf(exchange, kind, character, digests.address(i));
        return true;
      }
      default:
        return false;
    }
  }

  /** Place of message `n` of an exchange in the order of time (0 first, 1 OFFER, 2 selecting REQUEST, 3 ACK); `NONE` where it has none. */
  placeOf(exchange: number, n: number): number {
    return this.messages[4 * exchange + n]!;
  }
  xid(exchange: number): number {
    return this.digests.xid(this.index(this.placeOf(exchange, 0)));
  }
  addressOf(exchange: number): number {
    return this.digests.address(this.index(this.placeOf(exchange, 3)));
  }
  timeOf(exchange: number, n: number): number {
    return this.digests.time(this.index(this.placeOf(exchange, n)));
  }
  /** Indexes of the packets of an exchange. */
  indexesOf(exchange: number): number[] {
    const out: number[] = [];
    for (let n = 0; n < 4; n++) if (this.placeOf(exchange, n) !== NONE) out.push(this.index(this.placeOf(exchange, n)));
    return out;
  }
  /** Frame numbers, ascending. */
  framesOf(exchange: number): number[] {
    return this.indexesOf(exchange)
      .map((index) => this.digests.frame(index))
      .sort((a, b) => a - b);
  }
  /** Option 12 of message `n` of an exchange; undefined where it has none. */
  hostOf(exchange: number, n: number): string | undefined {
    const character = this.characterAt(exchange, n);
    return character && (this.digests.host(this.index(this.placeOf(exchange, n))) ?? character.packet.dhcp!.text(12));
  }
  /** Frame number of message `n` of an exchange. */
  frameAt(exchange: number, n: number): number {
    return this.digests.frame(this.index(this.placeOf(exchange, n)));
  }
  /** Whether an exchange is its client's last. */
  isLast(exchange: number): boolean {
    return this.latest[this.client[exchange]!]! - 1 === exchange;
  }
  /** The client's first exchange. */
  firstOf(exchange: number): number {
    return this.firsts[this.client[exchange]!]!;
  }
  /** Whether one of its messages says that the client has an address (ciaddr). */
  isRouted(exchange: number): boolean {
    for (let n = 0; n < 4; n++) if (this.characterAt(exchange, n)?.routed) return true;
    return false;
  }
  /** Whether an exchange begins with DISCOVER. */
  isFresh(exchange: number): boolean {
    return this.placeOf(exchange, 1) !== NONE;
  }
  /** Lease time and T1 in seconds, as far as they differ from one ACK of its kind to another; else -1. */
  leaseOf(exchange: number): { readonly lease: number; readonly t1: number } {
    const ack = this.index(this.placeOf(exchange, 3));
    return { lease: this.digests.lease(ack), t1: this.digests.t1(ack) };
  }
  /** The client's exchange before this one; -1 for its first. */
  before(exchange: number): number {
    const before = this.previous[exchange]!;
    return before === NONE ? -1 : before;
  }
  /** The client's exchanges, the first one first. */
  exchangesOf(client: number): number[] {
    const out: number[] = [];
    for (let one = this.latest[client]! - 1; one >= 0; one = this.before(one)) out.push(one);
    return out.reverse();
  }

  /** What message `n` of an exchange is like; undefined where it has none. */
  characterAt(exchange: number, n: number): Character | undefined {
    const at = this.messages[4 * exchange + n]!;
    return at === NONE ? undefined : this.characters[this.digests.kind(this.index(at))];
  }

  private begin(client: number, at: number): void {
    const exchange = this.count++;
    this.client = roomFor(this.client, exchange);
    this.signature = roomFor(this.signature, exchange);
    this.previous = roomFor(this.previous, exchange);
    this.messages = roomFor(this.messages, 4 * exchange + 3);
    this.client[exchange] = client;
    this.messages[4 * exchange] = at;
    this.messages[4 * exchange + 1] = this.messages[4 * exchange + 2] = NONE;
    this.previous[exchange] = this.latest[client]! - 1;
    this.latest[client] = exchange + 1;
  }

  /** Whether the client names itself as it did before (RFC 2131 §4.2: by option 61, else by chaddr). */
  private isKnownAs(client: number, i: number, character: Character): boolean {
    const form = 1 + ID_FORMS.indexOf(character.kind.id);
    const { digests } = this;
    if (this.idForms[client] === 0) {
      this.idForms[client] = form;
      this.idAt[client] = i;
      return character.kind.id !== 'own' || this.claim(digests.idEnd(i), client);
    }
    if (this.idForms[client] !== form) return false;
    return (
      character.kind.id !== 'own' || (digests.sameId(i, this.idAt[client]!) && this.claim(digests.idEnd(i), client))
    );
  }

  /** Whether a reply comes soon after its request, echoes what the relay added, and has lease times in order (RFC 2131 §4.4.5). */
  private isAnswer(request: number, reply: number): boolean {
    const { digests, limits } = this;
    const waited = digests.time(reply) - digests.time(request);
    if (!(waited >= 0 && waited <= LONGEST_WAIT)) return false;
    if (!digests.sameAgent(request, reply)) return false;
    const lease = digests.lease(reply);
    const t1 = digests.t1(reply);
    const t2 = digests.t2(reply);
    if (lease < 0) return t1 < 0 && t2 < 0;
    const renew = t1 < 0 ? lease * 0.5 : t1;
    const rebind = t2 < 0 ? lease * 0.875 : t2;
    return lease >= limits.shortLease && (t1 < 0 && t2 < 0 ? true : renew < rebind && rebind < lease);
  }

  private signatureOf(exchange: number, ack: number, character: Character, address: number): number {
    const { digests, messages } = this;
    const mask = character.mask ?? FIRST_OCTET;
    const network = (address & mask) >>> 0;
    const host = (address & ~mask) >>> 0;
    // The all-zeros and the all-ones host, and what looks like a broadcast address, are told apart from others.
    let place = (host === 0 ? 1 : 0) + (host === ~mask >>> 0 ? 2 : 0) + ((address & 255) === 255 ? 4 : 0);
    // So are exchanges in which the server takes its time.
    const { slowServerRemark } = this.limits;
    const asked = messages[4 * exchange + 2]! === NONE ? 0 : 2;
    if (asked === 2 && this.timeOf(exchange, 1) - this.timeOf(exchange, 0) >= slowServerRemark) place += 8;
    if (this.timeOf(exchange, 3) - this.timeOf(exchange, asked) >= slowServerRemark) place += 16;
    const kindAt = (n: number): number => {
      const at = messages[4 * exchange + n]!;
      return at === NONE ? 0 : digests.kind(this.index(at));
    };
    const asking = kindAt(0) * 65536 + kindAt(1);
    const taking = kindAt(2) * 65536 + ack;
    let byAsking = this.signatureIds.get(asking);
    if (!byAsking) this.signatureIds.set(asking, (byAsking = new Map<number, Map<number, number>>()));
    let byTaking = byAsking.get(taking);
    if (!byTaking) byAsking.set(taking, (byTaking = new Map<number, number>()));
    const key = network * 32 + place;
    let id = byTaking.get(key);
    if (id === undefined) {
      id = this.signatures.length;
      byTaking.set(key, id);
      this.signatures.push({ id, link: character.link, relayed: character.giaddr !== 0, network, first: NONE });
    }
    return id;
  }

  /** Leaves out exchanges of clients that turned out not to be routine. */
  private drop(): void {
    const { unusual } = this;
    let count = 0;
    this.latest.fill(0);
    this.firsts = new Uint32Array(this.macs.count);
    for (let from = 0; from < this.count; from++) {
      const client = this.client[from]!;
      if (unusual[client] !== 0) continue;
      const to = count++;
      this.client[to] = client;
      this.signature[to] = this.signature[from]!;
      this.messages.copyWithin(4 * to, 4 * from, 4 * from + 4);
      if (this.latest[client] === 0) this.firsts[client] = to;
      this.previous[to] = this.latest[client]! - 1;
      this.latest[client] = to + 1;
      const signature = this.signatures[this.signature[to]]!;
      if (signature.first === NONE) signature.first = to;
    }
    this.count = count;
  }
}
