import { concat } from '../codec/bytes';
import { LISTED_PROBLEMS, NotACapture, type CapturedFrame, type CaptureSummary } from './frame';
import { streamGunzip, type Gunzip, type GzipProblem } from './gzip';
import { CaptureParser } from './parser';
import type { Skim } from './reader';
import { GZIP_IN_GZIP, isGzip } from './recognise';

export { NotACapture };
export type { CapturedFrame, CaptureProblem, CaptureSummary } from './frame';
export type { Gunzip } from './gzip';

/** Options for `readCapture`. */
export interface ReadOptions {
  /** Called with each frame that `skim` does not skip. The frame's memory is reused. Return `false` to stop. */
  onFrame: (frame: CapturedFrame) => boolean | void;
  skim?: Skim | undefined;
  /** Called after each chunk with the octets of the file read so far (before decompression) and the total, if known. */
  onProgress?: (bytesRead: number, totalBytes: number | undefined) => void;
  /** Size of the file before decompression, for `onProgress`. */
  totalBytes?: number;
  /** Stops reading. The summary of what was read is still returned, with `complete: false`. */
  signal?: AbortSignal;
  /**
   * The event loop gets a turn at least this often, in milliseconds, so that messages such as a cancellation arrive.
   * The first turn comes after the first chunk, so that its content can be shown. Default 20.
   */
  pauseMs?: number;
  /** Decompresses gzip. The default works on every platform. On Node, pass the one from `capture/node`, which reads more. */
  gunzip?: Gunzip | undefined;
}

/**
 * Reads a capture (pcap, pcapng or snoop, each also in gzip) from chunks of any size. Chunks may reuse their memory.
 * Rejects with `NotACapture` if nothing can be read, and with whatever `chunks` rejects with. Damaged and truncated
 * files are not errors: what can be read is handed out, and the summary's `problems` describe the rest.
 */
export async function readCapture(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: ReadOptions,
): Promise<CaptureSummary> {
  const { signal, gunzip = streamGunzip, pauseMs = 20 } = options;
  const parser = new CaptureParser(options.onFrame, options.skim);
  const input = watched(chunks, options);
  const start = await input.next();
  const compressed = !start.done && isGzip(start.value) ? ('gzip' as const) : undefined;
  const problems: GzipProblem[] = [];
  try {
    if (!start.done) {
      const file = startingWith(start.value, input);
      let lastPause = -Infinity;
      const report = (problem: GzipProblem): void => {
        if (problems.length < LISTED_PROBLEMS) problems.push(problem);
      };
      for await (const piece of compressed ? gunzip(file, report) : file) {
        if (signal?.aborted) break;
        parser.push(piece);
        if (parser.stopped) break;
        if (performance.now() - lastPause >= pauseMs) {
          await turn();
          lastPause = performance.now();
        }
      }
    }
    if (signal?.aborted) return { ...parser.summary, compressed, complete: false };
    const summary = parser.finish();
    if (!compressed) return summary;
    const theirs = problems.map((problem) => ({ ...problem, offset: summary.bytes }));
    return { ...summary, compressed, problems: [...summary.problems, ...theirs].slice(0, LISTED_PROBLEMS) };
  } catch (error) {
    if (error instanceof NotACapture && compressed) throw new NotACapture(insideGzip(error.message, problems[0]));
    throw error;
  }
}

/** Gives the event loop a turn. Uses `setImmediate` if available, because a timer waits for at least a millisecond. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

/**
 * Yields the chunks until the signal aborts, and reports each one after it has been used. The first has at least two
 * octets, which are needed to recognise gzip.
 */
async function* watched(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { onProgress, totalBytes, signal }: Pick<ReadOptions, 'onProgress' | 'totalBytes' | 'signal'>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let bytesRead = 0;
  let held: Uint8Array | undefined = new Uint8Array(0);
  for await (const chunk of chunks) {
    if (signal?.aborted) return;
    bytesRead += chunk.length;
    try {
      if (held && held.length + chunk.length < 2) {
        held = concat([held, chunk]);
      } else {
        const whole: Uint8Array = held && held.length > 0 ? concat([held, chunk]) : chunk;
        held = undefined;
        yield whole;
      }
    } finally {
      onProgress?.(bytesRead, totalBytes);
    }
  }
  if (held && held.length > 0) yield held;
}

async function* startingWith(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return();
  }
}

function insideGzip(message: string, problem: GzipProblem | undefined): string {
  if (problem) return `This gzip archive holds no capture that can be read. ${problem.text}`;
  if (message === GZIP_IN_GZIP) return message;
  return `This is a gzip archive of something else than a capture. What is in it: ${message}`;
}
