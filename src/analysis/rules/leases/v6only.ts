import { cause, ranked } from '../../collector';
import { serverOf } from '../../conversations/model';
import { clientOf, commonServerNamed, oneThing } from '../../evidence/subjects';
import { withoutIpv4 } from '../../evidence/v6only';
import { count, frames, span, where } from '../../words/words';
import type { ExchangeRule } from '../rule';

/** Clients that can do without IPv4 (option 108). */

/** A reply says that IPv6 is enough (option 108): the client stops using IPv4, or sends DISCOVER anyway. */
export const ipv6OnlyPreferred: ExchangeRule = function* (exchange, world) {
  const found = withoutIpv4(exchange, world);
  if (!found) return;
  const { reply, said, wait, again, goesOn, stops } = found;
  const server = serverOf(reply) ?? 'a server';
  yield {
    id: 'ipv6-only-preferred',
    severity: goesOn ? 'warning' : 'info',
    subject: clientOf(exchange),
    common: oneThing(commonServerNamed(serverOf(reply))),
    frames: [...reply.frames, ...again.map(({ frame }) => frame)],
    detail: () => ({
      title: goesOn
        ? `${clientOf(exchange)} keeps sending DISCOVER although server ${server} told it to do without IPv4`
        : `${clientOf(exchange)} ${stops ? 'does' : 'is to do'} without IPv4, as server ${server} says (option 108)`,
      explanation:
        `The client asks for option 108 (IPv6-Only Preferred), and the ${where(reply)} has it, with ${span(said ?? 0)}${said === wait ? '' : `; clients wait ${span(wait)} at least`}. ` +
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
