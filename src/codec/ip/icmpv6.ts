import { cutHeader, HeaderFields, hexText, named } from '../header';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';
import { checksumField, quotationEnd, walkQuotation } from './icmp';
import { neighbourOptions } from './ndOptions';
import { pseudoHeaderSum } from './pseudoHeader';

/** IANA “ICMPv6 Parameters”. */
const TYPES: Readonly<Record<number, string>> = {
  1: 'Destination unreachable',
  2: 'Packet too big',
  3: 'Time exceeded',
  4: 'Parameter problem',
  128: 'Echo request',
  129: 'Echo reply',
  130: 'Multicast listener query',
  131: 'Multicast listener report',
  132: 'Multicast listener done',
  133: 'Router solicitation',
  134: 'Router advertisement',
  135: 'Neighbor solicitation',
  136: 'Neighbor advertisement',
  137: 'Redirect',
  138: 'Router renumbering',
  139: 'Node information query',
  140: 'Node information response',
  141: 'Inverse neighbor discovery solicitation',
  142: 'Inverse neighbor discovery advertisement',
  143: 'Version 2 multicast listener report',
  144: 'Home agent address discovery request',
  145: 'Home agent address discovery reply',
  146: 'Mobile prefix solicitation',
  147: 'Mobile prefix advertisement',
  148: 'Certification path solicitation',
  149: 'Certification path advertisement',
  151: 'Multicast router advertisement',
  152: 'Multicast router solicitation',
  153: 'Multicast router termination',
  155: 'RPL control',
  157: 'Duplicate address request',
  158: 'Duplicate address confirmation',
  160: 'Extended echo request',
  161: 'Extended echo reply',
};
const CODES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  1: {
    0: 'no route to destination',
    1: 'administratively prohibited',
    2: 'beyond scope of source address',
    3: 'address unreachable',
    4: 'port unreachable',
    5: 'source address failed policy',
    6: 'route to destination rejected',
    7: 'error in source routing header',
    8: 'headers too long',
  },
  3: { 0: 'hop limit exceeded in transit', 1: 'fragment reassembly time exceeded' },
  4: {
    0: 'erroneous header field',
    1: 'unrecognised next header',
    2: 'unrecognised option',
    3: 'first fragment lacks headers',
  },
};

/** The meaning of a message, by type and code: `port unreachable`. */
export const icmpv6Text = (type: number, code: number): string =>
  CODES[type]?.[code] ?? TYPES[type] ?? `ICMPv6 type ${type}`;

const ECHO_REQUEST = 128;
const ECHO_REPLY = 129;
const ROUTER_SOLICITATION = 133;
const ROUTER_ADVERTISEMENT = 134;
const NEIGHBOR_SOLICITATION = 135;
const NEIGHBOR_ADVERTISEMENT = 136;
const REDIRECT = 137;

const BASE = 8;
/** Octets of each message's fixed part, before its options (RFC 4861 §4). Other messages have 8. */
const FIXED: Readonly<Record<number, number>> = {
  130: 24,
  131: 24,
  132: 24,
  [ROUTER_ADVERTISEMENT]: 16,
  [NEIGHBOR_SOLICITATION]: 24,
  [NEIGHBOR_ADVERTISEMENT]: 24,
  [REDIRECT]: 40,
};
const fixedLength = (bytes: Uint8Array, at: number, end: number): number =>
  at < end ? (FIXED[bytes[at]!] ?? BASE) : BASE;
const hasOptions = (type: number): boolean => type >= ROUTER_SOLICITATION && type <= REDIRECT;

/** ICMPv6 (RFC 4443) with neighbour discovery (RFC 4861). The options of neighbour discovery count as part of the header. */
export const icmpv6: Layer = {
  id: 'icmpv6',
  name: 'Internet Control Message Protocol v6',
  walk(walk, at, end) {
    const { bytes } = walk;
    const length = hasOptions(bytes[at]!)
      ? Math.max(end - at, fixedLength(bytes, at, end))
      : fixedLength(bytes, at, end);
    if (!walk.header(icmpv6, at, length, end)) return;
    // RFC 4884 §4.4: the length of the quotation in units of 8 octets, for types 1 and 3 only.
    const stated = bytes[at] === 1 || bytes[at] === 3 ? bytes[at + 4]! * 8 : 0;
    const type = bytes[at]!;
    if (type >= 1 && type <= 4) walkQuotation(walk, 0x86dd, at + BASE, quotationEnd(at + BASE, end, stated));
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const fixed = fixedLength(walk.bytes, at, walk.endOf(index));
    const cut = cutHeader(walk, index, fixed, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    const type = fields.number(1, 'Type', 'icmpv6.type', (value) => named(TYPES, value));
    const code = fields.number(1, 'Code', 'icmpv6.code', (value) => named(CODES[type] ?? {}, value));
    const pseudo = pseudoHeaderSum(walk, index, 58, walk.endOf(index) - at);
    checksumField(walk, index, fields, 'icmpv6.checksum', pseudo, problems);
    let detail = bodyFields(walk, fields, type) || (CODES[type]?.[code] ?? '');
    if (hasOptions(type)) {
      const told = neighbourOptions(walk, index, fields, problems);
      if (told) detail = detail ? `${detail}, ${told}` : told;
    }
    return layerNode(walk, index, `${TYPES[type] ?? `Type ${type}`}${detail ? `, ${detail}` : ''}`, fields.nodes);
  },
};

/** The flags of a router advertisement (RFC 4861 §4.2, RFC 4191 §2.2). */
export interface RouterFlags {
  /** M: addresses are available by DHCPv6. */
  readonly managed: boolean;
  /** O: other configuration is available by DHCPv6. */
  readonly other: boolean;
}

/** The M and O flags of ICMPv6 layer `index`; undefined if it is not a router advertisement, or is cut before them. */
export function readRouterFlags(walk: Walk, index: number): RouterFlags | undefined {
  const at = walk.atOf(index);
  if (walk.layers[index] !== icmpv6 || walk.endOf(index) - at < 6 || walk.bytes[at] !== ROUTER_ADVERTISEMENT)
    return undefined;
  const flags = walk.bytes[at + 5]!;
  return { managed: (flags & 0x80) !== 0, other: (flags & 0x40) !== 0 };
}

/** Adds the fields after the checksum, and returns a short summary of them. */
function bodyFields(walk: Walk, fields: HeaderFields, type: number): string {
  const { bytes } = walk;
  switch (type) {
    case ECHO_REQUEST:
    case ECHO_REPLY: {
      const id = fields.number(2, 'Identifier', 'icmpv6.echo.identifier');
      const sequence = fields.number(2, 'Sequence number', 'icmpv6.echo.sequence_number');
      return `id ${id}, sequence ${sequence}`;
    }
    case 2:
      return `MTU ${fields.number(4, 'MTU', 'icmpv6.mtu')}`;
    case 4:
      fields.number(4, 'Pointer', 'icmpv6.pointer');
      return '';
    case 130:
    case 131:
    case 132:
      fields.number(2, 'Maximum response delay', 'icmpv6.mld.maximum_response_delay', (ms) => `${ms} ms`);
      fields.octets(2, 'Reserved');
      return fields.ipv6('Multicast address', 'icmpv6.mld.multicast_address');
    case ROUTER_ADVERTISEMENT:
      return routerFields(fields, bytes[fields.at + 1]!);
    case NEIGHBOR_SOLICITATION:
      fields.octets(4, 'Reserved');
      return `who has ${fields.ipv6('Target address', 'icmpv6.nd.ns.target_address')}?`;
    case NEIGHBOR_ADVERTISEMENT: {
      const bits = bytes[fields.at]!;
      const flags = [
        bits & 0x80 ? 'from a router' : '',
        bits & 0x40 ? 'solicited' : 'unsolicited',
        bits & 0x20 ? 'override' : '',
      ].filter(Boolean);
      fields.text(4, 'Flags', flags.join(', '), 'icmpv6.nd.na.flag');
      return `${fields.ipv6('Target address', 'icmpv6.nd.na.target_address')}, ${flags.join(', ')}`;
    }
    case REDIRECT: {
      fields.octets(4, 'Reserved');
      const target = fields.ipv6('Target address', 'icmpv6.rd.na.target_address');
      const destination = fields.ipv6('Destination address', 'icmpv6.rd.na.destination_address');
      return `${destination} by way of ${target}`;
    }
    default:
      fields.octets(4, hasOptions(type) || type <= 4 ? 'Reserved' : 'Rest of header');
      return '';
  }
}

const PREFERENCES = ['medium', 'high', 'reserved', 'low'];

/**
 * Adds the fields of a router advertisement: hop limit, flags, timers (RFC 4861 §4.2). M and O tell hosts whether to
 * use DHCPv6.
 */
function routerFields(fields: HeaderFields, flags: number): string {
  const managed = (flags & 0x80) !== 0;
  const other = (flags & 0x40) !== 0;
  fields.number(1, 'Current hop limit', 'icmpv6.nd.ra.cur_hop_limit');
  const meaning = managed
    ? 'addresses by DHCPv6'
    : other
      ? 'no addresses by DHCPv6, but other configuration'
      : 'no DHCPv6 here';
  fields.text(1, 'Flags', `${hexText(flags, 2)}: ${meaning}`, 'icmpv6.nd.ra.flag', {
    children: [
      flagNode(fields, 'Managed address configuration (M)', managed, 'icmpv6.nd.ra.flag.m'),
      flagNode(fields, 'Other configuration (O)', other, 'icmpv6.nd.ra.flag.o'),
      flagNode(fields, 'Home agent (H)', (flags & 0x20) !== 0, 'icmpv6.nd.ra.flag.h'),
      {
        ...flagNode(fields, 'Router preference', false, 'icmpv6.nd.ra.flag.prf'),
        text: PREFERENCES[(flags >> 3) & 3]!,
      },
    ],
  });
  const lifetime = fields.number(2, 'Router lifetime', 'icmpv6.nd.ra.router_lifetime', (s) =>
    s === 0 ? '0 s (no default router)' : `${s} s`,
  );
  const unspecified = (ms: number): string => (ms === 0 ? '0 (not specified)' : `${ms} ms`);
  fields.number(4, 'Reachable time', 'icmpv6.nd.ra.reachable_time', unspecified);
  fields.number(4, 'Retransmission timer', 'icmpv6.nd.ra.retrans_timer', unspecified);
  return `M=${managed ? 1 : 0} O=${other ? 1 : 0} (${meaning}), lifetime ${lifetime} s`;
}

function flagNode(fields: HeaderFields, name: string, set: boolean, key: string) {
  return fields.make(1, name, set ? 'set' : 'not set', key);
}

/** Index of the target address of a neighbour solicitation or advertisement; undefined for anything else. */
export function neighbourTarget(walk: Walk, index: number): number | undefined {
  const at = walk.atOf(index);
  if (walk.layers[index] !== icmpv6 || walk.endOf(index) - at < 24) return undefined;
  const type = walk.bytes[at]!;
  return type === NEIGHBOR_SOLICITATION || type === NEIGHBOR_ADVERTISEMENT ? at + 8 : undefined;
}
