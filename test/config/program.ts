/** The servers themselves, asked whether they take a configuration. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { checkConfig, SourceFile, type ConfigKind } from '../../src/config';
import { parseKea } from '../../src/config/kea';
import { RELEASES } from '../../src/config/kea/schema';
import { refused } from './check';

const folder = mkdtempSync(join(tmpdir(), 'port67-config-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'conf');

/** How each program is asked whether it takes a file. */
export const PROGRAMS: Partial<Readonly<Record<ConfigKind, readonly string[]>>> = {
  dhcpd: ['dhcpd', '-t', '-cf', path],
  dhcpd6: ['dhcpd', '-t', '-6', '-cf', path],
  kea4: ['kea-dhcp4', '-t', path],
  kea6: ['kea-dhcp6', '-t', path],
  dnsmasq: ['dnsmasq', '--test', '-C', path],
};

/** What a program says about this machine and not about the file. */
const ABOUT_HERE = /Can't open|cannot read|cannot access|in the system|doesn't have address|not known|hooks librar/;

/** Whether the program refuses a text; undefined where it does so for something that only this machine has or lacks. */
export function refusedBy([program, ...args]: readonly string[], text: string): boolean | undefined {
  writeFileSync(path, text);
  const ran = spawnSync(program!, args, { encoding: 'latin1', timeout: 20_000 });
  return ABOUT_HERE.test(ran.stdout + ran.stderr) ? undefined : ran.status !== 0;
}

/** The release of Kea that is installed, as far as we tell releases apart. */
function keaRelease(program: string): (typeof RELEASES)[number] | undefined {
  const version = spawnSync(program, ['-v'], { encoding: 'utf8' }).stdout.trim();
  return RELEASES.find((release) => version.startsWith(`${release}.`));
}

/** What we say of texts of a kind: for Kea, of the release that is installed. */
export function refusedByUs(kind: ConfigKind): (text: string) => boolean {
  const release = kind.startsWith('kea') ? keaRelease(PROGRAMS[kind]![0]!) : undefined;
  if (release === undefined) return (text) => refused(kind, text);
  return (text) => {
    const document = parseKea(new SourceFile('mutant', text), kind as 'kea4', () => undefined, release);
    return checkConfig(document).some((one) => one.refused);
  };
}
