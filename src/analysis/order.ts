import { OFFER, REQUEST } from './model';
import type { Packet, Packets } from './packet';

/** Frames that a capture holds out of time order are put right within this many frames, and this many seconds. */
const DEPTH = 64;
const SECONDS = 1;

/**
 * The order of the packets in time as far as it can be told: captures of several interfaces write frames milliseconds out of
 * order, a reply before its request. Larger steps back (a clock that was set, files joined together) stay as the capture has them.
 * Gives the indexes of the packets; undefined where they are in order as they stand.
 */
export function orderInTime(packets: Packets): Uint32Array | undefined {
  const { count, digests } = packets;
  if (digests?.inOrder) return undefined;
  const time = (i: number): number => (digests ? digests.time(i) : timeOf(packets.get(i)));
  let first = 1;
  for (let before = count > 0 ? time(0) : 0; first < count; first++) {
    const here = time(first);
    if (here < before) break;
    before = here;
  }
  if (first >= count) return undefined;
  const times = Float64Array.from({ length: count }, (_, i) => time(i));
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    let at = i;
    const first = Math.max(0, i - DEPTH);
    while (at > first) {
      const ahead = times[order[at - 1]!]! - times[i]!;
      // Not a number where one of them has no time.
      if (!(ahead > 0 && ahead < SECONDS) || follows(packets.get(order[at - 1]!), packets.get(i))) break;
      at--;
    }
    order.copyWithin(at + 1, at, i);
    order[at] = i;
  }
  return order;
}

/**
 * Whether the second packet can only come after the first: a reply after its request, a REQUEST after its OFFER. Where it seems to
 * come before, the clock was set back.
 */
function follows({ dhcp: first }: Packet, { dhcp: second }: Packet): boolean {
  if (!first || !second || first.xid !== second.xid || first.chaddr !== second.chaddr) return false;
  if (first.op === 1) return second.op === 2;
  return first.messageType() === OFFER && second.messageType() === REQUEST;
}

const timeOf = (packet: Packet): number => (packet.timed ? packet.time : NaN);

/** The packets in that order. */
export function* inTimeOrder(packets: Packets): Generator<readonly [index: number, packet: Packet, rank: number]> {
  const order = orderInTime(packets);
  for (let rank = 0; rank < packets.count; rank++) {
    const index = order ? order[rank]! : rank;
    yield [index, packets.get(index), rank];
  }
}
