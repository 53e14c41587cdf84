import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import type { Message } from '../../conversations/model';
import type { Cause } from '../../finding';
import { withFinding, type Draft } from '../../draft';
import { isTooLarge } from '../../evidence/silence/refusals';
import type { World } from '../../evidence/world';
import { push } from '../../../codec/append';
import type { IcmpError } from '../../evidence/neighbours';
import { nameOf } from './sums';

/** A reply that is larger than a link on its way lets through, which a router says by ICMP (type 3, code 4; RFC 792, RFC 1191 §4). */

/** Octets of an IP and a UDP header. */
const HEADERS = 28;

/** One finding for each host; `quoted` is the reply that the error is about, where it is seen. `calm`: its client is served all the same. */
export function tooLargeOnTheWay(error: IcmpError, quoted: Message | undefined, calm: boolean): Draft {
  const { frame, source: router, quotedSource: sender, quotedDestination: to, quotedPort, mtu } = error;
  const size = quoted && quoted.packet.payloadLength + HEADERS;
  const name = quoted ? nameOf(quoted) : 'datagram';
  const most = mtu ? `at most ${mtu} octets` : 'fewer octets';
  return {
    id: 'message-too-large',
    severity: calm ? 'info' : 'warning',
    subject: to,
    frames: [frame, ...(quoted?.frames ?? [])],
    detail: () => ({
      title: `The ${name}${size === undefined ? '' : ` of ${size} octets`} from ${sender} does not get to ${to}: behind ${router}, ${most} pass`,
      explanation: `In frame ${frame}, ${router} sends ICMP type 3, code 4, and quotes a datagram from ${sender} to ${to}:${quotedPort}. It is larger than the next link takes, and its DF flag forbids to fragment it, so ${router} drops it.${quoted ? ` It is the ${name} in frame ${quoted.frame}.` : ''}${calm ? ' The exchange completes all the same.' : ''}`,
      causes: ranked(
        cause(
          'likely',
          `The way from ${sender} to ${to} leads through a link with a small MTU (a tunnel or VPN), and the ${name} is larger`,
          mtu ? `MTU ${mtu} in the ICMP from ${router}` : false,
          size !== undefined && `the ${name} in frame ${quoted!.frame} has ${size} octets as an IP datagram`,
        ),
        cause('possible', `ICMP does not get back to ${sender}, or it sends the ${name} again without heeding it`),
      ),
      steps: [
        advice.FEWER_OPTIONS,
        `On ${router}, raise the MTU of the link towards ${to}${size === undefined ? '' : ` to ${size} octets or more`}.`,
        advice.stepFor(
          'system',
          'linux',
          `Linux, on ${sender}`,
          '`sysctl -w net.ipv4.ip_no_pmtu_disc=1` sends replies without DF, so that routers may fragment them.',
        ),
      ],
      reference: 'RFC 792; RFC 1191 §4',
    }),
  };
}

/** By sender and destination: the errors about datagrams that are too large. */
function errorsByWay({ neighbours }: World): ReadonlyMap<string, readonly IcmpError[]> {
  const by = new Map<string, IcmpError[]>();
  for (const error of neighbours.icmpErrors)
    if (isTooLarge(error)) push(by, `${error.quotedSource} ${error.quotedDestination}`, error);
  return by;
}

/** Why replies do not get to a client, where a router says that they are too large for the way. */
export function tooLargeCause(replies: readonly Message[], world: World): Cause | undefined {
  for (const reply of replies) {
    const { source, destination } = reply.packet;
    const error = world
      .once(errorsByWay)
      .get(`${source} ${destination}`)
      ?.find(({ xid, time }) => time >= reply.time && (xid === undefined || xid === reply.dhcp.xid));
    if (!error) continue;
    return withFinding(
      'message-too-large',
      [error.frame],
      cause(
        'likely',
        `The ${nameOf(reply)} is too large for the way to ${destination}, and ${error.source} says so by ICMP`,
        `ICMP from ${error.source} in frame ${error.frame} (type 3, code 4${error.mtu ? `, MTU ${error.mtu}` : ''})`,
        'see the finding message-too-large',
      ),
    );
  }
  return undefined;
}
