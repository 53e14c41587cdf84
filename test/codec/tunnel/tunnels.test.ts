import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ethSource, ipSource, networkIds, sourcePort, vlanIds } from '../../../src/codec/endpoints';
import { dhcpPacket, eth, h16, ids, idsOf, ip4, ip6, SERVER, SOLICIT, textOf, decode, udp, walkOf } from '../frames';

const inner = eth(0x0800, dhcpPacket);
const inUdp = (port: number, payload: string): string =>
  eth(0x0800, ip4(17, udp(50000, port, payload)), SERVER, SERVER);
const inIp = (protocol: number, payload: string): string => eth(0x0800, ip4(protocol, payload));
const solicit = ip6(17, udp(546, 547, SOLICIT));

test('VXLAN: on both ports; the endpoints are the inner frame’s', () => {
  for (const port of [4789, 8472]) {
    const walk = walkOf(inUdp(port, '0800000000123400' + inner));
    assert.equal(ids(walk), 'eth ip udp vxlan eth ip udp dhcp');
    assert.equal(ethSource(walk), '02:00:5e:00:53:01');
    assert.equal(ipSource(walk), '0.0.0.0');
    assert.equal(sourcePort(walk), 68);
  }
  assert.equal(textOf(decode(inUdp(4789, '0800000000123400' + inner)), 'vxlan.vni'), '4660');
});

test('ARP in a tunnel has no IP address of its own', () => {
  const arp = eth(0x0806, '0001080006040001' + '02005e005301' + '0a430064' + '000000000000' + '0a430001');
  const walk = walkOf(inUdp(4789, '0800000000123400' + arp));
  assert.equal(ids(walk), 'eth ip udp vxlan eth arp');
  assert.equal(ipSource(walk), undefined);
  assert.equal(sourcePort(walk), undefined);
});

test('VLANs outside a tunnel are not the inner frame’s', () => {
  const outer = eth(
    0x8100,
    '00640800' + ip4(17, udp(50000, 4789, '0800000000123400' + eth(0x8100, '000a0800' + dhcpPacket))),
  );
  assert.deepEqual(vlanIds(walkOf(outer)), [10]);
});

test('VXLAN-GPE, Geneve, NSH', () => {
  assert.equal(idsOf(inUdp(4790, '0c00000300123400' + inner)), 'eth ip udp vxlan-gpe eth ip udp dhcp');
  assert.equal(idsOf(inUdp(4790, '0c00000100123400' + dhcpPacket)), 'eth ip udp vxlan-gpe ip udp dhcp');
  assert.equal(
    idsOf(inUdp(6081, '0100655800123400' + '0102030400000000'.slice(0, 8) + inner)),
    'eth ip udp geneve eth ip udp dhcp',
  );
  assert.equal(idsOf(inUdp(6081, '0000080000123400' + dhcpPacket)), 'eth ip udp geneve ip udp dhcp');
  assert.equal(idsOf(eth(0x894f, '0fc20203000001ff' + inner)), 'eth nsh eth ip udp dhcp');
  assert.equal(
    idsOf(inUdp(4790, '0c00000400123400' + '0fc20201000001ff' + dhcpPacket)),
    'eth ip udp vxlan-gpe nsh ip udp dhcp',
  );
});

test('GRE: bare, with checksum, key and sequence number', () => {
  assert.equal(idsOf(inIp(47, '00000800' + dhcpPacket)), 'eth ip gre ip udp dhcp');
  assert.equal(
    idsOf(inIp(47, 'b0000800' + '12340000' + '0000abcd' + '00000001' + dhcpPacket)),
    'eth ip gre ip udp dhcp',
  );
  assert.equal(idsOf(inIp(47, '00006558' + inner)), 'eth ip gre eth ip udp dhcp');
  assert.equal(idsOf(inIp(47, '000086dd' + solicit)), 'eth ip gre ipv6 udp dhcpv6');
  assert.equal(textOf(decode(inIp(47, '20000800' + '0000abcd' + dhcpPacket)), 'gre.key'), '0x0000abcd');
});

test('GRE: PPTP’s version carries PPP', () => {
  assert.equal(idsOf(inIp(47, '3001880b' + '00000007' + '00000001' + '21' + dhcpPacket)), 'eth ip gre ppp ip udp dhcp');
  assert.equal(
    idsOf(inIp(47, '3081880b' + '00000007' + '00000001' + '00000002' + 'ff030021' + dhcpPacket)),
    'eth ip gre ppp ip udp dhcp',
  );
});

test('ERSPAN types I, II and III', () => {
  assert.equal(idsOf(inIp(47, '000088be' + inner)), 'eth ip gre eth ip udp dhcp');
  assert.equal(
    idsOf(inIp(47, '100088be' + '00000001' + '1000000100000000' + inner)),
    'eth ip gre erspan eth ip udp dhcp',
  );
  assert.equal(
    idsOf(inIp(47, '100022eb' + '00000001' + '20000001' + '00000000' + '00000000' + inner)),
    'eth ip gre erspan eth ip udp dhcp',
  );
  assert.equal(
    idsOf(inIp(47, '100022eb' + '00000001' + '20000001' + '00000000' + '00000001' + '00'.repeat(8) + inner)),
    'eth ip gre erspan eth ip udp dhcp',
  );
});

test('IP in IP, both ways', () => {
  assert.equal(idsOf(inIp(4, dhcpPacket)), 'eth ip ip udp dhcp');
  assert.equal(idsOf(inIp(41, solicit)), 'eth ip ipv6 udp dhcpv6');
  assert.equal(idsOf(eth(0x86dd, ip6(4, dhcpPacket))), 'eth ipv6 ip udp dhcp');
});

test('GTP-U: bare, with sequence number, with an extension header', () => {
  const length = h16(dhcpPacket.length / 2);
  assert.equal(idsOf(inUdp(2152, `30ff${length}00000001` + dhcpPacket)), 'eth ip udp gtp ip udp dhcp');
  assert.equal(idsOf(inUdp(2152, `32ff${length}00000001` + '00070000' + dhcpPacket)), 'eth ip udp gtp ip udp dhcp');
  assert.equal(
    idsOf(inUdp(2152, `34ff${length}00000001` + '00000085' + '01000100' + dhcpPacket)),
    'eth ip udp gtp ip udp dhcp',
  );
  assert.equal(idsOf(inUdp(2152, `3201000400000000` + '00070000')), 'eth ip udp gtp');
});

test('L2TP: version 2 carries PPP, version 3 Ethernet', () => {
  assert.equal(idsOf(inUdp(1701, '000200010002' + 'ff030021' + dhcpPacket)), 'eth ip udp l2tp ppp ip udp dhcp');
  assert.equal(
    idsOf(inUdp(1701, '4a02' + '0010' + '00010002' + '00010001' + '0002' + 'ffff' + 'ff030021' + dhcpPacket)),
    'eth ip udp l2tp ppp ip udp dhcp',
  );
  assert.equal(idsOf(inUdp(1701, 'c802' + '000c' + '00010002' + '00000000')), 'eth ip udp l2tp');
  assert.equal(idsOf(inIp(115, '00000001' + inner)), 'eth ip l2tp eth ip udp dhcp');
  assert.equal(idsOf(inIp(115, '00000001' + 'a1b2c3d4' + inner)), 'eth ip l2tp eth ip udp dhcp');
  assert.equal(idsOf(inUdp(1701, '00030000' + '00000001' + inner)), 'eth ip udp l2tp eth ip udp dhcp');
});

test('CAPWAP: 802.3, 802.11 with and without swapped frame control, encrypted', () => {
  const wifi = '0000' + '02005e0053aa' + '02005e005301' + 'ffffffffffff' + '1000' + 'aaaa030000000800' + dhcpPacket;
  assert.equal(idsOf(inUdp(5247, '0010020000000000' + inner)), 'eth ip udp capwap.data eth ip udp dhcp');
  assert.equal(idsOf(inUdp(5247, '0010030000000000' + '0801' + wifi)), 'eth ip udp capwap.data wlan llc ip udp dhcp');
  assert.equal(idsOf(inUdp(5247, '0010030000000000' + '0108' + wifi)), 'eth ip udp capwap.data wlan llc ip udp dhcp');
  assert.equal(ethSource(walkOf(inUdp(5247, '0010030000000000' + '0108' + wifi))), '02:00:5e:00:53:01');
  assert.equal(idsOf(inUdp(5247, '01000000' + inner)), 'eth ip udp capwap.data');
});

/** 802.11 behind CAPWAP's header, of a data frame or another. */
const capwapWifi = (frame: string): string => inUdp(5247, '0010030000000000' + frame);
const SNAP = 'aaaa030000000800';
const wifiData = (control: string, sequence: string, body = SNAP + dhcpPacket): string =>
  `${control}2c00${'02005e0053aa'}${'02005e005301'}${'ffffffffffff'}${sequence}${body}`;

test('CAPWAP with swapped octets: sequence control is read as frame control is, unless the body says otherwise', () => {
  const whole = 'eth ip udp capwap.data wlan llc ip udp dhcp';
  const sequenceOf = (frame: string): string | undefined => textOf(decode(frame), 'wlan.seq');
  for (const [control, sequence, text] of [
    // Octets 01 10: 0x0110 is sequence 17, fragment 0; the other way round, 0x1001, sequence 256, fragment 1.
    ['0108', '0110', 'sequence 17, fragment 0'],
    ['0108', '1001', 'sequence 17, fragment 0'],
    ['0801', '1001', 'sequence 17, fragment 0'],
    ['0801', '0110', 'sequence 17, fragment 0'],
    ['0208', '0120', 'sequence 18, fragment 0'],
    ['0908', '0130', 'sequence 19, fragment 0'],
    // Neither to nor from the distribution system: read as it comes it would be a management frame.
    ['0008', '0140', 'sequence 20, fragment 0'],
  ] as const) {
    const frame = capwapWifi(wifiData(control, sequence));
    assert.equal(idsOf(frame), whole, `${control} ${sequence}`);
    assert.equal(sequenceOf(frame), text, `${control} ${sequence}`);
  }
  const later = capwapWifi(wifiData('0108', '0111', '00'.repeat(40)));
  assert.equal(idsOf(later), 'eth ip udp capwap.data wlan');
  assert.equal(sequenceOf(later), 'sequence 17, fragment 1');
  // Elsewhere nobody swaps: there a fragment is a fragment.
  assert.equal(idsOf(wifiData('0801', '0110'), 105), 'wlan');
});

test('CAPWAP with swapped octets: management frames are read the way in which they are usual ones', () => {
  const kindOf = (control: string): string | undefined =>
    textOf(decode(capwapWifi(control + '00'.repeat(30))), 'wlan.fc')?.replace(/^.*\(|\).*$/g, '');
  for (const [subtype, octet] of ['00', '10', '20', '40', '50', '80', 'a0', 'b0', 'c0', 'd0'].entries()) {
    const kind = `Management frame, subtype ${parseInt(octet, 16) >> 4}`;
    assert.equal(kindOf(`${octet}00`), kind, `${subtype}: as it should be`);
    // A swapped association response reads as an association request of a client that saves power.
    if (octet !== '10') assert.equal(kindOf(`00${octet}`), kind, `${subtype}: swapped`);
  }
  assert.equal(kindOf('d040'), 'Management frame, subtype 13');
});

test('the network of a link: overlay or BSSID and VLANs inside, not what carries the tunnel', () => {
  const networks = (frame: string, linkType = 1): (string | number)[] => networkIds(walkOf(frame, linkType));
  const tagged = eth(0x8100, '000a0800' + dhcpPacket);
  assert.deepEqual(networks(inner), []);
  assert.deepEqual(networks(tagged), [10]);
  assert.deepEqual(networks(eth(0x8100, '00640800' + ip4(17, udp(50000, 4789, '0800000000123400' + tagged)))), [
    'VNI 4660',
    10,
  ]);
  assert.deepEqual(networks(inUdp(4789, '0000000000123400' + inner)), [], 'its number is not valid');
  assert.deepEqual(networks(inUdp(4790, '0c00000300123400' + inner)), ['VNI 4660']);
  assert.deepEqual(networks(inUdp(6081, '0100655800123400' + '01020304' + inner)), ['VNI 4660']);
  // Of an overlay without Ethernet the tag of the carrier does not count either.
  assert.deepEqual(networks(eth(0x8100, '00640800' + ip4(17, udp(50000, 6081, '0000080000123400' + dhcpPacket)))), [
    'VNI 4660',
  ]);
  assert.deepEqual(
    networks(inUdp(4789, '0800000000123400' + inUdp(6081, '0000655800567800' + inner))),
    ['VNI 22136'],
    'the innermost',
  );
  // NVGRE: subnet 0x001234 and any flow; a plain key below is one number.
  assert.deepEqual(networks(inIp(47, '20006558' + '00123401' + inner)), ['VSID 4660']);
  assert.deepEqual(networks(inIp(47, '20006558' + '001234ff' + inner)), ['VSID 4660']);
  assert.deepEqual(networks(inIp(47, '20006558' + '0000000a' + inner)), ['GRE key 10']);
  assert.deepEqual(networks(inIp(47, 'b0000800' + '12340000' + '0000abcd' + '00000001' + dhcpPacket)), [
    'GRE key 43981',
  ]);
  assert.deepEqual(networks(inIp(47, '00006558' + inner)), []);
  // ERSPAN: the VLAN of the mirrored frame, which may have kept its tag.
  assert.deepEqual(networks(inIp(47, '100088be' + '00000001' + '100a0001' + '00000000' + inner)), ['10']);
  assert.deepEqual(networks(inIp(47, '100088be' + '00000001' + '100a0001' + '00000000' + tagged)), [10]);
  assert.deepEqual(networks(inIp(47, '100088be' + '00000001' + '10000001' + '00000000' + inner)), []);
  assert.deepEqual(networks(inIp(47, '100022eb' + '00000001' + '200a0001' + '00'.repeat(8) + inner)), ['10']);
  assert.deepEqual(networks(eth(0x88e7, '00001234' + inner)), ['I-SID 4660']);
  const [bssid, client, other] = ['02005e0053aa', '02005e005301', 'ffffffffffff'] as const;
  const wifi = (control: string, ...addresses: string[]): string =>
    `${control}0000${addresses.slice(0, 3).join('')}1000${addresses.slice(3).join('')}${SNAP}${dhcpPacket}`;
  for (const frame of [
    wifi('0801', bssid, client, other),
    wifi('0802', other, bssid, client),
    wifi('0800', other, client, bssid),
  ])
    assert.deepEqual(networks(frame, 105), ['BSSID 02:00:5e:00:53:aa'], frame.slice(0, 4));
  assert.deepEqual(networks(wifi('0803', bssid, bssid, other, client), 105), []);
  assert.deepEqual(networks(capwapWifi(wifi('0108', bssid, client, other))), ['BSSID 02:00:5e:00:53:aa']);
  assert.deepEqual(networks(wifi('0801', bssid, client, other).slice(0, 20), 105), [], 'cut');
});

test('Teredo, bare and with its indicators; MPLS in UDP', () => {
  assert.equal(idsOf(inUdp(3544, solicit)), 'eth ip udp teredo ipv6 udp dhcpv6');
  const authentication = '00010000' + '00'.repeat(8) + '00';
  const origin = '0000' + '8eaf' + 'f5bcfef0';
  assert.equal(idsOf(inUdp(3544, authentication + origin + solicit)), 'eth ip udp teredo ipv6 udp dhcpv6');
  assert.equal(idsOf(inUdp(6635, '00012140' + dhcpPacket)), 'eth ip udp mpls ip udp dhcp');
});

test('EtherIP, TRILL, LISP, GRE in UDP, TZSP, and Ethernet in GTP-U: as tshark dissects them', () => {
  assert.equal(idsOf(inIp(97, '3000' + inner)), 'eth ip etherip eth ip udp dhcp');
  assert.equal(idsOf(eth(0x22f3, '000000020001' + inner)), 'eth trill eth ip udp dhcp');
  assert.equal(idsOf(eth(0x22f3, '004000020001' + '00000000' + inner)), 'eth trill eth ip udp dhcp', 'with options');
  assert.equal(idsOf(inUdp(4341, '0000000000000001' + dhcpPacket)), 'eth ip udp lisp-data ip udp dhcp');
  assert.equal(idsOf(inUdp(4754, '00000800' + dhcpPacket)), 'eth ip udp gre ip udp dhcp');
  // TZSP: padding, the signal's strength (tag 10), the end; keep-alives (type 4) carry nothing.
  assert.equal(idsOf(inUdp(37008, '01000001' + '00' + '0a01d8' + '01' + inner)), 'eth ip udp tzsp eth ip udp dhcp');
  assert.equal(idsOf(inUdp(37008, '01040001' + '01' + inner)), 'eth ip udp tzsp');
  assert.equal(idsOf(inUdp(2152, '30ff000000000001' + inner)), 'eth ip udp gtp eth ip udp dhcp');
  assert.equal(idsOf(inUdp(2152, '30ff000000000001' + 'ffff'.repeat(20))), 'eth ip udp gtp');
});
