import { heededIn, inPool } from '../../kea/heeded';
import type { ConfigDocument, Reservation, Subnet } from '../../model';
import { settingOf } from '../../scopes';
import type { Client } from '../policy';
import type { Truth } from '../expression';

/** Whether Kea gives what a reservation holds to its client in this subnet. */
export function isHeeded(host: Reservation, subnet: Subnet): boolean {
  const { global, inSubnet, outOfPool } = heededIn(subnet);
  if (!host.subnet) return global;
  return host.subnet === subnet && inSubnet && !(outOfPool && inPool(host, subnet));
}

/** Whether the address of a reservation is kept out of the pool that holds it. */
export function isSpared(host: Reservation): boolean {
  const { subnet } = host;
  if (!subnet) return false;
  const { inSubnet, outOfPool } = heededIn(subnet);
  return inSubnet && !(outOfPool && inPool(host, subnet));
}

/**
 * What Kea knows of a client’s reservations at one point of its work. It chooses the subnet first, then looks for reservations in this
 * subnet and the others of the shared network, then chooses the pool.
 */
export interface Lookup {
  readonly hosts: readonly Reservation[];
  /** Member of the class “KNOWN”. `open`: nothing was looked up, so the client is in neither “KNOWN” nor “UNKNOWN”. */
  readonly known: Truth | 'open';
}

/** Before the subnet is chosen. */
export function early({ global }: ConfigDocument, { reservations, known }: Client): Lookup {
  const first = settingOf(global, 'early-reservations')?.value === 'true';
  return { hosts: [], known: first && (known !== false || reservations.length > 0) ? undefined : 'open' };
}

/** After that: `network` holds the subnets that Kea may have chosen. */
export function late(network: readonly Subnet[], { reservations, known }: Client): Lookup {
  const hosts = reservations.filter((host) =>
    network.some((subnet) => {
      const { global, inSubnet } = heededIn(subnet);
      return host.subnet ? host.subnet === subnet && inSubnet : global;
    }),
  );
  return { hosts, known: hosts.length > 0 ? true : known === true ? false : known };
}

/** Where the subnet is not known. */
export function anywhere({ subnets }: ConfigDocument, client: Client): Lookup {
  const { hosts, known } = late(subnets, client);
  return { hosts, known: known === true && !hosts.some(({ subnet }) => subnet) ? undefined : known };
}
