import { parentPort, workerData } from 'node:worker_threads';
import { gunzip } from '../capture/node';
import { fileSource, heapExceeds, vendors } from './node';
import type { Question } from './questions';
import { Service } from './service';

/** The data that the thread is started with. */
export interface ServeData {
  /** One number in shared memory: how often Cancel was chosen. A busy thread receives no messages. */
  readonly cancels: Int32Array;
}

/** Runs the engine as a worker thread of Node (desktop, remote, and code-server) that answers its parent's questions. */
export function serve(): void {
  const port = parentPort;
  if (!port) throw new Error('this file runs as a worker thread');
  const cancels = (workerData as ServeData | null)?.cancels;
  const limits = { memory: heapExceeds, ...(cancels ? { cancels: () => Atomics.load(cancels, 0) } : {}) };
  const service = new Service((answer) => port.postMessage(answer), fileSource, gunzip, limits, vendors);
  port.on('message', (question: Question) => void service.take(question));
}
