import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The bundled command line, as it ships. */
export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

/** Runs `port67` with these arguments, `input` as its standard input. */
export function cli(
  args: readonly string[],
  input: string | Uint8Array = '',
  env: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, ...env } });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (status) =>
      resolve({
        status,
        stdout: Buffer.concat(out).toString('utf8'),
        stderr: Buffer.concat(err).toString('utf8'),
        milliseconds: performance.now() - started,
      }),
    );
    // The program may end without reading its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** The objects that `port67` prints, one a line. None where it refuses the input (status 2). */
export async function cliLines<T>(args: readonly string[], input: string | Uint8Array = ''): Promise<T[]> {
  const { status, stdout, stderr } = await cli(args, input);
  if (status === 2) return [];
  if (status !== 0) throw new Error(`port67 ${args.join(' ')} ended with status ${status}: ${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
