import { hexText } from '../header';

/** EtherTypes that this project names (IANA “IEEE 802 Numbers”). */
export const ETHERTYPES: Readonly<Record<number, string>> = {
  0x0800: 'IPv4',
  0x0806: 'ARP',
  0x22eb: 'ERSPAN type III',
  0x22f3: 'TRILL',
  0x4305: 'B.A.T.M.A.N. Advanced',
  0x6558: 'Transparent Ethernet bridging',
  0x8035: 'RARP',
  0x8100: '802.1Q VLAN',
  0x86dd: 'IPv6',
  0x8809: 'Slow protocols (LACP)',
  0x880b: 'PPP',
  0x8847: 'MPLS',
  0x8848: 'MPLS multicast',
  0x8863: 'PPPoE discovery',
  0x8864: 'PPPoE session',
  0x888e: '802.1X',
  0x88a8: '802.1ad service VLAN',
  0x88be: 'ERSPAN type II',
  0x88cc: 'LLDP',
  0x88e5: 'MACsec',
  0x88e7: '802.1ah provider backbone',
  0x894f: 'NSH',
  0x9000: 'Loopback (configuration test)',
  0x9100: 'VLAN (QinQ, old)',
  0x9200: 'VLAN (QinQ, old)',
};

/** An EtherType for the tree: `IPv4 (0x0800)`. */
export function etherTypeText(type: number): string {
  const digits = hexText(type);
  const name = ETHERTYPES[type];
  return name ? `${name} (${digits})` : digits;
}
