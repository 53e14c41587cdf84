/* DHCPv6: one client asks on two links by one transaction id, and nothing is compared across them. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Build, lines } from './build';

const option = (code: number, value: string): string =>
  code.toString(16).padStart(4, '0') + (value.length / 2).toString(16).padStart(4, '0') + value;
const n8 = (value: number): string => value.toString(16).padStart(8, '0');
const client = option(1, '00020000ab110000000c');
const server = (host: number): string => option(2, `000300010200000000f${host}`);
const given = (host: number, ended = ''): string =>
  option(
    3,
    `${n8(1)}${n8(0)}${n8(0)}${ended}${option(5, `20010db8000${host}${'00'.repeat(9)}42${n8(200)}${n8(300)}`)}`,
  );
const out = { source: 'fe80::c', ethSource: '02:00:00:00:00:0c' };

/** SOLICIT to REPLY on two links, one step on each in turn. */
function twice(links: readonly [string, string], xids = ['000001', '000002']): Build {
  const build = new Build();
  const both = (at: number, octets: (host: number) => string, toClient: boolean): void => {
    for (const host of [1, 2]) {
      const back = { source: `fe80::f${host}`, destination: 'fe80::c' };
      build.v6(at + (host - 1) * 0.9, octets(host), { ...(toClient ? back : out), link: links[host - 1]! });
    }
  };
  both(0, () => `01${xids[0]!}${client}${option(3, n8(1) + n8(0) + n8(0))}`, false);
  both(0.01, (host) => `02${xids[0]!}${client}${server(host)}${given(host)}`, true);
  both(1, (host) => `03${xids[1]!}${client}${server(host)}${given(host)}`, false);
  both(1.01, (host) => `07${xids[1]!}${client}${server(host)}${given(host)}`, true);
  return build;
}

test('DHCPv6 on two links by one transaction id is two exchanges, and no server is a second one', () => {
  const analysis = twice(['0/10', '0/20']).analyse(60);
  assert.deepEqual(lines(analysis), []);
  assert.deepEqual(
    analysis.conversations.map(({ outcome, address, frames }) => [outcome, address, frames]),
    [
      ['bound', '2001:db8:1::42', [1, 3, 5, 7]],
      ['bound', '2001:db8:2::42', [2, 4, 6, 8]],
    ],
  );
  // On one link, they are.
  assert.ok(lines(twice(['0', '0']).analyse(60), 'v6-multiple-servers').length > 0);
});

test('DHCPv6 copies on another link are copies, and answers may come on another', () => {
  const build = new Build();
  const back = { source: 'fe80::f1', destination: 'fe80::c' };
  const seen = (at: number, octets: string, way: object, first: string, second: string): void => {
    build.v6(at, octets, { ...way, link: first });
    build.v6(at + 0.0001, octets, { ...way, link: second });
  };
  seen(0, `01000001${client}${option(3, n8(1) + n8(0) + n8(0))}`, out, '0/11', '0/200/11');
  seen(0.01, `02000001${client}${server(1)}${given(1)}`, back, '0/200/11', '0/11');
  seen(1, `03000002${client}${server(1)}${given(1)}`, out, '0/200/11', '0/11');
  seen(1.01, `07000002${client}${server(1)}${given(1)}`, back, '0/11', '0/200/11');
  const analysis = build.analyse(60);
  assert.deepEqual(lines(analysis), []);
  assert.deepEqual(
    analysis.conversations.map(({ outcome, frames }) => [outcome, frames]),
    [['bound', [1, 2, 3, 4, 5, 6, 7, 8]]],
  );
});

test('the verdict tells what a renewal took back', () => {
  const build = new Build();
  const back = { source: 'fe80::f1', destination: 'fe80::c' };
  build.v6(0, `05000001${client}${server(1)}${given(1)}`, out);
  const ended = option(5, `20010db80001${'00'.repeat(9)}42${n8(0)}${n8(0)}`);
  build.v6(0.1, `07000001${client}${server(1)}${given(2, ended)}`, back);
  assert.match(
    build.analyse(60).verdict,
    /asked to renew its lease of 2001:db8:1::42, and was given 2001:db8:2::42 by 02:00:00:00:00:f1/,
  );
});

/** A machine on each of two links, with one DUID, binds and renews; the other one between. */
function oneDuid(iaids: readonly [number, number], macs: readonly [string, string], until = 4): Build {
  const build = new Build();
  const ia = (host: number): string => option(3, n8(iaids[host - 1]!) + n8(0) + n8(0));
  for (let turn = 0; turn < until; turn++) {
    const host = (turn % 2) + 1;
    const seen = { source: `fe80::${host}`, ethSource: macs[host - 1]!, link: `0/${host}0` };
    const back = { source: `fe80::f${host}`, destination: `fe80::${host}`, link: `0/${host}0` };
    const xid = `00010${turn}`;
    const type = turn < 2 ? '01' : '05';
    const asks = type === '05' ? client + server(host) : `${client}${option(14, '')}`;
    build.v6(100 * turn, `${type}${xid}${asks}${ia(host)}`, seen);
    const gives = given(host).replace(n8(1), n8(iaids[host - 1]!));
    build.v6(100 * turn + 0.01, `07${xid}${client}${server(host)}${type === '01' ? option(14, '') : ''}${gives}`, back);
  }
  return build;
}
const [CARD, DOCK] = ['02:00:00:00:00:0c', '02:00:00:00:00:0d'] as const;
const about = (build: Build) => build.analyse(400).findings.filter(({ id }) => id === 'duplicate-client-id');

test('duplicate-client-id (DHCPv6): one DUID on two links at once is a note: one machine with two cards, or a copy', () => {
  const [docked, ...more] = about(oneDuid([1, 2], [CARD, DOCK]));
  assert.deepEqual(more, []);
  assert.equal(docked!.severity, 'info');
  assert.equal(docked!.title, `${CARD} and ${DOCK} send one DUID on two links at once`);
  assert.match(docked!.causes[0]!.text, /^One machine has a card on each/);
  assert.deepEqual(docked!.causes[0]!.evidence, ['each sends IAIDs of its own (1 and 2)']);
  const [copied] = about(oneDuid([7, 7], [CARD, DOCK]));
  assert.equal(copied!.severity, 'info');
  assert.match(copied!.causes[0]!.text, /^One machine is a copy/);
  assert.deepEqual(copied!.causes[0]!.evidence, ['both send IAID 7']);
  // The verdict still says that nothing is wrong.
  assert.match(oneDuid([1, 2], [CARD, DOCK]).analyse(400).verdict, /Nothing is wrong/);
});

test('duplicate-client-id (DHCPv6): not for a machine that moves from link to link, nor for one card in two VLANs', () => {
  assert.deepEqual(about(oneDuid([1, 2], [CARD, DOCK], 2)), []);
  assert.deepEqual(about(oneDuid([1, 1], [CARD, CARD])), []);
});
