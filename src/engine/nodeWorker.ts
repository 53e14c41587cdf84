import { totalmem } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Answer } from './questions';
import type { WorkerPort } from './client';
import type { ServeData } from './serve';

/** Megabytes that the objects of one capture may take: at most half of the machine's memory. */
const MEMORY_MB = Math.min(4096, Math.floor(totalmem() / 2 ** 21));

/** Starts the engine as a worker thread from its bundle `file`. */
export function startNodeWorker(file: string, memoryMb = MEMORY_MB): WorkerPort {
  const cancels = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: ServeData = { cancels };
  const worker = new Worker(file, { workerData, resourceLimits: { maxOldGenerationSizeMb: memoryMb } });
  return {
    post: (message) => worker.postMessage(message),
    cancel: () => void Atomics.add(cancels, 0, 1),
    onAnswer: (listener) => void worker.on('message', (answer: Answer) => listener(answer)),
    onFailure: (listener) => {
      worker.on('error', (error: NodeJS.ErrnoException) => {
        const memory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
        listener(`The decoder stopped: ${memory ? 'it needed more memory than it may take.' : error.message}`);
      });
      worker.on('exit', (code) => listener(`The decoder stopped (exit status ${code}).`));
    },
    close: () => void worker.terminate(),
    another: () => startNodeWorker(file, memoryMb),
  };
}
