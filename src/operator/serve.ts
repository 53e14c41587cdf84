import { parentPort } from 'node:worker_threads';
import { NotACapture } from '../capture/frame';
import { NotLeases } from '../config/leases';
import { EngineError } from '../engine/capture';
import type { Answer } from '../engine/questions';
import type { Questions } from './questions';
import { OperatorService } from './service';

/** Makes this thread answer its parent's questions about configurations, leases and this machine. */
export function serveOperator(): void {
  const port = parentPort;
  if (!port) throw new Error('this file runs as a worker thread');
  const { handlers } = new OperatorService();
  const answer = async (id: number, question: keyof Questions, params: never): Promise<Answer> => {
    try {
      return { id, ok: await handlers[question](params) };
    } catch (error) {
      const expected = [EngineError, NotACapture, NotLeases].some((kind) => error instanceof kind);
      const system = error instanceof Error && 'code' in error && 'syscall' in error;
      return { id, error: error instanceof Error ? error.message : String(error), expected: expected || system };
    }
  };
  port.on('message', ({ id, question, params }: { id: number; question: keyof Questions; params: never }) => {
    void answer(id, question, params).then((reply) => port.postMessage(reply));
  });
}
