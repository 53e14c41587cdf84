import { family } from './kind';

export const PORTS = family('ports', [
  {
    id: 'client-on-port-67',
    fields: ['udp.srcport'],
    severities: ['error'],
    name: 'Client sends from port 67',
    meaning:
      'A request comes from UDP port 67, and no relay has handled it. Port 67 is where servers and relays listen; a client uses 68. Answers go to port 68, where this sender does not listen.',
    advice:
      'Set the client to port 68. In a program of your own, bind the socket to 68 before sending. If the sender is a relay, it has to fill in giaddr.',
    reference: 'RFC 2131 §4.1, RFC 1542 §4.1',
    related: ['reply-to-wrong-port', 'request-to-wrong-port', 'nonstandard-port'],
    explains: ['no-offer', 'no-ack', 'offer-not-taken'],
  },
  {
    id: 'reply-to-wrong-port',
    fields: ['udp.dstport'],
    severities: ['error'],
    name: 'Reply to or from a wrong port',
    meaning:
      'Replies go from port 67 to port 68, or to port 67 of a relay. This one uses other ports. A client that follows the RFC, and every firewall, drops it.',
    advice:
      'Many such servers answer to whatever port the request came from: correct the request’s source port first. Otherwise look for address translation, a forwarding tool or a server started with another port (`dhcpd -p`, `--dhcp-alternate-port`).',
    reference: 'RFC 2131 §4.1',
    related: ['client-on-port-67', 'nonstandard-port', 'reply-to-wrong-address'],
    explains: ['offer-not-taken', 'answer-ignored', 'no-offer', 'no-ack', 'relay-unanswered'],
  },
  {
    id: 'reply-to-wrong-address',
    fields: ['ip.dst'],
    severities: ['error', 'warning'],
    name: 'Reply to a wrong address',
    meaning:
      'A reply goes to the relay (giaddr) if one asked, else to the client’s own address (ciaddr) if it has one. Otherwise it goes by broadcast, or to the new address in a frame for the client’s network card. This one goes elsewhere, so its receiver may not get it.',
    advice:
      'Compare giaddr, ciaddr, yiaddr and chaddr with the destination of IP packet and frame. Address translation between relay and server is a common reason: exempt DHCP from it. Otherwise update the server.',
    reference: 'RFC 2131 §4.1, §4.3.5',
    related: ['reply-to-wrong-port', 'broadcast-flag-ignored', 'reply-mismatch', 'nak-not-broadcast'],
    explains: ['offer-not-taken', 'answer-ignored', 'no-offer', 'no-ack', 'relay-unanswered'],
  },
  {
    id: 'request-to-wrong-port',
    fields: ['udp.dstport'],
    severities: ['error'],
    name: 'Request to a wrong port',
    meaning:
      'A client’s message goes to another port than 67. No DHCP server hears it there. Port 4011 is the exception: boot clients ask there for their boot file.',
    advice:
      'Correct the destination port in the client or relay. Sending to 68, the clients’ own port, is the common mistake.',
    reference: 'RFC 2131 §4.1',
    related: ['client-on-port-67', 'nonstandard-port', 'pxe-server-silent'],
    explains: ['no-offer', 'no-ack', 'inform-unanswered', 'renewal-unanswered', 'bootp-unanswered'],
  },
  {
    id: 'nonstandard-port',
    fields: ['udp.dstport'],
    severities: ['warning'],
    name: 'DHCP between other ports',
    meaning:
      'A datagram between other ports holds a DHCP message: its first fields and the magic cookie are right. It is shown as DHCP. Servers, clients and firewalls that follow the standard ignore it.',
    advice:
      'In a test this may be intended. Otherwise find the program that sends it, and the setting for its port. A relay that asks for answers at its own port says so in option 82, sub-option 19.',
    reference: 'RFC 2131 §4.1, RFC 8357',
    related: ['client-on-port-67', 'request-to-wrong-port', 'reply-to-wrong-port'],
  },
]);
