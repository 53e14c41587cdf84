import type { Family } from '../address';
import type { ConfigDocument, Pool } from '../model';
import { compare } from '../rules/rule';

interface Holding {
  /** `chaddr` of who has the address; empty where nobody may have it. */
  readonly mac: string;
  /** Time at which it is free again. */
  readonly until: number;
}

/** An offer that nobody takes is kept for about so long. */
const OFFER_SECONDS = 60;
/** A declined address is kept out of the pool for at least so long. */
const DECLINED_SECONDS = 600;

/** Which addresses of each pool are given away, as far as the capture shows it. */
export class Book {
  private readonly sorted: readonly Pool[];
  private readonly held = new Map<Pool, Map<bigint, Holding>>();
  private readonly leases = new Map<bigint, Holding>();

  constructor({ subnets, reservations }: ConfigDocument, sparesReserved: boolean, family: Family = 4) {
    this.sorted = subnets
      .filter((subnet) => subnet.family === family)
      .flatMap(({ pools }) => pools.filter(({ excluded }) => !excluded))
      .sort((a, b) => compare(lowest(a), lowest(b)));
    if (!sparesReserved) return;
    for (const { addresses, identifiers } of reservations)
      for (const { value } of addresses) {
        if (value.family !== family) continue;
        const mac = identifiers.find(({ type }) => type === 'hw-address')?.value ?? '';
        this.hold(value.value, { mac, until: Infinity });
      }
  }

  /** The pool of an address. */
  poolOf(value: bigint): Pool | undefined {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (lowest(this.sorted[middle]!) <= value) low = middle + 1;
      else high = middle;
    }
    for (let i = low - 1; i >= 0 && i > low - 64; i--) {
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

  /** An address that the server or another host has for itself. */
  block(address: bigint): void {
    this.hold(address, { mac: '', until: Infinity });
  }

  /** Gives an address away; `lease` is undefined where it is only offered. */
  give(address: bigint, mac: string, time: number, lease: number | undefined): void {
    if (address === 0n) return;
    const known = this.leases.get(address);
    if (lease === undefined && known?.mac === mac && known.until > time) return;
    const seconds = lease === undefined ? OFFER_SECONDS : lease === 0xffffffff ? Infinity : lease;
    const holding = { mac, until: time + seconds };
    this.leases.set(address, holding);
    this.hold(address, holding);
  }

  /** RELEASE gives an address back, DECLINE takes it from everybody. */
  giveBack(address: bigint, time: number, declined: boolean): void {
    this.leases.delete(address);
    if (declined) this.hold(address, { mac: '', until: time + DECLINED_SECONDS });
    else {
      const pool = this.poolOf(address);
      if (pool) this.held.get(pool)?.delete(address);
    }
  }

  /** How many addresses of a pool others have at a time, without those in `gaps`. */
  taken(pool: Pool, mac: string, time: number, gaps: readonly Pool[] = []): number {
    let count = 0;
    for (const [value, holding] of this.held.get(pool) ?? [])
      if (
        holding.mac !== mac &&
        holding.until > time &&
        !gaps.some(({ range }) => range.first <= value && value <= range.last)
      )
        count++;
    return count;
  }

  /** Whether it need not be counted: fewer addresses were ever given than there are. */
  hasRoom(pool: Pool, size: number): boolean {
    return (this.held.get(pool)?.size ?? 0) < size;
  }

  /** Whether the capture shows that a client has an address at a time. */
  has(address: bigint, mac: string, time: number): boolean {
    const lease = this.leases.get(address);
    return lease !== undefined && lease.mac === mac && lease.until > time;
  }

  /** All leases that run at a time, but those of one client. */
  running(mac: string, time: number): number {
    let count = 0;
    for (const lease of this.leases.values()) if (lease.mac !== mac && lease.until > time) count++;
    return count;
  }

  get ever(): number {
    return this.leases.size;
  }
}

const lowest = ({ range }: Pool): bigint => (range.first < range.last ? range.first : range.last);

/** How many addresses or prefixes a pool has, whichever way round it is written. */
export function sizeOf({ range, delegated }: Pool): number {
  const size = range.last < range.first ? range.first - range.last : range.last - range.first;
  return Number(delegated === undefined ? size : size >> BigInt(128 - delegated)) + 1;
}
