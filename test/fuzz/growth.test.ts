/** Time and output grow linearly with the capture, whatever it is full of. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { needs } from '../support/needs';
import { adversarialFamilies } from './adversarial';
import { FAMILIES } from './families';
import { inspect } from './inspect';
import { judge } from './judge';
import { assertLinear, exponentOf, type Family } from './growth';
import { Random } from './random';

/** Messages of the largest captures here. */
const MOST = 10_000;
/** For all of ours together, and for those that lie beside the repository: which come first is another one in every run. */
const MILLISECONDS = 12_000;

/** Measures families in a random order until the time is over, those named `first` before all others. */
async function measureSome(
  t: TestContext,
  families: Readonly<Record<string, Family>>,
  first: readonly string[] = [],
): Promise<void> {
  const seed = randomInt(2 ** 32 - 1);
  const random = new Random(seed);
  const rest = Object.keys(families).filter((name) => !first.includes(name));
  const until = performance.now() + MILLISECONDS;
  let measured = 0;
  const names = [...first];
  while (rest.length > 0) names.push(...rest.splice(random.below(rest.length), 1));
  for (const name of names) {
    if (performance.now() > until) break;
    await assertLinear(name, families[name]!, MOST);
    measured++;
  }
  t.diagnostic(
    `seed ${seed}: ${measured} of ${names.length} families within ${MILLISECONDS / 1000} s; all of them: npm run fuzz -- --growth`,
  );
  assert.ok(measured > 0);
}

/** Messages of the captures in which every family is judged. */
const FEW = 400;

test('what is said of every family can be right', async (t) => {
  for (const [name, family] of Object.entries(FAMILIES)) await judgeOne(name, family);
  if (!needs(t, 'adversarial')) return;
  for (const [name, family] of Object.entries(await adversarialFamilies())) await judgeOne(name, family);
});

async function judgeOne(name: string, family: Family): Promise<void> {
  const files = family(FEW);
  const result = await inspect(files);
  assert.ok(result, `${name} is no capture`);
  judge(result, files);
}

test('families of this folder', (t) =>
  measureSome(t, FAMILIES, [
    'declined by many, and ARP shows by whom',
    'declined again and again, and ARP shows by whom',
    'one client in many VLANs',
    'two captures of unrelated networks',
  ]));

test('families of hostile captures that lie beside the repository', async (t) => {
  if (!needs(t, 'adversarial')) return;
  await measureSome(t, await adversarialFamilies(), ['decline_arp_clients', 'one_client_vlans']);
});

test('what grows with the square of the size is found out; what is too short to be measured is not', () => {
  const sizes = [1000, 2000, 4000];
  const timed = (time: (size: number) => number): number =>
    exponentOf(sizes.map((size) => [size, time(size)] as const));
  assert.equal(
    timed((size) => size / 5),
    1,
  );
  assert.equal(
    timed((size) => size ** 2 / 10_000),
    2,
  );
  assert.equal(
    timed(() => 800),
    0,
  );
  assert.equal(
    timed((size) => size ** 2 / 1e6),
    0,
  );
});
