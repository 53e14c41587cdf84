/**
 * The Internet checksum (RFC 1071): the ones' complement sum of 16-bit words, folded to 16 bits. An odd last octet
 * counts as the high half of a word. Over octets that contain a correct checksum, the result is 0xffff. `from` is a sum
 * to start from (a pseudo-header's).
 */
export function foldedSum(bytes: Uint8Array, at: number, end: number, from = 0): number {
  let sum = from;
  let i = at;
  for (; i + 1 < end; i += 2) sum += (bytes[i]! << 8) | bytes[i + 1]!;
  if (i < end) sum += bytes[i]! << 8;
  return folded(sum);
}

/**
 * A sum of 16-bit words with its carries added back in until none are left: the remainder modulo 0xffff, except that
 * positive multiples of 0xffff give 0xffff.
 */
export function folded(sum: number): number {
  return sum === 0 ? 0 : ((sum - 1) % 0xffff) + 1;
}
