import { between, type ArpSeen } from '../arp';
import { showsBroadcastsOnly } from './sight';
import type { Client, Exchange } from '../../conversations/model';
import type { Neighbour } from '../../conversations/packet';
import { push, type IcmpError, type World } from '../world';

/* What the capture shows of who is there and who answers whom: the evidence by which a silence is explained (`silence.ts`). */

/** Exchanges in order of time, each when it ended. */
class Timeline {
  private readonly exchanges: Exchange[] = [];
  private sorted = true;

  add(exchange: Exchange): void {
    this.exchanges.push(exchange);
    this.sorted = false;
  }

  /** The first exchange of another client that ended within a time. */
  first(client: Client, from: number, to: number): Exchange | undefined {
    for (let i = this.after(from); i < this.exchanges.length && this.exchanges[i]!.end <= to; i++)
      if (this.exchanges[i]!.client !== client) return this.exchanges[i];
    return undefined;
  }

  /** The last exchange of another client that ended before a point in time. */
  last(client: Client, before: number): Exchange | undefined {
    for (let i = this.after(before) - 1; i >= 0; i--)
      if (this.exchanges[i]!.client !== client) return this.exchanges[i];
    return undefined;
  }

  /** Index of the first that ended at or after a point in time. */
  private after(time: number): number {
    if (!this.sorted) this.exchanges.sort((a, b) => a.end - b.end);
    this.sorted = true;
    let low = 0;
    let high = this.exchanges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.exchanges[middle]!.end < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Answers that the capture shows on one link. */
export interface Place {
  readonly link: string;
  readonly clients: Set<Client>;
  /** By server: whom it answers. */
  readonly servers: Map<string, Set<Client>>;
  readonly answered: Timeline;
  /** Exchanges that nobody answered, of clients that were answered before. */
  readonly lost: Timeline;
}

/** What the capture says about who answers whom. */
export interface Scene {
  /** Servers that lease, and services that only name boot files. */
  readonly answering: readonly string[];
  readonly proxies: readonly string[];
  /** ICMP errors about datagrams to port 67. */
  readonly icmp: readonly IcmpError[];
  /** The same by the client whose message they quote; by '' where they do not say. */
  readonly icmpBy: ReadonlyMap<string, readonly IcmpError[]>;
  /** By link. */
  readonly places: ReadonlyMap<string, Place>;
  /** By the names of several links: how many clients are answered there. */
  readonly unions: Map<string, number>;
  /** Hosts that are heard beside the clients; undefined where the capture holds DHCP alone, and could not show any. */
  readonly neighbours: readonly Neighbour[] | undefined;
}

/** The scene of a capture, once every exchange has been surveyed. Ask for it by `world.once(sceneOf)`. */
export function sceneOf(world: World): Scene {
  const answering: string[] = [];
  const proxies: string[] = [];
  for (const notes of world.servers.values()) {
    if (notes.offers + notes.acks > 0) answering.push(notes.server);
    else if (notes.proxy > 0) proxies.push(notes.server);
  }
  const icmp = world.icmpErrors.filter((error) => error.quotedPort === 67);
  let heard: readonly Neighbour[] | undefined;
  return {
    answering,
    proxies,
    icmp,
    icmpBy: byClient(icmp),
    places: placesOf(world),
    unions: new Map(),
    get neighbours() {
      return showsOthers(world) ? (heard ??= neighboursOf(world)) : undefined;
    },
  };
}

function byClient(errors: readonly IcmpError[]): Map<string, IcmpError[]> {
  const by = new Map<string, IcmpError[]>();
  for (const error of errors) push(by, error.chaddr ?? '', error);
  return by;
}

function placesOf(world: World): Map<string, Place> {
  const places = new Map<string, Place>();
  const served = new Set<Client>();
  for (const exchange of world.exchanges) {
    const { client, leaseAnswers, outcome, server } = exchange;
    // Some answers are not seen here, and are proved by what the client does.
    const answered = (leaseAnswers > 0 && outcome !== 'refused') || ['bound', 'renewed', 'informed'].includes(outcome);
    const lost = outcome === 'unanswered' && served.has(client);
    if (!answered && !lost) continue;
    if (answered) served.add(client);
    for (const link of exchange.links) {
      let place = places.get(link);
      if (!place) places.set(link, (place = newPlace(link)));
      if (lost) {
        place.lost.add(exchange);
        continue;
      }
      place.clients.add(client);
      if (server !== undefined) {
        const served = place.servers.get(server);
        if (served) served.add(client);
        else place.servers.set(server, new Set([client]));
      }
      place.answered.add(exchange);
    }
  }
  return places;
}

const newPlace = (link: string): Place => ({
  link,
  clients: new Set(),
  servers: new Map(),
  answered: new Timeline(),
  lost: new Timeline(),
});

/** Whether the capture holds more than DHCP: a capture filter for DHCP alone hides everybody else. */
function showsOthers({ facts, protocols }: World): boolean {
  const ours = (protocols.get('dhcp') ?? 0) + (protocols.get('bootp') ?? 0);
  return facts.neighbours !== undefined && facts.frames > ours;
}

function neighboursOf(world: World): Neighbour[] {
  const clients = new Set([...world.clients].map((client) => client.mac));
  return world.facts.neighbours!().filter(({ mac }) => !clients.has(mac));
}

/** Seconds around the silence in which other frames bear on it. */
export const AROUND = 60;
/** Seconds within which a host that had no answer to its ARP asks again. */
const AGAIN = 5;

/**
 * Whether the host of a server is heard by ARP between two points in time (the frame), or asked for in vain after that. A port of a
 * switch sees the questions of all and the answers of none; but who has his answer does not ask again at once.
 */
export function hostBy(
  address: number,
  from: number,
  to: number,
  world: World,
  /** Whose questions count; everybody's where it is left out. */
  asker?: string,
): { up?: number; inVain: number[] } {
  const about = world.arpAbout(address);
  const claim = about.lastClaim(from, to);
  const inVain: number[] = [];
  let last: ArpSeen | undefined;
  const asked = asker === undefined ? about.questions : about.by(asker);
  for (const arp of between(asked, Math.max(from, claim?.time ?? -Infinity), to)) {
    if (arp.operation !== 1 || arp.targetIp !== address || arp.senderIp === 0 || arp.senderIp === address) continue;
    if (claim && arp.time === claim.time && arp.frame < claim.frame) continue;
    // Where several clients ask and no unicast is seen at all, its answer would have passed this point by.
    if (showsBroadcastsOnly(arp.link, world)) continue;
    const since = last?.senderMac === arp.senderMac ? arp.time - last.time : Infinity;
    // A copy is not asked again.
    if (since <= world.limits.copyWindow) continue;
    const again = last !== undefined && since < AGAIN;
    if (again && inVain.length === 0) inVain.push(last!.frame);
    if (again && inVain.length < 8) inVain.push(arp.frame);
    last = arp;
  }
  return claim ? { up: claim.frame, inVain } : { inVain };
}
