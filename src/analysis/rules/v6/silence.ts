import {
  ADVERTISE,
  CONFIRM,
  INFORMATION_REQUEST,
  REBIND,
  RENEW,
  REPLY,
  REQUEST6,
  SOLICIT,
} from '../../../codec/dhcpv6/message';
import type { Packet } from '../../conversations/packet';
import type { WorldRule } from '../rule';
import type { Client6, Exchange6, Note6 } from '../../conversations/v6model';
import { fit6 } from '../../evidence/fit6';
import { invented6 } from '../../evidence/attacks6';
import { SEES_ALL } from '../../evidence/silence/sight';
import type { Unanswered6 } from '../../evidence/silence/answered6';
import type { World } from '../../evidence/world';
import { push } from '../../../codec/append';
import { AWAIT, hidden } from './hidden';
import { repeatsAnswered6 } from './ignored';
import { noReplies } from './unanswered';

/* DHCPv6 (RFC 9915), second part: nobody answers. */

/** Links on which a client got answers that are not seen here: servers answer by unicast, so a single request proves nothing there. */
function blindLinks(world: World): ReadonlySet<string> {
  const links = new Set<string>();
  for (const exchange of world.conversations6.exchanges) {
    if (hidden(exchange, world) || renewsAgain(exchange)) links.add(exchange.last.link);
  }
  return links;
}

/** A repeated RENEW keeps its transaction id (§15); one with another id is the next renewal, so this one was answered. */
function renewsAgain({ notes, client, position }: Exchange6): boolean {
  const next = client.exchanges[position + 1]?.notes[0];
  return notes.length === 1 && notes[0]!.type === RENEW && next?.type === RENEW;
}

/** Requests for which the only sign of an answer is that they are not repeated. */
const ASKED_ONCE: ReadonlySet<number> = new Set([INFORMATION_REQUEST, CONFIRM, RENEW, REBIND]);
/** Whether a SOLICIT may be answered by REPLY at once, so that no REQUEST follows (§18.2.1). */
const isRapid = ({ dhcpv6 }: Packet): boolean => dhcpv6?.rapidCommit ?? false;

/** How many clients ask on each link. */
const clientsOn = (world: World): ReadonlyMap<string, number> => countOn(world, () => true);
/** How many of them are seen to be answered. */
const answeredOn = (world: World): ReadonlyMap<string, number> => countOn(world, ({ answers }) => answers > 0);

function countOn(world: World, isMeant: (client: Client6) => boolean): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const client of world.conversations6.clients.values()) {
    if (!isMeant(client)) continue;
    const links = new Set(client.exchanges.map((exchange) => exchange.notes[0]!.link));
    for (const link of links) counts.set(link, (counts.get(link) ?? 0) + 1);
  }
  return counts;
}

/** A client's message that awaits an answer gets none. */
export const v6NoReply: WorldRule = function* (world) {
  const blind = blindLinks(world);
  // Computed on demand, which most captures never need.
  let clients: ReadonlyMap<string, number> | undefined;
  let answered: ReadonlyMap<string, number> | undefined;
  // The client would repeat it after 1 s or 10 s, by message type (§7.6). If it was sent once and other clients ask here, the reply was not
  // seen – unless this point sees the replies to all.
  const maySeeLess = ({ type, link, index }: Note6, { answers }: Client6): boolean =>
    blind.has(link) ||
    (answers === 0 &&
      ((clients ??= clientsOn(world)).get(link) ?? 0) > 1 &&
      ((answered ??= answeredOn(world)).get(link) ?? 0) < SEES_ALL &&
      (ASKED_ONCE.has(type) || (type === SOLICIT && isRapid(world.packets.get(index)))));
  const invented = invented6(world);
  const { misanswered } = world.once(fit6);
  const found: Unanswered6[] = [];
  for (const client of world.conversations6.clients.values()) {
    if (invented.has(client)) continue;
    const silent = new Map<number, Note6[]>();
    for (const exchange of client.exchanges) {
      // An answer is there, but the client cannot take it; `reply-mismatch` reports that.
      if (repeatsAnswered6(exchange, world) || misanswered.has(exchange)) continue;
      if (hidden(exchange, world)) {
        silent.clear();
        continue;
      }
      for (const type of AWAIT) {
        const sent = exchange.of(type);
        if (sent.length === 0) continue;
        const served =
          exchange.has(REPLY) ||
          (type === SOLICIT && (exchange.has(ADVERTISE) || exchange.has(REQUEST6))) ||
          (sent.length === 1 && maySeeLess(sent[0]!, client));
        if (served) silent.delete(type);
        else for (const note of sent) push(silent, type, note);
      }
      // A client that was served in the end also got the answer to its SOLICIT, but not one that was only told DNS servers.
      if (exchange.has(REPLY) && !exchange.has(INFORMATION_REQUEST)) silent.delete(SOLICIT);
    }
    for (const [type, sent] of silent) if (world.observed.silenceAfter(sent)) found.push({ client, type, sent });
  }
  yield* noReplies(found, world);
};
