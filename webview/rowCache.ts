import type { Row } from '../src/protocol';

/** Rows per page: more than are visible at a time, few enough to pass quickly through the extension host; and the number of pages kept. */
export const PAGE = 100;
const KEPT = 200;

type Fetch = (from: number, to: number) => Promise<{ readonly rows: readonly Row[]; readonly total: number }>;

interface Page {
  readonly rows: readonly Row[];
  readonly age: number;
}

/**
 * The rows of the list that were viewed recently, fetched in pages. Outdated pages remain
 * visible until their new content has arrived, so that nothing flickers.
 */
export class RowCache {
  /** In order of use, least recently used first. */
  private readonly pages = new Map<number, Page>();
  private readonly fetching = new Map<number, { readonly age: number; readonly loading: Promise<void> }>();
  private age = 0;
  private closed = false;

  constructor(
    private readonly fetch: Fetch,
    private readonly changed: () => void,
  ) {}

  /** The row, if it has been fetched. */
  get(index: number): Row | undefined {
    return this.pages.get(Math.floor(index / PAGE))?.rows[index % PAGE];
  }

  /** Fetches rows `from` to `to` (exclusive) of a list of `total`, and keeps them. */
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
    // A running fetch is for the outdated list: the new rows are requested after it.
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

  /** Marks everything as outdated: it is still shown, and fetched again when needed. */
  outdate(): void {
    this.age++;
  }

  /** Ignores all results that are still to come. */
  close(): void {
    this.closed = true;
  }

  /** Number of pages being fetched. */
  get busy(): number {
    return this.fetching.size;
  }

  /** Number of pages held. */
  get size(): number {
    return this.pages.size;
  }
}
