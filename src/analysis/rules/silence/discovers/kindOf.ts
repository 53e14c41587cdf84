import { ipv4ToText, parseIpv4 } from '../../../../codec/bytes';
import {
  DISCOVER,
  NAK,
  OPTION,
  REQUEST,
  isClientSide,
  isUnicast,
  serverOf,
  stateIn,
  type Client,
  type Exchange,
  type Message,
} from '../../../conversations/model';
import type { Kind } from './kinds';
import { offeredOn } from '../../../evidence/silence/answered';
import { silentOnLinks } from '../../../evidence/silence/silent';
import { relayOf, serviceEnded } from './ended';
import { AROUND, hostBy, othersAt, sceneOf, type Place, type Scene } from '../../../evidence/silence/scene';
import { linkText } from '../../../words/links';
import { count, frames, ip, list, span, where } from '../../../words/words';
import { atInterface } from '../../../conversations/lease';
import type { World } from '../../../evidence/world';
import type { IcmpError } from '../../../evidence/neighbours';

/**
 * Why nobody answers, judged by what else the capture shows: who else is answered, on which link and when, whether the server's host is
 * heard at all, and whether somebody reports an ICMP error.
 */

/** A piece of evidence, or how to put it into words. */
type Told = string | undefined | false | (() => string);

/** A client's silence, and what the capture shows about it. */
export interface Silence {
  readonly kind: Kind;
  /** Other clients that are answered on the client's link. */
  readonly here: number;
  /** The evidence for the kind, in words. */
  readonly evidence: readonly string[];
  /** The ICMP errors of a refusal. */
  readonly refusals: readonly IcmpError[];
}

/** How many exchanges of a client that keeps asking are searched for the server it knows. */
export const MOST_EXCHANGES = 50;

function silenceOf(client: Client, run: readonly Message[], world: World): Silence {
  const scene = world.once(sceneOf);
  const first = run[0]!;
  const { packet } = first;
  const from = first.time;
  const until = run[run.length - 1]!.time;
  const links = linksOf(run);
  const places = [...links].flatMap((link) => scene.places.get(link) ?? []);
  const here = othersAt(client, places, scene);
  const refusals = refusalsOf(client, scene, here > 0);
  const silence = (kind: Kind, ...evidence: readonly Told[]): Silence => ({
    kind,
    here,
    // Of many clients only the kind is asked for, and the words count those that are answered.
    get evidence() {
      const told = evidence.map((one) => (typeof one === 'function' ? one() : one));
      return told.filter((one) => typeof one === 'string');
    },
    refusals,
  });
  if (refusals.length > 0) return silence('refused');
  if ((packet.destinationPort ?? 67) !== 67)
    return silence('wrong port', `destination port ${packet.destinationPort!}`);
  if (packet.sourcePort === 67 && packet.dhcp!.giaddr === 0)
    return silence('from port 67', `source port 67, giaddr ${ip(packet.dhcp!.giaddr)}`);
  const offered = offeredOn(first.link, world);
  const anew = offered.size > (offered.has(client) ? 1 : 0) ? '' : ', none of them to a DISCOVER';
  const answers = (): string => `${othersText(places, here, packet.dhcp!.giaddr, world)}${anew}`;
  if (!first.timed && here > 0)
    return silence('untimed', 'without times, nothing shows whether a server answered others while this client asked');
  const otherIn = (low: number, high: number): Exchange | undefined =>
    anyOf(places, (place) => place.answered.first(client, low, high));
  // If a client asks later by DISCOVER and is offered an address, the pool is not empty.
  const kindWith = (other: Exchange): Kind => (isOfferedAnew(other, from) ? 'filter' : 'pool');
  const meanwhile = otherIn(from, until + MEANWHILE);
  if (meanwhile) return silence(kindWith(meanwhile), answers, laterText(meanwhile, from, client));
  const nak = client.exchanges.slice(-MOST_EXCHANGES).find((one) => one.end >= from - AROUND && one.holds(NAK));
  if (nak)
    return silence(
      'pool',
      `the server receives messages of ${client.label}: it sends a NAK in frame ${nak.of(NAK)[0]!.frame}`,
    );
  const lost = anyOf(places, (place) => place.lost.first(client, from - AROUND, until + AROUND));
  const after = otherIn(until, Infinity);
  if (after && !lost) return silence(kindWith(after), answers, laterText(after, from, client));
  const servers = serversFor(client, places);
  const names = servers.length > 0 ? ` by ${list(servers.map(ipv4ToText))}` : '';
  const before = anyOf(places, (place) => place.answered.last(client, from));
  // A server that answered another client just before, and nobody since, had an address for that client but apparently none for this one.
  const justNow = before !== undefined && !lost && from - before.end <= AROUND;
  const hosts = first.timed
    ? servers.map((address) => ({ address, ...hostBy(address, from - AROUND, until + AROUND, world) }))
    : [];
  const up = hosts.find((host) => host.up && host.up.frame > first.frame && host.inVain.length === 0);
  const own = ownBefore(client, from, places);
  if (up && (!justNow || own))
    return silence(
      'blocked',
      `the host ${ip(up.address)} is up: it ${up.up!.text}, and no DHCP${own && serverOf(own) === ip(up.address) ? ` after ${frames([own.frame])}, its answer to this client` : ''}`,
      unicastInVain(client, from),
    );
  const down = hosts.find((host) => host.inVain.length > 0);
  if (down) return silence('gone', `ARP for ${ip(down.address)} gets no answer (${frames(down.inVain)})`);
  if (lost)
    return silence(
      'blocked',
      `${lost.client.label} was answered before${names}, and is not any more (${frames([lost.messages[0]!.frame])})`,
      after && `others are answered again from frame ${after.messages[0]!.frame} on`,
    );
  if (own) return silence('blocked', `${client.label} was answered before${names}, and nobody is since`);
  const inVain = unicastInVain(client, from);
  if (inVain !== undefined) return silence('blocked', inVain);
  const since =
    before &&
    (() =>
      `${answers()}, the last of them ${span(Math.max(0, from - before.end))} before ${client.label} began to ask; nobody is answered since`);
  if (before && !justNow && first.timed) return silence('blocked', since);
  if (here > 0) {
    const quiet =
      before &&
      [...links].some((link) =>
        world
          .once(serviceEnded)
          .get(link)
          ?.some(({ relay }) => relay === undefined),
      );
    return quiet ? silence('quiet', since) : silence('pool', answers);
  }
  if (packet.dhcp!.giaddr !== 0) return silence('relayed', `giaddr ${ip(packet.dhcp!.giaddr)}`);
  const notRelayed = 'giaddr is 0.0.0.0 in every DISCOVER seen, so no relay has forwarded them before this point';
  const all = world.once(servedAnywhere);
  const elsewhere = all.size - (all.has(client) ? 1 : 0);
  if (elsewhere > 0)
    return silence(
      'elsewhere',
      () =>
        `${count(elsewhere, 'client')} on another link got answers${serversAt([...scene.places.values()])}; this capture shows no reply on this one (${list([...links].map(linkText))})`,
      notRelayed,
    );
  const noReply = 'this capture does not show a single reply of a server';
  const heard = scene.neighbours?.filter((one) => one.last >= from - AROUND && one.first <= until + AROUND);
  const around = heard?.filter((one) => links.has(one.link));
  const router = around?.find((one) => one.router);
  if (router)
    return silence(
      'router',
      noReply,
      `${router.address ?? router.mac} is a router on this link (frame ${router.frame})`,
      notRelayed,
    );
  // A host that captures on all its interfaces, with other hosts behind several of them, is a router between them.
  const across = heard?.find(({ link, address }) => atInterface(link) && !links.has(link) && address !== undefined);
  if (across && [...links].every(atInterface))
    return silence(
      'router',
      noReply,
      `the capture is of several interfaces, so it was taken at a router: ${across.address!} is behind another one (frame ${across.frame}); ${notRelayed}`,
    );
  const host = around?.find((one) => one.answers) ?? around?.[0];
  if (host) {
    const who = `${host.address ?? host.mac}${around!.length > 1 ? ` and ${count(around!.length - 1, 'other host')} are` : ' is'}`;
    return silence(
      'heard',
      noReply,
      `${who} up on this link (frame ${host.frame}): if ${around!.length > 1 ? 'one of them' : 'it'} is the server, these DISCOVERs do not reach its DHCP program`,
      notRelayed,
    );
  }
  return silence(
    'nobody',
    noReply,
    scene.neighbours === undefined
      ? 'this capture holds DHCP only, so it does not show which other hosts are on this link'
      : 'no ARP, IPv4 ping or router advertisement of another host is seen on this link around these frames',
    'seen from the client, a firewall in front of the server and a missing relay look the same',
  );
}

/** The clients that are answered on any link. */
const servedAnywhere = (world: World): ReadonlySet<Client> =>
  new Set([...world.once(sceneOf).places.values()].flatMap(({ clients }) => [...clients]));

/** The links of the client itself: what a relay hands on stands on the server's link, where others are answered, too. */
function linksOf(run: readonly Message[]): ReadonlySet<string> {
  const seen = run.flatMap((message) => message.packetsSeen());
  const own = seen.filter((packet) => isClientSide(packet, true));
  return new Set((own.length > 0 ? own : seen).map(({ link }) => link));
}

/** Whether an exchange starts by DISCOVER after a point in time and is offered an address. */
const isOfferedAnew = (other: Exchange, from: number): boolean =>
  other.start >= from && other.leaseAnswers > 0 && other.holds(DISCOVER);

function laterText(other: Exchange, from: number, silent: Client): string {
  const { client, start, messages } = other;
  // Where its own question is not seen, nothing says when it asked.
  if (start < from || other.replies === other.count)
    return `${client.label} is answered after ${silent.label} began to ask (frame ${messages[messages.length - 1]!.frame})`;
  // Who asks for the address that it has needs no free one.
  const keeps = other.holds(REQUEST) && !other.holds(DISCOVER);
  return keeps
    ? `${client.label} asks later than ${silent.label} to keep an address, and is answered (frame ${messages[0]!.frame})`
    : `${client.label} asks later than ${silent.label} and is answered (frame ${messages[0]!.frame})`;
}

/** How many others are answered at these places, by whom, and how many of them behind the same relay. */
function othersText(places: readonly Place[], here: number, giaddr: number, world: World): string {
  const served = world.once(servedAt);
  const sizeOf = (keyOf: (link: string) => string): number =>
    new Set(places.flatMap(({ link }) => [...(served.get(keyOf(link)) ?? [])])).size;
  const others = sizeOf((link) => link);
  const said = `got answers on this link${serversAt(places)}`;
  // Where only those were answered that ask in vain now.
  if (others === 0) return `${count(here, 'other client')} ${said}`;
  const behind = giaddr === 0 ? others : sizeOf((link) => `${link} ${giaddr}`);
  return `${count(others, 'other client')} ${said}${behind < others ? `, ${behind === 0 ? 'none' : behind} of them behind relay ${ip(giaddr)}` : ''}`;
}

/** By link, and by link and relay: who is answered, without those that ask in vain in the end. */
function servedAt(world: World): ReadonlyMap<string, ReadonlySet<Client>> {
  const served = new Map<string, Set<Client>>();
  const silent = new Map(
    [...silentOnLinks(world)].map(([link, all]) => [link, new Set(all.map(({ client }) => client))] as const),
  );
  const note = (link: string, key: string, client: Client): void => {
    if (silent.get(link)?.has(client)) return;
    const known = served.get(key);
    if (known) known.add(client);
    else served.set(key, new Set([client]));
  };
  for (const { link, clients } of world.once(sceneOf).places.values())
    for (const client of clients) note(link, link, client);
  for (const exchange of world.exchanges)
    if (exchange.leaseAnswers > 0 && exchange.relayed)
      for (const link of exchange.links) note(link, `${link} ${relayOf(exchange)}`, exchange.client);
  return served;
}

/** Answers to others within this many seconds after the last DISCOVER count as sent while the client was asking. */
const MEANWHILE = 10;

/** The servers that answer at some places, with the number of clients: ` from 10.0.0.1`, `: 7 from 10.0.0.1 and 1 from 10.0.0.2`. */
function serversAt(places: readonly Place[]): string {
  const answered = new Map<string, number>();
  for (const { servers } of places.slice(0, MOST_SERVERS))
    for (const [server, { size }] of [...servers].slice(0, MOST_SERVERS))
      answered.set(server, size + (answered.get(server) ?? 0));
  const most = [...answered].sort(([, a], [, b]) => b - a);
  if (most.length <= 1) return most.length === 0 ? '' : ` from ${most[0]![0]}`;
  return `: ${list(most.map(([server, size]) => `${size} from ${server}`))}`;
}

/** How many links, and servers of each, are named. */
const MOST_SERVERS = 8;

/** The first result that any of the places gives. */
function anyOf<T>(places: readonly Place[], of: (place: Place) => T | undefined): T | undefined {
  for (const place of places) {
    const found = of(place);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Servers that the client's own messages name, or that answered on its link. */
function serversFor(client: Client, places: readonly Place[]): number[] {
  const names = new Set(places.flatMap((place) => [...place.servers.keys()]));
  const addresses = [...names].flatMap((name) => parseIpv4(name) ?? []);
  for (const exchange of client.exchanges.slice(-MOST_EXCHANGES)) {
    for (const request of exchange.of(REQUEST)) {
      const named = request.dhcp.ip(OPTION.server);
      if (named !== undefined) addresses.push(named);
      const to = stateIn(exchange, request) === 'renewing' ? parseIpv4(request.packet.destination ?? '') : undefined;
      if (to !== undefined) addresses.push(to);
    }
  }
  return [...new Set(addresses)].slice(0, 8);
}

/** What an unanswered renewal shows about the server: a unicast is only sent to a host whose link-layer address is known. */
function unicastInVain(client: Client, before: number): string | undefined {
  for (const exchange of client.exchanges.slice(-MOST_EXCHANGES)) {
    if (exchange.start > before || exchange.replies > 0) continue;
    const request = exchange.of(REQUEST).find((one) => stateIn(exchange, one) === 'renewing' && isUnicast(one.packet));
    if (request)
      return `in frame ${request.frame} it asked ${request.packet.destination!} by unicast to renew its lease: this capture shows neither an answer nor an ICMP error`;
  }
  return undefined;
}

/**
 * ICMP errors about this client's messages: they quote them, or quote too little to show whose they are. An error about another client's
 * message shows that a server cannot be reached, unless others are answered; then it is about a different server or relay.
 */
function refusalsOf(client: Client, { icmp, icmpBy }: Scene, othersAnswered: boolean): readonly IcmpError[] {
  const own = client.mac === '' ? undefined : icmpBy.get(client.mac);
  return own ?? (othersAnswered ? (icmpBy.get('') ?? []) : icmp);
}

/** The last answer that the client itself got before it started to ask in vain, if nobody else was answered meanwhile. */
function ownBefore(client: Client, from: number, places: readonly Place[]): Message | undefined {
  const answered = client.exchanges.filter(
    (one) => one.end < from && one.leaseAnswers > 0 && one.outcome !== 'refused',
  );
  const recent = answered.slice(-MOST_EXCHANGES);
  const last = recent.reduce((latest, one) => Math.max(latest, one.end), -Infinity);
  // If a client gave its address back, another one may have it now.
  const since = Math.max(last, from - AROUND);
  if (places.some((place) => place.answered.first(client, since, Infinity) !== undefined)) return undefined;
  return recent.pop()?.messages.findLast(({ fromClient }) => !fromClient);
}

/** The kind of a client's silence: clients with the same kind on one link share one fault. */
export const kindOfSilence = (client: Client, run: readonly Message[], world: World): string =>
  silenceOf(client, run, world).kind;

/** Kinds of silence in which no server hears the client; if it is answered later, it was merely not reached before. */
const UNREACHED: ReadonlySet<Kind> = new Set<Kind>(['nobody', 'heard', 'router', 'elsewhere', 'relayed']);

/** The silence of a client; `later` is the first answer that it got in the end. */
export function silenceUntil(client: Client, run: readonly Message[], world: World, later?: Message): Silence {
  const silence = silenceOf(client, run, world);
  if (!later || !UNREACHED.has(silence.kind)) return silence;
  return { ...silence, kind: 'late', evidence: [`the first answer to this client is the ${where(later)}`] };
}
