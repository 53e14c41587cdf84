import type { Clock } from '../../analysis/conversations/packet';
import { lowerBound } from '../../codec/search';
import type { CapturedFrame } from '../../capture/frame';
import { MOST_TEXT } from '../../capture/texts';
import { decimalBetween, decimalTime, isoTime } from '../../capture/time';
import type { Walk } from '../../codec/walk';
import { Ledger } from '../../ledger/ledger';
import { Table } from '../../ledger/table';

/** Why a frame is kept. `candidate` frames (ARP, ICMP, TFTP) matter only if they concern a client or server of the capture. */
export const enum Interest {
  message = 1,
  candidate = 2,
  /** Kept only because every frame was asked for. */
  other = 3,
  /** A TFTP candidate between ports of its own: its walk must be told that it is TFTP. */
  transfer = 4,
}

/** Reads octets of the capture file again; returns fewer if the file has become shorter. Fit for reading frame after frame. */
export interface ReadAgain {
  /** A piece of the file, which the next reading may overwrite. */
  readonly page: Uint8Array;
  /** Brings `length` octets at `position` of the file into the page; returns the place where they begin there. */
  find(position: number, length: number): number;
}

/** Octets within an array: from `at` up to `end`. */
export interface Stretch {
  bytes: Uint8Array;
  at: number;
  end: number;
}

/** A stretch of the file that may be kept. */
export function copyOf(file: ReadAgain, position: number, length: number): Uint8Array {
  const at = file.find(position, length);
  return file.page.slice(at, at + length);
}

/** Where the octets of a frame are. */
const PLACE_COLUMNS = {
  interest: Uint8Array,
  /** Offset in the file, or in the kept octets. */
  position: Float64Array,
  length: Uint32Array,
  wireLength: Uint32Array,
  linkType: Int32Array,
  interface: Uint32Array,
} as const;

const BLOCK = 1 << 20;

/**
 * The frames of one capture that may matter: their facts in the ledger, and where to find their
 * octets. The octets themselves are kept only if the source cannot be read again.
 */
export class FrameStore {
  readonly ledger = new Ledger();
  /** Reads the file again; undefined if that is impossible, and octets are kept. Must not change once frames have been added. */
  readAgain: ReadAgain | undefined;
  /** Whose times these are: a text may tell no zone, or no date. */
  clock: Clock = 'UTC';
  private readonly places = new Table(PLACE_COLUMNS);
  private readonly comments = new Map<number, string>();
  private commentLength = 0;
  /** Number of frames whose comments were not kept, because the file has too many or too long ones. */
  commentsLeftOut = 0;
  private readonly blocks: Uint8Array[] = [];
  private blockUsed = BLOCK;

  get count(): number {
    return this.places.count;
  }
  /** Whether the next frame needs more room. */
  get full(): boolean {
    return this.places.count === this.places.capacity;
  }

  /**
   * Adds a frame and returns its index. `outer` is its walk; `walk` is that of the datagram that it completes, if it is a last fragment.
   */
  add(frame: CapturedFrame, interest: Interest, outer: Walk, walk: Walk): number {
    const i = this.places.add();
    const { columns } = this.places;
    columns.interest[i] = interest;
    columns.position[i] = this.readAgain ? frame.fileOffset : this.keep(frame);
    columns.length[i] = frame.end - frame.start;
    columns.wireLength[i] = frame.wireLength;
    columns.linkType[i] = frame.linkType;
    columns.interface[i] = frame.interface;
    if (frame.comment !== undefined) this.addComment(i, frame.comment);
    this.ledger.add(frame, outer, walk);
    return i;
  }

  private addComment(i: number, comment: string): void {
    if (this.commentLength + comment.length > MOST_TEXT) {
      this.commentsLeftOut++;
      return;
    }
    this.commentLength += comment.length;
    this.comments.set(i, comment);
  }

  /** Keeps the octets of a frame, which never span two blocks; returns their position. */
  private keep({ bytes, start, end }: CapturedFrame): number {
    const length = end - start;
    if (this.blockUsed + length > (this.blocks.at(-1)?.length ?? 0)) {
      // The first block is small, so that a capture of four frames does not take a megabyte.
      this.blocks.push(new Uint8Array(Math.max(length, this.blocks.length === 0 ? BLOCK / 16 : BLOCK)));
      this.blockUsed = 0;
    }
    const at = this.blockUsed;
    this.blocks.at(-1)!.set(bytes.subarray(start, end), at);
    this.blockUsed += length;
    return (this.blocks.length - 1) * 0x100000000 + at;
  }

  /** Makes room for this many frames in total. */
  reserve(count: number): void {
    this.places.reserve(count);
    this.ledger.reserve(count);
  }

  /** Captured octets. */
  bytes(i: number): Uint8Array {
    const { columns } = this.places;
    const length = columns.length[i]!;
    const position = columns.position[i]!;
    if (this.readAgain) return copyOf(this.readAgain, position, length);
    const at = position % 0x100000000;
    return this.blocks[Math.floor(position / 0x100000000)]!.subarray(at, at + length);
  }
  /** The same without a copy, in `place`; whatever reads the file next may overwrite the octets. */
  look(i: number, place: Stretch): void {
    const { columns } = this.places;
    const length = columns.length[i]!;
    const position = columns.position[i]!;
    const file = this.readAgain;
    place.at = file ? file.find(position, length) : position % 0x100000000;
    place.bytes = file ? file.page : this.blocks[Math.floor(position / 0x100000000)]!;
    place.end = Math.min(place.bytes.length, place.at + length);
  }
  /** Running number of the interface that captured the frame. */
  interfaceOf(i: number): number {
    return this.places.columns.interface[i]!;
  }
  /** The frame as the capture reader delivered it. */
  frame(i: number): CapturedFrame {
    const { columns } = this.places;
    const { seconds, nanoseconds } = this.ledger.columns;
    const bytes = this.bytes(i);
    const timed = this.timed(i);
    return {
      number: this.number(i),
      bytes,
      start: 0,
      end: bytes.length,
      wireLength: columns.wireLength[i]!,
      linkType: columns.linkType[i]!,
      interface: columns.interface[i]!,
      seconds: timed ? seconds[i]! : 0,
      nanoseconds: timed ? nanoseconds[i]! : 0,
      timed,
      fileOffset: columns.position[i]!,
      comment: this.comments.get(i),
    };
  }
  interest(i: number): Interest {
    return this.places.columns.interest[i]!;
  }
  number(i: number): number {
    return this.ledger.columns.number[i]!;
  }
  captured(i: number): number {
    return this.places.columns.length[i]!;
  }
  wireLength(i: number): number {
    return this.places.columns.wireLength[i]!;
  }
  linkType(i: number): number {
    return this.places.columns.linkType[i]!;
  }
  timed(i: number): boolean {
    return !Number.isNaN(this.ledger.columns.seconds[i]!);
  }
  /** Seconds since the epoch as a decimal string with nine decimals; undefined if the frame has no time. */
  timeText(i: number): string | undefined {
    if (!this.timed(i)) return undefined;
    const { seconds, nanoseconds } = this.ledger.columns;
    return decimalTime(seconds[i]!, nanoseconds[i]!);
  }
  /** The same in ISO 8601, without `Z` if the zone is not known, or as a time of day if it has no date; undefined if the frame has no time. */
  isoTime(i: number): string | undefined {
    const { seconds, nanoseconds } = this.ledger.columns;
    const time = this.timed(i) ? isoTime(seconds[i]!, nanoseconds[i]!) : undefined;
    if (this.clock === 'UTC') return time;
    return time?.replace(/Z$/, '').slice(this.clock === 'undated' ? '1970-01-01T'.length : 0);
  }
  /** Seconds from a point in time to frame `i`, as a decimal string. */
  sinceText(from: number, nanoseconds: number, i: number, places: number): string {
    const { columns } = this.ledger;
    return decimalBetween(from, nanoseconds, columns.seconds[i]!, columns.nanoseconds[i]!, places);
  }
  comment(i: number): string | undefined {
    return this.comments.get(i);
  }

  /** Index of the frame with this number; -1 if it was not kept. Numbers ascend. */
  indexOf(number: number): number {
    const place = lowerBound(this.count, (i) => this.number(i) < number);
    return place < this.count && this.number(place) === number ? place : -1;
  }
}
