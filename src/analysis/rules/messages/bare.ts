import { cause, ranked } from '../../collector';
import { BOOTP, isDamaged, type Message } from '../../conversations/model';
import { serverSubject } from '../../evidence/subjects';
import { where } from '../../words/words';
import type { ExchangeRule } from '../rule';

/** A DHCP message is answered by a bare BOOTREPLY. */
export const replyWithoutOptions: ExchangeRule = function* (exchange) {
  let request: Message | undefined;
  for (const message of exchange.messages) {
    if (message.fromClient) {
      if (message.type !== BOOTP) request = message;
      continue;
    }
    if (message.type !== BOOTP || !request || message.packet.cut > 0 || message.dhcp.op !== 2) continue;
    // Options behind a wrong cookie: the message is malformed, not bare.
    if (!message.dhcp.hasCookie && isDamaged(message)) continue;
    const asked = request;
    const server = serverSubject(message);
    const { hasCookie } = message.dhcp;
    const lacks = hasCookie ? 'option 53 (message type)' : 'the magic cookie, and so all options';
    yield {
      id: 'reply-without-options',
      severity: 'error',
      subject: server,
      frames: [...message.frames, ...asked.frames],
      detail: () => ({
        title: `Server ${server} answers DHCP with a BOOTREPLY without ${hasCookie ? 'option 53' : 'options'}`,
        explanation: `The ${where(asked)} has option 53; the ${where(message)} lacks ${lacks}. A DHCP client cannot tell what it is, and drops it.`,
        causes: ranked(
          cause('likely', `A BOOTP server that knows no DHCP answers from ${server} (RFC 1534 §3)`),
          cause(
            'possible',
            'The server’s program, or a relay on the way, leaves the options out or writes them to a wrong place',
            `the message has ${message.dhcp.length} octets`,
          ),
        ),
        steps: [
          `On ${server}, see which program answers on UDP port 67: \`ss -lunp "sport = :67"\`.`,
          'Stop the BOOTP server, or tell it to leave DHCP messages alone.',
        ],
        reference: 'RFC 2131 §3; RFC 1534 §3',
      }),
    };
  }
};
