import { lowerBound } from '../../../codec/search';
import { cause } from '../../collector';
import { OFFER, type Exchange, type Message } from '../../conversations/model';
import { ONE_TIME } from '../../conversations/settings';
import { withFinding } from '../../draft';
import type { Attack } from '../../evidence/facts';
import type { World } from '../../evidence/world';
import type { Cause } from '../../finding';
import { count, ip, list } from '../../words/words';

/** A starvation attack leaves nothing in the pool for the clients that ask afterwards. */

/** An attack on a link, with the offers to the clients that it invents, and those to all others, in time order. */
interface Starved {
  readonly attack: Attack;
  readonly taken: readonly Message[];
  readonly others: readonly Message[];
}

/** By link. To be asked for with `world.once`. */
function starvedLinks(world: World): ReadonlyMap<string, Starved> {
  const links = new Map(world.attacks.map((attack) => [attack.link, attack]));
  const offers = new Map<string, { taken: Message[]; others: Message[] }>();
  for (const exchange of links.size === 0 ? [] : world.exchanges) {
    if (!exchange.holds(OFFER) || !exchange.links.some((link) => links.has(link))) continue;
    const invented = world.invented.has(exchange.client);
    for (const offer of offersOf(exchange)) {
      let known = offers.get(offer.link);
      if (!known) offers.set(offer.link, (known = { taken: [], others: [] }));
      (invented ? known.taken : known.others).push(offer);
    }
  }
  const out = new Map<string, Starved>();
  for (const [link, attack] of links) {
    const { taken = [], others = [] } = offers.get(link) ?? {};
    const inOrder = (all: readonly Message[]): Message[] => all.toSorted((a, b) => a.time - b.time);
    if (taken.length > 0) out.set(link, { attack, taken: inOrder(taken), others: inOrder(others) });
  }
  return out;
}

const offersOf = (exchange: Exchange): Message[] => exchange.of(OFFER).filter(({ dhcp }) => dhcp.yiaddr !== 0);

/** How many frames of an attack show that it is the one. */
const MOST_FRAMES = 10;

/** The attack that took the addresses for which these DISCOVERs ask in vain, as their cause. */
export function starvedCause(run: readonly Message[], world: World): Cause | undefined {
  const [first] = run;
  const starved = first?.timed ? world.once(starvedLinks).get(first.link) : undefined;
  if (!first || !starved) return undefined;
  const { attack, taken, others } = starved;
  const last = taken[taken.length - 1]!;
  if (taken[0]!.time > first.time || first.time - last.time > ONE_TIME) return undefined;
  // Whoever is offered an address meanwhile shows that there is one.
  const next = others[lowerBound(others.length, (i) => others[i]!.time < first.time)];
  if (next && next.time <= run[run.length - 1]!.time + world.limits.answerWithin) return undefined;
  const gone = new Set(taken.map(({ dhcp }) => dhcp.yiaddr));
  return withFinding(
    'starvation',
    attack.asked.slice(0, MOST_FRAMES).map((one) => one.messages[0]!.frame),
    cause(
      'likely',
      'The pool is empty: a starvation attack on this link has taken its addresses',
      `${count(gone.size, 'address', 'addresses')} (${list([...gone].map(ip), 3)}) ${gone.size === 1 ? 'is' : 'are'} offered to clients that do not exist, from frame ${taken[0]!.frame} to frame ${last.frame}`,
      `no other client is offered an address while this one asks, from frame ${first.frame} on`,
      'see the finding starvation',
    ),
  );
}
