import { concat } from '../codec/bytes';

// gzip (RFC 1952) is a sequence of members: each has a header, a DEFLATE stream, and the checksum and length of the
// content. The platform decompresses. This file handles the rest, and holds the decompressor for browsers.

/** Something wrong with the compressed file. Never fatal for what was decompressed before. */
export interface GzipProblem {
  readonly id: 'capture-truncated' | 'capture-damaged';
  readonly text: string;
}

/**
 * A gzip decompressor provided by the platform: takes chunks of the file, yields pieces of its content. It asks for a
 * chunk only after everything from the chunk before has been handed out, so memory stays bounded whatever the file
 * claims. The consumer may stop at any piece. Input chunks may reuse their memory; output pieces do not. Damaged and
 * truncated files are reported, and what came before the damage is still yielded. If `compressed` rejects, so does the
 * result.
 */
export type Gunzip = (
  compressed: AsyncIterable<Uint8Array>,
  report: (problem: GzipProblem) => void,
) => AsyncIterable<Uint8Array>;

/** What can be wrong, in sentences. Offsets are octets from the start of the compressed file. */
export const GZIP_PROBLEM = {
  trailing: (offset: number): GzipProblem => ({
    id: 'capture-damaged',
    text: `The compressed file goes on after its gzip data, from byte offset ${offset}, with octets that are not gzip: they were left out.`,
  }),
  endlessHeader: (offset: number): GzipProblem => ({
    id: 'capture-damaged',
    text: `The gzip header at byte offset ${offset} of the compressed file has no end.`,
  }),
  method: (offset: number): GzipProblem => ({
    id: 'capture-damaged',
    text: `The gzip member at byte offset ${offset} of the compressed file uses a compression other than DEFLATE.`,
  }),
  damaged: (offset: number): GzipProblem => ({
    id: 'capture-damaged',
    text: `The gzip data is damaged near byte offset ${offset} of the compressed file: what could be decompressed before that place was read.`,
  }),
  checksum: (offset: number): GzipProblem => ({
    id: 'capture-damaged',
    text: `The gzip checksum at byte offset ${offset} of the compressed file does not match: some of what was read is damaged.`,
  }),
  cutHeader: (end: number): GzipProblem => ({
    id: 'capture-truncated',
    text: `The compressed file ends inside a gzip header, at byte offset ${end}.`,
  }),
  cut: (end: number): GzipProblem => ({
    id: 'capture-truncated',
    text: `The compressed file ends too early, at byte offset ${end}: what it holds was decompressed and read.`,
  }),
  cutChecksum: (end: number, missing: string): GzipProblem => ({
    id: 'capture-truncated',
    text: `The compressed file ends inside the gzip checksum, at byte offset ${end}: ${missing} missing.`,
  }),
} as const;

const FIXED_HEADER = 10;
/** Longest member header that is accepted. The format sets no limit for the name and comment in it. */
export const LONGEST_HEADER = 64 << 10;

const FLAG = { headerCrc: 2, extra: 4, name: 8, comment: 16 } as const;

/**
 * Length in octets of the member header that begins at `start` (RFC 1952 §2.3); undefined if it runs past `end` or is
 * longer than `LONGEST_HEADER` octets.
 */
export function headerLength(input: Uint8Array, start: number, end: number): number | undefined {
  const limit = Math.min(end, start + LONGEST_HEADER);
  if (limit - start < FIXED_HEADER) return undefined;
  const flags = input[start + 3]!;
  let at = start + FIXED_HEADER;
  if (flags & FLAG.extra) {
    if (limit - at < 2) return undefined;
    at += 2 + (input[at]! | (input[at + 1]! << 8));
  }
  for (const flag of [FLAG.name, FLAG.comment]) {
    if (!(flags & flag)) continue;
    if (at >= limit) return undefined;
    const zero = input.indexOf(0, at);
    if (zero < 0 || zero >= limit) return undefined;
    at = zero + 1;
  }
  if (flags & FLAG.headerCrc) at += 2;
  return at <= limit ? at - start : undefined;
}

/** The chunks of a file as one stream of octets. The octets available now are in `chunk`, from `at` on. */
export class Intake {
  chunk: Uint8Array = new Uint8Array(0);
  at = 0;
  /** File offset of `chunk[0]`. */
  private base = 0;
  private readonly source: AsyncIterator<Uint8Array>;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** File offset of the next octet. */
  get position(): number {
    return this.base + this.at;
  }

  set position(offset: number) {
    this.at = offset - this.base;
  }

  /** Number of octets available. */
  get rest(): number {
    return this.chunk.length - this.at;
  }

  /** Adds one more chunk to the available octets. False at the end of the file. */
  async more(): Promise<boolean> {
    // The remaining octets are in memory that the next chunk may overwrite.
    const left = new Uint8Array(this.chunk.subarray(this.at));
    const next = await this.source.next();
    if (next.done) {
      this.set(left);
      return false;
    }
    this.set(left.length > 0 ? concat([left, next.value]) : next.value);
    return true;
  }

  /** Makes at least `count` octets available. False if the file ends first. */
  async has(count: number): Promise<boolean> {
    while (this.rest < count) if (!(await this.more())) return false;
    return true;
  }

  /** Closes the source: no more chunks are needed. */
  async close(): Promise<void> {
    await this.source.return?.();
  }

  private set(chunk: Uint8Array): void {
    this.base += this.at;
    this.at = 0;
    this.chunk = chunk;
  }
}

/** Octets given to the platform at a time. They decompress to at most about a thousand times as many. */
const PIECE = 16 << 10;

/**
 * `Gunzip` on top of the platform's `DecompressionStream`, for browsers. The stream does not say where in its input a
 * member ends. Only the first member is sure to be read; whatever follows it, even zeros, may be reported as damage. If
 * the data is damaged, output that the platform had not yet handed out is lost.
 */
export const streamGunzip: Gunzip = async function* (compressed, report) {
  const input = new Intake(compressed);
  const { readable, writable } = new DecompressionStream('gzip');
  const writer = writable.getWriter();
  const reader = readable.getReader();
  // A stream that fails drops output that nobody has read. So read everything immediately, and write more input only
  // after all output has been handed out.
  const ready: Uint8Array[] = [];
  let failure: unknown;
  let over = false;
  const reading = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      ready.push(value);
    }
  })()
    .catch((error: unknown) => (failure ??= error))
    .finally(() => (over = true));
  const give = async (promise: Promise<void>): Promise<void> => {
    // A rejection also reaches the reader. A stream that has ended may never settle its writer's promise.
    await Promise.race([promise.catch(() => reading), reading]);
  };
  try {
    let start = 0;
    while (!over && (await input.has(1))) {
      start = input.position;
      const end = Math.min(input.chunk.length, input.at + PIECE);
      // Copy, because the platform may still read the chunk after the write is reported as done.
      const piece = new Uint8Array(input.chunk.subarray(input.at, end));
      input.at = end;
      // If the file is truncated, Node drops the output of the last write. So make the last write one octet.
      if (piece.length > 1) await give(writer.write(piece.subarray(0, -1)));
      await give(writer.write(piece.subarray(-1)));
      while (ready.length > 0) yield ready.shift()!;
    }
    const ended = !over;
    if (ended) {
      // An empty write settles only after everything before it has been read, so an error on closing loses nothing.
      await give(writer.write(new Uint8Array(0)));
      void writer.close().catch(() => undefined);
    }
    await reading;
    while (ready.length > 0) yield ready.shift()!;
    if (failure === undefined) return;
    report(ended && !isDamage(failure) ? GZIP_PROBLEM.cut(input.position) : GZIP_PROBLEM.damaged(start));
  } finally {
    void writer.abort().catch(() => undefined);
    void reader.cancel().catch(() => undefined);
    await input.close();
  }
};

/** Node's error codes for bad data: damage, and octets after the end (not told apart before Node 24). */
const DAMAGE: readonly unknown[] = ['Z_DATA_ERROR', 'ERR_TRAILING_JUNK_AFTER_STREAM_END'];

/** Whether the platform says the data itself is bad. Browsers give no code, but report damage before the end is announced. */
function isDamage(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return DAMAGE.includes(code ?? cause?.code);
}
