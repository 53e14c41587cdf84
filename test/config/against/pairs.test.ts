/** Real servers, each with its configuration and a capture: the line that decided is the one that the server’s log tells of. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cli } from '../../support/cli';
import { needs, sharedConfigs } from '../../support/needs';

interface Pair {
  readonly name: string;
  readonly dir: string;
  readonly config: string;
  readonly healthy: boolean;
  readonly client?: string;
  readonly line?: number;
}
interface Inspected {
  readonly findings: readonly {
    readonly id: string;
    readonly severity: string;
    readonly subject: string;
    readonly path?: string;
    readonly line?: number;
    readonly causes: readonly { readonly likelihood: string; readonly text: string }[];
  }[];
  readonly config: {
    readonly files: readonly { readonly path: string; readonly kind: string; readonly lines: number }[];
    readonly replies: readonly { readonly frame: number; readonly statements: readonly object[] }[];
  };
}

const NAMES = [
  'healthy-dhcpd-simple',
  'healthy-dnsmasq',
  'healthy-udhcpd',
  'trouble-dhcpd-not-authoritative',
  'trouble-dnsmasq-ignore-unknown',
  'trouble-dnsmasq-pool-exhausted',
  'trouble-kea-class-no-match',
];

for (const name of NAMES)
  test(`configuration against capture: ${name}`, async (t) => {
    if (!needs(t, 'configs')) return;
    const { pairs } = JSON.parse(readFileSync(join(sharedConfigs!, 'labels.json'), 'utf8')) as { pairs: Pair[] };
    const pair = pairs.find((one) => one.name === name)!;
    const folder = join(sharedConfigs!, pair.dir);
    const config = join(folder, pair.config);
    assert.ok(existsSync(config));
    const { status, stdout } = await cli(['inspect', '--json', join(folder, 'capture.pcap'), '--config', config]);
    assert.equal(status, 0);
    const { findings, config: said } = JSON.parse(stdout) as Inspected;
    assert.deepEqual(
      said.files.map(({ path }) => path),
      [config],
    );
    const grave = findings.filter(({ severity }) => severity !== 'info');
    if (pair.healthy) {
      assert.deepEqual(grave, []);
      assert.ok(said.replies.length > 0 && said.replies.every(({ statements }) => statements.length >= 5));
      return;
    }
    const [first, second] = grave;
    assert.deepEqual(
      [first!.id, first!.subject, first!.path, first!.line],
      ['config-silent', pair.client, config, pair.line],
    );
    assert.equal(first!.causes[0]!.likelihood, 'likely');
    assert.ok(second!.causes[0]!.text.startsWith(`${pair.config}:${pair.line}: `), second!.causes[0]!.text);
    assert.equal(second!.causes.filter(({ likelihood }) => likelihood === 'likely').length, 1);
  });

test('a file that is no configuration, and one that is not there', async (t) => {
  if (!needs(t, 'configs')) return;
  const capture = join(sharedConfigs!, 'pairs/healthy-udhcpd/capture.pcap');
  const none = await cli(['inspect', capture, '--config', capture]);
  assert.equal(none.status, 2);
  assert.match(none.stderr, /^port67: .*this looks like no configuration that is known here.*\n$/);
  const missing = await cli(['inspect', capture, '--config', '/nowhere/dhcpd.conf']);
  assert.equal(missing.status, 2);
  assert.match(missing.stderr, /^port67: .*\n$/);
});

test('as text: the place stands under the title', async (t) => {
  if (!needs(t, 'configs')) return;
  const folder = join(sharedConfigs!, 'pairs/trouble-dnsmasq-ignore-unknown');
  const { stdout } = await cli(['inspect', join(folder, 'capture.pcap'), '--config', join(folder, 'dnsmasq.conf')]);
  assert.match(stdout, /ERROR {2}02:67:00:00:00:32 gets no answer .*\(dnsmasq\.conf:5\) {2}\[config-silent\]/);
  assert.match(stdout, /dnsmasq\.conf:5:1\n/);
});

test('as text and as a report: how many replies agree, and the lines that made them', async (t) => {
  if (!needs(t, 'configs')) return;
  const folder = join(sharedConfigs!, 'pairs/healthy-dnsmasq');
  const given = [join(folder, 'capture.pcap'), '--config', join(folder, 'dnsmasq.conf')];
  const made =
    'line 7: subnet 10.67.0.0/24, pool 10.67.0.100-10.67.0.150, option 1 (Subnet Mask), lease time; line 10: option 6 (Domain Name Server); line 9: option 3 (Router)';
  const text = (await cli(['inspect', ...given])).stdout.replace(/\s+/g, ' ');
  assert.ok(
    text.includes(`6 replies agree with dnsmasq.conf. Frames 2, 4, 10, 12: ${made} Frames 6, 8: line 7: `),
    text,
  );
  const report = (await cli(['inspect', '--report', 'md', ...given])).stdout;
  assert.ok(report.includes(`## Configuration\n\n6 replies agree with dnsmasq.conf.\n`));
  assert.ok(report.includes(`\n| 2, 4, 10, 12 | ${made} |\n`), report);
});

test('as text: replies that the file does not explain in full, or at all', async (t) => {
  if (!needs(t, 'configs')) return;
  const folder = join(sharedConfigs!, 'pairs/healthy-dnsmasq');
  const inspected = async (change: (config: string) => string): Promise<string> => {
    const config = join(mkdtempSync(join(tmpdir(), 'port67-')), 'dnsmasq.conf');
    writeFileSync(config, change(readFileSync(join(folder, 'dnsmasq.conf'), 'utf8')));
    return (await cli(['inspect', join(folder, 'capture.pcap'), '--config', config])).stdout;
  };
  assert.match(
    await inspected((text) => text.replace('10.67.0.53', '10.67.0.54')),
    /^0 of 6 replies agree with dnsmasq\.conf\./m,
  );
  assert.match(
    await inspected((text) => `${text}\nconf-file=/nowhere/more.conf\n`),
    /^6 replies are made by dnsmasq\.conf, as far as the files could be read\.$/m,
  );
});
