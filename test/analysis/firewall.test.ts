import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import * as advice from '../../src/analysis/words/advice';
import { openPorts6 } from '../../src/analysis/words/advice6';
import { textOf } from '../../src/analysis/words/steps';
import { needs } from '../support/needs';

/* The commands that steps tell a person to type. */

const STEPS = [
  ...advice.openServerPort(),
  ...advice.openPort(69),
  ...advice.openPort(4011),
  ...advice.openClientPort(),
  ...openPorts6(),
  ...advice.tftpThrough(),
  ...advice.openFirewall(67, '10.0.0.254'),
  ...advice.snooping(),
].map(textOf);
const commands = (program: string): string[] =>
  STEPS.flatMap((step) => [...step.matchAll(/`([^`]*)`/g)].map(([, code]) => code!)).filter((code) =>
    code.startsWith(`${program} `),
  );

/** What Debian’s, Arch’s and Alpine’s /etc/nftables.conf begin with. */
const DEFAULT =
  'table inet filter { chain input { type filter hook input priority filter; policy drop; }; chain forward { type filter hook forward priority filter; }; }';

test('each nft command works as it is printed, on the usual table and chain', (t) => {
  if (!needs(t, 'nft') || !needs(t, 'unshare')) return;
  if (spawnSync('unshare', ['-rn', 'true']).status !== 0) return void t.skip('no network namespace may be made here');
  const run = (...lines: string[]): string => {
    const script = [`nft '${DEFAULT}'`, ...lines].join('\n');
    return spawnSync('unshare', ['-rn', 'sh', '-ec', script], { encoding: 'utf8' }).stderr;
  };
  assert.match(run('nft add rule inet no input accept'), /Error/);
  const all = commands('nft');
  assert.ok(all.length >= 8, all.join('\n'));
  for (const one of all) assert.equal(run(one), '', one);
});

test('a rule is put before those that are there, and no step joins several commands', () => {
  // nft(8) and iptables(8): what is appended stands behind a rule that drops everything.
  for (const step of STEPS) {
    assert.doesNotMatch(step, /nft add rule|iptables (-t \w+ )?-A/);
    for (const [, code] of step.matchAll(/`([^`']*)`/g)) assert.doesNotMatch(code!, /;|&&/, step);
  }
});
