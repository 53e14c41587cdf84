import type { Field } from '../../codec/field';
import type { Message } from '../conversations/model';
import type { Packet, Packets } from '../conversations/packet';

/** Equal replies of two machines: clones of a server say the same, and are not copies of one frame. */

/** How many pairs of frames are read again in full, for what no row holds. */
const MOST_READ = 64;

/** Tells the copies of a reply from equal replies of other machines. One for each capture. */
export class Senders {
  private read = 0;
  /** By the addresses of both senders, and the link: whether they are two machines. */
  private readonly known = new Map<string, boolean>();

  constructor(private readonly packets: Packets) {}

  /** The sightings of a reply that another machine on its link sent. */
  others(message: Message): Packet[] {
    const { packet, index: own } = message;
    return message.sightings.flatMap(({ index }) => {
      const other = this.packets.get(index);
      return canBeAnother(packet, other) && this.differ(own, packet, index, other) ? other : [];
    });
  }

  private differ(index: number, packet: Packet, otherIndex: number, other: Packet): boolean {
    const key = `${packet.link} ${packet.ethSource} ${other.ethSource}`;
    let differ = this.known.get(key);
    if (differ === undefined && this.read++ < MOST_READ) {
      const [own, theirs] = [this.header(index), this.header(otherIndex)];
      // The sender numbers its datagrams (RFC 791 §3.2), and who hands one on keeps the number; some write 0 into all of them.
      const numbered = own.id !== undefined && theirs.id !== undefined && (own.id !== 0 || theirs.id !== 0);
      // Whoever hands on a unicast does so under another destination; a broadcast may come back.
      const toClient = packet.ethDestination === packet.dhcp!.chaddr;
      differ = own.ttl === theirs.ttl && (numbered ? own.id !== theirs.id : toClient);
      this.known.set(key, differ);
    }
    return differ ?? false;
  }

  /** What the IPv4 header of a frame says that only its sender and routers write. */
  private header(index: number): { readonly id: number | undefined; readonly ttl: number | undefined } {
    const ip = this.packets.tree?.(index).findLast(({ key }) => key === 'ip');
    const value = (key: string): number | undefined => valueOf(ip, key);
    return { id: value('ip.id'), ttl: value('ip.ttl') };
  }
}

const valueOf = (layer: Field | undefined, key: string): number | undefined => {
  const text = layer?.children?.find((field) => field.key === key)?.text;
  return text === undefined ? undefined : Number.parseInt(text);
};

/** Whether two frames reach one receiver on one link from two senders. */
const canBeAnother = (one: Packet, other: Packet): boolean =>
  other.ethSource !== one.ethSource &&
  one.ethSource !== undefined &&
  other.ethSource !== undefined &&
  one.ethDestination !== undefined &&
  one.ethDestination === other.ethDestination &&
  one.link === other.link &&
  one.source === other.source &&
  one.destinationPort === other.destinationPort &&
  one.dhcp!.hops === other.dhcp!.hops;
