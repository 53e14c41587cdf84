import assert from 'node:assert/strict';
import test from 'node:test';
import type { Row } from '../../src/protocol';
import { PAGE, RowCache } from '../../webview/rowCache';

function row(frame: number, info = ''): Row {
  return { frame, time: '', source: '', destination: '', type: 'OFFER', client: '', info };
}

/** A host with `total` rows, row 0 being frame 1; notes what it is asked. */
function host(total: number) {
  const asked: [number, number][] = [];
  const state = { total, info: 'old' };
  const fetch = (from: number, to: number) => {
    asked.push([from, to]);
    const length = Math.max(0, Math.min(to, state.total) - from);
    const rows = Array.from({ length }, (_, i) => row(from + i + 1, state.info));
    return Promise.resolve({ rows, total: state.total });
  };
  return { asked, state, fetch };
}

test('rows come by whole pages, and a page is asked for once', async () => {
  const { asked, fetch } = host(1000);
  let changes = 0;
  const cache = new RowCache(fetch, () => changes++);
  assert.equal(cache.get(150), undefined);
  await Promise.all([cache.want(90, 150, 1000), cache.want(95, 155, 1000)]);
  assert.deepEqual(asked, [
    [0, PAGE],
    [PAGE, 2 * PAGE],
  ]);
  assert.equal(cache.get(0)?.frame, 1);
  assert.equal(cache.get(150)?.frame, 151);
  assert.equal(changes, 2);
  await cache.want(0, 200, 1000);
  assert.equal(asked.length, 2);
});

test('nothing is asked for beyond the end of the list', async () => {
  const { asked, fetch } = host(10);
  const cache = new RowCache(fetch, () => undefined);
  await cache.want(0, 500, 10);
  assert.deepEqual(asked, [[0, PAGE]]);
  await cache.want(-20, 0, 10);
  await cache.want(0, 5, 0);
  assert.equal(asked.length, 1);
});

test('the last page is asked for again when the list has grown', async () => {
  const { asked, state, fetch } = host(10);
  const cache = new RowCache(fetch, () => undefined);
  await cache.want(0, 20, 10);
  assert.equal(cache.get(10), undefined);
  state.total = 15;
  await cache.want(0, 20, 15);
  assert.equal(asked.length, 2);
  assert.equal(cache.get(14)?.frame, 15);
});

test('memory is bounded: a walk through a million rows keeps two hundred pages', async () => {
  const { fetch } = host(1_000_000);
  const cache = new RowCache(fetch, () => undefined);
  for (let i = 0; i < 1_000_000; i += 1000) await cache.want(i, i + 30, 1_000_000);
  assert.equal(cache.size, 200);
  assert.equal(cache.get(999_000)?.frame, 999_001);
  assert.equal(cache.get(0), undefined);
});

test('outdated rows are shown until the new ones have come', async () => {
  const { state, fetch } = host(5);
  const cache = new RowCache(fetch, () => undefined);
  await cache.want(0, 5, 5);
  cache.outdate();
  state.info = 'new';
  const coming = cache.want(0, 5, 5);
  assert.equal(cache.get(0)?.info, 'old');
  await coming;
  assert.equal(cache.get(0)?.info, 'new');
});

test('an answer that was asked for before the list changed does not count as new', async () => {
  const answers: ((rows: Row[]) => void)[] = [];
  const fetch = () =>
    new Promise<{ rows: Row[]; total: number }>((resolve) => answers.push((rows) => resolve({ rows, total: 1 })));
  const cache = new RowCache(fetch, () => undefined);
  const before = cache.want(0, 1, 1);
  cache.outdate();
  const after = cache.want(0, 1, 1);
  answers[0]!([row(1, 'old')]);
  await before;
  await new Promise((resolve) => setImmediate(resolve));
  answers[1]!([row(1, 'new')]);
  await after;
  assert.equal(cache.get(0)?.info, 'new');
  assert.equal(answers.length, 2);
});

test('a failed page is asked for again', async () => {
  let fail = true;
  const { fetch } = host(5);
  const cache = new RowCache(
    (from, to) => (fail ? Promise.reject(new Error('gone')) : fetch(from, to)),
    () => undefined,
  );
  await assert.rejects(cache.want(0, 5, 5), /gone/);
  assert.equal(cache.busy, 0);
  fail = false;
  await cache.want(0, 5, 5);
  assert.equal(cache.get(4)?.frame, 5);
});

test('a closed cache takes nothing any more', async () => {
  const { fetch } = host(5);
  let changes = 0;
  const cache = new RowCache(fetch, () => changes++);
  const coming = cache.want(0, 5, 5);
  cache.close();
  await coming;
  assert.equal(cache.get(0), undefined);
  assert.equal(changes, 0);
});
