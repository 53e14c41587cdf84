import {
  ADVERTISE,
  CONFIRM,
  DECLINE6,
  INFORMATION_REQUEST,
  REBIND,
  RELEASE6,
  RENEW,
  REPLY,
  SOLICIT,
  messageType6,
} from '../../../codec/dhcpv6/message';
import { OPTIONS6 } from '../../../codec/dhcpv6/options';
import { optionName6 } from '../../../codec/dhcpv6/tlv';
import { nameAndDuid, nameOfDuid } from '../../../codec/names/duids';
import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import type { WorldRule } from '../rule';
import type { Exchange6, Note6 } from '../../conversations/v6model';
import type { Times6 } from '../../../codec/dhcpv6/answer';
import { iaidText } from '../../evidence/fit6';
import { AWAIT, hidden } from '../../evidence/silence/hidden6';
import type { Cause } from '../../finding';
import { hex, parseIpv6 } from '../../../codec/bytes';
import { UNKNOWN_ADDRESS, list, sendsApart, span, valueText, type Sends } from '../../words/words';
import type { Surveyed } from '../../evidence/surveyed';
import type { World } from '../../evidence/world';

/** DHCPv6 (RFC 9915), first part: the outcome of exchanges, and faults in the answers. */

/** Sets the outcome of an exchange. Part of the survey, before the rules run. */
export function survey6(exchange: Exchange6, world: Surveyed): void {
  const reply = exchange.of(REPLY).at(-1);
  const from = reply ?? exchange.of(ADVERTISE).at(-1);
  exchange.server = from?.server;
  exchange.address = from?.answer?.address;
  const asked = exchange.notes.filter((note) => AWAIT.has(note.type)).at(-1);
  if (exchange.has(DECLINE6)) exchange.outcome = 'declined';
  else if (exchange.has(RELEASE6)) exchange.outcome = givesBack(exchange, world) ? 'released' : 'incomplete';
  else if (reply && !isBare(exchange, reply, world)) {
    // What was cut off may be what the exchange was about.
    const cut = [reply, ...(asked ? [asked] : [])].some(({ index }) => world.packets.get(index).cut > 0);
    if (asked?.type === INFORMATION_REQUEST) exchange.outcome = 'informed';
    // NotOnLink says that the addresses do not fit this link: the client must start anew (RFC 9915 §18.2.10.1).
    else if (asked?.type === CONFIRM)
      exchange.outcome = (reply.answer?.refusals.length ?? 0) > 0 ? 'refused' : 'informed';
    else if (exchange.address === undefined && cut) exchange.outcome = 'incomplete';
    else if (exchange.address === undefined)
      // Lifetimes of 0 take an address back, or give none (RFC 9915 §18.2.10.1); that is more than an answer about settings.
      exchange.outcome =
        (reply.answer?.refusals.length ?? 0) > 0 || (asked && asksForAddress(asked, world)) ? 'refused' : 'informed';
    else exchange.outcome = asked?.type === RENEW || asked?.type === REBIND ? 'renewed' : 'bound';
  } else if (asked && !hidden(exchange, world)) {
    const same = exchange.of(asked.type);
    const answered = asked.type === SOLICIT && exchange.has(ADVERTISE);
    if (
      answered &&
      exchange.of(ADVERTISE).every(({ answer }) => answer!.address === undefined && answer!.refusals.length > 0)
    )
      exchange.outcome = 'refused';
    if (!answered && world.observed.silenceAfter(same)) exchange.outcome = 'unanswered';
  }
}

/** Whether a RELEASE names an address or prefix, or was cut before it could. */
const givesBack = (exchange: Exchange6, { packets }: Surveyed): boolean =>
  exchange.of(RELEASE6).some(({ index }) => {
    const { cut, dhcpv6 } = packets.get(index);
    return cut > 0 || dhcpv6!.associations.some(({ addresses }) => addresses.length > 0);
  });

const asksForAddress = ({ index }: Note6, world: Surveyed): boolean =>
  (world.packets.get(index).dhcpv6?.associations.length ?? 0) > 0;

/** Whether a REPLY answers a SOLICIT without the Rapid Commit option that a client requires (RFC 9915 §18.2.1, §21.14). */
function isBare(exchange: Exchange6, reply: Note6, world: Surveyed): boolean {
  const asked = exchange.notes.findLast((note) => AWAIT.has(note.type));
  return asked?.type === SOLICIT && world.packets.get(reply.index).dhcpv6?.rapidCommit === false;
}

/** The network of an address or prefix: its first four groups. */
const networkOf = (address: string): string =>
  hex(parseIpv6(address.replace(/\/.*$/, '')) ?? new Uint8Array(0), 0).slice(0, 16);

/** DNS servers and domain list (RFC 3646 §3, §4): what they are called in a sentence. */
const NAMED: ReadonlyMap<number, string> = new Map([
  [23, 'DNS servers'],
  [24, 'domains'],
]);
const DNS6 = 23;
/** Preference (RFC 9915 §21.8). */
const PREFERENCE = 7;
/** Options of an answer that are about the message, its client, its leases or the relay, and those that are told in words. */
const OF_MESSAGE6: ReadonlySet<number> = new Set([1, 2, 3, 4, PREFERENCE, 9, 11, 13, 14, 18, 20, 25, 37, 39]);
const TOLD6: ReadonlySet<number> = new Set(NAMED.keys());
/** How many answers are compared. */
const MOST_COMPARED = 4;

/** What servers that answer one client give, where they do not give the same. */
interface Apart6 {
  readonly texts: readonly string[];
  /** They are of different networks, or name different DNS servers: they are no pair. */
  readonly strange: boolean;
}

function apart6(all: readonly Note6[], world: World): Apart6 {
  const notes = all.slice(0, MOST_COMPARED);
  const each = (of: (note: Note6) => string): string => list(notes.map((note) => `${of(note)} in frame ${note.frame}`));
  const differ = (of: (note: Note6) => unknown): boolean => notes.some((note) => of(note) !== of(notes[0]!));
  const leasesOf = ({ answer }: Note6): string[] => [answer?.address ?? [], answer?.others ?? []].flat();
  const valueOf = (note: Note6, code: number): string | undefined => {
    const view = world.packets.get(note.index).dhcpv6?.option(code);
    return view && valueText(OPTIONS6.get(code)?.type, view);
  };
  const texts: string[] = [];
  const granted = notes.every(({ answer }) => answer?.address !== undefined);
  const networks = granted && differ(({ answer }) => networkOf(answer!.address!));
  if (networks) texts.push(`they give addresses of different networks: ${each(({ answer }) => answer!.address!)}`);
  const sizeOf = (note: Note6): string | undefined =>
    /\/\d+$/.exec(leasesOf(note).find((one) => one.includes('/')) ?? '')?.[0];
  if (granted && differ(sizeOf))
    texts.push(`they delegate prefixes of different lengths: ${each((note) => sizeOf(note) ?? 'none')}`);
  if (granted && differ(({ answer }) => answer!.times?.valid))
    texts.push(`for different times: ${each(({ answer }) => lifetime(answer!.times?.valid ?? 0))}`);
  const preferred = notes.flatMap((note) => {
    const hex = world.packets.get(note.index).dhcpv6?.option(PREFERENCE)?.hex();
    return hex === undefined ? [] : `${parseInt(hex, 16)} in frame ${note.frame}`;
  });
  if (preferred.length > 0)
    texts.push(`clients take the ADVERTISE with the highest preference (option 7): ${list(preferred)}`);
  // What is cut off may be what a message lacks.
  const whole = isWhole(notes, world);
  for (const [code, name] of NAMED)
    if (whole && differ((note) => valueOf(note, code)))
      texts.push(`they name different ${name}: ${each((note) => valueOf(note, code) ?? 'none')}`);
  const servers = notes.flatMap((note) => valueOf(note, DNS6) ?? []);
  return { texts, strange: networks || (whole && servers.some((one) => one !== servers[0])) };
}

const isWhole = (notes: readonly Note6[], { packets }: World): boolean =>
  notes.every(({ index }) => packets.get(index).cut === 0);

/** What two servers have in different options beside these, as sentences that each begin with a space. */
function optionsText6(notes: readonly Note6[], world: World): string {
  const [a, b, ...more] = notes.map(({ index, server }): Sends => {
    const { dhcpv6 } = world.packets.get(index);
    const codes = dhcpv6?.codes().filter((code) => !OF_MESSAGE6.has(code) && !TOLD6.has(code)) ?? [];
    return {
      server: nameOfDuid(server!),
      values: new Map(codes.map((code) => [code, dhcpv6!.option(code)?.hex() ?? ''])),
    };
  });
  return !a || !b || more.length > 0 || !isWhole(notes, world)
    ? ''
    : sendsApart(a, b, (code) => optionName6(OPTIONS6, code), TOLD6);
}

const lifetime = (seconds: number): string => (seconds === 0xffffffff ? 'without end' : span(seconds));

/** Why several servers answer: partners give the same network and the same DNS servers, a stranger does not. */
function servedApart({ texts, strange }: Apart6): Cause[] {
  return ranked(
    cause(
      strange ? 'likely' : 'possible',
      'A rogue server (a router or virtual machine with DHCPv6 on)',
      ...(strange ? texts : []),
    ),
    cause(
      strange ? 'possible' : 'likely',
      strange
        ? 'Two servers of one owner are configured differently, or two networks share this link on purpose, each with its own server'
        : 'A pair of servers (failover), or a router that serves DHCPv6 beside the server',
    ),
  );
}

/** The step to find the servers, where no relay is in between. */
function findPorts(notes: readonly Note6[], world: World): advice.Step[] {
  const macs = notes.flatMap((note) => (note.relayed ? [] : (world.packets.get(note.index).ethSource ?? [])));
  return macs.length < 2
    ? []
    : [
        `Find the port of the one that is not yours: ${list(macs.map((mac) => `\`show mac address-table address ${mac}\``))}.`,
      ];
}

/** Two servers answer one transaction. */
export const v6MultipleServers: WorldRule = function* (world) {
  for (const exchange of world.conversations6.exchanges) {
    for (const type of [ADVERTISE, REPLY]) {
      const by = new Map<string, Note6>();
      for (const note of exchange.of(type))
        if (note.server !== undefined && !by.has(note.server)) by.set(note.server, note);
      if (by.size < 2) continue;
      const names = [...by.keys()];
      const notes = [...by.values()];
      yield {
        id: 'v6-multiple-servers',
        severity: 'warning',
        subject: list([...names].sort()),
        frames: [...by.values()].flatMap((note) => note.frames),
        detail: () => {
          const apart = apart6(notes, world);
          return {
            title: `${names.length === 2 ? 'Two' : names.length} DHCPv6 servers answer the same client, ${list(names.map(nameOfDuid))}`,
            explanation: `In one transaction of ${exchange.client.name}, ${list([...by].map(([duid, note]) => `${nameAndDuid(duid)} (frame ${note.frame}, from ${world.packets.get(note.index).source ?? UNKNOWN_ADDRESS})`))} answer by ${messageType6(type)}${apart.texts
              .map((one) => `; ${one}`)
              .join(
                '',
              )}.${optionsText6(notes, world)} Nothing is wrong where both are meant to; otherwise a stranger hands out addresses and DNS servers.`,
            causes: servedApart(apart),
            steps: [
              ...findPorts(notes, world),
              advice.stepFor(
                'switch',
                'ios',
                'Cisco IOS',
                '`ipv6 dhcp guard policy servers` with `device-role server`, attached only to the ports that lead to servers.',
              ),
              'Compare the DUIDs with those of your servers.',
            ],
            reference: 'RFC 9915 §18.2.9, §22; RFC 7610',
          };
        },
      };
    }
  }
};

/** Timers that are not T1 ≤ T2 ≤ the shortest preferred lifetime, or a preferred lifetime longer than the valid one. */
export const v6TimerOrder: WorldRule = function* (world) {
  for (const exchange of world.conversations6.exchanges) {
    for (const note of exchange.notes) {
      const { wrongTimes: wrong = [], reversed } = note.answer ?? {};
      if (wrong.length === 0) continue;
      const { t1 = 0, t2 = 0 } = note.answer?.times ?? {};
      const swapped = t2 > 0 && t1 > t2;
      const server = note.server ?? world.packets.get(note.index).source ?? UNKNOWN_ADDRESS;
      yield {
        id: 'v6-timer-order',
        severity: 'error',
        subject: server,
        frames: note.frames,
        detail: () => ({
          title: `DHCPv6 server ${nameOfDuid(server)}: its times are in the wrong order, ${wrong[0]!}`,
          explanation: `The ${messageType6(note.type)} in frame ${note.frame} to ${exchange.client.name} has ${list(wrong)}. T1 must not be later than T2, T2 not later than the shortest preferred lifetime, and preferred not longer than valid; clients should drop what breaks this.`,
          causes: ranked(
            cause(
              'likely',
              reversed
                ? 'The preferred lifetime is configured longer than the valid lifetime, or the two are swapped'
                : swapped
                  ? 'T1 and T2 are swapped in the configuration, or one of them is mistyped'
                  : 'A lifetime was changed and the timers were left',
              ...wrong,
            ),
          ),
          steps: timerSetting(reversed ? { ...reversed, t1: 0, t2: 0 } : note.answer!.times),
          reference: 'RFC 9915 §21.4, §21.6, §14.2',
        }),
      };
    }
  }
};

/** T1 so early that a client asks again after a few seconds, as of a lease that is too short (`short-lease`). */
export const v6ShortTimers: WorldRule = function* (world) {
  for (const exchange of world.conversations6.exchanges)
    for (const note of exchange.of(REPLY)) {
      if (!note.answer?.times) continue;
      const { dhcpv6, source } = world.packets.get(note.index);
      const soon = dhcpv6!.associations.find(({ t1, empty }) => !empty && t1 > 0 && 2 * t1 < world.limits.shortLease);
      if (!soon) continue;
      const server = nameOfDuid(note.server ?? source ?? UNKNOWN_ADDRESS);
      yield {
        id: 'short-lease',
        severity: 'info',
        subject: server,
        frames: note.frames,
        detail: () => ({
          title: `DHCPv6 server ${server} has its clients renew every ${soon.t1} s`,
          explanation: `The REPLY in frame ${note.frame} to ${exchange.client.name} has T1 ${soon.t1} s for ${iaidText(soon)}: the client asks again after that time, and after each renewal anew.`,
          causes: ranked(cause('likely', 'T1 is set by itself, in another unit than seconds, or left from a test')),
          steps: timerSetting(USUAL),
          reference: 'RFC 9915 §21.4, §21.21, §14.2',
        }),
      };
    }
};

/** Lifetimes in seconds with which clients seldom ask: half a day and a day. */
const USUAL = { preferred: 43_200, valid: 86_400 } as const;

const FOREVER = 0xffffffff;

/** Times that ascend: those sent, as far as they can stay; T1 and T2 at 0.5 and 0.8 of the preferred lifetime (RFC 9915 §21.4). */
function timerSetting(sent: Pick<Times6, 'preferred' | 'valid'> | undefined): advice.Step[] {
  if (!sent || sent.valid === FOREVER || sent.preferred === 0)
    return advice.settings({
      dhcpd:
        'make them ascend: `option dhcp6.renewal-time`, `option dhcp6.rebinding-time`, `preferred-lifetime`, `default-lease-time`',
      kea: 'make them ascend: `"renew-timer"`, `"rebind-timer"`, `"preferred-lifetime"`, `"valid-lifetime"`',
      dnsmasq: 'correct the lease time at the end of `dhcp-range`',
      windows:
        '`Set-DhcpServerv6Scope` takes `-T1`, `-T2`, `-PreferredLifetime` and `-ValidLifetime`; make them ascend',
    });
  const { valid } = sent;
  const preferred = Math.min(sent.preferred, valid);
  const t1 = Math.floor(preferred * 0.5);
  const t2 = Math.floor(preferred * 0.8);
  return advice.settings({
    dhcpd: `for instance \`option dhcp6.renewal-time ${t1}; option dhcp6.rebinding-time ${t2}; preferred-lifetime ${preferred}; default-lease-time ${valid};\``,
    kea: `for instance \`"renew-timer": ${t1}, "rebind-timer": ${t2}, "preferred-lifetime": ${preferred}, "valid-lifetime": ${valid}\``,
    dnsmasq: `for instance \`${valid}\` as the lease time at the end of \`dhcp-range\`; dnsmasq derives the others from it`,
    windows: `for instance \`Set-DhcpServerv6Scope -T1 ${timeSpan(t1)} -T2 ${timeSpan(t2)} -PreferredLifetime ${timeSpan(preferred)} -ValidLifetime ${timeSpan(valid)}\``,
  });
}

/** Seconds as PowerShell writes a time: days, hours, minutes and seconds. */
function timeSpan(seconds: number): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return `${Math.floor(hours / 24)}.${two(hours % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
