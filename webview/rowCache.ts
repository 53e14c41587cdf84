import type { Row } from '../src/protocol';

/** Rows a page: more than one sees at a time, few enough to pass through the extension host in a moment. Pages kept. */
export const PAGE = 100;
const KEPT = 200;

type Fetch = (from: number, to: number) => Promise<{ readonly rows: readonly Row[]; readonly total: number }>;

interface Page {
  readonly rows: readonly Row[];
  readonly age: number;
}

/**
 * The rows of the list that have been looked at lately, fetched by pages. Outdated pages stay to be shown until their new content
 * has come, so that nothing flickers.
 */
export class RowCache {
  /** In the order of use, the longest unused first. */
  private readonly pages = new Map<number, Page>();
  private readonly fetching = new Map<number, { readonly age: number; readonly loading: Promise<void> }>();
  private age = 0;
  private closed = false;

  constructor(
    private readonly fetch: Fetch,
    private readonly changed: () => void,
  ) {}

  /** The row, where it is here. */
  get(index: number): Row | undefined {
    return this.pages.get(Math.floor(index / PAGE))?.rows[index % PAGE];
  }

  /** Sees to it that rows `from` to `to` (exclusive) of a list of `total` come, and are kept. */
  want(from: number, to: number, total: number): Promise<void> {
    const wanted: Promise<void>[] = [];
    const last = Math.min(to, total) - 1;
    for (let number = Math.floor(Math.max(from, 0) / PAGE); number * PAGE <= last; number++) {
      const page = this.pages.get(number);
      if (page) {
        this.pages.delete(number);
        this.pages.set(number, page);
      }
      const size = Math.min(PAGE, total - number * PAGE);
      if (!page || page.age !== this.age || page.rows.length < size) wanted.push(this.load(number));
    }
    return Promise.all(wanted).then(() => undefined);
  }

  private load(number: number): Promise<void> {
    const running = this.fetching.get(number);
    if (running?.age === this.age) return running.loading;
    // What is on its way is of the list as it was: the new rows are asked for when it has come.
    if (running) return running.loading.catch(() => undefined).then(() => this.load(number));
    const { age } = this;
    const loading = this.fetch(number * PAGE, (number + 1) * PAGE)
      .then(({ rows }) => {
        if (this.closed) return;
        this.pages.delete(number);
        this.pages.set(number, { rows, age });
        for (const oldest of this.pages.keys()) {
          if (this.pages.size <= KEPT) break;
          this.pages.delete(oldest);
        }
      })
      .finally(() => {
        this.fetching.delete(number);
        if (!this.closed) this.changed();
      });
    this.fetching.set(number, { age, loading });
    return loading;
  }

  /** What is here is out of date: shown on, and fetched anew when it is wanted. */
  outdate(): void {
    this.age++;
  }

  /** Nothing that still comes is taken any more. */
  close(): void {
    this.closed = true;
  }

  /** Pages that are being fetched. */
  get busy(): number {
    return this.fetching.size;
  }

  /** Pages held at present. */
  get size(): number {
    return this.pages.size;
  }
}
