import { existsSync, openSync, readSync, closeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { glanceTables, linkOf } from '../codec/glanceTables';
import { GlancedLink } from '../codec/glance';
import { dispatch } from '../codec/layers';
import type { Ahead } from '../capture/read';
import { holedOptions } from './holedOptions';
import type { Parcels } from './parcel';
import { Segments, type Errand } from './scouting';

/** Octets that a reader takes at a time: so few that neither waits long for the other in the end. */
const SEGMENT = 4 << 20;
/** Of a file of so many octets the rest takes longer to read than a second reader takes to start. */
const WORTHWHILE = 256 << 20;
/** Where a smaller file has been read for so many milliseconds, and the rest would take so many more, it is worth while too. */
const TRIED = 15;
const REST = 60;

const HEADER = 24;
/** Classic pcap by its magic number, read in little-endian order: byte order, and time stamps in nanoseconds. */
const MAGIC: Readonly<Record<number, { readonly little: boolean; readonly nanoseconds: boolean }>> = {
  0xa1b2c3d4: { little: true, nanoseconds: false },
  0xd4c3b2a1: { little: false, nanoseconds: false },
  0xa1b23c4d: { little: true, nanoseconds: true },
  0x4d3cb2a1: { little: false, nanoseconds: true },
};

/**
 * A second reader for the end of a large file (see `scouting`). Undefined where that would not help: a small file, another format,
 * a link that a glance cannot read, a single processor; or where its script is not at hand.
 */
export function readAhead(path: string, size: number): Ahead<Parcels> | undefined {
  const script = join(__dirname, 'scout.js');
  if (size < 2 * SEGMENT || availableParallelism() < 2 || !existsSync(script)) return undefined;
  const header = new Uint8Array(HEADER);
  const file = openSync(path, 'r');
  try {
    if (readSync(file, header, 0, HEADER, 0) < HEADER) return undefined;
  } finally {
    closeSync(file);
  }
  const view = new DataView(header.buffer);
  const kind = MAGIC[view.getUint32(0, true)];
  const linkType = kind ? view.getUint32(20, kind.little) & 0xffff : -1;
  const link = linkOf(dispatch, linkType);
  if (!kind || link === GlancedLink.Other) return undefined;
  const owners = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * Segments.countOf(size, SEGMENT)));
  const errand = { path, size, header, ...kind, link, owners, segment: SEGMENT };
  return new SecondReader(
    script,
    () => ({ ...errand, tables: glanceTables(dispatch), holed: holedOptions() }),
    size,
    owners,
  );
}

class SecondReader implements Ahead<Parcels> {
  met: { readonly start: number; readonly part: Parcels } | undefined;
  private readonly segments: Segments;
  private worker: Worker | undefined;
  private found: Promise<void> | undefined;
  /** The first reader's segment. */
  private entered = 0;
  private readonly began = performance.now();

  constructor(
    private readonly script: string,
    private readonly errand: () => Errand,
    private readonly size: number,
    owners: Int32Array,
  ) {
    this.segments = new Segments(SEGMENT, owners);
    if (size >= WORTHWHILE) this.start();
  }

  reach(end: number): Promise<void> | undefined {
    const last = Math.min(this.segments.numberAt(end - 1), this.segments.count - 1);
    if (last === this.entered) return undefined;
    if (!this.worker) {
      const elapsed = performance.now() - this.began;
      if (elapsed >= TRIED && (elapsed * (this.size - end)) / end >= REST) this.start();
    }
    while (this.entered < last && this.segments.enter(this.entered + 1)) this.entered++;
    if (this.entered === last || !this.worker) return undefined;
    // From here on the other one has read, or found that it cannot.
    this.worker.ref();
    return this.found;
  }

  private start(): void {
    const worker = new Worker(this.script, { workerData: this.errand() });
    this.worker = worker;
    this.found = new Promise((resolve) => {
      worker.on('message', (parcels: Parcels | undefined) => {
        if (parcels) this.met = { start: parcels.start, part: parcels };
        resolve();
      });
      // Whatever befalls it, the first reader can do without.
      worker.on('error', () => resolve());
      worker.on('exit', () => resolve());
    });
    worker.unref();
  }

  stop(): void {
    void this.worker?.terminate();
  }
}
