import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEFAULT_SETTINGS, type Finding } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { fileSource } from '../../src/engine/node';

/* Every capture that the lab made of real servers and clients, against what its label says of it. */

const FOLDER = fileURLToPath(new URL('../fixtures/lab/', import.meta.url));

interface Expected {
  readonly id: string;
  readonly severity: string;
  readonly frames?: readonly number[];
}

interface Label {
  readonly file: string;
  readonly scenario: string;
  readonly healthy: boolean;
  readonly expected: readonly Expected[];
  readonly tolerated: readonly string[];
  /** The same exchange at a second capture point, and what is expected there. */
  readonly twin?: string;
  readonly twinExpected?: readonly Expected[];
}

const labels = JSON.parse(readFileSync(join(FOLDER, 'labels.json'), 'utf8')) as readonly Label[];

async function findingsOf(file: string): Promise<readonly Finding[]> {
  const capture = new Capture(file, DEFAULT_SETTINGS);
  await capture.read(await fileSource(join(FOLDER, file)));
  return capture.findings;
}

/** What differs between the findings and the label; empty where nothing does. */
function differences(findings: readonly Finding[], label: Label): string[] {
  const wrong: string[] = [];
  for (const { id, severity, frames } of label.expected) {
    const found = findings.filter((finding) => finding.id === id);
    if (!found.some((finding) => finding.severity === severity)) {
      const instead = findings.map((finding) => `${finding.id} (${finding.severity})`).join(', ') || 'nothing';
      wrong.push(`${id} (${severity}) is not found; found: ${instead}`);
      continue;
    }
    const proof = new Set(found.flatMap((finding) => finding.frames));
    const lacking = (frames ?? []).filter((frame) => !proof.has(frame));
    if (lacking.length > 0) wrong.push(`${id} does not name frame ${lacking.join(', ')}`);
  }
  for (const { id, severity, frames } of findings) {
    const expected = label.expected.some((one) => one.id === id) || label.tolerated.includes(id);
    if (severity !== 'info' && !expected) wrong.push(`false alarm: ${id} (${severity}), frames ${frames.join(', ')}`);
  }
  return wrong;
}

test('there are labelled captures, healthy and faulty', () => {
  assert.ok(labels.filter((label) => label.healthy).length >= 30);
  assert.ok(labels.filter((label) => !label.healthy).length >= 60);
  for (const { file, healthy, expected } of labels)
    assert.equal(
      healthy,
      expected.every(({ severity }) => severity === 'info'),
      file,
    );
});

test('every capture of the folder has its label', () => {
  const labelled = new Set(labels.flatMap(({ file, twin }) => [file, twin ?? file]));
  assert.deepEqual(
    readdirSync(FOLDER).filter((file) => file.endsWith('.pcap') && !labelled.has(file)),
    [],
  );
});

test('every fault has a healthy twin of the same programs, wherever real programs made it', () => {
  const programsOf = ({ scenario }: Label): string => scenario.split('/').slice(1).join('/');
  const well = new Set(labels.filter((label) => label.healthy).map(programsOf));
  for (const label of labels)
    if (!/no-server|by-hand/.test(label.scenario)) assert.ok(well.has(programsOf(label)), label.scenario);
});

for (const label of labels) {
  test(label.file, async () => {
    assert.deepEqual(differences(await findingsOf(label.file), label), []);
  });
  const { twin, twinExpected } = label;
  if (twin !== undefined)
    test(twin, async () => {
      assert.ok(twinExpected, 'nothing is said of what is expected there');
      assert.deepEqual(differences(await findingsOf(twin), { ...label, expected: twinExpected }), []);
    });
}
