/** A large capture is read by two: what comes out has to be what one reader finds, wherever they meet, and where they cannot. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readCapture, type Ahead } from '../../src/capture/read';
import { glanceTables, linkOf } from '../../src/codec/glanceTables';
import { dispatch } from '../../src/codec/layers';
import { holedOptions } from '../../src/engine/holedOptions';
import type { Parcels } from '../../src/engine/parcel';
import { Scan } from '../../src/engine/scan';
import { beginningOf } from '../../src/engine/scouts';
import { findRecord, scout, Segments, type Errand } from '../../src/engine/scouting';
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

/** What a second reader is sent with, over a file in segments of so many octets. */
function errandFor(path: string, file: Uint8Array, segment: number): Errand {
  const beginning = beginningOf(path)!;
  const link = linkOf(dispatch, beginning.linkType);
  const owners = new Int32Array(new SharedArrayBuffer(4 * Segments.countOf(file.length, segment)));
  const tables = glanceTables(dispatch);
  return { path, size: file.length, beginning, link, tables, holed: holedOptions(), segment, owners };
}

/** Reads a file, alone or with a second reader that has read all segments of so many octets but the first. */
async function read(file: Uint8Array, segment?: number): Promise<Outcome> {
  const path = join(folder, 'capture.pcap');
  writeFileSync(path, file);
  const scan = new Scan();
  let met = false;
  const parcels = segment === undefined ? undefined : scout(errandFor(path, file, segment));
  const ahead: Ahead<Parcels> = {
    reach: () => undefined,
    met: parcels && { start: parcels.start, part: parcels },
    stop: () => undefined,
  };
  const chunks = Array.from({ length: Math.ceil(file.length / 50_000) }, (_, i) =>
    file.slice(50_000 * i, 50_000 * (i + 1)),
  );
  const summary = await readCapture<Parcels>(chunks, {
    onFrame: (frame) => scan.add(frame),
    ...(segment === undefined ? {} : { ahead, onPart: (part, like) => (met = scan.pass(part, like)) }),
  });
  return { found: found(scan), summary: { ...summary }, met };
}

function made(shape: Partial<Shape> = {}): Uint8Array {
  const path = join(folder, 'made.pcap');
  generate(path, { frames: 4000, messages: 40, ...shape });
  return new Uint8Array(readFileSync(path));
}

async function agrees(file: Uint8Array, segment: number): Promise<boolean> {
  const alone = await read(file);
  const together = await read(file, segment);
  assert.deepEqual(together.found, alone.found);
  assert.deepEqual(together.summary, alone.summary);
  return together.met;
}

const PCAP = { form: 'pcap', little: true, nanoseconds: false } as const;

describe('a second reader', () => {
  it('finds what the first one would have found, wherever it begins', async () => {
    const file = made();
    for (const part of [0.1, 0.37, 0.5, 0.77, 0.9])
      assert.ok(await agrees(file, Math.floor(part * file.length)), `${part}`);
  });

  it('reads big-endian files, nanoseconds and other links', async () => {
    const big = made({ bigEndian: true, nanoseconds: true });
    assert.ok(await agrees(big, big.length >> 1));
    for (const link of ['cooked', 'raw', 'loopback', 'ppp', 'hdlc', 'wifi'] as const) {
      const other = made({ link, messages: 400 });
      assert.ok(await agrees(other, other.length >> 1), link);
    }
  });

  it('reads pcapng of one interface, and leaves to the first one what else may stand there', async () => {
    const file = made({ format: 'pcapng', messages: 400 });
    for (const part of [0.1, 0.5, 0.77]) assert.ok(await agrees(file, Math.floor(part * file.length)), `${part}`);
    const block = (type: number, ...body: number[]): Buffer => {
      const out = Buffer.alloc(12 + body.length);
      out.writeUInt32LE(type, 0);
      out.writeUInt32LE(out.length, 4);
      out.set(body, 8);
      out.writeUInt32LE(out.length, out.length - 4);
      return out;
    };
    const half = file.length >> 1;
    const at = half + findRecord(file.subarray(half), { ...PCAP, form: 'pcapng' }, 0);
    const withBlock = (one: Buffer): Uint8Array =>
      new Uint8Array(Buffer.concat([file.subarray(0, at), one, file.subarray(at)]));
    // Statistics matter to nobody; another interface does, and so does a block that takes a frame's number.
    assert.ok(await agrees(withBlock(block(5, ...new Array<number>(12).fill(0))), half - 40_000));
    assert.equal(await agrees(withBlock(block(1, 1, 0, 0, 0, 0, 0, 4, 0)), half - 40_000), false);
    assert.equal(await agrees(withBlock(block(9, 1, 2, 3, 4)), half - 40_000), false);
    // Before the place where it begins such a block is the first one's.
    assert.ok(await agrees(withBlock(block(9, 1, 2, 3, 4)), half + 40_000));
  });

  it('knows messages that are alike, and leaves to the first one what is not', async () => {
    const all = made({ frames: 20_000, messages: 20_000 });
    for (const part of [0.03, 0.27, 0.5]) assert.ok(await agrees(all, Math.floor(part * all.length)), `${part}`);
    for (const shape of [{ vlans: [7, 300] }, { v6: true }, { snapLength: 96 }, { snapLength: 300 }]) {
      const other = made({ frames: 4000, messages: 2000, ...shape });
      for (const part of [0.2, 0.5]) assert.ok(await agrees(other, Math.floor(part * other.length)), `${part}`);
    }
    // Half of the messages have a checksum that is wrong: those are to be looked at.
    for (let at = 24, n = 0; at < all.length; n++) {
      const length = new DataView(all.buffer).getUint32(at + 8, true);
      if (n % 2 === 0) all[at + 16 + 41] = 1;
      at += 16 + length;
    }
    assert.ok(await agrees(all, all.length >> 2));
  });

  it('goes no further where nearly all has to be looked at', () => {
    const file = made({ frames: 20_000, messages: 20_000 });
    // All of them have a checksum that is wrong.
    for (let at = 24; at < file.length; at += 16 + new DataView(file.buffer).getUint32(at + 8, true))
      file[at + 16 + 41] = 1;
    const path = join(folder, 'wrong.pcap');
    writeFileSync(path, file);
    const errand = errandFor(path, file, 200_000);
    const parcels = scout(errand)!;
    assert.equal(parcels.parts.length, 1);
    assert.deepEqual([...errand.owners].slice(-3), [0, 0, 2]);
  });

  it('stops at the segment that the first one has entered', () => {
    const file = made({ frames: 20_000, messages: 200 });
    const errand = errandFor(join(folder, 'made.pcap'), file, 500_000);
    const segments = new Segments(errand.segment, errand.owners);
    const entered = Math.floor(0.4 * segments.count);
    for (let i = 0; i <= entered; i++) assert.ok(segments.enter(i));
    const parcels = scout(errand)!;
    assert.equal(parcels.parts.length, segments.count - 1 - entered);
    assert.ok(parcels.start >= segments.startOf(entered + 1));
    assert.ok(parcels.start < segments.startOf(entered + 1) + 2000);
    assert.equal(segments.enter(entered + 1), false);
  });

  it('is not trusted where the file is damaged or cut behind the place where it began', async () => {
    const file = made();
    assert.equal(await agrees(file.subarray(0, file.length - 7), file.length >> 1), false);
    const damaged = file.slice();
    // The length of some record near the end becomes impossible.
    const at = findRecord(damaged.subarray(Math.floor(0.8 * file.length)), PCAP, 1_700_000_000);
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
    const at = half + findRecord(file.subarray(half), PCAP, 1_700_000_000);
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
    const at = half + findRecord(file.subarray(half), PCAP, 1_700_000_000);
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
