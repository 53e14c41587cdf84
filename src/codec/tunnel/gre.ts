import { u16, u32 } from '../bytes';
import { cutHeader, HeaderFields, hexText } from '../header';
import { etherTypeText } from '../link/ethertypes';
import { vlan } from '../link/ethernet';
import { ppp } from '../link/ppp';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';

/** Generic routing encapsulation, and the mirrored frames that Cisco switches send in it. */

const CHECKSUM = 0x8000;
const ROUTING = 0x4000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;
/** In version 1 only. */
const ACKNOWLEDGMENT = 0x0080;

const PPP = 0x880b;
const ERSPAN = 0x88be;
const ERSPAN3 = 0x22eb;
const BRIDGED = 0x6558;
/**
 * In NVGRE, the key's low octet distinguishes flows within a virtual subnet. Subnet ids below 0x1000 are not assigned
 * (RFC 7637 §3.2).
 */
const FLOW_BITS = 8;
const FIRST_SUBNET = 0x1000;

function greLength(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 4) return 4;
  const flags = u16(bytes, at);
  return (
    4 +
    (flags & (CHECKSUM | ROUTING) ? 4 : 0) +
    (flags & KEY ? 4 : 0) +
    (flags & SEQUENCE ? 4 : 0) +
    ((flags & 7) === 1 && flags & ACKNOWLEDGMENT ? 4 : 0)
  );
}

/** GRE (RFC 2784; key and sequence number: RFC 2890), and PPTP's version 1 (RFC 2637 §4.1). */
export const gre: Layer = {
  id: 'gre',
  name: 'Generic Routing Encapsulation',
  walk(walk, at, end) {
    const length = greLength(walk.bytes, at, end);
    if (!walk.header(gre, at, length, end)) return;
    const flags = u16(walk.bytes, at);
    // Source routes (RFC 1701) would precede the payload, but are no longer used.
    if (flags & ROUTING || (flags & 7) > 1) return;
    const type = u16(walk.bytes, at + 2);
    const next = at + length;
    if (type === PPP) walk.to(ppp, next, end);
    // Type I has no header of its own; it is recognised by the missing sequence number (draft-foschiano-erspan §4.1).
    else if (type === ERSPAN && !(flags & SEQUENCE)) walk.toEtherType(BRIDGED, next, end);
    else if (type === ERSPAN) walk.to(erspan2, next, end);
    else if (type === ERSPAN3) walk.to(erspan3, next, end);
    else walk.toEtherType(type, next, end);
  },
  network(walk, index) {
    const at = walk.atOf(index);
    if (walk.headerEndOf(index) - at < greLength(walk.bytes, at, walk.headerEndOf(index))) return undefined;
    const flags = u16(walk.bytes, at);
    if ((flags & 7) !== 0 || !(flags & KEY)) return undefined;
    const key = u32(walk.bytes, at + (flags & (CHECKSUM | ROUTING) ? 8 : 4));
    const subnet = key >>> FLOW_BITS;
    const bridged = u16(walk.bytes, at + 2) === BRIDGED;
    return bridged && subnet >= FIRST_SUBNET ? `VSID ${subnet}` : `GRE key ${key}`;
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const cut = cutHeader(walk, index, greLength(walk.bytes, at, walk.endOf(index)), problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    const flags = fields.hex(2, 'Flags and version', 'gre.flags_and_version');
    const type = fields.number(2, 'Protocol type', 'gre.proto', etherTypeText);
    if (flags & (CHECKSUM | ROUTING)) {
      fields.hex(2, 'Checksum', 'gre.checksum');
      fields.octets(2, 'Reserved');
    }
    let key = '';
    if ((flags & 7) === 1) {
      fields.number(2, 'Payload length', 'gre.key.payload_length');
      key = `, call ${fields.number(2, 'Call id', 'gre.key.call_id')}`;
    } else if (flags & KEY) key = `, key ${hexText(fields.hex(4, 'Key', 'gre.key'), 8)}`;
    if (flags & SEQUENCE) fields.number(4, 'Sequence number', 'gre.sequence_number');
    fields.octets(walk.headerEndOf(index) - fields.at, 'Acknowledgment number', 'gre.ack_number');
    return layerNode(walk, index, `${etherTypeText(type)}${key}`, fields.nodes);
  },
};

const ERSPAN2_HEADER = 8;

/** ERSPAN type II: an Ethernet frame mirrored by a switch (draft-foschiano-erspan §4.2). */
export const erspan2: Layer = {
  id: 'erspan',
  name: 'Encapsulated Remote Switch Packet ANalysis Type II',
  walk(walk, at, end) {
    if (walk.header(erspan2, at, ERSPAN2_HEADER, end)) walk.toEtherType(BRIDGED, at + ERSPAN2_HEADER, end);
  },
  network: mirroredVlan,
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, ERSPAN2_HEADER, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, walk.atOf(index));
    const text = sessionFields(fields, u16(walk.bytes, fields.at), u16(walk.bytes, fields.at + 2));
    fields.hex(4, 'Index', 'erspan.index');
    return layerNode(walk, index, text, fields.nodes);
  },
};

/**
 * The VLAN of the mirrored frame, as if the frame still had its tag. Undefined if it does have its tag, was not in a
 * VLAN, or if the header is cut.
 */
function mirroredVlan(walk: Walk, index: number): string | undefined {
  const at = walk.atOf(index);
  const tagged = index + 2 < walk.depth && walk.layers[index + 2] === vlan;
  if (tagged || walk.headerEndOf(index) - at < 2) return undefined;
  const id = u16(walk.bytes, at) & 0xfff;
  return id === 0 ? undefined : String(id);
}

/** Adds version, VLAN and session, with which both types begin. */
function sessionFields(fields: HeaderFields, first: number, second: number): string {
  fields.over(1, 'Version', String(first >> 12), 'erspan.version');
  fields.text(2, 'VLAN', String(first & 0xfff), 'erspan.vlan');
  fields.text(2, 'Session', String(second & 0x3ff), 'erspan.spanid');
  return `session ${second & 0x3ff}, VLAN ${first & 0xfff}`;
}

/**
 * Type III has 12 octets, and 8 more if the last bit says so. Bits 11 to 15 of the tenth octet give the frame's kind
 * (0: Ethernet).
 */
const ERSPAN3_HEADER = 12;
const erspan3Length = (bytes: Uint8Array, at: number, end: number): number =>
  end - at >= ERSPAN3_HEADER && bytes[at + 11]! & 1 ? ERSPAN3_HEADER + 8 : ERSPAN3_HEADER;
const frameType = (bytes: Uint8Array, at: number): number => (bytes[at + 10]! >> 2) & 0x1f;

/** ERSPAN type III (draft-foschiano-erspan §4.3). */
export const erspan3: Layer = {
  id: 'erspan',
  name: 'Encapsulated Remote Switch Packet ANalysis Type III',
  walk(walk, at, end) {
    const length = erspan3Length(walk.bytes, at, end);
    if (!walk.header(erspan3, at, length, end)) return;
    const kind = frameType(walk.bytes, at);
    if (kind === 0) walk.toEtherType(BRIDGED, at + length, end);
    else if (kind === 2) walk.toLinkType(101, at + length, end);
  },
  network: mirroredVlan,
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const length = erspan3Length(walk.bytes, at, walk.endOf(index));
    const cut = cutHeader(walk, index, length, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    const text = sessionFields(fields, u16(walk.bytes, at), u16(walk.bytes, at + 2));
    fields.number(4, 'Time stamp', 'erspan.timestamp');
    fields.hex(2, 'Security group tag', 'erspan.sgt');
    fields.text(2, 'Frame type and hardware', hexText(u16(walk.bytes, fields.at)), 'erspan.hw');
    fields.octets(length - ERSPAN3_HEADER, 'Platform');
    return layerNode(walk, index, text, fields.nodes);
  },
};
