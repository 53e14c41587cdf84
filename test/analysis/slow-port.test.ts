import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Build, CLIENT, lines } from './build';

/* A client that nobody hears when it begins, and that has its lease as soon as it is heard: its switch port comes up slowly. */

/** DISCOVERs at these times; the last is answered, after so many seconds. */
function heard(times: readonly number[], after = 0.01, lastXid = 0x1234): Build {
  const build = new Build();
  for (const at of times.slice(0, -1)) build.discover(at, { secs: at });
  build.bind(times.at(-1), { xid: lastXid, secs: times.at(-1)! });
  if (after > 1) for (const packet of build.packets.slice(-3)) Object.assign(packet, { time: packet.time + after });
  return build;
}
const SAID = `${CLIENT} got no answer for 28 s when it began to ask, and then its lease at once: so it is where a switch port comes up slowly (spanning tree)`;

for (const xid of [0x1234, 0x99])
  test(`no-offer, verdict: the port comes up slowly (the last DISCOVER has ${xid === 0x99 ? 'another' : 'the same'} xid)`, () => {
    const analysis = heard([0, 4, 12, 28], 0.01, xid).analyse(60);
    assert.deepEqual(lines(analysis), [`no-offer info ${CLIENT} 1,2,3`]);
    assert.ok(analysis.verdict.includes(SAID), analysis.verdict);
    assert.doesNotMatch(analysis.verdict, /nothing is wrong/i);
    const { causes, steps } = analysis.findings[0]!;
    assert.match(causes[0]!.text, /^The switch port was not forwarding yet \(spanning tree/);
    assert.match(steps[0]!, /spanning-tree portfast/);
  });

test('verdict: not for a short wait, nor for one that is too long for a port, nor for a client that had a lease', () => {
  for (const times of [
    [0, 4],
    [0, 4, 8],
    [0, 20, 50, 90],
  ]) {
    const { verdict } = heard(times).analyse(120);
    assert.doesNotMatch(verdict, /comes up slowly/);
  }
  const had = new Build();
  had.bind(0, { xid: 1 });
  for (const at of [100, 104, 112]) had.discover(at, { xid: 2, secs: at - 100 });
  had.bind(128, { xid: 2, secs: 28 });
  assert.doesNotMatch(had.analyse(160).verdict, /comes up slowly/);
});

test('verdict: not where others are answered on that link meanwhile', () => {
  const build = new Build();
  for (const at of [0, 4]) build.discover(at, { secs: at });
  build.bind(6, { chaddr: '02:00:00:00:00:09', xid: 9 }, { yiaddr: '10.0.0.60' });
  build.discover(12, { secs: 12 });
  build.bind(28, { secs: 28 });
  const { verdict } = build.analyse(60);
  assert.doesNotMatch(verdict, /comes up slowly/);
});

test('no-offer: a port through which the client and another host are heard at once forwards', () => {
  const unanswered = (other: number): string => {
    const build = new Build();
    build.bind(other, { chaddr: '02:00:00:00:00:09', xid: 9 }, { yiaddr: '10.0.0.60' });
    for (const at of [100, 104, 112]) build.discover(at, { secs: at - 100 });
    const { causes, steps } = build.analyse(160).findings.find(({ id }) => id === 'no-offer')!;
    return [...causes.map(({ text }) => text), ...steps].join('\n');
  };
  assert.match(unanswered(50), /port was not forwarding yet/);
  assert.doesNotMatch(unanswered(106), /port was not forwarding yet|spanning-tree/);
});

test('no-offer: of several clients that nobody answers, the ports are not why: they are heard beyond them', () => {
  const build = new Build();
  for (const n of [1, 2, 3, 4])
    for (const at of [0, 4, 12]) build.discover(10 * n + at, { chaddr: `02:00:00:00:00:0${n}`, xid: n, secs: at });
  const [found] = build.analyse(160).findings;
  assert.equal(found!.title, 'No OFFER for any of 4 clients');
  assert.doesNotMatch(found!.causes.map(({ text }) => text).join(), /port was not forwarding yet/);
});
