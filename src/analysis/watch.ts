/** Why an analysis ended early. */
export type Stop = 'time' | 'memory' | 'cancelled';

/** The limits of an analysis, and how it can be stopped. What is left out is not limited. */
export interface AnalysisLimits {
  readonly seconds?: number;
  /** Whether more than this share (0 to 1) of the available memory is in use, or would be with so many octets more. */
  readonly memory?: (share: number, more?: number) => boolean;
  /** How often a stop has been requested so far. */
  readonly cancels?: () => number;
  /** Seconds left for the checks after the person has stopped the reading; by default `PATIENCE`. */
  readonly patience?: number;
}

/** Shares of time and memory that may be used up when all messages have been read; the checks need the rest. */
const READING = { time: 0.5, memory: 0.4 } as const;
/** Shares that may be used up when all checks have run; the findings must still be put together. */
const CHECKING = { time: 1, memory: 0.85 } as const;
/**
 * Octets counted for each DHCPv4 client while messages are read. There a client is hardly more than a row (170 octets); in an attack that
 * consists of clients, the checks need four times as much for it. With so many octets more, what is read fits its share.
 */
const FOR_EACH_CLIENT = 240;
/** Enough to be told of what was read. */
const PATIENCE = 5;
/** The clock is read only once in this many calls, because reading it is more expensive than the call. */
const ASKED_PER_LOOK = 32;

/** Watches the time and memory that an analysis uses, and whether it has been cancelled. */
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

  /** Whether the current phase must end here. Cheap enough to ask at each step. `clients`: how many the checks will have to look at. */
  over(clients = 0): boolean {
    if (this.stop === undefined && this.asked++ % ASKED_PER_LOOK === 0) this.stop = this.look(clients);
    return this.stop !== undefined;
  }

  private look(clients: number): Stop | undefined {
    const { memory, cancels } = this.limits;
    if (cancels && cancels() !== this.cancelled) return 'cancelled';
    if (Date.now() > this.until) return 'time';
    return memory?.(this.shares.memory, clients * FOR_EACH_CLIENT) ? 'memory' : undefined;
  }

  /** Why the last phase had to end. */
  get stopped(): Stop | undefined {
    return this.stop;
  }

  /** Starts the checks after the messages have been read, as far as they could be. */
  goOn(): void {
    this.shares = CHECKING;
    this.until = this.began + this.milliseconds * CHECKING.time;
    if (this.stop === 'cancelled')
      this.until = Math.min(this.until, Date.now() + (this.limits.patience ?? PATIENCE) * 1000);
    this.cancelled = this.limits.cancels?.() ?? 0;
    this.stop = undefined;
    this.asked = 0;
  }
}
