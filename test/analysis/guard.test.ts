/** What an analysis does when a check fails, and with message types that no rule knows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyse, DEFAULT_SETTINGS } from '../../src/analysis';
import { ADDRESS, Build, SERVER, ipOption, lines, raw } from './build';

const OTHER = '02:00:00:00:00:02';

test('a message type from the wire is no other type, whatever its low bits are', () => {
  const outcomes = new Map<string, number[]>();
  for (let type = 0; type < 256; type++) {
    const build = new Build();
    build.dhcp(type, { op: 1, ciaddr: ADDRESS }, { at: 0 });
    const { conversations, findings } = build.analyse(10);
    assert.deepEqual(
      findings.filter(({ id }) => id === 'check-failed'),
      [],
      `type ${type}`,
    );
    const { outcome } = conversations[0]!;
    outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), type]);
  }
  // RFC 2132 §9.6: 4 is DECLINE, 6 NAK, 7 RELEASE; no other type has these ends.
  assert.deepEqual(outcomes.get('declined'), [4]);
  assert.deepEqual(outcomes.get('refused'), [6]);
  assert.deepEqual(outcomes.get('released'), [7]);
});

test('types that no rule knows are exchanges of their own, one a type', () => {
  const build = new Build();
  for (const type of [36, 36, 68]) build.dhcp(type, {}, { at: build.packets.length });
  assert.deepEqual(
    build.analyse(10).conversations.map(({ frames }) => frames),
    [[1, 2], [3]],
  );
});

/** Lets the broadcast flag be read once, while conversations are put together, and throws when a check reads it. */
function breakOnceRead(dhcp: object): void {
  let read = false;
  Object.defineProperty(dhcp, 'broadcast', {
    get: () => {
      if (read) throw new Error('out of order');
      return (read = true);
    },
  });
}

/** A client that is bound, and a second one whose broadcast flag cannot be read. */
function broken(): Build {
  const build = new Build();
  build.bind(0, {}, { options: [ipOption(54, SERVER), raw(51, '0000001e'), ipOption(1, '255.255.255.0')] });
  const frame = build.discover(1, { chaddr: OTHER, xid: 2 });
  build.offer(1.1, { chaddr: OTHER, xid: 2 });
  breakOnceRead(build.packets[frame - 1]!.dhcp!);
  return build;
}

test('an error in one check costs one finding; what other checks find stands', () => {
  const analysis = broken().analyse(1.2);
  assert.deepEqual(lines(analysis, 'short-lease', 'check-failed'), [
    `short-lease warning ${SERVER} 2,4`,
    'check-failed warning test.pcap 5,6',
  ]);
  assert.equal(analysis.conversations.length, 2);
  const failed = analysis.findings.find(({ id }) => id === 'check-failed')!;
  assert.equal(failed.title, 'test.pcap: 1 check failed');
  assert.match(failed.explanation, /“out of order”/);
});

test('an error in the words of a finding costs that finding', () => {
  const build = broken();
  build.discover(3, { chaddr: OTHER, xid: 2 });
  breakOnceRead(build.packets.at(-1)!.dhcp!);
  const ids = build.analyse(20).findings.map(({ id }) => id);
  assert.ok(ids.includes('check-failed') && ids.includes('short-lease') && !ids.includes('offer-not-taken'));
});

test('an error before any check leaves one finding, and the frames', () => {
  const packets = {
    count: 1,
    get: (): never => {
      throw new Error('out of order');
    },
  };
  const facts = { frames: 1, firstTime: 1, lastTime: 1, contents: new Map(), fileProblems: [], name: 'test.pcap' };
  const analysis = analyse(packets, facts, DEFAULT_SETTINGS);
  assert.deepEqual(lines(analysis), ['check-failed warning test.pcap ']);
  assert.ok(analysis.verdict.startsWith('test.pcap: 1 check failed; '), analysis.verdict);
  assert.deepEqual([...analysis.eachConversation(), ...analysis.eachClient()], []);
});

/** So many clients ask once each, and get no answer. */
function crowd(clients: number): Build {
  const build = new Build();
  for (let i = 0; i < clients; i++)
    build.discover(i, { chaddr: `02:00:00:00:01:${i.toString(16).padStart(2, '0')}`, xid: i });
  return build;
}

test('time, memory or patience run out while messages are read: what was read is told, and that there is more', () => {
  for (const [limits, title] of [
    [{ memory: (share: number) => 0.7 > share }, 'test.pcap: too many clients to look at each'],
    [{ seconds: -1 }, 'test.pcap: too much to look at everything'],
    [{ cancels: counter() }, 'test.pcap: the analysis was stopped before its end'],
  ] as const) {
    const { findings, conversations } = crowd(100).analyse(200, {}, {}, limits);
    const finding = findings.find(({ id }) => id === 'analysis-incomplete')!;
    assert.equal(finding.title, title);
    assert.equal(finding.severity, 'warning');
    assert.match(
      finding.explanation,
      /^Of 100 frames of interest 99 were not analysed: those after frame 1\. Conversations and findings tell of the others only\./,
    );
    assert.equal(conversations.length, 1);
    // The answers may be in what was not read.
    assert.deepEqual(
      findings.map(({ id }) => id),
      ['analysis-incomplete'],
    );
  }
});

test('time runs out while checks are made: all conversations stand', () => {
  const memory = [0.3, 0.3, 0.3, 0.3];
  const { findings, conversations } = crowd(100).analyse(
    200,
    {},
    {},
    { memory: (share) => (memory.pop() ?? 0.9) > share },
  );
  const finding = findings.find(({ id }) => id === 'analysis-incomplete')!;
  assert.match(finding.explanation, /^Some of the checks were left out/);
  assert.equal(conversations.length, 100);
});

test('nothing is said where nothing was left out', () => {
  const { findings } = crowd(100).analyse(
    200,
    {},
    {},
    { seconds: 60, memory: (share) => 0.1 > share, cancels: () => 3 },
  );
  assert.deepEqual([...new Set(findings.map(({ id }) => id))], ['no-offer']);
});

/** Each look finds Cancel chosen once more. */
function counter(): () => number {
  let n = 0;
  return () => n++;
}
