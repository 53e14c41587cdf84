/** Rules say when they can speak. Where they are asked all the same, they find nothing more: on networks that a seed invents, healthy and faulty. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { analyse, DEFAULT_SETTINGS, type Finding, type Settings } from '../../src/analysis';
import { FINDINGS } from '../../src/analysis/catalogue';
import { EXCHANGE_RULES } from '../../src/analysis/rules';
import type { Needs } from '../../src/analysis/conversations/traits';
import { Capture } from '../../src/engine/capture';
import { challenge, FAULTS } from '../../src/learn/challenge';
import { packetsOf } from '../../src/engine/scan/packets';
import { relevantFrames } from '../../src/engine/scan/relevance';
import { REPO } from '../vscode/cache';
import { Random } from '../fuzz/random';
import { captureOf, type Capturing } from '../support/networks/capture';
import { Network4 } from '../support/networks/network4';
import { repeated } from '../support/networks/repeated';

const STRICT: Settings = {
  ...DEFAULT_SETTINGS,
  authorisedServers: ['10.9.0.9'],
  thresholds: { shortLease: 3600, slowServer: 0.2, slowServerRemark: 0.1 },
};

async function scanOf(octets: Uint8Array): Promise<Capture> {
  const capture = new Capture('invented', DEFAULT_SETTINGS);
  await capture.read({ name: 'invented', chunks: () => chunksOf(octets) });
  return capture;
}

async function* chunksOf(octets: Uint8Array): AsyncGenerator<Uint8Array> {
  yield octets;
  await Promise.resolve();
}

function findingsOf({ scan }: Capture, settings: Settings): readonly Finding[] {
  const { frames, firstTime, lastTime, contents } = scan;
  const facts = { frames, firstTime, lastTime, contents, fileProblems: [], name: 'invented' };
  return analyse(packetsOf(scan, relevantFrames(scan)), facts, settings).findings;
}

/** What is found where every rule is asked about every exchange. */
function findingsOfAll(capture: Capture, settings: Settings): readonly Finding[] {
  const rules = [...EXCHANGE_RULES] as { needs: Needs }[];
  const before = rules.map(({ needs }) => needs);
  for (const rule of rules) rule.needs = { types: 0, options: 0, traits: 0 };
  try {
    return findingsOf(capture, settings);
  } finally {
    rules.forEach((rule, i) => (rule.needs = before[i]!));
  }
}

async function check(octets: Uint8Array, seed: number, ids: Set<string>): Promise<void> {
  const capture = await scanOf(octets);
  for (const settings of [DEFAULT_SETTINGS, STRICT]) {
    const found = findingsOf(capture, settings);
    assert.deepEqual(found, findingsOfAll(capture, settings), `seed ${seed}`);
    for (const { id } of found) ids.add(id);
  }
}

test('a rule is never kept from what it would say', async () => {
  const ids = new Set<string>();
  for (let seed = 1; seed <= 250; seed++) {
    const network = new Network4(seed);
    const capturing: Capturing = seed % 7 === 0 ? { snapLength: 60 + ((seed * 13) % 300) } : {};
    await check(captureOf(network.events, network.random, capturing), seed, ids);
    const random = new Random(seed);
    await check(captureOf(repeated(random), random, { snapLength: seed % 2 === 0 ? 96 : 400 }), seed, ids);
  }
  // Or nothing would be shown by it.
  assert.ok(ids.size >= 20, [...ids].join(' '));
});

/** Findings that no network of one capture gives: about the file, about a second capture, about this program. */
const OF_NO_NETWORK = [
  'lost-between',
  'capture-truncated',
  'snaplen-cut',
  'no-dhcp',
  'analysis-incomplete',
  'check-failed',
];

test('nor is it on recorded and invented faults, among which every finding is met', async () => {
  const ids = new Set<string>();
  const check = async (octets: Uint8Array, name: string): Promise<void> => {
    const capture = await scanOf(octets);
    for (const settings of [DEFAULT_SETTINGS, STRICT]) {
      const found = findingsOf(capture, settings);
      assert.deepEqual(found, findingsOfAll(capture, settings), name);
      for (const { id } of found) ids.add(id);
    }
  };
  const files = globSync(['test/fixtures/**/*.{pcap,pcapng}', 'media/samples/*.pcap'], { cwd: REPO }).sort();
  assert.ok(files.length > 100);
  for (const file of files) await check(readFileSync(join(REPO, file)), file);
  for (const fault of FAULTS) await check(challenge(1, fault).bytes, fault.id);
  const missing = [...FINDINGS.keys()].filter((id) => !ids.has(id) && !OF_NO_NETWORK.includes(id));
  assert.deepEqual(missing, []);
});
