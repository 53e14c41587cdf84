import assert from 'node:assert/strict';
import test from 'node:test';
import { layoutOf, rowHeights } from '../../webview/layout';

test('panes stack in narrow windows and spread in wide ones', () => {
  assert.deepEqual([320, 639, 640, 1099, 1100, 1699, 1700, 2560].map(layoutOf), [
    'stack',
    'stack',
    'halves',
    'halves',
    'wide',
    'wide',
    'broad',
    'broad',
  ]);
});

test('rows grow with the fonts', () => {
  assert.deepEqual(rowHeights(13, 14), { row: 22, octets: 21 });
  assert.deepEqual(rowHeights(20, 24), { row: 34, octets: 36 });
  assert.deepEqual(rowHeights(8, 8), { row: 22, octets: 20 });
});
