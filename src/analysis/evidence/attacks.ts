import { OFFER, REQUEST, type Client, type Exchange } from '../conversations/model';
import { FirstDiscover, type Attack } from './facts';
import type { Surveyed } from './surveyed';
import { push } from '../../codec/append';

/** Starvation: many clients that do not exist empty the pool. */

/** Counts the values inside a sliding window. */
class Tally {
  private readonly counts = new Map<string, number>();
  get size(): number {
    return this.counts.size;
  }
  has(key: string): boolean {
    return this.counts.has(key);
  }
  /** Adds a value; true if it is new. */
  enter(key: string): boolean {
    const n = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, n);
    return n === 1;
  }
  /** Removes a value; true if it was the last of its kind. */
  leave(key: string): boolean {
    const n = (this.counts.get(key) ?? 0) - 1;
    if (n > 0) this.counts.set(key, n);
    else this.counts.delete(key);
    return n <= 0;
  }
}

/** Stands for a link-layer source that the capture does not show. */
const UNKNOWN = '?';

/** Looks for starvation on each link. Runs after every exchange has been surveyed. */
export function findAttacks(world: Surveyed): Attack[] {
  const attacks: Attack[] = [];
  const bound = new Set<Client>();
  for (const { client, outcome, selecting } of world.exchanges) {
    // If the capture ends after a client took an offer, nothing says that it does not complete.
    if (outcome === 'bound' || outcome === 'renewed' || (outcome === 'incomplete' && selecting)) bound.add(client);
  }
  const completes = (one: FirstDiscover): boolean => bound.has(one.client);
  for (const [link, asked] of world.survey.discovers) {
    const fast = fastAttack(link, asked, completes, world);
    const slow = slowAttacks(link, asked, completes, world);
    const all = fast ? [fast, ...slow] : slow;
    if (all.length > 0) attacks.push(all.length === 1 ? all[0]! : joined(all));
  }
  return attacks;
}

/** Joins the attacks on one link. */
function joined(all: readonly Attack[]): Attack {
  const asked = [...new Set(all.flatMap((one) => one.asked))].sort((a, b) => a.rank - b.rank);
  const [{ link, sources }] = all as [Attack, ...Attack[]];
  return { link, asked, sources, incomplete: all.reduce((worst, one) => Math.max(worst, one.incomplete), 0) };
}

/** Many clients in a short time that come from few sources or never complete, found in one pass with a sliding window. */
function fastAttack(
  link: string,
  asked: readonly Exchange[],
  completes: (one: FirstDiscover) => boolean,
  world: Surveyed,
): Attack | undefined {
  const { limits } = world;
  if (asked.length < limits.starvationClients) return undefined;
  const clients = new Tally();
  const sources = new Tally();
  let completed = 0;
  let from = 0;
  let oldest = new FirstDiscover(asked[0]!);
  let first = -1;
  let last = -1;
  let fewest = Infinity;
  let worst = 0;
  for (let to = 0; to < asked.length; to++) {
    const now = new FirstDiscover(asked[to]!);
    sources.enter(now.source ?? UNKNOWN);
    if (clients.enter(now.chaddr) && completes(now)) completed++;
    while (now.time - oldest.time > limits.starvationWindow) {
      sources.leave(oldest.source ?? UNKNOWN);
      if (clients.leave(oldest.chaddr) && completes(oldest)) completed--;
      oldest = new FirstDiscover(asked[++from]!);
    }
    if (clients.size < limits.starvationClients) continue;
    const incomplete = 1 - completed / clients.size;
    const fewSources = !sources.has(UNKNOWN) && sources.size <= limits.starvationSources;
    if (!fewSources && incomplete <= limits.starvationIncomplete) continue;
    if (first < 0) first = from;
    last = to;
    fewest = Math.min(fewest, sources.size);
    worst = Math.max(worst, incomplete);
  }
  if (first < 0) return undefined;
  // Clients that ask for themselves in the same time, and are served, prove nothing.
  const part = asked.slice(first, last + 1).filter((exchange) => {
    const one = new FirstDiscover(exchange);
    return one.source !== one.chaddr || !completes(one);
  });
  // Many clients that start at once, each for itself, in a network without a server are no attack.
  if (fewest > limits.starvationSources && likeClients(part, world)) return undefined;
  const told = new Set(part.map((exchange) => new FirstDiscover(exchange).chaddr));
  const done = new Set(
    part.map((exchange) => new FirstDiscover(exchange)).flatMap((one) => (completes(one) ? [one.chaddr] : [])),
  );
  return { link, asked: part, sources: fewest, incomplete: told.size === 0 ? worst : 1 - done.size / told.size };
}

/** The slow form: one source invents this many clients within this many seconds, and at least this share of them does not complete. */
const SLOW = { clients: 20, seconds: 60, incomplete: 0.5 } as const;

/** One source that asks for many clients, more slowly than the limits of `fastAttack`, and is no router, relay or access point. */
function slowAttacks(
  link: string,
  asked: readonly Exchange[],
  completes: (one: FirstDiscover) => boolean,
  world: Surveyed,
): Attack[] {
  if (asked.length < SLOW.clients) return [];
  const bySource = new Map<string, Exchange[]>();
  for (const exchange of asked) {
    const one = new FirstDiscover(exchange);
    if (one.source !== undefined && one.source !== one.chaddr) push(bySource, one.source, exchange);
  }
  const attacks: Attack[] = [];
  let others: ReadonlySet<string> | undefined;
  for (const [source, sent] of bySource) {
    if (sent.length < SLOW.clients) continue;
    // Skip routers and relays, servers, and access points; the link name may hold the BSSID of an access point.
    if (world.survey.routerMacs.has(source) || link.includes(source)) continue;
    if ((others ??= sendersForOthers(world)).has(source)) continue;
    const part = slowPart(sent, completes);
    if (part && !likeClients(part.asked, world)) attacks.push({ link, ...part, sources: 1 });
  }
  return attacks;
}

function slowPart(
  sent: readonly Exchange[],
  completes: (one: FirstDiscover) => boolean,
): Pick<Attack, 'asked' | 'incomplete'> | undefined {
  const clients = new Tally();
  let completed = 0;
  let from = 0;
  let oldest = new FirstDiscover(sent[0]!);
  let first = -1;
  let last = -1;
  for (let to = 0; to < sent.length; to++) {
    const now = new FirstDiscover(sent[to]!);
    if (clients.enter(now.chaddr) && completes(now)) completed++;
    while (now.time - oldest.time > SLOW.seconds) {
      if (clients.leave(oldest.chaddr) && completes(oldest)) completed--;
      oldest = new FirstDiscover(sent[++from]!);
    }
    if (clients.size < SLOW.clients || completed / clients.size >= SLOW.incomplete) continue;
    if (first < 0) first = from;
    last = to;
  }
  if (first < 0) return undefined;
  const part = sent.slice(first, last + 1);
  const distinct = new Map(part.map((exchange) => new FirstDiscover(exchange)).map((one) => [one.chaddr, one]));
  const finished = [...distinct.values()].filter(completes).length;
  return { asked: part, incomplete: 1 - finished / distinct.size };
}

/** A host that answers ARP for more addresses than this forwards for others. */
const OWN_ADDRESSES = 2;

/** Link-layer addresses that forward for others, or answer for them: servers, and hosts that claim many addresses by ARP. */
function sendersForOthers(world: Surveyed): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { macs } of world.survey.servers.values()) for (const { mac } of macs) found.add(mac);
  const claimed = new Map<string, number>();
  for (const address of world.neighbours.arpSeen.keys()) {
    for (const mac of world.neighbours.arpAbout(address).heldBy.keys()) {
      const count = (claimed.get(mac) ?? 0) + 1;
      claimed.set(mac, count);
      if (count > OWN_ADDRESSES) found.add(mac);
    }
  }
  return found;
}

/**
 * Whether the clients behave like real ones that no server answers: these ask again under their xid (RFC 2131 §4.1). Behind a bridge that
 * replaces their source address with its own, they look like one source.
 */
function likeClients(asked: readonly Exchange[], { observed }: Surveyed): boolean {
  return !observed.linksWithReplies.has(new FirstDiscover(asked[0]!).link) && mostAskAgain(asked);
}

/** Whether most of the clients ask again under their xid, as real clients do when nobody answers. */
const mostAskAgain = (asked: readonly Exchange[]): boolean =>
  asked.filter((exchange) => new FirstDiscover(exchange).again).length > asked.length / 2;

/**
 * The clients that a starvation attack invents: they send from an address other than their chaddr, or get nothing and are not heard again;
 * or, where OFFERs are hardly ever taken, they ask no more than twice.
 */
export function invented(attacks: readonly Attack[]): Set<Client> {
  const clients = new Set<Client>();
  for (const { asked } of attacks) {
    const refuses = takesNothing(asked);
    for (const exchange of asked) {
      const { source, chaddr, client, again } = new FirstDiscover(exchange);
      const forged = source !== undefined && source !== chaddr;
      if (forged || (!again && isHeardOnce(client)) || (refuses && asksLittle(exchange))) clients.add(client);
    }
  }
  return clients;
}

const isHeardOnce = ({ exchanges, answers }: Client): boolean =>
  answers === 0 && exchanges.length === 1 && exchanges[0]!.count === 1;

/** From this many clients with an OFFER on, it says something if hardly any of them takes it; and how many may take it. */
const OFFERED = 10;
const TAKEN = 0.2;

/** Whether OFFERs are sent to many of these clients, and hardly any is taken, as no crowd of real clients does. */
function takesNothing(asked: readonly Exchange[]): boolean {
  const offered = asked.filter((exchange) => exchange.holds(OFFER));
  const taken = offered.filter((exchange) => exchange.holds(REQUEST)).length;
  return offered.length >= OFFERED && taken <= TAKEN * offered.length;
}

/** Whether a client does no more than ask twice. */
const asksLittle = (exchange: Exchange): boolean =>
  exchange.client.exchanges.length === 1 && exchange.count - exchange.replies <= 2 && !exchange.holds(REQUEST);
