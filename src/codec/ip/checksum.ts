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

/** Whether the checksum of an IPv4 header without options (20 octets) is correct (RFC 791 §3.1). */
export function plainHeaderFits(view: DataView, at: number): boolean {
  return (
    folded(
      wordsAt(view, at) +
        wordsAt(view, at + 4) +
        wordsAt(view, at + 8) +
        wordsAt(view, at + 12) +
        wordsAt(view, at + 16),
    ) === 0xffff
  );
}

/** The sum of the two 16-bit words at `at`. */
export function wordsAt(view: DataView, at: number): number {
  const both = view.getInt32(at);
  return (both >>> 16) + (both & 0xffff);
}
