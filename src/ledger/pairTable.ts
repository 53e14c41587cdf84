import { SEED } from './interned';
import { grown } from './table';

/** Maps pairs of 32-bit numbers to a number. A `Map` would need a key built from both. */
export class PairTable {
  private slots = new Int32Array(128).fill(-1);
  private firsts = new Int32Array(64);
  private seconds = new Int32Array(64);
  private values = new Int32Array(64);
  private count = 0;

  /** The value of a pair; -1 if it has none. */
  get(first: number, second: number): number {
    const entry = this.slots[this.slotOf(first | 0, second | 0)]!;
    return entry < 0 ? -1 : this.values[entry]!;
  }

  set(first: number, second: number, value: number): void {
    const slot = this.slotOf(first | 0, second | 0);
    const known = this.slots[slot]!;
    if (known >= 0) {
      this.values[known] = value;
      return;
    }
    const entry = this.count++;
    if (entry === this.values.length) this.grow();
    this.firsts[entry] = first;
    this.seconds[entry] = second;
    this.values[entry] = value;
    this.slots[slot] = entry;
    if (2 * this.count > this.slots.length) this.spread();
  }

  private slotOf(first: number, second: number): number {
    const mask = this.slots.length - 1;
    let hash = Math.imul(first ^ SEED, 0x9e3779b1) ^ Math.imul(second + SEED, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (let entry; (entry = this.slots[slot]!) >= 0; slot = (slot + 1) & mask)
      if (this.firsts[entry] === first && this.seconds[entry] === second) break;
    return slot;
  }

  private grow(): void {
    const length = 2 * this.values.length;
    this.firsts = grown(this.firsts, length);
    this.seconds = grown(this.seconds, length);
    this.values = grown(this.values, length);
  }

  private spread(): void {
    this.slots = new Int32Array(2 * this.slots.length).fill(-1);
    for (let entry = 0; entry < this.count; entry++)
      this.slots[this.slotOf(this.firsts[entry]!, this.seconds[entry]!)] = entry;
  }
}
