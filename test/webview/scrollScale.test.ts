import assert from 'node:assert/strict';
import test from 'node:test';
import { LIMIT, maxOffset, moved, scaleOf, topOf } from '../../webview/hooks/scrollScale';

test('a list that fits is not scaled: bar and list are one', () => {
  const scale = scaleOf(22_000, 400);
  assert.equal(scale.bar, 22_000);
  assert.equal(maxOffset(scale), 21_600);
  assert.equal(topOf(scale, 1234), 1234);
  assert.equal(topOf(scale, 99_999), 21_600);
  assert.equal(moved(scale, 0, 0, 7000), 7000);
});

test('a list shorter than the view cannot move', () => {
  const scale = scaleOf(100, 400);
  assert.equal(maxOffset(scale), 0);
  assert.equal(topOf(scale, 50), 0);
  assert.equal(moved(scale, 0, 0, 30), 0);
});

test('a million rows of 22 px get a bar that every browser can show', () => {
  const scale = scaleOf(22_000_000, 400);
  assert.equal(scale.bar, LIMIT);
  assert.equal(topOf(scale, 0), 0);
  assert.equal(topOf(scale, maxOffset(scale)), LIMIT - 400);
  assert.equal(topOf(scale, maxOffset(scale) / 2), (LIMIT - 400) / 2);
});

test('the wheel moves a scaled list by as many px as the bar', () => {
  const scale = scaleOf(22_000_000, 400);
  const top = topOf(scale, 10_000_000);
  assert.equal(moved(scale, 10_000_000, top, top + 100), 10_000_100);
  assert.equal(moved(scale, 10_000_000, top, top - 400), 9_999_600);
});

test('dragging the thumb moves a scaled list in proportion', () => {
  const scale = scaleOf(22_000_000, 400);
  assert.equal(moved(scale, 0, 0, (LIMIT - 400) / 4), maxOffset(scale) / 4);
});

test('at both ends of the bar the list is at its end, however it came there', () => {
  const scale = scaleOf(22_000_000, 400);
  assert.equal(moved(scale, 300, 100, 0), 0);
  assert.equal(moved(scale, 21_000_000, LIMIT - 500, LIMIT - 400), maxOffset(scale));
  // Browsers round the last position of the bar.
  assert.equal(moved(scale, 21_000_000, LIMIT - 500, LIMIT - 400.6), maxOffset(scale));
});

test('every row of a scaled list can be reached', () => {
  const scale = scaleOf(22_000_000, 400);
  for (const row of [0, 1, 17, 499_999, 999_980, 999_981]) {
    const offset = Math.min(row * 22, maxOffset(scale));
    const top = topOf(scale, offset);
    assert.ok(top >= 0 && top <= LIMIT - 400, `row ${row}`);
    const from = top < LIMIT / 2 ? LIMIT : 0;
    assert.ok(Math.abs(moved(scale, 0, from, top) - offset) < 1, `row ${row}`);
  }
});
