import { LEASEQUERY6, LEASEQUERY_REPLY, messageType6 } from '../../codec/dhcpv6/message';
import type { Packet } from '../conversations/packet';
import { leaseQueries6Of } from '../evidence/queries';
import type { World } from '../evidence/world';
import { answeredAbout6, askedAbout6, whoAsks6 } from '../words/queries';
import { follows, type Sentences } from './sentences';

/* LEASEQUERY and its successors in DHCPv6 (RFC 5007, RFC 5460, RFC 7653): how relays and routers ask a server about leases. */

/** What the messages say that are no question. */
const MEANING: Readonly<Record<number, string>> = {
  16: 'all that was asked for has been sent',
  17: 'this is one more of the leases that were asked for',
};

/** The sentences about a message that asks about leases, or answers that. */
export function leaseQuery6(world: World, packet: Packet, type: number): Sentences {
  const name = messageType6(type);
  const noLease = 'No lease changes by it';
  const { source, destination, frame } = packet;
  if (type in MEANING || type === LEASEQUERY_REPLY) {
    const asked = leaseQueries6Of(world).find(({ answer }) => answer?.frame === frame);
    return [
      `Server ${source ?? 'of unknown address'} says by ${name}: ${MEANING[type] ?? answeredAbout6(packet)}`,
      asked
        ? `It answers the ${messageType6(asked.question.dhcpv6!.type)} in frame ${asked.question.frame}`
        : type === LEASEQUERY_REPLY && 'This capture does not show the question that it answers',
      noLease,
    ];
  }
  if (type !== LEASEQUERY6)
    return [
      `${whoAsks6(packet)} asks ${destination ?? 'a server'} to hear of every change of a lease from now on (${name})`,
      noLease,
    ];
  const query = leaseQueries6Of(world).find(({ frames }) => frames.includes(frame));
  return [
    `${whoAsks6(packet)} asks ${destination ?? 'a server'} ${askedAbout6(packet)} (${name})`,
    'It wants to know where a client belongs, for instance after it has restarted; no lease changes by it',
    query?.answer
      ? follows(`the ${messageType6(query.answer.dhcpv6!.type)}`, query.answer, packet)
      : 'Next the server should answer with LEASEQUERY-REPLY; this capture does not show one',
  ];
}
