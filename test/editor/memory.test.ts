/** What is remembered of files that were looked at, and of the products that the person has. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Memento, Uri } from 'vscode';
import { Memory } from '../../src/editor/memory';

function memento(): Memento {
  const kept = new Map<string, unknown>();
  return {
    keys: () => [...kept.keys()],
    get: <T>(key: string): T | undefined => kept.get(key) as T | undefined,
    update: (key, value) => {
      kept.set(key, value);
      return Promise.resolve();
    },
  };
}

const file = (name: string, scheme = 'file'): Uri =>
  ({ scheme, toString: () => `${scheme}:///${name}` }) as unknown as Uri;

test('each file is remembered by itself, products for all; the oldest of fifty files is forgotten', async () => {
  const context = {
    workspaceState: memento(),
    globalState: Object.assign(memento(), { setKeysForSync: () => undefined }),
  };
  const memory = new Memory(context);
  assert.deepEqual(memory.of(file('a')), { view: undefined, products: [] });
  await memory.keep(file('a'), { view: { frame: 1 }, products: ['kea'] });
  await memory.keep(file('b'), { view: { frame: 2 }, products: ['ios', 'kea'] });
  assert.deepEqual(memory.of(file('a')), { view: { frame: 1 }, products: ['ios', 'kea'] });
  assert.deepEqual(new Memory(context).of(file('b')).view, { frame: 2 });
  for (let i = 0; i < 49; i++) await memory.keep(file(`more-${i}`), { view: i, products: [] });
  assert.equal(memory.of(file('a')).view, undefined);
  assert.deepEqual(memory.of(file('b')).view, { frame: 2 });
  await memory.keep(file('hex', 'untitled'), { view: 1, products: [] });
  assert.equal(memory.of(file('hex', 'untitled')).view, undefined, 'pasted text is no file that could be opened again');
});

test('what another version has left behind counts as nothing', async () => {
  const context = {
    workspaceState: memento(),
    globalState: Object.assign(memento(), { setKeysForSync: () => undefined }),
  };
  await context.workspaceState.update('views', 'x');
  await context.globalState.update('products', [1, 'kea']);
  assert.deepEqual(new Memory(context).of(file('a')), { view: undefined, products: ['kea'] });
});
