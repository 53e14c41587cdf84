import { CROSSED } from '../conversations/conversations';
import { isV6Only } from '../conversations/lease';
import { ACK, DISCOVER, OFFER, OPTION, REQUEST, asksFor, type Exchange, type Message } from '../conversations/model';
import type { Surveyed } from './surveyed';

/** Clients that are told to do without IPv4 (option 108). */

/** Least time, in seconds, that a client does without IPv4, whatever option 108 says (MIN_V6ONLY_WAIT, RFC 8925 §3.4). */
export const LEAST_WAIT = 300;
/** From this many later DISCOVERs on, it is no coincidence: a change of the network lets a client ask again once (RFC 8925 §3.2). */
const GOES_ON = 2;
/** How many later exchanges of the client are looked at. */
const MOST_LATER = 50;

/** A client that asks for option 108, is given it, and takes no address. */
export interface WithoutIpv4 {
  readonly reply: Message;
  /** What option 108 says, and how long the client waits, in seconds. */
  readonly said: number | undefined;
  readonly wait: number;
  /** DISCOVERs within that time. */
  readonly again: readonly Message[];
  /** It goes on asking for an address; or, as far as the capture shows, it asks for none. */
  readonly goesOn: boolean;
  readonly stops: boolean;
}

/** Whether a client is told by this exchange that it can do without IPv4, and what it does then. */
export function withoutIpv4(exchange: Exchange, world: Surveyed): WithoutIpv4 | undefined {
  const reply = replyOf(exchange);
  // A client that did not ask for the option ignores it (RFC 8925 §3.2).
  if (!reply || !asksForIt(exchange)) return undefined;
  const wait = waitOf(reply);
  // An earlier reply still applies; it has been told of there.
  const before = exchange.previous && replyOf(exchange.previous);
  if (before && reply.time - before.time <= waitOf(before)) return undefined;
  const later = laterOf(exchange, reply, wait);
  // The client takes the address anyway.
  if (later.some(({ type }) => type === REQUEST)) return undefined;
  const again = later.filter(({ type }) => type === DISCOVER);
  const goesOn = again.length >= GOES_ON;
  const stops = !goesOn && world.observed.silenceProves(1, reply.time, reply.timed);
  return { reply, said: reply.dhcp.u32(OPTION.v6Only), wait, again, goesOn, stops };
}

const replyOf = (exchange: Exchange): Message | undefined =>
  exchange.messages.find((message) => isV6Only(exchange, message) && (message.type === OFFER || message.type === ACK));
const waitOf = ({ dhcp }: Message): number => Math.max(LEAST_WAIT, dhcp.u32(OPTION.v6Only) ?? 0);

const asksForIt = (exchange: Exchange): boolean => exchange.messages.some((message) => asksFor(message, OPTION.v6Only));

/** What the client sends after a reply, within this many seconds. */
function laterOf(exchange: Exchange, reply: Message, seconds: number): Message[] {
  const later: Message[] = [];
  let one: Exchange | undefined = exchange;
  for (let looked = 0; one && looked < MOST_LATER; one = one.next, looked++) {
    if (one !== exchange && one.start > reply.time + seconds) break;
    for (const message of one.messages)
      if (message.fromClient && message.timed && message.time - reply.time > (message.type === DISCOVER ? CROSSED : 0))
        later.push(message);
  }
  return later.filter(({ time }) => time <= reply.time + seconds);
}
