import type { LeaseRow } from '../../src/pages';

const PAGE = 200;
/** Maximum number of pages kept. */
const KEPT = 50;

/** The rows of the table that are being viewed, fetched in pages, each only once. */
export class LeaseRows {
  private readonly pages = new Map<number, readonly LeaseRow[] | undefined>();
  total = 0;

  constructor(
    private readonly fetch: (from: number, to: number) => Promise<{ rows: readonly LeaseRow[]; total: number }>,
    private readonly changed: () => void,
  ) {}

  get(index: number): LeaseRow | undefined {
    return this.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Fetches the rows from `first` to `last` (inclusive). */
  want(first: number, last: number): void {
    for (let page = Math.floor(Math.max(0, first) / PAGE); page * PAGE <= Math.max(0, last); page++) {
      if (this.pages.has(page)) continue;
      this.pages.set(page, undefined);
      if (this.pages.size > KEPT) this.pages.delete(this.pages.keys().next().value!);
      this.fetch(page * PAGE, (page + 1) * PAGE).then(
        ({ rows, total }) => {
          this.pages.set(page, rows);
          this.total = total;
          this.changed();
        },
        () => this.pages.delete(page),
      );
    }
  }
}
