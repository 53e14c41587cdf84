/** Archives for tests, made by the tools that people use. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, utimesSync, writeFileSync, chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Entry {
  readonly text: string;
  /** ISO 8601. */
  readonly time?: string;
  readonly mode?: number;
}

/** Writes files below a folder. */
export function writeTree(root: string, files: Readonly<Record<string, Entry | string>>): void {
  for (const [path, entry] of Object.entries(files)) {
    const { text, time = '2026-11-20T12:00:00Z', mode = 0o640 } = typeof entry === 'string' ? { text: entry } : entry;
    const place = join(root, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
    chmodSync(place, mode);
    const seconds = Date.parse(time) / 1000;
    utimesSync(place, seconds, seconds);
  }
}

/** Runs a program in a folder; throws where it fails. */
export function pack(folder: string, program: string, ...args: string[]): void {
  const ran = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`${program}: ${ran.stderr}`);
}
