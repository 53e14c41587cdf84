import { ipv4ToText, parseIpv4 } from '../codec/bytes';
import * as advice from './advice';
import { cause, ranked } from './collector';
import type { Cause } from './finding';
import { NAK, OPTION, REQUEST, stateIn, type Client, type Message } from './model';
import { count, frames, ip, list } from './words';
import type { IcmpError, World } from './world';

/*
 * Why does nobody answer? What else the capture shows tells it: who else is answered, on which link and when, whether the server's
 * host is heard at all, and whether somebody refuses by ICMP.
 */

/** Answers that the capture shows on one link. */
interface Place {
  readonly clients: Set<Client>;
  readonly servers: Set<string>;
  /** The last client that was answered, and the last other one. */
  last: { readonly client: Client; readonly time: number } | undefined;
  lastOther: { readonly client: Client; readonly time: number } | undefined;
  /** The last client that was answered before and is not any more. */
  lost: { readonly client: Client; readonly time: number } | undefined;
}

/** What the capture says about who answers whom. */
export interface Scene {
  /** Servers that lease, and services that only name boot files. */
  readonly answering: readonly string[];
  readonly proxies: readonly string[];
  /** ICMP errors about datagrams to port 67. */
  readonly icmp: readonly IcmpError[];
  /** By link. */
  readonly places: ReadonlyMap<string, Place>;
}

const scenes = new WeakMap<World, Scene>();

/** The scene of a capture; made once, when every exchange has been surveyed. */
export function sceneOf(world: World): Scene {
  const known = scenes.get(world);
  if (known) return known;
  const answering: string[] = [];
  const proxies: string[] = [];
  for (const notes of world.servers.values()) {
    if (notes.offers + notes.acks > 0) answering.push(notes.server);
    else if (notes.proxy > 0) proxies.push(notes.server);
  }
  const icmp = world.icmpErrors.filter((error) => error.quotedPort === 67);
  const scene = { answering, proxies, icmp, places: placesOf(world) };
  scenes.set(world, scene);
  return scene;
}

function placesOf(world: World): Map<string, Place> {
  const places = new Map<string, Place>();
  const served = new Set<Client>();
  for (const { client, leaseAnswers, outcome, messages, server, end } of world.exchanges) {
    // Some answers are not seen here, and are proved by what the client does.
    const answered = (leaseAnswers > 0 && outcome !== 'refused') || ['bound', 'renewed', 'informed'].includes(outcome);
    const lost = outcome === 'unanswered' && served.has(client);
    if (!answered && !lost) continue;
    if (answered) served.add(client);
    const links = new Set(messages.flatMap((message) => message.sightings.map((seen) => seen.link)));
    for (const link of links) {
      let place = places.get(link);
      if (!place)
        places.set(
          link,
          (place = { clients: new Set(), servers: new Set(), last: undefined, lastOther: undefined, lost: undefined }),
        );
      const now = { client, time: end };
      if (lost) {
        place.lost = now;
        continue;
      }
      place.clients.add(client);
      if (server !== undefined) place.servers.add(server);
      if (place.last && place.last.client !== client) place.lastOther = place.last;
      if (!place.last || end >= place.last.time) place.last = now;
    }
  }
  return places;
}

/** What an ICMP error says, as evidence. */
export function icmpEvidence(errors: readonly IcmpError[]): string | undefined {
  const [error] = errors;
  return error && `${error.source} says so by ICMP (type ${error.type}, code ${error.code}) in frame ${error.frame}`;
}

/** The kinds of silence, each with its likeliest cause. */
type Kind =
  | 'refused' // somebody says by ICMP that it does not come through
  | 'wrong port'
  | 'from port 67'
  | 'pool' // the server is there, and answers others
  | 'blocked' // the server's host is there, and its DHCP is not
  | 'gone' // the server's host is not there
  | 'elsewhere' // a server answers on another link
  | 'relayed' // a relay asks for the client, and gets no answer
  | 'nobody';

interface Silence {
  readonly kind: Kind;
  /** Other clients that are answered on the client's link, and those that are answered on other links only. */
  readonly here: number;
  readonly elsewhere: number;
  /** What made the choice, in words. */
  readonly evidence: readonly string[];
}

/** Servers that the client's own messages name, or that answered on its link. */
function serversFor(client: Client, places: readonly Place[]): number[] {
  const names = new Set(places.flatMap((place) => [...place.servers]));
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

/** Of a client that asks for ever, so many exchanges are looked through for the server it knows. */
const MOST_EXCHANGES = 50;
/** Seconds around the silence in which ARP of the server's host is looked for. */
export const AROUND = 60;

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
  let up: number | undefined;
  let inVain: number[] = [];
  let last: { readonly senderMac: string; readonly time: number; readonly frame: number } | undefined;
  for (const arp of world.arpBetween(address, from, to)) {
    if (arp.senderIp === address) {
      up = arp.frame;
      inVain = [];
      last = undefined;
    } else if (
      arp.operation === 1 &&
      arp.targetIp === address &&
      arp.senderIp !== 0 &&
      (asker === undefined || arp.senderMac === asker)
    ) {
      const since = last?.senderMac === arp.senderMac ? arp.time - last.time : Infinity;
      // A copy is not asked again.
      if (since <= world.limits.copyWindow) continue;
      const again = since < AGAIN;
      if (again && inVain.length < 8) inVain.push(...(inVain.length === 0 ? [last!.frame] : []), arp.frame);
      last = arp;
    }
  }
  return up === undefined ? { inVain } : { up, inVain };
}

/** Seconds within which a host that had no answer to its ARP asks again. */
const AGAIN = 5;

function silenceOf(client: Client, run: readonly Message[], world: World): Silence {
  const scene = sceneOf(world);
  const first = run[0]!;
  const { packet } = first;
  const from = first.time;
  const links = new Set(run.flatMap((message) => message.sightings.map((seen) => seen.link)));
  const places = [...links].flatMap((link) => scene.places.get(link) ?? []);
  const others = new Set(places.flatMap((place) => [...place.clients]).filter((one) => one !== client));
  const anywhere = new Set([...scene.places.values()].flatMap((place) => [...place.clients]));
  const here = others.size;
  const elsewhere = [...anywhere].filter((one) => one !== client && !others.has(one)).length;
  const silence = (kind: Kind, ...evidence: readonly (string | undefined | false)[]): Silence => ({
    kind,
    here,
    elsewhere,
    evidence: evidence.filter((one): one is string => typeof one === 'string'),
  });
  const refusals = refusalsOf(client, scene, here > 0);
  if (refusals.length > 0) return silence('refused', icmpEvidence(refusals));
  if (packet.destinationPort !== 67) return silence('wrong port', `destination port ${packet.destinationPort ?? '?'}`);
  if (packet.sourcePort === 67 && packet.dhcp!.giaddr === 0)
    return silence('from port 67', `source port 67, giaddr ${ip(packet.dhcp!.giaddr)}`);
  const answers = `${count(here, 'other client')} got answers${
    scene.answering.length > 0 ? ` from ${list(scene.answering)}` : ''
  } on this link`;
  const answeredSince = places.some((place) =>
    [place.last, place.lastOther].some((one) => one && one.client !== client && one.time >= from),
  );
  if (answeredSince) return silence('pool', `${answers}, also after this client began to ask`);
  const nak = client.exchanges.slice(-MOST_EXCHANGES).find((one) => one.end >= from - AROUND && one.holds(NAK));
  if (nak) return silence('pool', `the server hears this client: it says NAK in frame ${nak.of(NAK)[0]!.frame}`);
  const servers = serversFor(client, places);
  const lastTime = run[run.length - 1]!.time;
  const hosts = first.timed
    ? servers.map((address) => ({ address, ...hostBy(address, from - AROUND, lastTime + AROUND, world) }))
    : [];
  const up = hosts.find((host) => host.up !== undefined && frameSince(host.up, run) && host.inVain.length === 0);
  if (up)
    return silence(
      'blocked',
      `the host ${ip(up.address)} is up: it is heard by ARP in frame ${up.up!}, and not by DHCP`,
    );
  const down = hosts.find((host) => host.inVain.length > 0);
  if (down) return silence('gone', `ARP for ${ip(down.address)} gets no answer (${frames(down.inVain)})`);
  const fellSilent = (place: Place): Place['lost'] =>
    place.lost && place.lost.client !== client && place.lost.time >= from - AROUND ? place.lost : undefined;
  const lost = places.map(fellSilent).find((one) => one) ?? ownBefore(client, from, places);
  if (lost)
    return silence(
      'blocked',
      `${lost.client.label} was answered before${servers.length > 0 ? ` by ${list(servers.map(ipv4ToText))}` : ''}, and nobody is since`,
    );
  if (here > 0) return silence('pool', answers);
  if (packet.dhcp!.giaddr !== 0) return silence('relayed', `giaddr ${ip(packet.dhcp!.giaddr)}`);
  if (elsewhere > 0)
    return silence(
      'elsewhere',
      `${count(elsewhere, 'client')} on another link got answers${
        scene.answering.length > 0 ? ` from ${list(scene.answering)}` : ''
      }; on this one (${list([...links])}) not one reply is seen`,
      'giaddr is 0 in every DISCOVER seen, so no relay has handled them',
    );
  return silence(
    'nobody',
    'not one reply of a server is seen',
    'giaddr is 0 in every DISCOVER seen, so no relay has handled them before this point',
    first.dhcp.has(OPTION.requested) &&
      `the client asks for ${ip(first.dhcp.ip(OPTION.requested) ?? 0)}, so it had a lease before`,
  );
}

/**
 * ICMP errors that speak of this client's messages: they quote them, or quote too little to tell whose they were. One about another
 * client's message tells of a server that is not reached, unless others are answered: then it is of a further server or relay.
 */
function refusalsOf(client: Client, { icmp }: Scene, othersAnswered: boolean): readonly IcmpError[] {
  const own = icmp.filter((error) => error.chaddr === client.mac);
  if (own.length > 0) return own;
  return icmp.filter((error) => error.chaddr === undefined || error.chaddr === '' || !othersAnswered);
}

/** Whether a frame came after the client had begun to ask. */
const frameSince = (frame: number, run: readonly Message[]): boolean => frame > run[0]!.frame;

/** The client itself, where it was answered before it began to ask in vain, and nobody else was meanwhile. */
function ownBefore(client: Client, from: number, places: readonly Place[]): { readonly client: Client } | undefined {
  const answered = client.exchanges.filter(
    (one) => one.end < from && one.leaseAnswers > 0 && one.outcome !== 'refused',
  );
  const last = Math.max(-Infinity, ...answered.slice(-MOST_EXCHANGES).map((one) => one.end));
  // Whoever gave its address back may find it given to another.
  const others = places.some((place) =>
    [place.last, place.lastOther].some(
      (one) => one && one.client !== client && one.time > Math.max(last, from - AROUND),
    ),
  );
  return last > -Infinity && !others ? { client } : undefined;
}

/** What the likeliest cause is called; the other causes of its kind are not said twice. */
const TEXTS = {
  pool: 'The server has no address for this client: its pool is used up, it has no scope for this link, or a class, reservation or MAC filter keeps the client out',
  firewall:
    'A firewall on the server, or on the way to it, drops UDP port 67 without a word, or the server’s program has stopped',
  server: 'No DHCP server runs on this link, or it does not listen on this interface',
  relay: 'The server is on another link or in another network, and no relay hands this link’s broadcasts on to it',
  lost: 'The OFFER was sent and lost: a firewall blocks port 68, the VLAN is not carried all the way, or DHCP snooping drops it on a port that is not trusted',
  forwarding: 'The switch port was not forwarding yet (spanning tree, 802.1X)',
} as const;

/** Weighs why a client's DISCOVERs are unanswered, and says what to do about it. `later`: its first message that was answered after all. */
export function whyNoOffer(
  client: Client,
  run: readonly Message[],
  world: World,
  later?: Message,
): { readonly causes: Cause[]; readonly steps: string[] } {
  const silence = silenceOf(client, run, world);
  const { kind, here, evidence } = silence;
  const scene = sceneOf(world);
  const { giaddr } = run[0]!.dhcp;
  const proxies =
    scene.proxies.length > 0 && `only proxyDHCP speaks (${list(scene.proxies)}), which leases no addresses`;
  const likeliest: Readonly<Record<Kind, string>> = {
    refused: 'A firewall or a host refuses datagrams to UDP port 67, and says so by ICMP',
    'wrong port': 'The client sends to a port on which no server listens',
    'from port 67': 'The client sends from port 67, so replies go to a port on which it may not listen',
    pool: TEXTS.pool,
    blocked: TEXTS.firewall,
    gone: 'The server’s host is down or unplugged: it does not even answer ARP',
    elsewhere: TEXTS.relay,
    relayed:
      'The server has no scope for the relay’s network or no way back to it, or port 67 is blocked between relay and server (`relay-unanswered`)',
    nobody:
      'Nobody who would answer hears this client: no DHCP server runs on this link, or a firewall drops UDP port 67 at the server without a word, or no relay hands the broadcasts on to a server elsewhere. These three look the same from here',
  };
  const other = (text: string, ...more: (string | false | undefined)[]): Cause | false =>
    text !== likeliest[kind] && cause(here > 0 && AGAINST_OTHERS.has(text) ? 'unlikely' : 'possible', text, ...more);
  const againstOthers = here > 0 && 'other clients of this link are answered';
  return {
    causes: ranked(
      cause('likely', likeliest[kind], ...evidence, proxies),
      other(
        TEXTS.firewall,
        againstOthers ||
          'a capture on the server shows the DISCOVER all the same: captures are taken before the firewall',
      ),
      giaddr === 0 && other(TEXTS.server, againstOthers),
      giaddr === 0 && other(TEXTS.relay, againstOthers),
      (here > 0 || kind === 'blocked') && other(TEXTS.pool),
      other(TEXTS.lost),
      other(TEXTS.forwarding, later !== undefined && `the client was answered later, in frame ${later.frame}`),
    ),
    steps: stepsFor(kind, giaddr !== 0),
  };
}

/** Causes that speak against themselves where other clients of the link are answered. */
const AGAINST_OTHERS: ReadonlySet<string> = new Set([TEXTS.firewall, TEXTS.server, TEXTS.relay]);

function stepsFor(kind: Kind, relayed: boolean): string[] {
  switch (kind) {
    case 'pool':
      return [...advice.poolAndFilters(), ...advice.switchPath(), advice.captureBothEnds()];
    case 'refused':
    case 'blocked':
    case 'gone':
      return [...advice.openServerPort(), ...advice.serverRunning(), advice.captureBothEnds()];
    case 'wrong port':
    case 'from port 67':
      return [
        'On the client, see who sends: `ss -ulnp` (Linux), `netstat -ano -p UDP` (Windows). DHCP clients send from port 68 to port 67.',
        advice.captureBothEnds(),
      ];
    case 'elsewhere':
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
