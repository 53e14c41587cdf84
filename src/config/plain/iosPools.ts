import { append } from '../../codec/append';
import { contains, lastOf, type Address, type Prefix, type Range } from '../address';
import type { Scope, Subnet } from '../model';
import { newPool, newReservation, newScope, newSubnet, type Open } from '../scopes';
import type { Located, Span } from '../source';
import type { Builder, Word } from './builder';
import type { Exclusion } from './iosExclusions';

/** A pool being read. */
export interface Pool {
  readonly name: Word;
  readonly head: Span;
  readonly scope: Open<Subnet>;
  network?: Prefix;
  host?: Located<Address>;
  readonly identifiers: (Word & { readonly hardware: boolean })[];
  /** Only members of these classes get addresses from it, and of some only these. */
  readonly classes: (Located<string> & { readonly ranges: { readonly range: Range; readonly span: Span }[] })[];
  /** `network … secondary`: more subnets of the same link. */
  readonly secondaries: Open<Subnet>[];
}

/** Begins a pool. */
export function newIosPool(name: Word, head: Span, builder: Builder): Pool {
  const scope = newSubnet(head, builder.global, 4);
  scope.name = name.text;
  return { name, head, scope, identifiers: [], classes: [], secondaries: [] };
}

/** Adds the subnet of a line `network … secondary`. The commands that begin with `override` are for it alone. */
export function addSecondary({ name, secondaries }: Pool, prefix: Prefix, span: Span, builder: Builder): void {
  const subnet = newSubnet(span, builder.global, 4);
  subnet.name = name.text;
  subnet.prefix = prefix;
  secondaries.push(subnet);
}

/** Turns pools that were read to their end into subnets and reservations. */
export class Finisher {
  constructor(
    private readonly builder: Builder,
    private readonly excluded: readonly Exclusion[],
    /** `no ip dhcp use class`: the classes of pools are not looked at. */
    private readonly usesClasses: boolean,
  ) {}

  finish(pool: Pool): void {
    const { builder } = this;
    const { scope, network, host, secondaries } = pool;
    if (host) this.host(pool, host);
    else if (network || secondaries.length > 0) {
      scope.head = pool.head;
      const subnets = network ? [Object.assign(scope, { prefix: network }), ...secondaries] : secondaries;
      if (secondaries.length > 0) this.together(pool, subnets);
      for (const subnet of subnets) this.subnet(pool, subnet, subnet.prefix!);
    } else
      builder.scopes.push({
        ...newScope('class', pool.head, builder.global, pool.name.text),
        options: scope.options,
        settings: scope.settings,
      });
  }

  private host(pool: Pool, host: Located<Address>): void {
    const reservation = newReservation(pool.head, this.builder.global);
    reservation.addresses.push(host);
    reservation.name = pool.name.text;
    for (const { text, span, hardware } of pool.identifiers) {
      const value = (text.toLowerCase().replace(/[.:-]/g, '').match(/../g) ?? []).join(':');
      reservation.identifiers.push({ type: hardware ? 'hw-address' : 'client-id', value, span });
    }
    append(reservation.options, pool.scope.options);
    this.builder.reservations.push(reservation);
  }

  /** All subnets of a pool inherit what the pool says, and are on one link. */
  private together({ name, head, scope }: Pool, subnets: readonly Open<Subnet>[]): void {
    const { options, settings, reservedOnly } = scope;
    const around: Scope = { ...newScope('shared-network', head, this.builder.global, name.text), options, settings };
    scope.options = [];
    scope.settings = new Map();
    this.builder.scopes.push(around);
    for (const subnet of subnets) {
      subnet.parent = around;
      subnet.sharedNetwork = around;
      if (reservedOnly) subnet.reservedOnly = reservedOnly;
    }
  }

  private subnet(pool: Pool, scope: Open<Subnet>, network: Prefix): void {
    if (this.usesClasses) guard(scope, network, pool);
    this.fill(scope, network);
    this.builder.subnets.push(scope);
  }

  /**
   * Adds a pool of all addresses of the network, except its own, the broadcast address and the exclusions. IOS leaves out its own addresses
   * by itself.
   */
  private fill(scope: Open<Subnet>, network: Prefix): void {
    if (network.length > 30) return;
    const pool = newPool(scope.head, scope, { family: 4, first: network.network + 1n, last: lastOf(network) - 1n });
    scope.pools.push(pool);
    for (const { first, last, span } of this.excluded) {
      if (last.value.value < network.network || first.value.value > lastOf(network)) continue;
      const gap = newPool(span, scope, { family: 4, first: first.value.value, last: last.value.value });
      gap.excluded = true;
      scope.pools.push(gap);
    }
  }
}

function guard(scope: Open<Subnet>, network: Prefix, { classes, secondaries }: Pool): void {
  scope.guards = classes;
  const inside = ({ family, first }: Range): boolean =>
    secondaries.length === 0 || contains(network, { family, value: first });
  scope.policies = classes.flatMap(({ value, span, ranges }) =>
    ranges
      .filter(({ range }) => inside(range))
      .map((one) => ({ ...newPool(one.span, scope, one.range), guards: [{ value, span }] })),
  );
}
