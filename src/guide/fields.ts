/**
 * What each header field is for, in words for learners. Options are not here: the rows of the
 * option tables explain them. Keys are those of the packet tree (`Field.key`).
 */
export interface FieldDoc {
  readonly title: string;
  readonly text: string;
  /** RFC or standard, with the section. */
  readonly reference?: string;
}

const RFC2131 = 'RFC 2131 §2';
const RFC9915 = 'RFC 9915 §8';

export const FIELDS: Readonly<Record<string, FieldDoc>> = {
  // DHCPv4 and BOOTP
  dhcp: {
    title: 'Dynamic Host Configuration Protocol',
    text: 'The conversation in which a client asks for an IP address and the rest of its network configuration, and a server lends it to the client for a time. Its packet is that of BOOTP, with options at the end.',
    reference: 'RFC 2131, RFC 951',
  },
  'dhcp.op': {
    title: 'Message op code (op)',
    text: 'Says who speaks: 1 (BOOTREQUEST) is written by clients, 2 (BOOTREPLY) by servers. The exact kind of message, such as DISCOVER or ACK, is in option 53.',
    reference: RFC2131,
  },
  'dhcp.htype': {
    title: 'Hardware type (htype)',
    text: 'The kind of network card that the client has, by the numbers that ARP uses. 1 is Ethernet, and Wi-Fi says 1 too.',
    reference: RFC2131,
  },
  'dhcp.hlen': {
    title: 'Hardware address length (hlen)',
    text: 'How many octets of the field chaddr are the client’s hardware address: 6 on Ethernet. More than 16 cannot be, because chaddr has no more room.',
    reference: RFC2131,
  },
  'dhcp.hops': {
    title: 'Hops',
    text: 'Clients write 0, and each relay agent on the way may add 1. A number that keeps growing means that relays pass the message round in a circle.',
    reference: 'RFC 2131 §2, RFC 1542 §4.1.1',
  },
  'dhcp.xid': {
    title: 'Transaction ID (xid)',
    text: 'A random number that the client chooses and the server repeats, so that the client can tell which reply belongs to which of its questions. Follow it to find the messages of one conversation.',
    reference: RFC2131,
  },
  'dhcp.secs': {
    title: 'Seconds elapsed (secs)',
    text: 'How long the client has been trying, as it says itself. Some relays and backup servers wait until this number is large enough before they help, so a client that always writes 0 may never be helped.',
    reference: 'RFC 2131 §2, RFC 1542 §3.2',
  },
  'dhcp.flags': {
    title: 'Flags',
    text: 'Only the first bit means something: set, it asks the server to send its reply as a broadcast, because the client cannot receive unicast before it has an address. All other bits must be 0.',
    reference: 'RFC 2131 §2 figure 2, §4.1',
  },
  'dhcp.ciaddr': {
    title: 'Client IP address (ciaddr)',
    text: 'The address that the client already uses and can answer ARP for. It is filled in only when the client renews or rebinds its lease, informs or releases; in a DISCOVER it is 0.0.0.0.',
    reference: RFC2131,
  },
  'dhcp.yiaddr': {
    title: '“Your” IP address (yiaddr)',
    text: 'The address that the server offers or lends to the client. This is the heart of an OFFER and an ACK.',
    reference: RFC2131,
  },
  'dhcp.siaddr': {
    title: 'Next server IP address (siaddr)',
    text: 'The server to ask next while booting over the network, usually for the boot file by TFTP. It is not the DHCP server’s own address: that one is option 54.',
    reference: RFC2131,
  },
  'dhcp.giaddr': {
    title: 'Relay agent IP address (giaddr)',
    text: 'Filled in by the first relay agent with its address on the client’s network. The server chooses the subnet by it and sends its reply to it; 0.0.0.0 means that no relay handled the message.',
    reference: 'RFC 2131 §2, RFC 1542 §4.1.1',
  },
  'dhcp.chaddr': {
    title: 'Client hardware address (chaddr)',
    text: 'The MAC address of the client’s network card. Servers know a client by it unless the client sends option 61, the client identifier.',
    reference: RFC2131,
  },
  'dhcp.sname': {
    title: 'Server host name (sname)',
    text: 'Room for the name of the boot server: 64 octets of text that end with a zero octet. Option 52 can make them room for more options instead.',
    reference: RFC2131,
  },
  'dhcp.file': {
    title: 'Boot file name (file)',
    text: 'The file that the client should boot from, usually fetched by TFTP: 128 octets of text that end with a zero octet. Where option 52 says so, these octets hold more options instead.',
    reference: RFC2131,
  },
  'dhcp.cookie': {
    title: 'Magic cookie',
    text: 'The four octets 99, 130, 83, 99 (hex 63 82 53 63) say that options follow in DHCP’s form. Without them what follows is a vendor area of old BOOTP that only its vendor understands.',
    reference: 'RFC 2131 §3, RFC 1497',
  },
  'dhcp.option': {
    title: 'Option',
    text: 'Whatever has no fixed field goes into an option: a code, a length and a value. Where the code is not in the registry, or its meaning is left to each site or vendor, the octets are shown as they are.',
    reference: 'RFC 2132 §2',
  },
  'dhcp.padding': {
    title: 'Padding',
    text: 'Octets without meaning behind the End option. Old relays and clients drop BOOTP messages of fewer than 300 octets, so many senders fill up to that size.',
    reference: 'RFC 2132 §3.1, RFC 951 §3, RFC 1542 §2.1',
  },

  // DHCPv6
  dhcpv6: {
    title: 'DHCP for IPv6',
    text: 'DHCP’s younger relative: other ports (client 546, server and relay 547), other messages, and clients and servers that know each other by a DUID instead of a hardware address. The default router comes from router advertisements, never from DHCPv6.',
    reference: 'RFC 9915',
  },
  'dhcpv6.msgtype': {
    title: 'Message type',
    text: 'What the sender wants: SOLICIT looks for servers, ADVERTISE answers, REQUEST asks for what was advertised and REPLY grants it. RELAY-FORW and RELAY-REPL wrap such a message on its way through a relay.',
    reference: 'RFC 9915 §7.3',
  },
  'dhcpv6.xid': {
    title: 'Transaction ID',
    text: 'A random number of 24 bits that the client chooses and the server repeats, so that question and answer find each other.',
    reference: RFC9915,
  },
  'dhcpv6.hopcount': {
    title: 'Hop count',
    text: 'How many relay agents have wrapped this message before.',
    reference: 'RFC 9915 §9',
  },
  'dhcpv6.linkaddr': {
    title: 'Link address',
    text: 'An address of the relay on the client’s link, by which the server chooses from which prefix to serve.',
    reference: 'RFC 9915 §9',
  },
  'dhcpv6.peeraddr': {
    title: 'Peer address',
    text: 'From whom the relay got the message: the client, or the relay before it. The reply goes back to it.',
    reference: 'RFC 9915 §9',
  },
  'dhcpv6.option': {
    title: 'DHCPv6 option',
    text: 'A code of two octets, a length of two octets, and a value. Options can stand inside other options.',
    reference: 'RFC 9915 §21.1',
  },

  // Link layers
  eth: {
    title: 'Ethernet',
    text: 'The frame of the local network. A client without an IP address is reached by its hardware address alone, or by broadcast.',
    reference: 'IEEE 802.3',
  },
  'eth.dst': {
    title: 'Destination',
    text: 'Who is to take this frame. ff:ff:ff:ff:ff:ff means everybody on the local network; routers do not pass such frames on, which is why DHCP needs relays.',
    reference: 'IEEE 802.3 §3.2.4',
  },
  'eth.src': {
    title: 'Source',
    text: 'The network card that sent this frame on this link: the client or server itself, or the last router or relay.',
    reference: 'IEEE 802.3 §3.2.5',
  },
  'eth.type': {
    title: 'Type',
    text: 'What the frame carries: 0x0800 is IPv4, 0x0806 ARP, 0x8035 RARP, 0x86dd IPv6, 0x8100 a VLAN tag.',
    reference: 'RFC 7042',
  },
  'eth.padding': {
    title: 'Ethernet padding',
    text: 'Octets without meaning behind the datagram: an Ethernet frame has at least 60 octets, and the sender fills a shorter one up. Some cards deliver the four octets of the frame check sequence here, too.',
    reference: 'IEEE 802.3 §4A.2.3.2.4',
  },
  vlan: {
    title: 'VLAN tag',
    text: 'Says to which virtual LAN the frame belongs. Each VLAN is a network of its own: a client hears only the DHCP server, or the relay, of its own VLAN.',
    reference: 'IEEE 802.1Q §9.6',
  },
  'vlan.id': {
    title: 'VLAN ID',
    text: 'The number of the virtual LAN, 1 to 4094. 0 only carries a priority.',
    reference: 'IEEE 802.1Q §9.6',
  },
  sll: {
    title: 'Linux cooked capture',
    text: 'What Linux writes in place of the link layer when it captures on several interfaces at once (-i any). It is not on the wire; the destination address is lost, and one frame may appear once per interface.',
    reference: 'LINKTYPE_LINUX_SLL',
  },
  wlan: {
    title: 'Wi-Fi',
    text: 'A frame of wireless LAN. Data frames hold up to four addresses: who sent it over the air, who takes it, and the stations behind them.',
    reference: 'IEEE 802.11 §9.3',
  },
  radiotap: {
    title: 'Radiotap',
    text: 'Notes of the receiver about the radio: channel, signal strength, rate. They were not on the air.',
  },
  ppp: { title: 'Point-to-Point Protocol', text: 'Carries packets over a line with two ends.', reference: 'RFC 1661' },
  pppoe: {
    title: 'PPP over Ethernet',
    text: 'How many access providers let subscribers dial in over Ethernet. With PPPoE, IPv4 addresses come from PPP, not from DHCP; DHCPv6 is used inside it.',
    reference: 'RFC 2516',
  },
  llc: {
    title: 'Logical link control',
    text: 'The header of IEEE 802.2 that says what an 802.3 or Wi-Fi frame carries.',
    reference: 'IEEE 802.2',
  },
  mpls: { title: 'MPLS label', text: 'A label by which routers switch the packet.', reference: 'RFC 3032' },

  // Network and transport
  ip: {
    title: 'Internet Protocol, version 4',
    text: 'Carries the datagram from one IP address to another. A client that has no address yet sends from 0.0.0.0 to 255.255.255.255, everybody on its link.',
    reference: 'RFC 791',
  },
  'ip.src': {
    title: 'Source address',
    text: 'Who sent the datagram. 0.0.0.0 is a client that has no address yet.',
    reference: 'RFC 791 §3.1, RFC 2131 §4.1',
  },
  'ip.dst': {
    title: 'Destination address',
    text: 'To whom it goes. 255.255.255.255 is everybody on this link; a router does not forward it.',
    reference: 'RFC 791 §3.1, RFC 919',
  },
  'ip.len': {
    title: 'Total length',
    text: 'Octets of header and data together. What the frame has behind them is padding of the link, not part of the message.',
    reference: 'RFC 791 §3.1',
  },
  'ip.ttl': {
    title: 'Time to live',
    text: 'How many routers the datagram may still pass; each takes 1 away. 1 keeps it on the link, and some relays use it so.',
    reference: 'RFC 791 §3.1',
  },
  'ip.proto': {
    title: 'Protocol',
    text: 'What the datagram carries: 17 is UDP, 1 ICMP, 6 TCP.',
    reference: 'RFC 791 §3.1',
  },
  'ip.checksum': {
    title: 'Header checksum',
    text: 'Lets each receiver find out whether the header was damaged. A receiver drops a datagram with a wrong one without a word.',
    reference: 'RFC 791 §3.1, RFC 1071',
  },
  'ip.frag_offset': {
    title: 'Flags and fragment offset',
    text: 'Whether the datagram was cut in pieces, and which piece this is. Only the first piece has the UDP header, so firewalls often drop the others.',
    reference: 'RFC 791 §3.1',
  },
  'ip.id': {
    title: 'Identification',
    text: 'Pieces of one datagram have the same number here.',
    reference: 'RFC 791 §3.1',
  },
  ipv6: {
    title: 'Internet Protocol, version 6',
    text: 'Carries the datagram from one IPv6 address to another. DHCPv6 clients send from their link-local address (fe80::…) to ff02::1:2, all relay agents and servers on the link.',
    reference: 'RFC 8200',
  },
  udp: {
    title: 'User Datagram Protocol',
    text: 'Carries single messages between two ports, without a connection: a message that gets lost is not sent again unless the program does it. DHCP servers and relays listen on UDP port 67, clients on 68.',
    reference: 'RFC 768',
  },
  'udp.srcport': {
    title: 'Source port',
    text: 'The sender’s port: 68 for a client, 67 for a server or relay. A request from port 67 without a relay’s address (giaddr) is a fault.',
    reference: 'RFC 768, RFC 2131 §4.1',
  },
  'udp.dstport': {
    title: 'Destination port',
    text: 'The receiver’s port: 67 for a server or relay, 68 for a client. A firewall that blocks it makes the message vanish without a trace.',
    reference: 'RFC 768, RFC 2131 §4.1',
  },
  'udp.length': {
    title: 'Length',
    text: 'Octets of the UDP header (8) and the message. The message ends here, whatever follows in the frame.',
    reference: 'RFC 768',
  },
  'udp.checksum': {
    title: 'Checksum',
    text: 'Covers addresses, ports and message; 0 means that the sender did not compute it. A receiver drops a datagram with a wrong one; a capture taken on the sending machine often shows an unfinished one, because the network card completes it later (“offload”).',
    reference: 'RFC 768, RFC 1071',
  },
  tcp: {
    title: 'Transmission Control Protocol',
    text: 'Carries a stream of octets over a connection. Of DHCP only bulk leasequery uses it.',
    reference: 'RFC 9293, RFC 6926',
  },
  icmp: {
    title: 'Internet Control Message Protocol',
    text: 'How the network says that something went wrong, or asks whether somebody is there. “Port unreachable” means that the machine is up but nothing listens on that port; many servers ping an address before they offer it.',
    reference: 'RFC 792',
  },
  icmpv6: {
    title: 'ICMP for IPv6',
    text: 'Errors and pings as in ICMP, and besides neighbour discovery (in place of ARP) and router advertisements, whose flags M and O tell clients whether to use DHCPv6.',
    reference: 'RFC 4443, RFC 4861',
  },
  arp: {
    title: 'Address Resolution Protocol',
    text: 'Asks who on the link has an IPv4 address. A careful client asks for its new address before it uses it (probe), and tells everybody afterwards (announcement): an answer to the probe means that the address is taken.',
    reference: 'RFC 826, RFC 5227',
  },
  rarp: {
    title: 'Reverse ARP',
    text: 'The oldest way to ask for one’s own IP address, by hardware address alone. It is an Ethernet protocol of its own and has no port; BOOTP, and then DHCP, replaced it.',
    reference: 'RFC 903',
  },
  tftp: {
    title: 'Trivial File Transfer Protocol',
    text: 'How a booting machine fetches its boot file: the client asks on UDP port 69, the server answers from another port.',
    reference: 'RFC 1350',
  },

  // Tunnels
  vxlan: { title: 'VXLAN', text: 'Carries Ethernet frames of one virtual network over IP.', reference: 'RFC 7348' },
  geneve: {
    title: 'Geneve',
    text: 'Carries Ethernet frames over IP as VXLAN does, with room for options of its own.',
    reference: 'RFC 8926',
  },
  gre: {
    title: 'Generic Routing Encapsulation',
    text: 'Carries packets of another network inside IP.',
    reference: 'RFC 2784',
  },
  erspan: { title: 'ERSPAN', text: 'Carries mirrored frames from a switch to the machine that captures them.' },
  gtp: {
    title: 'GTP-U',
    text: 'Carries the packets of mobile subscribers through the provider’s network.',
    reference: '3GPP TS 29.281',
  },
  l2tp: { title: 'L2TP', text: 'Carries PPP frames over UDP.', reference: 'RFC 2661' },
  capwap: {
    title: 'CAPWAP',
    text: 'Carries frames between a wireless access point and its controller.',
    reference: 'RFC 5415',
  },
  teredo: {
    title: 'Teredo',
    text: 'Carries IPv6 packets over UDP through address translation.',
    reference: 'RFC 4380',
  },
};
