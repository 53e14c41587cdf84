import { leaseTime } from '../../analysis/words/words';
import type { OptionSetting, Scope, Setting, SettingName } from '../model';
import { settingOf } from '../scopes';
import type { Span } from '../source';
import { leasing, OPTION, optionOf, type Rule } from './rule';

/* Rules about times, and about the server as a whole. */

interface Time {
  readonly seconds: number;
  readonly span: Span;
  /** Set in the scope itself rather than inherited. */
  readonly own: boolean;
}

/** A time that applies to a scope: from an option if there is one, else from a setting. */
function time(scope: Scope, name: SettingName, code?: number): Time | undefined {
  const option: OptionSetting | undefined = code === undefined ? undefined : optionOf(scope, code);
  if (option?.number !== undefined)
    return { seconds: option.number, span: option.span, own: scope.options.includes(option) };
  const setting: Setting | undefined = settingOf(scope, name);
  // In Kea, zero means that it is not sent.
  if (setting?.number === undefined || setting.number === 0) return undefined;
  return { seconds: setting.number, span: setting.span, own: scope.settings.get(name) === setting };
}

/** The first of some times that is the reason why two of them are out of order; else undefined. */
type Odd = (times: readonly (Time | undefined)[]) => Time | undefined;

/** How long a lease each time would fit by RFC 2131 §4.4.5: T1 is a half of it, T2 seven eighths. */
const SHARES = [0.5, 0.875, 1] as const;

/** Of T1, T2 and the lease time, the one that does not fit the other two. */
const oddTimer: Odd = (times) => {
  const fits = times.flatMap((one, i) => (one ? [{ one, lease: one.seconds / SHARES[i]! }] : []));
  if (fits.length < 3 || fits.some(({ lease }) => !Number.isFinite(lease))) return undefined;
  const middle = [...fits].sort((a, b) => a.lease - b.lease)[1]!.lease;
  const off = (lease: number): number => Math.abs(Math.log(lease / middle));
  return fits.reduce((a, b) => (off(b.lease) > off(a.lease) ? b : a)).one;
};

/** Usual shares of the lease time: those of RFC 2131 §4.4.5, and those of Kea's own examples. */
const USUAL = { t1: [0.5, 0.25], t2: [0.875, 0.5] } as const;

/** How far a time is from its usual shares of the lease time; 0 is none. */
const strangeness = (seconds: number, lease: number, shares: readonly number[]): number =>
  shares.map((share) => Math.abs(Math.log(seconds / lease / share))).reduce((a, b) => Math.min(a, b));

/** Of T1 and T2 in the wrong order, the one that fits the lease time less; T1 if both do, as Kea leaves that one out. */
function oddOf(t1: Time, t2: Time, lease: Time | undefined): Time {
  if (!lease || !Number.isFinite(lease.seconds)) return t1;
  const [first, second] = [t1, t2].map(({ seconds }, i) =>
    strangeness(seconds, lease.seconds, i === 0 ? USUAL.t1 : USUAL.t2),
  );
  return second! > first! ? t2 : t1;
}

/** Of the least, usual and longest lease time, the one that is out of order with both others. */
const oddLimit: Odd = ([least, usual, most]) => {
  if (!least || !usual || !most) return undefined;
  if (least.seconds > usual.seconds && least.seconds > most.seconds) return least;
  return most.seconds < usual.seconds && most.seconds < least.seconds ? most : undefined;
};

const text = (seconds: number): string => leaseTime(seconds === Infinity ? 0xffffffff : seconds);

/** The time, if it is set in the scope itself. */
const own = (one: Time | undefined): Time | undefined => (one?.own ? one : undefined);

const timerOrder: Rule = {
  id: 'timer-order',
  *check(view) {
    for (const scope of view.scopes) {
      const t1 = time(scope, 't1', OPTION.t1);
      const t2 = time(scope, 't2', OPTION.t2);
      const lease = time(scope, 'lease-time', OPTION.lease);
      // Reported once, where the later of the two is set.
      const pairs = [
        [t1, t2, 'T1, when to renew', 'T2, when to rebind', 'clients would rebind before they renew'],
        [t2, lease, 'T2, when to rebind', 'the lease time', 'the lease would end before clients rebind'],
        [t1, lease, 'T1, when to renew', 'the lease time', 'the lease would end before clients renew'],
      ] as const;
      for (const [earlier, later, a, b, result] of pairs) {
        if (!earlier || !later || earlier.seconds <= later.seconds || !(earlier.own || later.own)) continue;
        const odd = later === t2 ? oddOf(earlier, later, lease) : oddTimer([t1, t2, lease]);
        yield {
          span: (odd === later ? (own(later) ?? earlier) : (own(earlier) ?? later)).span,
          title: `${a.split(',')[0]!} is after ${b.split(',')[0]!}`,
          explanation: `${a} (${text(earlier.seconds)}), is after ${b} (${text(later.seconds)}): ${result}.`,
          steps: ['Let T1 be half of the lease time and T2 seven eighths, or leave both out.'],
        };
        break;
      }
    }
  },
};

const leaseOrder: Rule = {
  id: 'lease-time-order',
  // Kea refuses this, and its parser has already reported it.
  notFor: ['kea4', 'kea6'],
  *check(view) {
    for (const scope of view.scopes) {
      const least = time(scope, 'min-lease-time');
      const usual = time(scope, 'lease-time');
      const most = time(scope, 'max-lease-time');
      const pairs = [
        [usual, most, 'usual', 'longest'],
        [least, usual, 'shortest', 'usual'],
        [least, most, 'shortest', 'longest'],
      ] as const;
      for (const [low, high, a, b] of pairs) {
        if (!low || !high || low.seconds <= high.seconds || !(low.own || high.own)) continue;
        yield {
          span: (own(oddLimit([least, usual, most])) ?? own(high) ?? low).span,
          title: `The ${a} lease time is above the ${b}`,
          explanation: `The ${a} lease time is ${text(low.seconds)}, the ${b} ${text(high.seconds)}.`,
        };
        break;
      }
    }
  },
};

const preferredOrder: Rule = {
  id: 'lease-time-order',
  *check(view) {
    for (const scope of view.scopes) {
      // The times of a class are limits for what other scopes say.
      if (scope.kind === 'class') continue;
      const preferred = time(scope, 'preferred-lifetime');
      const valid = time(scope, 'lease-time');
      if (!preferred || !valid || preferred.seconds <= valid.seconds || !(preferred.own && valid.own)) continue;
      yield {
        span: preferred.span,
        title: 'The preferred lifetime is above the valid lifetime',
        explanation: `Addresses are preferred for ${text(preferred.seconds)} and valid for ${text(valid.seconds)}: a client must discard such an address (RFC 9915 §21.6).`,
        steps: ['Let the preferred lifetime be about five eighths of the valid one.'],
      };
    }
  },
};

/** Leases up to the first limit, in seconds, are rarely intended; below the second they never are. */
const SHORT = 60;
const ABSURD = 30;
const YEAR = 365 * 86400;

const leaseTimes = (id: 'short-lease' | 'long-lease'): Rule => ({
  id,
  *check(view) {
    for (const scope of view.scopes) {
      const setting = scope.settings.get('lease-time');
      const option = scope.options.find(({ code, space }) => code === OPTION.lease && space === 'dhcp');
      const seconds = setting?.number ?? option?.number;
      const span = setting?.number !== undefined ? setting.span : option?.span;
      if (seconds === undefined || !span) continue;
      if (id === 'short-lease' && seconds <= SHORT)
        yield {
          span,
          title: `Leases last ${text(seconds)}`,
          explanation: `With a lease of ${text(seconds)}, clients renew all the time${view.kind === 'dnsmasq' ? '; dnsmasq takes two minutes instead' : ''}.`,
          steps: ['Even an hour is short; a day is usual.'],
          ...(seconds < ABSURD || view.kind === 'ios' ? {} : { severity: 'info' as const }),
        };
      if (id === 'long-lease' && seconds > YEAR && seconds !== Infinity)
        yield {
          span,
          title: `Leases last ${text(seconds)}`,
          explanation: 'An address that was leased hardly ever comes back.',
        };
    }
  },
});

const bootFile: Rule = {
  id: 'next-server-without-file',
  *check(view) {
    const anywhere = view.scopes.some(
      ({ settings, options }) =>
        settings.has('boot-file') || options.some(({ code, space }) => code === 67 && space === 'dhcp'),
    );
    if (anywhere) return;
    for (const { settings } of view.scopes) {
      const server = settings.get('next-server');
      if (server)
        yield {
          span: server.span,
          title: 'A boot server, and no boot file',
          explanation: 'Clients are told where to boot from, but not what: no boot file is set anywhere.',
        };
    }
  },
};

/** dnsmasq names itself if no boot server is given. */
const bootFileWithoutServer: Rule = {
  id: 'boot-file-without-server',
  notFor: ['dnsmasq', 'openwrt', 'dhcpd6', 'kea6'],
  *check(view) {
    if (view.unread) return;
    const anywhere = view.scopes.some(
      ({ settings, options }) =>
        settings.has('next-server') || options.some(({ code, space }) => [66, 150].includes(code) && space === 'dhcp'),
    );
    if (anywhere) return;
    for (const { settings } of view.scopes) {
      const file = settings.get('boot-file');
      // A URL names the server as well.
      if (!file || file.value === '' || /:\/\//.test(file.value)) continue;
      yield {
        span: file.span,
        title: 'A boot file, and no boot server',
        explanation:
          'Clients are told what to boot, but not from where: many then ask the DHCP server, and some nobody.',
      };
      return;
    }
  },
};

const notAuthoritative: Rule = {
  id: 'not-authoritative',
  notFor: ['dhcpd6', 'kea6', 'ios', 'microsoft-xml', 'netsh', 'openwrt', 'routeros', 'udhcpd', 'networkd'],
  *check(view) {
    if (view.unread || view.scopes.some(({ settings }) => settings.get('authoritative')?.value === 'true')) return;
    const subnet = view.document.subnets.find((one) => one.family === 4 && leasing(one).length > 0);
    if (subnet)
      yield {
        span: subnet.head,
        title: 'The server is not authoritative',
        explanation:
          'Nothing says that this server has authority over the network. A client that comes from another network and asks for its old address gets no answer, and waits.',
        steps: [
          view.kind === 'dnsmasq'
            ? '`dhcp-authoritative`'
            : view.kind === 'kea4'
              ? '`"authoritative": true`'
              : '`authoritative;`',
        ],
      };
  },
};

export const times: readonly Rule[] = [
  timerOrder,
  leaseOrder,
  preferredOrder,
  leaseTimes('short-lease'),
  leaseTimes('long-lease'),
  bootFile,
  bootFileWithoutServer,
  notAuthoritative,
];
