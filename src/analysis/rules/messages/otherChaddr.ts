import { otherOrder } from '../../evidence/byteOrder';
import { cause, ranked, type Draft } from '../../collector';
import type { Exchange, Message } from '../../conversations/model';
import { straysOf } from '../../evidence/delivery';
import { textNote } from '../../evidence/fit';
import { clientOf, serverSubject } from '../../evidence/subjects';
import { withFinding } from '../../draft';
import { unlessChanged } from './changed';
import { where } from '../../words/words';
import type { ExchangeRule } from '../rule';

/** A reply has the xid of a request that nobody else answered, and a chaddr that no client has. */
export const replyToOtherChaddr: ExchangeRule = function* (exchange, world) {
  const asking = exchange.client.asked ? undefined : straysOf(world).asking.get(exchange);
  if (!asking) return;
  // A client repeats its request under one xid, and each time may be answered in this way.
  for (const reply of exchange.messages) {
    const request = asking.messages.findLast(({ time }) => time <= reply.time) ?? asking.messages[0]!;
    yield toOtherChaddr(asking, request, reply);
  }
};

function toOtherChaddr(asking: Exchange, request: Message, reply: Message): Draft {
  const server = serverSubject(reply);
  const note = textNote(reply.dhcp);
  // The server answers to the card that sent the request, so it is chaddr of the request that does not fit.
  const sender = request.packet.ethSource === reply.dhcp.chaddr;
  const order = otherOrder(request.dhcp.chaddr, reply.dhcp.chaddr);
  return {
    id: 'reply-mismatch',
    severity: 'error',
    subject: server,
    frames: [...reply.frames, ...request.frames],
    detail: () => ({
      title: note
        ? `Server ${server}: chaddr of the reply to ${clientOf(asking)} holds the address as text`
        : `Server ${server}: chaddr of the reply to ${clientOf(asking)} is ${reply.dhcp.chaddr || 'empty'}`,
      explanation: `The ${where(request)} has xid 0x${asking.xid.toString(16).padStart(8, '0')} and chaddr ${request.dhcp.chaddr}; the ${where(reply)} has the same xid, and chaddr ${reply.dhcp.chaddr || 'empty'}, ${sender ? 'the link-layer address that the request was sent from' : 'from which nothing in this capture was sent'}.${note ? ` There ${note}.` : ''}${order === undefined ? '' : ` They are the same octets: ${order}.`} The client drops a reply to another chaddr than its own.`,
      causes: unlessChanged(
        ranked(
          note
            ? cause('likely', `The server ${server} writes chaddr as text in place of the address’s octets`, note)
            : order !== undefined
              ? cause(
                  'likely',
                  `The server ${server} writes the octets of chaddr in another order`,
                  `${reply.dhcp.chaddr} is ${request.dhcp.chaddr}: ${order}`,
                )
              : cause(sender ? 'possible' : 'likely', `The server ${server} does not copy chaddr into its reply`),
          sender &&
            withFinding(
              'chaddr-mismatch',
              request.frames,
              cause(
                'likely',
                'The request has another chaddr than the card that sends it, and the server answers to the card',
                `Ethernet source ${reply.dhcp.chaddr}, chaddr ${request.dhcp.chaddr} in frame ${request.frame}`,
              ),
            ),
          cause('possible', 'A relay, proxy or access point on the way changes the message'),
        ),
        request,
        reply,
      ),
      steps: sender
        ? [
            `See why ${reply.dhcp.chaddr} sends a request with chaddr ${request.dhcp.chaddr}; keep this capture for its maker.`,
          ]
        : [
            `Update the DHCP server on ${server}${order === undefined ? '' : ': it must copy chaddr octet by octet'}; keep this capture for its maker.`,
          ],
      reference: 'RFC 2131 §4.3.1, table 3; §4.4.1',
    }),
  };
}
