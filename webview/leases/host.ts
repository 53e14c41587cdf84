import type { PageRequestName, PageRequests } from '../../src/pages';
import type { VsCodeApi } from '../bridge';
import { t } from '../l10n';

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/** The connection of the pages beside the capture’s window to the host: requests with one reply each, and change events. */
export class Host {
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  /** Called when what the page shows is outdated. */
  changed: () => void = () => undefined;

  constructor(private readonly api: VsCodeApi) {}

  ask<N extends PageRequestName>(request: N, params: PageRequests[N]['params']): Promise<PageRequests[N]['result']> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.api.postMessage({ id, request, params });
    });
  }

  /** Takes a message from the host; anything of another shape is ignored. */
  receive(message: unknown): void {
    const { id, ok, error, event } = Object(message) as Record<string, unknown>;
    if (event === 'changed') this.changed();
    const asked = typeof id === 'number' ? this.waiting.get(id) : undefined;
    if (!asked) return;
    this.waiting.delete(id as number);
    if (typeof error === 'string') asked.reject(new Error(error));
    else if (typeof ok === 'object' && ok !== null) asked.resolve(ok as never);
    else asked.reject(new Error(t('The answer has an unknown shape.')));
  }

  get state(): unknown {
    return this.api.getState();
  }

  keep(state: unknown): void {
    this.api.setState(state);
  }
}
