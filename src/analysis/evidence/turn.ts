/** A fault that begins in the middle: all that passed or was answered comes before all that did not and was not. */

/** The last that passed or was answered, and the first that was not: something changed between the two. */
export interface Turn<T> {
  readonly last: T;
  readonly first: T;
}

/** From so many on, of messages and of clients, it is no chance that one kind comes before the other. */
export const LEAST_TURN = 3;

/** In so many orders, three messages and three others may come: one of them puts all of the first before all of the others. */
const ORDERS = 20;

/** Whether so few came before so many, or so many before so few, that it may be chance. */
function mayBeChance(came: number, gone: number): boolean {
  const all = came + gone;
  const orders = [1, all, (all * (all - 1)) / 2][Math.min(came, gone)] ?? ORDERS;
  return orders < ORDERS;
}

/** Whether there are enough clients: several on either side, or such as were served before. */
export const isNoChance = (before: ReadonlySet<unknown>, since: ReadonlySet<unknown>): boolean =>
  Math.min(before.size, since.size) >= LEAST_TURN || [...since].every((one) => before.has(one));

/** Where what came and what is gone are apart in time; undefined if they are not, or if that may be chance. */
export function turnOf<T extends { readonly time: number }>(
  came: readonly T[],
  gone: readonly T[],
  clientOf: (one: T) => unknown,
): Turn<T> | undefined {
  if (Math.min(came.length, gone.length) === 0 || mayBeChance(came.length, gone.length)) return undefined;
  const last = came.reduce((late, one) => (one.time > late.time ? one : late));
  const first = gone.reduce((early, one) => (one.time < early.time ? one : early));
  if (last.time >= first.time) return undefined;
  return isNoChance(new Set(came.map(clientOf)), new Set(gone.map(clientOf))) ? { last, first } : undefined;
}
