import type { ArpPacket } from '../../ledger/packet';
import type { World } from './world';

/** Operation of a RARP request (RFC 903). */
export const RARP_REQUEST = 3;
const NO_MAC = '00:00:00:00:00:00';

/** The hosts that ask by RARP for their address, by hardware address. */
export function rarpHosts(world: World): string[] {
  const hosts = new Set<string>();
  for (const { index } of world.rarp) {
    const { arp } = world.packets.get(index);
    // It asks for the address of the target, which is itself (RFC 903); who leaves that out can mean nobody else.
    const host = arp?.operation === RARP_REQUEST ? rarpHost(arp) : undefined;
    if (host !== undefined) hosts.add(host);
  }
  return [...hosts];
}

/** Whom a RARP message is about; undefined where it has no hardware addresses. */
export function rarpHost({ senderMac, targetMac }: ArpPacket): string | undefined {
  return (targetMac === NO_MAC ? senderMac : targetMac) || undefined;
}
