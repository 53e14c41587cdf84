/** The worker's answers about configurations, captures and leases, asked as the editor asks. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { includesOf } from '../../src/operator/includes';
import type { ConfigText, Includes } from '../../src/operator/questions';
import { reportMarkdown } from '../../src/operator/reports/markdown';
import { OperatorService } from '../../src/operator/service';
import { SourceFile } from '../../src/config';
import { SAMPLES } from '../support/samples';

const root = mkdtempSync(join(tmpdir(), 'port67-operator-'));
after(() => rmSync(root, { recursive: true, force: true }));

const textOf = (text: string, more: Partial<ConfigText> = {}): ConfigText => ({
  uri: 'file:///etc/dhcpd.conf',
  path: '/etc/dhcpd.conf',
  text,
  version: 1,
  language: 'dhcpd',
  includes: 'none',
  ...more,
});

/** What the lab's server of the healthy sample gave, but for the domain name. */
const HEALTHY = `authoritative;
subnet 10.67.0.0 netmask 255.255.255.0 {
  range 10.67.0.100 10.67.0.149;
  option routers 10.67.0.1;
  default-lease-time 3600;
}
`;

test('a later question is answered about the version that was read, and about no other', async () => {
  const { handlers } = new OperatorService();
  const { uri } = textOf('');
  const { kind, problems } = await handlers.check(textOf('authoritative\n', { version: 7 }));
  assert.equal(kind, 'dhcpd');
  assert.deepEqual(
    problems.map(({ id }) => id),
    ['syntax'],
  );
  assert.equal((await handlers.outline({ uri, version: 7 })).items.length, 1);
  assert.deepEqual(await handlers.outline({ uri, version: 6 }), { items: [] });
  await handlers.forget({ uri });
  assert.deepEqual(await handlers.outline({ uri, version: 7 }), { items: [] });
  assert.deepEqual(await handlers.check(textOf('nothing of the kind', { path: '/etc/motd', language: 'x' as never })), {
    problems: [],
  });
});

test('a capture against its configuration: the lines that made each reply, and a hover that names the frames', async () => {
  const { handlers } = new OperatorService();
  const capture = {
    name: 'dhcp-healthy.pcap',
    origin: { kind: 'path', path: join(SAMPLES, 'dhcp-healthy.pcap') },
  } as const;
  const { report, problems, configured } = await handlers.against({ capture, configs: [textOf(HEALTHY)] });
  const router = configured.made[2]?.find(({ field }) => field === 'dhcp.option.3');
  assert.deepEqual(configured.places[router!.place], { name: 'dhcpd.conf:4', path: '/etc/dhcpd.conf', line: 4 });
  assert.deepEqual(configured.unsent, {});
  const table = report.sections.at(-1)!.blocks[0]!;
  assert.ok(table.kind === 'table');
  const routers = table.rows.filter(([, , , what]) => what === 'option 3 (Router)');
  assert.deepEqual(
    routers.map((row) => row[4]),
    [1, 2].map(() => ({ text: 'dhcpd.conf:4', open: { kind: 'file', path: '/etc/dhcpd.conf', line: 4 } })),
  );
  assert.deepEqual(
    problems.map(({ problems: some }) => some.map(({ id }) => id)),
    [['config-differs']],
  );
  const { uri } = textOf('');
  const hover = async (text: string) => {
    await handlers.check(textOf(text, { version: text.length }));
    return (await handlers.hover({ uri, version: text.length, offset: text.indexOf('routers') })).hover;
  };
  assert.deepEqual((await hover(HEALTHY))?.seen, [{ capture: 'dhcp-healthy.pcap', frames: [2, 4] }]);
  // The line is another one by now: what was seen of it is no longer so.
  assert.equal((await hover(HEALTHY.replace('routers 10.67.0.1', 'routers 10.67.0.2')))?.seen, undefined);
});

test('a silent server: the deciding line is a problem of its file, from octets in memory as from disk', async () => {
  const { handlers } = new OperatorService();
  const origin = { kind: 'path', path: join(SAMPLES, 'blocked-port.pcap') } as const;
  const text = HEALTHY.replace('  range', '  deny unknown-clients;\n  range');
  const { report, problems, configured } = await handlers.against({
    capture: { name: 'x.pcap', origin },
    configs: [textOf(text)],
  });
  // With its own configuration the server would have answered each of the four DISCOVERs: from the pool, and that is said.
  const open = await handlers.against({ capture: { name: 'x.pcap', origin }, configs: [textOf(HEALTHY)] });
  assert.deepEqual(Object.keys(configured.unsent), ['1', '2', '3', '4']);
  assert.deepEqual(configured.unsent[1]!.about, '');
  assert.match(configured.unsent[1]!.why, /^Unknown clients are denied here/);
  assert.match(open.configured.unsent[1]!.about, /^10\.67\.0\.\d+-10\.67\.0\.\d+$/);
  assert.match(
    open.configured.unsent[1]!.why,
    /^By its configuration the server answers this with an address of the pool /,
  );
  const [problem] = problems[0]!.problems;
  assert.equal(problem?.id, 'config-silent');
  assert.equal(
    problem?.area[0],
    text.split('\n').findIndex((line) => line.includes('deny')),
  );
  assert.match(report.summary, /1 client gets no answer or no address because of a statement\./);
});

test('leases as a table: sorted by what a column means, narrowed by words, held against a configuration', async () => {
  const { handlers } = new OperatorService();
  const path = join(root, 'dhcpd.leases');
  const lease = (address: string, state: string, name: string): string =>
    `lease ${address} {\n starts 5 2026/11/20 11:00:00;\n ends 5 2026/11/20 23:00:00;\n binding state ${state};\n hardware ethernet 02:00:00:00:00:${address.split('.')[3]!.padStart(2, '0')};\n client-hostname "${name}";\n}\n`;
  writeFileSync(
    path,
    lease('10.67.0.9', 'active', 'b') + lease('10.67.0.10', 'active', 'a') + lease('10.67.0.2', 'free', 'c'),
  );
  const from = { table: 1, name: 'dhcpd.leases', path, origin: { kind: 'path', path } } as const;
  const summary = await handlers.leases({ ...from, config: textOf(HEALTHY) });
  assert.equal(summary.kind, 'ISC dhcpd');
  assert.deepEqual(summary.states, [
    ['active', 2],
    ['free', 1],
  ]);
  assert.deepEqual(
    summary.pools.map(({ network, size, active, line }) => [network, size, active, line]),
    [['10.67.0.0/24', '50', 0, 2]],
  );
  assert.deepEqual(
    summary.findings.map(({ id }) => id),
    ['lease-outside-pool', 'lease-outside-pool'],
  );
  const rows = async (view: object) => {
    const asked = { table: 1, filter: '', sort: 'address', down: false, from: 0, to: 100, ...view } as const;
    return (await handlers.leaseRows(asked as Parameters<typeof handlers.leaseRows>[0])).rows.map(
      ({ address }) => address,
    );
  };
  assert.deepEqual(await rows({}), ['10.67.0.2', '10.67.0.9', '10.67.0.10']);
  assert.deepEqual(await rows({ sort: 'hostname' }), ['10.67.0.10', '10.67.0.9', '10.67.0.2']);
  assert.deepEqual(await rows({ down: true }), ['10.67.0.10', '10.67.0.9', '10.67.0.2']);
  assert.deepEqual(await rows({ filter: 'ACTIVE :09' }), ['10.67.0.9']);
  assert.deepEqual(await rows({ from: 1, to: 2 }), ['10.67.0.9']);
  const [row] = (await handlers.leaseRows({ table: 1, filter: 'free', sort: 'ends', down: false, from: 0, to: 1 }))
    .rows;
  assert.deepEqual(row, {
    address: '10.67.0.2',
    client: '02:00:00:00:00:02',
    hostname: 'c',
    state: 'free',
    starts: '2026-11-20T11:00:00Z',
    ends: '2026-11-20T23:00:00Z',
    path,
    line: 15,
  });
  await handlers.closeLeases({ table: 1 });
  assert.deepEqual(await rows({}), []);
});

test('a text may name any file: outside of a trusted workspace only those beside it and below are read, and never a share', () => {
  const home = join(root, 'etc');
  mkdirSync(join(home, 'dhcpd.d'), { recursive: true });
  writeFileSync(join(home, 'dhcpd.d', 'a.conf'), 'a');
  writeFileSync(join(root, 'secret.conf'), 'secret');
  const from = new SourceFile(join(home, 'dhcpd.conf'), '');
  const read = (includes: Includes, path: string) => includesOf({ path: from.path, includes })(path, from)?.text;
  assert.equal(read('beside', 'dhcpd.d/a.conf'), 'a');
  assert.equal(read('beside', join(home, 'dhcpd.d', 'a.conf')), 'a');
  assert.equal(read('beside', '../secret.conf'), undefined);
  assert.equal(read('beside', join(root, 'secret.conf')), undefined);
  assert.equal(read('all', '../secret.conf'), 'secret');
  assert.equal(read('none', 'dhcpd.d/a.conf'), undefined);
  for (const share of ['//server/share/a.conf', '\\\\server\\share\\a.conf'])
    assert.equal(read('all', share), undefined);
  assert.equal(read('all', '/dev/zero'), undefined);
});

test('a report as Markdown has no markup of what it tells', () => {
  const evil = '<img src=x onerror=1> **bold** [a](javascript:1) | `x`';
  const text = reportMarkdown(
    {
      title: evil,
      summary: evil,
      sections: [
        {
          title: 'One',
          blocks: [{ kind: 'table', head: ['A'], rows: [[evil], [{ text: evil, open: { kind: 'frame', frame: 1 } }]] }],
        },
      ],
    },
    '0',
  );
  assert.ok(!/(?<!\\)<img/.test(text), text);
  assert.ok(!/(?<!\\)\*\*bold/.test(text), text);
  assert.ok(!/(?<!\\)\[a\]\(/.test(text), text);
});
