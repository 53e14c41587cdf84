import { closeSync, openSync, readSync } from 'node:fs';
import { CaptureParser } from '../capture/parser';
import type { CapturedFrame } from '../capture/frame';
import { looksLikeDhcp } from '../codec/dhcpv4/looks';
import { GlanceSkim, Sums } from './skim';
import { Glance, Glanced, type GlancedLink, type GlanceTables } from '../codec/glance';
import type { Beginning } from './scouts';
import { FittingMessages, LooseFrames, type Parcel, type Parcels } from './parcel';
import { Stencils } from './stencils';

/*
 * A large capture is read by two: while the first reader goes through the file from its beginning, a second one (a thread) takes the file's
 * segments one after another from its end. It sorts out what need not be looked at, and what is alike; whatever else may matter, the first
 * reader looks at, in order, when it gets there. They meet where they meet. What the second one found counts only where the first
 * arrives at exactly the record with which it begins.
 */

/** What the second reader is to do. */
export interface Errand {
  readonly path: string;
  readonly size: number;
  readonly beginning: Beginning;
  readonly link: GlancedLink;
  readonly tables: GlanceTables;
  /** Options whose values are holes (`holedOptions`). */
  readonly holed: Uint8Array;
  /** Octets of a segment, and who has taken which: see `Segments`. */
  readonly segment: number;
  readonly owners: Int32Array;
}

/** Who has taken a segment. */
const enum Owner {
  Nobody = 0,
  First = 1,
  Second = 2,
}

/** The segments of a file, each of which one of two readers takes: the first reader from the beginning on, the second one from the end. */
export class Segments {
  constructor(
    private readonly segment: number,
    /** By segment, in memory that both readers share. */
    readonly owners: Int32Array,
  ) {}

  get count(): number {
    return this.owners.length;
  }
  static countOf(size: number, segment: number): number {
    return Math.ceil(size / segment);
  }
  /** Offset of the octet with which a segment begins. */
  startOf(number: number): number {
    return number * this.segment;
  }
  numberAt(offset: number): number {
    return Math.floor(offset / this.segment);
  }
  /** Takes a segment for the first reader. False where the second one has it. */
  enter(number: number): boolean {
    const before: Owner = Atomics.compareExchange(this.owners, number, Owner.Nobody, Owner.First);
    return before !== Owner.Second;
  }
  /** Takes a segment for the second reader. False where the first one has it. */
  take(number: number): boolean {
    const before: Owner = Atomics.compareExchange(this.owners, number, Owner.Nobody, Owner.Second);
    return before === Owner.Nobody;
  }
}

const RECORD = 16;
/** The type of the pcapng block that nearly all packets stand in, and octets of a block that holds nothing. */
const ENHANCED_PACKET = 6;
const LEAST_BLOCK = 12;
const CHUNK = 512 << 10;
/** So many records have to follow one another, before the first is taken for one. */
const CHAIN = 100;
const LARGEST = 256 << 10;
/** Octets in which the first record is looked for: those of a chain of Ethernet's longest frames; then, once, so many. */
const FIRST_WINDOW = 256 << 10;
const WINDOW = 1 << 20;
/** Years of seconds that records of one file may lie apart. */
const APART = 20 * 365 * 86400;
/** Where more than this share of the octets has to be looked at, a second reader is no help. */
const MOST_KEPT = 0.2;

/**
 * Index of the first record with a packet in a window of the file; -1 where none can be told. `near` is the time of the file's first
 * record, of classic pcap.
 */
export function findRecord(
  window: Uint8Array,
  beginning: Omit<Beginning, 'octets' | 'linkType'>,
  near: number,
): number {
  const view = new DataView(window.buffer, window.byteOffset, window.length);
  const next = beginning.form === 'pcapng' ? nextBlock : nextRecord;
  for (let first = 0; first + RECORD <= window.length && first <= LARGEST; first++) {
    if (beginning.form === 'pcapng' && view.getUint32(first, beginning.little) !== ENHANCED_PACKET) continue;
    let at = first;
    let chain = 0;
    while (at >= 0 && chain < CHAIN && at + RECORD <= window.length) {
      at = next(view, at, beginning, near);
      chain++;
    }
    if (at >= 0 && chain === CHAIN) return first;
  }
  return -1;
}

/** Index behind what may be a record of classic pcap; -1 where it is none. */
function nextRecord(
  view: DataView,
  at: number,
  { little, nanoseconds }: Pick<Beginning, 'little' | 'nanoseconds'>,
  near: number,
): number {
  const captured = view.getUint32(at + 8, little);
  const wire = view.getUint32(at + 12, little);
  const plausible =
    captured <= LARGEST &&
    captured <= wire &&
    wire <= LARGEST &&
    view.getUint32(at + 4, little) < (nanoseconds ? 1e9 : 1e6) &&
    Math.abs(view.getUint32(at, little) - near) < APART;
  return plausible ? at + RECORD + captured : -1;
}

/** Index behind what may be a block of pcapng, which tells its length in front and behind; -1 where it is none. */
function nextBlock(view: DataView, at: number, { little }: Pick<Beginning, 'little'>): number {
  const length = view.getUint32(at + 4, little);
  const end = at + length;
  if (length < LEAST_BLOCK || length % 4 !== 0 || length > LARGEST) return -1;
  return end > view.byteLength || view.getUint32(end - 4, little) === length ? end : -1;
}

/**
 * Reads the end of a file, segment by segment, up to where the first reader is. Undefined where what it found is of no use: damage, or no
 * record that could be told.
 */
export function scout(errand: Errand): Parcels | undefined {
  const file = openSync(errand.path, 'r');
  try {
    return new Scout(file, errand).run();
  } finally {
    closeSync(file);
  }
}

class Scout {
  private readonly skim: GlanceSkim;
  private readonly stencils: Stencils;
  private readonly window = new Uint8Array(WINDOW);
  private readonly chunk = new Uint8Array(CHUNK);
  private readonly near: number;
  /** Of the part that is being read. */
  private readonly loose = new LooseFrames();
  private readonly fitting = new FittingMessages();
  private plain = true;

  constructor(
    private readonly file: number,
    private readonly errand: Errand,
  ) {
    this.skim = new GlanceSkim(new Glance(errand.tables, [looksLikeDhcp]), () => errand.link);
    this.stencils = new Stencils(errand.holed);
    const head = new DataView(new ArrayBuffer(RECORD));
    readSync(file, new Uint8Array(head.buffer), 0, RECORD, errand.beginning.octets.length);
    this.near = head.getUint32(0, errand.beginning.little);
  }

  run(): Parcels | undefined {
    const { errand } = this;
    const segments = new Segments(errand.segment, errand.owners);
    const parts: Parcel[] = [];
    let start = errand.size;
    // The first segment is the first reader's: it begins with the file's header.
    for (let number = segments.count - 1; number > 0 && segments.take(number); number--) {
      const found = this.recordFrom(segments.startOf(number), start);
      if (found === undefined) return undefined;
      if (found === start) continue;
      const part = this.read(found, start);
      if (!part) return undefined;
      parts.push(part);
      start = found;
      if (part.loose.octets.length > MOST_KEPT * part.bytes) break;
    }
    if (parts.length === 0) return undefined;
    const frames = parts.reduce((sum, part) => sum + part.sums.frames, 0);
    const sketches = this.stencils.all.map(
      (one) =>
        one && { words: one.words, length: one.length, wireLength: one.wireLength, form: one.form, holes: one.holes },
    );
    return { start, bytes: errand.size - start, frames, parts: parts.reverse(), sketches };
  }

  /**
   * Offset of the first record from an offset on, where it lies before `next`, the record with which the part behind begins. At the end of
   * the file too few may be left to tell: then `next`. Undefined where it cannot be told.
   */
  private recordFrom(offset: number, next: number): number | undefined {
    for (let size = FIRST_WINDOW; size <= WINDOW; size *= WINDOW / FIRST_WINDOW) {
      const filled = readSync(this.file, this.window, 0, size, offset);
      const found = findRecord(this.window.subarray(0, filled), this.errand.beginning, this.near);
      if (found >= 0 && offset + found < next) return offset + found;
    }
    return next === this.errand.size ? next : undefined;
  }

  /** Reads the part of the file from a record on; undefined where it does not end as `end` says. */
  private read(start: number, end: number): Parcel | undefined {
    const { errand, skim, chunk } = this;
    const sums = (skim.sums = new Sums());
    this.plain = true;
    const parser = new CaptureParser(this.sort, skim);
    parser.push(errand.beginning.octets);
    const { comments } = parser.summary;
    const said = comments.length;
    let at = start;
    while (at < end && !parser.stopped) {
      const count = readSync(this.file, chunk, 0, Math.min(CHUNK, end - at), at);
      if (count === 0) return undefined;
      parser.push(chunk.subarray(0, count));
      at += count;
    }
    const { frames, problems, complete, interfaces } = parser.finish();
    if (!complete || problems.length > 0 || !this.plain) return undefined;
    // Nor may there be anything else that the file's summary tells of, or that takes a frame's number (pcapng).
    if (interfaces.length !== 1 || comments.length !== said || parser.last.number !== frames) return undefined;
    return {
      start,
      bytes: end - start,
      sums,
      loose: this.loose.take(),
      fitting: this.fitting.take(),
    };
  }

  /** Puts a frame to those that are alike, or to those that the first reader has to look at. The same function for all parts, for which it is compiled once. */
  private readonly sort = (frame: CapturedFrame): void => {
    // A comment, another interface, and a frame without a time or with one before 1970 or after 2106 are for the first reader.
    const { seconds } = frame;
    if (frame.interface !== 0 || frame.comment !== undefined || !frame.timed || !(seconds >= 0 && seconds < 2 ** 32))
      this.plain = false;
    if (this.skim.seen !== Glanced.Datagram || !this.fits(frame)) this.loose.add(frame);
  };

  private fits(frame: CapturedFrame): boolean {
    const { ip, payload, payloadEnd } = this.skim.glance;
    const sketch =
      this.stencils.match(frame, this.errand.link, ip, payload, payloadEnd) ?? this.stencils.propose(frame, payloadEnd);
    return sketch !== undefined && this.fitting.add(frame, sketch, this.stencils.view);
  }
}
