import { ADVERTISE, REBIND, RENEW, REPLY, REQUEST6, SOLICIT } from '../../codec/dhcpv6/message';
import { CROSSED } from '../conversations/conversations';
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

/**
 * ADVERTISEs that a client passed over, where each of its SOLICITs has another transaction id: by its Elapsed Time it was asking for the same
 * already when they came, and it asks on. undefined if there are none, or if it takes one later.
 */
export function offeredBefore6(exchange: Exchange6, { packets }: World): readonly Note6[] | undefined {
  const { position, notes } = exchange;
  const { exchanges } = exchange.client;
  const [asked] = notes;
  const before = exchanges[position - 1];
  if (!before || asked?.type !== SOLICIT || asked.relayed || !asked.timed) return undefined;
  const near = exchanges.slice(position - 1, position + MOST_EXCHANGES);
  if (near.some((one) => one.has(REQUEST6) || one.has(REPLY))) return undefined;
  const { source, dhcpv6 } = packets.get(asked.index);
  const { associations, xid } = dhcpv6!;
  const passedOver = before.of(ADVERTISE).filter((one) => {
    if (one.relayed || !one.isOn(asked.link) || one.time <= asked.since || asked.time - one.time < CROSSED)
      return false;
    const packet = packets.get(one.index);
    const given = packet.dhcpv6!;
    return (
      given.xid !== xid &&
      packet.destination === source &&
      one.answer!.address !== undefined &&
      associations.every(({ code, iaid }) => given.associations.some((ia) => ia.code === code && ia.iaid === iaid))
    );
  });
  return passedOver.length > 0 && associations.length > 0 ? passedOver : undefined;
}

/** Whether two messages of one kind go the same way (`goesAlike`). */
export const goesAlike6 = (one: Note6, other: Note6, world: World): boolean =>
  sameWay(world.packets.get(one.index), world.packets.get(other.index));

export const xidOf = ({ index }: Note6, world: World): number | undefined => world.packets.get(index).dhcpv6?.xid;

/** Whether a client asks the same again: under one transaction id, and on one link, as far as no relay is in between. */
export const isRepeated6 = (one: Note6, other: Note6, world: World): boolean =>
  xidOf(one, world) === xidOf(other, world) && (one.relayed || other.relayed || one.isOn(other.link));

/** Whether an exchange begins with a request that the previous one also makes under the same transaction id. */
export function repeatsBefore6({ client, position, notes: [first] }: Exchange6, world: World): boolean {
  const before = client.exchanges[position - 1];
  return before !== undefined && before.of(first!.type).some((note) => isRepeated6(note, first!, world));
}
