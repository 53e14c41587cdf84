import type { Answer, Questions } from './questions';

/** One end of the connection to a worker; the same for every kind of worker. */
export interface WorkerPort {
  post(message: unknown): void;
  /** Tells the worker about a Cancel even while it is too busy to receive messages. */
  cancel?(): void;
  onAnswer(listener: (answer: Answer) => void): void;
  /** The worker died or could not be started. */
  onFailure(listener: (reason: string) => void): void;
  close(): void;
  /** Starts another worker of the same kind. */
  another(): WorkerPort;
}

/** The engine's one-sentence reason why it cannot do what was asked. */
export class ExpectedError extends Error {}

/** Questions by name: the parameters and the result of each. */
type Table<Q> = { readonly [N in keyof Q]: { readonly params: unknown; readonly result: unknown } };

/** The engine as the editor sees it. Every question is answered or refused; none is left pending, even if the worker dies. */
export class EngineClient<Q extends Table<Q> = Questions> {
  private nextId = 1;
  private readonly waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  private readonly progressListeners = new Set<() => void>();
  private readonly failureListeners = new Set<() => void>();
  private failure: string | undefined;

  constructor(private port: WorkerPort) {
    this.listen(port);
  }

  private listen(port: WorkerPort): void {
    port.onAnswer((answer) => {
      if (port !== this.port) return;
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
    port.onFailure((reason) => {
      if (port !== this.port || this.failure !== undefined) return;
      this.fail(reason);
      for (const listener of this.failureListeners) listener();
    });
  }

  /** Asks a question; rejects with `ExpectedError` if the answer is a sentence for the user. */
  ask<N extends keyof Q & string>(question: N, params: Q[N]['params']): Promise<Q[N]['result']> {
    if (this.failure !== undefined) return Promise.reject(new Error(this.failure));
    if (question === 'cancel') this.port.cancel?.();
    const id = this.nextId++;
    return new Promise<Q[N]['result']>((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve, reject });
      this.port.post({ id, question, params });
    });
  }

  /** Calls `listener` whenever more of the capture has been read. Returns a function that unsubscribes. */
  onProgress(listener: () => void): () => void {
    this.progressListeners.add(listener);
    return () => this.progressListeners.delete(listener);
  }

  /** Calls `listener` when the worker has died. Returns a function that unsubscribes. */
  onFailure(listener: () => void): () => void {
    this.failureListeners.add(listener);
    return () => this.failureListeners.delete(listener);
  }

  /** Why no more questions can be asked; undefined while the worker is alive. */
  get failed(): string | undefined {
    return this.failure;
  }

  /** Starts over with a new worker, which has no capture open yet. */
  restart(): void {
    this.fail('The capture is being opened again.');
    this.port.close();
    this.failure = undefined;
    this.port = this.port.another();
    this.listen(this.port);
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
