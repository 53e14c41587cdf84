import type { Dhcp } from '../../ledger/packet';
import { OPTION } from './model';
import type { Packet } from './packet';

/**
 * One message may be captured several times: by `-i any`, on a SPAN port that mirrors both directions, on both interfaces of a router, on
 * both sides of a relay. These are copies of one message. A retransmission is a different message: the client sent it again.
 */

function mix(hash: number, value: number): number {
  // FNV-1a over 32-bit words: only equality matters.
  return Math.imul(hash ^ (value & 0xffff), 0x01000193) ^ Math.imul(value >>> 16, 0x9e3779b1);
}

/** Hash of the values that neither a relay nor a switch changes in a message. Equal messages have equal hashes. */
export function printOf(dhcp: Dhcp, type: number): number {
  let hash = mix(0x811c9dc5, (dhcp.op << 8) | type);
  hash = mix(hash, dhcp.secs);
  hash = mix(hash, dhcp.ciaddr);
  hash = mix(hash, dhcp.yiaddr);
  hash = mix(hash, dhcp.ip(OPTION.server) ?? 1);
  hash = mix(hash, dhcp.ip(OPTION.requested) ?? 1);
  hash = mix(hash, dhcp.u32(OPTION.lease) ?? 1);
  return hash | 0;
}

/** A message that is seen more often than this is repeated rather than copied. */
export const MOST_COPIES = 16;

/**
 * How often messages were sent: once each, unless one is seen more often than copies can explain. `passedOn` of its frames show what a relay
 * made of it.
 */
export const timesSent = (
  sent: readonly { readonly frames: readonly number[]; readonly passedOn?: number }[],
): number =>
  sent.reduce((sum, one) => {
    const all = one.frames.length;
    const seen = all > MOST_COPIES ? all - (one.passedOn ?? 0) : 1;
    return sum + (seen > MOST_COPIES ? seen : 1);
  }, 0);

/** A number that differs between the two sides of a relay: a relay sets giaddr and counts hops, and replies change port. */
export function sideOf(dhcp: Dhcp, packet: Packet): number {
  return mix(mix(mix(0, dhcp.giaddr), dhcp.hops), packet.destinationPort ?? 0) | 0;
}
