/** Real configurations: how often we agree with the programs, which faults we find, and that nothing is said of what is right. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { kindOf } from '../../src/config';
import { needs, sharedConfigs } from '../support/needs';
import { measure } from './measure';
import { realConfigs } from './samples';

test('figures on real configurations', (t) => {
  if (!needs(t, 'configs')) return;
  const { verdicts, faults, natural, alarms } = measure(sharedConfigs!);
  assert.ok(verdicts.agree >= verdicts.all * 0.95, verdicts.differ.join('\n'));
  assert.ok(faults.found >= faults.all * 0.9, faults.missed.join('\n'));
  assert.ok(natural.found >= natural.all * 0.9, natural.missed.join('\n'));
  // Each of these was looked at: it is so in the file.
  assert.deepEqual(
    alarms.map((one) => one.replace(/: .*$/, '')),
    [
      'dhcpd/isc-projects-dhcp--subnet4badmask.err4:4 error invalid-subnet-mask',
      'kea4/isc-projects-kea--dhcp-4-sample1.json:42 error failover-settings',
      'kea4/isc-projects-kea--dhcp-4-sample1.json:57 error failover-settings',
      'kea4/2-isc-projects-stork--kea-dhcp4.conf:167 warning pool-includes-router',
      'kea4/2-isc-projects-stork--kea-dhcp4.conf:220 warning pool-includes-router',
      'kea4/4-isc-projects-stork--kea-dhcp4.conf:321 warning overlapping-subnets',
      'kea4/6-isc-projects-stork--kea-dhcp4.conf:74 warning pool-includes-router',
      'kea6/3-isc-projects-stork--kea-dhcp6.conf:335 warning timer-order',
      'udhcpd/2-axray-dataware.dreamplug--udhcpd.conf:88 error router-outside-subnet',
    ],
  );
});

test('the kind of a real file is found by its text and name', (t) => {
  if (!needs(t, 'configs')) return;
  const wrong = [...realConfigs()]
    .filter(({ file, kind, text }) => kindOf(file, text) !== kind)
    .map(({ file }) => file);
  // Nothing in these says that they are for DHCPv6.
  assert.deepEqual(wrong, [
    'dhcpd6/isc-dhcp-keama--optiondecl6.in6',
    'dhcpd6/isc-dhcp-keama--optionspace6.in6',
    'dhcpd6/isc-dhcp-keama--qualifyingsuffix6.in6',
  ]);
});
