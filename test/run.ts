/**
 * Runs the tests under test/ (all of them, or those whose path contains one of the arguments) with Node's own test runner. Prints a dot
 * for each test that passes; at the end what failed and why, what was skipped for lack of a tool, and the count. What is skipped is a
 * failure where PORT67_REQUIRE_ALL or CI is set.
 */
import { globSync } from 'node:fs';
import { relative } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
import { requireAll, SECOND_ATTEMPT } from './support/needs';

const wanted = process.argv.slice(2);
const files = globSync('test/**/*.test.ts')
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort();
if (files.length === 0) throw new Error(`no test file's path contains ${wanted.join(' or ')}`);

/** Dots in a line. */
const LINE = 100;
/** Characters that are kept of what a file's tests print, for the case that one of them fails. */
const KEPT = 64 << 10;

let passed = 0;
let failed = 0;
let dots = 0;
const skipped: string[] = [];
const failures: string[] = [];
/** What was tried a second time, and why. */
const again: string[] = [];
/** What the tests of a file have printed, and whether one of them failed. */
const printed = new Map<string, string>();
const failing = new Set<string>();
/** Milliseconds of a file's tests: where the time goes. */
const taken = new Map<string, number>();
/** Files of the slowest tests that are named at the end. */
const SLOWEST = 8;

function progress(sign: string): void {
  process.stdout.write(++dots % LINE === 0 ? `${sign}\n` : sign);
}

function keep({ file: path = '', message }: { readonly file?: string; readonly message: string }): void {
  const file = relative('', path);
  printed.set(file, ((printed.get(file) ?? '') + message).slice(-KEPT));
}

/** The files whose tests took longest, with their seconds. */
const slowest = (): string =>
  [...taken]
    .sort(([, a], [, b]) => b - a)
    .slice(0, SLOWEST)
    .map(([file, milliseconds]) => `${relative('test', file)} ${(milliseconds / 1000).toFixed(0)} s`)
    .join(', ');

const colors = process.stdout.isTTY === true && !process.env['NO_COLOR'];
const stream = run({ files, concurrency: 2, execArgv: ['--import', 'tsx'], timeout: 900_000 });
stream.on('test:stdout', keep);
stream.on('test:stderr', keep);
stream.on('test:diagnostic', ({ message }) => {
  if (message.startsWith(SECOND_ATTEMPT)) again.push(message);
});
stream.on('test:complete', ({ file = '', nesting, details }) => {
  if (nesting === 0) taken.set(relative('', file), (taken.get(relative('', file)) ?? 0) + details.duration_ms);
});
stream.on('test:pass', ({ name, skip, todo, details }) => {
  if (details.type === 'suite') return;
  if (skip !== undefined || todo !== undefined) {
    skipped.push(`${name}: ${String(skip ?? todo)}`);
    return progress('s');
  }
  passed++;
  progress('.');
});
stream.on('test:fail', ({ name, file: path = '', details }) => {
  const file = relative('', path);
  failing.add(file);
  const { error } = details;
  // A suite, or a test that has tests of its own, tells only that one of these failed; that one has told why.
  const own = (error as { failureType?: string }).failureType !== 'subtestsFailed';
  if (details.type !== 'suite') {
    failed++;
    progress('F');
  }
  if (!own) return;
  const why = inspect(error.cause instanceof Error ? error.cause : error, { colors });
  failures.push(`✖ ${name} (${file})\n${why.replace(/^/gm, '  ')}\n`);
});
stream.on('end', () => {
  if (dots % LINE > 0) console.log();
  for (const file of failing) {
    const text = printed.get(file)?.trim() ?? '';
    if (text !== '') console.log(`\n── printed by ${file}\n${text}`);
  }
  for (const one of failures) console.log(`\n${one}`);
  for (const one of again) console.log(one);
  for (const one of skipped) console.log(`skipped: ${one}`);
  if (files.length > SLOWEST) console.log(`Slowest: ${slowest()}`);
  const missing = requireAll && skipped.length > 0;
  if (missing) console.log('Skipped checks count as failures here (PORT67_REQUIRE_ALL).');
  console.log(
    `${passed} passed, ${failed + (missing ? skipped.length : 0)} failed, ${missing ? 0 : skipped.length} skipped`,
  );
  if (failed > 0 || missing || passed === 0) process.exitCode = 1;
});
stream.resume();
