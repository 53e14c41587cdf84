/** Compiled code is kept between starts, and never believed where it does not belong to the script. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';

const BY_HAND = fileURLToPath(new URL('byHand.ts', import.meta.url));

test('compiled code that is kept by hand is used, refused where it is damaged, and not taken for another script’s', () => {
  const folder = mkdtempSync(join(tmpdir(), 'port67-compiled-'));
  try {
    const script = join(folder, 'script.js');
    const cache = join(folder, 'cache');
    const run = (): string =>
      execFileSync(process.execPath, ['--import', 'tsx', BY_HAND, script, cache], { encoding: 'utf8' });
    const write = (word: string): void =>
      writeFileSync(script, `exports.answer = () => '${word} in ' + require('node:path').basename(__filename);\n`);
    const kept = (): string[] => readdirSync(cache).sort();
    const isSound = (name: string): boolean => {
      const bytes = readFileSync(join(cache, name));
      return bytes.length > 100 && bytes.readUInt32LE() === crc32(bytes.subarray(4));
    };
    write('one');
    assert.equal(run(), 'one in script.js');
    const [first] = kept();
    assert.equal(kept().length, 1);
    assert.ok(isSound(first!));
    const before = readFileSync(join(cache, first!));
    assert.equal(run(), 'one in script.js');
    assert.deepEqual(readFileSync(join(cache, first!)), before, 'what was right is not written again');

    // The constant “one” stands in the code as it does in the script: as “two” it would be believed, but for the checksum.
    const damaged = Buffer.from(before);
    const at = damaged.indexOf('one in ');
    assert.ok(at > 0);
    damaged.write('two', at);
    writeFileSync(join(cache, first!), damaged);
    assert.equal(run(), 'one in script.js');
    assert.ok(isSound(first!), 'what was damaged is made anew');

    // As long as the first one, which is all that V8 looks at.
    write('six');
    assert.equal(run(), 'six in script.js');
    assert.equal(kept().length, 2);
    for (const name of kept()) assert.ok(isSound(name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
