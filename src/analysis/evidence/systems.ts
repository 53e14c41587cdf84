import { systemOf } from '../../codec/names/systems';
import type { Client } from '../conversations/model';
import type { World } from './world';

/* What a client says about itself. */

const REPLY_OP = 2;
/** How many exchanges of a client, counted from the last, are searched for what it says about itself. */
const LOOKED_AT = 8;

/** The last known system of a client: a machine that boots over the network first appears as its firmware, then as its operating system. */
export function systemOfClient({ exchanges }: Client): string | undefined {
  for (let i = exchanges.length - 1; i >= Math.max(0, exchanges.length - LOOKED_AT); i--) {
    const dhcp = exchanges[i]!.opening.dhcp!;
    const system = dhcp.op === REPLY_OP ? undefined : systemOf(dhcp);
    if (system !== undefined) return system;
  }
  return undefined;
}

/** The client that advice is for: its hardware address, and its system. */
export const knownOf = (
  client: Client,
): { readonly client?: string | undefined; readonly system?: string | undefined } => ({
  client: client.mac === '' ? undefined : client.mac,
  system: systemOfClient(client),
});

/** How many leases of an address are searched for one of its holder. */
const MOST_LEASES = 100;

/** The system of a machine that had a lease of an address. */
export function systemOfHolder(mac: string, address: number, { survey }: World): string | undefined {
  const lease = survey
    .leasesOf(address)
    .slice(0, MOST_LEASES)
    .find((one) => one.mac === mac);
  return lease && systemOfClient(lease.client);
}
