import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PairFinding } from '../../src/analysis/compare/pair';
import { Build, CLIENT, SERVER_MAC, ROUTER_MAC, ipOption, lease, raw } from './build';
import { compare, comparison, type Frame } from './points';

/* One exchange seen at two points. `client` and `server` are built side by side, in the time of a clock that both share. */

const HOUR = 3600;
const UNICAST = { destination: '10.0.0.50', ethDestination: CLIENT };

const titles = (findings: readonly PairFinding[]): string[] => findings.map((finding) => finding.title);
const framesIn = (findings: readonly PairFinding[]): (readonly number[])[][] =>
  findings.map((finding) => finding.framesIn.map((one) => one.frames));

/** The first cause of the first finding, and its evidence. */
const firstCause = ([found]: readonly PairFinding[]): readonly string[] => [
  found!.causes[0]!.text,
  ...found!.causes[0]!.evidence,
];

/** The client asks three times; the server answers each time, and no OFFER comes back. */
function lostOffers(): [client: Build, server: Build] {
  const client = new Build();
  const server = new Build();
  for (const at of [0, 4, 12]) {
    client.discover(at, { secs: at });
    server.discover(at + 0.0002, { secs: at });
    server.offer(at + 0.001, {}, UNICAST);
  }
  return [client, server];
}

test('OFFERs that left the server and never came to the client: one finding, with the frames of both captures', () => {
  const [client, server] = lostOffers();
  const [finding, ...others] = compare(client, server, 0, [{ until: 20 }, { until: 20 }]);
  assert.equal(others.length, 0);
  assert.equal(finding!.id, 'lost-between');
  assert.equal(finding!.severity, 'error');
  assert.equal(finding!.subject, CLIENT);
  assert.equal(finding!.title, `${CLIENT}: 3 OFFERs lost between b.pcap and a.pcap`);
  assert.deepEqual(finding!.frames, [1, 2, 3]);
  assert.deepEqual(finding!.framesIn, [
    { file: 'a.pcap', frames: [1, 2, 3] },
    { file: 'b.pcap', frames: [2, 4, 6] },
  ]);
  assert.match(finding!.explanation, /The clocks of both captures agree\./);
  assert.match(finding!.explanation, /The server received the request and answered it/);
  assert.match(
    finding!.explanation,
    /“No OFFER” in a\.pcap and “OFFER not taken” in b\.pcap\.$|“OFFER not taken” in b\.pcap and “No OFFER” in a\.pcap\.$/,
  );
});

test('The order in which the files are named changes nothing but whose frames come first', () => {
  const [client, server] = lostOffers();
  const [finding] = compare(server, client, 0, [{ until: 20 }, { until: 20 }]);
  assert.equal(finding!.title, `${CLIENT}: 3 OFFERs lost between a.pcap and b.pcap`);
  assert.deepEqual(finding!.frames, [2, 4, 6]);
});

test('A clock that is hours off is found and said', () => {
  const [client, server] = lostOffers();
  for (const [ahead, words] of [
    [5 * HOUR, /The clock of b\.pcap is 5 hours ahead of that of a\.pcap\./],
    [-27 * HOUR, /The clock of b\.pcap is 1 day 3 hours behind that of a\.pcap\./],
  ] as const) {
    const found = compare(client, server, ahead, [{ until: 20 }, { until: 20 }]);
    assert.deepEqual(framesIn(found), [
      [
        [1, 2, 3],
        [2, 4, 6],
      ],
    ]);
    assert.match(found[0]!.explanation, words);
  }
});

test('A client that repeats itself every 3 s: the clocks are taken to agree where nothing says otherwise', () => {
  const client = new Build();
  const server = new Build();
  for (const at of [0, 3, 6, 9]) {
    client.discover(at);
    if (at > 0 && at < 9) server.discover(at + 0.001);
  }
  assert.deepEqual(framesIn(compare(client, server, 0, [{ until: 12 }, { from: -1, until: 12 }])), [
    [
      [1, 4],
      [1, 2],
    ],
  ]);
});

test('A DISCOVER that never came to the server', () => {
  const client = new Build();
  const server = new Build();
  client.discover(0, { secs: 0 });
  client.discover(4, { secs: 4 });
  client.offer(4.002, {}, UNICAST);
  server.discover(4.001, { secs: 4 });
  server.offer(4.0015, {}, UNICAST);
  const found = compare(client, server, 100, [{}, { from: -5 }]);
  assert.deepEqual(titles(found), [`${CLIENT}: 1 DISCOVER lost between a.pcap and b.pcap, the next one passes`]);
  assert.equal(found[0]!.severity, 'info');
  assert.deepEqual(framesIn(found), [[[1], [1, 2]]]);
  assert.match(found[0]!.explanation, /What was sent next passed on the same way, so nothing there keeps it back\.$/);
  client.packets.unshift({ ...client.packets[0]!, frame: 9, time: -3 });
  const [twice] = compare(client, server, 100, [{}, { from: -5 }]);
  assert.equal(twice!.severity, 'error');
  assert.match(twice!.explanation, /on the way to the server/);
});

test('A message outside the time that both cover was not lost', () => {
  const client = new Build();
  const server = new Build();
  client.discover(0, { secs: 0 });
  client.discover(4, { secs: 4 });
  server.discover(4.001, { secs: 4 });
  server.offer(4.002, {}, UNICAST);
  assert.deepEqual(titles(compare(client, server)), []);
});

const RELAYED = {
  giaddr: '10.9.0.1',
  hops: 1,
};
const TO_SERVER = {
  source: '10.9.0.1',
  destination: '10.0.0.9',
  sourcePort: 67,
  ethSource: ROUTER_MAC,
  ethDestination: SERVER_MAC,
};
const TO_RELAY = {
  source: '10.0.0.9',
  destination: '10.9.0.1',
  destinationPort: 67,
  ethSource: SERVER_MAC,
  ethDestination: ROUTER_MAC,
};

/** A lease through a relay which puts itself into option 54 (RFC 5107), seen on both of its sides. */
function relayed(without: 'nothing' | 'REQUEST' | 'ACK'): [client: Build, server: Build] {
  const client = new Build();
  const server = new Build();
  const far = { options: lease([ipOption(54, '10.0.0.9'), raw(82, '0102ab01')]), ...RELAYED };
  const near = { options: lease([ipOption(54, '10.9.0.1')]), giaddr: '10.9.0.1' };
  client.discover(0);
  server.discover(0.001, RELAYED, TO_SERVER);
  server.offer(0.002, far, TO_RELAY);
  client.offer(0.003, near, { ...UNICAST, ethSource: ROUTER_MAC });
  const request = { options: [ipOption(50, '10.0.0.50'), ipOption(54, '10.9.0.1')] };
  for (const at of without === 'nothing' ? [0.01] : [0.01, 4, 8]) {
    client.request(at, request);
    if (without === 'REQUEST') continue;
    server.request(at + 0.001, { ...request, ...RELAYED }, TO_SERVER);
    server.ack(at + 0.002, far, TO_RELAY);
    if (without === 'nothing') client.ack(at + 0.003, near, { ...UNICAST, ethSource: ROUTER_MAC });
  }
  return [client, server];
}

test('Both sides of a relay that hands everything on: nothing is lost, whatever the clocks say', () => {
  for (const ahead of [0, 2.5, -9 * HOUR]) {
    assert.deepEqual(titles(compare(...relayed('nothing'), ahead, [{ until: 30 }, { until: 30 }])), []);
  }
});

test('A relay that keeps the REQUESTs, and one that keeps the ACKs', () => {
  const wide: [Frame, Frame] = [{ until: 30 }, { until: 30 }];
  const requests = compare(...relayed('REQUEST'), HOUR, wide);
  assert.deepEqual(titles(requests), [`${CLIENT}: 3 REQUESTs lost between a.pcap and b.pcap`]);
  assert.deepEqual(framesIn(requests), [
    [
      [3, 4, 5],
      [1, 2],
    ],
  ]);
  assert.deepEqual(firstCause(requests), [
    'Relay 10.9.0.1, which lies between the two points, does not hand the REQUEST on, or does not receive it',
    'the DISCOVER passes it: giaddr 0.0.0.0 and hops 0 in frame 1 of a.pcap, giaddr 10.9.0.1 and hops 1 in frame 1 of b.pcap',
  ]);
  assert.match(requests[0]!.steps[0]!, /^Cisco IOS, on relay 10\.9\.0\.1: .* shows whether the REQUEST comes to it/);
  assert.doesNotMatch(JSON.stringify(requests[0]!.causes), /A relay between them is missing/);
  const acks = compare(...relayed('ACK'), HOUR, wide);
  assert.match(firstCause(acks)[0]!, /^Relay 10\.9\.0\.1, which lies between the two points, does not hand the ACK on/);
  // After the last ACK the client asks no more: that one was lost as those before it were.
  assert.deepEqual(titles(acks), [`${CLIENT}: 3 ACKs lost between b.pcap and a.pcap`]);
  assert.deepEqual(acks[0]!.framesIn[1]!.frames, [4, 6, 8]);
});

const SECOND = { chaddr: '02:00:00:00:00:02', xid: 8 };

test('A second relay on the way is known by hops and by its address, though giaddr stays', () => {
  const near = new Build();
  const far = new Build();
  const onward = { ...TO_SERVER, source: '10.5.0.1' };
  for (const [at, passes] of [
    [0, true],
    [4, false],
    [8, false],
  ] as const) {
    near.discover(at, { ...RELAYED, secs: at }, { ...TO_SERVER, destination: '10.5.0.1' });
    if (passes) far.discover(at + 0.001, { ...RELAYED, hops: 2, secs: at }, onward);
  }
  const found = compare(near, far, 0, [{ until: 20 }, { until: 20 }]);
  assert.deepEqual(firstCause(found), [
    'Relay 10.5.0.1, which lies between the two points, does not hand the DISCOVER on, or does not receive it',
    'the DISCOVER passes it: giaddr 10.9.0.1 and hops 1 in frame 1 of a.pcap, giaddr 10.9.0.1 and hops 2 in frame 1 of b.pcap',
  ]);
});

test('A VLAN that is not carried: another one passes', () => {
  const client = new Build();
  const server = new Build();
  for (const build of [client, server]) {
    build.bind(0, SECOND, { yiaddr: '10.0.0.60' }, { link: '0/10' });
    if (build === client) for (const at of [1, 5]) build.discover(at, { secs: at }, { link: '0/20' });
    else build.discover(1, { secs: 1, chaddr: '02:00:00:00:00:03', xid: 3 }, { link: '0/20' });
  }
  client.discover(1, { secs: 1, chaddr: '02:00:00:00:00:03', xid: 3 }, { link: '0/20' });
  const both = { until: 20 };
  // Where another message of that VLAN passes, the VLAN is not the cause.
  assert.doesNotMatch(JSON.stringify(compare(client, server, 0, [both, both])[0]!.causes), /VLAN 20 is not carried/);
  const relay = new Build();
  const far = new Build();
  for (const build of [relay, far])
    build.bind(0, { ...SECOND, ...RELAYED }, { yiaddr: '10.0.0.60' }, { link: '0/10', ...TO_SERVER });
  for (const at of [1, 5]) relay.discover(at, { ...RELAYED, secs: at }, { link: '0/20', ...TO_SERVER });
  assert.deepEqual(firstCause(compare(relay, far, 0, [both, both])), [
    'VLAN 20 is not carried from one point to the other',
    'what passes is in VLAN 10 (the first is frame 1 of a.pcap), and what is lost in VLAN 20',
  ]);
});

test('A NAT between relay and server: replies to giaddr are lost', () => {
  const client = new Build();
  const server = new Build();
  for (const at of [0, 4, 8]) {
    client.discover(at, { ...RELAYED, secs: at }, TO_SERVER);
    server.discover(at + 0.001, { ...RELAYED, secs: at }, { ...TO_SERVER, source: '192.0.2.7', sourcePort: 1067 });
    server.offer(at + 0.002, RELAYED, TO_RELAY);
  }
  const found = compare(client, server, 0, [{ until: 20 }, { until: 20 }]);
  assert.deepEqual(firstCause(found), [
    'A NAT lies between the two points: it does not change giaddr, so the reply goes to an address that only the other side knows',
    'the DISCOVER comes from 192.0.2.7, port 1067, in frame 1 of b.pcap, and from 10.9.0.1, port 67, in frame 1 of a.pcap',
  ]);
});

test('A relay sends replies on from its own address: that is no NAT', () => {
  const client = new Build();
  const server = new Build();
  const back = { source: '10.9.0.1', destinationPort: 68 };
  for (const [n, at] of [
    [1, 0],
    [2, 1],
    [2, 5],
  ] as const) {
    const who = { chaddr: `02:00:00:00:00:0${n}`, xid: n, secs: at };
    client.discover(at, who);
    server.discover(at + 0.001, { ...who, ...RELAYED }, TO_SERVER);
    server.offer(at + 0.002, { ...who, ...RELAYED }, TO_RELAY);
    if (n === 1) client.offer(at + 0.003, { ...who, ...RELAYED }, back);
  }
  const found = compare(client, server, 0, [{ until: 20 }, { until: 20 }]);
  assert.doesNotMatch(JSON.stringify(found), /NAT lies/);
  assert.match(
    firstCause(found)[0]!,
    /^Relay 10\.9\.0\.1, which lies between the two points, does not hand the OFFER on/,
  );
  assert.match(found[0]!.steps[0]!, /^Cisco IOS, on relay 10\.9\.0\.1: .* shows whether the OFFER comes to it/);
});

test('A filter by port: what the relay sends passes, a renewal by unicast does not', () => {
  const client = new Build();
  const server = new Build();
  for (const build of [client, server]) {
    build.discover(0, RELAYED, TO_SERVER);
    build.offer(0.01, RELAYED, TO_RELAY);
    build.request(0.02, RELAYED, TO_SERVER);
    build.ack(0.03, RELAYED, TO_RELAY);
  }
  for (const at of [1800, 1804]) client.renew(at, { xid: 5, secs: at - 1800 }, { destination: '10.0.0.9' });
  const found = compare(client, server, 0, [{ until: 2000 }, { until: 2000 }]);
  assert.deepEqual(firstCause(found), [
    'A filter on the way lets messages pass by their UDP ports: not those from port 68 to port 67',
    'what passes goes from port 67 to port 67 (the first is frame 1 of a.pcap)',
  ]);
});

test('Captures of different exchanges have nothing to say about each other', () => {
  const one = new Build();
  const two = new Build();
  one.bind(0);
  one.discover(5, { xid: 7 });
  two.bind(0, { xid: 99 });
  two.discover(5, { xid: 100 });
  assert.deepEqual(titles(compare(one, two)), []);
});

test('A unicast to another port is not lost: the client’s neighbour gets its replies elsewhere', () => {
  const OTHER = '02:00:00:00:00:02';
  const client = new Build();
  const server = new Build();
  for (const build of [client, server]) {
    build.bind(0, {}, {}, {});
    build.discover(1, { chaddr: OTHER, xid: 8 });
    if (build === server)
      build.offer(
        1.01,
        { chaddr: OTHER, xid: 8, yiaddr: '10.0.0.51' },
        { destination: '10.0.0.51', ethDestination: OTHER },
      );
    build.request(1.02, { chaddr: OTHER, xid: 8 });
    if (build === server)
      build.ack(
        1.03,
        { chaddr: OTHER, xid: 8, yiaddr: '10.0.0.51' },
        { destination: '10.0.0.51', ethDestination: OTHER },
      );
  }
  assert.deepEqual(titles(compare(client, server, 0, [{ until: 30 }, { until: 30 }])), []);
});

test('Two servers, each captured at its own port: neither sees the unicast OFFER of the other', () => {
  const one = new Build();
  const two = new Build();
  for (const [build, server, address] of [
    [one, '10.0.0.1', '10.0.0.50'],
    [two, '10.0.0.2', '10.0.0.60'],
  ] as const) {
    for (const at of [0, 4]) {
      build.discover(at, { secs: at });
      build.offer(
        at + 0.01,
        { yiaddr: address, options: lease([ipOption(54, server)]) },
        { source: server, destination: address, ethDestination: CLIENT },
      );
    }
  }
  assert.deepEqual(titles(compare(one, two, 0, [{ until: 9 }, { until: 9 }])), []);
});

test('A second server whose OFFER goes by the first server’s port is not lost', () => {
  const client = new Build();
  const server = new Build();
  client.discover(0);
  server.discover(0.001);
  server.offer(0.002, {}, UNICAST);
  client.offer(0.003, {}, UNICAST);
  client.offer(0.004, { options: lease([ipOption(54, '10.0.0.2')]) }, { ...UNICAST, source: '10.0.0.2' });
  client.request(0.01);
  server.request(0.011);
  server.ack(0.012, {}, UNICAST);
  client.ack(0.013, {}, UNICAST);
  assert.deepEqual(titles(compare(client, server, 0, [{ until: 9 }, { until: 9 }])), []);
});

test('A renewal by unicast that does not come to the server', () => {
  const client = new Build();
  const server = new Build();
  for (const build of [client, server]) build.bind(0, {}, {}, UNICAST);
  client.renew(1800, { xid: 5 });
  client.renew(1804, { xid: 5, secs: 4 });
  const found = compare(client, server, 0, [{ until: 2000 }, { until: 2000 }]);
  assert.deepEqual(titles(found), [`${CLIENT}: 2 REQUESTs lost between a.pcap and b.pcap`]);
  assert.deepEqual(found[0]!.framesIn[0]!.frames, [5, 6]);
});

test('DHCPv6: the ADVERTISE is lost on its way back', () => {
  const CLIENT_ID = '0001000a00030001020000000001';
  const SERVER_ID = '0002000a000300010200000000fe';
  const client = new Build();
  const server = new Build();
  for (const at of [0, 2, 6]) {
    client.v6(at, `01abcdef${CLIENT_ID}`);
    server.v6(at + 0.0001, `01abcdef${CLIENT_ID}`);
    server.v6(at + 0.001, `02abcdef${CLIENT_ID}${SERVER_ID}`, { source: 'fe80::fe', destination: 'fe80::1' });
  }
  const found = compare(client, server, -HOUR, [{ until: 9 }, { until: 9 }]);
  assert.deepEqual(titles(found), ['02:00:00:00:00:01: 3 ADVERTISEs lost between b.pcap and a.pcap']);
  assert.deepEqual(found[0]!.framesIn[1]!.frames, [2, 4, 6]);
  assert.match(found[0]!.explanation, /1 hour behind/);
});

test('captures that have next to nothing in common are unrelated: what one does not show is not lost', () => {
  const mac = (network: number, i: number): string =>
    `02:00:00:0${network}:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`;
  const asking = (network: number, clients: number, shared: number): Build => {
    const build = new Build();
    for (let i = 0; i < clients; i++)
      build.discover(i / 10, { chaddr: i < shared ? mac(9, i) : mac(network, i), xid: i + 1 });
    return build;
  };
  const of = (shared: number): readonly [boolean, number, number] => {
    const { related, common, findings } = comparison(asking(1, 300, shared), asking(2, 300, shared));
    return [related, common, findings.length];
  };
  assert.deepEqual(of(0), [false, 0, 0]);
  assert.deepEqual(of(2), [false, 2, 0]);
  // A few clients that were in both make them no one network.
  assert.deepEqual(of(3), [true, 3, 0]);
  const [related, common, lost] = of(160);
  assert.deepEqual([related, common], [true, 160]);
  assert.ok(lost > 0);
});

test('a finding of one capture alone is settled by the one that answers it', () => {
  const [client, server] = lostOffers();
  const { settled, findings } = comparison(client, server, 0, [{ until: 20 }, { until: 20 }]);
  assert.deepEqual([...settled].map(([finding, by]) => [finding.id, by]).sort(), [
    ['no-offer', findings[0]],
    ['offer-not-taken', findings[0]],
  ]);
});

test('times that differ by rounding alone do not say which capture is nearer to the clients', () => {
  const client = new Build();
  const server = new Build();
  // Microseconds up and down, as files round them, with an excess towards the wrong side.
  [1, 1, 1, -1, 1].forEach((tick, i) => {
    const spec = { xid: 100 + i, chaddr: `02:00:00:00:03:0${i}`, flags: 0x8000 };
    client.bind(10 * i, spec);
    server.bind(10 * i, spec);
    const jitter = server.packets.at(-1)!;
    server.packets[server.packets.length - 1] = { ...jitter, time: jitter.time + tick * 1e-6 };
  });
  for (const at of [60, 64, 72]) client.discover(at);
  client.bind(90, { xid: 200, chaddr: '02:00:00:00:03:09' });
  server.bind(90, { xid: 200, chaddr: '02:00:00:00:03:09' });
  assert.deepEqual(titles(compare(client, server)), [`${CLIENT}: 3 DISCOVERs lost between a.pcap and b.pcap`]);
});

test('DHCPv6: what is lost is told by its own ports, and the client by its address', () => {
  const [client, server] = [new Build(), new Build()];
  const message = (type: string, xid: string): string => `${type}${xid}0001000a0003000102000000000c`;
  const all = { source: 'fe80::1', destination: 'ff02::1:2', ethSource: '02:00:00:00:00:0c' };
  for (const [at, xid] of [
    [0, '000001'],
    [50, '000009'],
  ] as const)
    for (const one of [client, server]) one.v6(at, message('01', xid), all);
  for (const at of [10, 11, 13]) client.v6(at, message('01', '000005'), all);
  const [found] = compare(client, server);
  assert.match(found!.title, /^02:00:00:00:00:0c: 3 SOLICITs lost between/);
  assert.match(found!.causes[0]!.text, /UDP port 547$/);
  assert.ok(!found!.steps.some((step) => /\b6[78]\b/.test(step)));
});

test('what passes for another client, the same way, makes a general block unlikely', () => {
  const client = new Build();
  const server = new Build();
  const other = { chaddr: '02:00:00:00:00:99', xid: 7 };
  for (const at of [0, 4, 12]) {
    client.discover(at, { ...other, secs: at });
    server.discover(at + 0.0002, { ...other, secs: at });
    client.discover(at + 1, { secs: at });
  }
  client.request(13, { chaddr: CLIENT, xid: 0x77 });
  server.request(13.0002, { chaddr: CLIENT, xid: 0x77 });
  const [finding] = compare(client, server, 0, [{ until: 30 }, { until: 30 }]);
  assert.equal(finding!.title, `${CLIENT}: 3 DISCOVERs lost between a.pcap and b.pcap`);
  assert.deepEqual(
    finding!.causes.map(({ likelihood, text }) => `${likelihood} ${text.slice(0, 24)}`),
    [
      `likely Something on the way tre`,
      `possible The VLAN is not carried `,
      `unlikely A firewall or switch bet`,
      `unlikely The capture b.pcap lost `,
    ],
  );
  assert.deepEqual(finding!.causes[0]!.evidence, ['frame 1 of a.pcap, from 02:00:00:00:00:99, passed the same way']);
});
