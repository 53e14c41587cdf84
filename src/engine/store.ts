import type { CapturedFrame } from '../capture/frame';
import type { Stencil } from './stencil';
import type { Stencils } from './stencils';

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

export class FrameStore {
  count = 0;
  private capacity = FIRST;
  private interests = new Uint8Array(FIRST);
  private numbers = new Uint32Array(FIRST);
  private seconds = new Float64Array(FIRST);
  private nanoseconds = new Uint32Array(FIRST);
  private timeds = new Uint8Array(FIRST);
  /** Of a frame that fits a stencil, what follows is the stencil's. */
  private stencilIds = new Uint16Array(FIRST);
  private wireLengths = new Uint32Array(FIRST);
  private linkTypes = new Int32Array(FIRST);
  private interfaces = new Uint16Array(FIRST);
  private lengths = new Uint32Array(FIRST);
  /** Block, and place in it, of the frame's octets. */
  private inBlock = new Uint32Array(FIRST);
  private at = new Uint32Array(FIRST);
  private readonly blocks: Uint8Array[] = [];
  /** The block that is being filled, and how far it is. */
  private filling = -1;
  private view = new DataView(new ArrayBuffer(0));
  private blockUsed = 0;
  private readonly comments = new Map<number, string>();

  constructor(private readonly stencils: Stencils) {}

  /** Keeps a copy of the frame; gives its index. */
  add(frame: StoredFrame, interest: Interest): number {
    const i = this.next(frame, interest);
    this.wireLengths[i] = frame.wireLength;
    this.linkTypes[i] = frame.linkType;
    this.interfaces[i] = Math.min(frame.interface, 0xffff);
    const { bytes, start, end } = frame;
    this.lengths[i] = end - start;
    this.room(end - start).set(bytes.subarray(start, end), this.blockUsed);
    this.placed(i, end - start);
    return i;
  }

  /** Keeps what is its own of a message that fits a stencil; gives its index. -1 where its checksum is wrong: then nothing is kept. `memory`: all of it in which the frame lies. */
  addFitting(frame: StoredFrame, stencil: Stencil, memory: DataView): number {
    this.room(stencil.size);
    if (!stencil.pack(memory, frame.bytes.byteOffset + frame.start, this.view, this.blockUsed)) return -1;
    const i = this.next(frame, Interest.message);
    this.stencilIds[i] = stencil.id;
    this.placed(i, stencil.size);
    return i;
  }

  /** Adds octets of holes that somebody else has packed; gives their block's number, for `addPacked`. */
  addBlock(octets: Uint8Array): number {
    return this.blocks.push(octets) - 1;
  }

  /** Keeps a message that fits a stencil, what is its own of which stands in a block already; gives its index. */
  addPacked(frame: StoredFrame, stencil: Stencil, block: number, at: number): number {
    const i = this.next(frame, Interest.message);
    this.stencilIds[i] = stencil.id;
    this.inBlock[i] = block;
    this.at[i] = at;
    return i;
  }

  private next(frame: StoredFrame, interest: Interest): number {
    const i = this.count++;
    if (i === this.capacity) this.grow();
    this.interests[i] = interest;
    this.numbers[i] = frame.number;
    this.seconds[i] = frame.seconds;
    this.nanoseconds[i] = frame.nanoseconds;
    this.timeds[i] = frame.timed ? 1 : 0;
    if (frame.comment !== undefined) this.comments.set(i, frame.comment);
    return i;
  }

  /** The block in which so many octets have room, at `blockUsed`. */
  private room(length: number): Uint8Array {
    const block = this.blocks[this.filling];
    if (block && this.blockUsed + length <= block.length) return block;
    // The first block is small, so that a capture of four frames does not cost a megabyte.
    const next = new Uint8Array(Math.max(block ? BLOCK : BLOCK / 16, length));
    this.filling = this.addBlock(next);
    this.view = new DataView(next.buffer);
    this.blockUsed = 0;
    return next;
  }

  private placed(i: number, length: number): void {
    this.inBlock[i] = this.filling;
    this.at[i] = this.blockUsed;
    this.blockUsed += length;
  }

  private grow(): void {
    this.capacity *= 2;
    const { capacity } = this;
    this.interests = grown(this.interests, new Uint8Array(capacity));
    this.numbers = grown(this.numbers, new Uint32Array(capacity));
    this.seconds = grown(this.seconds, new Float64Array(capacity));
    this.nanoseconds = grown(this.nanoseconds, new Uint32Array(capacity));
    this.timeds = grown(this.timeds, new Uint8Array(capacity));
    this.stencilIds = grown(this.stencilIds, new Uint16Array(capacity));
    this.wireLengths = grown(this.wireLengths, new Uint32Array(capacity));
    this.linkTypes = grown(this.linkTypes, new Int32Array(capacity));
    this.interfaces = grown(this.interfaces, new Uint16Array(capacity));
    this.lengths = grown(this.lengths, new Uint32Array(capacity));
    this.inBlock = grown(this.inBlock, new Uint32Array(capacity));
    this.at = grown(this.at, new Uint32Array(capacity));
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
    return stencil ? stencil.unpack(block, at) : block.subarray(at, at + this.lengths[i]!);
  }
  /** Id of the stencil that the frame fits; 0 where it fits none. */
  stencilId(i: number): number {
    return this.stencilIds[i]!;
  }
  /** The block in which the octets of the frame's holes stand, from `packedAt` on. Only where it fits a stencil. */
  packedIn(i: number): Uint8Array {
    return this.blocks[this.inBlock[i]!]!;
  }
  private stencilOf(i: number): Stencil | undefined {
    return this.stencils.all[this.stencilIds[i]!];
  }
  packedAt(i: number): number {
    return this.at[i]!;
  }
  wireLength(i: number): number {
    return this.stencilOf(i)?.length ?? this.wireLengths[i]!;
  }
  linkType(i: number): number {
    return this.stencilOf(i)?.linkType ?? this.linkTypes[i]!;
  }
  interface(i: number): number {
    return Math.min(this.stencilOf(i)?.interface_ ?? this.interfaces[i]!, 0xffff);
  }
  timed(i: number): boolean {
    return this.timeds[i]! === 1;
  }
  /** Seconds since the epoch as a decimal string of nine places; undefined where the frame has no time. */
  timeText(i: number): string | undefined {
    if (!this.timed(i)) return undefined;
    return `${this.seconds[i]!}.${String(this.nanoseconds[i]!).padStart(9, '0')}`;
  }
  /** Seconds since the epoch; about a microsecond exact. 0 where the frame has no time. */
  time(i: number): number {
    return this.timed(i) ? this.seconds[i]! + this.nanoseconds[i]! / 1e9 : 0;
  }
  /** Seconds from a point in time to frame `i`, exact to the nanosecond. */
  since(seconds: number, nanoseconds: number, i: number): number {
    return this.seconds[i]! - seconds + (this.nanoseconds[i]! - nanoseconds) / 1e9;
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

function grown<A extends { set(from: A): void }>(from: A, to: A): A {
  to.set(from);
  return to;
}
