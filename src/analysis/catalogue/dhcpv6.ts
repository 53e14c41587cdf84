import { family } from './kind';

export const DHCPV6 = family('dhcpv6', [
  {
    id: 'v6-no-reply',
    fields: ['dhcpv6.msgtype'],
    severities: ['error', 'warning', 'info'],
    name: 'DHCPv6 unanswered',
    meaning:
      'A client’s DHCPv6 message gets no answer. Where router advertisements say that addresses come without DHCPv6, or where no server was ever planned, that is normal: Windows always asks. Otherwise the client lacks its address, its prefix or its DNS servers.',
    advice:
      'Check whether the network is meant to have DHCPv6 (flags M and O of the router advertisement). If so, look at server, relay and firewall: UDP 547 to servers, 546 to clients, and the multicast group ff02::1:2.',
    reference: 'RFC 9915 §15, §18.2',
    related: ['no-offer', 'relay-unanswered', 'v6-status', 'v6-ia-missing'],
  },
  {
    id: 'v6-decline',
    fields: ['dhcpv6.msgtype'],
    severities: ['error'],
    name: 'IPv6 address declined',
    meaning:
      'The client found the address that DHCPv6 gave it in use, by neighbour discovery, and declined it. The server marks the address as unusable. Usually a cloned machine or an address set by hand is the reason.',
    advice:
      'Find the other holder by the neighbour advertisement’s link-layer address. Choose pools whose addresses nobody would set by hand.',
    reference: 'RFC 9915 §18.2.8, RFC 4862 §5.4',
    related: ['decline', 'duplicate-client-id', 'v6-useless-duid'],
  },
  {
    id: 'v6-starvation',
    fields: ['dhcpv6.option.1'],
    severities: ['error'],
    name: 'Starvation attack by DHCPv6',
    meaning:
      'Somebody asks for addresses under many invented DUIDs. The pool of a /64 is hardly ever used up, but the server’s memory and lease file are. Prefixes for delegation run out quickly.',
    advice:
      'Shut the port of the sender. DHCPv6 guard with rate limits on access ports, and a limit of leases per interface or circuit on the server, prevent it.',
    reference: 'RFC 9915 §22',
    related: ['starvation', 'message-flood', 'v6-status'],
    explains: ['v6-no-reply', 'v6-status'],
  },
  {
    id: 'v6-ia-missing',
    fields: ['dhcpv6.msgtype'],
    severities: ['warning'],
    name: 'Answer leaves out what was asked',
    meaning:
      'The client asked for an identity association of addresses or prefixes, and the reply neither fills it nor says why not. A server has to answer each association, with a status code if it has nothing. The client waits or asks again.',
    advice:
      'See whether the server has a pool of that kind for this link: addresses (IA_NA) and prefixes (IA_PD) are set up separately. Then update the server.',
    reference: 'RFC 9915 §18.3.2, §18.3.4',
    related: ['v6-status', 'v6-no-reply', 'v6-malformed'],
  },
  {
    id: 'v6-server-duid-changed',
    fields: ['dhcpv6.option.2'],
    severities: ['info', 'warning'],
    name: 'Server has a new DUID',
    meaning:
      'One server address answers with another DUID than before. Clients that renew name the old DUID, so this server ignores them until they rebind. A reinstalled server, or two servers behind one address, look like this.',
    advice:
      'Back up the server’s DUID file and restore it with the configuration. Clients recover by themselves at T2.',
    reference: 'RFC 9915 §11, §18.3.4',
    related: ['v6-multiple-servers', 'server-identity-clash', 'v6-useless-duid'],
  },
  {
    id: 'v6-useless-duid',
    fields: ['dhcpv6.option.1', 'dhcpv6.option.2'],
    severities: ['warning'],
    name: 'Faulty DUID',
    meaning:
      'The DUID is made of a link-layer address of all zeros or ones, or of a time in the future. Other devices of this kind will have the same. The server then takes them for one client.',
    advice:
      'Delete the stored DUID on the device so that it makes a new one, with the clock set and the network card up.',
    reference: 'RFC 9915 §11.2, §11.4',
    related: ['duplicate-client-id', 'v6-decline', 'v6-server-duid-changed'],
  },
  {
    id: 'v6-status',
    fields: ['dhcpv6.option.13'],
    severities: ['warning'],
    name: 'DHCPv6 says no',
    meaning:
      'The server answers with a status code other than Success. NoAddrsAvail and NoPrefixAvail mean an empty or missing pool, NoBinding an unknown lease, NotOnLink an address of another link. UseMulticast belongs to a mechanism that RFC 9915 withdrew.',
    advice:
      'For NoAddrsAvail and NoPrefixAvail, give this link a pool of that kind. After NoBinding and NotOnLink clients start over by themselves.',
    reference: 'RFC 9915 §18.3, §21.13',
    related: ['nak', 'v6-ia-missing', 'v6-no-reply'],
  },
  {
    id: 'v6-multiple-servers',
    fields: ['dhcpv6.option.2'],
    severities: ['warning'],
    name: 'Several DHCPv6 servers',
    meaning:
      'Two servers, told apart by their DUIDs, answer one client. The client chooses by preference (option 7), so the settings that it gets may change from time to time. Often the second is a home router that offers its own prefix.',
    advice: 'If both are yours, give one the higher preference. If not, shut its port and use DHCPv6 guard.',
    reference: 'RFC 9915 §18.2.1, §18.2.9',
    related: ['multiple-servers', 'rogue-server', 'v6-server-duid-changed'],
  },
  {
    id: 'v6-timer-order',
    fields: ['dhcpv6.option.3', 'dhcpv6.option.25'],
    severities: ['error'],
    name: 'DHCPv6 timers out of order',
    meaning:
      'T1 has to come before T2, and T2 before the shortest preferred lifetime; preferred must not exceed valid. One of these rules is broken here. Clients discard such an association, or renew when it is too late.',
    advice: 'Set T1 and T2 to 0.5 and 0.8 of the preferred lifetime, or to 0 so that the client chooses.',
    reference: 'RFC 9915 §21.4, §21.6, §21.21',
    related: ['timer-order', 'short-lease'],
  },
  {
    id: 'v6-malformed',
    severities: ['error'],
    name: 'Malformed DHCPv6 message',
    meaning:
      'An option runs past the end of the message, or a DUID is missing that this kind of message must carry. Receivers have to discard it. Its sender waits for an answer that never comes.',
    advice: 'Look at the first option whose length does not fit. Correct or update the program that sent it.',
    reference: 'RFC 9915 §16, §21.1',
    related: ['malformed-message', 'missing-required-option', 'v6-ia-missing'],
    explains: ['v6-no-reply'],
  },
]);
