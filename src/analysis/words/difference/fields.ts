import type { Difference, Trait } from '../../evidence/silence/apart';
import type { FieldDifference } from '../../evidence/silence/fields/compare';
import { BEFORE_TYPE, THERE, VALUE, type Place } from '../../evidence/silence/fields/leaves';
import { brief, count, either, times } from '../words';
import { partiesOf } from './parties';
import { PROPERTIES } from './properties';

/** A field by which unanswered messages differ from answered ones, in words. */

type FieldTrait = Extract<Trait, { is: 'field' }>;

/** Values that are named. */
const SOME = 3;

/** What a field of a layer is in. */
const HEADERS: Readonly<Record<string, string>> = {
  eth: 'the Ethernet header',
  vlan: 'the VLAN tag',
  ip: 'the IPv4 header',
  ipv6: 'the IPv6 header',
  udp: 'the UDP header',
};
/** Layers that a server or relay reads; the others are looked at on the way. */
const DHCP: ReadonlySet<string> = new Set(['dhcp', 'dhcpv6']);
export const isOfDhcp = ({ layer }: Place): boolean => DHCP.has(layer);

/** Octets that are no field. */
const FILLS: Readonly<Record<string, string>> = {
  'dhcp.option.0': 'padding (option 0) between or behind the options',
  'eth.padding': 'octets behind the datagram (a trailer)',
};

/** One field or option: `option 60 (Vendor Class Identifier)`, `time to live`. */
function nameOf(name: string, layer: string): string {
  const [, title, code] = (layer === 'dhcpv6' && /^(?!Option \d)(.+) \((\d+)\)$/.exec(name)) || [];
  if (code !== undefined) return `option ${code} (${title!})`;
  return name.replace(/^[A-Z](?=[a-z-])/, (letter) => letter.toLowerCase());
}

/** The options and the header that a field is in: ` in option 125 (…)`. */
function within(names: readonly string[], layer: string): string {
  const outer = names.map((name) => nameOf(name, layer)).reverse();
  const header = names.length === 0 ? HEADERS[layer] : undefined;
  return [...outer, ...(header === undefined ? [] : [header])].map((one) => ` in ${one}`).join('');
}

/** A field with its value, if it has one: `time to live 1 in the IPv4 header`. */
function titleOf({ names, layer, key = '' }: Place, value = ''): string {
  if (key in FILLS) return FILLS[key]!;
  const own = names[names.length - 1]!;
  const isValue = own === VALUE && names.length > 1;
  const outer = names.slice(0, isValue ? -2 : -1);
  const title = nameOf(isValue ? names[names.length - 2]! : own, layer);
  return `${title}${value === '' ? '' : ` ${value}`}${within(outer, layer)}`;
}

/** The field alone: `time to live in the IPv4 header`. */
export const fieldTitle = ({ place, how, own, theirs, path }: FieldDifference): string =>
  path === BEFORE_TYPE
    ? 'the place of option 53 (DHCP Message Type)'
    : how === 'listed' || how === 'unlisted'
      ? entryOf(place, [...own, ...theirs])
      : titleOf(place);

/** An entry of a list, and the list. */
const entryOf = ({ names, layer }: Place, [entry = '']: readonly string[]): string =>
  `“${brief(entry)}”${within(names.slice(0, -1), layer)}`;

/** The options before the message type. */
const before = ([first]: readonly string[]): string =>
  `${first === undefined ? 'another option' : nameOf(first, 'dhcp')} before option 53 (DHCP Message Type)`;

/** Values that a sentence has other words for. */
const WORDS: Readonly<Record<string, string>> = { [THERE]: 'another', 'not given': 'none' };

function shown(values: readonly string[]): string {
  const named = values.slice(0, SOME).map((value) => WORDS[value] ?? brief(value));
  return values.length > SOME ? `${named.join(', ')} or others` : either(named);
}

/** What the unanswered messages have: `with time to live 1 in the IPv4 header`. */
export function fieldPhrase({ how, place, path, own, theirs }: FieldDifference): string {
  const without = how === 'missing' || how === 'unlisted';
  const entry = without ? theirs : own;
  if (path === BEFORE_TYPE) return `${without ? 'without' : 'with'} ${before(entry)}`;
  switch (how) {
    case 'value':
      return `with ${titleOf(place, shown(own))}`;
    case 'there':
      return `with ${titleOf(place, own.length === 1 ? brief(own[0]!) : '')}`;
    case 'missing':
      return `without ${titleOf(place)}`;
    case 'times':
      return `with ${titleOf(place)} ${times(Number(own[0]))}`;
    case 'listed':
    case 'unlisted':
      return `${without ? 'without' : 'with'} ${entryOf(place, entry)}`;
  }
}

/** What the answered messages have instead, as the end of a sentence about `some`, who are several. */
function instead({ how, theirs }: FieldDifference, some: string): string {
  switch (how) {
    case 'value':
      return `the ${some} have ${theirs.length === 0 ? 'other values' : shown(theirs)}`;
    case 'there':
    case 'listed':
      return `none of the ${some} has it`;
    case 'missing':
    case 'unlisted':
      return `all ${some} have it`;
    case 'times':
      return `the ${some} have it ${times(Number(theirs[0]))}`;
  }
}

/** A time to live of fewer hops is soon used up. */
const FEW_HOPS = 10;
const HOPS: ReadonlySet<string> = new Set(['ip.ttl', 'ipv6.hlim']);

function whyOf({ place, path, own }: FieldDifference, name: string): string {
  if (path === BEFORE_TYPE) return PROPERTIES['first option'].why;
  if (HOPS.has(place.key ?? '') && Number(own[0]) < FEW_HOPS)
    return 'each router on the way lowers it, and whoever finds it used up drops the datagram (RFC 1812 §5.3.1)';
  if (isOfDhcp(place)) return partiesOf(name).otherwise;
  return 'a switch, a firewall or the receiver may drop what differs in this';
}

/** The difference in one sentence, with the numbers of clients. */
export function fieldSentence({ field, read: [n, m] }: FieldTrait, difference: Difference): string {
  const { name } = difference;
  const parties = partiesOf(name);
  const [one, many] = parties.unanswered;
  const who =
    n === 1
      ? `The ${one} ${parties.does[0]} its ${name}`
      : `${n === 2 ? 'Both' : `All ${n}`} ${many} ${parties.does[1]} their ${name}s`;
  return `${who} ${fieldPhrase(field)}; ${instead(field, `${m} ${parties.answered[1]}`)}: ${whyOf(field, name)}`;
}

/** Both values, each with an example frame, and how many were looked at if not all were. */
export function fieldValues({ field, read: [n, m] }: FieldTrait, { name, unanswered, answered }: Difference): string {
  const parties = partiesOf(name);
  const all = n === unanswered.clients.size && m === answered.clients.size;
  const looked = all
    ? ''
    : `; looked at: ${count(n, parties.unanswered[0], parties.unanswered[1])} and ${count(m, ...parties.answered)}`;
  return `compare frame ${field.frame} (${parties.without}) with frame ${field.theirFrame} (${parties.with}) in ${fieldTitle(field)}${looked}`;
}
