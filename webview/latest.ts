/**
 * Asks one thing at a time and in the end for the newest wish: whoever holds an arrow key down asks for a hundred frames and wants
 * to see the last. Answers to wishes that are no longer the newest are dropped.
 */
export class Latest<Wish, Answer> {
  private newest: { readonly wish: Wish } | undefined;
  private running = false;

  constructor(
    private readonly ask: (wish: Wish) => Promise<Answer>,
    private readonly answered: (answer: Answer, wish: Wish) => void,
    private readonly failed: (error: Error, wish: Wish) => void,
  ) {}

  /** Wishes for something; an earlier wish that is still open is given up. */
  want(wish: Wish): void {
    this.newest = { wish };
    if (!this.running) void this.run();
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
