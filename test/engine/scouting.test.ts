/** A large capture is read by two: what comes out has to be what one reader finds, wherever they meet, and where they cannot. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readCapture, type Ahead } from '../../src/capture/read';
import { glanceTables, linkOf } from '../../src/codec/glanceTables';
import { dispatch } from '../../src/codec/layers';
import type { Parcel } from '../../src/engine/parcel';
import { Scan } from '../../src/engine/scan';
import { findRecord, scout } from '../../src/engine/scouting';
import { generate, type Shape } from '../bench/generate';

const folder = mkdtempSync(join(tmpdir(), 'port67-scouting-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What a scan found, to compare. */
function found(scan: Scan): unknown {
  const { store } = scan;
  const frames = Array.from({ length: store.count }, (_, i) => [
    store.number(i),
    store.timeText(i),
    store.interest(i),
    store.linkType(i),
    store.wireLength(i),
    Buffer.from(store.bytes(i)).toString('hex'),
  ]);
  const { firstTime, lastTime, firstSeconds, firstNanoseconds, contents } = scan;
  return {
    frames,
    all: scan.frames,
    firstTime,
    lastTime,
    firstSeconds,
    firstNanoseconds,
    contents: [...contents].sort(),
  };
}

interface Outcome {
  readonly found: unknown;
  readonly summary: unknown;
  /** Whether a second reader's part was taken. */
  readonly met: boolean;
}

/** Reads a file, alone or with a second reader that begins to look for a record at `from`. */
async function read(file: Uint8Array, from?: number, little = true, nanoseconds = false): Promise<Outcome> {
  const path = join(folder, 'capture.pcap');
  writeFileSync(path, file);
  const scan = new Scan();
  let met = false;
  let start: number | undefined;
  const header = file.slice(0, 24);
  const linkType = new DataView(header.buffer).getUint32(20, little);
  const parcel =
    from === undefined
      ? undefined
      : scout(
          {
            path,
            size: file.length,
            header,
            from,
            little,
            nanoseconds,
            link: linkOf(dispatch, linkType),
            tables: glanceTables(dispatch),
          },
          (offset) => (start = offset),
        );
  const ahead: Ahead<Parcel> = { start, take: () => Promise.resolve(parcel), stop: () => undefined };
  const chunks = Array.from({ length: Math.ceil(file.length / 50_000) }, (_, i) =>
    file.slice(50_000 * i, 50_000 * (i + 1)),
  );
  const summary = await readCapture<Parcel>(chunks, {
    onFrame: (frame) => scan.add(frame),
    ...(from === undefined ? {} : { ahead, onPart: (part, like) => (met = scan.pass(part, like)) }),
  });
  return { found: found(scan), summary: { ...summary }, met };
}

function made(shape: Partial<Shape> = {}): Uint8Array {
  const path = join(folder, 'made.pcap');
  generate(path, { frames: 4000, messages: 40, ...shape });
  return new Uint8Array(readFileSync(path));
}

async function agrees(file: Uint8Array, from: number, little = true, nanoseconds = false): Promise<boolean> {
  const alone = await read(file);
  const together = await read(file, from, little, nanoseconds);
  assert.deepEqual(together.found, alone.found);
  assert.deepEqual(together.summary, alone.summary);
  return together.met;
}

describe('a second reader', () => {
  it('finds what the first one would have found, wherever it begins', async () => {
    const file = made();
    for (const part of [0.1, 0.37, 0.5, 0.77, 0.9])
      assert.ok(await agrees(file, Math.floor(part * file.length)), `${part}`);
  });

  it('reads big-endian files, nanoseconds and Linux cooked captures', async () => {
    const big = made({ bigEndian: true, nanoseconds: true });
    assert.ok(await agrees(big, big.length >> 1, false, true));
    const cooked = made({ link: 'cooked' });
    assert.ok(await agrees(cooked, cooked.length >> 1));
  });

  it('is no help where nearly all has to be looked at, and says so', async () => {
    const file = made({ frames: 20_000, messages: 20_000 });
    assert.equal(await agrees(file, file.length >> 2), false);
  });

  it('is not trusted where the file is damaged or cut behind the place where it began', async () => {
    const file = made();
    assert.equal(await agrees(file.subarray(0, file.length - 7), file.length >> 1), false);
    const damaged = file.slice();
    // The length of some record near the end becomes impossible.
    const at = findRecord(
      damaged.subarray(Math.floor(0.8 * file.length)),
      { little: true, nanoseconds: false },
      1_700_000_000,
    );
    new DataView(damaged.buffer).setUint32(Math.floor(0.8 * file.length) + at + 8, 0x7fffffff, true);
    assert.equal(await agrees(damaged, file.length >> 1), false);
  });

  it('is not believed where it takes what stands in a frame for records', async () => {
    const file = made();
    // A frame in the middle that holds a capture of its own: records of 40 octets, more of them than make a chain.
    const inner = new Uint8Array(200 * 56);
    for (let i = 0; i < 200; i++) {
      const view = new DataView(inner.buffer, 56 * i, 56);
      view.setUint32(0, 1_700_000_000, true);
      view.setUint32(8, 40, true);
      view.setUint32(12, 40, true);
    }
    const half = file.length >> 1;
    const at = half + findRecord(file.subarray(half), { little: true, nanoseconds: false }, 1_700_000_000);
    const head = new Uint8Array(16);
    const view = new DataView(head.buffer);
    view.setUint32(0, 1_700_001_800, true);
    view.setUint32(8, inner.length, true);
    view.setUint32(12, inner.length, true);
    const forged = Buffer.concat([file.subarray(0, at), head, inner, file.subarray(at)]);
    // It looks for a record from within the forged frame on, and finds one of those that are none.
    assert.equal(await agrees(new Uint8Array(forged), at + 16 + 56 * 3 + 1), false);
  });

  it('is not used where transfers by TFTP go between ports that it cannot know', async () => {
    const file = made();
    const half = file.length >> 1;
    const at = half + findRecord(file.subarray(half), { little: true, nanoseconds: false }, 1_700_000_000);
    const body = Buffer.from('\0\x01boot.bin\0octet\0', 'latin1');
    const udp = Buffer.from([0xc0, 0x01, 0, 69, 0, 8 + body.length, 0, 0]);
    const ip = Buffer.from([0x45, 0, 0, 28 + body.length, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 9, 10, 0, 0, 1]);
    const frame = Buffer.concat([Buffer.alloc(12, 2), Buffer.from([8, 0]), ip, udp, body]);
    const head = Buffer.alloc(16);
    head.writeUInt32LE(1_700_001_800, 0);
    head.writeUInt32LE(frame.length, 8);
    head.writeUInt32LE(frame.length, 12);
    const asked = Buffer.concat([file.subarray(0, at), head, frame, file.subarray(at)]);
    assert.equal(await agrees(new Uint8Array(asked), half - 20_000), false);
    assert.equal(await agrees(new Uint8Array(asked), half + 20_000), false);
  });
});
