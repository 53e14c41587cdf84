import { ipv4ToText } from '../codec/bytes';
import type { Message4 } from '../codec/dhcpv4/message';
import { Crowd6 } from './crowd6';
import { endingsOf, NO_ENDINGS, type Endings } from './endings';
import { MESSAGES } from './exchangeTable';
import { Holders } from './holders';
import { Step, type Character } from './kinds';
import { OPTION, isBroadcast, type Client, type Exchange } from './model';
import type { Packets } from './packet';
import { inOrder } from './merge';
import { Routine } from './routine';
import { RoutineClient, RoutineExchange } from './routineExchange';
import type { ExchangeRule } from './rule';
import { Rush } from './rush';
import type { Thresholds } from './settings';
import { linkUnknown, noteMac, noteServer, type World } from './world';

/** So many exchanges of each subnet of a link are shown to the rules about subnets: nobody reads further. */
const SHOWN = 1000;

/**
 * The clients of which nothing is to be said: what the rules about several clients, about servers and about the capture need of
 * them, in sums, and single ones where a rule looks at single ones. Empty where packets cannot be known without being read.
 */
export class Crowd {
  private readonly routine: Routine | undefined;
  /** Those of DHCPv6. */
  readonly six: Crowd6;
  private readonly clients = new Map<number, RoutineClient>();
  /** Addresses that messages of other clients name. */
  private readonly mentioned = new Set<number>();
  /** Places, in the order of time, of the packets that have to be read. */
  readonly rest: ArrayLike<number> & Iterable<number>;

  constructor(
    private readonly packets: Packets,
    order: Uint32Array | undefined,
    private readonly limits: Thresholds,
  ) {
    const { digests } = packets;
    const routine = digests?.any ? new Routine(packets, digests, order, limits) : undefined;
    this.routine = routine;
    this.six = new Crowd6(packets, routine?.six, (place) => routine!.index(place), limits);
    this.rest = this.routine?.rest ?? new Uint32Array(packets.count).map((_, i) => i);
  }

  /** Number of exchanges, and of clients, in it. */
  get size(): number {
    return this.routine?.count ?? 0;
  }

  /** Takes notice of the addresses that a message of somebody else names. */
  mention(dhcp: Message4): void {
    if (!this.routine) return;
    for (const address of [dhcp.ciaddr, dhcp.yiaddr, dhcp.ip(OPTION.requested)])
      if (address) this.mentioned.add(address);
  }

  /** Tells the world what the crowd's messages show of links and relays. */
  join(world: World): void {
    const { routine } = this;
    if (!routine) return;
    for (const protocol of ['dhcp', 'bootp', 'dhcpv6'] as const) {
      const settled = routine.settled[protocol];
      if (settled > 0) world.protocols.set(protocol, (world.protocols.get(protocol) ?? 0) + settled);
    }
    for (const { fromClient, character } of this.characters()) {
      const { packet, giaddr } = character;
      if (!fromClient) world.linksWithReplies.add(character.link);
      else if (giaddr !== 0 && packet.ethSource !== undefined) world.routerMacs.add(packet.ethSource);
    }
  }

  /** What messages there are in the crowd: by signature, one after another. */
  *characters(): Generator<{ readonly fromClient: boolean; readonly character: Character }> {
    const { routine } = this;
    for (const { first } of routine?.signatures ?? []) {
      if (first >= routine!.count) continue;
      for (let n = 0; n < MESSAGES; n++) {
        const character = routine!.characterAt(first, n);
        if (character) yield { fromClient: n % 2 === 0, character };
      }
    }
  }

  /** Whether a client of it asks on this link. */
  asksOn(link: string): boolean {
    return this.routine?.signatures.some((one) => one.link === link && one.first < this.size) ?? false;
  }

  /** By link: hardware addresses of clients of which unicasts are seen, to them or from them; not more than `most`. */
  unicasts(most: number): Map<string, Set<string>> {
    const { routine } = this;
    const seen = new Map<string, Set<string>>();
    if (!routine) return seen;
    const unicast = routine.signatures.map(({ first }) =>
      [0, 1, 2, 3].some((n) => {
        const character = first < routine.count ? routine.characterAt(first, n) : undefined;
        return character !== undefined && !isBroadcast(character.packet);
      }),
    );
    for (let one = 0; one < routine.count; one++) {
      const { id, link } = routine.signatures[routine.table.signature[one]!]!;
      if (!unicast[id]) continue;
      let macs = seen.get(link);
      if (!macs) seen.set(link, (macs = new Set()));
      if (macs.size < most) macs.add(routine.macs.text(routine.table.client[one]!));
    }
    return seen;
  }

  /** The relays that servers answer, by giaddr. */
  *answeredRelays(): Generator<number> {
    for (const { character } of this.characters()) if (character.giaddr !== 0) yield character.giaddr;
  }

  private xids: Set<number> | undefined;
  usesXid(xid: number): boolean {
    const { routine } = this;
    if (!routine) return false;
    if (!this.xids) {
      this.xids = new Set();
      for (let one = 0; one < routine.count; one++) this.xids.add(routine.xid(one));
    }
    return this.xids.has(xid);
  }

  private clientOf(number: number): RoutineClient {
    let client = this.clients.get(number);
    if (!client) this.clients.set(number, (client = new RoutineClient(this.routine!, number)));
    return client;
  }

  private all: readonly Exchange[] | undefined;
  /** The exchanges of everybody, those of the crowd among the given ones. */
  withAll(singled: readonly Exchange[]): readonly Exchange[] {
    if (this.all) return this.all;
    const mine: Exchange[] = [];
    for (let one = 0; one < this.size; one++) mine.push(this.exchange(one));
    return (this.all = [...inOrder(singled, mine, (exchange) => exchange.rank)]);
  }

  /** As `withAll`, one after another: none is kept. */
  eachExchange(singled: readonly Exchange[]): Iterable<Exchange> {
    return inOrder(singled, this.passing(), (exchange) => exchange.rank);
  }
  private *passing(): Generator<Exchange> {
    const routine = this.routine!;
    for (let one = 0; one < this.size; one++) {
      // What it came before and after nobody asks here.
      yield new RoutineExchange(routine, one, new RoutineClient(routine, routine.table.client[one]!), 0);
    }
  }

  /** The clients of everybody, in the order in which they were met, one after another: none is kept. */
  eachClient(singled: Iterable<Client>): Iterable<Client> {
    return inOrder(singled, this.passingClients(), (client) => client.exchanges[0]!.rank);
  }
  private *passingClients(): Generator<Client> {
    const routine = this.routine!;
    for (let one = 0; one < this.size; one++)
      if (routine.before(one) < 0) yield new RoutineClient(routine, routine.table.client[one]!);
  }

  private exchange(number: number): Exchange {
    const routine = this.routine!;
    const { exchanges } = this.clientOf(routine.table.client[number]!);
    let low = 0;
    let high = exchanges.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (exchanges[middle]!.number < number) low = middle + 1;
      else high = middle;
    }
    return exchanges[low]!;
  }

  /** The given exchanges, and those of the crowd that rules about several exchanges may have something to say of. */
  withNotable(world: World): readonly Exchange[] {
    const { routine } = this;
    if (!routine || routine.count === 0) return world.singled;
    const notable = this.notableClients(routine, world);
    const mine: Exchange[] = [];
    for (let one = 0; one < routine.count; one++)
      if (notable[routine.table.client[one]!] !== 0) mine.push(this.exchange(one));
    return [...inOrder(world.singled, mine, (exchange) => exchange.rank)];
  }

  /** By client: not 0 where a rule may have something to say of its leases, or needs to name them. */
  private notableClients(routine: Routine, world: World): Uint8Array {
    const notable = new Uint8Array(routine.macs.count);
    const holders = new Holders(routine.table.address.subarray(0, routine.count));
    const subnets = new Map<string, { shown: number }>();
    const subnetOf = routine.signatures.map(({ link, network }) => {
      const key = `${link} ${network}`;
      let subnet = subnets.get(key);
      if (!subnet) subnets.set(key, (subnet = { shown: 0 }));
      return subnet;
    });
    const fresh = new Uint32Array(routine.macs.count);
    const arpMacs = arpSenders(world);
    const mentioned = this.mentioned.size > 0;
    const asked = world.arpSeen.size > 0 || world.echoes.size > 0;
    const rush = new Rush(world.singled, this.limits);
    const { leaseLoop } = this.limits;
    const { signatures, count } = routine;
    const { client: clients, address: addresses, signature: ids } = routine.table;
    const begins = Uint8Array.from(signatures, ({ first }) => (first < count ? routine.beginning(first) : Step.None));
    for (let one = 0; one < count; one++) {
      const client = clients[one]!;
      const address = addresses[one]!;
      const id = ids[one]!;
      // Two clients with one address.
      const holder = holders.holderOf(address, client);
      if (holder !== client) notable[holder] = notable[client] = 1;
      if (mentioned && this.mentioned.has(address)) notable[client] = 1;
      // What ARP says of its address, or what it says itself by ARP.
      if ((asked && world.isAskedFor(address)) || arpMacs?.has(routine.macs.text(client))) notable[client] = 1;
      if (signatures[id]!.first === one) notable[client] = 1;
      const subnet = subnetOf[id]!;
      if (subnet.shown < SHOWN) {
        subnet.shown++;
        notable[client] = 1;
      }
      const step: Step = begins[id]!;
      if (step === Step.Discover) {
        if (rush.has(routine.startOf(one))) notable[client] = 1;
        // Again and again from the beginning (`lease-loop`).
        if (++fresh[client]! >= leaseLoop) notable[client] = 1;
      } else if (step === Step.Again && routine.before(one) >= 0 && isEarly(routine, one)) notable[client] = 1;
    }
    return notable;
  }

  /**
   * What the crowd's replies tell of servers and routers, in sums. A frame that stands for many is that of the first exchange of
   * its kind.
   */
  noteServers(world: World): void {
    const { routine } = this;
    if (!routine) return;
    for (const { first, count } of routine.signatures) {
      if (first >= routine.count) continue;
      for (const n of [1, 3]) {
        const character = routine.characterAt(first, n);
        if (!character) continue;
        const { packet, giaddr } = character;
        const boot = routine.isBoot(first);
        const rank = routine.placeOf(first, 0);
        // A copy of a reply counts for whoever sent that.
        const server = (boot ? routine.characterAt(first, 3)! : character).server!;
        const notes = noteServer(world, server, rank);
        if (boot && n === 1) {
          notes.frames += count;
          continue;
        }
        if (giaddr === 0 && !routine.isRouted(first)) {
          // Where the link is not known, only replies to one request are of one link for certain (`survey`).
          const offer = routine.characterAt(first, 1);
          const twoMacs = n === 3 && offer?.server === server && offer?.packet.ethSource !== packet.ethSource;
          if (!linkUnknown(packet)) noteMac(notes, packet, routine.frameAt(first, n), rank);
          else if (twoMacs) {
            noteMac(notes, offer.packet, routine.frameAt(first, 1), rank);
            noteMac(notes, packet, routine.frameAt(first, 3), rank);
          }
        }
        notes.frames += count;
        if (boot) notes.others += count;
        else if (n === 1) notes.offers += count;
        else notes.acks += count;
        world.noteRouters(character.routers);
        const toRelay =
          giaddr !== 0 && packet.destination === ipv4ToText(giaddr) && packet.ethDestination !== undefined;
        if (toRelay) world.routerMacs.add(packet.ethDestination);
      }
    }
  }

  /** Frame numbers of its messages that were cut, in the order of time. */
  cutFrames(): number[] {
    const frames: number[] = [];
    const { routine, rest } = this;
    const { digests } = this.packets;
    if (!routine || !digests || !(routine.cut || routine.six.cut)) return frames;
    for (let at = 0, next = 0; at < this.packets.count; at++) {
      if (rest[next] === at) next++;
      else {
        const index = routine.index(at);
        if (digests.isCut(index)) frames.push(digests.frame(index));
      }
    }
    return frames;
  }

  /** What its clients came to, for the verdict: how many they are, who served them and since when, and the longest wait. */
  get endings(): CrowdEndings {
    return (this.endingsKnown ??= this.readEndings());
  }
  private endingsKnown: CrowdEndings | undefined;
  private readEndings(): CrowdEndings {
    const { routine } = this;
    if (!routine) return { ...NO_ENDINGS, slowest: undefined };
    const { table, signatures } = routine;
    const servers = signatures.map(({ first, count }) =>
      count > 0 && (routine.leases(first) || routine.isBoot(first)) ? routine.characterAt(first, 3)!.server : undefined,
    );
    let slowest: number | undefined;
    for (let one = 0; one < table.count; one++) {
      if (servers[table.signature[one]!] === undefined) continue;
      const waited = table.latest[one]! - table.started[one]!;
      if (slowest === undefined || waited > slowest) slowest = waited;
    }
    return { ...endingsOf(table, signatures, servers), slowest };
  }

  /** The only client of the crowd, or one of many. */
  get anyClient(): Client | undefined {
    return this.size > 0 ? this.clientOf(this.routine!.table.client[0]!) : undefined;
  }

  /**
   * The given exchanges, in order, with those of the crowd that a rule speaks of, each with the rules to ask. What a rule is silent
   * about in the first exchange of its signature, it is silent about in all.
   */
  *speaking(
    singled: readonly Exchange[],
    rules: readonly ExchangeRule[],
    world: World,
  ): Generator<readonly [Exchange, readonly ExchangeRule[]]> {
    const { routine } = this;
    const speak = (routine?.signatures ?? []).map(({ first }) => {
      if (first >= routine!.count) return [];
      const exchange = this.exchange(first);
      const loud = rules.filter((rule) => {
        try {
          for (const draft of rule(exchange, world)) return draft !== undefined;
          return false;
        } catch {
          // It fails again when it is asked, and is counted there.
          return true;
        }
      });
      exchange.forget();
      return loud;
    });
    const mine: Exchange[] = [];
    if (speak.some((loud) => loud.length > 0)) {
      for (let one = 0; one < routine!.count; one++)
        if (speak[routine!.table.signature[one]!]!.length > 0) mine.push(this.exchange(one));
    }
    for (const exchange of inOrder(singled, mine, (one) => one.rank)) {
      const loud = exchange instanceof RoutineExchange ? speak[routine!.table.signature[exchange.number]!]! : rules;
      yield [exchange, loud];
    }
  }
}

interface CrowdEndings extends Endings {
  /** The longest wait for an address in seconds; undefined where nobody got one. */
  readonly slowest: number | undefined;
}

/** Whether a renewal comes before half of T1 has gone (`early-renewal`). */
function isEarly(routine: Routine, exchange: number): boolean {
  const before = routine.before(exchange);
  // What is not known is looked at.
  if (!routine.leases(before)) return true;
  const { lease, t1 } = routine.leaseOf(before);
  if (lease < 0) return true;
  const due = t1 >= 0 && t1 < lease ? t1 : lease / 2;
  return routine.startOf(exchange) - routine.endOf(before) < due / 2;
}

/** Hardware addresses that ARP messages come from, or that ask by RARP; undefined where there are neither. */
function arpSenders(world: World): ReadonlySet<string> | undefined {
  if (world.arpSeen.size === 0 && world.rarp.length === 0) return undefined;
  const macs = new Set<string>();
  for (const { index } of world.rarp) macs.add(world.packets.get(index).arp?.targetMac ?? '');
  for (const seen of world.arpSeen.values()) for (const one of seen) macs.add(one.senderMac);
  return macs;
}
