import { CONFIRM, INFORMATION_REQUEST, REBIND, RENEW, REQUEST6, SOLICIT } from '../../../codec/dhcpv6/message';
import type { Exchange6 } from '../../conversations/v6model';
import type { Surveyed } from '../surveyed';

/** DHCPv6: which messages await an answer, and which answers are not seen at this capture point. */

/** Messages to which a client awaits an answer. */
export const AWAIT: ReadonlySet<number> = new Set([SOLICIT, REQUEST6, CONFIRM, RENEW, REBIND, INFORMATION_REQUEST]);

/** A third port sees only the multicasts of clients: a REQUEST proves the ADVERTISE, and not asking again proves the REPLY. */
export function hidden(exchange: Exchange6, world: Surveyed): boolean {
  if (exchange.client.answers > 0) return false;
  const requests = exchange.of(REQUEST6);
  const [request] = requests;
  if (!request || requests.length > 1) return false;
  const tail = world.observed.tail(request.time, request.timed);
  return tail !== undefined && tail >= world.limits.answerWithin;
}
