import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { fuzz } from './fuzz';
import { MUTATIONS, mutate } from './mutate';
import { Random } from './random';
import { allSeeds } from './seeds';

/** Half a minute's work for the slowest machine, some seconds for most. */
const COUNT = 8000;
const MILLISECONDS = 8000;
/** Fewer than this within the time, and the run has shown nothing. */
const FEWEST = 500;

const seeds = allSeeds();

function check(seed: number): void {
  const { count, defects } = fuzz(seeds, { seed, count: COUNT, milliseconds: MILLISECONDS, mostDefects: 3 });
  assert.deepEqual(defects, [], `found by seed ${seed}; run: npm run fuzz -- --codec --seed ${seed}`);
  assert.ok(count >= FEWEST, `only ${count} mutants within ${MILLISECONDS} ms`);
}

test('mutated messages, the same in every run: no exception, no slow call, no octet lost', () => check(67));

test('mutated messages, others in every run', (t) => {
  const seed = randomInt(2 ** 32 - 1);
  t.diagnostic(`seed ${seed}`);
  check(seed);
});

test('there is a seed for each kind of message, and for the frames around them', () => {
  for (const family of ['dhcp', 'dhcpv6', 'none'] as const) {
    const count = seeds.filter((seed) => seed.family === family).length;
    assert.ok(count >= 40, `${count} of ${family}`);
  }
});

test('the same numbers make the same mutant, and every mutation is made', () => {
  const done = new Set<string>();
  for (let i = 0; i < 400; i++) {
    const one = mutate(seeds, new Random(1).reseed(7, i));
    assert.deepEqual(mutate(seeds, new Random(2).reseed(7, i)).bytes, one.bytes);
    for (const name of one.done) done.add(name);
  }
  for (const name of Object.keys(MUTATIONS)) assert.ok(done.has(name), name);
});
