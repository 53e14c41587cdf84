import type { CapturedFrame, CaptureSummary } from './frame';
import { octets, Sink, type FormatReader, type Skim } from './reader';
import { LOOKAHEAD, readerFor } from './recognise';

/** Initial size of the buffer for records that straddle two chunks. */
const SMALLEST_CARRY = 64 << 10;

/**
 * Reads a capture that arrives in chunks of any size, synchronously and in bounded memory. Frames are handed out in
 * place, inside the chunk; only a record that straddles chunks is copied together.
 *
 * `onFrame` is called for each frame that `skim` does not skip, in file order; it may return `false` to stop. The
 * format is recognised from the first octets (up to 64 KiB, or the whole file if it is shorter).
 */
export class CaptureParser {
  private readonly sink: Sink;
  private reader: FormatReader | undefined;
  /** Octets of a record that has not yet arrived completely. */
  private carry = new Uint8Array(0);
  private carried = 0;
  /** File offset of the first octet not yet consumed. */
  private position = 0;
  private finished = false;

  constructor(onFrame: (frame: CapturedFrame) => boolean | void, skim?: Skim) {
    this.sink = new Sink(onFrame, skim);
  }

  /** True if further chunks will yield nothing: `onFrame` returned `false`, or the file is damaged. */
  get stopped(): boolean {
    return this.sink.stopped;
  }

  /**
   * Takes the next chunk. The chunk is not kept, so the caller may reuse its memory. Throws `NotACapture` as soon as
   * the first octets show that this is not a capture.
   */
  push(chunk: Uint8Array): void {
    const { sink } = this;
    sink.bytes += chunk.length;
    const end = chunk.length;
    let at = 0;
    while (at < end && !sink.stopped) {
      if (this.reader && this.reader.skip > 0) {
        const step = Math.min(this.reader.skip, end - at);
        this.reader.skip -= step;
        this.position += step;
        at += step;
      } else if (this.carried > 0) {
        at += this.append(chunk, at, Math.min(end, at + this.need - this.carried));
        if (this.carried >= this.need) this.consumeCarry();
      } else if (end - at < this.need) {
        at += this.append(chunk, at, end);
      } else {
        sink.base = this.position - at;
        this.reader ??= readerFor(chunk, at, end, sink);
        const stop = this.reader.consume(chunk, at, end);
        this.position += stop - at;
        at = stop;
      }
    }
  }

  /** Whether a record ends at this file offset and everything before it has been handed out. */
  isAt(offset: number): boolean {
    return this.reader !== undefined && this.carried === 0 && this.reader.skip === 0 && this.position === offset;
  }

  /** Skips octets that something else has already read, and counts the frames in them. */
  pass(bytes: number, frames: number): void {
    this.sink.bytes += bytes;
    this.sink.frame.number += frames;
    this.position += bytes;
  }

  /** The last frame handed out. Its octets may no longer be valid. */
  get last(): CapturedFrame {
    return this.sink.frame;
  }

  /**
   * Call at the end of the input. Reports a record that was cut off, and returns the summary. Throws `NotACapture` if
   * the input was too short or is not a readable capture.
   */
  finish(): CaptureSummary {
    const { sink } = this;
    if (this.finished) return this.summary;
    this.finished = true;
    if (!this.reader) {
      this.reader = readerFor(this.carry, 0, this.carried, sink);
      this.consumeCarry();
    }
    const { reader } = this;
    if (!sink.stopped && (this.carried > 0 || reader.skip > 0)) {
      const missing = reader.skip > 0 ? reader.skip : reader.need - this.carried;
      const atLeast = reader.within.startsWith('the header') ? 'at least ' : '';
      const offset = this.position + this.carried;
      sink.addProblem(
        'capture-truncated',
        this.position,
        `The file ends at byte offset ${offset}, ${sink.place}, inside ${reader.within} that begins at ${this.position}: ${atLeast}${octets(missing)} missing.`,
      );
    }
    return this.summary;
  }

  /** What is known about the file so far. */
  get summary(): CaptureSummary {
    const { sink } = this;
    return {
      format: sink.format,
      variant: sink.variant,
      compressed: undefined,
      frames: sink.frame.number - sink.numberedBlocks,
      bytes: sink.bytes,
      byteOrder: sink.byteOrder ?? 'big-endian',
      resolution: sink.resolution ?? 'microseconds',
      interfaces: sink.interfaces,
      comments: sink.comments,
      application: sink.application,
      problems: sink.problems,
      notes: sink.notes,
      complete: this.finished && !sink.stopped,
    };
  }

  private get need(): number {
    return this.reader ? this.reader.need : LOOKAHEAD;
  }

  /** Appends octets to the carry buffer. The buffer grows with the data that arrives, never with what a length field claims. */
  private append(chunk: Uint8Array, from: number, to: number): number {
    const length = to - from;
    if (this.carried + length > this.carry.length) {
      const larger = new Uint8Array(Math.max(SMALLEST_CARRY, 2 * this.carry.length, this.carried + length));
      larger.set(this.carry.subarray(0, this.carried));
      this.carry = larger;
    }
    this.carry.set(chunk.subarray(from, to), this.carried);
    this.carried += length;
    return length;
  }

  private consumeCarry(): void {
    const { sink, carry } = this;
    sink.base = this.position;
    this.reader ??= readerFor(carry, 0, this.carried, sink);
    const stop = this.reader.consume(carry, 0, this.carried);
    this.position += stop;
    carry.copyWithin(0, stop, this.carried);
    this.carried -= stop;
  }
}
