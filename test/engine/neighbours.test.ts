import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { neighboursOf } from '../../src/engine/scan/neighbours';
import { pcap } from '../capture/build';
import {
  BROADCAST,
  CLIENT,
  DISCOVER,
  SERVER,
  checksum,
  dhcpPacket,
  eth,
  h16,
  ip4,
  ip6,
  octets,
  udp,
} from '../codec/frames';

/* Who else is heard in a capture, beside those who speak DHCP. */

const ROUTER = '00005e000114';
const arp = (sender: string, address: string): string =>
  eth(0x0806, `0001080006040001${sender}${address}${'00'.repeat(6)}0a000009`, BROADCAST, sender);
const echo = ip4(1, '0800f7ff00000000', { source: '0a000007', destination: '0a000009' });
const advertisement = ip6(58, `8600${h16(0)}40000000${'00'.repeat(8)}`);

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield await Promise.resolve(bytes);
}

async function read(frames: readonly string[]): Promise<Capture> {
  const bytes = pcap(frames.map((text) => ({ bytes: octets(text) })));
  const capture = new Capture('neighbours', DEFAULT_SETTINGS);
  await capture.read({ name: 'neighbours', size: bytes.length, chunks: () => streamOf(bytes) });
  return capture;
}

async function heard(frames: readonly string[]): Promise<string[]> {
  return neighboursOf((await read(frames)).scan).map(
    ({ mac, address, router, frame }) => `${mac} ${address ?? '?'} ${frame}${router ? ' router' : ''}`,
  );
}

test('hosts by ARP and ping, routers by their advertisements or their virtual link-layer address', async () => {
  assert.deepEqual(
    await heard([
      eth(0x0800, dhcpPacket),
      arp(SERVER, '0a000001'),
      eth(0x0800, echo, BROADCAST, '02005e005307'),
      eth(0x86dd, advertisement, BROADCAST, '02005e0053aa'),
      arp(ROUTER, '0a0000fe'),
      arp(SERVER, '0a000001'),
    ]),
    [
      '02:00:5e:00:53:fe 10.0.0.1 2',
      '02:00:5e:00:53:07 10.0.0.7 3',
      '02:00:5e:00:53:aa fe80::1 4 router',
      '00:00:5e:00:01:14 10.0.0.254 5 router',
    ],
  );
});

test('a capture without DHCP tells what it holds, and what a router says of DHCPv6 (RFC 4861 §4.2)', async () => {
  /** A router advertisement with these flags, as octet 5 of ICMPv6. */
  const told = async (flags: string): Promise<string> => {
    const capture = await read([
      eth(0x86dd, ip6(58, `8600${h16(0)}40${flags}0000${'00'.repeat(8)}`), BROADCAST, '02005e0053aa'),
      arp(SERVER, '0a000001'),
    ]);
    assert.equal(capture.ofInterest, 1);
    return capture.result.verdict;
  };
  const held =
    'None of 2 frames is DHCP, BOOTP, DHCPv6 or RARP. The capture holds ICMPv6 (1) and ARP, ICMP or TFTP (1). ' +
    'ARP, pings and router advertisements show 2 hosts: fe80::1 and 10.0.0.1. By the router advertisement in frame 1, ';
  assert.equal(await told('00'), `${held}hosts need no DHCPv6 here (flags M and O are not set).`);
  assert.equal(await told('80'), `${held}hosts get their addresses by DHCPv6 (flag M is set).`);
  assert.match(await told('40'), /no addresses by DHCPv6, but other settings, .* \(flag M is not set, flag O is\)\.$/);
});

test('whoever has no address of his own is no host that could be a server: ARP probes, link-local addresses', async () => {
  assert.deepEqual(await heard([arp(CLIENT, '00000000'), arp(SERVER, 'a9fe0708')]), []);
});

test('ICMP about a transfer by TFTP is of interest, whichever way the datagram went; about other ports it is not', async () => {
  const [client, server, router] = ['0a430064', '0a430001', '0a4300fe'];
  const renews = ip4(17, udp(68, 67, `${DISCOVER.slice(0, 24)}${client}${DISCOVER.slice(32)}`), { source: client });
  const from = (source: string, destination: string, datagram: string): string =>
    ip4(17, datagram, { source, destination });
  const icmp = (quoted: string): string => {
    const rest = `00000000${quoted}`;
    return eth(
      0x0800,
      ip4(1, `030d${h16(checksum(`030d0000${rest}`))}${rest}`, { source: router, destination: client }),
    );
  };
  const asks = from(client, server, udp(2000, 69, '0001612e62006f6374657400'));
  const ofInterest = async (quoted: string): Promise<number> =>
    (await read([eth(0x0800, renews), eth(0x0800, asks), icmp(quoted)])).ofInterest;
  const seen = await ofInterest(from(client, server, udp(2001, 53, '00')));
  for (const quoted of [
    asks,
    from(client, server, udp(2000, 3000, '00040000')),
    from(server, client, udp(3000, 2000, '0003000100')),
  ])
    assert.equal(await ofInterest(quoted), seen + 1);
});
