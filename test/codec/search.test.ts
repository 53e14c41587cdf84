import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'node:test';
import { lowerBound } from '../../src/codec/search';

test('the lower bound is the number of smaller items of a sorted list', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -20, max: 20 })), fc.integer({ min: -25, max: 25 }), (items, wanted) => {
      const sorted = [...items].sort((a, b) => a - b);
      assert.equal(
        lowerBound(sorted.length, (i) => sorted[i]! < wanted),
        items.filter((item) => item < wanted).length,
      );
    }),
  );
});
