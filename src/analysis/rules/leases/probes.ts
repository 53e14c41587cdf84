import type { ArpSeen } from '../../evidence/arp';
import { cause, ranked, type Detail } from '../../collector';
import { DECLINE, OPTION, type Message } from '../../conversations/model';
import type { World } from '../../evidence/world';
import * as advice from '../../words/advice';
import { ip, list } from '../../words/words';

/** A client declines its address because another host probes for it at the same time. */

/** Whether an ARP request only asks whether an address is free: it has no sender address (RFC 5227 §1.1). */
export const isProbe = ({ senderIp }: ArpSeen): boolean => senderIp === 0;

/** A client asks by ARP at most this many seconds before its DECLINE. */
export const PROBING = 30;

/** Why another host probes for an address that a client was just given. */
export function probedCauses(
  foreign: readonly ArpSeen[],
  address: number,
  message: Message,
  world: World,
): Detail['causes'] {
  const [first] = foreign as readonly [ArpSeen, ...ArpSeen[]];
  const { senderMac: mac } = first;
  // Who takes part in DHCP as a client wants an address of its own.
  const client = world.clients.some((one) => one.mac === mac);
  const others = [...(world.once(declinedAfterProbe).get(mac) ?? [])].filter((one) => one !== address);
  return ranked(
    cause(
      client ? 'possible' : 'likely',
      'A switch or access point keeps track of the hosts behind its ports by ARP probes (Cisco: IP device tracking), and asks while the client still checks its address',
      `the probe in frame ${first.frame} comes from ${mac}, and has the sender address 0.0.0.0`,
      others.length > 0 &&
        `${mac} probes for ${list(others.map((one) => ip(one)))} as well, which ${others.length === 1 ? 'was' : 'were'} declined too`,
      !client && `${mac} asks for no address by DHCP`,
    ),
    cause(
      client ? 'likely' : 'possible',
      'Another host wants to use the same address, by its own fixed setting or from another DHCP server',
      client && `${mac} is a DHCP client`,
    ),
    cause(
      'unlikely',
      'Another host uses the address already',
      `no frame before the DECLINE in frame ${message.frame} shows one that does`,
    ),
  );
}

/** By hardware address: the declined addresses that it probed for shortly before. */
function declinedAfterProbe(world: World): ReadonlyMap<string, ReadonlySet<number>> {
  const probed = new Map<string, Set<number>>();
  for (const exchange of world.exchanges)
    for (const { dhcp, time } of exchange.of(DECLINE)) {
      const address = dhcp.ip(OPTION.requested) ?? 0;
      for (const { senderMac } of world.neighbours
        .arpAbout(address)
        .askedByOthers(exchange.client.mac, time - PROBING, time)
        .filter(isProbe)) {
        const addresses = probed.get(senderMac);
        if (addresses) addresses.add(address);
        else probed.set(senderMac, new Set([address]));
      }
    }
  return probed;
}

/** What to do where a switch probes for the addresses of hosts. */
export const probedSteps = (mac: string): advice.Step[] => [
  `Find who sends the probes: \`show mac address-table address ${mac}\` on the switch; if nothing is found, it is the switch itself.`,
  advice.stepFor(
    'switch',
    'ios',
    'Cisco IOS',
    '`ip device tracking probe delay 10` waits until hosts have checked their addresses; `ip device tracking probe use-svi` (or `auto-source`) gives the probe a sender address. Newer releases: `device-tracking tracking auto-source`.',
  ),
  'Other switches and access points: look for host tracking, ARP probing or “IP conflict detection”, and let it start later or with a sender address.',
];
