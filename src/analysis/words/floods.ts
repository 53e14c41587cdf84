import { FLOOD, densest, sentFor, type Sent } from '../evidence/floods';
import type { World } from '../evidence/world';
import { count, list, span } from './words';

/** The types of messages, with their numbers: `100 DISCOVERs and 2 REQUESTs`. */
export function typesOf(sent: readonly Sent[]): string {
  const counts = new Map<string, number>();
  for (const { type } of sent) counts.set(type, (counts.get(type) ?? 0) + 1);
  return list([...counts].map(([type, n]) => count(n, type)));
}

/** A client is sent replies without end, far more than it asked for. No finding is about that, so the verdict says it, in a clause. */
export function repliesWithoutEnd({ observed: { conversations }, clients, invented }: World): string[] {
  const storms = new Set(conversations.storms.map((index) => conversations.exchangeOf(index)?.client));
  for (const client of clients) {
    const storm = storms.has(client);
    const replies = client.exchanges.reduce((sum, exchange) => sum + exchange.replies, 0);
    if ((replies < FLOOD.messages && !storm) || invented.has(client)) continue;
    const flood = densest(sentFor(client, false, storm));
    if (!flood || flood.length < 2 * sentFor(client, true, storm).length) continue;
    const lasts = flood[flood.length - 1]!.time - flood[0]!.time;
    return [
      `${client.label} is sent ${typesOf(flood)} within ${span(lasts)} (from frame ${flood[0]!.frame} on), far more than it asked for`,
    ];
  }
  return [];
}
