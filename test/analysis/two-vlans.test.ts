import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alarms, Build, CLIENT, ipOption, lease, lines } from './build';

/* One hardware address asks with one xid in two VLANs: a copied machine, or a network that is there twice. */

const VLAN10 = { link: '0/10' };
const VLAN20 = { link: '0/20' };
const FAR = '10.2.0.1';
const FAR_LEASE = {
  yiaddr: '10.2.0.50',
  options: lease([ipOption(54, FAR), ipOption(3, FAR), ipOption(6, FAR)]),
};
const FROM_FAR = { ...VLAN20, source: FAR, ethSource: '02:00:00:00:00:fd' };
const TAKES_FAR = { options: [ipOption(50, '10.2.0.50'), ipOption(54, FAR)] };

const exchanges = (build: Build, until: number): [string, readonly number[]][] =>
  build.analyse(until).conversations.map(({ outcome, frames }) => [outcome, frames]);

test('The exchanges of two VLANs are kept apart, and their servers are not compared', () => {
  const build = new Build();
  build.discover(0, {}, VLAN10);
  build.offer(0.01, {}, VLAN10);
  build.discover(1.5, {}, VLAN20);
  build.offer(1.51, FAR_LEASE, FROM_FAR);
  build.request(3, {}, VLAN10);
  build.ack(3.01, {}, VLAN10);
  build.request(4.5, TAKES_FAR, VLAN20);
  build.ack(4.51, FAR_LEASE, FROM_FAR);
  assert.deepEqual(exchanges(build, 60), [
    ['bound', [1, 2, 5, 6]],
    ['bound', [3, 4, 7, 8]],
  ]);
  assert.deepEqual(alarms(build.analyse(60)), []);
});

test('In one VLAN the same two servers answer one client', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01);
  build.offer(0.02, FAR_LEASE, { source: FAR, ethSource: FROM_FAR.ethSource });
  build.request(0.03);
  build.ack(0.04);
  assert.deepEqual(alarms(build.analyse(60)), ['rogue-server']);
});

test('A lease in one VLAN answers nothing that is asked in another', () => {
  const build = new Build();
  for (const secs of [0, 4]) build.discover(secs, { secs }, VLAN10);
  build.bind(5.5, {}, {}, VLAN20);
  for (const secs of [12, 28]) build.discover(secs, { secs }, VLAN10);
  const analysis = build.analyse(60);
  assert.deepEqual(exchanges(build, 60), [
    ['unanswered', [1, 2, 7, 8]],
    ['bound', [3, 4, 5, 6]],
  ]);
  assert.deepEqual(lines(analysis, 'no-offer'), [`no-offer error ${CLIENT} 7,8`]);
});

test('A client that is moved to another VLAN while it asks has its lease there', () => {
  const build = new Build();
  for (const secs of [0, 4]) build.discover(secs, { secs }, VLAN10);
  build.bind(9, {}, {}, VLAN20);
  assert.deepEqual(alarms(build.analyse(60)), []);
});

test('A reply in another VLAN belongs to the request, and a REQUEST goes on from its OFFER', () => {
  const build = new Build();
  build.discover(0, {}, VLAN10);
  build.offer(0.01, {}, VLAN20);
  build.request(2, {}, VLAN20);
  build.ack(2.01, {}, VLAN20);
  assert.deepEqual(exchanges(build, 60), [['bound', [1, 2, 3, 4]]]);
});

test('Copies on several links, and what a relay hands on, are one exchange', () => {
  const build = new Build();
  const relayed = { giaddr: '10.0.0.1', hops: 1 };
  const toServer = { ...VLAN20, source: '10.0.0.1', destination: '10.9.0.9', sourcePort: 67 };
  build.discover(0, {}, VLAN10);
  build.discover(0.001, relayed, toServer);
  build.discover(4, { ...relayed, secs: 4 }, toServer);
  build.discover(4.001, { secs: 4 }, { link: '0/30' });
  assert.equal(exchanges(build, 60).length, 1);
});

/** One DISCOVER is in both VLANs, and a server answers in each; `own`: the client goes on in each with its server. */
function spread(own: boolean, seenBoth = false): Build {
  const build = new Build();
  build.discover(0, {}, VLAN10);
  build.discover(0.0002, {}, VLAN20);
  build.offer(0.01, {}, VLAN10);
  build.offer(0.02, FAR_LEASE, FROM_FAR);
  if (seenBoth) build.offer(0.0202, FAR_LEASE, { ...FROM_FAR, ...VLAN10 });
  build.request(0.1, {}, VLAN10);
  build.request(0.1002, own ? TAKES_FAR : {}, VLAN20);
  build.ack(0.11, {}, VLAN10);
  if (own) build.ack(0.12, FAR_LEASE, FROM_FAR);
  return build;
}

test('rogue-server: two VLANs that are joined come first, each with the frames of both', () => {
  const [found, ...others] = spread(false).analyse(60).findings;
  assert.deepEqual([found!.id, others.length], ['rogue-server', 0]);
  assert.deepEqual(
    found!.causes.map(({ likelihood }) => likelihood),
    ['likely', 'possible', 'possible', 'possible'],
  );
  assert.match(found!.causes[0]!.text, /^VLANs 10 and 20 are joined/);
  assert.deepEqual(found!.causes[0]!.evidence, [
    'the DISCOVER is in VLAN 10 (frame 1) and in VLAN 20 (frame 2)',
    '10.0.0.1 answers in VLAN 10 (frame 3)',
    '10.2.0.1 answers in VLAN 20 (frame 4)',
  ]);
  // A reply that is in both may be of one network under two tags.
  const unsure = spread(false, true)
    .analyse(60)
    .findings[0]!.causes.map(({ likelihood, text }) => [likelihood, text]);
  assert.equal(unsure.find(([, text]) => text!.startsWith('VLANs'))![0], 'possible');
  assert.match(unsure[0]![1]!, /plugged in/);
});

test('A client that goes on in two VLANs with the server of each is in both: neither server is a stranger', () => {
  assert.deepEqual(alarms(spread(true).analyse(60)), []);
});
