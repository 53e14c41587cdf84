import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, SERVER, ipOption, lease, lines, raw } from './build';

const to67 = { source: '10.9.0.1', destination: SERVER, sourcePort: 67, destinationPort: 67 };

test('ICMP errors about port 67: port, firewall, host', () => {
  for (const [code, id] of [
    [3, 'port-unreachable'],
    [9, 'firewall-reject'],
    [10, 'firewall-reject'],
    [13, 'firewall-reject'],
    [0, 'host-unreachable'],
    [1, 'host-unreachable'],
  ] as const) {
    const build = new Build();
    build.icmp(0, code, '10.0.0.2', to67);
    assert.deepEqual(lines(build.analyse(), id), [`${id} error ${SERVER} 1`]);
  }
});

test('a relay that forwards requests and does not take the replies is no server', () => {
  const relay = '10.9.0.1';
  const build = new Build();
  const towards = { source: relay, destination: SERVER, sourcePort: 67, destinationPort: 67 };
  for (const at of [0, 4]) {
    build.discover(at, { giaddr: relay, hops: 1 }, towards);
    build.offer(at + 0.01, { giaddr: relay }, { ...towards, source: SERVER, destination: relay });
    build.icmp(at + 0.02, 3, relay, { ...towards, source: SERVER, destination: relay });
  }
  const found = build.analyse().findings.filter(({ id }) => id === 'port-unreachable');
  assert.deepEqual(
    found.map(({ severity, title, frames }) => `${severity} ${title} ${frames.join()}`),
    [`error Relay ${relay} does not take the replies to its requests 3,2,5,6`],
  );
  assert.match(found[0]!.causes[0]!.text, /^The relay agent on 10\.9\.0\.1 has stopped/);
  // What a client sends there is no reply.
  const client = new Build();
  client.discover(0, { giaddr: relay, hops: 1 }, towards);
  client.icmp(1, 3, relay, { source: ADDRESS, destination: relay, sourcePort: 68, destinationPort: 67 });
  assert.match(
    client.analyse().findings.find(({ id }) => id === 'port-unreachable')!.title,
    /has nothing that listens/,
  );
});

test('a router that knows no way back to a relay: the relay is up, and the OFFERs that nobody takes have that as their cause', () => {
  const relay = '10.9.0.1';
  const towards = { source: relay, destination: SERVER, sourcePort: 67, destinationPort: 67 };
  const build = new Build();
  for (const at of [0, 4]) {
    build.discover(at, { giaddr: relay, hops: 1 }, towards);
    build.offer(at + 0.01, { giaddr: relay }, { ...towards, source: SERVER, destination: relay });
    build.icmp(at + 0.02, 1, '10.0.0.9', { ...towards, source: SERVER, destination: relay });
  }
  const [found, lost] = build.analyse(10).findings;
  assert.deepEqual([found!.id, found!.subject, found!.frames.join()], ['host-unreachable', relay, '3,2,5,6']);
  assert.deepEqual(
    found!.causes.filter(({ likelihood }) => likelihood === 'likely').map(({ text, evidence }) => [text, ...evidence]),
    [
      [
        `A route back to ${relay} is missing at 10.0.0.9, or is wrong there`,
        'ICMP from 10.0.0.9, code 1 (host unreachable)',
        'the relay is up, and its requests arrive: it sends the DISCOVER in frame 1',
      ],
    ],
  );
  assert.doesNotMatch(JSON.stringify(found), /helper-address|is down/);
  assert.deepEqual([lost!.id, lost!.causes[0]!.finding], ['offer-not-taken', 'host-unreachable']);
  // The way to the server is another matter: what a relay sends is no reply.
  const ahead = new Build();
  ahead.discover(0, { giaddr: relay, hops: 1 }, towards);
  ahead.icmp(0.01, 1, '10.0.0.9', towards);
  assert.match(ahead.analyse(10).findings[0]!.causes[0]!.text, /^The server or relay is down/);
});

test('a client’s kernel that refuses the reply is worth an info only: the exchange completes', () => {
  const build = new Build();
  build.bind();
  build.icmp(0.04, 3, ADDRESS, { source: SERVER, destination: ADDRESS, sourcePort: 67, destinationPort: 68 });
  assert.deepEqual(lines(build.analyse()), [`port-unreachable info ${ADDRESS} 5`]);
});

test('an error about another port is not ours', () => {
  const build = new Build();
  build.icmp(0, 3, SERVER, { ...to67, destinationPort: 53 });
  assert.deepEqual(lines(build.analyse(), 'port-unreachable'), []);
});

test('a DHCPv6 client that has gone after its RELEASE refuses the REPLY at the address that it asked from: info', () => {
  const duids = '0001000a00030001020000000001' + '0002000a00030001020000000002';
  for (const [type, severity] of [
    ['08', 'info'], // RELEASE
    ['03', 'error'], // REQUEST
  ] as const) {
    const build = new Build();
    build.v6(0, `${type}000001${duids}`);
    const quoted = { source: 'fe80::2', destination: 'fe80::1', sourcePort: 547, destinationPort: 546 };
    build.icmp(0.1, 4, 'fe80::1', quoted);
    build.packets[1] = { ...build.packets[1]!, protocol: 'icmpv6', icmp: { version: 6, type: 1, code: 4, quoted } };
    assert.deepEqual(lines(build.analyse(0.2)), [`port-unreachable ${severity} fe80::1 2`]);
  }
});

test('a server identifier that cannot be reached: that the server speaks from another address stands first', () => {
  const NAMED = '172.16.99.2';
  const build = new Build();
  const told = { options: lease([ipOption(54, NAMED)]) };
  build.bind(0, {}, told);
  for (const at of [1800, 1860]) build.renew(at, { xid: 2 }, { destination: NAMED });
  build.icmp(1861, 1, '10.0.0.254', { source: ADDRESS, destination: NAMED, sourcePort: 68, destinationPort: 67 });
  const { findings } = build.analyse(2000);
  assert.deepEqual(
    findings.filter(({ severity }) => severity !== 'info').map(({ id }) => id),
    ['source-not-server-id', 'host-unreachable', 'renewal-unanswered'],
  );
  assert.match(findings[0]!.explanation, /This explains “172\.16\.99\.2 cannot be reached .*” and “/);
  assert.deepEqual(
    findings[1]!.causes.slice(0, 2).map(({ likelihood }) => likelihood),
    ['likely', 'possible'],
  );
  assert.deepEqual(findings[1]!.causes[0]!.evidence, [
    `the reply in frame 2 comes from ${SERVER}, and its option 54 says ${NAMED}`,
  ]);
});

test('a client that says itself that it cannot be reached is up: its kernel does not have the address yet', () => {
  const replied = { source: SERVER, destination: ADDRESS, sourcePort: 67, destinationPort: 68 };
  for (const [from, severity] of [
    [ADDRESS, 'info'],
    ['10.0.0.2', 'error'],
  ] as const) {
    const build = new Build();
    build.icmp(0, 1, from, replied);
    assert.deepEqual(lines(build.analyse(), 'host-unreachable'), [`host-unreachable ${severity} ${ADDRESS} 1`]);
  }
  // A server that says so does not have the address that its clients ask.
  const server = new Build();
  server.icmp(0, 1, SERVER, to67);
  assert.deepEqual(lines(server.analyse(), 'host-unreachable'), [`host-unreachable error ${SERVER} 1`]);
});

const RELAY = '10.0.0.254';
const towards = { source: RELAY, destination: SERVER, sourcePort: 67, destinationPort: 67 };
const back = { source: SERVER, destination: RELAY, sourcePort: 67, destinationPort: 67 };

test('time exceeded (RFC 792, type 11): a routing loop, and no missing route', () => {
  const build = new Build();
  for (const at of [0, 4, 12]) {
    build.discover(at, { giaddr: RELAY, hops: 1 }, towards);
    build.icmp(at + 0.02, 0, '10.0.0.9', towards, undefined, { type: 11 });
  }
  const { findings, verdict } = build.analyse(30);
  const grave = findings.filter(({ severity }) => severity !== 'info');
  assert.deepEqual(
    grave.map(({ id, severity, title }) => [id, severity, title]),
    [
      ['host-unreachable', 'error', `Datagrams to ${SERVER}, UDP port 67, go round in a routing loop`],
      ['relay-unanswered', 'error', `Relay ${RELAY} gets no answer from ${SERVER}`],
    ],
  );
  for (const { causes } of grave) assert.match(causes[0]!.text, /routing loop/);
  assert.match(
    verdict,
    /Do this first: From 10\.0\.0\.254: “traceroute 10\.0\.0\.1” shows the routers that pass it round\.$/,
  );
  // Reassembly that takes too long (code 1) is no loop.
  const other = new Build();
  other.icmp(0, 1, '10.0.0.9', towards, undefined, { type: 11 });
  assert.deepEqual(lines(other.analyse(9), 'host-unreachable'), []);
});

/** A client behind a relay; OFFERs of 300 octets and more, and a router on their way that drops them. */
function tooLarge(dropped: readonly number[], completes: boolean, quotes = true): ReturnType<Build['analyse']> {
  const build = new Build();
  const dhcp = quotes ? { dhcp: { xid: 0x1234, chaddr: CLIENT } } : {};
  for (const at of [0, 4]) {
    build.discover(at, { giaddr: RELAY, hops: 1 }, towards);
    build.offer(at + 0.01, { giaddr: RELAY, options: [...lease(), raw(43, 'aa'.repeat(200))] }, back);
    if (dropped.includes(at)) build.icmp(at + 0.02, 4, '10.0.0.9', { ...back, ...dhcp }, undefined, { mtu: 400 });
  }
  if (completes) {
    build.request(5, { giaddr: RELAY, hops: 1 }, towards);
    build.ack(5.01, { giaddr: RELAY }, back);
  }
  return build.analyse(30);
}

test('fragmentation needed (RFC 1191): the reply is too large for the way, which explains that it is not taken', () => {
  for (const quotes of [true, false]) {
    const { findings } = tooLarge([0, 4], false, quotes);
    const [large, lost] = findings.filter(({ severity }) => severity !== 'info');
    const size = Number(/OFFER of (\d+) octets/.exec(large!.title)![1]);
    // 240 octets up to the options, those of this OFFER, and the headers of UDP and IP.
    assert.ok(size > 400 && size < 600, String(size));
    assert.deepEqual(
      [large!.id, large!.severity, large!.frames.join(), large!.title],
      [
        'message-too-large',
        'warning',
        '3,2,5,6',
        `The OFFER of ${size} octets from ${SERVER} does not get to ${RELAY}: behind 10.0.0.9, at most 400 octets pass`,
      ],
    );
    assert.deepEqual(
      [lost!.id, lost!.causes[0]!.likelihood, lost!.causes[0]!.text, lost!.causes[0]!.evidence[0]],
      [
        'offer-not-taken',
        'likely',
        `The OFFER is too large for the way to ${RELAY}, and 10.0.0.9 says so by ICMP`,
        'ICMP from 10.0.0.9 in frame 3 (type 3, code 4, MTU 400)',
      ],
    );
  }
  // The server heeds it, and its next OFFER gets through.
  const served = tooLarge([0], true);
  assert.deepEqual(lines(served, 'message-too-large'), [`message-too-large info ${RELAY} 3,2`]);
  assert.ok(
    served.findings.every(({ severity }) => severity === 'info'),
    lines(served).join('; '),
  );
});
