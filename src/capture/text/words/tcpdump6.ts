import { MESSAGE_TYPES6, RELAY_FORW, RELAY_REPL } from '../../../codec/dhcpv6/message';
import { STATUS_CODES } from '../../../codec/dhcpv6/values/identity';
import { message6, Options6, setMessage6, type Value6 } from './options6';
import { portsOf } from './tcpdumpHead';
import type { Told } from './told';
import { addresses6Hex, hexOf, joined, namesHex, numberHex } from './values';

// The words of `tcpdump -v` about DHCPv6 (print-dhcp6.c, versions 4.0 to 4.99): options in nested parentheses.

/** Where such a message begins in its line. */
const HEAD = /(?<!\S)(\S+)\.([\w-]+) > (\S+)\.([\w-]+): (?:\[[^\]]*\] )?dhcp6 ([\w-]+)/;

/** tcpdump's own names of messages; the others are those of the RFC. */
const TYPES: Readonly<Record<string, number>> = {
  'inf-req': 11,
  'relay-fwd': 12,
  'relay-reply': 13,
  'lq-reply': 15,
};
const NAMES: ReadonlyMap<string, number> = new Map([
  ...Object.entries(MESSAGE_TYPES6).map(([type, name]) => [name.toLowerCase(), Number(type)] as const),
  ...Object.entries(TYPES),
]);

/** tcpdump's names of options, by code. Others are `opt_59`. */
const OPTION_NAMES = `1 client-ID 2 server-ID 3 IA_NA 4 IA_TA 5 IA_ADDR 6 option-request 7 preference 8 elapsed-time
9 relay-message 11 authentication 12 server-unicast 13 status-code 14 rapid-commit 15 user-class 16 vendor-class
17 vendor-specific-info 18 interface-ID 19 reconfigure-message 20 reconfigure-accept 21 SIP-servers-domain
22 SIP-servers-address 23 DNS-server 24 DNS-search-list 25 IA_PD 26 IA_PD-prefix 27 NIS-server 28 NIS+-server
29 NIS-domain-name 30 NIS+-domain-name 31 SNTP-servers 32 lifetime 33 BCMCS-domain-name 34 BCMCS-server
36 Geoconf-Civic 37 Remote-ID 38 Subscriber-ID 39 Client-FQDN 40 PANA-agent 41 POSIX-timezone 42 POSIX-tz-database
43 Echo-request-option 44 Lease-query 45 LQ-client-data 46 Clt-time 47 LQ-relay-data 48 LQ-client-link 56 NTP-server
64 AFTR-Name 112 MUD-URL`;
const CODES: ReadonlyMap<string, number> = new Map(
  Array.from(OPTION_NAMES.matchAll(/(\d+) (\S+)/g), ([, code, name]) => [name!.toLowerCase(), Number(code)]),
);

/** A pair of parentheses: its own words, and the pairs in it. */
interface Group {
  text: string;
  readonly inside: Group[];
}

/** Deepest nesting that is read. */
const DEEPEST = 40;

/** The groups that a text begins with; undefined if one of them does not end. */
function groupsOf(text: string): Group[] | undefined {
  const top: Group = { text: '', inside: [] };
  const open = [top];
  for (const piece of text.match(/[()]|[^()]+/g) ?? []) {
    const group = open[open.length - 1]!;
    if (piece === '(') {
      if (open.length > DEEPEST) return undefined;
      const inner: Group = { text: '', inside: [] };
      group.inside.push(inner);
      open.push(inner);
    } else if (piece === ')') {
      if (open.length === 1) break;
      open.pop();
    } else group.text += piece;
  }
  return open.length === 1 ? top.inside : undefined;
}

/**
 * Reads a message that may go on over several lines, as a terminal or a mail program wraps them. Returns how many it takes. `begins` tells
 * whether a line begins another frame.
 */
export function readDhcp6(told: Told, lines: readonly string[], at: number, begins: (line: string) => boolean): number {
  const match = HEAD.exec(lines[at]!);
  if (!match) return 0;
  const [, source = '', from = '', destination = '', to = ''] = match;
  told.addresses = [source, destination];
  told.ports = portsOf(from, to);
  const name = match[5]!;
  const behind = lines[at]!.slice(match.index + match[0].length);
  if (!/^ \(/.test(behind)) {
    told.fault = 'its transaction id and options are not told (tcpdump -v prints them)';
    return 1;
  }
  let text = behind;
  let depth = depthOf(behind);
  let count = 1;
  // tcpdump 4 leaves one parenthesis open for each relayed message.
  for (; depth > relayedIn(text) && count < MOST_LINES; count++) {
    const next = lines[at + count];
    if (next === undefined || next.trim() === '' || begins(next)) break;
    text += ` ${next.trim()}`;
    depth += depthOf(next);
  }
  if (depth > 0 && depth === relayedIn(text)) text = text.replaceAll(RELAYED, '(relay-message dhcp6 ');
  const [group] = groupsOf(text) ?? [];
  if (!group || /\[\|dhcp6/.test(text)) {
    told.fault = 'the text ends inside it';
    return group ? count : 1;
  }
  setMessage6(told, messageOf(told, name, group), 'its type or its header is not told');
  return count;
}

const MOST_LINES = 40;

const RELAYED = '(relay-message (dhcp6 ';
const relayedIn = (text: string): number => text.split(RELAYED).length - 1;

/** How many more parentheses a text opens than it closes. */
function depthOf(text: string): number {
  let depth = 0;
  for (const sign of text) depth += sign === '(' ? 1 : sign === ')' ? -1 : 0;
  return depth;
}

/** A message as digits. */
function messageOf(told: Told, name: string, group: Group): string | undefined {
  const type = NAMES.get(name) ?? Number(/^msgtype-(\d+)$/.exec(name)?.[1] ?? NaN);
  if (Number.isNaN(type)) return undefined;
  const value = (key: string): string | undefined => new RegExp(`\\b${key}=([0-9a-f:.]+)`).exec(group.text)?.[1];
  const options = new Options6(told);
  for (const one of group.inside) readOption(told, options, one);
  if (type !== RELAY_FORW && type !== RELAY_REPL) return message6({ type, xid: value('xid') ?? '' }, options.hex);
  if (!told.untold.includes('hops')) {
    told.untold.push('hops');
    told.remarks.push(
      'tcpdump does not print the hop count of a relay message: it is counted from how they are nested.',
    );
  }
  const hops = relaysIn(group);
  return message6({ type, hops, link: value('linkaddr') ?? '', peer: value('peeraddr') ?? '' }, options.hex);
}

/** How many relay messages stand inside one another in this one. */
function relaysIn({ inside }: Group): number {
  const [message] = inside.flatMap((option) => relayed(option) ?? []);
  return message?.name.startsWith('relay-') === true ? 1 + relaysIn(message.group) : 0;
}

/** The message in a relay-message option. */
function relayed({ text, inside: [first] }: Group): { readonly name: string; readonly group: Group } | undefined {
  if (!first || !text.startsWith('relay-message')) return undefined;
  const name = /\bdhcp6 (\S+)/.exec(`${text} ${first.text}`)?.[1];
  const group = text.includes('dhcp6 ') ? first : first.inside[0];
  return name === undefined || !group ? undefined : { name, group };
}

function readOption(told: Told, options: Options6, group: Group): void {
  const [name = '', ...words] = group.text.trim().split(/\s+/);
  const code = codeOf(name);
  if (code === undefined) {
    options.whole = false;
    told.remarks.push(`tcpdump has no option “${name.slice(0, 40)}”: it was passed over.`);
    return;
  }
  options.add(code, valueOf(told, code, words, group));
}

function codeOf(name: string): number | undefined {
  const other = /^opt_(\d{1,5})$/.exec(name)?.[1];
  return other === undefined ? CODES.get(name.toLowerCase()) : Number(other);
}

const exact = (hex: string | undefined): Value6 | undefined => (hex === undefined ? undefined : { hex, whole: true });

/** `T1:3600` → the number behind the name, as four octets. */
const numberAt = (words: readonly string[], name: string): string | undefined =>
  numberHex(words.find((one) => one.startsWith(`${name}:`))?.slice(name.length + 1) ?? '', 4);

function valueOf(told: Told, code: number, words: readonly string[], group: Group): Value6 | undefined {
  const nested = (head: string | undefined): Value6 | undefined => {
    if (head === undefined) return undefined;
    const options = new Options6(told);
    for (const one of group.inside) readOption(told, options, one);
    return { hex: head + options.hex, whole: options.whole };
  };
  const [first = ''] = words;
  switch (code) {
    case 1:
    case 2:
      return duid(told, code, words);
    case 3:
    case 25:
      return nested(joined(numberAt(words, 'IAID'), numberAt(words, 'T1'), numberAt(words, 'T2')));
    case 4:
      return nested(numberAt(words, 'IAID'));
    case 5:
      return nested(joined(addresses6Hex([first]), numberAt(words, 'pltime'), numberAt(words, 'vltime')));
    case 26: {
      const [prefix = '', length = ''] = first.split('/');
      const times = joined(numberAt(words, 'pltime'), numberAt(words, 'vltime'));
      return nested(joined(times, numberHex(length, 1), addresses6Hex([prefix])));
    }
    case 6:
    case 43:
      return exact(joined(...words.map((one) => numberHex(String(codeOf(one) ?? 'NaN'), 2))));
    case 9: {
      const message = relayed(group);
      return message && exact(messageOf(told, message.name, message.group));
    }
    case 13:
      return status(told, first);
    default:
      return simple(code, words);
  }
}

/** The options whose value is of one kind. */
function simple(code: number, words: readonly string[]): Value6 | undefined {
  const [first = ''] = words;
  switch (code) {
    case 14:
    case 20:
      return words.length === 0 ? exact('') : undefined;
    case 7:
      return exact(numberHex(first, 1));
    case 8:
      return exact(numberHex(first, 2));
    case 32:
    case 46:
      return exact(numberHex(first, 4));
    case 19:
      return exact({ renew: '05', rebind: '06', 'inf-req': '0b' }[words[1] ?? '']);
    case 18:
    case 38:
      return cut(first, 10);
    case 37: {
      const rest = cut(words[1] ?? '', 10);
      return rest && exact(joined(numberHex(first, 4), rest.hex));
    }
    case 21:
    case 24:
    case 64:
      return exact(namesHex(words));
    case 56:
      return exact(timeServers(words));
    case 112:
      return words.length === 1 ? exact(hexOf(new TextEncoder().encode(first))) : undefined;
    case 22:
    case 23:
    case 27:
    case 28:
    case 31:
    case 34:
    case 40:
      return exact(addresses6Hex(words));
    default:
      return undefined;
  }
}

/** `subopt:1 2001:db8::1 subopt:3 ntp.example.`: addresses and names of time servers (RFC 5908 §4). */
function timeServers(words: readonly string[]): string | undefined {
  const parts: (string | undefined)[] = [];
  for (let i = 0; i + 1 < words.length; i += 2) {
    const kind = /^subopt:([123])$/.exec(words[i]!)?.[1];
    const value = kind === '3' ? namesHex([words[i + 1]!]) : addresses6Hex([words[i + 1]!]);
    parts.push(kind && numberHex(kind, 2), value && numberHex(String(value.length / 2), 2), value);
  }
  return parts.length > 0 ? joined(...parts) : undefined;
}

/** Octets that tcpdump prints up to a number, always with `...` behind them. */
function cut(text: string, most: number): Value6 | undefined {
  const digits = /^((?:[0-9a-f]{2})+)\.\.\.$/.exec(text)?.[1];
  // As many as it prints at most may be the beginning of more.
  return digits === undefined || digits.length >= 2 * most ? undefined : exact(digits);
}

function duid(told: Told, code: number, words: readonly string[]): Value6 | undefined {
  const [kind = ''] = words;
  const digits = (text: string | undefined): string | undefined =>
    /^(?:[0-9a-f]{2})+$/.test(text ?? '') ? text : undefined;
  if (kind === 'hwaddr/time')
    return exact(joined('0001', numberHex(words[2] ?? '', 2), numberHex(words[4] ?? '', 4), digits(words[5])));
  if (kind === 'hwaddr') return exact(joined('0003', numberHex(words[2] ?? '', 2), digits(words[3])));
  if (kind === 'uuid') return exact(joined('0004', digits(words[1])));
  // Of a DUID of a vendor, tcpdump prints the enterprise number and four octets, of others the type alone, which makes no DUID.
  const beginning = kind === 'vid' ? joined('0002', digits(words[1])) : undefined;
  if (beginning === undefined) return undefined;
  told.remarks.push(`tcpdump prints only the beginning of the DUID in option ${code}: there may be more.`);
  return { hex: beginning, whole: false };
}

/** The status code. tcpdump does not print the message behind it. */
function status(told: Told, name: string): Value6 | undefined {
  const code = Object.entries(STATUS_CODES).find(([, one]) => one.toLowerCase() === name.toLowerCase())?.[0];
  const hex = numberHex(code ?? /^code(\d+)$/.exec(name)?.[1] ?? 'NaN', 2);
  if (hex === undefined) return undefined;
  const remark = 'tcpdump does not print the message of a status code: option 13 is without it.';
  if (!told.remarks.includes(remark)) told.remarks.push(remark);
  return { hex, whole: false };
}
