import assert from 'node:assert/strict';
import test from 'node:test';
import type { Analysis, Finding } from '../../src/analysis';
import { Build, SERVER, ipOption, lease, lines, raw } from './build';

const FIRST = '10.2.0.1';
const SECOND = '10.3.0.1';
const MAC = '02:00:00:00:00:aa';

/** Two DISCOVERs in vain with the first giaddr; then, if a server answers it, one with the second. */
const tried = (answers: boolean, mac = MAC, xid = 0x1234): string[] =>
  lines(trying(answers, mac, xid), 'relay-unanswered');
function trying(answers: boolean, mac = MAC, xid = 0x1234): Analysis {
  const build = new Build();
  const up = (source: string, ethSource = MAC): object => ({ source, ethSource, destination: SERVER, sourcePort: 67 });
  const down = { destination: SECOND, destinationPort: 67, ethDestination: mac };
  const yiaddr = '10.3.0.9';
  const relayed = { giaddr: SECOND, hops: 1, xid };
  const options = lease([ipOption(3, SECOND)]);
  build.discover(0, { giaddr: FIRST, hops: 1 }, up(FIRST));
  build.discover(3, { giaddr: FIRST, hops: 1, secs: 3 }, up(FIRST));
  build.discover(6, { ...relayed, secs: 6 }, up(SECOND, mac));
  if (answers) {
    build.offer(6.01, { ...relayed, yiaddr, options }, down);
    build.request(
      7,
      { ...relayed, options: [ipOption(50, yiaddr), ipOption(54, SERVER), raw(55, '010306')] },
      up(SECOND, mac),
    );
    build.ack(7.01, { ...relayed, yiaddr, options }, down);
  }
  return build.analyse(60);
}

test('relay-unanswered: a relay that gets its answer under its other address is a note', () => {
  assert.deepEqual(tried(true), [`relay-unanswered info ${FIRST} 1,2`]);
});

test('relay-unanswered: a relay that tries its other address in vain is one finding, under another xid as well', () => {
  const found = trying(false);
  assert.deepEqual(lines(found), [`relay-unanswered error ${FIRST} 1,2,3`]);
  assert.deepEqual(lines(trying(false, MAC, 0x77)), lines(found));
  const [{ title, explanation, causes }] = found.findings as [Finding];
  assert.equal(title, `Relay ${FIRST} gets no answer from ${SERVER}, nor as ${SECOND}`);
  assert.match(explanation, /for the same client with giaddr 10\.2\.0\.1 and with 10\.3\.0\.1, as a smart relay does/);
  assert.deepEqual(
    causes.slice(0, 2).map(({ likelihood, text }) => `${likelihood}: ${text}`),
    [
      'likely: The server is down, or does not listen where the relay sends',
      `possible: The server has no scope (subnet) that holds ${FIRST} or ${SECOND}, so it does not know which pool to take`,
    ],
  );
  assert.deepEqual(causes[0]!.evidence, [
    `sent to ${SERVER}`,
    'the relay tries 2 addresses of its own, and none gets an answer',
  ]);
});

test('relay-unanswered: two relays, or two clients behind one, are told by giaddr', () => {
  assert.deepEqual(tried(false, '02:00:00:00:00:bb'), [
    `relay-unanswered error ${FIRST} 1,2`,
    `relay-unanswered error ${SECOND} 3`,
  ]);
  const build = new Build();
  for (const [at, giaddr, chaddr] of [
    [0, FIRST, '02:00:00:00:00:01'],
    [1, SECOND, '02:00:00:00:00:02'],
  ] as const) {
    const way = { source: giaddr, ethSource: MAC, destination: SERVER, sourcePort: 67 };
    build.discover(at, { giaddr, hops: 1, chaddr, xid: at + 1 }, way);
    build.discover(at + 4, { giaddr, hops: 1, chaddr, xid: at + 1, secs: 4 }, way);
  }
  assert.deepEqual(lines(build.analyse(60), 'relay-unanswered'), [
    `relay-unanswered error ${FIRST} 1,2`,
    `relay-unanswered error ${SECOND} 3,4`,
  ]);
});

test('relay-unanswered: an error where the other address is another relay’s or exchange’s', () => {
  assert.deepEqual(tried(true, '02:00:00:00:00:bb'), [`relay-unanswered error ${FIRST} 1,2`]);
  assert.deepEqual(tried(true, MAC, 0x77), [`relay-unanswered error ${FIRST} 1,2`]);
});
