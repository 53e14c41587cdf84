import { lowerBound } from '../../codec/search';
import { count } from '../../analysis/words/words';
import {
  addressText,
  contains,
  parseAddress,
  prefixText,
  rangeText,
  type Address,
  type Family,
  type Range,
} from '../address';
import type { ConfigDocument, ConfigFinding, Subnet } from '../model';
import { leasedRanges } from '../ranges';
import { lineOf } from '../source';
import { holderOf } from './book';
import { general, type LeaseFindingId } from './catalogue';
import type { Lease, LeaseFile, LeaseFinding, LeaseKind } from './model';

/** How full the pools of one subnet are. */
export interface PoolUse {
  /** The subnet, or the range itself if the configuration gives no subnet. */
  readonly network: string;
  /** Number of addresses, or of prefixes to delegate, that the server may lease. */
  readonly size: bigint;
  readonly active: number;
  /** Addresses in use by somebody else, which are not leased. */
  readonly declined: number;
  readonly free: bigint;
  readonly path: string;
  readonly line: number;
}

/** A pool counts as nearly full from this percentage on, if it has a minimum size. */
const NEARLY_FULL = 90n;
const SMALLEST = 10n;

interface Counted {
  readonly subnet: Subnet;
  readonly network: string;
  readonly delegated: number | undefined;
  readonly ranges: readonly Range[];
  active: number;
  declined: number;
  /** Leases that are active by their records, and over by the newest time in the file: the server may lease their addresses anew. */
  lapsed: number;
  /** Leases that are active by their records, and over by now. */
  over: number;
}

/** Pools by subnet. Pools of delegated prefixes are separate, because they are counted in prefixes. */
function counted(document: ConfigDocument): Counted[] {
  const out: Counted[] = [];
  for (const subnet of document.subnets) {
    const lengths = new Set(subnet.pools.filter((pool) => !pool.excluded).map((pool) => pool.delegated));
    for (const delegated of lengths) {
      const pools = subnet.pools.filter(
        (pool) => pool.delegated === delegated || (pool.excluded && delegated === undefined),
      );
      const ranges = leasedRanges(pools);
      const first = ranges[0];
      if (!first) continue;
      const network =
        delegated !== undefined
          ? `${addressText(first.family, first.first)}, prefixes of length ${delegated}`
          : subnet.prefix
            ? prefixText(subnet.prefix)
            : rangeText(first);
      out.push({ subnet, network, delegated, ranges, active: 0, declined: 0, lapsed: 0, over: 0 });
    }
  }
  return out;
}

function sizeOf({ ranges, delegated }: Counted): bigint {
  let size = 0n;
  for (const { first, last } of ranges) size += last - first + 1n;
  return delegated === undefined ? size : size >> BigInt(128 - delegated);
}

/** Finds the range of an address among non-overlapping ranges. */
class Lookup {
  private readonly starts: { readonly range: Range; readonly of: Counted }[];

  constructor(all: readonly Counted[]) {
    this.starts = all
      .flatMap((of) => of.ranges.map((range) => ({ range, of })))
      .sort((a, b) => (a.range.first < b.range.first ? -1 : a.range.first > b.range.first ? 1 : 0));
  }

  get size(): number {
    return this.starts.length;
  }

  find({ family, value }: Address): Counted | undefined {
    const found = this.starts[lowerBound(this.starts.length, (i) => this.starts[i]!.range.first <= value) - 1];
    return found && value <= found.range.last && found.range.family === family ? found.of : undefined;
  }
}

/** What a configuration and a lease database together show. */
export interface PoolReport {
  readonly pools: readonly PoolUse[];
  /** Leases outside all pools, each at its record. */
  readonly leaseFindings: readonly LeaseFinding[];
  /** Full or nearly full pools, each at the declaration of its subnet. */
  readonly poolFindings: readonly ConfigFinding[];
}

/** How many leases outside all pools are reported one by one. */
const KEPT = 100;

/**
 * How full the pools of a configuration are according to a lease database, and which leases are in none of its pools and reservations.
 * `now`: the time of reading in seconds since 1970, if known.
 */
export function poolUse(
  documents: readonly ConfigDocument[],
  { kind, leases, asOf = -Infinity }: LeaseFile,
  now = -Infinity,
): PoolReport {
  const all = documents.flatMap(counted);
  const family = (of: Family): Counted[] => all.filter(({ ranges }) => ranges[0]!.family === of);
  const lookups = { 4: new Lookup(family(4)), 6: new Lookup(family(6)) } as const;
  const reserved = new Set(
    documents.flatMap(({ reservations }) =>
      reservations.flatMap(({ addresses }) => addresses.map(({ value }) => `${value.family} ${value.value}`)),
    ),
  );
  const leaseFindings: LeaseFinding[] = [];
  let outside = 0;
  for (const lease of leases) {
    if (lease.state !== 'active' && lease.state !== 'declined') continue;
    const address = parseAddress(lease.address.replace(/\/.*/, ''));
    if (!address) continue;
    const of = lookups[address.family].find(address);
    if (of) {
      of[lease.state]++;
      const ends = lease.state === 'active' && !lease.local && typeof lease.ends === 'number' ? lease.ends : Infinity;
      if (ends < asOf) of.lapsed++;
      if (ends < now) of.over++;
    } else if (lease.state === 'active' && lookups[address.family].size > 0) {
      if (reserved.has(`${address.family} ${address.value}`) || outside++ >= KEPT) continue;
      leaseFindings.push(outsideFinding(lease, address, documents, kind));
    }
  }
  if (outside > KEPT)
    leaseFindings.push({
      ...leaseFindings.at(-1)!,
      title: `${count(outside - KEPT, 'more lease')} in no pool of the configuration`,
      explanation: `${outside} leases are in no pool. The first ${KEPT} are listed one by one.`,
    });
  const poolFindings: ConfigFinding[] = [];
  const pools = all.map((one): PoolUse => {
    const { subnet, network, active, declined } = one;
    const size = sizeOf(one);
    const used = BigInt(active + declined);
    const free = size > used ? size - used : 0n;
    const tell = (id: LeaseFindingId, title: string, rest: string, more: Partial<ConfigFinding> = {}): unknown =>
      poolFindings.push({
        id,
        ...general(id, kind),
        title,
        span: subnet.head,
        explanation: `${usedText(size, active, declined)} ${rest}`,
        ...more,
      });
    const room = free + BigInt(one.lapsed);
    if (room === 0n && one.over > 0)
      tell(
        'pool-full',
        `The pool of ${network} was full`,
        `That was so when the file was written. By the clock of this machine ${count(one.over, 'of these leases has', 'of these leases have')} ended since.`,
        { severity: 'info' },
      );
    else if (room === 0n)
      tell('pool-full', `The pool of ${network} is full`, 'A new client gets none until a lease ends.');
    else if (size >= SMALLEST && (size - room) * 100n >= size * NEARLY_FULL)
      tell('pool-nearly-full', `The pool of ${network} is nearly full`, `${room} are left.`);
    return { network, size, active, declined, free, path: subnet.head.file.path, line: lineOf(subnet.head) };
  });
  return { pools, leaseFindings, poolFindings };
}

function outsideFinding(
  lease: Lease,
  address: Address,
  documents: readonly ConfigDocument[],
  kind: LeaseKind,
): LeaseFinding {
  const subnets = documents.flatMap((document) => document.subnets);
  const subnet = subnets.find(({ prefix }) => prefix && contains(prefix, address));
  const holder = `${holderOf(lease)} holds it.`;
  return {
    id: 'lease-outside-pool',
    ...general('lease-outside-pool', kind),
    title: `${lease.address} is leased, and is in no pool of the configuration`,
    place: lease.place,
    explanation: subnet?.prefix
      ? `${holder} It is in ${prefixText(subnet.prefix)} (line ${lineOf(subnet.head)} of ${subnet.head.file.path}), but in no range there, and no reservation names it.`
      : `${holder} The configuration has no subnet for it.`,
  };
}

/** How many addresses of a pool are taken, as a sentence. */
function usedText(size: bigint, active: number, declined: number): string {
  if (size === 1n) return `The only address is ${active > 0 ? 'leased' : 'declined'}.`;
  const is = (n: number, what: string): string => `${n} ${n === 1 ? 'is' : 'are'} ${what}`;
  return `Of ${size} addresses, ${is(active, 'leased')}${declined > 0 ? `, and ${is(declined, 'declined')}` : ''}.`;
}
