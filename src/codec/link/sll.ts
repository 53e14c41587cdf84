import { formatMac, u16, u32 } from '../bytes';
import { cutHeader, HeaderFields, named } from '../header';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';
import { etherTypeText } from './ethertypes';
import { hardwareText, IEEE80211_HARDWARE, RADIOTAP_HARDWARE } from './hardware';
import { llc } from './llc';

/**
 * Linux “cooked” captures, written by libpcap for the `any` device and for links without a usable header
 * (LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2 in the tcpdump group's registry).
 */

const SLL = 16;
const SLL2 = 20;

/** Offsets of the fields that both versions have. */
interface Shape {
  readonly length: number;
  readonly protocol: number;
  readonly hardware: number;
  readonly packetType: number;
  readonly packetTypeSize: number;
  readonly addressLength: number;
  readonly addressLengthSize: number;
  readonly address: number;
}
const SHAPE1: Shape = {
  length: SLL,
  packetType: 0,
  packetTypeSize: 2,
  hardware: 2,
  addressLength: 4,
  addressLengthSize: 2,
  address: 6,
  protocol: 14,
};
const SHAPE2: Shape = {
  length: SLL2,
  protocol: 0,
  hardware: 8,
  packetType: 10,
  packetTypeSize: 1,
  addressLength: 11,
  addressLengthSize: 1,
  address: 12,
};

const SENT_HERE = 4;
const PACKET_TYPES: Readonly<Record<number, string>> = {
  0: 'to us',
  1: 'broadcast',
  2: 'multicast',
  3: 'to somebody else',
  [SENT_HERE]: 'sent by us',
};

/** Protocol values that are not EtherTypes: 802.3 with LLC, and Novell's 802.3 without LLC. */
const LLC_PROTOCOL = 4;
const LLC_PROTOCOLS: Readonly<Record<number, string>> = { 1: 'Novell 802.3', [LLC_PROTOCOL]: '802.2 LLC' };

function next(walk: Walk, shape: Shape, at: number, end: number): void {
  const hardware = u16(walk.bytes, at + shape.hardware);
  const protocol = u16(walk.bytes, at + shape.protocol);
  const payload = at + shape.length;
  // These two links have their own header after the cooked one.
  if (hardware === IEEE80211_HARDWARE) walk.toLinkType(105, payload, end);
  else if (hardware === RADIOTAP_HARDWARE) walk.toLinkType(127, payload, end);
  else if (protocol === LLC_PROTOCOL) walk.to(llc, payload, end);
  else walk.toEtherType(protocol, payload, end);
}

/** Number of octets used in the address field. The field has 8 octets, even if the length field says more. */
function addressLength(bytes: Uint8Array, at: number, shape: Shape): number {
  const length =
    shape.addressLengthSize === 2 ? u16(bytes, at + shape.addressLength) : bytes[at + shape.addressLength]!;
  return Math.min(length, 8);
}

/**
 * Index of the interface on which a version 2 cooked frame was captured; undefined for other frames, or if the header
 * is cut.
 */
export function cookedInterface(walk: Walk): number | undefined {
  if (walk.layers[0] !== sll2 || walk.headerEndOf(0) - walk.atOf(0) < SLL2) return undefined;
  return u32(walk.bytes, walk.atOf(0) + 4);
}

/** Source address of cooked layer `index` (`sll` or `sll2`); undefined if the link has none, or the header is cut. */
export function sllSource(walk: Walk, index: number): string | undefined {
  const shape = walk.layers[index] === sll2 ? SHAPE2 : SHAPE1;
  const at = walk.atOf(index);
  if (walk.headerEndOf(index) - at < shape.length) return undefined;
  const length = addressLength(walk.bytes, at, shape);
  return length > 0 ? formatMac(walk.bytes, at + shape.address, length) : undefined;
}

function packetType(walk: Walk, index: number, shape: Shape): number {
  const at = walk.atOf(index) + shape.packetType;
  return shape.packetTypeSize === 2 ? u16(walk.bytes, at) : walk.bytes[at]!;
}

/** Whether cooked layer `index` says that the capturing host itself sent the frame; false if the header is cut. */
export function sllSentHere(walk: Walk, index: number): boolean {
  const shape = walk.layers[index] === sll2 ? SHAPE2 : SHAPE1;
  return walk.headerEndOf(index) - walk.atOf(index) >= shape.length && packetType(walk, index, shape) === SENT_HERE;
}

function summary(walk: Walk, index: number, shape: Shape): string {
  const type = packetType(walk, index, shape);
  return `${sllSource(walk, index) ?? 'no address'}, ${PACKET_TYPES[type] ?? `packet type ${type}`}`;
}

const protocolText = (protocol: number): string => LLC_PROTOCOLS[protocol] ?? etherTypeText(protocol);

function addressFields(walk: Walk, index: number, fields: HeaderFields, shape: Shape, key: string): void {
  const used = addressLength(walk.bytes, walk.atOf(index), shape);
  if (used > 0) fields.text(used, 'Source', formatMac(walk.bytes, fields.at, used), `${key}.src.eth`);
  fields.octets(8 - used, 'Unused');
}

/** Linux cooked capture, version 1. */
export const sll: Layer = {
  id: 'sll',
  name: 'Linux cooked capture v1',
  walk(walk, at, end) {
    if (walk.linkHeader(sll, at, SLL, end)) next(walk, SHAPE1, at, end);
  },
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, SLL, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, walk.atOf(index));
    fields.number(2, 'Packet type', 'sll.pkttype', (type) => named(PACKET_TYPES, type));
    fields.number(2, 'Link-layer address type', 'sll.hatype', hardwareText);
    fields.number(2, 'Link-layer address length', 'sll.halen');
    addressFields(walk, index, fields, SHAPE1, 'sll');
    fields.number(2, 'Protocol', 'sll.etype', protocolText);
    return layerNode(walk, index, summary(walk, index, SHAPE1), fields.nodes);
  },
};

/** Linux cooked capture, version 2, which adds the interface. */
export const sll2: Layer = {
  id: 'sll2',
  name: 'Linux cooked capture v2',
  walk(walk, at, end) {
    if (walk.linkHeader(sll2, at, SLL2, end)) next(walk, SHAPE2, at, end);
  },
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, SLL2, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, walk.atOf(index));
    fields.number(2, 'Protocol', 'sll.etype', protocolText);
    fields.octets(2, 'Reserved');
    fields.number(4, 'Interface index', 'sll.ifindex');
    fields.number(2, 'Link-layer address type', 'sll.hatype', hardwareText);
    fields.number(1, 'Packet type', 'sll.pkttype', (type) => named(PACKET_TYPES, type));
    fields.number(1, 'Link-layer address length', 'sll.halen');
    addressFields(walk, index, fields, SHAPE2, 'sll');
    return layerNode(walk, index, summary(walk, index, SHAPE2), fields.nodes);
  },
};
