/** Share of a file that is read before its first rows are on the screen. */
const SHARE = 0.02;
/** Octets below which a file is read through at once: that takes no time that anyone could notice. */
const SMALL = 32 << 20;
/** Milliseconds that the reading waits at most for a window to show something. */
const PATIENCE = 5000;

/**
 * Lets the window come first: while it is being built it needs the processor, and whoever opens a capture wants to see packets,
 * not a bar at 80 %. So a large file is read until there are rows to show, and read on when they are on the screen.
 */
export class FirstRows {
  private free = false;
  private wake: () => void = () => undefined;

  constructor(
    /** Whether there is something to show by now. */
    private readonly ready: () => boolean,
    /** The reading rests: somebody should have a look. */
    private readonly resting: () => void,
    private readonly patience = PATIENCE,
  ) {}

  /** The rows are on the screen, or nobody waits for them any more: from now on the reading does not rest. */
  shown(): void {
    this.free = true;
    this.wake();
  }

  /** The same chunks, of a file of `size` octets (undefined: unknown), with a rest as soon as there is something to show. */
  async *pace(chunks: AsyncIterable<Uint8Array>, size = 0): AsyncGenerator<Uint8Array, void, undefined> {
    const until = performance.now() + this.patience;
    let read = 0;
    for await (const chunk of chunks) {
      yield chunk;
      read += chunk.length;
      if (this.free || size < SMALL || read < size * SHARE || !this.ready()) continue;
      await this.rest(until - performance.now());
      this.free = true;
    }
  }

  private async rest(milliseconds: number): Promise<void> {
    if (milliseconds <= 0) return;
    const rested = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.resting();
    await rested;
  }
}
