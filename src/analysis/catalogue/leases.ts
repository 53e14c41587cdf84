import { family } from './kind';

export const LEASES = family('leases', [
  {
    id: 'nak',
    fields: ['dhcp.option.53'],
    severities: ['warning'],
    name: 'NAK',
    meaning:
      'A server refuses what the client asked for. Usually the client remembers an address from another network, or the address has been given to somebody else in the meantime. The client then starts over with DISCOVER, so one NAK after a move is healthy.',
    advice:
      'If NAKs keep coming, compare the requested address with the subnet of giaddr or of the server’s interface. Two servers of one link that do not share their leases refuse each other’s clients. Option 56 holds the server’s reason, if it gives one.',
    reference: 'RFC 2131 §3.1, §3.2, §4.3.2',
    related: ['no-ack', 'nak-not-broadcast', 'multiple-servers', 'ack-other-address'],
  },
  {
    id: 'source-not-server-id',
    fields: ['dhcp.option.54'],
    severities: ['warning', 'info'],
    name: 'Server identifier is not the sender’s address',
    meaning:
      'A reply comes from another address than the one in option 54. Clients renew at the address in option 54, so it has to be reachable for them. Servers with several addresses, and relays that replace the identifier, do this without harm.',
    advice:
      'Bind the server to the right interface or set its identifier (`server-identifier` in ISC dhcpd). Open firewalls for both addresses.',
    reference: 'RFC 2131 §4.1, RFC 2132 §9.7, RFC 5107',
    related: ['renewal-unanswered', 'server-outside-subnet', 'server-identity-clash'],
  },
  {
    id: 'lease-shrinks',
    fields: ['dhcp.option.51'],
    severities: ['warning'],
    name: 'Leases get shorter',
    meaning:
      'Each renewal gives less time than the one before. There is a fixed end that the lease cannot pass, such as the end of a reservation, the lead time of a failover pair, or a limit of the server. When it is reached, the client loses its address.',
    advice:
      'With failover, check that the partner is reachable: leases then grow to their full length after a renewal or two. Otherwise look for a fixed end date on the reservation or class.',
    reference: 'RFC 2131 §4.4.5',
    related: ['short-lease', 'renewal-unanswered', 'timer-order'],
  },
  {
    id: 'used-without-lease',
    severities: ['warning'],
    name: 'Address used without a lease',
    meaning:
      'A client keeps using an address after its lease was refused, released or ended. The server may give it to somebody else at any time. Then two machines have one address.',
    advice:
      'Check whether the machine also has that address set by hand. If so, reserve it on the server or take it out of the pool. Otherwise update or restart the client.',
    reference: 'RFC 2131 §3.1, §4.4.5, §4.4.6',
    related: ['duplicate-address', 'renewal-unanswered', 'nak'],
  },
  {
    id: 'answer-ignored',
    withoutLease: true,
    fields: ['dhcp.option.53'],
    severities: ['warning', 'info'],
    name: 'Answer ignored',
    meaning:
      'The server answered, yet the client repeats its request. It did not receive the answer, or dropped it. What was captured here may not have reached the client.',
    advice:
      'Check the answer’s UDP checksum, VLAN tag, destination, transaction id and length, and the client’s firewall for UDP 68 (546 with DHCPv6). Virtual machines often drop frames with unfinished checksums.',
    reference: 'RFC 2131 §4.4.1, RFC 9915 §18.2.9',
    related: ['offer-not-taken', 'bad-checksum', 'vlan-mismatch', 'reply-mismatch'],
  },
  {
    id: 'nak-not-broadcast',
    fields: ['ip.dst'],
    severities: ['warning'],
    name: 'NAK not sent by broadcast',
    meaning:
      'A NAK to a client on the server’s own link has to go to 255.255.255.255. The client’s address may be wrong on this link, which is what the NAK is about. Sent to a single address, it may never be received.',
    advice:
      'Update the server. Where that is not possible, let the client forget its old lease once: `dhclient -r`, `ipconfig /release`.',
    reference: 'RFC 2131 §4.1, §4.3.2',
    related: ['nak', 'reply-to-wrong-address', 'broadcast-flag-ignored'],
  },
  {
    id: 'duplicate-client-id',
    fields: ['dhcp.option.61'],
    severities: ['error', 'info'],
    name: 'Two machines, one client identifier',
    meaning:
      'Two machines use the same client identifier, and both are up. The server takes them for one client and gives both the same address. Cloned virtual machines and disk images are the usual reason.',
    advice:
      'Give the clone its own identity: a new `/etc/machine-id` on systems with systemd, a new DUID file, or the MAC address as client identifier. Prepare images so that it is created at first boot.',
    reference: 'RFC 2131 §2, §4.2, RFC 4361 §6.1',
    related: ['duplicate-address', 'client-id-changed', 'v6-useless-duid'],
    explains: ['duplicate-address', 'lease-loop', 'nak', 'decline', 'client-id-changed'],
  },
  {
    id: 'client-id-changed',
    fields: ['dhcp.option.61'],
    severities: ['warning'],
    formal: true,
    name: 'Client identifier changes',
    meaning:
      'One network card sends a client identifier in one message and another, or none, in the next. The server takes them for two clients. A renewal is then not found, or the machine gets a second lease.',
    advice:
      'Make all programs of that machine use one identifier: firmware, installer and operating system may each use a different one. `dhcp-identifier: mac` in netplan, or `ClientIdentifier=mac` in systemd-networkd, matches what firmware sends.',
    reference: 'RFC 2131 §2, §4.2, RFC 2132 §9.14',
    related: ['duplicate-client-id', 'nak', 'lease-loop'],
    explains: ['nak', 'lease-loop'],
  },
  {
    id: 'decline',
    fields: ['dhcp.option.50'],
    severities: ['error'],
    name: 'Address declined',
    meaning:
      'The client got an address, found it in use on the link, and gave it back with DECLINE. The server sets the address aside and the client begins again. When this repeats, the pool runs dry.',
    advice:
      'Find who answers ARP for the address, by the MAC address in the ARP reply. Usually it is a machine with a fixed address inside the pool: exclude that address. If a router or access point does proxy ARP, switch that off.',
    reference: 'RFC 2131 §3.1, §4.4.1, RFC 5227 §2.1.1',
    related: ['duplicate-address', 'v6-decline', 'chaddr-mismatch'],
  },
  {
    id: 'duplicate-address',
    severities: ['error'],
    name: 'Address used twice',
    meaning:
      'Two machines hold one address at the same time. ARP shows a second one answering for it, or two clients have an ACK for it. Each loses its connections whenever the other one speaks.',
    advice:
      'Look up both MAC addresses in the switch’s table. Take fixed addresses out of the pool, and let servers of one subnet share their leases. Keep the server’s ping check switched on.',
    reference: 'RFC 5227 §2.4, RFC 2131 §2.2',
    related: ['decline', 'duplicate-client-id', 'multiple-servers', 'used-without-lease'],
    explains: ['decline'],
  },
  {
    id: 'timer-order',
    fields: ['dhcp.option.58', 'dhcp.option.59'],
    severities: ['error'],
    name: 'Timers out of order',
    meaning:
      'A client renews at T1, rebinds at T2, and stops when the lease ends, in this order. Here T1 is not before T2, or T2 not before the end. Clients then renew too late, never, or without pause.',
    advice:
      'Leave options 58 and 59 out: clients use half and 7/8 of the lease time. If you set them, recompute them when you change the lease time.',
    reference: 'RFC 2131 §4.4.5',
    related: ['short-lease', 'early-renewal', 'v6-timer-order'],
  },
  {
    id: 'short-lease',
    fields: ['dhcp.option.51', 'dhcp.option.58'],
    severities: ['warning', 'info'],
    name: 'Very short lease',
    meaning:
      'The lease lasts less than a minute. Each client then contacts the server every few seconds, and loses its address during any small outage. Some boot environments do so on purpose.',
    advice:
      'Use hours where clients stay, and 10 to 30 minutes where they come and go. Check the unit: the value is in seconds and may have been meant as minutes.',
    reference: 'RFC 2131 §3.3, §4.4.5',
    related: ['lease-shrinks', 'timer-order', 'lease-loop'],
  },
  {
    id: 'infinite-lease',
    fields: ['dhcp.option.51'],
    severities: ['info'],
    name: 'Lease without end',
    meaning:
      'The lease time is 0xffffffff, which means that it never ends. The client never renews, so it never learns of new settings. The address never comes back by itself.',
    advice: 'Use a long lease, such as a week, with a reservation where a machine should keep its address.',
    reference: 'RFC 2131 §3.3',
    related: ['short-lease'],
  },
  {
    id: 'lease-loop',
    fields: ['dhcp.option.53'],
    severities: ['warning'],
    name: 'Lease taken again and again',
    meaning:
      'A client completes the whole exchange, several times within one lease, without giving the address back. Or it asks for its old address, as after a restart, again and again within minutes. Something makes it start over: it restarts, its link goes up and down, or it does not accept what it got. Where its host name goes to and fro, two devices have one hardware address.',
    advice:
      'Read the client’s log at these times. Compare the settings that it gets with those that it needs, such as a boot file. Two DHCP clients that run on one interface also do this.',
    reference: 'RFC 2131 §4.4',
    related: ['short-lease', 'client-id-changed', 'message-flood'],
  },
  {
    id: 'early-renewal',
    fields: ['dhcp.option.53'],
    severities: ['info'],
    name: 'Early renewal',
    meaning:
      'The client renews before half of T1 has passed. It is harmless: a person may have asked for it, or the machine woke up. Many clients that do so put needless load on the server.',
    advice: 'Nothing needs to be done. If it is frequent, look at what triggers it on the client.',
    reference: 'RFC 2131 §4.4.5',
    related: ['timer-order', 'lease-loop', 'renewal-unanswered'],
  },
  {
    id: 'slow-server',
    fields: ['dhcp.option.53'],
    severities: ['warning', 'info'],
    name: 'Slow server',
    meaning:
      'The server takes seconds to answer. Clients repeat their message after four seconds, and boot firmware gives up soon. Many servers first ping an address to see whether it is free, which explains one to three seconds.',
    advice:
      'If nothing shows that the server probes the address, look at its load, its disk and its DNS updates. The probe can be shortened (`ping-timeout` in ISC dhcpd, `--no-ping` in dnsmasq) where duplicate addresses are not a concern.',
    reference: 'RFC 2131 §2.2, §3.1, §4.1',
    related: ['no-offer', 'no-ack', 'offer-not-taken'],
  },
]);
