import { roomFor } from '../analysis/macTable';
import type { CapturedFrame } from '../capture/frame';
import type { PlainSums } from './skim';
import type { Holes, Stencil } from './stencil';
import { TimeOrder } from './timeOrder';

/** What a second reader found in a part of a capture: the frames that have to be looked at, messages that are alike, and sums over all else. */
export interface Parcel {
  /** Offset of the part's first record in the file, and octets of the file in it. */
  readonly start: number;
  readonly bytes: number;
  /** Over all its frames. */
  readonly sums: PlainSums;
  /** The frames to be looked at, as `LooseFrames` writes them. */
  readonly loose: Loose;
  readonly fitting: Fitting;
}

/** What a second reader found from the octet `start` of the file to its end: parts in the order of the file. */
export interface Parcels {
  readonly start: number;
  readonly bytes: number;
  readonly frames: number;
  readonly parts: readonly Parcel[];
  /** By the ids that `Fitting` uses. */
  readonly sketches: readonly (Sketch | undefined)[];
}

/** A stencil as the second reader made it: it cannot know how such a frame is to be read. */
export type Sketch = Pick<Stencil, 'words' | 'length' | 'wireLength' | 'form'> & { readonly holes: Holes };

export interface Loose {
  readonly count: number;
  readonly octets: Uint8Array;
}

/** Messages that fit a sketch, in columns. */
export interface Fitting {
  readonly count: number;
  /** Number within the part. */
  readonly numbers: Uint32Array;
  readonly seconds: Uint32Array;
  readonly nanoseconds: Uint32Array;
  readonly sketches: Uint16Array;
  /** Where in `octets` that begins which the message's holes held. */
  readonly at: Uint32Array;
  readonly octets: Uint8Array;
  /** Whether they are in the order of their times. */
  readonly inOrder: boolean;
}

/** Octets before a frame: number within the part, seconds (as a double), nanoseconds, wire length, captured length. */
const HEADER = 24;

/** Writes frames one after another. */
export class LooseFrames {
  private count = 0;
  private used = 0;
  private octets = new Uint8Array(1 << 16);
  private view = new DataView(this.octets.buffer);

  add(frame: CapturedFrame): void {
    const length = frame.end - frame.start;
    if (this.used + HEADER + length > this.octets.length) {
      this.octets = roomFor(this.octets, this.used + HEADER + length);
      this.view = new DataView(this.octets.buffer);
    }
    const { view, used } = this;
    view.setUint32(used, frame.number);
    view.setFloat64(used + 4, frame.seconds);
    view.setUint32(used + 12, frame.nanoseconds);
    view.setUint32(used + 16, frame.wireLength);
    view.setUint32(used + 20, length);
    this.octets.set(frame.bytes.subarray(frame.start, frame.end), used + HEADER);
    this.used += HEADER + length;
    this.count++;
  }

  /** Gives a copy of all that was written, and begins anew. */
  take(): Loose {
    const loose = { count: this.count, octets: this.octets.slice(0, this.used) };
    this.count = this.used = 0;
    return loose;
  }
}

/** Writes messages that fit a sketch one after another. */
export class FittingMessages {
  private count = 0;
  private used = 0;
  private numbers = new Uint32Array(64);
  private seconds = new Uint32Array(64);
  private nanoseconds = new Uint32Array(64);
  private sketches = new Uint16Array(64);
  private at = new Uint32Array(64);
  private octets = new Uint8Array(4096);
  private view = new DataView(this.octets.buffer);
  private order = new TimeOrder();

  /** `memory`: all of it in which the frame lies. False where the message's checksum is wrong: then it does not fit. */
  add(frame: CapturedFrame, sketch: Stencil, memory: DataView): boolean {
    if (this.used + sketch.size > this.octets.length) {
      this.octets = roomFor(this.octets, this.used + sketch.size);
      this.view = new DataView(this.octets.buffer);
    }
    if (!sketch.pack(memory, frame.bytes.byteOffset + frame.start, this.view, this.used)) return false;
    const i = this.count++;
    if (i >= this.numbers.length) this.grow(i);
    this.numbers[i] = frame.number;
    this.seconds[i] = frame.seconds;
    this.nanoseconds[i] = frame.nanoseconds;
    this.sketches[i] = sketch.id;
    this.at[i] = this.used;
    this.used += sketch.size;
    this.order.pass(frame.seconds, frame.nanoseconds);
    return true;
  }

  private grow(i: number): void {
    this.numbers = roomFor(this.numbers, i);
    this.seconds = roomFor(this.seconds, i);
    this.nanoseconds = roomFor(this.nanoseconds, i);
    this.sketches = roomFor(this.sketches, i);
    this.at = roomFor(this.at, i);
  }

  /** Gives a copy of all that was written, and begins anew. */
  take(): Fitting {
    const { count } = this;
    const fitting = {
      count,
      numbers: this.numbers.slice(0, count),
      seconds: this.seconds.slice(0, count),
      nanoseconds: this.nanoseconds.slice(0, count),
      sketches: this.sketches.slice(0, count),
      at: this.at.slice(0, count),
      octets: this.octets.slice(0, this.used),
      inOrder: this.order.kept,
    };
    this.count = this.used = 0;
    this.order = new TimeOrder();
    return fitting;
  }
}

/** The memory of parcels, which goes to another thread with them. */
export function* memoryOf({ parts }: Parcels): Generator<ArrayBuffer> {
  for (const { loose, fitting } of parts) {
    const { numbers, seconds, nanoseconds, sketches, at, octets } = fitting;
    for (const one of [loose.octets, numbers, seconds, nanoseconds, sketches, at, octets])
      yield one.buffer as ArrayBuffer;
  }
}

/** Hands the loose frames out, in order. `like` is a frame of the same link; the part's first frame has number `before` + 1. */
export function unpack(
  { count, octets }: Loose,
  like: CapturedFrame,
  before: number,
  onFrame: (frame: CapturedFrame) => void,
): void {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  const frame: CapturedFrame = { ...like, bytes: octets, timed: true, comment: undefined };
  for (let at = 0, n = 0; n < count; n++) {
    frame.number = before + view.getUint32(at);
    frame.seconds = view.getFloat64(at + 4);
    frame.nanoseconds = view.getUint32(at + 12);
    frame.wireLength = view.getUint32(at + 16);
    frame.start = at + HEADER;
    frame.end = frame.start + view.getUint32(at + 20);
    at = frame.end;
    onFrame(frame);
  }
}
