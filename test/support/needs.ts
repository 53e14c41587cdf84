import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

/**
 * The one rule for tests that need more than this repository: where what they need is missing, they are reported as
 * skipped with the reason on a person's machine, and **fail** where everything must be there: in CI, or with
 * PORT67_REQUIRE_ALL set.
 */

/** Whether everything must be there. */
export const requireAll = [process.env['CI'], process.env['PORT67_REQUIRE_ALL']].some(Boolean);

const folder = resolve(
  process.env['PORT67_CORPUS'] ?? fileURLToPath(new URL('../../../shared/corpus', import.meta.url)),
);

/** Folder of public captures (PORT67_CORPUS, or ../shared/corpus beside the repository); undefined where there is none. */
export const corpus: string | undefined = existsSync(resolve(folder, 'INDEX.tsv')) ? folder : undefined;

const families = resolve(
  process.env['PORT67_ADVERSARIAL'] ?? fileURLToPath(new URL('../../../shared/adversarial', import.meta.url)),
  'families.mjs',
);

/** The program that makes captures of hostile kinds (PORT67_ADVERSARIAL, or ../shared/adversarial beside the repository); undefined where there is none. */
export const adversarial: string | undefined = existsSync(families) ? families : undefined;

/** The files of the corpus, by its index: name within the corpus, and path. Empty where there is none. */
export function corpusFiles(): { readonly file: string; readonly path: string }[] {
  if (corpus === undefined) return [];
  const [, ...rows] = readFileSync(resolve(corpus, 'INDEX.tsv'), 'utf8').trim().split('\n');
  return rows.map((row) => {
    const file = row.split('\t')[0]!;
    return { file, path: resolve(corpus, file) };
  });
}

const configFolder = resolve(
  process.env['PORT67_CONFIGS'] ?? fileURLToPath(new URL('../../../shared/configs', import.meta.url)),
);

/** Folder of real configurations (PORT67_CONFIGS, or ../shared/configs beside the repository); undefined where there is none. */
export const sharedConfigs: string | undefined = existsSync(resolve(configFolder, 'INDEX.tsv'))
  ? configFolder
  : undefined;

const list = resolve(
  process.env['PORT67_FINDINGS'] ?? fileURLToPath(new URL('../../../shared/FINDINGS.md', import.meta.url)),
);

/** The list of all findings that are wanted (PORT67_FINDINGS, or ../shared/FINDINGS.md beside the repository); undefined where there is none. */
export const findingsList: string | undefined = existsSync(list) ? list : undefined;

const found = new Map<string, boolean>();

function present(what: string): boolean {
  if (what === 'corpus') return corpus !== undefined;
  if (what === 'configs') return sharedConfigs !== undefined;
  if (what === 'adversarial') return adversarial !== undefined;
  if (what === 'findings') return findingsList !== undefined;
  let there = found.get(what);
  if (there === undefined) {
    // Any exit status will do: the question is whether it can be started.
    there = spawnSync(what, ['--version'], { stdio: 'ignore' }).error === undefined;
    found.set(what, there);
  }
  return there;
}

/** What is missing, by name; every other name is a program's. */
const MISSING: Readonly<Record<string, string>> = {
  corpus: `no corpus of captures at ${folder} (set PORT67_CORPUS)`,
  configs: `no configurations at ${configFolder} (set PORT67_CONFIGS)`,
  adversarial: `no families of hostile captures at ${families} (set PORT67_ADVERSARIAL to their folder)`,
  findings: `no list of findings at ${list} (set PORT67_FINDINGS)`,
};

/** Whether `what` (`corpus`, `configs`, `adversarial`, `findings`, or a program's name) is here. If not, the test is failed or marked as skipped, and must return. */
export function needs(t: TestContext, what: string): boolean {
  if (present(what)) return true;
  const reason = MISSING[what] ?? `the program “${what}” is not installed`;
  if (requireAll) throw new Error(`This test needs more: ${reason}.`);
  t.skip(reason);
  return false;
}

/** How a test begins what it says when it was tried a second time. */
export const SECOND_ATTEMPT = 'Tried a second time:';
