import type { Packet, Packets } from './packet';

/** Frames that a capture holds out of time order are put right within this many frames, and this many seconds. */
const DEPTH = 64;
const SECONDS = 1;

/**
 * The packets in order of time as far as it can be told: captures of several interfaces write frames milliseconds out of order,
 * a reply before its request. Larger steps back (a clock that was set, files joined together) stay as the capture has them.
 */
export function* inTimeOrder(packets: Packets): Generator<readonly [index: number, packet: Packet]> {
  const held: (readonly [number, Packet])[] = [];
  for (let i = 0; i < packets.count; i++) {
    const packet = packets.get(i);
    let at = held.length;
    if (packet.timed) {
      while (at > 0) {
        const before = held[at - 1]![1];
        const ahead = before.time - packet.time;
        if (!before.timed || ahead <= 0 || ahead >= SECONDS) break;
        at--;
      }
    }
    held.splice(at, 0, [i, packet]);
    if (held.length > DEPTH) yield held.shift()!;
  }
  yield* held;
}
