/** Case after case, each inspected and judged. */
import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { frameJson } from '../../src/cli/json';
import type { Case } from './cases';
import { inspect, type InputFile, type Inspected } from './inspect';
import { judge, judgeFrame } from './judge';
import { Random } from './random';
import { shrink } from './shrink';

/** Milliseconds that an inspection may take once the code is compiled: for itself, and for each 1000 octets. */
const BESIDE = 400;
const PER_KILO = 20;
/** Octets outside the heap that an inspection may hold: beside all, and for each octet of the files. */
const HELD_BESIDE = 64 << 20;
const HELD_PER_OCTET = 60;
/** Cases that go by before times count. */
const WARM_UP = 40;

/** One case that did not go as it must. */
export interface InspectDefect {
  readonly index: number;
  readonly text: string;
  /** The smallest files that show it, as far as they were made smaller. */
  readonly files: readonly InputFile[];
}

/** What was let go is still held until this is called. */
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const octetsOf = (files: readonly InputFile[]): number => files.reduce((sum, { bytes }) => sum + bytes.length, 0);

/** Processor's time of this process and the clock's, whichever is less: on a busy machine the clock also runs while others work. */
async function timed<T>(work: () => Promise<T>): Promise<{ result: T; milliseconds: number }> {
  const before = process.cpuUsage();
  const from = performance.now();
  const result = await work();
  const clock = performance.now() - from;
  const { user, system } = process.cpuUsage(before);
  return { result, milliseconds: Math.min(clock, (user + system) / 1000) };
}

/** Inspects and judges. Throws what was thrown, and an AssertionError where something is not as it must be. */
export async function check({ files, options }: Case, random: Random, times: boolean): Promise<void> {
  const before = process.memoryUsage().arrayBuffers;
  let { result, milliseconds } = await timed(() => inspect(files, options));
  const limit = BESIDE + (PER_KILO * octetsOf(files)) / 1000;
  if (times && milliseconds > limit) ({ result, milliseconds } = await timed(() => inspect(files, options)));
  assert.ok(
    !times || milliseconds <= limit,
    `takes ${milliseconds.toFixed(0)} ms, which is more than ${limit.toFixed(0)} ms`,
  );
  const most = HELD_BESIDE + HELD_PER_OCTET * octetsOf(files);
  let held = process.memoryUsage().arrayBuffers - before;
  if (held > most) {
    collectGarbage();
    await new Promise(setImmediate);
    collectGarbage();
    held = process.memoryUsage().arrayBuffers - before;
  }
  assert.ok(held <= most, `holds ${held} octets outside the heap, which is more than ${most}`);
  if (!result) return;
  judge(result, files);
  if (random.once(8)) describeSome(result, random);
  if (random.once(8)) {
    const again = await inspect(files, { ...options, chunk: 1 + random.below(random.once(2) ? 100 : 5000) });
    assert.equal(withoutBytes(again?.json), withoutBytes(result.json), 'in pieces, the file is another one');
  }
}

/** Of a file that is damaged it depends on the pieces how much of it was read. */
const withoutBytes = (json = ''): string => json.replace(/"bytes":\d+/g, '');

/** What `decode` and the window show of some of its frames. */
function describeSome({ captures }: Inspected, random: Random): void {
  for (const { capture } of captures) {
    const { indexes } = capture;
    for (let i = 0; i < Math.min(12, indexes.length); i++) {
      const index = indexes[random.below(indexes.length)]!;
      judgeFrame(frameJson(capture, index), capture.row(index), capture.frame(capture.scan.store.number(index)));
    }
  }
}

/** What is said of an error, and its first line, by which it is known again. */
const told = (error: unknown): string => {
  const { name, message, stack = '' } = error as Error;
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
  return `${name}: ${message}\n${frames.slice(0, 12).join('\n')}`;
};
/** Without numbers: what is made smaller has other ones. */
const kindOf = (text: string): string => text.split('\n').slice(0, 2).join('\n').replace(/\d+/g, '#').slice(0, 120);

export interface InspectAll {
  /** Makes the case of an index; the random numbers are those of the index, too. */
  readonly make: (index: number, random: Random) => Case;
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  readonly milliseconds?: number;
  readonly mostDefects?: number;
  /** Whether the files that show a defect are made smaller; they are where this is left out. */
  readonly shrinks?: boolean;
  /** Called before each case. */
  readonly progress?: (index: number) => void;
  /** Called with each defect. */
  readonly found?: (defect: InspectDefect) => void;
}

/** Inspects cases from index `from` on; gives how many, and what is wrong. */
export async function inspectAll({
  make,
  seed,
  from,
  count,
  milliseconds = Infinity,
  mostDefects = 20,
  shrinks = true,
  progress,
  found,
}: InspectAll): Promise<{ readonly count: number; readonly defects: readonly InspectDefect[] }> {
  const until = performance.now() + milliseconds;
  const random = new Random(seed);
  const defects: InspectDefect[] = [];
  let done = 0;
  while (done < count && defects.length < mostDefects && performance.now() < until) {
    const index = from + done++;
    progress?.(index);
    const one = make(index, random.reseed(seed, index));
    try {
      await check(one, random, done > WARM_UP);
    } catch (error) {
      const text = told(error);
      const same = async (files: readonly InputFile[]): Promise<boolean> => {
        try {
          await check({ ...one, files }, random.reseed(seed, index), done > WARM_UP);
          return false;
        } catch (other) {
          return kindOf(told(other)) === kindOf(text);
        }
      };
      const files = shrinks ? await shrink(one.files, same) : one.files;
      const defect = { index, text: `seed ${seed}, case ${index} (${one.done.join(', ')}): ${text}`, files };
      defects.push(defect);
      found?.(defect);
    }
  }
  return { count: done, defects };
}
