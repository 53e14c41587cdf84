import type { Dhcp } from '../ledger/packet';
import { OPTION, type Message, type Sighting } from './model';
import type { Packet } from './packet';
import type { Thresholds } from './settings';

/*
 * One message may be captured several times: by `-i any`, on a SPAN port that mirrors both ways, on both interfaces of a router,
 * on both sides of a relay. These are copies of one message. A retransmission is another message: the client sent it again.
 */

function mix(hash: number, value: number): number {
  // FNV-1a over 32-bit words: only equality matters.
  return Math.imul(hash ^ (value & 0xffff), 0x01000193) ^ Math.imul(value >>> 16, 0x9e3779b1);
}

/** A number over what neither a relay nor a switch changes in a message. Equal messages have equal numbers. */
export function printOf(dhcp: Dhcp, type: number): number {
  let hash = 0x811c9dc5;
  const words = [
    (dhcp.op << 8) | type,
    dhcp.secs,
    dhcp.ciaddr,
    dhcp.yiaddr,
    dhcp.ip(OPTION.server) ?? 1,
    dhcp.ip(OPTION.requested) ?? 1,
    dhcp.u32(OPTION.lease) ?? 1,
  ];
  for (const word of words) hash = mix(hash, word);
  return hash | 0;
}

/** A number that differs between the two sides of a relay: it sets giaddr and counts hops; replies change port. */
export function sideOf(dhcp: Dhcp, packet: Packet): number {
  return mix(mix(mix(0, dhcp.giaddr), dhcp.hops), packet.destinationPort ?? 0) | 0;
}

/** Messages of the exchange that a new sighting is compared with: copies follow at once. */
const LOOK_BACK = 8;

/** The message of which `sighting` is a copy; undefined where it is a message of its own. */
export function copyOf(
  messages: readonly Message[],
  sighting: Sighting,
  print: number,
  timed: boolean,
  limits: Thresholds,
): Message | undefined {
  for (let i = messages.length - 1; i >= Math.max(0, messages.length - LOOK_BACK); i--) {
    const message = messages[i]!;
    if (message.print !== print) continue;
    const last = message.lastOn(sighting.side);
    if (!timed || !message.timed) {
      // Without times only the other side of a relay can be told from a retransmission.
      if (last === undefined) return message;
      continue;
    }
    const since = Math.abs(sighting.time - (last ?? message.sightings[0]!.time));
    // Another interface may see it later than a copy on the same one: the way there takes its time.
    const elsewhere = last === undefined || !message.seenOn(sighting.link);
    if (since <= (elsewhere ? limits.relayWindow : limits.copyWindow)) return message;
  }
  return undefined;
}
