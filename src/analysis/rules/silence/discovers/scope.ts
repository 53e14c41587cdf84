import type { Message } from '../../../conversations/model';
import type { World } from '../../../evidence/world';

/** Whether a server has a scope for the network that a DISCOVER comes from: then the lack of one is no cause. */

/** The frame of an ACK that gives or confirms an address to a client of the same network; undefined if there is none. */
export const scopeShown = ({ link, dhcp }: Message, world: World): number | undefined =>
  world.once(networks).get(`${link} ${dhcp.giaddr}`);

/** By link and relay (0 for the link itself): the frame of the first ACK. */
function networks({ survey }: World): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const lease of survey.leases) {
    const { client, link, giaddr, frame, onLink } = lease;
    // Behind a router, a client may be in any network.
    if (giaddr === 0 && survey.routedClients.has(client)) continue;
    for (const relay of onLink ? [giaddr, 0] : [giaddr]) {
      const key = `${link} ${relay}`;
      if (!first.has(key)) first.set(key, frame);
    }
  }
  return first;
}
