import { decodeText, printable, u16, u16le, u32, u32le } from '../bytes';
import { cutHeader, HeaderFields, hexText, octetsText } from '../header';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';
import { toIpByVersion } from './raw';

/** Links that exist only in captures: headers written by capture programs and firewalls. */

const BRIDGED = 0x6558;

/** A link whose header says little more than what follows: octets, then `next`. The length may depend on the octets. */
export function plain(
  id: string,
  name: string,
  lengthOf: (bytes: Uint8Array, at: number, end: number) => number,
  next: (walk: Walk, at: number, payload: number, end: number) => void,
  details: (walk: Walk, fields: HeaderFields, headerEnd: number) => string = () => '',
): Layer {
  const layer: Layer = {
    id,
    name,
    walk(walk, at, end) {
      const length = lengthOf(walk.bytes, at, end);
      if (walk.linkHeader(layer, at, length, end)) next(walk, at, at + length, end);
    },
    describe(walk, index, problems) {
      const at = walk.atOf(index);
      const length = lengthOf(walk.bytes, at, walk.endOf(index));
      const cut = cutHeader(walk, index, length, problems);
      if (cut) return cut;
      const fields = new HeaderFields(walk, at);
      const text = details(walk, fields, at + length);
      fields.octets(at + length - fields.at, 'Header');
      return layerNode(walk, index, text, fields.nodes);
    },
  };
  return layer;
}

/** Juniper's magic number “MGC” is followed by flags. If bit 7 is set, there is an extension part. */
const JUNIPER_MAGIC = 0x4d4743;
const JUNIPER_EXTENSION = 0x80;
const JUNIPER_NO_LINK = 0x02;

function juniperLength(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 4) return 4;
  const flags = bytes[at + 3]!;
  const extension = flags & JUNIPER_EXTENSION ? 2 + (end - at >= 6 ? u16(bytes, at + 4) : 0) : 0;
  return 4 + extension + (flags & JUNIPER_NO_LINK ? 4 : 0);
}

/** LINKTYPE_JUNIPER_ETHER: Ethernet after Juniper's own header, or IP if the flags say that there is no link header. */
export const juniperEthernet = plain(
  'juniper',
  'Juniper Ethernet',
  juniperLength,
  (walk, at, payload, end) => {
    if (u32(walk.bytes, at) >>> 8 !== JUNIPER_MAGIC) return;
    if (walk.bytes[at + 3]! & JUNIPER_NO_LINK) toIpByVersion(walk, payload, end);
    else walk.toEtherType(BRIDGED, payload, end);
  },
  (_walk, fields) => {
    fields.hex(3, 'Magic number', 'juniper.magic');
    const flags = fields.hex(1, 'Flags', 'juniper.flags');
    return flags & 1 ? 'received' : 'sent';
  },
);

const NFLOG = 4;
const PAYLOAD = 9;

/**
 * Length of an NFLOG type-length-value, including its 4-octet header. Read as little-endian, because hardly any machine
 * with a firewall is big-endian.
 */
const tlvLength = (bytes: Uint8Array, at: number): number => u16le(bytes, at);

/** Octets before the packet: the header, the values before the payload value, and that value's own 4-octet header. */
function nflogLength(bytes: Uint8Array, at: number, end: number): number {
  let next = at + NFLOG;
  while (next + 4 <= end) {
    if ((u16le(bytes, next + 2) & 0x7fff) === PAYLOAD) return next + 4 - at;
    const length = tlvLength(bytes, next);
    if (length < 4) break;
    next += (length + 3) & ~3;
  }
  return NFLOG;
}

/** Linux's netfilter log, LINKTYPE_NFLOG: address family, then values; one of them is the packet. */
export const nflog = plain(
  'nflog',
  'Linux Netfilter NFLOG',
  nflogLength,
  (walk, at, payload, end) => {
    // There is no payload value; what follows are other values.
    if (payload - at === NFLOG) return;
    const packetEnd = Math.min(end, payload - 4 + Math.max(4, tlvLength(walk.bytes, payload - 4)));
    if (walk.bytes[at] === 2 || walk.bytes[at] === 10) toIpByVersion(walk, payload, packetEnd);
  },
  (_walk, fields) => {
    fields.number(1, 'Family', 'nflog.family');
    fields.number(1, 'Version', 'nflog.version');
    const group = fields.number(2, 'Resource id', 'nflog.res_id');
    return `group ${group}`;
  },
);

const PKTAP = 12;

/** Apple's PKTAP, LINKTYPE_PKTAP: its own length, then the link type of the frame after it. */
export const pktap = plain(
  'pktap',
  'PKTAP packet header',
  (bytes, at, end) => (end - at >= PKTAP ? Math.max(PKTAP, u32le(bytes, at)) : PKTAP),
  (walk, at, payload, end) => walk.toLinkType(u32le(walk.bytes, at + 8), payload, end),
  (walk, fields, headerEnd) => {
    fields.text(4, 'Header length', octetsText(u32le(walk.bytes, fields.at)), 'pktap.hdrlen');
    fields.text(4, 'Record type', String(u32le(walk.bytes, fields.at)), 'pktap.rectype');
    const type = u32le(walk.bytes, fields.at);
    fields.text(4, 'Link type', String(type), 'pktap.dlt');
    fields.octets(headerEnd - fields.at, 'Interface and process');
    return `link type ${type}`;
  },
);

const ENC = 12;

/** OpenBSD's IPsec tap, LINKTYPE_ENC: address family, security parameters index, flags; then the decrypted packet. */
export const enc = plain(
  'enc',
  'Encapsulated IPsec packet',
  () => ENC,
  (walk, _at, payload, end) => toIpByVersion(walk, payload, end),
  (_walk, fields) => {
    fields.octets(4, 'Address family', 'enc.af');
    const spi = hexText(fields.hex(4, 'Security parameters index', 'enc.spi'), 8);
    fields.octets(4, 'Flags', 'enc.flags');
    return `SPI ${spi}`;
  },
);

const IPNET = 24;

/** Solaris's loopback tap, LINKTYPE_IPNET. */
export const ipnet = plain(
  'ipnet',
  'Solaris IPNET',
  () => IPNET,
  (walk, _at, payload, end) => toIpByVersion(walk, payload, end),
  (_walk, fields) => {
    fields.number(1, 'Version', 'ipnet.version');
    fields.number(1, 'Family', 'ipnet.family');
    fields.number(2, 'Hook type', 'ipnet.htype');
    fields.number(4, 'Packet length', 'ipnet.pktlen', octetsText);
    const index = fields.number(4, 'Interface index', 'ipnet.ifindex');
    return `interface ${index}`;
  },
);

/** OpenBSD's header has the length given in its first octet; the packet begins at the next multiple of 4. */
const pflogLength = (bytes: Uint8Array, at: number): number => (bytes[at]! + 3) & ~3;
const PFLOG_SHORTEST = 45;

/** OpenBSD's packet filter log, LINKTYPE_PFLOG: rule and interface, then the packet. */
export const pflog = plain(
  'pflog',
  'OpenBSD Packet Filter log file',
  (bytes, at) => Math.max(PFLOG_SHORTEST, pflogLength(bytes, at)),
  (walk, at, payload, end) => {
    if (walk.bytes[at]! >= PFLOG_SHORTEST) toIpByVersion(walk, payload, end);
  },
  (walk, fields) => {
    fields.number(1, 'Header length', 'pflog.length', octetsText);
    fields.number(1, 'Address family', 'pflog.af');
    fields.number(1, 'Action', 'pflog.action');
    fields.number(1, 'Reason', 'pflog.reason');
    const name = decodeText(walk.bytes, fields.at, 16).replace(/\0[^]*$/, '');
    fields.text(16, 'Interface', printable(name), 'pflog.ifname');
    return `interface ${printable(name)}`;
  },
);
