import { concat } from '../codec/bytes';
import { LISTED_PROBLEMS, NotACapture, type CapturedFrame, type CaptureSummary } from './frame';
import { streamGunzip, type Gunzip, type GzipProblem } from './gzip';
import { CaptureParser } from './parser';
import type { Skim } from './reader';
import { isGzip } from './recognise';

export { NotACapture };
export type { CapturedFrame, CaptureProblem, CaptureSummary } from './frame';
export type { Gunzip } from './gzip';

/** How a capture is read. */
export interface ReadOptions {
  /** Gets each frame that `skim` does not let pass, in memory that is reused; `false` stops. */
  onFrame: (frame: CapturedFrame) => boolean | void;
  skim?: Skim | undefined;
  /** Called after each chunk: octets read of the file as it lies (compressed), and how many there are, where known. */
  onProgress?: (bytesRead: number, totalBytes: number | undefined) => void;
  /** Size of the file as it lies, for `onProgress`. */
  totalBytes?: number;
  /** Stops reading; the summary of what was read is returned all the same, with `complete: false`. */
  signal?: AbortSignal;
  /**
   * The event loop gets its turn at least this often, in milliseconds, so that messages (cancel!) arrive; for the first time after
   * the first chunk, so that what it held can be shown. 20 by default.
   */
  pauseMs?: number;
  /** Decompresses captures in gzip. By default what every platform has: on Node, pass the one of `capture/node`, which reads more. */
  gunzip?: Gunzip | undefined;
}

/**
 * Reads a capture (pcap, pcapng, snoop, or any of these in gzip) from chunks of any size. Chunks may reuse their memory.
 * Rejects with `NotACapture` when nothing can be read, and with whatever `chunks` rejects with. Damaged and cut files are no error:
 * what can be read is handed out, and the summary's `problems` tell the rest.
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

/** Lets the event loop have its turn: timers wait for a millisecond at least, which a turn need not. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

/** The chunks, the first of at least two octets (which tell gzip from the rest), until the signal; tells of each when it has been used. */
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
  return `This is a gzip archive of something else than a capture. What is in it: ${message}`;
}
