import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { corpusCaptures } from '../support/corpusCaptures';
import { needs } from '../support/needs';

/*
 * Every finding above info on the public captures of the corpus. Each was looked at with tshark beside it and found right; `why`
 * says what was seen there. A finding that comes, goes or changes has to be looked at in the same way before it enters the file.
 */

/** Frames that the file names at most. */
const NAMED = 6;

interface Reviewed {
  readonly file: string;
  readonly id: string;
  readonly severity: string;
  readonly subject: string;
  /** Number of frames, and the first of them. */
  readonly count: number;
  readonly frames: readonly number[];
  readonly why: string;
}

const FILE = fileURLToPath(new URL('corpus-findings.json', import.meta.url));

function line({ file, id, severity, subject, count, frames }: Omit<Reviewed, 'why'>): string {
  return `${file}: ${id} (${severity}) about ${subject}, ${count} frames: ${frames.join(', ')}`;
}

test('findings on the corpus are those that were looked at', async (t) => {
  if (!needs(t, 'corpus')) return;
  const reviewed = JSON.parse(readFileSync(FILE, 'utf8')) as Reviewed[];
  for (const one of reviewed) assert.ok(one.why.length > 10, `${line(one)} has no reason`);
  const found: string[] = [];
  for await (const { file, capture } of corpusCaptures()) {
    for (const { id, severity, subject, frames } of capture.findings) {
      if (severity === 'info') continue;
      found.push(line({ file, id, severity, subject, count: frames.length, frames: frames.slice(0, NAMED) }));
    }
  }
  const known = new Set(reviewed.map(line));
  const here = new Set(found);
  assert.deepEqual(
    { notLookedAt: found.filter((one) => !known.has(one)), gone: [...known].filter((one) => !here.has(one)) },
    { notLookedAt: [], gone: [] },
  );
  assert.equal(found.length, reviewed.length);
});
