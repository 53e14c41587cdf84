import { lowerBound } from '../../codec/search';
import { OPTION } from '../../analysis/conversations/names';
import { push } from '../../codec/append';
import {
  contains,
  parseAddress,
  prefixAt,
  prefixText,
  textOfAddress,
  type Address,
  type Family,
  type Prefix,
} from '../address';
import type { ConfigDocument, Pool, Scope, Subnet } from '../model';
import { compare } from '../rules/rule';
import { settingOf } from '../scopes';
import type { Located } from '../source';
import { ipv4, readable, type Asked, type Heard, type Heard6 } from './request';

/** Where a request comes from, in terms of the configuration's subnets. */
export type Where =
  | { readonly kind: 'link'; readonly subnets: readonly Subnet[] }
  /** The request names its link, but no subnet is configured there. */
  | {
      readonly kind: 'nowhere';
      readonly what: string;
      readonly nearest: Subnet | undefined;
      /** A relay that the configuration names, with an address like the one that is looked for. */
      readonly like?: Located<Address> | undefined;
      readonly unsure?: true;
    }
  /** One of several links; the capture does not show which. */
  | { readonly kind: 'one-of'; readonly links: readonly (readonly Subnet[])[] }
  | { readonly kind: 'unknown' };

/** Subnets nest only a few levels deep, so the one looked for is among this many preceding ones, if it exists. */
const LEVELS = 64;

/** The subnets of a configuration by address, and which of them share a link. */
export class Network {
  /** Each link once, with its subnets. */
  readonly links: readonly (readonly Subnet[])[];
  private readonly sorted: readonly { readonly prefix: Prefix; readonly subnet: Subnet }[];
  private readonly linkOf = new Map<Subnet, readonly Subnet[]>();
  private readonly byRelay = new Map<bigint, readonly Subnet[]>();
  /** Some masks are not in the file, so an address outside all known subnets proves nothing. */
  private readonly open: boolean;
  /** Some subnets are in another file, so an address outside all known subnets may belong to one of those. */
  readonly elsewhere: boolean;
  private local: readonly Subnet[] | undefined;
  /** An address of the server on its own link that is in no subnet. */
  private outside: Address | undefined;

  constructor(
    private readonly document: ConfigDocument,
    family: Family = 4,
  ) {
    // OpenWrt keeps the addresses of its networks in another file, and dnsmasq takes some from an interface.
    const isLoose = ({ constructed }: Subnet): boolean => document.kind === 'openwrt' || constructed !== undefined;
    const subnets = document.subnets.filter(
      (one) =>
        one.family === family && (!one.passive || one.prefix || one.pools.length > 0 || one.within || isLoose(one)),
    );
    this.open = subnets.some(({ prefix, assumed }) => !prefix || assumed);
    this.sorted = subnets
      .flatMap((subnet) => {
        const prefix = prefixOf(subnet);
        return prefix ? [{ prefix, subnet }] : [];
      })
      .sort((a, b) => compare(a.prefix.network, b.prefix.network) || a.prefix.length - b.prefix.length);
    const groups = new Map<Scope | string, Subnet[]>();
    for (const { prefix, subnet } of this.sorted) push(groups, subnet.sharedNetwork ?? prefixText(prefix), subnet);
    const without = subnets.filter((subnet) => isLoose(subnet) && !prefixOf(subnet));
    this.elsewhere = without.length > 0;
    for (const subnet of without) push(groups, subnet.sharedNetwork ?? subnet, subnet);
    this.links = [...groups.values()];
    for (const link of this.links) for (const subnet of link) this.linkOf.set(subnet, link);
    for (const subnet of subnets)
      for (const { value } of subnet.relays)
        if (!this.byRelay.has(value.value)) this.byRelay.set(value.value, this.linkOf.get(subnet) ?? [subnet]);
  }

  /** The smallest subnet that contains an address. */
  at(at: Address): Subnet | undefined {
    const last = this.lastBefore(at.value);
    for (let i = last; i >= 0 && i > last - LEVELS; i--)
      if (contains(this.sorted[i]!.prefix, at)) return this.sorted[i]!.subnet;
    return undefined;
  }

  private lastBefore(value: bigint): number {
    return lowerBound(this.sorted.length, (i) => this.sorted[i]!.prefix.network <= value) - 1;
  }

  /** The subnet nearest to an address that is in none. */
  private nearest({ value }: Address): Subnet | undefined {
    const last = this.lastBefore(value);
    const [below, above] = [this.sorted[last], this.sorted[last + 1]];
    if (!below || !above) return (below ?? above)?.subnet;
    const nearer = value - below.prefix.network <= above.prefix.network - value;
    return (nearer ? below : above).subnet;
  }

  /** The subnet in which a pool is declared. */
  of(pool: Pool): Subnet | undefined {
    return this.sorted.find(({ subnet }) => subnet.pools.includes(pool))?.subnet;
  }

  linkAt(address: Address): readonly Subnet[] | undefined {
    const subnet = this.at(address);
    return subnet && this.linkOf.get(subnet);
  }

  /** Takes in addresses of hosts on the server's own link. `certain` are certainly on it, `others` only probably. */
  learn(certain: readonly Address[], others: readonly Address[]): void {
    for (const addresses of [certain, others]) {
      const links = new Set(
        addresses.flatMap((address) => this.linkAt(address) ?? []).map((one) => this.linkOf.get(one)!),
      );
      if (links.size === 1 && !this.local) this.local = [...links][0]!;
    }
    const [address] = certain;
    if (!this.local && address !== undefined && !this.open && !certain.some((one) => this.at(one)))
      this.outside = address;
  }

  /** Where a request comes from, by relay, client and link, in the order in which servers look at them. */
  whereIs(request: Asked): Where {
    return request.family === 6 ? this.whereIs6(request as Heard6) : this.whereIs4(request as Heard);
  }

  private whereIs4(request: Heard): Where {
    const { dhcp } = request;
    const { giaddr, ciaddr } = dhcp;
    const part = request.agent(LINK_SELECTION);
    const selected = part?.length === 8 ? parseInt(part, 16) : undefined;
    if (giaddr !== 0 && selected !== undefined && selected !== 0)
      return this.named(ipv4(selected), 'the relay’s link selection (option 82, sub-option 5)');
    const wanted = dhcp.ip(OPTION.subnetSelection);
    if (wanted !== undefined && wanted !== 0) return this.named(ipv4(wanted), 'the subnet selection (option 118)');
    if (giaddr !== 0) {
      const link = this.byRelay.get(BigInt(giaddr));
      return link ? { kind: 'link', subnets: link } : this.named(ipv4(giaddr), 'the relay’s address (giaddr)');
    }
    if (ciaddr !== 0) {
      const link = this.linkAt(ipv4(ciaddr));
      if (link) return { kind: 'link', subnets: link };
    }
    return this.here();
  }

  /** RFC 9915 §13.1: the relay's link-address; without a relay, the subnets of the receiving interface. */
  private whereIs6(request: Heard6): Where {
    const { dhcpv6, packet } = request;
    const kea = this.document.kind === 'kea6';
    if (dhcpv6.isRelay) {
      const id = request.option(INTERFACE_ID);
      const tied = kea && id ? this.tied((subnet) => quoted(settingOf(subnet, 'interface-id')) === readable(id)) : [];
      if (tied.length > 0) return { kind: 'link', subnets: tied[0]! };
      const link = parseAddress(dhcpv6.linkAddress ?? '');
      const relayed = link && this.byRelay.get(link.value);
      if (relayed) return { kind: 'link', subnets: relayed };
      return link ? this.named(link, 'the relay’s link address') : { kind: 'unknown' };
    }
    if (!kea) return this.here();
    const interfaces = this.document.names.filter(({ role, definition }) => role === 'interface' && definition);
    const [only] = interfaces;
    const heard = only && interfaces.length === 1 && only.name !== '*' ? only.name.replace(/\/.*/, '') : undefined;
    const tied = this.tied((subnet) => {
      const own = settingOf(subnet, 'interface');
      return own !== undefined && (heard === undefined || own.value === heard);
    });
    if (tied.length > 0)
      return tied.length === 1 ? { kind: 'link', subnets: tied[0]! } : { kind: 'one-of', links: tied };
    const from = parseAddress(packet.source ?? '');
    const link = from && this.linkAt(from);
    if (link) return { kind: 'link', subnets: link };
    const where = heard === undefined ? 'its interface' : `the interface “${heard.slice(0, 40)}”`;
    return {
      kind: 'nowhere',
      what: `comes from a client on a link of the server itself, and no subnet names ${where} in “interface”, by which Kea chooses the subnet of such clients`,
      nearest: this.sorted[0]?.subnet,
    };
  }

  private tied(is: (subnet: Subnet) => boolean): (readonly Subnet[])[] {
    return this.links.filter((link) => link.some(is));
  }

  private named(address: Address, named: string): Where {
    // udhcpd has only one range, so the link makes no difference.
    if (this.document.kind === 'udhcpd') return this.here();
    const link = this.linkAt(address);
    if (link) return { kind: 'link', subnets: link };
    if (!this.open) return this.nowhere(address, named);
    // dnsmasq serves a relay only from a range with a mask, or on a link of its own.
    return this.document.kind === 'dnsmasq' && !this.elsewhere
      ? { ...this.nowhere(address, named), unsure: true }
      : { kind: 'unknown' };
  }

  private nowhere(address: Address, named: string): Where & { readonly kind: 'nowhere' } {
    const nearest = this.nearest(address);
    const near = nearest?.prefix ? `; the nearest is ${prefixText(nearest.prefix)}` : '';
    const like = this.document.subnets
      .flatMap(({ relays }) => relays)
      .find(({ value }) => value.family === 4 && address.family === 4 && value.value >> 8n === address.value >> 8n);
    const known = like ? `; it names the relay ${textOfAddress(like.value)}` : '';
    const what = `comes from the link of ${textOfAddress(address)}, by ${named}, and no subnet of the configuration holds that address${known || near}`;
    return { kind: 'nowhere', what, nearest, like };
  }

  /** The server's own link. */
  private here(): Where {
    const { local, links, outside } = this;
    if (outside !== undefined) return this.nowhere(outside, 'the server’s own address');
    if (local) return { kind: 'link', subnets: local };
    if (links.length === 1) return { kind: 'link', subnets: links[0]! };
    if (links.length === 0 || links.length > MOST_LINKS) return { kind: 'unknown' };
    return { kind: 'one-of', links };
  }
}

/** How many links are tried one by one. */
const MOST_LINKS = 16;
/** RFC 3527 §3. */
export const LINK_SELECTION = 5;
/** RFC 9915 §21.18. */
const INTERFACE_ID = 18;

const quoted = (setting: { readonly value: string } | undefined): string => `“${setting?.value ?? ''}”`;

/** The subnet's prefix. If the file gives no mask, the one most networks have. */
function prefixOf({ prefix, pools, family, within }: Subnet): Prefix | undefined {
  const [pool] = pools;
  const inside = pool && family === 4 ? { family, value: pool.range.first } : within;
  return prefix ?? (inside && prefixAt(inside, 24));
}
