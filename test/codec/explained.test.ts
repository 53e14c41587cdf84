/** Every octet of every frame is explained by one leaf of its tree: in the corpus, in the fixtures, and in noise. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { NotACapture } from '../../src/capture/frame';
import type { Field } from '../../src/codec/field';
import { describeFrame } from '../../src/codec/frame';
import { Capture } from '../../src/engine/capture';
import { describeStored } from '../../src/engine/answers/describe';
import { fileSource } from '../../src/engine/node';
import { corpus, needs } from '../support/needs';
import { corpusFiles } from '../support/tshark';
import { assertCovered } from './dhcpv4/coverage';
import { message4, message6 } from './dhcpMessages';
import { uncovered, walkOf } from './frames';

/** Message trees of a frame, with where they begin and end. */
function* messageTrees(tree: readonly Field[]): Generator<Field> {
  for (const field of tree) if (/^(Dynamic Host Configuration Protocol|DHCPv6)$/.test(field.name)) yield field;
}

/** Checks the frames of interest of a file; gives their number, and that of the messages in them. */
async function checkFile(path: string, name: string): Promise<[frames: number, messages: number]> {
  const capture = new Capture(path, DEFAULT_SETTINGS);
  try {
    await capture.read(await fileSource(path));
  } catch (error) {
    if (error instanceof NotACapture) return [0, 0];
    throw error;
  }
  let messages = 0;
  const indexes = Array.from(capture.indexes);
  for (const index of indexes) {
    const frame = describeStored(capture.scan, index);
    const bytes = frame.buffers[0]!.bytes;
    const where = `${name} frame ${capture.scan.store.number(index)}`;
    assert.deepEqual(uncovered(frame, bytes.length), [], `${where}: octets that no field explains`);
    for (const { offset, length, children, buffer } of messageTrees(frame.tree)) {
      if (buffer || !children) continue;
      messages++;
      assertCovered(children, offset, offset + length);
    }
  }
  return [indexes.length, messages];
}

async function checkAll(paths: readonly (readonly [path: string, name: string])[]): Promise<[number, number]> {
  let [frames, messages] = [0, 0];
  for (const [path, name] of paths) {
    const [some, others] = await checkFile(path, name);
    frames += some;
    messages += others;
  }
  return [frames, messages];
}

test('every octet is explained: the corpus', async (t) => {
  if (!needs(t, 'corpus')) return;
  const files = corpusFiles(corpus!).filter((file) => file.dhcp + file.dhcpv6 + file.rarp + file.icmp > 0);
  const [frames, messages] = await checkAll(files.map(({ path }) => [path, relative(corpus!, path)] as const));
  t.diagnostic(`${files.length} files, ${frames} frames, ${messages} messages`);
  assert.ok(frames >= 2000 && messages >= 1200, `${frames} frames, ${messages} messages`);
});

test('every octet is explained: samples and fixtures', async (t) => {
  const repository = fileURLToPath(new URL('../..', import.meta.url));
  const paths = ['media/samples', 'test/fixtures/lab'].flatMap((folder) =>
    readdirSync(join(repository, folder))
      .filter((name) => /\.pcap(ng)?$/.test(name))
      .map((name) => [join(repository, folder, name), name] as const),
  );
  const [frames, messages] = await checkAll(paths);
  t.diagnostic(`${paths.length} files, ${frames} frames, ${messages} messages`);
  assert.ok(paths.length >= 150 && messages >= 1000);
});

const octet = fc.integer({ min: 0, max: 255 });
/** Option codes and lengths that fit often enough for values to be reached, among any octets. */
const optionLike4 = fc
  .tuple(octet, fc.array(octet, { maxLength: 40 }), fc.integer({ min: -2, max: 2 }))
  .map(([code, value, wrong]) => [
    code,
    Math.max(0, Math.min(255, value.length + (wrong === 2 ? 1 : wrong === -2 ? -1 : 0))),
    ...value,
  ]);
const optionLike6 = fc
  .tuple(fc.integer({ min: 1, max: 151 }), fc.array(octet, { maxLength: 40 }), fc.integer({ min: -2, max: 2 }))
  .map(([code, value, wrong]) => [
    0,
    code,
    0,
    Math.max(0, value.length + (wrong === 2 ? 1 : wrong === -2 ? -1 : 0)),
    ...value,
  ]);

const hex = (octets: readonly number[]): string => octets.map((one) => one.toString(16).padStart(2, '0')).join('');

for (const [name, optionLike, frameOf] of [
  ['DHCPv4', optionLike4, (options: string) => message4(options)],
  ['DHCPv6', optionLike6, (options: string) => message6(options)],
] as const) {
  test(`every octet is explained: any options of ${name}`, () => {
    fc.assert(
      fc.property(fc.array(optionLike, { maxLength: 12 }), (options) => {
        const text = frameOf(hex(options.flat()));
        const frame = describeFrame(walkOf(text));
        assert.deepEqual(uncovered(frame, text.length / 2), []);
        for (const { offset, length, children } of messageTrees(frame.tree)) {
          assertCovered(children!, offset, offset + length);
        }
      }),
      { numRuns: 1500 },
    );
  });
}
