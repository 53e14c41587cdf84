/** `port67 machine` on real rules, in a network namespace of its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test, type TestContext } from 'node:test';
import type { MachineReport } from '../../src/machine';
import { CLI } from '../support/cli';
import { needs } from '../support/needs';

/** Runs a script of the shell, then `port67 machine --json`, apart from the network of this machine. Undefined where that is not allowed. */
function apart(t: TestContext, script: string): MachineReport | undefined {
  if (!needs(t, 'nft') || !needs(t, 'unshare')) return undefined;
  if (spawnSync('unshare', ['-rn', 'true']).status !== 0) {
    t.skip('no network namespace may be made here');
    return undefined;
  }
  const ran = spawnSync(
    'unshare',
    [
      '-rn',
      'sh',
      '-ec',
      `${script}\n"$0" "$1" machine --json\nif [ -n "$!" ]; then kill $!; fi`,
      process.execPath,
      CLI,
    ],
    { encoding: 'utf8' },
  );
  assert.equal(ran.status, 0, ran.stderr);
  return JSON.parse(ran.stdout) as MachineReport;
}

test('a rule that drops port 67 is named', (t) => {
  const report = apart(
    t,
    `ip link set lo up
     nft add table inet mine
     nft 'add chain inet mine in { type filter hook input priority 0; policy accept; }'
     nft add rule inet mine in udp dport 67 drop`,
  );
  if (!report) return;
  assert.deepEqual(report.firewall, [
    { tool: 'nft', verdict: 'drop', port: 67, rule: 'udp dport 67 drop', where: 'inet mine in' },
  ]);
  const finding = report.findings.find(({ id }) => id === 'port-67-blocked')!;
  assert.match(finding.explanation, /“nft \(inet mine in\): udp dport 67 drop”/);
  assert.deepEqual(report.listeners, []);
  assert.ok(report.commands.includes('nft -j list ruleset'));
});

test('who listens behind such a rule is named with it; what is let through is not', (t) => {
  const listen = `node -e 'const s=require("node:dgram").createSocket("udp4");s.bind(67);setTimeout(()=>process.exit(),20000)' >/dev/null 2>&1 &
     for i in 1 2 3 4 5 6 7 8 9 10; do ss -H -lun | grep -q ':67 ' && break; sleep 0.3; done
     ip link set lo up
     nft add table inet mine
     nft 'add chain inet mine in { type filter hook input priority 0; policy drop; }'`;
  const blocked = apart(t, listen);
  if (!blocked) return;
  assert.deepEqual(
    blocked.listeners.map(({ port, address }) => [port, address]),
    [[67, '0.0.0.0']],
  );
  assert.deepEqual(
    blocked.findings.filter(({ id }) => id.startsWith('port-')).map(({ id, severity }) => [id, severity]),
    [['port-67-blocked', 'error']],
  );
  const open = apart(t, `${listen}\n     nft add rule inet mine in udp dport '{ 53, 67-68 }' accept`)!;
  assert.deepEqual(
    open.findings.filter(({ id }) => id.startsWith('port-')),
    [],
  );
  assert.deepEqual(
    open.firewall.filter(({ port }) => port === 67).map(({ verdict }) => verdict),
    ['accept'],
  );
});
