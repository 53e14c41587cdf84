import { append, push } from '../../../codec/append';
import {
  DISCOVER,
  OFFER,
  OPTION,
  asksFor,
  isStateCut,
  type Client,
  type Exchange,
  type Message,
} from '../../conversations/model';
import { isForeign } from '../../conversations/packet';
import { needsOf, TRAIT } from '../../conversations/traits';
import { isFlooding } from '../floods';
import { mayPassUnseen } from './sight';
import type { World } from '../world';

/** Clients whose DISCOVERs nobody answered, as far as this capture point can tell. */

/** A client with its unanswered DISCOVERs; `later` is the answer it got in the end, or the REQUEST that proves one. */
export interface Silent {
  readonly client: Client;
  readonly run: readonly Message[];
  readonly later?: Message;
  /** Whether that led to a lease. */
  readonly bound?: boolean;
}

/** From this many unanswered DISCOVERs over this time on, it is a fault even if the client was answered later. */
const LONG_SILENCE = { messages: 3, seconds: 10 } as const;

/** All clients with unanswered DISCOVERs, in the order in which they were met. */
export const silentClients = (world: World): readonly Silent[] => world.once(allSilent);
const allSilent = (world: World): readonly Silent[] => [...findSilent(world)];

/** By link: those that nobody answered in the end either. */
export const silentOnLinks = (world: World): ReadonlyMap<string, readonly Silent[]> => world.once(silentByLink);

function silentByLink(world: World): ReadonlyMap<string, readonly Silent[]> {
  const byLink = new Map<string, Silent[]>();
  for (const one of silentClients(world)) if (!one.later) push(byLink, one.run[0]!.link, one);
  return byLink;
}

function* findSilent(world: World): Generator<Silent> {
  for (const client of world.clients) {
    if (world.invented.has(client)) continue;
    let run: Message[] = [];
    for (const exchange of client.exchanges) {
      // An exchange of replies only has an xid that no client chose; it answers nothing (RFC 2131 §4.1).
      if (exchange.replies === exchange.count) continue;
      const answered = exchange.leaseAnswers > 0 || exchange.selecting || goesOnUnseen(exchange, world);
      if (answered) {
        // Somebody answered in the end: a single loss is harmless, but a long silence is still a fault.
        const early = earlyIn(exchange);
        const until = early.at(-1)?.time ?? exchange.start;
        append(run, early);
        if (run.length >= LONG_SILENCE.messages && until - run[0]!.time >= LONG_SILENCE.seconds)
          yield {
            client,
            run,
            later: exchange.messages.find(({ fromClient }) => !fromClient) ?? exchange.messages[0]!,
            bound: isBoundSoon(exchange),
          };
        // What it asks in another VLAN after that is not answered by it.
        run = run.filter((message) => message.time > exchange.end && exchange.isElsewhere(message.packet));
      } else if (exchange.holds(DISCOVER) && !world.relaysUnanswered.has(exchange))
        append(
          run,
          exchange.of(DISCOVER).filter(({ packet }) => !isForeign(packet)),
        );
    }
    const last = run[run.length - 1];
    if (!last || !world.observed.silenceAfter(run)) continue;
    if (waitsForV6(run, world) || isOfferedOtherwise(run, client) || isFlooding(run, client, world)) continue;
    // With rapid commit (RFC 4039) no REQUEST shows that there was an answer. If replies are hidden, only asking again shows that there was
    // none.
    const rapid = run.length === 1 && last.dhcp.has(OPTION.rapidCommit);
    if (rapid && ((client.answers === 0 && mayPassUnseen(last, client, world)) || usesAddressSince(last, world)))
      continue;
    yield { client, run };
  }
}

const SLOW = needsOf({ traits: [TRAIT.slow] });
const AGAIN = needsOf({ traits: [TRAIT.again] });

/** The DISCOVERs of an answered exchange before the one that is answered: the last before the first reply. */
function earlyIn(exchange: Exchange): readonly Message[] {
  if (!exchange.shows(SLOW) || !exchange.shows(AGAIN) || !exchange.holds(DISCOVER)) return [];
  const { messages } = exchange;
  const first = messages.findIndex(({ fromClient }) => !fromClient);
  return messages
    .slice(0, Math.max(0, first))
    .filter(({ type, packet }) => type === DISCOVER && !isForeign(packet))
    .slice(0, -1);
}

/** Whether a client goes on by a message of which the snapshot length leaves too little: it may have been answered. */
const goesOnUnseen = (exchange: Exchange, world: World): boolean =>
  world.observed.cut.length > 0 && exchange.messages.some(isStateCut);

/** How many of a client's exchanges before its last are searched for OFFERs that come late. */
const MOST_BEFORE = 16;

/**
 * Whether OFFERs with the xid of an earlier DISCOVER came after these DISCOVERs were sent: one that was sent only once, or each of them.
 * `offer-not-taken` reports that.
 */
function isOfferedOtherwise(run: readonly Message[], { exchanges }: Client): boolean {
  const offers = exchanges.slice(-MOST_BEFORE - 1, -1).flatMap((one) => one.of(OFFER));
  const late = offers.filter(({ timed, time }) => timed && time > run[0]!.time);
  return late.length >= run.length;
}

/** Whether the client got its lease in this exchange or in one of the next. */
function isBoundSoon(exchange: Exchange): boolean {
  let one: Exchange | undefined = exchange;
  for (let i = 0; one && i < 4; i++, one = one.next) if (one.outcome === 'bound') return true;
  return false;
}

/** Least time, in seconds, that a client stays silent after being told to do without IPv4 (MIN_V6ONLY_WAIT, RFC 8925 §3.4). */
const V6_ONLY_WAIT = 300;

/**
 * Whether OFFERs that are not seen here told a client to do without IPv4: it asks once, and is then silent for longer than any client that
 * got no answer.
 */
function waitsForV6(run: readonly Message[], world: World): boolean {
  const asks = run.every((message) => asksFor(message, OPTION.v6Only));
  if (!asks || run.length === 0) return false;
  const last = run[run.length - 1]!;
  const tail = world.observed.tail(last.time, last.timed) ?? 0;
  const apart = run.slice(1).every((message, i) => message.time - run[i]!.time >= V6_ONLY_WAIT);
  return apart && (run.length > 1 || tail >= V6_ONLY_WAIT);
}

const LINK_LOCAL = 0xa9fe;
/**
 * By hardware address: when it last probed for an address by ARP or used one (RFC 5227 §2.1.1), which shows that it was given that address.
 */
function lastUses({ neighbours }: World): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  for (const [address, seen] of neighbours.arpSeen) {
    if (address >>> 16 === LINK_LOCAL) continue;
    for (const { senderMac, senderIp, time } of seen)
      if (senderIp === 0 || senderIp === address) last.set(senderMac, Math.max(time, last.get(senderMac) ?? 0));
  }
  return last;
}

const usesAddressSince = ({ dhcp, time }: Message, world: World): boolean =>
  (world.once(lastUses).get(dhcp.chaddr) ?? 0) > time;
