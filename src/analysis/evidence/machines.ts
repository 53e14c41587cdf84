import { addressInDuid } from '../../codec/names/duids';
import { OPTION, type Client } from '../conversations/model';
import type { Client6 } from '../conversations/v6model';

/* Machines that ask by DHCPv4 and by DHCPv6. */

/** A client identifier that holds a DUID: type 255, IAID of four octets, DUID (RFC 4361 §6.1). In hex digits. */
const WITH_DUID = 'ff';
const BEFORE_DUID = 2 + 8;

/**
 * The DHCPv4 client that each DHCPv6 client is, by its label: one link-layer address, as the frame, the first relay or the DUID tells it, or
 * the same DUID in option 61. DHCPv6 clients of which no such thing is known are left out.
 */
export function sameMachines(clients: readonly Client[], clients6: readonly Client6[]): ReadonlyMap<Client6, string> {
  const same = new Map<Client6, string>();
  if (clients.length === 0 || clients6.length === 0) return same;
  const macs = new Set<string>();
  const byDuid = new Map<string, string>();
  for (const { mac, label, exchanges } of clients) {
    if (mac !== '') macs.add(mac);
    const id = exchanges[0]?.opening.dhcp?.option(OPTION.clientId)?.hex();
    if (id?.startsWith(WITH_DUID) && id.length > BEFORE_DUID) byDuid.set(id.slice(BEFORE_DUID), label);
  }
  for (const client of clients6) {
    const known = [client.mac, client.relayedMac, addressInDuid(client.label)];
    const label = known.find((mac) => mac !== undefined && macs.has(mac)) ?? byDuid.get(client.label);
    if (label !== undefined) same.set(client, label);
  }
  return same;
}
