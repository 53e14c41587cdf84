/** `npm test` says little where all is well, and all that is needed where something is not. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const REPO = fileURLToPath(new URL('../../', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'port67-test-'));
after(() => rmSync(home, { recursive: true, force: true }));

/** Runs test files of these contents in a folder of their own; gives the exit status and the lines printed. */
function ran(name: string, contents: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const folder = join(home, name);
  mkdirSync(join(folder, 'test'), { recursive: true });
  symlinkSync(join(REPO, 'node_modules'), join(folder, 'node_modules'), 'dir');
  for (const [i, content] of contents.entries())
    writeFileSync(join(folder, 'test', `${i}.test.ts`), `import { describe, test } from 'node:test';\n${content}`);
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', join(REPO, 'test', 'run.ts')], {
    cwd: folder,
    // Neither the rules of the run around it, nor that it is inside one.
    env: {
      ...process.env,
      CI: undefined,
      PORT67_REQUIRE_ALL: undefined,
      NODE_TEST_CONTEXT: undefined,
      NO_COLOR: '1',
      ...env,
    },
    encoding: 'utf8',
  });
  return { status, lines: stdout.trimEnd().split('\n'), stdout };
}

test('success is dots and the count, whatever the tests print', () => {
  const many = `console.log('noise'); console.error('more'); for (let i = 0; i < 120; i++) test('t' + i, () => {});`;
  assert.deepEqual(ran('success', [many]), {
    status: 0,
    lines: ['.'.repeat(100), '.'.repeat(20), '120 passed, 0 failed, 0 skipped'],
    stdout: `${'.'.repeat(100)}\n${'.'.repeat(20)}\n120 passed, 0 failed, 0 skipped\n`,
  });
});

test('what is skipped is named before the count, and fails where all must be there', () => {
  const skip = `test('fine', () => {}); test('wants more', (t) => t.skip('no tool'));`;
  const { status, lines } = ran('skip', [skip]);
  assert.deepEqual([status, lines.slice(1)], [0, ['skipped: wants more: no tool', '1 passed, 0 failed, 1 skipped']]);
  const all = ran('skip-all', [skip], { PORT67_REQUIRE_ALL: '1' });
  assert.deepEqual([all.status, all.lines.at(-1)], [1, '1 passed, 1 failed, 0 skipped']);
});

test('each failure is told at the end with its reason, and with what its file printed', () => {
  const { status, lines, stdout } = ran('failure', [
    `console.log('told by the file'); test('one', () => { throw new Error('broken one'); });
     test('parent', async (t) => { await t.test('child', () => { throw new Error('broken child'); }); });`,
    `describe('suite', () => { test('inside', () => { throw new Error('broken inside'); }); });`,
    `console.log('nobody asks'); test('fine', () => {});`,
    `import './missing';`,
  ]);
  assert.equal(status, 1);
  // The child fails its parent; the file that cannot be loaded counts as one.
  assert.equal(lines.at(-1), '1 passed, 5 failed, 0 skipped');
  for (const told of [
    /^✖ one \(test\/0\.test\.ts\)\n {2}Error: broken one\n {6}at /m,
    /^✖ child \(test\/0\.test\.ts\)\n {2}Error: broken child$/m,
    /^✖ inside \(test\/1\.test\.ts\)\n {2}Error: broken inside$/m,
    /^✖ test\/3\.test\.ts/m,
    /Cannot find module '\.\/missing'/,
    /^── printed by test\/0\.test\.ts\ntold by the file$/m,
  ])
    assert.match(stdout, told);
  assert.doesNotMatch(stdout, /nobody asks|✖ parent|✖ suite|✔/);
});
