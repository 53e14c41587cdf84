import { resourceLimits, type Worker } from 'node:worker_threads';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import { fileChunks, gunzip, standardInput } from '../capture/node';
import { readAhead } from './ahead';
import type { Source } from './capture';

/** A file on this machine's disk. Rejects with the system's error where there is none, or where it is a folder. `early`: a thread that waits to read ahead in it. */
export async function fileSource(path: string, early?: Worker): Promise<Source> {
  const { size } = await stat(path);
  return {
    name: basename(path),
    size,
    chunks: (signal) => fileChunks(path, signal),
    ahead: () => readAhead(path, size, early),
    gunzip,
  };
}

/** Which share of the memory that this thread may use for objects is in use: 0 to 1. */
export function heapShare(): number {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  // A worker's own limit is for objects that have lived for a while, and comes before that of the heap as a whole.
  const { maxOldGenerationSizeMb: own } = resourceLimits;
  return used / (own ? own * 2 ** 20 : limit);
}

/** Standard input: its size is not known beforehand. */
export function standardInputSource(): Source {
  return { name: 'standard input', chunks: () => standardInput(), gunzip };
}
