/** What a scan knows of all frames, also of those that it lets go by: how many, and from when to when. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CapturedFrame } from '../../src/capture/frame';
import { Sums } from '../../src/engine/scan/skim';

function frame(seconds: number, nanoseconds: number, timed = true): CapturedFrame {
  return {
    number: 1,
    bytes: new Uint8Array(0),
    start: 0,
    end: 0,
    wireLength: 0,
    linkType: 1,
    interface: 0,
    seconds,
    nanoseconds,
    timed,
    fileOffset: 0,
    comment: undefined,
  };
}

const span = (sums: Sums): number[] => [
  sums.firstSeconds,
  sums.firstNanoseconds,
  sums.earliestSeconds,
  sums.earliestNanoseconds,
  sums.latestSeconds,
  sums.latestNanoseconds,
];

describe('sums over frames', () => {
  it('tell the first, the earliest and the latest time, in whatever order frames come', () => {
    const sums = new Sums();
    for (const [seconds, nanoseconds] of [
      [100, 500],
      [100, 499],
      [101, 0],
      [99, 999_999_999],
      [101, 1],
      [100, 0],
    ] as const)
      sums.count(frame(seconds, nanoseconds));
    assert.deepEqual(span(sums), [100, 500, 99, 999_999_999, 101, 1]);
    assert.equal(sums.frames, 6);
  });

  it('count frames without a time, and take no time from them', () => {
    const sums = new Sums();
    sums.count(frame(0, 0, false));
    assert.equal(sums.timed, false);
    sums.count(frame(-5, 7));
    sums.count(frame(0, 0, false));
    assert.deepEqual(span(sums), [-5, 7, -5, 7, -5, 7]);
    assert.equal(sums.frames, 3);
  });
});
