import { ipv4ToText, parseIpv4 } from '../../../codec/bytes';
import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import type { Cause } from '../../finding';
import { NAK, OPTION, REQUEST, stateIn, type Client, type Exchange, type Message } from '../../conversations/model';
import { comparedCauses } from './loss';
import { apartOn } from '../../evidence/answered';
import { discoverSumCause } from './sums';
import { AROUND, hostBy, refusalCause, sceneOf, type Place, type Scene } from '../../evidence/scene';
import { differenceCause, putFirst } from '../../words/difference';
import { count, frames, ip, list, span } from '../../words/words';
import { atInterface } from '../../conversations/lease';
import type { IcmpError, World } from '../../evidence/world';

/*
 * Why does nobody answer? What else the capture shows tells it: who else is answered, on which link and when, whether the server's
 * host is heard at all, and whether somebody refuses by ICMP.
 */

/** The kinds of silence, each with its likeliest cause. */
type Kind =
  | 'refused' // somebody says by ICMP that it does not come through
  | 'wrong port'
  | 'from port 67'
  | 'pool' // the server is there, and answers others
  | 'blocked' // the server was there, or its host is, and its DHCP is not
  | 'gone' // the server's host is not there
  | 'elsewhere' // a server answers on another link
  | 'relayed' // a relay asks for the client, and gets no answer
  | 'router' // no server is known, and a router is there
  | 'heard' // no server is known, and some host is there
  | 'nobody';

interface Silence {
  readonly kind: Kind;
  /** Other clients that are answered on the client's link. */
  readonly here: number;
  /** What made the choice, in words. */
  readonly evidence: readonly string[];
  /** The ICMP errors of a refusal. */
  readonly refusals: readonly IcmpError[];
}

/** Of a client that asks for ever, so many exchanges are looked through for the server it knows. */
const MOST_EXCHANGES = 50;

/** How many other clients are answered at some places, each counted once. Many clients may ask this of the same places. */
function othersAt(client: Client, places: readonly Place[], { unions }: Scene): number {
  const key = places.map(({ link }) => link).join('\n');
  let all = unions.get(key);
  if (all === undefined) {
    all =
      places.length < 2 ? (places[0]?.clients.size ?? 0) : new Set(places.flatMap((place) => [...place.clients])).size;
    unions.set(key, all);
  }
  return all - (places.some((place) => place.clients.has(client)) ? 1 : 0);
}

function silenceOf(client: Client, run: readonly Message[], world: World): Silence {
  const scene = world.once(sceneOf);
  const first = run[0]!;
  const { packet } = first;
  const from = first.time;
  const until = run[run.length - 1]!.time;
  const links = new Set(run.flatMap((message) => message.sightings.map((seen) => seen.link)));
  const places = [...links].flatMap((link) => scene.places.get(link) ?? []);
  const here = othersAt(client, places, scene);
  const refusals = refusalsOf(client, scene, here > 0);
  const silence = (kind: Kind, ...evidence: readonly (string | undefined | false)[]): Silence => ({
    kind,
    here,
    evidence: evidence.filter((one): one is string => typeof one === 'string'),
    refusals,
  });
  if (refusals.length > 0) return silence('refused');
  if (packet.destinationPort !== 67) return silence('wrong port', `destination port ${packet.destinationPort ?? '?'}`);
  if (packet.sourcePort === 67 && packet.dhcp!.giaddr === 0)
    return silence('from port 67', `source port 67, giaddr ${ip(packet.dhcp!.giaddr)}`);
  const answers = `${count(here, 'other client')} got answers on this link${serversAt(places)}`;
  const otherIn = (low: number, high: number): Exchange | undefined => anyOf(places, (place) => place.answered.first(client, low, high)); // prettier-ignore
  if (otherIn(from, until + MEANWHILE)) return silence('pool', `${answers}, also after this client began to ask`);
  const nak = client.exchanges.slice(-MOST_EXCHANGES).find((one) => one.end >= from - AROUND && one.holds(NAK));
  if (nak) return silence('pool', `the server hears this client: it says NAK in frame ${nak.of(NAK)[0]!.frame}`);
  const lost = anyOf(places, (place) => place.lost.first(client, from - AROUND, until + AROUND));
  const after = otherIn(until, Infinity);
  if (after && !lost) return silence('pool', `${answers}, also after this client began to ask`);
  const servers = serversFor(client, places);
  const names = servers.length > 0 ? ` by ${list(servers.map(ipv4ToText))}` : '';
  const before = anyOf(places, (place) => place.answered.last(client, from));
  // Who answered another just now, and nobody since, had an address for that one and none for this one, as far as can be seen.
  const justNow = before !== undefined && !lost && from - before.end <= AROUND;
  const hosts = first.timed
    ? servers.map((address) => ({ address, ...hostBy(address, from - AROUND, until + AROUND, world) }))
    : [];
  const up = hosts.find((host) => host.up !== undefined && host.up > first.frame && host.inVain.length === 0);
  const own = ownBefore(client, from, places);
  if (up && (!justNow || own))
    return silence(
      'blocked',
      `the host ${ip(up.address)} is up: it is heard by ARP in frame ${up.up!}, and not by DHCP`,
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
  if (before && !justNow && first.timed)
    return silence(
      'blocked',
      `${answers}, the last of them ${span(from - before.end)} before this client began to ask; nobody is answered since`,
    );
  if (here > 0) return silence('pool', answers);
  if (packet.dhcp!.giaddr !== 0) return silence('relayed', `giaddr ${ip(packet.dhcp!.giaddr)}`);
  const notRelayed = 'giaddr is 0 in every DISCOVER seen, so no relay has handled them before this point';
  const elsewhere = othersAt(client, [...scene.places.values()], scene);
  if (elsewhere > 0)
    return silence(
      'elsewhere',
      `${count(elsewhere, 'client')} on another link got answers${serversAt([...scene.places.values()])}; on this one (${list([...links])}) not one reply is seen`,
      notRelayed,
    );
  const noReply = 'not one reply of a server is seen';
  const heard = scene.neighbours?.filter((one) => one.last >= from - AROUND && one.first <= until + AROUND);
  const around = heard?.filter((one) => links.has(one.link));
  const router = around?.find((one) => one.router);
  if (router)
    return silence(
      'router',
      noReply,
      `${router.address ?? router.mac} is a router on this link (frame ${router.frame}); ${notRelayed}`,
    );
  // Whoever captures at all of his interfaces, with hosts behind more than one, stands between them.
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
      `${who} up on this link (frame ${host.frame}): if ${around!.length > 1 ? 'one of them' : 'it'} is the server, it does not hear these DISCOVERs`,
      notRelayed,
    );
  }
  return silence(
    'nobody',
    noReply,
    scene.neighbours === undefined
      ? 'the capture holds nothing but DHCP, so it cannot show who else is on this link'
      : 'nobody else is heard on this link by ARP or ping',
    'from the client’s side a server that a firewall makes deaf, and a missing relay, look the same',
  );
}

/** Seconds after the last DISCOVER within which answers to others still came while the client was asking. */
const MEANWHILE = 10;

/** Who answers at some places, and how many clients: ` from 10.0.0.1`, `: 7 from 10.0.0.1 and 1 from 10.0.0.2`. */
function serversAt(places: readonly Place[]): string {
  const answered = new Map<string, number>();
  for (const { servers } of places.slice(0, MOST_SERVERS))
    for (const [server, { size }] of [...servers].slice(0, MOST_SERVERS))
      answered.set(server, size + (answered.get(server) ?? 0));
  const most = [...answered].sort(([, a], [, b]) => b - a);
  if (most.length <= 1) return most.length === 0 ? '' : ` from ${most[0]![0]}`;
  return `: ${list(most.map(([server, size]) => `${size} from ${server}`))}`;
}

/** So many links, and servers of each, are told. */
const MOST_SERVERS = 8;

/** The first of what places give. */
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

/** What a renewal that the client sent in vain says of the server: a unicast leaves only for a host whose link-layer address is known. */
function unicastInVain(client: Client, before: number): string | undefined {
  for (const exchange of client.exchanges.slice(-MOST_EXCHANGES)) {
    if (exchange.start > before || exchange.replies > 0) continue;
    const request = exchange.of(REQUEST).find((one) => stateIn(exchange, one) === 'renewing');
    if (request)
      return `its lease was of ${request.packet.destination ?? '?'}, which it asked in frame ${request.frame} by unicast: that gets no answer, nor an ICMP error as from a host on which no program listens`;
  }
  return undefined;
}

/**
 * ICMP errors that speak of this client's messages: they quote them, or quote too little to tell whose they were. One about another
 * client's message tells of a server that is not reached, unless others are answered: then it is of a further server or relay.
 */
function refusalsOf(client: Client, { icmp, icmpBy }: Scene, othersAnswered: boolean): readonly IcmpError[] {
  const own = client.mac === '' ? undefined : icmpBy.get(client.mac);
  return own ?? (othersAnswered ? (icmpBy.get('') ?? []) : icmp);
}

/** Whether the client itself was answered before it began to ask in vain, and nobody else was meanwhile. */
function ownBefore(client: Client, from: number, places: readonly Place[]): boolean {
  const answered = client.exchanges.filter(
    (one) => one.end < from && one.leaseAnswers > 0 && one.outcome !== 'refused',
  );
  const last = answered.slice(-MOST_EXCHANGES).reduce((latest, one) => Math.max(latest, one.end), -Infinity);
  // Whoever gave its address back may find it given to another.
  const since = Math.max(last, from - AROUND);
  return last > -Infinity && !places.some((place) => place.answered.first(client, since, Infinity) !== undefined);
}

/** Why nobody hears a client. Where not one reply is seen these look the same from here, so they are named together, the likeliest first. */
const UNHEARD = {
  server: 'none runs on this link',
  firewall: 'a firewall drops UDP port 67 before it',
  relay: 'the server is in another network and no relay hands this link’s broadcasts on to it',
} as const;

function unheard(...[first, second, third]: readonly (keyof typeof UNHEARD)[]): string {
  return `No DHCP server hears this client: ${UNHEARD[first!]}, or ${UNHEARD[second!]}, or ${UNHEARD[third!]}`;
}

/** What the causes are called. */
const TEXTS = {
  nobody: unheard('server', 'firewall', 'relay'),
  heard: unheard('firewall', 'server', 'relay'),
  router: unheard('relay', 'server', 'firewall'),
  pool: 'The server has no address for this client: its pool is used up, it has no scope for this link, or a class, reservation or MAC filter keeps the client out',
  firewall: 'A firewall on the server, or on the way to it, drops UDP port 67 without a word',
  stopped: 'The server’s DHCP program has stopped, or listens on another interface, while its host is up',
  server: 'No DHCP server runs on this link',
  relay: 'The server is on another link or in another network, and no relay hands this link’s broadcasts on to it',
  gone: 'The server’s host is down or unplugged: it does not even answer ARP',
  lost: 'The OFFER was sent and lost: a firewall blocks port 68, the VLAN is not carried all the way, or DHCP snooping drops it on a port that is not trusted',
  forwarding: 'The switch port was not forwarding yet (spanning tree, 802.1X)',
  'wrong port': 'The client sends to a port on which no server listens',
  'from port 67': 'The client sends from port 67, so replies go to a port on which it may not listen',
  relayed:
    'The server has no scope for the relay’s network or no way back to it, or port 67 is blocked between relay and server (`relay-unanswered`)',
} as const;

type Text = keyof typeof TEXTS;

/** By kind, the causes that come to mind, the likeliest first; a refusal's own comes before them. */
const CAUSES: Readonly<Record<Kind, readonly Text[]>> = {
  refused: [],
  'wrong port': ['wrong port', 'lost'],
  'from port 67': ['from port 67', 'firewall', 'server', 'relay', 'lost'],
  pool: ['pool', 'lost', 'forwarding', 'firewall', 'server', 'relay'],
  blocked: ['firewall', 'stopped', 'pool', 'lost', 'forwarding'],
  gone: ['gone', 'firewall', 'lost', 'forwarding'],
  elsewhere: ['relay', 'server', 'firewall', 'lost', 'forwarding'],
  relayed: ['relayed', 'firewall', 'lost', 'forwarding'],
  router: ['router', 'relay', 'server', 'firewall', 'lost', 'forwarding'],
  heard: ['heard', 'firewall', 'stopped', 'server', 'relay', 'lost', 'forwarding'],
  nobody: ['nobody', 'server', 'firewall', 'relay', 'lost', 'forwarding'],
};

/** Causes that speak against themselves where other clients of the link are answered meanwhile. */
const AGAINST_OTHERS: ReadonlySet<Text> = new Set(['firewall', 'server', 'relay']);

/** What else may be the cause does not count where these are seen. */
const PLAIN: ReadonlySet<Kind> = new Set<Kind>(['refused', 'wrong port', 'from port 67', 'gone']);

/** What the client's DISCOVERs have that the answered ones of its link have not, as far as it explains this kind of silence. */
function differs(kind: Kind, client: Client, run: readonly Message[], world: World): Cause | undefined {
  const difference = PLAIN.has(kind) ? undefined : apartOn('DISCOVER', [[client, run]], world);
  return difference && (difference.known || kind === 'pool') ? differenceCause(difference) : undefined;
}

/** The kind of a client's silence: clients of one kind on one link have one fault. */
export const kindOfSilence = (client: Client, run: readonly Message[], world: World): string =>
  silenceOf(client, run, world).kind;

/** Weighs why a client's DISCOVERs are unanswered, and says what to do about it. `later`: its first message that was answered after all. */
export function whyNoOffer(
  client: Client,
  run: readonly Message[],
  world: World,
  later?: Message,
): { readonly causes: Cause[]; readonly steps: string[] } {
  const { kind, here, evidence, refusals } = silenceOf(client, run, world);
  const { proxies } = world.once(sceneOf);
  const first = run[0]!;
  const requested = first.dhcp.ip(OPTION.requested);
  const onlyBoot = proxies.length > 0 && `only proxyDHCP speaks (${list(proxies)}), which leases no addresses`;
  const more: Partial<Record<Text, string | false>> = {
    firewall: 'a capture on the server shows the DISCOVER all the same: captures are taken before the firewall',
    server:
      requested !== undefined && `the client asks for ${ip(requested)}, so it had a lease before, here or elsewhere`,
    forwarding: later !== undefined && `the client was answered later, in frame ${later.frame}`,
  };
  const causes = CAUSES[kind].map((text, i) => {
    if (i === 0) return cause('likely', TEXTS[text], ...evidence, onlyBoot);
    if (kind === 'pool' && AGAINST_OTHERS.has(text)) return cause('unlikely', TEXTS[text], here > 0 && 'other clients of this link are answered'); // prettier-ignore
    return cause('possible', TEXTS[text], more[text]);
  });
  const own = client.exchanges.slice(-MOST_EXCHANGES);
  const compared = [...own.flatMap((one) => comparedCauses(one, run, world)).slice(0, 1), discoverSumCause(run, world)];
  const known = compared.some((one) => one?.likelihood === 'likely');
  const guessed = known ? causes.map((one) => ({ ...one, likelihood: lessLikely(one.likelihood) })) : causes;
  const weighed = ranked(refusalCause(refusals), ...compared, ...guessed);
  const difference = known ? undefined : differs(kind, client, run, world);
  return {
    causes: difference ? putFirst(difference, weighed) : weighed,
    steps: stepsFor(kind, first.dhcp.giaddr !== 0),
  };
}

const lessLikely = (one: Cause['likelihood']): Cause['likelihood'] => (one === 'likely' ? 'possible' : one);

function stepsFor(kind: Kind, relayed: boolean): string[] {
  switch (kind) {
    case 'pool':
      return [...advice.poolAndFilters(), ...advice.switchPath(), advice.captureBothEnds()];
    case 'refused':
    case 'blocked':
    case 'heard':
      return [...advice.openServerPort(), ...advice.serverRunning(), advice.captureBothEnds()];
    case 'gone':
      return [...advice.serverRunning(), ...advice.openServerPort(), advice.captureBothEnds()];
    case 'wrong port':
    case 'from port 67':
      return [
        'On the client, see who sends: `ss -ulnp` (Linux), `netstat -ano -p UDP` (Windows). DHCP clients send from port 68 to port 67.',
        advice.captureBothEnds(),
      ];
    case 'elsewhere':
    case 'router':
      return [...advice.relay(), advice.captureBothEnds()];
    case 'relayed':
    case 'nobody':
      return [
        advice.captureBothEnds(),
        ...advice.serverRunning(),
        ...advice.openServerPort(),
        ...(relayed ? [] : [advice.otherNetwork()]),
      ];
  }
}
