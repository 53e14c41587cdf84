import { closeSync, openSync, readSync } from 'node:fs';
import { CaptureParser } from '../capture/parser';
import type { CapturedFrame } from '../capture/frame';
import { looksLikeDhcp } from '../codec/dhcpv4/looks';
import { Glance, Glanced, type GlancedLink, type GlanceTables } from '../codec/glance';
import { ParcelWriter, type Parcel } from './parcel';

/*
 * A gigabyte of other traffic with a few DHCP messages is read by two: while the first reader goes through the file from its beginning, a
 * second one (a thread) finds a record somewhere behind the middle, and goes through the rest. It only sorts out what need not be
 * looked at; whatever may matter, the first reader looks at, in order, when it gets there. What the second one found counts only where the
 * first arrives at exactly the record with which it began.
 */

/** What the second reader is to do. */
export interface Errand {
  readonly path: string;
  readonly size: number;
  /** The file's header, 24 octets of classic pcap. */
  readonly header: Uint8Array;
  /** Where to look for a record from. */
  readonly from: number;
  readonly little: boolean;
  readonly nanoseconds: boolean;
  readonly link: GlancedLink;
  readonly tables: GlanceTables;
}

const RECORD = 16;
const WINDOW = 1 << 20;
const CHUNK = 512 << 10;
/** So many records have to follow one another, before the first is taken for one. */
const CHAIN = 100;
const LARGEST = 256 << 10;
/** Years of seconds that records of one file may lie apart. */
const APART = 20 * 365 * 86400;
/** Where more than this share of the octets has to be looked at, a second reader is no help. */
const MOST_KEPT = 0.2;

/** Index of the first record in a window of the file; -1 where none can be told. `near` is the time of the file's first record. */
export function findRecord(window: Uint8Array, errand: Pick<Errand, 'little' | 'nanoseconds'>, near: number): number {
  const view = new DataView(window.buffer, window.byteOffset, window.length);
  const { little } = errand;
  const limit = errand.nanoseconds ? 1e9 : 1e6;
  const next = (at: number): number => {
    const captured = view.getUint32(at + 8, little);
    const wire = view.getUint32(at + 12, little);
    const plausible =
      captured <= LARGEST &&
      captured <= wire &&
      wire <= LARGEST &&
      view.getUint32(at + 4, little) < limit &&
      Math.abs(view.getUint32(at, little) - near) < APART;
    return plausible ? at + RECORD + captured : -1;
  };
  for (let first = 0; first + RECORD <= window.length && first <= LARGEST; first++) {
    let at = first;
    let chain = 0;
    while (at >= 0 && chain < CHAIN && at + RECORD <= window.length) {
      at = next(at);
      chain++;
    }
    if (at >= 0 && chain === CHAIN) return first;
  }
  return -1;
}

/**
 * Reads the rest of a file from a record behind `from` on; tells by `onStart` with which octet that begins. Undefined where what it finds
 * is of no use: damage, or too much that has to be looked at.
 */
export function scout(errand: Errand, onStart: (offset: number) => void): Parcel | undefined {
  const file = openSync(errand.path, 'r');
  try {
    const window = new Uint8Array(WINDOW);
    const head = new DataView(new ArrayBuffer(RECORD));
    readSync(file, new Uint8Array(head.buffer), 0, RECORD, errand.header.length);
    const filled = readSync(file, window, 0, WINDOW, errand.from);
    const found = findRecord(window.subarray(0, filled), errand, head.getUint32(0, errand.little));
    if (found < 0) return undefined;
    onStart(errand.from + found);
    return readOn(file, errand, errand.from + found);
  } finally {
    closeSync(file);
  }
}

function readOn(file: number, errand: Errand, start: number): Parcel | undefined {
  const glance = new Glance(errand.tables, [looksLikeDhcp]);
  const glanced = [0, 0, 0, 0];
  const writer = new ParcelWriter();
  let firstTime = Infinity;
  let lastTime = 0;
  const parser = new CaptureParser((frame: CapturedFrame) => {
    const time = frame.seconds + frame.nanoseconds / 1e9;
    if (time < firstTime) firstTime = time;
    if (time > lastTime) lastTime = time;
    const seen = glance.look(frame.bytes, frame.start, frame.end, errand.link);
    if (seen === Glanced.Tcp || seen === Glanced.Udp) {
      glanced[seen]!++;
      return;
    }
    writer.add(frame);
  });
  parser.push(errand.header);
  const chunk = new Uint8Array(CHUNK);
  let at = start;
  while (at < errand.size) {
    const count = readSync(file, chunk, 0, Math.min(CHUNK, errand.size - at), at);
    if (count === 0) break;
    parser.push(chunk.subarray(0, count));
    at += count;
    const much = writer.used > MOST_KEPT * (at - start) && at - start > WINDOW;
    if (parser.stopped || much) return undefined;
  }
  const { frames, problems, complete } = parser.finish();
  if (at !== errand.size || !complete || problems.length > 0) return undefined;
  return {
    bytes: at - start,
    frames,
    glanced,
    firstTime,
    lastTime,
    kept: writer.kept,
    octets: writer.written,
  };
}
