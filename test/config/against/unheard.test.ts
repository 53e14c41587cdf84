/**
 * Why a server was silent, where the line is not of a pool or a class: each case was first run with the program itself (isc-dhcpd 4.4.3,
 * Kea 2.2, dnsmasq 2.90), which did not answer.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Build } from '../../analysis/build';
import { OTHER, served, vain } from './asking';
import { held, told } from './held';

const DENIED = 'config-silent error';

/** A client that asks, in a capture without any server. */
function alone(relay?: string): Build {
  const build = new Build();
  for (const at of [0, 4, 12])
    if (relay === undefined) build.discover(at, { secs: at });
    else build.discover(at, { giaddr: relay, hops: 1 }, { source: relay, destination: '10.0.0.1', sourcePort: 67 });
  return build;
}

test('a configuration that its program refuses, and no server heard', () => {
  const text = 'subnet 10.0.0.0 netmask 255.255.255.0 {\nrange 10.0.0.50 10.0.1.99;\n}\n';
  assert.deepEqual(told('dhcpd', text, alone()), [`${DENIED} 2 likely 1,2,3`]);
  assert.match(held('dhcpd', text, alone()).findings[0]!.title, /its program refuses this configuration/);
  // A server that is heard runs with another version of the file.
  assert.deepEqual(
    told('dhcpd', text, vain()).filter((one) => one.includes('likely')),
    [],
  );
});

test('dhcpd: min-secs', () => {
  const text = (seconds: number): string =>
    `min-secs ${seconds};\nsubnet 10.0.0.0 netmask 255.255.255.0 {\nrange 10.0.0.50 10.0.0.99;\n}\n`;
  assert.equal(told('dhcpd', text(60), vain())[0], `${DENIED} 1 likely 5,6,7`);
  assert.deepEqual(
    told('dhcpd', text(0), served()).filter((one) => one.startsWith('config-silent')),
    [],
  );
});

test('dhcpd: a subclass by pick-first-value', () => {
  const text = (address: string): string =>
    `class "ok" { match pick-first-value(option dhcp-client-identifier, hardware); }\nsubclass "ok" 1:${address};
subnet 10.0.0.0 netmask 255.255.255.0 {\npool {\nallow members of "ok";\nrange 10.0.0.50 10.0.0.99;\n}\n}\n`;
  assert.equal(told('dhcpd', text('02:00:00:00:00:09'), vain())[0], `${DENIED} 5 likely 5,6,7`);
  assert.deepEqual(
    told('dhcpd', text(OTHER), served()).filter((one) => one.startsWith('config-silent')),
    [],
  );
});

test('dhcpd: one of several links has no pool, and the capture does not show which it is', () => {
  const text =
    'subnet 10.0.0.0 netmask 255.255.255.0 {\n}\nsubnet 10.5.0.0 netmask 255.255.255.0 { range 10.5.0.10 10.5.0.20; }\n';
  assert.deepEqual(told('dhcpd', text, alone()), ['config-silent info 1 possible 1,2,3']);
});

test('dnsmasq: no DHCP on the only interface', () => {
  const text = (off: string): string =>
    `interface=lan0\nno-dhcp-interface=${off}\ndhcp-range=10.0.0.50,10.0.0.99,255.255.255.0,1h\n`;
  assert.deepEqual(told('dnsmasq', text('lan0'), alone()), [`${DENIED} 2 likely 1,2,3`]);
  assert.deepEqual(
    told('dnsmasq', text('wan0'), alone()).filter((one) => one.includes('likely')),
    [],
  );
});

test('dnsmasq: an interface that is left out may be that of the client', () => {
  const text = 'except-interface=lan0\ndhcp-range=10.0.0.50,10.0.0.99,255.255.255.0,1h\n';
  assert.ok(told('dnsmasq', text, alone()).includes('config-silent info 1 possible 1,2,3'));
});

test('Kea: a relay with an address like the one that the subnet names', () => {
  const text = (relay: string): string =>
    `{ "Dhcp4": { "subnet4": [ { "id": 1, "subnet": "10.9.0.0/24",\n"pools": [ { "pool": "10.9.0.10-10.9.0.20" } ],
"relay": { "ip-addresses": [ "${relay}" ] } } ] } }\n`;
  assert.deepEqual(told('kea4', text('10.0.7.251'), alone('10.0.7.250')), [`${DENIED} 3 likely 1,2,3`]);
  assert.deepEqual(told('kea4', text('10.3.3.3'), alone('10.0.7.250')), [`${DENIED} 1 likely 1,2,3`]);
  assert.deepEqual(
    told('kea4', text('10.0.7.250'), alone('10.0.7.250')).filter((one) => one.includes('likely')),
    [],
  );
});
