/** Values whose octets stand in another order than on the network (RFC 1700: the most significant octet first). */

/** A 32-bit number with its octets in reverse order. */
export const swappedOf = (n: number): number =>
  ((n << 24) | ((n & 0xff00) << 8) | ((n >>> 8) & 0xff00) | (n >>> 24)) >>> 0;

/** In which other order one 32-bit number has the octets of another; undefined if it does not have them. */
export function swappedAs(given: number, own: number): string | undefined {
  if (given === own) return undefined;
  if (swappedOf(own) === given) return 'the same octets in reverse order';
  return ((own << 16) | (own >>> 16)) >>> 0 === given ? 'the same octets with their two halves exchanged' : undefined;
}

/** How many octets a program may take for one number. */
const SIZES: readonly (readonly [number, string])[] = [
  [2, 'each pair of octets is swapped, as 16-bit numbers of a machine with the other byte order'],
  [4, 'each four octets are reversed, as 32-bit numbers of a machine with the other byte order'],
];

/** In which other order one hardware address has the octets of another; undefined if it does not have them. */
export function otherOrder(own: string, given: string): string | undefined {
  const octets = own.split(':');
  if (own === given || octets.length < 4 || given.length !== own.length) return undefined;
  const reversed = (size: number): string =>
    octets.map((_, i) => octets[Math.min(i - (i % size) + size, octets.length) - 1 - (i % size)]!).join(':');
  if (reversed(octets.length) === given) return 'its octets are in reverse order';
  return SIZES.find(([size]) => reversed(size) === given)?.[1];
}
