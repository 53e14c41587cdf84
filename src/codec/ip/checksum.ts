/**
 * The Internet checksum (RFC 1071): the ones' complement sum of 16-bit words, folded to 16 bits; an odd last octet counts as
 * the high half of a word. 0xffff over octets that contain a right checksum. `from` is a sum to go on with (a pseudo-header's).
 */
export function foldedSum(bytes: Uint8Array, at: number, end: number, from = 0): number {
  let sum = from;
  let i = at;
  for (; i + 1 < end; i += 2) sum += (bytes[i]! << 8) | bytes[i + 1]!;
  if (i < end) sum += bytes[i]! << 8;
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return sum;
}
