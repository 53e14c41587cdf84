/** Invented networks and damaged files go through whole inspections. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { allFiles, caseOf } from './cases';
import { CRASHERS } from './crashers';
import { ACTS, invent } from './invent';
import { FILE_MUTATIONS, mutateFile, piecesOf } from './mutateFile';
import { Random } from './random';
import { inspectWatched } from './watched';
import { concat } from '../../src/codec/bytes';
import { pcap, Pcapng, snoop } from '../capture/build';

/** Some seconds on any machine, with the start of the thread. */
const MILLISECONDS = 6000;
/** Fewer than this within the time, and the run has shown nothing. */
const FEWEST = 30;

async function check(seed: number): Promise<void> {
  const { count, defects } = await inspectWatched({
    seed,
    from: 0,
    count: 1e6,
    of: 'own',
    milliseconds: MILLISECONDS,
    mostDefects: 3,
  });
  assert.deepEqual(
    defects.map(({ text }) => text),
    [],
    `found by seed ${seed}; run: npm run fuzz -- --inspect --no-corpus --processes 1 --seed ${seed}`,
  );
  assert.ok(count >= FEWEST, `only ${count} inspections within ${MILLISECONDS} ms`);
}

test('invented networks and damaged files, the same in every run', () => check(67));

test('invented networks and damaged files, others in every run', (t) => {
  const seed = randomInt(2 ** 32 - 1);
  t.diagnostic(`seed ${seed}`);
  return check(seed);
});

test('what once ended the program, filled its memory or made it contradict itself', async (t) => {
  const { count, defects } = await inspectWatched({
    seed: 67,
    from: 0,
    count: CRASHERS.length,
    of: 'crashers',
    mostDefects: CRASHERS.length,
  });
  assert.equal(count, CRASHERS.length);
  for (const [index, { name }] of CRASHERS.entries())
    await t.test(name, () =>
      assert.deepEqual(
        defects.filter((one) => one.index === index).map(({ text }) => text),
        [],
      ),
    );
});

test('the same numbers make the same case', () => {
  const paths = allFiles(false);
  for (let i = 0; i < 50; i++) {
    const [one, again] = [1, 2].map((other) => caseOf(paths, new Random(other).reseed(7, i)));
    assert.deepEqual(again, one);
  }
});

test('everything happens in some invented network, and every damage is done to some file', () => {
  const acts = new Set<string>();
  const damages = new Set<string>();
  const file = new Uint8Array(300).fill(1);
  for (let i = 0; i < 600; i++) {
    for (const name of invent(new Random(i)).done) acts.add(name);
    for (const name of mutateFile(file, file, new Random(i)).done) damages.add(name);
  }
  assert.deepEqual([...acts].sort(), Object.keys(ACTS).sort());
  assert.deepEqual([...damages].sort(), Object.keys(FILE_MUTATIONS).sort());
});

test('files are taken apart into their records and blocks, and nothing is lost', () => {
  const frames = [{ bytes: Uint8Array.of(1, 2, 3, 4) }, { bytes: Uint8Array.of(5, 6, 7, 8) }];
  const blocks = new Pcapng().section().interface().packet(frames[0]!.bytes).simplePacket(frames[1]!.bytes);
  const cases = [
    { file: pcap(frames), format: 'pcap', parts: 3 },
    { file: pcap(frames, { little: false, nanoseconds: true }), format: 'pcap', parts: 3 },
    { file: blocks.done(), format: 'pcapng', parts: 4 },
    { file: new Pcapng(false).section().interface().done(), format: 'pcapng', parts: 2 },
    { file: snoop(frames), format: 'snoop', parts: 3 },
    { file: concat([pcap(frames), Uint8Array.of(9)]), format: 'pcap', parts: 4 },
    { file: new Uint8Array(40), format: 'none', parts: 1 },
  ];
  for (const { file, format, parts } of cases) {
    const pieces = piecesOf(file);
    assert.deepEqual([pieces.format, pieces.parts.length], [format, parts]);
    assert.deepEqual(concat(pieces.parts), file);
  }
});
