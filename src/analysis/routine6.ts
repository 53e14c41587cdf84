import { LONGEST_DUID, OPTION_CLIENTID, type Message6 } from '../codec/dhcpv6/message';
import type { Digest } from './digest';
import { ExchangeTable6, MESSAGES, NONE } from './exchangeTable';
import { characterOf6, Step6, type Character6 } from './kinds6';
import { roomFor } from './macTable';
import { OctetTable } from './octetTable';
import type { Packets } from './packet';
import { Signatures, type Signature } from './signatures';

/*
 * Exchanges of DHCPv6 that go as they should: SOLICIT, ADVERTISE, REQUEST, REPLY, each once and with one server; SOLICIT and REPLY; or
 * another question and its REPLY. As those of DHCPv4 (`Routine`) they are put together without reading their messages, and a client
 * of which anything else was seen is not routine in anything. A client is who has its DUID.
 */

/** Where a client stands. */
const enum Phase {
  Idle = 0,
  Solicited = 1,
  Advertised = 2,
  Requested = 3,
  /** A question that is answered at once. */
  Again = 4,
}

/** A client with more exchanges is read message by message: each xid is compared with all that it used before. */
const MOST_EXCHANGES = 100;

/** The routine exchanges by DHCPv6. Messages are known by their place in the order of time. */
export class Routine6 {
  readonly table: ExchangeTable6;
  private readonly names: OctetTable;
  /** By kind. */
  private readonly characters: (Character6 | undefined)[] = [undefined];
  private readonly known = new Signatures();

  /** By client. Not 0 where it is not routine. */
  private unusual = new Uint8Array(64);
  private phases = new Uint8Array(64);
  /** Its latest exchange + 1; 0 where it has none. */
  private latest = new Uint32Array(64);
  private numbers = new Uint8Array(64);

  constructor(private readonly packets: Packets) {
    this.table = new ExchangeTable6(0);
    this.names = new OctetTable();
  }

  /** Puts a packet where it belongs, whose digest is `now`. */
  take(at: number, i: number, now: Digest): void {
    const { kind } = now;
    const character = (this.characters[kind] ??= this.characterOf(i));
    const client = this.clientOf(now.octets, now.idAt, now.idLength);
    if (character.step === Step6.None) this.unusual[client] = 1;
    else if (this.unusual[client] === 0 && !this.goesOn(client, at, now, character)) this.unusual[client] = 1;
  }

  private characterOf(i: number): Character6 {
    const packet = this.packets.get(i);
    return characterOf6(packet, packet.dhcpv6!);
  }

  /** Whether there is a kind of messages that were cut. */
  get cut(): boolean {
    return this.characters.some((one) => one?.cut);
  }

  /** A message that is read: its client is not routine. */
  other(message: Message6): void {
    const id = message.innermost().option(OPTION_CLIENTID)?.octets();
    if (id && id.length > 0 && id.length <= LONGEST_DUID) this.unusual[this.clientOf(id, 0, id.length)] = 1;
  }

  private clientOf(octets: Uint8Array, at: number, length: number): number {
    const client = this.names.numberOf(octets, at, length);
    if (client >= this.unusual.length) {
      this.unusual = roomFor(this.unusual, client);
      this.phases = roomFor(this.phases, client);
      this.latest = roomFor(this.latest, client);
      this.numbers = roomFor(this.numbers, client);
    }
    return client;
  }

  /** Goes on with a client's exchange, or begins one, with the message `now`. False where that is not as it should be. */
  private goesOn(client: number, at: number, now: Digest, character: Character6): boolean {
    const { phases, table } = this;
    const phase: Phase = phases[client]!;
    const { step } = character;
    const exchange = this.latest[client]! - 1;
    if (exchange >= 0 && !isAlike(character, this.characterAt(exchange, 0)!)) return false;
    switch (step) {
      case Step6.Solicit:
      case Step6.Again:
      case Step6.Inform:
        if (phase !== Phase.Idle || this.used(client, now.xid)) return false;
        if (this.numbers[client]!++ >= MOST_EXCHANGES) return false;
        phases[client] = step === Step6.Solicit ? Phase.Solicited : Phase.Again;
        this.latest[client] = table.begin(client, exchange < 0 ? NONE : exchange, at, now) + 1;
        return true;
      case Step6.Advertise:
        if (phase !== Phase.Solicited || now.xid !== table.xid[exchange]) return false;
        phases[client] = Phase.Advertised;
        table.put(exchange, 1, at, now.kind);
        return true;
      case Step6.Request:
        // It has an xid of its own; some clients keep the SOLICIT's.
        if (phase !== Phase.Advertised || (now.xid !== table.xid[exchange] && this.used(client, now.xid))) return false;
        phases[client] = Phase.Requested;
        table.put(exchange, 2, at, now.kind);
        table.asked[exchange] = now.xid;
        return true;
      case Step6.Reply:
        if (phase === Phase.Idle || phase === Phase.Advertised || now.xid !== table.asked[exchange]) return false;
        if (phase === Phase.Requested && this.characterAt(exchange, 1)!.server !== character.server) return false;
        phases[client] = Phase.Idle;
        table.put(exchange, 3, at, now.kind);
        table.signature[exchange] = this.signatureOf(exchange, character);
        return true;
      default:
        return false;
    }
  }

  /** Whether a client used an xid before: such a message may belong to an exchange long past. */
  private used(client: number, xid: number): boolean {
    const { table } = this;
    for (let one = this.latest[client]! - 1; one >= 0; one = table.before(one))
      if (table.xid[one] === xid || table.asked[one] === xid) return true;
    return false;
  }

  private signatureOf(exchange: number, { link, relayed }: Character6): number {
    const { kinds } = this.table;
    const at = MESSAGES * exchange;
    return this.known.idOf(kinds[at]!, kinds[at + 1]!, kinds[at + 2]!, kinds[at + 3]!, 0, 0, link, relayed);
  }

  /** All packets have been taken. */
  finish(): void {
    const { unusual, table } = this;
    // Who is in the middle of an exchange is not routine.
    for (let client = 0; client < this.names.count; client++)
      if (this.phases[client] !== Phase.Idle) unusual[client] = 1;
    if (unusual.includes(1)) table.drop(unusual, this.latest);
    table.sum(this.names.count, this.known.all);
  }

  get signatures(): readonly Signature[] {
    return this.known.all;
  }
  /** What message `n` of an exchange is like; undefined where it has none. */
  characterAt(exchange: number, n: number): Character6 | undefined {
    return this.characters[this.table.kinds[MESSAGES * exchange + n]!];
  }
  /** Places of the messages of an exchange in the order of time. */
  placesOf(exchange: number): number[] {
    return Array.from(this.table.messages.subarray(MESSAGES * exchange, MESSAGES * (exchange + 1))).filter(
      (place) => place !== NONE,
    );
  }
  /** Place of its first message. */
  rankOf(exchange: number): number {
    return this.table.messages[MESSAGES * exchange]!;
  }
  /** The client's exchanges, the first one first. */
  exchangesOf(client: number): number[] {
    return this.table.upTo(this.latest[client]! - 1);
  }
}

/** Whether both are seen on one link, by way of a relay or without, and by the same one. */
const isAlike = (one: Character6, other: Character6): boolean =>
  one.link === other.link && one.relayed === other.relayed && one.relay === other.relay;
