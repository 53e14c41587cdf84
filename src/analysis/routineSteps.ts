import { ClientIds } from './clientIds';
import { CROSSED } from './conversations';
import { emptyDigest, type Digests } from './digest';
import { ExchangeTable, MESSAGES, NONE } from './exchangeTable';
import { Step, type Character } from './kinds';
import { roomFor } from './macTable';
import type { Packets } from './packet';
import { CLOCK_WAS_SET, type Thresholds } from './settings';
import { Signatures } from './signatures';
import { isContiguous } from './subnet';

/* How a routine exchange goes on, message by message (`Routine`). */

/** Where a client stands. */
export const enum Phase {
  Idle = 0,
  Asked = 1,
  Offered = 2,
  Selected = 3,
  Again = 4,
  /** A request of unknown type was sent, or sent again at once after its reply. */
  Booting = 5,
  Repeated = 6,
  /** INFORM was sent. */
  Informing = 7,
}

/** By the step that begins an exchange: where its client stands then. */
const PHASES: { readonly [step in Step]?: Phase } = {
  [Step.Discover]: Phase.Asked,
  [Step.Again]: Phase.Again,
  [Step.Inform]: Phase.Informing,
  [Step.Release]: Phase.Idle,
  [Step.BootRequest]: Phase.Booting,
};

/** The network's part of an address without a mask is what its class says at most. */
const FIRST_OCTET = 0xff000000;

/** Puts the messages of routine clients together, one after another. */
export abstract class RoutineSteps {
  /** By kind. */
  protected readonly characters: (Character | undefined)[] = [undefined];
  /** The message that is being looked at. */
  protected readonly now = emptyDigest();
  readonly table: ExchangeTable;
  protected readonly known = new Signatures();

  /** By client. */
  protected unusual = new Uint8Array(64);
  protected phases = new Uint8Array(64);
  /** Its latest exchange + 1; 0 where it has none. */
  protected latest = new Uint32Array(64);
  protected readonly ids: ClientIds;

  /** `order` gives the indexes of the packets in order of time, where they are not in it already; so many clients are expected. */
  constructor(
    readonly packets: Packets,
    protected readonly digests: Digests,
    private readonly order: Uint32Array | undefined,
    private readonly limits: Thresholds,
    clients: number,
  ) {
    this.table = new ExchangeTable(clients);
    this.ids = new ClientIds(digests, (client) => (this.unusual[client] = 1));
    this.growTo(Math.ceil(clients));
  }

  /** Makes room for a client. */
  protected growTo(client: number): void {
    this.unusual = roomFor(this.unusual, client);
    this.phases = roomFor(this.phases, client);
    this.ids.growTo(client);
    this.latest = roomFor(this.latest, client);
  }

  /** Index of the packet at a place in the order of time. */
  index(at: number): number {
    return this.order ? this.order[at]! : at;
  }

  /** Goes on with a client's exchange, or begins one, with the message `now`. False where that is not as it should be. */
  protected goesOn(client: number, at: number, i: number, character: Character): boolean {
    const { now, phases, table } = this;
    const phase: Phase = phases[client]!;
    const { step } = character;
    const exchange = this.latest[client]! - 1;
    // What was cut behind an OFFER may have named the server.
    const selects = character.cut && phase === Phase.Offered && (step === Step.Unclear || step === Step.Again);
    if (step >= Step.Discover && !selects) return this.begins(client, at, i, character);
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
      case Step.Told:
      case Step.Ack: {
        if (step === Step.Told ? phase !== Phase.Informing : phase !== Phase.Selected && phase !== Phase.Again)
          return false;
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
        if (!this.isAnswer(exchange, phase === Phase.Selected ? 2 : 0, i, character)) return false;
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

  /** Begins an exchange of an idle client. */
  private begins(client: number, at: number, i: number, character: Character): boolean {
    const { now, phases, table } = this;
    const { step } = character;
    if (phases[client] !== Phase.Idle || !this.ids.isKnownAs(client, i, character)) return false;
    const exchange = this.latest[client]! - 1;
    if (exchange >= 0 && !this.isLater(exchange, character))
      return step === Step.BootRequest && this.repeats(client, exchange, at, i, character);
    const begun = table.begin(client, exchange < 0 ? NONE : exchange, at, now);
    this.latest[client] = begun + 1;
    phases[client] = PHASES[step]!;
    if (step === Step.Release) table.signature[begun] = this.signatureOf(begun, character, false);
    return true;
  }

  /** Whether the message `now` comes too late to be a copy of what came before, or to have crossed with the answer to it. */
  private isLater(exchange: number, character: Character): boolean {
    const { relayWindow, copyWindow } = this.limits;
    const { time } = this.now;
    if (character.step !== Step.BootRequest)
      return time - this.table.latest[exchange]! > Math.max(relayWindow, copyWindow, CROSSED);
    // What looks like a copy is one, but it has to look like the request before (`copyOf`).
    const before = this.characterAt(exchange, 0)!;
    const alike = character.side === before.side && character.link === before.link;
    const asked = this.timeAt(exchange, this.placeOf(exchange, 2) === NONE ? 0 : 2);
    return time - asked > (alike ? copyWindow : Math.max(relayWindow, copyWindow));
  }

  /** A request that was cut before its type, and agrees with the one before in all that can be seen: it is taken for a copy, once. */
  private repeats(client: number, exchange: number, at: number, i: number, character: Character): boolean {
    if (this.placeOf(exchange, 2) !== NONE || !this.isCopy(exchange, 0, i, character)) return false;
    this.phases[client] = Phase.Repeated;
    this.table.put(exchange, 2, at, this.now.kind);
    return true;
  }

  /** The reply to a request that was cut before its type, or its copy. */
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
  /** Seconds since the epoch of message `n` of an exchange. */
  timeAt(exchange: number, n: number): number {
    return this.digests.time(this.index(this.placeOf(exchange, n)));
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
