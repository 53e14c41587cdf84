import { roomFor } from '../analysis/macTable';
import type { CapturedFrame } from '../capture/frame';
import { MOST_TEXT } from '../capture/texts';
import { decimalBetween, decimalTime, isoTime } from '../capture/time';
import type { Fitting } from './parcel';
import type { Stencil } from './stencil';
import type { Stencils } from './stencils';
import { TimeOrder } from './timeOrder';

/**
 * The frames of interest of one capture, in columns: memory grows with their number, not with the file. Octets are kept in
 * blocks, one frame never across two; of a frame that fits a stencil, only those that are its own.
 */
const BLOCK = 1 << 20;

/** Why a frame is kept. `candidate` frames (ARP, ICMP, TFTP) matter only if they bear on a client or server of the capture. */
export const enum Interest {
  message = 1,
  candidate = 2,
  /** Kept only because somebody asked for every frame. */
  other = 3,
  /** A candidate that is TFTP between ports of its own: its walk has to be told so. */
  transfer = 4,
}

/** Facts of one frame, as they are put in. */
export type StoredFrame = Omit<CapturedFrame, 'fileOffset'>;

/** Places for frames that the columns have at first; they double when they are full. */
const FIRST = 256;

/** Frames whose octets are kept as they were: what a stencil says of others. */
class LooseColumns {
  private count = 0;
  wireLengths = new Uint32Array(FIRST);
  linkTypes = new Int32Array(FIRST);
  interfaces = new Uint16Array(FIRST);
  lengths = new Uint32Array(FIRST);
  at = new Uint32Array(FIRST);

  add(frame: StoredFrame, at: number): number {
    const i = this.count++;
    if (i >= this.at.length) {
      this.wireLengths = roomFor(this.wireLengths, i);
      this.linkTypes = roomFor(this.linkTypes, i);
      this.interfaces = roomFor(this.interfaces, i);
      this.lengths = roomFor(this.lengths, i);
      this.at = roomFor(this.at, i);
    }
    this.wireLengths[i] = frame.wireLength;
    this.linkTypes[i] = frame.linkType;
    this.interfaces[i] = Math.min(frame.interface, 0xffff);
    this.lengths[i] = frame.end - frame.start;
    this.at[i] = at;
    return i;
  }
}

export class FrameStore {
  count = 0;
  /** Frames for which there is room. */
  capacity = FIRST;
  private interests = new Uint8Array(FIRST);
  private numbers = new Uint32Array(FIRST);
  /** Since the epoch; NaN where the frame has no time. */
  private seconds = new Float64Array(FIRST);
  private nanoseconds = new Uint32Array(FIRST);
  private stencilIds = new Uint16Array(FIRST);
  /** The block of the frame's octets, and the place in it; of a frame that fits no stencil, its number among those. */
  private inBlock = new Uint32Array(FIRST);
  private at = new Uint32Array(FIRST);
  private readonly loose = new LooseColumns();
  private readonly blocks: Uint8Array[] = [];
  private readonly views: DataView[] = [];
  /** The block that is being filled, and how far it is. */
  private filling = -1;
  private view: DataView = new DataView(new ArrayBuffer(0));
  private blockUsed = 0;
  private readonly comments = new Map<number, string>();
  private commentLength = 0;
  /** Frames whose comments were not kept, because those of the file are so many or so long. */
  commentsLeftOut = 0;
  private readonly order = new TimeOrder();

  constructor(private readonly stencils: Stencils) {}

  /** Keeps a copy of the frame; gives its index. */
  add(frame: StoredFrame, interest: Interest): number {
    const i = this.next(frame, interest);
    const { bytes, start, end } = frame;
    this.room(end - start).set(bytes.subarray(start, end), this.blockUsed);
    this.inBlock[i] = this.filling;
    this.at[i] = this.loose.add(frame, this.blockUsed);
    this.blockUsed += end - start;
    return i;
  }

  /** Keeps what is its own of a message that fits a stencil; gives its index. -1 where its checksum is wrong: then nothing is kept. `memory`: all of it in which the frame lies. */
  addFitting(frame: StoredFrame, stencil: Stencil, memory: DataView): number {
    this.room(stencil.size);
    if (!stencil.pack(memory, frame.bytes.byteOffset + frame.start, this.view, this.blockUsed)) return -1;
    const i = this.next(frame, Interest.message);
    this.stencilIds[i] = stencil.id;
    this.inBlock[i] = this.filling;
    this.at[i] = this.blockUsed;
    this.blockUsed += stencil.size;
    return i;
  }

  /** Adds octets of holes that somebody else has packed; gives their block's number, for `addPacked`. */
  addBlock(octets: Uint8Array): number {
    this.views.push(new DataView(octets.buffer, octets.byteOffset, octets.length));
    return this.blocks.push(octets) - 1;
  }

  /**
   * Keeps messages of `fitting` from index `from` up to `to`, at least one, whose octets are in a block already. `before`: frames before the part that they
   * are of. `ids`: by sketch, the id of its stencil.
   */
  addPacked(fitting: Fitting, from: number, to: number, before: number, ids: ArrayLike<number>, block: number): void {
    const first = this.count;
    this.count += to - from;
    this.reserve(this.count);
    const { seconds, nanoseconds, sketches, numbers } = fitting;
    for (let i = from, place = first; i < to; i++, place++) {
      this.numbers[place] = before + numbers[i]!;
      this.stencilIds[place] = ids[sketches[i]!]!;
    }
    this.seconds.set(seconds.subarray(from, to), first);
    this.nanoseconds.set(nanoseconds.subarray(from, to), first);
    this.at.set(fitting.at.subarray(from, to), first);
    this.inBlock.fill(block, first, this.count);
    this.interests.fill(Interest.message, first, this.count);
    this.order.pass(seconds[from]!, nanoseconds[from]!);
    this.order.pass(seconds[to - 1]!, nanoseconds[to - 1]!);
    if (!fitting.inOrder) this.order.kept = false;
  }

  private next(frame: StoredFrame, interest: Interest): number {
    const i = this.count++;
    if (i === this.capacity) this.reserve(2 * this.capacity);
    this.interests[i] = interest;
    this.numbers[i] = frame.number;
    this.seconds[i] = frame.timed ? frame.seconds : NaN;
    this.nanoseconds[i] = frame.nanoseconds;
    if (frame.timed) this.order.pass(frame.seconds, frame.nanoseconds);
    if (frame.comment !== undefined) this.addComment(i, frame.comment);
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

  /** The block in which so many octets have room, at `blockUsed`. */
  private room(length: number): Uint8Array {
    const block = this.blocks[this.filling];
    if (block && this.blockUsed + length <= block.length) return block;
    // The first block is small, so that a capture of four frames does not cost a megabyte.
    const next = new Uint8Array(Math.max(block ? BLOCK : BLOCK / 16, length));
    this.filling = this.addBlock(next);
    this.view = this.views[this.filling]!;
    this.blockUsed = 0;
    return next;
  }

  /** Makes room for so many frames in all. */
  reserve(count: number): void {
    if (count <= this.capacity) return;
    this.capacity = count;
    const last = count - 1;
    this.interests = roomFor(this.interests, last);
    this.numbers = roomFor(this.numbers, last);
    this.seconds = roomFor(this.seconds, last);
    this.nanoseconds = roomFor(this.nanoseconds, last);
    this.stencilIds = roomFor(this.stencilIds, last);
    this.inBlock = roomFor(this.inBlock, last);
    this.at = roomFor(this.at, last);
    // As many as there is room for: a column never grows by less than its own size.
    this.capacity = this.numbers.length;
  }

  /** Whether the frames that have a time are in its order; false also where that is not known. */
  get inOrder(): boolean {
    return this.order.kept;
  }

  interest(i: number): Interest {
    return this.interests[i]!;
  }
  number(i: number): number {
    return this.numbers[i]!;
  }
  /** Captured octets; not copied where they are kept as they were. */
  bytes(i: number): Uint8Array {
    const at = this.at[i]!;
    const block = this.blocks[this.inBlock[i]!]!;
    const stencil = this.stencilOf(i);
    if (stencil) return stencil.unpack(block, at);
    const from = this.loose.at[at]!;
    return block.subarray(from, from + this.loose.lengths[at]!);
  }
  /** Id of the stencil that the frame fits; 0 where it fits none. */
  stencilId(i: number): number {
    return this.stencilIds[i]!;
  }
  /** The block in which the octets of the frame's holes stand, from `packedAt` on. Only where it fits a stencil. */
  packedIn(i: number): Uint8Array {
    return this.blocks[this.inBlock[i]!]!;
  }
  /** The same block, for numbers. */
  packedView(i: number): DataView {
    return this.views[this.inBlock[i]!]!;
  }
  packedAt(i: number): number {
    return this.at[i]!;
  }
  private stencilOf(i: number): Stencil | undefined {
    return this.stencils.all[this.stencilIds[i]!];
  }
  wireLength(i: number): number {
    return this.stencilOf(i)?.wireLength ?? this.loose.wireLengths[this.at[i]!]!;
  }
  linkType(i: number): number {
    return this.stencilOf(i)?.linkType ?? this.loose.linkTypes[this.at[i]!]!;
  }
  interface(i: number): number {
    return Math.min(this.stencilOf(i)?.interface_ ?? this.loose.interfaces[this.at[i]!]!, 0xffff);
  }
  timed(i: number): boolean {
    return !Number.isNaN(this.seconds[i]!);
  }
  /** Seconds since the epoch as a decimal string of nine places; undefined where the frame has no time. */
  timeText(i: number): string | undefined {
    if (!this.timed(i)) return undefined;
    return decimalTime(this.seconds[i]!, this.nanoseconds[i]!);
  }
  /** Seconds since the epoch; about a microsecond exact. NaN where the frame has no time. */
  time(i: number): number {
    return this.seconds[i]! + this.nanoseconds[i]! / 1e9;
  }
  /** The same in ISO 8601; undefined where the frame has no time. */
  isoTime(i: number): string | undefined {
    return this.timed(i) ? isoTime(this.seconds[i]!, this.nanoseconds[i]!) : undefined;
  }
  /** Seconds from a point in time to frame `i`, as a decimal string. */
  sinceText(seconds: number, nanoseconds: number, i: number, places: number): string {
    return decimalBetween(seconds, nanoseconds, this.seconds[i]!, this.nanoseconds[i]!, places);
  }
  comment(i: number): string | undefined {
    return this.comments.get(i);
  }

  /** Index of the frame with this number; -1 where it was not kept. Numbers ascend, so this is a binary search. */
  indexOf(number: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const here = this.numbers[middle]!;
      if (here === number) return middle;
      if (here < number) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}
