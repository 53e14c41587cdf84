/** Damage to messages, as networks, careless programs and attackers do it. All choices come from the random numbers given. */
import { concat } from '../../src/codec/bytes';
import { OPTIONS_AT, OFFSET } from '../../src/codec/dhcpv4';
import type { Random } from './random';
import { refit, type Family, type Seed } from './seeds';

/** Octets that code likes to stumble over: bounds of signs and lengths, Pad and End, compression pointers. */
const INTERESTING = [0, 1, 2, 3, 4, 6, 16, 17, 52, 53, 63, 64, 0x7f, 0x80, 0xc0, 0xfe, 0xff] as const;
/** A frame longer than this is cut: no capture has one. */
const LONGEST = 65_549;

/** One option as it stands in a message that may be damaged already. */
interface Place {
  /** Index of the code's first octet. */
  readonly at: number;
  /** Index of the value's first octet. */
  readonly value: number;
  /** Index behind the value's last octet. */
  readonly end: number;
}

/** A message that is being mutated. */
interface Work {
  bytes: Uint8Array;
  /** Where the message stands. */
  readonly at: number;
  end: number;
  readonly family: Family;
  readonly random: Random;
  readonly seeds: readonly Seed[];
}

function splice(work: Work, at: number, remove: number, insert: Uint8Array): void {
  const { bytes } = work;
  work.bytes = concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);
  work.end += insert.length - remove;
}

/** The options of a message, read by a rule of this file's own: wherever the codec would not look, it damages too. */
function placesOf({ bytes, at, end, family }: Work): Place[] {
  const places: Place[] = [];
  if (family === 'dhcp') {
    for (let i = at + OPTIONS_AT; i + 1 < end && bytes[i] !== 255;) {
      if (bytes[i] === 0) {
        i++;
        continue;
      }
      const behind = Math.min(end, i + 2 + bytes[i + 1]!);
      places.push({ at: i, value: i + 2, end: behind });
      i = behind;
    }
  } else if (family === 'dhcpv6') {
    const relay = bytes[at] === 12 || bytes[at] === 13;
    for (let i = at + (relay ? 34 : 4); i + 4 <= end;) {
      const behind = Math.min(end, i + 4 + bytes[i + 2]! * 256 + bytes[i + 3]!);
      places.push({ at: i, value: i + 4, end: behind });
      i = behind;
    }
  }
  return places;
}

function anyIndex({ at, end, random }: Work): number {
  return at + random.below(end - at);
}

function noise(random: Random, length: number): Uint8Array {
  const out = new Uint8Array(length);
  const kind = random.below(3);
  const one = random.pick(INTERESTING);
  for (let i = 0; i < length; i++) out[i] = kind === 0 ? random.next() : kind === 1 ? one : random.pick(INTERESTING);
  return out;
}

/** Writes a length field that lies: one more, one less, nothing, all, or more than there is. */
function lie(work: Work, at: number, size: number): void {
  const { bytes, random } = work;
  if (at < 0 || at + size > bytes.length) return;
  const old = size === 1 ? bytes[at]! : bytes[at]! * 256 + bytes[at + 1]!;
  const most = size === 1 ? 255 : 65535;
  const left = work.end - at - size;
  const value = random.pick([old + 1, old - 1, 0, 1, most, most - 1, left, left + 1, left - 1, old * 2, random.next()]);
  const clipped = ((value % (most + 1)) + most + 1) % (most + 1);
  if (size === 2) bytes[at] = clipped >> 8;
  bytes[at + size - 1] = clipped & 255;
}

type Mutation = (work: Work) => void;

const sizeOfLength = (work: Work): number => (work.family === 'dhcpv6' ? 2 : 1);

/** By name, so that a report can say what was done. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'flip a bit'(work) {
    const at = anyIndex(work);
    work.bytes[at]! ^= 1 << work.random.below(8);
  },
  'set an octet'(work) {
    work.bytes[anyIndex(work)] = work.random.once(2) ? work.random.next() : work.random.pick(INTERESTING);
  },
  'set a run'(work) {
    const at = anyIndex(work);
    const run = noise(work.random, 1 + work.random.below(Math.min(16, work.end - at)));
    work.bytes.set(run.subarray(0, work.end - at), at);
  },
  truncate(work) {
    const at = anyIndex(work);
    splice(work, at, work.end - at, new Uint8Array(0));
  },
  insert(work) {
    splice(work, anyIndex(work), 0, noise(work.random, 1 + work.random.below(20)));
  },
  remove(work) {
    const at = anyIndex(work);
    splice(work, at, Math.min(1 + work.random.below(12), work.end - at), new Uint8Array(0));
  },
  'copy a run'(work) {
    const from = anyIndex(work);
    const part = work.bytes.slice(from, Math.min(work.end, from + 1 + work.random.below(64)));
    splice(work, anyIndex(work), 0, part);
  },
  splice(work) {
    const other = work.random.pick(work.seeds);
    const from = other.at + work.random.below(other.end - other.at);
    const at = anyIndex(work);
    splice(work, at, work.end - at, other.bytes.slice(from, other.end));
  },
  'lie about an option’s length'(work) {
    const places = placesOf(work);
    if (places.length > 0) lie(work, work.random.pick(places).value - sizeOfLength(work), sizeOfLength(work));
  },
  'lie inside an option'(work) {
    const places = placesOf(work).filter(({ value, end }) => end > value);
    if (places.length === 0) return;
    const { value, end } = work.random.pick(places);
    const at = value + work.random.below(end - value);
    lie(work, at, at + 1 < end && work.random.once(2) ? 2 : 1);
  },
  'repeat an option'(work) {
    const places = placesOf(work);
    if (places.length === 0) return;
    const { at, end } = work.random.pick(places);
    const copy = work.bytes.slice(at, end);
    const times = work.random.once(40) ? 1 + work.random.below(300) : 1 + work.random.below(3);
    splice(work, work.random.pick(places).at, 0, concat(Array.from({ length: times }, () => copy)));
  },
  'change an option’s code'(work) {
    const places = placesOf(work);
    if (places.length === 0) return;
    const { at, value } = work.random.pick(places);
    const { random } = work;
    if (work.family === 'dhcp') work.bytes[at] = random.below(256);
    else if (value - at === 4) {
      work.bytes[at] = random.once(30) ? random.next() : 0;
      work.bytes[at + 1] = random.below(152);
    }
  },
  'borrow an option'(work) {
    const other = work.random.pick(work.seeds);
    const theirs = placesOf({ ...work, bytes: other.bytes, at: other.at, end: other.end, family: other.family });
    const mine = placesOf(work);
    if (theirs.length === 0 || mine.length === 0) return;
    const { at, end } = work.random.pick(theirs);
    splice(work, work.random.pick(mine).at, 0, other.bytes.slice(at, end));
  },
  'cut an option in two'(work) {
    const places = placesOf(work).filter(({ value, end }) => end - value >= 2);
    if (places.length === 0) return;
    const { at, value, end } = work.random.pick(places);
    if (work.family !== 'dhcp') return lie(work, value - 2, 2);
    const first = 1 + work.random.below(end - value - 1);
    work.bytes[at + 1] = first;
    splice(work, value + first, 0, Uint8Array.of(work.bytes[at]!, end - value - first));
  },
  overload(work) {
    if (work.family !== 'dhcp') return;
    const places = placesOf(work);
    const { random } = work;
    if (places.length === 0) return;
    splice(work, random.pick(places).at, 0, Uint8Array.of(52, random.once(8) ? 2 : 1, random.below(5)));
    // Options, whole and damaged, in the fields that are lent now.
    const { value, end, at } = random.pick(places);
    const field = work.at + (random.once(2) ? OFFSET.file : OFFSET.sname);
    const piece = work.bytes.slice(at, Math.min(end, value + 60));
    if (field + piece.length <= work.end) work.bytes.set(piece, field);
  },
  'lie about a fixed field'(work) {
    if (work.family === 'dhcp') {
      const at = work.at + work.random.pick([OFFSET.op, OFFSET.htype, OFFSET.hlen, OFFSET.hops, OFFSET.flags, 236]);
      if (at < work.end) work.bytes[at] = work.random.pick(INTERESTING);
    } else if (work.family === 'dhcpv6') work.bytes[work.at] = work.random.below(40);
  },
  'run of lengths'(work) {
    // The same length at every octet: whatever is taken for a length field lies.
    const at = anyIndex(work);
    const length = Math.min(work.end - at, 4 + work.random.below(60));
    work.bytes.fill(work.random.pick([0, 1, 2, 0xc0, 0xff, work.random.below(64)]), at, at + length);
  },
};

const NAMES = Object.keys(MUTATIONS);

/** One mutated frame. */
export interface Mutant {
  readonly seed: Seed;
  readonly bytes: Uint8Array;
  /** Where the message stands, or is meant to. */
  readonly at: number;
  readonly end: number;
  /** What was done, in order. */
  readonly done: readonly string[];
}

/** Makes a mutant of one of the seeds: between one and six changes to its message, now and then to the whole frame. */
export function mutate(seeds: readonly Seed[], random: Random): Mutant {
  const seed = random.pick(seeds);
  const headers = seed.family === 'none' || random.once(6);
  const work: Work = {
    bytes: seed.bytes.slice(),
    at: headers ? 0 : seed.at,
    end: headers ? seed.bytes.length : seed.end,
    family: headers ? 'none' : seed.family,
    random,
    seeds,
  };
  const done: string[] = [];
  for (let left = 1 + random.below(6); left > 0 && work.end > work.at; left--) {
    const name = NAMES[random.below(NAMES.length)]!;
    MUTATIONS[name]!(work);
    done.push(name);
  }
  // Once in a thousand, something as long as a datagram can be: work that grows with the square of the size shows.
  if (random.once(1000)) {
    const part = work.bytes.slice(work.at, work.end);
    const options = part.subarray(Math.min(part.length, headerLength(work)));
    if (options.length > 0) {
      const times = Math.floor((LONGEST - work.bytes.length) / options.length);
      splice(work, work.end, 0, concat(Array.from({ length: Math.max(0, times) }, () => options)));
      done.push('grow');
    }
  }
  if (work.bytes.length > LONGEST) {
    work.bytes = work.bytes.slice(0, LONGEST);
    work.end = Math.min(work.end, LONGEST);
  }
  // Mostly the headers around it are to fit, so that the codec gets to see the whole message; else they cut it.
  if (!headers && !random.once(8)) refit(seed, work.bytes);
  return headers
    ? { seed, bytes: work.bytes, at: Math.min(seed.at, work.bytes.length), end: work.bytes.length, done }
    : { seed, bytes: work.bytes, at: seed.at, end: work.end, done };
}

function headerLength({ family, bytes, at }: Work): number {
  if (family === 'dhcp') return OPTIONS_AT;
  if (family === 'dhcpv6') return bytes[at] === 12 || bytes[at] === 13 ? 34 : 4;
  return 42;
}
