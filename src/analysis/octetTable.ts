import { roomFor } from './macTable';

/** Numbers names that are octets of any length up to 255, from 0 on, in the order in which they are met. */
export class OctetTable {
  count = 0;
  /** By name: where its octets begin, and where those of the last one end. */
  private starts: Uint32Array;
  private hashes: Int32Array;
  private octets: Uint8Array;
  /** By hash: number of the name + 1; 0 where the place is free. */
  private places: Uint32Array;

  /** `expected`: so many names have room before the table has to grow. */
  constructor(expected = 0) {
    const room = Math.max(64, Math.ceil(expected));
    this.starts = new Uint32Array(room + 1);
    this.hashes = new Int32Array(room);
    this.octets = new Uint8Array(16 * room);
    this.places = new Uint32Array(2 ** Math.ceil(Math.log2(2 * room + 1)));
  }

  /** The number of the name in the octets from `at` on, a new one where it was not met. */
  numberOf(bytes: Uint8Array, at: number, length: number): number {
    const hash = hashOf(bytes, at, length);
    const mask = this.places.length - 1;
    let place = hash & mask;
    for (; this.places[place] !== 0; place = (place + 1) & mask) {
      const number = this.places[place]! - 1;
      if (this.hashes[number] === hash && this.is(number, bytes, at, length)) return number;
    }
    return this.add(bytes, at, length, hash, place);
  }

  private is(number: number, bytes: Uint8Array, at: number, length: number): boolean {
    const { octets, starts } = this;
    const from = starts[number]!;
    if (starts[number + 1]! - from !== length) return false;
    for (let i = 0; i < length; i++) if (octets[from + i] !== bytes[at + i]) return false;
    return true;
  }

  private add(bytes: Uint8Array, at: number, length: number, hash: number, place: number): number {
    const number = this.count++;
    this.starts = roomFor(this.starts, number + 1);
    this.hashes = roomFor(this.hashes, number);
    const from = this.starts[number]!;
    const end = from + length;
    this.octets = roomFor(this.octets, end);
    for (let i = 0; i < length; i++) this.octets[from + i] = bytes[at + i]!;
    this.starts[number + 1] = end;
    this.hashes[number] = hash;
    this.places[place] = number + 1;
    if (2 * this.count > this.places.length) this.grow();
    return number;
  }

  private grow(): void {
    const places = new Uint32Array(2 * this.places.length);
    const mask = places.length - 1;
    for (let number = 0; number < this.count; number++) {
      let place = this.hashes[number]! & mask;
      while (places[place] !== 0) place = (place + 1) & mask;
      places[place] = number + 1;
    }
    this.places = places;
  }
}

/** Who writes a capture cannot know it, and so make names that all fall on one place. */
const SEED = (Math.random() * 2 ** 32) | 0;

function hashOf(bytes: Uint8Array, at: number, length: number): number {
  let hash = SEED ^ length;
  let i = at;
  // By four: a name has ten octets or more.
  for (const end = at + length - 3; i < end; i += 4)
    hash =
      Math.imul(hash ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)), 0x9e3779b1) ^
      (hash >>> 15);
  for (; i < at + length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x9e3779b1);
  // The last octets, in which names mostly differ, have to reach the low bits.
  return Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) >>> 8;
}
