/**
 * Makes one request at a time and skips to the newest: whoever holds an arrow key down requests a hundred frames and
 * wants to see the last one. Answers to requests that are no longer the newest are dropped.
 */
export class Latest<Wish, Answer> {
  private newest: { readonly wish: Wish } | undefined;
  private running = false;
  /** Resolves when the newest request has been answered, or has failed. */
  done: Promise<void> = Promise.resolve();

  constructor(
    private readonly ask: (wish: Wish) => Promise<Answer>,
    private readonly answered: (answer: Answer, wish: Wish) => void,
    private readonly failed: (error: Error, wish: Wish) => void,
  ) {}

  /** Requests something; an earlier request that is still waiting is dropped. */
  want(wish: Wish): void {
    this.newest = { wish };
    if (!this.running) this.done = this.run();
  }

  /** Whether the newest request has yet to be answered. */
  get busy(): boolean {
    return this.running;
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.newest) {
      const current = this.newest;
      try {
        const answer = await this.ask(current.wish);
        if (this.newest === current) this.answered(answer, current.wish);
      } catch (error) {
        if (this.newest === current)
          this.failed(error instanceof Error ? error : new Error(String(error)), current.wish);
      }
      if (this.newest === current) this.newest = undefined;
    }
    this.running = false;
  }
}
