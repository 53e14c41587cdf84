import { ask, show, wrong, type Lesson } from './lesson';

/** Attacks, and machines that should not be there. */
export const ATTACKS: readonly Lesson[] = [
  {
    id: 'rogue-server',
    title: 'A rogue server, and DHCP snooping',
    goal: 'You can spot a second server, say what it does to clients, and find its port.',
    capture: 'two-servers.pcap',
    page: 'topic/security',
    steps: [
      show(
        'One DISCOVER, and two OFFERs within a millisecond. More than one server may be intended. So look at what they say.',
        1,
      ),
      ask(
        'Frame 2 comes from 10.67.0.1, the server of this network.',
        {
          ask: 'Select the field of the other OFFER that names its server.',
          frames: [3],
          field: 'dhcp.option.54',
          value: '10.67.0.66',
          right: 'Yes: 10.67.0.66, and whoever runs this network knows of no such server.',
          hint: 'Servers name themselves in an option.',
          mistakes: [
            wrong(3, 'ip.src', 'The same address. The message names it in an option of its own.'),
            wrong(2, 'dhcp.option.54', 'That is the known server. Look at frame 3.'),
            wrong(3, 'dhcp.yiaddr', 'That is what it offers.'),
          ],
        },
        3,
      ),
      ask(
        'It offers a router, too. A client that believes it sends all that leaves the network there.',
        {
          ask: 'Select the option of frame 3 that would bring the client’s traffic to the stranger.',
          frames: [3],
          field: 'dhcp.option.3',
          value: '10.67.0.66',
          right: 'Yes: the stranger names itself as router. It can read and change whatever is not encrypted.',
          hint: 'Compare the options of both OFFERs.',
          mistakes: [
            wrong(
              3,
              'dhcp.option.6',
              'With DNS it can send clients to wrong servers, one name at a time. Another option takes everything.',
            ),
            wrong(2, 'dhcp.option.3', 'That is the true router.'),
            wrong(3, 'dhcp.option.54', 'That only makes it the server of the lease.'),
          ],
        },
        3,
      ),
      ask('Which of the two does the client believe? Usually the one that comes first.', {
        ask: 'Select the frame that shows the client’s choice.',
        frames: [4],
        right: 'Yes: its REQUEST names 10.67.0.1. It was lucky by a quarter of a millisecond.',
        hint: 'Which message takes an offer?',
        mistakes: [
          wrong(5, undefined, 'There the server confirms. Before that, the client had chosen.'),
          wrong([2, 3], undefined, 'These are the offers.'),
        ],
      }),
      ask(
        'Now find the stranger. Switches know network cards, not IP addresses.',
        {
          ask: 'Select what you would look for in the address table of the switch.',
          frames: [3],
          field: 'eth.src',
          value: '02:67:00:00:00:02',
          right: 'Yes: 02:67:00:00:00:02. The switch tells the port on which it has seen it.',
          hint: 'Who sent frame 3, at the level of Ethernet?',
          mistakes: [
            wrong(3, 'dhcp.chaddr', 'That is the client that is being served.'),
            wrong(3, 'eth.dst', 'That is where the OFFER goes.'),
            wrong(3, 'ip.src', 'Switches do not look at it. What stands in front of it?'),
            wrong(2, 'eth.src', 'That is the true server.'),
          ],
        },
        3,
      ),
      show(
        'DHCP snooping would have dropped frame 3: a switch with it lets replies in only from ports that you have called trusted.',
        3,
      ),
    ],
  },
  {
    id: 'starvation',
    title: 'Starvation',
    goal: 'You can tell an attack on the pool from a busy morning.',
    capture: 'starvation.pcap',
    page: 'finding/starvation',
    steps: [
      show('Frames 1 to 4 are an ordinary lease. Half a minute later, sixty clients come within a second.', 4),
      ask(
        'Sixty people may have arrived. But each of them would have brought a machine.',
        {
          ask: 'Which field of frame 5 says whose lease is asked for?',
          frames: [5],
          field: 'dhcp.chaddr',
          value: '02:67:66:00:00:00',
          right:
            'Yes: chaddr. In the frames that follow it counts upwards by one. Network cards of real machines do not.',
          hint: 'It is the client hardware address.',
          mistakes: [
            wrong(5, 'eth.src', 'Remember this one. It is the other half of the proof.'),
            wrong(5, 'dhcp.xid', 'xid is new for each attempt.'),
          ],
        },
        5,
      ),
      ask(
        'Now look who really sends.',
        {
          ask: 'Select the field that is the same in frames 5 to 64.',
          frames: Array.from({ length: 60 }, (_, i) => i + 5),
          field: 'eth.src',
          value: '02:67:00:00:00:0d',
          right: 'Yes: one network card sends for sixty clients. Only a relay may do that, and giaddr is zero.',
          hint: 'It is at the level of Ethernet.',
          mistakes: [
            wrong(
              Array.from({ length: 60 }, (_, i) => i + 5),
              'ip.src',
              '0.0.0.0 is the same for all clients without an address, honest ones too.',
            ),
            wrong(
              Array.from({ length: 60 }, (_, i) => i + 5),
              'eth.dst',
              'All DISCOVERs go to everybody. Where do these come from?',
            ),
            wrong(
              Array.from({ length: 60 }, (_, i) => i + 5),
              'dhcp.chaddr',
              'Look again: this one changes in each frame.',
            ),
          ],
        },
        6,
      ),
      ask('Each question costs the server an address for a while, until there is none.', {
        ask: 'Select a frame of the client that pays for it.',
        frames: [65, 66],
        right: 'Yes: an honest client, and nobody answers. Often an attacker then offers addresses of its own.',
        hint: 'Look at the end of the list.',
        mistakes: [
          wrong(
            Array.from({ length: 60 }, (_, i) => i + 5),
            undefined,
            'This is one of the attacker’s. Is there anybody else?',
          ),
          wrong([1, 2, 3, 4], undefined, 'This one came early and has its lease.'),
        ],
      }),
      show(
        'Port security, a limit of two or three addresses on a port, ends this at once. Snooping helps as well where it compares chaddr with the sender.',
        5,
      ),
    ],
  },
];
