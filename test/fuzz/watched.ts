/**
 * Inspections in a thread that somebody watches: what runs out of memory, or never ends, is a defect with a name and a number, and the
 * work goes on behind it.
 */
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { allFiles, caseOf } from './cases';
import { CRASHERS } from './crashers';
import { inspectAll, type InspectAll, type InspectDefect } from './inspectAll';
import { Random } from './random';

/** Megabytes of heap for all inspections of a thread: files are at most half a megabyte, and nothing is kept. */
const HEAP = 400;
/** Megabytes of stack: what a process has, where a thread would have more. */
const STACK = 1;
/** Milliseconds without a new case after which the thread hangs; making a fault's files smaller takes 20 seconds at most. */
const HANGS = 60_000;

export interface Share extends Omit<InspectAll, 'make' | 'shrinks' | 'progress' | 'found'> {
  /** What is inspected: invented and damaged files, with those of the corpus or without, or the crashers of old, in their order. */
  readonly of: 'all' | 'own' | 'crashers';
}

function makerOf(kind: Share['of']): InspectAll['make'] {
  if (kind === 'crashers')
    return (index) => ({ files: CRASHERS[index]!.make(), options: {}, done: [CRASHERS[index]!.name] });
  const paths = allFiles(kind === 'all');
  return (_, random) => caseOf(paths, random);
}

export interface Watched {
  readonly count: number;
  readonly defects: readonly InspectDefect[];
}

/** What the thread says: a defect, or that it is done after so many cases. */
type Said = { readonly defect: InspectDefect } | { readonly count: number };

interface Given {
  readonly share: Share;
  /** The index of the case that is being inspected. */
  readonly at: Int32Array;
}

async function work({ share, at }: Given): Promise<void> {
  const say = (said: Said): void => parentPort!.postMessage(said);
  const { count } = await inspectAll({
    ...share,
    make: makerOf(share.of),
    shrinks: share.of !== 'crashers',
    progress: (index) => Atomics.store(at, 0, index),
    found: (defect) => say({ defect }),
  });
  say({ count });
}

/** One thread, until it ends by itself, dies or hangs. `died` says how; undefined where all is done. */
function oneThread(
  share: Share,
  progress: (index: number) => void,
): Promise<Watched & { readonly died?: string; readonly at: number }> {
  return new Promise((resolve) => {
    const at = new Int32Array(new SharedArrayBuffer(4));
    at[0] = share.from;
    const thread = new Worker(fileURLToPath(import.meta.url), {
      workerData: { share, at } satisfies Given,
      execArgv: ['--import', 'tsx'],
      resourceLimits: { maxOldGenerationSizeMb: HEAP, stackSizeMb: STACK },
    });
    const defects: InspectDefect[] = [];
    let last = -1;
    let since = performance.now();
    const look = setInterval(() => {
      const now = Atomics.load(at, 0);
      progress(now);
      if (now !== last) [last, since] = [now, performance.now()];
      else if (performance.now() - since > HANGS) end('it does not end');
    }, 500);
    const end = (died?: string, count = Atomics.load(at, 0) - share.from + 1): void => {
      clearInterval(look);
      void thread.terminate();
      resolve({ count, defects, at: Atomics.load(at, 0), ...(died === undefined ? {} : { died }) });
    };
    thread.on('message', (said: Said) => {
      if ('defect' in said) defects.push(said.defect);
      else end(undefined, said.count);
    });
    thread.on('error', (error: Error) => end(error.message));
    thread.on('exit', (code) => end(`the thread ended with status ${code}`));
  });
}

/** Inspects the cases of a share, with a new thread behind each case that ends one. */
export async function inspectWatched(
  share: Share,
  progress: (index: number) => void = () => undefined,
): Promise<Watched> {
  const { seed, from, count, milliseconds = Infinity, mostDefects = 20 } = share;
  const until = performance.now() + milliseconds;
  const defects: InspectDefect[] = [];
  let next = from;
  while (next < from + count && defects.length < mostDefects && performance.now() < until) {
    const left = {
      count: from + count - next,
      milliseconds: until - performance.now(),
      mostDefects: mostDefects - defects.length,
    };
    const done = await oneThread({ ...share, ...left, from: next }, progress);
    defects.push(...done.defects);
    next += done.count;
    if (done.died !== undefined) {
      const { files, done: acts } = makerOf(share.of)(done.at, new Random(seed).reseed(seed, done.at));
      defects.push({ index: done.at, text: `seed ${seed}, case ${done.at} (${acts.join(', ')}): ${done.died}`, files });
    }
  }
  return { count: next - from, defects };
}

if (!isMainThread && parentPort) void work(workerData as Given);
