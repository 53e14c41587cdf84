import type { ArpPacket } from '../../ledger/packet';
import type { World } from './world';

/** Operation of a RARP request (RFC 903). */
export const RARP_REQUEST = 3;
const NO_MAC = '00:00:00:00:00:00';

/** Hardware addresses of the hosts that ask for their address by RARP. */
export function rarpHosts(world: World): string[] {
  const hosts = new Set<string>();
  for (const { index } of world.neighbours.rarp) {
    const { arp } = world.packets.get(index);
    // A RARP request asks for the address of the target, which is the sender itself (RFC 903). If the target is left out, it can only mean
    // the sender.
    const host = arp?.operation === RARP_REQUEST ? rarpHost(arp) : undefined;
    if (host !== undefined) hosts.add(host);
  }
  return [...hosts];
}

/** The host that a RARP message is about; undefined if the message has no hardware addresses. */
export function rarpHost({ senderMac, targetMac }: ArpPacket): string | undefined {
  return (targetMac === NO_MAC ? senderMac : targetMac) || undefined;
}
