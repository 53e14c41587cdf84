/** `npm test`: every check there is, one after another. Ends with a status other than 0 if one of them fails. */
import { spawnSync } from 'node:child_process';

const STEPS: readonly (readonly [title: string, script: string])[] = [
  ['Types', 'types'],
  ['Lint', 'lint'],
  ['Format', 'format'],
  ['Package (bundle and VSIX)', 'package'],
  ['Unit, contract and end-to-end tests', 'unit'],
];

const failed: string[] = [];
for (const [title, script] of STEPS) {
  const started = Date.now();
  console.log(`\n── ${title} (npm run ${script})`);
  const { status } = spawnSync('npm', ['run', '--silent', script], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  console.log(
    `── ${title}: ${status === 0 ? 'passed' : 'FAILED'} after ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
  if (status !== 0) failed.push(title);
}
if (failed.length > 0) console.log(`\nFailed: ${failed.join('; ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
