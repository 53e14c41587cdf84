import type { CapturedFrame } from '../capture/frame';

/** What a second reader found in the part of a capture that it read: the frames that have to be looked at, and sums over the others. */
export interface Parcel {
  /** Octets of the file, and frames, in that part. */
  readonly bytes: number;
  readonly frames: number;
  /** Frames that a glance settled, by `Glanced`. */
  readonly glanced: readonly number[];
  /** Seconds since the epoch of the earliest and the latest frame. */
  readonly firstTime: number;
  readonly lastTime: number;
  readonly kept: number;
  /** The frames to be looked at, as `ParcelWriter` writes them. */
  readonly octets: Uint8Array;
}

/** Number within the part, seconds (as a double), nanoseconds, wire length, captured length. */
const HEADER = 24;

/** Writes frames one after another. */
export class ParcelWriter {
  kept = 0;
  used = 0;
  private octets = new Uint8Array(1 << 20);
  private view = new DataView(this.octets.buffer);

  add(frame: CapturedFrame): void {
    const length = frame.end - frame.start;
    if (this.used + HEADER + length > this.octets.length) {
      const larger = new Uint8Array(2 * this.octets.length + HEADER + length);
      larger.set(this.octets);
      this.octets = larger;
      this.view = new DataView(larger.buffer);
    }
    const { view, used } = this;
    view.setUint32(used, frame.number);
    view.setFloat64(used + 4, frame.seconds);
    view.setUint32(used + 12, frame.nanoseconds);
    view.setUint32(used + 16, frame.wireLength);
    view.setUint32(used + 20, length);
    this.octets.set(frame.bytes.subarray(frame.start, frame.end), used + HEADER);
    this.used += HEADER + length;
    this.kept++;
  }

  /** All that was written. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.octets.slice(0, this.used);
  }
}

/** Hands the frames of a parcel out, in order. `like` is a frame of the same link; the part's first frame has number `before` + 1. */
export function unpack(
  parcel: Parcel,
  like: CapturedFrame,
  before: number,
  onFrame: (frame: CapturedFrame) => void,
): void {
  const { octets } = parcel;
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  const frame: CapturedFrame = { ...like, bytes: octets, timed: true, comment: undefined };
  for (let at = 0, n = 0; n < parcel.kept; n++) {
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
