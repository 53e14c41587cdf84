/**
 * `npm start`: opens a sample capture in VS Code with this extension. In the desktop's VS Code where there is one, else in a
 * VS Code that runs here and is looked at in any browser.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { CACHE, npm, REPO, step } from './cache';
import {
  installUnpacked,
  listExtensions,
  STARTER,
  STARTER_SETTING,
  startServer,
  tryPort,
  type RunningServer,
} from './launch';
import { prepareVscode } from './prepare';

/** The port that is asked for first: 67 cannot be had without root. */
const PORT = 6767;
/** The capture that is shown first. */
const SAMPLE = 'dhcp-healthy.pcap';

const HELP = `npm start [-- OPTION…]: opens a sample capture in VS Code with this extension.

  --port N     the port of the VS Code in the browser (default ${PORT}, or the next free one)
  --browser    VS Code in the browser also where the desktop has one
  --check      starts VS Code in the browser, sees that it answers and knows the extension, and stops (also: --no-wait)
  --help       this text
`;

/** The desktop's VS Code on the PATH; undefined without one, or without a screen to show it on. */
function desktopCode(): string | undefined {
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return undefined;
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}

/** Copies the samples to a folder of their own, so that nobody changes those of the repository. Gives the folder. */
async function copySamples(openOnStart: boolean): Promise<string> {
  const source = join(REPO, 'media', 'samples');
  if (!existsSync(join(source, SAMPLE))) throw new Error(`the sample ${join(source, SAMPLE)} is missing`);
  const folder = join(CACHE, 'start', 'samples');
  await rm(folder, { recursive: true, force: true });
  await cp(source, folder, { recursive: true });
  if (openOnStart) {
    await mkdir(join(folder, '.vscode'));
    await writeFile(
      join(folder, '.vscode', 'settings.json'),
      `${JSON.stringify({ [STARTER_SETTING]: SAMPLE }, null, 2)}\n`,
    );
  }
  return folder;
}

/** Opens the sample in the desktop's VS Code, which runs the extension from this folder. False when that VS Code refused. */
async function startDesktop(code: string): Promise<boolean> {
  const folder = await copySamples(false);
  const args = [`--extensionDevelopmentPath=${REPO}`, folder, join(folder, SAMPLE)];
  // A .cmd file needs a shell, and the shell needs quotes around what may hold blanks.
  const shell = process.platform === 'win32';
  const quoted = shell ? args.map((arg) => `"${arg}"`) : args;
  const status = await new Promise<number | null>((resolve) => {
    const child = spawn(shell ? `"${code}"` : code, quoted, { stdio: 'inherit', shell });
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  if (status === 0) console.log(`VS Code opens ${SAMPLE} with Port 67.`);
  return status === 0;
}

/** The port wanted, or the next free one after the usual. */
async function choosePort(wanted: string | undefined): Promise<number> {
  if (wanted !== undefined) {
    const port = /^\d{1,5}$/.test(wanted) ? Number(wanted) : 0;
    if (port < 1 || port > 65535) throw new Error(`--port wants a number from 1 to 65535, not “${wanted}”`);
    if ((await tryPort(port)) === undefined)
      throw new Error(`port ${port} of 127.0.0.1 cannot be had; --port takes another one`);
    return port;
  }
  for (let port = PORT; port < PORT + 50; port++) {
    if ((await tryPort(port)) !== undefined) return port;
  }
  throw new Error(`no port from ${PORT} to ${PORT + 49} of 127.0.0.1 is free; --port takes another one`);
}

/** Serves VS Code to a browser until Ctrl+C; with `check`, only until it has answered. */
async function startInBrowser(wantedPort: string | undefined, check: boolean): Promise<void> {
  // Ctrl+C is the usual way out, not a failure: it ends the server, and then this. It may come twice, by the terminal and by
  // the process that started us.
  let server = undefined as RunningServer | undefined;
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    await server?.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());
  await prepareVscode();
  const port = await choosePort(wantedPort);
  const folder = await copySamples(true);
  const home = join(CACHE, 'start');
  const extensions = join(home, 'extensions');
  await rm(extensions, { recursive: true, force: true });
  await installUnpacked(STARTER, extensions);
  await installUnpacked(REPO, extensions);
  server = await step('Starting VS Code', () =>
    startServer({ folder, userData: join(home, 'user-data'), extensions, port, keepSettings: true }),
  );
  if (check) {
    try {
      const { publisher, name } = JSON.parse(await readFile(join(REPO, 'package.json'), 'utf8')) as Record<
        string,
        string
      >;
      const known = await listExtensions(extensions);
      const ours = known.find((id) => id.startsWith(`${publisher}.${name}@`));
      if (!ours) throw new Error(`VS Code does not know ${publisher}.${name}, only: ${known.join(', ') || 'nothing'}`);
      console.log(`VS Code answers at ${server.url} and knows ${ours}.`);
    } finally {
      await server.stop();
    }
    return;
  }
  console.log(`\nPort 67 runs in VS Code. Open this address in a browser on this machine:\n\n    ${server.url}\n`);
  console.log(`It shows ${SAMPLE}; the other samples are in the list of files. Ctrl+C stops it.`);
  await server.ended;
  if (!ending) throw new Error('VS Code has ended by itself');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      browser: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      'no-wait': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const check = values.check || values['no-wait'];
  await step('Building the extension', () => npm(REPO, process.execPath, ['run', 'build']));
  const code = check || values.browser || values.port !== undefined ? undefined : desktopCode();
  if (code !== undefined && (await startDesktop(code))) return;
  await startInBrowser(values.port, check);
}

main().catch((error: unknown) => {
  console.error(`npm start: ${(error as Error).message}`);
  process.exit(1);
});
