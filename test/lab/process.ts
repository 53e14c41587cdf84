import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** Runs a command to its end and gives its standard output. Throws, with what it said, when it fails or takes more than 10 s. */
export function execute(command: string, args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      { timeout: 10_000, maxBuffer: 64 << 20, encoding: 'utf8' },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`${command} ${args.join(' ')}: ${stderr.trim() || error.message}`));
        else resolve(stdout);
      },
    );
    child.stdin?.on('error', () => undefined); // the command may end without reading all of its input
    child.stdin?.end(input ?? '');
  });
}

/** Asks again and again until `check` says yes. Throws with `what` after `seconds`. */
export async function until(what: string, seconds: number, check: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await sleep(20);
  }
}

/** A program that runs until it is stopped. All that it says, on either output, is in `log`. */
export class Process {
  log = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;

  constructor(
    readonly name: string,
    argv: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ) {
    this.child = spawn(argv[0]!, argv.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C', ...env },
    });
    const collect = (data: Buffer): void => void (this.log += data.toString('latin1'));
    this.child.stdout!.on('data', collect);
    this.child.stderr!.on('data', collect);
    this.ended = new Promise((resolve) => {
      // Not 'close': a program's own children may hold its outputs open after it.
      this.child.once('exit', () => resolve());
      this.child.once('error', (error) => {
        this.log += `${error.message}\n`;
        resolve();
      });
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get running(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  signal(name: NodeJS.Signals): void {
    if (this.running) this.child.kill(name);
  }

  /** Waits until the log, from character `from` on, matches. Throws, with the log, when the program ends first or `seconds` pass. */
  async says(pattern: RegExp, seconds: number, from = 0): Promise<void> {
    try {
      await until(`${this.name} to say ${String(pattern)}`, seconds, () => {
        if (pattern.test(this.log.slice(from))) return true;
        if (!this.running) throw new Error(`${this.name} ended before it said ${String(pattern)}`);
        return false;
      });
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.log}`);
    }
  }

  /** Waits for the program's own end. Throws after `seconds`. */
  async end(seconds: number): Promise<void> {
    const gone = await Promise.race([this.ended.then(() => true), sleep(seconds * 1000, false, { ref: false })]);
    if (!gone) throw new Error(`${this.name} did not end within ${seconds} s\n${this.log}`);
  }

  /** Stops the program: politely first, after a second for certain. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.signal(signal);
    try {
      await this.end(signal === 'SIGKILL' ? 5 : 1);
    } catch {
      this.signal('SIGKILL');
      await this.end(5);
    }
  }

  /** Lets go of its outputs. */
  release(): void {
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
  }

  /** For the last moment of this process, when nothing can be awaited any more. */
  killNow(): void {
    this.signal('SIGKILL');
  }
}
