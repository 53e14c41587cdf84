import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { Build, SERVER, ipOption, lease, u32Option, type Spec } from './build';

/* A value that one client is given, and the others of its subnet are not: a reservation or a class, not the subnet. */

/** So many clients with the same options, and then others. */
function network(usual: Spec['options'], clients: number, odd: readonly Spec['options'][]): Build {
  const build = new Build();
  [...Array.from({ length: clients }, () => usual), ...odd].forEach((options, n) => {
    const yiaddr = `10.0.0.5${n}`;
    build.bind(n, { chaddr: `02:00:00:00:00:0${n}`, xid: n + 1 }, { yiaddr, options: lease(options) });
  });
  return build;
}

const found = (build: Build, id: string): Finding => {
  const all = build.analyse(60).findings.filter((one) => one.id === id);
  assert.equal(all.length, 1);
  return all[0]!;
};
const likely = ({ causes }: Finding): string[] =>
  causes
    .filter(({ likelihood }) => likelihood === 'likely')
    .map(({ text, evidence }) => `${text} – ${evidence.join()}`);

const OTHER_ROUTER = [ipOption(3, '10.0.9.1')];

test('router-outside-subnet: of one client, where others of its subnet have a right one', () => {
  const finding = found(network([], 3, [OTHER_ROUTER]), 'router-outside-subnet');
  assert.deepEqual(likely(finding), [
    'The settings of 02:00:00:00:00:03 are wrong, not those of its subnet: a reservation, or a class, has the router 10.0.9.1 – 3 other clients of this subnet are given 10.0.0.1 by the same server (frame 4)',
  ]);
  assert.equal(finding.steps[0], 'ISC dhcpd: `option routers 10.0.0.1;` in the `host` of 02:00:00:00:00:03');
  assert.ok(finding.causes.every(({ text }) => !/set for the whole server/.test(text)));
});

test('router-outside-subnet: of several clients, all of whom are named', () => {
  const finding = found(network([], 4, [OTHER_ROUTER, OTHER_ROUTER]), 'router-outside-subnet');
  assert.deepEqual(likely(finding), [
    'The settings of 02:00:00:00:00:04 and 02:00:00:00:00:05 are wrong, not those of their subnet: reservations, or a class, have the router 10.0.9.1 – 4 other clients of this subnet are given 10.0.0.1 by the same server (frame 4)',
  ]);
  assert.equal(
    finding.steps[0],
    'ISC dhcpd: `option routers 10.0.0.1;` in the `host` of 02:00:00:00:00:04 and 02:00:00:00:00:05',
  );
  assert.equal(
    finding.steps[3],
    'Microsoft DHCP Server: `Set-DhcpServerv4OptionValue -ReservedIP 10.0.0.54 -Router 10.0.0.1`, and the same for 10.0.0.55',
  );
});

test('router-outside-subnet: of as many clients as have the right one', () => {
  assert.match(
    likely(found(network([], 2, [OTHER_ROUTER, OTHER_ROUTER]), 'router-outside-subnet')).join(),
    /^The router option was copied from another scope, or mistyped – /,
  );
});

test('unusable-router: the DNS server of one client', () => {
  const finding = found(network([], 3, [[ipOption(6, '0.0.0.0')]]), 'unusable-router');
  assert.deepEqual(likely(finding), [
    'The settings of this client are wrong, not those of its subnet: a reservation, or a class, has the DNS server 0.0.0.0 – 3 other clients of this subnet are given 10.0.0.1 by the same server (frame 4)',
  ]);
  assert.equal(
    finding.steps[3],
    'Microsoft DHCP Server: `Set-DhcpServerv4OptionValue -ReservedIP 10.0.0.53 -DnsServer 10.0.0.1`',
  );
  assert.equal(finding.steps.length, 5);
  // Two of three have it: then it is the subnet’s.
  const most = found(network([], 1, [[ipOption(6, '0.0.0.0')], [ipOption(6, '0.0.0.0')]]), 'unusable-router');
  assert.match(likely(most).join(), /^The option for the DNS server is mistyped/);
});

test('short-lease: of one client', () => {
  const finding = found(network([], 3, [[u32Option(51, 30)]]), 'short-lease');
  assert.deepEqual(likely(finding), [
    'The settings of 02:00:00:00:00:03 are wrong, not those of its subnet: a reservation, or a class, has a lease time of 30 s – 3 other clients of this subnet are given 3600 s (1 hour) by the same server (frame 4)',
  ]);
  assert.deepEqual(finding.steps, [
    `On ${SERVER}, look for what gives 02:00:00:00:00:03 its 30 s: a reservation, a class or a policy.`,
  ]);
  const all = found(network([u32Option(51, 30)], 3, []), 'short-lease');
  assert.match(likely(all).join(), /^A value in seconds was meant as minutes/);
});

const WIDE = [ipOption(1, '255.255.0.0')];

test('conflicting-subnets: the one client with another mask is named', () => {
  const finding = found(network([], 3, [WIDE]), 'conflicting-subnets');
  assert.match(finding.explanation, / Only 02:00:00:00:00:03 is given the mask 255\.255\.0\.0\.$/);
  assert.deepEqual(likely(finding), [
    'The settings of 02:00:00:00:00:03 are wrong, not those of its subnet: a reservation, or a class, has the mask 255.255.0.0 – 3 other clients of this subnet are given 255.255.255.0 by the same server (frame 4)',
  ]);
  assert.equal(finding.steps[0], 'ISC dhcpd: `option subnet-mask 255.255.255.0;` in the `host` of 02:00:00:00:00:03');
  const two = found(network([], 3, [WIDE, WIDE]), 'conflicting-subnets');
  assert.match(likely(two).join(), /^One server gives different masks for one network/);
});

test('clients with other values than others, all of them right, are no finding', () => {
  const build = network([], 3, [[ipOption(6, '10.0.0.2'), ipOption(3, '10.0.0.254'), u32Option(51, 600)]]);
  assert.deepEqual(build.analyse(60).findings, []);
});
