import { execFile } from 'node:child_process';
import { COMMANDS, gave, typed } from './commands';
import type { Command, Platform, Recorded } from './model';

/** A command that runs longer than this is killed. PowerShell starts slowly. */
const LONGEST_MS: Readonly<Record<Platform, number>> = { linux: 10_000, darwin: 10_000, windows: 60_000 };
const MOST_OCTETS = 64 << 20;

/** Folders of administrators' programs, which are often missing from an ordinary user's path. */
const PATHS: Readonly<Record<Platform, string>> = {
  linux: ':/usr/sbin:/sbin:/usr/local/sbin',
  darwin: ':/usr/sbin:/sbin',
  windows: '',
};

function run(command: Command, platform: Platform): Promise<Recorded> {
  return new Promise((resolve) => {
    const { id, program, args } = command;
    const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}${PATHS[platform]}`, LC_ALL: 'C' };
    execFile(
      program,
      [...args],
      { timeout: LONGEST_MS[platform], maxBuffer: MOST_OCTETS, env, windowsHide: true },
      (error, stdout, stderr) => {
        const code = error?.code;
        const status = !error
          ? 0
          : code === 'ENOENT' || code === 'EACCES'
            ? 'missing'
            : error.killed
              ? 'timeout'
              : typeof code === 'number'
                ? code
                : 1;
        resolve({ id, command: typed(command), status, output: stdout, errors: stderr });
      },
    );
  });
}

/** The platform this program runs on. Undefined if it cannot be examined. */
export function thisPlatform(): Platform | undefined {
  if (process.platform === 'win32') return 'windows';
  return process.platform === 'linux' || process.platform === 'darwin' ? process.platform : undefined;
}

/** Runs the commands of a platform one after the other. None of them changes anything. Calls `before` with each command line first. */
export async function runCommands(platform: Platform, before?: (command: string) => void): Promise<Recorded[]> {
  const out: Recorded[] = [];
  for (const command of COMMANDS[platform]) {
    if (command.instead !== undefined && gave(out.find(({ id }) => id === command.instead))) continue;
    before?.(typed(command));
    out.push(await run(command, platform));
  }
  return out;
}
