/**
 * One captured frame. **One object is reused from frame to frame, and so is the memory behind `bytes`**: copy what you
 * keep before you return from `onFrame`.
 */
export interface CapturedFrame {
  /**
   * 1-based, as in Wireshark: a few kinds of pcapng blocks that hold no packet (custom blocks, journal entries) also
   * take a number.
   */
  number: number;
  /** The array that holds the captured octets, from `start` up to (not including) `end`. */
  bytes: Uint8Array;
  start: number;
  end: number;
  /** Octets the frame had on the wire; more than `end - start` if the snapshot length cut it. */
  wireLength: number;
  /** LINKTYPE_ number from the tcpdump group's registry; `UNKNOWN_LINK_TYPE` if the file's own code has no such number. */
  linkType: number;
  /** 0-based and counted over the whole file: each pcapng section continues the numbering of the section before. */
  interface: number;
  /** Seconds since 1970-01-01 UTC. May be negative or absurd: the value comes from the file unchecked. */
  seconds: number;
  /** 0 … 999 999 999 */
  nanoseconds: number;
  /** False for a pcapng Simple Packet Block, which has no time stamp, and if the time is beyond `MOST_SECONDS`. */
  timed: boolean;
  /** Where the captured octets begin in the (decompressed) file. */
  fileOffset: number;
  /** The frame's comments (pcapng `opt_comment`), joined by line feeds. Not yet `printable`. */
  comment: string | undefined;
}

/** Link type of frames whose file names a link that has no LINKTYPE_ number. */
export const UNKNOWN_LINK_TYPE = -1;

/** Something wrong with the file itself: where it stopped, or what in it is damaged. */
export interface CaptureProblem {
  /** `capture-truncated`: the file ends too early. `capture-damaged`: it contradicts itself or its format. */
  readonly id: 'capture-truncated' | 'capture-damaged';
  /** Offset in the (decompressed) file where the problem begins. */
  readonly offset: number;
  /** One clear sentence that says what is wrong, at which byte offset, and after which frame. */
  readonly text: string;
}

/** One interface (pcapng) or the one link of an older format. Texts are not yet `printable`. */
export interface CaptureInterface {
  readonly linkType: number;
  /** Snapshot length in octets; 0 means unlimited. */
  readonly snapLength: number;
  /** Resolution of the time stamps: `microseconds`, `nanoseconds`, `10^-3 s`, `2^-20 s` … */
  readonly resolution: string;
  /** Length in octets of the frame check sequence at the end of each frame, if the file states it. */
  readonly fcsLength?: number;
  readonly name?: string;
  readonly description?: string;
  readonly comment?: string;
  readonly filter?: string;
  readonly hardware?: string;
  readonly os?: string;
}

export type CaptureFormat = 'pcap' | 'pcapng' | 'snoop';

/** A description of a capture file, without its frames. */
export interface CaptureSummary {
  readonly format: CaptureFormat;
  /** The exact variant, in words: `pcap, nanoseconds`, `pcap of Red Hat Linux 6.1` … */
  readonly variant: string;
  readonly compressed: 'gzip' | undefined;
  /** Number of frames handed out: the last frame's number minus the numbers taken by blocks without a packet. */
  readonly frames: number;
  /** Octets read so far, after decompression. */
  readonly bytes: number;
  readonly byteOrder: 'little-endian' | 'big-endian' | 'mixed';
  /** Resolution of the time stamps, in words; `mixed` if interfaces differ. */
  readonly resolution: string;
  /** The first `LISTED_INTERFACES` interfaces, indexed by `CapturedFrame.interface`. */
  readonly interfaces: readonly CaptureInterface[];
  /** Comments of the file (pcapng section headers). Not yet `printable`. */
  readonly comments: readonly string[];
  /** Program and system that wrote the file, if it says so (pcapng). Not yet `printable`. */
  readonly application: string | undefined;
  readonly problems: readonly CaptureProblem[];
  /** What was skipped in an undamaged file, in sentences. */
  readonly notes: readonly string[];
  /** False if `onFrame` asked to stop, or if damage ended the reading before the end of the file. */
  readonly complete: boolean;
}

/** How many interfaces, comments and problems a summary lists at most. A forged file may hold millions. */
export const LISTED_INTERFACES = 4096;
export const LISTED_COMMENTS = 64;
export const LISTED_PROBLEMS = 64;

/** Most frames that are read from one file: frame numbers have 32 bits. */
export const MOST_FRAMES = 2 ** 32 - 1;

/** The input is not a capture that can be read. The message is one sentence that says what the input appears to be. */
export class NotACapture extends Error {
  override readonly name = 'NotACapture';
}

/**
 * Largest number of octets that one frame may have in a file. Same limits as Wireshark (wiretap's
 * `WTAP_MAX_PACKET_SIZE_…`).
 */
export function largestFrame(linkType: number): number {
  if (linkType === 231 || linkType === 249) return 128 << 20; // D-Bus messages, USB transfers
  if (linkType === 279) return 32 << 20; // Elektrobit bus captures
  return 256 << 10;
}
