import { family } from './kind';

export const CAPTURE = family('capture', [
  {
    id: 'capture-truncated',
    severities: ['warning'],
    name: 'Capture file damaged',
    meaning:
      'The capture file ends in the middle of a record, or has records that cannot be read. All that could be read is shown. The missing part may be what would explain the rest.',
    advice:
      'Copy the file again, in binary mode, after the capturing program has ended. Stop tcpdump with Ctrl+C so that it writes its last records; `-U` writes each at once.',
    reference: 'The format of the capture file',
    related: ['snaplen-cut', 'malformed-message'],
  },
  {
    id: 'snaplen-cut',
    severities: ['info'],
    name: 'Frames cut by the snapshot length',
    meaning:
      'The capturing program kept only the first octets of each frame. Options beyond that are missing from the capture, not from the wire. Nothing is concluded from what may have been cut off.',
    advice: 'Capture again with whole frames: `tcpdump -s 0`. A DHCP message rarely needs more than 1500 octets.',
    reference: 'The manual of the capturing program',
    related: ['capture-truncated', 'malformed-message'],
  },
  {
    id: 'no-dhcp',
    severities: ['info'],
    name: 'No DHCP in this capture',
    meaning:
      'The capture has no frame of DHCP, BOOTP, DHCPv6 or RARP. It may come from another interface or link, its filter may exclude DHCP, or no client asked while it ran. A client with a valid lease is silent until T1.',
    advice:
      'Capture with the filter `udp port 67 or udp port 68` on the client’s interface. Then make the client ask: `ipconfig /renew`, `dhclient -v`, `networkctl renew`.',
    reference: 'RFC 2131 §4.1, §4.4.5',
    related: ['one-sided', 'rarp-unanswered'],
  },
  {
    id: 'one-sided',
    severities: ['info'],
    name: 'Only one side is seen',
    meaning:
      'Only requests, or only replies, are in the capture, and yet the clients complete their exchanges. From this place the other direction cannot be seen: a switch sends unicasts only to the port that needs them. This is not a fault of the network.',
    advice:
      'Capture on the client, on the server, or on a mirror port that copies both directions of the port in question.',
    reference: 'RFC 2131 §4.1',
    related: ['no-offer', 'no-dhcp', 'lost-between'],
  },
  {
    id: 'analysis-incomplete',
    severities: ['warning'],
    name: 'Analysis incomplete',
    meaning:
      'The analysis was stopped, or had no time or memory left for all of this capture. What it says is true of what it looked at. Of the rest it says nothing.',
    advice:
      'Cut the capture to the time and the clients in question, with a filter or with `editcap`, and open that part.',
    reference: 'The limits of this program',
    related: ['check-failed', 'capture-truncated'],
  },
  {
    id: 'check-failed',
    severities: ['warning'],
    name: 'A check failed',
    meaning:
      'One of this program’s own checks failed on something unexpected. All other checks ran. It is a fault of the program, not of the network.',
    advice: 'Report it with the frames that it names, if you may share them.',
    reference: 'A fault of this program',
    related: ['analysis-incomplete'],
  },
]);
