import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, SERVER, SERVER_MAC, ipOption, lease, lines, raw } from './build';

test('client-on-port-67: giaddr 0 and hops 0; a relay may', () => {
  const build = new Build();
  build.discover(0, {}, { sourcePort: 67 });
  build.offer(0.1);
  assert.deepEqual(lines(build.analyse(1)), [`client-on-port-67 error ${CLIENT} 1`]);
  const relay = new Build();
  relay.discover(0, { giaddr: '10.0.0.2', hops: 1 }, { sourcePort: 67, source: '10.0.0.2', destination: SERVER });
  relay.offer(0.1, { giaddr: '10.0.0.2' }, { destination: '10.0.0.2', destinationPort: 67 });
  assert.deepEqual(lines(relay.analyse(1)), []);
});

test('reply-to-wrong-port: to another than 68, from another than 67', () => {
  const to = new Build();
  to.discover(0);
  to.offer(0.1, {}, { destinationPort: 67 });
  assert.deepEqual(lines(to.analyse(1)), [`reply-to-wrong-port error ${SERVER} 2`]);
  const from = new Build();
  from.discover(0);
  from.offer(0.1, {}, { sourcePort: 40000 });
  assert.deepEqual(lines(from.analyse(1)), [`reply-to-wrong-port error ${SERVER} 2`]);
});

test('request-to-wrong-port; port 4011 is PXE’s', () => {
  const build = new Build();
  build.discover(0, {}, { destinationPort: 68 });
  assert.deepEqual(lines(build.analyse(1)), [`request-to-wrong-port error ${CLIENT} 1`]);
  const pxe = new Build();
  pxe.renew(0, {}, { destinationPort: 4011 });
  assert.deepEqual(lines(pxe.analyse(1)), []);
});

test('between foreign ports nobody is waited for, whatever the message asks', () => {
  const ports = { sourcePort: 43282, destinationPort: 30718, source: ADDRESS, destination: '255.255.255.255' };
  const asks = [
    (build: Build, at: number, seen: object) =>
      build.dhcp(8, { ciaddr: ADDRESS, xid: at + 1, options: [raw(55, '06')] }, { at, ...seen }),
    (build: Build, at: number, seen: object) => build.renew(at, { xid: at + 1 }, seen),
    (build: Build, at: number, seen: object) => build.request(at, { xid: at + 1 }, seen),
  ];
  for (const ask of asks) {
    const seen = (of: object): string[] => {
      const build = new Build();
      build.bind(0);
      for (const at of [100, 120, 140]) ask(build, at, of);
      return [
        ...new Set(
          build
            .analyse(200)
            .findings.filter(({ severity }) => severity !== 'info')
            .map(({ id }) => id),
        ),
      ];
    };
    assert.deepEqual(seen(ports), ['nonstandard-port']);
    // The same to port 67 is asked in vain.
    assert.match(seen({}).join(), /inform-unanswered|renewal-unanswered|no-ack/);
  }
});

test('nonstandard-port only where neither port is one of ours', () => {
  const build = new Build();
  build.discover(0, {}, { sourcePort: 1068, destinationPort: 1067 });
  assert.deepEqual(lines(build.analyse(1)), ['nonstandard-port warning UDP ports 1067 and 1068 1']);
});

test('nonstandard-port: datagrams of a host with an address that nobody answers are another program’s', () => {
  const beacon = (source: string, sourcePort = 10067, answered = false): [string, string] => {
    const build = new Build();
    const ports = { sourcePort, destinationPort: 29810 };
    for (let i = 0; i < 5; i++) build.discover(i * 10, { xid: i + 1 }, { source, ...ports });
    if (answered) build.offer(40.1, { xid: 5 }, { sourcePort: 29810, destinationPort: sourcePort });
    const { findings, verdict } = build.analyse(60);
    return [findings.find(({ id }) => id === 'nonstandard-port')!.causes[0]!.text.slice(0, 15), verdict];
  };
  const [first, verdict] = beacon(ADDRESS);
  assert.equal(first, 'Another program');
  assert.doesNotMatch(verdict, /client/);
  for (const [cause, told] of [beacon('0.0.0.0'), beacon(ADDRESS, 10067, true)]) {
    assert.equal(cause, 'A test set-up w');
    assert.match(told, /client/);
  }
  assert.equal(beacon(ADDRESS, 1067)[0], 'A test set-up w');
});

test('reply-to-wrong-port: a relay listens on 67, unless it says that it listens where it sent from (RFC 8357)', () => {
  const giaddr = '10.9.0.1';
  const toRelay = (port: number, agent: string): string[] => {
    const build = new Build();
    const options = [raw(82, agent)];
    build.discover(0, { giaddr, hops: 1, options }, { source: giaddr, destination: SERVER, sourcePort: port });
    build.offer(0.1, { giaddr, options: lease(options) }, { destination: giaddr, destinationPort: port });
    return lines(build.analyse(1), 'reply-to-wrong-port');
  };
  assert.deepEqual(toRelay(67, '010161'), []);
  assert.deepEqual(toRelay(68, '010161'), [`reply-to-wrong-port error ${SERVER} 2`]);
  assert.deepEqual(toRelay(40000, '010161'), [`reply-to-wrong-port error ${SERVER} 2`]);
  assert.deepEqual(toRelay(40000, '0101611300'), []);
});

test('client-on-port-67 and request-to-wrong-port name the device that the frame comes from', () => {
  const build = new Build();
  build.dhcp(
    7,
    { ciaddr: ADDRESS, options: [ipOption(54, SERVER)] },
    { at: 0, ethSource: SERVER_MAC, source: SERVER, destination: ADDRESS, sourcePort: 67, destinationPort: 68 },
  );
  const titles = build.analyse(1).findings.map(({ id, title }) => `${id}: ${title}`);
  const sender = `${SERVER_MAC} (${SERVER}) sends a message of client ${CLIENT}`;
  assert.ok(titles.includes(`client-on-port-67: ${sender} from UDP port 67, the server’s port`), titles.join('; '));
  assert.ok(titles.includes(`request-to-wrong-port: ${sender} to port 68`), titles.join('; '));
});

test('what a server’s host sends to a client’s port with a client’s type is that host’s fault, and the steps lead there', () => {
  const build = new Build();
  const sent = { ethSource: SERVER_MAC, source: SERVER, destination: ADDRESS, sourcePort: 67, destinationPort: 68 };
  build.dhcp(7, { ciaddr: ADDRESS, options: [ipOption(54, SERVER)] }, { at: 0, ...sent });
  const found = build.analyse(1).findings.filter(({ fields }) => fields?.[0]?.startsWith('udp.'));
  assert.deepEqual(
    found.map(({ id, subject, causes }) => [id, subject, causes[0]!.text]),
    ['client-on-port-67', 'request-to-wrong-port'].map((id) => [
      id,
      SERVER_MAC,
      'A server program, or a tool that tests clients, sends it with a client’s message type',
    ]),
  );
  for (const { steps } of found) assert.match(steps[0]!, /^Linux, on 10\.0\.0\.1 \(02:00:00:00:00:fe\): `ss -lunp/);
  assert.doesNotMatch(JSON.stringify(found), /[Oo]n the client/);
  // A client that sends by itself: the steps lead to it.
  const own = new Build();
  own.discover(0, {}, { sourcePort: 67 });
  const [mine] = own.analyse(1).findings;
  assert.equal(mine!.subject, CLIENT);
  assert.match(mine!.steps[0]!, /^Linux, on 02:00:00:00:00:01: /);
});

test('reply-to-wrong-port: from another port to the right one, something on the way rewrites ports', () => {
  const build = new Build();
  for (const at of [0, 4]) {
    build.discover(at);
    build.offer(at + 0.01, {}, { sourcePort: 1024 });
  }
  const [found] = build.analyse(20).findings;
  assert.equal(found!.id, 'reply-to-wrong-port');
  assert.equal(found!.causes[0]!.likelihood, 'likely');
  assert.match(found!.causes[0]!.text, /rewrites ports/);
  assert.match(found!.steps[0]!, /^See the rules that rewrite ports/);
});
