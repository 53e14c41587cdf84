import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { pcap } from '../capture/build';
import { BROADCAST, eth, h16, ip6, octets, udp } from '../codec/frames';

/* Neighbour discovery is of interest where it is about an address that a DHCPv6 client was given or declined, and nowhere else. */

const MAC = '02005e00530c';
const OTHER = '02005e0053dd';
const option = (code: number, value: string): string => h16(code) + h16(value.length / 2) + value;
const held = (last: string): string => `20010db8${'00'.repeat(11)}${last}`;
const decline = (last: string): string => {
  const given = option(5, `${held(last)}00000bb800000fa0`);
  return `09000001${option(1, `00030001${MAC}`)}${option(2, '0003000102005e005301')}${option(3, `00000001${'00'.repeat(8)}${given}`)}`;
};
/** A neighbour advertisement, from the address that it is about (RFC 4861 §4.4). */
const advertises = (last: string): string =>
  eth(0x86dd, ip6(58, `8800${h16(0)}20000000${held(last)}`, held(last)), BROADCAST, OTHER);

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield await Promise.resolve(bytes);
}

test('v6-decline: the advertisement of the declined address is told, that of another is not', async () => {
  const frames = [
    advertises('43'),
    advertises('42'),
    eth(0x86dd, ip6(17, udp(546, 547, decline('42'))), BROADCAST, MAC),
  ];
  const bytes = pcap(frames.map((text) => ({ bytes: octets(text) })));
  const capture = new Capture('declined', DEFAULT_SETTINGS);
  await capture.read({ name: 'declined', size: bytes.length, chunks: () => streamOf(bytes) });
  assert.deepEqual(
    capture.findings.filter(({ id }) => id === 'v6-decline').map(({ frames: shown }) => shown),
    [[3, 2]],
  );
});

test('neighbour discovery from an address that a REPLY gave is of interest, that from another is not', async () => {
  const solicits = (last: string): string =>
    eth(0x86dd, ip6(58, `8700${h16(0)}00000000fe80${'00'.repeat(13)}01`, held(last)), BROADCAST, OTHER);
  const reply = decline('42').replace(/^09/, '07');
  const frames = [solicits('43'), solicits('42'), eth(0x86dd, ip6(17, udp(547, 546, reply)), BROADCAST, MAC)];
  const bytes = pcap(frames.map((text) => ({ bytes: octets(text) })));
  const capture = new Capture('given', DEFAULT_SETTINGS);
  await capture.read({ name: 'given', size: bytes.length, chunks: () => streamOf(bytes) });
  assert.equal(capture.ofInterest, 2);
});
