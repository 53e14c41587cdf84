import { RELAY_FORW } from '../../codec/dhcpv6/message';
import { nameOfDuid } from '../../codec/names/duids';
import type { Packet } from '../conversations/packet';
import type { World } from './world';

/** DHCPv6 messages that relays pass round in a loop. */

/** One message of a client, as relays pass it round. */
export interface Loop6 {
  readonly client: string;
  /** In the order of its hop counts. */
  readonly frames: readonly number[];
  readonly hops: readonly number[];
  /** The relays that sent it more than once, and the first that did, in which frames. */
  readonly relays: readonly string[];
  readonly again: readonly [number, number];
}

/** A message on its way from relay to relay: its hop counts grow. */
interface Round {
  readonly frames: number[];
  readonly hops: number[];
  /** By relay: the hop count with which it sent the message first, and that frame. */
  readonly first: Map<string, { readonly hops: number; readonly frame: number }>;
  readonly relays: Set<string>;
  again: readonly [number, number] | undefined;
}

/** All such loops; to be asked for with `world.once(loops6)`. */
export function loops6(world: World): readonly Loop6[] {
  const found: Loop6[] = [];
  const rounds = new Map<string, Round>();
  const close = (duid: string, { frames, hops, relays, again }: Round): void => {
    if (!again) return;
    const client = world.conversations6.clients.get(duid)?.name ?? nameOfDuid(duid);
    found.push({ client, frames, hops, relays: [...relays].sort(), again });
  };
  for (const index of world.observed.relayed6) {
    const { dhcpv6, source, frame } = world.packets.get(index);
    if (dhcpv6?.outerType !== RELAY_FORW || source === undefined) continue;
    const { hops, peerAddress, clientDuid: duid = '', xid } = dhcpv6;
    const key = `${duid} ${xid}`;
    let round = rounds.get(key);
    // The client asks again, so the relays begin again to count.
    if (round && hops < round.hops.at(-1)!) {
      close(duid, round);
      round = undefined;
    }
    if (!round)
      rounds.set(key, (round = { frames: [], hops: [], first: new Map(), relays: new Set(), again: undefined }));
    round.frames.push(frame);
    round.hops.push(hops);
    const before = round.first.get(source);
    if (!before) round.first.set(source, { hops, frame });
    // Who hears the client itself and another relay as well sends it with two hop counts, and neither is a round.
    else if (hops >= before.hops + 2 || (hops > before.hops && peerAddress === source)) {
      round.relays.add(source);
      round.again ??= [before.frame, frame];
    }
  }
  for (const [key, round] of rounds) close(key.slice(0, key.indexOf(' ')), round);
  return found;
}

/** Whether a frame shows a message going round: one of a loop, or one between its relays that is nested too deep to be read. */
export const isLooping6 = ({ frame, source = '', destination = '' }: Packet, world: World): boolean => {
  const { frames, relays } = looping6(world);
  return frames.has(frame) || (relays.has(source) && relays.has(destination));
};

/** The frames of all loops, and the relays in them. */
export const looping6 = (
  world: World,
): { readonly frames: ReadonlySet<number>; readonly relays: ReadonlySet<string> } => world.once(allLooping);
const allLooping = (world: World): { readonly frames: ReadonlySet<number>; readonly relays: ReadonlySet<string> } => ({
  frames: new Set(world.once(loops6).flatMap(({ frames }) => frames)),
  relays: new Set(world.once(loops6).flatMap(({ relays }) => relays)),
});
