import * as advice from '../../../words/advice';
import { cause, ranked, type Detail } from '../../../collector';
import { isForeign } from '../../../conversations/packet';
import {
  ACK,
  BOOTP,
  DISCOVER,
  NAK,
  OPTION,
  REQUEST,
  isDamaged,
  serverOf,
  stateIn,
  type Client,
  type Exchange,
  type Message,
} from '../../../conversations/model';
import { timesSent } from '../../../conversations/copies';
import type { Cause } from '../../../finding';
import type { ExchangeRule } from '../../rule';
import { apartOn, showsReply, type AskedFor } from '../../../evidence/silence/answered';
import { refusalCause } from '../../../evidence/silence/refusals';
import { identityChanges } from '../../../evidence/identity';
import { commonAfterTheEnd, isAfterTheEnd } from '../discovers/ended';
import { changedIdentityCause } from '../../leases/identity';
import { withFinding } from '../../../draft';
import { oneWayTunnel } from '../../../evidence/silence/tunnels';
import { oneWayCause } from '../oneWay';
import { sceneOf } from '../../../evidence/silence/scene';
import { mayPassUnseen } from '../../../evidence/silence/sight';
import { comparedCauses, incompleteCause } from '../compared';
import { floodCause } from '../flooded';
import { requestSumCause, requestSumDrafts } from '../sums';
import { commonServer, commonServerNamed, forOneReason } from '../../../evidence/subjects';
import { linkText } from '../../../words/links';
import { misfitCause } from '../../messages/requests';
import { misfitOf, renewsByServer } from '../../../evidence/fit';
import { repeatsAnswered } from '../../../evidence/taken';
import { hiddenReply, staysUnanswered } from '../../../evidence/survey';
import { differenceCause, putFirst } from '../../../words/difference';
import { whyNoAck } from './whyNoAck';
import { count, frames, ip, list, span, where } from '../../../words/words';
import type { World } from '../../../evidence/world';

/** What a client asked for and did not get, as far as this capture point can tell. */

export const framesOf = (messages: readonly Message[]): number[] => messages.flatMap((message) => message.frames);

/** A REQUEST gets no answer. In SELECTING that is an error; in INIT-REBOOT a server without a record must stay silent (§4.3.2). */
export const noAck: ExchangeRule = function* (exchange, world) {
  if (!exchange.holds(REQUEST) || exchange.holds(ACK) || exchange.holds(NAK) || isForeign(exchange.opening)) return;
  const all = exchange
    .of(REQUEST)
    .filter((message) => ['selecting', 'init-reboot'].includes(stateIn(exchange, message)));
  const last = all[all.length - 1];
  // A REQUEST for another address is another question.
  const requests = all.filter(({ dhcp }) => dhcp.ip(OPTION.requested) === last?.dhcp.ip(OPTION.requested));
  // `renewalUnanswered` reports what renews a lease.
  if (!last || world.relaysUnanswered.has(exchange) || renewsByServer(exchange, last)) return;
  if (!staysUnanswered(exchange, requests, world)) return;
  if (hiddenReply(exchange, world)) return;
  // Its ACK is in the capture: `answerIgnored` reports that.
  if (repeatsAnswered(exchange) || isAfterTheEnd(exchange, world)) return;
  const state = stateIn(exchange, last);
  const { client } = exchange;
  if (state === 'init-reboot' && requests.length === 1 && client.answers === 0 && mayPassUnseen(last, client, world))
    return;
  yield* requestSumDrafts(exchange, requests);
  const wanted = last.dhcp.ip(OPTION.requested);
  const soon = state === 'init-reboot' ? boundSoon(exchange, last) : undefined;
  const told = (): Detail => {
    const { dhcp } = last;
    const server = dhcp.ip(OPTION.server);
    const refusals = world.once(sceneOf).icmp.filter(({ chaddr }) => chaddr === dhcp.chaddr);
    const refusal = refusalCause(refusals, world);
    const changed = identityCause(exchange, world);
    const name = state === 'selecting' ? 'SELECTING' : 'INIT-REBOOT';
    const misfit = misfitOf(exchange, world);
    const tunnel = showsReply(last.link, world) ? undefined : oneWayTunnel(last, world);
    const compared = [
      misfit && misfitCause(misfit),
      tunnel && oneWayCause(tunnel),
      changed,
      ...comparedCauses(exchange, requests, world),
      requestSumCause(exchange, requests),
      state === 'selecting' ? incompleteCause(requests) : undefined,
    ];
    compared.push(
      floodCause(requests, world, { known: refusal !== undefined || compared.some((one) => one !== undefined) }),
    );
    const known = refusal !== undefined || compared.some((one) => one !== undefined);
    return {
      title: `${exchange.client.label} sends ${count(timesSent(requests), 'REQUEST')} for ${wanted === undefined ? 'an address' : ip(wanted)} and gets no ACK`,
      explanation:
        `The client sent ${count(timesSent(requests), 'REQUEST')} in state ${name} (${frames(requests.map((one) => one.frame))}) for ` +
        `${wanted === undefined ? 'an address it does not name' : ip(wanted)}${server === undefined ? '' : ` to server ${ip(server)}`}, and this capture shows neither ACK nor NAK.` +
        (soon
          ? ` It was bound to ${soon.address === undefined ? 'an address' : ip(soon.address)} ${span(soon.start - last.time)} later by starting anew.`
          : '') +
        tooLateText(exchange, world),
      ...(state === 'selecting'
        ? whyNoAck(exchange, requests, world, refusals[0], [refusal, ...compared], known)
        : { causes: whyNoReboot(exchange, wanted, world, changed), steps: rebootSteps(wanted, changed, soon) }),
      reference: state === 'selecting' ? 'RFC 2131 §3.1, §4.3.2' : 'RFC 2131 §3.2, §4.3.2',
    };
  };
  yield {
    id: 'no-ack',
    severity: state === 'selecting' ? 'error' : soon ? 'info' : 'warning',
    subject: exchange.client.label,
    get common() {
      const misfit = misfitOf(exchange, world);
      // A REQUEST that names no server of this network is one to the server whose OFFER it takes.
      const server =
        misfit?.differs === 'server identifier'
          ? commonServerNamed(serverOf(misfit.offer))
          : state === 'selecting'
            ? commonServer(last.dhcp.ip(OPTION.server))
            : undefined;
      return commonAfterTheEnd(exchange, world) ?? (server && forOneReason(server, told().causes[0]));
    },
    frames: framesOf(requests),
    address: wanted === undefined ? undefined : ip(wanted),
    detail: told,
  };
};

/** Names the client's last REQUEST if it is not counted, because the capture ends before an answer was due. */
function tooLateText({ client }: Exchange, world: World): string {
  const last = client.exchanges[client.exchanges.length - 1]!;
  if (last.replies > 0) return '';
  const requests = last.of(REQUEST);
  const final = requests[requests.length - 1];
  return final && !world.observed.silenceAfter(requests)
    ? ` The ${where(final)} comes so shortly before the end of the capture that it is not counted: an answer may still follow.`
    : '';
}

/** The client changed its identifier before it asked, so the server treats it as another client. */
export function identityCause(exchange: Exchange, world: World): Cause | undefined {
  const change = identityChanges(world).get(exchange);
  const told = change && changedIdentityCause(exchange, world);
  return told && withFinding('client-id-changed', [change.message.frame, change.before.frame], told);
}

/** The given causes, preceded by what distinguishes the unanswered messages from the answered ones on their link. */
function besides(
  name: AskedFor,
  client: Client,
  asked: readonly Message[],
  world: World,
  ...causes: readonly (Cause | undefined)[]
): Cause[] {
  const weighed = ranked(...causes);
  const difference = apartOn(name, [[client, asked]], world);
  return difference ? putFirst(differenceCause(difference), weighed) : weighed;
}

/** Weighs why a REQUEST in INIT-REBOOT is unanswered. A server that gave the lease in this capture has a record of it. */
function whyNoReboot(exchange: Exchange, wanted: number | undefined, world: World, changed?: Cause): Cause[] {
  const { client } = exchange;
  const { answering } = world.once(sceneOf);
  const given = world.survey
    .leasesOf(wanted ?? 0)
    .find((lease) => lease.client === client && lease.time < exchange.start);
  const anew = exchange.next?.outcome === 'unanswered' && exchange.next.holds(DISCOVER) ? exchange.next : undefined;
  const deaf = !changed && (given !== undefined || anew !== undefined);
  return ranked(
    changed,
    cause(
      deaf || changed ? 'possible' : 'likely',
      'No server here has a record of this lease: a server without one must be silent (RFC 2131 §4.3.2)',
      answering.length > 0 && given === undefined && `${list(answering)} answers in this capture`,
    ),
    cause(
      deaf ? 'likely' : answering.length > 0 ? 'unlikely' : 'possible',
      'No server can be reached at all',
      given && `the server gave this lease in frame ${given.frame}, so it has a record of it`,
      anew && `its DISCOVER gets no answer either (frame ${anew.messages[0]!.frame})`,
      answering.length === 0 && 'no server answers anybody in this capture',
    ),
  );
}

function rebootSteps(
  wanted: number | undefined,
  changed: Cause | undefined,
  soon: Exchange | undefined,
): advice.Step[] {
  if (soon) return ['Nothing needs to be done: the client got a lease by starting anew.'];
  const known = { address: wanted === undefined ? undefined : ip(wanted) };
  return [
    ...(changed ? ['Make the client send the same client identifier (option 61) in all its messages.'] : []),
    ...advice.authoritative(known),
    ...advice.serverRunning(),
  ];
}

/** The exchange in which the client got an address soon after. */
function boundSoon(exchange: Exchange, last: Message): Exchange | undefined {
  for (let next = exchange.next, i = 0; next && i < 8; next = next.next, i++) {
    if (next.start - last.time > 60) return undefined;
    if (next.outcome === 'bound') return next;
  }
  return undefined;
}

/** A BOOTP request (no option 53) gets no answer. */
export const bootpUnanswered: ExchangeRule = function* (exchange, world) {
  if (!exchange.holdsOnly(BOOTP) || exchange.replies > 0 || world.relaysUnanswered.has(exchange)) return;
  const requests = exchange.messages;
  const last = requests[requests.length - 1]!;
  // A message too damaged to show its option 53, or with an address where only a server writes one, cannot be taken for a BOOTP request.
  if (
    last.packet.cut > 0 ||
    isDamaged(last) ||
    last.dhcp.op !== 1 ||
    last.dhcp.has(OPTION.type) ||
    last.dhcp.yiaddr !== 0
  )
    return;
  // The same request under another xid also counts as a retransmission.
  const silent = (one: Exchange | undefined): one is Exchange =>
    one !== undefined && one.holdsOnly(BOOTP) && one.replies === 0;
  let sent = requests.length;
  let first = exchange.start;
  const MOST = 50;
  for (let one = exchange.previous, i = 0; silent(one) && i < MOST; one = one.previous, i++) {
    sent += one.count;
    first = one.start;
  }
  for (let one = exchange.next, i = 0; silent(one) && i < MOST; one = one.next, i++) sent += one.count;
  if (!world.observed.silenceProves(sent, last.time, last.timed, first)) return;
  const { client } = exchange;
  if (sent === 1 && client.answers === 0 && mayPassUnseen(last, client, world)) return;
  // Some devices ask by BOOTP and DHCP in turn.
  const bound = client.exchanges.find(({ outcome }) => outcome === 'bound' || outcome === 'renewed');
  yield {
    id: 'bootp-unanswered',
    severity: bound ? 'info' : 'warning',
    subject: exchange.client.label,
    common: { subject: linkText(last.link), trait: `all on ${linkText(last.link)}`, least: 2 },
    frames: framesOf(requests),
    detail: () => ({
      title: `${exchange.client.label} sends ${count(sent, 'BOOTP request')} and gets no BOOTREPLY`,
      explanation: `The client sent ${count(sent, 'BOOTREQUEST')} without option 53, which makes it BOOTP, and this capture shows no BOOTREPLY. DHCP servers answer BOOTP only where they are told to, with an address that is reserved for the client.${bound ? ` By DHCP the client got a lease (frame ${bound.messages[0]!.frame}), so it lacks nothing.` : ''}`,
      causes: besides(
        'BOOTREQUEST',
        client,
        requests,
        world,
        cause(
          'likely',
          'The DHCP server does not serve BOOTP clients, or has no fixed address for this one',
          world.survey.servers.size > 0 && `${list([...world.survey.servers.keys()])} answers DHCP in this capture`,
        ),
        cause(
          'possible',
          'No server runs on this link, or a firewall blocks port 67',
          world.survey.servers.size === 0 && 'no server speaks in this capture',
        ),
      ),
      steps: advice.settings({
        dhcpd: `\`host ${client.mac.replaceAll(':', '')} { hardware ethernet ${client.mac}; fixed-address ADDRESS; }\``,
        kea: 'load the BOOTP hook (`libdhcp_bootp.so`), and reserve an address for the client',
        dnsmasq: `\`dhcp-host=${client.mac},ADDRESS\``,
        windows: '`Set-DhcpServerv4Scope -Type Both` lets a scope serve BOOTP as well',
        ios: `\`hardware-address ${client.mac}\` beside \`host\` in a pool of its own`,
      }),
      reference: 'RFC 951 §7, RFC 1534 §2',
    }),
  };
};
