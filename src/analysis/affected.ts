import { MOST_COMPARED } from './explained';
import type { Finding } from './finding';
import type { World } from './evidence/world';
import { Frames } from './story/frames';

/** Counts the clients whose messages are among the frames of findings. */
export function clientsAffected(findings: readonly Finding[], world: World): ReadonlyMap<Finding, number> {
  const frames = new Frames(world.packets);
  const about = new Map(findings.map((one) => [one, one.frames.slice(0, MOST_COMPARED)]));
  const owners = owners6(new Set([...about.values()].flat()), world);
  const clientOf = (frame: number): object | undefined => {
    const index = owners.has(frame) ? undefined : frames.indexOf(frame);
    return index === undefined ? owners.get(frame) : world.observed.conversations.exchangeOf(index)?.client;
  };
  return new Map([...about].map(([one, own]) => [one, new Set(own.flatMap((frame) => clientOf(frame) ?? [])).size]));
}

/** The DHCPv6 clients of some frames. A capture may hold a million others, so only these are kept. */
function owners6(wanted: ReadonlySet<number>, { conversations6 }: World): ReadonlyMap<number, object> {
  const owners = new Map<number, object>();
  for (const { client, notes } of conversations6.exchanges)
    for (const note of notes) for (const frame of note.frames) if (wanted.has(frame)) owners.set(frame, client);
  return owners;
}
