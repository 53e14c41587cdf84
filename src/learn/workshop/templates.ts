import { encodeMessage4 } from '../../codec/dhcpv4';
import { encodeMessage6 } from '../../codec/dhcpv6';
import { CLIENT_KINDS, optionsOf } from '../clients';
import { datagram4, datagram6, resolution } from '../made/frame';
import { association, duidOf } from '../made/six';
import { CLIENT, FROM_RELAY, RELAY, SERVER } from '../made/tape';

/** A client that asks for its own address by RARP (RFC 903), or for the server’s hardware address by ARP (RFC 826). */
const asks = (type: 0x0806 | 0x8035): Uint8Array => {
  const own = { senderMac: CLIENT, senderIp: '0.0.0.0' };
  return type === 0x8035
    ? resolution(type, { operation: 3, ...own, targetMac: CLIENT, targetIp: '0.0.0.0' })
    : resolution(type, { operation: 1, ...own, targetMac: '00:00:00:00:00:00', targetIp: SERVER });
};

/** The frames of the templates that are not DHCPv4. */
const OTHERS: Readonly<Record<string, () => Uint8Array>> = {
  solicit: () => {
    const options = [
      { code: 1, hex: duidOf(CLIENT) },
      { code: 3, hex: association() },
      { code: 25, hex: association() },
      { code: 6, hex: '00170018' },
      { code: 8, hex: '0000' },
    ];
    return datagram6(encodeMessage6({ type: 'SOLICIT', xid: 0x670001, options }));
  },
  bootp: () => datagram4(encodeMessage4({ chaddr: CLIENT, xid: 0x67000001 }), { ethSource: CLIENT }),
  arp: () => asks(0x0806),
  rarp: () => asks(0x8035),
};

/** Templates to start from: a DISCOVER of each kind of client, one sent through a relay, and other protocols. */
export const TEMPLATES: readonly { readonly id: string; readonly name: string }[] = [
  ...CLIENT_KINDS.map(({ id, name }) => ({ id, name })),
  { id: 'relay', name: 'Windows, through a relay' },
  { id: 'solicit', name: 'DHCPv6: a SOLICIT for an address and a prefix' },
  { id: 'bootp', name: 'BOOTP: a request' },
  { id: 'arp', name: 'ARP: a probe' },
  { id: 'rarp', name: 'RARP: a request' },
];

/** The frame of a template; that of the first one if the name is unknown. */
export function templateFrame(id: string): Uint8Array {
  const other = OTHERS[id];
  if (other) return other();
  const kind = CLIENT_KINDS.find((one) => one.id === id) ?? CLIENT_KINDS[0]!;
  const chaddr = `${kind.prefix}:00:00:0c`;
  const relayed = id === 'relay';
  const message = encodeMessage4({
    chaddr,
    xid: 0x67000001,
    flags: kind.broadcast ? 0x8000 : 0,
    ...(relayed ? { giaddr: RELAY, hops: 1 } : {}),
    options: [
      { code: 53, data: 1 },
      ...optionsOf(kind, chaddr, kind.hosts[0]),
      ...(relayed ? [{ code: 82, data: [{ code: 1, hex: '67652d302f302f37' }] }] : []),
    ],
  });
  return datagram4(message, relayed ? FROM_RELAY : { ethSource: chaddr });
}
