import type { Severity } from '../../analysis/finding';
import { contains, type Address, type Family } from '../address';
import type { ConfigDocument, ConfigKind, OptionSetting, Pool, Reservation, Scope, Subnet } from '../model';
import type { Report } from '../report';

/** Subnets that one setting counts in. */
export interface Targets {
  readonly subnets: readonly Subnet[];
  readonly members: ReadonlySet<Subnet>;
  /** It stands in a subnet, or for a host that has one; not for several at once. */
  readonly own: boolean;
  /** IPv4 subnets among them, with what several rules ask of them. */
  readonly four: readonly Subnet[];
  readonly allKnown: boolean;
  readonly assumed: boolean;
}

/** One rule over a configuration. Reading it teaches what the fault is. */
export interface Rule {
  readonly id: string;
  /** Programs that refuse a file for it. */
  readonly refusedBy?: readonly ConfigKind[];
  /** Programs for which the fault is graver or lighter than the catalogue says. */
  readonly severities?: Partial<Readonly<Record<ConfigKind, Severity>>>;
  /** Programs that do by themselves what the rule misses. */
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

/** The options of DHCP itself, not of a vendor. */
export const isOwn = ({ space }: OptionSetting): boolean => space === 'dhcp' || space === 'dhcpv6';

/** A configuration with what several rules ask of it, worked out once. */
export class ConfigView {
  /** Every scope of the document, the outermost first. */
  readonly scopes: readonly Scope[];
  /** A file could not be read: what seems to be missing may stand there. */
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

  /** Subnets with a known prefix, by where they begin; of two that begin together the larger first. */
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

  /** The smallest subnet that holds an address. */
  subnetAt(address: Address): Subnet | undefined {
    const list = this.subnetsOf(address.family);
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle]!.prefix!.network <= address.value) low = middle + 1;
      else high = middle;
    }
    // Subnets nest in few levels: one of those just before is it, if any is.
    for (let i = low - 1; i >= 0 && i > low - 64; i--) if (contains(list[i]!.prefix!, address)) return list[i];
    return undefined;
  }

  private readonly targets = new WeakMap<Scope, Targets>();

  /** The subnets that a setting of this scope counts in: its own; those of its shared network or group; for what stands outside, all. */
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

  /** Whether an address is in one of the subnets that a setting counts in. */
  holds({ subnets, members }: Targets, address: Address): boolean {
    if (subnets.length < 8) return subnets.some(({ prefix }) => prefix && contains(prefix, address));
    const found = this.subnetAt(address);
    return found !== undefined && (members.has(found) || subnets === this.document.subnets);
  }

  /** The subnet that a scope belongs to. */
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
export const isReservation = (scope: Scope): scope is Reservation => scope.kind === 'reservation';

/** The option of a scope, or of the nearest one around it. */
export function optionOf(scope: Scope, code: number): OptionSetting | undefined {
  for (let one: Scope | undefined = scope; one; one = one.parent) {
    const found = one.options.filter((option) => option.code === code && isOwn(option)).at(-1);
    if (found) return found;
  }
  return undefined;
}

/** Pools that lease addresses, not prefixes. */
export const leasing = (subnet: Subnet): Pool[] =>
  subnet.pools.filter(({ delegated, excluded }) => delegated === undefined && !excluded);
