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

class Column<A extends Uint8Array | Uint16Array | Uint32Array | Float64Array> {
  constructor(
    private array: A,
    private readonly make: (length: number) => A,
  ) {}
  set(index: number, value: number): void {
    if (index >= this.array.length) {
      const grown = this.make(Math.max(index + 1, this.array.length * 2));
      grown.set(this.array);
      this.array = grown;
    }
    this.array[index] = value;
  }
  /** What was set; 0 where nothing was. */
  get(index: number): number {
    return this.array[index] ?? 0;
  }
}

const FIRST = 256;
const u8 = (): Column<Uint8Array> => new Column(new Uint8Array(FIRST), (n) => new Uint8Array(n));
const u16 = (): Column<Uint16Array> => new Column(new Uint16Array(FIRST), (n) => new Uint16Array(n));
const u32 = (): Column<Uint32Array> => new Column(new Uint32Array(FIRST), (n) => new Uint32Array(n));
const f64 = (): Column<Float64Array> => new Column(new Float64Array(FIRST), (n) => new Float64Array(n));

export class FrameStore {
  count = 0;
  private readonly interests = u8();
  private readonly numbers = u32();
  private readonly seconds = f64();
  private readonly nanoseconds = u32();
  private readonly timeds = u8();
  private readonly wireLengths = u32();
  private readonly linkTypes = u32();
  private readonly interfaces = u16();
  private readonly blocks: Uint8Array[] = [];
  private blockUsed = 0;
  private readonly block = u32();
  private readonly at = u32();
  private readonly lengths = u32();
  private readonly stencilIds = u16();
  private readonly comments = new Map<number, string>();

  constructor(private readonly stencils: Stencils) {}

  /** Keeps a copy of the frame; gives its index. `stencil` is what it fits, if it fits one. */
  add(frame: StoredFrame, interest: Interest, stencil?: Stencil): number {
    const i = this.count++;
    const length = stencil ? stencil.size : frame.end - frame.start;
    this.interests.set(i, interest);
    this.numbers.set(i, frame.number);
    this.seconds.set(i, frame.seconds);
    this.nanoseconds.set(i, frame.nanoseconds);
    this.timeds.set(i, frame.timed ? 1 : 0);
    this.wireLengths.set(i, frame.wireLength);
    this.linkTypes.set(i, frame.linkType);
    this.interfaces.set(i, Math.min(frame.interface, 0xffff));
    if (frame.comment !== undefined) this.comments.set(i, frame.comment);
    const last = this.blocks[this.blocks.length - 1];
    if (!last || this.blockUsed + length > last.length) {
      // The first block is small, so that a capture of four frames does not cost a megabyte.
      this.blocks.push(new Uint8Array(Math.max(last ? BLOCK : BLOCK / 16, length)));
      this.blockUsed = 0;
    }
    const block = this.blocks.length - 1;
    if (stencil) {
      this.stencilIds.set(i, stencil.id);
      stencil.pack(frame.bytes, frame.start, this.blocks[block]!, this.blockUsed);
    } else this.blocks[block]!.set(frame.bytes.subarray(frame.start, frame.end), this.blockUsed);
    this.block.set(i, block);
    this.at.set(i, this.blockUsed);
    this.lengths.set(i, length);
    this.blockUsed += length;
    return i;
  }

  interest(i: number): Interest {
    return this.interests.get(i);
  }
  number(i: number): number {
    return this.numbers.get(i);
  }
  /** Captured octets; not copied where they are kept as they were. */
  bytes(i: number): Uint8Array {
    const at = this.at.get(i);
    const block = this.blocks[this.block.get(i)]!;
    const stencil = this.stencils.all[this.stencilId(i)];
    return stencil ? stencil.unpack(block, at) : block.subarray(at, at + this.lengths.get(i));
  }
  /** Id of the stencil that the frame fits; 0 where it fits none. */
  stencilId(i: number): number {
    return this.stencilIds.get(i);
  }
  /** The block in which the octets of the frame's holes stand, from `packedAt` on. Only where it fits a stencil. */
  packedIn(i: number): Uint8Array {
    return this.blocks[this.block.get(i)]!;
  }
  packedAt(i: number): number {
    return this.at.get(i);
  }
  wireLength(i: number): number {
    return this.wireLengths.get(i);
  }
  linkType(i: number): number {
    return this.linkTypes.get(i);
  }
  interface(i: number): number {
    return this.interfaces.get(i);
  }
  timed(i: number): boolean {
    return this.timeds.get(i) === 1;
  }
  /** Seconds since the epoch as a decimal string of nine places; undefined where the frame has no time. */
  timeText(i: number): string | undefined {
    if (!this.timed(i)) return undefined;
    return `${this.seconds.get(i)}.${String(this.nanoseconds.get(i)).padStart(9, '0')}`;
  }
  /** Seconds since the epoch; about a microsecond exact. 0 where the frame has no time. */
  time(i: number): number {
    return this.timed(i) ? this.seconds.get(i) + this.nanoseconds.get(i) / 1e9 : 0;
  }
  /** Seconds from a point in time to frame `i`, exact to the nanosecond. */
  since(seconds: number, nanoseconds: number, i: number): number {
    return this.seconds.get(i) - seconds + (this.nanoseconds.get(i) - nanoseconds) / 1e9;
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
      const here = this.numbers.get(middle);
      if (here === number) return middle;
      if (here < number) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}
