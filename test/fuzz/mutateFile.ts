/** Damage to capture files: to their records and blocks as a whole, and to their octets. All choices come from the random numbers given. */
import { concat } from '../../src/codec/bytes';
import type { Random } from './random';

/** A file in the pieces that it is made of: its header, and each record or block. What is left over is the last of them. */
export interface Pieces {
  readonly format: 'pcap' | 'pcapng' | 'snoop' | 'none';
  readonly little: boolean;
  readonly parts: Uint8Array[];
}

/** Files are kept below this: many small ones find more than a few large ones. */
const LONGEST = 400_000;
/** Bounds of signs and lengths. */
const INTERESTING = [
  0, 1, 7, 8, 12, 13, 16, 255, 256, 65535, 65536, 262144, 262145, 0x7fffffff, 0x80000000, 0xffffffff,
] as const;

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Where each format has the length of a record, and what a record has beside it; read by a rule of this file's own. */
export function piecesOf(file: Uint8Array): Pieces {
  const octets = view(file);
  const magic = file.length >= 24 ? octets.getUint32(0) : 0;
  const big = [0xa1b2c3d4, 0xa1b23c4d].includes(magic);
  const little = [0xd4c3b2a1, 0x4d3cb2a1].includes(magic);
  if (big || little) return split(file, 'pcap', little, 24, (at) => 16 + octets.getUint32(at + 8, little));
  if (magic === 0x0a0d0d0a) {
    const order = octets.getUint32(8) === 0x4d3c2b1a;
    return split(file, 'pcapng', order, 0, (at) => octets.getUint32(at + 4, order));
  }
  if (magic === 0x736e6f6f) return split(file, 'snoop', false, 16, (at) => octets.getUint32(at + 8));
  return { format: 'none', little: false, parts: [file] };
}

function split(
  file: Uint8Array,
  format: Pieces['format'],
  little: boolean,
  header: number,
  length: (at: number) => number,
): Pieces {
  const parts = header > 0 ? [file.slice(0, header)] : [];
  let at = header;
  while (at + 16 <= file.length) {
    const size = length(at);
    if (size < 8 || at + size > file.length) break;
    parts.push(file.slice(at, at + size));
    at += size;
  }
  if (at < file.length) parts.push(file.slice(at));
  return { format, little, parts };
}

interface Work extends Pieces {
  readonly random: Random;
  /** Pieces of another file. */
  readonly others: Pieces;
}

type Mutation = (work: Work) => void;

const anyPart = ({ parts, random }: Work): number => random.below(parts.length);
/** A record, never the file's header. */
const anyRecord = ({ parts, random }: Work): number => Math.min(parts.length - 1, 1 + random.below(parts.length - 1));

/** Writes a number of 32 bits somewhere. */
function put(work: Work, at: number, value: number, index = anyRecord(work)): void {
  const part = work.parts[index]!;
  if (at + 4 <= part.length) view(part).setUint32(at, value >>> 0, work.little);
}

function lie(work: Work, places: readonly number[]): void {
  const { random, parts } = work;
  const index = anyPart(work);
  const part = parts[index]!;
  const at = random.pick(places);
  if (at + 4 > part.length) return;
  const old = view(part).getUint32(at, work.little);
  put(work, at, random.pick([...INTERESTING, old + 1, old - 1, old + 4, old - 4, old * 2, random.next()]), index);
}

/** By name, so that a report can say what was done. */
export const FILE_MUTATIONS: Readonly<Record<string, Mutation>> = {
  'a record twice'(work) {
    const index = anyRecord(work);
    work.parts.splice(index, 0, work.parts[index]!.slice());
  },
  'a record many times'(work) {
    const index = anyRecord(work);
    const part = work.parts[index]!;
    const times = Math.min(work.random.once(10) ? 2000 : 100, Math.floor(LONGEST / 2 / Math.max(16, part.length)));
    work.parts.splice(index, 0, ...Array.from({ length: work.random.below(times) }, () => part));
  },
  'records in another order'(work) {
    const { parts } = work;
    const [a, b] = [anyRecord(work), anyRecord(work)];
    [parts[a], parts[b]] = [parts[b]!, parts[a]!];
  },
  'a record away'(work) {
    if (work.parts.length > 2) work.parts.splice(anyRecord(work), 1);
  },
  'a record cut'(work) {
    const index = anyRecord(work);
    work.parts[index] = work.parts[index]!.slice(0, work.random.below(work.parts[index]!.length));
  },
  'the file cut'(work) {
    const index = anyPart(work);
    work.parts.length = index + 1;
    work.parts[index] = work.parts[index]!.slice(0, work.random.below(work.parts[index]!.length + 1));
  },
  'a record of another file'(work) {
    work.parts.splice(anyRecord(work), 0, work.random.pick(work.others.parts).slice());
  },
  'the other file behind it'(work) {
    work.parts.push(...work.others.parts.map((part) => part.slice()));
  },
  'a length that lies'(work) {
    lie(work, { pcap: [8, 12, 16, 20], pcapng: [4, 20, 24], snoop: [0, 4, 8], none: [0, 4, 8] }[work.format]);
  },
  'another time'(work) {
    lie(work, { pcap: [0, 4], pcapng: [12, 16], snoop: [16, 20], none: [0] }[work.format]);
  },
  'another link'(work) {
    const value = work.random.once(2) ? work.random.below(300) : work.random.next();
    put(
      work,
      work.format === 'pcap' ? 20 : work.format === 'snoop' ? 12 : 8,
      value,
      work.format === 'pcapng' ? anyPart(work) : 0,
    );
  },
  'another kind of block'(work) {
    if (work.format === 'pcapng')
      put(work, 0, work.random.pick([1, 2, 3, 4, 5, 6, 9, 0xbad, 0x0a0d0d0a, work.random.next()]));
  },
  'octets of the message'(work) {
    const part = work.parts[anyRecord(work)]!;
    for (let i = work.random.below(4); i >= 0; i--)
      part[work.random.below(part.length)] = work.random.once(2)
        ? work.random.next()
        : work.random.pick([0, 1, 53, 82, 127, 128, 255]);
  },
  'a bit'(work) {
    const part = work.parts[anyPart(work)]!;
    if (part.length > 0) part[work.random.below(part.length)]! ^= 1 << work.random.below(8);
  },
  'octets between'(work) {
    const noise = Uint8Array.from({ length: work.random.below(40) }, () => work.random.next());
    work.parts.splice(anyPart(work), 0, noise);
  },
};

const NAMES = Object.keys(FILE_MUTATIONS);

/** A damaged copy of a file: one to six changes. */
export function mutateFile(
  file: Uint8Array,
  other: Uint8Array,
  random: Random,
): { readonly bytes: Uint8Array; readonly done: readonly string[] } {
  const { format, little, parts } = piecesOf(file);
  // Of a large file, a run of its records will do.
  const most = 4000;
  const from = parts.length > most ? 1 + random.below(parts.length - most) : 1;
  const kept = [...parts.slice(0, 1), ...parts.slice(from, from + most)].map((part) => part.slice());
  const work: Work = { format, little, parts: kept, random, others: piecesOf(other) };
  const done: string[] = [];
  for (let left = 1 + random.below(6); left > 0 && work.parts.length > 0; left--) {
    const name = random.pick(NAMES);
    FILE_MUTATIONS[name]!(work);
    done.push(name);
  }
  return { bytes: concat(work.parts).slice(0, LONGEST), done };
}
