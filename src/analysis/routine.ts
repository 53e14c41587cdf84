import { u16, u32 } from '../codec/bytes';
import { OFFSET } from '../codec/dhcpv4/layout';
import { characterOf, Step, type Character } from './kinds';
import { ClientIds } from './clientIds';
import { emptyDigest, idEnd, IdForm, type Digests } from './digest';
import { ExchangeTable, MESSAGES, NONE } from './exchangeTable';
import { Routine6 } from './routine6';
import { Signatures, type Signature } from './signatures';
import { CROSSED, messageOf } from './conversations';
import { MacTable, roomFor } from './macTable';
import { OPTION } from './model';
import type { Packet, Packets } from './packet';
import { CLOCK_WAS_SET, type Thresholds } from './settings';
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
  /** A request of unknown type was sent, or sent again at once after its reply. */
  Booting = 5,
  Repeated = 6,
}

/** The owners of messages from this number on are clients of DHCPv6. */
const OF_SIX = 2 ** 31;

/** The network's part of an address without a mask is what its class says at most. */
const FIRST_OCTET = 0xff000000;

/** The routine exchanges of a capture. Messages are known by their place in the order of time. */
export class Routine {
  readonly macs: MacTable;
  /** By kind. */
  private readonly characters: (Character | undefined)[] = [undefined];

  private readonly now = emptyDigest();
  readonly table: ExchangeTable;
  private readonly known = new Signatures();

  /** By client. */
  private unusual = new Uint8Array(64);
  private phases = new Uint8Array(64);
  /** Its latest exchange + 1; 0 where it has none. */
  private latest = new Uint32Array(64);
  private readonly firsts: Uint32Array;
  private readonly ids: ClientIds;

  /** Whether there is a kind of messages that were cut. */
  cut = false;
  /** Exchanges of DHCPv6. */
  readonly six: Routine6;
  /** Messages that are to be read one by one, ascending. */
  readonly rest: Uint32Array;
  /** Number of messages that are not, by protocol. */
  readonly settled = { dhcp: 0, bootp: 0, dhcpv6: 0 };

  /**
   * Looks through all packets once. `order` gives their indexes in order of time, where they are not in it already.
   */
  constructor(
    readonly packets: Packets,
    private readonly digests: Digests,
    private readonly order: Uint32Array | undefined,
    private readonly limits: Thresholds,
  ) {
    // A client mostly has four messages.
    const clients = packets.count / 4;
    this.macs = new MacTable(clients);
    this.table = new ExchangeTable(clients);
    this.ids = new ClientIds(digests, (client) => (this.unusual[client] = 1));
    this.growTo(Math.ceil(clients));
    this.six = new Routine6(packets);
    const owners = this.takeAll();
    // Who is in the middle of an exchange is not routine.
    for (let client = 0; client < this.macs.count; client++)
      if (this.phases[client] !== Phase.Idle) this.unusual[client] = 1;
    this.six.finish();
    this.rest = this.restOf(owners);
    if (this.unusual.includes(1)) this.table.drop(this.unusual, this.latest);
    this.firsts = this.table.sum(this.macs.count, this.signatures);
  }

  /** Puts each packet where it belongs; gives their clients, as `take` does. */
  private takeAll(): Uint32Array {
    const { count } = this.packets;
    const owners = new Uint32Array(count);
    for (let at = 0; at < count; at++) owners[at] = this.take(at);
    return owners;
  }

  /** Places of the packets that nobody routine owns. */
  private restOf(owners: Uint32Array): Uint32Array {
    const { unusual, settled, six } = this;
    const rest: number[] = [];
    for (let at = 0; at < owners.length; at++) {
      const owner = owners[at]!;
      if (owner === NONE) rest.push(at);
      else if (owner < OF_SIX) {
        if (unusual[owner] !== 0) rest.push(at);
        else if (this.ids.formOf(owner) === IdForm.Untyped) settled.bootp++;
        else settled.dhcp++;
      } else if (six.unusual[owner - OF_SIX] !== 0) rest.push(at);
      else settled.dhcpv6++;
    }
    return new Uint32Array(rest);
  }

  /** Number of exchanges. */
  get count(): number {
    return this.table.count;
  }
  get signatures(): readonly Signature[] {
    return this.known.all;
  }
  /** Index of the packet at a place in the order of time. */
  index(at: number): number {
    return this.order ? this.order[at]! : at;
  }

  /** Puts the packet where it belongs; gives its client, `NONE` where it has to be read. */
  private take(at: number): number {
    const i = this.index(at);
    const { now } = this;
    this.digests.read(i, now);
    const { kind } = now;
    if (kind === 0) return this.other(this.packets.get(i));
    if (now.six) {
      const client = this.six.take(at, i, now);
      return client === NONE ? NONE : OF_SIX + client;
    }
    const character = (this.characters[kind] ??= this.characterOf(i, kind));
    if (character.step === Step.None) return this.other(this.packets.get(i));
    const client = this.clientOf(now.macHigh, now.macLow);
    if (this.unusual[client] === 0 && !this.goesOn(client, at, i, character)) this.unusual[client] = 1;
    return client;
  }

  private characterOf(i: number, kind: number): Character {
    const character = characterOf(messageOf(this.packets, i, this.packets.get(i)), kind, this.digests);
    if (character.cut) this.cut = true;
    return character;
  }

  private clientOf(high: number, low: number): number {
    const client = this.macs.numberOf(high, low);
    if (client >= this.unusual.length) this.growTo(client);
    return client;
  }

  /** Makes room for a client. */
  private growTo(client: number): void {
    this.unusual = roomFor(this.unusual, client);
    this.phases = roomFor(this.phases, client);
    this.ids.growTo(client);
    this.latest = roomFor(this.latest, client);
  }

  /** A packet that is no routine message: neither is its client, nor whoever goes by the same client identifier. */
  private other(packet: Packet): number {
    const { dhcp, dhcpv6 } = packet;
    if (dhcpv6) this.six.other(dhcpv6);
    if (!dhcp) return NONE;
    if (dhcp.hlen === 6) this.mark(dhcp.bytes, dhcp.at + OFFSET.chaddr);
    const id = dhcp.option(OPTION.clientId)?.octets();
    if (!id || id.length < 2) return NONE;
    if (id.length === 7 && id[0] === 1) this.mark(id, 1);
    this.ids.spoil(idEnd(id));
    return NONE;
  }

  private mark(bytes: Uint8Array, at: number): void {
    if (at + 6 > bytes.length) return;
    this.unusual[this.clientOf(u16(bytes, at), u32(bytes, at + 2))] = 1;
  }

  /** Goes on with a client's exchange, or begins one, with the message `now`. False where that is not as it should be. */
  private goesOn(client: number, at: number, i: number, character: Character): boolean {
    const { now, phases, table } = this;
    const phase: Phase = phases[client]!;
    const { step } = character;
    const exchange = this.latest[client]! - 1;
    if (step === Step.BootRequest) return this.boots(client, at, i, character);
    // What was cut behind an OFFER may have named the server.
    const selects = character.cut && phase === Phase.Offered && (step === Step.Unclear || step === Step.Again);
    if (step === Step.Discover || (step === Step.Again && !selects)) {
      if (phase !== Phase.Idle || !this.ids.isKnownAs(client, i, character)) return false;
      // Within this time it could be a copy of what came before, or have crossed with the answer to it.
      const { relayWindow, copyWindow } = this.limits;
      if (exchange >= 0 && !(now.time - table.latest[exchange]! > Math.max(relayWindow, copyWindow, CROSSED)))
        return false;
      phases[client] = step === Step.Discover ? Phase.Asked : Phase.Again;
      const before = exchange < 0 ? NONE : exchange;
      this.latest[client] = table.begin(client, before, at, now) + 1;
      return true;
    }
    if (exchange < 0 || now.xid !== table.xid[exchange]) return false;
    const origin = this.characterAt(exchange, 0)!;
    if (character.link !== origin.link || character.giaddr !== origin.giaddr) return false;
    switch (selects ? Step.Select : step) {
      case Step.Offer:
        if (phase !== Phase.Asked || !this.isAnswer(exchange, 0, i, character)) return false;
        phases[client] = Phase.Offered;
        table.put(exchange, 1, at, now.kind);
        table.address[exchange] = now.address;
        if (now.time - table.latest[exchange]! >= this.limits.slowServerRemark) table.slowOffer[exchange] = 1;
        return true;
      case Step.Select:
        if (phase !== Phase.Offered || !this.ids.isKnownAs(client, i, character)) return false;
        if (now.address !== table.address[exchange] && step !== Step.Unclear) return false;
        phases[client] = Phase.Selected;
        table.put(exchange, 2, at, now.kind);
        table.latest[exchange] = now.time;
        return true;
      case Step.Ack: {
        if (phase !== Phase.Selected && phase !== Phase.Again) return false;
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
        if (now.address !== table.address[exchange]) return false;
        if (!this.isAnswer(exchange, phase === Phase.Again ? 0 : 2, i, character)) return false;
        phases[client] = Phase.Idle;
        table.put(exchange, 3, at, now.kind);
        table.signature[exchange] = this.signatureOf(exchange, character, this.isSlow(exchange));
        table.latest[exchange] = now.time;
        return true;
      }
      case Step.BootReply:
        return this.boot(client, exchange, at, i, character);
      default:
        return false;
    }
  }

  /**
   * A request that was cut before its type: it begins an exchange, or is taken for a copy of the one before (`copyOf`), with which it agrees
   * in all that can be seen.
   */
  private boots(client: number, at: number, i: number, character: Character): boolean {
    const { now, phases, table } = this;
    if (phases[client] !== Phase.Idle || !this.ids.isKnownAs(client, i, character)) return false;
    const exchange = this.latest[client]! - 1;
    if (exchange >= 0) {
      const before = this.characterAt(exchange, 0)!;
      const { copyWindow, relayWindow } = this.limits;
      const alike = character.side === before.side && character.link === before.link;
      const repeated = this.placeOf(exchange, 2) !== NONE;
      const since = now.time - this.timeAt(exchange, repeated ? 2 : 0);
      if (!(since > (alike ? copyWindow : Math.max(relayWindow, copyWindow)))) {
        if (repeated || !this.isCopy(exchange, 0, i, character)) return false;
        phases[client] = Phase.Repeated;
        table.put(exchange, 2, at, now.kind);
        return true;
      }
    }
    phases[client] = Phase.Booting;
    this.latest[client] = table.begin(client, exchange < 0 ? NONE : exchange, at, now) + 1;
    return true;
  }

  /** The reply to such a request, or its copy. */
  private boot(client: number, exchange: number, at: number, i: number, character: Character): boolean {
    const { now, phases, table } = this;
    const phase: Phase = phases[client]!;
    if (phase === Phase.Booting) {
      if (!this.isAnswer(exchange, 0, i, character)) return false;
      table.address[exchange] = now.address;
      table.latest[exchange] = now.time;
      table.put(exchange, 3, at, now.kind);
    } else if (phase === Phase.Repeated && this.isCopy(exchange, 3, i, character)) table.put(exchange, 1, at, now.kind);
    else return false;
    phases[client] = Phase.Idle;
    table.signature[exchange] = this.signatureOf(exchange, character, false);
    return true;
  }

  /** Whether the message `now`, packet `i`, is one with message `n` of an exchange, seen once more. */
  private isCopy(exchange: number, n: number, i: number, character: Character): boolean {
    const first = this.characterAt(exchange, n)!;
    const since = this.now.time - this.timeAt(exchange, n);
    return (
      since >= 0 &&
      since <= this.limits.copyWindow &&
      this.now.xid === this.table.xid[exchange] &&
      character.side === first.side &&
      character.link === first.link &&
      this.digests.repeats(i, this.index(this.placeOf(exchange, n)))
    );
  }

  /** Whether the server took its time with the ACK `now`. */
  private isSlow(exchange: number): boolean {
    return this.now.time - this.table.latest[exchange]! >= this.limits.slowServerRemark;
  }

  /** Place of message `n` of an exchange in the order of time (0 first, 1 OFFER, 2 selecting REQUEST, 3 ACK); `NONE` where it has none. */
  placeOf(exchange: number, n: number): number {
    return this.table.messages[MESSAGES * exchange + n]!;
  }
  xid(exchange: number): number {
    return this.table.xid[exchange]!;
  }
  addressOf(exchange: number): number {
    return this.table.address[exchange]!;
  }
  /** Seconds since the epoch of its first message, and of its ACK. */
  startOf(exchange: number): number {
    return this.table.started[exchange]!;
  }
  endOf(exchange: number): number {
    return this.table.latest[exchange]!;
  }
  /** Seconds since the epoch of message `n` of an exchange. */
  timeAt(exchange: number, n: number): number {
    return this.digests.time(this.index(this.placeOf(exchange, n)));
  }
  /** Indexes of the packets of an exchange. */
  indexesOf(exchange: number): number[] {
    const out: number[] = [];
    for (let n = 0; n < MESSAGES; n++)
      if (this.placeOf(exchange, n) !== NONE) out.push(this.index(this.placeOf(exchange, n)));
    return out;
  }
  /** Frame numbers, ascending. */
  framesOf(exchange: number): number[] {
    const frames = this.indexesOf(exchange).map((index) => this.digests.frame(index));
    // Nearly always they are in order as they are.
    return frames.every((frame, i) => i === 0 || frame > frames[i - 1]!) ? frames : frames.sort((a, b) => a - b);
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
    return this.latest[this.table.client[exchange]!]! - 1 === exchange;
  }
  /** The client's first exchange. */
  firstOf(exchange: number): number {
    return this.firsts[this.table.client[exchange]!]!;
  }
  /** Whether one of its messages says that the client has an address (ciaddr). */
  isRouted(exchange: number): boolean {
    for (let n = 0; n < MESSAGES; n++) if (this.characterAt(exchange, n)?.routed) return true;
    return false;
  }
  /** Whether an exchange begins with DISCOVER; with a request that was cut before its type. */
  isFresh(exchange: number): boolean {
    return this.characterAt(exchange, 0)!.step === Step.Discover;
  }
  isBoot(exchange: number): boolean {
    return this.characterAt(exchange, 0)!.step === Step.BootRequest;
  }
  /** Lease time and T1 in seconds, as far as they differ from one ACK of its kind to another; else -1. */
  leaseOf(exchange: number): { readonly lease: number; readonly t1: number } {
    const ack = emptyDigest();
    this.digests.read(this.index(this.placeOf(exchange, 3)), ack);
    return { lease: ack.lease, t1: ack.t1 };
  }
  /** The client's exchange before this one; -1 for its first. */
  before(exchange: number): number {
    const before = this.table.previous[exchange]!;
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
    return this.characters[this.table.kinds[MESSAGES * exchange + n]!];
  }

  /**
   * Whether the reply `now`, packet `i`, comes soon after message `n` of an exchange, echoes what the relay added to it, and has lease times in
   * order (RFC 2131 §4.4.5).
   */
  private isAnswer(exchange: number, n: number, i: number, character: Character): boolean {
    const { digests, limits, table } = this;
    const { time, lease, t1, t2 } = this.now;
    const waited = time - table.latest[exchange]!;
    if (!(waited >= 0 && waited <= CLOCK_WAS_SET)) return false;
    const hadAgent = this.characterAt(exchange, n)!.kind.hasAgent;
    if (
      (hadAgent || character.kind.hasAgent) &&
      !digests.sameAgent(this.index(table.messages[MESSAGES * exchange + n]!), i)
    )
      return false;
    if (lease < 0) return t1 < 0 && t2 < 0;
    const renew = t1 < 0 ? lease * 0.5 : t1;
    const rebind = t2 < 0 ? lease * 0.875 : t2;
    return lease >= limits.shortLease && (t1 < 0 && t2 < 0 ? true : renew < rebind && rebind < lease);
  }

  /** The signature of an exchange that the reply `now` completes; `slow`: after a long time. */
  private signatureOf(exchange: number, character: Character, slow: boolean): number {
    const { now, table } = this;
    const { kinds } = table;
    const mask = character.mask ?? FIRST_OCTET;
    const { address } = now;
    const host = (address & ~mask) >>> 0;
    // The all-zeros and the all-ones host, and what looks like a broadcast address, are told apart from others.
    let special = (host === 0 ? 1 : 0) + (host === ~mask >>> 0 ? 2 : 0) + ((address & 255) === 255 ? 4 : 0);
    // So are exchanges in which the server takes its time.
    if (table.slowOffer[exchange] !== 0) special += 8;
    if (slow) special += 16;
    return this.known.idOf(
      kinds[MESSAGES * exchange]!,
      kinds[MESSAGES * exchange + 1]!,
      kinds[MESSAGES * exchange + 2]!,
      kinds[MESSAGES * exchange + 3]!,
      (address & mask) >>> 0,
      special,
      character.link,
      character.giaddr !== 0,
    );
  }
}
