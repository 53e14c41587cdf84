import { u16 } from '../bytes';
import { isQuoted } from '../header';
import type { Walk } from '../walk';
import { foldedSum } from './checksum';

/**
 * Result of verifying a transport checksum. `offload`: it holds only the sum of the pseudo-header, to be completed by
 * the network card.
 */
export type ChecksumState = 'correct' | 'wrong' | 'offload' | 'unchecked';

/**
 * Verifies a checksum that covers a pseudo-header for the IP layer around layer `index` (RFC 768, RFC 8200 §8.1) and
 * `length` octets from the layer's first. `unchecked` if some of these octets are missing, in a cut frame, a fragment
 * or a quotation. `field` is the offset of the checksum in the layer.
 */
export function checkTransport(
  walk: Walk,
  index: number,
  protocol: number,
  length: number,
  field: number,
): ChecksumState {
  const { bytes } = walk;
  const at = walk.atOf(index);
  if (at + length > walk.endOf(index) || (walk.fragment >= 0 && index > walk.fragment)) return 'unchecked';
  if (isQuoted(walk, index)) return 'unchecked';
  const pseudo = pseudoHeaderSum(walk, index, protocol, length);
  if (pseudo === undefined) return 'unchecked';
  if (foldedSum(bytes, at, at + length, pseudo) === 0xffff) return 'correct';
  // Linux writes the folded sum of the pseudo-header, not complemented, and the card adds the rest.
  return u16(bytes, at + field) === foldedSum(bytes, 0, 0, pseudo) ? 'offload' : 'wrong';
}

/**
 * The sum of the pseudo-header, not folded; undefined if there is no IP layer, or if a routing header hides the final
 * destination.
 */
export function pseudoHeaderSum(walk: Walk, index: number, protocol: number, length: number): number | undefined {
  let ip = index - 1;
  for (; ip >= 0; ip--) {
    const { id } = walk.layers[ip]!;
    if (id === 'ip' || id === 'ipv6') break;
    // The checksum covers the final destination. While a routing header has segments left, that address is in the
    // routing header itself (RFC 8200 §8.1).
    if (id === 'ipv6.routing' && walk.bytes[walk.atOf(ip) + 3] !== 0) return undefined;
  }
  if (ip < 0) return undefined;
  const at = walk.atOf(ip);
  const addresses =
    walk.layers[ip]!.id === 'ip' ? foldedSum(walk.bytes, at + 12, at + 20) : foldedSum(walk.bytes, at + 8, at + 40);
  return addresses + protocol + (length & 0xffff) + (length >>> 16);
}
