import { family } from './kind';

export const ADDRESSES = family('addresses', [
  {
    id: 'router-outside-subnet',
    fields: ['dhcp.option.3'],
    severities: ['error'],
    name: 'Router outside the subnet',
    meaning:
      'The default gateway lies in another subnet than the address that the client was given. The client cannot find it by ARP, so it can reach only its own link. A wrong mask is as likely as a wrong router.',
    advice:
      'Set option 3 to the router’s address in the same subnet as the pool, or correct the mask in option 1. Where the router lies outside on purpose, send option 121 with a route to the router itself first.',
    reference: 'RFC 2132 §3.5, RFC 1122 §3.3.1.1',
    related: ['unusable-router', 'server-outside-subnet', 'address-outside-scope', 'router-silent'],
    explains: ['router-silent'],
  },
  {
    id: 'address-outside-scope',
    fields: ['dhcp.yiaddr'],
    severities: ['warning'],
    name: 'Address outside the scope',
    meaning:
      'A relay tells the server where the client is, and the address given belongs to another subnet. The client then sits on a link where its address is foreign. In a shared network, with several subnets on one link, this is intended.',
    advice:
      'Look at which address selected the scope: option 82 sub-option 5, else option 118, else giaddr. Declare that address’s subnet with its own pool. If both subnets really share one link, declare them as a shared network or superscope.',
    reference: 'RFC 2131 §4.3.1, RFC 3527 §3',
    related: ['router-outside-subnet', 'relay-unanswered', 'conflicting-subnets'],
  },
  {
    id: 'server-outside-subnet',
    fields: ['dhcp.option.54'],
    severities: ['warning', 'info'],
    name: 'Server outside the subnet',
    meaning:
      'A server on the client’s own link gives an address from a subnet in which it has no address itself. It cannot reach its clients by unicast, and their renewals go to a router. Often the server’s interface or the pool is set wrong. A server behind a relay that clears giaddr looks the same.',
    advice:
      'Give the server’s interface an address in the pool’s subnet, or correct the pool. A set-up assistant that assumes 192.168.1.0, on a network with another number, causes this. Check also that no second server has been plugged in.',
    reference: 'RFC 2131 §4.3.1',
    related: ['rogue-server', 'router-outside-subnet', 'conflicting-subnets', 'source-not-server-id'],
  },
  {
    id: 'invalid-subnet-mask',
    fields: ['dhcp.option.1'],
    severities: ['error'],
    name: 'Impossible subnet mask',
    meaning:
      'A mask is a run of one bits followed by zero bits only, such as 255.255.255.0. The one sent has a hole, or is 0.0.0.0. Clients refuse it or compute a wrong network from it.',
    advice:
      'Correct option 1 on the server. Count the prefix length and write the mask from it: /24 is 255.255.255.0, /22 is 255.255.252.0, /27 is 255.255.255.224.',
    reference: 'RFC 2132 §3.3, RFC 4632 §5.1',
    related: ['missing-subnet-mask', 'router-outside-subnet', 'broadcast-address-mismatch'],
  },
  {
    id: 'missing-subnet-mask',
    severities: ['warning'],
    name: 'No subnet mask',
    meaning:
      'The server grants an address without saying how large its network is, though the client asked for it. The client guesses by the old classes A, B and C. In a network that is divided otherwise, the guess is wrong.',
    advice:
      'Let the server send option 1. Most servers do so by themselves from the declared subnet; where one does not, an option list or a class usually suppresses it.',
    reference: 'RFC 2132 §3.3, RFC 2131 §4.3.1',
    related: ['invalid-subnet-mask', 'missing-router'],
  },
  {
    id: 'network-or-broadcast-address',
    fields: ['dhcp.yiaddr'],
    severities: ['error'],
    name: 'Network or broadcast address given',
    meaning:
      'The client was given the first or the last address of its subnet. The first names the network itself, the last reaches all its hosts. No host can use either, except in subnets of two addresses (/31).',
    advice:
      'Shorten the pool so that it begins after the network address and ends before the broadcast address. If the pool looks right, the mask is too long for it.',
    reference: 'RFC 1122 §3.2.1.3, RFC 3021 §2.1',
    related: ['unusable-address', 'broadcast-address-mismatch'],
    explains: ['decline', 'offer-not-taken'],
  },
  {
    id: 'broadcast-address-mismatch',
    fields: ['dhcp.option.28'],
    severities: ['warning'],
    name: 'Wrong broadcast address',
    meaning:
      'Option 28 names another broadcast address than the one that follows from address and mask. Programs that broadcast to the subnet then miss its hosts, or disturb others. DHCP itself keeps working.',
    advice:
      'Leave option 28 out: clients work it out from the mask. If it must be sent, set it to the subnet’s last address.',
    reference: 'RFC 2132 §5.3, RFC 1122 §3.3.6',
    related: ['invalid-subnet-mask', 'network-or-broadcast-address'],
  },
  {
    id: 'unusable-router',
    fields: ['dhcp.option.3'],
    severities: ['error', 'warning'],
    name: 'Unusable router or DNS server',
    meaning:
      'The address given as router or DNS server cannot be one: it is the client’s own, the network’s or broadcast address, 0.0.0.0, multicast or loopback. Or the gateway of a route in option 121 is on a link that the client does not have. A wrong router cuts the client off from everything outside. With a wrong DNS server it cannot resolve names.',
    advice:
      'Correct option 3, option 6 or the routes in option 121 on the server. Usually a placeholder from an example configuration was left in.',
    reference: 'RFC 2132 §3.5, §3.8, RFC 1122 §3.2.1.3',
    related: ['router-outside-subnet', 'router-silent', 'missing-router', 'missing-dns'],
    explains: ['router-silent'],
  },
  {
    id: 'missing-router',
    severities: ['info'],
    name: 'No router',
    meaning:
      'The client asked for a default gateway and was given none. That is right for an isolated network, such as a management or storage network. Otherwise the client reaches only its own link. A client that asked for classless routes (option 121) and gets them must ignore option 3, so the default route must be among them.',
    advice:
      'If the network has a router, set option 3 for this subnet, and repeat it as 0.0.0.0/0 wherever option 121 or 249 is sent. Otherwise there is nothing to do.',
    reference: 'RFC 2132 §3.5, RFC 3442',
    related: ['missing-dns', 'unusable-router', 'missing-subnet-mask'],
  },
  {
    id: 'missing-dns',
    severities: ['info'],
    name: 'No DNS server',
    meaning:
      'The client asked for DNS servers and was given none. Addresses work, names do not, unless the client has DNS servers of its own. People report this as “the Internet is down”.',
    advice: 'Set option 6 for this subnet or for the whole server, unless clients are not meant to resolve names.',
    reference: 'RFC 2132 §3.8',
    related: ['missing-router', 'unusable-router'],
  },
  {
    id: 'conflicting-subnets',
    fields: ['dhcp.option.1'],
    severities: ['warning'],
    name: 'One link, several subnets',
    meaning:
      'Clients of one link are put into different subnets, or an ACK names another mask or router than its OFFER did. Neighbours in different subnets talk to each other only through a router, if at all. A second server, two VLANs bridged by mistake, or a shared network can be behind it.',
    advice:
      'Compare which server gave which subnet. If it is one server, check its shared networks and classes. If there are two, find the one that does not belong there by its MAC address in the switch’s table.',
    reference: 'RFC 2131 §4.3.1',
    related: ['rogue-server', 'multiple-servers', 'server-outside-subnet', 'vlan-mismatch'],
  },
  {
    id: 'ack-other-address',
    fields: ['dhcp.yiaddr'],
    severities: ['error'],
    name: 'ACK for another address',
    meaning:
      'The server confirms an address that the client did not ask for. A server that cannot confirm what was asked has to refuse with NAK. Clients differ in what they do next: some take the new address, some drop the ACK and start over.',
    advice:
      'Look for two servers that share one server identifier, or for a failover pair out of step. Update the server’s software, or firmware, where it is alone: this is a fault of the program.',
    reference: 'RFC 2131 §4.3.1, §4.3.2',
    related: ['wrong-server-acked', 'request-mismatch', 'nak', 'server-identity-clash'],
    explains: ['lease-loop', 'decline', 'nak', 'duplicate-address', 'answer-ignored'],
  },
  {
    id: 'router-silent',
    fields: ['dhcp.option.3'],
    severities: ['warning'],
    name: 'Router does not answer ARP',
    meaning:
      'With its new lease a client asks by ARP for the router, several times, and nobody answers. Other ARP replies are seen on the link, so they could have been seen here. The client has an address, but cannot get beyond its link.',
    advice:
      'Check that the router is up and that its interface on this VLAN has the address of option 3. Often an old address stayed in the configuration after a change of routers.',
    reference: 'RFC 826, RFC 1122 §3.3.1.1',
    related: ['unusable-router', 'router-outside-subnet'],
  },
  {
    id: 'unusable-address',
    fields: ['dhcp.yiaddr'],
    severities: ['error'],
    name: 'Unusable address given',
    meaning:
      'The address in yiaddr is not one that a host can have: 0.0.0.0, multicast, loopback or one of the reserved range from 240.0.0.0. In DHCPv6 it is ::, loopback, multicast or link-local. 0.0.0.0 is lawful only where the server tells a client to do without IPv4 (option 108) or without an address (option 116).',
    advice:
      'Correct the pool. If the server has none for this subnet, it should stay silent instead of offering nothing: update it.',
    reference: 'RFC 2131 §4.3.1, RFC 1122 §3.2.1.3',
    related: ['network-or-broadcast-address', 'ipv6-only-preferred'],
    explains: ['decline', 'offer-not-taken'],
  },
]);
