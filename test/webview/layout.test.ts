import assert from 'node:assert/strict';
import test from 'node:test';
import { layoutOf, rowHeights } from '../../webview/hooks/layout';

test('two columns from 700 px on, one below', () => {
  assert.deepEqual([320, 699, 700, 2560].map(layoutOf), ['narrow', 'narrow', 'columns', 'columns']);
});

test('rows grow with the fonts', () => {
  assert.deepEqual(rowHeights(13, 14), { row: 22, octets: 21 });
  assert.deepEqual(rowHeights(20, 24), { row: 34, octets: 36 });
  assert.deepEqual(rowHeights(8, 8), { row: 22, octets: 20 });
});
