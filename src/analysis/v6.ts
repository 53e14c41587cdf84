import { decodeText, formatIpv6, u16, u32 } from '../codec/bytes';
import { messageType6, type Message6 } from '../codec/dhcpv6/message';
import * as advice from './advice';
import { cause, ranked } from './collector';
import type { WorldRule } from './rule';
import { ADVERTISE, CONFIRM, DECLINE6, INFORMATION_REQUEST, REBIND, RELEASE6, RENEW, REPLY, SOLICIT, options6, type Note6 } from './v6model'; // prettier-ignore
import { AWAIT, hidden } from './v6silence';
import { count, list, quote } from './words';
import type { Seen, World } from './world';

/* DHCPv6 (RFC 8415), first part: what it came to, and what is wrong in the answers. */

const innerOf = ({ packets }: World, { index }: Seen): Message6 =>
  (packets.dhcpv6?.(index) ?? packets.get(index).dhcpv6!).innermost();

/** What each exchange came to. Runs before the rules. */
export function survey6(world: World): void {
  for (const exchange of world.conversations6.exchanges) {
    const reply = exchange.of(REPLY).at(-1);
    const from = reply ?? exchange.of(ADVERTISE).at(-1);
    exchange.server = from?.server;
    if (from) exchange.address = firstAddress(innerOf(world, from));
    const asked = exchange.notes.filter((note) => AWAIT.has(note.type)).at(-1);
    if (exchange.has(DECLINE6)) exchange.outcome = 'declined';
    else if (exchange.has(RELEASE6)) exchange.outcome = 'released';
    else if (reply) {
      if (asked?.type === INFORMATION_REQUEST || asked?.type === CONFIRM) exchange.outcome = 'informed';
      else if (exchange.address === undefined)
        exchange.outcome = statuses(innerOf(world, reply)).some((status) => status.code !== 0) ? 'refused' : 'informed';
      else exchange.outcome = asked?.type === RENEW || asked?.type === REBIND ? 'renewed' : 'bound';
    } else if (asked && !hidden(exchange, world)) {
      const same = exchange.of(asked.type);
      const answered = asked.type === SOLICIT && exchange.has(ADVERTISE);
      if (!answered && world.silenceProves(same.length, asked.time, asked.timed)) exchange.outcome = 'unanswered';
    }
  }
}

/** The first address or prefix with time left that a message gives. */
function firstAddress(message: Message6): string | undefined {
  for (const option of options6(message)) {
    if (option.code === 5 && option.length >= 24 && u32(message.bytes, option.at + 20) > 0)
      return formatIpv6(message.bytes, option.at);
    if (option.code === 26 && option.length >= 25 && u32(message.bytes, option.at + 4) > 0)
      return `${formatIpv6(message.bytes, option.at + 9)}/${message.bytes[option.at + 8]!}`;
  }
  return undefined;
}

interface Status6 {
  readonly code: number;
  readonly text: string;
  readonly within: readonly number[];
}

const STATUS_NAMES: Readonly<Record<number, string>> = {
  1: 'UnspecFail',
  2: 'NoAddrsAvail',
  3: 'NoBinding',
  4: 'NotOnLink',
  5: 'UseMulticast',
  6: 'NoPrefixAvail',
};
const CONTAINER_NAMES: Readonly<Record<number, string>> = {
  3: 'IA_NA',
  4: 'IA_TA',
  5: 'IAADDR',
  25: 'IA_PD',
  26: 'IAPREFIX',
};

function statuses(message: Message6): Status6[] {
  const out: Status6[] = [];
  for (const option of options6(message)) {
    if (option.code !== 13 || option.length < 2) continue;
    out.push({
      code: u16(message.bytes, option.at),
      text: decodeText(message.bytes, option.at + 2, option.length - 2),
      within: option.within,
    });
  }
  return out;
}

/** A status code other than Success, at whatever depth it stands. */
export const v6Status: WorldRule = function* (world) {
  for (const exchange of world.conversations6.exchanges) {
    for (const note of exchange.notes) {
      if (note.type !== ADVERTISE && note.type !== REPLY) continue;
      const bad = statuses(innerOf(world, note)).filter((status) => status.code !== 0);
      const [first] = bad;
      if (!first) continue;
      const name = (status: Status6): string => STATUS_NAMES[status.code] ?? `status ${status.code}`;
      yield {
        id: 'v6-status',
        severity: 'warning',
        subject: exchange.client.label,
        frames: note.frames,
        detail: () => ({
          title: `${exchange.client.label}: the server says ${list([...new Set(bad.map(name))])}`,
          explanation: `The ${messageType6(note.type)} in frame ${note.frame} from server ${note.server ?? 'without DUID'} has ${list(bad.map((status) => `${name(status)}${status.within.length > 0 ? ` in ${status.within.map((code) => CONTAINER_NAMES[code] ?? code).join(' in ')}` : ''}${status.text === '' ? '' : ` (${quote(status.text)})`}`))}.`,
          causes: ranked(
            first.code === 2 && cause('likely', 'The pool of addresses for this link is used up, or there is none'),
            first.code === 6 &&
              cause(
                'likely',
                'The pool of prefixes is used up, or none is configured, and the client (a router) asks for one',
              ),
            first.code === 3 &&
              cause(
                'likely',
                'The server does not know the lease that the client wants to keep: its database was lost, or another server gave it',
              ),
            first.code === 4 &&
              cause('likely', 'The client moved to another link, and its addresses do not belong here'),
            first.code === 5 && cause('likely', 'The client sent by unicast, which the server does not allow'),
            (first.code === 1 || first.code > 6) &&
              cause(
                'likely',
                'The server could not do what it was asked',
                first.text !== '' && `it says ${quote(first.text)}`,
              ),
          ),
          steps: advice.settings({
            dhcpd: '`range6 FIRST LAST;` and `prefix6 FIRST LAST /LENGTH;` in `subnet6`',
            kea: '`"pools"` and `"pd-pools"` in the `"subnet6"` entry',
            dnsmasq: '`dhcp-range=` for the link; dnsmasq delegates no prefixes',
            windows: '`Get-DhcpServerv6ScopeStatistics`',
            ios: '`show ipv6 dhcp pool`, `show ipv6 dhcp binding`',
          }),
          reference: 'RFC 8415 §21.13',
        }),
      };
    }
  }
};

/** One transaction is answered by two servers. */
export const v6MultipleServers: WorldRule = function* (world) {
  for (const exchange of world.conversations6.exchanges) {
    for (const type of [ADVERTISE, REPLY]) {
      const by = new Map<string, Note6>();
      for (const note of exchange.of(type))
        if (note.server !== undefined && !by.has(note.server)) by.set(note.server, note);
      if (by.size < 2) continue;
      const names = [...by.keys()];
      yield {
        id: 'v6-multiple-servers',
        severity: 'warning',
        subject: exchange.client.label,
        frames: [...by.values()].flatMap((note) => note.frames),
        detail: () => ({
          title: `${exchange.client.label}: ${count(names.length, 'DHCPv6 server')} answer`,
          explanation: `In one transaction ${list([...by].map(([duid, note]) => `${duid} (frame ${note.frame}, from ${world.packets.get(note.index).source ?? '?'})`))} answer by ${messageType6(type)}. That is in order where both are meant; else a stranger hands out addresses and DNS servers.`,
          causes: ranked(
            cause('likely', 'A pair of servers (failover), or a router that serves DHCPv6 beside the server'),
            cause('possible', 'A rogue server (a router or virtual machine with DHCPv6 on)'),
          ),
          steps: [
            'Cisco IOS: `ipv6 dhcp guard policy NAME`, `device-role server` only on the ports that lead to servers.',
            'Compare the DUIDs with those of your servers.',
          ],
          reference: 'RFC 8415 §18.2.9, §22; RFC 7610',
        }),
      };
    }
  }
};

const FOREVER = 0xffffffff;

/** Not T1 ≤ T2 ≤ the shortest preferred lifetime, or preferred longer than valid. */
export const v6TimerOrder: WorldRule = function* (world) {
  for (const exchange of world.conversations6.exchanges) {
    for (const note of exchange.notes) {
      if (note.type !== ADVERTISE && note.type !== REPLY) continue;
      const wrong = timersOf(innerOf(world, note));
      if (wrong.length === 0) continue;
      const server = note.server ?? world.packets.get(note.index).source ?? '?';
      yield {
        id: 'v6-timer-order',
        severity: 'error',
        subject: server,
        frames: note.frames,
        detail: () => ({
          title: `DHCPv6 server ${server}: times are not in order`,
          explanation: `The ${messageType6(note.type)} in frame ${note.frame} to ${exchange.client.label} has ${list(wrong)}. T1 must not be later than T2, T2 not later than the shortest preferred lifetime, and preferred not longer than valid; clients drop what breaks this.`,
          causes: ranked(cause('likely', 'A lifetime was changed and the timers were left')),
          steps: advice.settings({
            dhcpd:
              '`preferred-lifetime`, `default-lease-time`, `option dhcp6.renewal-time`, `option dhcp6.rebinding-time`',
            kea: '`"renew-timer"` < `"rebind-timer"` < `"preferred-lifetime"` < `"valid-lifetime"`',
            dnsmasq: 'the lease time at the end of `dhcp-range`',
            windows: '`Set-DhcpServerv6Scope -T1 … -T2 … -PreferredLifetime … -ValidLifetime …`',
          }),
          reference: 'RFC 8415 §21.4, §21.6, §14.2',
        }),
      };
    }
  }
};

function timersOf(message: Message6): string[] {
  const wrong: string[] = [];
  const { bytes } = message;
  let ia: { name: string; t1: number; t2: number; shortest: number } | undefined;
  const close = (): void => {
    if (!ia) return;
    const { name, t1, t2, shortest } = ia;
    // 0 leaves the time to the client (§14.2).
    if (t1 !== 0 && t2 !== 0 && t1 > t2) wrong.push(`${name} with T1 ${t1} s later than T2 ${t2} s`);
    const latest = Math.max(t1, t2);
    if (shortest !== Infinity && latest !== 0 && latest > shortest && t1 <= Math.max(t2, t1)) {
      if (!(t1 !== 0 && t2 !== 0 && t1 > t2))
        wrong.push(
          `${name} with T${t2 >= t1 ? 2 : 1} ${latest} s later than the shortest preferred lifetime ${shortest} s`,
        );
    }
    ia = undefined;
  };
  for (const option of options6(message)) {
    if (option.within.length === 0) close();
    if ((option.code === 3 || option.code === 25) && option.length >= 12 && option.within.length === 0) {
      ia = {
        name: option.code === 3 ? 'IA_NA' : 'IA_PD',
        t1: u32(bytes, option.at + 4),
        t2: u32(bytes, option.at + 8),
        shortest: Infinity,
      };
    }
    const at =
      option.code === 5 && option.length >= 24
        ? option.at + 16
        : option.code === 26 && option.length >= 25
          ? option.at
          : -1;
    if (at < 0) continue;
    const preferred = u32(bytes, at);
    const valid = u32(bytes, at + 4);
    if (preferred > valid) wrong.push(`preferred lifetime ${preferred} s longer than valid lifetime ${valid} s`);
    // 0 takes an address back; it sets no limit to the timers.
    if (ia && preferred !== 0) ia.shortest = Math.min(ia.shortest, preferred === FOREVER ? Infinity : preferred);
  }
  close();
  return wrong;
}
