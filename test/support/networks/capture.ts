/** Writes what an invented network sent as a capture file. */
import type { Random } from '../../fuzz/random';
import { onLink, type OtherLink } from '../links';

export interface SentFrame {
  /** Seconds. */
  readonly time: number;
  /** An Ethernet frame. */
  readonly bytes: Uint8Array;
}

/** How the frames are captured: on Ethernet where not said otherwise, and with all their octets. */
export interface Capturing {
  readonly link?: OtherLink;
  readonly snapLength?: number;
  /** Octets behind each frame that were not captured. */
  readonly trailer?: number;
}

const BEGIN = 1_700_000_000;

/** A pcap file in nanoseconds (draft-ietf-opsawg-pcap §4) of these frames in the order in which they were sent, or nearly. */
export function captureOf(
  sent: readonly SentFrame[],
  random: Random,
  { link, snapLength = 65535, trailer = 0 }: Capturing = {},
): Uint8Array {
  const shuffled = random.once(4);
  const events = [...sent].sort((a, b) => a.time - b.time);
  if (shuffled && events.length > 4)
    for (let i = 0; i + 1 < events.length; i += 5) [events[i], events[i + 1]] = [events[i + 1]!, events[i]!];
  const parts: Buffer[] = [];
  const header = Buffer.alloc(24);
  let linkType = 1;
  for (const { time, bytes: ethernet } of events) {
    const on = link ? onLink(ethernet, link, random) : { bytes: ethernet, linkType: 1 };
    linkType = on.linkType;
    const head = Buffer.alloc(16);
    head.writeUInt32LE(BEGIN + Math.floor(time), 0);
    head.writeUInt32LE(Math.floor((time % 1) * 1e9), 4);
    head.writeUInt32LE(Math.min(on.bytes.length, snapLength), 8);
    head.writeUInt32LE(on.bytes.length + trailer, 12);
    parts.push(head, Buffer.from(on.bytes.subarray(0, snapLength)));
  }
  header.writeUInt32LE(0xa1b23c4d, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262144, 16);
  header.writeUInt32LE(linkType, 20);
  return Buffer.concat([header, ...parts]);
}
