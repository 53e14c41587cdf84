import { family } from './kind';

export const SILENCE = family('silence', [
  {
    id: 'no-offer',
    fields: ['dhcp.option.53', 'dhcpv6.msgtype'],
    severities: ['error', 'warning', 'info'],
    name: 'No OFFER',
    meaning:
      'A client sends DISCOVER and no server answers. The client has no address, and many systems then give themselves one from 169.254.0.0/16. The message may not reach a server, the server may not want to answer, or the answer may be lost on its way back.',
    advice:
      'Ask first whether other clients on the same link are answered. If none is, look at the server, its firewall (UDP 67 in, UDP 68 out), the VLAN and the relay. If others are, look at what sets this client apart: a full pool, a class or MAC filter, an option that it sends. A second capture on the server shows whether the DISCOVER arrives.',
    reference: 'RFC 2131 §3.1, §4.1',
    related: [
      'relay-unanswered',
      'offer-not-taken',
      'port-unreachable',
      'firewall-reject',
      'lost-between',
      'one-sided',
    ],
  },
  {
    id: 'no-ack',
    fields: ['dhcp.option.53', 'dhcpv6.msgtype'],
    severities: ['error', 'warning', 'info'],
    name: 'No ACK',
    meaning:
      'A client asks for an address with REQUEST and gets neither ACK nor NAK. After an OFFER this is a fault. A client that asks for its old address after a restart may rightly get no answer: a server that has no record of it must not answer.',
    advice:
      'Compare the REQUEST with the OFFER: transaction id, server identifier and address have to be the same. Look into the server’s log for this transaction id. If the server says that it sent an ACK, capture on the client’s side of the last switch or relay.',
    reference: 'RFC 2131 §3.1, §4.3.2',
    related: ['request-mismatch', 'nak', 'answer-ignored', 'bad-checksum', 'no-offer'],
  },
  {
    id: 'renewal-unanswered',
    fields: ['dhcp.option.53', 'dhcpv6.msgtype'],
    severities: ['warning'],
    name: 'Renewal unanswered',
    meaning:
      'Halfway through its lease a client asks its server by unicast for more time, and nothing comes back. The address still works. When 7/8 of the lease have gone the client asks every server by broadcast, and when the lease ends it has to stop using the address.',
    advice:
      'A renewal takes another path than the first request: unicast, from the client’s address to the server identifier, through routers and firewalls and past the relay. Allow UDP 67 and 68 between the clients’ subnet and the server there. Check also that the server identifier is an address that clients can reach.',
    reference: 'RFC 2131 §4.4.5',
    related: ['source-not-server-id', 'inform-unanswered', 'used-without-lease', 'early-renewal'],
  },
  {
    id: 'inform-unanswered',
    fields: ['dhcp.option.53', 'dhcpv6.msgtype'],
    severities: ['warning'],
    name: 'INFORM unanswered',
    meaning:
      'A client that already has an address asks only for the other settings, and no server tells it. Windows does so to find its proxy script. Such a client works, but may lack DNS domains, boot servers or a proxy.',
    advice:
      'Servers answer an INFORM only for subnets that they know: declare the subnet, without a pool if need be. On ISC dhcpd the server must be authoritative for it. Then check the same path as for a renewal, since the answer is unicast to the client’s address.',
    reference: 'RFC 2131 §3.4, §4.3.5',
    related: ['renewal-unanswered', 'reply-to-wrong-address'],
  },
  {
    id: 'relay-unanswered',
    fields: ['dhcp.giaddr'],
    severities: ['error', 'warning', 'info'],
    name: 'Relay unanswered',
    meaning:
      'A relay passes clients’ messages on to a server, and the server never replies to that relay. Every client behind the relay is without service, and nothing on the clients can fix it. A relay that then gets an answer under another of its addresses (smart relay) only loses time, and is a note. So is one of several servers that stays silent while another serves: a standby does so by design.',
    advice:
      'Ping the server from the relay with the address in giaddr as source. The server needs a route back to that address, a subnet that contains it, and UDP 67 open in both directions, for relay and server both use port 67. A scope that is missing shows in the server’s log.',
    reference: 'RFC 2131 §4.3.1, RFC 1542 §4.1',
    related: ['no-offer', 'address-outside-scope', 'v6-no-reply', 'host-unreachable', 'option82-from-client'],
    explains: ['no-offer', 'no-ack', 'v6-no-reply'],
  },
  {
    id: 'offer-not-taken',
    withoutLease: true,
    fields: ['dhcp.option.53', 'dhcpv6.msgtype'],
    severities: ['warning', 'info'],
    name: 'OFFER not taken',
    meaning:
      'A server sends OFFERs, but the client keeps asking as if it had received none. Either the OFFER is lost before it reaches the client, or the client finds something in it that makes it refuse. Seeing the OFFER here does not prove that it arrived there.',
    advice:
      'Check whether the OFFER fits the DISCOVER: transaction id, hardware address, client identifier, VLAN tag, checksum, broadcast flag. A firewall on the client may block UDP 68. If the OFFER is unicast and the client asked for broadcast, fix the server or relay.',
    reference: 'RFC 2131 §3.1, §4.1',
    related: [
      'answer-ignored',
      'broadcast-flag-ignored',
      'bad-checksum',
      'vlan-mismatch',
      'reply-mismatch',
      'no-offer',
    ],
  },
  {
    id: 'port-unreachable',
    fields: ['icmp'],
    severities: ['error', 'info'],
    name: 'Port unreachable',
    meaning:
      'A machine answers a DHCP message with ICMP “port unreachable”: it is up, but no program listens on that port. A firewall with a reject rule can send the same. It is harmless where a client’s kernel complains about a reply that its DHCP client has already taken.',
    advice:
      'Start the DHCP server or relay on that machine, and bind it to the interface where the message arrived. `ss -lunp` on Linux, `netstat -ano -p UDP` on Windows show who listens on 67. If the address is the wrong one, correct the relay’s target.',
    reference: 'RFC 792, RFC 1122 §3.2.2.1',
    related: ['firewall-reject', 'host-unreachable', 'relay-unanswered', 'no-offer'],
    explains: [
      'no-offer',
      'no-ack',
      'offer-not-taken',
      'renewal-unanswered',
      'inform-unanswered',
      'relay-unanswered',
      'bootp-unanswered',
      'v6-no-reply',
    ],
  },
  {
    id: 'firewall-reject',
    fields: ['icmp'],
    severities: ['error'],
    name: 'Rejected by a firewall',
    meaning:
      'ICMP says that a DHCP message was administratively prohibited (codes 9, 10 and 13; ICMPv6 code 1). The sender of the ICMP message is the router or firewall that refused it. Nothing further down the path has seen the message.',
    advice:
      'On the machine that sent the ICMP message, allow UDP 67 and 68 (DHCPv6: 546 and 547) between clients, relays and servers. Allow both directions, since a reply to a broadcast is no reply that a stateful firewall would know.',
    reference: 'RFC 1812 §5.2.7.1, RFC 4443 §3.1',
    related: ['port-unreachable', 'host-unreachable', 'no-offer', 'renewal-unanswered'],
    explains: [
      'no-offer',
      'no-ack',
      'offer-not-taken',
      'renewal-unanswered',
      'inform-unanswered',
      'relay-unanswered',
      'bootp-unanswered',
      'v6-no-reply',
    ],
  },
  {
    id: 'vlan-mismatch',
    fields: ['vlan.id'],
    severities: ['error', 'info'],
    name: 'VLAN mismatch',
    meaning:
      'Request and reply of one exchange are in different VLANs or overlay networks (VXLAN, GENEVE), or one is tagged and the other is not. A client sees only frames of its own network, so it never gets this answer. Captures on trunks and on all interfaces show copies with and without a tag, which is not a fault.',
    advice:
      'Compare the port’s access VLAN, the trunk’s native VLAN and the interface of the server or relay. For virtual machines, the port group or bridge decides on the tag. A reply with VLAN 0 carries only a priority: some clients drop it, so switch the priority tag off.',
    reference: 'IEEE 802.1Q §9.6',
    related: ['offer-not-taken', 'no-offer', 'conflicting-subnets'],
    explains: ['offer-not-taken', 'answer-ignored', 'no-offer', 'no-ack'],
  },
  {
    id: 'failover-half-silent',
    fields: ['dhcp.option.53', 'dhcpv6.msgtype'],
    severities: ['warning'],
    name: 'Half of a failover pair is silent',
    meaning:
      'Two servers share the clients: each works out from a client’s identifier whose it is. Nearly all clients without an answer fall into one half, so one partner does not serve its half. They are answered only when the field secs grows past the limit, or when the other partner takes over.',
    advice:
      'Look at the state of both partners, and at the link between them (TCP 647 and 847). If one is gone for good, put the other into the state “partner down”. Check that relays send to both servers.',
    reference: 'RFC 3074',
    related: ['no-offer', 'secs-stuck', 'relay-unanswered'],
    explains: ['no-offer'],
  },
  {
    id: 'lost-between',
    fields: ['dhcp.option.53', 'dhcpv6.msgtype'],
    severities: ['error', 'info'],
    name: 'Lost between two capture points',
    meaning:
      'Two captures of one exchange were compared, and a message is in only one of them. It was lost, blocked or not forwarded between the two points. What lies before the first point or beyond the second is not the cause.',
    advice:
      'List the switches, relays, firewalls and tunnels between the two points, and capture again in the middle. Each such capture halves the path. Make sure that the second capture’s filter and interface could have shown the message.',
    reference: 'RFC 2131 §4.1',
    related: ['no-offer', 'no-ack', 'offer-not-taken'],
  },
  {
    id: 'host-unreachable',
    fields: ['icmp'],
    severities: ['error'],
    name: 'Host unreachable',
    meaning:
      'A router reports by ICMP that it cannot reach the server, relay or client that the message was for. With code 0 the whole network is unknown to it. With code 1 it knows the network, and the host does not answer ARP there.',
    advice:
      'Check the target address first. Then check the routes on the router that sent the ICMP message, and whether the host is up. A server that answers a relay needs a route to giaddr, not only to the relay’s nearest interface.',
    reference: 'RFC 792, RFC 1812 §5.2.7.1',
    related: ['port-unreachable', 'firewall-reject', 'relay-unanswered'],
    explains: [
      'no-offer',
      'no-ack',
      'renewal-unanswered',
      'inform-unanswered',
      'relay-unanswered',
      'bootp-unanswered',
      'offer-not-taken',
      'answer-ignored',
      'v6-no-reply',
    ],
  },
]);
