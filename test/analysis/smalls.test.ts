import assert from 'node:assert/strict';
import test from 'node:test';
import { Build, CLIENT, alarms, lines } from './build';

/* Notes about many clients told as one, and steps that fit what is wrong with a sum. */

const SECOND = { chaddr: '02:00:00:00:00:02', xid: 2 };

test('secs-stuck: clients that do not count secs up are one note, and one alone is its own', () => {
  const build = new Build();
  build.discover(0);
  build.discover(4);
  build.offer(4.1);
  build.discover(5, SECOND);
  build.discover(9, SECOND);
  build.offer(9.1, { ...SECOND, yiaddr: '10.0.0.60' });
  const analysis = build.analyse(9.2);
  assert.deepEqual(lines(analysis, 'secs-stuck'), ['secs-stuck info secs 1,4,2,5']);
  const found = analysis.findings.find(({ id }) => id === 'secs-stuck')!;
  assert.equal(
    found.title,
    `Field secs does not grow: 2 clients (${CLIENT} and ${SECOND.chaddr}), none of them counts it up`,
  );
});

const WRONG = {
  problems: [
    { id: 'bad-checksum', offset: 24, length: 2, text: 'IPv4 header checksum is 0x0001, but must be 0x0002.' },
  ],
};
const UNFINISHED = { problems: [{ id: 'checksum-offload', offset: 40, length: 2, text: 'Begun.' }] };

test('a wrong sum is not finished by a rule for offload; one that is only begun is', () => {
  const stepsFor = (seen: typeof WRONG): readonly string[] => {
    const build = new Build();
    for (const at of [0, 4]) {
      build.discover(at, { secs: at });
      build.offer(at + 0.01, {}, seen);
    }
    return build.analyse(30).findings.find(({ id }) => id === 'offer-not-taken')!.steps;
  };
  const wrong = stepsFor(WRONG);
  assert.match(
    wrong[0]!,
    /^Update the program, or the network card’s driver, of 10\.0\.0\.1: its OFFER must leave with a right checksum/,
  );
  assert.ok(wrong.every((step) => !step.includes('checksum-fill')));
  assert.match(stepsFor(UNFINISHED).join('\n'), /--checksum-fill/);
});

test('a shown fault of the reply is not told a second time as a guess', () => {
  const build = new Build();
  for (const at of [0, 4]) {
    build.discover(at, { secs: at });
    build.offer(at + 0.01, { options: [] });
  }
  const { causes, steps } = build.analyse(30).findings.find(({ id }) => id === 'offer-not-taken')!;
  assert.match(causes[0]!.text, /^The client drops the OFFER: it has no server identifier/);
  assert.ok(causes.every(({ text }) => !text.includes('an option that it needs is missing')));
  assert.ok(steps.every((step) => !/nft|iptables|snooping/.test(step)));
  const healthy = new Build();
  healthy.bind();
  assert.deepEqual(alarms(healthy.analyse(30)), []);
});
