/** Pseudo-random numbers that are the same for the same seed on every machine: “sfc32”, four 32-bit words of state. */
export class Random {
  private a = 0;
  private b = 0;
  private c = 0;
  private d = 0;

  constructor(seed: number) {
    this.reseed(seed, 0);
  }

  /** Starts again: each pair of seed and index gives its own series, so that one mutant can be reproduced without those before it. */
  reseed(seed: number, index: number): this {
    this.a = seed >>> 0;
    this.b = index >>> 0;
    this.c = Math.floor(index / 2 ** 32) >>> 0;
    this.d = 1;
    for (let i = 0; i < 12; i++) this.next();
    return this;
  }

  /** An unsigned 32-bit number. */
  next(): number {
    const out = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + out) | 0;
    return out >>> 0;
  }

  /** An integer from 0 to `limit` (exclusive); 0 if the limit is not above 0. */
  below(limit: number): number {
    return limit > 0 ? this.next() % limit : 0;
  }

  /** True once in `times` calls, on average. */
  once(times: number): boolean {
    return this.next() % times === 0;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}
