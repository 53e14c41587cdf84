import type { Writable } from 'node:stream';
import { wrapped } from './paper';

/** Standard output. Ends quietly when its reader goes away (`| head`), and applies backpressure so that memory use stays small. */
export class Output {
  /** The reader is gone or the disk is full, so further output would be lost. */
  closed = false;
  /** Whether to use colours: on a terminal, unless NO_COLOR is set (no-color.org). */
  readonly colours: boolean;
  /** Columns of the terminal, for text that is to be wrapped; undefined if the output is no terminal. */
  private readonly width: number | undefined;
  private pending = '';
  /** The reason why nothing more can be written, unless the reader has gone: for instance a full disk. */
  private failure: Error | undefined;
  /** The reader is behind. Wait for `drained` before writing more. */
  full = false;

  constructor(private readonly stream: Writable & { isTTY?: boolean; columns?: number }) {
    this.colours = stream.isTTY === true && !process.env['NO_COLOR'];
    const asked = Number(process.env['COLUMNS']);
    if (stream.isTTY) this.width = Number.isInteger(asked) && asked > 0 ? asked : stream.columns;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') this.failure ??= Object.assign(error, { path: 'standard output' });
      this.closed = true;
    });
  }

  line(text: string): void {
    this.text(`${text}\n`);
  }

  /** Writes prose: on a terminal, wrapped to its width, with `hang` spaces before all lines but the first. */
  prose(text: string, hang = 0): void {
    if (this.width === undefined) return this.line(text);
    const indent = ' '.repeat(Math.min(hang, this.width >> 1));
    for (const [i, line] of wrapped(text, this.width, indent.length).entries())
      this.line(i === 0 ? line : indent + line);
  }

  /** Writes part of a line. */
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

  /** Writes pieces one by one, at the reader's pace. */
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

  /** Writes what is left and waits until it is accepted. Rejects with the system's error if it cannot be written. */
  async end(): Promise<void> {
    this.flush();
    if (!this.closed) await new Promise<void>((resolve) => this.stream.write('', () => resolve()));
    if (this.failure) throw this.failure;
  }
}
