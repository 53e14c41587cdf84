/**
 * Fuzzes for as long as somebody likes: npm run fuzz -- [--seconds N] [--codec] [--inspect] [--growth] [--seed N] [--count N]
 * [--processes N] [--no-corpus] [--save FOLDER]. See README.md beside it.
 * Status: 0 nothing found, 1 defects, 2 wrong arguments.
 */
import { fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { adversarialFamilies } from './adversarial';
import { LONGEST_REAL } from './examine';
import { FAMILIES } from './families';
import { fuzz, type Fuzzed } from './fuzz';
import { assertLinear } from './growth';
import { allSeeds } from './seeds';
import { inspectWatched } from './watched';

const SECONDS = 120;
/** Messages of the largest captures whose growth is measured. */
const MOST_MESSAGES = 64_000;
const PROGRESS = 5000;

/** What is asked of all parts. */
interface Wanted {
  readonly seed: number;
  readonly count: number;
  readonly processes: number;
  readonly corpus: boolean;
  readonly save: string | undefined;
}

/** A share of the codec's work, as the parent gives it. */
interface Share {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  readonly milliseconds: number;
  readonly corpus: boolean;
}

/** What a child says: how far it is, or its result. */
type Said = { readonly done: number } | { readonly result: Fuzzed };

const text = (n: number): string => Math.round(n).toLocaleString('en').replaceAll(',', ' ');

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

/** Counts what several workers have done, and says so now and then. */
function counter(workers: number, what: string): (worker: number, done: number) => void {
  const done = new Array<number>(workers).fill(0);
  const started = performance.now();
  let told = started;
  return (worker, count) => {
    done[worker] = count;
    const now = performance.now();
    if (now - told < PROGRESS) return;
    told = now;
    const sum = done.reduce((a, b) => a + b, 0);
    console.log(`${text(sum)} ${what}, ${text((sum / (now - started)) * 1000)} a second`);
  };
}

const rangeOf = ({ count, processes }: Wanted, worker: number): { from: number; count: number } => {
  const each = Math.ceil(count / processes);
  return { from: worker * each, count: Math.max(0, Math.min(each, count - worker * each)) };
};

/** Mutated messages, taken apart by the codec. Gives the number of defects. */
async function codec(wanted: Wanted, milliseconds: number): Promise<number> {
  const { seed, corpus, processes } = wanted;
  const count = counter(processes, 'mutated messages');
  const results = await Promise.all(
    Array.from({ length: processes }, (_, i) =>
      work({ seed, corpus, milliseconds, ...rangeOf(wanted, i) }, (done) => count(i, done)),
    ),
  );
  const defects = results.flatMap((one) => one.defects);
  for (const one of defects) console.log(`\n${one}`);
  const slowest = Math.max(...results.map((one) => one.slowest));
  const slowestLong = Math.max(...results.map((one) => one.slowestLong));
  console.log(
    `${text(results.reduce((all, one) => all + one.count, 0))} mutated messages, ${defects.length} defects, slowest call ${slowest.toFixed(1)} ms ` +
      `(${slowestLong.toFixed(1)} ms on frames above ${LONGEST_REAL} octets)`,
  );
  return defects.length;
}

/** Invented networks and damaged files, inspected whole. Gives the number of defects. */
async function inspections(wanted: Wanted, milliseconds: number): Promise<number> {
  const { seed, corpus, processes, save } = wanted;
  const count = counter(processes, 'inspections');
  const results = await Promise.all(
    Array.from({ length: processes }, (_, i) => {
      const range = rangeOf(wanted, i);
      const share = { seed, milliseconds, of: corpus ? 'all' : 'own', ...range } as const;
      return inspectWatched(share, (index) => count(i, index - range.from));
    }),
  );
  const defects = results.flatMap((one) => one.defects);
  if (save !== undefined) mkdirSync(save, { recursive: true });
  for (const { index, text: said, files } of defects) {
    console.log(`\n${said}`);
    if (save === undefined) continue;
    for (const { path, bytes } of files) {
      const kept = join(save, `${seed}-${index}-${path}`);
      writeFileSync(kept, bytes);
      console.log(`  ${bytes.length} octets in ${kept}`);
    }
  }
  const sum = results.reduce((all, one) => all + one.count, 0);
  console.log(`${text(sum)} inspections, ${defects.length} defects`);
  return defects.length;
}

/** Every family, ours and those beside the repository, as far as the time goes. Gives the number of those that grow too fast. */
async function growth(milliseconds: number): Promise<number> {
  const until = performance.now() + milliseconds;
  const families = Object.entries({ ...FAMILIES, ...(await adversarialFamilies()) });
  let [measured, defects] = [0, 0];
  for (const [name, family] of families) {
    if (performance.now() > until) break;
    measured++;
    try {
      const { exponent, points } = await assertLinear(name, family, MOST_MESSAGES);
      const [size, time] = points.at(-1)!;
      console.log(`${name}: ${text(size)} messages ${text(time)} ms, exponent ${exponent.toFixed(2)}`);
    } catch (error) {
      defects++;
      console.log(`\n${(error as Error).message}\n`);
    }
  }
  console.log(`${measured} of ${families.length} families, ${defects} grow too fast`);
  return defects;
}

function numberOf(value: string | undefined, otherwise: number): number {
  const number = value === undefined ? otherwise : Number(value.replaceAll('_', ''));
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${value} is not a whole number`);
  return number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string' },
      codec: { type: 'boolean' },
      inspect: { type: 'boolean' },
      growth: { type: 'boolean' },
      count: { type: 'string' },
      seed: { type: 'string' },
      processes: { type: 'string' },
      'no-corpus': { type: 'boolean' },
      save: { type: 'string' },
    },
  });
  const wanted: Wanted = {
    seed: numberOf(values.seed, randomInt(2 ** 32 - 1)),
    count: numberOf(values.count, 1e9),
    processes: Math.max(1, numberOf(values.processes, 2)),
    corpus: !values['no-corpus'],
    save: values.save,
  };
  const parts = (['codec', 'inspect', 'growth'] as const).filter((part) => values[part]);
  const chosen = parts.length > 0 ? parts : (['codec', 'inspect', 'growth'] as const);
  const milliseconds = (numberOf(values.seconds, SECONDS) * 1000) / chosen.length;
  console.log(
    `seed ${wanted.seed}, ${wanted.processes} processes, ${text(milliseconds / 1000)} s each: ${chosen.join(', ')}`,
  );
  let defects = 0;
  if (chosen.includes('codec')) defects += await codec(wanted, milliseconds);
  if (chosen.includes('inspect')) defects += await inspections(wanted, milliseconds);
  if (chosen.includes('growth')) defects += await growth(milliseconds);
  return defects > 0 ? 1 : 0;
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
