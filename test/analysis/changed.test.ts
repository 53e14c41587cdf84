/** What a message holds whose checksum shows that it was changed on the way, and what its parts claim then. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Analysis } from '../../src/analysis';
import type { Problem } from '../../src/codec/field';
import { ADDRESS, Build, CLIENT, SERVER, alarms, ipOption, lease } from './build';

const CARD = '02:00:00:00:00:77';
const WRONG: Problem[] = [{ id: 'bad-checksum', offset: 40, length: 2, text: 'The UDP checksum 0x1234 is wrong.' }];

const likely = ({ findings }: Analysis, id: string): (string | undefined)[] =>
  findings
    .find((one) => one.id === id)!
    .causes.filter(({ likelihood }) => likelihood === 'likely')
    .map(({ finding, text }) => finding ?? text);

test('invalid-subnet-mask: a wrong checksum explains a mask that nobody would type, and stands first', () => {
  const acked = (problems: Problem[]): Analysis => {
    const build = new Build();
    build.discover(0);
    build.offer(0.01);
    build.request(0.02);
    build.ack(0.03, { options: lease([ipOption(1, '255.247.255.0')]) }, { problems });
    return build.analyse(1);
  };
  const changed = acked(WRONG);
  assert.deepEqual(likely(changed, 'invalid-subnet-mask'), ['bad-checksum']);
  assert.equal(changed.findings[0]!.id, 'bad-checksum');
  // A checksum that the network card would have finished is no change.
  for (const problems of [[], [{ ...WRONG[0]!, id: 'checksum-offload' }]])
    assert.deepEqual(likely(acked(problems), 'invalid-subnet-mask'), ['The mask was mistyped']);
});

test('reply-mismatch: a reply to the card that sent the request is not blamed on the server', () => {
  const renewed = (problems: Problem[]): Analysis => {
    const build = new Build();
    build.renew(0, {}, { ethSource: CARD, problems });
    build.ack(0.01, { chaddr: CARD, ciaddr: ADDRESS }, { source: SERVER, destination: ADDRESS });
    return build.analyse(20);
  };
  const swapped = renewed([]);
  const mismatch = swapped.findings.find(({ id }) => id === 'reply-mismatch')!;
  assert.match(mismatch.explanation, /the link-layer address that the request was sent from\./);
  assert.deepEqual(likely(swapped, 'reply-mismatch'), ['chaddr-mismatch']);
  assert.deepEqual(likely(renewed(WRONG), 'reply-mismatch'), ['bad-checksum']);
  assert.deepEqual(likely(renewed(WRONG), 'chaddr-mismatch'), ['bad-checksum']);
  assert.deepEqual(likely(swapped, 'renewal-unanswered'), ['reply-mismatch']);
  // Request and reply are both here: the capture shows both sides.
  assert.ok(!swapped.findings.some(({ id }) => id === 'one-sided'));
  assert.match(mismatch.title, new RegExp(`to ${CLIENT} is ${CARD}$`));
});

test('malformed-message: its sender is not blamed where the checksum is wrong as well', () => {
  const bad: Problem = {
    id: 'malformed-message',
    offset: 44,
    length: 1,
    text: 'Hardware address length 91 is too much.',
  };
  const found = (problems: Problem[]): Analysis => {
    const build = new Build();
    build.discover(0, {}, { problems });
    return build.analyse(1);
  };
  assert.deepEqual(likely(found([bad, ...WRONG]), 'malformed-message'), ['bad-checksum']);
  assert.deepEqual(likely(found([bad]), 'malformed-message'), ['The sender’s DHCP program makes this mistake']);
  assert.deepEqual(alarms(found([bad, ...WRONG])), ['bad-checksum', 'malformed-message']);
});

test('bad-checksum: frames that were edited after the capture', () => {
  const causes = (fill: (build: Build) => void): string[] => {
    const build = new Build();
    fill(build);
    const found = build.analyse(1).findings.find(({ id }) => id === 'bad-checksum')!;
    return found.causes.map(({ likelihood, text }) => `${likelihood} ${text.slice(0, 24)}`);
  };
  const edited = [
    'likely The frames were edited a',
    'possible The message was changed ',
    'possible The capture was taken on',
  ];
  const blanked = '00:90:4c:00:00:00';
  assert.deepEqual(
    causes((build) => void build.discover(0, { chaddr: blanked }, { problems: WRONG })),
    edited,
  );
  assert.deepEqual(
    causes((build) => void build.bind(0, {}, {}, { problems: WRONG })),
    edited,
  );
  // One side alone may be changed on the way.
  const usual = [
    'likely The message was changed ',
    'possible The capture was taken on',
    'possible The frames were edited a',
  ];
  const oneSide = (build: Build): void => {
    build.discover(0);
    build.offer(0.1, {}, { problems: WRONG });
  };
  assert.deepEqual(causes(oneSide), usual);
  assert.deepEqual(
    causes((build) => void build.discover(0, {}, { problems: WRONG })),
    usual,
  );
});
