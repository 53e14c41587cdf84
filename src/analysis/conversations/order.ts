import { SERVER_TYPES6 } from '../../codec/dhcpv6/message';
import { OFFER, REQUEST } from './model';
import type { Packet, Packets } from './packet';

/** Frames out of time order are put right within this many frames and this many seconds. */
const DEPTH = 64;
/** Programs that capture on several interfaces read each of them every 250 ms (dumpcap). A larger step back has another cause. */
const SECONDS = 0.3;

/** The packets in the order in which they were sent, as far as this can be known. */
export interface Order {
  /** Indexes of the packets in time order; undefined if they are in order already. */
  readonly indexes: Uint32Array | undefined;
  /** Set if times still go back because a clock was set: the time of the last packet, after which nothing of interest follows. */
  readonly end: number | undefined;
}

/**
 * The time order of the packets, as far as it can be known. Captures of several interfaces write frames out of order, for example a reply
 * before its request. A larger step back means that a clock was set, and stays as it is; or that files were joined one after the other, and
 * then the order follows from the times, because replies in one file answer requests in the next.
 */
export function orderInTime(packets: Packets): Order {
  const { count } = packets;
  const time = (i: number): number => timeOf(packets.get(i));
  let first = 1;
  for (let before = count > 0 ? time(0) : 0; first < count; first++) {
    const here = time(first);
    if (here < before) break;
    before = here;
  }
  if (first >= count) return { indexes: undefined, end: undefined };
  const times = Float64Array.from({ length: count }, (_, i) => time(i));
  const questions = new Questions(packets);
  const order = putRight(times, questions);
  let back = false;
  for (let i = 1; i < count; i++) if (times[order[i]!]! < times[order[i - 1]!]!) back = true;
  if (!back) return { indexes: order, end: undefined };
  const sorted = Uint32Array.from(order).sort((a, b) => times[a]! - times[b]! || a - b);
  if (early(questions, sorted) < early(questions, order)) return { indexes: sorted, end: undefined };
  return { indexes: order, end: times[order[count - 1]!] };
}

/** Corrects small steps back, but never puts a packet before one that it can only follow: in that case a clock was set between them. */
function putRight(times: Float64Array, questions: Questions): Uint32Array {
  const order = new Uint32Array(times.length);
  for (let i = 0; i < times.length; i++) {
    let at = i;
    const first = Math.max(0, i - DEPTH);
    while (at > first) {
      const ahead = times[order[at - 1]!]! - times[i]!;
      // NaN if one of them has no time.
      if (!(ahead > 0 && ahead < SECONDS)) break;
      at--;
    }
    if (at < i && order.subarray(at, i).some((index) => questions.follows(index, i))) at = i;
    order.copyWithin(at + 1, at, i);
    order[at] = i;
  }
  return order;
}

/** Number of requests that appear only after a reply to them. */
function early(questions: Questions, order: Uint32Array): number {
  const asked = new Set<string>();
  const answered = new Set<string>();
  let count = 0;
  for (const index of order) {
    const key = questions.of(index);
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

interface Question {
  readonly id: string;
  readonly reply: boolean;
}

/** The request that each packet makes or answers. */
class Questions {
  constructor(private readonly packets: Packets) {}

  of(i: number): Question | undefined {
    const packet = this.packets.get(i);
    const { dhcp, dhcpv6 } = packet;
    if (dhcp) return { id: `${dhcp.xid} ${dhcp.chaddr}`, reply: isReply(packet) };
    return dhcpv6 && { id: `v6 ${dhcpv6.xid}`, reply: isReply(packet) };
  }

  /**
   * Whether the second packet can only come after the first: a reply after its request, a REQUEST after its OFFER. If it seems to come
   * before, a clock was set between them.
   */
  follows(first: number, second: number): boolean {
    const [one, other] = [this.of(first), this.of(second)];
    if (!one || !other || one.id !== other.id) return false;
    if (!one.reply) return other.reply;
    const typeOf = (i: number): number | undefined => this.packets.get(i).dhcp?.messageType();
    return typeOf(first) === OFFER && typeOf(second) === REQUEST;
  }
}

const isReply = ({ dhcp, dhcpv6 }: Packet): boolean =>
  dhcp ? dhcp.op === 2 : dhcpv6 !== undefined && SERVER_TYPES6.has(dhcpv6.type);

const timeOf = (packet: Packet): number => (packet.timed ? packet.time : NaN);

/** The packets in time order, each with its index and its place in that order. */
export function* inTimeOrder(packets: Packets): Generator<readonly [index: number, packet: Packet, rank: number]> {
  const { indexes } = orderInTime(packets);
  for (let rank = 0; rank < packets.count; rank++) {
    const index = indexes ? indexes[rank]! : rank;
    yield [index, packets.get(index), rank];
  }
}
