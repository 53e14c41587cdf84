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
import { UNKNOWN_ADDRESS, list, span } from '../../words/words';
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

/** DNS servers (RFC 3646 §3). */
const DNS6 = 23;
/** Preference (RFC 9915 §21.8). */
const PREFERENCE = 7;
/** How many answers are compared. */
const MOST_COMPARED = 4;

/** What servers that answer one client give, where they do not give the same. */
function apart6(notes: readonly Note6[], world: World): string[] {
  const told = notes.slice(0, MOST_COMPARED).map((note) => {
    const { address, times } = note.answer ?? {};
    const { dhcpv6 } = world.packets.get(note.index);
    const dns = dhcpv6?.option(DNS6) !== undefined;
    const hex = dhcpv6?.option(PREFERENCE)?.hex();
    return { note, address, times, dns, preference: hex === undefined ? undefined : parseInt(hex, 16) };
  });
  const [first] = told;
  if (!first || told.some(({ address }) => address === undefined)) return [];
  const out: string[] = [];
  if (told.some(({ address }) => networkOf(address!) !== networkOf(first.address!)))
    out.push(
      `they give addresses of different networks: ${list(told.map(({ note, address }) => `${address!} in frame ${note.frame}`))}`,
    );
  if (told.some(({ times }) => times?.valid !== first.times?.valid))
    out.push(
      `for different times: ${list(told.map(({ note, times }) => `${lifetime(times?.valid ?? 0)} in frame ${note.frame}`))}`,
    );
  const preferences = told.flatMap(({ note, preference }) =>
    preference === undefined ? [] : `${preference} in frame ${note.frame}`,
  );
  if (preferences.length > 0)
    out.push(`clients take the ADVERTISE with the highest preference (option 7): ${list(preferences)}`);
  if (told.some(({ dns }) => dns !== first.dns))
    out.push(
      `not all name DNS servers: ${list(told.map(({ note, dns }) => `frame ${note.frame} ${dns ? 'does' : 'does not'}`))}`,
    );
  return out;
}

const lifetime = (seconds: number): string => (seconds === 0xffffffff ? 'without end' : span(seconds));

/** Why several servers answer: partners give the same network, a stranger does not. */
function servedApart(notes: readonly Note6[], world: World): Cause[] {
  const apart = apart6(notes, world);
  const strange = apart[0]?.includes('different networks') ?? false;
  return ranked(
    cause(
      strange ? 'likely' : 'possible',
      'A rogue server (a router or virtual machine with DHCPv6 on)',
      ...(strange ? apart : []),
    ),
    cause(
      strange ? 'possible' : 'likely',
      strange
        ? 'Two networks share this link on purpose, each with its own server'
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
        detail: () => ({
          title: `${names.length === 2 ? 'Two' : names.length} DHCPv6 servers answer the same client, ${list(names.map(nameOfDuid))}`,
          explanation: `In one transaction of ${exchange.client.name}, ${list([...by].map(([duid, note]) => `${nameAndDuid(duid)} (frame ${note.frame}, from ${world.packets.get(note.index).source ?? UNKNOWN_ADDRESS})`))} answer by ${messageType6(type)}${apart6(
            notes,
            world,
          )
            .map((one) => `; ${one}`)
            .join(
              '',
            )}. Nothing is wrong where both are meant to; otherwise a stranger hands out addresses and DNS servers.`,
          causes: servedApart(notes, world),
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
        }),
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
