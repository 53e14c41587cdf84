import { QUERY_TYPES6, RELAY_FORW, RELAY_REPL, REQUEST6 } from '../../../codec/dhcpv6/message';
import { hidden } from './hidden6';
import { looping6 } from '../loops6';
import type { Note6 } from '../../conversations/v6model';
import type { World } from '../world';
import { UNKNOWN_ADDRESS } from '../../conversations/packet';

/** What one relay forwards for one link or for all, and where to, if no answer comes back. */
export interface SilentRelay {
  readonly relay: string;
  /** In ascending order. */
  readonly frames: readonly number[];
  /** When the first of them was sent. */
  readonly since: number;
  readonly to: ReadonlySet<string>;
  /** The link-addresses that it sends. */
  readonly links: readonly string[];
  /** Whether the relay gets answers to what it forwards for other links, from whatever server. */
  readonly partly: boolean;
  /** Link-addresses of the same relay that the same servers answer. */
  readonly served: readonly string[];
  /** Whether the same servers answer this relay while it forwards the rest in vain. */
  readonly meanwhile: boolean;
  /** Other relays that the same servers answer. */
  readonly answered: readonly string[];
  /** ADVERTISEs and REPLYs that the servers send to the relay as they are, without a RELAY-REPL around them. */
  readonly bare: readonly Note6[];
}

/** How often a question was sent, and when first and last. */
interface Question {
  times: number;
  readonly first: number;
  time: number;
  readonly timed: boolean;
}

/** What one relay forwards for one link-address. */
interface Forwarded {
  readonly link: string | undefined;
  readonly frames: number[];
  readonly to: Set<string>;
  /** By transaction id. */
  readonly questions: Map<number, Question>;
  readonly since: number;
  answered: boolean;
}

/** A RELAY-REPL to a relay. */
interface Answer {
  readonly server: string;
  readonly time: number;
}

/** What relays forward, and what comes back to them. */
class Relays {
  /** By relay and link-address. */
  readonly sent = new Map<string, Map<string | undefined, Forwarded>>();
  readonly answers = new Map<string, Answer[]>();

  constructor(private readonly world: World) {}

  /** Notes a RELAY-FORW. */
  forward(index: number): void {
    const { source, destination = UNKNOWN_ADDRESS, frame, time, timed, dhcpv6 } = this.world.packets.get(index);
    // A question about leases is no client’s; and what relays pass round in a loop asks no server: `relay-loop` tells it.
    if (source === undefined || QUERY_TYPES6.has(dhcpv6!.type) || looping6(this.world).relays.has(destination)) return;
    const { linkAddress: link, xid } = dhcpv6!;
    let links = this.sent.get(source);
    if (!links) this.sent.set(source, (links = new Map<string | undefined, Forwarded>()));
    let entry = links.get(link);
    if (!entry)
      links.set(
        link,
        (entry = { link, frames: [], to: new Set(), questions: new Map(), since: time, answered: false }),
      );
    entry.frames.push(frame);
    entry.to.add(destination);
    const asked = entry.questions.get(xid);
    if (!asked) entry.questions.set(xid, { times: 1, first: time, time, timed });
    else {
      if (time - asked.time > this.world.limits.copyWindow || !timed) asked.times++;
      asked.time = time;
    }
  }

  /** Notes that a question for a link was answered. An answer that names neither a link nor a question of this relay speaks for all. */
  answer(relay: string, link: string | undefined, xid: number): void {
    const links = [...(this.sent.get(relay)?.values() ?? [])];
    const meant = links.filter((one) => one.link === link || one.questions.has(xid));
    for (const one of meant.length > 0 ? meant : links) one.answered = true;
  }
}

/** Relays whose RELAY-FORW messages nobody answers, all of them or those for some links; to be asked for with `world.once(silentRelays)`. */
export function silentRelays(world: World): readonly SilentRelay[] {
  const relays = new Relays(world);
  const replies: number[] = [];
  for (const index of world.observed.relayed6) {
    const type = world.packets.get(index).dhcpv6?.outerType;
    if (type === RELAY_FORW) relays.forward(index);
    else if (type === RELAY_REPL) replies.push(index);
  }
  for (const index of replies) {
    const { source = UNKNOWN_ADDRESS, destination, time, dhcpv6 } = world.packets.get(index);
    if (destination === undefined) continue;
    relays.answer(destination, dhcpv6!.linkAddress, dhcpv6!.xid);
    const answers = relays.answers.get(destination) ?? [];
    relays.answers.set(destination, answers);
    answers.push({ server: source, time });
  }
  // A REQUEST that a relay forwards names the server that answered through it, so the replies are not seen here.
  for (const exchange of world.conversations6.exchanges) {
    if (!hidden(exchange, world)) continue;
    const { source, dhcpv6 } = world.packets.get(exchange.of(REQUEST6)[0]!.index);
    if (dhcpv6?.isRelay && source !== undefined) relays.answer(source, dhcpv6.linkAddress, dhcpv6.xid);
  }
  const silent: SilentRelay[] = [];
  for (const [relay, links] of relays.sent) {
    const all = [...links.values()];
    const served = all.filter(({ answered }) => answered);
    const proves = ({ questions }: Forwarded): boolean =>
      [...questions.values()].some((one) => world.observed.silenceProves(one.times, one.time, one.timed, one.first));
    const inVain = all.filter((one) => !one.answered && (served.length === 0 || proves(one)));
    if (!inVain.some(proves)) continue;
    silent.push(silentRelay(relay, inVain, served, relays, world));
  }
  return silent;
}

/** How many link-addresses of one relay are named. */
const MOST_LINKS = 4;
const named = (all: readonly Forwarded[]): string[] => all.flatMap(({ link }) => link ?? []).slice(0, MOST_LINKS);

function silentRelay(
  relay: string,
  inVain: readonly Forwarded[],
  served: readonly Forwarded[],
  { answers }: Relays,
  world: World,
): SilentRelay {
  const to = new Set(inVain.flatMap((one) => [...one.to]));
  const since = inVain.reduce((first, one) => Math.min(first, one.since), Infinity);
  const own = (answers.get(relay) ?? []).filter(({ server }) => to.has(server));
  const others = [...answers].filter(([other, all]) => other !== relay && all.some(({ server }) => to.has(server)));
  return {
    relay,
    frames: inVain.flatMap(({ frames }) => frames).sort((a, b) => a - b),
    since,
    to,
    links: named(inVain),
    partly: served.length > 0,
    served: own.length > 0 ? named(served) : [],
    meanwhile: own.some(({ time }) => time >= since),
    answered: others.map(([other]) => other),
    bare: bareAnswers(relay, inVain, world),
  };
}

/** The answers to these questions that go to the relay as they are. */
function bareAnswers(relay: string, inVain: readonly Forwarded[], world: World): Note6[] {
  return world.conversations6.exchanges.flatMap(({ notes }) =>
    notes.filter(({ isAnswer, relayed, index }) => {
      if (!isAnswer || relayed) return false;
      const { destination, dhcpv6 } = world.packets.get(index);
      return destination === relay && inVain.some(({ questions }) => questions.has(dhcpv6!.xid));
    }),
  );
}

/** The answers that relays get without a RELAY-REPL around them, which `relay-unanswered` tells. */
export const answersToRelays = (world: World): ReadonlySet<Note6> =>
  new Set(world.once(silentRelays).flatMap(({ bare }) => bare));
