/** The servers themselves say what they accept: mutants of configurations are given to them and to us. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checkConfig, parseConfig, SourceFile, type ConfigKind } from '../../src/config';
import { parseKea } from '../../src/config/kea';
import { RELEASES } from '../../src/config/kea/schema';
import { Random } from '../fuzz/random';
import { needs } from '../support/needs';
import { refused } from './check';
import { mutated } from './mutate';
import { OWN } from './samples';

const folder = mkdtempSync(join(tmpdir(), 'port67-config-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'conf');

/** How each program is asked whether it takes a file. */
const PROGRAMS: Partial<Readonly<Record<ConfigKind, readonly string[]>>> = {
  dhcpd: ['dhcpd', '-t', '-cf', path],
  dhcpd6: ['dhcpd', '-t', '-6', '-cf', path],
  kea4: ['kea-dhcp4', '-t', path],
  kea6: ['kea-dhcp6', '-t', path],
  dnsmasq: ['dnsmasq', '--test', '-C', path],
};

/** What a program says about this machine and not about the file. */
const ABOUT_HERE = /Can't open|cannot read|cannot access|in the system|doesn't have address|not known|hooks librar/;

/** Whether the program refuses a text; undefined where it does so for something that only this machine has or lacks. */
function refusedBy([program, ...args]: readonly string[], text: string): boolean | undefined {
  writeFileSync(path, text);
  const ran = spawnSync(program!, args, { encoding: 'latin1', timeout: 20_000 });
  return ABOUT_HERE.test(ran.stdout + ran.stderr) ? undefined : ran.status !== 0;
}

/** The release of Kea that is installed, as far as we tell releases apart. */
function keaRelease(program: string): (typeof RELEASES)[number] | undefined {
  const version = spawnSync(program, ['-v'], { encoding: 'utf8' }).stdout.trim();
  return RELEASES.find((release) => version.startsWith(`${release}.`));
}

for (const { kind, text, file } of OWN)
  test(`${file}: agreement on what is accepted`, (t) => {
    const command = PROGRAMS[kind]!;
    if (!needs(t, command[0]!)) return;
    const release = kind.startsWith('kea') ? keaRelease(command[0]!) : undefined;
    const ours = (mutant: string): boolean => {
      if (release === undefined) return refused(kind, mutant);
      const document = parseKea(new SourceFile('mutant', mutant), kind as 'kea4', () => undefined, release);
      return checkConfig(document).some((one) => one.refused);
    };
    assert.equal(refusedBy(command, text), false, 'the program takes it as it is');
    assert.equal(
      checkConfig(parseConfig(new SourceFile(file, text), kind)).some((one) => one.refused),
      false,
    );
    const random = new Random(67);
    const differ: string[] = [];
    let all = 0;
    for (let i = 0; i < 120; i++) {
      random.reseed(4, i);
      const mutant = mutated(text, random);
      if (mutant.includes('\0')) continue;
      const real = refusedBy(command, mutant);
      if (real === undefined) continue;
      all++;
      if (ours(mutant) !== real) differ.push(`mutant ${i}: ${real ? 'only the program' : 'only we'} refuse it`);
    }
    assert.ok(differ.length <= all * 0.05, `${differ.length} of ${all} differ: ${differ.join('; ')}`);
  });
