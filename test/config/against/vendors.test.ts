/** Which line of OpenWrt, Microsoft, IOS and RouterOS keeps a client without an address: by their manuals, each with a healthy twin. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigKind } from '../../../src/config';
import { Build, ipOption, raw, textOption } from '../../analysis/build';
import { KNOWN, OTHER, served, vain } from './asking';
import { held, told } from './held';

const DENIED = 'config-silent error';
const FRAMES = 'likely 5,6,7';

/** A relayed client asks in vain. */
function relayed(giaddr = '10.0.0.2'): Build {
  const build = new Build();
  for (const at of [0, 4, 12])
    build.discover(at, { giaddr, hops: 1 }, { source: giaddr, destination: '10.0.0.1', sourcePort: 67 });
  return build;
}
/** Nobody is ever answered. */
function silent(): Build {
  const build = new Build();
  for (const at of [0, 4, 12]) build.discover(at, { secs: at });
  return build;
}
/** A REQUEST for an address is refused. */
function refused(address: string): Build {
  const build = new Build();
  build.bind(0, { chaddr: OTHER, xid: 9 });
  build.request(5, { options: [ipOption(50, address)] });
  build.nak(5.01);
  return build;
}
const whys = (kind: ConfigKind, text: string, build: Build): string[] =>
  held(kind, text, build)
    .replies.at(-1)!
    .statements.map(({ line, what }) => `${line} ${what}`);

test('OpenWrt: ignore, dynamicdhcp, hosts, interfaces', () => {
  const uci = (...more: string[]): string =>
    ["config dhcp 'lan'", "option interface 'lan'", "option start '50'", "option limit '50'", ...more].join('\n');
  const wan = "\nconfig dhcp 'wan'\noption interface 'wan'\noption ignore '1'\n";
  assert.deepEqual(told('openwrt', uci("option ignore '1'") + wan, silent()), ['config-silent error 5 likely 1,2,3']);
  assert.deepEqual(told('openwrt', uci() + wan, silent()), []);
  const only = uci("option dynamicdhcp '0'", "list dhcp_option '3,10.0.0.1'");
  const host = (mac: string): string => `\nconfig host\noption mac '${mac}'\noption ip '10.0.0.50'\n`;
  assert.deepEqual(told('openwrt', only + host(KNOWN), vain()), [`${DENIED} 5 ${FRAMES}`]);
  assert.deepEqual(told('openwrt', only + host(OTHER), served()), []);
  assert.deepEqual(told('openwrt', `${uci()}\nconfig host\noption mac '${OTHER}'\noption ip 'ignore'`, vain()), [
    `${DENIED} 7 ${FRAMES}`,
  ]);
  const not = (name: string): string => `${uci()}\nconfig dnsmasq\nlist notinterface '${name}'\n`;
  assert.deepEqual(told('openwrt', not('lan'), silent()), ['config-silent error 6 likely 1,2,3']);
  assert.deepEqual(told('openwrt', not('guest'), silent()), []);
});

const scope = (more = '', before = '', id = '10.0.0.0'): string =>
  `<DHCPServer><IPv4>\n${before}<Scopes><Scope>\n<ScopeId>${id}</ScopeId><SubnetMask>255.255.255.0</SubnetMask>\n` +
  `<StartRange>10.0.0.50</StartRange><EndRange>10.0.0.99</EndRange>\n${more}\n</Scope></Scopes></IPv4></DHCPServer>`;

test('Microsoft, as XML: state, lists of addresses, exclusions, policies, reservations', () => {
  const told1 = (text: string, build: Build): string[] => told('microsoft-xml', text, build);
  assert.deepEqual(told1(scope(), served()), []);
  assert.deepEqual(told1(scope('<State>InActive</State>'), silent()), ['config-silent error 5 likely 1,2,3']);
  assert.deepEqual(told1(scope('<State>Active</State>'), vain()).filter(isLikely), []);
  const list = (allow: boolean, which: string, mac: string): string =>
    `<Filters><Allow>${allow}</Allow><Deny>${!allow}</Deny><Filter><List>${which}</List>\n<MacAddress>${mac}</MacAddress></Filter></Filters>`;
  assert.deepEqual(told1(scope('', list(false, 'Deny', '02-00-00-00-00-02')), vain()), [`${DENIED} 3 ${FRAMES}`]);
  assert.deepEqual(told1(scope('', list(true, 'Allow', '02-00-00-00-00-01')), vain()), [`${DENIED} 3 ${FRAMES}`]);
  assert.deepEqual(told1(scope('', list(true, 'Allow', '02-00-00-*')), served()), []);
  // A list that is not in force says nothing.
  assert.deepEqual(told1(scope('', list(true, 'Deny', '02-00-00-00-00-02')), vain()), [`${DENIED} 1 ${FRAMES}`]);
  const range = (name: string, first: string, last: string): string =>
    `<${name}>\n<IPRange><StartRange>${first}</StartRange><EndRange>${last}</EndRange></IPRange></${name}>`;
  assert.deepEqual(told1(scope(range('ExclusionRanges', '10.0.0.51', '10.0.0.99')), vain()), [`${DENIED} 4 ${FRAMES}`]);
  assert.deepEqual(told1(scope(range('ExclusionRanges', '10.0.0.52', '10.0.0.99')), vain()).filter(isLikely), []);
  const policy = (mac: string): string =>
    `<Policies><Policy>\n<Name>Phones</Name><Enabled>true</Enabled><MacAddress>EQ</MacAddress><MacAddress>${mac}</MacAddress>${range('IPRanges', '10.0.0.50', '10.0.0.99')}</Policy></Policies>`;
  assert.deepEqual(told1(scope(policy('00085D*')), vain()), [`${DENIED} 6 ${FRAMES}`]);
  assert.deepEqual(told1(scope(policy('020000*')), served()), []);
  const kept = `<Reservations><Reservation>\n<IPAddress>10.0.0.60</IPAddress><ClientId>02-00-00-00-00-07</ClientId></Reservation></Reservations>`;
  assert.deepEqual(whys('microsoft-xml', scope(kept), refused('10.0.0.60')), [
    '3 subnet 10.0.0.0/24',
    '5 10.0.0.60 is reserved for another client',
  ]);
  assert.deepEqual(whys('microsoft-xml', scope(), refused('192.168.9.9')), [
    '3 subnet 10.0.0.0/24, and 192.168.9.9 is not of it',
  ]);
});

const isLikely = (line: string): boolean => line.includes('likely');

test('Microsoft, as netsh dumps it: state, lists of addresses, superscopes', () => {
  const dump = (...more: string[]): string =>
    [
      'Dhcp Server \\\\srv add scope 10.0.0.0 255.255.255.0 "a" ""',
      'Dhcp Server \\\\srv Scope 10.0.0.0 Add iprange 10.0.0.50 10.0.0.99',
      ...more,
    ].join('\r\n');
  const state = (n: number): string => dump(`Dhcp Server \\\\srv Scope 10.0.0.0 set state ${n}`);
  assert.deepEqual(told('netsh', state(0), silent()), ['config-silent error 3 likely 1,2,3']);
  assert.deepEqual(told('netsh', state(1), served()), []);
  const on = 'Dhcp Server \\\\srv v4 set filter enforceallowlist=0 enforcedenylist=1';
  const deny = dump(on, 'Dhcp Server \\\\srv v4 Add Filter Deny 02-00-00-00-00-02 "x"');
  assert.deepEqual(told('netsh', deny, vain()), [`${DENIED} 4 ${FRAMES}`]);
  assert.deepEqual(told('netsh', deny.replace('=1', '=0'), vain()).filter(isLikely), []);
  // The second scope of a superscope is for the same link.
  const second = [
    'Dhcp Server \\\\srv add scope 10.7.0.0 255.255.255.0 "b" ""',
    'Dhcp Server \\\\srv Scope 10.7.0.0 Add iprange 10.7.0.50 10.7.0.99',
    ...['10.0.0.0', '10.7.0.0'].map((id) => `Dhcp Server \\\\srv Scope ${id} set superscope "HQ" 1`),
  ];
  const small = dump(...second).replace('10.0.0.99', '10.0.0.50');
  assert.deepEqual(told('netsh', small, vain()).filter(isLikely), []);
  assert.deepEqual(told('netsh', small.replaceAll(/Dhcp.*superscope.*/g, ''), vain()), [`${DENIED} 2 ${FRAMES}`]);
});

test('Cisco IOS: service, exclusions, hosts, classes, relays, snooping', () => {
  const ios = (before: string, pool = ''): string =>
    `${before}\nip dhcp pool LAN\n network 10.0.0.0 255.255.255.0\n default-router 10.0.0.1\n${pool}`;
  assert.deepEqual(told('ios', ios('no service dhcp'), silent()), ['config-silent error 1 likely 1,2,3']);
  assert.deepEqual(told('ios', ios('service dhcp'), served()), []);
  const excluded = 'ip dhcp excluded-address 10.0.0.1 10.0.0.254';
  assert.deepEqual(told('ios', ios(excluded), silent()), ['config-silent error 1 likely 1,2,3']);
  const host = (id: string): string => `ip dhcp pool h\n host 10.0.0.50 255.255.255.0\n ${id}\n`;
  const all = ios(excluded);
  assert.deepEqual(told('ios', host('hardware-address 0200.0000.0002') + all, served()), []);
  assert.deepEqual(told('ios', ios(''), relayed('10.9.0.1')), ['config-silent error 2 likely 1,2,3']);
  const snooping = 'ip dhcp snooping vlan 10\nip dhcp snooping\n';
  assert.deepEqual(told('ios', snooping, silent()), ['config-silent error 1 likely 1,2,3']);
  assert.deepEqual(told('ios', `${snooping}interface Gi0/1\n ip dhcp snooping trust\n`, silent()), []);
  assert.deepEqual(whys('ios', ios('ip dhcp excluded-address 10.0.0.60'), refused('10.0.0.60')), [
    '2 subnet 10.0.0.0/24',
    '1 10.0.0.60 is excluded',
  ]);
});

test('Cisco IOS: classes that go by option 82 and other options', () => {
  const told1 = (text: string, build: Build): string[] => told('ios', text, build).filter(isLikely);
  const pool = (classes: string, before = ''): string =>
    `${before}\nip dhcp pool LAN\n network 10.0.0.0 255.255.255.0\n${classes}`;
  const cls = (...lines: string[]): string => ['ip dhcp class PHONES', ...lines].join('\n   ');
  const own = ' class PHONES\n';
  // What the class asks for is in another file.
  assert.deepEqual(told1(pool(own), vain()), []);
  // A class without a pattern matches any request.
  assert.deepEqual(told1(pool(own, cls('relay agent information')), vain()), []);
  const port = 'relay-information hex 01040101030402020102';
  const wrong = [`${DENIED} 6 ${FRAMES}`];
  assert.deepEqual(told1(pool(own, cls('relay agent information', port)), vain()), wrong);
  const from = (hex: string): Build => vain({ options: [raw(82, hex)] });
  assert.deepEqual(told1(pool(own, cls('relay agent information', port)), from('01040101030402020102')), []);
  assert.deepEqual(told1(pool(own, cls('relay agent information', port)), from('01040101030502020102')), wrong);
  const some = (tail: string): string => pool(own, cls('relay agent information', `relay-information hex ${tail}`));
  assert.deepEqual(told1(some('01040101*'), from('01040101030502020102')), []);
  assert.deepEqual(told1(some('01040201*'), from('01040101030502020102')), wrong);
  assert.deepEqual(told1(some('01040101ff05 bitmask ffffffff00ff'), from('010401010305')), []);
  assert.deepEqual(told1(some('01040101ff06 bitmask ffffffff00ff'), from('010401010305')), wrong);
  const vendor = (text: string): string =>
    pool(own, cls(`option 60 hex ${text}`)).replace('\nip dhcp pool', '\n!\nip dhcp pool');
  const pxe = vain({ options: [textOption(60, 'PXEClient')] });
  assert.deepEqual(told1(vendor('505845*'), pxe), []);
  assert.deepEqual(told1(vendor('505846*'), pxe), wrong);
  assert.deepEqual(told1(pool(own, `no ip dhcp use class\n${cls(port)}`), vain()), []);
  // The second class is the one that the client is in, and it has one address, which another holds.
  const ranges =
    ' class PHONES\n  address range 10.0.0.100 10.0.0.199\n class REST\n  address range 10.0.0.50 10.0.0.50\n';
  const both = `${cls(port)}\nip dhcp class REST`;
  assert.deepEqual(told1(pool(ranges, both), vain()), [`${DENIED} 9 ${FRAMES}`]);
  assert.deepEqual(told1(pool(ranges, both), from('01040101030402020102')), []);
});

test('Microsoft: whom a policy is for, and what it leaves to others', () => {
  const told1 = (text: string, build: Build): string[] => told('microsoft-xml', text, build).filter(isLikely);
  const policy = (first: string, last: string, condition: string, name = 'Phones'): string =>
    `<Policy>\n<Name>${name}</Name><Enabled>true</Enabled>${condition}<IPRanges><IPRange><StartRange>${first}</StartRange><EndRange>${last}</EndRange></IPRange></IPRanges></Policy>`;
  const policies = (...all: string[]): string => scope(`<Policies>${all.join('')}</Policies>`);
  const field = (name: string, ...values: string[]): string =>
    values.map((value) => `<${name}>${value}</${name}>`).join('');
  // All but the one address that another holds is kept for the policy.
  const most = (condition: string): string => policies(policy('10.0.0.51', '10.0.0.99', condition));
  const notFor = [`${DENIED} 4 ${FRAMES}`];
  assert.deepEqual(told1(most(field('MacAddress', 'EQ', '00085D*')), vain()), notFor);
  assert.deepEqual(told1(most(field('MacAddress', 'EQ', '020000*')), vain()), []);
  assert.deepEqual(told1(most(field('MacAddress', 'NE', '020000*')), vain()), notFor);
  assert.deepEqual(told1(most(field('MacAddress', 'NE', '020000*')).replace('true', 'false'), vain()), []);
  const phone = vain({ options: [textOption(60, 'Polycom-VVX300'), raw(82, '0104aabbccdd')] });
  assert.deepEqual(told1(most(field('CircuitId', 'EQ', 'AA-BB-CC-DD')), phone), []);
  assert.deepEqual(told1(most(field('CircuitId', 'EQ', 'AA-BB-CC-DE')), phone), notFor);
  const both = field('MacAddress', 'EQ', '020000*') + field('CircuitId', 'EQ', 'AABBCCDE');
  assert.deepEqual(told1(most(`<Condition>OR</Condition>${both}`), phone), []);
  assert.deepEqual(told1(most(`<Condition>AND</Condition>${both}`), phone), notFor);
  const vendor = field('VendorClass', 'EQ', 'Polycom*');
  const known = `<Classes><Class><Name>Polycom</Name><Type>Vendor</Type><Data>0x506f6c79636f6d</Data></Class></Classes>`;
  const withClass = (text: string): string => text.replace('<IPv4>', `<IPv4>${known}`);
  assert.deepEqual(told1(withClass(most(vendor)), phone), []);
  assert.deepEqual(told1(withClass(most(vendor)), vain()), notFor);
  // The class is not in the file.
  assert.deepEqual(told1(most(vendor), vain()), []);
  // A member gets only what the policy has, and that is taken.
  const little = policies(policy('10.0.0.50', '10.0.0.50', field('MacAddress', 'EQ', '020000*')));
  assert.deepEqual(told1(little, vain()), [`${DENIED} 6 ${FRAMES}`]);
  assert.deepEqual(
    told1(little.replace('<Policies>', '<ActivatePolicies>false</ActivatePolicies><Policies>'), vain()),
    [],
  );
});

test('RouterOS: disabled, static-only, block-access, relay, delay, authority', () => {
  const ros = (server: string, ...more: string[]): string =>
    [
      '/ip pool',
      'add name=p ranges=10.0.0.50-10.0.0.99',
      '/ip address',
      'add address=10.0.0.1/24 interface=bridge',
      '/ip dhcp-server',
      `add interface=bridge name=d ${server}`,
      '/ip dhcp-server network',
      'add address=10.0.0.0/24 gateway=10.0.0.1',
      ...more,
    ].join('\n');
  assert.deepEqual(told('routeros', ros('address-pool=p disabled=yes'), silent()), [
    'config-silent error 6 likely 1,2,3',
  ]);
  assert.deepEqual(told('routeros', ros('address-pool=p disabled=no'), served()), []);
  const lease = (mac: string, more = ''): string[] => [
    '/ip dhcp-server lease',
    `add address=10.0.0.50 mac-address=${mac.toUpperCase()} ${more}`,
  ];
  assert.deepEqual(told('routeros', ros('address-pool=static-only', ...lease(KNOWN)), vain()), [
    `${DENIED} 6 ${FRAMES}`,
  ]);
  assert.deepEqual(told('routeros', ros('address-pool=static-only', ...lease(OTHER)), served()), []);
  assert.deepEqual(told('routeros', ros('address-pool=p', ...lease(OTHER, 'block-access=yes')), vain()), [
    `${DENIED} 10 ${FRAMES}`,
  ]);
  assert.deepEqual(told('routeros', ros('address-pool=p'), relayed()), ['config-silent error 6 likely 1,2,3']);
  assert.deepEqual(told('routeros', ros('address-pool=p relay=10.0.0.2'), relayed()).filter(isLikely), []);
  assert.deepEqual(told('routeros', ros('address-pool=p relay=10.0.0.2'), silent()), [
    'config-silent error 6 likely 1,2,3',
  ]);
  assert.deepEqual(told('routeros', ros('address-pool=p delay-threshold=1m'), silent()), [
    'config-silent error 6 likely 1,2,3',
  ]);
  // A later command may have changed it.
  assert.deepEqual(
    told('routeros', ros('address-pool=p disabled=yes', '/ip dhcp-server enable d'), silent()).filter(isLikely),
    [],
  );
  const reboots = new Build();
  for (const at of [0, 4]) reboots.request(at, { options: [ipOption(50, '192.168.7.7')], secs: at });
  assert.deepEqual(told('routeros', ros('address-pool=p authoritative=no'), reboots), [
    'config-silent warning 6 likely 1,2',
  ]);
});
