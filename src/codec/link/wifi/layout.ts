import { u16le, u32le } from '../../bytes';

/* Layout of an 802.11 frame (IEEE 802.11-2020), and of the radiotap header before it. Used by both the walk and the glance. */

/** The type of data frames (§9.2.4.1.3). */
export const DATA = 2;

// Bits of the frame control field (§9.2.4.1), read as little-endian.
export const TO_DS = 0x0100;
export const FROM_DS = 0x0200;
export const RETRY = 0x0800;
export const PROTECTED = 0x4000;
export const ORDER = 0x8000;
/** Subtype bits of data frames (§9.2.4.1.3): no data, and quality of service. */
export const NULL = 0x40;
export const QOS = 0x80;
/** In the QoS control field: the body holds several frames. */
const AGGREGATED = 0x80;

/** Octets up to and including the third address and the sequence control. */
export const ADDRESSES = 24;
/** Offset of the sequence control field (§9.2.4). */
export const SEQUENCE = 22;

export const typeOf = (frameControl: number): number => (frameControl >> 2) & 3;

/**
 * Offsets of source, destination and BSSID, by the two DS bits (§9.3.2.1, table 9-30). Between access points there is
 * no BSSID (-1).
 */
export function addressesAt(frameControl: number): {
  readonly destination: number;
  readonly source: number;
  readonly bssid: number;
} {
  switch (frameControl & (TO_DS | FROM_DS)) {
    case 0:
      return { destination: 4, source: 10, bssid: 16 };
    case TO_DS:
      return { destination: 16, source: 10, bssid: 4 };
    case FROM_DS:
      return { destination: 4, source: 16, bssid: 10 };
    default:
      return { destination: 16, source: 24, bssid: -1 };
  }
}

/** Length of a data frame's header, without padding. */
export function dataHeaderLength(frameControl: number): number {
  const both = (frameControl & (TO_DS | FROM_DS)) === (TO_DS | FROM_DS);
  const qos = (frameControl & QOS) !== 0;
  return ADDRESSES + (both ? 6 : 0) + (qos ? 2 : 0) + (qos && frameControl & ORDER ? 4 : 0);
}

/** The low 4 bits of the sequence control field are the fragment number (§9.2.4.4.3). */
export const FRAGMENT = 15;

/** Whether a data frame has a readable body: it is present, and not encrypted. */
export const isOpen = (frameControl: number): boolean =>
  typeOf(frameControl) === DATA && (frameControl & (NULL | PROTECTED)) === 0;

/** Whether a frame with a complete header has a readable body: it is data, not encrypted, and not a later fragment. */
export function hasBody(bytes: Uint8Array, at: number, frameControl: number): boolean {
  // Only the first fragment begins with LLC.
  return isOpen(frameControl) && (bytes[at + SEQUENCE]! & FRAGMENT) === 0;
}

/** Whether the body of a data frame with a complete header holds several frames (A-MSDU, §9.3.2.2). */
export function isAggregated(bytes: Uint8Array, at: number, frameControl: number): boolean {
  const qosAt = at + dataHeaderLength(frameControl & ~ORDER) - 2;
  return (frameControl & QOS) !== 0 && (bytes[qosAt]! & AGGREGATED) !== 0;
}

/** Octets of the frame check sequence. */
export const FCS = 4;

/** Fewest octets of a radiotap header. */
export const RADIOTAP = 8;
// radiotap.org: which fields are present, and the Flags field.
const TSFT_PRESENT = 1;
const FLAGS_PRESENT = 2;
const MORE_PRESENT = 0x80000000;
export const FLAG_FCS = 0x10;
export const FLAG_PADDED = 0x20;

/** Length of the radiotap header, from its length field. */
export const radiotapLength = (bytes: Uint8Array, at: number, end: number): number =>
  end - at >= 4 ? Math.max(RADIOTAP, u16le(bytes, at + 2)) : RADIOTAP;

/** Index after the words that say which fields the radiotap header has. A word with its top bit set is followed by another. */
export function radiotapPresentEnd(bytes: Uint8Array, at: number, headerEnd: number): number {
  let next = at + 4;
  while (next + 4 <= headerEnd && u32le(bytes, next) >= MORE_PRESENT) next += 4;
  return next + 4;
}

/** Index of radiotap's Flags field; -1 if there is none. */
export function radiotapFlagsAt(bytes: Uint8Array, at: number, headerEnd: number): number {
  let next = radiotapPresentEnd(bytes, at, headerEnd);
  const present = u32le(bytes, at + 4);
  if (!(present & FLAGS_PRESENT)) return -1;
  // The time stamp has 8 octets and is aligned to 8 octets in the header.
  if (present & TSFT_PRESENT) next = at + ((next - at + 7) & ~7) + 8;
  return next < headerEnd ? next : -1;
}

/** Radiotap's Flags field; 0 if there is none. */
export function radiotapFlags(bytes: Uint8Array, at: number, headerEnd: number): number {
  const flags = radiotapFlagsAt(bytes, at, headerEnd);
  return flags < 0 ? 0 : bytes[flags]!;
}
