/** Real servers, each with its configuration and a capture: the line that decided is the one that the server’s log tells of. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
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
