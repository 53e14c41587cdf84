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
  /** What the invented clients ask. */
  readonly made: readonly Exchange[];
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
    const made = attack.asked.filter(({ client }) => world.invented.has(client));
    if (taken.length > 0) out.set(link, { attack, made, taken: inOrder(taken), others: inOrder(others) });
  }
  return out;
}

const offersOf = (exchange: Exchange): Message[] => exchange.only(OFFER).filter(({ dhcp }) => dhcp.yiaddr !== 0);

/** How many frames of an attack show that it is the one. */
const MOST_FRAMES = 10;

/** The attack that took the addresses for which these DISCOVERs ask in vain, as their cause. */
export function starvedCause(run: readonly Message[], world: World): Cause | undefined {
  const [first] = run;
  const starved = first?.timed ? world.once(starvedLinks).get(first.link) : undefined;
  if (!first || !starved) return undefined;
  const { attack, made, taken, others } = starved;
  const last = taken[taken.length - 1]!;
  if (taken[0]!.time > first.time || first.time - last.time > ONE_TIME) return undefined;
  // Whoever is offered an address meanwhile shows that there is one, unless the attack, which goes on, gets none either.
  const next = others[lowerBound(others.length, (i) => others[i]!.time < first.time)];
  const lucky = next && next.time <= run[run.length - 1]!.time + world.limits.answerWithin ? next : undefined;
  const refused = lucky && refusedNow(made, last, first);
  if (lucky && !refused) return undefined;
  const gone = new Set(taken.map(({ dhcp }) => dhcp.yiaddr));
  return withFinding(
    'starvation',
    attack.asked.slice(0, MOST_FRAMES).map((one) => one.messages[0]!.frame),
    cause(
      'likely',
      lucky
        ? 'A starvation attack on this link goes on, and leaves the server few addresses for others'
        : 'The pool is empty: a starvation attack on this link has taken its addresses',
      `${count(gone.size, 'address', 'addresses')} (${list([...gone].map(ip), 3)}) ${gone.size === 1 ? 'is' : 'are'} offered to clients that do not exist, from frame ${taken[0]!.frame} to frame ${last.frame}`,
      refused
        ? `from frame ${refused.frame} on the attack gets no OFFER either, for ${count(refused.times, 'DISCOVER')}; another client is offered an address meanwhile (frame ${lucky.frame})`
        : `no other client is offered an address while this one asks, from frame ${first.frame} on`,
      'see the finding starvation',
    ),
  );
}

/** So many DISCOVERs of an attack in vain, at its end, are no loss of frames. */
const MOST_LOST = 10;

/** From where on an attack is offered nothing any more, if it still goes on when a client asks. */
function refusedNow(
  asked: readonly Exchange[],
  last: Message,
  first: Message,
): { readonly frame: number; readonly times: number } | undefined {
  const at = lowerBound(asked.length, (i) => asked[i]!.start <= last.time);
  const [from, end] = [asked[at], asked[asked.length - 1]!];
  return from && asked.length - at >= MOST_LOST && end.start >= first.time
    ? { frame: from.messages[0]!.frame, times: asked.length - at }
    : undefined;
}
