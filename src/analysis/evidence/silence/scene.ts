import { lowerBound } from '../../../codec/search';
import { icmpSign, type Sign } from '../alive';
import { between, type ArpSeen } from '../arp';
import { rivalsOf } from '../rivals';
import { ipv4ToText } from '../../../codec/bytes';
import { showsBroadcastsOnly } from './sight';
import { hiddenReply } from '../survey';
import type { Client, Exchange } from '../../conversations/model';
import type { Neighbour } from '../../conversations/packet';
import type { World } from '../world';
import { push } from '../../../codec/append';
import type { IcmpError } from '../neighbours';

/** What the capture shows of the hosts and of who answers whom: the evidence that explains a silence (`rules/silence`). */

/** Exchanges sorted by the time at which they ended. */
class Timeline {
  private readonly exchanges: Exchange[] = [];
  private sorted = true;

  add(exchange: Exchange): void {
    this.exchanges.push(exchange);
    this.sorted = false;
  }

  /** The first exchange of another client that ended within a period. */
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

  /** Index of the first exchange that ended at or after a point in time. */
  private after(time: number): number {
    if (!this.sorted) this.exchanges.sort((a, b) => a.end - b.end);
    this.sorted = true;
    return lowerBound(this.exchanges.length, (i) => this.exchanges[i]!.end < time);
  }
}

/** The answers seen on one link. */
export interface Place {
  readonly link: string;
  readonly clients: Set<Client>;
  /** The clients that each server answers. */
  readonly servers: Map<string, Set<Client>>;
  readonly answered: Timeline;
  /** Unanswered exchanges of clients that were answered before. */
  readonly lost: Timeline;
}

/** What the capture says about who answers whom. */
export interface Scene {
  /** Servers that lease addresses, and services that only name boot files. */
  readonly answering: readonly string[];
  readonly proxies: readonly string[];
  /** ICMP errors about datagrams to port 67. */
  readonly icmp: readonly IcmpError[];
  /** The same errors by the client whose message they quote; under '' if they do not say. */
  readonly icmpBy: ReadonlyMap<string, readonly IcmpError[]>;
  /** By link. */
  readonly places: ReadonlyMap<string, Place>;
  /** How many clients are answered on a set of links, by the names of the links. */
  readonly unions: Map<string, number>;
  /** Hosts that are heard besides the clients; undefined if the capture holds only DHCP and could not show any. */
  readonly neighbours: readonly Neighbour[] | undefined;
}

/** The scene of a capture, to be asked for with `world.once(sceneOf)` after every exchange has been surveyed. */
export function sceneOf(world: World): Scene {
  const answering: string[] = [];
  const proxies: string[] = [];
  for (const notes of world.survey.servers.values()) {
    if (notes.offers + notes.acks > 0) answering.push(notes.server);
    else if (notes.proxy > 0) proxies.push(notes.server);
  }
  const icmp = world.neighbours.icmpErrors.filter((error) => error.quotedPort === 67);
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
    // Some answers are not seen here but are proved by what the client does next. A REQUEST that selects a server proves an OFFER; a client
    // that asks for an old lease and is silent afterwards proves nothing.
    const silent = leaseAnswers === 0 && !exchange.selecting && hiddenReply(exchange, world)?.proof === 'silence';
    const answered =
      !silent && ((leaseAnswers > 0 && outcome !== 'refused') || ['bound', 'renewed', 'informed'].includes(outcome));
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

/** Whether the capture holds more than DHCP; a capture filter for DHCP hides all other hosts. */
function showsOthers({ facts, observed: { protocols } }: World): boolean {
  const ours = (protocols.get('dhcp') ?? 0) + (protocols.get('bootp') ?? 0);
  return facts.neighbours !== undefined && facts.frames > ours;
}

function neighboursOf(world: World): Neighbour[] {
  const clients = new Set([...world.clients].map((client) => client.mac));
  return world.facts.neighbours!().filter(({ mac }) => !clients.has(mac));
}

/** Seconds around the silence in which other frames are relevant. */
export const AROUND = 60;
/** Seconds within which a host whose ARP request was not answered asks again. */
const AGAIN = 5;
/** How many requests in vain are kept. */
export const MOST_IN_VAIN = 8;

/**
 * Whether a server's host is heard by ARP or ICMP between two points in time (`up`), or is asked for in vain afterwards. A switch port sees
 * everybody's requests but not the answers; a host that got its answer does not ask again at once.
 */
export function hostBy(
  address: number,
  from: number,
  to: number,
  world: World,
  /** The host whose requests count; everybody's if left out. */
  asker?: string,
): { up?: Sign; inVain: number[] } {
  const about = world.neighbours.arpAbout(address);
  const rival = world.once(rivalsOf).get(ipv4ToText(address));
  const claim = about.lastClaim(from, to, rival?.own.mac);
  const sign = icmpSign(ipv4ToText(address), Math.max(from, claim?.time ?? -Infinity), to, world);
  const up = sign ?? (claim && { ...claim, text: `sends ARP in frame ${claim.frame}` });
  const inVain: number[] = [];
  let last: ArpSeen | undefined;
  const asked = asker === undefined ? about.questions : about.by(asker);
  for (const arp of between(asked, Math.max(from, up?.time ?? -Infinity), to)) {
    if (arp.operation !== 1 || arp.targetIp !== address || arp.senderIp === 0 || arp.senderIp === address) continue;
    if (up && arp.time === up.time && arp.frame < up.frame) continue;
    // If several clients ask and no unicast is seen at all, the answer would not have been seen here.
    if (showsBroadcastsOnly(arp.link, world)) continue;
    const since = last?.senderMac === arp.senderMac ? arp.time - last.time : Infinity;
    // A copy does not count as asking again.
    if (since <= world.limits.copyWindow) continue;
    const again = last !== undefined && since < AGAIN;
    if (again && inVain.length < MOST_IN_VAIN && inVain.at(-1) !== last!.frame) inVain.push(last!.frame);
    if (again && inVain.length < MOST_IN_VAIN) inVain.push(arp.frame);
    last = arp;
  }
  return up ? { up, inVain } : { inVain };
}

/** The link-layer addresses from which a server's messages come on a link. */
export const macsOn = (server: string, link: string, { survey }: World) =>
  survey.servers.get(server)?.macs.filter((one) => one.link === link) ?? [];

/** The link-layer address from which a server speaks on a link; undefined if there is none, or more than one. */
export function macOfServer(server: string, link: string, world: World): string | undefined {
  const own = macsOn(server, link, world).filter(({ source }) => source === server);
  return own.length === 1 ? own[0]!.mac : undefined;
}

/** The frames in which a host asks again and again by ARP for an address of which nothing is heard between two points in time. */
export function askedInVain(address: number, from: number, to: number, world: World, asker: string): readonly number[] {
  const { up, inVain } = hostBy(address, from, to, world, asker);
  return up === undefined && inVain.length >= 2 ? inVain : [];
}

/** How many other clients are answered at some places, each counted once. Cached, because many clients may ask about the same places. */
export function othersAt(client: Client, places: readonly Place[], { unions }: Scene): number {
  const key = places.map(({ link }) => link).join('\n');
  let all = unions.get(key);
  if (all === undefined) {
    all =
      places.length < 2 ? (places[0]?.clients.size ?? 0) : new Set(places.flatMap((place) => [...place.clients])).size;
    unions.set(key, all);
  }
  return all - (places.some((place) => place.clients.has(client)) ? 1 : 0);
}
