/** *Check a backup…*: folders and archives, whole and not. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checkBackup } from '../../src/operator/backup';
import type { ReportFinding, ReportPage } from '../../src/pages';
import { needs } from '../support/needs';
import { pack, writeTree, type Entry } from './build';

const root = mkdtempSync(join(tmpdir(), 'port67-backup-'));
after(() => rmSync(root, { recursive: true, force: true }));
let count = 0;

const CONF = `authoritative;
include "/etc/dhcp/hosts.conf";
subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.10 10.0.0.99; option routers 10.0.0.1; }
`;
const HOSTS = 'host printer { hardware ethernet 02:00:00:00:00:01; fixed-address 10.0.0.5; }\n';
const lease = (address: string): string =>
  `lease ${address} {\n  starts 5 2026/11/20 11:00:00;\n  ends 5 2026/11/20 23:00:00;\n  binding state active;\n  hardware ethernet 02:00:00:00:00:0a;\n}\n`;
const WHOLE: Readonly<Record<string, Entry | string>> = {
  'etc/dhcp/dhcpd.conf': { text: CONF, time: '2026-11-01T00:00:00Z' },
  'etc/dhcp/hosts.conf': { text: HOSTS, time: '2026-11-01T00:00:00Z' },
  'var/lib/dhcp/dhcpd.leases': lease('10.0.0.20'),
};

function folderOf(files: Readonly<Record<string, Entry | string>>): string {
  const folder = join(root, `backup-${++count}`);
  writeTree(folder, files);
  return folder;
}

const findingsOf = ({ sections }: ReportPage): readonly ReportFinding[] =>
  sections.flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === 'findings' ? block.findings : [])));
const ids = async (path: string): Promise<string[]> => findingsOf(await checkBackup(path)).map(({ id }) => id);

test('a whole backup can be restored together', async () => {
  const page = await checkBackup(folderOf(WHOLE));
  assert.deepEqual(findingsOf(page), []);
  assert.equal(page.summary, '1 configuration, 1 lease database. This can be restored together.');
  const table = page.sections[0]!.blocks[0]!;
  assert.ok(table.kind === 'table');
  assert.deepEqual(
    table.rows.map(([file, what, of]) => [typeof file === 'object' && 'text' in file ? file.text : file, what, of]),
    [
      ['etc/dhcp/dhcpd.conf', 'configuration (dhcpd), 1 subnet and 1 reservation', '2026-11-01 00:00:00 UTC'],
      ['etc/dhcp/hosts.conf', 'included by a configuration', '2026-11-01 00:00:00 UTC'],
      [
        'var/lib/dhcp/dhcpd.leases',
        'leases (dhcpd), 1 lease, 1 of them active',
        'newest record 2026-11-20 11:00:00 UTC',
      ],
    ],
  );
});

for (const [what, program, ...args] of [
  ['a tar archive', 'tar', 'cf', '../NAME.tar', '.'],
  ['a compressed one', 'tar', 'czf', '../NAME.tar.gz', 'etc', 'var'],
  ['one in the form of pax', 'tar', '--format=pax', '-czf', '../NAME.tgz', 'etc', 'var'],
  ['a zip archive', 'zip', '-qr', '../NAME.zip', '.'],
] as const)
  test(`${what} says the same as its folder`, async (t) => {
    if (!needs(t, program)) return;
    const { 'etc/dhcp/hosts.conf': hosts, ...others } = WHOLE;
    // A name that does not fit into a header of old.
    const long = `etc/dhcp/${'long-'.repeat(30)}name/hosts.conf`;
    const folder = folderOf({ ...others, [long]: hosts! });
    const name = `packed-${count}`;
    const packed = args.map((arg) => arg.replace('NAME', name));
    pack(folder, program, ...packed);
    const archive = join(
      folder,
      packed.find((arg) => arg.startsWith('../'))!,
    );
    const page = await checkBackup(archive);
    assert.deepEqual(
      findingsOf(page).map(({ id }) => id),
      await ids(folder),
    );
    assert.match(page.summary, /^1 configuration, 1 lease database\. This can be restored together\.$/);
  });

test('what is missing is an error: leases, included files, the configuration', async () => {
  const { 'var/lib/dhcp/dhcpd.leases': leases, ...noLeases } = WHOLE;
  assert.deepEqual(await ids(folderOf(noLeases)), ['backup-no-leases']);
  const noHosts = Object.fromEntries(Object.entries(WHOLE).filter(([path]) => !path.endsWith('hosts.conf')));
  const [missing, ...more] = findingsOf(await checkBackup(folderOf(noHosts)));
  assert.equal(missing?.title, '/etc/dhcp/hosts.conf is missing');
  assert.deepEqual(more, []);
  assert.deepEqual(await ids(folderOf({ 'dhcpd.leases': leases! })), ['backup-no-configuration']);
});

test('what does not fit together is said', async () => {
  assert.deepEqual(await ids(folderOf({ ...WHOLE, 'var/lib/dhcp/dhcpd.leases': lease('10.9.0.20') })), [
    'backup-lease-outside',
  ]);
  assert.deepEqual(
    await ids(folderOf({ ...WHOLE, 'etc/dhcp/dhcpd.conf': { text: CONF, time: '2026-11-20T12:30:00Z' } })),
    ['backup-config-newer'],
  );
  const copied = { text: lease('10.0.0.20'), time: '2026-11-28T12:00:00Z' };
  assert.deepEqual(await ids(folderOf({ ...WHOLE, 'var/lib/dhcp/dhcpd.leases': copied })), ['backup-leases-over']);
  assert.deepEqual(
    await ids(
      folderOf({
        ...WHOLE,
        'etc/dhcp/dhcpd.conf': { text: CONF.replace('netmask', 'mask'), time: '2026-11-01T00:00:00Z' },
      }),
    ),
    ['backup-config-refused'],
  );
  assert.deepEqual(await ids(folderOf({ ...WHOLE, 'var/lib/dhcp/dhcpd.leases': lease('10.0.0.20').slice(0, -20) })), [
    'backup-leases-damaged',
  ]);
});

const KEA = (database: string): string =>
  `{ "Dhcp4": { "interfaces-config": { "interfaces": ["*"] }, "valid-lifetime": 3600, "lease-database": ${database},
  "subnet4": [ { "id": 1, "subnet": "10.0.0.0/24", "pools": [ { "pool": "10.0.0.10-10.0.0.99" } ],
  "option-data": [ { "name": "routers", "data": "10.0.0.1" } ] } ] } }`;
const KEA_LEASES =
  'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n10.0.0.20,02:00:00:00:00:0a,,3600,1795000000,1,0,0,,0,,0\n';

test('Kea: the lease file must have the name that the configuration gives; leases of a database are dumped', async () => {
  const conf = (database: string): Entry => ({ text: KEA(database), time: '2026-11-01T00:00:00Z' });
  const named = '{ "type": "memfile", "name": "/var/lib/kea/kea-leases4.csv" }';
  const old = { text: KEA_LEASES, time: '2026-11-18T10:00:00Z' };
  assert.deepEqual(await ids(folderOf({ 'kea-dhcp4.conf': conf(named), 'kea-leases4.csv': old })), []);
  assert.deepEqual(await ids(folderOf({ 'kea-dhcp4.conf': conf(named), 'leases4.csv': old })), ['backup-lease-name']);
  const mysql = '{ "type": "mysql", "name": "kea", "user": "kea", "password": "secret" }';
  const [dump] = findingsOf(await checkBackup(folderOf({ 'kea-dhcp4.conf': conf(mysql) })));
  assert.equal(dump?.title, 'The leases are in a database (mysql)');
  assert.equal(dump?.severity, 'warning');
  const open = { text: KEA(mysql), time: '2026-11-01T00:00:00Z', mode: 0o644 };
  assert.deepEqual(await ids(folderOf({ 'kea-dhcp4.conf': open })), ['backup-no-leases', 'backup-secret-readable']);
});

test('damaged archives are said to be so, and nothing throws but a sentence', async (t) => {
  if (!needs(t, 'zip')) return;
  const folder = folderOf(WHOLE);
  pack(folder, 'tar', 'cf', '../whole.tar', '.');
  pack(folder, 'tar', 'czf', '../whole.tgz', '.');
  pack(folder, 'zip', '-qr', '../whole.zip', '.');
  for (const name of ['whole.tar', 'whole.tgz', 'whole.zip']) {
    const bytes = readFileSync(join(root, name));
    for (let i = 0; i < 60; i++) {
      const damaged = Buffer.from(bytes.subarray(0, i % 2 === 0 ? (bytes.length * i) / 60 : bytes.length));
      for (let j = 0; j < 5 && i % 2 === 1; j++) damaged[(i * 7919 + j * 104_729) % damaged.length]! ^= 255;
      const path = join(root, `damaged-${name}`);
      writeFileSync(path, damaged);
      try {
        await checkBackup(path);
      } catch (error) {
        assert.match((error as Error).message, /archive/, String((error as Error).stack));
      }
    }
  }
});

test('an archive that claims to be endless is refused', async (t) => {
  if (!needs(t, 'gzip')) return;
  const bomb = join(root, 'bomb.tgz');
  const zeros = spawnSync('sh', ['-c', `head -c 600000000 /dev/zero | gzip -1 > '${bomb}'`]);
  assert.equal(zeros.status, 0);
  await assert.rejects(checkBackup(bomb), /cannot be unpacked/);
});

/** The two servers of a pair, as dhcpd.conf(5) and the Kea ARM write them. */
const failover = (role: string, own: string, peer: string, range: string): string =>
  `authoritative;\nfailover peer "dhcp" { # the pair\n  ${role};\n  address ${own};\n  port 647;\n  peer address ${peer};\n  peer port 647;\n  ${role === 'primary' ? 'mclt 3600; split 128;' : ''}\n}\n` +
  `subnet 10.0.0.0 netmask 255.255.255.0 { option routers 10.0.0.1; pool { failover peer "dhcp"; range ${range}; } }\n`;
const kea = (own: string, url: string, id = 1): string =>
  `{ "Dhcp4": { "hooks-libraries": [ { "library": "/usr/lib/libdhcp_lease_cmds.so" }, { "library": "/usr/lib/libdhcp_ha.so", "parameters": {
  "high-availability": [ { // both
    "this-server-name": "${own}", "mode": "hot-standby",
    "peers": [ { "name": "a", "url": "${url}", "role": "primary" }, { "name": "b", "url": "http://10.0.0.3:8000/", "role": "standby" } ] } ] } } ],
  "subnet4": [ { "id": ${id}, "subnet": "10.0.0.0/24", "pools": [ { "pool": "10.0.0.10 - 10.0.0.99" } ] } ] } }\n`;
const URL_A = 'http://10.0.0.2:8000/';

for (const [what, one, two, found] of [
  [
    'failover that fits',
    failover('primary', '10.0.0.2', '10.0.0.3', '10.0.0.10 10.0.0.99'),
    failover('secondary', '10.0.0.3', '10.0.0.2', '10.0.0.10 10.0.0.99'),
    undefined,
  ],
  [
    'failover with another address',
    failover('primary', '10.0.0.2', '10.0.0.3', '10.0.0.10 10.0.0.99'),
    failover('secondary', '10.0.0.4', '10.0.0.2', '10.0.0.10 10.0.0.99'),
    /address is 10\.0\.0\.3 in a\/dhcpd\.conf:2, and 10\.0\.0\.4 as its own in b\/dhcpd\.conf:2\. /,
  ],
  [
    'failover of two primaries',
    failover('primary', '10.0.0.2', '10.0.0.3', '10.0.0.10 10.0.0.99'),
    failover('primary', '10.0.0.3', '10.0.0.2', '10.0.0.10 10.0.0.99'),
    /role is primary in a\/dhcpd\.conf:2, and secondary as the partner’s in b\/dhcpd\.conf:2/,
  ],
  [
    'failover with another pool',
    failover('primary', '10.0.0.2', '10.0.0.3', '10.0.0.10 10.0.0.99'),
    failover('secondary', '10.0.0.3', '10.0.0.2', '10.0.0.10 10.0.0.98'),
    /the pool 10\.0\.0\.10-10\.0\.0\.99 of a\/dhcpd\.conf:10 is not in b\/dhcpd\.conf/,
  ],
  ['high availability that fits', kea('a', URL_A), kea('b', URL_A), undefined],
  [
    'high availability of two with one name',
    kea('a', URL_A),
    kea('a', URL_A),
    /this-server-name is a in .*, and b as the partner’s/,
  ],
  [
    'high availability with another url',
    kea('a', URL_A),
    kea('b', 'http://10.0.0.9:8000/'),
    /url of a is http:\/\/10\.0\.0\.2:8000\/ in/,
  ],
  [
    'high availability with other subnet ids',
    kea('a', URL_A),
    kea('b', URL_A, 2),
    /the pool 10\.0\.0\.10-10\.0\.0\.99 of 10\.0\.0\.0\/24 with id 1 of/,
  ],
] as const)
  test(`partners: ${what}`, async () => {
    const name = one.startsWith('{') ? 'kea-dhcp4.conf' : 'dhcpd.conf';
    const all = findingsOf(await checkBackup(folderOf({ [`a/${name}`]: one, [`b/${name}`]: two })));
    const pairs = all.filter(({ id }) => id === 'backup-partners');
    assert.equal(pairs.length, 1);
    const [pair] = pairs;
    assert.equal(pair!.severity, found ? 'error' : 'info');
    assert.equal(pair!.where.length, 2);
    if (found) assert.match(pair!.explanation, found);
    assert.ok(
      all.filter(({ id }) => id === 'backup-partner').every(({ explanation }) => /^Its partner/.test(explanation)),
    );
  });

test('partners: one of them is not in the backup', async () => {
  const all = findingsOf(await checkBackup(folderOf({ 'a/kea-dhcp4.conf': kea('a', URL_A) })));
  assert.deepEqual(
    all.filter(({ id }) => id.startsWith('backup-partner')).map(({ explanation }) => explanation.split('. ')[0]),
    ['The configuration of its partner is not in the backup, so it is not known whether the two fit'],
  );
});
