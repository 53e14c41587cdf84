import { Worker } from 'node:worker_threads';
import type { Answer } from './questions';
import type { WorkerPort } from './client';

/** Starts the engine as a worker thread from its bundle `file`. */
export function startNodeWorker(file: string): WorkerPort {
  const worker = new Worker(file);
  return {
    post: (message) => worker.postMessage(message),
    onAnswer: (listener) => void worker.on('message', (answer: Answer) => listener(answer)),
    onFailure: (listener) => {
      worker.on('error', (error: Error) => listener(`The decoder stopped: ${error.message}`));
      worker.on('exit', (code) => listener(`The decoder stopped (exit status ${code}).`));
    },
    close: () => void worker.terminate(),
  };
}
