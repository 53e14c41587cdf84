import { decodeText, formatIpv6, u16, u32 } from '../codec/bytes';
import { messageType6, type Message6 } from '../codec/dhcpv6/message';
import * as advice from './advice';
import { cause, ranked, type Draft } from './collector';
import type { WorldRule } from './rule';
import { ADVERTISE, CONFIRM, DECLINE6, INFORMATION_REQUEST, REBIND, RELAY_FORW, RELAY_REPL, RELEASE6, RENEW, REPLY, REQUEST6, SOLICIT, options6, type Exchange6, type Note6 } from './v6model'; // prettier-ignore
import { count, frames, list, quote, span } from './words';
import { push, type Seen, type World } from './world';

/* DHCPv6 (RFC 8415). */

const innerOf = ({ packets }: World, { index }: Seen): Message6 =>
  (packets.dhcpv6?.(index) ?? packets.get(index).dhcpv6!).innermost();

const AWAIT: ReadonlySet<number> = new Set([SOLICIT, REQUEST6, CONFIRM, RENEW, REBIND, INFORMATION_REQUEST]);

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

/** A third port sees the multicasts of clients only: a REQUEST proves the ADVERTISE, and not asking again proves the REPLY. */
function hidden(exchange: Exchange6, world: World): boolean {
  if (exchange.client.answers > 0) return false;
  const requests = exchange.of(REQUEST6);
  const [request] = requests;
  if (!request || requests.length > 1) return false;
  const tail = world.tail(request.time, request.timed);
  return tail !== undefined && tail >= world.limits.answerWithin;
}

/** Links on which a client got what this point does not see: servers answer by unicast, so a single question proves nothing there. */
function blindLinks(world: World): ReadonlySet<string> {
  const links = new Set<string>();
  for (const exchange of world.conversations6.exchanges) if (hidden(exchange, world)) links.add(exchange.last.link);
  return links;
}

/** A message of a client that awaits an answer gets none. */
export const v6NoReply: WorldRule = function* (world) {
  const blind = blindLinks(world);
  for (const client of world.conversations6.clients.values()) {
    const silent = new Map<number, Note6[]>();
    for (const exchange of client.exchanges) {
      if (hidden(exchange, world)) {
        silent.clear();
        continue;
      }
      for (const type of AWAIT) {
        const sent = exchange.of(type);
        if (sent.length === 0) continue;
        const answered =
          exchange.has(REPLY) ||
          (type === SOLICIT && (exchange.has(ADVERTISE) || exchange.has(REQUEST6))) ||
          (sent.length === 1 && blind.has(sent[0]!.link));
        if (answered) silent.delete(type);
        else for (const note of sent) push(silent, type, note);
      }
      // A client that was served in the end had its answer to the SOLICIT as well; one that was told DNS servers only had not.
      if (exchange.has(REPLY) && !exchange.has(INFORMATION_REQUEST)) silent.delete(SOLICIT);
    }
    for (const [type, sent] of silent) {
      const last = sent[sent.length - 1]!;
      if (!world.silenceProves(sent.length, last.time, last.timed)) continue;
      yield noReply(client.label, type, sent, world);
    }
  }
};

function noReply(label: string, type: number, sent: readonly Note6[], world: World): Draft {
  return {
    id: 'v6-no-reply',
    severity: 'error',
    subject: label,
    frames: sent.flatMap((note) => note.frames),
    detail: () => {
      const name = messageType6(type);
      const packet = world.packets.get(sent[0]!.index);
      const answering = answeringIn(world);
      const errors = world.icmpErrors.filter((error) => error.quotedPort === 547);
      const relayed = sent.some((note) => note.relayed);
      return {
        title: `${label}: ${count(sent.length, name, `${name}s`)}, and no answer`,
        explanation: `The client sent ${name} ${count(sent.length, 'time')} (${frames(sent.map((note) => note.frame))}${sent.length > 1 ? `, within ${span(sent[sent.length - 1]!.time - sent[0]!.time)}` : ''}) from ${packet.source ?? '?'} to ${packet.destination ?? '?'}, and no ${type === SOLICIT ? 'ADVERTISE or REPLY' : 'REPLY'} to it is in this capture.`,
        causes: ranked(
          errors.length > 0 &&
            cause(
              'likely',
              'A host or firewall refuses datagrams to UDP port 547',
              `ICMPv6 from ${errors[0]!.source} in frame ${errors[0]!.frame}`,
            ),
          cause(
            answering.size > 0 ? 'unlikely' : 'likely',
            'No DHCPv6 server or relay listens on this link',
            answering.size > 0
              ? `${list([...answering])} answers in this capture`
              : 'no server answers any client in this capture',
          ),
          cause(
            answering.size > 0 ? 'likely' : 'possible',
            'The server has no addresses for this client’s link, or a filter keeps the client out',
          ),
          cause(
            'possible',
            'A firewall blocks UDP 547 to the server, or UDP 546 back to the client; or the switch drops the multicast ff02::1:2 (MLD snooping, DHCPv6 guard)',
          ),
          relayed && cause('possible', 'The server does not reply to the relay (`relay-unanswered`)'),
          cause(
            'possible',
            'The network has no DHCPv6 on purpose (only router advertisements), and the client asks all the same',
          ),
        ),
        steps: [
          'On the server: `ss -lunp "sport = :547"`.',
          ...advice.settings({
            dhcpd: '`dhcpd -6 -t -cf /etc/dhcp/dhcpd6.conf`, `subnet6 PREFIX { range6 FIRST LAST; }`',
            kea: '`kea-dhcp6 -t /etc/kea/kea-dhcp6.conf`; `"interface": "eth0"` in the `"subnet6"` entry of a link of its own, `"relay"` for another',
            dnsmasq: '`dhcp-range=::100,::1ff,constructor:eth0,64,12h` and `enable-ra`',
            windows: '`Get-DhcpServerv6Scope`, `Get-DhcpServerv6Binding`',
            ios: '`show ipv6 dhcp pool`, `ipv6 dhcp server NAME` or `ipv6 dhcp relay destination SERVER` on the interface',
          }),
          'Firewall: nftables `nft add rule inet filter input udp dport 547 accept` on the server, `udp sport 547 udp dport 546 accept` on the client; firewalld `firewall-cmd --add-service=dhcpv6` (server), `--add-service=dhcpv6-client` (client); ufw `ufw allow 547/udp`.',
        ],
        reference: 'RFC 8415 §15, §18.2',
      };
    },
  };
}

const answeringSets = new WeakMap<World, ReadonlySet<string>>();
/** The servers that answer anybody. */
function answeringIn(world: World): ReadonlySet<string> {
  let set = answeringSets.get(world);
  if (!set) {
    set = new Set(
      world.conversations6.exchanges.flatMap((exchange) => (exchange.server === undefined ? [] : [exchange.server])),
    );
    answeringSets.set(world, set);
  }
  return set;
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

/** RELAY-FORW messages go to a server, and no RELAY-REPL comes back to that relay. */
export const v6RelayUnanswered: WorldRule = function* (world) {
  const sent = new Map<string, { frames: number[]; times: number; time: number; timed: boolean; to: Set<string> }>();
  const answered = new Set<string>();
  for (const seen of world.dhcpv6) {
    const packet = world.packets.get(seen.index);
    const type = packet.dhcpv6?.type;
    if (type === RELAY_REPL && packet.destination !== undefined) answered.add(packet.destination);
    if (type !== RELAY_FORW || packet.source === undefined) continue;
    let entry = sent.get(packet.source);
    if (!entry)
      sent.set(packet.source, (entry = { frames: [], times: 0, time: 0, timed: packet.timed, to: new Set() }));
    entry.frames.push(packet.frame);
    if (packet.time - entry.time > world.limits.copyWindow || !packet.timed) entry.times++;
    entry.time = packet.time;
    entry.to.add(packet.destination ?? '?');
  }
  for (const [relay, entry] of sent) {
    if (answered.has(relay) || !world.silenceProves(entry.times, entry.time, entry.timed)) continue;
    yield {
      id: 'relay-unanswered',
      severity: 'error',
      subject: relay,
      frames: entry.frames,
      detail: () => ({
        title: `DHCPv6 relay ${relay}: no answer from ${list([...entry.to])}`,
        explanation: `The relay handed on ${count(entry.frames.length, 'message')} as RELAY-FORW to ${list([...entry.to])}, and no RELAY-REPL to it is in this capture.`,
        causes: ranked(
          cause('likely', 'The server has no subnet for the link-address, so it does not know which pool to take'),
          cause('likely', 'The server is down, or a firewall between relay and server blocks UDP port 547'),
          cause('possible', 'The server has no route back to the relay'),
        ),
        steps: [`On the server: \`ping ${relay}\`, \`ip -6 route get ${relay}\`, \`ss -lunp "sport = :547"\`.`],
        reference: 'RFC 8415 §19',
      }),
    };
  }
};
