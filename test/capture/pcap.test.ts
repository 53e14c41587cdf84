import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { concat } from '../../src/codec/bytes';
import { Octets, pcap } from './build';
import { collect, sample } from './collect';

describe('pcap', () => {
  const frames = [
    { bytes: sample(60, 1), seconds: 1700000000, fraction: 123456, wire: 60 },
    { bytes: sample(342, 2), seconds: 1700000001, fraction: 999999, wire: 1500 },
    { bytes: sample(0, 3), seconds: 4294967295, fraction: 0, wire: 64 },
  ];

  for (const little of [true, false]) {
    it(`reads a file in ${little ? 'little' : 'big'}-endian order`, () => {
      const file = pcap(frames, { little, snapLength: 342 });
      const { frames: found, summary } = collect(file);
      assert.deepEqual(
        found.map((frame) => [frame.number, frame.seconds, frame.nanoseconds, frame.wireLength, frame.octets.length]),
        [
          [1, 1700000000, 123456000, 60, 60],
          [2, 1700000001, 999999000, 1500, 342],
          [3, 4294967295, 0, 64, 0],
        ],
      );
      found.forEach((frame, i) => assert.deepEqual(frame.octets, frames[i]!.bytes));
      assert.equal(found[0]!.fileOffset, 40);
      assert.equal(found[1]!.fileOffset, 40 + 60 + 16);
      assert.equal(summary.format, 'pcap');
      assert.equal(summary.byteOrder, little ? 'little-endian' : 'big-endian');
      assert.equal(summary.resolution, 'microseconds');
      assert.equal(summary.frames, 3);
      assert.equal(summary.bytes, file.length);
      assert.deepEqual(summary.problems, []);
      assert.equal(summary.complete, true);
      assert.deepEqual(summary.interfaces, [{ linkType: 1, snapLength: 342, resolution: 'microseconds' }]);
    });

    it(`reads nanoseconds in ${little ? 'little' : 'big'}-endian order`, () => {
      const { frames: found, summary } = collect(
        pcap([{ bytes: sample(14), seconds: 1, fraction: 123456789 }], { little, nanoseconds: true }),
      );
      assert.equal(found[0]!.nanoseconds, 123456789);
      assert.equal(summary.variant, 'pcap, nanoseconds');
    });
  }

  it('is the same whatever the pieces it arrives in', () => {
    const many = Array.from({ length: 400 }, (_, i) => ({ bytes: sample(i * 3, i), seconds: i, fraction: i }));
    const file = pcap(many);
    const whole = collect(file);
    assert.equal(whole.frames.length, 400);
    for (const size of [1, 7, 16, 1000, 65536, 70000])
      assert.deepEqual(collect(file, size), whole, `pieces of ${size}`);
  });

  it('takes the frame check sequence bits off the link type', () => {
    const { frames: found, summary } = collect(pcap([frames[0]!], { network: (0x24000000 | 1) >>> 0 }));
    assert.equal(found[0]!.linkType, 1);
    assert.equal(summary.interfaces[0]!.fcsLength, 4);
  });

  it('swaps the lengths of libpcap before 2.3, and of 2.3 where they are swapped', () => {
    for (const [version, swapped] of [
      [[2, 2], true],
      [[2, 3], true],
      [[2, 3], false],
      [[543, 0], true],
    ] as const) {
      const { frames: found } = collect(pcap(frames.slice(0, 2), { version, swapped }));
      assert.deepEqual(
        found.map((frame) => [frame.octets.length, frame.wireLength]),
        [
          [60, 60],
          [342, 1500],
        ],
        version.join('.'),
      );
    }
  });

  it('keeps a wire length below the captured length as it is', () => {
    const { frames: found, summary } = collect(pcap([{ bytes: sample(60), wire: 14 }]));
    assert.equal(found[0]!.wireLength, 14);
    assert.equal(found[0]!.octets.length, 60);
    assert.deepEqual(summary.problems, []);
  });

  it('counts a fraction of a second or more on', () => {
    const { frames: found } = collect(pcap([{ bytes: sample(60), seconds: 5, fraction: 2500000 }]));
    assert.deepEqual([found[0]!.seconds, found[0]!.nanoseconds], [7, 500000000]);
  });

  it('recognises record headers longer than usual', () => {
    const many = Array.from({ length: 5 }, (_, i) => ({
      bytes: sample(60 + i, i),
      seconds: 1700000000 + i,
      fraction: 7,
    }));
    for (const [magic, extra, variant] of [
      [0xa1b2cd34, 8, 'pcap, modified by Alexey Kuznetsov'],
      [0xa1b2cd34, 12, 'pcap, modified by Alexey Kuznetsov (SuSE 6.3)'],
      [0xa1b2c3d4, 8, 'pcap of Red Hat Linux 6.1'],
      [0xa1b2c3d4, 4, 'pcap of Nokia'],
    ] as const) {
      const { frames: found, summary } = collect(pcap(many, { magic, extra }));
      assert.equal(summary.variant, variant);
      assert.deepEqual(
        found.map((frame) => frame.octets),
        many.map(({ bytes }) => bytes),
        variant,
      );
    }
  });

  it('reads Ixia files, whose header is longer', () => {
    const file = pcap([{ bytes: sample(60), seconds: 1, fraction: 999999999 }], { magic: 0x1c0001ac });
    const ixia = concat([file.subarray(0, 24), new Octets().u32(76).done(), file.subarray(24)]);
    const { frames: found } = collect(ixia);
    assert.deepEqual([found.length, found[0]!.nanoseconds, found[0]!.fileOffset], [1, 999999999, 44]);
  });

  it('says where a cut file stops, and how much is missing', () => {
    const file = pcap(frames.slice(0, 2));
    const { frames: found, summary } = collect(file.subarray(0, file.length - 100));
    assert.equal(found.length, 1);
    assert.deepEqual(summary.problems, [
      {
        id: 'capture-truncated',
        offset: 100,
        text: 'The file ends at byte offset 358, after frame 1, inside a packet record that begins at 100: 100 octets missing.',
      },
    ]);
  });

  it('stops at a record length that no frame has, at no cost', () => {
    for (const captured of [262145, 0xffffffff]) {
      const file = pcap([frames[0]!, { ...frames[1]!, captured }, frames[0]!]);
      const { frames: found, summary } = collect(file);
      assert.equal(found.length, 1);
      assert.equal(summary.complete, false);
      assert.equal(summary.problems.length, 1);
      assert.equal(summary.problems[0]!.id, 'capture-damaged');
      assert.equal(summary.problems[0]!.offset, 100);
      assert.match(
        summary.problems[0]!.text,
        new RegExp(`byte offset 100, after frame 1, claims ${captured} captured octets`),
      );
    }
  });

  it('takes the largest frame that Wireshark takes', () => {
    const { frames: found } = collect(pcap([{ bytes: sample(262144) }]), 10000);
    assert.equal(found[0]!.octets.length, 262144);
  });
});
