import { parseIpv4 } from '../../../codec/bytes';
import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import type { Cause } from '../../finding';
import {
  ACK,
  DISCOVER,
  INFORM,
  NAK,
  REQUEST,
  serverOf,
  stateIn,
  type Client,
  type Exchange,
  type Message,
} from '../../conversations/model';
import type { ExchangeRule, WorldRule } from '../rule';
import { speaksForAnother } from '../../evidence/fit';
import { AROUND, hostBy, refusalCause, sceneOf } from '../../evidence/scene';
import { mayPassUnseen } from '../../evidence/sight';
import { framesOf } from './unanswered';
import { count, frames, ip, span } from '../../words/words';
import type { World } from '../../evidence/world';

/* Nobody answers a client that has an address already: renewals, and INFORM. */

/** A renewal gets no answer, or only once the client asks everybody. */
export const renewalUnanswered: ExchangeRule = function* (exchange, world) {
  // Only a client that has an address renews.
  if (!exchange.routed || !exchange.holds(REQUEST)) return;
  const asked = exchange
    .of(REQUEST)
    .filter((message) => ['renewing', 'rebinding'].includes(stateIn(exchange, message)));
  const last = asked[asked.length - 1];
  if (!last || world.relaysUnanswered.has(exchange)) return;
  const answer = exchange.messages.find((message) => message.type === ACK || message.type === NAK);
  const unicast = asked.filter((message) => stateIn(exchange, message) === 'renewing');
  if (answer) {
    // Answered: a fault only where the server that was asked alone kept silent, and the broadcast was answered.
    if (unicast.length === 0 || unicast.length === asked.length) return;
  } else {
    const hidden = mayPassUnseen(last, exchange.client, world) || (exchange.client.answers === 0 && !world.linksWithReplies.has(last.link) && world.linksWithReplies.size > 0); // prettier-ignore
    if (hidden && asked.length === 1) return;
    if (!world.silenceProves(asked.length, last.time, last.timed)) return;
  }
  const rebinding = asked.length - unicast.length;
  yield {
    id: 'renewal-unanswered',
    severity: 'warning',
    subject: exchange.client.label,
    frames: framesOf(answer ? unicast : asked),
    detail: () => {
      const address = ip(last.dhcp.ciaddr);
      const server = unicast[0]?.packet.destination;
      return {
        title: `${exchange.client.label}: renewal of ${address} ${answer ? 'answered only after broadcasting' : 'unanswered'}`,
        explanation:
          `The client holds ${address} and ` +
          [
            unicast.length > 0 ? `asked server ${server ?? '?'} by unicast ${count(unicast.length, 'time')}` : '',
            rebinding > 0 ? `asked everybody by broadcast ${count(rebinding, 'time')}` : '',
          ]
            .filter((part) => part !== '')
            .join(', then ') +
          (answer ? `; only the broadcast was answered (frame ${answer.frame}).` : '; no answer is in this capture.') +
          ' It may go on using the address until the lease ends, and then must start anew.',
        causes: whyNotRenewed(exchange, unicast, rebinding, answer, world),
        steps: [
          `From the client’s subnet, see whether the server can be reached: \`ping ${server ?? 'SERVER'}\`, \`traceroute ${server ?? 'SERVER'}\`.`,
          ...advice.openServerPort(),
          ...advice.authoritative(),
          advice.captureBothEnds(),
        ],
        reference: 'RFC 2131 §4.4.5',
      };
    },
  };
};

/** Weighs why a renewal was not answered: by ICMP, by ARP, by whether broadcasts fared better. */
function whyNotRenewed(
  { client }: Exchange,
  unicast: readonly Message[],
  rebinding: number,
  answer: Message | undefined,
  world: World,
): Cause[] {
  const [first] = unicast;
  const refusal = refusalCause(world.once(sceneOf).icmp.filter(({ chaddr }) => chaddr === client.mac));
  const server = parseIpv4(first?.packet.destination ?? '');
  const last = unicast[unicast.length - 1];
  const { inVain } = first && server !== undefined ? hostBy(server, first.time - AROUND, last!.time + AROUND, world) : { inVain: [] }; // prettier-ignore
  const silent = client.exchanges.find((one) => one.outcome === 'unanswered' && one.holds(DISCOVER) && one.start >= (first?.time ?? Infinity)); // prettier-ignore
  const toAll =
    answer === undefined &&
    ((rebinding > 0 && 'its broadcasts get no answer either') ||
      (silent && `its DISCOVER gets no answer either (frame ${silent.messages[0]!.frame})`));
  const down = answer === undefined && (inVain.length > 0 || toAll !== false || first === undefined);
  const other = first && speaksElsewhere(client, first);
  return ranked(
    refusal,
    other,
    first !== undefined &&
      cause(
        other ? 'possible' : toAll ? 'unlikely' : refusal || down ? 'possible' : 'likely',
        'A firewall lets the broadcasts of DISCOVER and REQUEST through, but not unicast from the client’s address to port 67 of the server, or not the answer back',
        toAll || (answer && 'the broadcast was answered'),
      ),
    first !== undefined &&
      cause(
        'possible',
        'There is no route between the client’s subnet and the server: a relay hides that until the renewal, which goes directly',
        first.packet.ethDestination !== undefined && `sent to link-layer address ${first.packet.ethDestination}`,
      ),
    cause(
      answer ? 'unlikely' : refusal || !down ? 'possible' : 'likely',
      'The server is down, has stopped or was replaced, or a firewall drops all that goes to its port 67',
      answer ? 'a server answered later' : toAll,
      inVain.length > 0 && `ARP for ${ip(server!)} gets no answer (${frames(inVain)})`,
    ),
    cause('possible', 'The server does not know this lease any more and keeps silent'),
  );
}

/** The client asks the address in option 54, and the lease came from another. */
function speaksElsewhere(client: Client, renewal: Message): Cause | undefined {
  const server = renewal.packet.destination;
  for (const exchange of client.exchanges.slice(0, MOST_EXCHANGES)) {
    if (exchange.start > renewal.time || exchange.relayed || exchange.routed || !exchange.holds(ACK)) continue;
    const ack = exchange.of(ACK).find((one) => speaksForAnother(one) && serverOf(one) === server);
    if (ack)
      return cause(
        'likely',
        `The client renews with ${server!}, the server identifier, and the server replies from ${ack.packet.source!}: ${server!} cannot be reached`,
        `the ACK in frame ${ack.frame} comes from ${ack.packet.source!} and has option 54 ${server!}`,
        'see the finding source-not-server-id',
      );
  }
  return undefined;
}

/** So many of a client's exchanges are looked through for the ACK of its lease. */
const MOST_EXCHANGES = 50;

/** Only unanswered ARP for the leasing server's address is seen where a renewal was due. */
export const renewalArp: WorldRule = function* (world) {
  if (world.arpSeen.size === 0) return;
  const latest = new Map<Client, (typeof world.leases)[number]>();
  for (const lease of world.leases) latest.set(lease.client, lease);
  for (const lease of latest.values()) {
    if (lease.server === undefined || lease.seconds === undefined || lease.seconds === Infinity || lease.relayed)
      continue;
    const due = lease.time + (lease.t1 ?? lease.seconds / 2);
    // Asked again at once, that is: one question now and then may have answers that this point does not see.
    const { up, inVain: asked } = hostBy(lease.server, due - 1, Infinity, world, lease.mac);
    if (up !== undefined || asked.length < 2) continue;
    if (lease.client.exchanges.some((one) => one.start >= due - 1 && one.holds(REQUEST))) continue;
    const { client, server, address } = lease;
    yield {
      id: 'renewal-unanswered',
      severity: 'warning',
      subject: client.label,
      frames: asked,
      detail: () => ({
        title: `${client.label}: renewal of ${ip(address)} never leaves, for ${ip(server)} does not answer ARP`,
        explanation: `The client holds ${ip(address)} from server ${ip(server)} and should have renewed it ${span(due - lease.time)} after frame ${lease.frame}. Instead it asks by ARP for the server’s link-layer address ${count(asked.length, 'time')} and gets no answer, so the REQUEST cannot be sent.`,
        causes: ranked(
          cause(
            'likely',
            'The server is down, or has left this link',
            `no ARP reply from ${ip(server)} after the renewal was due`,
          ),
          cause('possible', 'The server’s address changed; it is no longer the one that option 54 named'),
          cause('possible', 'A switch separates the client from the server (VLAN, port isolation, ARP inspection)'),
        ),
        steps: [
          `See whether ${ip(server)} is up and on this link: \`ping ${ip(server)}\`, \`ip neigh show ${ip(server)}\`.`,
          ...advice.serverRunning(),
        ],
        reference: 'RFC 2131 §4.4.5, RFC 826',
      }),
    };
  }
};

/** An INFORM is unanswered. */
export const informUnanswered: ExchangeRule = function* (exchange, world) {
  const informs = exchange.of(INFORM);
  const last = informs[informs.length - 1];
  if (!last || exchange.leaseAnswers > 0 || world.relaysUnanswered.has(exchange)) return;
  if (!world.silenceProves(informs.length, last.time, last.timed)) return;
  // The ACK to an INFORM is unicast (RFC 2131 §4.3.5).
  if (informs.length === 1 && mayPassUnseen(last, exchange.client, world)) return;
  yield {
    id: 'inform-unanswered',
    severity: 'warning',
    subject: exchange.client.label,
    frames: framesOf(informs),
    detail: () => ({
      title: `${exchange.client.label}: INFORM unanswered`,
      explanation: `The client has the address ${ip(last.dhcp.ciaddr)} and asked for further configuration by ${count(informs.length, 'INFORM')}; no ACK is in this capture. It works on without what it asked for (DNS servers, proxy settings, boot server …).`,
      causes: ranked(
        cause(
          last.dhcp.ciaddr === 0 ? 'likely' : 'unlikely',
          'The INFORM does not name the client’s address, and the ACK is sent to ciaddr',
          `ciaddr ${ip(last.dhcp.ciaddr)}`,
        ),
        cause(
          'likely',
          'No server serves the subnet of the client’s address, or it is not authoritative for it (ISC dhcpd is silent to INFORM then)',
        ),
        cause(
          'possible',
          'No server runs on this link, or a firewall blocks port 67',
          world.servers.size === 0 && 'no server speaks in this capture',
        ),
      ),
      steps: advice.together(advice.authoritative(), advice.serverRunning()),
      reference: 'RFC 2131 §3.4, §4.3.5',
    }),
  };
};
