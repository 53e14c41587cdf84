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
      worker.on('error', (error: NodeJS.ErrnoException) => {
        const memory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
        listener(`The decoder stopped: ${memory ? 'it needed more memory than it may take.' : error.message}`);
      });
      worker.on('exit', (code) => listener(`The decoder stopped (exit status ${code}).`));
    },
    close: () => void worker.terminate(),
    another: () => startNodeWorker(file),
  };
}
