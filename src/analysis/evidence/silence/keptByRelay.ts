import { DISCOVER, type Message } from '../../conversations/model';
import { push } from '../../../codec/append';
import { lowerBound } from '../../../codec/search';
import type { World } from '../world';

/** Where a capture shows both sides of a relay: what it hands on, and what not. */

/** A DISCOVER that a relay hands on: its frames on either side of it. */
export interface Handed {
  readonly giaddr: number;
  readonly time: number;
  readonly chaddr: string;
  readonly here: number;
  readonly there: number;
}

/** From so many clients on whose DISCOVERs are handed on, it tells something that others are not. */
const LEAST_CLIENTS = 2;

/** By link: the DISCOVERs that a relay hands on, of several clients, by time; none where what is answered is not seen again, as then the other side may not be either. */
function handedOn({ exchanges }: World): ReadonlyMap<string, readonly Handed[]> {
  const all = new Map<string, Handed[]>();
  const unseen = new Set<string>();
  for (const exchange of exchanges) {
    const { replies, relayed } = exchange;
    if (!relayed && replies === 0) continue;
    let seenAgain = false;
    const own = exchange.only(DISCOVER);
    for (const message of own) {
      const seen = message.packetsSeen();
      const here = seen.find(({ dhcp }) => dhcp!.giaddr === 0);
      const there = here && seen.find(({ dhcp }) => dhcp!.giaddr !== 0);
      if (!there) continue;
      seenAgain = true;
      const { giaddr, chaddr } = there.dhcp!;
      push(all, message.link, { giaddr, chaddr, time: message.time, here: here.frame, there: there.frame });
    }
    if (replies > 0 && own.length > 0 && !seenAgain) unseen.add(own[0]!.link);
  }
  for (const link of unseen) all.delete(link);
  for (const [link, own] of all) {
    if (new Set(own.map(({ chaddr }) => chaddr)).size < LEAST_CLIENTS) all.delete(link);
    else own.sort((a, b) => a.time - b.time);
  }
  return all;
}

/** A DISCOVER of another client that a relay of the link hands on after the first of these, if it hands on none of these. */
export function keptByRelay(asked: readonly Message[], world: World): Handed | undefined {
  const [first] = asked as readonly [Message, ...Message[]];
  const all = world.once(handedOn).get(first.link) ?? [];
  if (asked.some((one) => one.packetsSeen().some(({ dhcp }) => dhcp!.giaddr !== 0))) return undefined;
  return all[lowerBound(all.length, (i) => all[i]!.time <= first.time)];
}
