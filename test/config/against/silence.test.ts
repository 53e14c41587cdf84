/** Which statement kept a server silent: what dhcpd.conf(5), dnsmasq(8), the Kea ARM and udhcpd's sample say of each, with a healthy twin. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig, SourceFile } from '../../../src/config';
import { holdAgainst } from '../../../src/config/against';
import { Build, ipOption, raw, textOption } from '../../analysis/build';
import { KNOWN, OTHER, served, vain } from './asking';
import { held, told } from './held';

const REBOOT = [ipOption(50, '192.168.7.7'), raw(55, '0103')];
function reboots(options = REBOOT): Build {
  const build = new Build();
  for (const at of [0, 4]) build.request(at, { options, secs: at });
  return build;
}
const DENIED = 'config-silent error';

const SUBNET = 'subnet 10.0.0.0 netmask 255.255.255.0 {\n';
const dhcpd = (inside: string, before = ''): string =>
  `option routers 10.0.0.1; option domain-name-servers 10.0.0.1; default-lease-time 3600;\n${before}${SUBNET}${inside}}\n`;
const RANGE = 'range 10.0.0.50 10.0.0.99;\n';

test('dhcpd: unknown clients are denied, for a subnet and for a pool', () => {
  const host = `host a { hardware ethernet ${KNOWN}; }\n`;
  assert.deepEqual(told('dhcpd', dhcpd(RANGE, `deny unknown-clients;\n${host}`), vain()), [`${DENIED} 2 likely 5,6,7`]);
  const pool = `pool {\nallow known-clients;\n${RANGE}}\n`;
  assert.deepEqual(told('dhcpd', dhcpd(pool, host), vain()), [`${DENIED} 5 likely 5,6,7`]);
  assert.deepEqual(told('dhcpd', dhcpd(pool, host.replace(KNOWN, OTHER)), served()), []);
});

test('dhcpd: the class of the pool is another', () => {
  const pool = `pool {\nallow members of "phones";\n${RANGE}}\n`;
  const match = (how: string): string => dhcpd(pool, `class "phones" { match if ${how}; }\n`);
  const text = match('substring(option vendor-class-identifier, 0, 3) = "SIP"');
  const pc = { options: [textOption(60, 'PC')] };
  assert.deepEqual(told('dhcpd', text, vain(pc)), [`${DENIED} 5 likely 5,6,7`]);
  assert.deepEqual(told('dhcpd', text, served({ options: [textOption(60, 'SIP-1')] })), []);
  assert.match(
    held('dhcpd', text, vain(pc)).findings[0]!.explanation,
    /the first 3 octets of option 60 is “PC”, and has to be “SIP”/,
  );
  // What cannot be worked out is no reason.
  assert.deepEqual(told('dhcpd', match('encode-int(1, 8) = 01'), vain(pc)), []);
  // Addresses as people compare them: numbers without leading zeros, and with them.
  const hex = 'binary-to-ascii(16, 8, ":", substring(hardware, 1, 6))';
  const padded = 'concat(suffix(concat("0", binary-to-ascii(16, 8, "", substring(hardware, 1, 1))), 2), "-2")';
  for (const right of [`${hex} = "2:0:0:0:0:2"`, `${padded} = "02-2"`])
    assert.deepEqual(told('dhcpd', match(right), served()), [], right);
  for (const wrong of [`${hex} = "02:00:00:00:00:02"`, `${padded} = "2-2"`])
    assert.deepEqual(told('dhcpd', match(wrong), vain()), [`${DENIED} 5 likely 5,6,7`], wrong);
  const blocked = `class "b" { match if ${hex} = "2:0:0:0:0:2"; deny booting; }\n`;
  assert.deepEqual(told('dhcpd', dhcpd(RANGE, blocked), vain()), [`${DENIED} 2 likely 5,6,7`]);
  assert.deepEqual(told('dhcpd', dhcpd(RANGE, blocked.replace(':2"', ':3"')), served()), []);
  const sub = dhcpd(pool, `class "phones" { match hardware; }\nsubclass "phones" 1:${KNOWN};\n`);
  assert.deepEqual(told('dhcpd', sub, vain()), [`${DENIED} 6 likely 5,6,7`]);
  assert.deepEqual(told('dhcpd', sub.replace(KNOWN, OTHER), served()), []);
});

test('dhcpd: where several pools refuse a client, the other lines are told, too', () => {
  const pools = `pool {\nallow known-clients;\n${RANGE}}\npool {\nallow members of "v";\nrange 10.0.0.100 10.0.0.120;\n}\n`;
  const text = dhcpd(pools, 'class "v" { match if option host-name = "v"; }\n');
  assert.deepEqual(told('dhcpd', text, vain()), [`${DENIED} 5 likely 5,6,7`]);
  assert.match(held('dhcpd', text, vain()).findings[0]!.explanation, / Line 9 refuses it as well\./);
});

test('dhcpd: no subnet for the relay, no range, no address left', () => {
  const relayed = new Build();
  for (const at of [0, 4])
    relayed.discover(
      at,
      { giaddr: '10.9.0.1', hops: 1 },
      { source: '10.9.0.1', destination: '10.0.0.1', sourcePort: 67 },
    );
  const far = `subnet 172.16.0.0 netmask 255.255.0.0 { range 172.16.0.1 172.16.0.9; }\n`;
  assert.deepEqual(told('dhcpd', dhcpd(RANGE) + far, relayed), [`${DENIED} 2 likely 1,2`]);
  assert.deepEqual(
    told('dhcpd', dhcpd(RANGE).replaceAll('10.0.0.', '10.9.0.'), relayed).filter((one) => one.includes('likely')),
    [],
  );
  assert.deepEqual(told('dhcpd', dhcpd('range 10.0.0.50;\n'), vain()), [`${DENIED} 3 likely 5,6,7`]);
  // One address is left: it may be gone since before the capture, and that is said as what may be.
  assert.deepEqual(told('dhcpd', dhcpd('range 10.0.0.50 10.0.0.51;\n'), vain()), [
    'config-silent info 3 possible 5,6,7',
  ]);
  const host = `host a { hardware ethernet ${KNOWN}; fixed-address 10.0.0.50; }\n`;
  assert.deepEqual(told('dhcpd', dhcpd('', host), vain()), [`${DENIED} 3 likely 5,6,7`]);
});

test('dhcpd: INIT-REBOOT and INFORM without authority', () => {
  const no = 'config-silent warning';
  assert.deepEqual(told('dhcpd', dhcpd(RANGE, 'not authoritative;\n'), reboots()), [`${no} 2 likely 1,2`]);
  assert.deepEqual(told('dhcpd', dhcpd(RANGE), reboots()), [`${no} 2 likely 1,2`]);
  assert.deepEqual(told('dhcpd', dhcpd(RANGE, 'authoritative;\n'), reboots()), []);
  const unleased = reboots([ipOption(50, '10.0.0.200')]);
  assert.deepEqual(told('dhcpd', dhcpd(RANGE, 'authoritative;\n'), unleased), [`${no} 4 likely 1,2`]);
});

test('Kea: classes of subnet and pool, KNOWN, DROP, a full pool, the relay’s subnet', () => {
  const kea = (subnet: string, pool = '', more = '', range = '10.0.0.50-10.0.0.99'): string =>
    `{ "Dhcp4": { "valid-lifetime": 3600, "option-data": [ { "name": "routers", "data": "10.0.0.1" }, { "name": "domain-name-servers", "data": "10.0.0.1" } ],\n${more}"subnet4": [ {\n"subnet": "10.0.0.0/24",\n${subnet}"pools": [ {\n${pool}"pool": "${range}" } ] } ] } }`;
  const test60 = (how: string): string => `"client-classes": [ { "name": "p", "test": "${how}" } ],\n`;
  const sip = test60("substring(option[60].hex,0,3) == 'SIP'");
  const pc = { options: [textOption(60, 'PC')] };
  assert.deepEqual(told('kea4', kea('"client-class": "p",\n', '', sip), vain(pc)), [`${DENIED} 5 likely 5,6,7`]);
  assert.deepEqual(told('kea4', kea('', '"client-class": "p",\n', sip), vain(pc)), [`${DENIED} 6 likely 5,6,7`]);
  assert.deepEqual(
    told('kea4', kea('', '"client-class": "p",\n', sip), served({ options: [textOption(60, 'SIP-7')] })),
    [],
  );
  const relay = test60("relay4[1].hex == 'gi1'");
  assert.deepEqual(told('kea4', kea('"client-class": "p",\n', '', relay), vain({ options: [raw(82, '0103676932')] })), [
    `${DENIED} 5 likely 5,6,7`,
  ]);
  const reserved = `"reservations": [ { "hw-address": "${KNOWN}", "hostname": "a" } ],\n`;
  assert.deepEqual(told('kea4', kea(reserved, '"client-class": "KNOWN",\n'), vain()), [`${DENIED} 6 likely 5,6,7`]);
  const drop = `"client-classes": [ { "name": "DROP",\n"test": "pkt4.mac == 0x020000000002" } ],\n`;
  assert.deepEqual(told('kea4', kea('', '', drop), vain()), [`${DENIED} 3 likely 5,6,7`]);
  const written = drop.replace('pkt4.mac == 0x020000000002', `hexstring(pkt4.mac, ':') == '${OTHER}'`);
  assert.deepEqual(told('kea4', kea('', '', written), vain()), [`${DENIED} 3 likely 5,6,7`]);
  assert.deepEqual(told('kea4', kea('', '', '', '10.0.0.50-10.0.0.50'), vain()), [`${DENIED} 5 likely 5,6,7`]);
  assert.deepEqual(told('kea4', kea(''), reboots()), ['config-silent warning 3 likely 1,2']);
  assert.deepEqual(told('kea4', kea('', '', '"authoritative": true,\n'), reboots()), []);
});

test('dnsmasq: ignored, no tag of the range, static, full', () => {
  const lines = (...more: string[]): string => [...more, 'dhcp-range=10.0.0.50,10.0.0.99,255.255.255.0,1h'].join('\n');
  const authority = 'dhcp-authoritative';
  assert.deepEqual(told('dnsmasq', lines('dhcp-ignore=tag:!known', `dhcp-host=${KNOWN},a`), vain()), [
    `${DENIED} 1 likely 5,6,7`,
  ]);
  assert.deepEqual(told('dnsmasq', lines('dhcp-ignore=tag:!known', `dhcp-host=${OTHER},a`), served()), []);
  assert.deepEqual(told('dnsmasq', lines(authority, `dhcp-host=${OTHER},ignore`), vain()), [
    `${DENIED} 2 likely 5,6,7`,
  ]);
  const vendor = lines('dhcp-vendorclass=set:pxe,PXEClient', 'dhcp-ignore=tag:pxe');
  assert.deepEqual(told('dnsmasq', vendor, vain({ options: [textOption(60, 'PXEClient:Arch:00000')] })), [
    `${DENIED} 2 likely 5,6,7`,
  ]);
  assert.deepEqual(told('dnsmasq', vendor, served({ options: [textOption(60, 'MSFT 5.0')] })), []);
  const tagged = (rule: string): string => `${rule}\ndhcp-range=tag:x,10.0.0.50,10.0.0.99,255.255.255.0,1h`;
  assert.deepEqual(told('dnsmasq', tagged('dhcp-mac=set:x,02:00:00:*:*:01'), vain()), [`${DENIED} 2 likely 5,6,7`]);
  assert.deepEqual(
    told('dnsmasq', tagged('dhcp-match=set:x,option:client-arch,7'), vain({ options: [raw(93, '0000')] })),
    [`${DENIED} 2 likely 5,6,7`],
  );
  assert.deepEqual(
    told('dnsmasq', tagged('dhcp-match=set:x,option:client-arch,7'), served({ options: [raw(93, '0007')] })),
    [],
  );
  assert.deepEqual(told('dnsmasq', `dhcp-host=${KNOWN},10.0.0.50\ndhcp-range=10.0.0.0,static,255.255.255.0`, vain()), [
    `${DENIED} 2 likely 5,6,7`,
  ]);
  // One address is leased, the other is reserved for a third client.
  assert.deepEqual(
    told('dnsmasq', 'dhcp-host=02:00:00:00:00:03,10.0.0.51\ndhcp-range=10.0.0.50,10.0.0.51,255.255.255.0,1h', vain()),
    [`${DENIED} 2 likely 5,6,7`],
  );
  // A tag that is made of another, and one that is made of itself, which nobody can tell.
  assert.deepEqual(told('dnsmasq', lines('tag-if=set:z,tag:!a', 'dhcp-ignore=tag:z'), vain()), [
    `${DENIED} 2 likely 5,6,7`,
  ]);
  const circle = lines('tag-if=set:z,tag:y', 'tag-if=set:y,tag:z', 'dhcp-ignore=tag:z');
  assert.deepEqual(told('dnsmasq', circle, vain()), []);
  assert.deepEqual(told('dnsmasq', lines(), reboots()), ['config-silent warning 1 likely 1,2']);
  assert.deepEqual(told('dnsmasq', lines(), reboots([ipOption(50, '10.0.0.60')])), [
    'config-silent warning 1 likely 1,2',
  ]);
  assert.deepEqual(told('dnsmasq', lines(authority), reboots()), []);
});

test('udhcpd: no address left, the limit of leases', () => {
  const text = (end: string, more = ''): string =>
    `start 10.0.0.50\nend ${end}\noption subnet 255.255.255.0\nopt router 10.0.0.1\nopt dns 10.0.0.1\noption lease 3600\n${more}`;
  assert.deepEqual(told('udhcpd', text('10.0.0.50'), vain()), [`${DENIED} 1 likely 5,6,7`]);
  assert.deepEqual(told('udhcpd', text('10.0.0.99', 'max_leases 1\n'), vain()), [`${DENIED} 7 likely 5,6,7`]);
  assert.deepEqual(told('udhcpd', text('10.0.0.99'), served()), []);
});

test('a server that is never heard may listen elsewhere: said as what may be', () => {
  const build = new Build();
  for (const at of [0, 4, 12]) build.discover(at, { secs: at });
  const text = 'interface=eth7\ndhcp-range=10.0.0.50,10.0.0.99,255.255.255.0,1h\n';
  assert.deepEqual(told('dnsmasq', text, build), [
    'config-silent info 1 possible 1,2,3',
    'config-silent info 2 possible 1,2,3',
  ]);
});

test('a client that gets its lease later is none to worry about, and what is not read is no reason for sure', () => {
  const build = vain();
  build.bind(30, { chaddr: OTHER, xid: 8 }, { yiaddr: '10.0.0.51' });
  const text = dhcpd(RANGE, 'deny unknown-clients;\n');
  assert.deepEqual(told('dhcpd', text, build), ['config-silent info 2 likely 5,6,7']);
  assert.deepEqual(told('dhcpd', `include "hosts.conf";\n${text}`, vain()), ['config-silent info 3 possible 5,6,7']);
});

test('the finding of the analysis names the statement as its cause', () => {
  const { findings } = held('dhcpd', dhcpd(RANGE, 'deny unknown-clients;\n'), vain());
  assert.deepEqual(
    findings.slice(0, 2).map(({ id }) => id),
    ['config-silent', 'no-offer'],
  );
  const [cause, ...others] = findings[1]!.causes;
  assert.match(cause!.text, /^server\.conf:2: /);
  assert.equal(cause!.finding, 'config-silent');
  assert.ok(others.length > 0 && others.every(({ likelihood }) => likelihood !== 'likely'));
});

test('many subnets and a flood of requests take no time out of proportion', () => {
  const subnets = Array.from(
    { length: 20_000 },
    (_, i) =>
      `subnet 10.${i >> 8}.${i & 255}.0 netmask 255.255.255.0 { pool { deny unknown-clients; range 10.${i >> 8}.${i & 255}.9 10.${i >> 8}.${i & 255}.99; } }`,
  );
  const build = new Build();
  for (let i = 0; i < 6000; i++)
    build.discover(i, {
      chaddr: `02:00:00:00:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`,
      xid: i,
      ...(i % 2 ? { giaddr: '10.7.7.1' } : {}),
    });
  const document = parseConfig(new SourceFile('server.conf', subnets.join('\n')), 'dhcpd');
  const began = performance.now();
  const { findings } = holdAgainst([document], { count: build.packets.length, get: (i) => build.packets[i]! }, []);
  assert.ok(performance.now() - began < 4000, `${performance.now() - began} ms`);
  assert.equal(findings.length, 100);
});

test('the deciding line’s step stands first, and steps for other products and for firewalls go', () => {
  const text = dhcpd(RANGE, `deny unknown-clients;\nhost a { hardware ethernet ${KNOWN}; }\n`);
  const find = (build: Build, conf = text) => held('dhcpd', conf, build).findings.find(({ id }) => id === 'no-offer')!;
  const plain = vain()
    .analyse(82)
    .findings.find(({ id }) => id === 'no-offer')!;
  assert.ok(Object.values(plain.stepsFor!).some(({ product }) => product === 'kea'));
  const { steps, stepsFor = {}, causes } = find(vain());
  assert.match(steps[0]!, new RegExp(`^Declare the client: .host NAME \\{ hardware ethernet ${OTHER}; \\}`));
  assert.match(steps[1]!, /port67 check server\.conf/);
  assert.deepEqual(
    Object.entries(stepsFor).map(([place, { kind, product }]) => [steps[Number(place)]!.split(':')[0], kind, product]),
    [['ISC dhcpd', 'server', 'dhcpd']],
  );
  assert.deepEqual(causes.filter(({ likelihood }) => likelihood === 'likely').length, 1);
  // What is for everybody stays.
  const common = plain.steps.filter((_, place) => !plain.stepsFor![place]);
  assert.ok(common.length > 0 && common.every((step) => steps.includes(step)));
  // Where no line decides, the finding is as it was.
  assert.deepEqual(find(vain(), dhcpd(RANGE)).steps, plain.steps);
});

test('conditions on options that the file defines', () => {
  const pool = `pool {\nallow members of "pxe";\n${RANGE}}\n`;
  const text = dhcpd(
    pool,
    'option arch code 93 = unsigned integer 16;\nclass "pxe" { match if not (option arch = 00:00); }\n',
  );
  const arch = (hex: string): Parameters<Build['discover']>[1] => ({ options: [raw(93, hex)] });
  assert.deepEqual(told('dhcpd', text, vain(arch('0000'))), [`${DENIED} 6 likely 5,6,7`]);
  assert.deepEqual(told('dhcpd', text, served(arch('0007'))), []);
  const kea = `{ "Dhcp4": { "option-def": [ { "name": "mine", "code": 224, "type": "string" } ],
"client-classes": [ { "name": "a", "test": "option[mine].text == 'x'" } ],
"subnet4": [ { "id": 1, "subnet": "10.0.0.0/24", "client-class": "a",
"pools": [ { "pool": "10.0.0.50-10.0.0.99" } ] } ] } }`;
  assert.ok(told('kea4', kea, vain({ options: [textOption(224, 'y')] })).includes(`${DENIED} 3 likely 5,6,7`));
  assert.deepEqual(
    told('kea4', kea, vain({ options: [textOption(224, 'x')] })).filter((one) => one.includes('likely')),
    [],
  );
});

test('dnsmasq: a range for reservations only, and a relay that no range with a mask is for', () => {
  const only = `dhcp-range=10.0.0.0,static\ndhcp-host=${KNOWN},10.0.0.50\n`;
  assert.deepEqual(told('dnsmasq', only, vain()), [`${DENIED} 1 likely 5,6,7`]);
  assert.match(held('dnsmasq', only, vain()).findings[0]!.title, /its subnet has no pool/);
  const relayed = new Build();
  for (const at of [0, 4, 12])
    relayed.discover(
      at,
      { giaddr: '10.8.0.1', hops: 1 },
      { source: '10.8.0.1', destination: '10.0.0.1', sourcePort: 67 },
    );
  // The first range has the mask of an interface, which the capture does not show.
  const ranges = 'dhcp-range=10.0.0.50,10.0.0.60\ndhcp-range=10.7.0.50,10.7.0.60,255.255.255.0\n';
  assert.deepEqual(told('dnsmasq', ranges, relayed), ['config-silent info 2 possible 1,2,3']);
});
