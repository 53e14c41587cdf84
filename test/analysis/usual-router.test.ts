import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { Build, ROUTER_MAC, SERVER, ipOption, lease } from './build';

/** A wrong router is compared with what the same server gives to others. */

const found = (build: Build, id: string): Finding => build.analyse(60).findings.find((one) => one.id === id)!;
const likely = ({ causes }: Finding) =>
  causes.filter(({ likelihood }) => likelihood === 'likely').map(({ text, evidence }) => [text, evidence]);

/** The last client is given its own address as router; the routers of those before it. */
function ownAddress(others: readonly string[]): Finding {
  const build = new Build();
  [...others, '10.0.0.77'].forEach((router, n) => {
    const yiaddr = n === others.length ? '10.0.0.77' : `10.0.0.5${n}`;
    build.bind(n, { chaddr: `02:00:00:00:00:0${n}`, xid: n }, { yiaddr, options: lease([ipOption(3, router)]) });
  });
  return found(build, 'unusable-router');
}

test('unusable-router: where others of the subnet have the right router, the settings of one client are wrong', () => {
  const finding = ownAddress([SERVER, SERVER]);
  assert.deepEqual(likely(finding), [
    [
      'The settings of this client are wrong, not those of its subnet: a reservation, or a class, has the router 10.0.0.77',
      ['2 other clients of this subnet are given 10.0.0.1 by the same server (frame 4)'],
    ],
  ]);
  assert.equal(finding.steps[0], 'ISC dhcpd: `option routers 10.0.0.1;` in the `host` of 02:00:00:00:00:02');
  assert.equal(
    finding.steps[3],
    'Microsoft DHCP Server: `Set-DhcpServerv4OptionValue -ReservedIP 10.0.0.77 -Router 10.0.0.1`',
  );
  assert.ok(finding.steps.every((step) => !step.includes('…')));
});

test('unusable-router: without others to compare with, the option is mistyped', () => {
  assert.deepEqual(
    likely(ownAddress([])).map(([text]) => text),
    ['The option for the router is mistyped, or was left behind when the subnet changed'],
  );
});

test('router-outside-subnet: the subnet that the router belongs to is named, and the address to be set', () => {
  const build = new Build();
  for (const [n, relay] of [
    [1, '10.31.4.1'],
    [2, '10.31.5.1'],
  ] as const) {
    const who = { chaddr: `02:00:00:00:00:0${n}`, xid: n, giaddr: relay, hops: 1 };
    const yiaddr = relay.replace(/1$/, '20');
    const reply = { ...who, yiaddr, options: lease([ipOption(3, '10.31.4.1')]) };
    const up = { source: relay, destination: SERVER, sourcePort: 67, ethSource: ROUTER_MAC };
    const down = { destination: relay, destinationPort: 67, ethDestination: ROUTER_MAC };
    build.discover(n, who, up);
    build.offer(n + 0.01, reply, down);
    build.request(n + 0.02, { ...who, options: [ipOption(50, yiaddr), ipOption(54, SERVER)] }, up);
    build.ack(n + 0.03, reply, down);
  }
  const finding = found(build, 'router-outside-subnet');
  assert.deepEqual(likely(finding), [
    [
      'The router option was copied from another scope, or mistyped',
      [
        'option 3 is 10.31.4.1, the subnet 10.31.5.0/24',
        '10.31.4.1 is the router of 02:00:00:00:00:01 in 10.31.4.0/24 (frame 4)',
      ],
    ],
  ]);
  assert.deepEqual(finding.steps.slice(0, 2), [
    'Set the router of 10.31.5.0/24 to 10.31.5.1, the relay’s own address there, if that is the router.',
    'ISC dhcpd: `option routers 10.31.5.1;` in the subnet declaration',
  ]);
});
