import { append } from '../../../../codec/append';
import * as advice from '../../../words/advice';
import { cause, ranked, type Common } from '../../../collector';
import type { Cause } from '../../../finding';
import { ACK, INFORM, isBroadcast, serverOf, type Exchange, type Message } from '../../../conversations/model';
import type { ExchangeRule } from '../../rule';
import type { Lease } from '../../../conversations/lease';
import { network } from '../../../conversations/masks';
import { commonServerNamed, forOneReason } from '../../../evidence/subjects';
import { refusalCause, refusalsOf } from '../../../evidence/silence/refusals';
import { informedJustBefore } from '../../../evidence/survey';
import { sceneOf } from '../../../evidence/silence/scene';
import { apartOn } from '../../../evidence/silence/answered';
import { mayPassUnseen } from '../../../evidence/silence/sight';
import { isAfterTheEnd } from '../discovers/ended';
import { timesSent } from '../../../conversations/copies';
import { framesOf } from './unanswered';
import { linkText } from '../../../words/links';
import { UNKNOWN_ADDRESS, count, ip } from '../../../words/words';
import { isForeign } from '../../../conversations/packet';
import type { World } from '../../../evidence/world';
import { differenceCause, putFirst } from '../../../words/difference';

/** Nobody answers an INFORM. */

/** Seconds within which a client repeats an INFORM that was not answered. */
const REPEATED = 10;

const isInformInVain = (exchange: Exchange, world: World): boolean =>
  exchange.holds(INFORM) &&
  !isForeign(exchange.opening) &&
  exchange.leaseAnswers === 0 &&
  !informedJustBefore(exchange) &&
  !world.relaysUnanswered.has(exchange) &&
  !isAfterTheEnd(exchange, world);

/** How many exchanges before an INFORM are searched for the lease of its address. */
const MOST_EXCHANGES = 50;

/** The ACK that gave a client the address that its INFORM names. */
function leasingAck(exchange: Exchange, inform: Message): Message | undefined {
  const { exchanges } = exchange.client;
  const before = exchanges.slice(Math.max(0, exchange.position - MOST_EXCHANGES), exchange.position);
  const leasing = before.findLast(
    ({ outcome, replies, address }) =>
      replies > 0 && (outcome === 'bound' || outcome === 'renewed') && address === inform.dhcp.ciaddr,
  );
  return leasing?.of(ACK)[0];
}

/** What INFORMs without an answer have in common: the server that leases the address, or that is asked; else the link. */
function commonOfInform(inform: Message, ack: Message | undefined): Common {
  const { packet, link } = inform;
  const asked = isBroadcast(packet) ? undefined : packet.destination;
  return (
    commonServerNamed(ack ? serverOf(ack) : asked) ?? { subject: linkText(link), trait: `all on ${linkText(link)}` }
  );
}

/** Why an INFORM may get no answer: a server that leased the client its address serves that subnet, so it is there and silent to this. */
function whyNoInformAnswer(exchange: Exchange, inform: Message, ack: Message | undefined, world: World): Cause[] {
  if (ack)
    return [
      cause(
        'likely',
        `Server ${serverOf(ack) ?? UNKNOWN_ADDRESS}, which leases the address, does not answer INFORM: ISC dhcpd does not where it is not authoritative for the subnet, and some routers never do`,
        `the ACK in frame ${ack.frame} gives ${ip(inform.dhcp.ciaddr)}`,
      ),
      cause('possible', 'The INFORMs or their ACKs were lost on the way'),
    ];
  const difference = apartOn('INFORM', [[exchange.client, [inform]]], world);
  const serving = servesSubnetOf(inform, world);
  const causes =
    serving?.server === undefined
      ? [
          cause(
            'likely',
            'No server serves the subnet of the client’s address, or it is not authoritative for it (ISC dhcpd is silent to INFORM then)',
          ),
          cause(
            'possible',
            'No server runs on this link, or a firewall blocks port 67',
            world.survey.servers.size === 0 && 'no server speaks in this capture',
          ),
        ]
      : [
          cause(
            'likely',
            `Server ${ip(serving.server)}, which serves the subnet of this address, does not answer this INFORM: ISC dhcpd does not where it is not authoritative for the subnet, some routers never do, and a filter may keep the client out`,
            `it gives ${serving.client.label} ${ip(serving.address)} in frame ${serving.frame}`,
          ),
          cause('possible', 'The INFORMs or their ACKs were lost on the way'),
        ];
  return difference ? putFirst(differenceCause(difference), causes) : causes;
}

function weighed(exchange: Exchange, inform: Message, ack: Message | undefined, world: World): Cause[] {
  const { dhcp, packet } = inform;
  return ranked(
    refusalCause(refusalsOf(world.once(sceneOf).icmp, exchange.client.mac, packet), world),
    cause(
      dhcp.ciaddr === 0 ? 'likely' : 'unlikely',
      'The INFORM does not name the client’s address, and the ACK is sent to ciaddr',
      `ciaddr ${ip(dhcp.ciaddr)}`,
    ),
    ...whyNoInformAnswer(exchange, inform, ack, world),
  );
}

/** A lease on the link of an INFORM, in the subnet of its client’s address: the first one. */
function servesSubnetOf({ dhcp: { ciaddr }, link }: Message, world: World): Lease | undefined {
  if (ciaddr === 0) return undefined;
  const inMasks = [...(world.once(firstLeases).get(link) ?? [])].flatMap(
    ([mask, bySubnet]) => bySubnet.get(network(ciaddr, mask)) ?? [],
  );
  return inMasks.length < 2 ? inMasks[0] : inMasks.reduce((a, b) => (b.frame < a.frame ? b : a));
}

/** By link, mask and network: the first lease. Asked for once, as every unanswered INFORM looks for one. */
function firstLeases({ survey }: World): ReadonlyMap<string, ReadonlyMap<number, ReadonlyMap<number, Lease>>> {
  const byLink = new Map<string, Map<number, Map<number, Lease>>>();
  for (const lease of survey.leases) {
    const { mask, address, link } = lease;
    if (mask === undefined || mask === 0) continue;
    let byMask = byLink.get(link);
    if (!byMask) byLink.set(link, (byMask = new Map<number, Map<number, Lease>>()));
    let bySubnet = byMask.get(mask);
    if (!bySubnet) byMask.set(mask, (bySubnet = new Map<number, Lease>()));
    const subnet = network(address, mask);
    if (!bySubnet.has(subnet)) bySubnet.set(subnet, lease);
  }
  return byLink;
}

/** What makes a server answer INFORM. One that leases on this link runs, and its port is open. */
const informSteps = (server: number | undefined): advice.Step[] => [
  `On ${server === undefined ? 'the server' : `server ${ip(server)}`}, see in its log whether it hears the INFORM.`,
  ...advice.authoritative().filter((step) => typeof step === 'string' || step.product !== 'windows'),
  ...(server === undefined ? advice.serverRunning() : []),
];

/** An INFORM gets no answer. */
export const informUnanswered: ExchangeRule = function* (exchange, world) {
  if (!isInformInVain(exchange, world) || (exchange.previous && isInformInVain(exchange.previous, world))) return;
  // A client that repeats its INFORM under another xid is still asking for the same.
  const informs: Message[] = [];
  let next: Exchange | undefined = exchange;
  for (; next && isInformInVain(next, world); next = next.next) append(informs, next.of(INFORM));
  const last = informs[informs.length - 1]!;
  // One was lost, and its repetition was answered.
  if (informs.length === 1 && next?.holds(INFORM) && next.start - last.time < REPEATED) return;
  if (!world.observed.silenceAfter(informs)) return;
  // The ACK to an INFORM is unicast (RFC 2131 §4.3.5).
  if (informs.length === 1 && mayPassUnseen(last, exchange.client, world)) return;
  const ack = leasingAck(exchange, last);
  yield {
    id: 'inform-unanswered',
    severity: 'warning',
    subject: exchange.client.label,
    get common() {
      return forOneReason(commonOfInform(last, ack), weighed(exchange, last, ack, world)[0]);
    },
    frames: framesOf(informs),
    detail: () => ({
      title: `${exchange.client.label} sends ${count(timesSent(informs), 'INFORM')} and gets no ACK`,
      explanation: `The client ${last.dhcp.ciaddr === 0 ? 'does not name its address (ciaddr 0.0.0.0)' : `has the address ${ip(last.dhcp.ciaddr)}`} and asked for further configuration by ${count(timesSent(informs), 'INFORM')}; this capture shows no ACK. It keeps working without what it asked for (DNS servers, proxy settings, boot server …).`,
      causes: weighed(exchange, last, ack, world),
      steps: informSteps(servesSubnetOf(last, world)?.server),
      reference: 'RFC 2131 §3.4, §4.3.5',
    }),
  };
};
