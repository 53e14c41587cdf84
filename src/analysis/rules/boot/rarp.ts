import { isVirtual } from '../../words/hosts';
import { RARP_REQUEST, rarpHost } from '../../evidence/rarp';
import { cause, ranked } from '../../collector';
import type { WorldRule } from '../rule';
import type { World } from '../../evidence/world';
import { frames, times } from '../../words/words';

/** RARP, the predecessor of BOOTP. */

/**
 * The time since when each hardware address is known to have an IP address, because it was leased one or uses one in ARP. Such a host does
 * not ask for its address by RARP: the request is an announcement by which the hypervisor tells the switches that a virtual machine moved
 * (QEMU, VMware).
 */
function addressedSince(world: World): Map<string, number> {
  const since = new Map<string, number>();
  const leased = new Set<string>();
  const note = (mac: string, time: number): void => void since.set(mac, Math.min(time, since.get(mac) ?? Infinity));
  for (const lease of world.survey.leases) {
    leased.add(lease.mac);
    note(lease.mac, lease.time);
  }
  // A host that uses ARP with an address it was not leased has a static address, or one from before the capture: it had it all the time.
  for (const seen of world.neighbours.arpSeen.values())
    for (const arp of seen) if (arp.senderIp !== 0) note(arp.senderMac, leased.has(arp.senderMac) ? arp.time : 0);
  return since;
}

/** A RARP request gets no answer. */
export const rarpUnanswered: WorldRule = function* (world) {
  const asked = new Map<string, { frames: number[]; first: number; time: number; timed: boolean }>();
  for (const seen of world.neighbours.rarp) {
    const packet = world.packets.get(seen.index);
    const arp = packet.arp;
    const host = arp && rarpHost(arp);
    if (host === undefined) continue;
    const key = `${packet.link} ${host}`;
    if (arp!.operation !== RARP_REQUEST) asked.delete(key);
    else {
      const entry = asked.get(key);
      if (!entry)
        asked.set(key, { frames: [packet.frame], first: packet.time, time: packet.time, timed: packet.timed });
      else {
        entry.frames.push(packet.frame);
        entry.time = packet.time;
      }
    }
  }
  const since = asked.size > 0 ? addressedSince(world) : new Map<string, number>();
  for (const [key, { frames: sent, first, time, timed }] of asked) {
    if (!world.observed.silenceProves(sent.length, time, timed, first)) continue;
    const client = key.slice(key.indexOf(' ') + 1);
    const addressed = (since.get(client) ?? Infinity) <= time;
    const moved = addressed || isVirtual(client);
    yield {
      id: 'rarp-unanswered',
      severity: moved ? 'info' : 'warning',
      subject: client,
      frames: sent,
      detail: () => ({
        title: `${client}: RARP request unanswered`,
        explanation: `The host asks by RARP for its own IP address ${times(sent.length)} (${frames(sent)}), and no RARP reply is in this capture. RARP is an Ethernet protocol of its own (EtherType 0x8035) and has no port; BOOTP and DHCP replaced it long ago.`,
        causes: ranked(
          cause(
            moved ? 'unlikely' : 'likely',
            'No RARP server runs on this link (hardly any network has one)',
            addressed && 'this capture shows that the host has an IP address',
            !addressed && moved && `${client.slice(0, 8)} is a prefix of virtual machines`,
          ),
          cause(
            moved ? 'likely' : 'possible',
            'A virtual machine host announces a moved machine by RARP, and expects no answer',
            sent.length > 1 && `${sent.length} requests`,
          ),
        ),
        steps: [
          'Set the device to BOOTP or DHCP. Where it knows RARP only: `rarpd` with /etc/ethers on a Linux host of the same link.',
        ],
        reference: 'RFC 903; RFC 1542',
      }),
    };
  }
};
