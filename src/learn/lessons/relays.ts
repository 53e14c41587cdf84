import { ask, show, wrong, type Lesson } from './lesson';

/** Devices between client and server. */
export const RELAYS: readonly Lesson[] = [
  {
    id: 'relay',
    title: 'Relays and giaddr',
    goal: 'You can follow a message through a relay, and say how the server chooses the right network.',
    capture: 'relay.pcap',
    page: 'topic/relays',
    steps: [
      show(
        'This was captured at a server. Its clients live in another network, and a router between the two works as a relay. The ARP frames 1 and 2 are the relay’s search for the server.',
        3,
      ),
      ask(
        'A broadcast does not pass a router, and yet the DISCOVER is here.',
        {
          ask: 'Who sent this datagram? Select the IP address.',
          frames: [3],
          field: 'ip.src',
          value: '10.67.0.2',
          right:
            'Yes: 10.67.0.2, the relay, on the server’s side of it. It took the broadcast and sent it on by unicast.',
          hint: 'A client without an address would send from 0.0.0.0.',
          mistakes: [
            wrong(3, 'eth.src', 'The network card of the relay. Select its IP address.'),
            wrong(3, 'dhcp.chaddr', 'The client wrote the message. The datagram is somebody else’s.'),
            wrong(
              3,
              'dhcp.giaddr',
              'That is the relay as well, by another of its addresses. Where does the datagram come from?',
            ),
          ],
        },
        3,
      ),
      ask(
        'The server has to know for which network it is asked.',
        {
          ask: 'Select the field by which the relay tells it.',
          frames: [3],
          field: 'dhcp.giaddr',
          value: '10.67.8.1',
          right: 'Yes: giaddr, the relay’s address on the clients’ side. The server looks for the scope that holds it.',
          hint: 'It is the last of the four addresses in the fixed part.',
          mistakes: [
            wrong(3, 'ip.src', 'That is the way back in IP’s terms, but it does not say where the client is.'),
            wrong(
              3,
              'dhcp.option.82',
              'Option 82 can tell the port of a switch. The network is told by a fixed field.',
            ),
            wrong(3, 'dhcp.hops', 'This says how many relays there were.'),
            wrong(4, 'dhcp.giaddr', 'There the server gives it back. Select it in the DISCOVER.'),
          ],
        },
        3,
      ),
      ask(
        'The server answers for that network.',
        {
          ask: 'Select the address that the server offers.',
          frames: [4],
          field: 'dhcp.yiaddr',
          value: '10.67.8.100',
          right: 'Yes: an address of the relay’s network 10.67.8.0/24, not of the server’s own.',
          hint: 'It is where every OFFER has it.',
          mistakes: [
            wrong(6, 'dhcp.yiaddr', 'That is the ACK. Select the OFFER’s.'),
            wrong(4, 'ip.dst', 'The OFFER goes to the relay. What is in it?'),
            wrong(4, 'dhcp.giaddr', 'That is the relay.'),
          ],
        },
        4,
      ),
      ask(
        'The OFFER cannot go to a client in another network directly.',
        {
          ask: 'To which port is it sent?',
          frames: [4, 6],
          field: 'udp.dstport',
          value: '67',
          right: 'Yes: to 67, where relays listen. So 67 to 67 is normal here, and no fault.',
          hint: 'A relay is no client.',
          mistakes: [
            wrong([4, 6], 'udp.srcport', 'That is where it comes from.'),
            wrong([3, 5], 'udp.dstport', 'That is the request. Look at the reply.'),
          ],
        },
        4,
      ),
      show(
        'The relay then sends the OFFER to the client, to port 68. You would see this in a capture on the other side.',
        4,
      ),
    ],
  },
  {
    id: 'option-82',
    title: 'Option 82: on which port is the client?',
    goal: 'You can read from a request to which port of which switch a client is connected.',
    capture: 'option-82.pcap',
    page: 'topic/relay-information',
    steps: [
      show(
        'Two clients of one switch ask for leases. The switch is the relay, and adds to each request what it alone knows.',
        1,
      ),
      ask(
        'Nothing that a client says about its place can be trusted, so the switch says it.',
        {
          ask: 'To which port is the client of frame 1 connected? Select what says it.',
          frames: [1, 3],
          field: 'dhcp.option.82.1',
          value: 'ge-0/0/7',
          right: 'Yes: the circuit id, ge-0/0/7. What stands in it is up to the maker of the switch.',
          hint: 'Open the last option of frame 1.',
          mistakes: [
            wrong([1, 3], 'dhcp.option.82.2', 'This says which switch it is. The port is beside it.'),
            wrong([1, 3], 'dhcp.chaddr', 'That is the client’s network card. Somebody can carry it to another port.'),
            wrong([5, 7], 'dhcp.option.82.1', 'That is the other client.'),
            wrong([1, 3], 'dhcp.option.82', 'It is in there. Open the option and select the part that names the port.'),
            wrong([1, 3], 'udp.srcport', 'The port of a switch is meant, a socket for a cable.'),
          ],
        },
        1,
      ),
      ask(
        'Port names are the same on every switch.',
        {
          ask: 'What tells which switch it is?',
          frames: [1, 3, 5, 7],
          field: 'dhcp.option.82.2',
          value: '02 67 00 00 00 0b',
          right: 'Yes: the remote id, here the hardware address of the switch.',
          hint: 'It is the other sub-option.',
          mistakes: [
            wrong(
              [1, 3, 5, 7],
              'dhcp.giaddr',
              'One relay address may serve many switches. There is something more exact.',
            ),
            wrong([1, 3, 5, 7], 'eth.src', 'Right on this link only: routers on the way replace it.'),
            wrong([1, 3, 5, 7], 'dhcp.option.82.1', 'That is the port.'),
          ],
        },
        5,
      ),
      ask(
        'The switch has to find the right port for the answer, too.',
        {
          ask: 'Which option of the OFFER in frame 2 helps it?',
          frames: [2],
          field: 'dhcp.option.82',
          value: 'ge-0/0/7',
          right:
            'Yes: the server gives option 82 back as it came. The switch takes it out, so the client never sees it.',
          hint: 'It is the last option there, as in the request.',
          mistakes: [
            wrong(2, 'dhcp.giaddr', 'By giaddr the OFFER gets to the switch. And then?'),
            wrong(2, 'dhcp.option.54', 'That is the server.'),
            wrong([4, 6, 8], 'dhcp.option.82', 'There it is as well. Select it in frame 2.'),
          ],
        },
        2,
      ),
      show(
        'A server that does not give it back makes some switches drop the reply. And a client that sends option 82 by itself claims to be where it is not: switches drop that.',
        2,
        'dhcp.option.82',
      ),
    ],
  },
];
