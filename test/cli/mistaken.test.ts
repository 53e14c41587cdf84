/** A file given to the wrong command, a filter or frame numbers that select nothing: the command line says what it is, and what reads it. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cli } from '../support/cli';

const HEALTHY = join('media', 'samples', 'dhcp-healthy.pcap');
const folder = mkdtempSync(join(tmpdir(), 'port67-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const CONF = `option domain-name "a";
subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.10 10.0.0.99; default-lease-time 60x; }
host one {
  hardware ethernet 02:00:00:00:00:01;
}
`;

test('a file of another kind is named, with the command that reads it', async () => {
  const leases = file('one', 'authoring-byte-order little-endian;\nlease 10.0.0.10 {\n  binding state free;\n}\n');
  const ios = file(
    'running',
    'hostname r1\nclass-map match-any x {\nip dhcp pool one\n network 10.0.0.0 255.255.255.0\n',
  );
  for (const [args, said] of [
    [['leases', file('two', CONF)], /two: this is a server configuration \(dhcpd\).*“port67 check” reads it/],
    [['leases', ios], /running: this is a server configuration \(ios\)/],
    [['check', leases], /one: this is the leases of ISC dhcpd.*“port67 leases” reads it/],
    [['check', folder], /port67-test-[^:]*: this is a folder/],
    [['leases', folder], /port67-test-[^:]*: this is a folder/],
    [['hex', HEALTHY], /dhcp-healthy\.pcap: This is a pcap capture.*“port67 inspect”/],
    [['inspect', file('empty', '')], /empty: This file is empty\.\n$/],
    [['decode', '--frames', '0', HEALTHY], /numbers from 1/],
  ] as const) {
    const { status, stderr } = await cli([...args]);
    assert.equal(status, 2, args.join(' '));
    assert.match(stderr, /^port67: [^\n]+\n$/);
    assert.match(stderr, said);
  }
});

test('declarations that dhcpd wrote among its leases do not make them a configuration', async () => {
  const { status, stdout } = await cli([
    'leases',
    file('three', 'host one {\n  dynamic;\n  hardware ethernet 02:00:00:00:00:01;\n}\n'),
  ]);
  assert.equal(status, 0);
  assert.match(stdout, /dhcpd, 0 leases/);
});

test('what selects no frame is not taken for an empty capture', async () => {
  const filtered = await cli(['inspect', '-Y', 'tcp.port == 80', HEALTHY]);
  assert.match(filtered.stdout, /The filter passes none of 4 frames/);
  assert.doesNotMatch(filtered.stdout, /empty|wrong interface/);
  const numbered = await cli(['decode', '--frames', '99', HEALTHY]);
  assert.equal(numbered.status, 2);
  assert.match(numbered.stderr, /no frame that --frames names: it has 4 frames/);
});

test('hex reads a capture file that is written as hex or base64, frame by frame', async () => {
  const octets = readFileSync(HEALTHY);
  for (const text of [octets.toString('base64'), octets.toString('hex')]) {
    const { stdout } = await cli(['hex', '--json', file('text', text)]);
    const types = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { dhcp: { messageType: string } }).dhcp.messageType);
    assert.deepEqual(types, ['DISCOVER', 'OFFER', 'REQUEST', 'ACK']);
  }
});

test('check begins with the sum, and prints the gravest first', async () => {
  const { stdout } = await cli([
    'check',
    file('dhcpd.conf', `${CONF}host two { hardware ethernet 02:00:00:00:00:01; }\nnonsense 1;\n`),
  ]);
  const severities = [...stdout.matchAll(/^(ERROR|WARNING|info) {2}/gm)].map(([, word]) => word!);
  assert.ok(severities.includes('ERROR') && severities.length > 1, stdout);
  assert.deepEqual(
    severities,
    severities.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)),
  );
  assert.match(stdout, /^\d+ errors?.*: the server does not take this file\./m);
  assert.match((await cli(['check', '--kind', 'dhcpd', file('none', '')])).stdout, /The file is empty\./);
});

const ORDER = ['ERROR', 'WARNING', 'note'];

test('a lease is active as its file says, and the text says that it has ended by the clock of this machine', async () => {
  const path = file('dnsmasq.leases', '1704928596 02:00:00:00:00:01 10.0.0.4 * *\n0 02:00:00:00:00:02 10.0.0.5 * *\n');
  const { stdout } = await cli(['leases', path]);
  assert.match(
    stdout,
    /: dnsmasq, 2 leases \(when the file was written: 2 active\)\nNo record tells when the file was written\.\n1 of the 2 active leases has ended since, by the clock of this machine\.\n/,
  );
  const lease = (end: string): string =>
    `lease 10.0.0.4 {\n  starts 3 2024/01/10 11:00:00;\n  ends ${end};\n  binding state active;\n  hardware ethernet 02:00:00:00:00:01;\n}\n`;
  const old = (await cli(['leases', file('dhcpd.leases', lease('3 2024/01/10 23:00:00'))])).stdout;
  assert.match(
    old,
    /1 lease \(when the file was written: 1 active\)\nLast written at 2024-01-10T11:00:00Z, or later\.\nThe active lease has ended since, by the clock of this machine\.\n/,
  );
  const endless = (await cli(['leases', file('endless.leases', lease('never'))])).stdout;
  assert.match(endless, /1 lease \(1 active\)\nLast written at 2024-01-10T11:00:00Z, or later\.\n {2}10/);
});

test('decode shows dates, and --help of a command only what it takes', async () => {
  const { stdout } = await cli(['decode', '--frames', '1', HEALTHY]);
  assert.match(stdout, /^Frame 1 {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{9} UTC {2}DISCOVER/);
  const help = (await cli(['check', '--help'])).stdout;
  assert.match(help, /port67 check CONF[^]*--kind/);
  assert.doesNotMatch(help, /port67 inspect|--frames/);
});

test('networkd: the address 0.0.0.0 stands for any free network, so it makes no pool', async () => {
  const path = file('ap.network', '[Network]\nAddress=0.0.0.0/24\nDHCPServer=yes\n');
  const { subnets } = JSON.parse((await cli(['check', '--json', path])).stdout) as { subnets: object[] };
  assert.deepEqual(
    subnets.map((one) => ({ ...one, path: '', line: 0 })),
    [{ network: null, pools: [], relays: [], reservations: 0, path: '', line: 0 }],
  );
});
