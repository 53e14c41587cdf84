import { named } from '../header';

/** IP protocol numbers and IPv6 next headers that this project names (IANA “Protocol Numbers”). */
export const IP_PROTOCOLS: Readonly<Record<number, string>> = {
  0: 'IPv6 hop-by-hop options',
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPv4 in IP',
  6: 'TCP',
  8: 'EGP',
  9: 'IGP',
  17: 'UDP',
  27: 'RDP',
  33: 'DCCP',
  41: 'IPv6 in IP',
  43: 'IPv6 routing',
  44: 'IPv6 fragment',
  46: 'RSVP',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  58: 'ICMPv6',
  59: 'no next header',
  60: 'IPv6 destination options',
  88: 'EIGRP',
  89: 'OSPF',
  94: 'IPIP',
  97: 'Ethernet in IP',
  103: 'PIM',
  108: 'IPComp',
  112: 'VRRP',
  115: 'L2TP',
  124: 'IS-IS over IPv4',
  132: 'SCTP',
  133: 'Fibre Channel',
  135: 'IPv6 mobility',
  136: 'UDP-Lite',
  137: 'MPLS in IP',
  139: 'HIP',
  140: 'Shim6',
  143: 'Ethernet',
};

/** An IP protocol number for the tree: `UDP (17)`. */
export function protocolText(protocol: number): string {
  return named(IP_PROTOCOLS, protocol);
}
