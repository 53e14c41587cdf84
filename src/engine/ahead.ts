import { existsSync, openSync, readSync, closeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { glanceTables, linkOf } from '../codec/glanceTables';
import { GlancedLink } from '../codec/glance';
import { dispatch } from '../codec/layers';
import type { Ahead } from '../capture/read';
import type { Parcel } from './parcel';
import type { Errand } from './scouting';

/** Files of fewer octets are read to their end before a second reader has started. */
const WORTHWHILE = 256 << 20;
/** Octets that are read while the second reader starts. */
const HEAD_START = 130 << 20;

const HEADER = 24;
/** Classic pcap by its magic number, read in little-endian order: byte order, and time stamps in nanoseconds. */
const MAGIC: Readonly<Record<number, { readonly little: boolean; readonly nanoseconds: boolean }>> = {
  0xa1b2c3d4: { little: true, nanoseconds: false },
  0xd4c3b2a1: { little: false, nanoseconds: false },
  0xa1b23c4d: { little: true, nanoseconds: true },
  0x4d3cb2a1: { little: false, nanoseconds: true },
};

/**
 * Sends a second reader ahead into a large file (see `scouting`). Undefined where that would not help: a small file, another format,
 * a link that a glance cannot read, a single processor; or where its script is not at hand.
 */
export function readAhead(path: string, size: number): Ahead<Parcel> | undefined {
  const script = join(__dirname, 'scout.js');
  if (size < WORTHWHILE || availableParallelism() < 2 || !existsSync(script)) return undefined;
  const header = new Uint8Array(HEADER);
  const file = openSync(path, 'r');
  try {
    if (readSync(file, header, 0, HEADER, 0) < HEADER) return undefined;
  } finally {
    closeSync(file);
  }
  const view = new DataView(header.buffer);
  const kind = MAGIC[view.getUint32(0, true)];
  const link = kind ? linkOf(dispatch, view.getUint32(20, kind.little) & 0xffff) : GlancedLink.Other;
  if (!kind || link === GlancedLink.Other) return undefined;
  const from = Math.floor((size + HEAD_START) / 2);
  const errand: Errand = { path, size, header, from, ...kind, link, tables: glanceTables(dispatch) };
  return new SecondReader(script, errand);
}

class SecondReader implements Ahead<Parcel> {
  start: number | undefined;
  private readonly worker: Worker;
  private readonly parcel: Promise<Parcel | undefined>;

  constructor(script: string, errand: Errand) {
    this.worker = new Worker(script, { workerData: errand });
    this.parcel = new Promise((resolve) => {
      this.worker.on('message', (message: { start?: number; parcel?: Parcel }) => {
        if (message.start !== undefined) this.start = message.start;
        else resolve(message.parcel);
      });
      // Whatever befalls it, the first reader can do without.
      this.worker.on('error', () => resolve(undefined));
      this.worker.on('exit', () => resolve(undefined));
    });
    this.worker.unref();
  }

  take(): Promise<Parcel | undefined> {
    // Now somebody waits for it.
    this.worker.ref();
    return this.parcel;
  }

  stop(): void {
    void this.worker.terminate();
  }
}
