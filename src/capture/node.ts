import { fstatSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { stdin } from 'node:process';
import { crc32, createInflateRaw, type ZlibOptions } from 'node:zlib';
import { u32le } from '../codec/bytes';
import { GZIP_PROBLEM, headerLength, Intake, LONGEST_HEADER, type Gunzip } from './gzip';
import { isGzip } from './recognise';
import { octets } from './reader';

/**
 * Octets read at a time: as many as a processor's own cache holds, so that they are still there when they are looked at. With
 * buffers of megabytes the scan waits for memory at every frame.
 */
const CHUNK = 512 << 10;
const SMALLEST_CHUNK = 64 << 10;
/** Milliseconds that one read may take before the next is left to a thread of its own, so that the event loop goes on. */
const SLOW = 10;

/**
 * The octets of a file, in one buffer that is used again: **a chunk is valid until the next one is asked for**. The system reads
 * ahead by itself, so that a read is but a copy, and handing it to another thread would cost more; only where reads turn out slow
 * (a network, a pipe) that is done. Rejects with the error of the file system (ENOENT, EACCES, EISDIR …). Ends early when `signal`
 * aborts.
 */
export async function* fileChunks(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(path, 'r');
  try {
    // Pipes and files of /proc say 0: for them too a read returns what there is.
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

/** The octets of standard input, as they come. Rejects with the system's error. */
export async function* standardInput(): AsyncGenerator<Uint8Array, void, undefined> {
  // Node.js takes a folder for an input that ends at once; a read tells.
  if (fstatSync(stdin.fd).isDirectory()) readSync(stdin.fd, new Uint8Array(1));
  for await (const chunk of stdin) yield plain(chunk as Buffer);
}

/** The same memory as a plain array: a `Buffer` is none, for its `slice` does not copy. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

/** Compressed octets given to zlib at a time: few at first, so that little is lost where a small file is damaged (see `inflate`). */
const FIRST_INPUT = 256;
const MOST_INPUT = 64 << 10;
/** Octets that zlib hands out at a time. */
const OUTPUT = 512 << 10;

/** Octets of checksum and length that end a member (RFC 1952 §2.3.1). */
const TRAILER = 8;

/** Checksum and length of what a member holds. */
interface Content {
  crc: number;
  length: number;
}

/**
 * `Gunzip` over zlib: all members, zeros between and behind them. zlib works in a thread of its own, on the next piece while
 * the last one is being used, and waits where nobody asks for more.
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

/** Tape drives and some tools fill up with zeros. False when nothing else follows. */
async function skipZeros(input: Intake): Promise<boolean> {
  while (await input.has(1)) {
    while (input.rest > 0 && input.chunk[input.at] === 0) input.at++;
    if (input.rest > 0) return true;
  }
  return false;
}

/**
 * Decompresses one DEFLATE stream, and leaves `input` behind its last octet; where it is damaged, at the last place known to
 * be before the damage. zlib does not hand out what it made of the piece of input in which it found damage: that is lost,
 * and it is at most `OUTPUT` octets.
 */
async function* inflate(input: Intake, content: Content): AsyncGenerator<Uint8Array, 'done' | 'cut' | 'damaged'> {
  const start = input.position;
  // A mark of 1: zlib goes on only when what it made has been fetched, for what lies unfetched in a stream that fails is lost.
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
          // Not before all that was written has been used: now it tells only whether the stream is whole.
          stream.end();
        }
      }
    }
  } finally {
    input.position = start + stream.bytesWritten;
    stream.destroy();
  }
}
