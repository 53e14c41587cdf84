import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { CACHE, once, run } from './cache';

const ROOM = `test-${process.pid}`;

describe('once', () => {
  after(() => rm(join(CACHE, ROOM), { recursive: true, force: true }));

  test('builds a folder the first time only', async () => {
    let builds = 0;
    const build = async (folder: string): Promise<void> => {
      builds++;
      await writeFile(join(folder, 'content'), 'whole');
    };
    const folder = await once(`${ROOM}/a`, build);
    assert.equal(await once(`${ROOM}/a`, build), folder);
    assert.equal(builds, 1);
    assert.equal(await readFile(join(folder, 'content'), 'utf8'), 'whole');
  });

  test('leaves nothing of a build that failed, and builds anew', async () => {
    const failing = once(`${ROOM}/b`, async (folder) => {
      await writeFile(join(folder, 'content'), 'half');
      throw new Error('the line is down');
    });
    await assert.rejects(failing, /^Error: the line is down$/);
    assert.equal(existsSync(join(CACHE, ROOM, 'b')), false);
    const folder = await once(`${ROOM}/b`, (aside) => writeFile(join(aside, 'content'), 'whole'));
    assert.equal(await readFile(join(folder, 'content'), 'utf8'), 'whole');
  });

  test('starts over what another process left half done', async () => {
    // A process that has ended: its id is free.
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const left = join(CACHE, ROOM, `c.part-${dead}`);
    await mkdir(left, { recursive: true });
    // A folder in place without its mark was not made by `once`, or was cut off while being deleted.
    await mkdir(join(CACHE, ROOM, 'c'), { recursive: true });
    await writeFile(join(CACHE, ROOM, 'c', 'content'), 'half');
    const folder = await once(`${ROOM}/c`, (aside) => writeFile(join(aside, 'content'), 'whole'));
    assert.equal(await readFile(join(folder, 'content'), 'utf8'), 'whole');
    assert.equal(existsSync(left), false);
  });
});

describe('run', () => {
  test('gives what the program printed', async () => {
    assert.equal(await run(process.execPath, ['-p', '6 * 7']), '42\n');
  });
  test('says in one line why a program failed, without the stack', async () => {
    await assert.rejects(run(process.execPath, ['-e', 'throw new Error("no such registry")']), (error: Error) => {
      assert.match(error.message, /^\S+ ended with 1: .*Error: no such registry/);
      assert.doesNotMatch(error.message, /\n|\bat node:/);
      return true;
    });
  });
  test('says so when there is no such program', async () => {
    await assert.rejects(run('/nowhere/program', []), /^Error: \/nowhere\/program could not be started: /);
  });
});
