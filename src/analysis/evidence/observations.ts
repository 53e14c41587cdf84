import { Guard } from '../guard';
import { QUERY_TYPES6 } from '../../codec/dhcpv6/message';
import { SNAPLEN_CUT } from '../../codec/field';
import { Conversations } from '../conversations/conversations';
import type { Client, Exchange } from '../conversations/model';
import { orderInTime } from '../conversations/order';
import { Conversations6 } from '../conversations/v6model';
import type { CaptureFacts, Packet, Packets } from '../conversations/packet';
import { limitsOf, type Settings, type Thresholds } from '../conversations/settings';
import { Watch } from '../watch';
import { Neighbours } from './neighbours';

/** A healthy server may take this many seconds to answer: it looks first whether the address is in use (RFC 2131 §3.1). */
const MOMENT = 1;

/** When a message was sent, and whether that is known. */
interface Sent {
  readonly time: number;
  readonly timed: boolean;
}

/**
 * The first phase: what the frames show, read once in time order, before anything is concluded from it. Nothing is added after the
 * constructor returns.
 */
export class Observations {
  readonly limits: Thresholds;
  /** What hosts say to each other beside DHCP. */
  readonly neighbours: Neighbours;
  /** DHCPv4 and BOOTP exchanges. */
  readonly conversations: Conversations;
  /** Indexes of the packets of TFTP, and of DHCPv6 between relays and servers. */
  readonly tftp: number[] = [];
  readonly relayed6: number[] = [];
  /** Indexes of the packets of DHCPv6 that ask about leases, or answer that. */
  readonly queries6: number[] = [];
  /** DHCPv6 exchanges. */
  readonly conversations6: Conversations6;
  /** Indexes of the packets whose octets have problems, in any protocol; frames that were only cut are in `cut`. */
  readonly damaged: number[] = [];
  /** Numbers of the frames with a message that the snapshot length cut, for clients that are looked at one by one. */
  readonly cut: number[] = [];
  /** MACs of relays, and of routers in front of them: they send requests that have giaddr set. */
  readonly relayMacs = new Set<string>();
  /** Addresses of relays: those in giaddr of a request. */
  readonly giaddrs = new Set<number>();
  /** Links on which a reply to a DHCPv4 client was seen. */
  readonly linksWithReplies = new Set<string>();
  /** The time at which the capture ends, or at which reading it stopped. */
  private readonly end: number;
  /** How many of the messages that are looked at one by one were read. */
  readonly read: { readonly unread: number; readonly messages: number; readonly lastFrame: number | undefined };
  /** Number of frames of each protocol, for the verdict. */
  readonly protocols = new Map<string, number>();

  constructor(
    readonly packets: Packets,
    readonly facts: CaptureFacts,
    readonly settings: Settings,
    watch: Watch = new Watch(),
    guard = new Guard(),
  ) {
    this.limits = limitsOf(settings);
    this.neighbours = new Neighbours(packets);
    this.conversations = new Conversations(packets, this.limits);
    this.conversations6 = new Conversations6(this.limits);
    const { indexes: order, end } = orderInTime(packets);
    let last: Packet | undefined;
    let rank = 0;
    for (; rank < packets.count && !(last && watch.over(this.clients.length)); rank++) {
      const index = order ? order[rank]! : rank;
      last = packets.get(index);
      try {
        this.add(index, last, rank);
      } catch (error) {
        guard.note(error, [last.frame]);
      }
    }
    const unread = packets.count - rank;
    this.end = unread > 0 ? last!.time : (end ?? facts.lastTime);
    this.read = { unread, messages: packets.count, lastFrame: unread > 0 ? last!.frame : undefined };
  }

  private add(index: number, packet: Packet, rank: number): void {
    this.protocols.set(packet.protocol, (this.protocols.get(packet.protocol) ?? 0) + 1);
    const { problems } = packet;
    const cuts = problems.length > 0 && packet.cut > 0 ? problems.filter(({ id }) => id === SNAPLEN_CUT).length : 0;
    if (problems.length > cuts) this.damaged.push(index);
    if (cuts > 0 && (packet.dhcp || packet.dhcpv6)) this.cut.push(packet.frame);
    const { dhcp, arp, icmp } = packet;
    if (dhcp) {
      this.conversations.add(index, packet, rank);
      if (dhcp.op === 2) this.linksWithReplies.add(packet.link);
      // A host that sends a request with giaddr set is a relay, or the router behind one.
      else if (dhcp.giaddr !== 0) {
        this.giaddrs.add(dhcp.giaddr);
        if (packet.ethSource !== undefined) this.relayMacs.add(packet.ethSource);
      }
    } else if (packet.dhcpv6) {
      this.conversations6.add(index, packet, packet.dhcpv6, rank);
      if (packet.dhcpv6.isRelay) this.relayed6.push(index);
      if (QUERY_TYPES6.has(packet.dhcpv6.type)) this.queries6.push(index);
    } else if (arp || icmp) this.neighbours.add(index, packet);
    else if (packet.tftp) this.tftp.push(index);
  }

  /** All exchanges, in the order in which they began. */
  get exchanges(): readonly Exchange[] {
    return this.conversations.exchanges;
  }
  /** All clients, in the order in which they were met. */
  get clients(): readonly Client[] {
    return this.conversations.clients;
  }

  /** Seconds of capture after a point in time; undefined if there are no times. */
  tail(time: number, timed: boolean): number | undefined {
    return timed && this.end > 0 ? Math.max(0, this.end - time) : undefined;
  }

  /**
   * Whether silence after a message that was sent `times` times, the last at `lastTime`, proves anything. Whoever asks again within a
   * moment has given nobody the time to answer.
   */
  silenceProves(times: number, lastTime: number, timed: boolean, firstTime = -Infinity): boolean {
    const tail = this.tail(lastTime, timed);
    if (tail === undefined) return times >= 2;
    return tail >= this.limits.answerWithin || (times >= 2 && tail + lastTime - firstTime >= MOMENT);
  }

  /** The same for messages in the order in which they were sent, each sent once. */
  silenceAfter(sent: readonly Sent[]): boolean {
    const last = sent[sent.length - 1];
    return last !== undefined && this.silenceProves(sent.length, last.time, last.timed, sent[0]!.time);
  }
}
