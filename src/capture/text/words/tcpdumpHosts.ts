import { concat, parseHex, parseIpv4, parseIpv6 } from '../../../codec/bytes';
import { foldedSum } from '../../../codec/ip/checksum';
import { uintOctets } from '../../../codec/values/scalar';
import { quotedPacket, word } from './packet';
import type { Told } from './told';
import { MAC } from './values';

// What tcpdump prints of ARP, ICMP and ICMPv6 (print-arp.c, print-icmp.c, print-icmp6.c): what hosts say beside DHCP.

const ARP = /\b(?:ARP, |arp |ethertype ARP )/;
const WHO_HAS = new RegExp(`\\bwho-has ([\\d.]+)(?: \\((${MAC})[^)]*\\))? tell ([\\d.]+)`);
const IS_AT = new RegExp(`\\b([\\d.]+) is-at (${MAC})`);
const ALONE = /\b(Announcement|Probe) ([\d.]+)/;
const NONE = '00:00:00:00:00:00';

/** Reads an ARP message. False if the line holds none. */
export function readArpWords(told: Told, line: string): boolean {
  if (!ARP.test(line)) return false;
  const asked = WHO_HAS.exec(line);
  const alone = ALONE.exec(line);
  const answered = IS_AT.exec(line);
  const [sender, to] = told.ethernet ?? [];
  if (answered) {
    const [, ip = '', mac = ''] = answered;
    if (told.ethernet)
      told.remarks.push('tcpdump does not print the target of an ARP reply: the Ethernet destination stands for it.');
    else {
      told.untold.push('ethSrc', 'ethDst', 'link');
      told.ethernet = [mac, NONE];
      told.remarks.push('The target of the ARP reply is not told (tcpdump -e prints the Ethernet header).');
    }
    return setArp(told, 2, [mac, ip], [to ?? NONE, '0.0.0.0']);
  }
  const [, target, targetMac = NONE, source = '0.0.0.0'] = asked ?? [];
  const wanted = target ?? alone?.[2];
  if (wanted === undefined) return false;
  if (sender === undefined) {
    told.fault = 'the link-layer address of its sender is not told (tcpdump -e prints it)';
    return true;
  }
  return setArp(told, 1, [sender, alone?.[1] === 'Announcement' ? wanted : source], [targetMac, wanted]);
}

function setArp(
  told: Told,
  operation: number,
  sender: readonly [string, string],
  target: readonly [string, string],
): true {
  const hosts = [sender, target].map(([mac, ip]) => [parseHex(mac), parseIpv4(ip)] as const);
  if (hosts.some(([mac, ip]) => !mac || ip === undefined)) told.fault = 'its addresses are none';
  else {
    const parts = hosts.flatMap(([mac, ip]) => [mac!, uintOctets(ip!, 4)]);
    const bytes = concat([word(1), word(0x0800), Uint8Array.of(6, 4), word(operation), ...parts]);
    told.body = { protocol: 'arp', start: 'ethernet', bytes };
  }
  return true;
}

const ICMP = /(?<!\S)(\S+) > (\S+): (?:\[[^\]]*\] )?ICMP (.*)$/;
const ECHO = /^echo (request|reply), id (\d+), seq (\d+), length (\d+)/;

/** The errors of ICMP that quote a datagram: type, code, and what tcpdump prints (RFC 792, RFC 1812 §5.2.7.1). */
const ERRORS: readonly (readonly [type: number, code: number, words: RegExp])[] = [
  [3, 9, /^net \S+ unreachable - admin prohibited/],
  [3, 10, /^host \S+ unreachable - admin prohibited/],
  [3, 13, /unreachable - admin prohibited/],
  [3, 6, /^net \S+ unreachable - unknown/],
  [3, 7, /^host \S+ unreachable - unknown/],
  [3, 8, /unreachable - isolated/],
  [3, 4, /unreachable - need to frag/],
  [3, 5, /unreachable - source route failed/],
  [3, 11, /^net \S+ unreachable - tos/],
  [3, 12, /^host \S+ unreachable - tos/],
  [3, 0, /^net \S+ unreachable/],
  [3, 1, /^host \S+ unreachable/],
  [3, 2, /^\S+ protocol \S+ unreachable/],
  [3, 3, /^\S+ (?:udp|tcp) port \S+ unreachable/],
  [11, 0, /^time exceeded in-transit/],
  [11, 1, /^ip reassembly time exceeded/],
];

/** An ICMP message that was begun: `echo` is whole; an error waits for the datagram that it quotes. */
export interface Icmp {
  readonly type: number;
  readonly code: number;
}

/** Reads the line of an ICMP message. Undefined if the line holds none; if it quotes a datagram, the lines behind tell that. */
export function readIcmpWords(told: Told, line: string): Icmp | 'read' | undefined {
  const match = ICMP.exec(line);
  if (!match) return readIcmp6Words(told, line) ? 'read' : undefined;
  const [, source = '', destination = '', words = ''] = match;
  told.addresses = [source, destination];
  const echo = ECHO.exec(words);
  if (echo) {
    const [, kind, id, sequence, length] = echo;
    const size = Math.min(Math.max(Number(length), 8), 1480);
    setIcmp(
      told,
      kind === 'request' ? 8 : 0,
      0,
      concat([word(Number(id)), word(Number(sequence)), new Uint8Array(size - 8)]),
    );
    return 'read';
  }
  const error = ERRORS.find(([, , one]) => one.test(words));
  if (error) return { type: error[0], code: error[1] };
  told.fault = 'it is an ICMP message that is not read from words';
  return 'read';
}

/** Ends an ICMP error with the datagram that it quotes. */
export function endIcmp(told: Told, { type, code }: Icmp, quoted: Told | undefined): void {
  const packet = quoted && quotedPacket(quoted);
  if (packet) setIcmp(told, type, code, concat([new Uint8Array(4), packet]));
  else told.fault ??= 'the datagram that it quotes is not told (tcpdump -v prints it)';
}

/** `rest` are the octets behind the checksum. */
function setIcmp(told: Told, type: number, code: number, rest: Uint8Array): void {
  const bytes = concat([Uint8Array.of(type, code, 0, 0), rest]);
  bytes.set(word(~foldedSum(bytes, 0, bytes.length)), 2);
  told.body = { protocol: 'icmp', start: 'ipv4', bytes };
}

const ICMP6 = /(?<!\S)([\da-f:.]+) > ([\da-f:.]+): (?:\[[^\]]*\] )?ICMP6, (.*)$/;
const NEIGHBOUR =
  /^neighbor (solicitation|advertisement), length \d+, (?:who has|tgt is) ([\da-f:.]+)(?:, Flags \[([^\]]*)\])?/;
const OPTION = new RegExp(`\\b(source|destination) link-address option \\([12]\\), length 8 \\(1\\): (${MAC})`);
const ROUTER =
  /\bhop limit (\d+), Flags \[([^\]]*)\](?:, (?:pref|home-agent|proxy)[^,]*)*, router lifetime (\d+)s, reachable time (\d+)m?s, retrans (?:timer|time) (\d+)m?s/;

/** Neighbour and router discovery (RFC 4861 §4). `further` lines are added by `addNeighbour`. */
function readIcmp6Words(told: Told, line: string): boolean {
  const match = ICMP6.exec(line);
  if (!match) return false;
  const [, source = '', destination = '', words = ''] = match;
  told.addresses = [source, destination];
  const [, kind, target = '', flags = ''] = NEIGHBOUR.exec(words) ?? [];
  const address = parseIpv6(target);
  if (address) {
    const bits = flags.includes('router') ? 0x80 : 0;
    const first = bits | (flags.includes('solicited') ? 0x40 : 0) | (flags.includes('override') ? 0x20 : 0);
    const reserved = Uint8Array.of(kind === 'solicitation' ? 0 : first, 0, 0, 0);
    setIcmp6(told, kind === 'solicitation' ? 135 : 136, concat([reserved, address]));
  } else if (words.startsWith('router solicitation')) setIcmp6(told, 133, new Uint8Array(4));
  else if (!words.startsWith('router advertisement'))
    told.fault = 'it is an ICMPv6 message that is not read from words';
  return true;
}

/** Reads a line behind that of an ICMPv6 message. False if it tells nothing of it. */
export function addNeighbour(told: Told, line: string): boolean {
  const router = ROUTER.exec(line);
  if (router && !told.body && told.addresses) {
    const [, limit, flags = '', lifetime, reachable, retransmit] = router;
    const bits = (flags.includes('managed') ? 0x80 : 0) | (flags.includes('other stateful') ? 0x40 : 0);
    const numbers = [uintOctets(Number(reachable), 4), uintOctets(Number(retransmit), 4)];
    setIcmp6(told, 134, concat([Uint8Array.of(Number(limit), bits), word(Number(lifetime)), ...numbers]));
    told.remarks.push('Of a router advertisement, flags, times and link-layer addresses are read.');
    return true;
  }
  const option = OPTION.exec(line);
  if (!option || told.body?.protocol !== 'icmpv6') return false;
  const kind = option[1] === 'source' ? 1 : 2;
  setIcmp6(
    told,
    told.body.bytes[0]!,
    concat([told.body.bytes.subarray(4), Uint8Array.of(kind, 1), parseHex(option[2]!)!]),
  );
  return true;
}

function setIcmp6(told: Told, type: number, rest: Uint8Array): void {
  told.body = { protocol: 'icmpv6', start: 'ipv6', bytes: concat([Uint8Array.of(type, 0, 0, 0), rest]) };
}
