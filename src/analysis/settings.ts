/** Limits of the rules. Times in seconds. The defaults are those of the catalogue of findings. */
export interface Thresholds {
  /** Silence after a message that was sent once, before it counts as unanswered (RFC 2131 §4.1: the first retransmission delay). */
  readonly answerWithin: number;
  /** From here on a server is slow, and from here on it is worth a remark. */
  readonly slowServer: number;
  readonly slowServerRemark: number;
  /** Leases shorter than this are short. */
  readonly shortLease: number;
  /** Completed exchanges within one lease that make a loop. */
  readonly leaseLoop: number;
  /** Distinct clients within so many seconds that make a starvation attack, and from how many sources at most. */
  readonly starvationClients: number;
  readonly starvationWindow: number;
  readonly starvationSources: number;
  /** Share of these clients that never complete. */
  readonly starvationIncomplete: number;
  /** The largest hop count that a relay may pass on (RFC 1542 §4.1.1). */
  readonly maxHops: number;
  /** The same message again within this time, unchanged, is a copy made by the way of capturing. */
  readonly copyWindow: number;
  /** The same message again within this time with another giaddr or hop count is the other side of a relay. */
  readonly relayWindow: number;
}

export const DEFAULT_THRESHOLDS: Thresholds = {
  answerWithin: 4,
  slowServer: 2,
  slowServerRemark: 1,
  shortLease: 60,
  leaseLoop: 3,
  starvationClients: 50,
  starvationWindow: 10,
  starvationSources: 5,
  starvationIncomplete: 0.8,
  maxHops: 16,
  copyWindow: 0.03,
  relayWindow: 1,
};

/**
 * Seconds for which no client waits without asking again (64 at most, RFC 2131 §4.1; 60 and more between renewals, §4.4.5): where a
 * reply seems to come later than that after its request, the clock was set in between.
 */
export const CLOCK_WAS_SET = 128;

/** Least and greatest value of each limit; whole numbers where they count something. */
const RANGES: Readonly<
  Record<keyof Thresholds, { readonly least: number; readonly most?: number; readonly whole?: true }>
> = {
  answerWithin: { least: 0 },
  slowServer: { least: 0 },
  slowServerRemark: { least: 0 },
  shortLease: { least: 0 },
  leaseLoop: { least: 2, whole: true },
  starvationClients: { least: 2, whole: true },
  starvationWindow: { least: 0 },
  starvationSources: { least: 1, whole: true },
  starvationIncomplete: { least: 0, most: 1 },
  maxHops: { least: 1, most: 255, whole: true },
  copyWindow: { least: 0 },
  relayWindow: { least: 0 },
};

/** The limits in force: what the person set, and the defaults for what was not set or makes no sense. */
export function limitsOf(settings: Pick<Settings, 'thresholds'>): Thresholds {
  const limits: Record<keyof Thresholds, number> = { ...DEFAULT_THRESHOLDS };
  // Settings are written by hand, so anything may stand there.
  const given: unknown = settings.thresholds;
  if (typeof given !== 'object' || given === null) return limits;
  for (const [name, { least, most = Number.MAX_SAFE_INTEGER, whole }] of Object.entries(RANGES)) {
    const value = (given as Readonly<Record<string, unknown>>)[name];
    if (typeof value !== 'number' || !(value >= least && value <= most) || (whole && !Number.isInteger(value)))
      continue;
    limits[name as keyof Thresholds] = value;
  }
  return limits;
}

/** What the person wants of the analysis. */
export interface Settings {
  /** Addresses of the DHCP servers that may speak here; empty where nobody said. */
  readonly authorisedServers: readonly string[];
  /** Ids of findings that are not to be reported. */
  readonly suppressed: readonly string[];
  readonly thresholds?: Partial<Thresholds>;
}

/** Nothing declared, nothing suppressed, the catalogue's limits. */
export const DEFAULT_SETTINGS: Settings = { authorisedServers: [], suppressed: [] };
