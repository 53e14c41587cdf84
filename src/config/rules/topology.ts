import { lowerBound } from '../../codec/search';
import {
  addressText,
  contains,
  inRange,
  lastOf,
  prefixText,
  rangeText,
  sizeOf,
  type Address,
  type Family,
  type Prefix,
} from '../address';
import { swapEnds, writeAddress } from '../fix';
import type { Pool, Subnet } from '../model';
import { leasedRanges, upright } from '../ranges';
import { lineOf } from '../source';
import { isExample } from './options';
import { compare, ConfigView, leasing, OPTION, optionOf, type Rule } from './rule';

/* Rules about subnets and their pools. */

/** Every pool that leases addresses, with its subnet. */
function* pools(view: ConfigView): Generator<readonly [Pool, Subnet]> {
  for (const subnet of view.document.subnets) for (const pool of leasing(subnet)) yield [pool, subnet];
}

const poolOutsideSubnet: Rule = {
  id: 'pool-outside-subnet',
  refusedBy: ['dhcpd', 'dhcpd6', 'kea4', 'kea6'],
  *check(view) {
    for (const [pool, { prefix, assumed }] of pools(view)) {
      if (!prefix || assumed) continue;
      const { family, first, last } = pool.range;
      const outside = [first, last].filter((value) => !contains(prefix, { family, value }));
      if (outside.length === 0) continue;
      yield {
        span: (outside.includes(last) ? pool.lastSpan : pool.firstSpan) ?? pool.rangeSpan,
        title: `${rangeText(pool.range)} is not all in ${prefixText(prefix)}`,
        explanation: `The pool ${rangeText(pool.range)} leaves its subnet ${prefixText(prefix)}, which ends at ${addressText(family, lastOf(prefix))}: ${outside.map((value) => addressText(family, value)).join(' and ')} ${outside.length === 1 ? 'is' : 'are'} outside.`,
        steps: [
          `Choose addresses from ${addressText(family, prefix.network)} to ${addressText(family, lastOf(prefix))}, or mend the mask of the subnet.`,
        ],
      };
    }
  },
};

const rangeLowAboveHigh: Rule = {
  id: 'range-low-above-high',
  refusedBy: ['kea4', 'kea6'],
  severities: { kea4: 'error', kea6: 'error', netsh: 'error', 'microsoft-xml': 'error', udhcpd: 'error' },
  *check(view) {
    for (const { pools: all } of view.document.subnets)
      for (const { range, rangeSpan } of all) {
        if (range.first <= range.last) continue;
        yield {
          span: rangeSpan,
          title: `${rangeText(range)} begins above its end`,
          explanation: `The range begins at ${addressText(range.family, range.first)} and ends at ${addressText(range.family, range.last)}, which is lower.`,
          steps: ['Write the lower address first.'],
          ...swapEnds(rangeSpan, range),
        };
      }
  },
};

const overlappingPools: Rule = {
  id: 'overlapping-pools',
  // In IOS a pool is a whole network, so the rule about subnets covers it.
  notFor: ['ios'],
  refusedBy: ['dhcpd', 'kea4', 'kea6'],
  severities: { dnsmasq: 'warning', dhcpd6: 'warning' },
  *check(view) {
    const all = view.document.subnets.flatMap((subnet) =>
      subnet.pools.filter(({ excluded }) => !excluded).map((pool) => ({ pool, subnet, range: upright(pool.range) })),
    );
    all.sort(
      (a, b) =>
        a.range.family - b.range.family ||
        Number(a.pool.delegated ?? 0) - Number(b.pool.delegated ?? 0) ||
        compare(a.range.first, b.range.first),
    );
    let before = all[0];
    for (const one of all.slice(1)) {
      const alike =
        before!.range.family === one.range.family &&
        (before!.pool.delegated === undefined) === (one.pool.delegated === undefined);
      if (alike && one.range.first <= before!.range.last) {
        const [first, second] =
          before!.pool.rangeSpan.start <= one.pool.rangeSpan.start ? [before!, one] : [one, before!];
        yield {
          span: second.pool.rangeSpan,
          title: `${rangeText(second.range)} is also in another pool`,
          explanation: `The pool ${rangeText(second.range)} and the pool ${rangeText(first.range)} in line ${lineOf(first.pool.rangeSpan)} hold the same addresses.`,
          steps: ['Let each address be in one pool only.'],
          related: [first.pool.rangeSpan],
          // Kea compares only pools within one subnet.
          ...(view.kind.startsWith('kea') && first.subnet !== second.subnet ? { refused: false } : {}),
        };
      }
      if (!alike || one.range.last > before!.range.last) before = one;
    }
  },
};

/** A rule for two subnets with common addresses: the same subnet twice, or one inside the other. */
const sharedAddresses = (id: string, twice: boolean): Rule => ({
  id,
  // In these programs a range does not declare a subnet. Kea refuses a duplicate, and its parser has already reported it.
  notFor: ['dnsmasq', 'openwrt', 'networkd', 'udhcpd', ...(twice ? (['kea4', 'kea6'] as const) : [])],
  *check(view) {
    for (const family of [4, 6] as const) {
      let before: Subnet | undefined;
      for (const subnet of view.subnetsOf(family)) {
        const prefix = subnet.prefix!;
        const same = before?.prefix!.network === prefix.network && before.prefix.length === prefix.length;
        if (before && same === twice && prefix.network <= lastOf(before.prefix!)) {
          const [first, second] = before.head.start <= subnet.head.start ? [before, subnet] : [subnet, before];
          yield {
            span: second.head,
            title: same
              ? `${prefixText(prefix)} is declared twice`
              : `${prefixText(second.prefix!)} overlaps ${prefixText(first.prefix!)}`,
            explanation: `${prefixText(second.prefix!)} and ${prefixText(first.prefix!)} in line ${lineOf(first.head)} hold the same addresses: which of them serves a client is not certain.`,
            related: [first.head],
          };
        }
        if (!before || lastOf(prefix) > lastOf(before.prefix!)) before = subnet;
      }
    }
  },
});

/** The network and broadcast addresses of a subnet, if it has them. */
function edges(prefix: Prefix): { readonly network: Address; readonly broadcast: Address } | undefined {
  if (prefix.family !== 4 || prefix.length > 30) return undefined;
  return { network: { family: 4, value: prefix.network }, broadcast: { family: 4, value: lastOf(prefix) } };
}

const edgeRule = (id: string, edge: 'network' | 'broadcast', what: string): Rule => ({
  id,
  // These programs skip the two addresses by themselves, or include them on purpose in a pool given as a prefix.
  notFor: ['ios', 'microsoft-xml', 'netsh', 'networkd'],
  severities: { kea4: 'info', routeros: 'warning' },
  *check(view) {
    for (const [pool, { prefix, assumed }] of pools(view)) {
      const ends = prefix && !assumed ? edges(prefix) : undefined;
      if (!ends || !prefix || !inRange(upright(pool.range), ends[edge])) continue;
      const address = addressText(4, ends[edge].value);
      const inside = edge === 'network' ? prefix.network + 1n : ends.broadcast.value - 1n;
      yield {
        span: pool.rangeSpan,
        title: `The pool holds ${address}, ${what}`,
        explanation: `${address} is ${what} of ${prefixText(prefix)}. A client that is given it cannot use it.`,
        steps: [`Let the pool ${edge === 'network' ? 'begin' : 'end'} at ${addressText(4, inside)} at the most.`],
        // A pool of this single address would be empty without it, so there is no fix.
        ...(pool.range.first === pool.range.last ? {} : writeAddress(pool.rangeSpan, ends[edge], inside)),
      };
    }
  },
});

const poolIncludesRouter: Rule = {
  id: 'pool-includes-router',
  // IOS skips its own addresses, and so do servers that run on the router.
  notFor: ['ios', 'networkd', 'openwrt'],
  severities: { dnsmasq: 'info', routeros: 'info' },
  *check(view) {
    for (const [pool, subnet] of pools(view)) {
      const router = optionOf(pool, OPTION.router);
      for (const { value, span } of router?.addresses ?? []) {
        if (value.value === 0n || !inRange(upright(pool.range), value)) continue;
        if (subnet.pools.some(({ excluded, range }) => excluded && inRange(upright(range), value))) continue;
        if (subnet.reservations.some(({ addresses }) => addresses.some((one) => one.value.value === value.value)))
          continue;
        yield {
          span: pool.rangeSpan,
          title: `The pool holds the router, ${addressText(4, value.value)}`,
          explanation: `The router ${addressText(4, value.value)} is inside the pool ${rangeText(pool.range)}: a client may be given its address.`,
          steps: ['Take the router’s address out of the pool.'],
          related: [span],
          // A program's own example.
          ...(isExample(value) ? { severity: 'info' as const } : {}),
        };
      }
    }
  },
};

const poolEmptied: Rule = {
  id: 'pool-emptied',
  *check(view) {
    for (const [pool, subnet] of pools(view)) {
      const gaps = subnet.pools
        .filter(({ excluded }) => excluded)
        .map((one) => ({ ...one, span: one.lastSpan ?? one.rangeSpan }));
      if (gaps.length === 0 || leasedRanges([pool, ...gaps]).length > 0) continue;
      const largest = gaps.reduce((a, b) => (sizeOf(b.range) > sizeOf(a.range) ? b : a));
      yield {
        span: largest.span,
        title: `Nothing is left of the pool ${rangeText(pool.range)}`,
        explanation: `The exclusions cover all of ${rangeText(pool.range)}: no client can be given an address.`,
        steps: ['Make the exclusions smaller or the pool larger.'],
        related: [pool.rangeSpan],
      };
    }
  },
};

/** A pool of which every address is reserved has none for other clients. */
const poolReserved: Rule = {
  id: 'pool-emptied',
  // dhcpd leases reserved addresses to others as well, and these two serve reservations beside their pools.
  notFor: ['dhcpd', 'dhcpd6', 'ios', 'networkd'],
  *check(view) {
    const taken: Record<Family, bigint[]> = { 4: [], 6: [] };
    for (const { addresses } of view.document.reservations)
      for (const { value } of addresses) taken[value.family].push(value.value);
    const sorted = { 4: [...new Set(taken[4])].sort(compare), 6: [...new Set(taken[6])].sort(compare) };
    for (const [pool] of pools(view)) {
      const { family, first, last } = upright(pool.range);
      const all = sorted[family];
      const below = (limit: bigint): number => lowerBound(all.length, (i) => all[i]! < limit);
      if (BigInt(below(last + 1n) - below(first)) < sizeOf({ family, first, last })) continue;
      yield {
        span: pool.rangeSpan,
        severity: 'info',
        title: `Every address of the pool ${rangeText(pool.range)} is reserved`,
        explanation: 'Each address of this pool is reserved for a client, so no other client gets one of it.',
      };
    }
  },
};

export const topology: readonly Rule[] = [
  poolOutsideSubnet,
  rangeLowAboveHigh,
  overlappingPools,
  sharedAddresses('overlapping-subnets', false),
  sharedAddresses('duplicate-subnet', true),
  edgeRule('pool-includes-network-address', 'network', 'the network address'),
  edgeRule('pool-includes-broadcast', 'broadcast', 'the broadcast address'),
  poolIncludesRouter,
  poolEmptied,
  poolReserved,
];
