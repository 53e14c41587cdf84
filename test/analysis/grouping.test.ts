import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Collector, type Draft } from '../../src/analysis/collector';
import type { Cause, Severity } from '../../src/analysis/finding';
import { Guard } from '../../src/analysis/guard';

/* More than ten findings of one id are one; what explains others stands before them (FINDINGS.md, “One finding for one thing”, “Causes before consequences”). */

const draft = (
  id: string,
  subject: string,
  frames: number[],
  severity: Severity = 'error',
  causes: Cause[] = [],
): Draft => ({
  id,
  severity,
  subject,
  frames,
  detail: () => ({
    title: `${subject} has ${id}`,
    explanation: `${subject} explained.`,
    causes,
    steps: ['Do it.'],
    reference: 'RFC 2131',
  }),
});
const mac = (i: number): string => `02:00:00:00:00:${i.toString(16).padStart(2, '0')}`;

function told(...drafts: Draft[]): ReturnType<Collector['findings']> {
  const collector = new Collector([]);
  collector.addAll(drafts);
  return collector.findings(new Guard(), 'x');
}

test('ten findings of one id stand alone, eleven are one, with the first frame of each in front', () => {
  const some = (n: number): Draft[] =>
    Array.from({ length: n }, (_, i) => draft('no-offer', mac(i), [2 * i + 1, 100 + i]));
  assert.equal(told(...some(10)).length, 10);
  const [group, ...more] = told(...some(11));
  assert.deepEqual(more, []);
  assert.equal(group?.title, `No OFFER: 11 clients (${mac(0)}, ${mac(1)}, ${mac(2)} and 8 more)`);
  assert.equal(group.subject, '11 clients');
  assert.deepEqual(group.frames.slice(0, 12), [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 100]);
  assert.equal(group.frames.length, 22);
  assert.deepEqual(group.members?.[10], { subject: mac(10), frames: [21, 110] });
  assert.match(group.explanation, /^The same is found of 11 clients: /);
});

test('a group does not mix severities, and counts more than a thousand without naming them', () => {
  const drafts = Array.from({ length: 1200 }, (_, i) =>
    draft('slow-server', `10.0.${i >> 8}.${i & 255}`, [i + 1], i % 2 ? 'warning' : 'info'),
  );
  const groups = told(...drafts);
  assert.deepEqual(
    groups.map(({ severity, subject }) => [severity, subject]),
    [
      ['warning', 'more than 500 addresses'],
      ['info', '500 addresses'],
    ],
  );
  assert.equal(new Set(groups.flatMap(({ frames }) => frames)).size, 1200);
  assert.equal(groups[0]!.members?.length, 500);
});

test('the causes of a group: those that are likely for most of its findings first', () => {
  const likely = (text: string): Cause => ({ text, likelihood: 'likely', evidence: [] });
  const possible = (text: string): Cause => ({ text, likelihood: 'possible', evidence: [] });
  const drafts = Array.from({ length: 11 }, (_, i) =>
    draft('nak', mac(i), [i + 1], 'warning', i < 3 ? [likely('A'), possible('B')] : [likely('B')]),
  );
  assert.deepEqual(
    told(...drafts)[0]!.causes.map(({ text, likelihood }) => `${text} ${likelihood}`),
    ['B likely', 'A likely'],
  );
});

test('what explains another finding stands before it, and names it; what is about other frames does not', () => {
  const explained = told(
    draft('no-offer', mac(1), [1, 3]),
    draft('no-offer', mac(2), [2]),
    draft('malformed-message', 'x', [3]),
  );
  assert.deepEqual(
    explained.map(({ id, subject }) => `${id} ${subject}`),
    [`malformed-message x`, `no-offer ${mac(1)}`, `no-offer ${mac(2)}`],
  );
  assert.equal(explained[0]!.explanation, `x explained. This explains “${mac(1)} has no-offer”.`);
  const apart = told(draft('no-offer', mac(1), [1]), draft('malformed-message', 'x', [3]));
  assert.deepEqual(
    apart.map(({ id }) => id),
    ['no-offer', 'malformed-message'],
  );
});

test('a warning stands before an error only where that names it as its likely cause', () => {
  const by = (likelihood: Cause['likelihood']): Cause[] => [
    { text: 'A bad option', likelihood, evidence: [], finding: 'bad-option-value' },
  ];
  const ids = (likelihood: Cause['likelihood']): string[] =>
    told(
      draft('no-offer', mac(1), [1], 'error', by(likelihood)),
      draft('bad-option-value', mac(1), [1], 'warning'),
    ).map(({ id }) => id);
  assert.deepEqual(ids('likely'), ['bad-option-value', 'no-offer']);
  assert.deepEqual(ids('possible'), ['no-offer', 'bad-option-value']);
});

test('two findings that explain each other are told once each', () => {
  const ids = told(
    draft('no-offer', mac(1), [1], 'error', [{ text: 'x', likelihood: 'likely', evidence: [], finding: 'no-ack' }]),
    draft('no-ack', mac(1), [1], 'error', [{ text: 'x', likelihood: 'likely', evidence: [], finding: 'no-offer' }]),
  ).map(({ id }) => id);
  assert.deepEqual(ids.sort(), ['no-ack', 'no-offer']);
});

test('four of one id that have a thing in common are one about that thing; others stay as they are', () => {
  const common = { subject: 'server 10.0.0.1', trait: 'all of server 10.0.0.1' };
  const alike = [1, 2, 3, 4].map((i) => ({ ...draft('no-ack', mac(i), [i, 10 + i]), common }));
  const apart = {
    ...draft('no-ack', mac(9), [9]),
    common: { subject: 'server 10.0.0.2', trait: 'all of server 10.0.0.2' },
  };
  const [group, other, ...more] = told(...alike, apart);
  assert.deepEqual([group!.subject, other!.subject, more.length], ['server 10.0.0.1', mac(9), 0]);
  assert.equal(group!.title, `No ACK: 4 clients (${mac(1)}, ${mac(2)}, ${mac(3)} and 1 more), all of server 10.0.0.1`);
  assert.deepEqual(group!.frames, [1, 2, 3, 4, 11, 12, 13, 14]);
  assert.deepEqual(
    group!.members!.map(({ subject }) => subject),
    [mac(1), mac(2), mac(3), mac(4)],
  );
  assert.equal(told(...alike.slice(1), apart).length, 4);
});

test('of equally serious findings, those about the form of a message come last', () => {
  const formal = draft('bad-option-value', mac(1), [1], 'warning');
  const refused = draft('nak', mac(1), [2], 'warning');
  assert.deepEqual(
    told(formal, refused).map(({ id }) => id),
    ['nak', 'bad-option-value'],
  );
  assert.deepEqual(
    told({ ...formal, severity: 'error' }, refused).map(({ id }) => id),
    ['bad-option-value', 'nak'],
  );
});
