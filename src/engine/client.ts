import type { Answer, Params, QuestionName, Result } from './questions';

/** One end of a line to a worker, the same for every kind of worker. */
export interface WorkerPort {
  post(message: unknown): void;
  /** Lets the worker know of a Cancel also while it is too busy to take a message. */
  cancel?(): void;
  onAnswer(listener: (answer: Answer) => void): void;
  /** The worker died or could not be started. */
  onFailure(listener: (reason: string) => void): void;
  close(): void;
}

/** The engine says in one sentence why it cannot do what was asked. */
export class ExpectedError extends Error {}

/** The engine as the editor sees it: questions that are answered, or refused; none is left hanging, also when the worker dies. */
export class EngineClient {
  private nextId = 1;
  private readonly waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  private readonly progressListeners = new Set<() => void>();
  private failure: string | undefined;

  constructor(private readonly port: WorkerPort) {
    port.onAnswer((answer) => {
      if ('event' in answer) {
        for (const listener of this.progressListeners) listener();
        return;
      }
      const asked = this.waiting.get(answer.id);
      if (!asked) return;
      this.waiting.delete(answer.id);
      if ('ok' in answer) asked.resolve(answer.ok);
      else asked.reject(answer.expected ? new ExpectedError(answer.error) : new Error(answer.error));
    });
    port.onFailure((reason) => this.fail(reason));
  }

  /** Asks; rejects with `ExpectedError` where the answer is a sentence for the person. */
  ask<N extends QuestionName>(question: N, params: Params<N>): Promise<Result<N>> {
    if (this.failure !== undefined) return Promise.reject(new Error(this.failure));
    if (question === 'cancel') this.port.cancel?.();
    const id = this.nextId++;
    return new Promise<Result<N>>((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.port.post({ id, question, params });
    });
  }

  /** Tells when more of the capture has been read. Gives the function that ends it. */
  onProgress(listener: () => void): () => void {
    this.progressListeners.add(listener);
    return () => this.progressListeners.delete(listener);
  }

  dispose(): void {
    this.fail('The capture was closed.');
    this.port.close();
  }

  private fail(reason: string): void {
    this.failure ??= reason;
    for (const { reject } of this.waiting.values()) reject(new Error(this.failure));
    this.waiting.clear();
  }
}
