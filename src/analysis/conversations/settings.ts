import { parseIpv4 } from '../../codec/bytes';
import { asWritten } from '../../codec/written';

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
  return { ...DEFAULT_THRESHOLDS, ...checkedThresholds(settings.thresholds).taken };
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

/** A setting as far as it makes sense, and a sentence about each part that does not. */
export interface Checked<T> {
  readonly taken: T;
  readonly problems: readonly string[];
}

/** Settings are written by hand, so anything may stand there: what makes sense holds, whatever stands beside it. `undefined` is what was not set. */
export function checkedSettings(given: {
  readonly authorisedServers: unknown;
  readonly suppressedFindings: unknown;
  readonly thresholds: unknown;
}): Checked<Settings> {
  const servers = checkedTexts(
    'authorisedServers',
    given.authorisedServers,
    ['IPv4 address', 'IPv4 addresses'],
    (text) => parseIpv4(text) !== undefined,
  );
  const suppressed = checkedTexts(
    'suppressedFindings',
    given.suppressedFindings,
    ['id of a finding', 'ids of findings'],
    (text) => text !== '',
  );
  const thresholds = checkedThresholds(given.thresholds);
  return {
    taken: { authorisedServers: servers.taken, suppressed: suppressed.taken, thresholds: thresholds.taken },
    problems: [servers, suppressed, thresholds].flatMap(({ problems }) => problems),
  };
}

function checkedTexts(
  name: string,
  given: unknown,
  [one, many]: readonly [one: string, many: string],
  good: (text: string) => boolean,
): Checked<string[]> {
  return checkedList(name, given, many, (item) => {
    const text = typeof item === 'string' ? item.trim() : '';
    return good(text) ? { value: text } : { problem: `${asWritten(item)} is no ${one}.` };
  });
}

/** The items of a setting that is a list. `many`: what the items are, for the sentence about a setting that is no list. */
export function checkedList<T>(
  name: string,
  given: unknown,
  many: string,
  check: (item: unknown) => { readonly value: T } | { readonly problem: string },
): Checked<T[]> {
  if (given === undefined) return { taken: [], problems: [] };
  if (!Array.isArray(given))
    return { taken: [], problems: [`${name} takes a list of ${many}, not ${asWritten(given)}.`] };
  const taken: T[] = [];
  const problems: string[] = [];
  for (const item of given as unknown[]) {
    const checked = check(item);
    if ('value' in checked) taken.push(checked.value);
    else problems.push(`${name}: ${checked.problem}`);
  }
  return { taken, problems };
}

function checkedThresholds(given: unknown): Checked<Partial<Thresholds>> {
  const problems: string[] = [];
  const taken: Partial<Record<keyof Thresholds, number>> = {};
  if (given === undefined) return { taken, problems };
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return { taken, problems: [`thresholds takes an object with numbers, not ${asWritten(given)}.`] };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(RANGES, name)) {
      problems.push(`thresholds: there is no limit ${asWritten(name)}.`);
      continue;
    }
    const { least, most = Number.MAX_SAFE_INTEGER, whole } = RANGES[name as keyof Thresholds];
    if (typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value)))
      taken[name as keyof Thresholds] = value;
    else {
      const bounds = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
      problems.push(`thresholds: ${name} takes a ${whole ? 'whole ' : ''}number ${bounds}, not ${asWritten(value)}.`);
    }
  }
  return { taken, problems };
}
