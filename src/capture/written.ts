import { NotACapture } from './frame';
import { CaptureParser } from './parser';
import { captureFormat } from './recognise';
import { MOST_PACKETS, type HexPacket } from './text/form';

/** The frames of a capture file that a text writes as octets. `problems` tell where it is damaged or cut. */
export interface WrittenCapture {
  /** What it is, such as `a pcap capture`. */
  readonly format: string;
  readonly frames: readonly HexPacket[];
  readonly problems: readonly string[];
}

/** Reads octets that are no packet but a whole capture file. Undefined if they are none. */
export function captureIn({ bytes, line }: HexPacket): WrittenCapture | undefined {
  const format = captureFormat(bytes);
  if (format === undefined) return undefined;
  const frames: HexPacket[] = [];
  const parser = new CaptureParser(({ bytes, start, end, timed, seconds, nanoseconds }) => {
    frames.push({ bytes: bytes.slice(start, end), line, ...(timed ? { time: { seconds, nanoseconds } } : {}) });
    return frames.length < MOST_PACKETS;
  });
  try {
    parser.push(bytes);
    const problems = parser.finish().problems.map(({ text }) => text);
    return frames.length > 0 ? { format, frames, problems } : undefined;
  } catch (error) {
    if (error instanceof NotACapture) return undefined;
    throw error;
  }
}
