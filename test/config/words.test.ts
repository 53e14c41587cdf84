/**
 * Faults of the language itself in the formats whose programs cannot be asked here: what is said of each, and that its healthy twin is
 * silent. udhcpd was asked: it says “can't parse line” of each of its lines.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkConfig, decodeConfig, isWide, parseConfig, SourceFile, type ConfigKind } from '../../src/config';
import { poolsLeft } from '../../src/config/ranges';
import { rangeText } from '../../src/config/address';
import { said } from './check';

const pool = (line: string): string =>
  `ip dhcp pool lan\n network 10.0.0.0 255.255.255.0\n default-router 10.0.0.1\n ${line}\n`;
const uci = (...lines: readonly string[]): string =>
  `config dhcp 'lan'\n\toption interface 'lan'\n${lines.map((line) => `\t${line}\n`).join('')}`;
const networkd = (line: string): string => `[Network]\nAddress=10.0.0.1/24\nDHCPServer=yes\n\n[DHCPServer]\n${line}\n`;
const udhcpd = (line: string): string => `start 10.0.0.20\nend 10.0.0.30\nopt subnet 255.255.255.0\n${line}\n`;
const routeros = (lease: string): string =>
  `/ip pool add name=p ranges=10.0.0.10-10.0.0.99\n/ip dhcp-server add name=lan interface=ether2 address-pool=p\n/ip dhcp-server network add address=10.0.0.0/24 gateway=10.0.0.1\n${lease}\n`;
const dnsmasq = (line: string): string => `dhcp-range=set:phones,10.0.0.10,10.0.0.99,255.255.255.0,12h\n${line}\n`;
const netsh = (line: string): string =>
  `Dhcp Server \\\\dc add scope 10.0.0.0 255.255.255.0 "lan" ""\nDhcp Server \\\\dc ${line}\n`;
const hooks = (peers: string, mode = 'hot-standby', more = ''): string => `{ "Dhcp4": { "hooks-libraries": [
{ "library": "/usr/lib/kea/hooks/libdhcp_ha.so", "parameters": { "high-availability": [ { "this-server-name": "a", "mode": "${mode}", ${more}
"peers": [ { "name": "a", "url": "http://10.0.0.1:8000/", "role": "primary" },
${peers} ] } ] } } ] } }\n`;

/** Kind, what is said, a text with the fault, and one without. */
const CASES: readonly (readonly [kind: ConfigKind, said: string, faulty: string, healthy: string])[] = [
  ['ios', '4 warning unknown-keyword', pool('dns-servre 10.0.0.2'), pool('dns-server 10.0.0.2')],
  ['ios', '1 error service-off', `no service dhcp\n${pool('!')}`, `no service dhcp\n${pool('!')}service dhcp\n`],
  [
    'ios',
    '3 error service-off',
    'interface Vlan2\n ip helper-address 10.0.9.1\nno service dhcp\n',
    'hostname access\nno service dhcp\n',
  ],
  ['ios', '4 error wrong-type', pool('dns-server 10.0.0.2.1'), pool('dns-server ns.example 10.0.0.2')],
  ['ios', '4 error wrong-type', pool('lease 8h'), pool('lease 2 12 30 - two days and a half')],
  ['ios', '4 error wrong-type', pool('option 43 hex f1zz'), pool('option 43 hex f104.0a00.0001')],
  [
    'ios',
    '4 error not-allowed-here',
    pool('host 10.0.0.30 255.255.255.0\n hardware-address 0200.0000.0001'),
    pool('ip dhcp pool h\n host 10.0.0.30 255.255.255.0\n hardware-address 0200.0000.0001'),
  ],
  [
    'ios',
    '4 error not-allowed-here',
    'ip dhcp pool h\n host 10.0.0.30 /24\n hardware-address 0200.0000.0001\n network 10.0.0.0 /24\n',
    'ip dhcp pool h\n host 10.0.0.30 /24\n hardware-address 0200.0000.0001\n client-name a\n',
  ],
  ['ios', '4 warning unknown-option', pool('option 300 ip 10.0.0.1'), pool('option 150 ip 10.0.0.1')],
  [
    'ios',
    '5 warning unknown-keyword',
    pool('exit\nip dhcp excluded-adress 10.0.0.1'),
    pool('exit\nip dhcp excluded-address 10.0.0.1'),
  ],
  [
    'ios',
    '5 info pool-outside-subnet',
    pool('exit\nip dhcp excluded-address 10.0.9.1 10.0.9.9'),
    pool('exit\nip dhcp excluded-address 10.0.0.1 10.0.0.9'),
  ],
  [
    'ios',
    '3 error wrong-type',
    'interface Vlan1\n ip address 10.0.0.1 255.255.255.0\n ip helper-address 10.1.0.300\n',
    'interface Vlan1\n ip address 10.0.0.1 255.255.255.0\n ip helper-address 10.1.0.3\n',
  ],
  [
    'routeros',
    '4 warning name-not-defined',
    routeros('/ip dhcp-server lease add address=10.0.0.5 mac-address=02:00:00:00:00:01 server=lna'),
    routeros('/ip dhcp-server lease add address=10.0.0.5 mac-address=02:00:00:00:00:01 server=lan'),
  ],
  [
    'routeros',
    '4 warning unknown-keyword',
    routeros('/ip dhcp-server lease add adress=10.0.0.5 mac-address=02:00:00:00:00:01'),
    routeros('/ip dhcp-server lease add address=10.0.0.5 mac-address=02:00:00:00:00:01'),
  ],
  [
    'routeros',
    '4 error wrong-type',
    routeros('/ip dhcp-server add name=b interface=ether3 address-pool=p lease-time=5x'),
    routeros('/ip dhcp-server add name=b interface=ether3 address-pool=p lease-time=1d12h30m'),
  ],
  ['openwrt', '3 warning unknown-keyword', uci("option leasetmie '12h'"), uci("option leasetime '12h'")],
  ['openwrt', '3 error wrong-type', uci("option ignore 'maybe'"), uci("option ignore 'off'")],
  ['openwrt', '1 warning unknown-keyword', "config dchp 'lan'\n", "config dhcp 'lan'\n"],
  [
    'openwrt',
    '3 warning option-wrong-type',
    uci("list dhcp_option '121,10.0.0.0/33,10.0.0.1'"),
    uci("list dhcp_option '121,10.0.0.0/24,10.0.0.1'"),
  ],
  ['networkd', '6 warning unknown-keyword', networkd('PoolSzie=10'), networkd('PoolSize=10')],
  ['networkd', '6 error wrong-type', networkd('DefaultLeaseTimeSec=soon'), networkd('DefaultLeaseTimeSec=1h 30min')],
  ['networkd', '6 error wrong-type', networkd('EmitDNS=perhaps'), networkd('EmitDNS=no')],
  ['networkd', '6 error wrong-type', networkd('DNS=10.0.0.400'), networkd('DNS=_server_address 10.0.0.4')],
  [
    'networkd',
    '5 warning unknown-keyword',
    '[Network]\nDHCPServer=yes\nAddress=10.0.0.1/24\n\n[DHCPServre]\n',
    networkd(''),
  ],
  ['udhcpd', '4 error wrong-type', udhcpd('opt lease 10d'), udhcpd('opt lease 864000')],
  ['udhcpd', '4 error wrong-type', udhcpd('max_leases many'), udhcpd('max_leases 20')],
  [
    'udhcpd',
    '4 warning option-wrong-type',
    udhcpd('opt staticroutes 10.1.0.0/33 10.0.0.1'),
    udhcpd('opt staticroutes 10.1.0.0/16 10.0.0.1'),
  ],
  [
    'netsh',
    '2 warning name-not-defined',
    netsh('Scope 10.0.1.0 Add iprange 10.0.1.10 10.0.1.99'),
    netsh('Scope 10.0.0.0 Add iprange 10.0.0.10 10.0.0.99'),
  ],
  ['dnsmasq', '2 warning unknown-option', dnsmasq('dhcp-option=300,5'), dnsmasq('dhcp-option=252,5')],
  [
    'dnsmasq',
    '2 warning unknown-option',
    dnsmasq('dhcp-option=vendor:PXEClient,256,1'),
    dnsmasq('dhcp-option=vendor:PXEClient,6,1'),
  ],
  ['dnsmasq', '2 warning option-wrong-type', dnsmasq('dhcp-option=26,many'), dnsmasq('dhcp-option=26,1400')],
  [
    'dnsmasq',
    '2 warning option-wrong-type',
    dnsmasq('dhcp-option=121,10.1.0.0/33,10.0.0.1'),
    dnsmasq('dhcp-option=121,10.1.0.0/16,10.0.0.1,0.0.0.0/0,10.0.0.1'),
  ],
  [
    'dnsmasq',
    '2 warning name-not-defined',
    dnsmasq('dhcp-option=tag:phoens,42,10.0.0.1'),
    dnsmasq('dhcp-option=tag:phones,42,10.0.0.1'),
  ],
  [
    'dnsmasq',
    '2 info name-not-defined',
    dnsmasq('dhcp-option=tag:cameras,42,10.0.0.1'),
    dnsmasq('dhcp-option=tag:br-lan,42,10.0.0.1'),
  ],
  [
    'dhcpd',
    '2 warning option-wrong-type',
    'option r code 121 = array of unsigned integer 8;\nsubnet 10.0.0.0 netmask 255.255.255.0 { option r 33, 10,8,0,0,1, 10,0,0,1; }\n',
    'option r code 121 = array of unsigned integer 8;\nsubnet 10.0.0.0 netmask 255.255.255.0 { option r 24, 10,8,0, 10,0,0,1, 0, 10,0,0,2; }\n',
  ],
  [
    'dhcpd',
    '2 warning option-wrong-type',
    'option r code 121 = array of unsigned integer 8;\noption r 24, 10,8,0, 10,0,0;\nsubnet 10.0.0.0 netmask 255.255.255.0 { }\n',
    'option r code 121 = array of unsigned integer 8;\noption r 24, 10,8,0, 10,0,0,1;\nsubnet 10.0.0.0 netmask 255.255.255.0 { }\n',
  ],
  [
    'kea4',
    '4 error failover-settings',
    hooks('{ "name": "b", "url": "http://10.0.0.2:8000/", "role": "primary" }'),
    hooks('{ "name": "b", "url": "http://10.0.0.2:8000/", "role": "standby" }'),
  ],
  [
    'kea4',
    '4 error failover-settings',
    hooks('{ "name": "b", "url": "10.0.0.2:8000", "role": "standby" }'),
    hooks('{ "name": "b", "url": "http://[fd67::2]:8000/", "role": "standby" }'),
  ],
  [
    'kea4',
    '2 error failover-settings',
    hooks('{ "name": "b", "url": "http://10.0.0.2/", "role": "standby" }', 'hot-standby', '"wait-backup-ack": true,'),
    hooks('{ "name": "b", "url": "http://10.0.0.2/", "role": "backup" }', 'passive-backup', '"wait-backup-ack": true,'),
  ],
  [
    'kea4',
    '1 warning name-not-defined',
    '{ "Dhcp4": { "hooks-libraries": [ { "library": "/usr/lib/kea/hooks/libdhcp_laese_cmds.so" } ] } }\n',
    '{ "Dhcp4": { "hooks-libraries": [ { "library": "/usr/lib/kea/hooks/libdhcp_radar.so" } ] } }\n',
  ],
  // Three hosts with one address are no slip; two may be.
  [
    'dhcpd',
    '3 warning duplicate-reservation-ip',
    [1, 2].map((n) => `host h${n} { hardware ethernet 02:00:00:00:00:0${n};\n  fixed-address 10.0.0.5; }`).join(' ') +
      '\n',
    [1, 2]
      .map((n) => `host h${n} { hardware ethernet 02:00:00:00:00:0${n};\n  fixed-address 10.0.0.${n}; }`)
      .join(' ') + '\n',
  ],
  // A subnet of all addresses is for clients of any network.
  [
    'dhcpd',
    '1 error mask-mismatch',
    'subnet 10.0.0.0 netmask 255.255.0.0 { option subnet-mask 255.255.255.0; }\n',
    'subnet 0.0.0.0 netmask 0.0.0.0 { option subnet-mask 255.255.255.0; }\n',
  ],
];

for (const [kind, wanted, faulty, healthy] of CASES)
  test(`${kind}: ${wanted} in ${JSON.stringify(faulty.slice(-60))}`, () => {
    const found = said(kind, faulty);
    assert.ok(found.includes(wanted), `said: ${found.join(', ')}`);
    const [, severity, id] = wanted.split(' ');
    assert.deepEqual(
      said(kind, healthy).filter((one) => one.endsWith(` ${severity!} ${id!}`)),
      [],
    );
  });

test('dhcpd: three hosts that share an address are told, without alarm', () => {
  const hosts = [1, 2, 3].map(
    (n) => `host h${n} { hardware ethernet 02:00:00:00:00:0${n}; fixed-address 10.0.0.5; }\n`,
  );
  assert.deepEqual(said('dhcpd', hosts.join('')), [
    '2 info duplicate-reservation-ip',
    '3 info duplicate-reservation-ip',
  ]);
});

test('IOS: a command of a pool may be its beginning only, and a mistyped one does not end the pool', () => {
  const typed = 'ip dhcp pool lan\nnetw 10.0.0.0 255.255.255.0\ndefault-ruoter 10.0.0.1\ndns 10.0.9.9\n';
  assert.deepEqual(said('ios', typed), ['3 warning unknown-keyword']);
});

test('an address for documents is no alarm where the file has more of them', () => {
  const text = (interfaces: string): string => `${interfaces}${pool('dns-server 198.51.100.8')}`;
  assert.deepEqual(said('ios', text(''), { info: false }), ['4 warning dns-example-address']);
  assert.deepEqual(said('ios', text('ip route 0.0.0.0 0.0.0.0 203.0.113.2\n'), { info: false }), []);
});

test('dnsmasq: a pool of which every address is reserved', () => {
  const hosts = [10, 11, 12].map((n) => `dhcp-host=02:00:00:00:00:${n},10.0.0.${n}\n`).join('');
  assert.ok(
    said('dnsmasq', `dhcp-range=10.0.0.10,10.0.0.12,255.255.255.0,1h\n${hosts}`).includes('1 info pool-emptied'),
  );
  assert.ok(
    !said('dnsmasq', `dhcp-range=10.0.0.10,10.0.0.13,255.255.255.0,1h\n${hosts}`).includes('1 info pool-emptied'),
  );
});

test('dhcpd takes a file in UTF-16 for empty, as its mark begins with the octet 0xff; in UTF-8 it stumbles over the mark', () => {
  const text = '\ufeffsubnet 10.0.0.0 netmask 255.255.255.0 { }\n';
  const of = (octets: Buffer): [number, string[]] => {
    const file = new SourceFile('dhcpd.conf', decodeConfig(octets), undefined, isWide(octets));
    const document = parseConfig(file, 'dhcpd');
    return [
      document.subnets.length,
      checkConfig(document).map(({ id, severity, refused }) => `${id} ${severity} ${refused ?? false}`),
    ];
  };
  assert.deepEqual(of(Buffer.from(text, 'utf16le')), [0, ['syntax warning false']]);
  assert.deepEqual(of(Buffer.from(text, 'utf8')), [1, ['syntax error true']]);
});

test('IOS: what the exclusions leave of a pool', () => {
  const text = `${pool('exit')}ip dhcp excluded-address 10.0.0.1 10.0.0.9\nip dhcp excluded-address 10.0.0.100\n`;
  const [subnet] = parseConfig(new SourceFile('router', text), 'ios').subnets;
  assert.deepEqual(poolsLeft(subnet!).map(rangeText), ['10.0.0.10-10.0.0.99', '10.0.0.101-10.0.0.254']);
});

test('IOS: secondary networks inherit what their pool says, but for what an override says', () => {
  const text = (override: string, router = '10.1.0.1'): string =>
    `ip dhcp pool lan\n network 10.1.0.0 /24\n network 10.6.0.0 /24 secondary\n  ${override}\n default-router ${router}\n dns-server 10.1.0.53\n`;
  const own = 'override default-router 10.6.0.1';
  assert.deepEqual(said('ios', text(own)), []);
  assert.deepEqual(said('ios', text('!')), []);
  assert.deepEqual(said('ios', text('override default-router 10.1.0.1')), ['4 error router-outside-subnet']);
  assert.deepEqual(said('ios', text(own, '10.2.0.1')), ['5 warning router-outside-subnet']);
  assert.deepEqual(said('ios', text(own).replace(/ default-router 10.1.*\n dns.*\n/, '')), [
    '1 info missing-router',
    '1 info missing-dns',
    '3 info missing-dns',
  ]);
  // What one pool says is not for another.
  const other = 'ip dhcp pool other\n network 10.9.0.0 /24\n';
  assert.deepEqual(said('ios', text(own) + other), ['7 info missing-router', '7 info missing-dns']);
  const excluded = 'ip dhcp excluded-address 10.6.0.1 10.6.0.9\n';
  const { subnets } = parseConfig(new SourceFile('router', excluded + text(own)), 'ios');
  assert.deepEqual(
    subnets.map((subnet) => poolsLeft(subnet).map(rangeText)),
    [['10.1.0.1-10.1.0.254'], ['10.6.0.10-10.6.0.254']],
  );
});
