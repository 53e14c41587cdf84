/**
 * Runs the tests under test/ (all of them, or those whose path contains one of the arguments) with Node's own test runner. A
 * test that was skipped for lack of a tool is named at the end, and is a failure where PORT67_REQUIRE_ALL or CI is set.
 */
import { globSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { requireAll } from './support/needs';

const wanted = process.argv.slice(2);
const files = globSync('test/**/*.test.ts')
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort();
if (files.length === 0) throw new Error(`no test file's path contains ${wanted.join(' or ')}`);

let passed = 0;
let failed = 0;
const skipped: string[] = [];
const stream = run({ files, concurrency: 2, execArgv: ['--import', 'tsx'], timeout: 900_000 });
stream.on('test:pass', (event) => {
  if (event.details.type === 'suite') return;
  if (event.skip !== undefined || event.todo !== undefined)
    skipped.push(`${event.name}: ${String(event.skip ?? event.todo)}`);
  else passed++;
});
stream.on('test:fail', (event) => {
  if (event.details.type !== 'suite') failed++;
});
stream.on('end', () => {
  for (const one of skipped) console.log(`skipped: ${one}`);
  const missing = requireAll && skipped.length > 0;
  if (missing) console.log('Skipped checks count as failures here (PORT67_REQUIRE_ALL).');
  console.log(
    `${passed} passed, ${failed + (missing ? skipped.length : 0)} failed, ${missing ? 0 : skipped.length} skipped`,
  );
  if (failed > 0 || missing || passed === 0) process.exitCode = 1;
});
stream.compose(spec).pipe(process.stdout);
