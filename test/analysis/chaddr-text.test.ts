import assert from 'node:assert/strict';
import test from 'node:test';
import type { Analysis } from '../../src/analysis';
import { Build, alarms, type Spec } from './build';

/* A client that writes its address as text into chaddr: the whole field is read, and this comes before its consequences. */

const CARD = '00:40:9d:5a:10:0c';
const GIVEN = '10.0.0.90';

/** The chaddr field with a text in it. */
const field = (text: string, hlen = 6): Spec => ({ chaddr: Buffer.from(text).toString('hex'), hlen });

function asking(spec: Spec, { answered = true, ethSource = CARD } = {}): Analysis {
  const build = new Build();
  for (const [i, at] of [0, 4, 12].entries()) {
    build.discover(at, { ...spec, xid: 5 + i, secs: at }, { ethSource });
    if (answered) build.offer(at + 0.01, { ...spec, xid: 5 + i, yiaddr: GIVEN }, { destination: GIVEN });
  }
  return build.analyse(40);
}

const stepOf = (chaddr: string, text: string): string =>
  `Update the firmware of ${chaddr}: chaddr must hold the octets ${CARD}, not their text “${text}”.`;

test('a text in chaddr is read to its end: without signs, with colons, dashes or dots, whatever hlen says', () => {
  for (const [text, hlen, chaddr] of [
    ['00409D5A100C', 6, '30:30:34:30:39:44'],
    ['00409d5a100c', 12, '30:30:34:30:39:64:35:61:31:30:30:63'],
    ['00:40:9D:5A:10:0', 6, '30:30:3a:34:30:3a'],
    ['00-40-9d-5a-10-0', 6, '30:30:2d:34:30:2d'],
    ['0040.9d5a.100c', 6, '30:30:34:30:2e:39'],
    ['00409D', 6, '30:30:34:30:39:44'],
  ] as const) {
    const { findings } = asking(field(text, hlen));
    assert.deepEqual(
      findings.filter(({ severity }) => severity !== 'info').map(({ id }) => id),
      ['chaddr-mismatch', 'offer-not-taken'],
      text,
    );
    for (const { steps, causes } of findings.slice(0, 2)) {
      assert.equal(steps[0], stepOf(chaddr, text));
      assert.equal(causes[0]!.likelihood, 'likely');
      assert.match(causes[0]!.evidence[0]!, new RegExp(`^chaddr ${chaddr}.* is the text “${text}”, octet by octet`));
    }
    assert.match(findings[0]!.explanation, /This explains “30:30:\S+ gets 3 OFFERs and keeps sending DISCOVER”/);
    assert.ok(findings[1]!.steps.every((step) => !/nft|iptables|snooping/.test(step)));
    assert.ok(findings[1]!.causes.every((one) => !one.text.includes('a bridge or repeater')));
  }
});

test('the same where nobody answers', () => {
  const { findings } = asking(field('00409D5A100C'), { answered: false });
  assert.deepEqual(
    findings.slice(0, 2).map(({ id, steps }) => `${id} ${steps[0]!}`),
    ['chaddr-mismatch', 'no-offer'].map((id) => `${id} ${stepOf('30:30:34:30:39:44', '00409D5A100C')}`),
  );
});

test('no text: octets behind hlen that are rubbish, and a few digits that are another card’s address', () => {
  for (const [spec, ethSource] of [
    [{ chaddr: '02:00:00:00:00:01:41:42:43:44', hlen: 6 }, '02:00:00:00:00:01'],
    [{ chaddr: '30:30:34:30:39:44:00:00:99:99', hlen: 6 }, '30:30:34:30:39:44'],
    [{ chaddr: '30:30:34:30:39:44' }, '02:00:00:00:00:07'],
  ] as const)
    assert.doesNotMatch(JSON.stringify(asking(spec, { ethSource }).findings), /the text “/);
  const healthy = new Build();
  healthy.bind(0, { chaddr: '02:00:00:00:00:01:61:62:63:64:65:66', hlen: 6 });
  assert.deepEqual(alarms(healthy.analyse(40)), []);
});
