import { lowerBound } from '../../codec/search';
import type { Severity } from '../../analysis/finding';
import { contains, type Address, type Family } from '../address';
import type { ConfigDocument, ConfigKind, OptionSetting, Pool, Reservation, Scope, Subnet } from '../model';
import type { Report } from '../report';

/** The subnets that a setting applies to. */
export interface Targets {
  readonly subnets: readonly Subnet[];
  readonly members: ReadonlySet<Subnet>;
  /** Set in a subnet, or for a host in one, rather than for several subnets at once. */
  readonly own: boolean;
  /** The IPv4 subnets among them, precomputed for several rules. */
  readonly four: readonly Subnet[];
  readonly allKnown: boolean;
  readonly assumed: boolean;
}

/** A rule that checks a configuration for one fault. */
export interface Rule {
  readonly id: string;
  /** Programs that refuse a file with this fault. */
  readonly refusedBy?: readonly ConfigKind[];
  /** Programs for which the severity differs from the catalogue's. */
  readonly severities?: Partial<Readonly<Record<ConfigKind, Severity>>>;
  /** Programs to which the rule does not apply, for instance because they handle it themselves. */
  readonly notFor?: readonly ConfigKind[];
  check(view: ConfigView): Iterable<Omit<Report, 'id'>>;
}

export const OPTION = {
  mask: 1,
  router: 3,
  dns: 6,
  broadcast: 28,
  lease: 51,
  t1: 58,
  t2: 59,
  routes: 121,
  microsoftRoutes: 249,
} as const;
export const OPTION6 = { dns: 23 } as const;

/** These programs send themselves as router or DNS server, or take it from their interface. */
export const SENDS_ITSELF: readonly ConfigKind[] = ['dnsmasq', 'openwrt', 'networkd', 'routeros'];

/** Whether an option is DHCP's own rather than a vendor's. */
export const isOwn = ({ space }: OptionSetting): boolean => space === 'dhcp' || space === 'dhcpv6';

/** A configuration with derived data that several rules need. */
export class ConfigView {
  /** Every scope of the document; outer scopes precede those inside them. */
  readonly scopes: readonly Scope[];
  /** A file could not be read, so what seems to be missing may be there. */
  readonly unread: boolean;
  private readonly sorted = new Map<Family, readonly Subnet[]>();

  constructor(readonly document: ConfigDocument) {
    const { global, subnets, reservations, scopes } = document;
    this.scopes = [global, ...scopes, ...subnets, ...subnets.flatMap(({ pools }) => pools), ...reservations];
    this.unread = document.findings.some(({ id }) => id === 'include-not-read');
  }

  get kind(): ConfigKind {
    return this.document.kind;
  }

  /** Subnets with a known prefix, sorted by start. Of two with the same start, the larger comes first. */
  subnetsOf(family: Family): readonly Subnet[] {
    let list = this.sorted.get(family);
    if (!list) {
      list = this.document.subnets
        .filter(({ prefix }) => prefix?.family === family)
        .sort((a, b) => compare(a.prefix!.network, b.prefix!.network) || a.prefix!.length - b.prefix!.length);
      this.sorted.set(family, list);
    }
    return list;
  }

  /** The smallest subnet that contains an address. */
  subnetAt(address: Address): Subnet | undefined {
    const list = this.subnetsOf(address.family);
    const next = lowerBound(list.length, (i) => list[i]!.prefix!.network <= address.value);
    // Subnets nest only a few levels deep, so the one looked for is among the preceding ones, if it exists.
    for (let i = next - 1; i >= 0 && i > next - 64; i--) if (contains(list[i]!.prefix!, address)) return list[i];
    return undefined;
  }

  private readonly targets = new WeakMap<Scope, Targets>();

  /**
   * The subnets that a setting of this scope applies to: its own, or those of its shared network or group. A setting outside of these
   * applies to all.
   */
  targetsOf(scope: Scope): Targets {
    const own = this.subnetOf(scope);
    const { document } = this;
    if (own) return this.targetOf(own, () => [own], true);
    for (let one: Scope | undefined = scope; one; one = one.parent) {
      const around = one;
      if (one.kind === 'shared-network')
        return this.targetOf(around, () => document.subnets.filter(({ sharedNetwork }) => sharedNetwork === around));
      if (one.kind === 'group') {
        const inside = this.targetOf(around, () => document.subnets.filter((subnet) => isInside(subnet, around)));
        if (inside.subnets.length > 0) return inside;
      }
    }
    return this.targetOf(document.global, () => document.subnets);
  }

  private targetOf(anchor: Scope, subnets: () => readonly Subnet[], own = false): Targets {
    let made = this.targets.get(anchor);
    if (!made) {
      const list = subnets();
      const four = list.filter(({ family }) => family === 4);
      made = {
        subnets: list,
        members: new Set(list),
        own,
        four,
        allKnown: four.every(({ prefix }) => prefix),
        assumed: four.some(({ assumed }) => assumed),
      };
      this.targets.set(anchor, made);
    }
    return made;
  }

  /** Whether an address is in one of the subnets that a setting applies to. */
  holds({ subnets, members }: Targets, address: Address): boolean {
    if (subnets.length < 8) return subnets.some(({ prefix }) => prefix && contains(prefix, address));
    const found = this.subnetAt(address);
    return found !== undefined && (members.has(found) || subnets === this.document.subnets);
  }

  /** The subnet that encloses a scope. */
  subnetOf(scope: Scope): Subnet | undefined {
    for (let one: Scope | undefined = scope; one; one = one.parent) if (isSubnet(one)) return one;
    if (!isReservation(scope)) return undefined;
    return scope.subnet ?? (scope.addresses[0] && this.subnetAt(scope.addresses[0].value));
  }
}

function isInside(scope: Scope, around: Scope): boolean {
  for (let one: Scope | undefined = scope.parent; one; one = one.parent) if (one === around) return true;
  return false;
}

export const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
export const isSubnet = (scope: Scope): scope is Subnet => scope.kind === 'subnet';
/** The subnet in which a pool is declared. */
export const subnetOf = ({ parent }: Pool): Subnet | undefined => (parent && isSubnet(parent) ? parent : undefined);
export const isReservation = (scope: Scope): scope is Reservation => scope.kind === 'reservation';

/** The option of a scope, or of the nearest enclosing scope that sets it. */
export function optionOf(scope: Scope, code: number): OptionSetting | undefined {
  for (let one: Scope | undefined = scope; one; one = one.parent) {
    const found = one.options.filter((option) => option.code === code && isOwn(option)).at(-1);
    if (found) return found;
  }
  return undefined;
}

/** Pools that lease addresses rather than prefixes. */
export const leasing = (subnet: Subnet): Pool[] =>
  subnet.pools.filter(({ delegated, excluded }) => delegated === undefined && !excluded);
