import { silentClients } from '../../../evidence/silence/silent';
import type { World } from '../../../evidence/world';
import { span } from '../../../words/words';
import { silenceUntil } from './kindOf';

/** For so many seconds a port that comes up with spanning tree forwards nothing: twice its delay of 15 s (IEEE 802.1D), more after a change. */
const PORT_UP = { least: 20, most: 60 } as const;

/** What the verdict says of clients that nobody heard when they began, and that were served as soon as they were heard. */
export const slowPorts = (world: World): string[] =>
  silentClients(world).flatMap(({ client, run, later, bound }) => {
    const waited = (later?.time ?? 0) - run[0]!.time;
    if (!later || !bound || waited < PORT_UP.least || waited > PORT_UP.most) return [];
    const begins = client.exchanges[0]!.opening.frame === run[0]!.packet.frame;
    if (!begins || silenceUntil(client, run, world, later).kind !== 'late') return [];
    return [
      `${client.label} got no answer for ${span(waited)} when it began to ask, and then its lease at once: so it is where a switch port comes up slowly (spanning tree)`,
    ];
  });
