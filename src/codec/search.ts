/**
 * Binary search in a sorted list of `count` items: the index of the first one for which `isBefore` is false, `count` if it is true for all.
 * `isBefore` must not be true again behind an item for which it is false.
 */
export function lowerBound(count: number, isBefore: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
