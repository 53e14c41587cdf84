import { spansOf, type TreeModel } from '../treeModel';

/** The field that each octet of one buffer belongs to, as adjacent runs in order. */
export interface Intervals {
  /** First octet of each run; a run ends where the next one begins, the last one at `end`. */
  readonly starts: readonly number[];
  /** Index of the node that owns the run; -1 if no field explains its octets. */
  readonly owners: readonly number[];
  readonly end: number;
}

/**
 * Assigns the octets of `buffer` to the fields of the tree. An octet belongs to the smallest field that covers
 * it; of equally small fields to the deepest, of equally deep ones to the first.
 */
export function ownersOf(model: TreeModel, buffer: number, size: number): Intervals {
  interface Run {
    readonly start: number;
    readonly end: number;
    readonly node: number;
  }
  const runs: Run[] = [];
  model.nodes.forEach((node, index) => {
    for (const span of spansOf(node.field)) {
      const start = Math.min(span.offset, size);
      const end = Math.min(span.offset + span.length, size);
      if ((span.buffer ?? 0) === buffer && start < end) runs.push({ start, end, node: index });
    }
  });
  const cuts = [...new Set([0, ...runs.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  if (cuts[cuts.length - 1] === size && size > 0) cuts.pop();
  const place = new Map(cuts.map((cut, i) => [cut, i]));
  const owners = new Array<number>(cuts.length).fill(-1);
  // free[i] leads to the first unowned piece from i on, so that each piece is assigned only once.
  const free = Int32Array.from({ length: cuts.length + 1 }, (_, i) => i);
  const firstFree = (at: number): number => {
    let found = at;
    while (free[found] !== found) found = free[found]!;
    for (let i = at; i !== found;) {
      const next = free[i]!;
      free[i] = found;
      i = next;
    }
    return found;
  };
  const level = (run: Run): number => model.nodes[run.node]!.level;
  runs.sort((a, b) => a.end - a.start - (b.end - b.start) || level(b) - level(a) || a.node - b.node);
  for (const run of runs) {
    const last = place.get(run.end) ?? cuts.length;
    for (let i = firstFree(place.get(run.start)!); i < last; i = firstFree(i)) {
      owners[i] = run.node;
      free[i] = i + 1;
    }
  }
  // A layer only encloses its fields: octets outside all of them are not explained.
  const explained = owners.map((owner) => {
    const node = model.nodes[owner];
    return node && node.level === 1 && node.end > owner + 1 ? -1 : owner;
  });
  const merged = cuts.flatMap((_, i) => (i === 0 || explained[i] !== explained[i - 1] ? [i] : []));
  return { starts: merged.map((i) => cuts[i]!), owners: merged.map((i) => explained[i]!), end: size };
}

/** Index of the node that owns the octet; -1 if no field explains it or there is no such octet. */
export function ownerAt(intervals: Intervals, offset: number): number {
  if (offset < 0 || offset >= intervals.end) return -1;
  let low = 0;
  let high = intervals.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (intervals.starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return intervals.owners[low] ?? -1;
}
