import type { Order } from '../../src/protocol';

const SORTED: ReadonlySet<string> = new Set(['frame', 'source', 'destination', 'type', 'client']);

/** The order that a saved choice means, `-client` for client descending; undefined for that of the capture. */
export function orderOf(choice: string): Order | undefined {
  const descending = choice.startsWith('-');
  const column = descending ? choice.slice(1) : choice;
  if (!SORTED.has(column) || (column === 'frame' && !descending)) return undefined;
  return { column: column as Order['column'], descending };
}
