import { family } from './kind';

export const RELAYS = family('relays', [
  {
    id: 'relay-loop',
    fields: ['dhcp.hops', 'dhcpv6.hopcount'],
    severities: ['error'],
    name: 'Relay loop',
    meaning:
      'Relays forward one message in a loop, and the field hops grows each time. Each round loads the network and the servers. A relay has to drop a message of more than 16 hops, many do so after 4.',
    advice:
      'Let relays send by unicast to the servers’ addresses, never to another relay or to a broadcast address that a relay hears. Remove the relay’s own address from its list of targets.',
    reference: 'RFC 1542 §4.1.1; RFC 9915 §7.6',
    related: ['message-flood', 'relay-unanswered'],
    explains: ['message-flood', 'no-offer', 'no-ack', 'offer-not-taken', 'v6-no-reply'],
  },
  {
    id: 'option82-not-echoed',
    fields: ['dhcp.option.82'],
    severities: ['warning'],
    name: 'Option 82 not given back',
    meaning:
      'A relay added option 82, and the server’s reply leaves it out or changes it. The relay needs it to find the client’s port. Some relays drop a reply without it.',
    advice:
      'Let the server echo the option: ISC dhcpd and Kea do so by themselves. A policy or a hook that strips options, or an embedded server, may not. Newer firmware is the only cure there.',
    reference: 'RFC 3046 §2.2',
    related: ['option82-to-client', 'option82-from-client', 'relay-unanswered'],
  },
  {
    id: 'option82-to-client',
    fields: ['dhcp.option.82'],
    severities: ['info'],
    name: 'Option 82 reaches the client',
    meaning:
      'A reply on the client’s side still carries option 82. The relay that added it should have taken it out. The client ignores it, but learns to which port of which switch it is connected.',
    advice:
      'Look at the relay’s or switch’s setting for removing option 82. Where two devices add it, each has to remove its own.',
    reference: 'RFC 3046 §2.1',
    related: ['option82-not-echoed', 'option82-from-client'],
  },
]);
