/* Subnets by address and mask, both unsigned 32-bit numbers. */

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
