import { u16, u32 } from '../codec/bytes';
import { OFFSET } from '../codec/dhcpv4/layout';
import { characterOf, Step, type Character } from './kinds';
import { messageOf } from './conversations';
import { emptyDigest, idEnd, IdForm, type Digests } from './digest';
import { MESSAGES, NONE } from './exchangeTable';
import { MacTable } from './macTable';
import { OPTION } from './model';
import type { Packet, Packets } from './packet';
import { Routine6 } from './routine6';
import { Phase, RoutineSteps } from './routineSteps';
import type { Thresholds } from './settings';
import type { Signature } from './signatures';

/*
 * Exchanges that go as they should: DISCOVER, OFFER, REQUEST, ACK, each once, about one address; or a REQUEST of a client
 * that had its address before, and its ACK. On a busy network nearly all do. They are put together here from what is known of their
 * messages without reading them, in columns; what the rules say of one of them they say of all that are alike (`signature`).
 *
 * A client of which anything else was seen is not routine in anything: its messages are read one by one, as is everything that is
 * no message of this form. Nothing is guessed here: whatever is in doubt is not routine.
 */

/** The routine exchanges of a capture. Messages are known by their place in the order of time. */
export class Routine extends RoutineSteps {
  readonly macs: MacTable;

  /** Exchanges of DHCPv6. */
  readonly six: Routine6;
  /** Messages that are to be read one by one, ascending. */
  readonly rest: Uint32Array;
  /** Number of messages that are not, by protocol. */
  readonly settled: { readonly dhcp: number; readonly bootp: number; readonly dhcpv6: number };

  /**
   * Looks through all packets once. `order` gives their indexes in order of time, where they are not in it already.
   */
  constructor(packets: Packets, digests: Digests, order: Uint32Array | undefined, limits: Thresholds) {
    // A client mostly has four messages.
    const clients = packets.count / 4;
    super(packets, digests, order, limits, clients);
    this.macs = new MacTable(clients);
    this.six = new Routine6(packets);
    for (let at = 0; at < packets.count; at++) this.take(at);
    // Who is in the middle of an exchange is not routine.
    for (let client = 0; client < this.macs.count; client++)
      if (this.phases[client] !== Phase.Idle) this.unusual[client] = 1;
    this.six.finish();
    if (this.unusual.includes(1)) this.table.drop(this.unusual, this.latest);
    this.table.sum(this.macs.count, this.known.all);
    this.rest = this.restOf();
    this.settled = this.settledOf();
  }

  /** Places of the packets that no routine exchange holds. */
  private restOf(): Uint32Array {
    const { table, six, packets } = this;
    const { count } = packets;
    const held = table.messageCount + six.table.messageCount;
    if (held === count) return new Uint32Array(0);
    const marks = new Uint8Array(count);
    table.mark(marks);
    six.table.mark(marks);
    const rest = new Uint32Array(count - held);
    for (let at = 0, next = 0; at < count; at++) if (marks[at] === 0) rest[next++] = at;
    return rest;
  }

  private settledOf(): Routine['settled'] {
    const { table, six, cut } = this;
    let bootp = 0;
    for (let one = 0; cut && one < table.count; one++) if (this.isBoot(one)) bootp += this.indexesOf(one).length;
    return { dhcp: table.messageCount - bootp, bootp, dhcpv6: six.table.messageCount };
  }

  /** Number of exchanges. */
  get count(): number {
    return this.table.count;
  }
  get signatures(): readonly Signature[] {
    return this.known.all;
  }

  /** Puts the packet where it belongs. */
  private take(at: number): void {
    const i = this.index(at);
    const { now } = this;
    this.digests.read(i, now);
    const { kind } = now;
    if (kind === 0) return this.other(this.packets.get(i));
    if (now.six) return this.six.take(at, i, now);
    const character = (this.characters[kind] ??= this.characterOf(i, kind));
    if (character.step === Step.None) return this.other(this.packets.get(i));
    const client = this.clientOf(now.macHigh, now.macLow);
    if (this.unusual[client] !== 0 || !this.goesOn(client, at, i, character)) {
      this.unusual[client] = 1;
      // Whoever goes by its identifier is not routine either.
      if (character.kind.id === IdForm.Own) this.ids.spoil(this.digests.idEnd(i));
    }
  }

  private characterOf(i: number, kind: number): Character {
    return characterOf(messageOf(this.packets, i, this.packets.get(i)), kind, this.digests);
  }

  /** Whether there is a kind of messages that were cut. */
  get cut(): boolean {
    return this.characters.some((one) => one?.cut);
  }

  private clientOf(high: number, low: number): number {
    const client = this.macs.numberOf(high, low);
    if (client >= this.unusual.length) this.growTo(client);
    return client;
  }

  /** A packet that is no routine message: neither is its client, nor whoever goes by the same client identifier. */
  private other(packet: Packet): void {
    const { dhcp, dhcpv6 } = packet;
    if (dhcpv6) this.six.other(dhcpv6);
    if (!dhcp) return;
    if (dhcp.hlen === 6) this.mark(dhcp.bytes, dhcp.at + OFFSET.chaddr);
    const id = dhcp.option(OPTION.clientId)?.octets();
    if (!id || id.length < 2) return;
    if (id.length === 7 && id[0] === 1) this.mark(id, 1);
    this.ids.spoil(idEnd(id));
  }

  private mark(bytes: Uint8Array, at: number): void {
    if (at + 6 > bytes.length) return;
    this.unusual[this.clientOf(u16(bytes, at), u32(bytes, at + 2))] = 1;
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
  /** Whether one of its messages says that the client has an address (ciaddr). */
  isRouted(exchange: number): boolean {
    for (let n = 0; n < MESSAGES; n++) if (this.characterAt(exchange, n)?.routed) return true;
    return false;
  }
  /** With what an exchange begins. */
  beginning(exchange: number): Step {
    return this.characterAt(exchange, 0)!.step;
  }
  /** Whether it begins with DISCOVER; with a request that was cut before its type. */
  isFresh(exchange: number): boolean {
    return this.beginning(exchange) === Step.Discover;
  }
  isBoot(exchange: number): boolean {
    return this.beginning(exchange) === Step.BootRequest;
  }
  /** Whether its ACK gives a lease. */
  leases(exchange: number): boolean {
    const step = this.beginning(exchange);
    return step === Step.Discover || step === Step.Again;
  }
  /** Lease time and T1 in seconds, as far as they differ from one ACK of its kind to another; else -1. */
  leaseOf(exchange: number): { readonly lease: number; readonly t1: number } {
    const ack = emptyDigest();
    this.digests.read(this.index(this.placeOf(exchange, 3)), ack);
    return { lease: ack.lease, t1: ack.t1 };
  }
  /** The client's exchange before this one; -1 for its first. */
  before(exchange: number): number {
    return this.table.before(exchange);
  }
  /** The client's exchanges, the first one first. */
  exchangesOf(client: number): number[] {
    return this.table.upTo(this.latest[client]! - 1);
  }
}
