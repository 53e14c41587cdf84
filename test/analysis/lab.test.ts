import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEFAULT_SETTINGS, type Finding } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { fileSource } from '../../src/engine/node';

/* Every capture that the lab made of real servers and clients, against what its label says of it. */

const FOLDER = fileURLToPath(new URL('../fixtures/lab/', import.meta.url));

interface Label {
  readonly file: string;
  readonly healthy: boolean;
  readonly expected: readonly { readonly id: string; readonly severity: string; readonly frames?: readonly number[] }[];
  readonly tolerated: readonly string[];
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
  assert.ok(labels.filter((label) => label.healthy).length > 50);
  assert.ok(labels.filter((label) => !label.healthy).length > 50);
});

for (const label of labels)
  test(label.file, async () => {
    assert.deepEqual(differences(await findingsOf(label.file), label), []);
  });
