import assert from 'node:assert/strict';
import test from 'node:test';
import type { Analysis } from '../../src/analysis';
import { Build, CLIENT, SERVER, ipOption, lease } from './build';

/* What a step tells a person to type has the capture's own values wherever the capture knows them. */

const stepsOf = (analysis: Analysis, id: string): string => {
  const finding = analysis.findings.find((one) => one.id === id);
  assert.ok(finding, id);
  return finding.steps.join('\n');
};

/** Two machines that answer in one server's name. */
function clash(link: string): string {
  const build = new Build();
  build.bind(0, {}, {}, { link });
  build.discover(1, { chaddr: '02:00:00:00:00:02', xid: 2 }, { link });
  build.offer(1.1, { chaddr: '02:00:00:00:00:02', xid: 2 }, { link, ethSource: '02:00:00:00:00:66' });
  return stepsOf(build.analyse(), 'server-identity-clash');
}

test('the VLAN of the tag: the innermost of several, none for a priority tag', () => {
  assert.match(clash('0/7'), /`ip dhcp snooping vlan 7`/);
  assert.match(clash('0/100/7'), /`ip dhcp snooping vlan 7`/);
  assert.match(clash('0'), /`ip dhcp snooping vlan VLAN`/);
  assert.match(clash('0/0'), /`ip dhcp snooping vlan VLAN`/);
});

test('the VLAN in conflicting-subnets and duplicate-address', () => {
  const build = new Build();
  build.bind(0, {}, {}, { link: '0/7' });
  const other = { chaddr: '02:00:00:00:00:02', xid: 2 };
  const options = lease([ipOption(54, '10.2.0.1'), ipOption(3, '10.2.0.1')]);
  build.bind(
    1,
    other,
    { yiaddr: '10.2.0.9', options },
    { link: '0/7', source: '10.2.0.1', ethSource: '02:00:00:00:00:67' },
  );
  assert.match(stepsOf(build.analyse(), 'conflicting-subnets'), /`ip dhcp snooping vlan 7`/);
  const twice = new Build();
  twice.bind(0, {}, {}, { link: '0/7' });
  for (const at of [5, 6, 7]) twice.arp(at, 2, '02:00:00:00:00:99', '10.0.0.50', '10.0.0.50', '0/7');
  assert.match(stepsOf(twice.analyse(60), 'duplicate-address'), /`ip arp inspection vlan 7`/);
});

test('the pool of the subnet that the declined address is in', () => {
  const build = new Build();
  build.bind();
  build.dhcp(4, { options: [ipOption(50, '10.0.0.50'), ipOption(54, SERVER)] }, { at: 2 });
  assert.match(stepsOf(build.analyse(60), 'decline'), /`range 10\.0\.0\.2 10\.0\.0\.254;`/);
  // The ACK is not in the capture, and another client's lease shows the subnet.
  const later = new Build();
  later.bind(0, { chaddr: '02:00:00:00:00:02' }, { yiaddr: '10.0.0.60' });
  later.dhcp(4, { xid: 9, options: [ipOption(50, '10.0.0.50'), ipOption(54, SERVER)] }, { at: 2 });
  assert.match(stepsOf(later.analyse(60), 'decline'), /`range 10\.0\.0\.2 10\.0\.0\.254;`/);
});

test('the link-layer address that a flood comes from', () => {
  const build = new Build();
  for (let i = 0; i < 120; i++) build.discover(i / 20, { xid: i + 1 });
  assert.match(stepsOf(build.analyse(20), 'message-flood'), new RegExp(`mac address-table address ${CLIENT}\``));
});

test('times of DHCPv6 that ascend: T1 and T2 at 0.5 and 0.8 of the preferred lifetime (RFC 9915 §21.4)', () => {
  const build = new Build();
  const hex = (n: number): string => n.toString(16).padStart(8, '0');
  // T1 3000, T2 2000, preferred 4000, valid 90061: 1 day, 1 hour, 1 minute and 1 second.
  const address = `00050018${'20010db8000000000000000000000042'}${hex(4000)}${hex(90061)}`;
  const ia = `00030028${hex(1)}${hex(3000)}${hex(2000)}${address}`;
  build.v6(0, `01000001${'0001000a0003000102000000000c'}`, { source: 'fe80::c' });
  build.v6(0.1, `02000001${'0001000a0003000102000000000c'}${'0002000a00030001020000000001'}${ia}`, {
    source: 'fe80::1',
    destination: 'fe80::c',
  });
  const steps = stepsOf(build.analyse(20), 'v6-timer-order');
  assert.match(
    steps,
    /"renew-timer": 2000, "rebind-timer": 3200, "preferred-lifetime": 4000, "valid-lifetime": 90061`/,
  );
  assert.match(steps, /-T1 0\.00:33:20 -T2 0\.00:53:20 -PreferredLifetime 0\.01:06:40 -ValidLifetime 1\.01:01:01`/);
});
