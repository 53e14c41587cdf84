import { family } from './kind';

export const MESSAGES = family('messages', [
  {
    id: 'request-mismatch',
    fields: ['dhcp.option.54', 'dhcp.option.50'],
    severities: ['error', 'warning', 'info'],
    name: 'REQUEST fits no OFFER',
    meaning:
      'The client asks for something that nobody offered it: another transaction, another server or another address. Servers take that as a refusal of their own offers and stay silent. For a RELEASE or DECLINE it means that the wrong server is told.',
    advice:
      'In a client of your own, copy the transaction id, option 54 and yiaddr from the OFFER that you choose. In others, look for an update.',
    reference: 'RFC 2131 §3.1, §4.3.2, §4.4.1',
    related: ['no-ack', 'reply-mismatch', 'ack-other-address'],
    explains: ['no-ack', 'nak'],
  },
  {
    id: 'reply-mismatch',
    severities: ['error'],
    name: 'Reply does not fit its request',
    meaning:
      'A server has to give back hardware address, giaddr and, where it was sent, the client identifier as they were. By DHCPv6 these are transaction id, both DUIDs and the IAIDs. This reply changes one of them. The client, or the relay, must then take it for somebody else’s and drop it.',
    advice: 'Correct or update the server, or the device between that rewrites the message.',
    reference: 'RFC 2131 §4.3.1 table 3, RFC 6842 §3, RFC 9915 §16',
    related: ['request-mismatch', 'answer-ignored', 'offer-not-taken', 'chaddr-mismatch'],
    explains: ['offer-not-taken', 'answer-ignored', 'no-offer', 'no-ack', 'address-outside-scope'],
  },
  {
    id: 'reply-without-options',
    severities: ['error'],
    name: 'BOOTP reply to a DHCP request',
    meaning:
      'The client spoke DHCP, and the answer has no magic cookie or no message type. It is a plain BOOTP reply. DHCP clients ignore it.',
    advice:
      'A server that knows only BOOTP is at work, or one that does not understand the request’s options. Replace it, or switch it off on this network.',
    reference: 'RFC 2131 §3, RFC 1534 §3',
    related: ['bootp-unanswered', 'missing-required-option', 'malformed-message'],
    explains: ['offer-not-taken', 'answer-ignored', 'no-offer', 'no-ack'],
  },
  {
    id: 'malformed-message',
    severities: ['error'],
    name: 'Malformed message',
    meaning:
      'The message cannot be read to its end: it is too short, an option runs past the end, or the magic cookie is wrong. What follows the damage is unknown. Receivers drop such a message as a whole, or what is left of it.',
    advice:
      'See at which octet the damage begins, and compare the length fields before it. A wrong length octet in one option shifts everything after it. If only this capture is cut, capture whole frames.',
    reference: 'RFC 2131 §2, RFC 2132 §2',
    related: ['bad-option-length', 'missing-end-option', 'snaplen-cut', 'v6-malformed'],
    explains: ['no-offer', 'no-ack', 'offer-not-taken', 'answer-ignored', 'missing-required-option'],
  },
  {
    id: 'missing-end-option',
    severities: ['warning'],
    name: 'End option missing',
    meaning:
      'The options have to be closed by option 255, and here they are not. Most receivers read on to the end of the datagram, and strict ones drop the message. An option may also have been lost with it.',
    advice: 'Write the octet 255 after the last option. Padding of zeros may follow it.',
    reference: 'RFC 2131 §4.1, RFC 2132 §3.2',
    related: ['malformed-message', 'bad-option-length'],
  },
  {
    id: 'bad-option-length',
    severities: ['error'],
    name: 'Option of a wrong length',
    meaning:
      'An option whose value has a fixed size is longer or shorter than that. A lease time has four octets, a list of addresses a multiple of four. Receivers ignore the option, drop the message, or read nonsense.',
    advice:
      'Usually the value was entered in the wrong type, such as an address as text. Enter it in the type that the option has.',
    reference: 'RFC 2132 §2 and the RFC of the option',
    related: ['bad-option-value', 'malformed-message'],
    explains: ['offer-not-taken', 'answer-ignored', 'no-ack', 'no-offer'],
  },
  {
    id: 'bad-option-value',
    severities: ['warning'],
    name: 'Option with an invalid value',
    meaning:
      'The length of the option is right, but its value is invalid. Plain text where encoded names are due, hex digits typed as text, reserved bits that are set, or a number below its minimum are examples. Each receiver interprets it differently.',
    advice:
      'Correct the value where it comes from. Options that hold names (119, 120 …) need the server’s own type for them, not text.',
    reference: 'The RFC of the option',
    related: ['bad-option-length', 'duplicate-option'],
  },
  {
    id: 'missing-required-option',
    severities: ['error'],
    name: 'Required option missing',
    meaning:
      'Each kind of message has options that it must carry. An OFFER needs a lease time and a server identifier, a REQUEST that takes an offer names server and address. Without them the receiver cannot act on the message.',
    advice:
      'Add the option in the program that sent the message. If a server sends it incompletely, look for a class or filter that suppresses options.',
    reference: 'RFC 2131 §4.3.1 table 3, §4.4.1 table 5',
    related: ['reply-without-options', 'forbidden-field', 'v6-malformed'],
    explains: ['offer-not-taken', 'no-ack', 'no-offer'],
  },
  {
    id: 'forbidden-field',
    severities: ['warning'],
    name: 'Field or option that may not be there',
    meaning:
      'Some fields and options are not allowed in some messages. Servers infer the client’s state from what is there: a renewal has ciaddr and no option 50, a first REQUEST the reverse. A message that mixes them may be taken for another kind.',
    advice: 'Correct the client. Table 5 of the RFC says for each message what must, may and must not be there.',
    reference: 'RFC 2131 §4.3.1 table 3, §4.3.6 table 4, §4.4.1 table 5',
    related: ['missing-required-option', 'op-type-mismatch'],
  },
  {
    id: 'op-type-mismatch',
    fields: ['dhcp.op'],
    severities: ['error'],
    name: 'Message type contradicts op',
    meaning:
      'The first octet (op) says that the message is from a client, and option 53 names a server’s message, or the other way round. Receivers look at one or the other. Firewalls and snooping switches that look at op let a server’s message pass as a client’s.',
    advice:
      'Correct the sender: DISCOVER, REQUEST, DECLINE, RELEASE and INFORM have op 1; OFFER, ACK and NAK have op 2.',
    reference: 'RFC 2131 §2 table 1, RFC 2132 §9.6',
    related: ['forbidden-field', 'malformed-message'],
    explains: ['no-offer', 'no-ack', 'unsolicited-reply'],
  },
  {
    id: 'unsolicited-reply',
    fields: ['dhcp.option.53'],
    severities: ['warning'],
    name: 'Reply that nobody asked for',
    meaning:
      'A reply carries a transaction id that its client did not use here, while other messages of that client are seen. Late replies, two clients with one hardware address and forged replies look like this. The client drops it.',
    advice: 'Compare its time and server with the exchanges before it. Look for the request at another capture point.',
    reference: 'RFC 2131 §4.4.1, §7',
    related: ['reply-mismatch', 'rogue-server', 'forcerenew-unauthenticated'],
  },
  {
    id: 'wrong-server-acked',
    fields: ['dhcp.option.54'],
    severities: ['warning', 'info'],
    name: 'ACK from the wrong server',
    meaning:
      'The client selected one server, and another one confirms. Only the server named in option 54 of the REQUEST may answer. The two may share an identifier or a database, or one does not read option 54. Where both confirm the same address in the same network, they share their leases, and it is a note.',
    advice:
      'Check server identifiers and failover state of both. If the second server is not yours, treat it as a rogue.',
    reference: 'RFC 2131 §3.1, §4.3.2',
    related: ['multiple-servers', 'rogue-server', 'ack-other-address'],
  },
  {
    id: 'broadcast-flag-ignored',
    fields: ['ip.dst'],
    severities: ['warning'],
    name: 'Broadcast flag ignored',
    meaning:
      'The client set the broadcast flag because it cannot receive unicast before it has an address. The reply was sent by unicast anyway. Such a client never sees it.',
    advice:
      'Correct the server or relay; relays have to look at the flag too. Some Wi-Fi controllers turn broadcasts into unicasts on purpose, which can be switched off.',
    reference: 'RFC 2131 §4.1',
    related: ['offer-not-taken', 'reply-to-wrong-address', 'nak-not-broadcast'],
  },
  {
    id: 'message-too-large',
    fields: ['ip.len'],
    severities: ['warning', 'info'],
    name: 'Message too large',
    meaning:
      'The reply is larger than the client said it can take (option 57), or than 576 octets where it said nothing. Small clients, such as boot firmware, cut it or drop it. Large messages may also be cut into fragments, which firewalls drop, or be too large for a link on the way, which a router says by ICMP.',
    advice:
      'Send fewer options to this kind of client; long domain lists and vendor options are the heaviest. A server can also use the fields sname and file for options.',
    reference: 'RFC 2131 §2, RFC 2132 §9.10, RFC 1191 §4',
    related: ['answer-ignored', 'offer-not-taken'],
  },
  {
    id: 'bad-checksum',
    fields: ['udp.checksum'],
    severities: ['warning', 'info'],
    name: 'Wrong checksum',
    meaning:
      'The checksum of the IP header or of the UDP datagram is wrong, so the receiver silently drops the message. In a capture on the sending machine it may just not be finished yet: the network card does that. On links between virtual machines nothing finishes it.',
    advice:
      'If only messages sent by the capturing machine are affected, ignore it. For virtual machines, switch the offload off (`ethtool -K eth0 tx off`) or let the host fill in checksums for UDP port 68.',
    reference: 'RFC 768, RFC 1122 §4.1.3.4',
    related: ['offer-not-taken', 'answer-ignored', 'no-ack'],
    explains: ['offer-not-taken', 'answer-ignored', 'no-ack'],
  },
  {
    id: 'duplicate-option',
    severities: ['info'],
    name: 'Option twice',
    meaning:
      'An option with a value of fixed size appears twice in one message. Long values may be split into several pieces, but short ones may not be repeated. Receivers differ in which of the two they use.',
    advice: 'Check whether the server has the option configured twice: in subnet and class, or by number and by name.',
    reference: 'RFC 3396 §4, §5',
    related: ['bad-option-value', 'bad-option-length'],
  },
  {
    id: 'reserved-flags',
    fields: ['dhcp.flags'],
    severities: ['info'],
    name: 'Reserved flags set',
    meaning:
      'Of the 16 bits of the field flags only the first has a meaning. Others are set here, which must be zero. Most receivers ignore them.',
    advice:
      'In a program of your own, write 0x8000 or 0, and mind the byte order: 0x0080 is the flag the wrong way round.',
    reference: 'RFC 2131 §2 figure 2',
    related: ['broadcast-flag-ignored', 'forbidden-field'],
  },
  {
    id: 'secs-stuck',
    fields: ['dhcp.secs'],
    severities: ['info'],
    name: 'Field secs does not grow',
    meaning:
      'The client repeats its message, but its field secs does not grow. Relays, and the second server of a pair, may wait until it passes a limit. They then never answer this client.',
    advice:
      'Usually there is nothing to do. If an answer depends on it, lower the limit (`load balance max seconds`, the relay’s secs threshold).',
    reference: 'RFC 2131 §2 table 1, RFC 1542 §3.2, RFC 3074',
    related: ['failover-half-silent', 'no-offer'],
  },
]);
