import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { resourceLimits } from 'node:worker_threads';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { getHeapStatistics, queryObjects } from 'node:v8';
import { fileChunks, gunzip, standardInput } from '../capture/node';
import { EngineError, type Source } from './capture';
import type { ReadAgain } from './scan/store';
import { Vendors } from './who';

/** The makers of network cards, from the table that the build puts next to the bundles. */
export const vendors = new Vendors(() => {
  try {
    return brotliDecompressSync(readFileSync(join(__dirname, 'vendors.br')));
  } catch {
    return undefined;
  }
});

/** A file on the local disk. Rejects with the system's error if it does not exist or is a folder. */
export async function fileSource(path: string): Promise<Source> {
  const file = await stat(path);
  return {
    name: basename(path),
    size: file.size,
    chunks: (signal) => fileChunks(path, signal),
    ...(file.isFile() ? { readAgain: new Pages(path, file.ino) } : {}),
    gunzip,
  };
}

/** When memory in use has grown by this share of the limit, live memory is measured again. */
const NEW = 0.1;
/** Live memory at the last measurement, in octets. */
let alive = 0;
class Nothing {}

/**
 * Whether live objects, and `more` octets beside them, take more than a share (0 to 1) of the memory that this thread may use for objects.
 * Garbage may be several times as large and does not count. Measuring forces a garbage collection, which takes time, so it is done only after enough growth.
 */
export function heapExceeds(share: number, more = 0): boolean {
  const { used_heap_size: used, heap_size_limit: whole } = getHeapStatistics();
  // A worker's own limit covers long-lived objects only, and is reached before that of the whole heap.
  const { maxOldGenerationSizeMb: own } = resourceLimits;
  const limit = own ? own * 2 ** 20 : whole;
  if (used + more <= share * limit) return false;
  if (used > alive + NEW * limit) {
    // V8 collects all garbage before it counts the objects of a class.
    queryObjects(Nothing, { format: 'count' });
    alive = getHeapStatistics().used_heap_size;
  }
  return alive + more > share * limit;
}

/** Standard input, whose size is not known beforehand. */
export function standardInputSource(): Source {
  return { name: 'standard input', chunks: () => standardInput(), gunzip };
}

/** Octets of a file to read at a time: where one frame after the other is wanted, and where a frame alone is. */
const PAGE = 256 << 10;
const SMALL_PAGE = 4 << 10;

/** Reads octets of a file that was read before. Throws EngineError if the file has been replaced since. */
class Pages implements ReadAgain {
  page = new Uint8Array(0);
  private start = 0;
  private buffer = new Uint8Array(0);

  constructor(
    private readonly path: string,
    private readonly ino: number,
  ) {}

  find(position: number, length: number): number {
    const { start, page } = this;
    const after = start + page.length;
    if (position < start || position + length > after) {
      const next = position >= start && position <= after + SMALL_PAGE;
      this.read(position, Math.max(next ? PAGE : SMALL_PAGE, length));
    }
    return position - this.start;
  }

  private read(position: number, length: number): void {
    const file = openSync(this.path, 'r');
    try {
      if (fstatSync(file).ino !== this.ino)
        throw new EngineError('The file was replaced by another one after it was read.');
      if (this.buffer.length < length) this.buffer = new Uint8Array(length);
      let used = 0;
      for (let count = -1; count !== 0 && used < length; used += count)
        count = readSync(file, this.buffer, used, length - used, position + used);
      this.start = position;
      this.page = this.buffer.subarray(0, used);
    } finally {
      closeSync(file);
    }
  }
}
