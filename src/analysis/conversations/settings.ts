import { parseIpv4 } from '../../codec/bytes';
import { asWritten } from '../../codec/written';

/** Limits of the rules. Times are in seconds. The defaults are those of the catalogue of findings. */
export interface Thresholds {
  /** How long a message sent once may go without a reply before it counts as unanswered (RFC 2131 §4.1: the first retransmission delay). */
  readonly answerWithin: number;
  /** Response times from which a server counts as slow, and from which it is worth a remark. */
  readonly slowServer: number;
  readonly slowServerRemark: number;
  /** Leases shorter than this are short. */
  readonly shortLease: number;
  /** How many completed exchanges within one lease make a loop. */
  readonly leaseLoop: number;
  /** How many distinct clients, within how many seconds and from how many sources at most, make a starvation attack. */
  readonly starvationClients: number;
  readonly starvationWindow: number;
  readonly starvationSources: number;
  /** Share of these clients that never complete an exchange. */
  readonly starvationIncomplete: number;
  /** The largest hop count that a relay may pass on (RFC 1542 §4.1.1). */
  readonly maxHops: number;
  /** The same message again within this time, unchanged, is a copy caused by how the capture was taken. */
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
 * No client waits this many seconds without asking again (64 at most, RFC 2131 §4.1; 60 and more between renewals, §4.4.5). If a reply
 * seems to come later than that after its request, the clock was set in between.
 */
export const CLOCK_WAS_SET = 128;

/** Seconds within which what a capture shows is of one time: merged captures may be of different days, between which a network changes. */
export const ONE_TIME = 12 * 3600;

/** Least and greatest value of each limit; counts must be whole numbers. */
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

/** The limits in force: the person's settings, and the defaults for what is not set or invalid. */
export function limitsOf(settings: Pick<Settings, 'thresholds'>): Thresholds {
  return { ...DEFAULT_THRESHOLDS, ...checkedThresholds(settings.thresholds).taken };
}

/** The person's settings for the analysis. */
export interface Settings {
  /** Addresses of the DHCP servers that are authorised here; empty if not declared. */
  readonly authorisedServers: readonly string[];
  /** Ids of findings that are not reported. */
  readonly suppressed: readonly string[];
  readonly thresholds?: Partial<Thresholds>;
}

/** No servers declared, nothing suppressed, the catalogue's limits. */
export const DEFAULT_SETTINGS: Settings = { authorisedServers: [], suppressed: [] };

/** The valid part of a setting, and a sentence about each part that is not valid. */
export interface Checked<T> {
  readonly taken: T;
  readonly problems: readonly string[];
}

/**
 * Checks settings, which are written by hand and may hold anything. Valid parts are used even if others are not. `undefined` means not set.
 */
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

/** Checks a setting that is a list. `many` names the items, for the sentence about a setting that is no list. */
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
