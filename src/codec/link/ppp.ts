import { u16 } from '../bytes';
import { cutHeader, HeaderFields, hexText } from '../header';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';
import { etherTypeText } from './ethertypes';
import { CISCO_BROADCAST, CISCO_UNICAST, HDLC, PPP_ADDRESS, SLARP, typeOfPpp } from './plainLayout';

/** PPP and Cisco HDLC: serial lines, and tunnels that use their formats. */

/** Protocols (IANA “PPP Numbers”). */
const PROTOCOLS: Readonly<Record<number, string>> = {
  0x0021: 'IPv4',
  0x0031: 'bridged frame',
  0x003d: 'multilink',
  0x0057: 'IPv6',
  0x00fd: 'compressed',
  0x0281: 'MPLS',
  0x0283: 'MPLS multicast',
  0x8021: 'IPCP',
  0x8031: 'bridging control',
  0x8057: 'IPv6CP',
  0x80fd: 'compression control',
  0xc021: 'LCP',
  0xc023: 'PAP',
  0xc025: 'link quality report',
  0xc223: 'CHAP',
  0xc227: 'EAP',
};
const BRIDGED_FRAME = 0x0031;
const MULTILINK = 0x003d;
const BRIDGED = 0x6558;

/** Whether address and control octets precede the protocol. Both ends may agree to leave them out (RFC 1661 §6.6). */
const hasAddress = (bytes: Uint8Array, at: number, end: number): boolean =>
  end - at >= 2 && u16(bytes, at) === PPP_ADDRESS;

interface Header {
  readonly address: number;
  /** 1 or 2 octets: an odd first octet is a compressed protocol number (RFC 1661 §6.5). */
  readonly protocolSize: number;
}

function headerOf(bytes: Uint8Array, at: number, end: number): Header {
  const address = hasAddress(bytes, at, end) ? 2 : 0;
  return { address, protocolSize: at + address < end && bytes[at + address]! & 1 ? 1 : 2 };
}

const protocolAt = (bytes: Uint8Array, at: number, size: number): number => (size === 1 ? bytes[at]! : u16(bytes, at));

/** PPP (RFC 1661), with or without the address and control octets of RFC 1662. */
export const ppp: Layer = {
  id: 'ppp',
  name: 'Point-to-Point Protocol',
  walk(walk, at, end) {
    const { address, protocolSize } = headerOf(walk.bytes, at, end);
    const length = address + protocolSize;
    // Inside PPPoE the link is still Ethernet, whose addresses identify the two ends.
    const onEthernet = walk.depth > 0 && walk.layers[walk.depth - 1]!.id === 'pppoes';
    if (!(onEthernet ? walk.header(ppp, at, length, end) : walk.linkHeader(ppp, at, length, end))) return;
    const protocol = protocolAt(walk.bytes, at + address, protocolSize);
    const next = at + length;
    const type = typeOfPpp(protocol);
    if (type >= 0) walk.toEtherType(type, next, end);
    else if (protocol === BRIDGED_FRAME) walk.to(bridged, next, end);
    else if (protocol === MULTILINK) walk.to(multilink, next, end);
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const { address, protocolSize } = headerOf(walk.bytes, at, walk.endOf(index));
    const cut = cutHeader(walk, index, address + protocolSize, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    if (address > 0) fields.hex(1, 'Address', 'ppp.address');
    if (address > 0) fields.hex(1, 'Control', 'ppp.control');
    const text = (value: number): string =>
      PROTOCOLS[value] ? `${PROTOCOLS[value]} (${hexText(value)})` : hexText(value);
    const protocol = fields.number(protocolSize, 'Protocol', 'ppp.protocol', text);
    return layerNode(walk, index, text(protocol), fields.nodes);
  },
};

/** Octets of the header: flags for beginning and end, and a 24-bit sequence number (RFC 1990 §3). */
const MULTILINK_HEADER = 4;
const WHOLE = 0xc0;

/** PPP multilink (RFC 1990). Only unfragmented frames are followed. */
const multilink: Layer = {
  id: 'mp',
  name: 'PPP Multilink Protocol',
  walk(walk, at, end) {
    if (!walk.header(multilink, at, MULTILINK_HEADER, end)) return;
    if ((walk.bytes[at]! & WHOLE) === WHOLE) walk.to(ppp, at + MULTILINK_HEADER, end);
  },
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, MULTILINK_HEADER, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, walk.atOf(index));
    const flags = fields.hex(1, 'Flags', 'mp.frag');
    const sequence = fields.number(3, 'Sequence number', 'mp.seq');
    const piece = (flags & WHOLE) === WHOLE ? 'whole' : 'a piece';
    return layerNode(walk, index, `${piece}, sequence ${sequence}`, fields.nodes);
  },
};

/**
 * Length of the header of a bridged frame in PPP: flags and MAC type, then a LAN id if a flag says so (RFC 3518 §4.1).
 * MAC type 1 is Ethernet.
 */
const bridgedLength = (bytes: Uint8Array, at: number): number => (bytes[at]! & 0x40 ? 6 : 2);

const bridged: Layer = {
  id: 'bcp_bpdu',
  name: 'PPP Bridging Control Protocol Bridged PDU',
  walk(walk, at, end) {
    const length = bridgedLength(walk.bytes, at);
    if (walk.header(bridged, at, length, end) && walk.bytes[at + 1] === 1) walk.toEtherType(BRIDGED, at + length, end);
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const length = bridgedLength(walk.bytes, at);
    const cut = cutHeader(walk, index, length, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    fields.hex(1, 'Flags', 'bcp_bpdu.flags');
    fields.number(1, 'MAC type', 'bcp_bpdu.mac_type');
    fields.octets(length - 2, 'LAN id', 'bcp_bpdu.lan_id');
    return layerNode(walk, index, '', fields.nodes);
  },
};

/** Cisco HDLC: address, control, EtherType. */
export const ciscoHdlc: Layer = {
  id: 'chdlc',
  name: 'Cisco HDLC',
  walk(walk, at, end) {
    if (!walk.linkHeader(ciscoHdlc, at, HDLC, end)) return;
    const type = u16(walk.bytes, at + 2);
    if (type !== SLARP) walk.toEtherType(type, at + HDLC, end);
  },
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, HDLC, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, walk.atOf(index));
    fields.hex(1, 'Address', 'chdlc.address');
    fields.hex(1, 'Control', 'chdlc.control');
    const text = (value: number): string => (value === SLARP ? `SLARP (${hexText(value)})` : etherTypeText(value));
    const type = fields.number(2, 'Protocol', 'chdlc.protocol', text);
    return layerNode(walk, index, text(type), fields.nodes);
  },
};

/** A serial line with PPP or Cisco HDLC, depending on the first octet (LINKTYPE_PPP_HDLC). */
export const serial: Layer = {
  ...ppp,
  walk(walk, at, end) {
    const first = walk.bytes[at]!;
    if (first === CISCO_UNICAST || first === CISCO_BROADCAST) ciscoHdlc.walk(walk, at, end);
    else ppp.walk(walk, at, end);
  },
};

const DIRECTION = 1;

/**
 * PPP after an octet that gives the direction: LINKTYPE_PPP_WITH_DIR, and LINKTYPE_PPP_PPPD, where it replaces the
 * address octet.
 */
export const pppWithDirection: Layer = {
  id: 'ppp-direction',
  name: 'PPP direction',
  walk(walk, at, end) {
    if (walk.header(pppWithDirection, at, directionLength(walk, at, end), end)) {
      walk.to(serial, at + directionLength(walk, at, end), end);
    }
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const length = walk.headerEndOf(index) - at;
    const cut = cutHeader(walk, index, DIRECTION, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    const direction = fields.number(1, 'Direction', 'ppp.direction', (value) => (value === 0 ? 'received' : 'sent'));
    fields.octets(length - 1, 'Control', 'ppp.control');
    return layerNode(walk, index, direction === 0 ? 'received' : 'sent', fields.nodes);
  },
};

/** pppd's form has the control octet after the direction; the other has a whole PPP header there. */
const directionLength = (walk: Walk, at: number, end: number): number =>
  end - at >= 2 && walk.bytes[at + 1] === 3 ? DIRECTION + 1 : DIRECTION;

const FRAME_RELAY_NLPIDS: Readonly<Record<number, number>> = { 0xcc: 0x0800, 0x8e: 0x86dd };
const SNAP_NLPID = 0x80;

/**
 * A frame relay header: an address that ends with the octet whose bit 0 is set, then RFC 2427's control and protocol,
 * or an EtherType.
 */
interface FrameRelay {
  readonly addressLength: number;
  readonly length: number;
  /** EtherType of what follows, or -1. */
  readonly type: number;
}

function frameRelayOf(bytes: Uint8Array, at: number, end: number): FrameRelay {
  let addressLength = 2;
  while (addressLength < 4 && at + addressLength - 1 < end && !(bytes[at + addressLength - 1]! & 1)) addressLength++;
  const control = at + addressLength;
  if (control + 2 > end) return { addressLength, length: addressLength + 2, type: -1 };
  // Cisco's own encapsulation has an EtherType right after the address.
  if (bytes[control] !== 3) return { addressLength, length: addressLength + 2, type: u16(bytes, control) };
  const pad = bytes[control + 1] === 0 ? 1 : 0;
  const nlpidAt = control + 1 + pad;
  const nlpid = nlpidAt < end ? bytes[nlpidAt]! : 0;
  const length = addressLength + 2 + pad;
  if (nlpid !== SNAP_NLPID) return { addressLength, length, type: FRAME_RELAY_NLPIDS[nlpid] ?? -1 };
  if (nlpidAt + 6 > end) return { addressLength, length: length + 5, type: -1 };
  const organisation = u16(bytes, nlpidAt + 1) * 256 + bytes[nlpidAt + 3]!;
  const protocol = u16(bytes, nlpidAt + 4);
  // RFC 2427 §4.2: bridged 802.3, with and without its frame check sequence.
  const isBridged = organisation === 0x0080c2 && (protocol === 1 || protocol === 7);
  return { addressLength, length: length + 5, type: organisation === 0 ? protocol : isBridged ? BRIDGED : -1 };
}

/** Frame relay (RFC 2427). */
export const frameRelay: Layer = {
  id: 'fr',
  name: 'Frame Relay',
  walk(walk, at, end) {
    const { length, type } = frameRelayOf(walk.bytes, at, end);
    if (walk.linkHeader(frameRelay, at, length, end) && type >= 0) walk.toEtherType(type, at + length, end);
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const { addressLength, length, type } = frameRelayOf(walk.bytes, at, walk.endOf(index));
    const cut = cutHeader(walk, index, length, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    const dlci = ((walk.bytes[at]! >> 2) << 4) | (walk.bytes[at + 1]! >> 4);
    fields.text(addressLength, 'Address', `DLCI ${dlci}`, 'fr.dlci');
    fields.text(length - addressLength, 'Protocol', type >= 0 ? etherTypeText(type) : 'other', 'fr.nlpid');
    return layerNode(walk, index, `DLCI ${dlci}`, fields.nodes);
  },
};
