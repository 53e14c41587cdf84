import { ask, show, wrong, type Lesson } from './lesson';

/** How a lease is obtained, kept and lost. */
export const BASICS: readonly Lesson[] = [
  {
    id: 'four-messages',
    title: 'The four messages',
    goal: 'You can name the four messages of a new lease, say who sends each, and which of them are broadcast.',
    capture: 'dhcp-healthy.pcap',
    page: 'topic/dhcp',
    steps: [
      show(
        'A laptop has just been switched on. It has no address and knows no server, so it asks everybody: frame 1, a DISCOVER, goes from 0.0.0.0 to 255.255.255.255. A message to everybody is a broadcast.',
        1,
      ),
      show(
        'How does the laptop know which answer is its own? It made up a number, xid, and every message of this exchange carries it.',
        1,
        'dhcp.xid',
      ),
      ask(
        'Frame 2 is the server’s OFFER. It goes to the laptop alone, by unicast, and holds an address that the laptop could have.',
        {
          ask: 'Select the field of the OFFER that holds this address.',
          frames: [2],
          field: 'dhcp.yiaddr',
          value: '10.67.0.100',
          right: 'Yes: yiaddr, “your address”. Only replies of a server fill it in.',
          hint: 'Among the fixed fields of frame 2, look for the one whose name begins with “Your”.',
          mistakes: [
            wrong(
              2,
              'ip.dst',
              'The frame is sent there, which is a consequence. The message itself says it in a field of its own.',
            ),
            wrong(2, 'dhcp.ciaddr', 'ciaddr is an address that a client has already. This one has none yet.'),
            wrong(2, 'dhcp.siaddr', 'siaddr is where a client finds its boot file, and it is empty here.'),
            wrong(2, 'dhcp.option.54', 'That is the server’s own address, by which clients name it.'),
            wrong([3, 4], 'dhcp.yiaddr', 'The right field, one message too late: select it in frame 2.'),
          ],
        },
        2,
      ),
      ask(
        'With frame 3, a REQUEST, the laptop takes the offer. This is a broadcast again, so that other servers learn that theirs was not taken.',
        {
          ask: 'By which field of the REQUEST do the servers know whose offer was taken?',
          frames: [3],
          field: 'dhcp.option.54',
          value: '10.67.0.1',
          right: 'Yes: option 54 names the server. All others take their offers back.',
          hint: 'It is an option, and it holds the address of the server.',
          mistakes: [
            wrong(
              3,
              'dhcp.option.50',
              'Option 50 is the address that the laptop wants. Two servers might offer the same one.',
            ),
            wrong(3, 'ip.dst', 'The REQUEST goes to 255.255.255.255: to all of them.'),
            wrong(3, 'dhcp.siaddr', 'siaddr is zero here, as in every message of a client.'),
            wrong(2, 'dhcp.option.54', 'That is how the server named itself. Find where the laptop says it back.'),
          ],
        },
        3,
      ),
      ask('One message is missing: the laptop may not use the address before the server has confirmed it.', {
        ask: 'Select the frame with which the lease begins.',
        frames: [4],
        right: 'Yes: the ACK, by unicast again. From now on the laptop may use the address.',
        hint: 'DISCOVER, OFFER, REQUEST, and …?',
        mistakes: [
          wrong(2, undefined, 'An OFFER is only an offer: the server may still give the address to somebody else.'),
          wrong(3, undefined, 'By the REQUEST the laptop asks for it. The server has the last word.'),
          wrong(1, undefined, 'That is where it all begins, and nobody has an address yet.'),
        ],
      }),
      ask(
        'An address is lent, not given.',
        {
          ask: 'For how long? Select the option of the ACK that says it.',
          frames: [4],
          field: 'dhcp.option.51',
          value: '3600 s (1 hour)',
          right: 'Yes: one hour. Half of it may pass before the laptop asks for more.',
          hint: 'The name of the option begins with “IP Address”.',
          mistakes: [
            wrong(4, 'dhcp.secs', 'secs tells how long the client has been trying.'),
            wrong(4, 'ip.ttl', 'That is the life of the datagram, counted in routers.'),
            wrong(2, 'dhcp.option.51', 'That is what was offered. What holds is what the ACK says.'),
          ],
        },
        4,
      ),
    ],
  },
  {
    id: 'broadcast-flag',
    title: 'The broadcast flag',
    goal: 'You can say why one client is answered by broadcast and another by unicast.',
    capture: 'broadcast-flag.pcap',
    page: 'topic/broadcast',
    steps: [
      show(
        'Two clients get leases here. The first one cannot take a datagram that is addressed to it before it has an address.',
        1,
      ),
      ask(
        'It says so in one bit of its DISCOVER.',
        {
          ask: 'Select this bit.',
          frames: [1],
          field: 'dhcp.flags.bc',
          value: 'set: reply by broadcast',
          right: 'Yes: the highest bit of flags. The other fifteen are reserved.',
          hint: 'Open the field Flags of frame 1.',
          mistakes: [
            wrong(
              1,
              'dhcp.flags.reserved',
              'These bits have no meaning, and have to be zero. It is the one above them.',
            ),
            wrong(1, 'dhcp.flags', 'It is in this field. Open it and select the bit itself.'),
            wrong(
              1,
              'eth.dst',
              'This is where the client’s own message goes. What counts is what it asks of the answer.',
            ),
            wrong(5, 'dhcp.flags.bc', 'In the second client’s DISCOVER this bit is clear. Look at frame 1.'),
          ],
        },
        1,
      ),
      ask(
        'The server does as it was asked.',
        {
          ask: 'Where does the OFFER in frame 2 go? Select the IP address.',
          frames: [2],
          field: 'ip.dst',
          value: '255.255.255.255',
          right: 'Yes: to everybody on the link. Only the client whose xid it carries takes it.',
          hint: 'It is a field of the Internet Protocol, not of DHCP.',
          mistakes: [
            wrong(2, 'dhcp.yiaddr', 'That is the address inside the message. The datagram goes somewhere else.'),
            wrong(2, 'eth.dst', 'At Ethernet’s level it goes to all as well. The question is about the IP address.'),
            wrong(2, 'ip.src', 'That is the server, where the OFFER comes from.'),
          ],
        },
        2,
      ),
      ask(
        'The second client leaves the bit clear.',
        {
          ask: 'Find the OFFER for this client, and select the IP address that it is sent to.',
          frames: [6],
          field: 'ip.dst',
          value: '10.67.0.101',
          right:
            'Yes: to the very address that is being offered. ARP could not find it yet, so the server takes the hardware address from chaddr.',
          hint: 'The second exchange begins with frame 5.',
          mistakes: [
            wrong(2, 'ip.dst', 'This OFFER is the first client’s.'),
            wrong(8, 'ip.dst', 'The same address, but this message is the ACK.'),
            wrong(6, 'dhcp.yiaddr', 'The same value, but select where the datagram goes.'),
            wrong(5, 'ip.dst', 'That is the DISCOVER. It goes to everybody whatever the bit says.'),
          ],
        },
        5,
      ),
      show(
        'So a broadcast reply is no fault by itself. The fault is the other way round: a client sets the bit, and the server answers by unicast all the same. Such a client never hears it.',
        6,
      ),
    ],
  },
  {
    id: 'renewing',
    title: 'Renewing and rebinding',
    goal: 'You can tell from one REQUEST whether a client renews, or has lost its server.',
    capture: 'rebinding.pcap',
    page: 'topic/timers',
    steps: [
      show(
        'Frames 1 to 4 are a lease of one hour, with nothing unusual in it. Look at the time column: the next frame comes 30 minutes later.',
        4,
      ),
      ask(
        'The client has an address and wants to keep it.',
        {
          ask: 'In frame 5, where does it say which address it has?',
          frames: [5],
          field: 'dhcp.ciaddr',
          value: '10.67.0.100',
          right: 'Yes: ciaddr. In a renewal it takes the place of option 50, and option 54 is left out.',
          hint: 'It is one of the four address fields of the fixed part.',
          mistakes: [
            wrong(
              5,
              'ip.src',
              'It sends from there, which shows that it has the address. The message says it as well.',
            ),
            wrong(5, 'dhcp.yiaddr', 'yiaddr belongs to the server, and is zero in a request.'),
            wrong(3, 'dhcp.option.50', 'So it asked while it had none. In a renewal it is another field.'),
          ],
        },
        5,
      ),
      ask(
        'Half of the time is gone, and the client asks the server that gave the address, and nobody else.',
        {
          ask: 'Select the IP address that shows this.',
          frames: [5, 6],
          field: 'ip.dst',
          value: '10.67.0.1',
          right: 'Yes: a unicast to the server. The state is RENEWING.',
          hint: 'Where does the datagram go?',
          mistakes: [
            wrong([5, 6], 'ip.src', 'That is the client. Where does it send to?'),
            wrong(7, 'ip.dst', 'This one goes to everybody: something has changed by then.'),
            wrong([5, 6], 'eth.dst', 'That is the server’s network card. Select the IP address.'),
          ],
        },
        5,
      ),
      ask(
        'Nobody answers, in frame 6 either. When seven eighths of the hour are gone, the client gives this server up.',
        {
          ask: 'Select the frame in which it asks every server.',
          frames: [7],
          right: 'Yes: the same question, by broadcast. The state is REBINDING.',
          hint: 'Look at the destinations in the list.',
          mistakes: [
            wrong([5, 6], undefined, 'These go to one server, 10.67.0.1.'),
            wrong(
              [1, 3],
              undefined,
              'That was at the beginning, when it had no address. Look at what follows frame 6.',
            ),
            wrong(8, undefined, 'That is the answer. Which frame asked for it?'),
          ],
        },
      ),
      ask(
        'This time there is an answer.',
        {
          ask: 'Is it from the old server? Select the field of frame 8 that says who answers.',
          frames: [8],
          field: 'dhcp.option.54',
          value: '10.67.0.2',
          right:
            'Yes: another server, 10.67.0.2. It must know the lease, so it probably shares a database with the first.',
          hint: 'It is the option by which servers name themselves.',
          mistakes: [
            wrong(
              8,
              'ip.src',
              'That is right for this frame, but a relay may change it. One option is made for the purpose.',
            ),
            wrong(8, 'dhcp.siaddr', 'siaddr is for booting.'),
            wrong(4, 'dhcp.option.54', 'That is the old server, in the first ACK.'),
          ],
        },
        8,
      ),
      show(
        'Users notice nothing of all this. Look for it all the same: unicasts without answers say that a server is down, or that a firewall lets broadcasts through, but not unicasts.',
        6,
      ),
    ],
  },
  {
    id: 'init-reboot',
    title: 'INIT-REBOOT and NAK',
    goal: 'You can explain a NAK, and why it is often no fault.',
    capture: 'nak.pcap',
    page: 'finding/nak',
    steps: [
      show('This laptop was asleep and wakes up. It remembers an address, and does not begin with DISCOVER.', 1),
      ask(
        'It asks whether it may go on using the address.',
        {
          ask: 'Select the option of frame 1 that holds the remembered address.',
          frames: [1],
          field: 'dhcp.option.50',
          value: '10.67.0.100',
          right:
            'Yes: option 50. There is no option 54, for no server has offered anything. That is how you recognise INIT-REBOOT.',
          hint: 'The client requests an address.',
          mistakes: [
            wrong(1, 'dhcp.ciaddr', 'ciaddr is zero: the client may not use the address before it has an answer.'),
            wrong(1, 'ip.src', 'It sends from 0.0.0.0, for it is not sure of its address.'),
            wrong(5, 'dhcp.option.50', 'That is the new address, later on.'),
          ],
        },
        1,
      ),
      ask(
        'The answer is short.',
        {
          ask: 'Which option of frame 2 says no?',
          frames: [2],
          field: 'dhcp.option.53',
          value: 'NAK (6)',
          right: 'Yes: message type 6, NAK. The client has to stop using the address at once.',
          hint: 'It is the option that tells the type of every DHCP message.',
          mistakes: [
            wrong(2, 'dhcp.option.54', 'This option says who refuses, and it tells where the laptop is now.'),
            wrong(2, 'dhcp.yiaddr', 'yiaddr is empty, as in every NAK. The refusal itself is elsewhere.'),
          ],
        },
        2,
      ),
      ask(
        'Why was it refused? Compare the address asked for with the address of the server.',
        {
          ask: 'Select the option that tells from which network the refusal comes.',
          frames: [2],
          field: 'dhcp.option.54',
          value: '10.67.5.1',
          right: 'Yes: the server is in 10.67.5.0/24. The laptop has moved, and its old address does not belong here.',
          hint: 'Who sent frame 2?',
          mistakes: [
            wrong(2, 'ip.src', 'The same address. A relay may change it, so select the option that names the server.'),
            wrong(1, 'dhcp.option.50', 'That is what the laptop wanted. Select what the server says.'),
            wrong([4, 6], 'dhcp.option.54', 'The right option; select it in the NAK.'),
          ],
        },
        2,
      ),
      ask('After a NAK a client begins anew, as if it had never had an address.', {
        ask: 'Select the frame in which it does.',
        frames: [3],
        right:
          'Yes: a DISCOVER, 11 ms later. Three frames later it has an address of this network, so there is nothing to mend.',
        hint: 'With which message does a client without an address begin?',
        mistakes: [
          wrong([4, 6], undefined, 'That comes from the server.'),
          wrong(5, undefined, 'Before that, the client had to find a server.'),
        ],
      }),
    ],
  },
];
