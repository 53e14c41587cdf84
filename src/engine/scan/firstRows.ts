/** Share of a file that is read before its first rows are shown. */
const SHARE = 0.02;
/** Octets below which a file is read in one go, because that takes no noticeable time. */
const SMALL = 32 << 20;
/** How long the reading waits at most for a window to show something, in milliseconds. */
const PATIENCE = 5000;

/**
 * Pauses the reading of a large file as soon as there are rows to show, until they are on the screen. The window needs the
 * processor while it is being built, and whoever opens a capture wants to see packets, not a bar at 80 %.
 */
export class FirstRows {
  private free = false;
  private wake: () => void = () => undefined;

  constructor(
    /** Whether there is something to show now. */
    private readonly ready: () => boolean,
    /** Called when the reading pauses, so that a window fetches the rows. */
    private readonly resting: () => void,
    private readonly patience = PATIENCE,
  ) {}

  /** The rows are on the screen, or nobody waits for them any more: the reading does not pause again. */
  shown(): void {
    this.free = true;
    this.wake();
  }

  /** The same chunks, of a file of `size` octets (undefined: unknown), with a pause as soon as there is something to show. */
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
