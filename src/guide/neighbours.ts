import { items, list, octets, paragraph, type Draft } from './page';
import { FIELDS } from './fields';

/** The text that the header fields already have about a protocol. */
const known = (key: string): string => FIELDS[key]!.text;

/** Protocols on the same link that explain what DHCP does or fails to do. */
export const NEIGHBOURS: readonly Draft[] = [
  {
    id: 'neighbour/arp',
    title: 'ARP, the Address Resolution Protocol',
    aliases: ['address resolution protocol', 'arp probe', 'gratuitous arp', 'dad v4', 'address conflict detection'],
    summary: known('arp'),
    blocks: [
      list(
        'What ARP tells about DHCP',
        'A probe has sender address 0.0.0.0: the client checks the address that it was just given.',
        'An announcement asks for the sender’s own address: the client now uses it.',
        'A server’s ARP for an address before its OFFER shows that it looks whether the address is free.',
        'ARP for the router without any answer: the client has a lease and no way out.',
      ),
    ],
    see: ['message/decline', 'finding/duplicate-address', 'finding/router-silent'],
    references: ['RFC 826', 'RFC 5227 §1.1, §2.1'],
  },
  {
    id: 'neighbour/rarp',
    title: 'RARP, Reverse ARP',
    aliases: ['reverse arp', 'reverse address resolution protocol', 'rfc 903'],
    summary: known('rarp'),
    blocks: [
      paragraph('Its frames have EtherType 0x8035 and the form of ARP, with operations 3 (request) and 4 (reply).'),
      items(
        'No router passes it on, so each link needed a server of its own.',
        'It gives an address and nothing else: no mask, no router, no boot file.',
        'Hypervisors send RARP frames when a virtual machine has moved, only so that switches learn its new port.',
      ),
    ],
    see: ['claim/rarp', 'topic/bootp', 'neighbour/arp', 'finding/rarp-unanswered'],
    references: ['RFC 903'],
  },
  {
    id: 'neighbour/icmp',
    title: 'ICMP beside DHCP',
    aliases: ['ping check', 'icmp unreachable'],
    summary: known('icmp'),
    blocks: [
      list(
        'What its codes say, type 3 (destination unreachable)',
        '0 and 1: no way to the network or the host.',
        '3: the host is up, nothing listens on that port.',
        '9, 10 and 13: forbidden by a firewall.',
      ),
      paragraph('An ICMP error quotes the header of the datagram it is about, so that its ports can be read.'),
    ],
    see: ['finding/port-unreachable', 'finding/firewall-reject', 'finding/host-unreachable', 'topic/firewalls'],
    references: ['RFC 792', 'RFC 1812 §5.2.7.1'],
  },
  {
    id: 'neighbour/ra',
    title: 'Router advertisements and neighbour discovery',
    aliases: [
      'ra',
      'router advertisement',
      'slaac',
      'neighbour discovery',
      'neighbor discovery',
      'ndp',
      'm flag',
      'o flag',
    ],
    summary:
      'IPv6 routers announce themselves, and in doing so tell each host its default router and whether DHCPv6 is to be asked. A host can also make its own address from the prefix announced (SLAAC).',
    blocks: [
      {
        kind: 'table',
        head: ['Flag', 'Meaning'],
        rows: [
          ['M', 'addresses come by DHCPv6'],
          ['O', 'other settings, such as DNS servers, come by DHCPv6'],
          ['A, of a prefix', 'hosts may make addresses from this prefix'],
        ],
      },
      octets('86 00 … 40 c0 07 08', 'ICMPv6 type 134: hop limit 64, flags M and O set, router lifetime 1800 s.'),
      paragraph('Neighbour discovery does for IPv6 what ARP does for IPv4: a host asks the link who has an address.'),
      paragraph(
        'DHCPv6 never gives a default router. A network without router advertisements leaves DHCPv6 clients with an address and no way out.',
      ),
    ],
    see: ['topic/dhcpv6', 'topic/security', 'message6/information-request', 'finding/v6-no-reply', 'field/icmpv6'],
    references: ['RFC 4861 §4.2, §6.3.4', 'RFC 4862 §5.5'],
  },
];
