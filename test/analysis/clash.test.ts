import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS, type Finding } from '../../src/analysis';
import { encodeMessage4 } from '../../src/codec/dhcpv4/encode';
import { Capture } from '../../src/engine/capture';
import { pcap, type PcapFrame } from '../capture/build';
import { BROADCAST, eth, h8, ip4, octets, udp } from '../codec/frames';
import { ADDRESS, Build, CLIENT, SERVER, SERVER_MAC, ipOption, lease, lines, raw } from './build';

/* One server, two link-layer addresses: clones that say the same, and an address that moved. */

const hex = (mac: string): string => mac.replaceAll(':', '');
const CLONE = '02:00:00:00:00:fd';

/** How the second machine’s replies look on the wire, and how long after those of the first. */
interface Second {
  readonly id: number;
  readonly ownId?: number;
  readonly broadcast?: boolean;
  readonly ttl?: number;
  readonly after?: number;
}

/** One lease; each reply comes from the server, and again in other octets of the headers before it. */
async function twice({ id, ownId = 0x4000, broadcast = false, ttl = 64, after = 0.0003 }: Second): Promise<Finding[]> {
  const frames: { time: number; hex: string }[] = [];
  const flags = broadcast ? 0x8000 : 0;
  const send = (time: number, type: number, from: string, number: number, hops: number): void => {
    const reply = type === 2 || type === 5;
    const message = encodeMessage4({
      op: reply ? 2 : 1,
      chaddr: CLIENT,
      xid: 0x1234,
      flags,
      ...(reply ? { yiaddr: ADDRESS } : {}),
      options: [
        raw(53, h8(type)),
        ...(reply ? lease() : type === 3 ? [ipOption(50, ADDRESS), ipOption(54, SERVER)] : []),
      ],
    });
    const datagram = udp(reply ? 67 : 68, reply ? 68 : 67, Buffer.from(message).toString('hex'));
    const unicast = reply && !broadcast;
    const packet = ip4(17, datagram, {
      source: reply ? '0a000001' : '00000000',
      destination: unicast ? '0a000032' : 'ffffffff',
      id: number,
      ttl: hops,
    });
    frames.push({ time, hex: eth(0x0800, packet, unicast ? hex(CLIENT) : BROADCAST, hex(from)) });
  };
  for (const [time, type] of [
    [0, 1],
    [0.01, 2],
    [0.02, 3],
    [0.03, 5],
  ] as const) {
    send(time, type, type === 2 || type === 5 ? SERVER_MAC : CLIENT, ownId, 64);
    if (type === 2 || type === 5) send(time + after, type, CLONE, id, ttl);
  }
  const records: PcapFrame[] = frames.map(({ time, hex: text }) => ({
    bytes: octets(text),
    seconds: 1_700_000_000,
    fraction: Math.round(time * 1e6),
  }));
  const bytes = pcap(records);
  const capture = new Capture('clash', DEFAULT_SETTINGS);
  async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    yield await Promise.resolve(bytes);
  }
  await capture.read({ name: 'clash', size: bytes.length, chunks });
  return capture.findings.filter(({ severity }) => severity !== 'info');
}

const told = (findings: readonly Finding[]): string[] =>
  findings.map(({ id, subject, frames }) => `${id} ${subject} ${frames.join(',')}`);

test('two machines that give the same replies are two, not copies of one frame', async () => {
  const clash = [`server-identity-clash ${SERVER} 2,3,6`];
  assert.deepEqual(told(await twice({ id: 0x9999 })), clash);
  assert.deepEqual(told(await twice({ id: 0x9999, broadcast: true })), clash);
  // dhcpd writes no number into its datagrams; nobody hands on a unicast to the same receiver.
  assert.deepEqual(told(await twice({ id: 0, ownId: 0 })), clash);
  assert.deepEqual(told(await twice({ id: 0x9999, after: 0.006 })), clash);
});

test('one reply that is seen from two link-layer addresses is one', async () => {
  assert.deepEqual(told(await twice({ id: 0x4000 })), []);
  assert.deepEqual(told(await twice({ id: 0x4000, broadcast: true })), []);
  assert.deepEqual(told(await twice({ id: 0, ownId: 0, broadcast: true })), []);
  assert.deepEqual(told(await twice({ id: 0x4000, ttl: 63 })), []);
});

/** A client served by one machine, and later ones by another. */
function moved(clients: number, then: (build: Build) => void): Build {
  const build = new Build();
  build.bind(0);
  then(build);
  for (let n = 1; n <= clients; n++) {
    const who = { chaddr: `02:00:00:00:01:0${n}`, xid: n };
    const yiaddr = `10.0.0.6${n}`;
    build.discover(60 * n, who);
    build.offer(60 * n + 0.01, { ...who, yiaddr }, { ethSource: CLONE });
    build.request(60 * n + 0.02, { ...who, options: [ipOption(50, yiaddr), ipOption(54, SERVER)] });
    build.ack(60 * n + 0.03, { ...who, yiaddr }, { ethSource: CLONE });
  }
  return build;
}

test('a server’s address that moved to another card is a note', () => {
  const announced = moved(1, (build) => build.arp(30, 1, CLONE, SERVER, SERVER));
  assert.deepEqual(lines(announced.analyse(200), 'server-identity-clash'), [
    `server-identity-clash info ${SERVER} 7,2,5,9`,
  ]);
  const [note] = announced.analyse(200).findings;
  assert.equal(note!.title, `Server ${SERVER} moved from ${SERVER_MAC} to ${CLONE}`);
  assert.match(note!.explanation, new RegExp(`${CLONE} announces the address by ARP \\(frame 5\\)`));
  // Without ARP in the capture: the new machine alone serves two clients.
  assert.deepEqual(lines(moved(2, () => {}).analyse(200), 'server-identity-clash'), [
    `server-identity-clash info ${SERVER} 6,2,8,10,12`,
  ]);
});

test('a server’s address that the old machine still speaks for is an error', () => {
  const late = moved(2, (build) => build.arp(30, 1, CLONE, SERVER, SERVER));
  late.arp(190, 2, SERVER_MAC, SERVER, ADDRESS);
  assert.match(lines(late.analyse(200), 'server-identity-clash').join(), /^server-identity-clash error/);
  const again = moved(2, (build) => build.arp(30, 1, CLONE, SERVER, SERVER));
  again.bind(180, { chaddr: '02:00:00:00:01:09', xid: 9 }, { yiaddr: '10.0.0.69' });
  assert.match(lines(again.analyse(200), 'server-identity-clash').join(), /^server-identity-clash error/);
  assert.match(lines(moved(1, () => {}).analyse(200)).join(), /^server-identity-clash error/);
});
