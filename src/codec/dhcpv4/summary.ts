import { ipv4ToText } from '../bytes';
import { MESSAGE_TYPES, type Message4 } from './message';

/** Names of op (RFC 2131 §2). */
export const OPS: Readonly<Record<number, string>> = { 1: 'BOOTREQUEST', 2: 'BOOTREPLY' };

/**
 * A message in one line, already `printable`: its type, the address it gives or requests, and the client's link-layer
 * address: `DISCOVER 02:00:5e:00:53:01`, `OFFER 10.67.0.100 to 02:00:5e:00:53:01`, `BOOTREQUEST 02:00:5e:00:53:01`.
 */
export function summary4(message: Message4): string {
  const type = message.messageType();
  const name =
    type === undefined
      ? (OPS[message.op] ?? `BOOTP op ${message.op}`)
      : (MESSAGE_TYPES[type] ?? `message type ${type}`);
  const client = message.chaddr === '' ? 'a client without hardware address' : message.chaddr;
  const toClient = message.op === 2;
  const address = summaryAddress(message, type);
  if (address === 0) return toClient ? `${name} to ${client}` : `${name} ${client}`;
  const shown = ipv4ToText(address);
  return toClient ? `${name} ${shown} to ${client}` : `${name} ${shown} from ${client}`;
}

/** The address that a message is about: offered, requested, or already held; 0 if there is none. */
function summaryAddress(message: Message4, type: number | undefined): number {
  if (message.op === 2) return type === 6 ? 0 : message.yiaddr || message.ciaddr;
  // A DISCOVER may request an address too (option 50), but that is only a hint.
  return type === 1 ? 0 : message.ip(50) || message.ciaddr;
}
