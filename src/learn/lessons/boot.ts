import { ask, show, wrong, type Lesson } from './lesson';

/** Network boot, the predecessors of DHCP, and related protocols. */
export const BOOT: readonly Lesson[] = [
  {
    id: 'pxe',
    title: 'Network boot: from DHCP to TFTP',
    goal: 'You can follow a machine without a system from its first DISCOVER to its boot file.',
    capture: 'pxe.pcap',
    page: 'topic/pxe',
    steps: [
      show(
        'The firmware of a network card starts a machine that has no system. It needs an address, and then a file.',
        1,
      ),
      ask(
        'Servers must know that this is no ordinary client.',
        {
          ask: 'Select the option of frame 1 in which the firmware says what it is.',
          frames: [1, 3],
          field: 'dhcp.option.60',
          value: 'PXEClient:Arch:00000:UNDI:002001',
          right: 'Yes: option 60 begins with “PXEClient”.',
          hint: 'It is the class of its vendor.',
          mistakes: [
            wrong(
              [1, 3],
              'dhcp.option.93',
              'This tells the kind of processor and firmware. Servers first look at another option.',
            ),
            wrong([1, 3], 'dhcp.option.97', 'This tells machines apart, and not what they are.'),
            wrong([1, 3], 'dhcp.option.12', 'Its name does not matter.'),
          ],
        },
        1,
      ),
      ask(
        'A file for one kind of machine does not run on another.',
        {
          ask: 'Which option says what kind this is?',
          frames: [1, 3],
          field: 'dhcp.option.93',
          value: 'x86 BIOS (0)',
          right: 'Yes: option 93, x86 BIOS. Firmware with x64 UEFI says 7, and needs another file.',
          hint: 'The name of the option speaks of an architecture.',
          mistakes: [
            wrong(
              [1, 3],
              'dhcp.option.60',
              'It stands in there as well, among other things. There is an option for nothing else.',
            ),
            wrong([1, 3], 'dhcp.option.94', 'That is the version of its network driver.'),
          ],
        },
        1,
      ),
      ask(
        'The OFFER has what other clients do without.',
        {
          ask: 'Select the field of frame 2 that names the boot file.',
          frames: [2],
          field: 'dhcp.file',
          value: 'undionly.kpxe',
          right: 'Yes: the field file. Some servers use option 67 instead.',
          hint: 'It is a large fixed field, empty in most messages.',
          mistakes: [
            wrong(2, 'dhcp.sname', 'That would be the name of the server, and it is empty.'),
            wrong(2, 'dhcp.siaddr', 'There the file is. What is its name?'),
            wrong(4, 'dhcp.file', 'The ACK says the same. Select that field of the OFFER.'),
          ],
        },
        2,
      ),
      ask(
        'The file has to come from somewhere.',
        {
          ask: 'Select the field of frame 2 that says from which machine.',
          frames: [2],
          field: 'dhcp.siaddr',
          value: '10.67.0.1',
          right: 'Yes: siaddr, “next server”. Here it is the same machine; it need not be.',
          hint: 'One of the four addresses means the next server.',
          mistakes: [
            wrong(2, 'dhcp.option.54', 'That is the DHCP server. The file may lie elsewhere.'),
            wrong(2, 'ip.src', 'From there comes the OFFER, not the file.'),
            wrong(2, 'dhcp.option.3', 'That is the router.'),
          ],
        },
        2,
      ),
      ask(
        'After the ACK the machine has an address, and fetches the file.',
        {
          ask: 'Select the port that it asks.',
          frames: [7],
          field: 'udp.dstport',
          value: '69',
          right: 'Yes: port 69, TFTP. The answer comes from another port, which gives firewalls trouble.',
          hint: 'Frame 7 asks for the file.',
          mistakes: [
            wrong(7, 'udp.srcport', 'That is a port of the client, made up for this transfer.'),
            wrong(8, 'udp.srcport', 'From there comes the answer. Which port was asked?'),
          ],
        },
        7,
      ),
      ask('TFTP sends block after block, and each is confirmed.', {
        ask: 'Select the first frame that brings a piece of the file.',
        frames: [10],
        right: 'Yes: block 1, 512 octets. A last block of fewer octets would end the transfer.',
        hint: 'Look for “Data” in the list.',
        mistakes: [
          wrong(7, undefined, 'That is the request.'),
          wrong(8, undefined, 'That only agrees on how large the file is.'),
          wrong([9, 11], undefined, 'That is a confirmation of the client.'),
        ],
      }),
    ],
  },
  {
    id: 'bootp-and-rarp',
    title: 'BOOTP and RARP, before DHCP',
    goal: 'You can say what DHCP has from BOOTP, and why RARP has no port.',
    capture: 'bootp-and-rarp.pcap',
    page: 'topic/bootp',
    steps: [
      ask(
        'Frame 1 is RARP. It asks which IP address belongs to a network card.',
        {
          ask: 'Is that UDP? Select the field of the frame that tells what it carries.',
          frames: [1, 2],
          field: 'eth.type',
          value: 'RARP (0x8035)',
          right: 'Yes: EtherType 0x8035. There is neither IP nor UDP in it, and so no port.',
          hint: 'Look into Ethernet II.',
          mistakes: [
            wrong([1, 2], 'arp.proto.type', 'That tells for which protocol the address is wanted.'),
            wrong([1, 2], 'arp.opcode', 'That tells question from answer.'),
            wrong([3, 4], 'eth.type', 'These frames are BOOTP, which does run over UDP.'),
          ],
        },
        1,
      ),
      ask(
        'The answer has room for one thing only.',
        {
          ask: 'Select the address that the client gets by RARP.',
          frames: [2],
          field: 'arp.dst.proto_ipv4',
          value: '10.67.0.100',
          right: 'Yes. No mask, no router, no file: for these BOOTP was made.',
          hint: 'The client is the target of the answer.',
          mistakes: [
            wrong(2, 'arp.src.proto_ipv4', 'That is the RARP server’s own address.'),
            wrong(1, 'arp.dst.proto_ipv4', 'In the question it is still 0.0.0.0.'),
          ],
        },
        2,
      ),
      ask(
        'Frames 3 and 4 are BOOTP. The packet looks familiar.',
        {
          ask: 'Which field tells a BOOTP reply from a request?',
          frames: [3, 4],
          field: 'dhcp.op',
          value: 'BOOTREQUEST (1)',
          right: 'Yes: op. DHCP still has it, but tells its eight messages apart by option 53.',
          hint: 'It is the very first field of the message.',
          mistakes: [
            wrong([3, 4], 'dhcp.htype', 'That is the kind of network card.'),
            wrong([3, 4], 'dhcp.xid', 'xid is the same in both.'),
            wrong([3, 4], 'udp.dstport', 'The ports do differ. The message itself has a field for it.'),
          ],
        },
        3,
      ),
      ask(
        'BOOTP tells the machine what to start.',
        {
          ask: 'Select the name of the file.',
          frames: [4],
          field: 'dhcp.file',
          value: 'vmunix',
          right: 'Yes. There is no lease time: a BOOTP address is given for good, and that is what DHCP changed.',
          hint: 'Look into frame 4.',
          mistakes: [
            wrong(4, 'dhcp.sname', 'That is the name of the server.'),
            wrong(3, 'dhcp.file', 'In the request the field is empty.'),
          ],
        },
        4,
      ),
    ],
  },
  {
    id: 'ipv6',
    title: 'SLAAC, DHCPv6 and a prefix of one’s own',
    goal: 'You can say who decides how an IPv6 machine gets its address, and what a delegated prefix is.',
    capture: 'ipv6.pcap',
    page: 'topic/dhcpv6',
    steps: [
      show('A home router starts and asks the routers of its provider what is usual here: a router solicitation.', 1),
      ask(
        'In IPv6 it is the router that says whether there is DHCPv6 at all.',
        {
          ask: 'Select the bit of frame 2 that says addresses are given by DHCPv6.',
          frames: [2],
          field: 'icmpv6.nd.ra.flag.m',
          value: 'set',
          right:
            'Yes: flag M, “managed”. Where a prefix has flag A set, machines make addresses from it by themselves, instead or as well: that is SLAAC.',
          hint: 'Open the flags of the router advertisement.',
          mistakes: [
            wrong(2, 'icmpv6.nd.ra.flag.o', 'Flag O is about other settings, such as DNS, and not about addresses.'),
            wrong(2, 'icmpv6.nd.ra.flag', 'It is in there. Open the flags and select the bit.'),
            wrong(2, 'icmpv6.opt', 'That is the prefix of this link. Who gives out addresses of it?'),
          ],
        },
        2,
      ),
      ask(
        'So the client begins with SOLICIT, which is DHCPv6’s DISCOVER.',
        {
          ask: 'There is no broadcast in IPv6. Select the address that frame 3 goes to.',
          frames: [3],
          field: 'ipv6.dst',
          value: 'ff02::1:2',
          right: 'Yes: ff02::1:2, a multicast to all DHCPv6 servers and relays of the link.',
          hint: 'Look into Internet Protocol Version 6.',
          mistakes: [
            wrong(3, 'ipv6.src', 'That is the client: it gave itself an address for this link.'),
            wrong(3, 'eth.dst', 'It is made from the address in question. Select the IPv6 address.'),
            wrong(3, 'udp.dstport', '547 is the servers’ port, as 67 is in DHCPv4.'),
          ],
        },
        3,
      ),
      ask(
        'A router needs one address for itself, and a whole prefix for the networks behind it.',
        {
          ask: 'Select the option of frame 3 that asks for a prefix.',
          frames: [3],
          field: 'dhcpv6.option.25',
          value: 'IAID 0x00000001, T1 0 s, T2 0 s',
          right: 'Yes: IA_PD, option 25. Beside it, IA_NA asks for the address.',
          hint: 'Its name speaks of prefix delegation.',
          mistakes: [
            wrong(3, 'dhcpv6.option.3', 'IA_NA asks for one address.'),
            wrong(3, 'dhcpv6.option.6', 'That lists further options that it wants.'),
            wrong(3, 'dhcpv6.option.1', 'That is who asks.'),
          ],
        },
        3,
      ),
      ask(
        'The REPLY gives both.',
        {
          ask: 'Select the prefix.',
          frames: [6],
          field: 'dhcpv6.option.25.26',
          value: 'fd67:100::/56',
          right: 'Yes: fd67:100::/56, enough for 256 networks of the usual size /64.',
          hint: 'It is inside the option that asked for it.',
          mistakes: [
            wrong(6, 'dhcpv6.option.3', 'That is the address.'),
            wrong(6, 'dhcpv6.option.23', 'That is a DNS server.'),
            wrong(4, 'dhcpv6.option.25', 'The ADVERTISE only promises it. Look at the REPLY.'),
            wrong(2, 'icmpv6.opt', 'That is the prefix of the link between the two routers.'),
          ],
        },
        6,
      ),
      show(
        'The provider’s router now sends everything for this prefix to the home router. Nothing in DHCPv6 gives a default gateway: that is the router advertisement’s business.',
        6,
      ),
    ],
  },
];
