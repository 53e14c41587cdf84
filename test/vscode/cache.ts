/**
 * Things that are fetched or unpacked once and then kept in `.cache` of the repository, which git ignores: a real
 * VS Code, the browser that shows it, a Node that both can run on.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, constants, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const REPO = fileURLToPath(new URL('../../', import.meta.url)).replace(/[\\/]$/, '');
/** Where everything that can be made again is kept. */
export const CACHE = join(REPO, '.cache');

const FINISHED = 'finished';

/** Prints one line about a step of the preparation; standard error, so that it never mixes with a result. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Runs a step, says what it is and how long it took. Rejects as the step does. */
export async function step<T>(what: string, run: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await run();
  say(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

/** Whether a process with this id lives. One of another user counts as living. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Gives the folder `.cache/<name>`; `build` fills it when it is not there yet. It is built aside and moved into place when
 * finished, so nobody ever sees half of it: a preparation that was broken off is started over, and two at once do no harm.
 */
export async function once(name: string, build: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(CACHE, name);
  if (existsSync(join(folder, FINISHED))) return folder;
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true });
  for (const entry of await readdir(parent)) {
    const owner = /^(.+)\.part-(\d+)$/.exec(entry);
    if (owner?.[1] === basename(folder) && !lives(Number(owner[2]))) {
      await rm(join(parent, entry), { recursive: true, force: true });
    }
  }
  const aside = `${folder}.part-${process.pid}`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside);
  try {
    await build(aside);
    await writeFile(join(aside, FINISHED), '');
    // Someone else may have finished meanwhile: theirs is as good as ours.
    if (existsSync(join(folder, FINISHED))) return folder;
    await rm(folder, { recursive: true, force: true });
    await rename(aside, folder);
  } catch (error) {
    if (!existsSync(join(folder, FINISHED))) throw error;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return folder;
}

/** Runs a program to its end and gives its standard output. Rejects with what it said last when it fails. */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly shell?: boolean } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    child.once('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(out);
      const lines = (errors.trim() || out.trim()).split('\n').filter((line) => line.trim() && !/^\s+at /.test(line));
      const said = lines.find((line) => /(^|\s)\w*Error: /.test(line)) ?? lines.slice(-6).join(' | ');
      reject(new Error(`${basename(command)} ended with ${signal ?? code}: ${said || 'it said nothing'}`));
    });
  });
}

/** A folder that npm may write its downloads to: its own where there is a home, else one in the cache. */
async function npmCache(): Promise<string | undefined> {
  if (process.env['npm_config_cache']) return undefined;
  const home = homedir();
  try {
    if (home) {
      await access(home, constants.W_OK);
      return undefined;
    }
  } catch {
    // Falls through: a home that cannot be written is as good as none.
  }
  return join(CACHE, 'npm');
}

/**
 * Installs packages into `folder` by npm, on the Node given, without running any script of theirs. The registry and
 * proxies are those of the person's npm configuration; what in it could change the result is overruled.
 */
export async function npmInstall(folder: string, node: string, packages: readonly string[] = []): Promise<void> {
  const args = ['install', ...packages, '--ignore-scripts', '--omit=dev', '--include=optional', '--include=peer'];
  args.push('--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error', '--no-progress');
  args.push('--global=false', '--engine-strict=false', '--dry-run=false', '--package-lock-only=false');
  args.push('--workspaces=false', '--install-strategy=hoisted', '--bin-links=true', '--prefer-offline');
  const cache = await npmCache();
  if (cache) args.push(`--cache=${cache}`);
  await npm(folder, node, args);
}

/** Runs npm in `folder` on the Node given, and gives its standard output. */
export async function npm(folder: string, node: string, args: readonly string[]): Promise<string> {
  // npm hands its own settings to the scripts that it runs: a `--prefix` or `--workspace` given to the outer npm is not ours.
  const env: NodeJS.ProcessEnv = { ...process.env, PATH: [dirname(node), process.env['PATH']].join(delimiter) };
  for (const key of Object.keys(env)) {
    if (/^npm_config_(local_)?(prefix|workspaces?|global|location|omit|include|production|only)$/i.test(key))
      delete env[key];
  }
  const outer = process.env['npm_execpath'];
  if (outer && /^npm(-cli)?\.[cm]?js$/.test(basename(outer))) return run(node, [outer, ...args], { cwd: folder, env });
  // Where npm is a .cmd file, a shell has to start it; none of our arguments needs quotes.
  const windows = process.platform === 'win32';
  return run(windows ? 'npm.cmd' : 'npm', args, { cwd: folder, env, shell: windows });
}
