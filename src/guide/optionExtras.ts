import { items, list, octets, paragraph, table, type Block } from './page';

/** What there is to say about an option beyond its row. */
export interface OptionExtra {
  readonly blocks?: readonly Block[];
  readonly aliases?: readonly string[];
  readonly see?: readonly string[];
}

const v4: Readonly<Record<string, OptionExtra>> = {
  'option/0': { see: ['option/255'] },
  'option/1': {
    blocks: [
      octets('01 04 ff ff ff 00', 'Option 1, 4 octets: 255.255.255.0, a /24.'),
      paragraph(
        'In a reply the mask has to stand before the routers of option 3, so that old clients understand them.',
      ),
    ],
    aliases: ['netmask', 'mask'],
    see: ['topic/subnets', 'option/3', 'finding/invalid-subnet-mask', 'finding/missing-subnet-mask'],
  },
  'option/3': {
    blocks: [
      octets('03 04 c0 a8 01 01', 'Option 3, 4 octets: 192.168.1.1.'),
      paragraph('A client that understands option 121 and gets it takes no notice of option 3.'),
    ],
    aliases: ['gateway', 'default gateway', 'default router'],
    see: [
      'topic/subnets',
      'option/121',
      'finding/router-outside-subnet',
      'finding/unusable-router',
      'finding/missing-router',
    ],
  },
  'option/6': {
    blocks: [octets('06 08 c0 00 02 35 c6 33 64 35', 'Option 6, 8 octets: 192.0.2.53 and 198.51.100.53.')],
    aliases: ['dns', 'dns servers', 'name servers'],
    see: ['option/15', 'option/119', 'port/53', 'finding/missing-dns'],
  },
  'option/12': {
    blocks: [
      paragraph(
        'The name ends with the option, not with a zero octet. It is what the client says of itself and proves nothing.',
      ),
    ],
    aliases: ['hostname'],
    see: ['option/81'],
  },
  'option/15': { aliases: ['dns suffix'], see: ['option/119'] },
  'option/28': { see: ['topic/broadcast', 'finding/broadcast-address-mismatch'] },
  'option/42': { aliases: ['ntp', 'ntp servers'], see: ['port/123'] },
  'option/43': {
    blocks: [
      paragraph(
        'The octets are mostly sub-options in the form code, length, value, with numbers that each vendor hands out for itself. Codes are only comparable between clients of one vendor class.',
      ),
      list(
        'Used by',
        'PXE firmware, for boot menus and boot servers',
        'Wireless access points, to find their controller',
        'Windows, for its old names (NetBIOS) and the release at shutdown',
      ),
    ],
    see: ['option/60', 'topic/pxe'],
  },
  'option/50': {
    blocks: [
      octets('32 04 c0 a8 01 64', 'Option 50, 4 octets: 192.168.1.100.'),
      paragraph(
        'It belongs in a REQUEST that takes an offer or asks again after a restart. A renewal must not have it: there the address is in ciaddr.',
      ),
    ],
    see: ['field/ciaddr', 'message/request', 'finding/request-mismatch', 'finding/ack-other-address'],
  },
  'option/51': {
    blocks: [
      octets('33 04 00 00 0e 10', 'Option 51, 4 octets: 3600 seconds, one hour.'),
      paragraph(
        'All ones, ff ff ff ff, is a lease without end. Clients may ask for a time in DISCOVER and REQUEST; the server decides.',
      ),
    ],
    aliases: ['lease time'],
    see: [
      'topic/timers',
      'option/58',
      'option/59',
      'finding/short-lease',
      'finding/infinite-lease',
      'finding/lease-shrinks',
    ],
  },
  'option/52': {
    blocks: [
      table(['Value', 'Options continue in'], ['1', 'file'], ['2', 'sname'], ['3', 'both, file first']),
      paragraph('A receiver reads the options field first, then file, then sname, as if they were one.'),
    ],
    aliases: ['overload'],
    see: ['field/sname', 'field/file', 'option/66', 'option/67', 'finding/message-too-large'],
  },
  'option/53': {
    blocks: [octets('35 01 01', 'Option 53, 1 octet: 1, a DISCOVER.')],
    aliases: ['message type'],
    see: ['field/op', 'topic/dhcp', 'finding/op-type-mismatch', 'finding/missing-required-option'],
  },
  'option/54': {
    blocks: [
      octets('36 04 c0 a8 01 01', 'Option 54, 4 octets: the server 192.168.1.1.'),
      items(
        'In a REQUEST that takes an offer it is required.',
        'In renewals and after a restart it must not stand there.',
        'A client sends its renewals to this address, so it has to be reachable.',
      ),
    ],
    aliases: ['server id'],
    see: [
      'field/siaddr',
      'option/82.11',
      'finding/source-not-server-id',
      'finding/server-identity-clash',
      'finding/rogue-server',
    ],
  },
  'option/55': {
    blocks: [
      octets(
        '37 04 01 03 06 0f',
        'Option 55, 4 octets: the client asks for mask, routers, DNS servers and domain name.',
      ),
      paragraph(
        'A server may send less, and may send what was not asked for. Many servers send nothing beyond this list.',
      ),
    ],
    aliases: ['prl', 'parameter list', 'fingerprint'],
  },
  'option/56': { see: ['message/nak', 'message/decline'] },
  'option/57': { see: ['finding/message-too-large'] },
  'option/58': { aliases: ['renewal time'], see: ['topic/timers', 'finding/timer-order', 'finding/early-renewal'] },
  'option/59': { aliases: ['rebinding time'], see: ['topic/timers', 'finding/timer-order'] },
  'option/60': {
    blocks: [
      list(
        'Well-known values',
        'MSFT 5.0: Windows since 2000',
        'PXEClient:Arch:00007:UNDI:003016: boot firmware of a UEFI machine',
        'HTTPClient:Arch:00016:…: firmware that boots from HTTP',
        'android-dhcp-14: Android 14',
        'udhcp 1.36.1: BusyBox, in many small devices',
      ),
      paragraph('A server that answers a boot client with “PXEClient” tells it to ask for more on port 4011.'),
    ],
    aliases: ['vendor class'],
    see: ['option/43', 'option/93', 'topic/pxe', 'port/4011'],
  },
  'option/61': {
    blocks: [
      octets('3d 07 01 02 00 00 00 00 01', 'Option 61, 7 octets: type 1 (Ethernet), then the hardware address.'),
      octets(
        '3d 13 ff …',
        'Type 255: an IAID of 4 octets and a DUID follow, so that one machine is known alike in DHCPv4 and DHCPv6.',
      ),
      paragraph(
        'Two machines that send one identifier get one lease: clones of a disk image do so until each makes its own.',
      ),
    ],
    aliases: ['client id', 'cloned machines', 'clones'],
    see: ['field/chaddr', 'option6/1', 'finding/duplicate-client-id', 'finding/client-id-changed'],
  },
  'option/66': { see: ['option/67', 'option/150', 'field/sname', 'topic/pxe', 'port/69'] },
  'option/67': { see: ['field/file', 'topic/pxe', 'finding/boot-file-mismatch', 'finding/pxe-no-boot-file'] },
  'option/80': {
    blocks: [octets('50 00', 'Option 80, no octets: being there is all it says.')],
    see: ['option6/14', 'message/discover'],
  },
  'option/81': { aliases: ['fqdn', 'ddns', 'dynamic dns'], see: ['option/12', 'finding/bad-option-value'] },
  'option/82': {
    blocks: [
      octets(
        '52 08 01 06 00 04 00 0a 01 05',
        'Option 82 of 8 octets: sub-option 1 (circuit) of 6 octets, in Cisco’s form VLAN 10, module 1, port 5.',
      ),
      paragraph(
        'The relay takes it out again before the client sees the reply. Each maker writes circuit and remote in a form of its own.',
      ),
    ],
    aliases: ['rai', 'dhcp option 82', 'agent information'],
    see: [
      'topic/relay-information',
      'topic/relays',
      'finding/option82-from-client',
      'finding/option82-not-echoed',
      'finding/option82-to-client',
    ],
  },
  'option/82.1': { aliases: ['circuit id'], see: ['topic/relay-information', 'option6/18'] },
  'option/82.2': { aliases: ['remote id'], see: ['topic/relay-information', 'option6/37'] },
  'option/82.5': { see: ['field/giaddr', 'option/118', 'finding/address-outside-scope'] },
  'option/82.11': { aliases: ['server override'], see: ['finding/source-not-server-id'] },
  'option/82.19': { see: ['finding/nonstandard-port'] },
  'option/90': {
    aliases: ['rfc 3118', 'dhcp authentication'],
    see: ['topic/security', 'claim/secure', 'message/forcerenew'],
  },
  'option/93': {
    aliases: ['client architecture', 'arch'],
    see: ['topic/pxe', 'option6/61', 'finding/boot-arch-mismatch'],
  },
  'option/97': { aliases: ['uuid', 'guid'], see: ['topic/pxe'] },
  'option/108': { aliases: ['ipv6 only'], see: ['topic/dhcpv6', 'finding/ipv6-only-preferred'] },
  'option/114': { aliases: ['captive portal'], see: ['option6/103'] },
  'option/116': { see: ['finding/unusable-address', 'neighbour/arp'] },
  'option/118': { see: ['topic/relays'] },
  'option/119': { aliases: ['search list', 'domain search list'], see: ['option6/24', 'finding/bad-option-value'] },
  'option/121': {
    blocks: [
      octets(
        '79 05 00 c0 a8 01 01',
        'Option 121, 5 octets: prefix length 0, so the default route, through 192.168.1.1.',
      ),
      octets(
        '79 08 18 0a 01 02 c0 a8 01 01',
        'Prefix length 24: of the destination only the 3 octets that count are sent, 10.1.2, then the router.',
      ),
    ],
    aliases: ['csr', 'classless routes', 'static routes'],
    see: ['option/33', 'option/249', 'finding/route-hijack'],
  },
  'option/150': { see: ['port/69'] },
  'option/249': { aliases: ['ms classless static routes'] },
  'option/252': { aliases: ['wpad', 'proxy autodiscovery'], see: ['message/inform', 'finding/wpad-offered'] },
  'option/255': { see: ['finding/missing-end-option'] },
};

const v6: Readonly<Record<string, OptionExtra>> = {
  'option6/1': {
    blocks: [
      table(
        ['Type of DUID', 'Made of'],
        ['1, DUID-LLT', 'a link-layer address and the time when it was made'],
        ['2, DUID-EN', 'an enterprise number and a number given by the maker'],
        ['3, DUID-LL', 'a link-layer address'],
        ['4, DUID-UUID', 'the machine’s UUID'],
      ),
    ],
    aliases: ['duid', 'client duid', 'duid-llt', 'duid-en', 'duid-ll', 'duid-uuid'],
    see: ['topic/dhcpv6', 'finding/v6-useless-duid', 'finding/v6-malformed'],
  },
  'option6/2': { aliases: ['server duid'], see: ['finding/v6-server-duid-changed', 'finding/v6-multiple-servers'] },
  'option6/3': {
    blocks: [
      octets(
        '00 03 00 0c 00 00 00 01 00 00 00 00 00 00 00 00',
        'Option 3, 12 octets: IAID 1, T1 and T2 left to the server. The options inside follow them.',
      ),
    ],
    aliases: ['ia_na', 'ia na', 'iana association'],
    see: ['option6/5', 'topic/dhcpv6', 'finding/v6-ia-missing', 'finding/v6-timer-order'],
  },
  'option6/4': {
    blocks: [
      paragraph(
        'Clients make such addresses themselves, by stateless autoconfiguration (RFC 8981). One that needs a short-lived address from the server asks for it in a further option 3. Servers skip option 4 and go on with the rest of the message.',
      ),
    ],
    aliases: ['ia_ta', 'ia ta'],
    see: ['option6/3', 'topic/rfc9915'],
  },
  'option6/5': { aliases: ['iaaddr'] },
  'option6/6': { aliases: ['oro'], see: ['option/55'] },
  'option6/7': { see: ['message6/advertise'] },
  'option6/8': { see: ['field/secs'] },
  'option6/9': { see: ['message6/relay-forw', 'message6/relay-repl'] },
  'option6/12': {
    blocks: [
      paragraph(
        'Few used it, since relays on the way need to see what clients send. Whoever receives it skips it, and clients multicast all they send.',
      ),
    ],
    see: ['topic/rfc9915', 'option6/13'],
  },
  'option6/13': {
    blocks: [
      table(
        ['Code', 'Name', 'Meaning'],
        ['0', 'Success', 'done'],
        ['1', 'UnspecFail', 'failed for a reason that has no code'],
        ['2', 'NoAddrsAvail', 'no address is free'],
        ['3', 'NoBinding', 'the server knows of no such lease'],
        ['4', 'NotOnLink', 'the address does not fit the link where the client is'],
        ['5', 'UseMulticast', 'the client should have used multicast; withdrawn with option 12'],
        ['6', 'NoPrefixAvail', 'no prefix is free'],
      ),
    ],
    aliases: ['unspecfail', 'usemulticast', 'noaddrsavail', 'nobinding', 'notonlink', 'noprefixavail'],
    see: ['finding/v6-status', 'topic/rfc9915'],
  },
  'option6/14': { see: ['message6/solicit'] },
  'option6/18': { see: ['topic/relays'] },
  'option6/23': { aliases: ['dns v6', 'dns servers v6'], see: ['option/6', 'neighbour/ra'] },
  'option6/25': {
    blocks: [
      octets(
        '00 19 00 29 00 00 00 01 00 00 0e 10 00 00 15 18 00 1a 00 19 …',
        'Option 25, 41 octets: IAID 1, T1 3600 s, T2 5400 s, then option 26 with one prefix.',
      ),
    ],
    aliases: ['ia_pd', 'ia pd', 'pd'],
    see: ['option6/26', 'topic/prefix-delegation'],
  },
  'option6/26': { aliases: ['iaprefix'] },
  'option6/61': { see: ['topic/pxe'] },
  'option6/59': { aliases: ['boot url'], see: ['topic/pxe', 'port/80'] },
  'option6/79': { see: ['topic/relays', 'field/chaddr'] },
  'option6/87': { see: ['message6/dhcpv4-query', 'message6/dhcpv4-response'] },
};

/** By page id. */
export const EXTRAS: Readonly<Record<string, OptionExtra>> = { ...v4, ...v6 };
