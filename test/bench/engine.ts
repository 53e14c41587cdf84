/**
 * The engine behind its worker, as the window uses it, without a window: how soon the first rows come, how long the worker stands
 * still, how long filters take.
 */
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { EngineClient } from '../../src/engine/client';
import { startNodeWorker } from '../../src/engine/nodeWorker';

const VIEW = 1;
const ROWS = { view: VIEW, from: 0, to: 50 };

/** What was measured on one capture; times in milliseconds. */
export interface EngineFigures {
  /** Part of the file that was read when the first rows were there. */
  readonly firstRows: number;
  /** The longest that an answer took to come while the file was read, and from then until the findings were there. */
  readonly longestWhileReading: number;
  readonly longestWhileAnalysing: number;
  /** By filter: how soon it was answered, how soon it was complete, and how many rows it let through. */
  readonly filters: readonly {
    readonly text: string;
    readonly first: number;
    readonly all: number;
    readonly rows: number;
  }[];
}

/** Opens a capture in a worker (its bundled script is `worker`) and measures. */
export async function measureEngine(worker: string, file: string, filters: readonly string[]): Promise<EngineFigures> {
  const client = new EngineClient(startNodeWorker(worker));
  try {
    // What a worker costs until it answers anything is no part of reading.
    await client.ask('state', { view: VIEW }).catch(() => undefined);
    let opened = false;
    const opening = client
      .ask('open', { name: 'capture', origin: { kind: 'path', path: file }, settings: DEFAULT_SETTINGS })
      .then(() => (opened = true));
    let firstRows: number | undefined;
    let longestWhileReading = 0;
    let longestWhileAnalysing = 0;
    while (!opened) {
      const asked = performance.now();
      const { rows } = await client.ask('rows', ROWS);
      const answered = performance.now();
      const { bytesRead, bytesTotal = 0 } = await client.ask('state', { view: VIEW });
      const waited = Math.max(answered - asked, performance.now() - answered);
      if (rows.length > 0) firstRows ??= bytesRead / bytesTotal;
      // An answer that comes when all is read has waited for what comes behind the reading.
      if (bytesRead < bytesTotal) longestWhileReading = Math.max(longestWhileReading, waited);
      else longestWhileAnalysing = Math.max(longestWhileAnalysing, waited);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await opening;
    // A person does not type in the very moment in which the findings come.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const took: EngineFigures['filters'][number][] = [];
    for (const text of filters) {
      const asked = performance.now();
      await client.ask('filter', { view: VIEW, text });
      const first = performance.now() - asked;
      let state = await client.ask('state', { view: VIEW });
      while (state.filtering) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        state = await client.ask('state', { view: VIEW });
      }
      took.push({ text, first, all: performance.now() - asked, rows: state.rows });
    }
    return { firstRows: firstRows ?? 1, longestWhileReading, longestWhileAnalysing, filters: took };
  } finally {
    client.dispose();
  }
}
