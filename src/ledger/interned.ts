import { grown } from './table';

/** A sender must not be able to predict which values have the same hash, so each run starts from a random number. */
export const SEED = (Math.random() * 0x100000000) | 0;

/** Maximum number of octets kept of one value, and of all values: a forged capture may hold gigabytes of options. */
const MOST_OF_ONE = 4096;
const MOST_OF_ALL = 512 << 20;
/** Number of texts that are kept, a power of two. A text takes more memory than its value. */
const MOST_TEXTS = 1 << 16;
/** Octets kept of a further value when that maximum is reached: enough to distinguish values. */
const LATE = 32;

/**
 * Values that are not numbers (addresses, host names, client identifiers …). Each is kept
 * once and referred to by its number. Number 0 is the empty value.
 */
export class Interned {
  private pool = new Uint8Array(1024);
  /** By value number: where the value begins in `pool`; it ends where the next one begins. */
  private starts = new Uint32Array(64);
  private hashes = new Int32Array(64);
  /** Hash table with open addressing: the number of a value, 0 if the slot is free. */
  private slots = new Int32Array(128);
  /** The texts that were asked for last: each text lies at the last bits of its value's number. */
  private readonly texts: string[] = [];
  private readonly textOf: number[] = [];
  /** Number of values, including the empty one. */
  count = 1;

  /** The number of the value in the `length` octets at `at`; adds it if it is new. */
  numberOf(bytes: Uint8Array, at: number, length: number): number {
    if (length === 0) return 0;
    const used = this.starts[this.count]!;
    const most = used > MOST_OF_ALL ? LATE : MOST_OF_ONE;
    if (length > most) length = most;
    let hash = Math.imul(SEED ^ length, 0x9e3779b1);
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ bytes[at + i]!, 0x01000193);
    hash ^= hash >>> 15;
    const { pool, starts, hashes, slots } = this;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let number; (number = slots[slot]!) !== 0; slot = (slot + 1) & mask) {
      if (hashes[number] !== hash || starts[number + 1]! - starts[number]! !== length) continue;
      const from = starts[number]!;
      let i = 0;
      while (i < length && pool[from + i] === bytes[at + i]) i++;
      if (i === length) return number;
    }
    return this.add(bytes, at, length, hash, slot);
  }

  private add(bytes: Uint8Array, at: number, length: number, hash: number, slot: number): number {
    const number = this.count++;
    if (number + 2 > this.starts.length) {
      this.starts = grown(this.starts, 2 * this.starts.length);
      this.hashes = grown(this.hashes, 2 * this.hashes.length);
    }
    const from = this.starts[number]!;
    if (from + length > this.pool.length) this.pool = grown(this.pool, Math.max(2 * this.pool.length, from + length));
    this.pool.set(bytes.subarray(at, at + length), from);
    this.starts[number + 1] = from + length;
    this.hashes[number] = hash;
    this.slots[slot] = number;
    if (2 * this.count > this.slots.length) this.spread();
    return number;
  }

  private spread(): void {
    const slots = new Int32Array(2 * this.slots.length);
    const mask = slots.length - 1;
    for (let number = 1; number < this.count; number++) {
      let slot = this.hashes[number]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number;
    }
    this.slots = slots;
  }

  /** The array that holds the octets of all values, each beginning at `startOf`. It may be replaced when a value is added. */
  get bytes(): Uint8Array {
    return this.pool;
  }
  startOf(number: number): number {
    return this.starts[number]!;
  }
  lengthOf(number: number): number {
    return this.starts[number + 1]! - this.starts[number]!;
  }

  /** A value as text, converted by `write`, which must be the same for all values of this collection. */
  text(number: number, write: (bytes: Uint8Array, at: number, length: number) => string): string {
    const place = number & (MOST_TEXTS - 1);
    if (this.textOf[place] === number) return this.texts[place]!;
    this.textOf[place] = number;
    return (this.texts[place] = write(this.pool, this.starts[number]!, this.lengthOf(number)));
  }
}
