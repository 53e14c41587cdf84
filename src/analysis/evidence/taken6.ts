import { ADVERTISE, REBIND, RENEW, REPLY, REQUEST6 } from '../../codec/dhcpv6/message';
import type { Exchange6, Note6 } from '../conversations/v6model';
import { PROVES, sameWay } from './taken';
import type { World } from './world';

/** The same as in `taken.ts` for DHCPv6: which answers a client took. */

/** An answer, and the message by which its client shows that it took it. */
export interface Taken6 {
  readonly reply: Note6;
  readonly by: Note6;
}

/** How many exchanges of a client are searched for an answer that it took. */
const MOST_EXCHANGES = 8;

/** What a message of a client takes: a REQUEST the ADVERTISE of its server, RENEW and REBIND the REPLY that gave the lease. */
const TAKES: ReadonlyMap<number, number> = new Map([
  [REQUEST6, ADVERTISE],
  [RENEW, REPLY],
  [REBIND, REPLY],
]);

/**
 * An answer that went the same way to the same client as this one, not long before, and that the client took, as its question `asked`
 * shows: then no filter on that way keeps the other from it.
 */
export function takenAlike6(
  { client, position }: Exchange6,
  reply: Note6,
  asked: Note6,
  world: World,
): Taken6 | undefined {
  const type = TAKES.get(asked.type);
  if (type === undefined || reply.time - asked.time > PROVES) return undefined;
  for (const { notes } of client.exchanges.slice(Math.max(0, position - MOST_EXCHANGES), position + 1).reverse()) {
    const taken = notes.findLast(
      (one) =>
        one.type === type &&
        one !== reply &&
        one.time <= asked.time &&
        reply.time - one.time <= PROVES &&
        (asked.server === undefined || one.server === asked.server) &&
        goesAlike6(one, reply, world),
    );
    if (taken) return { reply: taken, by: asked };
  }
  return undefined;
}

/** Whether two messages of one kind go the same way (`goesAlike`). */
export const goesAlike6 = (one: Note6, other: Note6, world: World): boolean =>
  sameWay(world.packets.get(one.index), world.packets.get(other.index));
