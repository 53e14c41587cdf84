import { OPTION } from '../../analysis/conversations/names';
import { push } from '../../codec/append';
import { contains, prefixAt, prefixText, type Prefix } from '../address';
import type { ConfigDocument, Scope, Subnet } from '../model';
import { compare } from '../rules/rule';
import { agentPart, ipv4, type Heard } from './request';

/** Where a request comes from, in the subnets of the configuration. */
export type Where =
  | { readonly kind: 'link'; readonly subnets: readonly Subnet[] }
  /** The request names its link, and no subnet is there. */
  | { readonly kind: 'nowhere'; readonly address: number; readonly named: string; readonly nearest: Subnet | undefined }
  /** One of several links: the capture does not tell which. */
  | { readonly kind: 'one-of'; readonly links: readonly (readonly Subnet[])[] }
  | { readonly kind: 'unknown' };

/** Subnets nest in few levels: one of those just before is the one that is looked for, if any is. */
const LEVELS = 64;

/** The subnets of a configuration by address, and which of them share a link. */
export class Network {
  /** Each link once. */
  readonly links: readonly (readonly Subnet[])[];
  private readonly sorted: readonly { readonly prefix: Prefix; readonly subnet: Subnet }[];
  private readonly linkOf = new Map<Subnet, readonly Subnet[]>();
  private readonly byRelay = new Map<bigint, readonly Subnet[]>();
  /** Some masks are not in the file: where an address is in no subnet, that says nothing. */
  private readonly open: boolean;
  private local: readonly Subnet[] | undefined;
  /** An address of the server on its own link, which is in no subnet. */
  private outside: number | undefined;

  constructor(private readonly document: ConfigDocument) {
    const subnets = document.subnets.filter(
      ({ family, passive, pools, prefix }) => family === 4 && (!passive || prefix || pools.length > 0),
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
    this.links = [...groups.values()];
    for (const link of this.links) for (const subnet of link) this.linkOf.set(subnet, link);
    for (const subnet of subnets)
      for (const { value } of subnet.relays)
        if (!this.byRelay.has(value.value)) this.byRelay.set(value.value, this.linkOf.get(subnet) ?? [subnet]);
  }

  /** The smallest subnet that holds an address. */
  at(address: number): Subnet | undefined {
    const at = ipv4(address);
    const last = this.lastBefore(at.value);
    for (let i = last; i >= 0 && i > last - LEVELS; i--)
      if (contains(this.sorted[i]!.prefix, at)) return this.sorted[i]!.subnet;
    return undefined;
  }

  private lastBefore(value: bigint): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sorted[middle]!.prefix.network <= value) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The subnet whose addresses are next to one that is in none. */
  private nearest(address: number): Subnet | undefined {
    const last = this.lastBefore(BigInt(address));
    const [below, above] = [this.sorted[last], this.sorted[last + 1]];
    if (!below || !above) return (below ?? above)?.subnet;
    const nearer = BigInt(address) - below.prefix.network <= above.prefix.network - BigInt(address);
    return (nearer ? below : above).subnet;
  }

  linkAt(address: number): readonly Subnet[] | undefined {
    const subnet = this.at(address);
    return subnet && this.linkOf.get(subnet);
  }

  /** Tells addresses that hosts on the server's own link have; `certain` are those of the server. */
  learn(certain: readonly number[], others: readonly number[]): void {
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

  /** Where a request comes from: what relay, client and link say of it, in the order in which servers ask. */
  whereIs({ dhcp }: Heard): Where {
    const { giaddr, ciaddr } = dhcp;
    const part = agentPart(dhcp, LINK_SELECTION);
    const selected = part?.length === 8 ? parseInt(part, 16) : undefined;
    if (giaddr !== 0 && selected !== undefined && selected !== 0)
      return this.named(selected, 'the relay’s link selection (option 82, sub-option 5)');
    const wanted = dhcp.ip(OPTION.subnetSelection);
    if (wanted !== undefined && wanted !== 0) return this.named(wanted, 'the subnet selection (option 118)');
    if (giaddr !== 0) {
      const link = this.byRelay.get(BigInt(giaddr));
      return link ? { kind: 'link', subnets: link } : this.named(giaddr, 'the relay’s address (giaddr)');
    }
    if (ciaddr !== 0) {
      const link = this.linkAt(ciaddr);
      if (link) return { kind: 'link', subnets: link };
    }
    return this.here();
  }

  private named(address: number, named: string): Where {
    // udhcpd has one range, and asks for no more.
    if (this.document.kind === 'udhcpd') return this.here();
    const link = this.linkAt(address);
    if (link) return { kind: 'link', subnets: link };
    return this.open ? { kind: 'unknown' } : { kind: 'nowhere', address, named, nearest: this.nearest(address) };
  }

  /** The server's own link. */
  private here(): Where {
    const { local, links, outside } = this;
    if (outside !== undefined)
      return { kind: 'nowhere', address: outside, named: 'the server’s own address', nearest: this.nearest(outside) };
    if (local) return { kind: 'link', subnets: local };
    if (links.length === 1) return { kind: 'link', subnets: links[0]! };
    if (links.length === 0 || links.length > MOST_LINKS) return { kind: 'unknown' };
    return { kind: 'one-of', links };
  }
}

/** More links than this are not tried one after the other. */
const MOST_LINKS = 16;
/** RFC 3527 §3. */
const LINK_SELECTION = 5;

/** The subnet's prefix; where the file does not tell the mask, that of most networks. */
function prefixOf({ prefix, pools }: Subnet): Prefix | undefined {
  const [pool] = pools;
  return prefix ?? (pool && prefixAt({ family: 4, value: pool.range.first }, 24));
}
