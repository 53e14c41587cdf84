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

/** Who makes network cards, by the table that the build puts beside the bundles. */
export const vendors = new Vendors(() => {
  try {
    return brotliDecompressSync(readFileSync(join(__dirname, 'vendors.br'))).toString();
  } catch {
    return undefined;
  }
});

/** A file on this machine's disk. Rejects with the system's error where there is none, or where it is a folder. */
export async function fileSource(path: string): Promise<Source> {
  const file = await stat(path);
  return {
    name: basename(path),
    size: file.size,
    chunks: (signal) => fileChunks(path, signal),
    ...(file.isFile() ? { readAgain: pages(path, file.ino) } : {}),
    gunzip,
  };
}

/** When the used share of the memory has grown by so much, it is looked for again how much of it is alive. */
const NEW = 0.1;
/** What was alive when that was last looked for. */
let alive = 0;
class Nothing {}

/**
 * Whether more than a share (0 to 1) of the memory that this thread may use for objects is in use. Garbage may be several times as
 * much as what is alive, and does not count: it is collected where it matters, which takes its time, so not before much has come.
 */
export function heapExceeds(share: number): boolean {
  const { used_heap_size: used, heap_size_limit: whole } = getHeapStatistics();
  // A worker's own limit is for objects that have lived for a while, and comes before that of the heap as a whole.
  const { maxOldGenerationSizeMb: own } = resourceLimits;
  const limit = own ? own * 2 ** 20 : whole;
  if (used <= share * limit) return false;
  if (used > alive + NEW * limit) {
    // To count the objects of a class, the engine collects all garbage.
    queryObjects(Nothing, { format: 'count' });
    alive = getHeapStatistics().used_heap_size;
  }
  return alive > share * limit;
}

/** Standard input: its size is not known beforehand. */
export function standardInputSource(): Source {
  return { name: 'standard input', chunks: () => standardInput(), gunzip };
}

/** Octets of a file that are read at a time: who asks for a frame mostly asks for the next one then. */
const PAGE = 256 << 10;

/** Reads octets of a file that was read before. Throws EngineError where it is another file by now. */
function pages(path: string, ino: number): ReadAgain {
  let start = 0;
  let page = new Uint8Array(0);
  return (position, length) => {
    if (position < start || position + length > start + page.length) {
      start = position;
      page = readAt(path, ino, position, Math.max(PAGE, length));
    }
    // A page is never written to again.
    return page.subarray(position - start, position - start + length);
  };
}

function readAt(path: string, ino: number, position: number, length: number): Uint8Array<ArrayBuffer> {
  const file = openSync(path, 'r');
  try {
    if (fstatSync(file).ino !== ino) throw new EngineError('The file was replaced by another one after it was read.');
    const octets = new Uint8Array(length);
    let used = 0;
    for (let count = -1; count !== 0 && used < length; used += count)
      count = readSync(file, octets, used, length - used, position + used);
    return octets.subarray(0, used);
  } finally {
    closeSync(file);
  }
}
