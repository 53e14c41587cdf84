import type { Tunnel } from '../../../codec/tunnel/ends';
import type { World } from '../world';

/** Tunnels of which a capture shows one direction only: the replies to what goes through them cannot be in it. */

/** How many links are looked at. */
const MOST_LINKS = 64;

const keyOf = ({ name, from, to }: Tunnel): string => `${name} ${from} ${to}`;

const known = (): Map<string, Tunnel | undefined> => new Map();

/**
 * The tunnel that carries a message and through which nothing comes back; undefined if there is none. It is the same object for all messages
 * in it. The messages of one link go through the same tunnel.
 */
export function oneWayTunnel(
  { link, index }: { readonly link: string; readonly index: number },
  world: World,
): Tunnel | undefined {
  const { tunnels = [] } = world.facts;
  if (tunnels.length === 0) return undefined;
  const links = world.once(known);
  if (!links.has(link) && links.size < MOST_LINKS) {
    const own = world.packets.tunnel?.(index);
    // One datagram may go to many ends, or to a multicast group, and any of them may answer.
    const back = tunnels.some(({ name, to }) => name === own?.name && to === own.from);
    links.set(link, back ? undefined : tunnels.find((one) => own && keyOf(one) === keyOf(own)));
  }
  return links.get(link);
}
