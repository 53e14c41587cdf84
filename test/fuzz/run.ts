/**
 * Fuzzes the codec: tsx test/fuzz/run.ts [--count N] [--seed N] [--processes N] [--no-corpus]
 * N mutated messages (100 000 where not said) of a random seed (printed) unless one is given, by two processes.
 * Status: 0 nothing found, 1 defects, 2 wrong arguments.
 */
import { fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LONGEST_REAL } from './examine';
import { fuzz, type Fuzzed } from './fuzz';
import { allSeeds } from './seeds';

/** A share of the work, as the parent gives it. */
interface Share {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  readonly corpus: boolean;
}

/** What a child says: how far it is, or its result. */
type Said = { readonly done: number } | { readonly result: Fuzzed };

const text = (n: number): string => n.toLocaleString('en').replaceAll(',', ' ');

function child(share: Share): void {
  const say = (message: Said): void => void process.send!(message);
  const result = fuzz(allSeeds(share.corpus), { ...share, progress: (done) => say({ done }) });
  process.send!({ result } satisfies Said, () => process.disconnect());
}

function work(share: Share, progress: (done: number) => void): Promise<Fuzzed> {
  return new Promise((resolve, reject) => {
    const process = fork(fileURLToPath(import.meta.url), ['--child', JSON.stringify(share)]);
    let result: Fuzzed | undefined;
    process.on('message', (said: Said) => {
      if ('done' in said) progress(said.done);
      else result = said.result;
    });
    process.on('error', reject);
    process.on('exit', (code) => {
      if (result) resolve(result);
      else reject(new Error(`a fuzzing process ended with status ${code} and no result`));
    });
  });
}

function numberOf(value: string | undefined, otherwise: number): number {
  const number = value === undefined ? otherwise : Number(value.replaceAll('_', ''));
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${value} is not a whole number`);
  return number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string' },
      seed: { type: 'string' },
      processes: { type: 'string' },
      'no-corpus': { type: 'boolean' },
    },
  });
  const count = numberOf(values.count, 100_000);
  const seed = numberOf(values.seed, randomInt(2 ** 32 - 1));
  const processes = Math.max(1, numberOf(values.processes, 2));
  console.log(`seed ${seed}, ${text(count)} mutated messages, ${processes} processes`);
  const each = Math.ceil(count / processes);
  const done = new Array<number>(processes).fill(0);
  const started = performance.now();
  let told = started;
  const progress = (): void => {
    const now = performance.now();
    if (now - told < 5000) return;
    told = now;
    const sum = done.reduce((a, b) => a + b, 0);
    console.log(`${text(sum)} of ${text(count)}, ${text(Math.round((sum / (now - started)) * 1000))} a second`);
  };
  const results = await Promise.all(
    done.map((_, i) => {
      const from = i * each;
      const share = { seed, from, count: Math.max(0, Math.min(each, count - from)), corpus: !values['no-corpus'] };
      return work(share, (n) => {
        done[i] = n;
        progress();
      });
    }),
  );
  const sum = results.reduce((all, one) => all + one.count, 0);
  const defects = results.flatMap((one) => one.defects);
  const slowest = Math.max(...results.map((one) => one.slowest));
  const slowestLong = Math.max(...results.map((one) => one.slowestLong));
  for (const one of defects) console.log(`\n${one}`);
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${text(sum)} mutated messages, ${defects.length} exceptions, slowest call ${slowest.toFixed(1)} ms ` +
      `(${slowestLong.toFixed(1)} ms on frames above ${LONGEST_REAL} octets; ${seconds.toFixed(0)} s, ${text(Math.round(sum / seconds))} a second)`,
  );
  return defects.length > 0 ? 1 : 0;
}

if (process.argv[2] === '--child') child(JSON.parse(process.argv[3]!) as Share);
else
  main().then(
    (status) => (process.exitCode = status),
    (error: unknown) => {
      console.error((error as Error).message);
      process.exitCode = 2;
    },
  );
