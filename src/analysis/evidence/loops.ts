import type { Message } from '../conversations/model';
import type { Packet } from '../conversations/packet';
import type { World } from './world';

/** A message that relays hand round in a circle. */
export interface Loop {
  readonly seen: readonly Packet[];
  /** Link-layer address of a relay that sent it more than once, with a growing hop count. */
  readonly returned: string | undefined;
}

/** Whether a message comes back to a relay that it has passed, or has more hops than there may be. */
export function loopOf(message: Message, { limits }: World): Loop | undefined {
  const seen = message.packetsSeen();
  const passed = new Map<string, number>();
  let returned: string | undefined;
  for (const { dhcp, ethSource, link } of seen) {
    const { hops, giaddr } = dhcp!;
    // Hop 0 is the client itself, and a message without giaddr no relay has handled.
    if (ethSource === undefined || hops === 0 || giaddr === 0) continue;
    const key = `${link} ${ethSource}`;
    const before = passed.get(key);
    if (before !== undefined && hops > before) returned = ethSource;
    else passed.set(key, hops);
  }
  return returned !== undefined || seen.some(({ dhcp }) => dhcp!.hops > limits.maxHops)
    ? { seen, returned }
    : undefined;
}
