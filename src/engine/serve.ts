import { parentPort } from 'node:worker_threads';
import { gunzip } from '../capture/node';
import { fileSource } from './node';
import type { Question } from './questions';
import { Service } from './service';

/** Lets this thread answer what its parent asks: the engine as a worker thread of Node (desktop, remote, and code-server). */
export function serve(): void {
  const port = parentPort;
  if (!port) throw new Error('this file runs as a worker thread');
  const service = new Service((answer) => port.postMessage(answer), fileSource, gunzip);
  port.on('message', (question: Question) => void service.take(question));
}
