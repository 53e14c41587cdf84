import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { constants, crc32, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import { concat, encodeText } from '../../src/codec/bytes';
import { streamGunzip, type Gunzip } from '../../src/capture/gzip';
import { LISTED_PROBLEMS } from '../../src/capture/frame';
import { fileChunks, gunzip } from '../../src/capture/node';
import { NotACapture, readCapture, type CaptureSummary, type ReadOptions } from '../../src/capture/read';
import { Pcapng, pcap } from './build';
import { keep, sample, type KeptFrame } from './collect';

function pieces(file: Uint8Array, size: number): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let at = 0; at < file.length; at += size) out.push(file.subarray(at, at + size));
  return out;
}

async function read(
  file: Uint8Array,
  size = file.length,
  options: Partial<ReadOptions> = {},
): Promise<{ frames: KeptFrame[]; summary: CaptureSummary }> {
  const frames: KeptFrame[] = [];
  const summary = await readCapture(pieces(file, size), {
    onFrame: (frame) => void frames.push(keep(frame)),
    ...options,
  });
  return { frames, summary };
}

const frames = Array.from({ length: 3000 }, (_, i) => ({ bytes: sample(60 + (i % 400), i), seconds: i }));
const file = pcap(frames);

describe('readCapture', () => {
  it('reads from pieces of any size', async () => {
    for (const size of [file.length, 100000, 1009]) {
      const { frames: found, summary } = await read(file, size);
      assert.equal(found.length, 3000);
      assert.deepEqual(found[2999]!.octets, frames[2999]!.bytes);
      assert.equal(summary.compressed, undefined);
    }
    assert.equal((await read(file.subarray(0, 5000), 1)).summary.frames, collectCount(5000));
  });

  function collectCount(length: number): number {
    let at = 24;
    let count = 0;
    for (const { bytes } of frames) {
      at += 16 + bytes.length;
      if (at > length) break;
      count++;
    }
    return count;
  }

  it('tells how far it is', async () => {
    const seen: (readonly [number, number | undefined])[] = [];
    await read(file, 100000, { onProgress: (bytes, total) => seen.push([bytes, total]), totalBytes: file.length });
    assert.equal(seen.length, Math.ceil(file.length / 100000));
    assert.deepEqual(seen.at(-1), [file.length, file.length]);
  });

  it('stops when onFrame returns false, and asks for no more', async () => {
    let count = 0;
    let asked = 0;
    const chunks = (function* (): Generator<Uint8Array> {
      for (const piece of pieces(file, 1000)) {
        asked++;
        yield piece;
      }
    })();
    const summary = await readCapture(chunks, { onFrame: () => ++count < 10 });
    assert.deepEqual([count, summary.frames, summary.complete], [10, 10, false]);
    assert.ok(asked < 80, `${asked} pieces`); // 64 KiB are looked at first
  });

  it('stops when aborted, and gives the summary of what it read', async () => {
    const stop = new AbortController();
    let count = 0;
    const summary = await readCapture(pieces(file, 70000), {
      onFrame: () => {
        count++;
        stop.abort();
      },
      signal: stop.signal,
    });
    assert.ok(count > 0 && count < 3000);
    assert.equal(summary.frames, count);
    assert.equal(summary.complete, false);
  });

  it('lets the event loop have its turn', async () => {
    let turns = 0;
    let reading = true;
    const turn = (): void => {
      turns++;
      if (reading) setImmediate(turn);
    };
    setImmediate(turn);
    await read(file, 4096, { pauseMs: 0 });
    reading = false;
    assert.ok(turns > 10, `${turns} turns`);
  });
});

/** Which of the two reads a capture in gzip: Node's zlib, and what browsers have too. */
const decompressors: readonly (readonly [name: string, gunzip: Gunzip, lost: number])[] = [
  ['zlib', gunzip, 0],
  // What the last octet of a cut file stands for: at most four matches of 258 octets (RFC 1951 §3.2.5), two bits each.
  ['DecompressionStream', streamGunzip, 4 * 258],
];

function noise(length: number): Uint8Array {
  let state = 12345;
  return Uint8Array.from({ length }, () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 24);
}

const plain = [
  ['pcap', file],
  ['pcapng', new Pcapng().section().interface().packet(sample(60)).done()],
  ['one long run', pcap([{ bytes: new Uint8Array(200000) }])],
  ['noise', pcap([{ bytes: noise(200000) }])],
  ['no frames', pcap([])],
] as const;

for (const [decompressor, gunzip, lost] of decompressors) {
  const unpack = (packed: Uint8Array, size = packed.length): ReturnType<typeof read> => read(packed, size, { gunzip });

  describe(`gzip by ${decompressor}`, () => {
    for (const [name, content] of plain) {
      it(`decompresses what zlib compressed: ${name}`, async () => {
        const expected = await read(content);
        for (const options of [
          { level: 0 },
          { level: 1 },
          { level: 9 },
          { strategy: constants.Z_FIXED },
          { strategy: constants.Z_HUFFMAN_ONLY },
          { strategy: constants.Z_RLE },
        ]) {
          const packed = gzipSync(content, options);
          for (const size of [packed.length, 4096, Math.max(13, Math.ceil(packed.length / 2000))]) {
            const { frames: found, summary } = await unpack(packed, size);
            assert.deepEqual(found, expected.frames, JSON.stringify(options));
            assert.equal(summary.compressed, 'gzip');
            assert.equal(summary.bytes, content.length);
            assert.deepEqual(summary.problems, []);
            assert.equal(summary.complete, true);
          }
        }
      });
    }

    it('takes one octet at a time', async () => {
      const content = file.subarray(0, 20000);
      const { frames: found } = await unpack(gzipSync(content), 1);
      assert.deepEqual(found, (await read(content)).frames);
    });

    it('does not mind chunks that reuse their memory', async () => {
      const packed = gzipSync(file);
      const found: KeptFrame[] = [];
      const buffer = new Uint8Array(5000);
      const reusing = (function* (): Generator<Uint8Array> {
        for (const piece of pieces(packed, buffer.length)) {
          buffer.fill(0xff);
          buffer.set(piece);
          yield buffer.subarray(0, piece.length);
        }
      })();
      const summary = await readCapture(reusing, { onFrame: (frame) => void found.push(keep(frame)), gunzip });
      assert.deepEqual(summary.problems, []);
      assert.deepEqual(found, (await read(file)).frames);
    });

    it('reads headers with name, comment, extra field and checksum (RFC 1952 §2.3)', async () => {
      const content = pcap([{ bytes: sample(60) }]);
      const body = deflateRawSync(content);
      const trailer = gzipSync(content).subarray(-8);
      const fixed = Uint8Array.of(0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 5, 0, 1, 2, 3, 4, 5);
      const header = concat([fixed, encodeText('name\0comment\0')]);
      // The header's checksum is the lower half of its CRC-32.
      const packed = concat([header, new Uint8Array(2), body, trailer]);
      new DataView(packed.buffer).setUint16(header.length, crc32(header) & 0xffff, true);
      for (const size of [packed.length, 1]) {
        const { summary } = await unpack(packed, size);
        assert.deepEqual([summary.frames, summary.problems], [1, []]);
      }
    });

    it('gives what a cut file holds, and says so', async () => {
      const packed = gzipSync(file);
      let before = 0;
      for (const length of [400, 2000, packed.length >> 1, packed.length - 9, packed.length - 8, packed.length - 1]) {
        const { frames: found, summary } = await unpack(packed.subarray(0, length));
        assert.ok(found.length >= before, `${length}: ${found.length}`);
        before = found.length;
        found.forEach((frame, i) => assert.deepEqual(frame.octets, frames[i]!.bytes));
        assert.equal(summary.problems.at(-1)!.id, 'capture-truncated');
        assert.match(summary.problems.at(-1)!.text, new RegExp(`at byte offset ${length}`));
      }
      assert.equal(before, 3000);
    });

    it('gives of a file cut at any octet what zlib can make of it', async () => {
      const packed = gzipSync(file.subarray(0, 9000));
      for (let length = 2; length < packed.length; length++) {
        const cut = packed.subarray(0, length);
        // Below 18 octets there is no more than a header: Node's function then gives nothing or throws.
        const holds = length < 18 ? 0 : gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH }).length;
        for (const size of [length, 100]) {
          const said = await unpack(cut, size).catch((error: unknown) => error as Error);
          if (said instanceof Error) {
            assert.ok(said instanceof NotACapture, String(said));
            assert.ok(holds < 24 + lost, `${length}: ${holds} octets and no capture`);
            assert.match(said.message, new RegExp(`The compressed file ends .*at byte offset ${length}`));
          } else {
            const { bytes } = said.summary;
            assert.ok(bytes <= holds && bytes >= holds - lost, `${length}: ${bytes} of ${holds} octets`);
            assert.equal(said.summary.problems.at(-1)!.id, 'capture-truncated');
            assert.match(said.summary.problems.at(-1)!.text, new RegExp(`compressed file ends .*offset ${length}\\b`));
          }
        }
      }
    });

    it('says of damaged data that it is damaged, throws nothing but NotACapture, and ends', async () => {
      const packed = Uint8Array.from(gzipSync(file.subarray(0, 30000)));
      for (let i = 2; i < packed.length; i += 3) {
        const damaged = packed.slice();
        damaged[i]! ^= 0x55;
        try {
          const { summary } = await unpack(damaged);
          // The header's time, flags of speed, and system (RFC 1952 §2.3.1) may be anything.
          const free = i >= 4 && i < 10;
          assert.ok(free || summary.problems.length > 0, `octet ${i}`);
        } catch (error) {
          assert.ok(error instanceof NotACapture, String(error));
        }
      }
    });

    it('stops when asked to, within what a small file stands for', async () => {
      const packed = gzipSync(concat([pcap([]), new Uint8Array(5e7)]));
      const stop = new AbortController();
      let count = 0;
      const summary = await readCapture([packed], {
        onFrame: () => {
          if (++count === 1000) stop.abort();
        },
        signal: stop.signal,
        gunzip,
      });
      assert.equal(summary.complete, false);
      assert.deepEqual([summary.compressed, summary.problems], ['gzip', []]);
      assert.ok(count >= 1000 && count < 1e6, `${count} frames`);
      const few = await readCapture([packed], { onFrame: ({ number }) => number < 7, gunzip });
      assert.deepEqual([few.frames, few.complete, few.problems], [7, false, []]);
    });

    it('passes on why the file could not be read', async () => {
      const packed = gzipSync(file);
      const broken = (async function* (): AsyncGenerator<Uint8Array> {
        yield packed.subarray(0, 5000);
        await Promise.resolve();
        throw new Error('the disk is gone');
      })();
      await assert.rejects(readCapture(broken, { onFrame: () => undefined, gunzip }), /the disk is gone/);
    });

    it('tells how far it is, in octets of the compressed file, and closes it', async () => {
      const packed = gzipSync(file);
      const seen: number[] = [];
      await read(packed, 1000, { onProgress: (bytes) => seen.push(bytes), gunzip });
      assert.deepEqual(
        seen,
        pieces(packed, 1000).map((_, i) => Math.min(packed.length, 1000 * (i + 1))),
      );
      let closed = 0;
      const chunks = (function* (): Generator<Uint8Array> {
        try {
          yield* pieces(packed, 1000);
        } finally {
          closed++;
        }
      })();
      await readCapture(chunks, { onFrame: () => false, gunzip });
      assert.equal(closed, 1);
    });

    it('lets the event loop have its turn while it decompresses', async () => {
      const packed = gzipSync(concat([pcap([]), new Uint8Array(3e7)]));
      let turns = 0;
      const timer = setInterval(() => turns++, 0);
      await readCapture([packed], { onFrame: () => undefined, gunzip });
      clearInterval(timer);
      assert.ok(turns > 10, `${turns} turns`);
    });

    it('stays in bounds when a small file stands for a large one', async () => {
      // 100 MB of zeros behind the header: frames without octets, by the million.
      const packed = gzipSync(concat([pcap([]), new Uint8Array(1e8)]));
      assert.ok(packed.length < 110000);
      const before = process.memoryUsage().arrayBuffers;
      let most = 0;
      let count = 0;
      await readCapture([packed], {
        onFrame: () => {
          if (++count % 1e5 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers - before);
        },
        gunzip,
      });
      assert.equal(count, 1e8 / 16);
      // Pieces that have been used stay until they are collected: more than what is held, far less than what was made.
      assert.ok(most < 64e6, `${most} octets`);
    });
  });
}

describe('gzip of several members', () => {
  const unpack = (packed: Uint8Array, size = packed.length): ReturnType<typeof read> => read(packed, size, { gunzip });

  it('reads them all, and zeros between and behind them', async () => {
    const packed = concat([
      gzipSync(file.subarray(0, 777)),
      gzipSync(file.subarray(777, 50000), { level: 0 }),
      new Uint8Array(100),
      gzipSync(''),
      gzipSync(file.subarray(50000)),
      new Uint8Array(512),
    ]);
    for (const size of [packed.length, 100, 7]) {
      const { frames: found, summary } = await unpack(packed, size);
      assert.equal(found.length, 3000);
      assert.equal(summary.bytes, file.length);
      assert.deepEqual(summary.problems, []);
    }
  });

  it('finds each begin wherever the chunks end', async () => {
    const small = pcap([{ bytes: sample(60) }]);
    const packed = concat([gzipSync(small.subarray(0, 30)), gzipSync(small.subarray(30))]);
    for (let size = 1; size <= packed.length; size++) {
      const { summary } = await unpack(packed, size);
      assert.deepEqual([summary.frames, summary.bytes, summary.problems], [1, small.length, []], `${size}`);
    }
  });

  it('gives of a file cut at any octet the members before, and what the cut one holds', async () => {
    const first = gzipSync(file.subarray(0, 5000));
    const second = gzipSync(file.subarray(5000, 7000));
    const packed = concat([first, second]);
    for (let length = first.length + 1; length < packed.length; length++) {
      const inSecond = length - first.length;
      const holds = inSecond < 18 ? 0 : gunzipSync(second.subarray(0, inSecond), { finishFlush: 2 }).length;
      const { summary } = await unpack(packed.subarray(0, length));
      assert.equal(summary.bytes, 5000 + holds);
      const problem = summary.problems.at(-1)!;
      // One octet alone cannot be told from garbage.
      assert.equal(problem.id, inSecond === 1 ? 'capture-damaged' : 'capture-truncated');
      assert.match(problem.text, new RegExp(`byte offset ${inSecond === 1 ? first.length : length}\\b`));
    }
  });

  it('leaves out what follows and is not gzip, and says so', async () => {
    const packed = gzipSync(file);
    for (const [zeros, size] of [
      [0, 1e6],
      [0, 1],
      [5, 1e6],
      [5, 100],
    ] as const) {
      const whole = concat([packed, new Uint8Array(zeros), encodeText('garbage')]);
      const { frames: found, summary } = await unpack(whole, size);
      assert.equal(found.length, 3000);
      assert.equal(summary.problems.length, 1);
      assert.match(
        summary.problems[0]!.text,
        new RegExp(`goes on after its gzip data, from byte offset ${packed.length + zeros},`),
      );
    }
  });

  it('notices wrong checksums and lengths, and reads on', async () => {
    const one = gzipSync(file.subarray(0, 50000));
    for (const fromEnd of [8, 5, 4, 1]) {
      const packed = concat([one, gzipSync(file.subarray(50000))]);
      packed[one.length - fromEnd]! ^= 1;
      const { frames: found, summary } = await unpack(packed);
      assert.equal(found.length, 3000);
      assert.equal(summary.problems.length, 1);
      assert.equal(
        summary.problems[0]!.text,
        `The gzip checksum at byte offset ${one.length - 8} of the compressed file does not match: some of what was read is damaged.`,
      );
    }
  });

  it('lists so many problems and no more', async () => {
    const bad = gzipSync('');
    bad[bad.length - 1]! ^= 1;
    const { summary } = await unpack(concat([gzipSync(file), ...Array<Uint8Array>(500).fill(bad)]));
    assert.deepEqual([summary.frames, summary.problems.length], [3000, LISTED_PROBLEMS]);
  });

  it('gives what came before damaged data', async () => {
    const whole = concat([file, file.subarray(24), file.subarray(24)]);
    const stored = gzipSync(whole, { level: 0 });
    // A block whose length contradicts itself (RFC 1951 §3.2.4): what stands before it is whole.
    for (const share of [0.3, 0.6, 0.9]) {
      const at = blockAfter(stored, Math.floor(stored.length * share));
      const damaged = Uint8Array.from(stored);
      damaged[at + 1]! ^= 1;
      const { frames: found, summary } = await unpack(damaged);
      found.forEach((frame, i) => assert.deepEqual(frame.octets, frames[i % 3000]!.bytes));
      assert.equal(summary.problems.at(-1)!.id, 'capture-damaged');
      const said = Number(/is damaged near byte offset (\d+)/.exec(summary.problems.at(-1)!.text)![1]);
      assert.ok(said <= at + 4 && said > at - (64 << 10), `${said}, ${at}`);
      assert.ok(summary.bytes <= at && summary.bytes > at - (128 << 10), `${summary.bytes} of ${at}`);
    }
    // Of a small file a large part too.
    const packed = gzipSync(file.subarray(0, 100000));
    const damaged = concat([packed.subarray(0, packed.length >> 1), new Uint8Array(100).fill(0xff)]);
    const { summary } = await unpack(damaged);
    assert.ok(summary.frames > 50, `${summary.frames} frames`);
  });

  /** Offset of the first block at or after `from` in a file of one member that is stored, not compressed. */
  function blockAfter(stored: Uint8Array, from: number): number {
    let at = 10;
    while (at < from) at += 5 + stored[at + 1]! + 256 * stored[at + 2]!;
    return at;
  }

  it('says what is wrong with a header', async () => {
    const packed = gzipSync(file);
    const endless = concat([packed, Uint8Array.of(0x1f, 0x8b, 8, 8), new Uint8Array(200000).fill(65)]);
    const other = concat([packed, Uint8Array.of(0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 0)]);
    for (const size of [1000, 1e6]) {
      for (const [bad, said] of [
        [endless, `The gzip header at byte offset ${packed.length} of the compressed file has no end.`],
        [other, `The gzip member at byte offset ${packed.length} of the compressed file uses a compression other than`],
      ] as const) {
        const { summary } = await unpack(bad, size);
        assert.equal(summary.frames, 3000);
        assert.ok(summary.problems[0]!.text.startsWith(said), summary.problems[0]!.text);
      }
    }
  });

  it('stays in bounds when many small members stand for a large file', async () => {
    const packed = concat([gzipSync(pcap([])), ...Array<Uint8Array>(10).fill(gzipSync(new Uint8Array(1e7)))]);
    assert.ok(packed.length < 110000);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    let count = 0;
    await readCapture([packed], {
      onFrame: () => {
        if (++count % 1e5 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      },
      gunzip,
    });
    assert.equal(count, 1e8 / 16);
    assert.ok(most < 64e6, `${most} octets`);
  });
});

describe('gzip by DecompressionStream, where the platform does not tell members apart', () => {
  it('gives the first member and says that something follows which it could not read', async () => {
    const { summary } = await read(concat([gzipSync(file), encodeText('garbage')]), 1000, { gunzip: streamGunzip });
    assert.ok(summary.frames > 2000, `${summary.frames} frames`);
    assert.match(
      summary.problems.at(-1)!.text,
      /^The gzip data is damaged near byte offset \d+ of the compressed file/,
    );
  });

  it('is what is used where nothing else is given', async () => {
    const { frames: found, summary } = await read(gzipSync(file), 1000);
    assert.deepEqual([found.length, summary.compressed, summary.problems], [3000, 'gzip', []]);
  });
});

describe('fileChunks', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'port67-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('reads a file of any size, in buffers that it uses again', async () => {
    for (const length of [0, 1, 65536, 9_000_001]) {
      const path = join(folder, 'file');
      const content = sample(length);
      writeFileSync(path, content);
      const buffers = new Set<ArrayBufferLike>();
      const found = new Uint8Array(length);
      let at = 0;
      for await (const chunk of fileChunks(path)) {
        buffers.add(chunk.buffer);
        found.set(chunk, at);
        at += chunk.length;
      }
      assert.equal(at, length);
      assert.ok(Buffer.compare(found, content) === 0);
      assert.ok(buffers.size <= 2);
    }
  });

  it('rejects as the file system does', async () => {
    await assert.rejects(readCapture(fileChunks(join(folder, 'none')), { onFrame: () => undefined }), {
      code: 'ENOENT',
    });
    await assert.rejects(readCapture(fileChunks(folder), { onFrame: () => undefined }), { code: 'EISDIR' });
  });

  it('ends early when aborted or left', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, new Uint8Array(20_000_000));
    const stop = new AbortController();
    let count = 0;
    for await (const chunk of fileChunks(path, stop.signal)) {
      count += chunk.length > 0 ? 1 : 0;
      stop.abort();
    }
    assert.equal(count, 1);
    for await (const chunk of fileChunks(path)) {
      assert.ok(chunk.length > 0);
      break;
    }
  });
});
