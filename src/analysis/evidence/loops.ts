import type { Message } from '../conversations/model';
import type { Packet } from '../conversations/packet';
import type { World } from './world';

/** A message that relays pass round in a loop. */
export interface Loop {
  readonly seen: readonly Packet[];
  /** Link-layer address of a relay that sent it more than once, with a growing hop count. */
  readonly returned: string | undefined;
}

/** The loop of a message that comes back to a relay it has passed, or has more hops than allowed. */
export function loopOf(message: Message, { limits }: World): Loop | undefined {
  const seen = message.packetsSeen();
  const tooMany = seen.some(({ dhcp }) => dhcp!.hops > limits.maxHops);
  if (seen.length === 1 && !tooMany) return undefined;
  const passed = new Map<string, number>();
  let returned: string | undefined;
  for (const { dhcp, ethSource, link } of seen) {
    const { hops, giaddr } = dhcp!;
    // Hop 0 is the client itself, and a message without giaddr has not been handled by a relay.
    if (ethSource === undefined || hops === 0 || giaddr === 0) continue;
    const key = `${link} ${ethSource}`;
    const before = passed.get(key);
    if (before !== undefined && hops > before) returned = ethSource;
    else passed.set(key, hops);
  }
  return returned !== undefined || tooMany ? { seen, returned } : undefined;
}
