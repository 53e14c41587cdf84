import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { NotACapture } from '../../src/capture/frame';
import type { Problem } from '../../src/codec/field';
import { Capture } from '../../src/engine/capture';
import { fileSource } from '../../src/engine/node';
import { headersAreSound } from '../../src/codec/problems';
import { packetAt, walkStored } from '../../src/engine/scan/packets';
import { corpusFiles, needs } from '../support/needs';

/* A packet is made without the trees of its headers where these are sound. That is a short cut: it must come to the same. */

/** How many frames of a capture take the short cut; fails where describing the headers would have reported something. */
async function soundFrames(path: string): Promise<number> {
  const capture = new Capture(path, DEFAULT_SETTINGS, { everything: true });
  await capture.read(await fileSource(path));
  let sound = 0;
  for (let i = 0; i < capture.scan.store.count; i++) {
    const walk = walkStored(capture.scan, i);
    if (!headersAreSound(walk)) continue;
    sound++;
    const problems: Problem[] = [];
    for (const index of [walk.ip, walk.udp]) walk.layers[index]!.describe(walk, index, problems);
    const place = `${path}, frame ${capture.scan.store.number(i)}`;
    const told = problems.filter(({ id }) => id !== 'snaplen-cut');
    assert.deepEqual(told, [], place);
    // That octets are missing the message says itself, once.
    const packet = packetAt(capture.scan, i, 0);
    if (told.length < problems.length && (packet.dhcp ?? packet.dhcpv6))
      assert.deepEqual(
        packet.problems.filter(({ id }) => id === 'snaplen-cut').map(({ id }) => id),
        ['snaplen-cut'],
        place,
      );
  }
  return sound;
}

test('Headers that pass the short cut have nothing to report: captures of the lab', async () => {
  const folder = fileURLToPath(new URL('../fixtures/lab/', import.meta.url));
  const labels = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')) as { file: string }[];
  let sound = 0;
  for (const { file } of labels) sound += await soundFrames(join(folder, file));
  assert.ok(sound > 500, String(sound));
});

test('Headers that pass the short cut have nothing to report: public captures', async (t) => {
  if (!needs(t, 'corpus')) return;
  let sound = 0;
  for (const { path } of corpusFiles()) {
    try {
      sound += await soundFrames(path);
    } catch (error) {
      if (!(error instanceof NotACapture)) throw error;
    }
  }
  assert.ok(sound > 5000, String(sound));
});
