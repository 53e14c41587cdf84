import { u16, u32 } from '../../codec/bytes';
import type { Walk } from '../../codec/walk';
import type { Duplicate } from '../../filter';
import { MOST_STREAMS } from './streams';

interface Holder {
  readonly mac: string;
  frame: number;
  seconds: number;
}

const MESSAGE = 28;
const ETHERNET = 1;
const REQUEST = 1;
const REPLY = 2;
/** Bit of addresses for a group (IEEE 802 §8.2). */
const GROUP = 1;
const NOBODY = '0.0.0.0.0.0';

/** Which IPv4 addresses ARP shows with a second hardware address, as Wireshark finds them: the first one that was seen counts. */
export class Duplicates {
  private readonly holders = new Map<number, Holder>();

  /** What a frame's ARP messages show, in frame `frame` at a time in seconds. */
  of(walk: Walk, frame: number, seconds: number): Duplicate[] {
    const out: Duplicate[] = [];
    for (let i = 0; i < walk.depth; i++) {
      const { id } = walk.layers[i]!;
      if (id !== 'arp' && id !== 'rarp') continue;
      const one = this.inMessage(walk.bytes, walk.atOf(i), walk.end, frame, seconds);
      if (one) out.push(one);
    }
    return out;
  }

  private inMessage(bytes: Uint8Array, at: number, end: number, frame: number, seconds: number): Duplicate | undefined {
    // Ethernet and IPv4 only (RFC 826).
    if (
      end - at < MESSAGE ||
      u16(bytes, at) !== ETHERNET ||
      u16(bytes, at + 2) !== 0x0800 ||
      u16(bytes, at + 4) !== 0x0604
    )
      return undefined;
    const operation = u16(bytes, at + 6);
    if (operation !== REQUEST && operation !== REPLY) return undefined;
    const sender = this.holds(bytes, at + 8, frame, seconds);
    if (sender || operation === REQUEST) return sender;
    return this.holds(bytes, at + 18, frame, seconds);
  }

  /** A hardware address and the IPv4 address after it. */
  private holds(bytes: Uint8Array, at: number, frame: number, seconds: number): Duplicate | undefined {
    const mac = bytes.subarray(at, at + 6).join('.');
    const address = u32(bytes, at + 6);
    if (mac === NOBODY || bytes[at]! & GROUP || address === 0) return undefined;
    const holder = this.holders.get(address);
    if (holder && holder.mac !== mac) return { frame: holder.frame, seconds: (seconds - holder.seconds) >>> 0 };
    if (holder) Object.assign(holder, { frame, seconds });
    else if (this.holders.size < MOST_STREAMS) this.holders.set(address, { mac, frame, seconds });
    return undefined;
  }
}
