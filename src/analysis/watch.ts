/** Why an analysis came to an end too early. */
export type Stop = 'time' | 'memory' | 'cancelled';

/** What an analysis may take, and who may stop it. What is left out is not limited. */
export interface AnalysisLimits {
  readonly seconds?: number;
  /** Whether more than this share (0 to 1) of the memory that there is has been used. */
  readonly memory?: (share: number) => boolean;
  /** How often the person has asked for a stop, ever. */
  readonly cancels?: () => number;
}

/** Share of the time and of the memory that may be gone when all messages have been read: the checks need the rest. */
const READING = { time: 0.5, memory: 0.4 } as const;
/** When all checks have been made, what was found must still be told. */
const CHECKING = { time: 1, memory: 0.85 } as const;
/** Seconds for the checks after the person has stopped the reading. */
const PATIENCE = 5;
/** Looking costs more than being asked does. */
const ASKED_PER_LOOK = 32;

/** Watches over the time and the memory that an analysis takes, and hears whether the person still wants it. */
export class Watch {
  private asked = 0;
  private stop: Stop | undefined;
  private shares: { readonly time: number; readonly memory: number } = READING;
  private readonly began = Date.now();
  private until: number;
  private cancelled: number;

  constructor(private readonly limits: AnalysisLimits = {}) {
    this.until = this.began + this.milliseconds * this.shares.time;
    this.cancelled = limits.cancels?.() ?? 0;
  }

  private get milliseconds(): number {
    return (this.limits.seconds ?? Infinity) * 1000;
  }

  /** Whether the part of the analysis that runs must end here. Cheap, so that it can be asked at each step. */
  over(): boolean {
    if (this.stop === undefined && this.asked++ % ASKED_PER_LOOK === 0) this.stop = this.look();
    return this.stop !== undefined;
  }

  private look(): Stop | undefined {
    const { memory, cancels } = this.limits;
    if (cancels && cancels() !== this.cancelled) return 'cancelled';
    if (Date.now() > this.until) return 'time';
    return memory?.(this.shares.memory) ? 'memory' : undefined;
  }

  /** Why the part that ran had to end. */
  get stopped(): Stop | undefined {
    return this.stop;
  }

  /** The messages have been read, as far as they could be: what there is will be checked. */
  goOn(): void {
    this.shares = CHECKING;
    this.until = this.began + this.milliseconds * CHECKING.time;
    if (this.stop === 'cancelled') this.until = Math.min(this.until, Date.now() + PATIENCE * 1000);
    this.cancelled = this.limits.cancels?.() ?? 0;
    this.stop = undefined;
    this.asked = 0;
  }
}
