/* A server that is heard after it was asked in vain is not down: its DHCP program, a filter or a firewall is what to look at. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { ADDRESS, Build, CLIENT, SERVER, SERVER_MAC, ipOption } from './build';

const found = (build: Build, id: string, until: number): Finding =>
  build.analyse(until).findings.find((one) => one.id === id)!;
const told = (finding: Finding, text: RegExp): string[] =>
  finding.causes
    .filter((one) => text.test(one.text))
    .map(({ likelihood, text: all, evidence }) => `${likelihood}: ${all} | ${evidence.join('; ')}`);

/** A ping reply. */
const pings = (build: Build, at: number, source: string): void => {
  build.icmp6(at, { type: 0, code: 0 }, source, SERVER_MAC);
  const last = build.packets.length - 1;
  build.packets[last] = { ...build.packets[last]!, protocol: 'icmp', icmp: { version: 4, type: 0, code: 0 } };
};

/** A lease, and renewals in vain; then what else is seen. */
function renewal(then: (build: Build) => void): Finding {
  const build = new Build();
  build.bind();
  for (const at of [1800, 1804]) build.renew(at, { xid: 7, secs: at - 1800 });
  then(build);
  return found(build, 'renewal-unanswered', 1900);
}

test('renewal-unanswered: a server that speaks by ARP or ping afterwards is not down', () => {
  const silent = (what: string): string[] => [
    `likely: The server ${SERVER} no longer answers, while its host is up: its DHCP program has stopped, or a firewall drops all datagrams to its port 67 | its host ${what}`,
  ];
  assert.deepEqual(
    told(
      renewal((build) => build.arp(1806, 2, SERVER_MAC, SERVER, ADDRESS)),
      /port 67$/,
    ),
    silent('sends ARP in frame 7'),
  );
  assert.deepEqual(
    told(
      renewal((build) => pings(build, 1806, SERVER)),
      /to its port 67$/,
    ),
    silent('sends ICMP in frame 7'),
  );
  // Before the renewal, and of another host: neither says anything of the server since.
  for (const then of [
    (build: Build): void => pings(build, 1806, '10.0.0.9'),
    (build: Build): void => void build.arp(1806, 2, '02:00:00:00:00:77', '10.0.0.9', ADDRESS),
  ])
    assert.deepEqual(told(renewal(then), /to its port 67$/), [
      `likely: The server ${SERVER} is down, has stopped or was replaced, or a firewall drops all datagrams to its port 67 | `,
    ]);
});

test('renewal-unanswered: a server that renews the lease of another client of the link knows nothing of this one', () => {
  const other = { chaddr: '02:00:00:00:00:02', xid: 9 };
  const build = new Build();
  build.bind();
  build.bind(1, other, { yiaddr: '10.0.0.51' });
  for (const at of [1800, 1804]) build.renew(at, { xid: 7, secs: at - 1800 });
  build.renew(1806, { ...other, xid: 10, ciaddr: '10.0.0.51' }, { source: '10.0.0.51' });
  build.ack(
    1806.01,
    { ...other, xid: 10, ciaddr: '10.0.0.51', yiaddr: '10.0.0.51' },
    { destination: '10.0.0.51', ethDestination: other.chaddr },
  );
  const finding = found(build, 'renewal-unanswered', 1900);
  assert.deepEqual(told(finding, /no record|is down|firewall/), [
    `likely: The server has no record of this lease, and does not answer | it answers the renewal of another client of this link after that (frame 12)`,
    'unlikely: A firewall lets the broadcasts of DISCOVER and REQUEST through, but not unicast from the client’s address to port 67 of the server, or not the answer back | 10.0.0.1 answers the renewal of another client of this link after that (frame 12)',
    `unlikely: The server ${SERVER} is down, has stopped or was replaced, or a firewall drops all datagrams to its port 67 | it answers others`,
  ]);
});

test('relay-unanswered: a server that pings after the relay asked it in vain is up', () => {
  const RELAY = '10.9.0.1';
  const build = new Build();
  const up = { source: RELAY, destination: SERVER, sourcePort: 67, ethSource: '02:00:00:00:00:aa' };
  for (const at of [0, 4]) build.discover(at, { giaddr: RELAY, hops: 1, secs: at }, up);
  assert.deepEqual(told(found(build, 'relay-unanswered', 60), /down|stopped/), [
    `possible: The server is down, or does not listen where the relay sends | sent to ${SERVER}`,
  ]);
  pings(build, 6, SERVER);
  assert.deepEqual(told(found(build, 'relay-unanswered', 60), /down|stopped|scope/), [
    `likely: The server has no scope (subnet) that holds ${RELAY}, so it does not know which pool to take | the server’s host is up: it sends ICMP in frame 3`,
    `possible: The server’s DHCP program has stopped, or does not listen where the relay sends, while its host is up | sent to ${SERVER}`,
  ]);
});

test('no-ack: a server that answers others after the REQUEST has not stopped', () => {
  const asked = (later: boolean): string[] => {
    const build = new Build();
    build.discover(0);
    const options = [ipOption(50, ADDRESS), ipOption(54, SERVER)];
    for (const at of [1, 5]) build.request(at, { options, secs: at });
    if (later) build.bind(7, { chaddr: '02:00:00:00:00:02', xid: 9 }, { yiaddr: '10.0.0.51' });
    return told(found(build, 'no-ack', 60), /could not commit/);
  };
  assert.match(asked(false)[0]!, /^possible: The server stopped, or could not commit the lease/);
  assert.match(
    asked(true)[0]!,
    /^possible: The server could not commit the lease .* \| the REQUEST names server 10\.0\.0\.1; 10\.0\.0\.1 answers 02:00:00:00:00:02 after that \(frame 5\)$/,
  );
});

const option = (code: number, value: string): string =>
  code.toString(16).padStart(4, '0') + (value.length / 2).toString(16).padStart(4, '0') + value;
const DUID = option(2, '000300010200000000fe');
const client = option(1, '0003000102000000000c');
const given = option(
  3,
  '00000001' + '00000032' + '00000050' + option(5, `20010db8${'0'.repeat(23)}9` + '000000c8' + '000001f4'),
);

test('v6-no-reply: a server that advertises itself as a neighbour after the RENEW is up', () => {
  const renewal6 = (source: string): string[] => {
    const build = new Build();
    const out = { source: 'fe80::c', ethSource: CLIENT };
    const back = { source: 'fe80::fe', destination: 'fe80::c', ethSource: SERVER_MAC };
    build.v6(0, `03000002${client}${DUID}${given}`, out);
    build.v6(0.1, `07000002${client}${DUID}${given}`, back);
    for (const at of [50, 60, 80]) build.v6(at, `05000003${client}${DUID}${given}`, out);
    build.icmp6(81, { type: 136, code: 0, target: source }, source, SERVER_MAC);
    return told(found(build, 'v6-no-reply', 120), /which gave the lease, (is down|no longer)/);
  };
  assert.match(
    renewal6('fe80::fe')[0]!,
    /^likely: Server 02:00:00:00:00:fe, which gave the lease, no longer answers, while its host is up: its DHCPv6 program has stopped, or a firewall blocks UDP 547 \| its host sends a neighbour advertisement in frame 6; /,
  );
  assert.match(
    renewal6('fe80::99')[0]!,
    /^likely: Server 02:00:00:00:00:fe, which gave the lease, is down, or no longer/,
  );
});

test('no-offer: a host that is up, and answered this very client before', () => {
  const build = new Build();
  build.bind();
  for (const at of [100, 104, 112]) build.discover(at, { xid: 5, secs: at - 100 });
  build.arp(113, 2, SERVER_MAC, SERVER, ADDRESS);
  const finding = found(build, 'no-offer', 200);
  assert.match(
    JSON.stringify(finding.causes),
    /is up: it sends ARP in frame 8, and no DHCP after frame 4, its answer to this client/,
  );
});
