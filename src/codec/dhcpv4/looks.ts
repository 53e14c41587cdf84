import { u32 } from '../bytes';
import { FIXED_LENGTH, MAGIC_COOKIE } from './layout';

/**
 * Whether a datagram between other ports is DHCP, judged by its content: op, a plausible hardware address, and the
 * magic cookie.
 */
export function looksLikeDhcp(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < FIXED_LENGTH + 4) return false;
  const op = bytes[at]!;
  return (op === 1 || op === 2) && bytes[at + 2]! <= 16 && u32(bytes, at + FIXED_LENGTH) === MAGIC_COOKIE;
}
