import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { Build, SERVER, ipOption, lease } from './build';

/** A computer that shares its connection refuses what the server of the link gives, and offers addresses of its own. */

const ICS = '192.168.137.1';
const stranger = { source: ICS, ethSource: '02:00:00:00:00:fd' };

/** Two clients in INIT-REBOOT, both refused by the stranger; with `offers`, it then offers to them beside the server. */
function refused(offers: boolean, state: 'init-reboot' | 'selecting' = 'init-reboot'): readonly Finding[] {
  const build = new Build();
  for (const n of [1, 2]) {
    const who = { chaddr: `02:00:00:00:00:0${n}`, xid: n };
    const yiaddr = `10.0.0.5${n}`;
    if (state === 'selecting') {
      build.discover(10 * n - 1, who);
      build.offer(10 * n - 0.9, { ...who, yiaddr });
    }
    const named = state === 'selecting' ? [ipOption(54, SERVER)] : [];
    build.request(10 * n, { ...who, options: [ipOption(50, yiaddr), ...named] });
    build.nak(10 * n + 0.01, { ...who, options: [ipOption(54, ICS)] }, stranger);
    build.ack(10 * n + 0.02, { ...who, yiaddr });
    if (!offers) continue;
    const again = { ...who, xid: 10 + n };
    build.discover(10 * n + 1, again);
    build.offer(10 * n + 1.01, { ...again, yiaddr });
    const foreign = lease([ipOption(54, ICS), ipOption(3, ICS), ipOption(6, ICS)]);
    build.offer(10 * n + 1.02, { ...again, yiaddr: `192.168.137.5${n}`, options: foreign }, stranger);
    build.request(10 * n + 1.03, { ...again, options: [ipOption(50, yiaddr), ipOption(54, SERVER)] });
    build.ack(10 * n + 1.04, { ...again, yiaddr });
  }
  return build.analyse(60).findings.filter(({ severity }) => severity !== 'info');
}

test('rogue-server: refusals and offers of one server are one finding, with how it is switched off', () => {
  const findings = refused(true);
  assert.deepEqual(
    findings.map(({ id, subject }) => [id, subject]),
    [
      ['rogue-server', '10.0.0.1 and 192.168.137.1'],
      ['nak', 'server 192.168.137.1'],
    ],
  );
  const [rogue] = findings as readonly [Finding];
  assert.match(rogue.explanation, /192\.168\.137\.1 also refuses by NAK what the other gives \(frames 2 and 10\)\. /);
  assert.match(rogue.explanation, /This explains “NAK: 2 clients/);
  assert.deepEqual(rogue.frames.slice(0, 4), [5, 6, 2, 10]);
  const off =
    'Windows, on 192.168.137.1: take the check mark in “Sharing” off in the properties of the shared connection (`ncpa.cpl`).';
  for (const { steps } of findings) {
    assert.ok(steps.includes(off));
    assert.ok(steps.every((step) => !/authoritative/.test(step)));
  }
});

test('rogue-server: a REQUEST that selects no server may be refused, one that selects another may not', () => {
  const [reboot] = refused(false);
  assert.match(
    reboot!.explanation,
    /The REQUEST selects no server, so whoever finds the address wrong for its network says NAK \(RFC 2131 §4\.3\.2\); what is wrong is that 192\.168\.137\.1 serves another network on this link\./,
  );
  assert.ok(
    reboot!.causes[0]!.evidence.includes(
      '192.168.137.1 is the factory address of Windows where it shares its connection',
    ),
  );
  const [selecting] = refused(false, 'selecting');
  assert.match(selecting!.explanation, /A server that was not selected must keep silent\./);
});
