/**
 * What is measured inside the program: trees a second, and the worker's manners. Run as a process of its own by `run.ts`, with
 * the path of a capture of DHCP messages; prints one JSON object.
 */
import { gunzip } from '../../src/capture/node';
import { Capture, describeStored } from '../../src/engine/capture';
import { fileSource } from '../../src/engine/node';
import type { Answer, QuestionName, Params, Result } from '../../src/engine/questions';
import { Service } from '../../src/engine/service';
import { DEFAULT_SETTINGS } from '../../src/analysis';

/** Figures of `inside.ts`. */
export interface Inside {
  /** Full trees of DHCP messages a second. */
  readonly trees: number;
  /** Share of the file that had been read when the first rows were there, in percent. */
  readonly firstRows: number;
  /** Longest time that the event loop was kept busy while the file was read, in milliseconds; and afterwards, by the analysis. */
  readonly longestReading: number;
  readonly longest: number;
  /** Milliseconds until a filter over all rows was answered, and the rows there were. */
  readonly filter: number;
  readonly rows: number;
}

async function trees(path: string): Promise<number> {
  const capture = new Capture('bench', DEFAULT_SETTINGS);
  await capture.read(await fileSource(path));
  const { scan, indexes } = capture;
  const some = Math.min(indexes.length, 50_000);
  const pass = (): number => {
    const started = performance.now();
    for (let i = 0; i < some; i++) describeStored(scan, indexes[i]!);
    return some / ((performance.now() - started) / 1000);
  };
  pass();
  return Math.max(pass(), pass(), pass());
}

/** Watches the event loop: the longest stretch in which nothing else could happen. */
function watchLoop(): { longest: number; stop: () => void } {
  let last = performance.now();
  const state = { longest: 0, stop: () => clearInterval(timer) };
  const timer = setInterval(() => {
    const now = performance.now();
    state.longest = Math.max(state.longest, now - last - 1);
    last = now;
  }, 1);
  return state;
}

async function manners(path: string): Promise<Omit<Inside, 'trees'>> {
  const waiting = new Map<number, (answer: Answer) => void>();
  let rowsSeen: number | undefined;
  const service = new Service(
    (answer) => {
      if ('event' in answer) void look();
      else waiting.get(answer.id)?.(answer);
    },
    fileSource,
    gunzip,
  );
  let id = 0;
  const ask = <N extends QuestionName>(question: N, params: Params<N>): Promise<Result<N>> =>
    new Promise((resolve, reject) => {
      const mine = ++id;
      waiting.set(mine, (answer) => {
        waiting.delete(mine);
        if ('ok' in answer) resolve(answer.ok as Result<N>);
        else reject(new Error('error' in answer ? answer.error : 'an event'));
      });
      void service.take({ id: mine, question, params });
    });
  const look = async (): Promise<void> => {
    if (rowsSeen !== undefined) return;
    const { rows, bytesRead, bytesTotal = 1, done } = await ask('state', { view: 1 });
    if (rows > 0 && !done) {
      const { rows: first } = await ask('rows', { view: 1, from: 0, to: 50 });
      if (first.length > 0) rowsSeen ??= (100 * bytesRead) / bytesTotal;
    }
  };
  const watched = watchLoop();
  let longestReading = 0;
  const reading = setInterval(() => {
    void ask('state', { view: 1 }).then(({ bytesRead, bytesTotal = 1 }) => {
      if (bytesRead < bytesTotal) longestReading = Math.max(longestReading, watched.longest);
    });
  }, 20);
  const origin = { kind: 'path', path } as const;
  await ask('open', { name: 'bench', origin, settings: DEFAULT_SETTINGS });
  clearInterval(reading);
  await new Promise((resolve) => setTimeout(resolve, 50));
  watched.stop();
  const started = performance.now();
  await ask('filter', { view: 1, text: 'type:ack' });
  const filter = performance.now() - started;
  const { ofInterest } = await ask('state', { view: 1 });
  return { firstRows: rowsSeen ?? 100, longestReading, longest: watched.longest, filter, rows: ofInterest };
}

async function main(path: string | undefined, small: string | undefined): Promise<void> {
  if (path === undefined || small === undefined) throw new Error('usage: inside.ts CAPTURE SMALLER');
  const figures: Inside = { trees: await trees(small), ...(await manners(path)) };
  process.stdout.write(JSON.stringify(figures));
}

void main(process.argv[2], process.argv[3]);
