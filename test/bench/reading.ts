/** How far a process has read a file, as the operating system tells it (Linux): nothing that the program itself says. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds between two looks. */
const EVERY = 1;
/** Milliseconds between two looks beyond which nothing is said of the time between them. */
const APART = 25;

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

  /**
   * Octets that had been read at a time, in milliseconds since the epoch: by the first look after it. Undefined where the looks
   * before and after it lie so far apart that this would say nothing.
   */
  octetsAt(at: number): number | undefined {
    const after = this.looks.findIndex((one) => one.at >= at);
    const look = this.looks[after];
    const before = this.looks[after - 1];
    if (!look || !before || look.at - before.at > APART) return undefined;
    return look.octets < 0 ? before.octets : look.octets;
  }

  /** Octets that had been read when the file was closed. */
  get most(): number {
    return Math.max(...this.looks.map(({ octets }) => octets));
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
