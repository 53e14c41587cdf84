/**
 * One captured frame. **One object is reused from frame to frame, and so is the memory behind `bytes`**: copy what you
 * keep before you return from `onFrame`.
 */
export interface CapturedFrame {
  /** 1-based, as Wireshark counts: a few kinds of pcapng blocks that hold no packet (custom blocks, journal entries) take a number too. */
  number: number;
  /** The array that holds the captured octets, from `start` up to (not including) `end`. */
  bytes: Uint8Array;
  start: number;
  end: number;
  /** Octets that the frame had on the wire; more than `end - start` where the snapshot length cut it. */
  wireLength: number;
  /** LINKTYPE_ number of the tcpdump group's registry; `UNKNOWN_LINK_TYPE` where the file's own code has no such number. */
  linkType: number;
  /** 0-based running number over the whole file: each pcapng section counts its interfaces on from the section before. */
  interface: number;
  /** Seconds since 1970-01-01 UTC; may be negative or absurd, for the file says what it likes. */
  seconds: number;
  /** 0 … 999 999 999 */
  nanoseconds: number;
  /** False for a pcapng Simple Packet Block, which carries no time, and where the time is beyond `MOST_SECONDS`. */
  timed: boolean;
  /** Where the captured octets begin in the (decompressed) file. */
  fileOffset: number;
  /** The frame's comments (pcapng `opt_comment`), several joined by line feeds. Not yet `printable`. */
  comment: string | undefined;
}

/** Link type of frames whose file names a link that has no LINKTYPE_ number. */
export const UNKNOWN_LINK_TYPE = -1;

/** Something wrong with the file itself: where it stopped, or what in it is damaged. */
export interface CaptureProblem {
  /** `capture-truncated`: the file ends too early. `capture-damaged`: it contradicts itself or its format. */
  readonly id: 'capture-truncated' | 'capture-damaged';
  /** Offset in the (decompressed) file where the trouble begins. */
  readonly offset: number;
  /** One clear sentence: what, at which byte offset, after which frame. */
  readonly text: string;
}

/** One interface (pcapng) or the one link of an older format. Texts are not yet `printable`. */
export interface CaptureInterface {
  readonly linkType: number;
  /** Snapshot length in octets; 0 means unlimited. */
  readonly snapLength: number;
  /** Of the time stamps: `microseconds`, `nanoseconds`, `10^-3 s`, `2^-20 s` … */
  readonly resolution: string;
  /** Octets of frame check sequence that end each frame, where the file says so. */
  readonly fcsLength?: number;
  readonly name?: string;
  readonly description?: string;
  readonly comment?: string;
  readonly filter?: string;
  readonly hardware?: string;
  readonly os?: string;
}

export type CaptureFormat = 'pcap' | 'pcapng' | 'snoop';

/** What a capture file is, apart from its frames. */
export interface CaptureSummary {
  readonly format: CaptureFormat;
  /** More exactly, in words: `pcap, nanoseconds`, `pcap of Red Hat Linux 6.1` … */
  readonly variant: string;
  readonly compressed: 'gzip' | undefined;
  /** Frames handed out: the last one's number, less the numbers that blocks without a packet took. */
  readonly frames: number;
  /** Octets read so far, after decompression. */
  readonly bytes: number;
  readonly byteOrder: 'little-endian' | 'big-endian' | 'mixed';
  /** Of the time stamps, in words; `mixed` where interfaces differ. */
  readonly resolution: string;
  /** In the order of `CapturedFrame.interface`; the first `LISTED_INTERFACES` of them. */
  readonly interfaces: readonly CaptureInterface[];
  /** Comments of the file (pcapng section headers). Not yet `printable`. */
  readonly comments: readonly string[];
  /** Program and system that wrote the file, where it says so (pcapng). Not yet `printable`. */
  readonly application: string | undefined;
  readonly problems: readonly CaptureProblem[];
  /** What was left out of an undamaged file, in sentences. */
  readonly notes: readonly string[];
  /** False when `onFrame` asked to stop, or damage ended the reading before the end of the file. */
  readonly complete: boolean;
}

/** How many interfaces, comments and problems a summary lists at most: a forged file may hold millions. */
export const LISTED_INTERFACES = 4096;
export const LISTED_COMMENTS = 64;
export const LISTED_PROBLEMS = 64;

/** Most frames that are read of one file: their numbers have 32 bits. */
export const MOST_FRAMES = 2 ** 32 - 1;

/** The input is no capture that can be read. The message is one sentence that names what it seems to be. */
export class NotACapture extends Error {
  override readonly name = 'NotACapture';

  constructor(
    message: string,
    /** Whether it is text that may hold packets as hex. */
    readonly asHex = false,
  ) {
    super(message);
  }
}

/** Most octets that one frame may have in a file: what Wireshark accepts too (wiretap's `WTAP_MAX_PACKET_SIZE_…`). */
export function largestFrame(linkType: number): number {
  if (linkType === 231 || linkType === 249) return 128 << 20; // D-Bus messages, USB transfers
  if (linkType === 279) return 32 << 20; // Elektrobit bus captures
  return 256 << 10;
}
