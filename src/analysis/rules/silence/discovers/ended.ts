import { parseIpv4 } from '../../../../codec/bytes';
import {
  DISCOVER,
  INFORM,
  REQUEST,
  stateIn,
  type Client,
  type Exchange,
  type Message,
} from '../../../conversations/model';
import { cause, type Common } from '../../../collector';
import { isNoChance } from '../../../evidence/turn';
import { apartOn } from '../../../evidence/silence/answered';
import { halvesSilent } from '../../../evidence/silence/halves';
import { AROUND, hostBy, macOfServer, sceneOf } from '../../../evidence/silence/scene';
import { silentOnLinks, type Silent } from '../../../evidence/silence/silent';
import { rivalCause, rivalsOf } from '../../../evidence/rivals';
import { identityChanges } from '../../../evidence/identity';
import { ONE_TIME } from '../../../conversations/settings';
import { misfitOf } from '../../../evidence/fit';
import type { World } from '../../../evidence/world';
import { push } from '../../../../codec/append';
import type { Cause } from '../../../finding';
import * as advice from '../../../words/advice';
import { hostDown } from '../../../words/hosts';
import { linkText } from '../../../words/links';
import { count, frames, ip, list } from '../../../words/words';

/**
 * A server stops answering in the middle of a capture: whatever anybody asks on its link, or behind one relay, afterwards is in vain, which
 * is one fault.
 */

/** A link, or a relay, at which nobody is answered after a certain point, though several questions are asked there. */
export interface Ended {
  readonly link: string;
  /** The relay, where others are answered on. */
  readonly relay: string | undefined;
  /** An answer to those others after the last one to this relay. */
  readonly elsewhere: Message | undefined;
  /** The servers that answered there before. */
  readonly servers: readonly string[];
  /** The last answer. */
  readonly last: Message;
  /** Exchanges in vain after it. */
  readonly vain: readonly Exchange[];
  /** Clients with DISCOVERs in vain after it; all other exchanges in vain are those of `others`. */
  readonly silent: readonly Silent[];
  readonly others: readonly Exchange[];
  /** How many of the clients were answered before. */
  readonly served: number;
}

/** By link: where the service ends, for all of it or for relays. Ask for it with `world.once`, after every exchange has been surveyed. */
export function serviceEnded(world: World): ReadonlyMap<string, readonly Ended[]> {
  const out = new Map<string, Ended[]>();
  // An ICMP error says more about a server that is no longer there, and has a finding of its own.
  if (world.once(sceneOf).icmp.length > 0) return out;
  const unanswered = new Map<string, Map<number, Exchange[]>>();
  for (const exchange of world.exchanges) {
    if (exchange.outcome !== 'unanswered') continue;
    for (const link of exchange.links) {
      let behind = unanswered.get(link);
      if (!behind) unanswered.set(link, (behind = new Map<number, Exchange[]>()));
      push(behind, relayOf(exchange), exchange);
    }
  }
  if (unanswered.size === 0) return out;
  const answers = answersAt(world, unanswered);
  for (const [link, behind] of unanswered) {
    const here = answers.get(link)!;
    const latest = here.get(ALL);
    const whole = latest && endedOn(link, latest, [...behind.values()].flat(), world);
    if (whole) out.set(link, [whole]);
    else
      for (const [giaddr, exchanges] of behind) {
        const own = giaddr === 0 ? undefined : here.get(giaddr);
        const ended = own && endedOn(link, own, exchanges, world, { relay: ip(giaddr), elsewhere: latest!.exchange });
        if (ended) push(out, link, ended);
      }
  }
  return out;
}

/** By link, and by client: those that nobody answered in the end. */
function silentOf(world: World): ReadonlyMap<string, ReadonlyMap<Client, readonly Silent[]>> {
  const out = new Map<string, Map<Client, Silent[]>>();
  for (const [link, all] of silentOnLinks(world)) {
    const byClient = new Map<Client, Silent[]>();
    for (const one of all) push(byClient, one.client, one);
    out.set(link, byClient);
  }
  return out;
}

/** The relay that handed on what begins an exchange, by its giaddr; 0 if none did. */
export function relayOf(exchange: Exchange): number {
  if (!exchange.relayed) return 0;
  // Mostly the first frame tells, and the messages need not be built.
  const { giaddr } = exchange.opening.dhcp!;
  if (giaddr !== 0) return giaddr;
  const handedOn = exchange.messages[0]!.packetsSeen().find(({ dhcp }) => dhcp!.giaddr !== 0);
  return handedOn?.dhcp!.giaddr ?? 0;
}

/** Whether `serviceEnded` covers what an exchange asked in vain. */
export const isAfterTheEnd = (exchange: Exchange, world: World): boolean =>
  (world.once(coveredBy).get(exchange)?.silent.length ?? 0) > 0;

/** What exchanges in vain after the end have in common, where nobody asks by DISCOVER: each is told by its own rule. */
export function commonAfterTheEnd(exchange: Exchange, world: World): Common | undefined {
  const ended = world.once(coveredBy).get(exchange);
  return ended && { subject: subjectOf(ended), trait: traitOf(ended), least: 2 };
}

const coveredBy = (world: World): ReadonlyMap<Exchange, Ended> =>
  new Map(
    [...world.once(serviceEnded).values()].flat().flatMap((ended) => ended.vain.map((one) => [one, ended] as const)),
  );

export const traitOf = ({ last, relay }: Ended): string =>
  `all ${relay === undefined ? '' : `behind relay ${relay}, `}after the last answer${relay === undefined ? '' : ' there'} (frame ${last.frame})`;

/** The answers on a link, or to a relay: the exchange whose answer comes last, and the clients. */
interface Answers {
  exchange: Exchange;
  readonly clients: Set<Client>;
}

/** What stands for the whole link in place of a giaddr. */
const ALL = -1;

/** On each of these links, the answers on all of it, and those to each relay with questions in vain. */
function answersAt(
  world: World,
  unanswered: ReadonlyMap<string, ReadonlyMap<number, unknown>>,
): ReadonlyMap<string, ReadonlyMap<number, Answers>> {
  const answers = new Map([...unanswered.keys()].map((link) => [link, new Map<number, Answers>()]));
  for (const exchange of world.exchanges) {
    if (exchange.leaseAnswers === 0) continue;
    const giaddr = relayOf(exchange);
    for (const link of exchange.links) {
      const here = answers.get(link);
      if (!here) continue;
      for (const key of unanswered.get(link)!.has(giaddr) ? [ALL, giaddr] : [ALL]) {
        const known = here.get(key);
        if (!known) here.set(key, { exchange, clients: new Set([exchange.client]) });
        else {
          known.clients.add(exchange.client);
          if (answerTime(exchange) > answerTime(known.exchange)) known.exchange = exchange;
        }
      }
    }
  }
  return answers;
}

/** The time of the last answer in an exchange. What ends otherwise than in vain ends with an answer, or nearly so. */
const answerTime = (exchange: Exchange): number =>
  exchange.outcome === 'unanswered' ? lastAnswer(exchange)!.time : exchange.end;

const lastAnswer = ({ messages }: Exchange): Message | undefined => messages.findLast(({ fromClient }) => !fromClient);

function endedOn(
  link: string,
  { exchange: answered, clients: known }: Answers,
  exchanges: readonly Exchange[],
  world: World,
  /** The relay, and an exchange that others have after the end. */
  behind?: { readonly relay: string; readonly elsewhere: Exchange },
): Ended | undefined {
  const last = lastAnswer(answered);
  if (!last?.timed) return undefined;
  const end = answerTime(answered);
  const vain = exchanges.filter((one) => isVain(one, one === answered ? last.time : end, world));
  const clients = new Set(vain.map(({ client }) => client));
  const here = world.once(silentOf).get(link);
  // By client: a link may have thousands of relays, and each has to look at its own clients alone.
  const silent = [...clients]
    .flatMap((client) => here?.get(client) ?? [])
    .filter(({ run }) => run[0]!.time >= last.time && run[0]!.time - end <= ONE_TIME);
  const others = vain.filter((one) => !one.holds(DISCOVER) || one.holds(REQUEST));
  if (silent.length + new Set(others.map((one) => `${kindOf(one)} ${one.client.number}`)).size < 2) return undefined;
  const isSet = (one: Silent): readonly [Client, readonly Message[]] => [one.client, one.run];
  if (
    silent.length > 0 &&
    apartOn('DISCOVER', silent.map(isSet), world, { propertiesOnly: true })?.likelihood === 'likely'
  )
    return undefined;
  if (halvesSilent(world).some((one) => one.link === link)) return undefined;
  const place = world.once(sceneOf).places.get(link);
  const served = [...clients].filter((client) => (behind ? known : place?.clients)?.has(client)).length;
  if (behind && !isNoChance(known, clients)) return undefined;
  return {
    link,
    relay: behind?.relay,
    elsewhere: behind && lastAnswer(behind.elsewhere),
    servers: behind
      ? [...new Set([answered.server].filter((one) => one !== undefined))]
      : [...(place?.servers.keys() ?? [])],
    last,
    vain,
    silent,
    others,
    served,
  };
}

/** Whether an exchange asks in vain after a point in time, and nothing about it explains that. */
function isVain(exchange: Exchange, end: number, world: World): boolean {
  if (exchange.end < end || world.invented.has(exchange.client) || world.relaysUnanswered.has(exchange)) return false;
  const { messages } = exchange;
  const [first] = askedIn(exchange);
  // What began before the last answer to somebody else was in vain before it.
  if (!first || first.time < end || first.time - end > ONE_TIME) return false;
  if (messages.some(({ fromClient, time }) => !fromClient && time > end)) return false;
  if (exchange.leaseAnswers === 0 && messages[0]!.time < end) return false;
  if (![DISCOVER, REQUEST, INFORM].includes(first.type)) return false;
  return !misfitOf(exchange, world) && !identityChanges(world).has(exchange);
}

/** The servers of a link, for a subject; the link if there is none, or more than one. */
export const subjectOf = ({ servers, link, relay }: Ended): string =>
  relay !== undefined ? `relay ${relay}` : servers.length === 1 ? `server ${servers[0]!}` : linkText(link);

/** The renewals in vain that their clients sent to a server of the link: they need no free address. */
const renewalsIn = ({ others, servers }: Ended): readonly Message[] =>
  others.flatMap((one) =>
    askedIn(one).filter(
      (message) =>
        stateIn(one, message) === 'renewing' && servers.some((server) => server === message.packet.destination),
    ),
  );

/** Whether an empty pool cannot be the reason: clients ask in vain that were answered before, or that hold an address. */
export const isBeyondPool = (ended: Ended): boolean => ended.served > 0 || renewalsIn(ended).length > 0;

/** Why nobody is answered any more; undefined if all who ask are new, for then an empty pool is as likely. */
export function endedCause(ended: Ended, world: World): Cause | undefined {
  if (ended.relay !== undefined) return relayCause(ended);
  if (!isBeyondPool(ended)) return undefined;
  const { servers, last, served, vain, link } = ended;
  const renewals = renewalsIn(ended);
  const who = servers.length === 1 ? `Server ${servers[0]!}` : 'The server';
  const until = endOf(vain);
  const lastText = `the last answer on ${linkText(link)} is in frame ${last.frame}`;
  const rival = servers.length === 1 ? world.once(rivalsOf).get(servers[0]!) : undefined;
  if (rival && rival.other.time >= last.time - AROUND && rival.other.time <= until) return rivalCause(rival, lastText);
  const hosts = hostsAfter(ended, world);
  const up = hosts.find((host) => host.up && host.inVain.length === 0)?.up;
  const deaf = hosts.find((host) => host.inVain.length > 0)?.inVain;
  const text = deaf
    ? `${who} is down or unplugged: it does not answer ARP`
    : `${who} no longer answers on this link: its DHCP program has stopped, or a firewall drops UDP port 67`;
  return cause(
    'likely',
    text,
    lastText,
    servedText(ended),
    served === 0 &&
      `a client that holds an address, and needs no free one, asks in vain to renew it (${frames(framesIn(renewals))})`,
    deaf && `ARP for its address gets no answer (${frames(deaf)})`,
    up && `its host is up: it ${up.text}`,
  );
}

const endOf = (vain: readonly Exchange[]): number =>
  vain.reduce((most, one) => Math.max(most, one.end), vain[0]!.start);

/** What is heard of the hosts of the servers since the end. */
const hostsAfter = ({ servers, last, vain }: Ended, world: World): readonly ReturnType<typeof hostBy>[] =>
  servers.flatMap((server) => {
    const address = parseIpv4(server);
    return address === undefined ? [] : [hostBy(address, last.time, endOf(vain) + AROUND, world)];
  });

/**
 * What is to be done where nobody is answered any more, and no empty pool explains that. Where the server's host is down, nothing can be
 * asked on it before it runs again.
 */
export function endedSteps(ended: Ended, world: World): advice.Step[] {
  const { servers, link } = ended;
  const server = servers.length === 1 ? servers[0] : undefined;
  const known = { server };
  return hostsAfter(ended, world).some(({ inVain }) => inVain.length > 0)
    ? [
        ...hostDown(
          advice.named('server', server),
          server === undefined ? undefined : macOfServer(server, link, world),
        ),
        ...advice.serverRunning(known),
      ]
    : [...advice.serverRunning(known), ...advice.openServerPort(known), advice.captureBothEnds(known)];
}

const servedText = ({ served }: Ended): string | false =>
  served > 0 && `${count(served, 'client')} answered before ${served === 1 ? 'asks' : 'ask'} in vain since`;

/** Why nobody behind a relay is answered any more, while others are. */
function relayCause(ended: Ended): Cause {
  const { servers, relay, last, vain, elsewhere } = ended;
  const first = vain.reduce((least, one) => Math.min(least, askedIn(one)[0]!.frame), Infinity);
  const pool = isBeyondPool(ended) ? '' : 'its pool there is used up, ';
  return cause(
    'likely',
    `Something changed for relay ${relay!} after frame ${last.frame}: ${servers.length === 1 ? servers[0]! : 'the server'} no longer serves its network (${pool}the subnet was removed, changed or switched off), or what goes between the two is lost`,
    `up to frame ${last.frame} clients behind relay ${relay!} are answered, from frame ${first} on none is`,
    servedText(ended),
    elsewhere && elsewhere !== last && `what does not come through it is answered on (frame ${elsewhere.frame})`,
  );
}

/** What else is in vain after the end, beside the DISCOVERs: a sentence; empty if there is nothing. */
export function othersText({ others }: Ended): string {
  if (others.length === 0) return '';
  const kinds = new Map<string, Exchange[]>();
  for (const one of others) push(kinds, kindOf(one), one);
  const parts = [...kinds].map(([kind, all]) => {
    const clients = new Set(all.map(({ client }) => client.label));
    const first = all.map((one) => askedIn(one)[0]!.frame);
    return `${kind}${clients.size > 1 ? 's' : ''} of ${list([...clients])} (${frames(first)})`;
  });
  return ` In vain since then, too: ${list(parts)}.`;
}

/** What an exchange in vain asks for: `the renewal`. */
function kindOf(exchange: Exchange): string {
  if (exchange.holds(INFORM)) return 'the INFORM';
  const [first] = askedIn(exchange);
  const state = first && stateIn(exchange, first);
  return state === 'renewing' || state === 'rebinding' ? 'the renewal' : 'the REQUEST';
}

/** The messages of an exchange that nobody answered. */
const askedIn = ({ messages }: Exchange): Message[] =>
  messages.slice(messages.findLastIndex(({ fromClient }) => !fromClient) + 1);

const framesIn = (messages: readonly Message[]): number[] => messages.map(({ frame }) => frame);

export const framesAfterTheEnd = ({ others }: Ended): number[] =>
  others.flatMap((one) => askedIn(one).flatMap((message) => message.frames));
