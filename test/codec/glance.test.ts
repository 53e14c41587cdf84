/** What the glance says of a frame has to be what the walk would say: held against it on every frame there is. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
import { interestOf } from '../../src/engine/scan/scan';
import { generate } from '../bench/generate';
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
    assert.ok(udp > 0 && ['ip', 'ipv6'].includes(walk.layers[udp - 1]!.id), place());
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

test('the glance agrees with the walk on 802.11, and settles its ordinary data frames, behind radiotap too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'port67-glance-'));
  try {
    const path = join(folder, 'wifi.pcap');
    generate(path, { frames: 2000, messages: 20, link: 'wifi' });
    const found = await compare(path);
    assert.ok(found.settled > 0.95 * found.frames, `${found.settled} of ${found.frames}`);
    // radiotap.org: version, padding, length, present words, then here the Flags field alone; 0x10 says that a check sequence follows.
    const headers = [
      { header: [0, 0, 8, 0, 0, 0, 0, 0], behind: [], settled: true },
      { header: [0, 0, 9, 0, 2, 0, 0, 0, 0], behind: [], settled: true },
      { header: [0, 0, 9, 0, 2, 0, 0, 0, 0x10], behind: [1, 2, 3, 4], settled: true },
      // The check sequence is not there: its last four octets are the datagram's.
      { header: [0, 0, 9, 0, 2, 0, 0, 0, 0x10], behind: [], settled: false },
    ];
    const data = [0x08, 0x88];
    let tried = 0;
    await readCapture(fileChunks(path), {
      onFrame: ({ bytes, start, end, linkType }) => {
        const wifi = bytes.slice(start, end);
        if (!settles(wifi, 0, wifi.length, linkType, () => 'a generated frame')) return;
        for (const { header, behind, settled } of headers)
          for (const control of data) {
            // With quality of service two octets more stand behind the sequence number.
            const body =
              control === 0x08 ? wifi : Uint8Array.of(control, ...wifi.subarray(1, 24), 0, 0, ...wifi.subarray(24));
            const frame = Uint8Array.of(...header, ...body, ...behind);
            const place = `radiotap ${header.join(' ')}, frame control ${control}`;
            assert.equal(
              settles(frame, 0, frame.length, 127, () => place),
              settled,
              place,
            );
            tried++;
          }
      },
    });
    assert.ok(tried > 10_000, `${tried}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

for (const [name, shape] of [
  ['raw IP', { link: 'raw' }],
  ['BSD loopback', { link: 'loopback' }],
  ['PPP', { link: 'ppp' }],
  ['Cisco HDLC', { link: 'hdlc' }],
  ['sessions of PPPoE', { pppoe: true }],
  ['sessions of PPPoE in a VLAN', { pppoe: true, vlans: [7] }],
  ['cut at 64 octets', { snapLength: 64 }],
] as const)
  test(`the glance agrees with the walk on ${name}, and settles ordinary traffic`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'port67-glance-'));
    try {
      const path = join(folder, 'generated.pcap');
      generate(path, { frames: 4000, messages: 40, ...shape });
      const { frames, settled } = await compare(path);
      assert.ok(settled > 0.98 * frames, `${settled} of ${frames}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
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
