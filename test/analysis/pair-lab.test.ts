import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import type { PairFinding } from '../../src/analysis/compare/pair';
import { Capture } from '../../src/engine/capture';
import { compareCaptures, type NamedCapture } from '../../src/engine/pair';

/* Two capture points of one run of the lab: what was lost between them is found, whatever their clocks say, and nothing else. */

const FOLDER = fileURLToPath(new URL('../fixtures/lab/', import.meta.url));

interface Label {
  readonly file: string;
  readonly scenario: string;
  readonly healthy: boolean;
  readonly twin?: string;
}
const labels = JSON.parse(readFileSync(join(FOLDER, 'labels.json'), 'utf8')) as readonly Label[];
const pairs = labels.flatMap(({ file, scenario, healthy, twin }) =>
  twin === undefined ? [] : [{ file, twin, scenario, healthy }],
);

/** Octets of a classic pcap file's head, and of the head of each record. */
const FILE_HEAD = 24;
const RECORD_HEAD = 16;

/** A capture of the lab, by a clock that is so many seconds ahead. */
async function open(file: string, ahead = 0): Promise<NamedCapture> {
  const octets = Buffer.from(readFileSync(join(FOLDER, file)));
  for (let at = FILE_HEAD; at < octets.length; at += RECORD_HEAD + octets.readUInt32LE(at + 8))
    octets.writeUInt32LE(octets.readUInt32LE(at) + ahead, at);
  const capture = new Capture(file, DEFAULT_SETTINGS);
  await capture.read({
    name: file,
    size: octets.length,
    chunks: async function* () {
      yield await Promise.resolve(octets);
    },
  });
  return { path: file, capture };
}

const ids = (findings: readonly PairFinding[]): string[] => findings.map(({ id, severity }) => `${id} ${severity}`);

test('there are pairs, healthy and faulty', () => {
  assert.ok(pairs.filter(({ healthy }) => healthy).length >= 6);
  assert.ok(pairs.filter(({ healthy }) => !healthy).length >= 4);
});

for (const { file, twin, scenario, healthy } of pairs)
  for (const ahead of [0, 3600, -7.5 * 86_400])
    test(`${scenario}, the second clock ${ahead} s ahead`, async () => {
      const { findings } = compareCaptures([await open(file), await open(twin, ahead)]);
      if (healthy) {
        assert.deepEqual(ids(findings), []);
        return;
      }
      // The row is `offer-not-taken`: the server's OFFERs (word by word in the label's capture) never come to the client.
      assert.deepEqual(ids(findings), ['lost-between error']);
      const [finding] = findings;
      assert.match(finding!.title, /OFFERs? lost between \S+_server\.pcap and \S+_client\.pcap$/);
      const [atServer, atClient] = finding!.framesIn;
      assert.deepEqual([atServer!.file, atClient!.file], [file, twin]);
      assert.ok(atServer!.frames.length >= 1 && atClient!.frames.length >= 1);
    });

test('three captures and more: each is held against each, and nothing breaks', async () => {
  const [faulty] = pairs.filter(({ healthy }) => !healthy);
  const others = pairs.filter(({ healthy }) => healthy).slice(0, 2);
  const captures = await Promise.all(
    [faulty!.file, faulty!.twin, ...others.flatMap(({ file, twin }) => [file, twin])].map((file) => open(file)),
  );
  assert.deepEqual(ids(compareCaptures(captures).findings), ['lost-between error']);
  assert.deepEqual(ids(compareCaptures([captures[0]!, captures[0]!, captures[1]!]).findings), [
    'lost-between error',
    'lost-between error',
  ]);
  assert.deepEqual(compareCaptures(captures.slice(0, 1)).findings, []);
  const many = compareCaptures(Array.from({ length: 20 }, () => captures[0]!));
  assert.deepEqual(many.findings, []);
  assert.match(many.text, /^Not compared: more than 16 captures/);
});
