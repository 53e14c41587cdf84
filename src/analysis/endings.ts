import { MESSAGES, NONE, type Exchanges } from './exchangeTable';
import type { Signature } from './signatures';

/** What the clients of a crowd came to, for the verdict. */
export interface Endings {
  /** Clients that got an address, and those that only asked for settings or gave their address back. */
  readonly bound: number;
  readonly calm: number;
  /** By server: place of the first message of the first client that it gave one in the end. */
  readonly servers: ReadonlyMap<string, number>;
}

export const NO_ENDINGS: Endings = { bound: 0, calm: 0, servers: new Map() };

/** Sums up exchanges. `servers`: by signature, who gives an address in its exchanges; undefined where nobody does. */
export function endingsOf(
  exchanges: Exchanges,
  signatures: readonly Signature[],
  servers: readonly (string | undefined)[],
): Endings {
  const { client, previous, signature, messages, firsts, count } = exchanges;
  const binds = Uint8Array.from(servers, (server) => (server === undefined ? 0 : 1));
  /** By client: the last exchange in which it got an address, + 1. */
  const last = new Uint32Array(firsts.length);
  let clients = 0;
  for (let one = 0; one < count; one++) {
    if (previous[one] === NONE) clients++;
    if (binds[signature[one]!] !== 0) last[client[one]!] = one + 1;
  }
  let bound = 0;
  const ranks = new Float64Array(signatures.length).fill(Infinity);
  for (let i = 0; i < last.length; i++) {
    const one = last[i]! - 1;
    if (one < 0) continue;
    bound++;
    const rank = messages[MESSAGES * firsts[i]!]!;
    if (rank < ranks[signature[one]!]!) ranks[signature[one]!] = rank;
  }
  const ranked = new Map<string, number>();
  for (const [id, server] of servers.entries())
    if (server !== undefined && ranks[id] !== Infinity)
      ranked.set(server, Math.min(ranked.get(server) ?? Infinity, ranks[id]!));
  return { bound, calm: clients - bound, servers: ranked };
}
