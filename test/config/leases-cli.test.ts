/** `port67 leases`, by the contract of the command line. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { leasesIn } from '../../src/config/leases';
import { cli } from '../support/cli';

const folder = mkdtempSync(join(tmpdir(), 'port67-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const LEASES = `lease 10.0.0.10 {
  starts 6 2026/11/28 19:00:00;
  ends 6 2026/11/28 20:00:00;
  binding state active;
  hardware ethernet 02:00:00:00:00:01;
  uid "\\001\\002";
  client-hostname "one\\033[31m";
}
lease 10.0.0.11 {
  ends never;
  binding state act`;

test('leases --json: files, leases, pools with a configuration, findings with their place', async () => {
  const path = file('dhcpd.leases', LEASES);
  const conf = file('dhcpd.conf', 'subnet 10.0.0.0 netmask 255.255.255.0 {\n  range 10.0.0.10 10.0.0.99;\n}\n');
  const { status, stdout } = await cli(['leases', '--json', path, '--config', conf]);
  assert.equal(status, 0);
  const parsed = JSON.parse(stdout) as { findings: Record<string, unknown>[] };
  assert.deepEqual(
    {
      ...parsed,
      findings: parsed.findings.map(({ id, severity, path: at, line, column }) => ({ id, severity, at, line, column })),
    },
    {
      files: [{ path, kind: 'dhcpd', lines: 11, records: 1, asOf: '2026-11-28T19:00:00Z' }],
      leases: [
        {
          address: '10.0.0.10',
          client: '02:00:00:00:00:01',
          clientId: '0102',
          hostname: 'one\u001b[31m',
          starts: '2026-11-28T19:00:00Z',
          ends: '2026-11-28T20:00:00Z',
          state: 'active',
          path,
          line: 1,
        },
      ],
      pools: [{ network: '10.0.0.0/24', active: 1, declined: 0, path: conf, line: 1, size: 90, free: 89 }],
      findings: [{ id: 'truncated-last-record', severity: 'error', at: path, line: 11, column: 1 }],
    },
  );
});

test('leases as text: no control sequence of a file reaches the terminal; --fail-on', async () => {
  const path = file('text.leases', LEASES);
  const { status, stdout } = await cli(['leases', path, '--fail-on', 'error']);
  assert.equal(status, 1);
  assert.ok(stdout.includes('10.0.0.10') && stdout.includes('one\\x1b[31m'));
  assert.ok(!stdout.includes('\u001b'));
  assert.equal((await cli(['leases', path])).status, 0);
});

test('Kea: the parts that a cleanup has left are read with their file, in Kea’s order', async () => {
  const header =
    'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context\n';
  const row = (last: number, state: number): string =>
    `10.0.0.${last},02:00:00:00:00:0${last},,600,1795895000,1,0,0,,${state},\n`;
  const path = file('kea-leases4.csv', header + row(1, 2));
  file('kea-leases4.csv.1', header + row(1, 0) + row(2, 0));
  file('kea-leases4.csv.2', header + row(1, 1) + row(3, 0));
  const read = async (...paths: readonly string[]): Promise<string[]> => {
    const { stdout } = await cli(['leases', '--json', ...paths]);
    const { leases } = JSON.parse(stdout) as { leases: { address: string; state: string }[] };
    return leases.map(({ address, state }) => `${address} ${state}`).sort();
  };
  assert.deepEqual(await read(path), ['10.0.0.1 expired', '10.0.0.2 active', '10.0.0.3 active']);
  assert.deepEqual(await read(`${path}.2`, path, `${path}.1`), [
    '10.0.0.1 expired',
    '10.0.0.2 active',
    '10.0.0.3 active',
  ]);
  file('kea-leases4.csv.completed', header + row(4, 0));
  assert.deepEqual(await read(path), ['10.0.0.1 expired', '10.0.0.4 active']);
});

test('what is refused is refused in one line', async () => {
  for (const [args, message] of [
    [['leases'], /leases wants a lease file/],
    [['leases', join(folder, 'none')], /there is no such file/],
    [['leases', file('hello.txt', 'hello\n')], /hello\.txt: this is no lease database/],
    [['leases', '--fail-on', 'sometimes', 'x'], /--fail-on takes/],
    [['leases', '--frames', '1', 'x'], /leases takes no --frames/],
    [['machine', 'x'], /machine takes no file/],
  ] as const) {
    const { status, stdout, stderr } = await cli(args);
    assert.deepEqual([status, stdout], [2, ''], stderr);
    assert.match(stderr, message);
    assert.match(stderr, /^port67: [^\n]+\n$/);
  }
});

test('a configuration that includes what has no end, or a folder, does not keep the pools from being counted', async () => {
  const path = file('bounded.leases', LEASES);
  const subnet = 'subnet 10.0.0.0 netmask 255.255.255.0 {\n  range 10.0.0.10 10.0.0.99;\n}\n';
  for (const included of process.platform === 'win32' ? [folder] : [folder, '/dev/zero']) {
    const conf = file('endless.conf', `include "${included.replaceAll('\\', '/')}";\n${subnet}`);
    const { status, stdout } = await cli(['leases', '--json', path, '--config', conf]);
    assert.equal(status, 0);
    const { pools } = JSON.parse(stdout) as { pools: readonly { size: number }[] };
    // From .10 to .99 are 90 addresses.
    assert.deepEqual(
      pools.map(({ size }) => size),
      [90],
    );
  }
});

test('an included file is looked for beside the configuration, as everywhere else, not in the working folder', async () => {
  // The working folder of the tests has a file of this name, too.
  file('README.md', 'subnet 10.0.0.0 netmask 255.255.255.0 {\n  range 10.0.0.10 10.0.0.99;\n}\n');
  const conf = file('including.conf', 'include "README.md";\n');
  const { status, stdout } = await cli(['leases', '--json', file('dhcpd.leases', LEASES), '--config', conf]);
  assert.equal(status, 0);
  assert.deepEqual(
    (JSON.parse(stdout) as { pools: { network: string }[] }).pools.map(({ network }) => network),
    ['10.0.0.0/24'],
  );
});

test('a line “lease 2 12” of Cisco IOS makes no lease file', () => {
  const text = (line: string): Uint8Array =>
    new TextEncoder().encode(`ip dhcp pool A\n network 10.0.0.0 /24\n${line}\n`);
  assert.equal(leasesIn(text(' lease 2 12')), undefined);
  assert.equal(
    leasesIn(new TextEncoder().encode('lease 10.0.0.5 {\n  binding state active;\n}\n')),
    'the leases of ISC dhcpd',
  );
});
