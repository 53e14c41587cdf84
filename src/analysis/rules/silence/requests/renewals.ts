import { parseIpv4 } from '../../../../codec/bytes';
import * as advice from '../../../words/advice';
import { cause, ranked } from '../../../collector';
import type { Cause } from '../../../finding';
import {
  ACK,
  DISCOVER,
  NAK,
  OPTION,
  REQUEST,
  identifierOf,
  serverOf,
  stateIn,
  type Exchange,
  type Message,
} from '../../../conversations/model';
import type { ExchangeRule } from '../../rule';
import { renewsByServer } from '../../../evidence/fit';
import { commonServerNamed, forOneReason } from '../../../evidence/subjects';
import { sharedIdentityCause } from '../../leases/identity';
import { refusalCause, refusalsOf } from '../../../evidence/silence/refusals';
import { answersSince, renewalsSince } from '../../../evidence/alive';
import { AROUND, hostBy, sceneOf } from '../../../evidence/silence/scene';
import { answeredSide, apartOn } from '../../../evidence/silence/answered';
import { NOWHERE, goesNowhere, waysOf } from './renewalWay';
import { mayPassUnseen } from '../../../evidence/silence/sight';
import { commonAfterTheEnd, isAfterTheEnd } from '../discovers/ended';
import { comparedCauses } from '../compared';
import { deafCause, deafSteps, deafTo } from '../deaf';
import { refusalSteps } from '../discovers/kinds';
import type { IcmpError } from '../../../evidence/neighbours';
import type { Lease } from '../../../conversations/lease';
import { isForeign } from '../../../conversations/packet';
import { framesOf, identityCause } from './unanswered';
import { withFinding } from '../../../draft';
import { count, frames, ip, times } from '../../../words/words';
import { knownOf } from '../../../evidence/systems';
import type { World } from '../../../evidence/world';
import { differenceCause } from '../../../words/difference';

/** Nobody answers a client that renews its lease. */

/** Renewals that got no answer, or none until the client broadcast them. */
interface Unrenewed {
  readonly asked: readonly Message[];
  readonly unicast: readonly Message[];
  /** The answer to the broadcast. */
  readonly answer: Message | undefined;
  /** The broadcast that was answered. */
  readonly answered: Message | undefined;
}

/** How many exchanges after an unanswered renewal are searched for its broadcast, which may have an xid of its own. */
const MOST_LATER = 4;

function unrenewedIn(exchange: Exchange, world: World): Unrenewed | undefined {
  // Only a client that has an address renews.
  if (!exchange.routed || !exchange.holds(REQUEST) || isForeign(exchange.opening)) return undefined;
  const asked = exchange
    .of(REQUEST)
    .filter(
      (message) => ['renewing', 'rebinding'].includes(stateIn(exchange, message)) || renewsByServer(exchange, message),
    );
  const last = asked[asked.length - 1];
  if (!last || world.relaysUnanswered.has(exchange) || isAfterTheEnd(exchange, world)) return undefined;
  const own = exchange.messages.find((message) => message.type === ACK || message.type === NAK);
  const unicast = asked.filter((message) => stateIn(exchange, message) === 'renewing' || goesNowhere(message));
  if (own) {
    // It was answered: this is a fault only if the server did not answer the unicast but the broadcast was answered.
    if (unicast.length === 0 || unicast.length === asked.length) return undefined;
    return { asked, unicast, answer: own, answered: asked.findLast(({ time }) => time <= own.time) };
  }
  const hidden =
    mayPassUnseen(last, exchange.client, world) ||
    (exchange.client.answers === 0 &&
      !world.observed.linksWithReplies.has(last.link) &&
      world.observed.linksWithReplies.size > 0);
  if (hidden && asked.length === 1) return undefined;
  if (!world.observed.silenceAfter(asked)) return undefined;
  const rebound = unicast.length === asked.length ? rebindingAfter(exchange, last.dhcp.ciaddr) : undefined;
  return { asked, unicast, answer: rebound?.answer, answered: rebound?.answered };
}

/** The broadcast by which a client goes on asking for its address, and its answer. */
function rebindingAfter(exchange: Exchange, address: number): Pick<Unrenewed, 'answer' | 'answered'> | undefined {
  let next = exchange.next;
  for (let i = 0; next && i < MOST_LATER; i++, next = next.next) {
    if (next.holds(DISCOVER)) return undefined;
    const [request] = next.of(REQUEST);
    if (!request || request.dhcp.ciaddr !== address || stateIn(next, request) !== 'rebinding') continue;
    const answer = next.messages.find(({ type }) => type === ACK);
    if (answer) return { answer, answered: request };
  }
  return undefined;
}

/** A renewal gets no answer, or only after the client broadcasts it. */
export const renewalUnanswered: ExchangeRule = function* (exchange, world) {
  const unrenewed = unrenewedIn(exchange, world);
  if (!unrenewed) return;
  const { asked, unicast, answer } = unrenewed;
  const last = asked[asked.length - 1]!;
  const rebinding = asked.length - unicast.length;
  const server = unicast[0] && !goesNowhere(unicast[0]) ? unicast[0].packet.destination : undefined;
  yield {
    id: 'renewal-unanswered',
    severity: 'warning',
    subject: exchange.client.label,
    get common() {
      const { causes } = whyNotRenewed(exchange, unrenewed, waysOf(exchange.client, unicast, world), world);
      return commonAfterTheEnd(exchange, world) ?? forOneReason(commonServerNamed(server), causes[0]);
    },
    frames: framesOf(answer ? unicast : asked),
    address: ip(last.dhcp.ciaddr),
    detail: () => {
      const address = ip(last.dhcp.ciaddr);
      const ways = waysOf(exchange.client, unicast, world);
      const why = whyNotRenewed(exchange, unrenewed, ways, world);
      const { causes } = why;
      return {
        title: answer
          ? `${exchange.client.label} gets its renewal of ${address} answered only after broadcasting`
          : `${exchange.client.label} asks to renew ${address} and gets no answer`,
        explanation:
          `The client holds ${address} and ` +
          [
            unicast.length > 0
              ? `asked${server !== undefined ? ` server ${server} by unicast` : goesNowhere(unicast[0]!) ? ` ${NOWHERE}` : ''} ${times(unicast.length)}`
              : '',
            rebinding > 0 ? `asked all servers by broadcast ${times(rebinding)}` : '',
          ]
            .filter((part) => part !== '')
            .join(', then ') +
          (answer ? `; only the broadcast was answered (frame ${answer.frame}).` : '; this capture shows no answer.') +
          (answer ? '' : ' It may use the address until the lease ends; then it must start anew with DISCOVER.'),
        causes,
        steps: advice.together(
          deafStepsFor(causes, asked, world),
          ways.filter((way) => way.cause.text === causes[0]?.text).flatMap((way) => way.steps),
          renewalSteps(exchange, why, server, address, world),
        ),
        reference: 'RFC 2131 §4.4.5',
      };
    },
  };
};

/** The steps where broadcasts do not reach the server. */
function deafStepsFor([first]: readonly Cause[], asked: readonly Message[], world: World): advice.Step[] {
  const deaf = deafTo(asked, world);
  return deaf && deafCause(deaf).text === first?.text ? deafSteps(deaf) : [];
}

/** The steps for a renewal without an answer, those for its likely cause first. */
function renewalSteps(
  { client }: Exchange,
  { causes, mayBeFirewall, mayLackRecord, refusal, refuses }: Why,
  server: string | undefined,
  address: string,
  world: World,
): advice.Step[] {
  const [first] = causes;
  const known = { server, address, ...knownOf(client) };
  const runs = advice.runsOf(known.system);
  const reach = `${runs === 'device' ? 'On another host in the network of' : 'On'} client ${client.label}: \`ping ${server ?? 'SERVER'}\` and \`${runs === 'windows' ? 'tracert' : 'traceroute'} ${server ?? 'SERVER'}\` show whether it reaches the server.`;
  const told = first?.likelihood === 'likely' ? first.finding : undefined;
  const ofClient = told === 'client-id-changed' || told === 'forbidden-field';
  return advice.together(
    ofClient ? [advice.updateClient(client.label)] : [],
    refusal ? refusalSteps(refusal, world) : [],
    ofClient || told === 'firewall-reject' || told === undefined ? [] : server === undefined ? [] : [reach],
    told === undefined ? (server === undefined ? advice.serverRunning(known) : [reach]) : [],
    refuses && server ? [...advice.serverRunning(known), ...advice.shareLeases([server, refuses])] : [],
    mayBeFirewall && !refusal ? advice.openServerPort(known) : [],
    mayLackRecord ? advice.authoritative(known) : [],
    [advice.captureBothEnds(known)],
  );
}

/** Why a renewal was not answered. */
interface Why {
  readonly causes: readonly Cause[];
  /**
   * Not where the server answers the renewals of others, nor where the likely cause is another finding, unless it is that of a firewall.
   */
  readonly mayBeFirewall: boolean;
  /** The server may have no record of the lease, as far as its later answers show. */
  readonly mayLackRecord: boolean;
  /** The ICMP error that reports why. */
  readonly refusal: IcmpError | undefined;
  /** Another server that refuses the lease. */
  readonly refuses: string | undefined;
}

/** Findings that a firewall causes. */
const OF_FIREWALL: ReadonlySet<string> = new Set(['firewall-reject', 'host-unreachable']);

/** Weighs why a renewal was not answered: by ICMP, by ARP, and by whether broadcasts were answered. */
function whyNotRenewed(
  exchange: Exchange,
  { asked, unicast, answer, answered }: Unrenewed,
  ways: ReturnType<typeof waysOf>,
  world: World,
): Why {
  const { client } = exchange;
  const rebinding = asked.length - unicast.length;
  const [first] = unicast;
  const errors = refusalsOf(world.once(sceneOf).icmp, client.mac, first?.packet);
  const refusal = refusalCause(errors, world);
  const server = (first && parseIpv4(first.packet.destination ?? '')) || undefined;
  const last = unicast[unicast.length - 1];
  const { inVain } =
    first && server !== undefined ? hostBy(server, first.time - AROUND, last!.time + AROUND, world) : { inVain: [] };
  const { up } = first && server !== undefined ? hostBy(server, first.time, last!.time + AROUND, world) : {};
  const silent = client.exchanges.find(
    (one) => one.outcome === 'unanswered' && one.holds(DISCOVER) && one.start >= (first?.time ?? Infinity),
  );
  const toAll =
    answer === undefined &&
    ((rebinding > 0 && 'its broadcasts get no answer either') ||
      (silent !== undefined && `its DISCOVER gets no answer either (frame ${silent.messages[0]!.frame})`));
  const alive = answer || server === undefined ? undefined : answersSince(ip(server), first!, world);
  const renews = answer || server === undefined ? undefined : renewsOthers(ip(server), exchange, first!, world);
  const partner = answer && server !== undefined ? otherServer(answer, server, world) : undefined;
  const refuses = partner !== undefined && answer?.type === NAK;
  const compared = answer || unicast.length === 0 ? undefined : apartOn('RENEWAL', [[client, unicast]], world);
  const difference = compared && differenceCause(compared);
  const deaf = unicast.length > 0 || answer ? undefined : deafTo(asked, world);
  const deafening = deaf && deafCause(deaf);
  const known = [
    refusal,
    sharedIdentityCause(exchange.client, [], world),
    first && answer && answersAlike(first, answered, answer) ? undefined : identityCause(exchange, world),
    ...ways.map((way) => way.cause),
    namesServerCause(exchange) ?? asksAgainCause(unicast, world),
    ...comparedCauses(exchange, asked, world),
    difference?.likelihood === 'likely' ? difference : undefined,
    deafening,
  ].filter((one) => one !== undefined);
  const guess = known.length === 0 ? difference : undefined;
  const name = server === undefined ? 'The server' : `The server ${ip(server)}`;
  const arp = inVain.length > 0 && `ARP for ${ip(server!)} gets no answer (${frames(inVain)})`;
  const byFilter =
    toAll || renews
      ? 'unlikely'
      : known.length > 0
        ? 'possible'
        : partner === undefined && (answer ?? alive)
          ? 'likely'
          : 'possible';
  const byServer = (answer ?? alive ?? renews) ? 'unlikely' : known.length > 0 ? 'possible' : 'likely';
  const confirmed = answer?.type === ACK && partner === undefined;
  const again = server === undefined ? undefined : givenAgain(exchange, last!, server, world);
  const causes = ranked(
    ...known,
    partner !== undefined &&
      cause(
        known.length > 0 ? 'possible' : 'likely',
        `${name} is down, has stopped or cannot be reached, and another server, ${partner}, ${refuses ? 'does not know its leases and refuses them' : 'takes over its leases'}`,
        `${partner} answers the broadcast in frame ${answer!.frame}${refuses ? ' by NAK' : ''}`,
        arp,
      ),
    first !== undefined &&
      cause(
        byFilter,
        'A firewall lets the broadcasts of DISCOVER and REQUEST through, but not unicast from the client’s address to port 67 of the server, or not the answer back',
        toAll ||
          (answer &&
            (partner === undefined ? 'the broadcast was answered' : `the broadcast was answered by ${partner}`)),
        renews && `${ip(server!)} answers ${renewsText(renews)}`,
        alive &&
          `${ip(server!)} answers ${alive.client.label} after that (frame ${alive.messages.find(({ fromClient }) => !fromClient)!.frame})`,
      ),
    guess,
    first !== undefined &&
      !reachesServer(first, renews, world) &&
      cause(
        'possible',
        'There is no route between the client’s subnet and the server: the first exchange went by broadcast or relay, the renewal goes directly',
        first.packet.ethDestination !== undefined && `sent to link-layer address ${first.packet.ethDestination}`,
      ),
    partner === undefined &&
      !deaf &&
      cause(
        byServer,
        up
          ? `${name} no longer answers, while its host is up: its DHCP program has stopped, or a firewall drops all datagrams to its port 67`
          : `${name} is down, has stopped or was replaced, or a firewall drops all datagrams to its port 67`,
        up && `its host ${up.text}`,
        answer ? 'a server answered later' : toAll,
        (alive ?? renews) && 'it answers others',
        arp,
      ),
    !confirmed &&
      cause(
        again ? 'unlikely' : renews && known.length === 0 ? 'likely' : 'possible',
        'The server has no record of this lease, and does not answer',
        renews && `it answers ${renewsText(renews)}`,
        again && `it gives ${client.label} the same address again in frame ${again.frame}`,
      ),
  );
  const finding = causes[0]?.finding;
  const mayBeFirewall =
    finding === undefined
      ? deaf !== undefined ||
        (first !== undefined && byFilter !== 'unlikely') ||
        (partner === undefined && byServer !== 'unlikely')
      : OF_FIREWALL.has(finding);
  return {
    causes,
    mayBeFirewall,
    mayLackRecord: !confirmed && !again && partner === undefined,
    refusal: errors[0],
    refuses: refuses ? partner : undefined,
  };
}

/** Whether the server that a renewal went to confirms the same under the same client identifier: then the identifier is not the reason. */
const answersAlike = (renewal: Message, answered: Message | undefined, answer: Message): boolean =>
  answer.type === ACK &&
  answered?.dhcp.clientNumber === renewal.dhcp.clientNumber &&
  [serverOf(answer), identifierOf(answer)].includes(renewal.packet.destination);

/** A renewal by which another client of the link gets its lease renewed after this message: unicasts reach the server, and its answers come back. */
const renewsOthers = (server: string, { client }: Exchange, after: Message, world: World): Message | undefined =>
  renewalsSince(server, after, world)
    .find((one) => one.client !== client)
    ?.messages.findLast(({ fromClient }) => !fromClient);

const renewsText = (ack: Message): string =>
  `the renewal of another client of this link after that (frame ${ack.frame})`;

/** Whether renewals get from a client to its server: they go to the server’s own link-layer address, or others’ are answered. */
function reachesServer({ packet, link }: Message, renews: Message | undefined, world: World): boolean {
  const own = world.survey.servers.get(packet.destination ?? '')?.macs ?? [];
  return (
    renews !== undefined ||
    own.some((one) => one.link === link && one.mac === packet.ethDestination && one.source === packet.destination)
  );
}

/** The lease by which the same server gives a client its address again after a renewal in vain. */
const givenAgain = ({ client }: Exchange, last: Message, server: number, world: World): Lease | undefined =>
  world.survey
    .leasesOf(last.dhcp.ciaddr)
    .find((one) => one.client === client && one.time > last.time && one.server === server);

/** The server that answered, if it is clearly not the one that was asked. */
export function otherServer(answer: Message, asked: number, world: World): string | undefined {
  const named = answer.dhcp.ip(OPTION.server);
  const source = parseIpv4(answer.packet.source ?? '');
  // One machine may have both addresses; its link-layer address shows that.
  if (named === undefined || named === asked || source === asked || answer.packet.dhcp!.giaddr !== 0) return undefined;
  const own = world.survey.servers.get(ip(asked))?.macs;
  const mac = answer.packet.ethSource;
  const same = mac !== undefined && [...(own?.values() ?? [])].some((one) => one.mac === mac);
  return same ? undefined : ip(named);
}

/** The client names a server in its renewal, which makes it another kind of REQUEST (RFC 2131 §4.3.2). */
function namesServerCause(exchange: Exchange): Cause | undefined {
  const wrong = exchange.of(REQUEST).filter((message) => renewsByServer(exchange, message));
  const [first] = wrong;
  if (!first) return undefined;
  const named = [OPTION.requested, OPTION.server].filter((code) => first.dhcp.has(code));
  return withFinding(
    'forbidden-field',
    framesOf(wrong),
    cause(
      'likely',
      'The renewal has options that only a REQUEST after an OFFER may have, and the server does not take it for a renewal',
      `ciaddr ${ip(first.dhcp.ciaddr)} and option ${named.join(' and ')} in ${frames(framesOf(wrong).slice(0, 4))}`,
      'see the finding forbidden-field',
    ),
  );
}

/** The renewals have option 50, which belongs in a REQUEST for an address that is not held (RFC 2131 table 5), and those that are answered have none. */
function asksAgainCause(unicast: readonly Message[], world: World): Cause | undefined {
  const [first] = unicast;
  if (!first || !unicast.every(({ dhcp }) => dhcp.has(OPTION.requested))) return undefined;
  const answered = answeredSide('RENEWAL', first.link, world);
  if (!answered || answered.optionCounts[OPTION.requested]! > 0) return undefined;
  return withFinding(
    'forbidden-field',
    framesOf(unicast),
    cause(
      'likely',
      'The renewal has option 50 (requested IP address), which belongs in other REQUESTs only, and the server drops it or takes it for one of those',
      `ciaddr ${ip(first.dhcp.ciaddr)} and option 50 in ${frames(framesOf(unicast).slice(0, 4))}`,
      `${answered.messages === 1 ? 'the renewal' : `all ${answered.messages} renewals`} of ${count(answered.clients.size, 'client')} on this link that ${answered.messages === 1 ? 'is' : 'are'} answered ${answered.messages === 1 ? 'has' : 'have'} none (first in frame ${answered.frame})`,
      'see the finding forbidden-field',
    ),
  );
}
