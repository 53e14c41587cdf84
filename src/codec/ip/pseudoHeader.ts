import { u16 } from '../bytes';
import { isQuoted } from '../header';
import type { Walk } from '../walk';
import { foldedSum } from './checksum';

/** What a transport checksum says. `offload`: it holds the pseudo-header's sum alone, which the network card would have finished. */
export type ChecksumState = 'correct' | 'wrong' | 'offload' | 'unchecked';

/**
 * Checks a checksum that covers a pseudo-header of the IP layer around layer `index` (RFC 768, RFC 8200 §8.1) and `length`
 * octets from the layer's first. `unchecked` where not all of them are at hand: cut, a fragment, or a quotation.
 * `field` is where the checksum stands, counted from the layer's first octet.
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
  // Linux leaves the folded sum of the pseudo-header, not complemented, for the card to add the rest.
  return u16(bytes, at + field) === foldedSum(bytes, 0, 0, pseudo) ? 'offload' : 'wrong';
}

/** The sum of the pseudo-header, not folded; undefined where there is no IP layer, or a routing header hides the last destination. */
export function pseudoHeaderSum(walk: Walk, index: number, protocol: number, length: number): number | undefined {
  let ip = index - 1;
  for (; ip >= 0; ip--) {
    const { id } = walk.layers[ip]!;
    if (id === 'ip' || id === 'ipv6') break;
    // The checksum is of the final destination, which a routing header with segments left keeps among its own octets (RFC 8200 §8.1).
    if (id === 'ipv6.routing' && walk.bytes[walk.atOf(ip) + 3] !== 0) return undefined;
  }
  if (ip < 0) return undefined;
  const at = walk.atOf(ip);
  const addresses =
    walk.layers[ip]!.id === 'ip' ? foldedSum(walk.bytes, at + 12, at + 20) : foldedSum(walk.bytes, at + 8, at + 40);
  return addresses + protocol + (length & 0xffff) + (length >>> 16);
}
