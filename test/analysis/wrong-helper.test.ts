import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { Build, ROUTER_MAC, ipOption, lease } from './build';

/** A relay that is set to a wrong server, which another relay does not ask. */

const SERVED = '10.20.0.1';
const LOST = '10.22.0.1';
const RIGHT = '10.1.1.5';
const WRONG = '10.1.1.50';

const up = (relay: string, to: string) => ({ source: relay, destination: to, sourcePort: 67, ethSource: ROUTER_MAC });

function answered(build: Build, at: number, relay: string, to: string): void {
  const spec = { chaddr: `02:00:00:00:01:${10 + Math.floor(at)}`, xid: 1000 + at, giaddr: relay, hops: 1 };
  const yiaddr = relay.replace(/1$/, '60');
  build.discover(at, spec, up(relay, to));
  build.offer(
    at + 0.01,
    { ...spec, yiaddr, options: lease([ipOption(54, to), ipOption(3, relay)]) },
    { source: to, destination: relay, destinationPort: 67, ethDestination: ROUTER_MAC },
  );
}

/** DISCOVERs of a relay in vain; `icmp` is who reports that, with a code. */
function inVain(build: Build, at: number, relay: string, to: string, icmp?: readonly [string, number]): void {
  for (const after of [0, 4, 12]) {
    build.discover(at + after, { chaddr: '02:00:00:00:02:02', xid: 7, giaddr: relay, hops: 1 }, up(relay, to));
    if (!icmp) continue;
    const [from, code] = icmp;
    build.icmp(at + after + 0.001, code, from, { source: relay, destination: to, sourcePort: 67, destinationPort: 67 });
  }
}

const found = (build: Build, id: string): Finding => build.analyse(60).findings.find((one) => one.id === id)!;
const likely = ({ causes }: Finding) =>
  causes.filter(({ likelihood }) => likelihood === 'likely').map(({ text, evidence }) => [text, evidence]);
const TEXT = 'Relay 10.22.0.1 is set to a wrong server address: 10.1.1.50 is not seen to serve DHCP';
const EVIDENCE = [
  'this capture holds no DHCP message of 10.1.1.50',
  'relay 10.20.0.1 sends to 10.1.1.5 and is answered (frame 2)',
];

test('port-unreachable, relay-unanswered: a relay that alone sends to a host without DHCP is set to a wrong address', () => {
  const build = new Build();
  answered(build, 0, SERVED, RIGHT);
  inVain(build, 5, LOST, WRONG, [WRONG, 3]);
  const refused = found(build, 'port-unreachable');
  assert.deepEqual(likely(refused), [[TEXT, EVIDENCE]]);
  assert.equal(
    refused.steps[0],
    'Cisco IOS, on relay 10.22.0.1: `show ip helper-address` shows where requests are sent. Put `ip helper-address 10.1.1.5` in place of 10.1.1.50 if 10.1.1.5 is to serve this network as well.',
  );
  assert.deepEqual(likely(found(build, 'relay-unanswered')), [
    [TEXT, [...EVIDENCE, 'ICMP from 10.1.1.50 (type 3, code 3) in frame 4']],
  ]);
});

test('host-unreachable: likewise where no host has the address', () => {
  const build = new Build();
  answered(build, 0, SERVED, RIGHT);
  inVain(build, 5, LOST, WRONG, ['10.0.9.2', 1]);
  assert.deepEqual(likely(found(build, 'host-unreachable')), [[TEXT, EVIDENCE]]);
});

test('relay-unanswered: without ICMP the host may as well be down', () => {
  const build = new Build();
  answered(build, 0, SERVED, RIGHT);
  inVain(build, 5, LOST, WRONG);
  const { causes } = found(build, 'relay-unanswered');
  assert.deepEqual(
    causes.slice(0, 1).map(({ text, likelihood, evidence }) => [likelihood, text, ...evidence]),
    [
      [
        'likely',
        'The relay is given a wrong server address, or 10.1.1.50 is down',
        'no DHCP, ARP or ICMP message from 10.1.1.50 is in this capture',
        '10.1.1.5 answers another relay: 10.20.0.1 (frame 2)',
      ],
    ],
  );
});

test('port-unreachable: a partner that is down, or a server that spoke before, is no wrong address', () => {
  const partner = new Build();
  answered(partner, 0, SERVED, RIGHT);
  inVain(partner, 5, SERVED, WRONG, [WRONG, 3]);
  const stopped = new Build();
  answered(stopped, 0, SERVED, RIGHT);
  answered(stopped, 1, LOST, WRONG);
  inVain(stopped, 5, LOST, WRONG, [WRONG, 3]);
  const alone = new Build();
  inVain(alone, 5, LOST, WRONG, [WRONG, 3]);
  for (const build of [partner, stopped, alone])
    assert.deepEqual(
      likely(found(build, 'port-unreachable')).map(([text]) => text),
      ['The DHCP server is stopped, or does not listen on this address'],
    );
});
