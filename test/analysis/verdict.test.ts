import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { NotACapture } from '../../src/capture/frame';
import { inspectJson } from '../../src/cli/inspect';
import { Capture } from '../../src/engine/capture';
import { comparisonOf } from '../../src/engine/comparison';
import { fileSource } from '../../src/engine/node';
import type { NamedCapture } from '../../src/engine/pair';
import { corpusFiles, needs } from '../support/needs';
import { SAMPLES } from '../support/samples';
import { assertAgrees, type Judged } from '../support/verdict';
import { ADDRESS, Build, CLIENT, SERVER, ipOption, lines, raw, textOption } from './build';

/* The verdict agrees with what stands beside it: findings, their number, and what became of each client. */

const LAB = fileURLToPath(new URL('../fixtures/lab/', import.meta.url));
const RELAY = '10.9.0.1';
const OTHER = { chaddr: '02:00:00:00:00:02', xid: 2 };

async function open(path: string): Promise<NamedCapture> {
  const capture = new Capture(basename(path), DEFAULT_SETTINGS);
  await capture.read(await fileSource(path));
  return { path, capture };
}

/** Fails where the verdict on a capture contradicts what is found in it; gives whether it could be read. */
async function judge(path: string): Promise<boolean> {
  try {
    const { capture } = await open(path);
    assertAgrees(capture.result, path);
    const state = capture.state();
    assert.equal(state.verdict, capture.result.verdict);
    assertAgrees({ ...state, findings: capture.findings, clients: capture.result.clients }, path);
    return true;
  } catch (error) {
    if (error instanceof NotACapture) return false;
    throw error;
  }
}

const captures = (folder: string): string[] =>
  readdirSync(folder).flatMap((file) => (/\.pcap(ng)?$/.test(file) ? [join(folder, file)] : []));

test('the verdict agrees with the findings: captures of the lab and samples', async () => {
  const files = [...captures(LAB), ...captures(SAMPLES)];
  assert.ok(files.length > 100, String(files.length));
  for (const path of files) assert.ok(await judge(path), path);
});

test('the verdict agrees with the findings: public captures', async (t) => {
  if (!needs(t, 'corpus')) return;
  let read = 0;
  for (const { path } of corpusFiles()) if (await judge(path)) read++;
  assert.ok(read > 200, String(read));
});

interface Label {
  readonly file: string;
  readonly healthy: boolean;
  readonly twin?: string;
}
const labels = JSON.parse(readFileSync(join(LAB, 'labels.json'), 'utf8')) as readonly Label[];

/** What `inspect --json` says of some captures. */
const inspected = (...named: NamedCapture[]): Judged => JSON.parse([...inspectJson(named)].join('')) as Judged;

test('after a comparison the verdict agrees with it, seen from either capture and from the command line', async () => {
  for (const { file, twin, healthy } of labels) {
    if (twin === undefined) continue;
    const [one, other] = [await open(join(LAB, file)), await open(join(LAB, twin))];
    for (const [own, its] of [
      [one, other],
      [other, one],
    ] as const) {
      const { text, findings, verdict } = comparisonOf(own, [its]);
      assertAgrees({ verdict, findings, clients: own.capture.result.clients }, file);
      assert.equal(/ lost between /.test(text), !healthy, text);
      assert.equal(
        findings.some(({ id }) => id === 'lost-between'),
        !healthy,
        text,
      );
      if (!healthy) assert.match(verdict, / lost between /);
      else
        assert.match(
          text,
          /^Compared with \S+: \d+ messages are in both, and none that both should show is missing\.$/,
        );
    }
    const both = inspected(one, other);
    const { verdict, findings } = both;
    // What the finding tells is not told again.
    assert.equal(/ in both, and /.test(verdict), healthy, verdict);
    assertAgrees(
      {
        verdict: verdict.replace(/^.*?: (?=One client|\d+ clients)/, ''),
        findings,
        clients: one.capture.result.clients,
      },
      `${file} --json`,
    );
  }
});

test('unrelated captures are called so, and nothing is said to be missing or not', async () => {
  const healthy = labels.filter((one) => one.healthy && one.twin === undefined).slice(0, 6);
  const named = await Promise.all(healthy.map(({ file }) => open(join(LAB, file))));
  for (const [i, own] of named.entries()) {
    const its = named[(i + 1) % named.length]!;
    const { text, verdict, findings } = comparisonOf(own, [its]);
    assert.equal(text, `Compared with ${its.capture.name}: unrelated, no message is in both.`);
    assert.equal(verdict, own.capture.result.verdict);
    assert.deepEqual(findings, own.capture.findings);
  }
});

test('counts by severity, the first error, and its cause; notes are counted, for the badge counts them too', () => {
  const build = new Build();
  build.bind(0, OTHER, { options: [ipOption(54, SERVER), raw(51, '0000001e'), ipOption(1, '255.255.255.0')] });
  build.discover(1);
  build.discover(5);
  const analysis = build.analyse(20);
  assertAgrees(analysis, 'built');
  const infos = lines(analysis).filter((line) => line.includes(' info ')).length;
  const warnings = lines(analysis).filter((line) => line.includes(' warning ')).length;
  assert.ok(infos > 0 && warnings > 0);
  assert.ok(
    analysis.verdict.includes(`(1 error, ${warnings} warning${warnings === 1 ? '' : 's'} and ${infos} note`),
    analysis.verdict,
  );
});

test('a client whose REQUEST has another xid than the OFFER was offered an address', () => {
  const build = new Build();
  build.discover(0, { xid: 1 });
  build.offer(0.01, { xid: 1 });
  build.request(0.02, { xid: 2 });
  build.request(4, { xid: 3 });
  assert.match(build.analyse(20).verdict, /the client was offered an address, and got no answer to its REQUEST/);
  build.request(12, { xid: 4 });
  const told = (end: number): string => build.analyse(end).findings.find(({ id }) => id === 'no-ack')!.explanation;
  assert.match(
    told(13),
    / The REQUEST in frame 5 comes so shortly before the end of the capture that it is not counted/,
  );
  assert.doesNotMatch(told(30), /not counted/);
});

test('a client with a lease is not called unanswered because a renewal was', () => {
  const got = 'the client got a lease of 10.0.0.50 from 10.0.0.1 within 30 ms, but what it asked later got no answer).';
  const after = (ask: (build: Build) => void): { verdict: string; outcome: string } => {
    const build = new Build();
    build.bind(0);
    ask(build);
    const analysis = build.analyse(5000);
    assertAgrees(analysis, 'built');
    return { verdict: analysis.verdict, outcome: analysis.clients[0]!.outcome };
  };
  const renewing = after((build) => {
    build.renew(1800, { xid: 7 });
    build.renew(1860, { xid: 7 });
  });
  assert.equal(renewing.outcome, 'bound');
  assert.ok(renewing.verdict.includes(got), renewing.verdict);
  const rebinding = after((build) => {
    build.renew(3150, { xid: 7 }, { destination: '255.255.255.255', ethDestination: 'ff:ff:ff:ff:ff:ff' });
    build.renew(3200, { xid: 7 }, { destination: '255.255.255.255', ethDestination: 'ff:ff:ff:ff:ff:ff' });
  });
  assert.ok(rebinding.verdict.includes(got), rebinding.verdict);
  const informing = after((build) => {
    build.dhcp(8, { xid: 7, ciaddr: ADDRESS }, { at: 10, source: ADDRESS });
    build.dhcp(8, { xid: 7, ciaddr: ADDRESS }, { at: 14, source: ADDRESS });
  });
  assert.ok(informing.verdict.includes(got), informing.verdict);
  // The boot server on port 4011 is no DHCP server.
  const booting = after((build) => {
    for (const at of [10, 11, 13])
      build.request(
        at,
        { xid: 0, ciaddr: ADDRESS, options: [textOption(60, 'PXEClient')] },
        { source: ADDRESS, destination: SERVER, destinationPort: 4011 },
      );
  });
  assert.ok(
    /got a lease of 10\.0\.0\.50 from 10\.0\.0\.1 within 30 ms, but no answer from its boot server\)/.test(
      booting.verdict,
    ),
    booting.verdict,
  );
  assert.doesNotMatch(booting.verdict, /nothing is wrong/i);
  // Answered after all: nothing is left open.
  const late = after((build) => {
    build.renew(1800, { xid: 7 });
    build.renew(1860, { xid: 8 });
    build.ack(1860.1, { xid: 8, ciaddr: ADDRESS }, { destination: ADDRESS });
  });
  assert.doesNotMatch(late.verdict, /got no answer/);
  // Who has to ask again has lost it.
  const lost = after((build) => {
    build.renew(1800, { xid: 7 });
    build.renew(1860, { xid: 7 });
    build.discover(3700, { xid: 9 });
    build.discover(3704, { xid: 9 });
  });
  assert.equal(lost.outcome, 'unanswered');
  assert.match(lost.verdict, /[(;] the client had a lease before, and got no answer since\)\. Do this first: /);
});

test('a first step for one product says for which others the steps have it', () => {
  const build = new Build();
  build.bind(0);
  for (const at of [10, 14, 22]) build.discover(at, { xid: 9, chaddr: '02:67:00:00:00:99' });
  const { verdict, findings } = build.analyse(60);
  assert.deepEqual(
    Object.values(findings[0]!.stepsFor!)
      .slice(0, 5)
      .map(({ product }) => product),
    ['dhcpd', 'kea', 'dnsmasq', 'windows', 'ios'],
  );
  assert.match(
    verdict,
    /Do this first: ISC dhcpd: “.*” shows why it keeps silent \(for Kea, dnsmasq, Microsoft DHCP Server, Cisco IOS and MikroTik RouterOS, see the steps\)\.$/,
  );
});

test('a client whose lease is from before the capture has an address, and several clients are told apart', () => {
  const build = new Build();
  build.renew(1800);
  build.renew(1860);
  assert.match(
    build.analyse(5000).verdict,
    /; the client had an address already, but what it asked got no answer\)\. Do this first: /,
  );
  build.bind(2000, OTHER, { yiaddr: '10.0.0.51' });
  build.renew(2100, { ...OTHER, xid: 22, ciaddr: '10.0.0.51' }, { source: '10.0.0.51' });
  build.renew(2160, { ...OTHER, xid: 22, ciaddr: '10.0.0.51' }, { source: '10.0.0.51' });
  build.discover(2000, { chaddr: '02:00:00:00:00:03', xid: 3 });
  build.discover(2004, { chaddr: '02:00:00:00:00:03', xid: 3 });
  const analysis = build.analyse(5000);
  assertAgrees(analysis, 'built');
  assert.match(
    analysis.verdict,
    /; of 3 clients, 1 got a lease from 10\.0\.0\.1 within 30 ms, but what it asked later got no answer, 1 that had an address already got no answer, 1 got no answer\)\. Do this first: /,
  );
});

test('each client is counted once, and what a boot server does not answer is no DHCP', () => {
  const build = new Build();
  for (const n of [1, 2, 3]) build.bind(n, { chaddr: `02:00:00:00:00:0${n}`, xid: n }, { yiaddr: `10.0.0.5${n}` });
  for (const at of [1800, 1860]) build.renew(at, { xid: 7, ciaddr: '10.0.0.51' }, { source: '10.0.0.51' });
  for (const at of [1810, 1812, 1816])
    build.request(
      at,
      { xid: 8, chaddr: '02:00:00:00:00:02', ciaddr: '10.0.0.52', options: [textOption(60, 'PXEClient')] },
      { source: '10.0.0.52', destination: SERVER, destinationPort: 4011 },
    );
  const analysis = build.analyse(5000);
  assertAgrees(analysis, 'built');
  assert.match(
    analysis.verdict,
    /; of 3 clients, 1 got a lease from 10\.0\.0\.1 within 30 ms, 1 got a lease from 10\.0\.0\.1 within 30 ms, but what it asked later got no answer, 1 got a lease from 10\.0\.0\.1 within 30 ms, but no answer from its boot server\)/,
  );
});

test('hosts that ask by RARP are told, and what is wrong with that', () => {
  const build = new Build();
  build.arp(0, 3, CLIENT, '0.0.0.0', '0.0.0.0');
  build.arp(2, 3, CLIENT, '0.0.0.0', '0.0.0.0');
  const one = build.analyse(9);
  assertAgrees(one, 'one host');
  assert.equal(
    one.verdict,
    '02:00:00:00:00:01: RARP request unanswered; most likely, no RARP server runs on this link (hardly any network has one) (1 warning). Do this first: Set the device to BOOTP or DHCP.',
  );
  build.arp(3, 3, OTHER.chaddr, '0.0.0.0', '0.0.0.0');
  build.arp(3.1, 4, OTHER.chaddr, SERVER, ADDRESS);
  assert.match(build.analyse(9).verdict, /^02:00:00:00:00:01: RARP request unanswered; /);
});

test('what the settings suppress is not called right', () => {
  const build = new Build();
  build.discover(0);
  build.discover(4);
  assert.equal(
    build.analyse(20, { suppressed: ['no-offer'] }).verdict,
    'One client, 02:00:00:00:00:01, got no answer. This capture does not show why; your settings suppress a finding of this capture: no-offer.',
  );
  const healthy = new Build();
  healthy.bind(0);
  assert.match(
    healthy.analyse(20, { suppressed: ['no-offer'] }).verdict,
    / Nothing is wrong as far as this capture shows\.$/,
  );
});

test('a capture without frames, and one without DHCP', () => {
  assert.equal(new Build().analyse().verdict, 'The file holds no frames.');
  const { verdict, findings } = new Build().analyse(
    9,
    { suppressed: ['no-dhcp'] },
    { frames: 3, contents: new Map([['TCP', 3]]) },
  );
  assert.deepEqual(findings, []);
  assert.equal(verdict, 'None of 3 frames is DHCP, BOOTP, DHCPv6 or RARP. The capture holds TCP (3).');
});

test('message-flood: 120 ACKs in answer to one REQUEST; not the two that a client may get', () => {
  const sent = (acks: number): Build => {
    const build = new Build();
    build.discover(0);
    build.offer(0.01);
    build.request(0.02);
    for (let n = 0; n < acks; n++) build.ack(0.03 + n / 100);
    return build;
  };
  const { verdict, findings } = sent(120).analyse(60);
  assert.deepEqual(
    findings.map(({ id, severity, subject }) => [id, severity, subject]),
    [['message-flood', 'warning', '10.0.0.1']],
  );
  assert.match(verdict, /^Server 10\.0\.0\.1 sends 02:00:00:00:00:01 1 OFFER and 120 ACKs within 1\.2 s; /);
  assert.deepEqual(sent(2).analyse(60).findings, []);
});

test('a silence that is no fault: the verdict says why nobody answers', () => {
  const build = new Build();
  build.icmp6(0, { type: 134, code: 0, managed: false }, 'fe80::1', '02:00:00:00:00:fe');
  // SOLICIT, client identifier (DUID type 3), an IA_NA.
  for (const at of [1, 2, 4])
    build.v6(at, '01000001' + '0001000a00030001020000000001' + '0003000c000000010000000000000000', {
      source: 'fe80::5',
    });
  const { verdict } = build.analyse(60);
  assert.match(verdict, /got no answer\. Most likely, the network has no DHCPv6 on purpose/);
  assert.doesNotMatch(verdict, /does not show why/);
});

test('the verdict tells who asks whom about a lease, and speaks of no client without one (RFC 4388 §6.2)', () => {
  const asks = (answer: number | undefined, until = 1, more?: (build: Build) => void): string => {
    const build = new Build();
    more?.(build);
    const about = { giaddr: RELAY, ciaddr: ADDRESS };
    build.dhcp(10, about, { at: 0.5, source: RELAY, destination: SERVER, sourcePort: 67 });
    if (answer !== undefined)
      build.dhcp(
        answer,
        { op: 2, ...about, options: [ipOption(54, SERVER)] },
        { at: 0.51, source: SERVER, destination: RELAY, destinationPort: 67 },
      );
    const { verdict, clients } = build.analyse(until);
    // The lists hold the question, under the name of the client that it is about.
    if (!more)
      assert.deepEqual(
        clients.map(({ client, conversations }) => [client, conversations]),
        [[CLIENT, 1]],
      );
    return verdict;
  };
  const asked = `Relay ${RELAY} asks ${SERVER} by LEASEQUERY who has ${ADDRESS}, and`;
  assert.equal(
    asks(13),
    `${asked} ${SERVER} answers LEASEACTIVE: ${CLIENT} has ${ADDRESS}. Nothing is wrong as far as this capture shows.`,
  );
  assert.equal(asks(12), `${asked} ${SERVER} answers LEASEUNKNOWN. Nothing is wrong as far as this capture shows.`);
  assert.equal(asks(undefined, 9), `${asked} gets no answer in this capture. This capture does not show why.`);
  assert.match(
    asks(13, 1, (build) => void build.bind()),
    /^One client, .* got a lease of 10\.0\.0\.50 .*; relay 10\.9\.0\.1 asks 10\.0\.0\.1 by LEASEQUERY who has /,
  );
});

test('a LEASEACTIVE has the chaddr that the question, by address or identifier, does not have (RFC 4388 §6)', () => {
  const asks = (chaddr: string, xid: number, answered: number): string => {
    const build = new Build();
    build.bind();
    const about = { giaddr: RELAY, ciaddr: ADDRESS };
    build.dhcp(10, { ...about, chaddr, xid: 7 }, { at: 5, source: RELAY, destination: SERVER, sourcePort: 67 });
    build.dhcp(
      answered,
      { op: 2, ...about, xid, options: [ipOption(54, SERVER)] },
      { at: 5.01, source: SERVER, destination: RELAY, destinationPort: 67 },
    );
    return build.analyse(30).verdict.replace(/^One client, [^;]*; /, '');
  };
  const asked = `relay ${RELAY} asks ${SERVER} by LEASEQUERY who has ${ADDRESS}, and`;
  for (const nobody of ['', '00:00:00:00:00:00'])
    assert.equal(
      asks(nobody, 7, 13),
      `${asked} ${SERVER} answers LEASEACTIVE: ${CLIENT} has ${ADDRESS}. Nothing is wrong as far as this capture shows.`,
    );
  // Another transaction, and a question about another hardware address.
  assert.match(asks('', 8, 13), /gets no answer/);
  assert.match(asks('02:00:00:00:00:77', 7, 13), /gets no answer/);
});
