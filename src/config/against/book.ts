import { lowerBound } from '../../codec/search';
import type { Address, Family, Range } from '../address';
import type { ConfigDocument, Pool, Reservation } from '../model';
import { compare } from '../rules/rule';

interface Holding {
  /** `chaddr` of the client that holds the address; empty if nobody may have it. */
  readonly mac: string;
  /** When the address becomes free again. */
  readonly until: number;
}

/** Roughly how long an offered address is held for a client that does not take it. */
const OFFER_SECONDS = 60;
/** How long, at least, a declined address is kept out of the pool. */
const DECLINED_SECONDS = 600;

/** Which addresses of each pool are in use, as far as the capture shows. */
export class Book {
  private readonly sorted: readonly Pool[];
  private readonly held = new Map<Pool, Map<bigint, Holding>>();
  private readonly leases = new Map<bigint, Holding>();

  constructor({ subnets, reservations }: ConfigDocument, spares: (host: Reservation) => boolean, family: Family = 4) {
    this.sorted = subnets
      .filter((subnet) => subnet.family === family)
      .flatMap(({ pools }) => pools.filter(({ excluded }) => !excluded))
      .sort((a, b) => compare(lowest(a), lowest(b)));
    for (const host of reservations.filter(spares))
      for (const { family: of, value } of reserved(host)) {
        if (of !== family) continue;
        const mac = host.identifiers.find(({ type }) => type === 'hw-address')?.value ?? '';
        this.hold(value, { mac, until: Infinity });
      }
  }

  /** The pool that contains an address. */
  poolOf(value: bigint): Pool | undefined {
    const next = lowerBound(this.sorted.length, (i) => lowest(this.sorted[i]!) <= value);
    for (let i = next - 1; i >= 0 && i > next - 64; i--) {
      const { range } = this.sorted[i]!;
      if (value <= (range.last > range.first ? range.last : range.first)) return this.sorted[i];
    }
    return undefined;
  }

  private hold(address: bigint, holding: Holding): void {
    const pool = this.poolOf(address);
    if (!pool) return;
    let held = this.held.get(pool);
    if (!held) this.held.set(pool, (held = new Map<bigint, Holding>()));
    held.set(address, holding);
  }

  /** Marks an address as used by the server itself or by another host. */
  block(address: bigint): void {
    this.hold(address, { mac: '', until: Infinity });
  }

  /** Marks an address as given to a client. `lease` is undefined if it is only offered. */
  give(address: bigint, mac: string, time: number, lease: number | undefined): void {
    if (address === 0n) return;
    const known = this.leases.get(address);
    if (lease === undefined && known?.mac === mac && known.until > time) return;
    const seconds = lease === undefined ? OFFER_SECONDS : lease === 0xffffffff ? Infinity : lease;
    const holding = { mac, until: time + seconds };
    this.leases.set(address, holding);
    this.hold(address, holding);
  }

  /** Handles RELEASE, which returns an address, and DECLINE, which makes it unusable for everybody. */
  giveBack(address: bigint, time: number, declined: boolean): void {
    this.leases.delete(address);
    if (declined) this.hold(address, { mac: '', until: time + DECLINED_SECONDS });
    else {
      const pool = this.poolOf(address);
      if (pool) this.held.get(pool)?.delete(address);
    }
  }

  /** How many addresses of a part of a pool other clients hold at a given time, not counting those in `gaps`. */
  taken(pool: Pool, part: Range, mac: string, time: number, gaps: readonly Pool[] = []): number {
    const [low, high] = part.first < part.last ? [part.first, part.last] : [part.last, part.first];
    let count = 0;
    for (const [value, holding] of this.held.get(pool) ?? [])
      if (
        holding.mac !== mac &&
        holding.until > time &&
        low <= value &&
        value <= high &&
        !gaps.some(({ range }) => range.first <= value && value <= range.last)
      )
        count++;
    return count;
  }

  /** Whether counting can be skipped because fewer addresses were ever held than the pool has. */
  hasRoom(pool: Pool, size: number): boolean {
    return (this.held.get(pool)?.size ?? 0) < size;
  }

  /** Whether the capture shows that a client holds an address at a given time. */
  has(address: bigint, mac: string, time: number): boolean {
    const lease = this.leases.get(address);
    return lease !== undefined && lease.mac === mac && lease.until > time;
  }

  /** Number of leases active at a given time, without those of one client. */
  running(mac: string, time: number): number {
    let count = 0;
    for (const lease of this.leases.values()) if (lease.mac !== mac && lease.until > time) count++;
    return count;
  }

  get ever(): number {
    return this.leases.size;
  }
}

/** The addresses that a host has for itself, and the first address of each prefix. */
export const reserved = ({ addresses, prefixes }: Reservation): Address[] => [
  ...addresses.map(({ value }) => value),
  ...prefixes.map(({ value: { family, network } }) => ({ family, value: network })),
];

const lowest = ({ range }: Pool): bigint => (range.first < range.last ? range.first : range.last);

/** How many addresses or prefixes a pool has, even if its range is reversed. */
export function sizeOf({ range, delegated }: Pool): number {
  const size = range.last < range.first ? range.first - range.last : range.last - range.first;
  return Number(delegated === undefined ? size : size >> BigInt(128 - delegated)) + 1;
}
