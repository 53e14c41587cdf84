import { CROSSED } from '../../conversations/conversations';
import { cause, ranked } from '../../collector';
import {
  ACK,
  DISCOVER,
  OFFER,
  OPTION,
  REQUEST,
  isV6Only,
  serverOf,
  type Exchange,
  type Message,
} from '../../conversations/model';
import { clientOf } from '../../evidence/subjects';
import { count, frames, span, where } from '../../words/words';
import type { ExchangeRule } from '../rule';

/** Clients that can do without IPv4 (option 108). */

/** Least time, in seconds, that a client does without IPv4, whatever option 108 says (MIN_V6ONLY_WAIT, RFC 8925 §3.4). */
const LEAST_WAIT = 300;
/** From this many later DISCOVERs on, it is no coincidence: a change of the network lets a client ask again once (RFC 8925 §3.2). */
const GOES_ON = 2;
/** How many later exchanges of the client are looked at. */
const MOST_LATER = 50;

/** A reply says that IPv6 is enough (option 108): the client stops using IPv4, or sends DISCOVER anyway. */
export const ipv6OnlyPreferred: ExchangeRule = function* (exchange, world) {
  const reply = replyOf(exchange);
  // A client that did not ask for the option ignores it (RFC 8925 §3.2).
  if (!reply || !asksForIt(exchange)) return;
  const wait = waitOf(reply);
  // An earlier reply still applies; it has been reported there.
  const before = exchange.previous && replyOf(exchange.previous);
  if (before && reply.time - before.time <= waitOf(before)) return;
  const later = laterOf(exchange, reply, wait);
  // The client takes the address anyway.
  if (later.some(({ type }) => type === REQUEST)) return;
  const again = later.filter(({ type }) => type === DISCOVER);
  const goesOn = again.length >= GOES_ON;
  const server = serverOf(reply) ?? 'a server';
  const stops = !goesOn && world.observed.silenceProves(1, reply.time, reply.timed);
  yield {
    id: 'ipv6-only-preferred',
    severity: goesOn ? 'warning' : 'info',
    subject: clientOf(exchange),
    frames: [...reply.frames, ...again.map(({ frame }) => frame)],
    detail: () => ({
      title: goesOn
        ? `${clientOf(exchange)} keeps sending DISCOVER although server ${server} told it to do without IPv4`
        : `${clientOf(exchange)} ${stops ? 'does' : 'is to do'} without IPv4, as server ${server} says (option 108)`,
      explanation:
        `The client asks for option 108 (IPv6-Only Preferred), and the ${where(reply)} has it, with ${span(wait)}. ` +
        (goesOn
          ? `For that time the client is to do without IPv4, yet it sends ${count(again.length, 'further DISCOVER')} (${frames(again.map(({ frame }) => frame))}).`
          : `For that time the client is to do without IPv4${stops ? ', and it asks for no address' : ''}: none is missing.`),
      causes: goesOn
        ? ranked(
            cause(
              'likely',
              'The client’s program asks for option 108 and does not heed it',
              `${count(again.length, 'DISCOVER')} after it`,
            ),
            cause('possible', 'The client’s link goes down and up, and it starts over each time'),
          )
        : ranked(cause('likely', 'This network is meant for IPv6, with NAT64 for what speaks IPv4 only')),
      steps: goesOn
        ? ['On the client: look for a newer version of its DHCP program, or take option 108 out of what it asks for.']
        : [
            'Nothing needs to be done if the network has IPv6 and NAT64. If not, take option 108 (`v6-only-preferred`) out of the server’s configuration.',
          ],
      reference: 'RFC 8925 §3.2, §3.4',
    }),
  };
};

const replyOf = (exchange: Exchange): Message | undefined =>
  exchange.messages.find((message) => isV6Only(message) && (message.type === OFFER || message.type === ACK));
const waitOf = ({ dhcp }: Message): number => Math.max(LEAST_WAIT, dhcp.u32(OPTION.v6Only) ?? 0);

const asksForIt = (exchange: Exchange): boolean =>
  exchange.messages.some(
    ({ fromClient, dhcp }) => fromClient && dhcp.option(OPTION.parameters)?.octets().includes(OPTION.v6Only),
  );

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
