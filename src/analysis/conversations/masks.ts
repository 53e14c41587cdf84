/** Subnet arithmetic. Addresses and masks are unsigned 32-bit numbers. */

/** Whether a mask is ones followed by zeros, and not all zeros. */
export function isContiguous(mask: number): boolean {
  const inverse = ~mask >>> 0;
  return mask !== 0 && (inverse & (inverse + 1)) === 0;
}

export const maskOfPrefix = (prefix: number): number => (prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0);
export const network = (address: number, mask: number): number => (address & mask) >>> 0;
export const sameSubnet = (a: number, b: number, mask: number): boolean => network(a, mask) === network(b, mask);

/** Prefix length of a contiguous mask. */
export function prefixOf(mask: number): number {
  return 32 - Math.log2((~mask >>> 0) + 1);
}

/**
 * Why an address cannot belong to another host, as seen by a client with address `own` and a mask (undefined if the mask is not known);
 * undefined if it can.
 */
export function cannotBeHost(address: number, own: number, mask: number | undefined): string | undefined {
  const first = address >>> 24;
  if (address === 0) return 'no address at all';
  if (first === 127) return 'a loopback address';
  if (first >= 224) return first >= 240 ? 'a class E or broadcast address' : 'a multicast address';
  if (own === 0) return undefined;
  if (address === own) return 'the client’s own address';
  // In a /31 or /32, every address belongs to a host (RFC 3021).
  if (mask === undefined || !isContiguous(mask) || prefixOf(mask) > 30 || !sameSubnet(address, own, mask))
    return undefined;
  if (address === network(own, mask)) return 'the address of the subnet itself';
  return address === (own | ~mask) >>> 0 ? 'the subnet’s broadcast address' : undefined;
}
