/**
 * `npm test`: every check there is, one after another. Says of each whether it passed, and what it printed only where it failed; the tests
 * come last, with their count. Ends with a status other than 0 if one of them fails.
 */
import { spawnSync } from 'node:child_process';

const STEPS: readonly (readonly [title: string, script: string])[] = [
  ['Types', 'types'],
  ['Lint', 'lint'],
  ['Format', 'format'],
  ['Package (bundle and VSIX)', 'package'],
  ['Unit, contract and end-to-end tests', 'unit'],
];

const failed: string[] = [];
for (const [i, [title, script]] of STEPS.entries()) {
  const last = i === STEPS.length - 1;
  const started = Date.now();
  process.stdout.write(`${title}: ${last ? '\n' : ''}`);
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', script], {
    stdio: last ? 'inherit' : 'pipe',
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    shell: process.platform === 'win32',
  });
  if (status !== 0) failed.push(`${title} (npm run ${script})`);
  if (last) continue;
  console.log(`${status === 0 ? 'passed' : 'FAILED'} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (status !== 0) console.log(`${stdout ?? ''}${stderr ?? ''}`.trimEnd());
}
// The count of the tests is the last line where all is well.
if (failed.length > 0) console.log(`Failed: ${failed.join('; ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
