import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NotACapture } from '../../src/capture/frame';
import { CaptureParser } from '../../src/capture/parser';
import { Pcapng, pcap, snoop } from './build';
import { collect, sample } from './collect';

const few = Array.from({ length: 6 }, (_, i) => ({
  bytes: sample(20 + 7 * i, i),
  seconds: 1700000000 + i,
  fraction: i,
  microseconds: i,
}));
const section = (little: boolean): Pcapng =>
  new Pcapng(little)
    .section([[1, 'comment']])
    .interface(1, 65535, [[9, Uint8Array.of(9)]])
    .packet(few[0]!.bytes, { options: [[1, 'a comment']] })
    .block(5, sample(30))
    .simplePacket(few[1]!.bytes)
    .oldPacket(few[2]!.bytes)
    .packet(few[3]!.bytes);
const files: Record<string, Uint8Array> = {
  'pcap, little-endian': pcap(few),
  'pcap, big-endian, nanoseconds': pcap(few, { little: false, nanoseconds: true }),
  'pcapng, little-endian': section(true).done(),
  'pcapng, big-endian': section(false).done(),
  snoop: snoop(few),
};

/** Parses what may be damaged: the number of frames, or undefined where it is no capture. Everything else that is thrown fails the test. */
function attempt(file: Uint8Array, size = file.length): number | undefined {
  try {
    const { frames, summary } = collect(file, Math.max(1, size));
    for (const frame of frames) {
      assert.ok(Number.isFinite(frame.seconds) && frame.nanoseconds >= 0 && frame.nanoseconds < 1e9);
      assert.ok(frame.fileOffset >= 0 && frame.fileOffset + frame.octets.length <= file.length);
    }
    for (const { text, offset } of summary.problems) {
      assert.match(text, /^The .*\.$/);
      assert.ok(offset >= 0 && offset <= file.length);
    }
    return frames.length;
  } catch (error) {
    if (error instanceof NotACapture) return undefined;
    throw error;
  }
}

describe('damaged captures', () => {
  for (const [name, file] of Object.entries(files)) {
    it(`${name}: cut at every octet gives the frames before, and says what is missing`, () => {
      const whole = collect(file);
      const ends = whole.frames.map((frame) => frame.fileOffset + frame.octets.length);
      for (let length = 0; length < file.length; length++) {
        const count = attempt(file.subarray(0, length));
        assert.equal(attempt(file.subarray(0, length), 5), count);
        if (count === undefined) continue;
        const { frames, summary } = collect(file.subarray(0, length));
        assert.deepEqual(frames, whole.frames.slice(0, count));
        assert.ok(count <= ends.filter((end) => end <= length).length);
        assert.ok(summary.problems.length <= 1);
      }
    });

    it(`${name}: any octet changed to anything`, () => {
      for (let at = 0; at < file.length; at++) {
        for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
          const damaged = file.slice();
          damaged[at] = value;
          const count = attempt(damaged);
          assert.equal(attempt(damaged, 11), count);
        }
      }
    });

    it(`${name}: any four octets in a row all ones`, () => {
      for (let at = 0; at + 4 <= file.length; at++) {
        const damaged = file.slice();
        damaged.fill(0xff, at, at + 4);
        attempt(damaged);
      }
    });
  }

  it('claims of gigabytes allocate nothing', () => {
    const before = process.memoryUsage().arrayBuffers;
    const parser = new CaptureParser(() => undefined);
    parser.push(
      new Pcapng()
        .section()
        .interface()
        .block(6, sample(40), { length: 16 << 20 })
        .done(),
    );
    const summary = parser.finish();
    assert.equal(summary.problems[0]!.id, 'capture-truncated');
    assert.ok(process.memoryUsage().arrayBuffers - before < 1e6);
  });

  it('a million interfaces, comments or problems are not kept', () => {
    const file = new Pcapng().section();
    for (let i = 0; i < 70000; i++) file.interface();
    const { summary } = collect(file.done());
    assert.equal(summary.interfaces.length, 4096);
    assert.match(summary.problems[0]!.text, /describes one more than 65536 interfaces/);
    const sections = new Pcapng();
    for (let i = 0; i < 1000; i++)
      sections
        .section([[1, `comment ${i}`]])
        .interface()
        .packet(sample(20), { trailer: 1 });
    const many = collect(sections.done());
    assert.deepEqual([many.frames.length, many.summary.comments.length, many.summary.problems.length], [1000, 64, 64]);
    assert.equal(many.frames[999]!.interface, 999);
  });
});
