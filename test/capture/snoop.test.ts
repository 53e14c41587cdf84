import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UNKNOWN_LINK_TYPE } from '../../src/capture/frame';
import { snoop } from './build';
import { collect, sample } from './collect';

describe('snoop', () => {
  const file = snoop([
    { bytes: sample(61), seconds: 900000000, microseconds: 5, wire: 100, padding: 3 },
    { bytes: sample(342, 2), seconds: 900000001 },
  ]);

  it('reads records and their padding (RFC 1761 §4)', () => {
    const { frames, summary } = collect(file);
    assert.deepEqual(
      frames.map((frame) => [
        frame.number,
        frame.seconds,
        frame.nanoseconds,
        frame.wireLength,
        frame.octets.length,
        frame.linkType,
        frame.fileOffset,
      ]),
      [
        [1, 900000000, 5000, 100, 61, 1, 40],
        [2, 900000001, 0, 342, 342, 1, 128],
      ],
    );
    assert.deepEqual(frames[0]!.octets, sample(61));
    assert.equal(summary.format, 'snoop');
    for (const size of [1, 30, 100]) assert.deepEqual(collect(file, size).frames, frames);
  });

  it('knows the data links of the RFC', () => {
    for (const [code, linkType] of [
      [0, 1],
      [2, 6],
      [4, 1],
      [8, 10],
      [9, UNKNOWN_LINK_TYPE],
    ] as const) {
      assert.equal(collect(snoop([{ bytes: sample(60) }], code)).frames[0]!.linkType, linkType);
    }
  });

  it('stops at a record that contradicts itself', () => {
    const wrong = file.slice();
    wrong[16 + 24 + 64 + 11] = 10; // the second record's length: 10
    wrong[16 + 24 + 64 + 10] = 0;
    const { frames, summary } = collect(wrong);
    assert.equal(frames.length, 1);
    assert.match(
      summary.problems[0]!.text,
      /offset 104, after frame 1, claims 342 captured octets, but a record length of only 10/,
    );
  });
});
