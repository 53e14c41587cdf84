import type { Sent } from '../evidence/floods';
import { count, list } from './words';

/** The types of messages, with their numbers: `100 DISCOVERs and 2 REQUESTs`. */
export function typesOf(sent: readonly Sent[]): string {
  const counts = new Map<string, number>();
  for (const { type } of sent) counts.set(type, (counts.get(type) ?? 0) + 1);
  return list([...counts].map(([type, n]) => count(n, type)));
}
