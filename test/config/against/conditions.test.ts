/**
 * Statements that keep out some clients only: BOOTP, `if`, times, waiting, reservations that drop. Which line decides was seen of ISC dhcpd
 * 4.4.3, Kea 2.2 and dnsmasq 2.89, which were asked with these configurations; each has a client that was served beside it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Build, ipOption, raw, textOption } from '../../analysis/build';
import { KNOWN, OTHER, served, vain } from './asking';
import { held, told as findingsOf } from './held';

/** What is said of silence; the options of these configurations are none of their concern. */
const told: typeof findingsOf = (kind, text, build) =>
  findingsOf(kind, text, build).filter((one) => one.startsWith('config-silent'));

const DENIED = 'config-silent error';
const SUBNET = 'subnet 10.0.0.0 netmask 255.255.255.0 {\n';
const RANGE = 'range 10.0.0.50 10.0.0.99;\n';
const dhcpd = (inside: string, before = ''): string => `default-lease-time 3600;\n${before}${SUBNET}${inside}}\n`;
const kea = (inside: string, before = ''): string =>
  `{ "Dhcp4": {\n${before}"subnet4": [ { "id": 1, "subnet": "10.0.0.0/24",\n${inside}"pools": [ { "pool": "10.0.0.50-10.0.0.99" } ] } ] } }`;

/** A client that asks by BOOTP after another has its lease, with or without a reply. */
function bootp(reply = false): Build {
  const build = new Build();
  build.bind(0);
  for (const at of [10, 14]) build.dhcp(undefined, { chaddr: OTHER, xid: 9 }, { at });
  if (reply) build.dhcp(undefined, { op: 2, chaddr: OTHER, xid: 9, yiaddr: '10.0.0.51' }, { at: 15 });
  return build;
}
const BOOTP = 'config-silent warning';

test('BOOTP clients: denied, or without a range for them', () => {
  assert.deepEqual(told('dhcpd', dhcpd(RANGE, 'deny bootp;\n'), bootp()), [`${BOOTP} 2 likely 5,6`]);
  assert.deepEqual(told('dhcpd', dhcpd(RANGE), bootp()), [`${BOOTP} 3 likely 5,6`]);
  assert.deepEqual(told('dhcpd', dhcpd(RANGE.replace('range', 'range dynamic-bootp')), bootp(true)), []);
  const host = `host a { hardware ethernet ${OTHER}; fixed-address 10.0.0.7; }\n`;
  const own = held('dhcpd', dhcpd(RANGE, host), bootp()).findings.filter(({ id }) => id === 'config-silent');
  assert.ok(own.every(({ causes }) => causes[0]!.likelihood === 'possible'));
  const range = 'dhcp-range=10.0.0.50,10.0.0.99\n';
  assert.deepEqual(told('dnsmasq', range, bootp()), [`${BOOTP} 1 likely 5,6`]);
  assert.deepEqual(told('dnsmasq', `${range}bootp-dynamic\n`, bootp(true)), []);
  assert.deepEqual(told('kea4', kea(''), bootp()), [`${BOOTP} 1 likely 5,6`]);
  const hook = '"hooks-libraries": [ { "library": "/usr/lib/kea/hooks/libdhcp_bootp.so" } ],\n';
  assert.ok(!told('kea4', kea('', hook), bootp()).some((one) => one.includes('likely')));
});

test('dhcpd: booting denied under a condition', () => {
  const pc = { options: [textOption(60, 'PC')] };
  const sip = { options: [textOption(60, 'SIP-1')] };
  const block = 'if substring(option vendor-class-identifier, 0, 3) = "SIP" {\nignore booting;\n}\n';
  const inside = dhcpd(RANGE + block);
  assert.deepEqual(told('dhcpd', inside, vain(sip)), [`${DENIED} 5 likely 5,6,7`]);
  assert.deepEqual(told('dhcpd', inside, served(pc)), []);
  assert.deepEqual(told('dhcpd', dhcpd(RANGE, block), vain(sip)), [`${DENIED} 3 likely 5,6,7`]);
  const other = 'if substring(option vendor-class-identifier, 0, 3) = "SIP" {\nmax-lease-time 9;\n}\n';
  for (const last of ['else {\nignore booting;\n}\n', 'elsif exists vendor-class-identifier {\nignore booting;\n}\n']) {
    assert.deepEqual(told('dhcpd', dhcpd(RANGE + other + last), vain(pc)), [`${DENIED} 8 likely 5,6,7`], last);
    assert.deepEqual(told('dhcpd', dhcpd(RANGE + other + last), served(sip)), [], last);
  }
  // A condition in another subnet is none of this client’s, and one that cannot be worked out is no reason.
  const elsewhere = `subnet 10.1.0.0 netmask 255.255.255.0 {\n${block}}\n`;
  assert.deepEqual(told('dhcpd', dhcpd(RANGE, elsewhere), served(sip)), []);
  assert.ok(!told('dhcpd', dhcpd(`${RANGE}if known-to-be-odd() = 1 { ignore booting; }\n`), vain()).some(isLikely));
});
const isLikely = (one: string): boolean => one.includes(' likely ');

test('dhcpd: a pool until a certain time, and a wait before the answer', () => {
  const pool = (when: string): string => dhcpd(`pool {\n${when};\n${RANGE}}\n`);
  // The captures are of January 1970.
  assert.deepEqual(told('dhcpd', pool('deny after 4 1970/1/1 00:00:05'), vain()), [`${DENIED} 4 likely 5,6,7`]);
  assert.deepEqual(told('dhcpd', pool('allow after 4 1980/1/1 00:00:00'), vain()), [`${DENIED} 4 likely 5,6,7`]);
  assert.deepEqual(told('dhcpd', pool('deny after epoch 5'), vain()), [`${DENIED} 4 likely 5,6,7`]);
  assert.deepEqual(told('dhcpd', pool('deny after epoch 5'), served()), []);
  assert.match(
    held('dhcpd', pool('deny after epoch 5'), vain()).findings[0]!.explanation,
    /“deny after epoch 5”, and that time had come when 02:00:00:00:00:02 asked/,
  );
  // The client says 0, 4 and 12 seconds.
  const waiting = dhcpd(RANGE, 'min-secs 5;\n');
  assert.deepEqual(told('dhcpd', waiting, vain()).filter(isLikely), [`${DENIED} 2 likely 5,6`]);
});

test('dhcpd: a class that a pool denies is said to be denied', () => {
  const text = dhcpd(`pool {\n${RANGE}deny members of "a";\n}\n`, `class "a" { match if hardware = 1:${OTHER}; }\n`);
  assert.deepEqual(told('dhcpd', text, vain()), [`${DENIED} 6 likely 5,6,7`]);
  const [finding] = held('dhcpd', text, vain()).findings;
  assert.match(finding!.title, /the pool denies it/);
  assert.match(finding!.explanation, /“deny members of "a"”, and 02:00:00:00:00:02 is one of them/);
  assert.deepEqual(told('dhcpd', text.replace(OTHER, KNOWN), served()), []);
});

test('Kea: a reservation puts its client into the class DROP', () => {
  const drop = `"reservations": [ { "hw-address": "${OTHER}",\n"client-classes": [ "DROP" ] } ],\n`;
  assert.deepEqual(told('kea4', kea(drop), vain()), [`${DENIED} 4 likely 5,6,7`]);
  assert.deepEqual(told('kea4', kea('', `"reservations-global": true,\n${drop}`), vain()), [
    `${DENIED} 4 likely 5,6,7`,
  ]);
  assert.deepEqual(told('kea4', kea(drop.replace(OTHER, KNOWN)), served()), []);
});

test('Kea: a client keeps to an address that is of none of its subnets', () => {
  const build = new Build();
  build.bind(0);
  for (const at of [10, 14])
    build.renew(at, { chaddr: OTHER, xid: 5, ciaddr: '10.50.0.7' }, { destination: '255.255.255.255' });
  assert.deepEqual(told('kea4', kea('').replace('{\n', '{\n"authoritative": false,\n'), build), [
    'config-silent warning 2 likely 5,6',
  ]);
});

test('dnsmasq: a proxy gives no addresses, and an interface may be left out', () => {
  const proxy = 'dhcp-range=10.0.0.0,proxy\n';
  const pxe = { options: [textOption(60, 'PXEClient:Arch:00000')] };
  assert.deepEqual(told('dnsmasq', proxy, vain()), [`${DENIED} 1 likely 5,6,7`]);
  assert.ok(!told('dnsmasq', proxy, vain(pxe)).some(isLikely));
  const silent = new Build();
  for (const at of [0, 4]) silent.discover(at, { secs: at });
  assert.ok(
    told('dnsmasq', 'dhcp-range=10.0.0.50,10.0.0.99\nno-dhcp-interface=eth0\n', silent).includes(
      'config-silent info 2 possible 1,2',
    ),
  );
});

test('a shared network that the configuration declares is no fault of the capture', () => {
  const two = (build: Build): Build => {
    const lease = (at: number, chaddr: string, yiaddr: string): void => {
      const options = [ipOption(54, '10.0.0.1'), raw(51, '00000e10'), ipOption(1, '255.255.255.0')];
      build.bind(at, { chaddr, xid: at + 1 }, { yiaddr, options });
    };
    lease(0, KNOWN, '10.0.0.50');
    lease(10, OTHER, '10.1.0.50');
    return build;
  };
  const of = (text: string): string[] =>
    held('dhcpd', text, two(new Build()))
      .findings.filter(({ id }) => id === 'conflicting-subnets' || id === 'server-outside-subnet')
      .map(({ id, severity, causes }) => `${id} ${severity} ${causes[0]!.text}`);
  const subnets = `${SUBNET}${RANGE}}\nsubnet 10.1.0.0 netmask 255.255.255.0 {\nrange 10.1.0.50 10.1.0.99;\n}\n`;
  const why =
    'server.conf:1: The shared network “floor” joins 10.0.0.0/24 and 10.1.0.0/24, so this is as it was configured';
  assert.deepEqual(of(`shared-network floor {\n${subnets}}\n`), [
    `conflicting-subnets info ${why}`,
    `server-outside-subnet info ${why}`,
  ]);
  assert.ok(of(subnets).every((one) => one.includes(' warning ')) && of(subnets).length === 2);
});
