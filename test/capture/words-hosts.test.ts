/** What tcpdump tells of DHCPv6, ARP and ICMP. The texts are in the form of tcpdump 4.99.3; its DHCPv6 ones are of public captures. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { parseHexText } from '../../src/capture/text';
import { hex } from '../../src/codec/bytes';
import { textJson } from '../../src/cli/hex';
import { frameJson } from '../../src/cli/json';
import { Capture } from '../../src/engine/capture';

type Json = Record<string, unknown>;

function told(words: string): Json[] {
  const capture = new Capture('words', DEFAULT_SETTINGS);
  return capture.readText(words).map((packet, i) => textJson(frameJson(capture, i), packet) as Json);
}
const notesOf = (lines: readonly Json[]): string =>
  lines
    .flatMap(({ notes = [] }) => (notes as { line: number; text: string }[]).map((one) => `${one.line}: ${one.text}`))
    .join('\n');

const SOLICIT =
  '1353944094.978692 00:01:02:03:04:05 > 33:33:00:01:00:02, ethertype IPv6 (0x86dd), length 110: (class 0xc0, hlim 64, next-header UDP (17) payload length: 56) fe80::201:2ff:fe03:405.546 > ff02::1:2.547: [udp sum ok] dhcp6 solicit (xid=90b45c (client-ID hwaddr type 1 000102030405) (option-request DNS-server DNS-search-list) (elapsed-time 0) (IA_NA IAID:33752069 T1:3600 T2:5400))\n';

describe('tcpdump’s words of DHCPv6', () => {
  it('are made the octets that the capture has', () => {
    const found = parseHexText(SOLICIT);
    assert.ok(!('error' in found));
    // The message as tshark prints it of dhcpv6-ia-na.pcap (tcpdump’s tests), behind 62 octets of headers.
    assert.equal(
      hex(found.packets[0]!.bytes).slice(2 * 62),
      '0190b45c0001000a0003000100010203040500060004001700180008000200000003000c0203040500000e1000001518',
    );
    // So the checksum is the capture's, too: 0x1123.
    assert.equal(hex(found.packets[0]!.bytes).slice(2 * 60, 2 * 62), '1123');
  });

  it('are read over several lines, as a terminal wraps them', () => {
    const [whole] = told(SOLICIT);
    const [cut] = told(SOLICIT.replace(' (elapsed-time', '\n(elapsed-time').replace(' T1:', '\n T1:'));
    assert.deepEqual(cut!['dhcpv6'], whole!['dhcpv6']);
  });

  it('tell a relay message with the one in it, but no hop count', () => {
    const relayed =
      '1481200019.227100 IP6 (class 0xe0, hlim 255, next-header UDP (17) payload length: 252) 2001:db8::29.547 > 2001:db8::2.547: [udp sum ok] dhcp6 relay-fwd (linkaddr=2001:db8:3::1 peeraddr=fe80::c8 (relay-message (dhcp6 solicit (xid=78244b (client-ID hwaddr/time type 1 time 509769483 b827ebb853c8) (vendor-class) (rapid-commit))) (interface-ID 00000008...))\n';
    const [line] = told(relayed);
    const { options, ...head } = line!['dhcpv6'] as Json & { options: Json[] };
    assert.deepEqual(head, { type: 'RELAY-FORW', link: '2001:db8:3::1', peer: 'fe80::c8' });
    assert.deepEqual(
      options.map(({ code, hex: octets }) => [code, octets]),
      [
        [9, '0178244b0001000e000100011e62770bb827ebb853c8000e0000'],
        [18, '00000008'],
      ],
    );
    assert.match(notesOf([line!]), /1: The text does not give the value of option 16 octet by octet: left out\./);
    assert.match(notesOf([line!]), /1: tcpdump does not print the hop count/);
  });

  it('without -v tell no message', () => {
    assert.throws(
      () => told('12:00:00.000001 IP6 fe80::1.546 > ff02::1:2.547: dhcp6 solicit\n'),
      /looks like the text of tcpdump/,
    );
  });
});

const DISCOVER = `12:00:00.000001 02:00:00:00:00:c1 > ff:ff:ff:ff:ff:ff, ethertype IPv4 (0x0800), length 342: (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 328)
    0.0.0.0.68 > 255.255.255.255.67: BOOTP/DHCP, Request from 02:00:00:00:00:c1, length 300, xid 0x12345678, Flags [none]
	  Client-Ethernet-Address 02:00:00:00:00:c1
	  Vendor-rfc1048 Extensions
	    Magic Cookie 0x63825363
	    DHCP-Message (53), length 1: Discover
	    Requested-IP (50), length 4: 10.0.0.50
`;
const frame = (type: string, length: number): string =>
  `02:00:00:00:00:c1 > ff:ff:ff:ff:ff:ff, ethertype ${type}, length ${length}: `;

describe('tcpdump’s words of other hosts', () => {
  it('tell an ARP probe and who answers it', () => {
    const words = `${DISCOVER}12:00:02.000001 ${frame('ARP (0x0806)', 42)}Ethernet (len 6), IPv4 (len 4), Request who-has 10.0.0.50 tell 0.0.0.0, length 28
12:00:02.100001 02:00:00:00:00:aa > 02:00:00:00:00:c1, ethertype ARP (0x0806), length 60: Ethernet (len 6), IPv4 (len 4), Reply 10.0.0.50 is-at 02:00:00:00:00:aa, length 46\n`;
    const found = parseHexText(words);
    assert.ok(!('error' in found));
    // RFC 826: hardware, protocol, their lengths, operation, sender, target.
    assert.deepEqual(
      found.packets.slice(1).map(({ bytes }) => hex(bytes)),
      [
        'ffffffffffff0200000000c1080600010800060400010200000000c100000000000000000000' + '0a000032',
        '0200000000c10200000000aa080600010800060400020200000000aa0a0000320200000000c100000000',
      ],
    );
    assert.deepEqual(
      told(words).map(({ protocol }) => protocol),
      ['dhcp', 'arp', 'arp'],
    );
  });

  it('without -e do not tell who asks', () => {
    const lines = told(
      `${DISCOVER}12:00:02.000001 ARP, Request who-has 10.0.0.50 tell 0.0.0.0, length 28\n12:00:02.1000001 ARP, Reply 10.0.0.50 is-at 02:00:00:00:00:aa (oui Unknown), length 46\n`,
    );
    assert.deepEqual(
      lines.map(({ protocol, ethSrc }) => [protocol, ethSrc]),
      [
        ['dhcp', '02:00:00:00:00:c1'],
        ['arp', undefined],
      ],
    );
    assert.match(
      notesOf(lines),
      /8: The message from here on was passed over: the link-layer address of its sender is not told/,
    );
  });

  it('tell an ICMP error with the datagram that it quotes', () => {
    const words = `12:00:00.000001 IP (tos 0xc0, ttl 64, id 4711, offset 0, flags [none], proto ICMP (1), length 356)
    10.0.0.1 > 10.0.0.2: ICMP 10.0.0.1 udp port 67 unreachable, length 336
	(tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 328)
    10.0.0.2.67 > 10.0.0.1.67: BOOTP/DHCP, Request from 02:00:00:00:00:c1, length 300, hops 1, xid 0x12345678, Flags [none]
	  Gateway-IP 10.0.0.2
	  Client-Ethernet-Address 02:00:00:00:00:c1
	  Vendor-rfc1048 Extensions
	    Magic Cookie 0x63825363
	    DHCP-Message (53), length 1: Discover\n${DISCOVER}`;
    const [error, message] = told(words);
    assert.deepEqual([error!['protocol'], error!['src'], error!['dst']], ['icmp', '10.0.0.1', '10.0.0.2']);
    const { dhcp } = error!['quoted'] as { dhcp: Json };
    assert.deepEqual([dhcp['messageType'], dhcp['giaddr'], dhcp['xid']], ['DISCOVER', '10.0.0.2', '0x12345678']);
    assert.equal(message!['protocol'], 'dhcp');
    const found = parseHexText(words);
    assert.ok(!('error' in found));
    // RFC 792: type 3, code 3; the octets behind the IP header.
    assert.equal(hex(found.packets[0]!.bytes).slice(40, 44), '0303');
  });

  it('every line that is passed over is named', () => {
    const words = `$ tcpdump -vvn\n${DISCOVER}12:00:05.000001 IP 10.0.0.9.5353 > 224.0.0.251.5353: UDP, length 12\nbye\n`;
    assert.deepEqual(
      notesOf(told(words))
        .split('\n')
        .filter((note) => note.endsWith('passed over.')),
      [
        '1: “$ tcpdump -vvn” was passed over.',
        '9: “12:00:05.000001 IP 10.0.0.9.5353 > 224.…” was passed over.',
        '10: “bye” was passed over.',
      ],
    );
  });
});
