import { append } from '../../../codec/append';
import * as advice from '../../words/advice';
import { cause, ranked, type Draft } from '../../collector';
import { ACK, BOOTP, DISCOVER, NAK, OFFER, OPTION, REQUEST, isDamaged, stateIn, type Client, type Exchange, type Message } from '../../conversations/model'; // prettier-ignore
import type { Cause } from '../../finding';
import type { ExchangeRule, WorldRule } from '../rule';
import { refusalCause, sceneOf } from '../../evidence/scene';
import { mayPassUnseen } from '../../evidence/sight';
import { whyNoOffer } from './silence';
import { comparedCauses } from './loss';
import { requestSumCause, requestSumDrafts } from './sums';
import { misfitCause } from '../messages/requests';
import { isForeign } from '../../conversations/packet';
import { misfitOf } from '../../evidence/fit';
import { repeatsAnswered } from './untaken';
import { hiddenReply } from '../../evidence/survey';
import { count, frames, ip, list, span } from '../../words/words';
import type { World } from '../../evidence/world';

/* Nobody answers: what a client asked for and did not get, as far as this capture point can tell. */

export const framesOf = (messages: readonly Message[]): number[] => messages.flatMap((message) => message.frames);

/** A client's DISCOVERs are unanswered. */
export const noOffer: WorldRule = function* (world) {
  for (const client of world.clients) {
    if (world.invented.has(client)) continue;
    let run: Message[] = [];
    for (const exchange of client.exchanges) {
      const answered = exchange.leaseAnswers > 0 || exchange.selecting;
      if (answered) {
        // In the end somebody answered: a single loss heals itself, a long silence is a fault all the same.
        if (run.length >= LONG_SILENCE.messages && exchange.start - run[0]!.time >= LONG_SILENCE.seconds) {
          yield noOfferDraft(client, run, world, exchange.messages[0]);
        }
        run = [];
      } else if (exchange.holds(DISCOVER) && !world.relaysUnanswered.has(exchange))
        append(
          run,
          exchange.of(DISCOVER).filter(({ packet }) => !isForeign(packet)),
        );
    }
    const last = run[run.length - 1];
    if (!last || !world.silenceProves(run.length, last.time, last.timed)) continue;
    if (waitsForV6(run, world)) continue;
    // With rapid commit (RFC 4039) no REQUEST shows that there was an answer; where replies are hidden, only asking again does.
    const rapid = run.length === 1 && last.dhcp.has(OPTION.rapidCommit);
    if (rapid && ((client.answers === 0 && mayPassUnseen(last, client, world)) || usesAddressSince(last, world)))
      continue;
    yield noOfferDraft(client, run, world);
  }
};

/** Seconds that a client that is told to do without IPv4 stays silent at least (MIN_V6ONLY_WAIT, RFC 8925 §3.4). */
const V6_ONLY_WAIT = 300;

/**
 * Whether a client that can do without IPv4 was told so by OFFERs that this point does not see: it asks once, and is then silent for
 * longer than any client waits that got no answer.
 */
function waitsForV6(run: readonly Message[], world: World): boolean {
  const asks = run.every(({ dhcp }) => dhcp.option(OPTION.parameters)?.octets().includes(OPTION.v6Only));
  if (!asks || run.length === 0) return false;
  const last = run[run.length - 1]!;
  const tail = world.tail(last.time, last.timed) ?? 0;
  const apart = run.slice(1).every((message, i) => message.time - run[i]!.time >= V6_ONLY_WAIT);
  return apart && (run.length > 1 || tail >= V6_ONLY_WAIT);
}

const LINK_LOCAL = 0xa9fe;
const lastUses = new WeakMap<World, ReadonlyMap<string, number>>();

/** Whether the client looks by ARP if an address is free, or uses one, after a message (RFC 5227 §2.1.1): it was given that. */
function usesAddressSince(message: Message, world: World): boolean {
  let uses = lastUses.get(world);
  if (!uses) {
    const last = new Map<string, number>();
    for (const [address, seen] of world.arpSeen) {
      if (address >>> 16 === LINK_LOCAL) continue;
      for (const { senderMac, senderIp, time } of seen)
        if (senderIp === 0 || senderIp === address) last.set(senderMac, Math.max(time, last.get(senderMac) ?? 0));
    }
    lastUses.set(world, (uses = last));
  }
  return (uses.get(message.dhcp.chaddr) ?? 0) > message.time;
}

/** Unanswered DISCOVERs that are a fault although the client was answered later. */
const LONG_SILENCE = { messages: 3, seconds: 10 } as const;

function noOfferDraft(client: Client, run: readonly Message[], world: World, later?: Message): Draft {
  return {
    id: 'no-offer',
    severity: 'error',
    subject: client.label,
    frames: framesOf(run),
    detail: () => {
      const { packet } = run[0]!;
      const { causes, steps } = whyNoOffer(client, run, world, later);
      return {
        title: `${client.label}: ${count(run.length, 'DISCOVER')}, and no OFFER`,
        explanation:
          `The client sent ${count(run.length, 'DISCOVER')} (${frames(run.map((message) => message.frame))}` +
          `${run.length > 1 ? `, within ${span(run[run.length - 1]!.time - run[0]!.time)}` : ''}) from ${packet.source ?? '?'}:${packet.sourcePort ?? '?'} to ` +
          `${packet.destination ?? '?'}:${packet.destinationPort ?? '?'}, and no OFFER to it is in this capture.` +
          (later ? ` It was answered only later (frame ${later.frame}).` : '') +
          ' That does not prove that no server sent one: it may have been lost before this point.',
        causes,
        steps,
        reference: 'RFC 2131 §3.1, §4.1',
      };
    },
  };
}

/** A REQUEST is unanswered: in SELECTING an error; in INIT-REBOOT a server without a record is bidden to be silent (§4.3.2). */
export const noAck: ExchangeRule = function* (exchange, world) {
  if (!exchange.holds(REQUEST) || exchange.holds(ACK) || exchange.holds(NAK)) return;
  const requests = exchange
    .of(REQUEST)
    .filter((message) => ['selecting', 'init-reboot'].includes(stateIn(exchange, message)));
  const last = requests[requests.length - 1];
  if (!last || world.relaysUnanswered.has(exchange)) return;
  if (!world.silenceProves(requests.length, last.time, last.timed) || hiddenReply(exchange, world)) return;
  // Its ACK is there: `answerIgnored` says it.
  if (repeatsAnswered(exchange)) return;
  const state = stateIn(exchange, last);
  const { client } = exchange;
  if (state === 'init-reboot' && requests.length === 1 && client.answers === 0 && mayPassUnseen(last, client, world))
    return;
  yield* requestSumDrafts(exchange, requests);
  const soon = state === 'init-reboot' ? boundSoon(exchange, last) : undefined;
  yield {
    id: 'no-ack',
    severity: state === 'selecting' ? 'error' : soon ? 'info' : 'warning',
    subject: exchange.client.label,
    frames: framesOf(requests),
    detail: () => {
      const { dhcp, packet } = last;
      const wanted = dhcp.ip(OPTION.requested);
      const server = dhcp.ip(OPTION.server);
      const refusal = refusalCause(sceneOf(world).icmp.filter(({ chaddr }) => chaddr === dhcp.chaddr));
      const name = state === 'selecting' ? 'SELECTING' : 'INIT-REBOOT';
      const misfit = misfitOf(exchange, world);
      const compared = [
        misfit && misfitCause(misfit),
        ...comparedCauses(exchange, requests, world),
        requestSumCause(exchange, requests),
      ];
      const known = refusal !== undefined || compared.some((one) => one !== undefined);
      return {
        title: `${exchange.client.label}: REQUEST for ${wanted === undefined ? 'an address' : ip(wanted)} unanswered`,
        explanation:
          `The client sent ${count(requests.length, 'REQUEST')} in state ${name} (${frames(requests.map((one) => one.frame))}) for ` +
          `${wanted === undefined ? 'an address it does not name' : ip(wanted)}${server === undefined ? '' : ` to server ${ip(server)}`}, and neither ACK nor NAK to it is in this capture.` +
          (soon
            ? ` It was bound to ${soon.address === undefined ? 'an address' : ip(soon.address)} ${span(soon.start - last.time)} later by starting anew.`
            : ''),
        causes:
          state === 'selecting'
            ? ranked(
                refusal,
                ...compared,
                cause(
                  known ? 'possible' : 'likely',
                  'The ACK was lost or blocked on its way to the client (port 68, DHCP snooping, VLAN)',
                  exchange.holds(OFFER) && 'the OFFER did reach this point',
                ),
                cause(
                  'possible',
                  'The server stopped, or could not commit the lease (disk full, database or failover partner away)',
                  server !== undefined && `the REQUEST names server ${ip(server)}`,
                ),
                cause(
                  'possible',
                  'The REQUEST did not reach the server: another VLAN or relay path than the DISCOVER',
                  packet.dhcp!.giaddr !== 0 && `relayed by ${ip(packet.dhcp!.giaddr)}`,
                ),
              )
            : whyNoReboot(exchange, wanted, world),
        steps:
          state === 'selecting'
            ? [...advice.openClientPort(), ...advice.switchPath(), ...advice.poolAndFilters(), advice.captureBothEnds()]
            : [...advice.authoritative(), ...(soon ? [] : advice.serverRunning())],
        reference: state === 'selecting' ? 'RFC 2131 §3.1, §4.3.2' : 'RFC 2131 §3.2, §4.3.2',
      };
    },
  };
};

/** Weighs why a REQUEST in INIT-REBOOT is unanswered: a server that gave the lease in this capture has a record of it. */
function whyNoReboot(exchange: Exchange, wanted: number | undefined, world: World): Cause[] {
  const { client } = exchange;
  const { answering } = sceneOf(world);
  const given = world.leasesOf(wanted ?? 0).find((lease) => lease.client === client && lease.time < exchange.start);
  const anew = exchange.next?.outcome === 'unanswered' && exchange.next.holds(DISCOVER) ? exchange.next : undefined;
  const deaf = given !== undefined || anew !== undefined;
  return ranked(
    cause(
      deaf ? 'possible' : 'likely',
      'No server here has a record of this lease: a server without one must be silent (RFC 2131 §4.3.2)',
      answering.length > 0 && given === undefined && `${list(answering)} answers in this capture`,
    ),
    cause(
      deaf ? 'likely' : answering.length > 0 ? 'unlikely' : 'possible',
      'No server can be reached at all (see `no-offer`)',
      given && `the server gave this lease in frame ${given.frame}, so it has a record of it`,
      anew && `its DISCOVER gets no answer either (frame ${anew.messages[0]!.frame})`,
      answering.length === 0 && 'no server answers anybody in this capture',
    ),
  );
}

/** The exchange in which the client got an address soon after. */
function boundSoon(exchange: Exchange, last: Message): Exchange | undefined {
  for (let next = exchange.next, i = 0; next && i < 8; next = next.next, i++) {
    if (next.start - last.time > 60) return undefined;
    if (next.outcome === 'bound') return next;
  }
  return undefined;
}

/** A BOOTP request (no option 53) is unanswered. */
export const bootpUnanswered: ExchangeRule = function* (exchange, world) {
  if (!exchange.holdsOnly(BOOTP) || exchange.replies > 0 || world.relaysUnanswered.has(exchange)) return;
  const requests = exchange.messages;
  const last = requests[requests.length - 1]!;
  // A message too damaged to show its option 53 is no BOOTP request.
  if (last.packet.cut > 0 || isDamaged(last) || last.dhcp.op !== 1) return;
  // The same request under another xid is a retransmission as well.
  const silent = (one: Exchange | undefined): number =>
    one?.holdsOnly(BOOTP) && one.replies === 0 ? one.messages.length : 0;
  const sent = silent(exchange.previous) + requests.length + silent(exchange.next);
  if (!world.silenceProves(sent, last.time, last.timed)) return;
  const { client } = exchange;
  if (sent === 1 && client.answers === 0 && mayPassUnseen(last, client, world)) return;
  yield {
    id: 'bootp-unanswered',
    severity: 'warning',
    subject: exchange.client.label,
    frames: framesOf(requests),
    detail: () => ({
      title: `${exchange.client.label}: BOOTP request unanswered`,
      explanation: `The client sent ${count(requests.length, 'BOOTREQUEST')} without option 53, which makes it BOOTP, and no BOOTREPLY is in this capture. DHCP servers answer BOOTP only where they are told to, with an address that is reserved for the client.`,
      causes: ranked(
        cause(
          'likely',
          'The DHCP server does not serve BOOTP clients, or has no fixed address for this one',
          world.servers.size > 0 && `${list([...world.servers.keys()])} answers DHCP in this capture`,
        ),
        cause(
          'possible',
          'No server runs on this link, or a firewall blocks port 67',
          world.servers.size === 0 && 'no server speaks in this capture',
        ),
      ),
      steps: advice.settings({
        dhcpd:
          '`host NAME { hardware ethernet MAC; fixed-address ADDRESS; }`, or `allow bootp;` and `range dynamic-bootp FIRST LAST;`',
        kea: 'load the BOOTP hook (`libdhcp_bootp.so`) and reserve the address',
        dnsmasq: '`dhcp-host=MAC,ADDRESS` and `bootp-dynamic`',
        windows: '`Set-DhcpServerv4Scope -ScopeId SUBNET -Type Both`',
        ios: '`host ADDRESS MASK` and `hardware-address MAC` in `ip dhcp pool NAME`',
      }),
      reference: 'RFC 951 §7, RFC 1534 §2',
    }),
  };
};
