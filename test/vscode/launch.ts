/** Starts the prepared VS Code as a server for one folder, and puts the extension into it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { REPO, run } from './cache';
import { prepareVscode } from './prepare';

/** Settings that keep VS Code from showing or starting what has nothing to do with the extension. */
const CALM_SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.confirmBeforeClose': 'never',
  'files.simpleDialog.enable': true,
} as const;

/** The themes of VS Code that the tests look at: the setting's value, the name in the list, the class of the window. */
export const THEMES = {
  dark: { id: 'Dark Modern', label: 'Dark Modern', className: 'vs-dark' },
  light: { id: 'Light Modern', label: 'Light Modern', className: 'vs' },
  'high-contrast': { id: 'Default High Contrast', label: 'Dark High Contrast', className: 'hc-black' },
  'high-contrast-light': { id: 'Default High Contrast Light', label: 'Light High Contrast', className: 'hc-light' },
} as const;
/** One of the themes of `THEMES`. */
export type Theme = keyof typeof THEMES;

/** What a server is started with. */
export interface ServerOptions {
  /** The folder that VS Code opens. */
  readonly folder: string;
  /** Where it keeps settings and state; made when missing. */
  readonly userData: string;
  /** Where the extensions are; made when missing. */
  readonly extensions: string;
  /** The TCP port on 127.0.0.1; a free one by default. */
  readonly port?: number;
  readonly theme?: Theme;
  /** Further user settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Leaves user settings alone that are there already: for a person, who may have changed them. */
  readonly keepSettings?: boolean;
}

/** A server that runs. */
export interface RunningServer {
  /** The address that opens the folder. */
  readonly url: string;
  readonly port: number;
  /** Resolves when the server's processes are gone, whoever ended them. */
  readonly ended: Promise<void>;
  /** Ends the server with all its processes; resolves when they are gone. */
  stop(): Promise<void>;
}

/** Whether a server may listen on this TCP port of 127.0.0.1; port 0 asks for any. Gives the port, or undefined. */
export function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = probe.address();
      const got = typeof address === 'object' && address ? address.port : undefined;
      probe.close(() => resolve(got));
    });
  });
}

/** The HTTP status of an address; undefined when nothing answers within `limit` milliseconds. */
function status(url: string, limit: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    // An agent of its own: proxies named in the environment are not for this machine.
    const request = get(url, { agent: new Agent(), timeout: limit }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(undefined));
    request.once('close', () => resolve(undefined));
  });
}

/** The environment for code-server: without what a terminal inside another VS Code, or the person's own server, puts there. */
function serverEnvironment(userData: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const key of Object.keys(env)) {
    if (
      /^(VSCODE_|CODE_SERVER_|ELECTRON_|npm_)/.test(key) ||
      ['PORT', 'PASSWORD', 'HASHED_PASSWORD', 'NODE_OPTIONS'].includes(key)
    ) {
      delete env[key];
    }
  }
  if (!env['HOME']) env['HOME'] = userData;
  for (const name of ['CONFIG', 'DATA', 'CACHE', 'STATE']) env[`XDG_${name}_HOME`] = join(userData, name.toLowerCase());
  return env;
}

async function writeUserSettings(
  userData: string,
  theme: Theme,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  await mkdir(join(userData, 'User'), { recursive: true });
  const all = { ...CALM_SETTINGS, 'workbench.colorTheme': THEMES[theme].id, ...settings };
  await writeFile(join(userData, 'User', 'settings.json'), `${JSON.stringify(all, null, 2)}\n`);
}

/** Servers that run, to be ended with this process. */
const groups = new Set<number>();

function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}

let watching = false;
/** Ends all servers when this process ends, also by Ctrl+C or a plain kill. */
function endServersWithProcess(): void {
  if (watching) return;
  watching = true;
  process.once('exit', () => {
    for (const group of groups) signalGroup(group, 'SIGKILL');
  });
  // Whoever has a better way to end on a signal has said so before.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    if (process.listenerCount(signal) === 0) process.once(signal, () => process.exit(code));
  }
}

/**
 * Runs its arguments in a process group of their own and ends the whole group when either they end or standard input closes:
 * so the server dies with us even when we are killed without a chance to clean up.
 */
const KEEPER = '{ "$@" </dev/null; kill -KILL 0; } & cat >/dev/null; kill -KILL 0';

/** Seconds that a server may take to give its first page. Usually it is two or three. */
const START_LIMIT = 60;

/** Starts VS Code for a folder and waits until it answers. Rejects with one sentence and the server's last words otherwise. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { node, server } = await prepareVscode();
  const folder = resolve(options.folder);
  const userData = resolve(options.userData);
  const extensions = resolve(options.extensions);
  const port = options.port ?? (await tryPort(0));
  if (port === undefined) throw new Error('VS Code could not be started: no free TCP port on 127.0.0.1');
  await mkdir(extensions, { recursive: true });
  if (!options.keepSettings || !existsSync(join(userData, 'User', 'settings.json'))) {
    await writeUserSettings(userData, options.theme ?? 'dark', options.settings ?? {});
  }

  // The path of a Unix socket may have 107 octets at most, so it does not lie under the user data, which may lie deep.
  const sockets = await mkdtemp(join(tmpdir(), 'port67-'));
  const args = [
    server,
    '--auth',
    'none',
    '--bind-addr',
    `127.0.0.1:${port}`,
    '--config',
    join(userData, 'config.yaml'),
  ];
  args.push('--session-socket', join(sockets, 's'), '--user-data-dir', userData, '--extensions-dir', extensions);
  args.push(
    '--disable-telemetry',
    '--disable-update-check',
    // A server has no other way to be one that trusts nothing.
    ...(options.settings?.['security.workspace.trust.enabled'] === true ? [] : ['--disable-workspace-trust']),
    '--disable-getting-started-override',
  );
  args.push('--ignore-last-opened', folder);
  endServersWithProcess();
  const child = spawn('/bin/sh', ['-c', KEEPER, 'port67-vscode', node, ...args], {
    detached: true,
    env: serverEnvironment(userData),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let log = '';
  const keepLog = (data: Buffer): void => {
    log = (log + data.toString()).slice(-4000);
  };
  child.stdout.on('data', keepLog);
  child.stderr.on('data', keepLog);
  child.stdin.on('error', () => undefined);
  const group = child.pid;
  if (group === undefined) throw new Error('VS Code could not be started: /bin/sh is missing');
  groups.add(group);
  let over = false;
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      over = true;
      groups.delete(group);
      void rm(sockets, { recursive: true, force: true }).then(() => resolve());
    });
  });
  const stop = async (): Promise<void> => {
    signalGroup(group, 'SIGTERM');
    const limit = Date.now() + 3000;
    while (signalGroup(group, 0) && Date.now() < limit) await delay(20);
    signalGroup(group, 'SIGKILL');
    await ended;
  };

  const url = `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`;
  const limit = Date.now() + START_LIMIT * 1000;
  for (;;) {
    if ((await status(url, 10_000)) === 200) break;
    if (over || Date.now() > limit) {
      await stop();
      const why = over ? 'it ended by itself' : `it did not answer within ${START_LIMIT} s`;
      throw new Error(
        `VS Code could not be started on port ${port}: ${why}. It said: ${log.trim().split('\n').slice(-8).join(' | ')}`,
      );
    }
    await delay(50);
  }
  return { url, port, ended, stop };
}

/** Runs code-server for a question about extensions, without a server, and gives its standard output. */
async function askExtensions(extensions: string, question: readonly string[]): Promise<string> {
  const { node, server } = await prepareVscode();
  const userData = await mkdtemp(join(tmpdir(), 'port67-'));
  try {
    const args = [server, '--config', join(userData, 'config.yaml'), '--user-data-dir', userData];
    args.push('--extensions-dir', resolve(extensions), ...question);
    return await run(node, args, { env: serverEnvironment(userData) });
  } finally {
    await rm(userData, { recursive: true, force: true });
  }
}

/** Installs a VSIX as a person would, by VS Code's own installer. Rejects with what it said when it refuses. */
export async function installVsix(vsix: string, extensions: string): Promise<void> {
  if (!existsSync(vsix)) throw new Error(`${vsix} is missing: run “npm run package” first`);
  try {
    const said = await askExtensions(extensions, ['--install-extension', resolve(vsix), '--force']);
    if (!said.includes('successfully installed')) throw new Error(said.trim());
  } catch (error) {
    throw new Error(`${vsix} could not be installed: ${(error as Error).message}`, { cause: error });
  }
}

/** The extensions that VS Code finds, as `publisher.name@version`. */
export async function listExtensions(extensions: string): Promise<string[]> {
  const said = await askExtensions(extensions, ['--list-extensions', '--show-versions']);
  return said.split('\n').filter((line) => /^[\w-]+\.[\w-]+@/.test(line));
}

/** A helper extension that opens the file which the workspace's setting `STARTER_SETTING` names when VS Code starts. */
export const STARTER = join(REPO, 'test', 'vscode', 'starter');
export const STARTER_SETTING = 'port67Starter.open';
/** The setting with what it says in the status bar when the extensions have started. */
export const SAYING_SETTING = 'port67Starter.says';

/**
 * Installs an extension that lies unpacked and built in `source`, by a link where links are to be had, so that the next
 * build is seen by the next window.
 */
export async function installUnpacked(source: string, extensions: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as Record<string, string>;
  await mkdir(extensions, { recursive: true });
  const target = join(extensions, `${manifest['publisher']}.${manifest['name']}-${manifest['version']}`);
  await rm(target, { recursive: true, force: true });
  // VS Code's own list of what is installed; without it the folders are looked at again.
  await rm(join(extensions, 'extensions.json'), { force: true });
  try {
    await symlink(resolve(source), target, 'dir');
  } catch {
    await cp(source, target, { recursive: true, filter: (file) => !/[\\/](node_modules|\.git|\.cache)$/.test(file) });
  }
}
