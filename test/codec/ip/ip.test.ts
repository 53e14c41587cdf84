import assert from 'node:assert/strict';
import { test } from 'node:test';
import { destinationPort, ipSource, sourcePort } from '../../../src/codec/endpoints';
import { foldedSum } from '../../../src/codec/ip/checksum';
import { readIcmp } from '../../../src/codec/ip/icmp';
import { neighbourTarget, readRouterFlags } from '../../../src/codec/ip/icmpv6';
import {
  checksum,
  decode,
  DISCOVER,
  dhcpDatagram,
  dhcpPacket,
  eth,
  h16,
  h8,
  ids,
  idsOf,
  ip4,
  ip6,
  octets,
  SOLICIT,
  textOf,
  udp,
  V6_DESTINATION,
  V6_SOURCE,
  walkOf,
} from '../frames';

const problemIds = (frame: string, wireLength?: number): string[] =>
  decode(frame, 1, wireLength).problems.map((problem) => problem.id);

test('the checksum of RFC 1071’s example', () => {
  // RFC 1071 §3: 00 01 f2 03 f4 f5 f6 f7 sum to ddf2.
  assert.equal(foldedSum(octets('0001f203f4f5f6f7'), 0, 8), 0xddf2);
  assert.equal(foldedSum(octets('0001f2'), 0, 3), 0xf201);
});

test('IPv4: fields and a right checksum', () => {
  const frame = decode(eth(0x0800, dhcpPacket));
  assert.equal(textOf(frame, 'ip.hdr_len'), '20 octets');
  assert.equal(textOf(frame, 'ip.proto'), 'UDP (17)');
  assert.match(textOf(frame, 'ip.checksum')!, /^0x[0-9a-f]{4} \(correct\)$/);
  assert.deepEqual(
    frame.problems.filter(({ offset }) => offset < 42),
    [],
  );
});

test('IPv4: a wrong checksum, and one left to the network card', () => {
  const at = 2 * 14 + 2 * 10;
  const frame = eth(0x0800, dhcpPacket);
  const withSum = (sum: string): string => frame.slice(0, at) + sum + frame.slice(at + 4);
  assert.deepEqual(problemIds(withSum('dead')), ['bad-checksum']);
  assert.deepEqual(problemIds(withSum('0000')), ['checksum-offload']);
});

test('IPv4: lengths that cannot be', () => {
  const bad = (packet: string): string => decode(eth(0x0800, packet)).problems[0]!.text;
  assert.equal(bad('44' + dhcpPacket.slice(2)), 'IPv4 header length 16 is below 20.');
  assert.equal(bad('65' + dhcpPacket.slice(2)), 'IP version 6 where 4 was expected.');
  assert.equal(bad(ip4(17, '', { total: 12 })), "IPv4 total length 12 is less than the header's 20.");
  assert.equal(bad(ip4(253, '00', { total: 99 })), 'IPv4 total length 99 is more than the 21 octets there are.');
  assert.equal(bad('4f' + ip4(17, '').slice(2)), 'IPv4 header length 60 is more than the 20 octets there are.');
});

test('IPv4: total length 0 of segmenting cards means up to the end', () => {
  assert.equal(idsOf(eth(0x0800, ip4(17, dhcpDatagram, { total: 0 }))), 'eth ip udp dhcp');
});

test('Ethernet padding is not the datagram’s', () => {
  const walk = walkOf(eth(0x0800, ip4(17, udp(1, 2, '')) + '00'.repeat(18)));
  assert.equal(walk.endOf(1), 14 + 28);
});

test('IPv4 options, told in words', () => {
  const told = (options: string): string[] =>
    decode(eth(0x0800, ip4(17, dhcpDatagram, { options })))
      .tree[1]!.children!.slice(11)
      .map((field) => `${field.name}: ${field.text}`);
  assert.deepEqual(told('94040000'), ['Router alert: every router shall examine this packet']);
  assert.deepEqual(told('070708' + '0a430001' + '00'), ['Record route: 10.67.0.1 (full)', 'End of options: ']);
  assert.deepEqual(told('830b04' + '0a430001' + '0a430002' + '00'), [
    'Loose source route: [10.67.0.1], 10.67.0.2',
    'End of options: ',
  ]);
  assert.deepEqual(told('440c0501' + '0a430001' + '00000100'), ['Time stamp: 10.67.0.1: 256 ms (0 hosts had no room)']);
  assert.deepEqual(told('01010101'), Array<string>(4).fill('No operation: '));
});

test('an IPv4 option beyond the header', () => {
  const frame = decode(eth(0x0800, ip4(17, dhcpDatagram, { options: '94080000' })));
  assert.deepEqual(
    frame.problems.map(({ id, offset, length }) => [id, offset, length]),
    [['malformed-message', 34, 4]],
  );
});

test('UDP: what lies behind its length is padding', () => {
  const walk = walkOf(eth(0x0800, ip4(17, dhcpDatagram + 'aabb')));
  assert.equal(ids(walk), 'eth ip udp dhcp');
  assert.equal(walk.endOf(3), 14 + 20 + dhcpDatagram.length / 2);
  const trailer = decode(eth(0x0800, ip4(17, dhcpDatagram + 'aabb'))).tree.at(-1)!;
  assert.equal(trailer.text, 'aa bb');
});

test('UDP: lengths that lie', () => {
  const bad = (length: number): string[] =>
    decode(eth(0x0800, ip4(17, udp(1, 2, '0000', 0, length)))).problems.map(
      (problem) => `${problem.id}: ${problem.text}`,
    );
  assert.deepEqual(bad(7), ['malformed-message: UDP length 7 is below the 8 octets of the header.']);
  assert.deepEqual(bad(11), ['malformed-message: UDP length 11 is more than the 10 octets there are.']);
  assert.deepEqual(bad(10), []);
});

/** UDP's checksum over IPv4, by the pseudo-header of RFC 768. */
const PSEUDO4 = (length: number): string => `0a430064${'0a430001'}0011${h16(length)}`;

test('UDP checksums: right, wrong, none, and left to the network card', () => {
  const payload = '0102030405';
  const length = 13;
  const right = checksum(PSEUDO4(length) + udp(1, 2, payload));
  const begun = 0xffff - checksum(PSEUDO4(length));
  const state = (sum: number): string => {
    const frame = decode(eth(0x0800, ip4(17, udp(1, 2, payload, sum))));
    return `${frame.problems.map((problem) => problem.id).join()}|${textOf(frame, 'udp.checksum')!.replace(/^\S+ /, '')}`;
  };
  assert.equal(state(right), '|(correct)');
  assert.equal(state(0), '|(none)');
  assert.equal(state(begun), 'checksum-offload|(left to the network card)');
  assert.equal(state(right ^ 1), 'bad-checksum|(wrong)');
});

test('UDP checksums over IPv6', () => {
  const length = 12;
  const pseudo = `${V6_SOURCE}${V6_DESTINATION}0000${h16(length)}00000011`;
  const right = checksum(pseudo + udp(546, 547, SOLICIT));
  assert.match(textOf(decode(eth(0x86dd, ip6(17, udp(546, 547, SOLICIT, right)))), 'udp.checksum')!, /\(correct\)/);
  assert.ok(problemIds(eth(0x86dd, ip6(17, udp(546, 547, SOLICIT, right ^ 4)))).includes('bad-checksum'));
  const begun = 0xffff - checksum(pseudo);
  assert.ok(problemIds(eth(0x86dd, ip6(17, udp(546, 547, SOLICIT, begun)))).includes('checksum-offload'));
});

test('a checksum of octets that are not all here is not judged', () => {
  const whole = eth(0x0800, ip4(17, udp(1, 2, '01020304', 0x1111)));
  const cut = whole.slice(0, -4);
  assert.deepEqual(problemIds(cut, whole.length / 2), ['snaplen-cut', 'snaplen-cut']);
  const fragment = eth(0x0800, ip4(17, udp(1, 2, '01020304', 0x1111, 100), { fragment: 0x2000 }));
  assert.deepEqual(problemIds(fragment), []);
});

test('a first fragment goes on to UDP, a later one does not', () => {
  const first = walkOf(eth(0x0800, ip4(17, dhcpDatagram.slice(0, 400), { fragment: 0x2000 })));
  assert.equal(ids(first), 'eth ip udp dhcp');
  assert.equal(first.fragment, 1);
  const later = walkOf(eth(0x0800, ip4(17, dhcpDatagram.slice(0, 400), { fragment: 0x2019 })));
  assert.equal(ids(later), 'eth ip');
  assert.equal(later.fragment, 1);
  assert.equal(walkOf(eth(0x0800, ip4(17, dhcpDatagram, { fragment: 0x4000 }))).fragment, -1);
});

test('IPv6 extension headers, in a chain', () => {
  const message = udp(546, 547, SOLICIT);
  const chain = `3c00050200000100${'2b00010400000000'}${'2c000000000000 00'.replace(' ', '')}${'1100000000000007'}${message}`;
  assert.equal(
    idsOf(eth(0x86dd, ip6(0, chain))),
    'eth ipv6 ipv6.hopopts ipv6.dstopts ipv6.routing ipv6.fraghdr udp dhcpv6',
  );
  const frame = decode(eth(0x86dd, ip6(0, chain)));
  assert.equal(frame.tree[2]!.text, 'Router alert');
  assert.equal(idsOf(eth(0x86dd, ip6(51, `1104${'00'.repeat(22)}${message}`))), 'eth ipv6 ah udp dhcpv6');
});

test('an atomic fragment is whole', () => {
  assert.equal(walkOf(eth(0x86dd, ip6(44, `1100000000000007${udp(546, 547, SOLICIT)}`))).fragment, -1);
  assert.equal(walkOf(eth(0x86dd, ip6(44, `1100000100000007${udp(546, 547, SOLICIT)}`))).fragment, 2);
});

const icmp = (type: number, code: number, rest: string, body = ''): string => {
  const sum = checksum(`${h8(type)}${h8(code)}0000${rest}${body}`);
  return `${h8(type)}${h8(code)}${h16(sum)}${rest}${body}`;
};

test('ICMP: echo', () => {
  const walk = walkOf(eth(0x0800, ip4(1, icmp(8, 0, '00070003', 'abcd'))));
  assert.equal(ids(walk), 'eth ip icmp');
  assert.deepEqual(readIcmp(walk, 2), { type: 8, code: 0, rest: 0x00070003 });
  const frame = decode(eth(0x0800, ip4(1, icmp(8, 0, '00070003', 'abcd'))));
  assert.equal(frame.tree[2]!.text, 'Echo request, id 7, sequence 3');
  assert.deepEqual(frame.problems, []);
});

test('ICMP: an error quotes only the header and 8 octets, and that is no damage', () => {
  const quoted = dhcpPacket.slice(0, 56);
  const frame = eth(0x0800, ip4(1, icmp(3, 3, '00000000', quoted)));
  const walk = walkOf(frame);
  assert.equal(ids(walk), 'eth ip icmp ip udp');
  assert.equal(walk.quotedFrom, 3);
  assert.equal(walk.ip, 1, 'the frame’s own IP layer');
  assert.equal(walk.udp, -1);
  assert.equal(ipSource(walk), '10.67.0.100');
  assert.equal(sourcePort(walk), undefined);
  assert.equal(destinationPort(walk), undefined);
  const decoded = decode(frame);
  assert.equal(decoded.tree[2]!.text, 'Destination unreachable, port unreachable');
  assert.equal(decoded.protocol, 'icmp');
  assert.deepEqual(decoded.problems, []);
});

test('ICMP: what is quoted in full is walked in full, and an extension behind it is not', () => {
  assert.equal(idsOf(eth(0x0800, ip4(1, icmp(3, 13, '00000000', dhcpPacket)))), 'eth ip icmp ip udp dhcp');
  // RFC 4884: 32 words of quotation, then the extension.
  const padded = dhcpPacket.slice(0, 256);
  const walk = walkOf(eth(0x0800, ip4(1, icmp(11, 0, '00200000', padded + '2000beef'))));
  assert.equal(walk.endOf(3), 14 + 20 + 8 + 128);
});

test('ICMP: details of each kind', () => {
  const told = (text: string): string => decode(eth(0x0800, ip4(1, text))).tree[2]!.text;
  const quoted = dhcpPacket.slice(0, 56);
  assert.equal(told(icmp(3, 4, '000005dc', quoted)), 'Destination unreachable, fragmentation needed, MTU 1500');
  assert.equal(told(icmp(5, 1, '0a430009', quoted)), 'Redirect, for the host, gateway 10.67.0.9');
  assert.equal(told(icmp(3, 9, '00000000', quoted)), 'Destination unreachable, network administratively prohibited');
  assert.equal(told(icmp(11, 0, '00000000', quoted)), 'Time exceeded, time to live exceeded in transit');
});

const icmp6 = (type: number, code: number, body: string, source = V6_SOURCE, destination = V6_DESTINATION): string => {
  const pseudo = `${source}${destination}0000${h16(body.length / 2 + 4)}0000003a`;
  const sum = checksum(`${pseudo}${h8(type)}${h8(code)}0000${body}`);
  return eth(0x86dd, ip6(58, `${h8(type)}${h8(code)}${h16(sum)}${body}`, source, destination));
};

test('ICMPv6: a router advertisement’s M and O flags, and its options', () => {
  const options =
    '0101' +
    '02005e0053fe' +
    '0501' +
    '0000000005dc' +
    '0304' +
    '40c0' +
    '00278d00' +
    '00093a80' +
    '00000000' +
    '20010db8000000000000000000000000' +
    '1903' +
    '0000' +
    '00000e10' +
    '20010db8000000000000000000000053';
  const frame = icmp6(134, 0, `40c00708${'00000000'}${'00000000'}${options}`);
  const walk = walkOf(frame);
  assert.deepEqual(readRouterFlags(walk, 2), { managed: true, other: true });
  const decoded = decode(frame);
  assert.deepEqual(decoded.problems, []);
  assert.equal(textOf(decoded, 'icmpv6.nd.ra.flag'), '0xc0: addresses by DHCPv6');
  assert.equal(textOf(decoded, 'icmpv6.nd.ra.router_lifetime'), '1800 s');
  assert.deepEqual(
    decoded.tree[2]!.children!.filter(({ key }) => key === 'icmpv6.opt').map(({ name, text }) => `${name}: ${text}`),
    [
      'Source link-layer address: 02:00:5e:00:53:fe',
      'MTU: 1500 octets',
      'Prefix information: prefix 2001:db8::/64 (on-link, autonomous)',
      'Recursive DNS server: 2001:db8::53, 3600 s',
    ],
  );
  assert.deepEqual(readRouterFlags(walkOf(icmp6(134, 0, `40400708${'00'.repeat(8)}`)), 2), {
    managed: false,
    other: true,
  });
  assert.equal(readRouterFlags(walkOf(icmp6(133, 0, '00000000')), 2), undefined);
});

test('ICMPv6: neighbour discovery', () => {
  const target = 'fe800000000000000000000000000009';
  const solicitation = icmp6(135, 0, `00000000${target}`);
  assert.equal(decode(solicitation).tree[2]!.text, 'Neighbor solicitation, who has fe80::9?');
  assert.equal(neighbourTarget(walkOf(solicitation), 2), 14 + 40 + 8);
  const advertisement = decode(icmp6(136, 0, `e0000000${target}0201${'02005e0053fe'}`));
  assert.equal(
    advertisement.tree[2]!.text,
    'Neighbor advertisement, fe80::9, from a router, solicited, override, 02:00:5e:00:53:fe',
  );
});

test('ICMPv6: a neighbour option of length 0 ends the list, and is told', () => {
  const frame = decode(icmp6(133, 0, '00000000' + '0100' + '02005e0053fe'));
  assert.deepEqual(
    frame.problems.map(({ id, offset, length }) => [id, offset, length]),
    [['malformed-message', 62, 8]],
  );
});

test('ICMPv6: errors quote', () => {
  const quoted = ip6(17, udp(547, 546, SOLICIT));
  const walk = walkOf(icmp6(1, 4, `00000000${quoted}`));
  assert.equal(ids(walk), 'eth ipv6 icmpv6 ipv6 udp dhcpv6');
  assert.equal(walk.quotedFrom, 3);
  assert.equal(
    decode(icmp6(1, 1, `00000000${quoted}`)).tree[2]!.text,
    'Destination unreachable, administratively prohibited',
  );
});

test('TCP: ports and flags', () => {
  const segment = `c0000016${'00000001'}${'00000002'}5012ffff00000000`;
  const frame = eth(0x0800, ip4(6, segment));
  assert.equal(decode(frame).tree[2]!.text, '49152 → 22, SYN, ACK');
  assert.equal(sourcePort(walkOf(frame)), 49152);
  assert.equal(destinationPort(walkOf(frame)), 22);
});

test('IGMP, ESP: named', () => {
  assert.equal(decode(eth(0x0800, ip4(2, '16000000e0000005'))).tree[2]!.text, 'Version 2 membership report, 224.0.0.5');
  assert.equal(decode(eth(0x0800, ip4(50, '0000abcd00000001ffff'))).tree[2]!.text, 'SPI 0x0000abcd, encrypted');
});

test('the discover used here is one', () => {
  assert.match(decode(eth(0x0800, dhcpPacket)).summary, /^DISCOVER/);
  assert.equal(DISCOVER.length / 2, 236 + 4 + 4);
});

test('a UDP length below 8, or a total length below the header’s, carries no message: hosts drop it, and tshark reads no further', () => {
  for (const length of [0, 1, 7]) {
    const frame = eth(0x0800, ip4(17, udp(68, 67, DISCOVER, 0, length)));
    assert.equal(idsOf(frame), 'eth ip udp', `UDP length ${length}`);
    assert.deepEqual(problemIds(frame), ['malformed-message']);
  }
  // Over IPv6, 0 stands for a jumbogram's length (RFC 2675 §4).
  assert.equal(idsOf(eth(0x86dd, ip6(17, udp(546, 547, SOLICIT, 0, 0)))), 'eth ipv6 udp dhcpv6');
  assert.equal(idsOf(eth(0x0800, ip4(17, dhcpDatagram, { total: 19 }))), 'eth ip');
  assert.equal(idsOf(eth(0x0800, ip4(17, dhcpDatagram, { total: 0 }))), 'eth ip udp dhcp', 'segmented by the card');
});
