import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { pcap } from '../capture/build';
import { eth, h16, ip4, octets, udp } from '../codec/frames';
import { frameOctets } from '../support/samples';

/*
 * Two networks that one point sees side by side, in overlays, mirrored from VLANs, or in the air: each has its own server, and both give out
 * the same address. That is in order, unless it is one network.
 */

const SAMPLE = 'dhcp-healthy.pcap';
const CLIENT = '02670000000c';
const SERVER = '026700000001';
/** 10.67.0.100, 10.67.0.1 */
const ADDRESS = '0a430064';
const GATEWAY = '0a430001';

/** Who is there in each of the networks: the last octet of each hardware address is another. */
const inNetwork = (hex: string, network: number): string =>
  hex.replaceAll(CLIENT, `${CLIENT.slice(0, 10)}${network}c`).replaceAll(SERVER, `${SERVER.slice(0, 10)}${network}1`);

/** DISCOVER to ACK, then both say by ARP who they are. */
function exchange(network: number): string[] {
  const messages = [1, 2, 3, 4].map((frame) => {
    const bytes = Buffer.from(frameOctets(SAMPLE, frame));
    const message = 14 + 20 + 8;
    bytes.writeUInt16BE(0, message - 2); // no UDP checksum
    bytes.writeUInt32BE(0x1000 + network, message + 4); // xid
    return bytes.toString('hex');
  });
  const arp = (mac: string, address: string): string =>
    eth(0x0806, `0001080006040001${mac}${address}000000000000${address}`, undefined, mac);
  return [...messages, arp(CLIENT, ADDRESS), arp(SERVER, GATEWAY)].map((hex) => inNetwork(hex, network));
}

const outer = (packet: string): string => eth(0x0800, packet, '02670000aa02', '02670000aa01');
const inUdp = (port: number, header: string, frame: string): string => outer(ip4(17, udp(50000, port, header + frame)));
const h24 = (value: number): string => value.toString(16).padStart(6, '0');
const frameParts = (frame: string): readonly [string, string, string] => [
  frame.slice(0, 12),
  frame.slice(12, 24),
  frame.slice(24),
];

/** 802.11 data frames, as an access point of this BSSID sends and hears them. */
function wifi(frame: string, bssid: string): string {
  const [destination, source, rest] = frameParts(frame);
  const toClient = source.startsWith(SERVER.slice(0, 10)) && source.endsWith('1');
  const header = toClient ? `08020000${destination}${bssid}${source}` : `08010000${bssid}${source}${destination}`;
  return `${header}1000aaaa03000000${rest}`;
}

/** Where a frame of the first or second network stands. */
type Wrap = (frame: string, network: number) => string;
const WRAPS: Readonly<Record<string, Wrap>> = {
  VLAN: (frame, n) => frame.slice(0, 24) + '8100' + h16(n) + frame.slice(24),
  VXLAN: (frame, n) => inUdp(4789, `08000000${h24(7000 + n)}00`, frame),
  'VXLAN-GPE': (frame, n) => inUdp(4790, `0c000003${h24(7000 + n)}00`, frame),
  Geneve: (frame, n) => inUdp(6081, `00006558${h24(7000 + n)}00`, frame),
  'Geneve with options': (frame, n) => inUdp(6081, `01006558${h24(7000 + n)}0001020304`, frame),
  NVGRE: (frame, n) => outer(ip4(47, `20006558${h24(7000 + n)}ab${frame}`)),
  'GRE with a key': (frame, n) => outer(ip4(47, `20006558${h24(0)}0${n}${frame}`)),
  'ERSPAN type II': (frame, n) => outer(ip4(47, `100088be00000001100${n}000100000000${frame}`)),
  'ERSPAN type III': (frame, n) => outer(ip4(47, `100022eb00000001200${n}0001${'00'.repeat(8)}${frame}`)),
  'provider backbone': (frame, n) => eth(0x88e7, `00${h24(7000 + n)}${frame}`),
  'CAPWAP, 802.11': (frame, n) => inUdp(5247, '0010030000000000', wifi(frame, `02670000bb0${n}`)),
  'CAPWAP, 802.11 swapped': (frame, n) =>
    inUdp(5247, '0010030000000000', wifi(frame, `02670000bb0${n}`).replace(/^(..)(..)/, '$2$1')),
};

async function found(wrap: Wrap, network = 1): Promise<string[]> {
  const frames = [1, 2]
    .flatMap((n) => exchange(n).map((frame) => wrap(frame, n)))
    .map((hex, i) => ({ bytes: octets(hex), seconds: 1_700_000_000 + Math.floor(i / 6) * 10 + (i % 6) }));
  const bytes = pcap(frames, { network });
  const capture = new Capture('two-networks.pcap', DEFAULT_SETTINGS);
  const chunks = async function* (): AsyncIterable<Uint8Array> {
    yield await Promise.resolve(bytes);
  };
  await capture.read({ name: 'two-networks.pcap', chunks });
  assert.deepEqual(
    capture.result.conversations.map(({ outcome, address }) => [outcome, address]),
    [
      ['bound', '10.67.0.100'],
      ['bound', '10.67.0.100'],
    ],
  );
  return capture.findings.filter(({ severity }) => severity !== 'info').map(({ id }) => id);
}

for (const [name, wrap] of Object.entries(WRAPS))
  test(`two networks that have nothing to do with each other: ${name}`, async () => {
    assert.deepEqual(await found(wrap), []);
    // One network with two servers and one address given twice: what is wrong there is found through the same headers.
    assert.ok((await found((frame) => wrap(frame, 1))).includes('duplicate-address'), name);
  });

test('two networks that have nothing to do with each other: access points in the air', async () => {
  const air: Wrap = (frame, n) => wifi(frame, `02670000bb0${n}`);
  assert.deepEqual(await found(air, 105), []);
  assert.ok((await found((frame) => air(frame, 1), 105)).includes('duplicate-address'));
});
