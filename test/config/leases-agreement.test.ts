/** Lease files that real servers wrote, against the servers' own tools and readers of a few lines. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { needs, sharedConfigs } from '../support/needs';
import { active, read } from './leaseFiles';

const folder = mkdtempSync(join(tmpdir(), 'port67-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The lease files of a kind, from the shared folder. */
const filesOf = (kind: string): string[] =>
  sharedConfigs === undefined
    ? []
    : readdirSync(join(sharedConfigs, kind))
        .map((name) => join(sharedConfigs!, kind, name))
        .filter((path) => /lease|log/i.test(path));
const faulty = (kind: string): string[] => filesOf('faulty/leases').filter((path) => path.includes(`.${kind}`));
const open = (path: string): ReturnType<typeof read> => read(readFileSync(path), basename(path));

test('Kea: the leases that are active are those that kea-lfc keeps with state 0', (t) => {
  if (!needs(t, 'configs') || !needs(t, 'kea-lfc')) return;
  for (const [kind, flag] of [
    ['kea-leases4', '-4'],
    ['kea-leases6', '-6'],
  ] as const) {
    for (const path of [...filesOf(kind), ...faulty(kind)]) {
      const at = (name: string): string => join(folder, `${basename(path)}.${name}`);
      copyFileSync(path, at('1'));
      // `-x` previous output, `-i` input, `-o` output while it works, `-f` when it is done: it then takes the name of `-x`.
      spawnSync(
        'kea-lfc',
        [flag, '-x', at('2'), '-i', at('1'), '-o', at('o'), '-f', at('f'), '-p', at('pid'), '-c', 'none'],
        {
          env: { ...process.env, KEA_LOCKFILE_DIR: folder, KEA_PIDFILE_DIR: folder },
        },
      );
      if (!existsSync(at('2'))) {
        // Kea refuses the file as a whole.
        assert.ok(
          open(path).findings.some(({ severity }) => severity === 'error'),
          path,
        );
        continue;
      }
      const [header, ...rows] = readFileSync(at('2'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split(','));
      const column = (name: string): number => header!.indexOf(name);
      const theirs = rows.filter((values) => values[column('state')] === '0').map((values) => values[0]!);
      const ours = active(open(path)).map((address) => address.replace(/\/.*/, ''));
      assert.deepEqual(ours.sort(), theirs.sort(), path);
    }
  }
});

test('udhcpd: the same addresses, clients and names as dumpleases', (t) => {
  if (!needs(t, 'configs') || !needs(t, 'dumpleases')) return;
  for (const path of filesOf('udhcpd-leases')) {
    const { stdout } = spawnSync('dumpleases', ['-f', path], { encoding: 'utf8' });
    const theirs = stdout
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(/\s+/).slice(0, 3));
    const ours = open(path).leases.map(({ client, address, hostname }) => [client, address, hostname ?? '']);
    assert.ok(ours.length > 0);
    assert.deepEqual(ours, theirs, path);
  }
});

test('dhcpd: the last record of each address, read by a few lines of another kind', (t) => {
  if (!needs(t, 'configs')) return;
  const paths = [...filesOf('dhcpd-leases'), ...faulty('dhcpd.leases')];
  assert.ok(paths.length > 0);
  for (const path of paths) {
    const last = new Map<string, string>();
    for (const [, address, body] of readFileSync(path, 'latin1').matchAll(/^\}?lease ([\d.]+) \{(.*?)^\}/gms))
      last.set(address!, /^\s*binding state (\w+);/m.exec(body!)![1]!);
    const theirs = [...last].filter(([, state]) => state === 'active').map(([address]) => address);
    assert.deepEqual(active(open(path)), theirs.sort(), path);
  }
});

test('dhcpd: what dhcpd -T calls corrupt is an error, and what it takes without a word is none for its form', (t) => {
  if (!needs(t, 'configs') || !needs(t, 'dhcpd')) return;
  const OF_FORM = new Set([
    'truncated-last-record',
    'truncated-record',
    'damaged-record',
    'unknown-statement',
    'bad-value',
    'bad-address',
  ]);
  for (const path of [...filesOf('dhcpd-leases'), ...faulty('dhcpd.leases')]) {
    const copy = join(folder, basename(path));
    copyFileSync(path, copy);
    const conf = join(folder, 'empty.conf');
    writeFileSync(conf, '');
    const { stderr } = spawnSync('dhcpd', ['-T', '-lf', copy, '-cf', conf], { encoding: 'utf8' });
    // What an empty configuration does not know (pools, hosts that were declared twice) is no damage.
    const corrupt = /orrupt|eof in|unexpected end of file/.test(stderr);
    const findings = open(path).findings.filter(({ id }) => OF_FORM.has(id));
    assert.equal(findings.length > 0, corrupt, `${path}: ${stderr}`);
  }
});

test('real files of public repositories: nothing above info, but for what their servers complain of', (t) => {
  if (!needs(t, 'configs')) return;
  for (const kind of 'dhclient-leases dhcpcd-lease dhcpd-leases dhcpd6-leases dnsmasq-leases kea-leases4 kea-leases6 networkd-lease udhcpd-leases'.split(
    ' ',
  ))
    for (const path of filesOf(kind)) {
      const file = open(path);
      assert.ok(file.leases.length > 0, path);
      assert.deepEqual(
        file.findings.filter(({ severity }) => severity !== 'info').map(({ id }) => id),
        [],
        path,
      );
    }
});

test('the labelled faults are found at their lines', (t) => {
  if (!needs(t, 'configs')) return;
  const { faulty: labels } = JSON.parse(readFileSync(join(sharedConfigs!, 'labels.json'), 'utf8')) as {
    faulty: { file: string; fault: string; line: number; config?: string }[];
  };
  const ours = labels.filter(({ file, config }) => file.startsWith('faulty/leases/') && config === undefined);
  assert.ok(ours.length > 10);
  for (const { file, fault, line } of ours) {
    const found = open(join(sharedConfigs!, file)).findings.map(({ id, place }) => `${id} ${place.line}`);
    assert.deepEqual(found, fault === 'none' ? [] : [`${fault} ${line}`], file);
  }
});
