import type { Packet, Packets } from './packet';
import { ADVERTISE, RECONFIGURE, REPLY } from './v6model';

/** Frames that a capture holds out of time order are put right within this many frames, and this many seconds. */
const DEPTH = 64;
/** Programs that capture on several interfaces read each of them every 250 ms (dumpcap). A larger step back is another matter. */
const SECONDS = 0.3;

/** The packets in the order in which they were sent, as far as it can be told. */
export interface Order {
  /** Indexes of the packets; undefined where they are in order as they stand. */
  readonly indexes: Uint32Array | undefined;
  /** Where times go back even so, for a clock was set: that of the last packet, behind which nothing of interest follows. */
  readonly end: number | undefined;
}

/**
 * The order of the packets in time as far as it can be told: captures of several interfaces write frames out of their
 * order, a reply before its request. Larger steps back are a clock that was set, and stay as the capture has them; or files that
 * were joined one behind the other, of which the times tell the order: then the replies of one answer requests of the next.
 */
export function orderInTime(packets: Packets): Order {
  const { count, digests } = packets;
  const times = new Float64Array(count);
  let steps = false;
  for (let i = 0; i < count; i++) {
    times[i] = digests ? digests.time(i) : timeOf(packets.get(i));
    if (i > 0 && times[i]! < times[i - 1]!) steps = true;
  }
  if (!steps) return { indexes: undefined, end: undefined };
  const order = putRight(times, packets);
  let back = false;
  for (let i = 1; i < count; i++) if (times[order[i]!]! < times[order[i - 1]!]!) back = true;
  if (!back) return { indexes: order, end: undefined };
  const sorted = Uint32Array.from(order).sort((a, b) => times[a]! - times[b]! || a - b);
  if (early(packets, sorted) < early(packets, order)) return { indexes: sorted, end: undefined };
  return { indexes: order, end: times[order[count - 1]!] };
}

/** Small steps back put right; but no reply goes before the request that it answers, for then a clock was set between them. */
function putRight(times: Float64Array, packets: Packets): Uint32Array {
  const order = new Uint32Array(times.length);
  for (let i = 0; i < times.length; i++) {
    let at = i;
    const first = Math.max(0, i - DEPTH);
    while (at > first) {
      const ahead = times[order[at - 1]!]! - times[i]!;
      // Not a number where one of them has no time.
      if (!(ahead > 0 && ahead < SECONDS)) break;
      at--;
    }
    if (at < i && passesQuestion(packets, i, order.subarray(at, i))) at = i;
    order.copyWithin(at + 1, at, i);
    order[at] = i;
  }
  return order;
}

/** Whether one of the packets asks what packet `i` answers. */
function passesQuestion(packets: Packets, i: number, passed: Uint32Array): boolean {
  const answer = questionOf(packets.get(i));
  if (!answer?.reply) return false;
  return passed.some((index) => {
    const question = questionOf(packets.get(index));
    return question !== undefined && !question.reply && question.id === answer.id;
  });
}

/** Number of requests that come only behind a reply to them. */
function early(packets: Packets, order: Uint32Array): number {
  const asked = new Set<string>();
  const answered = new Set<string>();
  let count = 0;
  for (const index of order) {
    const key = questionOf(packets.get(index));
    if (key === undefined) continue;
    if (key.reply) {
      if (!asked.has(key.id)) answered.add(key.id);
    } else {
      if (answered.delete(key.id)) count++;
      asked.add(key.id);
    }
  }
  return count;
}

const REPLIES: ReadonlySet<number> = new Set([ADVERTISE, REPLY, RECONFIGURE]);

/** Which question a packet asks or answers. */
function questionOf({ dhcp, dhcpv6 }: Packet): { readonly id: string; readonly reply: boolean } | undefined {
  if (dhcp) return { id: `${dhcp.xid} ${dhcp.chaddr}`, reply: dhcp.op === 2 };
  const inner = dhcpv6?.innermost();
  return inner && { id: `v6 ${inner.xid}`, reply: REPLIES.has(inner.type) };
}

const timeOf = (packet: Packet): number => (packet.timed ? packet.time : NaN);

/** The packets in that order. */
export function* inTimeOrder(packets: Packets): Generator<readonly [index: number, packet: Packet, rank: number]> {
  const { indexes } = orderInTime(packets);
  for (let rank = 0; rank < packets.count; rank++) {
    const index = indexes ? indexes[rank]! : rank;
    yield [index, packets.get(index), rank];
  }
}
