/**
 * Adds items to the end of a list of any length. `list.push(...items)` passes each item on the stack, so a long list
 * from a hostile file would overflow it.
 */
export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}

/** Adds a value to the list under a key of a map. */
export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
