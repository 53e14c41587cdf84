import type { Worker } from 'node:worker_threads';
import type { Ahead } from '../capture/read';
import { GlancedLink } from '../codec/glance';
import { glanceTables, linkOf } from '../codec/glanceTables';
import { dispatch } from '../codec/layers';
import { holedOptions } from './holedOptions';
import type { Parcels } from './parcel';
import { beginningOf, newScout, WORTHWHILE } from './scouts';
import { Segments, type Errand } from './scouting';

/** Octets that a reader takes at a time: so few that neither waits long for the other in the end. */
const SEGMENT = 4 << 20;
/** Where a smaller file has been read for so many milliseconds, and the rest would take so many more, it is worth while too. */
const TRIED = 15;
const REST = 60;

/**
 * A second reader for the end of a large file (see `scouting`). Undefined where that would not help: a small file, another format,
 * a link that a glance cannot read. `early`: a thread that waits for this errand already.
 */
export function readAhead(path: string, size: number, early?: Worker): Ahead<Parcels> | undefined {
  if (size < 2 * SEGMENT) return undefined;
  const beginning = beginningOf(path);
  const link = beginning ? linkOf(dispatch, beginning.linkType) : GlancedLink.Other;
  if (!beginning || link === GlancedLink.Other) {
    void early?.terminate();
    return undefined;
  }
  const owners = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * Segments.countOf(size, SEGMENT)));
  const tables = glanceTables(dispatch);
  const errand = { path, size, beginning, link, tables, holed: holedOptions(), owners, segment: SEGMENT };
  return new SecondReader(errand, early);
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
    private readonly errand: Errand,
    early: Worker | undefined,
  ) {
    this.segments = new Segments(errand.segment, errand.owners);
    if (early ?? errand.size >= WORTHWHILE) this.send(early ?? newScout());
  }

  reach(end: number): Promise<void> | undefined {
    const last = Math.min(this.segments.numberAt(end - 1), this.segments.count - 1);
    if (last === this.entered) return undefined;
    if (!this.worker) {
      const elapsed = performance.now() - this.began;
      if (elapsed >= TRIED && (elapsed * (this.errand.size - end)) / end >= REST) this.send(newScout());
    }
    while (this.entered < last && this.segments.enter(this.entered + 1)) this.entered++;
    if (this.entered === last || !this.worker) return undefined;
    // From here on the other one has read, or found that it cannot.
    this.worker.ref();
    return this.found;
  }

  private send(worker: Worker | undefined): void {
    this.worker = worker;
    if (!worker) return;
    worker.postMessage(this.errand);
    this.found = new Promise((resolve) => {
      worker.on('message', (parcels: Parcels | undefined) => {
        if (parcels) this.met = { start: parcels.start, part: parcels };
        resolve();
      });
      worker.on('error', () => resolve());
      worker.on('exit', () => resolve());
    });
    worker.unref();
  }

  stop(): void {
    void this.worker?.terminate();
  }
}
