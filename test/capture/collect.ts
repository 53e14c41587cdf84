import type { CapturedFrame, CaptureSummary } from '../../src/capture/frame';
import { CaptureParser } from '../../src/capture/parser';

/** A frame that was copied, as the sink must. */
export type KeptFrame = Omit<CapturedFrame, 'bytes' | 'start' | 'end'> & { octets: Uint8Array };

export function keep(frame: CapturedFrame): KeptFrame {
  const { bytes, start, end, ...rest } = frame;
  return { ...rest, octets: bytes.slice(start, end) };
}

/** Parses a whole file, in pieces of `size` octets. */
export function collect(file: Uint8Array, size = file.length): { frames: KeptFrame[]; summary: CaptureSummary } {
  const frames: KeptFrame[] = [];
  const parser = new CaptureParser((frame) => {
    frames.push(keep(frame));
  });
  // One buffer for all pieces, as a file source has: whoever keeps a reference to it is found out.
  const piece = new Uint8Array(Math.max(1, size));
  for (let at = 0; at < file.length; at += size) {
    const part = file.subarray(at, at + size);
    piece.set(part);
    parser.push(piece.subarray(0, part.length));
  }
  return { frames, summary: parser.finish() };
}

/** `length` octets that differ from frame to frame. */
export function sample(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (seed * 37 + i * 11 + (i >> 3)) & 255);
}
