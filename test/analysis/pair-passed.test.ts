import assert from 'node:assert/strict';
import test from 'node:test';
import type { PairFinding } from '../../src/analysis/compare/pair';
import { ADDRESS, Build, CLIENT, SERVER, SERVER_MAC, ipOption, raw } from './build';
import { compare } from './points';

/* What got through beside what is lost rules causes out, and what tells the two apart is the first cause. */

const UNTIL = { until: 60 };
const between = (a: Build, b: Build): readonly PairFinding[] => compare(a, b, 11, [UNTIL, { from: -1, until: 60 }]);
const causesOf = ({ causes }: PairFinding): string[] => causes.map(({ likelihood, text }) => `${likelihood}: ${text}`);
const DROPPED = 'unlikely: The capture b.pcap lost frames (tcpdump says “packets dropped by kernel”)';
const asked = { options: [ipOption(50, ADDRESS), ipOption(54, SERVER), raw(55, '0103061c')] };
const UNICAST = { destination: ADDRESS };

/** The client asks anew; `passes`: whether its REQUESTs come to the server. */
function requests(passes: boolean): readonly [Build, Build] {
  const [client, server] = [new Build(), new Build()];
  for (const [at, xid] of [
    [0, 1],
    [30, 2],
  ] as const) {
    for (const [build, later] of [
      [client, 0],
      [server, 0.0002],
    ] as const) {
      build.discover(at + later, { xid });
      build.offer(at + 0.001 - later, { xid }, UNICAST);
    }
    for (const again of [0.01, 4, 8]) {
      client.request(at + again, { ...asked, xid, secs: Math.floor(again) });
      if (!passes) continue;
      server.request(at + again + 0.0002, { ...asked, xid, secs: Math.floor(again) });
      server.ack(at + again + 0.001, { xid }, UNICAST);
      client.ack(at + again + 0.0012, { xid }, UNICAST);
      break;
    }
  }
  return [client, server];
}

test('REQUESTs are lost where DISCOVERs pass: neither port nor VLAN nor a missing relay is the cause', () => {
  const [found, ...more] = between(...requests(false));
  assert.equal(found!.title, `${CLIENT}: 6 REQUESTs lost between a.pcap and b.pcap`);
  assert.deepEqual(more, []);
  assert.deepEqual(causesOf(found!), [
    'likely: Something on the way drops REQUESTs and lets DISCOVERs pass: DHCP inspection, an access list, or a limit of rate',
    DROPPED,
  ]);
  const [, options, sizes] = found!.causes[0]!.evidence;
  assert.equal(
    found!.causes[0]!.evidence[0],
    'the DISCOVER in frame 1 of a.pcap passed the same way, by broadcast from port 68 to port 67',
  );
  assert.equal(
    options,
    'each of the lost REQUESTs has option 50 (Requested IP Address) and option 54 (Server Identifier), and none of the DISCOVERs that pass has',
  );
  assert.equal(sizes, undefined);
  assert.deepEqual(found!.steps, [
    'On the switches and firewalls between the two points, look for what drops REQUESTs and lets DISCOVERs pass.',
    'Cisco IOS: `show ip dhcp snooping statistics detail` shows what DHCP snooping dropped, and why.',
    'Capture at a point half-way between a.pcap and b.pcap, and compare again: each step halves the way.',
  ]);
  assert.deepEqual(between(...requests(true)), []);
});

test('OFFERs of one link that never arrive: snooping first, and no firewall of the client, which lies behind the point', () => {
  const [client, server] = [new Build(), new Build()];
  for (const at of [0, 4, 12]) {
    client.discover(at, { secs: at });
    server.discover(at + 0.0002, { secs: at });
    server.offer(at + 0.001, {}, UNICAST);
  }
  const [found] = between(client, server);
  assert.deepEqual(causesOf(found!).slice(0, 2), [
    'likely: DHCP snooping drops the replies of a server behind a port that is not trusted',
    'likely: A firewall between the two points drops datagrams to UDP port 68',
  ]);
  assert.match(found!.steps[0]!, /^Cisco IOS: `show ip dhcp snooping` shows the trusted ports\./);
  assert.equal(
    found!.steps.at(-1),
    `On the firewalls and routers between the two points, let UDP from port 67 to port 68 pass, as from ${SERVER} to ${ADDRESS}.`,
  );
  assert.ok(!found!.steps.some((step) => /on the client|lets? replies in/.test(step)));
});

test('NAKs by broadcast that never arrive: what stops broadcasts is among the causes', () => {
  const [client, server] = [new Build(), new Build()];
  const options = [ipOption(50, ADDRESS), raw(55, '0103061c')];
  for (const at of [0, 4, 12]) {
    client.request(at, { secs: at, options });
    server.request(at + 0.0002, { secs: at, options });
    server.nak(at + 0.001);
  }
  const [found] = between(client, server);
  assert.match(causesOf(found!)[1]!, /^likely: Broadcasts do not get through in this direction/);
  assert.ok(found!.steps.some((step) => step.includes('look for what stops broadcasts')));
});

test('NAKs by broadcast that never arrive: an ARP broadcast of the server that arrives rules out what stops broadcasts', () => {
  /** The server asks by ARP at the server’s point, and so many seconds later the client’s point shows that of this host. */
  const found = (host: string | undefined, later: number): PairFinding => {
    const [client, server] = [new Build(), new Build()];
    const options = [ipOption(50, ADDRESS), raw(55, '0103061c')];
    const asks = (build: Build, at: number, mac: string): void => {
      const place = build.arp(at, 1, mac, SERVER, ADDRESS) - 1;
      build.packets[place] = { ...build.packets[place]!, ethDestination: 'ff:ff:ff:ff:ff:ff' };
    };
    for (const at of [0, 4, 12]) {
      client.request(at, { secs: at, options });
      server.request(at + 0.0002, { secs: at, options });
      server.nak(at + 0.001);
    }
    asks(server, 13, SERVER_MAC);
    if (host !== undefined) asks(client, 13 + later, host);
    return between(client, server)[0]!;
  };
  const passes = found(SERVER_MAC, 0.0002);
  assert.deepEqual(
    passes.causes.find(({ text }) => text.startsWith('Broadcasts do not get through')),
    {
      likelihood: 'unlikely',
      text: 'Broadcasts do not get through in this direction: storm control, a broadcast filter, or client isolation stops them',
      evidence: ['an ARP broadcast of the same sender gets through: frame 7 of b.pcap is frame 4 of a.pcap'],
    },
  );
  assert.ok(!passes.steps.some((step) => step.includes('look for what stops broadcasts')));
  // No ARP, that of another host, and that of another time tell nothing.
  for (const other of [found(undefined, 0), found(CLIENT, 0.0002), found(SERVER_MAC, 3)])
    assert.match(causesOf(other)[1]!, /^likely: Broadcasts do not get through in this direction/);
});

test('DHCPv6: REPLYs are lost where ADVERTISEs pass: no step about ports, and the reference of DHCPv6', () => {
  const [client, server] = [new Build(), new Build()];
  const ID = '0001000a0003000102000000000c';
  const SERVER_ID = '0002000a000300010200000000fe';
  const back = { source: 'fe80::fe', destination: 'fe80::1' };
  for (const [build, later] of [
    [client, 0],
    [server, 0.0002],
  ] as const) {
    build.v6(later, `01000001${ID}`);
    build.v6(0.001 - later, `02000001${ID}${SERVER_ID}`, back);
  }
  for (const at of [1, 2, 4]) {
    client.v6(at, `03000002${ID}${SERVER_ID}`);
    server.v6(at + 0.0002, `03000002${ID}${SERVER_ID}`);
    server.v6(at + 0.001, `07000002${ID}${SERVER_ID}`, back);
  }
  const [found, ...more] = between(client, server);
  assert.deepEqual(more, []);
  assert.equal(found!.title, '02:00:00:00:00:0c: 3 REPLYs lost between b.pcap and a.pcap');
  assert.deepEqual(causesOf(found!), [
    'likely: Something on the way drops REPLYs and lets ADVERTISEs pass: DHCP inspection, an access list, or a limit of rate',
    DROPPED.replace('b.pcap', 'a.pcap'),
  ]);
  assert.deepEqual(found!.causes[0]!.evidence, [
    'the ADVERTISE in frame 2 of b.pcap passed the same way, to fe80::1 from port 547 to port 546',
  ]);
  assert.equal(found!.steps.length, 2);
  assert.equal(found!.reference, 'RFC 9915 §15, §18.2');
});

const RELAY = '10.9.0.1';
const FAR = { source: '10.9.1.1', destination: SERVER, sourcePort: 67 };

test('A renewal by unicast is no relay’s business: what passes comes from the relay', () => {
  const [client, server] = [new Build(), new Build()];
  client.discover(0);
  server.discover(0.001, { giaddr: RELAY, hops: 1 }, FAR);
  for (const at of [10, 14, 22]) client.renew(at, { xid: 7, secs: at - 10 });
  client.discover(30, { xid: 8 });
  server.discover(30.001, { xid: 8, giaddr: RELAY, hops: 1 }, FAR);
  const [found] = between(client, server);
  assert.equal(found!.title, `${CLIENT}: 3 REQUESTs lost between a.pcap and b.pcap`);
  assert.deepEqual(causesOf(found!), [
    `likely: A firewall or router on the way lets what relay ${RELAY} sends pass, but not what clients send themselves: it is routed, and no relay handles it`,
    DROPPED,
  ]);
  assert.deepEqual(found!.causes[0]!.evidence, [
    `the lost REQUEST goes by unicast from ${ADDRESS}, port 68, to ${SERVER} (frame 2 of a.pcap)`,
    'the DISCOVER that passes comes from 10.9.1.1, port 67 (frame 1 of b.pcap)',
  ]);
  assert.equal(
    found!.steps[0],
    `On the firewalls and routers between the two points, let UDP from port 68 to port 67 pass, as from ${ADDRESS} to ${SERVER}.`,
  );
});

/** Relayed DISCOVERs on two sides of a way; those of one client are `long` and lost. */
function long(octets: number): readonly [Build, Build] {
  const [near, far] = [new Build(), new Build()];
  for (const [i, host] of ['10', '11', '12', '13'].entries()) {
    const spec = { chaddr: `02:00:00:00:01:${host}`, xid: i, giaddr: RELAY, hops: 1 };
    for (const again of [0, 4, 12]) {
      const filled = host === '11' ? { options: [raw(43, '00'.repeat(octets)), raw(60, '00'.repeat(octets))] } : {};
      near.discover(i + again, { ...spec, ...filled, secs: again }, FAR);
      if (host !== '11') far.discover(i + again + 0.0002, { ...spec, secs: again }, FAR);
    }
  }
  return [near, far];
}

test('Only long messages are lost: the length is the first cause, and nothing is said of switch ports behind the relay', () => {
  const [found] = between(...long(200));
  const [first, second] = found!.causes;
  assert.match(first!.text, /^Something on the way drops long messages/);
  assert.match(
    first!.evidence[0]!,
    /^each lost DISCOVER has \d{3} octets or more of DHCP \(frames 4, 5 and 6\), and the 9 that pass have \d{3} at most$/,
  );
  assert.match(found!.steps[0]!, /^Linux, on 10\.9\.1\.1: `ping -M do -s \d{3} 10\.0\.0\.1` shows whether/);
  assert.match(second!.text, /: DHCP inspection, or a filter of hardware addresses \(chaddr\)$/);
  assert.ok(!found!.steps.some((step) => step.includes('mac address-table')));
  const [short] = between(...long(2));
  assert.match(short!.causes[0]!.text, /^Something on the way treats 02:00:00:00:01:11 otherwise/);
});

/** Clients ask one after the other behind a relay, some before and some after the way to the server breaks; the others are the server's. */
function broken(
  asking: readonly number[],
  answered: (n: number, type: 'DISCOVER' | 'REQUEST') => boolean,
): PairFinding[] {
  const relay = new Build();
  const server = new Build();
  asking.forEach((n, i) => {
    const at = 10 * i;
    const chaddr = `02:00:00:00:00:${String(n).padStart(2, '0')}`;
    const way = { source: '10.7.0.1', destination: '10.0.0.1', sourcePort: 67, destinationPort: 67 };
    const both = { chaddr, giaddr: '10.7.0.1', hops: 1, xid: i + 1 };
    const back = { source: '10.0.0.1', destination: '10.7.0.1', destinationPort: 67 };
    const sent = { ...both, yiaddr: `10.7.0.${50 + n}` };
    relay.discover(at, both, way);
    if (!answered(n, 'DISCOVER')) {
      relay.discover(at + 4, { ...both, secs: 4 }, way);
      return;
    }
    server.discover(at + 0.001, both, way);
    server.offer(at + 0.002, sent, back);
    relay.offer(at + 0.003, sent, back);
    const options = [ipOption(50, sent.yiaddr), ipOption(54, '10.0.0.1')];
    for (const [secs, wait] of answered(n, 'REQUEST')
      ? [[0, 0.01]]
      : ([
          [0, 0.01],
          [4, 4],
        ] as const)) {
      relay.request(at + wait, { ...both, secs, options }, way);
      if (answered(n, 'REQUEST')) server.request(at + wait + 0.001, { ...both, secs, options }, way);
    }
    if (!answered(n, 'REQUEST')) return;
    server.ack(at + 0.012, sent, back);
    relay.ack(at + 0.013, sent, back);
  });
  // The server’s link goes on.
  server.bind(10 * asking.length + 20, { chaddr: '02:00:00:00:00:99' });
  return [...compare(relay, server, 0, [{ until: 200 }, { until: 200 }])].filter(({ id }) => id === 'lost-between');
}
const firstTold = (findings: readonly PairFinding[]): unknown[] =>
  findings.map(({ members, causes: [first] }) => [
    members?.length ?? 1,
    first!.likelihood,
    first!.text,
    ...first!.evidence,
  ]);

test('All that passes a way comes before all that is lost: something changed then, and what passed before proves nothing', () => {
  const found = broken([1, 2, 3, 4, 5, 6], (n) => n <= 3);
  assert.deepEqual(firstTold(found), [
    [
      3,
      'likely',
      'Something changed on the way from 10.7.0.1 to 10.0.0.1 after frame 11 of a.pcap, and nothing gets through since: a cable, a port, a route, or a rule of a firewall',
      'up to frame 11 of a.pcap, 6 messages of 3 clients passed; from frame 13 on, none of 6 does',
    ],
  ]);
  assert.doesNotMatch(JSON.stringify(found), /chaddr|passed the same way/);
  assert.match(found[0]!.explanation, /from 3 clients behind relay 10\.7\.0\.1\. /);
  assert.match(found[0]!.steps[0]!, / between 22:13:40 and 22:13:50 UTC, by the clock of a\.pcap\.$/);
  // Messages of one name only: the others pass on.
  const requests = broken([1, 2, 3, 4, 5, 6], (n, type) => n <= 3 || type === 'DISCOVER');
  assert.match(
    String(firstTold(requests)),
    /^3,likely,Something changed on the way from 10\.7\.0\.1 to 10\.0\.0\.1 after frame 11 of a\.pcap, and no REQUEST gets through since: /,
  );
  assert.match(requests[0]!.causes[1]!.text, /^Something on the way drops REQUESTs and lets DISCOVERs pass/);
});

test('Lost messages between those that pass are told by client, and a single client that asks last may be chance', () => {
  for (const asking of [
    [1, 4, 2, 5, 3, 6, 7],
    [1, 2, 3, 4],
  ]) {
    const found = broken(asking, (n) => n <= 3 || n === 7);
    assert.match(String(firstTold(found)), /Something on the way treats /);
    assert.doesNotMatch(JSON.stringify(found), /Something changed/);
  }
  assert.deepEqual(
    broken([1, 2, 3], () => true),
    [],
  );
});

const OTHER = '02:00:00:00:02:22';
const OTHER_ADDRESS = '10.0.0.102';
const RENEWS = { ciaddr: ADDRESS, xid: 7 };

/** A client renews by unicast, then by broadcast, as another one does; `passes`: whether its unicasts come to the server; `last`: its broadcast. */
function renewals(passes: boolean, last: boolean, beside = true): readonly [Build, Build] {
  const [client, server] = [new Build(), new Build()];
  const both = (make: (build: Build, later: number) => void): void => {
    make(client, 0);
    make(server, 0.0002);
  };
  const other = { chaddr: OTHER, ciaddr: OTHER_ADDRESS, xid: 9 };
  both((build, later) => {
    build.discover(later, { xid: 1 });
    if (!beside) return;
    build.renew(5 + later, other, { source: OTHER_ADDRESS });
    build.ack(5.001 - later, { ...other, yiaddr: OTHER_ADDRESS }, { destination: OTHER_ADDRESS });
  });
  for (const at of [10, 14, 22]) {
    client.renew(at, { ...RENEWS, secs: at - 10 });
    if (!passes) continue;
    server.renew(at + 0.0002, { ...RENEWS, secs: at - 10 });
    both((build, later) => build.ack(at + 0.001 - later, RENEWS, UNICAST));
    break;
  }
  if (last)
    both((build, later) => {
      build.renew(40 + later, { ...RENEWS, secs: 30 }, { destination: '255.255.255.255' });
      build.ack(40.001 - later, RENEWS, UNICAST);
    });
  return [client, server];
}

test('A client’s unicasts are lost and its broadcasts pass since: neither its port nor its address is the reason', () => {
  const [found, ...more] = between(...renewals(false, true));
  assert.equal(found!.title, `${CLIENT}: 3 REQUESTs lost between a.pcap and b.pcap`);
  assert.deepEqual(more, []);
  assert.deepEqual(causesOf(found!), [
    'likely: A firewall, router or access list on the way stops what this client sends by unicast to UDP port 67, and lets broadcasts pass',
    DROPPED,
  ]);
  assert.deepEqual(found!.causes[0]!.evidence, [
    `the lost REQUEST goes by unicast from ${ADDRESS}, port 68, to ${SERVER} (frame 4 of a.pcap)`,
    'the REQUEST of the same client in frame 7 of a.pcap, by broadcast, passed after that, so its port, VLAN and link-layer address are let through',
    `frame 2 of a.pcap, from ${OTHER}, passed the same way`,
  ]);
  assert.deepEqual(found!.steps, [
    `On the firewalls and routers between the two points, let UDP from port 68 to port 67 pass, as from ${ADDRESS} to ${SERVER}.`,
    'Capture at a point half-way between a.pcap and b.pcap, and compare again: each step halves the way.',
  ]);
  // Without a broadcast since, its port may have been closed; where no other client is heard, it may be nobody’s unicast.
  assert.match(
    causesOf(between(...renewals(false, false))[0]!)[0]!,
    /treats .* otherwise than others: its switch port/,
  );
  assert.match(
    causesOf(between(...renewals(false, true, false))[0]!)[0]!,
    /stops what is sent by unicast to UDP port 67/,
  );
  assert.deepEqual(between(...renewals(true, true)), []);
});

/** A server’s ACKs to one client are lost (`passes`: they are not), and its OFFER is not; another client gets both if it is `served`. */
function acks(passes: boolean, served: boolean): readonly [Build, Build] {
  const [client, server] = [new Build(), new Build()];
  const request = (at: number, spec: object): void => {
    client.request(at, spec);
    server.request(at + 0.0002, spec);
  };
  const answer = (name: 'offer' | 'ack', at: number, spec: object, destination: string, comes = true): void => {
    server[name](at, spec, { destination });
    if (comes) client[name](at + 0.0002, spec, { destination });
  };
  const lease = (
    at: number,
    spec: Parameters<Build['discover']>[1] & object,
    to: string,
    tries: readonly number[],
    comes: boolean,
  ): void => {
    client.discover(at, spec);
    server.discover(at + 0.0002, spec);
    answer('offer', at + 0.001, spec, to);
    for (const later of tries) {
      request(at + later, { ...spec, secs: Math.floor(later) });
      answer('ack', at + later + 0.001, spec, to, comes);
    }
  };
  if (served) lease(0, { xid: 9, chaddr: OTHER, yiaddr: OTHER_ADDRESS }, OTHER_ADDRESS, [0.01], true);
  for (const [at, xid] of [
    [10, 1],
    [30, 2],
  ] as const)
    lease(at, { xid }, ADDRESS, passes ? [0.01] : [0.01, 4, 8], passes);
  return [client, server];
}

test('ACKs to one client are lost, and ACKs to another pass the same way: what drops them tells clients apart', () => {
  const [found, ...more] = between(...acks(false, true));
  assert.equal(found!.title, `${CLIENT}: 6 ACKs lost between b.pcap and a.pcap`);
  assert.deepEqual(more, []);
  const drops = DROPPED.replace('b.pcap', 'a.pcap');
  assert.deepEqual(causesOf(found!), [
    `likely: Something on the way drops ACKs to ${CLIENT} and lets OFFERs pass: DHCP inspection or an access list`,
    drops,
  ]);
  assert.deepEqual(found!.causes[0]!.evidence, [
    `the OFFER in frame 6 of b.pcap passed the same way, to ${ADDRESS} from port 67 to port 68`,
    `the ACK in frame 4 of b.pcap, to ${OTHER}, passed the same way`,
  ]);
  assert.match(String(found!.steps[0]), /look for what drops ACKs to 02:\S+ and lets OFFERs pass\.$/);
  assert.ok(found!.steps.some((step) => step.startsWith('Compare frame 8 of b.pcap with frame 4, which passed')));
  // Where no other client is heard, it may be all ACKs.
  assert.deepEqual(causesOf(between(...acks(false, false))[0]!), [
    'likely: Something on the way drops ACKs and lets OFFERs pass: DHCP inspection, an access list, or a limit of rate',
    drops,
  ]);
  assert.deepEqual(between(...acks(true, true)), []);
});
