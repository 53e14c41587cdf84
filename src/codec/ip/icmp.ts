import { u16, u32 } from '../bytes';
import { problem, type Field, type Problem } from '../field';
import { cutHeader, HeaderFields, hexText, isQuoted, named, whyShort } from '../header';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';
import { foldedSum } from './checksum';

const HEADER = 8;

/** IANA “ICMP Type Numbers”. */
const TYPES: Readonly<Record<number, string>> = {
  0: 'Echo reply',
  3: 'Destination unreachable',
  4: 'Source quench',
  5: 'Redirect',
  8: 'Echo request',
  9: 'Router advertisement',
  10: 'Router solicitation',
  11: 'Time exceeded',
  12: 'Parameter problem',
  13: 'Timestamp request',
  14: 'Timestamp reply',
  15: 'Information request',
  16: 'Information reply',
  17: 'Address mask request',
  18: 'Address mask reply',
  42: 'Extended echo request',
  43: 'Extended echo reply',
};

const CODES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  3: {
    0: 'network unreachable',
    1: 'host unreachable',
    2: 'protocol unreachable',
    3: 'port unreachable',
    4: 'fragmentation needed',
    5: 'source route failed',
    6: 'network unknown',
    7: 'host unknown',
    8: 'source host isolated',
    9: 'network administratively prohibited',
    10: 'host administratively prohibited',
    11: 'network unreachable for this type of service',
    12: 'host unreachable for this type of service',
    13: 'communication administratively prohibited',
    14: 'host precedence violation',
    15: 'precedence cutoff in effect',
  },
  5: {
    0: 'for the network',
    1: 'for the host',
    2: 'for type of service and network',
    3: 'for type of service and host',
  },
  11: { 0: 'time to live exceeded in transit', 1: 'fragment reassembly time exceeded' },
  12: { 0: 'pointer shows the error', 1: 'required option missing', 2: 'bad length' },
};

/** The meaning of a message, by type and code: `port unreachable`. */
export const icmpText = (type: number, code: number): string =>
  CODES[type]?.[code] ?? TYPES[type] ?? `ICMP type ${type}`;

/**
 * Types that quote, or may quote, the datagram that caused them (RFC 792): 4 octets that depend on the type, then the
 * quotation.
 */
const isError = (type: number): boolean => type === 3 || type === 4 || type === 5 || type === 11 || type === 12;
/** Types with identifier and sequence number. */
const isQuery = (type: number): boolean =>
  type === 0 || type === 8 || (type >= 13 && type <= 18) || type === 42 || type === 43;

/**
 * ICMP for IPv4 (RFC 792). The walk continues into the datagram that an error quotes; its layers begin at
 * `walk.quotedFrom`.
 */
export const icmp: Layer = {
  id: 'icmp',
  name: 'Internet Control Message Protocol',
  walk(walk, at, end) {
    if (!walk.header(icmp, at, HEADER, end)) return;
    // RFC 4884 §4.1: the length of the quotation in units of 4 octets if an extension follows it, else 0.
    const stated = walk.bytes[at + 5]! * 4;
    if (isError(walk.bytes[at]!)) walkQuotation(walk, 0x0800, at + HEADER, quotationEnd(at + HEADER, end, stated));
  },
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, HEADER, problems);
    if (cut) return cut;
    const at = walk.atOf(index);
    const { bytes } = walk;
    const fields = new HeaderFields(walk, at);
    const type = fields.number(1, 'Type', 'icmp.type', (value) => named(TYPES, value));
    const code = fields.number(1, 'Code', 'icmp.code', (value) => named(CODES[type] ?? {}, value));
    checksumField(walk, index, fields, 'icmp.checksum', 0, problems);
    let detail = CODES[type]?.[code] ?? (code === 0 ? '' : `code ${code}`);
    if (isQuery(type)) {
      detail = `id ${u16(bytes, at + 4)}, sequence ${u16(bytes, at + 6)}`;
      fields.number(2, 'Identifier', 'icmp.ident');
      fields.number(2, 'Sequence number', 'icmp.seq');
    } else if (type === 5) {
      const gateway = fields.ipv4('Gateway', 'icmp.redir_gw');
      detail = `${detail}, gateway ${gateway}`;
    } else if (type === 3 && code === 4) {
      // RFC 1191 §4
      fields.octets(2, 'Unused');
      const mtu = fields.number(2, 'MTU of the next hop', 'icmp.mtu');
      detail = `${detail}, MTU ${mtu}`;
    } else if (type === 12) {
      fields.number(1, 'Pointer', 'icmp.pointer');
      fields.octets(3, 'Unused');
    } else fields.octets(4, isError(type) ? 'Unused' : 'Rest of header');
    return layerNode(walk, index, `${TYPES[type] ?? `Type ${type}`}${detail ? `, ${detail}` : ''}`, fields.nodes);
  },
};

/** Index after the quotation, according to the length field of RFC 4884 if that is plausible. */
export function quotationEnd(at: number, end: number, stated: number): number {
  return stated > 0 && at + stated <= end ? at + stated : end;
}

/**
 * Walks the datagram that an error quotes. `walk.link`, `walk.ip` and `walk.udp` keep pointing at the frame's own
 * layers; the quoted layers begin at `walk.quotedFrom`.
 */
export function walkQuotation(walk: Walk, etherType: number, at: number, end: number): void {
  const { link, ip, udp } = walk;
  const first = walk.depth;
  const outermost = walk.quotedFrom < 0;
  if (outermost) walk.quotedFrom = first;
  walk.toEtherType(etherType, at, end);
  // No quotation, or none that could be read.
  if (outermost && walk.depth === first) walk.quotedFrom = -1;
  walk.link = link;
  walk.ip = ip;
  walk.udp = udp;
}

/**
 * Adds the node of a checksum over the whole layer. `pseudo` is the sum of whatever else it covers; if undefined, the
 * checksum cannot be verified.
 */
export function checksumField(
  walk: Walk,
  index: number,
  fields: HeaderFields,
  key: string,
  pseudo: number | undefined,
  problems: Problem[],
): Field {
  const { bytes } = walk;
  const name = walk.layers[index]!.id === 'icmp' ? 'ICMP' : 'ICMPv6';
  const sum = hexText(u16(bytes, fields.at));
  const why = whyShort(walk, index);
  const partial = why === 'snapshot' || (walk.fragment >= 0 && index > walk.fragment) || isQuoted(walk, index);
  let words = 'correct';
  let bad: string | undefined;
  if (partial || pseudo === undefined) words = 'not checked';
  else if (foldedSum(bytes, walk.atOf(index), walk.endOf(index), pseudo) !== 0xffff) {
    words = 'wrong';
    bad = `The ${name} checksum ${sum} is wrong.`;
    problems.push(problem('bad-checksum', walk.offset(fields.at), 2, bad));
  }
  fields.text(2, 'Checksum', `${sum} (${words})`, key, bad ? { problem: bad } : undefined);
  return fields.nodes[fields.nodes.length - 1]!;
}

/** The content of an ICMP or ICMPv6 header, for analysis. */
export interface IcmpHeader {
  readonly type: number;
  readonly code: number;
  /** Octets 4 to 7 as one number: identifier and sequence number, gateway, MTU … */
  readonly rest: number;
}

/** Type and code of ICMP or ICMPv6 layer `index`; undefined if it is cut. */
export function readIcmp(walk: Walk, index: number): IcmpHeader | undefined {
  const at = walk.atOf(index);
  if (walk.headerEndOf(index) - at < HEADER) return undefined;
  return { type: walk.bytes[at]!, code: walk.bytes[at + 1]!, rest: u32(walk.bytes, at + 4) };
}
