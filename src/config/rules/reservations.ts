import { lowerBound } from '../../codec/search';
import {
  addressText,
  inRange,
  lastOf,
  prefixText,
  rangeText,
  textOfAddress,
  type Address,
  type Family,
} from '../address';
import { heededIn, inPool } from '../kea/heeded';
import type { Reservation, Subnet } from '../model';
import { lineOf, type Located, type Span } from '../source';
import { compare, ConfigView, leasing, type Rule } from './rule';

/* Rules about reservations. */

function* reserved(view: ConfigView): Generator<readonly [Reservation, Located<Address>]> {
  for (const host of view.document.reservations) for (const address of host.addresses) yield [host, address];
}

const who = (host: Reservation): string => host.name ?? host.hostname?.value ?? host.identifiers[0]?.value ?? 'a host';

/** Whether two reservations are certainly for the same client. */
const sameClient = (a: Reservation, b: Reservation): boolean =>
  a.identifiers.some((one) => b.identifiers.some((other) => one.type === other.type && one.value === other.value));

/** How many hosts with one address show that its owner means it. */
const SEVERAL = 3;

const duplicateAddress: Rule = {
  id: 'duplicate-reservation-ip',
  refusedBy: ['dnsmasq', 'kea4', 'kea6'],
  // In dhcpd, a machine with two network cards is two hosts with one address.
  severities: { dhcpd: 'warning', dhcpd6: 'warning', udhcpd: 'warning', openwrt: 'warning' },
  *check(view) {
    const seen = new Map<string, { readonly host: Reservation; readonly span: Span }>();
    const holders = new Map<string, Set<Reservation>>();
    const shared = view.document.global.settings.get('reservations-unique')?.value === 'false';
    for (const [host, { value }] of reserved(view)) {
      const text = textOfAddress(value);
      holders.set(text, (holders.get(text) ?? new Set()).add(host));
    }
    for (const [host, { value, span }] of reserved(view)) {
      const text = textOfAddress(value);
      const first = seen.get(text);
      // Nobody gives one address to several hosts by mistake.
      const meant = this.severities?.[view.kind] === 'warning' && holders.get(text)!.size >= SEVERAL;
      if (!first) seen.set(text, { host, span });
      else if (first.host !== host) {
        // Kea compares only reservations within one subnet.
        const apart = view.kind.startsWith('kea') && (shared || first.host.subnet !== host.subnet);
        yield {
          span,
          title: `${text} is reserved twice`,
          explanation: `${text} is reserved for ${who(host)} here, and for ${who(first.host)} in line ${lineOf(first.span)}${sameClient(host, first.host) ? ': twice for the same client' : ''}.`,
          steps: ['Give each client an address of its own.'],
          related: [first.span],
          ...(apart ? { refused: false } : {}),
          ...(meant || shared ? { severity: 'info' as const } : {}),
        };
      }
    }
  },
};

const duplicateClient: Rule = {
  id: 'duplicate-reservation-mac',
  refusedBy: ['kea4', 'kea6'],
  severities: { openwrt: 'warning', dnsmasq: 'warning' },
  *check(view) {
    const seen = new Map<string, { readonly host: Reservation; readonly span: Span }>();
    for (const host of view.document.reservations) {
      for (const { type, value, span } of host.identifiers) {
        if (type === 'other' || type === 'name') continue;
        // The same client may have an address in each subnet.
        const place = placeOf(view, host);
        const key = `${type} ${value} ${place}`;
        const first = seen.get(key);
        if (!first) seen.set(key, { host, span });
        else if (first.host !== host)
          yield {
            span,
            title: `${value} has two reservations`,
            explanation: `${value} is known as ${who(host)} here, and as ${who(first.host)} in line ${lineOf(first.span)}${view.kind === 'dhcpd' ? `. dhcpd gives the client what ${who(first.host)} says, as it comes first.` : ': which of the two counts is not certain.'}`,
            steps: ['Leave one reservation for each client and subnet.'],
            related: [first.span],
          };
      }
    }
  },
};

/** Where a reservation applies: its subnet, or the subnets of its addresses. */
function placeOf(view: ConfigView, host: Reservation): string {
  if (host.subnet) return `subnet ${host.subnet.span.start}`;
  const address = host.addresses[0]?.value;
  if (!address) return 'anywhere';
  const subnet = view.subnetAt(address);
  return subnet
    ? `subnet ${subnet.sharedNetwork?.name ?? ''}${prefixText(subnet.prefix!)}`
    : `near ${addressText(address.family, address.value >> 8n)}`;
}

const outsideSubnet: Rule = {
  id: 'reservation-outside-subnet',
  *check(view) {
    // Kea's parser knows the subnet of each reservation, and has already reported this.
    if (view.kind.startsWith('kea')) return;
    const all = { 4: ofFamily(view, 4), 6: ofFamily(view, 6) };
    for (const [host, { value, span }] of reserved(view)) {
      const bound = host.subnet;
      const known = bound ? [bound] : all[value.family];
      if (known.length === 0 || !known[0]!.prefix) continue;
      const inside = bound ? contains(bound, value) : view.subnetAt(value) !== undefined;
      if (inside) continue;
      const assumed = known.some((one) => one.assumed);
      yield {
        span,
        title: `${textOfAddress(value)} is in none of the subnets`,
        explanation: `${textOfAddress(value)} is reserved for ${who(host)}, but no subnet holds it (${list(known)})${assumed ? '; the mask is taken to be 255.255.255.0' : ''}: the client never gets it.`,
        steps: ['Choose an address of the client’s subnet, or declare the subnet.'],
        ...(view.unread ? { severity: 'info' as const } : assumed ? { severity: 'warning' as const } : {}),
      };
    }
  },
};

/** The subnets of a family. Empty if the prefix of any of them is unknown. */
function ofFamily(view: ConfigView, family: Family): readonly Subnet[] {
  const all = view.document.subnets.filter((subnet) => subnet.family === family);
  return all.every(({ prefix }) => prefix) ? all : [];
}

const contains = (subnet: Subnet, { family, value }: Address): boolean =>
  subnet.prefix!.family === family && value >= subnet.prefix!.network && value <= lastOf(subnet.prefix!);

const list = (subnets: readonly Subnet[]): string =>
  subnets
    .slice(0, 3)
    .map(({ prefix }) => prefixText(prefix!))
    .join(', ') + (subnets.length > 3 ? ' …' : '');

const insidePool: Rule = {
  id: 'reservation-inside-pool',
  // In these programs reservations are normally made inside the pool.
  notFor: ['kea4', 'kea6', 'microsoft-xml', 'netsh', 'openwrt', 'networkd', 'dnsmasq', 'udhcpd', 'ios', 'routeros'],
  *check(view) {
    const pools = view.document.subnets
      .flatMap((subnet) => leasing(subnet))
      .map((pool) => ({ pool, first: pool.range.first < pool.range.last ? pool.range.first : pool.range.last }))
      .sort((a, b) => compare(a.first, b.first));
    for (const [host, { value, span }] of reserved(view)) {
      const pool = pools[lowerBound(pools.length, (i) => pools[i]!.first <= value.value) - 1]?.pool;
      if (!pool || !inRange(pool.range, value)) continue;
      yield {
        span,
        title: `${textOfAddress(value)} is also in a pool`,
        explanation: `${textOfAddress(value)} is reserved for ${who(host)} and is also in the pool ${rangeText(pool.range)} (line ${lineOf(pool.rangeSpan)}). dhcpd does not take it out of the pool: another client may hold it when ${who(host)} comes.`,
        steps: ['Take reserved addresses out of the range.'],
        related: [pool.rangeSpan],
      };
    }
  },
};

const unusable: Rule = {
  id: 'reservation-unusable-address',
  *check(view) {
    for (const [host, { value, span }] of reserved(view)) {
      const subnet = host.subnet ?? view.subnetAt(value);
      const prefix = subnet?.assumed ? undefined : subnet?.prefix;
      if (prefix?.family !== 4 || prefix.length > 30) continue;
      const what =
        value.value === prefix.network
          ? 'the network address'
          : value.value === lastOf(prefix)
            ? 'the broadcast address'
            : undefined;
      if (what === undefined) continue;
      yield {
        span,
        title: `${textOfAddress(value)} is ${what} of its subnet`,
        explanation: `${textOfAddress(value)} is ${what} of ${prefixText(prefix)}; ${who(host)} cannot use it.`,
      };
    }
  },
};

const ignored: Rule = {
  id: 'reservation-ignored',
  *check(view) {
    const { reservations, subnets, global } = view.document;
    if (!view.kind.startsWith('kea') || view.unread || subnets.length === 0) return;
    const loose = reservations.filter(({ subnet }) => !subnet);
    const early = global.settings.get('early-reservations')?.value === 'true';
    if (loose[0] && !early && !subnets.some((subnet) => heededIn(subnet).global))
      yield {
        span: loose[0].head,
        // It is the default, and such files may be kept for another server or release.
        severity: 'info',
        title:
          loose.length > 1 ? `${loose.length} global reservations are ignored` : 'The global reservation is ignored',
        explanation: `${loose.length > 1 ? 'These reservations stand' : 'This reservation stands'} outside of all subnets. Kea looks for reservations in the client’s subnet only, as long as “reservations-global” is not true.`,
        steps: ['Write `"reservations-global": true`, or move the reservations into their subnets.'],
        related: loose.slice(1, 20).map(({ head }) => head),
      };
    for (const host of reservations) {
      if (!host.subnet) continue;
      const { inSubnet, outOfPool } = heededIn(host.subnet);
      if (!inSubnet)
        yield {
          span: host.head,
          title: `The reservation of ${who(host)} is ignored`,
          explanation: 'Kea does not look for reservations in this subnet: “reservations-in-subnet” is false.',
          steps: ['Write `"reservations-in-subnet": true`, or take the reservation out.'],
        };
      else if (outOfPool && inPool(host, host.subnet))
        yield {
          span: (host.addresses[0] ?? host.prefixes[0])?.span ?? host.head,
          title: `The reserved address of ${who(host)} is ignored`,
          explanation:
            'With “reservations-out-of-pool”, Kea passes over reservations of addresses in a pool: the client gets any address of the pool, and others may get this one.',
          steps: ['Reserve an address outside of the pools, or take “reservations-out-of-pool” away.'],
        };
    }
  },
};

/** Octets of the hardware addresses that hosts have: Ethernet, EUI-64, InfiniBand. */
const LENGTHS: ReadonlySet<number> = new Set([6, 8, 20]);

const hardwareAddress: Rule = {
  id: 'not-an-address',
  *check(view) {
    for (const { identifiers } of view.document.reservations)
      for (const { type, value, span } of identifiers) {
        if (type !== 'hw-address' || value.includes('*')) continue;
        const octets = value.split(/[:-]/);
        if (LENGTHS.has(octets.length) && octets.every((octet) => /^[\da-f]{1,2}$/i.test(octet))) continue;
        yield {
          span,
          title: `${value.slice(0, 60)} is no hardware address`,
          explanation: `A network card has an address of six octets, for instance 02:00:00:00:00:01. No client is ever “${value.slice(0, 60)}”.`,
        };
      }
  },
};

export const reservations: readonly Rule[] = [
  hardwareAddress,
  duplicateAddress,
  duplicateClient,
  outsideSubnet,
  insidePool,
  unusable,
  ignored,
];
