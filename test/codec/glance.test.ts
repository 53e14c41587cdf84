/** What the glance says of a frame has to be what the walk would say: held against it on every frame there is. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { NotACapture } from '../../src/capture/frame';
import { fileChunks, gunzip } from '../../src/capture/node';
import { readCapture } from '../../src/capture/read';
import { Glance, Glanced } from '../../src/codec/glance';
import { GLANCED_LAYERS, glanceTables, linkOf } from '../../src/codec/glanceTables';
import { dispatch } from '../../src/codec/layers';
import { Walk } from '../../src/codec/walk';
import { interestOf } from '../../src/engine/scan';
import { Random } from '../fuzz/random';
import { corpusFiles, needs } from '../support/needs';

const glance = new Glance(
  glanceTables(dispatch),
  dispatch.udpHeuristics.map(({ applies }) => applies),
);
const walk = new Walk(dispatch);

/** Whether the glance settles a frame; fails where the walk says otherwise. */
function settles(bytes: Uint8Array, start: number, end: number, linkType: number, place: () => string): boolean {
  const seen = glance.look(bytes, start, end, linkOf(dispatch, linkType));
  if (seen === Glanced.Unclear) return false;
  walk.run(bytes, start, end, linkType);
  if (seen === Glanced.Datagram) {
    // It says where the datagram stands; what it holds is for others to say.
    const udp = walk.layers.slice(0, walk.depth).findIndex(({ id }) => id === 'udp');
    assert.ok(udp > 0 && walk.layers[udp - 1]!.id === 'ip', place());
    const found = [walk.atOf(udp - 1), walk.headerEndOf(udp), walk.endOf(udp)];
    assert.deepEqual([glance.ip, glance.payload, glance.payloadEnd], found, place());
    return false;
  }
  assert.equal(walk.layers[walk.depth - 1], GLANCED_LAYERS[seen], place());
  assert.equal(interestOf(walk), undefined, place());
  assert.ok(walk.fragment < 0 && walk.quotedFrom < 0, place());
  return true;
}

/** Looks at all frames of a file, and at each with an octet or two changed. Gives how many there were, and how many were settled. */
async function compare(path: string): Promise<{ frames: number; settled: number }> {
  const random = new Random(67);
  let frames = 0;
  let settled = 0;
  await readCapture(fileChunks(path), {
    gunzip,
    onFrame: ({ bytes, start, end, linkType, number }) => {
      frames++;
      if (settles(bytes, start, end, linkType, () => `${path}, frame ${number}`)) settled++;
      const changed = bytes.slice(start, end);
      for (let i = 0; i < 4 && changed.length > 0; i++) {
        // Headers are where a glance may be deceived.
        const at = random.below(Math.min(changed.length, 64));
        changed[at] = random.below(256);
        settles(changed, 0, changed.length, linkType, () => `${path}, frame ${number}, octet ${at} changed`);
      }
    },
  });
  return { frames, settled };
}

test('the glance agrees with the walk: captures of the lab and samples', async () => {
  for (const folder of ['../fixtures/lab/', '../../media/samples/']) {
    const path = fileURLToPath(new URL(folder, import.meta.url));
    for (const file of readdirSync(path).filter((name) => name.endsWith('.pcap'))) await compare(join(path, file));
  }
});

test('the glance agrees with the walk on the corpus, and settles most frames of ordinary traffic', async (t) => {
  if (!needs(t, 'corpus')) return;
  let frames = 0;
  let settled = 0;
  for (const { path } of corpusFiles()) {
    try {
      const found = await compare(path);
      frames += found.frames;
      settled += found.settled;
    } catch (error) {
      if (!(error instanceof NotACapture)) throw error;
    }
  }
  assert.ok(frames > 10_000 && settled > frames / 3, `${settled} of ${frames}`);
});
