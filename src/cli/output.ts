import type { Writable } from 'node:stream';

/**
 * Standard output that ends quietly when its reader goes away (`| head`), and that keeps no more in memory than the reader is
 * behind.
 */
export class Output {
  /** The reader is gone, or there is no room left: further lines would go nowhere. */
  closed = false;
  /** Whether colours are wanted: on a terminal, unless NO_COLOR is set (no-color.org). */
  readonly colours: boolean;
  private pending = '';
  /** Why nothing more can be written, where it is not that the reader is gone: a full disk. */
  private failure: Error | undefined;
  /** The reader is behind: wait until it has `drained`. */
  full = false;

  constructor(private readonly stream: Writable & { isTTY?: boolean }) {
    this.colours = stream.isTTY === true && !process.env['NO_COLOR'];
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') this.failure ??= Object.assign(error, { path: 'standard output' });
      this.closed = true;
    });
  }

  line(text: string): void {
    this.text(`${text}\n`);
  }

  /** Writes a part of a line. */
  text(text: string): void {
    if (this.closed) return;
    this.pending += text;
    if (this.pending.length > 1 << 16) this.flush();
  }

  private flush(): void {
    if (this.pending === '' || this.closed) return;
    this.full = !this.stream.write(this.pending);
    this.pending = '';
  }

  /** Writes pieces one after the other, no faster than the reader takes them. */
  async pieces(pieces: Iterable<string>): Promise<void> {
    for (const piece of pieces) {
      this.text(piece);
      if (this.full) await this.drained();
      if (this.closed) return;
    }
  }

  /** Waits until the reader has caught up. */
  async drained(): Promise<void> {
    if (!this.full || this.closed) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.stream.off('drain', done).off('close', done).off('error', done);
        resolve();
      };
      this.stream.on('drain', done).on('close', done).on('error', done);
    });
    this.full = false;
  }

  /** Writes what is left, and waits until it has been taken. Rejects with the system's error where it could not be written. */
  async end(): Promise<void> {
    this.flush();
    if (!this.closed) await new Promise<void>((resolve) => this.stream.write('', () => resolve()));
    if (this.failure) throw this.failure;
  }
}
