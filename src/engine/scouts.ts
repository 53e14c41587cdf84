import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/* Threads that read ahead (see `scouting`). Apart from what they are told, for they are started before that is loaded. */

/** Threads that wait for their errand, by the path of the file that they are for. */
export type Scouts = Map<string, Worker>;

/** Of a file of so many octets the rest takes longer to read than a second reader takes to start. */
export const WORTHWHILE = 256 << 20;

/** How a capture begins, as far as a second reader has to know it. */
export interface Beginning {
  readonly form: 'pcap' | 'pcapng';
  readonly little: boolean;
  /** Time stamps in nanoseconds; of classic pcap. */
  readonly nanoseconds: boolean;
  readonly linkType: number;
  /** All that stands before the first record. */
  readonly octets: Uint8Array;
}

/** Classic pcap by its magic number, read in little-endian order: byte order, and time stamps in nanoseconds. */
const MAGIC: Readonly<Record<number, { readonly little: boolean; readonly nanoseconds: boolean }>> = {
  0xa1b2c3d4: { little: true, nanoseconds: false },
  0xd4c3b2a1: { little: false, nanoseconds: false },
  0xa1b23c4d: { little: true, nanoseconds: true },
  0x4d3cb2a1: { little: false, nanoseconds: true },
};
/** Octets of the header of classic pcap. */
const PCAP_HEADER = 24;
/** Types of pcapng blocks, and the number by which a section tells its byte order. */
const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const PACKETS: readonly number[] = [2, 3, 6];
const LITTLE = 0x1a2b3c4d;
/** Octets in which the first packet of a pcapng file has to begin. */
const LONGEST_BEGINNING = 64 << 10;

/** How a capture file begins; undefined where it is of another format, or of more than one interface. */
export function beginningOf(path: string): Beginning | undefined {
  const first = new Uint8Array(LONGEST_BEGINNING);
  const file = openSync(path, 'r');
  try {
    const view = new DataView(first.buffer, 0, readSync(file, first, 0, first.length, 0));
    if (view.byteLength < PCAP_HEADER) return undefined;
    const kind = MAGIC[view.getUint32(0, true)];
    if (!kind) return view.getUint32(0) === SECTION ? pcapngBeginning(view) : undefined;
    const linkType = view.getUint32(20, kind.little) & 0xffff;
    return { form: 'pcap', ...kind, linkType, octets: first.slice(0, PCAP_HEADER) };
  } finally {
    closeSync(file);
  }
}

function pcapngBeginning(view: DataView): Beginning | undefined {
  const little = view.getUint32(8, true) === LITTLE;
  let linkType = -1;
  for (let at = 0; at + 12 <= view.byteLength;) {
    const type = view.getUint32(at, little);
    const length = view.getUint32(at + 4, little);
    if (PACKETS.includes(type)) {
      const octets = new Uint8Array(view.buffer.slice(0, at));
      return linkType < 0 ? undefined : { form: 'pcapng', little, nanoseconds: false, linkType, octets };
    }
    if (length < 12 || length % 4 !== 0 || (type === SECTION && at > 0)) return undefined;
    if (type === INTERFACE) {
      if (linkType >= 0) return undefined;
      linkType = view.getUint16(at + 8, little);
    }
    at += length;
  }
  return undefined;
}

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
    return stat?.isFile() === true && stat.size >= WORTHWHILE && beginningOf(path) !== undefined;
  } catch {
    // What cannot be read is said by whoever reads it.
    return false;
  }
}
