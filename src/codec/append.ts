/**
 * Adds items to the end of a list, however many. `list.push(...items)` hands each item over on the stack, which a list from a
 * hostile file overflows.
 */
export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}
