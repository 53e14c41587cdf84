/* What tells the unanswered from the answered by chance: in populations without a cause, hardly ever a likely one; with one, it is found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS, type Cause } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { captureOf } from '../support/networks/capture';
import { populationOf, type Member, type Population } from '../support/networks/population';

const SIZES = [3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 40];
const SEEDS = 12;

/** The likely cause of the first client without an OFFER. */
async function likelyIn({ events, random }: Population): Promise<Cause | undefined> {
  const octets = captureOf(events, random);
  const capture = new Capture('invented', DEFAULT_SETTINGS);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield octets;
    await Promise.resolve();
  }
  await capture.read({ name: 'invented', chunks });
  const found = capture.findings.find(({ id }) => id === 'no-offer');
  assert.ok(found);
  return found.causes.find(({ likelihood }) => likelihood === 'likely');
}

/** Whether a cause is that the unanswered are unlike the answered. */
const isDifference = (cause: Cause | undefined): boolean =>
  /answered (clients?|ones)\b|answered DISCOVER/.test(cause?.text ?? '');

function some(members: readonly Member[], number: number, pick: (all: readonly Member[]) => Member): Set<Member> {
  const silent = new Set<Member>();
  while (silent.size < number) silent.add(pick(members));
  return silent;
}

for (const [number, most] of [
  [1, 3],
  [2, 3],
  [3, 10],
] as const)
  test(`${number} of a population unanswered for no reason: at most ${most} of ${SIZES.length * SEEDS} are told to be unlike the others`, async () => {
    let told = 0;
    for (const size of SIZES)
      for (let seed = 1; seed <= SEEDS; seed++) {
        const population = populationOf(1000 * size + seed, size, (members, random) =>
          some(members, number, (all) => random.pick(all)),
        );
        if (isDifference(await likelyIn(population))) told++;
      }
    assert.ok(told <= most, String(told));
  });

test('a kind of client that is not served is found where enough others are', async () => {
  let told = 0;
  let planted = 0;
  for (const size of [20, 30, 40])
    for (let seed = 1; seed <= SEEDS; seed++) {
      // Three or more of the smaller kinds, so that chance does not explain them.
      let kind = -1;
      const population = populationOf(7000 * size + seed, size, (members, random) => {
        const kinds = [3, 4, 5, 6, 7].filter((one) => members.filter((member) => member.kind === one).length >= 3);
        kind = kinds.length === 0 ? -1 : random.pick(kinds);
        return new Set(members.filter((member) => member.kind === kind));
      });
      if (kind < 0) continue;
      planted++;
      if (isDifference(await likelyIn(population))) told++;
    }
  assert.ok(planted >= 25 && told >= planted - 2, `${told} of ${planted}`);
});
