import { bitsOf, parseAddress, parsePrefix, prefixAt, rangeOf, type Range } from '../../config/address';
import type { Match } from './match';

/** Parses an address, a prefix, or a range `first-last`. Undefined for any other text. */
export function addressesOf(text: string): Range | undefined {
  const ends = text.split('-').map(parseAddress);
  if (ends.length === 2) {
    const [first, last] = ends;
    return first && last && first.family === last.family
      ? { family: first.family, first: first.value, last: last.value }
      : undefined;
  }
  const [single] = ends;
  if (single) return rangeOf(prefixAt(single, bitsOf(single.family)));
  const prefix = parsePrefix(text);
  return prefix && rangeOf(prefixAt(prefix.address, prefix.length));
}

/** Whether an address of the packet (undefined if it may be any) is among those that a rule names. */
export function isAmong(ours: Range | undefined, text: string): Match {
  if (/\/0$/.test(text)) return 'yes';
  const named = addressesOf(text);
  if (!ours || !named) return 'maybe';
  if (ours.family !== named.family || ours.last < named.first || ours.first > named.last) return 'no';
  return ours.first >= named.first && ours.last <= named.last ? 'yes' : 'maybe';
}
