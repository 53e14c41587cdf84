/** Runs programs, one after another, and measures each as a whole process. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Ticks a second in `/proc` (`getconf CLK_TCK`): 100 on every Linux of today. */
const TICKS = 100;

/** One run of a program. */
export interface Run {
  /** Seconds from its start to its end. */
  readonly wall: number;
  /** Seconds of processor time, of all its threads; undefined where the system does not tell. */
  readonly cpu: number | undefined;
  /** Most memory that it held at a time, in octets; undefined where the system does not tell. */
  readonly memory: number | undefined;
}

/**
 * Runs a program to its end, its output thrown away. Rejects where it fails. `watched`: looks again and again how much memory and processor time it has
 * used, which takes some of the machine away from it.
 */
export function run(command: readonly string[], watched = false): Promise<Run> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'ignore', 'ignore'] });
    let memory: number | undefined;
    let cpu: number | undefined;
    // The kernel keeps the high-water mark and the time used; the last look before the end is nearly it.
    const look = (): void => {
      try {
        const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
        if (kilobytes) memory = Number(kilobytes[1]) * 1024;
        // Behind the name in brackets, user and system time are the 12th and 13th field, in ticks (proc(5)).
        const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        cpu = (Number(fields[11]) + Number(fields[12])) / TICKS;
      } catch {
        // No such file system here, or the program has just ended.
      }
    };
    const timer = watched ? setInterval(look, 4) : undefined;
    const end = (error?: Error): void => {
      clearInterval(timer);
      if (error) reject(error);
      else resolve({ wall: (performance.now() - start) / 1000, cpu, memory });
    };
    child.once('error', end);
    child.once('exit', (code) => end(code === 0 ? undefined : new Error(`${command.join(' ')} ended with ${code}`)));
  });
}

/** The middle one of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** Runs some programs in turn, A B A B …, and gives the median of each. What they use is looked at in one more round, which is not timed. */
export async function inTurn(commands: readonly (readonly string[])[], rounds: number): Promise<Run[]> {
  const runs: Run[][] = commands.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, command] of commands.entries()) runs[i]!.push(await run(command));
  }
  const used: Run[] = [];
  for (const command of commands) used.push(await run(command, true));
  return runs.map((those, i) => ({ ...used[i]!, wall: median(those.map(({ wall }) => wall)) }));
}

/** The exponent b of the curve a·xᵇ that fits the points best (least squares of the logarithms): 1 is linear. */
export function exponent(points: readonly { readonly x: number; readonly y: number }[]): number {
  const logs = points.map(({ x, y }) => [Math.log(x), Math.log(y)] as const);
  const meanX = logs.reduce((sum, [x]) => sum + x, 0) / logs.length;
  const meanY = logs.reduce((sum, [, y]) => sum + y, 0) / logs.length;
  const above = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return above / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
