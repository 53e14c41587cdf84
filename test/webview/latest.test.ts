import assert from 'node:assert/strict';
import test from 'node:test';
import { Latest } from '../../webview/latest';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('of many wishes the one under way and the last are asked for, and only the last is answered', async () => {
  const asked: number[] = [];
  const answers: string[] = [];
  const open: (() => void)[] = [];
  const latest = new Latest(
    (wish: number) => {
      asked.push(wish);
      return new Promise<string>((resolve) => open.push(() => resolve(`frame ${wish}`)));
    },
    (answer) => answers.push(answer),
    () => assert.fail(),
  );
  for (let frame = 1; frame <= 100; frame++) latest.want(frame);
  assert.deepEqual(asked, [1]);
  open[0]!();
  await settled();
  assert.deepEqual(asked, [1, 100]);
  open[1]!();
  await settled();
  assert.deepEqual(answers, ['frame 100']);
  latest.want(7);
  assert.deepEqual(asked, [1, 100, 7]);
});

test('a failure is told for the newest wish only, and the next wish is asked for', async () => {
  const failed: string[] = [];
  const answers: number[] = [];
  const latest = new Latest(
    (wish: number) => (wish < 3 ? Promise.reject(new Error(`no ${wish}`)) : Promise.resolve(wish)),
    (answer) => answers.push(answer),
    (error) => failed.push(error.message),
  );
  latest.want(1);
  latest.want(2);
  await settled();
  assert.deepEqual(failed, ['no 2']);
  latest.want(3);
  await settled();
  assert.deepEqual(answers, [3]);
});
