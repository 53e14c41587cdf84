/* A flood of requests keeps a server from answering, and asking twice within a moment proves no silence. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { Build, CLIENT, alarms, lines } from './build';

const OTHER = { chaddr: '02:00:00:00:00:02', xid: 9 };

/** A client sends so many DISCOVERs, 20 ms after one another, each under an xid of its own. */
function flood(build: Build, from: number, many: number): void {
  for (let i = 0; i < many; i++) build.discover(from + i * 0.02, { xid: 0x5000 + i });
}
const likely = ({ causes }: Finding): string[] =>
  causes.filter(({ likelihood }) => likelihood === 'likely').map(({ text }) => text);
const ids = (build: Build, until: number): string[] =>
  build.analyse(until).findings.map(({ id, subject }) => `${id} ${subject}`);

const FLOOD = `The flood of ${CLIENT} is more than the server can answer, or than a rate limit on the way lets through (DHCP snooping drops the rest, or shuts the port)`;

test('DISCOVERs within a moment at the end of a capture prove no silence; a second later they do', () => {
  const build = new Build();
  for (const at of [0, 0.2, 0.4, 0.6]) build.discover(at, { xid: 1 + at * 10 });
  const soon = build.analyse(0.99);
  assert.deepEqual(alarms(soon), []);
  assert.deepEqual(
    soon.conversations.map(({ outcome }) => outcome),
    ['incomplete', 'incomplete', 'incomplete', 'incomplete'],
  );
  assert.deepEqual(lines(build.analyse(1), 'no-offer'), [`no-offer error ${CLIENT} 1,2,3,4`]);
});

test('a flood within a second: no silence is told, the flood is', () => {
  const build = new Build();
  for (let i = 0; i < 150; i++) build.discover(i * 0.005, { xid: 0x5000 + i });
  assert.deepEqual(alarms(build.analyse()), ['message-flood']);
});

test('a flood of messages with an xid each is no loop in the network: that brings the same message back', () => {
  const told = (xid: (i: number) => number): string => {
    const build = new Build();
    for (let i = 0; i < 150; i++) build.discover(i * 0.005, { xid: xid(i) });
    return build
      .analyse()
      .findings[0]!.causes.map(({ text }) => text)
      .join();
  };
  assert.doesNotMatch(
    told((i) => 0x5000 + i),
    /loop in the switched network/,
  );
  assert.match(
    told(() => 0x5000),
    /loop in the switched network/,
  );
});

test('a flood that nobody answers stands before the silence, and is its likely cause', () => {
  const build = new Build();
  flood(build, 0, 200);
  const analysis = build.analyse(10);
  assert.deepEqual(
    analysis.findings.map(({ id, subject }) => `${id} ${subject}`),
    [`message-flood ${CLIENT}`, `no-offer ${CLIENT}`],
  );
  const [first, silence] = analysis.findings as [Finding, Finding];
  assert.match(first.explanation, /This explains “02:00:00:00:00:01 sends 200 DISCOVERs and gets no OFFER”\.$/);
  assert.deepEqual(likely(silence), [FLOOD]);
  assert.deepEqual(silence.causes[0]!.evidence, [
    '200 requests within 4 s, from frame 1 to frame 200',
    'see the finding message-flood',
  ]);
});

test('a server that answers until a flood begins: the flood is the likely cause for whoever asks meanwhile', () => {
  const build = new Build();
  build.bind(0, { chaddr: '02:00:00:00:00:03', xid: 7 });
  flood(build, 10, 400);
  build.discover(12.005, OTHER);
  build.discover(15.005, OTHER);
  build.packets.sort((a, b) => a.time - b.time).forEach((packet, i) => Object.assign(packet, { frame: i + 1 }));
  const { findings } = build.analyse(30);
  assert.equal(findings[0]!.id, 'message-flood');
  for (const one of findings.filter(({ id }) => id === 'no-offer')) assert.deepEqual(likely(one), [FLOOD], one.title);
});

test('a client that asked in vain before the flood, or long after it, and one that is refused beside others', () => {
  const before = new Build();
  before.discover(0);
  before.discover(4, { secs: 4 });
  flood(before, 10, 200);
  const early = before.analyse(30).findings.find(({ id }) => id === 'no-offer')!;
  assert.ok(!early.causes.some(({ finding }) => finding === 'message-flood'));
  const after = new Build();
  flood(after, 0, 200);
  after.discover(60, OTHER);
  after.discover(64, OTHER);
  const late = after.analyse(90).findings.find(({ id, subject }) => id === 'no-offer' && subject === OTHER.chaddr)!;
  assert.ok(!late.causes.some(({ finding }) => finding === 'message-flood'));
  const beside = new Build();
  flood(beside, 0, 200);
  beside.bind(4, { chaddr: '02:00:00:00:00:03', xid: 7 });
  assert.deepEqual(ids(beside, 30), [`no-offer ${CLIENT}`, `message-flood ${CLIENT}`]);
});

test('others are answered before the flood and after it, but not meanwhile: then it is the likely cause', () => {
  const among = (answered: boolean): Finding[] => {
    const build = new Build();
    build.bind(0, { chaddr: '02:00:00:00:00:03', xid: 7 });
    flood(build, 10, 400);
    build.discover(12.005, OTHER);
    build.discover(15.005, OTHER);
    if (answered) build.bind(14.001, { chaddr: '02:00:00:00:00:04', xid: 8 }, { yiaddr: '10.0.0.52' });
    build.bind(40, { chaddr: '02:00:00:00:00:05', xid: 6 }, { yiaddr: '10.0.0.53' });
    build.packets.sort((a, b) => a.time - b.time).forEach((packet, i) => Object.assign(packet, { frame: i + 1 }));
    return [...build.analyse(60).findings];
  };
  const paused = among(false);
  assert.equal(paused[0]!.id, 'message-flood');
  for (const one of paused.filter(({ id }) => id === 'no-offer')) {
    assert.deepEqual(likely(one), [FLOOD], one.title);
    assert.ok(
      one.causes[0]!.evidence.includes('others are answered before the flood and after it, and nobody while it lasts'),
    );
  }
  for (const one of among(true).filter(({ id }) => id === 'no-offer'))
    assert.ok(!likely(one).includes(FLOOD), one.title);
});

test('a healthy flood: each DISCOVER is answered, and nothing but the flood is told', () => {
  const build = new Build();
  for (let i = 0; i < 150; i++) {
    build.discover(i * 0.02, { xid: 0x5000 + i });
    build.offer(i * 0.02 + 0.001, { xid: 0x5000 + i });
  }
  assert.ok(!alarms(build.analyse(10)).includes('no-offer'));
});

/* DHCPv6 */

const DUID = '0001000a00030001';
const solicit = (xid: number, last: string): string =>
  `01${xid.toString(16).padStart(6, '0')}${DUID}${last.padStart(12, '0')}0003000c000000010000000000000000`;
const advertise = (xid: number, last: string): string => `02${solicit(xid, last).slice(2)}0002000a0003000102000000000f`;

/** A client's SOLICITs, 20 ms after one another; one more client asks meanwhile, and a third is answered at the times given. */
function flooded6(answered: readonly number[]): Finding[] {
  const build = new Build();
  const asks = (at: number, xid: number, last: string): void =>
    void build.v6(at, solicit(xid, last), { source: `fe80::${last}`, ethSource: `02:00:00:00:00:${last}` });
  for (let i = 0; i < 400; i++) asks(10 + i * 0.02, 0x500 + i, '0a');
  asks(12.005, 9, '0b');
  asks(15.005, 9, '0b');
  for (const [i, at] of answered.entries()) {
    asks(at, 0x900 + i, '0c');
    build.v6(at + 0.001, advertise(0x900 + i, '0c'), { source: 'fe80::f', destination: 'fe80::0c' });
  }
  build.packets.sort((a, b) => a.time - b.time).forEach((packet, i) => Object.assign(packet, { frame: i + 1 }));
  return [...build.analyse(60).findings];
}

test('DHCPv6: a flood is the likely cause where nobody is answered while it lasts, and not where somebody is', () => {
  const FLOOD6 = FLOOD.replace(CLIENT, '02:00:00:00:00:0a');
  for (const answered of [[1, 40], [1], []]) {
    const found = flooded6(answered);
    const silences = found.filter(({ id }) => id === 'v6-no-reply');
    assert.ok(silences.length > 0, String(answered));
    for (const one of silences) assert.deepEqual(likely(one), [FLOOD6], one.title);
    assert.equal(found[0]!.id, 'message-flood');
    assert.equal(
      silences[0]!.causes[0]!.evidence.includes(
        'others are answered before the flood and after it, and nobody while it lasts',
      ),
      answered.length === 2,
    );
  }
  for (const one of flooded6([1, 14.001, 40]).filter(({ id }) => id === 'v6-no-reply'))
    assert.ok(!likely(one).includes(FLOOD6), one.title);
});
