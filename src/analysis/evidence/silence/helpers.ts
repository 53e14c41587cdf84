import { ipv4ToText } from '../../../codec/bytes';
import { RELAY_REPL } from '../../../codec/dhcpv6/message';
import type { World } from '../world';

/** Servers that relays are set to: one that never speaks DHCP, while relays get answers from another, may be a wrong address. */

/** A relay that a server answers. */
export interface Helped {
  readonly relay: string;
  readonly server: string;
  /** The frame of an answer. */
  readonly frame: number;
}

interface Helpers {
  /** A relay that is answered. */
  readonly first: Helped | undefined;
  /** Every address that DHCP replies come from or name as their server, and every host that a relay with an answer asks. */
  readonly excused: ReadonlySet<string>;
}

function helpersOf(world: World): Helpers {
  const helped = new Map<number, Helped>();
  const askers = new Map<string, Set<number>>();
  const excused = new Set<string>(world.survey.servers.keys());
  for (const exchange of world.exchanges)
    for (const message of exchange.messages)
      for (const { source, destination, frame, dhcp } of message.packetsSeen()) {
        const { giaddr } = dhcp!;
        if (message.fromClient) {
          if (giaddr === 0 || destination === undefined) continue;
          const known = askers.get(destination);
          if (known) known.add(giaddr);
          else askers.set(destination, new Set([giaddr]));
        } else if (source !== undefined) {
          excused.add(source);
          // What a relay sends itself is for the client.
          if (giaddr === 0 || helped.has(giaddr) || !askers.get(source)?.has(giaddr)) continue;
          helped.set(giaddr, { relay: ipv4ToText(giaddr), server: source, frame });
        }
      }
  for (const [to, relays] of askers) if ([...relays].some((relay) => helped.has(relay))) excused.add(to);
  const [first] = helped.values();
  return { first, excused };
}

/**
 * A relay that a server answers, where another host that relays send to never speaks DHCP, and none of these relays is answered by anybody:
 * a relay that has both is set to two partners, one of which is down.
 */
export function helpedElsewhere(to: string, world: World): Helped | undefined {
  const { first, excused } = world.once(helpersOf);
  return excused.has(to) ? undefined : first;
}

/** By server: the relays to which it sends replies, each with the first frame. */
export function relaysServed(world: World): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const served = new Map<string, Map<string, number>>();
  const note = (server: string, relay: string, frame: number): void => {
    let relays = served.get(server);
    if (!relays) served.set(server, (relays = new Map<string, number>()));
    if (!relays.has(relay)) relays.set(relay, frame);
  };
  for (const exchange of world.exchanges) {
    if (!exchange.relayed || exchange.replies === 0) continue;
    for (const message of exchange.messages)
      for (const { dhcp, source, destination, frame } of message.fromClient ? [] : message.packetsSeen())
        if (dhcp!.giaddr !== 0 && source !== undefined && destination === ipv4ToText(dhcp!.giaddr))
          note(source, destination, frame);
  }
  for (const index of world.observed.relayed6) {
    const { dhcpv6, source, destination, frame } = world.packets.get(index);
    if (dhcpv6?.outerType === RELAY_REPL && source !== undefined && destination !== undefined)
      note(source, destination, frame);
  }
  return served;
}
