import { items, paragraph, type Draft } from '../page';

/** Common errors about DHCP, each with the facts. */
export const CLAIMS: readonly Draft[] = [
  {
    id: 'claim/client-port',
    title: 'You may have read that clients can send from port 67',
    aliases: ['client port 67', 'clients send from port 68 or 67', 'request from port 67'],
    summary:
      'They do not: clients send from port 68, to port 67. A request that leaves port 67 comes from a relay, which then has filled in giaddr, or from a faulty program.',
    blocks: [paragraph('The mistake comes from captures between relay and server, where both ends are port 67.')],
    see: ['port/67', 'port/68', 'topic/relays', 'finding/client-on-port-67'],
    references: ['RFC 2131 §4.1', 'RFC 1542 §4.1'],
  },
  {
    id: 'claim/ports',
    title: 'You may have read that one port is BOOTP’s and the other DHCP’s',
    aliases: ['bootp port', 'port 67 is bootp', 'port 68 is dhcp', '67 bootp 68 dhcp'],
    summary:
      'Both protocols use both ports: servers 67, clients 68. The registry calls them bootps and bootpc, for the server and the client of the bootstrap protocol, which came first.',
    see: ['topic/bootp', 'topic/ports', 'port/67', 'port/68'],
    references: ['RFC 951 §3', 'RFC 2131 §4.1'],
  },
  {
    id: 'claim/ack',
    title: 'You may have read that the client sends the ACK',
    aliases: ['client sends ack', 'who sends the ack', 'ack from client'],
    summary:
      'The server sends the ACK; it is the last of the four messages. What the client confirms an offer with is the REQUEST.',
    blocks: [
      paragraph(
        'In TCP the side that opens a connection sends the last acknowledgement, which may be where the mix-up comes from.',
      ),
    ],
    see: ['message/ack', 'message/request', 'topic/dhcp'],
    references: ['RFC 2131 §3.1 figure 3'],
  },
  {
    id: 'claim/rarp',
    title: 'You may have read that RARP uses port 67',
    aliases: ['rarp port', 'rarp port 67', 'rarp udp', 'port of rarp'],
    summary:
      'RARP has no port at all, because it does not run over UDP or even IP. It is an Ethernet protocol of its own, with EtherType 0x8035.',
    blocks: [paragraph('BOOTP took over its task, on ports 67 and 68.')],
    see: ['neighbour/rarp', 'topic/bootp', 'field/eth.type'],
    references: ['RFC 903'],
  },
  {
    id: 'claim/secure',
    title: 'You may have read that DHCPv4 or DHCPv6 is a secure protocol',
    aliases: [
      'secure dhcp',
      'dhcp secure protocol',
      'secure protocol',
      'is dhcp secure',
      'is dhcpv6 secure',
      'dhcpv6 secure',
    ],
    summary:
      'Neither is: both believe whoever answers on the link. DHCPv6 is no step up in this, and IPv6 brings forged router advertisements in addition.',
    blocks: [
      items(
        'Authentication was specified for both (RFC 3118, RFC 9915 §20) and is hardly used.',
        'What helps is done by the network: snooping, trusted ports, guards, 802.1X.',
      ),
    ],
    see: ['topic/security', 'option/90', 'option6/11', 'finding/rogue-server'],
    references: ['RFC 2131 §7', 'RFC 3118', 'RFC 7610', 'RFC 9915 §22'],
  },
  {
    id: 'claim/passwords',
    title: 'You may have read that the DHCP server needs a strong password',
    aliases: ['dhcp password', 'strong passwords'],
    summary:
      'The machine that it runs on and its management page do. The protocol knows no password, so a strong one keeps nobody from posing as a server.',
    see: ['topic/security'],
    references: ['RFC 2131 §7'],
  },
  {
    id: 'claim/tcp',
    title: 'You may have read that port 67 is a TCP port',
    aliases: ['tcp 67', 'port 67 tcp', 'is dhcp tcp or udp', 'tcp or udp', 'tcp/ip socket'],
    summary:
      'DHCP runs over UDP: a client without an address could not open a TCP connection, and TCP knows no broadcast. The one exception are bulk questions about leases, which relays ask servers over TCP 67.',
    see: ['port/67', 'message/bulkleasequery', 'field/tcp', 'field/udp'],
    references: ['RFC 2131 §1, §4.1', 'RFC 6926 §6.1'],
  },
];
