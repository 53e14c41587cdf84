import type { Range } from './address';
import type { Pool, Subnet } from './model';

/** A range with its ends in order. dhcpd and dnsmasq take them either way round. */
export const upright = ({ family, first, last }: Range): Range =>
  first <= last ? { family, first, last } : { family, first: last, last: first };

const order = (a: Range, b: Range): number => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0);

/** Ranges in ascending order, with those that overlap or adjoin merged. */
export function joined(ranges: readonly Range[]): Range[] {
  const out: Range[] = [];
  for (const range of ranges.map(upright).sort(order)) {
    const before = out.at(-1);
    if (before && range.first <= before.last + 1n)
      out[out.length - 1] = { ...before, last: range.last > before.last ? range.last : before.last };
    else out.push(range);
  }
  return out;
}

/** The ranges that pools lease, in ascending order, with overlaps merged and excluded pools removed. */
export function leasedRanges(pools: readonly Pool[]): Range[] {
  const given = joined(pools.filter((pool) => !pool.excluded).map((pool) => pool.range));
  const left = joined(pools.filter((pool) => pool.excluded).map((pool) => pool.range));
  const out: Range[] = [];
  let next = 0;
  for (const range of given) {
    let { first } = range;
    while (next < left.length && left[next]!.last < first) next++;
    for (let i = next; i < left.length && left[i]!.first <= range.last; i++) {
      if (left[i]!.first > first) out.push({ ...range, first, last: left[i]!.first - 1n });
      first = left[i]!.last + 1n;
    }
    if (first <= range.last) out.push({ ...range, first });
  }
  return out;
}

/** The pools of a subnet as written, each without the parts that are excluded. A range whose ends are swapped stays as it is. */
export function poolsLeft({ pools }: Subnet): Range[] {
  const gaps = pools.filter(({ excluded }) => excluded);
  return pools
    .filter(({ excluded }) => !excluded)
    .flatMap((pool) =>
      gaps.length === 0 || pool.range.first > pool.range.last ? [pool.range] : leasedRanges([pool, ...gaps]),
    );
}
