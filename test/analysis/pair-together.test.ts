import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../src/analysis';
import { joinedOf } from '../../src/analysis/compare/joined';
import { toldElsewhere, type Compared } from '../../src/analysis/compare/narrow';
import { comparePoints, type Comparison } from '../../src/analysis/compare/pair';
import { Build, CLIENT, ipOption, lease, raw, SERVER } from './build';
import { compared, comparison, pointOf } from './points';

/* What one of two captures shows of the findings of the other: something is changed on the way, is explained there, or never came. */

const WIDE = [{ until: 40 }, { until: 40 }] as const;
const UNICAST = { destination: '10.0.0.50', ethDestination: CLIENT };

/** The answers to findings of one capture alone, by id: the cause, and its evidence. */
const answersOf = ({ answers }: Comparison): [string, string, readonly string[]][] =>
  [...answers].map(([{ id }, { cause }]: readonly [Finding, { cause: Finding['causes'][number] }]) => [
    id,
    cause.text,
    cause.evidence,
  ]);

/** A lease at two points; the router that the server names, and the one that comes to the client. */
function routers(sent: string, came: string): Compared {
  const client = new Build();
  const server = new Build();
  const withRouter = (router: string) => ({
    options: [...lease([ipOption(54, '10.0.0.1')]).filter(({ code }) => code !== 3), ipOption(3, router)],
  });
  const asked = { options: [ipOption(50, '10.0.0.50'), ipOption(54, '10.0.0.1')] };
  client.discover(0);
  server.discover(0.001);
  server.offer(0.002, withRouter(sent), UNICAST);
  client.offer(0.003, withRouter(came), UNICAST);
  client.request(0.01, asked);
  server.request(0.011, asked);
  server.ack(0.012, withRouter(sent), UNICAST);
  client.ack(0.013, withRouter(came), UNICAST);
  return compared(client, server, 0, WIDE);
}

test('An option that is right at the server and wrong at the client is changed between them', () => {
  const found = routers('10.0.0.1', '10.9.9.1');
  assert.deepEqual(answersOf(found), [
    [
      'router-outside-subnet',
      'Option 3 (Router) is changed between b.pcap and a.pcap, by a device on the way',
      ['option 3 (Router) of the OFFER is 10.0.0.1 in b.pcap (frame 2), and 10.9.9.1 in a.pcap (frame 2)'],
    ],
  ]);
  assert.equal(
    found.changes,
    '2 messages are changed on the way: option 3 (Router) of the OFFER is 10.0.0.1 in b.pcap (frame 2), and 10.9.9.1 in a.pcap (frame 2)',
  );
});

test('An option that is wrong at both points is not changed, and one that is right at both is nothing', () => {
  for (const router of ['10.9.9.1', '10.0.0.1']) {
    const found = routers(router, router);
    assert.deepEqual(answersOf(found), []);
    assert.equal(found.changes, '');
  }
});

test('What both points find in the same words is told once, with the frames of both', () => {
  const joined = joinedOf([routers('10.9.9.1', '10.9.9.1')]);
  assert.deepEqual(
    [...joined.keys()].map(({ id }) => id),
    ['router-outside-subnet', 'router-outside-subnet'],
  );
  const [finding, ...others] = new Set(joined.values());
  assert.deepEqual(others, []);
  assert.equal(
    finding?.title,
    'Server 10.0.0.1: router 10.9.9.1 is outside the client’s subnet 10.0.0.0/24 (in a.pcap, and again in b.pcap)',
  );
  assert.match(finding.explanation, / So far a\.pcap; the same shows in b\.pcap \(frames 2 and 4\)\.$/);
  assert.deepEqual(finding.framesIn, [
    { file: 'a.pcap', frames: [2, 4] },
    { file: 'b.pcap', frames: [2, 4] },
  ]);
  // Changed on the way, or right at both: nothing is the same.
  assert.equal(joinedOf([routers('10.0.0.1', '10.9.9.1')]).size, 0);
  assert.equal(joinedOf([routers('10.9.8.1', '10.9.9.1')]).size, 0);
  assert.equal(joinedOf([routers('10.0.0.1', '10.0.0.1')]).size, 0);
});

/** Four clients in three VLANs of a trunk; VLAN 30 is not at the other point. */
function trunk(answered: boolean): Comparison {
  const near = new Build();
  const far = new Build();
  for (const [n, vlans] of [
    [1, '20'],
    [2, '40'],
  ] as const) {
    const who = { chaddr: `02:00:00:00:01:0${n}`, xid: n };
    for (const [build, late] of [
      [near, 0],
      [far, 0.001],
    ] as const) {
      build.discover(n + late, who, { link: `0/${vlans}` });
      build.offer(n + 0.002 - late, who, { link: `0/${vlans}` });
    }
  }
  for (const at of [5, 9, 17]) near.discover(at, { secs: at }, { link: '0/30' });
  if (answered) near.offer(17.1, {}, { link: '0/30' });
  return comparison(near, far, 0, WIDE);
}

test('Nothing of a VLAN comes to the other end of a trunk, and nobody answers it', () => {
  const [found, ...others] = trunk(false).findings;
  assert.equal(others.length, 0);
  assert.equal(found!.title, `${CLIENT}: 3 DISCOVERs lost between a.pcap and b.pcap`);
  assert.equal(found!.causes[0]!.text, 'VLAN 30 is not carried from one point to the other');
  assert.match(found!.steps[0]!, /show interfaces trunk.*VLAN 30/);
});

test('A VLAN that is answered from elsewhere need not come to the other point', () => {
  assert.deepEqual(trunk(true).findings, []);
});

test('Only broadcasts are lost: what they have in common is the first cause', () => {
  const air = new Build();
  const wire = new Build();
  for (let n = 1; n <= 5; n++) {
    const who = { chaddr: `02:00:00:00:02:0${n}`, xid: n };
    const deaf = n > 3;
    for (const at of deaf ? [n, n + 4, n + 12] : [n]) {
      air.discover(at, { ...who, secs: at - n, flags: deaf ? 0x8000 : 0 });
      wire.discover(at + 0.001, { ...who, secs: at - n, flags: deaf ? 0x8000 : 0 });
      const way = deaf ? {} : { destination: '10.0.0.50', ethDestination: who.chaddr };
      wire.offer(at + 0.002, { ...who, flags: deaf ? 0x8000 : 0 }, way);
      if (!deaf) air.offer(at + 0.003, who, way);
    }
  }
  const [found, ...others] = comparison(air, wire, 0, WIDE).findings;
  assert.equal(others.length, 0);
  assert.equal(
    found!.title,
    '2 clients (02:00:00:00:02:04 and 02:00:00:00:02:05): 6 OFFERs lost between b.pcap and a.pcap',
  );
  assert.match(found!.causes[0]!.text, /^Broadcasts do not get through between the two points/);
  assert.ok(!found!.causes.some(({ text }) => text.includes('UDP port 68')));
});

test('One capture in two files: what goes on in the second is told once, and nothing is lost between them', () => {
  const first = new Build();
  const next = new Build();
  first.bind(0);
  for (const at of [10, 14, 15]) first.discover(at, { chaddr: '02:00:00:00:03:01', xid: 3, secs: at - 10 });
  next.discover(26, { chaddr: '02:00:00:00:03:01', xid: 3, secs: 16 });
  next.discover(34, { chaddr: '02:00:00:00:03:01', xid: 3, secs: 24 });
  next.bind(40, { chaddr: '02:00:00:00:03:02', xid: 4 });
  const found = comparison(first, next, 0, [{ until: 25 }, { from: 25.5, until: 60 }]);
  assert.deepEqual([found.continued, found.related, found.lost], [true, false, 0]);
  assert.deepEqual(
    answersOf(found).map(([id, text]) => [id, text]),
    [['no-offer', 'It goes on from a.pcap: 02:00:00:00:03:01 sends 3 DISCOVERs and gets no OFFER']],
  );
});

/** OFFERs to clients behind two relays on their way from the server; those to the first are lost, one client's excepted if it is so asked. */
function towardsRelays(one: boolean): Comparison {
  const near = new Build();
  const far = new Build();
  for (const [n, giaddr] of [
    [1, '10.9.0.1'],
    [2, '10.9.0.1'],
    [3, '10.9.0.1'],
    [4, '10.8.0.1'],
    [5, '10.8.0.1'],
  ] as const)
    for (const at of [n, n + 5, n + 14]) {
      const who = { chaddr: `02:00:00:00:04:0${n}`, xid: n, giaddr, hops: 1, secs: at - n };
      const asks = { source: giaddr, destination: '10.0.0.1', sourcePort: 67 };
      const back = { destination: giaddr, destinationPort: 67 };
      far.discover(at, who, asks);
      near.discover(at + 0.001, who, asks);
      near.offer(at + 0.002, who, back);
      if (giaddr === '10.8.0.1' || (one && n === 3)) far.offer(at + 0.003, who, back);
    }
  return comparison(near, far, 0, WIDE);
}

test('All that goes to one relay is lost, and what goes to another passes: it is about the relay, not the clients', () => {
  const [found, ...others] = towardsRelays(false).findings;
  assert.equal(others.length, 0);
  assert.equal(
    found!.causes[0]!.text,
    'Nothing to relay 10.9.0.1 gets from one point to the other: a route, an access list or a firewall',
  );
  assert.match(found!.steps[0]!, /look at the route to 10\.9\.0\.1/);
  // Something that goes there passes.
  const [mixed] = towardsRelays(true).findings;
  assert.ok(!mixed!.causes.some(({ text }) => text.startsWith('Nothing to relay')));
});

test('OFFERs that two of three points show are lost after the one in the middle, in whatever order the files are named', () => {
  const seen = new Map(['1air', '2uplink', '3server'].map((name) => [name, new Build()]));
  for (const [n, lost] of [true, false].entries())
    for (const [name, build] of seen) {
      const who = { chaddr: `02:00:00:00:00:0${n + 1}`, xid: n + 1 };
      const yiaddr = `10.0.0.${50 + n}`;
      // Every point shows the same delays, so no time tells which is nearer to the clients.
      for (const at of lost ? [0, 4, 8] : [1]) {
        build.discover(at, { ...who, secs: at });
        if (!lost || name !== '1air') build.offer(at + 0.01, { ...who, yiaddr });
      }
      if (!lost) build.request(1.02, { ...who, options: [ipOption(50, yiaddr), ipOption(54, '10.0.0.1')] });
      if (!lost) build.ack(1.03, { ...who, yiaddr });
    }
  const lostIn = (...names: readonly string[]): string[] => {
    const points = names.map((name) => pointOf(seen.get(name)!, name, 0, { until: 40 }));
    const compared = points.flatMap((a, i) => points.slice(i + 1).map((b) => ({ a, b, ...comparePoints(a, b) })));
    const told = toldElsewhere(compared);
    return compared.flatMap((pair) => pair.without(told.get(pair)!).findings.map(({ title }) => title));
  };
  const lost = ['02:00:00:00:00:01: 3 OFFERs lost between 2uplink and 1air'];
  assert.deepEqual(lostIn('1air', '2uplink', '3server'), lost);
  assert.deepEqual(lostIn('3server', '1air', '2uplink'), lost);
  assert.deepEqual(lostIn('2uplink', '3server', '1air'), lost);
  assert.deepEqual(lostIn('2uplink', '3server'), []);
});

/** Both sides of a relay that adds option 82: the OFFERs to the second client are not handed on; `echoed`: with the option as well. */
function bothSides(echoed: boolean, kept = true): Comparison {
  const [near, far] = [new Build(), new Build()];
  const agent = raw(82, '0102ab01');
  for (const [n, lost] of [false, true].entries())
    for (const secs of lost && kept ? [0, 4, 12] : [0]) {
      const at = 20 * n + secs;
      const who = { chaddr: `02:00:00:00:04:0${n}`, xid: n + 1, secs };
      const its = { ...who, giaddr: '10.9.0.1', hops: 1 };
      const options = lease(lost && !echoed ? [] : [agent]);
      near.discover(at, who);
      far.discover(
        at + 0.001,
        { ...its, options: [agent] },
        { source: its.giaddr, destination: SERVER, sourcePort: 67 },
      );
      far.offer(at + 0.002, { ...its, options }, { destination: its.giaddr, destinationPort: 67 });
      if (!lost || !kept) near.offer(at + 0.003, { ...its, options: lease([]) });
    }
  return comparison(near, far, 0, [{ until: 60 }, { until: 60 }]);
}

test('A relay drops the OFFERs without option 82, and hands on those that have it: that is the first cause', () => {
  const [found, ...others] = bothSides(false).findings;
  assert.equal(others.length, 0);
  assert.equal(found!.title, '02:00:00:00:04:01: 3 OFFERs lost between b.pcap and a.pcap');
  assert.deepEqual(found!.causes[0], {
    likelihood: 'likely',
    text: 'Relay 10.9.0.1 drops the OFFER: the server leaves out the option 82 that the relay added',
    evidence: [
      'no option 82 in frame 4 of b.pcap',
      'frame 2 of b.pcap, to 02:00:00:00:04:00 behind the same relay, has it and is handed on',
      'see the finding option82-not-echoed in b.pcap',
    ],
    finding: 'option82-not-echoed',
  });
  assert.match(found!.steps[0]!, /^Cisco IOS, on relay 10\.9\.0\.1: `no ip dhcp relay information check`/);
  // With the option they are lost for another reason; and where all is handed on, nothing is said.
  assert.ok(!JSON.stringify(bothSides(true).findings[0]!.causes).includes('82'));
  assert.equal(bothSides(true).findings.length, 1);
  assert.deepEqual(bothSides(false, false).findings, []);
});
