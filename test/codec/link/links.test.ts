import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ethDestination,
  ethSource,
  ipDestination,
  ipSource,
  sentHere,
  sourcePort,
  destinationPort,
  vlanIds,
} from '../../../src/codec/endpoints';
import { udp as udpLayer } from '../../../src/codec/ip/udp';
import { dispatch } from '../../../src/codec/layers';
import { Walk } from '../../../src/codec/walk';
import {
  BROADCAST,
  CLIENT,
  decode,
  DISCOVER,
  dhcpPacket,
  eth,
  ids,
  idsOf,
  ip6,
  octets,
  SERVER,
  SOLICIT,
  textOf,
  udp,
  walkOf,
} from '../frames';

const FROM = '02:00:5e:00:53:01';
const solicit = ip6(17, udp(546, 547, SOLICIT, 0x1234));
const SNAP = 'aaaa030000000800';

test('Ethernet: addresses, type, and who is spoken to', () => {
  const frame = eth(0x0800, dhcpPacket);
  const walk = walkOf(frame);
  assert.equal(ids(walk), 'eth ip udp dhcp');
  assert.equal(ethSource(walk), FROM);
  assert.equal(ethDestination(walk), 'ff:ff:ff:ff:ff:ff');
  assert.equal(ipSource(walk), '0.0.0.0');
  assert.equal(ipDestination(walk), '255.255.255.255');
  assert.equal(sourcePort(walk), 68);
  assert.equal(destinationPort(walk), 67);
  const decoded = decode(frame);
  assert.equal(textOf(decoded, 'eth.dst'), 'ff:ff:ff:ff:ff:ff (broadcast)');
  assert.equal(textOf(decoded, 'eth.type'), 'IPv4 (0x0800)');
  assert.equal(decoded.protocol, 'dhcp');
});

test('IPv6 over Ethernet', () => {
  const walk = walkOf(eth(0x86dd, solicit));
  assert.equal(ids(walk), 'eth ipv6 udp dhcpv6');
  assert.equal(ipSource(walk), 'fe80::1');
  assert.equal(ipDestination(walk), 'ff02::1:2');
});

test('802.3 with LLC and SNAP; the length cuts the padding off', () => {
  const payload = SNAP + dhcpPacket;
  const frame = eth(payload.length / 2, payload + 'eeee');
  const walk = walkOf(frame);
  assert.equal(ids(walk), 'eth llc ip udp dhcp');
  assert.equal(walk.endOf(1), frame.length / 2 - 2);
  assert.equal(textOf(decode(frame), 'llc.oui'), 'EtherType (0x000000)');
});

test('LLC alone: 802.2 with IP, and a numbered control field', () => {
  assert.equal(idsOf(eth(3 + dhcpPacket.length / 2, '060603' + dhcpPacket)), 'eth llc ip udp dhcp');
  assert.equal(idsOf(eth(6, 'f0f001000102')), 'eth llc');
});

test('VLANs: one tag, two, and a priority tag', () => {
  const one = walkOf(eth(0x8100, '200a0800' + dhcpPacket));
  assert.equal(ids(one), 'eth vlan ip udp dhcp');
  assert.deepEqual(vlanIds(one), [10]);
  const two = walkOf(eth(0x88a8, '00648100000a0800' + dhcpPacket));
  assert.deepEqual(vlanIds(two), [100, 10]);
  assert.deepEqual(vlanIds(walkOf(eth(0x9100, '00649200000a0800' + dhcpPacket))), [100, 10]);
  assert.equal(textOf(decode(eth(0x8100, '30640800' + dhcpPacket)), 'vlan.dei'), 'yes');
  assert.equal(textOf(decode(eth(0x8100, '00000800' + dhcpPacket)), 'vlan.id'), '0 (no VLAN, priority only)');
});

test('VLAN in front of 802.3 with LLC', () => {
  const payload = SNAP + dhcpPacket;
  assert.equal(
    idsOf(eth(0x8100, '000a' + (payload.length / 2).toString(16).padStart(4, '0') + payload)),
    'eth vlan llc ip udp dhcp',
  );
});

test('Linux cooked, version 1 and 2, with and without VLAN', () => {
  const one = walkOf('000000010006' + CLIENT + '00000800' + dhcpPacket, 113);
  assert.equal(ids(one), 'sll ip udp dhcp');
  assert.equal(ethSource(one), FROM);
  assert.equal(ethDestination(one), undefined);
  assert.equal(idsOf('000400010006' + CLIENT + '00008100000a0800' + dhcpPacket, 113), 'sll vlan ip udp dhcp');
  const two = walkOf('0800000000000003000101 06'.replace(' ', '') + CLIENT + '0000' + dhcpPacket, 276);
  assert.equal(ids(two), 'sll2 ip udp dhcp');
  assert.equal(ethSource(two), FROM);
  // What the capturing host sends itself (packet type 4), and what other links do not say.
  assert.deepEqual([one, walkOf('000400010006' + CLIENT + '00000800' + dhcpPacket, 113), two].map(sentHere), [
    false,
    true,
    false,
  ]);
  assert.equal(sentHere(walkOf('0800000000000003000104' + '06' + CLIENT + '0000' + dhcpPacket, 276)), true);
  assert.equal(sentHere(walkOf(dhcpPacket, 101)), undefined);
  // A tunnel device has no address.
  assert.equal(ethSource(walkOf('0000fffe0000' + '0000000000000000' + '0800' + dhcpPacket, 113)), undefined);
});

test('raw IP, by every number that it has', () => {
  for (const linkType of [12, 14, 101, 228]) assert.equal(idsOf(dhcpPacket, linkType), 'raw ip udp dhcp');
  for (const linkType of [101, 229]) assert.equal(idsOf(solicit, linkType), 'raw ipv6 udp dhcpv6');
  assert.equal(ethSource(walkOf(dhcpPacket, 101)), undefined);
});

test('BSD loopback in both byte orders', () => {
  assert.equal(idsOf('02000000' + dhcpPacket, 0), 'null ip udp dhcp');
  assert.equal(idsOf('00000002' + dhcpPacket, 0), 'null ip udp dhcp');
  assert.equal(idsOf('00000002' + dhcpPacket, 108), 'loop ip udp dhcp');
  for (const family of ['18', '1c', '1e']) assert.equal(idsOf(`${family}000000${solicit}`, 0), 'null ipv6 udp dhcpv6');
});

const BSSID = '02005e0053aa';
/** From a station by way of its access point. */
const wifi = (control: string, addresses: string[], tail = ''): string =>
  `${control}0000${addresses.slice(0, 3).join('')}1000${addresses[3] ?? ''}${tail}`;

test('802.11: where the addresses stand, by the two DS bits', () => {
  const body = SNAP + dhcpPacket;
  const cases: [string, string[]][] = [
    ['0800', [BROADCAST, CLIENT, BSSID]],
    ['0801', [BSSID, CLIENT, BROADCAST]],
    ['0802', [BROADCAST, BSSID, CLIENT]],
    ['0803', [BSSID, SERVER, BROADCAST, CLIENT]],
  ];
  for (const [control, addresses] of cases) {
    const walk = walkOf(wifi(control, addresses) + body, 105);
    assert.equal(ids(walk), 'wlan llc ip udp dhcp', control);
    assert.equal(ethSource(walk), FROM, control);
    assert.equal(ethDestination(walk), 'ff:ff:ff:ff:ff:ff', control);
  }
});

test('802.11: QoS, HT control, and what has no plain body', () => {
  const body = SNAP + dhcpPacket;
  const to = [BSSID, CLIENT, BROADCAST];
  assert.equal(idsOf(wifi('8801', to, '0000') + body, 105), 'wlan llc ip udp dhcp');
  assert.equal(idsOf(wifi('8881', to, '0000' + '01020304') + body, 105), 'wlan llc ip udp dhcp');
  // An A-MSDU (§9.3.2.2): each frame in it has addresses and a length of its own.
  const subframe = `ffffffffffff02005e005301${(body.length / 2).toString(16).padStart(4, '0')}${body}`;
  const aggregate = walkOf(wifi('8801', to, '8000') + subframe + '0000' + subframe, 105);
  assert.equal(ids(aggregate), 'wlan wlan_aggregate llc ip udp dhcp');
  assert.equal(ethSource(aggregate), FROM);
  assert.equal(ethDestination(aggregate), 'ff:ff:ff:ff:ff:ff');
  assert.equal(idsOf(wifi('0841', to) + body, 105), 'wlan', 'encrypted');
  assert.equal(idsOf(wifi('4801', to), 105), 'wlan', 'null data');
  assert.equal(idsOf('d40000 00'.replace(' ', '') + CLIENT, 105), 'wlan', 'ACK');
});

test('radiotap: flags behind a time stamp, check sequence, padding', () => {
  const body = wifi('8801', [BSSID, CLIENT, BROADCAST], '0000');
  // Present: TSFT and flags; 8 octets of header, 8 of time stamp, 1 of flags (0x30: check sequence, padded).
  const header = '00001100' + '03000000' + '0011223344556677' + '30';
  const frame = header + body + '0000' + SNAP + dhcpPacket + 'cafebabe';
  const walk = walkOf(frame, 127);
  assert.equal(ids(walk), 'radiotap wlan llc ip udp dhcp');
  assert.equal(walk.endOf(1), frame.length / 2 - 4);
});

test('PPI, Prism and AVS in front of 802.11', () => {
  const frame = wifi('0801', [BSSID, CLIENT, BROADCAST]) + SNAP + dhcpPacket;
  assert.equal(idsOf('00000800' + '69000000' + frame, 192), 'ppi wlan llc ip udp dhcp');
  assert.equal(idsOf('44000000' + '10000000' + '00'.repeat(8) + frame, 119), 'prism wlan llc ip udp dhcp');
  assert.equal(idsOf('80211001' + '00000010' + '00'.repeat(8) + frame, 119), 'prism wlan llc ip udp dhcp');
  assert.equal(idsOf('80211001' + '00000010' + '00'.repeat(8) + frame, 163), 'prism wlan llc ip udp dhcp');
});

test('PPP: with and without address, compressed protocol, Cisco HDLC, direction', () => {
  assert.equal(idsOf('ff030021' + dhcpPacket, 9), 'ppp ip udp dhcp');
  assert.equal(idsOf('0021' + dhcpPacket, 9), 'ppp ip udp dhcp');
  assert.equal(idsOf('21' + dhcpPacket, 9), 'ppp ip udp dhcp');
  assert.equal(idsOf('ff030057' + solicit, 50), 'ppp ipv6 udp dhcpv6');
  assert.equal(idsOf('0f000800' + dhcpPacket, 50), 'chdlc ip udp dhcp');
  assert.equal(idsOf('0f000800' + dhcpPacket, 104), 'chdlc ip udp dhcp');
  assert.equal(idsOf('00ff030021' + dhcpPacket, 204), 'ppp-direction ppp ip udp dhcp');
  assert.equal(idsOf('01030021' + dhcpPacket, 166), 'ppp-direction ppp ip udp dhcp');
  assert.equal(idsOf('ff0300310001' + eth(0x0800, dhcpPacket), 9), 'ppp bcp_bpdu eth ip udp dhcp');
});

test('Cisco HDLC: its keep-alive has RARP’s number, and is no RARP', () => {
  assert.equal(idsOf('8f008035' + '0000000200000001', 104), 'chdlc');
});

test('PPPoE: a session keeps Ethernet’s addresses; discovery has tags', () => {
  const length = (dhcpPacket.length / 2 + 2).toString(16).padStart(4, '0');
  const walk = walkOf(eth(0x8864, `11000007${length}0021${dhcpPacket}`));
  assert.equal(ids(walk), 'eth pppoes ppp ip udp dhcp');
  assert.equal(ethSource(walk), FROM);
  const padi = decode(eth(0x8863, '110900000010' + '01010000' + '01030002abcd' + '01020002' + '6163'));
  assert.equal(padi.tree[1]!.text, 'Active discovery initiation (PADI)');
  assert.deepEqual(
    padi.tree[1]!.children!.slice(4).map((tag) => `${tag.name}: ${tag.text}`),
    ['Service name: ', 'Host uniq: ab cd', 'Access concentrator name: ac'],
  );
});

test('rings and frame relay', () => {
  const ring = walkOf('1040' + BROADCAST + '82005e005301' + '0270' + SNAP + dhcpPacket, 6);
  assert.equal(ids(ring), 'tr llc ip udp dhcp');
  assert.equal(ethSource(ring), FROM);
  // FDDI keeps the bits of each octet the other way round: 02 is 40, 5e is 7a, 53 is ca, 01 is 80.
  const double = walkOf('50' + BROADCAST + '40007a00ca80' + SNAP + dhcpPacket, 10);
  assert.equal(ids(double), 'fddi llc ip udp dhcp');
  assert.equal(ethSource(double), FROM);
  assert.equal(idsOf('184103cc' + dhcpPacket, 107), 'fr ip udp dhcp');
  assert.equal(idsOf('184103008000 0000'.replace(' ', '') + '0800' + dhcpPacket, 107), 'fr ip udp dhcp');
  assert.equal(textOf(decode('184103cc' + dhcpPacket, 107), 'fr.dlci'), 'DLCI 100');
});

test('MPLS: IP by its version number, Ethernet with and without control word', () => {
  assert.equal(idsOf(eth(0x8847, '0001004000012140' + dhcpPacket)), 'eth mpls ip udp dhcp');
  assert.equal(textOf(decode(eth(0x8847, '0001004000012140' + dhcpPacket)), 'mpls'), 'labels 16, 18');
  const inner = eth(0x0800, dhcpPacket);
  const word = walkOf(eth(0x8847, '00012140' + '00000000' + inner));
  assert.equal(ids(word), 'eth mpls eth ip udp dhcp');
  assert.equal(word.headerEndOf(1), 14 + 8);
  assert.equal(idsOf(eth(0x8847, '00012140' + eth(0x0800, dhcpPacket, SERVER))), 'eth mpls eth ip udp dhcp');
});

test('Ethernet in Ethernet: provider backbone, mesh, switch tags', () => {
  const inner = eth(0x0800, dhcpPacket);
  assert.equal(idsOf(eth(0x88e7, '00000123' + inner)), 'eth ieee8021ah eth ip udp dhcp');
  assert.equal(idsOf(eth(0x4305, '010f3200' + '00000001' + CLIENT + inner)), 'eth batadv eth ip udp dhcp');
  assert.equal(idsOf(eth(0x4305, '400f3201' + CLIENT + inner)), 'eth batadv eth ip udp dhcp');
  assert.equal(idsOf(eth(0x4305, '040e3200' + '00000001' + CLIENT + inner)), 'eth batadv eth ip udp dhcp');
  assert.equal(idsOf(eth(0x8909, '0101000100020800' + dhcpPacket)), 'eth cmd ip udp dhcp');
});

test('captures’ own links: NFLOG, PKTAP, Juniper, IPNET, ENC, ARCNET', () => {
  const payload = (dhcpPacket.length / 2 + 4).toString(16).padStart(4, '0');
  const little = payload.slice(2) + payload.slice(0, 2);
  assert.equal(idsOf('02000001' + '05000a00' + '00000000' + little + '0900' + dhcpPacket, 239), 'nflog ip udp dhcp');
  assert.equal(
    idsOf('10000000' + '01000000' + '01000000' + '00000000' + eth(0x0800, dhcpPacket), 258),
    'pktap eth ip udp dhcp',
  );
  assert.equal(idsOf('4d474301' + eth(0x0800, dhcpPacket), 178), 'juniper eth ip udp dhcp');
  assert.equal(idsOf('4d474380' + '0002' + 'abcd' + eth(0x0800, dhcpPacket), 178), 'juniper eth ip udp dhcp');
  assert.equal(idsOf('0102' + '00'.repeat(22) + dhcpPacket, 226), 'ipnet ip udp dhcp');
  assert.equal(idsOf('02000000' + '00001234' + '00000000' + dhcpPacket, 109), 'enc ip udp dhcp');
  assert.equal(idsOf('0100' + '0000' + 'd4' + '000001' + dhcpPacket, 129), 'arcnet ip udp dhcp');
});

test('links of other times: ARCNET of the BSDs, ATM, SunATM, Fibre Channel, multilink PPP, and OpenBSD’s packet filter log', () => {
  assert.equal(idsOf('0102d4000001' + dhcpPacket, 7), 'arcnet ip udp dhcp');
  assert.equal(idsOf('0102f0' + dhcpPacket, 7), 'arcnet ip udp dhcp', 'RFC 1051');
  for (const linkType of [11, 100]) {
    assert.equal(idsOf(SNAP + dhcpPacket, linkType), 'llc ip udp dhcp');
    // RFC 2684 §5.2: two octets of padding in front of a bridged frame.
    assert.equal(idsOf('aaaa030080c20007' + '0000' + eth(0x0800, dhcpPacket), linkType), 'llc eth ip udp dhcp');
  }
  assert.equal(idsOf('02050064' + SNAP + dhcpPacket, 123), 'atm llc ip udp dhcp');
  assert.equal(idsOf('0000ffffffffffff000002005e005301' + SNAP + dhcpPacket, 122), 'ipfc llc ip udp dhcp');
  assert.equal(idsOf('ff03003d' + 'c0000007' + '0021' + dhcpPacket, 9), 'ppp mp ppp ip udp dhcp');
  assert.equal(idsOf('ff03003d' + '80000007' + '0021' + dhcpPacket, 9), 'ppp mp', 'a piece');
  assert.equal(idsOf('3d020000656d30' + '00'.repeat(57) + dhcpPacket, 117), 'pflog ip udp dhcp');
  assert.equal(textOf(decode('3d020000656d30' + '00'.repeat(57) + dhcpPacket, 117), 'pflog.ifname'), 'em0');
  // LLC's service access point for IP stands in front of either version.
  assert.equal(idsOf(eth(3 + solicit.length / 2, '060603' + solicit)), 'eth llc ipv6 udp dhcpv6');
});

test('a cut header is the sender’s fault, or the snapshot length’s', () => {
  const frame = eth(0x8100, '00').slice(0, 30);
  const [damaged] = decode(frame).problems;
  assert.deepEqual(damaged, {
    id: 'malformed-message',
    offset: 14,
    length: 1,
    text: 'The frame ends inside the 802.1Q Virtual LAN header, after 1 of 4 octets.',
  });
  assert.deepEqual(
    decode(frame, 1, 300).problems.map(({ id, offset }) => [id, offset]),
    [['snaplen-cut', 14]],
  );
});

test('DHCP between unknown ports is known by its cookie', () => {
  const ip = dhcpPacket.slice(0, 40);
  assert.equal(idsOf(eth(0x0800, ip + udp(1067, 2067, DISCOVER))), 'eth ip udp dhcp');
  assert.equal(idsOf(eth(0x0800, ip + udp(1067, 2067, DISCOVER.replace('63825363', '63825364')))), 'eth ip udp');
});

test('octets that begin with UDP have its ports, though nobody’s address', () => {
  const bytes = octets(udp(68, 67, DISCOVER));
  const walk = new Walk(dispatch).runFrom(udpLayer, bytes, 0, bytes.length);
  assert.deepEqual([sourcePort(walk), destinationPort(walk), ipSource(walk)], [68, 67, undefined]);
});
