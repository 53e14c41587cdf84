import { columnsOf, isTextOf } from './agreement';

/** Tells in which columns of a dump the octets stand, and so where the text beside them begins. */
export class Columns {
  /** Start and end of each cell of a full row, relative to the first cell. */
  private layout: { readonly starts: number[]; readonly ends: number[] } | undefined;

  /** `width`: octets of a full row. */
  constructor(private readonly width: number) {}

  /** Learns where the first `count` cells of a full row stand. */
  learn(starts: readonly number[], ends: readonly number[], count: number): void {
    this.layout ??= {
      starts: starts.slice(0, count).map((at) => at - starts[0]!),
      ends: ends.slice(0, count).map((at) => at - ends[0]!),
    };
  }

  /** How many cells of the run are octets. The rest are words of the text column that look like cells. */
  count(
    text: string,
    starts: readonly number[],
    ends: readonly number[],
    octets: readonly number[],
    sums: readonly number[],
  ): number {
    let most = sums.length;
    while (most > 0 && this.width > 0 && sums[most - 1]! > this.width) most--;
    const line = text.trimEnd();
    // A text column would stand apart.
    if (most < sums.length && most > 0 && ends.at(-1) === line.length && starts[most]! - ends[most - 1]! === 1)
      return sums.length;
    // Nothing follows the octets, so there is no text that could be mistaken for more of them.
    if (most === sums.length && this.layout && sums[most - 1] === this.width && ends[most - 1] === line.length)
      return most;
    for (let k = Math.min(most, 64); k > 0; k--) {
      const values = octets.slice(0, sums[k - 1]);
      const rest = line.slice(ends[k - 1]);
      // If the text matches the octets before it, that settles it.
      if (
        /^(?:[ \t]*[|>]|[ \t]{2}|\t)/.test(rest) &&
        columnsOf(rest).some((column) => column.length * 2 > values.length && isTextOf(column, values))
      )
        return k;
    }
    if (this.layout) {
      const { layout } = this;
      const fits = (k: number): boolean =>
        starts[k]! - starts[0]! === layout.starts[k] || ends[k]! - ends[0]! === layout.ends[k];
      let k = 1;
      while (k < most && fits(k)) k++;
      // With tabs or numbers without leading zeros, the cells are not aligned.
      const gap = k < most ? text.slice(ends[k - 1], starts[k]) : '';
      if (k >= most || (gap.length > 1 && gap.trim() === '')) return k;
      return most;
    }
    for (let k = 1; k < most; k++) {
      const between = text.slice(ends[k - 1], starts[k]);
      const gap = between.trim() === '' ? between.length : 0;
      // Two spaces may also separate the halves of a row of sixteen.
      if (gap >= 3 || (gap === 2 && sums[k - 1]! % 8 !== 0)) return k;
    }
    return most;
  }
}
