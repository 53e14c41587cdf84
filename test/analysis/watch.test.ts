import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Watch } from '../../src/analysis/watch';

/** A watch whose reading has been cancelled once, and that goes on to the checks. */
function cancelledOnce(patience?: number): Watch {
  let cancels = 0;
  const watch = new Watch({ cancels: () => cancels, ...(patience === undefined ? {} : { patience }) });
  assert.equal(watch.over(), false);
  cancels++;
  // Asked often, because it looks only now and then.
  assert.ok(Array.from({ length: 100 }, () => watch.over()).includes(true));
  assert.equal(watch.stopped, 'cancelled');
  watch.goOn();
  return watch;
}

/** Whether it is over a few milliseconds later. */
function isOverSoon(watch: Watch): boolean {
  const began = Date.now();
  while (Date.now() - began < 5);
  return watch.over();
}

test('whoever stops the reading of a capture is told what was read: the checks have some seconds left', () => {
  const watch = cancelledOnce();
  assert.equal(isOverSoon(watch), false);
  assert.equal(watch.stopped, undefined);
});

test('what nobody will look at is not checked any more', () => {
  const watch = cancelledOnce(0);
  assert.equal(isOverSoon(watch), true);
  assert.equal(watch.stopped, 'time');
});
