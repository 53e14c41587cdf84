import { messageType6 } from '../../codec/dhcpv6/message';
import type { Client6, Note6 } from '../conversations/v6model';
import { invented6 } from './attacks6';
import { FLOOD, densest, type Sent } from './floods';
import type { World } from './world';

/** Many DHCPv6 messages of one client in a short time. */

export interface Flood6 {
  readonly client: Client6;
  readonly sent: readonly Sent[];
  readonly links: ReadonlySet<string>;
}

/** The floods of requests, in the order in which their clients were met. */
export const requestFloods6 = (world: World): readonly Flood6[] => world.once(floodsOfRequests);

function floodsOfRequests(world: World): readonly Flood6[] {
  const invented = invented6(world);
  return [...world.conversations6.clients.values()].flatMap((client) => {
    const flood = invented.has(client) ? undefined : densest(sent6(client, ({ fromServer }) => !fromServer, world));
    if (!flood) return [];
    return [{ client, sent: flood, links: new Set(client.exchanges.map(({ notes }) => notes[0]!.link)) }];
  });
}

/**
 * A client's messages of one direction; empty if there are too few for a flood. The copies of one message, as several interfaces show it,
 * count as one, but a message that keeps coming for longer than copies do counts each time.
 */
export function sent6({ exchanges }: Client6, wanted: (note: Note6) => boolean, { packets, limits }: World): Sent[] {
  const all: Sent[] = [];
  for (const { notes } of exchanges) {
    for (const note of notes) {
      if (!note.timed || !wanted(note)) continue;
      const lasts = note.lastTime - note.time;
      const frames = lasts > limits.relayWindow ? note.frames : [note.frame];
      const type = messageType6(note.type);
      const xid = packets.get(note.index).dhcpv6!.xid;
      const step = frames.length > 1 ? lasts / (frames.length - 1) : 0;
      for (const [i, frame] of frames.entries()) all.push({ frame, time: note.time + i * step, type, xid });
    }
  }
  return all.length < FLOOD.messages ? [] : all.sort((a, b) => a.time - b.time);
}
