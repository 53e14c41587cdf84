/** Judges the captures of a scenario: by tshark, which shares nothing with ours, and by the command line that users get. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execute } from './process';
import type { Expected, Row } from './scenario';
import { words, type Word } from './wire';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

interface Finding {
  readonly id: string;
  readonly severity: string;
  readonly frames: readonly number[];
}

/** An expectation with the frames of this very capture. */
export interface Label {
  readonly id: string;
  readonly severity: string;
  readonly frames?: readonly number[];
}

/** The expectations of a row as labels of one capture. */
export function labelsOf(expected: readonly Expected[], seen: readonly Word[]): Label[] {
  return expected.map(({ id, severity, at, frames }) => ({
    id,
    severity,
    ...(frames
      ? { frames }
      : at
        ? { frames: seen.filter(({ word }) => at.includes(word)).map(({ frame }) => frame) }
        : {}),
  }));
}

/** What differs between the findings of our analysis and what they must be; empty where nothing does, or where `dist/cli.js` is not built. */
export async function judge(file: string, labels: readonly Label[], tolerated: readonly string[]): Promise<string[]> {
  if (!existsSync(CLI)) return [];
  const report = JSON.parse(await execute(process.execPath, [CLI, 'inspect', '--json', file])) as {
    findings: readonly Finding[];
  };
  const wrong: string[] = [];
  for (const { id, severity, frames } of labels) {
    const found = report.findings.filter((finding) => finding.id === id);
    if (!found.some((finding) => finding.severity === severity)) {
      const instead = report.findings.map((finding) => `${finding.id} (${finding.severity})`).join(', ') || 'nothing';
      wrong.push(`${id} (${severity}) is not found; found: ${instead}`);
      continue;
    }
    const proof = new Set(found.flatMap((finding) => finding.frames));
    const lacking = (frames ?? []).filter((frame) => !proof.has(frame));
    if (lacking.length) wrong.push(`${id} does not name frame ${lacking.join(', ')}`);
  }
  for (const { id, severity } of report.findings)
    if (severity !== 'info' && !labels.some((label) => label.id === id) && !tolerated.includes(id))
      wrong.push(`false alarm: ${id} (${severity})`);
  return wrong;
}

/** The words of a row's first capture, and what is wrong with them. */
export async function onTheWire(file: string, row: Row): Promise<{ seen: Word[]; wrong: string[] }> {
  const seen = await words(file);
  const text = seen.map(({ word }) => word).join(' ');
  return { seen, wrong: row.wire.test(text) ? [] : [`tshark sees “${text}”, not ${String(row.wire)}`] };
}
