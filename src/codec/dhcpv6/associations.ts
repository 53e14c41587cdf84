import { formatIpv6, u32 } from '../bytes';
import { CONFIRM, CONTAINERS6, DECLINE6, OPTION_HEADER, readOptions6, RELEASE6, type Message6 } from './message';

/* The identity associations of a message (RFC 9915 §4.2): what a client requests, and what a server answers. */

export interface Association6 {
  /** 3 IA_NA, 4 IA_TA, 25 IA_PD. */
  readonly code: number;
  readonly iaid: number;
  /** In a DECLINE, the addresses already in use; in a RELEASE, those given back; in a CONFIRM, those to be confirmed. */
  readonly addresses: readonly string[];
  /** T1 in seconds; 0 leaves it to the client, and an IA_TA has none. */
  readonly t1: number;
  /** Whether it holds neither an address or prefix nor a status code. */
  readonly empty: boolean;
}

const OF_ADDRESSES: ReadonlySet<number> = new Set([CONFIRM, RELEASE6, DECLINE6]);
/** What an association gives or says: IAADDR, IAPREFIX, Status Code. */
const TELLING: ReadonlySet<number> = new Set([5, 26, 13]);
const ASSOCIATIONS: ReadonlySet<number> = new Set([3, 4, 25]);
/**
 * Most associations read per message, and most addresses read per association. A message with more only tries to fill
 * memory.
 */
const MOST = 20;

/** The identity associations of the message itself, in wire order. */
export function readAssociations(message: Message6): Association6[] {
  const out: Association6[] = [];
  for (const { code, at, length } of message.options) {
    if (!ASSOCIATIONS.has(code) || length < CONTAINERS6[code]! || out.length >= MOST) continue;
    const from = at + OPTION_HEADER;
    const addresses = OF_ADDRESSES.has(message.type)
      ? addressesIn(message.bytes, from + CONTAINERS6[code]!, from + length)
      : [];
    const inside = [...readOptions6(message.bytes, from + CONTAINERS6[code]!, from + length)];
    const empty = !inside.some((one) => TELLING.has(one.code));
    const t1 = code === 4 ? 0 : u32(message.bytes, from + 4);
    out.push({ code, iaid: u32(message.bytes, from), addresses, t1, empty });
  }
  return out;
}

function addressesIn(bytes: Uint8Array, at: number, end: number): string[] {
  const out: string[] = [];
  for (const { code, at: option, length } of readOptions6(bytes, at, end))
    if (code === 5 && length >= 16 && out.length < MOST) out.push(formatIpv6(bytes, option + OPTION_HEADER));
  return out;
}
