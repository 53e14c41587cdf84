import assert from 'node:assert/strict';
import test from 'node:test';
import type { CaptureState, Severity } from '../../src/protocol';
import { bootOf } from '../../webview/boot';
import { tabByKey } from '../../webview/parts/Tabs';
import { tabAtFirst } from '../../webview/tabs/tab';

test('arrow keys go round the tabs, Home and End to the ends', () => {
  const keys = ['ArrowRight', 'ArrowLeft', 'Home', 'End', 'a'];
  assert.deepEqual(
    keys.map((key) => tabByKey(key, 3, 4)),
    [0, 2, 0, 3, undefined],
  );
  assert.equal(tabByKey('ArrowLeft', 0, 4), 3);
});

test('while the file is being read its rows are shown, then what is wrong with it', () => {
  const state = (done: boolean, ...severities: Severity[]): CaptureState =>
    ({ done, ofInterest: 4, findings: severities.map((severity) => ({ severity })) }) as unknown as CaptureState;
  assert.equal(tabAtFirst(undefined), 'packets');
  assert.equal(tabAtFirst(state(false, 'error')), 'packets');
  assert.equal(tabAtFirst(state(true, 'info', 'warning')), 'findings');
  assert.equal(tabAtFirst(state(true, 'info')), 'ladder', 'what happened, where nothing is wrong');
  assert.equal(tabAtFirst({ ...state(true), ofInterest: 1 }), 'packets', 'one frame alone is no conversation');
});

test('what the host put into the page is taken as far as it has the right shape', () => {
  assert.deepEqual(bootOf('{"view":{"frame":2},"products":["kea",7],"text":"01 01"}'), {
    view: { frame: 2 },
    products: ['kea'],
    text: '01 01',
  });
  assert.deepEqual(bootOf('nothing'), { view: undefined, products: [] });
  assert.deepEqual(bootOf('null'), { view: undefined, products: [] });
});
