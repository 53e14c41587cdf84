import { decodeText, formatIpv6, formatMac, hex, printable, u32 } from '../bytes';
import { problem, type Field, type Problem } from '../field';
import { HeaderFields, octetsText, reportShort } from '../header';
import { node } from '../tree';
import type { Walk } from '../walk';

/** Options of neighbour discovery (IANA “IPv6 Neighbor Discovery Option Formats”). */
const OPTIONS: Readonly<Record<number, string>> = {
  1: 'Source link-layer address',
  2: 'Target link-layer address',
  3: 'Prefix information',
  4: 'Redirected header',
  5: 'MTU',
  7: 'Advertisement interval',
  8: 'Home agent information',
  14: 'Nonce',
  24: 'Route information',
  25: 'Recursive DNS server',
  26: 'Flags extension',
  31: 'DNS search list',
  37: 'Captive portal',
  38: 'PREF64',
};

/**
 * Adds the options from the current position of `fields` to the end of layer `index`, each a node with its parts.
 * Reports damage. Returns what the summary line should say about them.
 */
export function neighbourOptions(walk: Walk, index: number, fields: HeaderFields, problems: Problem[]): string {
  const end = walk.endOf(index);
  const told: string[] = [];
  while (fields.at < end) {
    const at = fields.at;
    const type = walk.bytes[at]!;
    const name = OPTIONS[type] ?? `Option ${type}`;
    // The length counts units of 8 octets, including type and length themselves; 0 is forbidden (RFC 4861 §4.6).
    const length = at + 1 < end ? walk.bytes[at + 1]! * 8 : 0;
    if (length === 0 || at + length > end) {
      const rest = octetsText(end - at);
      if (length === 0 && at + 1 < end) {
        const text = `${name}: length 0.`;
        problems.push(problem('malformed-message', walk.offset(at), end - at, text));
      } else {
        const text = `${name}: ${length > 0 ? octetsText(length) : 'a length octet'} where only ${rest} are left.`;
        reportShort(walk, index, at, end - at, text, problems);
      }
      fields.octets(end - at, name, 'icmpv6.opt');
      break;
    }
    const { text, children } = option(walk, type, at, length);
    fields.text(length, name, text, 'icmpv6.opt', children ? { children } : undefined);
    if (type === 3 || type === 1 || type === 2) told.push(text);
  }
  return told.join(', ');
}

interface Described {
  readonly text: string;
  readonly children?: readonly Field[];
}

function option(walk: Walk, type: number, at: number, length: number): Described {
  const { bytes } = walk;
  switch (type) {
    case 1:
    case 2:
      // Ethernet addresses have 6 octets; longer addresses fill the units of 8.
      return { text: formatMac(bytes, at + 2, length === 8 ? 6 : length - 2) };
    case 3:
      return length === 32 ? prefix(walk, at) : other(bytes, at, length);
    case 5:
      return length === 8 ? { text: octetsText(u32(bytes, at + 4)) } : other(bytes, at, length);
    case 24:
      return route(walk, at, length);
    case 25:
      return length >= 24 ? servers(walk, at, length) : other(bytes, at, length);
    case 31:
      return length >= 8 ? searchList(walk, at, length) : other(bytes, at, length);
    default:
      return other(bytes, at, length);
  }
}

const other = (bytes: Uint8Array, at: number, length: number): Described => ({
  text: hex(bytes, at + 2, Math.min(length - 2, 64), ' '),
});

/** A lifetime in words; all ones means infinity (RFC 4861 §4.6.2). */
const lifetime = (seconds: number): string => (seconds === 0xffffffff ? 'infinite' : `${seconds} s`);

function head(walk: Walk, at: number): HeaderFields {
  const fields = new HeaderFields(walk, at);
  fields.number(1, 'Type', 'icmpv6.opt.type', (value) => `${OPTIONS[value] ?? 'unknown'} (${value})`);
  fields.number(1, 'Length', 'icmpv6.opt.length', (units) => octetsText(units * 8));
  return fields;
}

function prefix(walk: Walk, at: number): Described {
  const fields = head(walk, at);
  const bits = fields.number(1, 'Prefix length', 'icmpv6.opt.prefix.length');
  const flags = walk.bytes[fields.at]!;
  const uses =
    [flags & 0x80 ? 'on-link' : '', flags & 0x40 ? 'autonomous' : ''].filter(Boolean).join(', ') ||
    'neither on-link nor autonomous';
  fields.text(1, 'Flags', uses, 'icmpv6.opt.prefix.flag');
  fields.number(4, 'Valid lifetime', 'icmpv6.opt.prefix.valid_lifetime', lifetime);
  fields.number(4, 'Preferred lifetime', 'icmpv6.opt.prefix.preferred_lifetime', lifetime);
  fields.octets(4, 'Reserved');
  const address = fields.ipv6('Prefix', 'icmpv6.opt.prefix');
  return { text: `prefix ${address}/${bits} (${uses})`, children: fields.nodes };
}

/** Route information (RFC 4191 §2.3). The prefix has only as many octets as needed. */
function route(walk: Walk, at: number, length: number): Described {
  if (length > 24) return other(walk.bytes, at, length);
  const address = new Uint8Array(16);
  address.set(walk.bytes.subarray(at + 8, at + length));
  return { text: `${formatIpv6(address, 0)}/${walk.bytes[at + 2]!}, ${lifetime(u32(walk.bytes, at + 4))}` };
}

/** Recursive DNS servers (RFC 8106 §5.1). */
function servers(walk: Walk, at: number, length: number): Described {
  const fields = head(walk, at);
  fields.octets(2, 'Reserved');
  const seconds = fields.number(4, 'Lifetime', 'icmpv6.opt.rdnss.lifetime', lifetime);
  const addresses: string[] = [];
  while (fields.at + 16 <= at + length) addresses.push(fields.ipv6('DNS server', 'icmpv6.opt.rdnss'));
  fields.octets(at + length - fields.at, 'Unexplained octets');
  return { text: `${addresses.join(', ')}, ${lifetime(seconds)}`, children: fields.nodes };
}

/** DNS search list (RFC 8106 §5.2): names in wire format, not compressed, padded with zeros. */
function searchList(walk: Walk, at: number, length: number): Described {
  const names: string[] = [];
  let labels: string[] = [];
  const end = at + length;
  let i = at + 8;
  while (i < end) {
    const size = walk.bytes[i]!;
    if (size === 0) {
      if (labels.length > 0) names.push(labels.join('.'));
      labels = [];
      i += 1;
      continue;
    }
    if (size > 63 || i + 1 + size > end) break;
    labels.push(printable(decodeText(walk.bytes, i + 1, size)));
    i += 1 + size;
  }
  const text = `${names.join(', ')}, ${lifetime(u32(walk.bytes, at + 4))}`;
  return { text, children: [node(walk, at, length, 'Names', names.join(', '))] };
}
