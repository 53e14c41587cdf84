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
import type { Status6 } from '../../../codec/dhcpv6/answer';
import { AWAIT, hidden } from './hidden';
import { count, list, quote } from '../../words/words';
import type { World } from '../../evidence/world';

/* DHCPv6 (RFC 9915), first part: what it came to, and what is wrong in the answers. */

/** What an exchange came to. Runs before the rules. */
export function survey6(exchange: Exchange6, world: World): void {
  const reply = exchange.of(REPLY).at(-1);
  const from = reply ?? exchange.of(ADVERTISE).at(-1);
  exchange.server = from?.server;
  exchange.address = from?.answer?.address;
  const asked = exchange.notes.filter((note) => AWAIT.has(note.type)).at(-1);
  if (exchange.has(DECLINE6)) exchange.outcome = 'declined';
  else if (exchange.has(RELEASE6)) exchange.outcome = 'released';
  else if (reply && !isBare(exchange, reply, world)) {
    if (asked?.type === INFORMATION_REQUEST || asked?.type === CONFIRM) exchange.outcome = 'informed';
    else if (exchange.address === undefined)
      exchange.outcome = (reply.answer?.refusals.length ?? 0) > 0 ? 'refused' : 'informed';
    else exchange.outcome = asked?.type === RENEW || asked?.type === REBIND ? 'renewed' : 'bound';
  } else if (asked && !hidden(exchange, world)) {
    const same = exchange.of(asked.type);
    const answered = asked.type === SOLICIT && exchange.has(ADVERTISE);
    if (!answered && world.silenceProves(same.length, asked.time, asked.timed)) exchange.outcome = 'unanswered';
  }
}

/** Whether a REPLY is to a SOLICIT, without the option that makes it one that a client takes (RFC 9915 §18.2.1, §21.14). */
function isBare(exchange: Exchange6, reply: Note6, world: World): boolean {
  const asked = exchange.notes.findLast((note) => AWAIT.has(note.type));
  return asked?.type === SOLICIT && world.packets.get(reply.index).dhcpv6?.rapidCommit === false;
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

/** A status code other than Success, at whatever depth it stands. */
export const v6Status: WorldRule = function* (world) {
  for (const exchange of world.conversations6.exchanges) {
    for (const note of exchange.notes) {
      const bad = note.answer?.refusals ?? [];
      const [first] = bad;
      if (!first) continue;
      const name = (status: Status6): string => STATUS_NAMES[status.code] ?? `status ${status.code}`;
      yield {
        id: 'v6-status',
        severity: 'warning',
        subject: exchange.client.label,
        frames: note.frames,
        detail: () => ({
          title: `${exchange.client.name}: the server says ${list([...new Set(bad.map(name))])}`,
          explanation: `The ${messageType6(note.type)} in frame ${note.frame} from ${note.server === undefined ? 'a server without DUID' : `server ${nameAndDuid(note.server)}`} has ${list(bad.map((status) => `${name(status)}${status.within.length > 0 ? ` in ${status.within.map((code) => CONTAINER_NAMES[code] ?? code).join(' in ')}` : ''}${status.text === '' ? '' : ` (${quote(status.text)})`}`))}.`,
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
          reference: 'RFC 9915 §21.13',
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
          title: `${exchange.client.name}: ${count(names.length, 'DHCPv6 server')} answer`,
          explanation: `In one transaction ${list([...by].map(([duid, note]) => `${nameAndDuid(duid)} (frame ${note.frame}, from ${world.packets.get(note.index).source ?? '?'})`))} answer by ${messageType6(type)}. That is in order where both are meant; else a stranger hands out addresses and DNS servers.`,
          causes: ranked(
            cause('likely', 'A pair of servers (failover), or a router that serves DHCPv6 beside the server'),
            cause('possible', 'A rogue server (a router or virtual machine with DHCPv6 on)'),
          ),
          steps: [
            advice.stepFor(
              'switch',
              'ios',
              'Cisco IOS',
              '`ipv6 dhcp guard policy NAME`, `device-role server` only on the ports that lead to servers.',
            ),
            'Compare the DUIDs with those of your servers.',
          ],
          reference: 'RFC 9915 §18.2.9, §22; RFC 7610',
        }),
      };
    }
  }
};

/** Not T1 ≤ T2 ≤ the shortest preferred lifetime, or preferred longer than valid. */
export const v6TimerOrder: WorldRule = function* (world) {
  for (const exchange of world.conversations6.exchanges) {
    for (const note of exchange.notes) {
      const wrong = note.answer?.wrongTimes ?? [];
      if (wrong.length === 0) continue;
      const server = note.server ?? world.packets.get(note.index).source ?? '?';
      yield {
        id: 'v6-timer-order',
        severity: 'error',
        subject: server,
        frames: note.frames,
        detail: () => ({
          title: `DHCPv6 server ${nameOfDuid(server)}: its times do not follow one another`,
          explanation: `The ${messageType6(note.type)} in frame ${note.frame} to ${exchange.client.name} has ${list(wrong)}. T1 must not be later than T2, T2 not later than the shortest preferred lifetime, and preferred not longer than valid; clients drop what breaks this.`,
          causes: ranked(cause('likely', 'A lifetime was changed and the timers were left')),
          steps: advice.settings({
            dhcpd:
              '`preferred-lifetime`, `default-lease-time`, `option dhcp6.renewal-time`, `option dhcp6.rebinding-time`',
            kea: '`"renew-timer"` < `"rebind-timer"` < `"preferred-lifetime"` < `"valid-lifetime"`',
            dnsmasq: 'the lease time at the end of `dhcp-range`',
            windows: '`Set-DhcpServerv6Scope -T1 … -T2 … -PreferredLifetime … -ValidLifetime …`',
          }),
          reference: 'RFC 9915 §21.4, §21.6, §14.2',
        }),
      };
    }
  }
};
