/** How full pools are, by hand-counted configurations and lease files. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig, SourceFile, type ConfigKind } from '../../src/config';
import { poolUse, type LeaseFile, type PoolReport } from '../../src/config/leases';
import { DAY, read } from './leaseFiles';

const report = (kind: ConfigKind, config: string, leases: LeaseFile): PoolReport =>
  poolUse([parseConfig(new SourceFile('conf', config), kind)], leases);
const pools = ({ pools }: PoolReport): unknown[] =>
  pools.map(({ network, size, active, declined, free, line }) => [
    network,
    Number(size),
    active,
    declined,
    Number(free),
    line,
  ]);
const told = ({ leaseFindings, poolFindings }: PoolReport): string[] => [
  ...leaseFindings.map(({ id, place }) => `${id} ${place.line}`),
  ...poolFindings.map(({ id, span }) => `${id} ${span.file.position(span.start).line}`),
];
const dhcpd = (...addresses: readonly string[]): LeaseFile =>
  read(
    addresses
      .map((address) => {
        const [ip, state = 'active'] = address.split(' ');
        return `lease ${ip!} {\n  ends 6 2026/11/28 20:00:00;\n  binding state ${state};\n}\n`;
      })
      .join(''),
  );

test('dhcpd: ranges of a subnet are counted together, overlaps once; what is free, declined or elsewhere is no use', () => {
  const config = `subnet 10.0.0.0 netmask 255.255.255.0 {
  range 10.0.0.10 10.0.0.19;
  pool { range 10.0.0.100 10.0.0.109; }
}
subnet 10.0.1.0 netmask 255.255.255.0 { range 10.0.1.1 10.0.1.2; }
host fixed { hardware ethernet 02:00:00:00:00:01; fixed-address 10.0.0.200; }
`;
  const leases = dhcpd(
    '10.0.0.10',
    '10.0.0.19',
    '10.0.0.20',
    '10.0.0.100',
    '10.0.0.101 free',
    '10.0.0.102 abandoned',
    '10.0.0.200',
    '10.0.1.1',
    '10.0.1.2',
    '10.9.9.9',
  );
  const found = report('dhcpd', config, leases);
  assert.deepEqual(pools(found), [
    ['10.0.0.0/24', 20, 3, 1, 16, 1],
    ['10.0.1.0/24', 2, 2, 0, 0, 5],
  ]);
  // 10.0.0.20 is the third record of four lines, 10.9.9.9 the tenth.
  assert.deepEqual(told(found), ['lease-outside-pool 9', 'lease-outside-pool 37', 'pool-full 5']);
});

test('a pool of which nine in ten are in use is told, without alarm', () => {
  const config = 'subnet 10.0.0.0 netmask 255.255.255.0 {\n  range 10.0.0.10 10.0.0.19;\n}\n';
  const nine = Array.from({ length: 9 }, (_, i) => `10.0.0.${10 + i}`);
  const found = report('dhcpd', config, dhcpd(...nine));
  assert.deepEqual(told(found), ['pool-nearly-full 1']);
  assert.deepEqual(
    found.poolFindings.map(({ severity }) => severity),
    ['info'],
  );
  assert.deepEqual(told(report('dhcpd', config, dhcpd(...nine.slice(1)))), []);
});

test('Kea: DHCPv6 pools and delegated prefixes, each in what it gives', () => {
  const config = `{ "Dhcp6": { "subnet6": [ {
  "id": 1, "subnet": "fd67::/64",
  "pools": [ { "pool": "fd67::1000-fd67::10ff" } ],
  "pd-pools": [ { "prefix": "fd67:0:1::", "prefix-len": 48, "delegated-len": 56 } ]
} ] } }`;
  const header =
    'address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context,hwtype,hwaddr_source,pool_id\n';
  const row = (address: string, type: number, length: number): string =>
    `${address},00:03:00:01:02,600,${DAY + 600},1,300,${type},1,${length},0,0,,,0,,,,0\n`;
  const found = report(
    'kea6',
    config,
    read(header + row('fd67::1000', 0, 128) + row('fd67::1001', 0, 128) + row('fd67:0:1:100::', 2, 56)),
  );
  // 256 addresses; 256 prefixes of length 56 in one of length 48.
  assert.deepEqual(
    found.pools.map(({ size, active, free }) => [size, active, free]),
    [
      [256n, 2, 254n],
      [256n, 1, 255n],
    ],
  );
  assert.deepEqual(told(found), []);
});

test('dnsmasq: the range of its configuration, and a host with an address of its own', () => {
  const config = 'dhcp-range=10.0.0.10,10.0.0.12,255.255.255.0,1h\ndhcp-host=02:00:00:00:00:09,10.0.0.50\n';
  const line = (last: number): string => `${DAY} 02:00:00:00:00:0${last % 10} 10.0.0.${last} * *\n`;
  const found = report(
    'dnsmasq',
    config,
    read(line(10) + line(11) + line(12) + `${DAY} 02:00:00:00:00:09 10.0.0.50 * *\n`),
  );
  assert.deepEqual(
    pools(found).map((one) => (one as unknown[]).slice(1, 5)),
    [[3, 3, 0, 0]],
  );
  assert.deepEqual(told(found), ['pool-full 1']);
});

test('a configuration of the other family says nothing about leases', () => {
  const found = report(
    'dhcpd',
    'subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.1 10.0.0.9; }\n',
    read(`duid 00:01\n${DAY} 1 fd67::5 * 00:03\n`),
  );
  assert.deepEqual(told(found), []);
});

test('a pool is full only while its leases last: by the newest time in the file, and by the clock', () => {
  const config = 'subnet 10.0.0.0 netmask 255.255.255.0 {\n  range 10.0.0.10 10.0.0.11;\n}\n';
  const lease = (last: number, starts: string, ends: string): string =>
    `lease 10.0.0.${last} {\n  starts 6 2026/11/28 ${starts};\n  ends 6 2026/11/28 ${ends};\n  binding state active;\n}\n`;
  const document = [parseConfig(new SourceFile('conf', config), 'dhcpd')];
  const running = read(lease(10, '10:00:00', '12:00:00') + lease(11, '11:00:00', '13:00:00'));
  const at = (hour: number): number => Date.UTC(2026, 10, 28, hour, 30) / 1000;
  const full = (leases: LeaseFile, now?: number): string[] =>
    poolUse(document, leases, now).poolFindings.map(({ id, severity }) => `${id} ${severity}`);
  assert.deepEqual(full(running), ['pool-full warning']);
  const single = [parseConfig(new SourceFile('conf', config.replace(' 10.0.0.11', '')), 'dhcpd')];
  assert.match(poolUse(single, running).poolFindings[0]!.explanation, /^The only address is leased\. /);
  assert.deepEqual(full(running, at(11)), ['pool-full warning']);
  assert.deepEqual(full(running, at(12)), ['pool-full info']);
  // The second lease began after the first had ended, so the first address was free again.
  assert.deepEqual(full(read(lease(10, '10:00:00', '10:30:00') + lease(11, '11:00:00', '13:00:00'))), []);
});

test('a range whose ends are swapped counts in full, as in dhcpd', () => {
  const config = 'subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.20 10.0.0.11; }\n';
  assert.deepEqual(pools(report('dhcpd', config, dhcpd('10.0.0.12'))), [['10.0.0.0/24', 10, 1, 0, 9, 1]]);
});
