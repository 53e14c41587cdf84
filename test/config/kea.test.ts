/** What Kea's releases make of subnet ids. kea-dhcp4 2.2 refuses the same lines (`kea-dhcp4 -t`). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkConfig, parseConfig, SourceFile } from '../../src/config';
import { findingsOf } from './check';

const said = (...subnets: string[]): string[] =>
  checkConfig(
    parseConfig(new SourceFile('kea.conf', `{ "Dhcp4": { "subnet4": [\n${subnets.join(',\n')}\n] } }`), 'kea4'),
  )
    .filter(({ id }) => /subnet-id|missing-parameter|other-version/.test(id))
    .map(({ id, severity, span }) => `${id} ${severity} ${span.file.position(span.start).line}`);

const subnet = (n: number, id?: number): string =>
  `{ ${id === undefined ? '' : `"id": ${id}, `}"subnet": "10.${n}.0.0/24" }`;

test('Kea: a subnet without an id is numbered until release 2.6', () => {
  assert.deepEqual(said(subnet(0), subnet(1)), ['other-version info 2', 'other-version info 3']);
  assert.deepEqual(said(subnet(0, 3), subnet(1), subnet(2)), ['other-version info 3', 'other-version info 4']);
});

test('Kea: a number that a subnet without an id was given already', () => {
  // 2.2 says “ID of the new IPv4 subnet '1' is already in use”; since 2.6 the missing id is the error.
  for (const file of [
    [subnet(0, 1), subnet(1)],
    [subnet(0, 1), subnet(1, 0)],
  ])
    assert.deepEqual(said(...file).sort(), ['missing-parameter error 3', 'other-version info 2']);
  // Three subnets without an id: 1, 2 and 3.
  assert.ok(said(subnet(0), subnet(1), subnet(2), subnet(3, 2)).some((line) => line.includes('error')));
});

test('Kea: a prefix length that is no whole number', () => {
  for (const [length, delegated] of [
    [48.5, 56],
    [48, 56.5],
  ]) {
    const pool = `{ "prefix": "2001:db8:8::", "prefix-len": ${length}, "delegated-len": ${delegated} }`;
    const text = `{ "Dhcp6": { "subnet6": [ { "id": 1, "subnet": "2001:db8::/64", "pd-pools": [ ${pool} ] } ] } }`;
    const findings = checkConfig(parseConfig(new SourceFile('kea.conf', text), 'kea6'));
    assert.ok(findings.some(({ id, severity }) => id === 'wrong-type' && severity === 'error'));
  }
});

test('Kea: a name as the boot server of the whole server is wrong, but taken; in a subnet it is refused', () => {
  // `kea-dhcp4 -t` of 2.2 takes the first and says “invalid parameter next-server : tftp.example” of the second.
  const found = (global: string, inSubnet: string): string[] =>
    findingsOf(
      'kea4',
      `{ "Dhcp4": { "next-server": "${global}",\n"subnet4": [ { "id": 1, "subnet": "10.0.0.0/24",\n"next-server": "${inSubnet}" } ] } }`,
    )
      .filter(({ id }) => id === 'wrong-type')
      .map(({ span, severity, refused }) => `${span.file.position(span.start).line} ${severity} ${refused ?? false}`);
  assert.deepEqual(found('tftp.example', '10.0.0.1'), ['1 error false']);
  assert.deepEqual(found('10.0.0.1', 'tftp.example'), ['3 error true']);
  assert.deepEqual(found('10.0.0.1', '10.0.0.2'), []);
});
