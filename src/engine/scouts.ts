import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/* Threads that read ahead (see `scouting`). Apart from what they are told, for they are started before that is loaded. */

/** Threads that wait for their errand, by the path of the file that they are for. */
export type Scouts = Map<string, Worker>;

/** Of a file of so many octets the rest takes longer to read than a second reader takes to start. */
export const WORTHWHILE = 256 << 20;

/** Octets of the header of classic pcap. */
export const HEADER = 24;
/** Classic pcap by its magic number, read in little-endian order: byte order, and time stamps in nanoseconds. */
export const MAGIC: Readonly<Record<number, { readonly little: boolean; readonly nanoseconds: boolean }>> = {
  0xa1b2c3d4: { little: true, nanoseconds: false },
  0xd4c3b2a1: { little: false, nanoseconds: false },
  0xa1b23c4d: { little: true, nanoseconds: true },
  0x4d3cb2a1: { little: false, nanoseconds: true },
};

/** A thread that waits for its errand; undefined where it would not help: a single processor, or its script is not at hand. */
export function newScout(): Worker | undefined {
  const script = join(__dirname, 'scout.js');
  if (availableParallelism() < 2 || !existsSync(script)) return undefined;
  const scout = new Worker(script);
  // Whatever befalls it, the first reader can do without; nor is it waited for.
  scout.on('error', () => undefined);
  scout.unref();
  return scout;
}

/** The first octets of a file, at most those of the header. */
export function headerOf(path: string): DataView {
  const header = new Uint8Array(HEADER);
  const file = openSync(path, 'r');
  try {
    return new DataView(header.buffer, 0, readSync(file, header, 0, HEADER, 0));
  } finally {
    closeSync(file);
  }
}

/** Starts a thread for each large capture that the arguments of `inspect` and its like name. Whether it is used is seen later. */
export function sendScouts(args: readonly string[]): Scouts {
  const scouts: Scouts = new Map();
  for (const path of args) {
    const scout = isLarge(path) && scouts.size === 0 ? newScout() : undefined;
    if (scout) scouts.set(path, scout);
  }
  return scouts;
}

function isLarge(path: string): boolean {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat?.isFile() || stat.size < WORTHWHILE) return false;
    const header = headerOf(path);
    return header.byteLength === HEADER && MAGIC[header.getUint32(0, true)] !== undefined;
  } catch {
    // What cannot be read is said by whoever reads it.
    return false;
  }
}
