import { concat } from '../../codec/bytes';

/** An Ethernet frame with the time when it was sent. */
export interface SentFrame {
  bytes: Uint8Array;
  seconds: number;
  /** Microseconds. */
  fraction: number;
}

/** Little-endian words, as libpcap writes them on this machine. */
function words(...values: readonly number[]): Uint8Array {
  const out = new Uint8Array(4 * values.length);
  const view = new DataView(out.buffer);
  values.forEach((value, i) => view.setUint32(4 * i, value, true));
  return out;
}

/** Magic number for microseconds, version 2.4, no time zone, snapshot length, Ethernet (draft-ietf-opsawg-pcap §4). */
const HEADER = words(0xa1b2c3d4, 0x0004_0002, 0, 0, 262144, 1);

/** A pcap file of the frames in the given order. */
export function pcapOf(frames: readonly SentFrame[]): Uint8Array {
  return concat([
    HEADER,
    ...frames.flatMap(({ bytes, seconds, fraction }) => [
      words(seconds, Math.round(fraction), bytes.length, bytes.length),
      bytes,
    ]),
  ]);
}
