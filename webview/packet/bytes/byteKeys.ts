/** The octet that a key moves to from octet `at`; undefined if the key does nothing here. */
export function offsetByKey(
  { key, ctrlKey, altKey, metaKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey'>,
  at: number,
  perRow: number,
  page: number,
  length: number,
): number | undefined {
  if (altKey || metaKey) return undefined;
  const rowStart = at - (at % perRow);
  return {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    // There may be no octet below, in the last row.
    ArrowUp: at >= perRow ? at - perRow : at,
    ArrowDown: at + perRow < length ? at + perRow : at,
    PageUp: at - page * perRow,
    PageDown: at + page * perRow,
    Home: ctrlKey ? 0 : rowStart,
    End: ctrlKey ? length - 1 : rowStart + perRow - 1,
  }[key];
}
