import { ipv4ToText } from '../codec/bytes';
import type { World } from './evidence/world';

/** Which addresses of which subnets are in use, as far as the capture shows. */

export interface AddressInUse {
  readonly address: string;
  /** Name of the client shown to the reader. */
  readonly client: string;
  /** Its state at the end of the capture. */
  readonly state: 'in use' | 'expired' | 'released' | 'declined';
  /** Frame of the last ACK for it. */
  readonly frame: number;
}

export interface Subnet {
  /** For example `10.67.0.0/24`; empty for addresses for which no ACK gives a mask. */
  readonly network: string;
  readonly routers: readonly string[];
  readonly servers: readonly string[];
  /** The first addresses in ascending order, and the number of all. */
  readonly addresses: readonly AddressInUse[];
  readonly count: number;
  readonly inUse: number;
}

/** How many subnets, and addresses of each, are listed. */
const MOST_SUBNETS = 64;
const MOST_ADDRESSES = 256;

interface Draft {
  readonly network: string;
  readonly routers: Set<number>;
  readonly servers: Set<number>;
  readonly addresses: Map<number, AddressInUse>;
}

/** The subnets in which leases were given, those with the most addresses first. */
export const subnetsOf = (world: World): readonly Subnet[] => world.once(findSubnets);
function findSubnets(world: World): readonly Subnet[] {
  const given = new Map<number, { readonly outcome: 'released' | 'declined'; readonly end: number }>();
  for (const { outcome, address, end } of world.exchanges)
    if ((outcome === 'released' || outcome === 'declined') && address !== undefined)
      given.set(address, { outcome, end });
  const drafts = new Map<string, Draft>();
  for (const { address, mask, routers, server, time, seconds, frame, client } of world.survey.leases) {
    const network = networkOf(address, mask);
    let draft = drafts.get(network);
    if (!draft)
      drafts.set(network, (draft = { network, routers: new Set(), servers: new Set(), addresses: new Map() }));
    for (const router of routers) draft.routers.add(router);
    if (server !== undefined) draft.servers.add(server);
    const back = given.get(address);
    const state =
      back && back.end >= time
        ? back.outcome
        : time + (seconds ?? Infinity) < world.facts.lastTime
          ? 'expired'
          : 'in use';
    draft.addresses.set(address, { address: ipv4ToText(address), client: client.label, state, frame });
  }
  const all = [...drafts.values()].sort((a, b) => b.addresses.size - a.addresses.size);
  return all.slice(0, MOST_SUBNETS).map(subnetOf);
}

function subnetOf({ network, routers, servers, addresses }: Draft): Subnet {
  const inOrder = [...addresses].sort(([a], [b]) => a - b).map(([, one]) => one);
  return {
    network,
    routers: [...routers].slice(0, MOST_SUBNETS).map(ipv4ToText),
    servers: [...servers].slice(0, MOST_SUBNETS).map(ipv4ToText),
    addresses: inOrder.slice(0, MOST_ADDRESSES),
    count: inOrder.length,
    inUse: inOrder.filter(({ state }) => state === 'in use').length,
  };
}

/** The network of an address by its mask; empty if there is no valid mask. */
function networkOf(address: number, mask: number | undefined): string {
  const inverted = ~(mask ?? 0) >>> 0;
  // A valid mask is ones followed by zeros.
  if (mask === undefined || mask === 0 || (inverted & (inverted + 1)) !== 0) return '';
  return `${ipv4ToText((address & mask) >>> 0)}/${32 - Math.round(Math.log2(inverted + 1))}`;
}
