import { ask, show, wrong, type Lesson } from './lesson';

/** Common faults. */
export const FAULTS: readonly Lesson[] = [
  {
    id: 'decline',
    title: 'DECLINE and ARP',
    goal: 'You can find the machine that has an address which the server thinks is free.',
    capture: 'decline.pcap',
    page: 'message/decline',
    steps: [
      show('A client has got 10.67.0.100. Before it uses the address, it makes sure that nobody else does.', 4),
      ask('It does so by ARP, which asks all machines of a link who has an address.', {
        ask: 'Select the frame in which the client asks.',
        frames: [5, 12],
        right: 'Yes: an ARP probe. Its sender address is 0.0.0.0, so that nobody takes the question for a claim.',
        hint: 'It comes directly after the ACK.',
        mistakes: [
          wrong([6, 13], undefined, 'That is the answer. Who asked?'),
          wrong([4, 11], undefined, 'That is the ACK, by which the server gives the address.'),
          wrong([7, 14], undefined, 'That is what the client does when it knows.'),
        ],
      }),
      ask(
        'Somebody answers, and that is bad news.',
        {
          ask: 'Select the field of frame 6 that tells which machine has the address.',
          frames: [6, 13],
          field: 'arp.src.hw_mac',
          value: '02:67:00:00:00:0d',
          right: 'Yes: 02:67:00:00:00:0d. With this address you find the port in the table of your switch.',
          hint: 'The machine that answers is the sender.',
          mistakes: [
            wrong([6, 13], 'arp.dst.hw_mac', 'That is the client that asked.'),
            wrong([6, 13], 'arp.src.proto_ipv4', 'That is the address in question. Whose is it?'),
            wrong([6, 13], 'eth.src', 'The same value; the ARP message says it in a field of its own.'),
          ],
        },
        6,
      ),
      ask('So the client gives the address back, and says that something is wrong with it.', {
        ask: 'Select the frame.',
        frames: [7, 14],
        right: 'Yes: DECLINE. A server that hears it sets the address aside and notes that in its log.',
        hint: 'It is a DHCP message that you have not seen yet in these lessons.',
        mistakes: [
          wrong([8], undefined, 'By that time the client asks for another address.'),
          wrong([6, 13], undefined, 'That is the other machine’s claim.'),
        ],
      }),
      ask(
        'The client tries again after a few seconds.',
        {
          ask: 'Which field of the second OFFER shows that the trouble is not over?',
          frames: [9],
          field: 'dhcp.yiaddr',
          value: '10.67.0.100',
          right:
            'Yes: the same address once more. Either the server has no other one to give, or it takes no notice of DECLINE.',
          hint: 'What does frame 9 offer?',
          mistakes: [
            wrong(11, 'dhcp.yiaddr', 'It is the same in the ACK. Select it in the OFFER.'),
            wrong(2, 'dhcp.yiaddr', 'That was the first OFFER.'),
            wrong(9, 'ip.dst', 'The OFFER goes there because that is what it offers. Select the field of the message.'),
          ],
        },
        9,
      ),
      show(
        'The client cannot mend this. Find the other machine, and give it a reservation, or take its address out of the pool.',
        7,
      ),
    ],
  },
  {
    id: 'blocked-port',
    title: 'Nobody answers: a blocked port, step by step',
    goal: 'You can work through silence in the right order, and know what to capture next.',
    capture: 'blocked-port.pcap',
    page: 'topic/troubleshooting',
    steps: [
      show('A client asks four times and gets nothing. The finding “No OFFER” lists causes. Let us rule some out.', 1),
      ask(
        'First: is the question itself right? It must come from port 68.',
        {
          ask: 'Select the field that shows which port the server would have to listen on.',
          frames: [1, 2, 3, 4],
          field: 'udp.dstport',
          value: '67',
          right: 'Yes: 67. Source and destination are as they should be, so the client is not at fault.',
          hint: 'Look into User Datagram Protocol.',
          mistakes: [
            wrong([1, 2, 3, 4], 'udp.srcport', 'That is the client’s own port, 68. The answer would come there.'),
            wrong([1, 2, 3, 4], 'udp', 'Open it, and select the port itself.'),
          ],
        },
        1,
      ),
      ask(
        'Second: does the client wait long enough, or does it just start anew? It tells how long it has been trying.',
        {
          ask: 'Select this field in the last DISCOVER.',
          frames: [4],
          field: 'dhcp.secs',
          value: '9 s',
          right: 'Yes: secs grows to 9, and the gaps are three seconds. A slow server would have had the time.',
          hint: 'It is a fixed field of the message, behind xid.',
          mistakes: [
            wrong([1, 2, 3], 'dhcp.secs', 'The right field. Select it in frame 4.'),
            wrong(4, 'dhcp.xid', 'xid tells that it is still the same attempt. How long has it lasted?'),
            wrong(4, 'ip.ttl', 'That counts routers, not seconds.'),
          ],
        },
        4,
      ),
      ask(
        'Third: has a relay handled the message? Behind one, the server may be far away.',
        {
          ask: 'Select the field that would hold the relay’s address.',
          frames: [1, 2, 3, 4],
          field: 'dhcp.giaddr',
          value: '0.0.0.0',
          right:
            'Yes: giaddr is zero. On this side of a relay that is always so: whether there is one, this capture cannot tell.',
          hint: 'One of the four addresses of the fixed part belongs to relays.',
          mistakes: [
            wrong([1, 2, 3, 4], 'dhcp.siaddr', 'siaddr is a boot server.'),
            wrong([1, 2, 3, 4], 'dhcp.hops', 'A relay counts here, but it puts its address elsewhere.'),
            wrong([1, 2, 3, 4], 'ip.dst', 'To all on the link. That is why a server elsewhere needs a relay.'),
          ],
        },
        1,
      ),
      show(
        'The capture was taken at the client, so it cannot tell whether the server hears the question. Capture at the server next, at the same time, and compare the two files.',
        4,
      ),
      show(
        'If the DISCOVER is in the server’s capture and no OFFER follows, ask the server’s log and its firewall: tcpdump sees datagrams before the firewall does. Here a rule on the server drops UDP port 67.',
        4,
      ),
    ],
  },
  {
    id: 'wrong-subnet',
    title: 'The router is in another subnet',
    goal: 'You can check address, mask and router of a lease against each other.',
    capture: 'wrong-subnet.pcap',
    page: 'topic/subnets',
    steps: [
      show(
        'This client has a lease, and still reaches nothing beyond its own network. All four messages are there, so look at what they say.',
        4,
      ),
      ask(
        'The network is the address together with a mask.',
        {
          ask: 'Select the mask in the ACK.',
          frames: [4],
          field: 'dhcp.option.1',
          value: '255.255.255.0',
          right: 'Yes. With 10.67.0.100 that makes 10.67.0.0/24: the first three numbers are the network.',
          hint: 'It is the option with the smallest number.',
          mistakes: [
            wrong(2, 'dhcp.option.1', 'The OFFER says the same. What holds is the ACK.'),
            wrong(4, 'dhcp.option.28', 'That is the address of all machines of the network. It follows from the mask.'),
            wrong(4, 'dhcp.yiaddr', 'That is the address. The mask comes with it, in an option.'),
          ],
        },
        4,
      ),
      ask(
        'Everything that is not in 10.67.0.0/24 has to go through a router. The client finds the router by ARP, and ARP does not leave the network.',
        {
          ask: 'Select the option that cannot work.',
          frames: [4],
          field: 'dhcp.option.3',
          value: '10.67.1.1',
          right: 'Yes: 10.67.1.1 is not in 10.67.0.0/24. Nobody on this link answers for it.',
          hint: 'Compare the third number of each address.',
          mistakes: [
            wrong(4, 'dhcp.option.6', 'The DNS server 10.67.0.1 is in the same network. This one works.'),
            wrong(4, 'dhcp.option.54', 'The DHCP server may be anywhere, and this one is in the same network.'),
            wrong(4, 'dhcp.option.28', '10.67.0.255 is the broadcast address of this network, as it should be.'),
            wrong(4, 'dhcp.option.1', 'The mask fits most of the other values. Which one does not?'),
            wrong(2, 'dhcp.option.3', 'The OFFER has it too. Select it in the ACK.'),
          ],
        },
        4,
      ),
      show(
        'Either the router is mistyped, or the mask is too narrow: with /23 both would be in one network. Ask whoever planned the network, and correct the scope on the server.',
        4,
        'dhcp.option.3',
      ),
    ],
  },
  {
    id: 'client-on-67',
    title: 'A client on port 67',
    goal: 'You can tell a relay from a client that uses the wrong port.',
    capture: 'client-on-port-67.pcap',
    page: 'topic/ports',
    steps: [
      ask(
        'Something is wrong with the DISCOVER in frame 1, though the server did answer.',
        {
          ask: 'Select the field.',
          frames: [1, 3],
          field: 'udp.srcport',
          value: '67',
          right: 'Yes: it comes from port 67. Clients send from 68.',
          hint: 'Look at the ports.',
          mistakes: [
            wrong([1, 3], 'udp.dstport', 'To port 67 is right: there the server listens. And the other one?'),
            wrong([1, 3], 'ip.src', '0.0.0.0 is right for a client without an address.'),
            wrong([1, 3], 'ip.dst', 'To everybody is right for a DISCOVER.'),
            wrong([2, 4], 'udp.srcport', 'A server does send from 67. Look at the client’s message.'),
          ],
        },
        1,
      ),
      ask(
        'There are senders that may use port 67 for requests: relays. Is this one?',
        {
          ask: 'Select the field that a relay would have filled in.',
          frames: [1, 3],
          field: 'dhcp.giaddr',
          value: '0.0.0.0',
          right: 'Yes: giaddr is zero, so no relay has handled it. It is the client itself.',
          hint: 'It is one of the addresses in the fixed part.',
          mistakes: [
            wrong([1, 3], 'dhcp.hops', 'Zero as well, but not every relay counts. There is a surer sign.'),
            wrong([1, 3], 'dhcp.siaddr', 'siaddr would be filled in by a server, for booting.'),
          ],
        },
        1,
      ),
      ask(
        'Now look at the way back.',
        {
          ask: 'To which port does the OFFER go?',
          frames: [2],
          field: 'udp.dstport',
          value: '68',
          right: 'Yes: to 68, whatever port the request came from. If nothing listens there, the OFFER is lost.',
          hint: 'Look into User Datagram Protocol of frame 2.',
          mistakes: [
            wrong(2, 'udp.srcport', 'The server sends from 67. Where to?'),
            wrong(1, 'udp.dstport', 'That is the DISCOVER. Look at the OFFER, frame 2.'),
          ],
        },
        2,
      ),
      show(
        'The client of this capture reads raw frames, so it was lucky. Many firewalls would have dropped its messages. Set the client to port 68, and all is well.',
        3,
      ),
    ],
  },
  {
    id: 'clones',
    title: 'Cloned machines',
    goal: 'You can recognise two machines that the server takes for one.',
    capture: 'clones.pcap',
    page: 'finding/duplicate-client-id',
    steps: [
      show('Three exchanges follow each other, one a minute. Users say that the connection “comes and goes”.', 1),
      ask(
        'Compare the DISCOVERs in frames 1 and 5.',
        {
          ask: 'Which field of frame 5 shows that another machine is asking?',
          frames: [5, 7],
          field: 'dhcp.chaddr',
          value: '02:67:00:00:00:0d',
          right: 'Yes: another hardware address. So these are two machines.',
          hint: 'Each network card has an address of its own.',
          mistakes: [
            wrong([5, 7], 'dhcp.xid', 'xid is new in each exchange, of one machine too.'),
            wrong(
              [5, 7],
              'eth.src',
              'Right for this link; behind a relay it would be the relay’s. Look for what the message itself says.',
            ),
            wrong([5, 7], 'dhcp.option.61', 'Look closely: that is what has not changed.'),
          ],
        },
        5,
      ),
      ask(
        'And yet the server takes them for the same client.',
        {
          ask: 'Which option makes it think so?',
          frames: [1, 3, 5, 7, 9, 11],
          field: 'dhcp.option.61',
          value: 'DUID-EN systemd, 0102030405060708',
          right: 'Yes: the client identifier. Where it is there, a server goes by it and not by the hardware address.',
          hint: 'It is an option, and every octet of it is the same in frames 1, 5 and 9.',
          mistakes: [
            wrong(
              [1, 3, 5, 7, 9, 11],
              'dhcp.option.55',
              'Many machines want the same settings. That does not make them one client.',
            ),
            wrong(
              [3, 7, 11],
              'dhcp.option.50',
              'They ask for the same address, because they were offered the same. Why were they?',
            ),
          ],
        },
        1,
      ),
      ask(
        'The second machine gets what the first one has.',
        {
          ask: 'Select the field of its ACK that shows it.',
          frames: [8],
          field: 'dhcp.yiaddr',
          value: '10.67.0.100',
          right: 'Yes: 10.67.0.100 again. Both use it now, and each takes it from the other.',
          hint: 'The ACK of the second exchange is frame 8.',
          mistakes: [
            wrong(6, 'dhcp.yiaddr', 'The same in the OFFER. Select the ACK.'),
            wrong([4, 12], 'dhcp.yiaddr', 'That is the first machine’s ACK.'),
            wrong(7, 'dhcp.option.50', 'That is what it asks for. Select what it gets.'),
          ],
        },
        8,
      ),
      show(
        'Such an identifier is made from a file of the system, so a copied disk has it as well. Remove the file on the copy, and it makes a new one.',
        5,
        'dhcp.option.61',
      ),
    ],
  },
];
