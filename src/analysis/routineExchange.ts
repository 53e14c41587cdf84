import { messageOf } from './conversations';
import { ipv4ToText } from '../codec/bytes';
import type { Outcome } from './finding';
import { Step, type Character } from './kinds';
import {
  ACK,
  BOOTP,
  DISCOVER,
  Exchange,
  INFORM,
  RELEASE,
  OFFER,
  OPTION,
  REQUEST,
  type Client,
  type Message,
} from './model';
import type { Routine } from './routine';
import type { Turn } from './slow';
import { linkUnknown, reachesClient, type FirstDiscover, type Lease } from './world';

/** A client all of whose exchanges are routine. */
export class RoutineClient implements Client {
  readonly pxe = false;
  private made: RoutineExchange[] | undefined;

  constructor(
    private readonly routine: Routine,
    private readonly number: number,
  ) {}

  get exchanges(): RoutineExchange[] {
    return (this.made ??= this.routine
      .exchangesOf(this.number)
      .map((number, position) => new RoutineExchange(this.routine, number, this, position)));
  }
  private macText: string | undefined;
  get mac(): string {
    return (this.macText ??= this.routine.macs.text(this.number));
  }
  get label(): string {
    return this.mac;
  }
  /** Not the key by which other clients are found: nobody is looked for by it. */
  get key(): string {
    return `routine ${this.mac}`;
  }
  get answers(): number {
    return this.exchanges.reduce((sum, exchange) => sum + exchange.replies, 0);
  }
  get askedOn(): Map<string, number> {
    const asked = new Map<string, number>();
    for (const { link, position } of this.exchanges) if (!asked.has(link)) asked.set(link, position);
    return asked;
  }
  get hostname(): string | undefined {
    return this.last((exchange, n) => this.routine.hostOf(exchange, n));
  }
  get vendorClass(): string | undefined {
    return this.last((exchange, n) => this.routine.characterAt(exchange, n)?.vendorClass);
  }

  /** What the last of the client's messages says that says it. */
  private last(of: (exchange: number, n: number) => string | undefined): string | undefined {
    const numbers = this.routine.exchangesOf(this.number);
    for (let i = numbers.length - 1; i >= 0; i--) {
      for (const n of [2, 0]) {
        const text = of(numbers[i]!, n);
        if (text !== undefined && text !== '') return text;
      }
    }
    return undefined;
  }
}

/** Which messages answer which: DISCOVER and OFFER, selecting REQUEST and ACK; or what began the exchange, and ACK. */
const TURNS = [
  [0, 1],
  [2, 3],
] as const;
const LAST_TURN = [[0, 3]] as const;

/** What exchanges come to, and hold, that are not about a lease. */
const OUTCOMES: { readonly [step in Step]?: Outcome } = {
  [Step.Release]: 'released',
  [Step.Inform]: 'informed',
};
const TYPES: { readonly [step in Step]?: number } = { [Step.Release]: RELEASE, [Step.Inform]: INFORM };

/** The server that a RELEASE is for. */
const named = ({ serverId }: Character): string | undefined =>
  serverId === undefined ? undefined : ipv4ToText(serverId);

/** An exchange that went as it should. Its messages are read when somebody asks for them. What the survey finds out of others is known of it. */
export class RoutineExchange extends Exchange {
  constructor(
    private readonly routine: Routine,
    /** Number among the routine exchanges. */
    readonly number: number,
    client: Client,
    position: number,
  ) {
    super(client, routine.xid(number), position, routine.placeOf(number, 0));
    const first = routine.characterAt(number, 0)!;
    const boot = routine.isBoot(number);
    // Of an exchange that was cut there stands a copy of the reply.
    const offer = boot ? undefined : routine.characterAt(number, 1);
    const ack = routine.characterAt(number, 3);
    this.outcome = OUTCOMES[first.step] ?? (first.renews ? 'renewed' : 'bound');
    this.address = routine.addressOf(number);
    this.server = ack ? ack.server : named(first);
    this.leaseAnswers = this.replies = offer ? 2 : ack ? 1 : 0;
    this.selecting = offer !== undefined;
    this.relayed = first.giaddr !== 0;
    this.routed = routine.isRouted(number);
    if (boot) {
      this.note(BOOTP);
      return;
    }
    this.vendorClass = first.vendorClass ?? routine.characterAt(number, 2)?.vendorClass;
    if (offer) {
      this.note(DISCOVER);
      this.note(OFFER);
    }
    this.note(TYPES[first.step] ?? REQUEST);
    if (ack) this.note(ACK);
  }

  override get messages(): readonly Message[] {
    if (this.held.length === 0) this.held = this.read();
    return this.held;
  }
  private read(): Message[] {
    const { routine, number } = this;
    const { packets } = routine;
    const all = routine.indexesOf(number).map((index) => messageOf(packets, index, packets.get(index)));
    if (!routine.isBoot(number) || all.length < 4) return all;
    const [request, replyCopy, requestCopy, reply] = all;
    request!.see(requestCopy!.sightings[0]!);
    reply!.see(replyCopy!.sightings[0]!);
    return [request!, reply!];
  }
  get link(): string {
    return this.routine.characterAt(this.number, 0)!.link;
  }
  /** Its DISCOVER, for rules about many (`starvation`); undefined where it has none, or a relay handed it on. */
  get discover(): FirstDiscover | undefined {
    const { routine, number, client } = this;
    if (!routine.isFresh(number) || this.relayed) return undefined;
    const { kind, packet } = routine.characterAt(number, 0)!;
    return {
      client,
      chaddr: client.mac,
      time: this.start,
      frame: routine.frameAt(number, 0),
      source: kind.fromChaddr ? client.mac : packet.ethSource,
    };
  }
  /** What its ACK gives; undefined where it gives nothing, or was cut, so that nobody knows whether it is one. */
  get lease(): Lease | undefined {
    const { routine, number, client, address } = this;
    if (!routine.leases(number)) return undefined;
    const { kind, packet, serverId, mask, link } = routine.characterAt(number, 3)!;
    const { lease, t1 } = routine.leaseOf(number);
    // What is no hole is the same in all messages of the kind.
    const seconds = lease >= 0 ? lease : packet.dhcp!.u32(OPTION.lease);
    return {
      client,
      exchange: this,
      address: address!,
      frame: routine.frameAt(number, 3),
      time: this.end,
      seconds: seconds === 0xffffffff ? Infinity : seconds,
      t1: t1 >= 0 ? t1 : packet.dhcp!.u32(OPTION.t1),
      server: serverId,
      mask,
      link,
      vendorClass: this.vendorClass,
      mac: client.mac,
      cooked: linkUnknown(packet),
      onLink: reachesClient(packet, kind.toChaddr),
      relayed: this.relayed || this.routed,
      fresh: routine.isFresh(number),
    };
  }
  /** Its requests with their replies, for rules about time: none is read before somebody asks. */
  *turns(): Generator<Turn> {
    const { routine, number } = this;
    const told = (n: number): Turn['asked'] => ({
      time: routine.timeAt(number, n),
      frames: [routine.frameAt(number, n)],
      read: () => this.messages.find((message) => message.frame === routine.frameAt(number, n))!,
    });
    if (!routine.leases(number)) return;
    const fresh = routine.isFresh(number);
    for (const [asked, reply] of fresh ? TURNS : LAST_TURN) {
      const subject = routine.characterAt(number, reply)!.server!;
      yield { asked: told(asked), reply: { ...told(reply), yiaddr: this.address!, subject } };
    }
  }
  override get start(): number {
    return this.routine.startOf(this.number);
  }
  override get end(): number {
    return this.routine.endOf(this.number);
  }
  override get waited(): number {
    return this.end - this.start;
  }
  override get frames(): number[] {
    return this.routine.framesOf(this.number);
  }
  override forget(): void {
    this.held = [];
  }
}
