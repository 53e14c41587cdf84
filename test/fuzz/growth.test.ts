/** Time and output grow linearly with the capture, whatever it is full of. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { needs } from '../support/needs';
import { adversarialFamilies } from './adversarial';
import { FAMILIES } from './families';
import { assertLinear, growthOf, type Family } from './growth';
import { pcap } from '../capture/build';
import { Random } from './random';

/** Messages of the largest captures here. */
const MOST = 8000;
/** For all of ours together, and for those that lie beside the repository: which come first is another one in every run. */
const MILLISECONDS = 10_000;

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

test('what grows with the square of the size is found out', async () => {
  const bytes = new Uint8Array(60);
  // Each step of the family’s own size has as many frames as all before it.
  const square: Family = (messages) => [
    { path: 'a.pcap', bytes: pcap(new Array(Math.ceil(messages ** 2 / 100)).fill({ bytes })) },
  ];
  const { exponent } = await growthOf(square, 16_000, 2);
  assert.ok(exponent > 1.5 && exponent < 2.5, `${exponent}`);
});
