import type { World } from '../evidence/world';
import { count, list } from './words';

/** The protocols by which a host asks for its address, with their names. */
const ASKING: Readonly<Record<string, string>> = { dhcp: 'DHCP', bootp: 'BOOTP', dhcpv6: 'DHCPv6', rarp: 'RARP' };

/** Number of messages of each protocol by which a host asks for its address, by name. */
export function spoken({ observed }: World): Map<string, number> {
  return new Map(
    [...observed.protocols].flatMap(([protocol, n]) => (protocol in ASKING ? [[ASKING[protocol]!, n] as const] : [])),
  );
}

/** Protocols that everybody calls by their abbreviations. */
const SHORT: Readonly<Record<string, string>> = {
  'User Datagram Protocol': 'UDP',
  'Transmission Control Protocol': 'TCP',
};

/** Names of what a capture holds, each with its number of frames, the most frequent first. */
export function heldBy({ facts, observed }: World): [name: string, frames: number][] {
  const held = new Map<string, number>();
  for (const [name, n] of facts.contents ?? []) held.set(SHORT[name] ?? name, n);
  for (const [protocol, n] of observed.protocols) {
    const name = protocol.toUpperCase();
    held.set(name, (held.get(name) ?? 0) + n);
  }
  return [...held].sort((a, b) => b[1] - a[1]);
}

/** What a capture without DHCP holds, in one or two sentences. */
export function contentsText(world: World): string {
  const { frames, unfiltered = 0 } = world.facts;
  if (frames === 0 && unfiltered > 0)
    return unfiltered === 1
      ? 'The filter does not pass the only frame.'
      : `The filter passes none of ${count(unfiltered, 'frame')}.`;
  if (frames === 0) return 'The file holds no frames.';
  const most = heldBy(world).map(([name, n]) => `${name} (${n})`);
  const none =
    frames === 1
      ? 'The only frame is none of DHCP, BOOTP, DHCPv6 and RARP.'
      : `None of ${frames} frames is DHCP, BOOTP, DHCPv6 or RARP.`;
  return most.length === 0 ? none : `${none} The capture holds ${list(most, 8)}.`;
}
