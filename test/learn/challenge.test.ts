/** The generator of challenges, held against the engine: of a thousand networks it finds the hidden fault in each, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { FINDINGS } from '../../src/analysis/catalogue';
import { Capture } from '../../src/engine/capture';
import { challenge, FAULTS, type Challenge } from '../../src/learn/challenge';

const SEEDS = 1000;

async function read({ bytes }: Challenge): Promise<Capture> {
  const capture = new Capture('challenge', DEFAULT_SETTINGS);
  const chunks = async function* (): AsyncIterable<Uint8Array> {
    yield await Promise.resolve(bytes);
  };
  await capture.read({ name: 'challenge', size: bytes.length, chunks });
  return capture;
}

/** What is wrong with a challenge, in one line; undefined where it is as it should be. */
async function wrongWith(one: Challenge): Promise<string | undefined> {
  const capture = await read(one);
  const ids = new Set(capture.findings.map(({ id }) => id));
  const wanted = new Set([one.fault, ...one.remarks]);
  const where = `seed ${one.seed}, ${one.fault}`;
  // Not even a remark beside it that does not belong to it.
  if ([...ids].some((id) => !wanted.has(id)) || !ids.has(one.fault)) return `${where}: ${[...ids].join(' ')}`;
  const cited = new Set(capture.findings.filter(({ id }) => id === one.fault).flatMap(({ frames }) => frames));
  const beside = one.faultFrames.filter((frame) => !cited.has(frame));
  if (one.faultFrames.length === 0 || beside.length > 0) return `${where}: frames ${beside.join(' ')} do not tell`;
  const listed = new Set<number>();
  for (let i = 0; i < capture.ofInterest; i++) listed.add(capture.row(i).frame);
  if (one.faultFrames.some((frame) => !listed.has(frame)))
    return `${where}: a frame that shows the fault is not in the list`;
  return undefined;
}

test('a thousand seeds give exactly the hidden finding', { timeout: 180_000 }, async () => {
  const wrong: string[] = [];
  const hidden = new Set<string>();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const one = challenge(seed);
    hidden.add(one.fault);
    const what = await wrongWith(one);
    if (what !== undefined) wrong.push(what);
  }
  assert.deepEqual(wrong, []);
  // By then each fault has had its turn.
  assert.equal(hidden.size, FAULTS.length);
});

test('no two DHCPv6 clients of a network are given one address by chance', async () => {
  // With this seed both would once have drawn fd67::31a.
  assert.equal(await wrongWith(challenge(501329)), undefined);
});

/** Findings that no network can have: they tell of the capture, of two captures, or of the program itself. */
const NOT_OF_A_NETWORK = [
  'lost-between',
  'capture-truncated',
  'snaplen-cut',
  'no-dhcp',
  'one-sided',
  'analysis-incomplete',
  'check-failed',
];

test('each finding about a network is a fault, once', () => {
  const ids = FAULTS.map(({ id }) => id);
  assert.deepEqual([...ids, ...NOT_OF_A_NETWORK].sort(), [...FINDINGS.keys()].sort());
});

test('a seed gives the same network always, and six causes to choose from, the right one among them', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const one = challenge(seed);
    assert.deepEqual(challenge(seed), one);
    assert.equal(new Set(one.choices).size, 6);
    assert.ok(one.choices.includes(one.fault));
    assert.equal(one.hints.length, 3);
    // The name of what is hidden is not in the hints.
    for (const hint of one.hints) assert.ok(!hint.includes(FINDINGS.get(one.fault)!.name), hint);
  }
  assert.notDeepEqual(challenge(1).bytes, challenge(2).bytes);
});
