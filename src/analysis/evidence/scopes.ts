import type { Lease } from '../conversations/lease';
import { isContiguous, sameSubnet } from '../conversations/masks';
import type { World } from './world';

/** Whether servers give the clients behind a relay addresses of the subnet that the relay asks for. */

/** The clients behind one relay, by what one server gives them; the first lease of either kind. */
interface Behind {
  readonly selector: number;
  readonly fit: Map<object, Lease>;
  readonly misfit: Map<object, Lease>;
}

/** By server, then by the address that selects the scope. */
function scopes({ survey }: World): ReadonlyMap<number, ReadonlyMap<number, Behind>> {
  const all = new Map<number, Map<number, Behind>>();
  for (const lease of survey.leases) {
    const { server, selector, mask, address, client } = lease;
    if (server === undefined || selector === 0 || mask === undefined || !isContiguous(mask)) continue;
    const ofServer = all.get(server) ?? new Map<number, Behind>();
    all.set(server, ofServer);
    const behind = ofServer.get(selector) ?? { selector, fit: new Map(), misfit: new Map() };
    ofServer.set(selector, behind);
    const side = sameSubnet(selector, address, mask) ? behind.fit : behind.misfit;
    if (!side.has(client)) side.set(client, lease);
  }
  return all;
}

/** What a server gives behind one relay, held against what it gives behind the others. */
export interface Compared {
  /** Behind this relay: how many clients are given addresses of other subnets; a lease of its own subnet, if one is given. */
  readonly misfit: number;
  readonly fit: Lease | undefined;
  /** A lease behind each of the other relays, if all of theirs fit. */
  readonly others: readonly Lease[];
}

/** Compares what a server gives where this address selects the scope. */
export function comparedScope(server: number | undefined, selector: number, world: World): Compared {
  const all = server === undefined ? undefined : world.once(scopes).get(server);
  const own = all?.get(selector);
  const others = [...(all?.values() ?? [])].filter((one) => one !== own);
  return {
    misfit: own?.misfit.size ?? 0,
    fit: own && [...own.fit.values()][0],
    others: others.every(({ misfit }) => misfit.size === 0) ? others.map(({ fit }) => [...fit.values()][0]!) : [],
  };
}
