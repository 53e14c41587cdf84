import { fstatSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { stdin } from 'node:process';
import { crc32, createInflateRaw, type ZlibOptions } from 'node:zlib';
import { u32le } from '../codec/bytes';
import { GZIP_PROBLEM, headerLength, Intake, LONGEST_HEADER, type Gunzip } from './gzip';
import { isGzip } from './recognise';
import { octets } from './reader';

/**
 * Octets read at a time: small enough to stay in the processor's cache until they are scanned. With buffers of
 * megabytes, the scan waits for memory at every frame.
 */
const CHUNK = 512 << 10;
const SMALLEST_CHUNK = 64 << 10;
/**
 * If one read takes longer than this many milliseconds, the next runs on another thread, so that the event loop is not
 * blocked.
 */
const SLOW = 10;

/**
 * The octets of a file, in one buffer that is reused: **a chunk is valid only until the next one is requested**. The
 * system reads ahead by itself, so a read is usually just a copy, and passing it to another thread would cost more.
 * Reads move to another thread only when they turn out slow (network, pipe). Rejects with the file system's error
 * (ENOENT, EACCES, EISDIR …). Ends early if `signal` aborts.
 */
export async function* fileChunks(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(path, 'r');
  try {
    // Pipes and files in /proc report size 0. A read still returns what is there.
    const { size } = await file.stat();
    const buffer = new Uint8Array(Math.min(CHUNK, Math.max(SMALLEST_CHUNK, size + 1)));
    let slow = false;
    while (!signal?.aborted) {
      const before = performance.now();
      const count = slow
        ? (await file.read(buffer, 0, buffer.length, null)).bytesRead
        : readSync(file.fd, buffer, 0, buffer.length, null);
      slow = performance.now() - before > SLOW;
      if (count === 0) return;
      yield buffer.subarray(0, count);
    }
  } finally {
    await file.close();
  }
}

/** The octets of standard input, as they arrive. Rejects with the system's error. */
export async function* standardInput(): AsyncGenerator<Uint8Array, void, undefined> {
  // Node.js treats a directory as an input that ends at once; an explicit read reports the error.
  if (fstatSync(stdin.fd).isDirectory()) readSync(stdin.fd, new Uint8Array(1));
  for await (const chunk of stdin) yield plain(chunk as Buffer);
}

/** The same memory as a plain `Uint8Array`. A `Buffer` will not do, because its `slice` does not copy. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

/**
 * Compressed octets given to zlib at a time: few at first, so that little is lost if a small file is damaged (see
 * `inflate`).
 */
const FIRST_INPUT = 256;
const MOST_INPUT = 64 << 10;
/** Octets that zlib outputs at a time. */
const OUTPUT = 512 << 10;

/** Octets of checksum and length at the end of a member (RFC 1952 §2.3.1). */
const TRAILER = 8;

/** Checksum and length of a member's content. */
interface Content {
  crc: number;
  length: number;
}

/**
 * `Gunzip` on top of zlib: reads all members, and skips zeros between and after them. zlib runs on another thread: it
 * works on the next piece while the last one is being used, and waits if no more is requested.
 */
export const gunzip: Gunzip = async function* (compressed, report) {
  const input = new Intake(compressed);
  try {
    for (let members = 0; ; members++) {
      if (members > 0) {
        if (!(await skipZeros(input))) return;
        await input.has(2);
        if (!isGzip(input.chunk, input.at)) return report(GZIP_PROBLEM.trailing(input.position));
      }
      const start = input.position;
      let length: number | undefined;
      while ((length = headerLength(input.chunk, input.at, input.chunk.length)) === undefined) {
        if (input.rest >= LONGEST_HEADER) return report(GZIP_PROBLEM.endlessHeader(start));
        if (!(await input.more())) return report(GZIP_PROBLEM.cutHeader(start + input.rest));
      }
      if (input.chunk[input.at + 2] !== 8) return report(GZIP_PROBLEM.method(start));
      input.at += length;
      const content: Content = { crc: 0, length: 0 };
      const outcome = yield* inflate(input, content);
      if (outcome === 'damaged') return report(GZIP_PROBLEM.damaged(input.position));
      if (outcome === 'cut') return report(GZIP_PROBLEM.cut(input.position));
      const whole = await input.has(TRAILER);
      const { chunk, at, position, rest } = input;
      if (!whole) return report(GZIP_PROBLEM.cutChecksum(position + rest, octets(TRAILER - rest)));
      if (u32le(chunk, at) !== content.crc || u32le(chunk, at + 4) !== content.length)
        report(GZIP_PROBLEM.checksum(position));
      input.at += TRAILER;
    }
  } finally {
    await input.close();
  }
};

/** Skips zeros, which tape drives and some tools add as padding. False if nothing else follows. */
async function skipZeros(input: Intake): Promise<boolean> {
  while (await input.has(1)) {
    while (input.rest > 0 && input.chunk[input.at] === 0) input.at++;
    if (input.rest > 0) return true;
  }
  return false;
}

/**
 * Decompresses one DEFLATE stream. Leaves `input` just after its last octet, or, if the stream is damaged, at the last
 * position known to be before the damage. zlib does not hand out the output of the input piece in which it found
 * damage. That output, at most `OUTPUT` octets, is lost.
 */
async function* inflate(input: Intake, content: Content): AsyncGenerator<Uint8Array, 'done' | 'cut' | 'damaged'> {
  const start = input.position;
  // With a high-water mark of 1, zlib continues only after its output has been read. Unread output of a stream that
  // fails is lost.
  const options: ZlibOptions & { highWaterMark: number } = { chunkSize: OUTPUT, highWaterMark: 1 };
  const stream = createInflateRaw(options);
  let failure: NodeJS.ErrnoException | undefined;
  let ended = false;
  let busy = false;
  let wake = (): void => undefined;
  stream.on('readable', () => wake());
  stream.on('end', () => ((ended = true), wake()));
  stream.on('error', (error) => ((failure = error), wake()));
  try {
    for (let most = FIRST_INPUT; ;) {
      const piece = stream.read() as Buffer | null;
      if (piece) {
        content.crc = crc32(piece, content.crc);
        content.length = (content.length + piece.length) % 0x100000000;
        yield plain(piece);
      } else if (failure) {
        if (failure.code === 'Z_BUF_ERROR') return 'cut';
        if (failure.code === 'Z_DATA_ERROR') return 'damaged';
        throw failure;
      } else if (ended) {
        return 'done';
      } else if (busy) {
        await new Promise<void>((resolve) => (wake = resolve));
      } else {
        input.position = start + stream.bytesWritten;
        busy = true;
        if (await input.has(1)) {
          stream.write(input.chunk.subarray(input.at, input.at + most), () => ((busy = false), wake()));
          most = Math.min(MOST_INPUT, 2 * most);
        } else {
          // End the stream only after all written input has been used. Its end then only tells whether the stream is complete.
          stream.end();
        }
      }
    }
  } finally {
    input.position = start + stream.bytesWritten;
    stream.destroy();
  }
}
