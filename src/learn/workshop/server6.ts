import { formatIpv6, hex } from '../../codec/bytes';
import { encodeMessage6, messageType6, type OptionSpec6 } from '../../codec/dhcpv6';
import { datagram6 } from '../made/frame';
import { delegated, duidOf, leased, lifetimes, linkLocalOf } from '../made/six';
import { uintOctets } from '../../codec/values/scalar';
import { each, packet6 } from './packet6';
import type { Decision } from './types';

/* A small DHCPv6 server (RFC 9915 §18.3): one address and one prefix for each
   client, derived from the last octet of its hardware address. */

const MAC = '02:67:00:00:00:01';
const DUID = duidOf(MAC);
const LINK = 'fd67::/64';
const [T1, T2] = [1500, 2400];

const CLIENT_ID = 1;
const SERVER_ID = 2;
const STATUS = 13;
const RAPID_COMMIT = 14;
const IA_NA = 3;
const IA_ADDRESS = 5;
const IA_PD = 25;
const NOT_ON_LINK = 4;

/** Messages that name one server (RFC 9915 §16). */
const NAMES_SERVER: ReadonlySet<string> = new Set(['REQUEST', 'RENEW', 'RELEASE', 'DECLINE']);

const silent = (why: string): Decision => ({ why });

/** How the server answers a DHCPv6 message; undefined if the frame does not hold one. */
export function serve6(frame: Uint8Array): Decision | undefined {
  const packet = packet6(frame);
  if (!packet) return undefined;
  const { around, message, nodes } = packet;
  const type = messageType6(message.type);
  if (around.destinationPort !== 547)
    return silent(`The server listens on UDP port 547, and this goes to ${around.destinationPort}.`);
  const value = (code: number): string | undefined => {
    const found = nodes.find((node) => node.code === code);
    return found && hex(found.octets);
  };
  const client = value(CLIENT_ID);
  const named = value(SERVER_ID);
  if (type === 'RELAY-FORW') return silent('This small server reads no relayed messages.');
  if (client === undefined && type !== 'INFORMATION-REQUEST')
    return silent(`A ${type} without a client identifier is dropped.`);
  if (NAMES_SERVER.has(type) && named !== DUID)
    return silent(`A ${type} names the server that it is for by option 2, and this one names another or none.`);
  if ((type === 'SOLICIT' || type === 'CONFIRM' || type === 'REBIND') && named !== undefined)
    return silent(`A ${type} is for any server, so one that names a server is dropped.`);
  const ids: OptionSpec6[] = [
    ...(client === undefined ? [] : [{ code: CLIENT_ID, hex: client }]),
    { code: SERVER_ID, hex: DUID },
  ];
  const answer = (reply: 'ADVERTISE' | 'REPLY', options: OptionSpec6[], why: string): Decision => ({
    why: `${reply}: ${why}.`,
    frame: datagram6(encodeMessage6({ type: reply, xid: message.xid, options: [...ids, ...options] }), {
      ethSource: MAC,
      ethDestination: around.ethSource,
      source: linkLocalOf(MAC),
      destination: around.source,
      sourcePort: 547,
      destinationPort: 546,
    }),
  });
  const dns: OptionSpec6 = { code: 23, hex: `fd67${'00'.repeat(13)}01` };
  switch (type) {
    case 'SOLICIT':
    case 'REQUEST':
    case 'RENEW':
    case 'REBIND': {
      const last = Number(`0x${client!.slice(-2)}`);
      const given = nodes.flatMap(({ code, octets }): OptionSpec6[] => {
        if ((code !== IA_NA && code !== IA_PD) || octets.length < 12) return [];
        const number = (0x100 + last).toString(16);
        const inside = code === IA_NA ? leased(`fd67::${number}`) : delegated(`fd67:${number}::`, 56);
        return [{ code, hex: hex(octets, 0, 4) + lifetimes(T1, T2) + inside }];
      });
      if (type !== 'SOLICIT') return answer('REPLY', [...given, dns], 'the client has its addresses and prefixes');
      if (value(RAPID_COMMIT) === undefined)
        return answer('ADVERTISE', [...given, dns], `an address of ${LINK}, and a /56 where one is asked for`);
      return answer(
        'REPLY',
        [...given, dns, { code: RAPID_COMMIT, hex: '' }],
        'option 14 asks for an answer at once, without ADVERTISE',
      );
    }
    case 'INFORMATION-REQUEST':
      return answer('REPLY', [dns], 'settings only, for the client has its addresses from elsewhere');
    case 'CONFIRM': {
      const addresses = [...each(nodes)].flatMap(({ node }) =>
        node.code === IA_ADDRESS && node.inside ? [formatIpv6(node.octets, 0)] : [],
      );
      if (addresses.length === 0) return silent('A CONFIRM without addresses is dropped.');
      const fits = addresses.every((address) => address.startsWith('fd67::'));
      const status = hex(uintOctets(fits ? 0 : NOT_ON_LINK, 2));
      return answer('REPLY', [{ code: STATUS, hex: status }], fits ? `all are of ${LINK}` : `not all are of ${LINK}`);
    }
    case 'RELEASE':
    case 'DECLINE':
      return answer('REPLY', [{ code: STATUS, hex: '0000' }], 'the server has taken note of it');
  }
  return silent(`Clients do not send ${type}, so the server drops it.`);
}
