import { parseAddress } from '../address';
import { lineOf, type Span } from '../source';
import type { Issues } from './issues';
import type { JsonMember, JsonNode } from './json';
import type { JsonMap } from './reader';

/* Limits that Kea checks after parsing. They are the same in releases 2.2 to 3.0. */

/** Maximum of each whole number; none may be negative. */
const HIGHEST: Readonly<Record<string, number>> = {
  'dhcp4o6-port': 65_535,
  'server-port': 65_535,
  'sender-port': 65_535,
  'decline-probation-period': 0xffff_ffff,
  'lfc-interval': 0xffff_ffff,
  'thread-pool-size': 65_535,
  'packet-queue-size': 65_535,
  'reclaim-timer-wait-time': 65_535,
  'flush-reclaimed-timer-wait-time': 65_535,
  'hold-reclaimed-time': 0xffff_ffff,
  'max-reclaim-leases': 0xffff_ffff,
  'max-reclaim-time': 65_535,
  'unwarned-reclaim-cycles': 65_535,
};
/** Fractions, which must be above 0 and below 1. */
const SHARES: ReadonlySet<string> = new Set(['t1-percent', 't2-percent']);
/** Maximum length of texts in octets, given by the size of their message field. */
const LONGEST: Readonly<Record<string, number>> = { 'boot-file-name': 127, 'server-hostname': 63 };
const ADDRESSES: ReadonlySet<string> = new Set(['server-ip', 'sender-ip']);
/** Lists that must not be empty. */
const NOT_EMPTY: ReadonlySet<string> = new Set(['host-reservation-identifiers', 'mac-sources', 'client-classes']);
const MAC_SOURCES =
  /^(any|raw|duid|ipv6-link-local|client-link-addr-option|rfc6939|remote-id|rfc4649|subscriber-id|rfc4580|docsis-cmts|docsis-modem)$/;

type Say = (span: Span, title: string, explanation: string) => void;

/** Checks the values of one map against their limits. */
export function checkLimits(map: string, members: ReadonlyMap<string, JsonMember>, issues: Issues): void {
  const say: Say = (span, title, explanation) => issues.add({ id: 'wrong-type', span, title, explanation });
  const calculated = members.get('calculate-tee-times')?.value;
  // Without `calculate-tee-times` the fractions are not checked.
  const teeTimes = calculated?.kind === 'boolean' && calculated.value;
  for (const [key, { value }] of members) {
    number(key, value, teeTimes, say);
    if (value.kind === 'string') text(map, key, value, say);
    if (value.kind === 'array') list(map, key, value, say);
  }
  if (map === 'dhcp-ddns') updates(members, say);
  if (teeTimes) inOrder(members, ['t1-percent', 't2-percent'], false, say);
  inOrder(members, ['min-valid-lifetime', 'valid-lifetime', 'max-valid-lifetime'], true, say);
  inOrder(members, ['min-preferred-lifetime', 'preferred-lifetime', 'max-preferred-lifetime'], true, say);
  const [link, remote] = ['interface', 'interface-id'].map((key) => {
    const member = members.get(key);
    return member?.value.kind === 'string' && member.value.value !== '' ? member : undefined;
  });
  if (map.startsWith('subnet6') && link && remote)
    say(
      remote.keySpan,
      'Interface and interface-id',
      'A subnet is on a link of the server or behind a relay: only one of the two may be given.',
    );
}

/** The address to which Kea sends its DNS updates, and the one from which it sends them: of one family, and not the same socket. */
function updates(members: ReadonlyMap<string, JsonMember>, say: Say): void {
  const textOf = (key: string): string => {
    const node = members.get(key)?.value;
    return node?.kind === 'string' ? node.value : '';
  };
  const portOf = (key: string, usual: number): number => {
    const node = members.get(key)?.value;
    return node?.kind === 'integer' ? node.value : usual;
  };
  const sender = parseAddress(textOf('sender-ip'));
  const server = parseAddress(textOf('server-ip') || '127.0.0.1');
  if (!sender || !server) return;
  const { span } = members.get('sender-ip')!.value;
  if (sender.family !== server.family)
    say(span, '“sender-ip” and “server-ip” of two families', 'Both must be IPv4 addresses, or both IPv6.');
  else if (sender.value === server.value && portOf('sender-port', 0) === portOf('server-port', 53_001))
    say(span, 'Sender and server are one', 'The server of DNS updates needs another address or port than the sender.');
}

function number(key: string, value: JsonNode, teeTimes: boolean, say: Say): void {
  if (value.kind !== 'integer' && value.kind !== 'float') return;
  const highest = HIGHEST[key];
  if (highest !== undefined && (value.value < 0 || value.value > highest))
    say(value.span, `“${key}” is out of range`, `“${key}” is 0 to ${highest}.`);
  const share = key === 'cache-threshold' || (teeTimes && SHARES.has(key));
  if (share && !(value.value > 0 && value.value < 1) && !(key === 'cache-threshold' && value.value === 0))
    say(value.span, `“${key}” is out of range`, `“${key}” is a share: more than 0 and less than 1.`);
}

function text(map: string, key: string, { value, span }: JsonNode & { kind: 'string' }, say: Say): void {
  const longest = LONGEST[key];
  if (longest !== undefined && Buffer.byteLength(value) > longest)
    say(span, `“${key}” is too long`, `Its field in a message has room for ${longest} octets.`);
  if (ADDRESSES.has(key) && value !== '' && !parseAddress(value))
    say(span, 'Not an address', `“${value.slice(0, 60)}” is no IP address.`);
  if (map === 'shared-networks' && key === 'name' && value === '')
    say(span, 'Shared network without name', 'The name of a shared network cannot be empty.');
  if (map === 'client-classes' && key === 'test' && value.trim() === '')
    say(span, 'Empty test', 'A test is an expression. A class without one leaves “test” out.');
  if (map === 'option-def' && key === 'name' && !/^[A-Za-z\d]([\w-]*[A-Za-z\d])?$/.test(value))
    say(span, 'Not the name of an option', 'The name of an option has letters, digits and dashes.');
  if (key === 'hostname-char-set') {
    try {
      new RegExp(value);
    } catch {
      say(span, 'Not a regular expression', `“${value.slice(0, 60)}” is no regular expression.`);
    }
  }
}

function list(map: string, key: string, { items, span }: JsonNode & { kind: 'array' }, say: Say): void {
  if (NOT_EMPTY.has(key) && /^Dhcp[46]$/.test(map) && items.length === 0)
    say(span, `“${key}” is empty`, 'This list must hold something, or be left out.');
  const words = items.flatMap((item) => (item.kind === 'string' ? [item] : []));
  if (key === 'mac-sources')
    for (const one of words)
      if (!MAC_SOURCES.test(one.value))
        say(one.span, `No source “${one.value.slice(0, 40)}”`, 'Kea knows no such source of link-layer addresses.');
  const seen = new Set<string>();
  for (const one of words) {
    const once = key === 'host-reservation-identifiers' || (key === 'interfaces' && one.value === '*');
    if (once && seen.has(one.value))
      say(one.span, `Second “${one.value.slice(0, 40)}”`, `“${one.value.slice(0, 40)}” may stand in this list once.`);
    seen.add(one.value);
  }
}

/** Numbers of one map that must increase in this order. `same`: they may be equal. */
function inOrder(members: ReadonlyMap<string, JsonMember>, keys: readonly string[], same: boolean, say: Say): void {
  let before: { readonly key: string; readonly value: number } | undefined;
  for (const key of keys) {
    const node = members.get(key)?.value;
    if (node?.kind !== 'integer' && node?.kind !== 'float') continue;
    if (before && (before.value > node.value || (!same && before.value === node.value)))
      say(
        node.span,
        `“${key}” is below “${before.key}”`,
        `“${before.key}” (${before.value}) must not be above “${key}” (${node.value}).`,
      );
    before = { key, value: node.value };
  }
}

/** All subnets of a shared network answer with two messages, or all with four. */
export function oneCommit(network: JsonMap, issues: Issues): void {
  const subnets = network.maps('subnet6');
  const of = (subnet: JsonMap): boolean => subnet.flag('rapid-commit') ?? network.flag('rapid-commit') ?? false;
  const other = subnets.find((subnet) => of(subnet) !== of(subnets[0]!));
  if (other)
    issues.add({
      id: 'wrong-type',
      span: other.keySpan('rapid-commit') ?? other.text('subnet')?.span ?? other.span,
      title: 'Two values of “rapid-commit” in one shared network',
      explanation: `“rapid-commit” is ${of(other)} here and ${of(subnets[0]!)} for the first subnet of this shared network.`,
    });
}

/** A shared network is one link, so its subnets cannot be on different interfaces. */
export function oneInterface(network: JsonMap, family: 4 | 6, issues: Issues): void {
  let first = network.text('interface');
  for (const subnet of network.maps(`subnet${family}`)) {
    const own = subnet.text('interface');
    if (first && own && own.value !== '' && own.value !== first.value)
      issues.add({
        id: 'wrong-type',
        span: own.span,
        title: 'Two interfaces in one shared network',
        explanation: `“${first.value.slice(0, 40)}” is the interface of this shared network, in line ${lineOf(first.span)}.`,
      });
    first ??= own;
  }
}
