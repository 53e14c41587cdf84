/**
 * dhcpd 4.4, Kea 2 and dnsmasq 2.9, each with its DHCPv6 configuration and what it made of some clients, recorded between network
 * namespaces. `line` of labels.json is the one that was written so that the server refuses or says nothing; none where all are served.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cli } from '../../support/cli';

const FOLDER = join(import.meta.dirname, '../../fixtures/config6');
const LABELS = JSON.parse(readFileSync(join(FOLDER, 'labels.json'), 'utf8')) as Record<
  string,
  { readonly config: string; readonly line: number | null }
>;

interface Inspected {
  readonly findings: readonly {
    readonly id: string;
    readonly severity: string;
    readonly line?: number;
    readonly causes: readonly { readonly likelihood: string }[];
  }[];
  readonly config: {
    readonly replies: readonly {
      readonly address: string;
      readonly statements: readonly { readonly line: number; readonly what: string }[];
    }[];
  };
}

async function inspected(capture: string, config: string): Promise<Inspected> {
  const { status, stdout } = await cli(['inspect', '--json', capture, '--config', config]);
  assert.equal(status, 0);
  return JSON.parse(stdout) as Inspected;
}

for (const [name, { config, line }] of Object.entries(LABELS))
  test(`DHCPv6 configuration against capture: ${name}`, async () => {
    const { findings, config: said } = await inspected(join(FOLDER, name, 'capture.pcap'), join(FOLDER, name, config));
    const own = findings.filter(({ id }) => id.startsWith('config-'));
    const likely = own.filter(({ causes }) => causes[0]!.likelihood === 'likely');
    assert.deepEqual([...new Set(likely.map((one) => one.line))], line === null ? [] : [line]);
    if (line !== null) return;
    assert.deepEqual(
      own.filter(({ severity }) => severity !== 'info'),
      [],
    );
    assert.ok(said.replies.length > 0);
    for (const { statements } of said.replies)
      assert.deepEqual(
        statements.slice(0, 2).map(({ what }) => what.split(' ')[0]),
        ['subnet', statements[1]!.what.startsWith('reservation') ? 'reservation' : 'pool'],
      );
  });

test('DHCPv6: the lines that made a reply with an address, a prefix and an option', async () => {
  const { config } = await inspected(
    join(FOLDER, 'healthy-dhcpd/capture.pcap'),
    join(FOLDER, 'healthy-dhcpd/dhcpd6.conf'),
  );
  const both = config.replies.find(({ address }) => address.includes('/'))!;
  assert.match(both.address, /^2001:db8:1::[\da-f]+ 2001:db8:1[\da-f]{2}::\/48$/);
  assert.deepEqual(
    both.statements.map(({ line, what }) => `${line} ${what}`),
    [
      '3 subnet 2001:db8:1::/64',
      '4 pool 2001:db8:1::100-2001:db8:1::1ff',
      '5 pool 2001:db8:100::-2001:db8:1ff::',
      '2 option 23 (DNS Recursive Name Servers)',
      '1 lease time',
    ],
  );
  const reserved = config.replies.find(({ address }) => address === '2001:db8:1::33')!;
  assert.ok(reserved.statements.some(({ line, what }) => line === 7 && what === 'reservation of 2001:db8:1::33'));
});

test('DHCPv6: reserved prefixes, and ranges whose prefix is that of an interface', async () => {
  const made = async (name: string, config: string): Promise<string[]> => {
    const said = await inspected(join(FOLDER, name, 'capture.pcap'), join(FOLDER, name, config));
    return said.config.replies
      .filter(({ address }) => address !== '')
      .map(
        ({ address, statements }) =>
          `${address}: ${statements
            .filter(({ what }) => /^(subnet|pool|reservation)/.test(what))
            .map(({ line, what }) => `${line} ${what}`)
            .join(', ')}`,
      );
  };
  const twice = (text: string): string[] => [text, text];
  assert.deepEqual(
    await made('dhcpd-fixed-prefix', 'dhcpd6.conf'),
    twice(
      'fd67::21 fd67:100:21::/48: 2 subnet fd67::/64, 5 reservation of fd67::21, 5 reservation of fd67:100:21::/48',
    ),
  );
  assert.deepEqual(
    await made('kea-reserved-prefix', 'kea-dhcp6.conf'),
    twice('fd67:100:21::/48: 6 subnet fd67::/64, 9 reservation of fd67:100:21::/48'),
  );
  assert.deepEqual(await made('dnsmasq-constructed', 'dnsmasq.conf'), [
    ...twice('fd67::33: 3 subnet fd67::/64, 5 reservation of fd67::33'),
    ...twice('fd67::10c: 3 subnet fd67::/64, 3 pool fd67::100-fd67::1ff'),
  ]);
});

test('DHCPv6: another configuration than the server’s own', async () => {
  const other = await inspected(join(FOLDER, 'other-kea/capture.pcap'), join(FOLDER, 'healthy-kea/kea-dhcp6.conf'));
  assert.ok(other.findings.some(({ id, severity }) => id === 'config-differs' && severity === 'warning'));
  // An option of a subnet in the answer to an INFORMATION-REQUEST, which has no address.
  const own = await inspected(
    join(FOLDER, 'kea-information/capture.pcap'),
    join(FOLDER, 'kea-information/kea-dhcp6.conf'),
  );
  assert.ok(!own.findings.some(({ id }) => id === 'config-differs'));
  const dns = await inspected(join(FOLDER, 'healthy-dhcpd/capture.pcap'), join(FOLDER, 'dhcpd-pool-full/dhcpd6.conf'));
  assert.ok(dns.findings.some(({ id }) => id === 'config-differs'));
});
