import { formatIpv4, formatIpv6, hex } from '../codec/bytes';
import type { FieldDef } from './field';
import { FIELDS } from './fields';
import { FrameReader, type FrameFacts } from './frame';
import { octetsOf, type Value } from './values/kinds';
import { uuidOctets } from './values/literals';

/* Leads from octets of a frame back to the filter that finds them. */

interface Placed {
  readonly field: FieldDef;
  readonly value: Value;
  readonly at: number;
  readonly end: number;
}

/** Reads every field of a frame, with the octets that it covers. */
class PlaceReader extends FrameReader {
  readonly placed: Placed[] = [];

  constructor() {
    super(FIELDS.names());
  }

  override add(name: string, value: Value, at?: number, end?: number): void {
    const field = FIELDS.get(name);
    if (field && at !== undefined && end !== undefined) this.placed.push({ field, value, at, end });
  }
}

/** Fields that every option has. A field of the specific option is preferred. */
const OF_ANY_OPTION: ReadonlySet<string> = new Set([
  'dhcp.option.type',
  'dhcp.option.length',
  'dhcp.option.value',
  'dhcpv6.option.type',
  'dhcpv6.option.type_str',
  'dhcpv6.option.length',
  'dhcpv6.option.value',
]);
/** Fields that occur in two places of a frame, or are derived from another field. */
const LOOSE = /^(?:eth\.addr|ip\.addr|ipv6\.addr|udp\.port|tcp\.port)$|_resolved$|host$|\.oui|\.lg$|\.ig$|slaac_mac$/;
/** Maximum number of octets of a value that the filter compares. */
const MOST_OCTETS = 64;

/**
 * The display filter that finds frames with the value of the `length` octets at `offset`,
 * counted from the frame's first octet; undefined if no field covers them.
 */
export function expressionAt(facts: FrameFacts, offset: number, length: number): string | undefined {
  const reader = new PlaceReader();
  reader.read(facts);
  const from = facts.walk.start + offset;
  const end = from + length;
  const within = reader.placed.filter((one) => one.at >= from && one.end <= end && !LOOSE.test(one.field.name));
  // A field that covers the whole node, or for an option all that follows its code and length.
  const fits = within.filter((one) => one.end === end && (one.at === from || one.end - one.at < length));
  const own = fits.filter((one) => !OF_ANY_OPTION.has(one.field.name));
  const best = (own.length > 0 ? own : fits).sort((a, b) => a.at - b.at)[0];
  const exact = reader.placed.find((one) => one.at === from && one.end === end && !LOOSE.test(one.field.name));
  const chosen = exact && !OF_ANY_OPTION.has(exact.field.name) ? exact : (best ?? exact ?? protocolAt(facts, from));
  if (!chosen || typeof chosen === 'string') return chosen;
  return comparisonOf(chosen);
}

/** The protocol of the layer that begins at an octet. */
function protocolAt({ walk }: FrameFacts, from: number): string | undefined {
  for (let i = 0; i < walk.depth; i++)
    if (walk.atOf(i) === from && FIELDS.get(walk.layers[i]!.id)) return walk.layers[i]!.id;
  return undefined;
}

function comparisonOf({ field, value }: Placed): string {
  const { name, kind } = field;
  const text = literal(field, value);
  if (text !== undefined) return `${name} == ${text}`;
  if ((kind !== 'bytes' && kind !== 'protocol') || typeof value !== 'string' || value === '') return name;
  return `${name}[0:${MOST_OCTETS}] == ${colons(value.slice(0, MOST_OCTETS))}`;
}

/** Numbers that are usually written in hex. */
const IN_HEX = /\.(?:id|xid|flags|iaid|checksum|type|etype)$/;

function literal({ kind, name }: FieldDef, value: Value): string | undefined {
  switch (kind) {
    case 'none':
    case 'protocol':
    case 'time':
    case 'duration':
    case 'double':
      return undefined;
    case 'string':
      return quoted(String(value));
    case 'ipv4':
      return formatIpv4(wordOctets(Number(value)), 0);
    case 'ipv6':
      return formatIpv6(octetsOf(String(value)), 0);
    case 'guid':
      return colons(uuidOctets(String(value)))
        .replaceAll(':', '')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    case 'bytes':
    case 'ether':
    case 'eui64': {
      const octets = octetsOf(String(value));
      return octets.length > 0 && octets.length <= MOST_OCTETS ? colons(String(value)) : undefined;
    }
    case 'boolean':
      return String(value);
    default:
      return IN_HEX.test(name) && Number(value) > 255 ? `0x${value.toString(16)}` : String(value);
  }
}

const colons = (octets: string): string => hex(octetsOf(octets), 0, octets.length, ':');

const wordOctets = (word: number): Uint8Array => Uint8Array.of(word >>> 24, word >>> 16, word >>> 8, word);

/** A string literal of the filter language: octets that are not printable ASCII are escaped. */
function quoted(text: string): string {
  const inside = text.replace(/["\\]|[^\x20-\x7e]/g, (one) =>
    one === '"' || one === '\\' ? `\\${one}` : `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `"${inside}"`;
}

/** Maximum number of names offered. */
const MOST_NAMES = 40;

/** Field names for completion: first those that begin with `prefix`, then those that contain it. */
export function fieldNames(prefix: string): { name: string; kind: string }[] {
  if (prefix === '' || prefix.startsWith('"')) return [];
  const wanted = prefix.toLowerCase().replace(/^bootp(?=\.|$)/, 'dhcp');
  const begin: FieldDef[] = [];
  const within: FieldDef[] = [];
  for (const field of FIELDS.all()) {
    if (field.needsAllFrames) continue;
    if (field.name.startsWith(wanted)) begin.push(field);
    else if (wanted.length > 2 && field.name.includes(wanted)) within.push(field);
  }
  const byName = (a: FieldDef, b: FieldDef): number => (a.name < b.name ? -1 : 1);
  return [...begin.sort(byName), ...within.sort(byName)].slice(0, MOST_NAMES).map(({ name, kind }) => ({ name, kind }));
}

/** Values that have names, or are the only ones of a field, for completion: those that contain `prefix`, which may begin with a quotation mark. */
export function fieldValues(name: string, prefix: string): { name: string; kind: string }[] {
  const { texts = [], names = {} } = FIELDS.get(name) ?? {};
  const wanted = prefix.replace(/^"/, '').toLowerCase();
  const named = Object.entries(names).map(([number, text]): [string, string] => [text, number]);
  return [...texts.map((text): [string, string] => [text, '']), ...named]
    .filter(([text]) => text.toLowerCase().includes(wanted))
    .map(([text, number]) => ({ name: quoted(text), kind: number }));
}
