import { cause, ranked } from '../collector';
import type { Cause } from '../finding';
import { cannotBeHost } from '../conversations/masks';
import { isDamaged, messageName, type Exchange } from '../conversations/model';
import type { Packet } from '../conversations/packet';
import { withFinding } from '../draft';
import { ip } from '../words/words';
import type { ExchangeRule } from './rule';

/** Requests whose giaddr is no address to which a server could reply. */

/** What a giaddr is, if it cannot be a relay's address. One in 0.0.0.0/8 is damage rather than a mistake, and is not judged here. */
const kindOf = (giaddr: number): string | undefined => (giaddr === 0 ? undefined : cannotBeHost(giaddr, 0, undefined));

/** Whether a request has such a giaddr. On the loopback interface itself, where servers are tested, 127.0.0.1 is right. */
function isImpossible({ dhcp, source, destination }: Packet): boolean {
  const { giaddr } = dhcp!;
  if (kindOf(giaddr) === undefined) return false;
  return giaddr >>> 24 !== 127 || ![source, destination].some((one) => one?.startsWith('127.'));
}

/** The host that sends a request: its IP address, else its link-layer address. */
const senderOf = ({ source, ethSource }: Packet): string =>
  source === undefined || source === '0.0.0.0' ? (ethSource ?? 'the sender') : source;

const stepOn = (sender: string): string =>
  `On ${sender}, give the interface towards the clients an address, and let the relay put that address into giaddr.`;

/** A request goes to a server with a giaddr that belongs to no relay. */
export const impossibleGiaddr: ExchangeRule = function* (exchange) {
  for (const message of exchange.messages) {
    if (!message.fromClient || isDamaged(message)) continue;
    for (const packet of message.packetsSeen()) {
      if (!isImpossible(packet)) continue;
      const { giaddr } = packet.dhcp!;
      const kind = kindOf(giaddr)!;
      const sender = senderOf(packet);
      yield {
        id: 'forbidden-field',
        severity: 'warning',
        subject: ip(giaddr),
        frames: [packet.frame],
        detail: () => ({
          title: `The relay’s address (giaddr) is ${ip(giaddr)}, ${kind}`,
          explanation: `The ${messageName(message.type, true)} in frame ${packet.frame} of ${exchange.client.label} comes from ${packet.source ?? '?'}${packet.ethSource === undefined ? '' : ` (${packet.ethSource})`} and has giaddr ${ip(giaddr)}, ${kind}. A server sends its reply to giaddr, and chooses the subnet by it: it cannot do either here.`,
          causes: ranked(
            cause(
              'likely',
              `The relay on ${sender} does not know its own address on the clients’ network, and fills in another one`,
              `giaddr ${ip(giaddr)}, source ${packet.source ?? '?'}`,
            ),
            cause('possible', 'The client itself fills giaddr in', packet.dhcp!.hops === 0 && 'hops is 0'),
          ),
          steps: [stepOn(sender)],
          reference: 'RFC 1542 §4.1.1; RFC 2131 §4.1, §4.3.1',
        }),
      };
    }
  }
};

/** The same as the cause of a relay's silence, with the step against it. */
export function giaddrCause(
  giaddr: number,
  exchanges: Iterable<Exchange>,
): { readonly cause: Cause; readonly step: string } | undefined {
  const kind = kindOf(giaddr);
  if (kind === undefined) return undefined;
  for (const { messages } of exchanges) {
    const packets = messages.flatMap((one) => (one.fromClient ? one.packetsSeen() : []));
    const first = packets.find((packet) => packet.dhcp!.giaddr === giaddr && isImpossible(packet));
    if (!first) continue;
    const text = `No reply can reach giaddr ${ip(giaddr)}: it is ${kind}`;
    const told = withFinding('forbidden-field', [first.frame], cause('likely', text, `giaddr in frame ${first.frame}`));
    return { cause: told, step: stepOn(senderOf(first)) };
  }
  return undefined;
}
