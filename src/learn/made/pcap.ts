import { concat } from '../../codec/bytes';

/** A frame as it was sent: an Ethernet frame, and when. */
export interface SentFrame {
  bytes: Uint8Array;
  seconds: number;
  /** Microseconds. */
  fraction: number;
}

/** Little-endian words, as this machine's libpcap would write them. */
function words(...values: readonly number[]): Uint8Array {
  const out = new Uint8Array(4 * values.length);
  const view = new DataView(out.buffer);
  values.forEach((value, i) => view.setUint32(4 * i, value, true));
  return out;
}

/** Magic number of microseconds, version 2.4, no time zone, snapshot length, Ethernet (draft-ietf-opsawg-pcap §4). */
const HEADER = words(0xa1b2c3d4, 0x0004_0002, 0, 0, 262144, 1);

/** A pcap file of frames in the order in which they are given. */
export function pcapOf(frames: readonly SentFrame[]): Uint8Array {
  return concat([
    HEADER,
    ...frames.flatMap(({ bytes, seconds, fraction }) => [
      words(seconds, Math.round(fraction), bytes.length, bytes.length),
      bytes,
    ]),
  ]);
}
