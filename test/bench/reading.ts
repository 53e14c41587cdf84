/** How far a process has read a file, as the operating system tells it (Linux): nothing that the program itself says. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds between two looks. */
const EVERY = 1;

/** One look: milliseconds since the epoch, and the octets read; -1 when the file was not open (any more). */
interface Look {
  readonly at: number;
  readonly octets: number;
}

/** Watches a file that process `pid` is going to open, until `stop`. */
export class ReadingWatch {
  private readonly looks: Look[] = [];
  private going = true;
  private readonly watching: Promise<void>;

  constructor(
    private readonly pid: number,
    private readonly path: string,
  ) {
    this.watching = this.watch();
  }

  private async watch(): Promise<void> {
    let info: string | undefined;
    while (this.going) {
      const at = performance.timeOrigin + performance.now();
      if (info === undefined) {
        const found = readdirSync(`/proc/${this.pid}/fd`).find((fd) => linkOf(this.pid, fd) === this.path);
        if (found !== undefined) info = `/proc/${this.pid}/fdinfo/${found}`;
      }
      if (info !== undefined) {
        const octets = positionOf(info);
        this.looks.push({ at, octets });
        if (octets < 0) return;
      }
      await delay(EVERY);
    }
  }

  /** Octets that had been read at a time, in milliseconds since the epoch: by the first look after it. */
  octetsAt(at: number): number {
    if (this.looks.length === 0) throw new Error(`${this.path} was not seen open`);
    const look = this.looks.find((one) => one.at >= at && one.octets >= 0);
    return look?.octets ?? Math.max(...this.looks.map(({ octets }) => octets));
  }

  /** When the file was opened, and when it was closed (undefined while it is open). */
  get opened(): number | undefined {
    return this.looks[0]?.at;
  }
  get closed(): number | undefined {
    const last = this.looks[this.looks.length - 1];
    return last && last.octets < 0 ? last.at : undefined;
  }

  async stop(): Promise<void> {
    this.going = false;
    await this.watching;
  }
}

function linkOf(pid: number, fd: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    return '';
  }
}

function positionOf(info: string): number {
  try {
    return Number(/^pos:\s*(\d+)/m.exec(readFileSync(info, 'utf8'))![1]);
  } catch {
    return -1;
  }
}
