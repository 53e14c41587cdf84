import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import type { Cause } from '../../finding';
import { REQUEST, type Client } from '../../conversations/model';
import { hostBy } from '../../evidence/silence/scene';
import type { ArpSeen } from '../../evidence/arp';
import type { World } from '../../evidence/world';
import { ip, span, times } from '../../words/words';
import type { WorldRule } from '../rule';

/** A client that cannot send its renewal, because nobody answers its ARP for the server. */

/** When a renewal was due, only unanswered ARP requests for the leasing server's address are seen. */
export const renewalArp: WorldRule = function* (world) {
  if (world.neighbours.arpSeen.size === 0) return;
  const latest = new Map<Client, (typeof world.survey.leases)[number]>();
  for (const lease of world.survey.leases) latest.set(lease.client, lease);
  for (const lease of latest.values()) {
    if (lease.server === undefined || lease.seconds === undefined || lease.seconds === Infinity || lease.relayed)
      continue;
    const due = lease.time + (lease.t1 ?? lease.seconds / 2);
    // Only requests that are repeated at once count: the answers to an occasional request may not be seen here.
    const { up, inVain: asked } = hostBy(lease.server, due - 1, Infinity, world, lease.mac);
    if (up !== undefined || asked.length < 2) continue;
    if (lease.client.exchanges.some((one) => one.start >= due - 1 && one.holds(REQUEST))) continue;
    const { client, server, address } = lease;
    const other = otherOwnAddress(lease.server, lease.link, world);
    yield {
      id: 'renewal-unanswered',
      severity: 'warning',
      subject: client.label,
      frames: asked,
      detail: () => ({
        title: `${client.label} cannot renew ${ip(address)}: server ${ip(server)} does not answer its ARP`,
        explanation: `The client holds ${ip(address)} from server ${ip(server)} and should have renewed it ${span(due - lease.time)} after frame ${lease.frame}. Instead it asks by ARP for the server’s link-layer address ${times(asked.length)} and gets no answer, so the REQUEST cannot be sent.`,
        causes: ranked(
          other,
          cause(
            other ? 'possible' : 'likely',
            'The server is down, or has left this link',
            `no ARP reply from ${ip(server)} after the renewal was due`,
          ),
          !other && cause('possible', 'The server’s address changed; it is no longer the one that option 54 named'),
          cause('possible', 'A switch separates the client from the server (VLAN, port isolation, ARP inspection)'),
        ),
        steps: [
          ...(other ? SERVER_ID_STEPS : []),
          `On client ${client.label}: \`ping ${ip(server)}\` shows whether the server is up and on this link.`,
          ...advice.serverRunning({ server: ip(server) }),
        ],
        reference: 'RFC 2131 §4.4.5, RFC 826',
      }),
    };
  }
};

const SERVER_ID_STEPS = advice.settings({
  dhcpd: 'take `server-identifier` out, or let it name an address that the server has on this link',
  kea: 'take option `dhcp-server-identifier` out, or let it name an address that the server has on this link',
});

/** How many addresses of one hardware address are looked at. */
const MOST_OWN = 8;

/** By link and hardware address: the ARP messages in which it speaks as one address or another, the first of each. */
function speakers({ neighbours }: World): ReadonlyMap<string, readonly ArpSeen[]> {
  const found = new Map<string, ArpSeen[]>();
  for (const address of neighbours.arpSeen.keys()) {
    for (const claim of neighbours.arpAbout(address).claims.slice(0, MOST_OWN)) {
      const { link, senderMac } = claim;
      const key = `${link} ${senderMac}`;
      const own = found.get(key) ?? [];
      if (own.length >= MOST_OWN || own.some(({ senderIp }) => senderIp === address)) continue;
      own.push(claim);
      found.set(key, own);
    }
  }
  return found;
}

/** The server's host speaks by ARP as another address, and not as its server identifier: that is not its own. */
function otherOwnAddress(server: number, on: string, world: World): Cause | undefined {
  const macs = [...(world.survey.servers.get(ip(server))?.macs.values() ?? [])].filter(({ link }) => link === on);
  if (macs.length !== 1 || world.neighbours.arpAbout(server).claims.length > 0) return undefined;
  const { mac } = macs[0]!;
  const [own] = world.once(speakers).get(`${on} ${mac}`) ?? [];
  return (
    own &&
    cause(
      'likely',
      `The server identifier ${ip(server)} is no address of the server: its host has ${ip(own.senderIp)}`,
      `${mac}, from which the server’s replies come, speaks by ARP as ${ip(own.senderIp)} (frame ${own.frame})`,
      `nobody speaks by ARP as ${ip(server)}`,
    )
  );
}
