/** The contract of the command line: what it prints, and with which status it ends. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cli, CLI, cliLines } from '../support/cli';
import { raw } from '../codec/dhcpv4/build';
import { corpus, needs } from '../support/needs';
import { corpusFiles, inParallel } from '../support/tshark';

const SAMPLES = join('media', 'samples');
const HEALTHY = join(SAMPLES, 'dhcp-healthy.pcap');
const WRONG_SUBNET = join(SAMPLES, 'wrong-subnet.pcap');

const folder = mkdtempSync(join(tmpdir(), 'port67-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** Refused: status 2, nothing on standard output, one line on standard error. */
function assertRefused(ran: Awaited<ReturnType<typeof cli>>, message: RegExp): void {
  assert.equal(ran.status, 2, ran.stderr);
  assert.equal(ran.stdout, '');
  assert.match(ran.stderr, /^port67: [^\n]+\n$/);
  assert.match(ran.stderr, message);
}

test('--version prints the version of package.json', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  assert.deepEqual((await cli(['--version'])).stdout, `${version}\n`);
});

test('--help prints the usage', async () => {
  const ran = await cli(['--help']);
  assert.equal(ran.status, 0);
  for (const line of ['port67 inspect FILE…', 'port67 decode FILE…', 'port67 hex [FILE|-]'])
    assert.ok(ran.stdout.includes(line));
});

test('wrong arguments are refused in one line that says what and why', async () => {
  assertRefused(await cli([]), /a command is missing/);
  assertRefused(await cli(['frobnicate']), /there is no command “frobnicate”/);
  assertRefused(await cli(['inspect']), /wants a capture file/);
  assertRefused(await cli(['inspect', '--nonsense', HEALTHY]), /nonsense/);
  assertRefused(await cli(['decode', '--fail-on', 'error', HEALTHY]), /decode takes no --fail-on/);
  assertRefused(
    await cli(['inspect', '--fail-on', 'sometimes', HEALTHY]),
    /--fail-on takes error, warning, info or never/,
  );
  assertRefused(
    await cli(['inspect', '--authorised', '10.0.0', HEALTHY]),
    /--authorised takes IPv4 addresses, not “10.0.0”/,
  );
  assertRefused(await cli(['decode', '--frames', '5-2', HEALTHY]), /the range 5-2 ends before it begins/);
  // The capture has 4 frames.
  assertRefused(
    await cli(['decode', '--frames', '99', HEALTHY]),
    /holds no frame that --frames names: it has 4 frames/,
  );
  assert.equal((await cli(['decode', '--frames', '2,99', HEALTHY])).status, 0);
  assertRefused(await cli(['inspect', HEALTHY, '--fail-on']), /: --fail-on wants a value after it \(/);
  assertRefused(await cli(['inspect', HEALTHY, '--json=3']), /: --json takes no value \(/);
  assertRefused(await cli(['hex', '--start', 'tcp'], '00'), /--start takes auto, ethernet/);
});

test('unusable input is refused in one line', async () => {
  assertRefused(await cli(['inspect', join(folder, 'nothing.pcap')]), /there is no such file/);
  assertRefused(await cli(['inspect', folder]), /this is a folder/);
  assertRefused(await cli(['inspect', file('empty.pcap', '')]), /empty/i);
  assertRefused(await cli(['inspect', file('text.pcap', 'Dear sir,\nplease find enclosed')]), /text/i);
  assertRefused(await cli(['inspect', file('zip.pcap', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0))]), /zip/i);
  assertRefused(await cli(['hex', file('prose.txt', 'Dear sir, please find enclosed')]), /line 1/i);
});

test('decode --json prints one object a line, with the keys of the contract', async () => {
  const frames = await cliLines<Record<string, unknown>>(['decode', '--json', HEALTHY]);
  assert.equal(frames.length, 4);
  // tshark -r dhcp-healthy.pcap -T fields -e frame.number -e dhcp.option.dhcp -e dhcp.option.dhcp_server_id
  const types = frames.map((frame) => (frame['dhcp'] as { messageType: string }).messageType);
  assert.deepEqual(types, ['DISCOVER', 'OFFER', 'REQUEST', 'ACK']);
  const offer = frames[1]!;
  assert.deepEqual(
    ['frame', 'length', 'captured', 'link', 'src', 'dst', 'sport', 'dport', 'protocol'].map((key) => offer[key]),
    [2, 342, 342, 'ethernet', '10.67.0.1', '10.67.0.100', 67, 68, 'dhcp'],
  );
  assert.match(String(offer['time']), /^\d+\.\d{9}$/);
  const { options, ...fixed } = offer['dhcp'] as { options: Record<string, unknown>[] } & Record<string, unknown>;
  assert.deepEqual(Object.keys(fixed).sort(), [
    'chaddr',
    'ciaddr',
    'file',
    'flags',
    'giaddr',
    'hlen',
    'hops',
    'htype',
    'messageType',
    'op',
    'secs',
    'siaddr',
    'sname',
    'xid',
    'yiaddr',
  ]);
  const server = options.find((option) => option['code'] === 54)!;
  assert.equal(server['name'], 'Server Identifier');
  assert.equal(server['hex'], '0a430001');
  assert.equal(server['value'], '10.67.0.1');
  // The offset is that of the code octet: code, length and value stand there in the frame.
  const octets = readFileSync(HEALTHY).subarray(24 + (16 + 342) + 16 + Number(server['offset']));
  assert.equal(octets.subarray(0, 6).toString('hex'), '36040a430001');
});

test('decode --frames shows only those frames', async () => {
  const frames = await cliLines<{ frame: number }>(['decode', '--json', '--frames', '1,3-', HEALTHY]);
  assert.deepEqual(
    frames.map(({ frame }) => frame),
    [1, 3, 4],
  );
});

test('inspect --json prints one object with the keys of the contract', async () => {
  const ran = await cli(['inspect', '--json', WRONG_SUBNET]);
  assert.equal(ran.status, 0);
  const report = JSON.parse(ran.stdout) as Record<string, Record<string, unknown>[]>;
  for (const key of ['files', 'servers', 'clients', 'conversations', 'findings'])
    assert.ok(Array.isArray(report[key]), key);
  const { path, format, frames, ofInterest, bytes } = report['files']![0]!;
  assert.deepEqual(
    [path, format, frames, ofInterest, bytes],
    [WRONG_SUBNET, 'pcap', 4, 4, readFileSync(WRONG_SUBNET).length],
  );
  assert.equal(report['conversations']!.length, 1);
  const { outcome, address, server } = report['conversations']![0]!;
  assert.deepEqual([outcome, address, server], ['bound', '10.67.0.100', '10.67.0.1']);
  const finding = report['findings']!.find(({ id }) => id === 'router-outside-subnet')!;
  assert.equal(finding['severity'], 'error');
  assert.deepEqual(finding['frames'], [2, 4]);
  assert.ok((finding['causes'] as unknown[]).length > 0 && (finding['steps'] as unknown[]).length > 0);
});

test('--fail-on sets the status', async () => {
  assert.equal((await cli(['inspect', WRONG_SUBNET])).status, 0);
  assert.equal((await cli(['inspect', '--fail-on', 'error', WRONG_SUBNET])).status, 1);
  assert.equal((await cli(['inspect', '--fail-on', 'warning', HEALTHY])).status, 0);
});

test('--authorised makes every other server a rogue', async () => {
  const report = JSON.parse((await cli(['inspect', '--json', '--authorised', '10.67.0.9', HEALTHY])).stdout) as {
    findings: { id: string }[];
  };
  assert.ok(report.findings.some(({ id }) => id === 'rogue-server'));
  const fine = JSON.parse((await cli(['inspect', '--json', '--authorised', '10.67.0.1', HEALTHY])).stdout) as {
    findings: { id: string }[];
  };
  assert.ok(!fine.findings.some(({ id }) => id === 'rogue-server'));
});

test('standard input is read for -', async () => {
  const ran = await cli(['decode', '--json', '-'], readFileSync(HEALTHY));
  assert.equal(ran.stdout.trim().split('\n').length, 4);
});

test('hex decodes what was pasted, and says with which layer it begins', async () => {
  const frame = readFileSync(HEALTHY).subarray(24 + 16, 24 + 16 + 342);
  const spelled = frame.toString('hex').replace(/../g, '$& ');
  for (const [skip, start] of [
    [0, 'ethernet'],
    [14, 'ipv4'],
    [34, 'udp'],
    [42, 'dhcp'],
  ] as const) {
    const [line] = await cliLines<{ start: string; time: null; dhcp: { messageType: string } }>(
      ['hex', '--json'],
      spelled.slice(3 * skip),
    );
    assert.equal(line!.start, start);
    assert.equal(line!.time, null);
    assert.equal(line!.dhcp.messageType, 'DISCOVER');
  }
});

test('a damaged file is read as far as it goes, with status 0', async () => {
  const whole = readFileSync(HEALTHY);
  const cut = file('cut.pcap', whole.subarray(0, 24 + 2 * (16 + 342) + 100));
  const ran = await cli(['inspect', '--json', cut]);
  assert.equal(ran.status, 0);
  const report = JSON.parse(ran.stdout) as {
    files: { frames: number }[];
    findings: { id: string; severity: string }[];
  };
  assert.equal(report.files[0]!.frames, 2);
  assert.deepEqual(
    report.findings.filter(({ id }) => id === 'capture-truncated').map(({ severity }) => severity),
    ['warning'],
  );
});

test('a closed pipe ends it quietly', async () => {
  const many = Buffer.concat([
    readFileSync(HEALTHY).subarray(0, 24),
    ...Array.from({ length: 3000 }, () => readFileSync(HEALTHY).subarray(24)),
  ]);
  const path = file('many.pcap', many);
  const child = spawn(process.execPath, [CLI, 'decode', path]);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.once('data', () => child.stdout.destroy());
  const status = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(errors, '');
  assert.equal(status, 0);
});

test('text from packets cannot reach the terminal as control characters', async () => {
  // Option 12 (host name) with an escape sequence and a right-to-left override.
  const name = Buffer.from('\u001b[31mred\u202e', 'utf8');
  const message = Buffer.concat([
    Buffer.from('010106003903f326', 'hex'),
    Buffer.alloc(228),
    Buffer.from('63825363350101', 'hex'),
    Buffer.from([12, name.length]),
    name,
    Buffer.from([255]),
  ]);
  const ran = await cli(['hex', '--start', 'dhcp'], message.toString('hex'));
  assert.ok(ran.stdout.includes('\\x1b[31mred\\u202e'), ran.stdout);
  assert.ok(!/[\u001b\u202e]/.test(ran.stdout));
});

test('no file of the corpus takes longer than a second, and each ends with a status of the contract', async (t) => {
  if (!needs(t, 'corpus')) return;
  // Those that are cut, damaged, random or no captures at all.
  const odd = corpusFiles(corpus!).filter((one) => /error|hex|raw/.test(one.format));
  assert.ok(odd.length > 150, `${odd.length} files`);
  const slow: string[] = [];
  await inParallel(odd, 2, async ({ path }) => {
    const ran = await cli(['inspect', path]);
    assert.ok(ran.status === 0 || ran.status === 2, `${path}: status ${ran.status}\n${ran.stderr}`);
    if (ran.status === 2) assert.match(ran.stderr, /^port67: [^\n]+\n$/);
    if (ran.milliseconds >= 1000) slow.push(path);
  });
  // More looks, one at a time, where the machine was busy with something else: the best of them counts.
  for (const path of slow) {
    let fastest = Infinity;
    for (let more = 0; more < 4 && fastest >= 1000; more++)
      fastest = Math.min(fastest, (await cli(['inspect', path])).milliseconds);
    assert.ok(fastest < 1000, `${path}: ${fastest.toFixed(0)} ms`);
  }
});

test('what a sender writes into a host name ends no line of JSON, whatever a reader takes for the end of a line', async () => {
  // Option 12: “a”, then U+0085, U+2028, DEL (RFC 2132 §3.14 wants NVT ASCII; senders write what they like).
  const bytes = raw({ options: '350101 0c07 61 c285 e280a8 7f ff', sname: 'e280a9' });
  const { stdout } = await cli([
    'hex',
    '--json',
    '--start',
    'dhcp',
    file('name.txt', Buffer.from(bytes).toString('hex')),
  ]);
  assert.doesNotMatch(stdout, /[\u007f-\u009f\u2028\u2029]/);
  assert.equal(stdout.trimEnd().split('\n').length, 1);
  const { dhcp } = JSON.parse(stdout) as { dhcp: { sname: string; options: { code: number; data: unknown }[] } };
  assert.equal(dhcp.sname, '\u2029');
  assert.equal(dhcp.options.find(({ code }) => code === 12)?.data, 'a\u0085\u2028\u007f');
});

const CONF = `subnet 10.0.0.0 netmask 255.255.255.0 {
  range 10.0.0.10 10.0.0.99;
  option routers 10.0.1.1;
}
host a { hardware ethernet 02:00:00:00:00:01; fixed-address 10.0.0.5; }
`;

test('check --json says what is there and what is wrong, each at its place', async () => {
  const path = file('dhcpd.conf', CONF);
  const ran = await cli(['check', '--json', path]);
  assert.equal(ran.status, 0);
  const { files, subnets, findings } = JSON.parse(ran.stdout) as Record<'files' | 'subnets' | 'findings', object[]>;
  assert.deepEqual(files, [{ path, kind: 'dhcpd', lines: 5, accepted: true }]);
  assert.deepEqual(subnets, [
    { network: '10.0.0.0/24', pools: ['10.0.0.10-10.0.0.99'], relays: [], reservations: 1, path, line: 1 },
  ]);
  const router = findings.find((one) => 'id' in one && one.id === 'router-outside-subnet')!;
  const { title, explanation, steps, ...place } = router as { title: string; explanation: string; steps: string[] };
  assert.deepEqual(place, {
    id: 'router-outside-subnet',
    severity: 'error',
    path,
    line: 3,
    column: 18,
    endLine: 3,
    endColumn: 26,
    reference: 'RFC 2132 §3.5, RFC 1122 §3.3.1.1',
  });
  assert.match(title, /10\.0\.1\.1/);
  assert.match(explanation, /10\.0\.0\.0\/24/);
  assert.equal(steps.length, 1);
});

test('check ends with 1 where a finding reaches --fail-on, and with 2 where nothing can be read', async () => {
  const path = file('dhcpd.conf', CONF);
  assert.equal((await cli(['check', '--fail-on', 'error', path])).status, 1);
  assert.equal((await cli(['check', '--fail-on', 'error', file('dhcpd.conf', 'authoritative;\n')])).status, 0);
  assertRefused(await cli(['check', file('poem.txt', 'Shall I compare thee\n')]), /looks like no configuration/);
  assertRefused(await cli(['check']), /wants a configuration file/);
  assertRefused(await cli(['check', '--kind', 'bind', path]), /--kind takes auto, dhcpd/);
  assertRefused(await cli(['check', join(folder, 'nothing.conf')]), /there is no such file/);
});

test('check reads standard input and included files, and passes no control characters on', async () => {
  const piped = await cli(['check', '--kind', 'dnsmasq', '-'], 'dhcp-\x1b[31mrange=x\n');
  assert.equal(piped.status, 0);
  assert.match(piped.stdout, /standard input:1:1/);
  assert.ok(!piped.stdout.includes('\x1b'));
  file('hosts.conf', 'host a { fixed-address 10.0.9.9; }\n');
  const path = file('dhcpd.conf', 'subnet 10.0.0.0 netmask 255.255.255.0 { }\ninclude "hosts.conf";\n');
  const { findings } = JSON.parse((await cli(['check', '--json', path])).stdout) as {
    findings: { id: string; path: string }[];
  };
  assert.deepEqual(
    findings.map((one) => [one.id, one.path]),
    [['reservation-outside-subnet', join(folder, 'hosts.conf')]],
  );
});
