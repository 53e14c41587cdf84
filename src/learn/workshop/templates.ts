import { encodeMessage4 } from '../../codec/dhcpv4';
import { CLIENT_KINDS, optionsOf } from '../clients';
import { datagram4 } from '../made/frame';
import { FROM_RELAY, RELAY } from '../made/tape';

/** Templates to begin with: a DISCOVER of each kind of client, and one that has come through a relay. */
export const TEMPLATES: readonly { readonly id: string; readonly name: string }[] = [
  ...CLIENT_KINDS.map(({ id, name }) => ({ id, name })),
  { id: 'relay', name: 'Windows, through a relay' },
];

/** The frame of a template; that of the first where there is none of this name. */
export function templateFrame(id: string): Uint8Array {
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
