import { formatIpv6, printable } from '../bytes';
import { View } from '../view';
import { MAX_RELAYS, OPTION_HEADER, readOptions6, type Message6 } from './message';
import { STATUS_CODES } from './values/identity';
import { duidText } from '../values/duid';

/** Options that a summary reads. */
const OPTION_IAADDR = 5;
const OPTION_STATUS_CODE = 13;
const OPTION_IAPREFIX = 26;
/** Number of octets before the options inside an identity association, by option code. */
const ASSOCIATIONS: ReadonlyMap<number, number> = new Map([
  [3, 12],
  [4, 4],
  [25, 12],
]);
/** Most addresses and prefixes that are named, because a list has one line per message. */
const MOST_NAMED = 3;

/** Addresses and prefixes of a message, and any status codes other than success given instead of them. */
function leases(message: Message6): string[] {
  const { bytes } = message;
  const said: string[] = [];
  const look = (at: number, end: number, outside: boolean): void => {
    for (const option of readOptions6(bytes, at, end)) {
      const value = option.at + OPTION_HEADER;
      const inside = ASSOCIATIONS.get(option.code);
      if (outside && inside !== undefined && option.length >= inside)
        look(value + inside, value + option.length, false);
      else if (option.code === OPTION_IAADDR && option.length >= 24) said.push(formatIpv6(bytes, value));
      else if (option.code === OPTION_IAPREFIX && option.length >= 25) {
        said.push(`${formatIpv6(bytes, value + 9)}/${bytes[value + 8]!}`);
      } else if (option.code === OPTION_STATUS_CODE && option.length >= 2) {
        const code = (bytes[value]! << 8) | bytes[value + 1]!;
        if (code !== 0) said.push(STATUS_CODES[code] ?? `status ${code}`);
      }
      if (said.length > MOST_NAMED) return;
    }
  };
  look(message.at + message.headerLength, message.end, true);
  return said;
}

/**
 * One line about a message: relays, type, addresses or prefixes, client. `SOLICIT client DUID-LL 02:…`,
 * `RELAY-FORW › SOLICIT client …`, `REPLY 2001:db8::1 client …`. Already `printable`.
 */
export function summaryLine(message: Message6): string {
  const types: string[] = [];
  let inner = message;
  for (let i = 0; i < MAX_RELAYS; i++) {
    types.push(inner.typeName);
    const next = inner.relayed;
    if (!next) break;
    inner = next;
  }
  const parts = [types.join(' › ')];
  if (!inner.hasHeader) return `${parts[0]!} (cut)`;
  const named = leases(inner);
  if (named.length > 0) {
    const more = named.length > MOST_NAMED ? ', …' : '';
    parts.push(named.slice(0, MOST_NAMED).join(', ') + more);
  }
  const client = inner.option(1);
  if (client && client.length > 0) parts.push(`client ${clientText(client)}`);
  return printable(parts.join(' '));
}

function clientText(view: View): string {
  // A link-layer address or UUID is enough here; the tree shows the rest of the DUID.
  const type = view.length >= 2 ? view.u16(0) : 0;
  if (type === 1 && view.length > 8) return view.hex(8, view.length - 8, ':');
  if (type === 3 && view.length > 4) return view.hex(4, view.length - 4, ':');
  return duidText(view);
}
