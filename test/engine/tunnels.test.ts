import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS, type Finding } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { pcap } from '../capture/build';
import { DISCOVER, eth, ip4, ip6, octets, udp } from '../codec/frames';

/* A tunnel of which the capture shows one direction: whether somebody answers what goes through it, nobody can tell from there. */

const [NEAR, FAR] = ['0a5a0315', '0a5a0305'];
const ENDS = '10.90.3.21 to 10.90.3.5';

type Way = { source: string; destination: string };
const [FORTH, BACK]: readonly [Way, Way] = [
  { source: NEAR, destination: FAR },
  { source: FAR, destination: NEAR },
];
const inUdp = (port: number, header: string, frame: string, way: Way): string =>
  eth(0x0800, ip4(17, udp(port, port, header + frame), way));
const wifi = (frame: string, bssid: string): string =>
  `08010000${bssid}${frame.slice(12, 24)}${frame.slice(0, 12)}1000aaaa03000000${frame.slice(24)}`;
const bssid = (n: number): string => `02670000bb0${n}`;

const WRAPS: Readonly<Record<string, (frame: string, way: Way, n: number) => string>> = {
  CAPWAP: (frame, way, n) => inUdp(5247, '0010030000000000', wifi(frame, bssid(n)), way),
  VXLAN: (frame, way) => inUdp(4789, '08000000001b5900', frame, way),
  GENEVE: (frame, way) => inUdp(6081, '00006558001b5900', frame, way),
  GRE: (frame, way) => eth(0x0800, ip4(47, `00006558${frame}`, way)),
};

const client = (n: number): string => `02005e00530${n}`;
const asking = (n: number): string =>
  eth(
    0x0800,
    ip4(17, udp(68, 67, DISCOVER.replace('02005e005301', client(n)).replace('deadbeef', `dead000${n}`)), {
      source: '00000000',
      destination: 'ffffffff',
    }),
    undefined,
    client(n),
  );
/** A REBIND, to whoever has the lease. */
const rebinding = eth(
  0x86dd,
  ip6(
    17,
    udp(
      546,
      547,
      `06abcdef0001000a0003000102005e00530100080002000000030028${'00'.repeat(12)}00050018${'20'.repeat(16)}${'00'.repeat(8)}`,
    ),
  ),
  '333300010002',
);
/** Any host of the link, for which nobody looks. */
const other = eth(0x0800, ip4(6, '00'.repeat(20)), '02005e0053fd', '02005e0053fe');

async function findings(frames: readonly string[]): Promise<readonly Finding[]> {
  const bytes = pcap(frames.map((hex, i) => ({ bytes: octets(hex), seconds: 1_700_000_000 + 2 * i })));
  const capture = new Capture('tunnel.pcap', DEFAULT_SETTINGS);
  const chunks = async function* (): AsyncIterable<Uint8Array> {
    yield await Promise.resolve(bytes);
  };
  await capture.read({ name: 'tunnel.pcap', chunks });
  return capture.findings;
}
const first = (all: readonly Finding[], id: string): string => all.find((one) => one.id === id)!.causes[0]!.text;

for (const [name, wrap] of Object.entries(WRAPS)) {
  const told = `The capture shows one direction of the ${name} tunnel only, from ${ENDS}`;
  test(`${name}: one direction only, for DHCPv4 and DHCPv6, is the first cause; not where something comes back`, async () => {
    const forth = [asking(1), asking(1), asking(1), asking(1)].map((frame) => wrap(frame, FORTH, 1));
    assert.ok(first(await findings(forth), 'no-offer').startsWith(told));
    assert.ok(!first(await findings([...forth, wrap(other, BACK, 1)]), 'no-offer').startsWith(told));
    const v6 = [1, 2, 3, 4].map(() => wrap(rebinding, FORTH, 1));
    assert.ok(first(await findings(v6), 'v6-no-reply').startsWith(told));
  });
}

test('clients of one tunnel are told together, though each is on a radio of its own', async () => {
  const frames = [1, 2, 1, 2, 1, 2, 1, 2].map((n) => WRAPS.CAPWAP!(asking(n), FORTH, n));
  const silent = (await findings(frames)).filter(({ id }) => id === 'no-offer');
  assert.deepEqual(
    silent.map(({ title }) => title),
    [`No OFFER for any of 2 clients, all in the CAPWAP tunnel from ${ENDS}`],
  );
});

test('a mirror port by ERSPAN goes one way, whatever is in it', async () => {
  const frames = [1, 2, 3, 4].map(() =>
    eth(0x0800, ip4(47, `100088be0000000110010001${'00'.repeat(4)}${asking(1)}`, FORTH)),
  );
  assert.doesNotMatch(first(await findings(frames), 'no-offer'), /one direction/);
});

/** What two hosts send each other, the one not being seen to answer DHCP. */
const between = (from: string, to: string): string => eth(0x0800, ip4(6, '00'.repeat(20)), to, from);
const [HOST, ROUTER] = ['02005e005301', '02005e0053fe'];

for (const name of ['VXLAN', 'GENEVE', 'GRE'])
  test(`${name}: where what a host sends and what it is sent go the same way, it is a mirror of a port`, async () => {
    const wrap = (frame: string): string => WRAPS[name]!(frame, FORTH, 1);
    const forth = [asking(1), asking(1), asking(1), asking(1)].map(wrap);
    const one = await findings([wrap(between(HOST, ROUTER)), ...forth, wrap(between(HOST, ROUTER))]);
    assert.match(first(one, 'no-offer'), /one direction of the/);
    const both = await findings([wrap(between(HOST, ROUTER)), ...forth, wrap(between(ROUTER, HOST))]);
    assert.doesNotMatch(first(both, 'no-offer'), /one direction/);
    assert.ok(!both.find(({ id }) => id === 'no-offer')!.steps.some((step) => step.includes('both directions')));
  });

test('IP in GRE without a link: the addresses inside tell the same', async () => {
  const [HOST4, SERVER4] = ['0a000032', '0a000001'];
  const routed = (source: string, destination: string, payload: string, protocol = 17): string =>
    eth(0x0800, ip4(47, `00000800${ip4(protocol, payload, { source, destination })}`, FORTH));
  const renewals = [1, 2, 3, 4].map(() =>
    routed(HOST4, SERVER4, udp(68, 67, DISCOVER.replace(/(?<=^.{24})0{8}/, HOST4))),
  );
  const silent = (all: readonly Finding[]): string => JSON.stringify(all.map(({ causes }) => causes));
  assert.match(silent(await findings(renewals)), /one direction of the GRE tunnel/);
  const back = routed(SERVER4, HOST4, '00'.repeat(20), 6);
  assert.doesNotMatch(silent(await findings([...renewals, back])), /one direction/);
});

test('what stations send each other comes to the controller of their access point: no mirror', async () => {
  const wrap = (frame: string): string => WRAPS.CAPWAP!(frame, FORTH, 1);
  const frames = [asking(1), between(HOST, ROUTER), asking(1), between(ROUTER, HOST), asking(1), asking(1)].map(wrap);
  assert.match(first(await findings(frames), 'no-offer'), /one direction of the CAPWAP tunnel/);
});
