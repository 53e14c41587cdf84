import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_THRESHOLDS, type Thresholds } from '../../src/analysis';
import { limitsOf } from '../../src/analysis/conversations/settings';
import { Build, CLIENT, alarms, lease, u32Option } from './build';

/* Settings come from a person's file: they hold where they make sense. */

const NONSENSE: readonly unknown[] = [NaN, Infinity, -1, '5', null, undefined, {}, [], true, 1e300];

test('a limit that makes no sense is not taken; the others are', () => {
  for (const name of Object.keys(DEFAULT_THRESHOLDS) as (keyof Thresholds)[]) {
    for (const value of NONSENSE)
      assert.deepEqual(limitsOf({ thresholds: { [name]: value } }), DEFAULT_THRESHOLDS, `${name} ${String(value)}`);
    const other = name === 'starvationIncomplete' ? 0.5 : DEFAULT_THRESHOLDS[name] + 1;
    assert.deepEqual(limitsOf({ thresholds: { [name]: other, more: 3 } as never }), {
      ...DEFAULT_THRESHOLDS,
      [name]: other,
    });
  }
  for (const [name, value] of [
    ['leaseLoop', 2.5],
    ['leaseLoop', 1],
    ['starvationIncomplete', 1.1],
    ['maxHops', 256],
  ] as const)
    assert.deepEqual(limitsOf({ thresholds: { [name]: value } }), DEFAULT_THRESHOLDS);
  for (const value of NONSENSE) assert.deepEqual(limitsOf({ thresholds: value as never }), DEFAULT_THRESHOLDS);
});

test('the analysis keeps to the limits that were set', () => {
  const build = new Build();
  build.bind(0, {}, { options: lease([u32Option(51, 90)]) });
  assert.deepEqual(alarms(build.analyse()), []);
  assert.deepEqual(alarms(build.analyse(undefined, { thresholds: { shortLease: 120 } })), ['short-lease']);
  assert.deepEqual(alarms(build.analyse(undefined, { thresholds: { shortLease: NaN } })), []);
  const silent = new Build();
  silent.discover(0);
  assert.deepEqual(alarms(silent.analyse(5)), ['no-offer']);
  assert.deepEqual(alarms(silent.analyse(5, { thresholds: { answerWithin: 6 } })), []);
  assert.equal(silent.analyse(5).clients[0]!.client, CLIENT);
});

test('the verdict names what the settings keep from being told, and only what is there', () => {
  const silent = new Build();
  silent.discover(0);
  const told = silent.analyse(5);
  assert.doesNotMatch(told.verdict, /suppress/);
  const untold = silent.analyse(5, { suppressed: ['no-offer', 'nak'] });
  assert.deepEqual(alarms(untold), []);
  assert.match(untold.verdict, / your settings suppress a finding of this capture: no-offer\.$/);
  const healthy = new Build();
  healthy.bind(0);
  assert.doesNotMatch(healthy.analyse(undefined, { suppressed: ['no-offer'] }).verdict, /suppress/);
});
