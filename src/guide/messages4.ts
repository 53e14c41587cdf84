import { MESSAGE_TYPES } from '../codec/dhcpv4';
import { list, paragraph, table, type Block, type Draft } from './page';

interface Words {
  readonly type?: number;
  readonly title?: string;
  readonly name?: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly blocks?: readonly Block[];
  readonly see?: readonly string[];
  readonly reference: string;
}

/** Who sends a message to whom, and how, as a small table. */
const way = (from: string, to: string, how: string): Block => ({
  kind: 'table',
  rows: [
    ['From', from],
    ['To', to],
    ['Way', how],
  ],
});

const BROADCAST = '0.0.0.0:68 to 255.255.255.255:67';

const WORDS: readonly Words[] = [
  {
    type: 1,
    summary:
      'The client looks for servers: it asks everybody on its link whether somebody has an address for it. It repeats the question after about 4, 8, 16 seconds as long as nobody answers.',
    blocks: [
      way('client', 'every server and relay', BROADCAST),
      paragraph(
        'It may name an address that it would like (option 50) and lists the settings that it wants (option 55).',
      ),
    ],
    see: ['message/offer', 'topic/dhcp', 'topic/ports', 'finding/no-offer', 'finding/starvation'],
    reference: 'RFC 2131 §3.1, §4.4.1',
  },
  {
    type: 2,
    summary:
      'A server offers an address, together with the settings that would come with it. Nothing is settled yet: each server may offer, and the client takes one.',
    blocks: [
      way('server', 'client, or the relay that asked', 'port 67 to 68; to a relay, 67 to 67'),
      paragraph('The address is in yiaddr, its lease time in option 51, and who offers it in option 54.'),
    ],
    see: ['message/discover', 'message/request', 'field/yiaddr', 'option/54', 'finding/offer-not-taken'],
    reference: 'RFC 2131 §3.1, §4.3.1',
  },
  {
    type: 3,
    summary:
      'The client commits itself to one address: the one just offered, the one it had before, or more time for the one it uses. Which of these it is shows in which fields are filled in.',
    blocks: [
      table(
        ['Client’s state', 'Sent to', 'Option 54', 'Option 50', 'ciaddr'],
        ['SELECTING (takes an offer)', 'broadcast', 'yes', 'yes', '0'],
        ['INIT-REBOOT (after a restart)', 'broadcast', 'no', 'yes', '0'],
        ['RENEWING (after T1)', 'its server', 'no', 'no', 'its address'],
        ['REBINDING (after T2)', 'broadcast', 'no', 'no', 'its address'],
      ),
    ],
    see: [
      'message/ack',
      'message/nak',
      'topic/lease',
      'finding/no-ack',
      'finding/request-mismatch',
      'finding/renewal-unanswered',
    ],
    reference: 'RFC 2131 §4.3.2, §4.3.6 table 4',
  },
  {
    type: 4,
    summary:
      'The client returns an address because somebody else on the link already uses it. The server sets the address aside, and the client begins again with DISCOVER.',
    blocks: [way('client', 'server', BROADCAST)],
    see: ['neighbour/arp', 'message/discover', 'finding/decline', 'finding/duplicate-address'],
    reference: 'RFC 2131 §3.1, §4.4.1',
  },
  {
    type: 5,
    aliases: ['DHCPACK', 'acknowledge'],
    summary:
      'The server confirms: from now on the address belongs to the client until the lease ends. It also brings all settings, and it answers an INFORM too.',
    blocks: [
      way('server', 'client, or the relay that asked', 'port 67 to 68; a renewal’s ACK by unicast to ciaddr'),
      paragraph('A careful client probes the address by ARP before it uses it.'),
    ],
    see: ['message/request', 'option/51', 'claim/ack', 'finding/ack-other-address', 'finding/wrong-server-acked'],
    reference: 'RFC 2131 §3.1, §4.3.1 table 3',
  },
  {
    type: 6,
    aliases: ['DHCPNAK', 'nack'],
    summary:
      'The server refuses a REQUEST: the address does not fit the network, or the lease is no longer the client’s. The client stops using the address and begins again.',
    blocks: [
      way('server', 'client, or the relay that asked', 'by broadcast, since the client’s address may be wrong here'),
      paragraph('The reason may stand in words in option 56.'),
    ],
    see: ['message/request', 'finding/nak', 'finding/nak-not-broadcast'],
    reference: 'RFC 2131 §3.2, §4.3.2',
  },
  {
    type: 7,
    summary:
      'The client gives its address back before the lease ends. Nobody answers it, and most systems never send one when they are switched off.',
    blocks: [way('client', 'its server', 'unicast, from its address to option 54’s')],
    see: ['topic/lease', 'finding/chaddr-mismatch', 'finding/used-without-lease'],
    reference: 'RFC 2131 §4.4.6',
  },
  {
    type: 8,
    summary:
      'A client that already has an address asks only for settings. The server answers with an ACK that carries no lease.',
    blocks: [way('client', 'any server', 'broadcast or unicast; the ACK comes by unicast to ciaddr')],
    see: ['message/ack', 'field/ciaddr', 'finding/inform-unanswered'],
    reference: 'RFC 2131 §3.4, §4.3.5',
  },
  {
    type: 9,
    aliases: ['force renew', 'reconfigure v4'],
    summary:
      'The server tells a client to renew now, so that it learns new settings. Clients take it only with proof of its sender, for anybody could send it.',
    blocks: [way('server', 'client', 'unicast to the client’s address, port 68')],
    see: ['message6/reconfigure', 'option/145', 'finding/forcerenew-unauthenticated'],
    reference: 'RFC 3203 §2.2, §6, RFC 6704',
  },
  {
    type: 10,
    aliases: ['lease query'],
    summary:
      'A relay or access router asks a server who holds an address, or which address a client has. It so fills its tables again after a restart.',
    see: ['message/leaseactive', 'message/leaseunknown', 'message/leaseunassigned', 'message/bulkleasequery'],
    reference: 'RFC 4388 §6.1',
  },
  {
    type: 11,
    summary: 'The server manages the address that the query asked about, and nobody holds it.',
    see: ['message/leasequery'],
    reference: 'RFC 4388 §6.4',
  },
  {
    type: 12,
    summary: 'The server knows nothing of the address or client that the query named.',
    see: ['message/leasequery'],
    reference: 'RFC 4388 §6.4',
  },
  {
    type: 13,
    summary:
      'The server tells who holds the address that was asked about, until when, and when it last heard of that client. The holder’s hardware address is in chaddr.',
    see: ['message/leasequery', 'option/91', 'option/92'],
    reference: 'RFC 4388 §6.4',
  },
  {
    type: 14,
    summary:
      'Asks for many leases at once over a TCP connection to the server’s port 67. It is the one message, with its answers and its live form, that DHCPv4 sends over TCP.',
    see: ['port/67', 'claim/tcp', 'message/leasequerydone', 'option/151', 'message/activeleasequery'],
    reference: 'RFC 6926 §6.2.1',
  },
  {
    type: 15,
    summary: 'Ends the list of answers to one bulk query, or says in option 151 why there is none.',
    see: ['message/bulkleasequery'],
    reference: 'RFC 6926 §6.2.1',
  },
  {
    type: 16,
    summary: 'Asks a server to report each change of a lease, live, for as long as the TCP connection lasts.',
    see: ['message/leasequerystatus', 'message/tls'],
    reference: 'RFC 7724 §5.2.1',
  },
  {
    type: 17,
    summary:
      'The server says on a live connection how things stand, such as that it has caught up or is about to close.',
    see: ['message/activeleasequery', 'option/151'],
    reference: 'RFC 7724 §5.2.1',
  },
  {
    type: 18,
    aliases: ['dhcptls'],
    summary: 'Asks for TLS on the connection before leases are reported, and agrees to it.',
    see: ['message/activeleasequery'],
    reference: 'RFC 7724 §5.2.1',
  },
  {
    title: 'BOOTREQUEST',
    name: 'bootrequest',
    aliases: ['bootp request', 'op 1'],
    summary:
      'Every message from a client or relay to a server has op 1, BOOTREQUEST. Without option 53 it is plain BOOTP: a device asks for its fixed address and its boot file.',
    blocks: [
      list(
        'With option 53 it is one of',
        'DISCOVER, REQUEST, DECLINE, RELEASE, INFORM',
        'LEASEQUERY and its relatives',
      ),
    ],
    see: ['field/op', 'topic/bootp', 'message/bootreply', 'finding/bootp-unanswered'],
    reference: 'RFC 951 §3, RFC 2131 §2',
  },
  {
    title: 'BOOTREPLY',
    name: 'bootreply',
    aliases: ['bootp reply', 'op 2'],
    summary:
      'Every message from a server has op 2, BOOTREPLY. A plain BOOTP reply gives the address without a lease time, and the client does not confirm it.',
    see: ['field/op', 'topic/bootp', 'finding/reply-without-options'],
    reference: 'RFC 951 §3, RFC 2131 §2',
  },
];

/** A page for each DHCPv4 message type, and for the two of BOOTP. */
export function messagePages4(): Draft[] {
  return WORDS.map(({ type, title, name, aliases = [], summary, blocks = [], see = [], reference }) => {
    const word = type === undefined ? title! : MESSAGE_TYPES[type]!;
    const number = type === undefined ? [] : [{ kind: 'table', rows: [['Option 53', String(type)]] } as const];
    return {
      id: `message/${name ?? word.toLowerCase()}`,
      title: type === undefined ? word : `DHCP${word.startsWith('DHCP') ? word.slice(4) : word}`,
      aliases: [
        word,
        `${word} v4`,
        ...(type === undefined ? [] : [`message type ${type}`, `message ${type}`, `DHCP${word}`]),
        ...aliases,
      ],
      summary,
      blocks: [...number, ...blocks],
      see: type === undefined ? see : ['option/53', ...see],
      references: [reference],
    };
  });
}
