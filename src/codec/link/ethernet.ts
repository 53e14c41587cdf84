import { formatMac, u16 } from '../bytes';
import type { Field } from '../field';
import { cutHeader, HeaderFields, octetsText } from '../header';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';
import { etherTypeText } from './ethertypes';
import { llc } from './llc';

const HEADER = 14;
const TAG = 4;
/** Values of the type field up to this are a length, and an 802.2 LLC header follows (IEEE 802.3 §3.2.6). */
const LARGEST_LENGTH = 1500;

/** Continues after a type-or-length field (IEEE 802.3 §3.2.6) whose payload begins at `at`. */
export function toTypeOrLength(walk: Walk, type: number, at: number, end: number): void {
  // A length says where the payload ends; anything after that is padding.
  if (type <= LARGEST_LENGTH) walk.to(llc, at, Math.min(end, at + type));
  else walk.toEtherType(type, at, end);
}

/** A type-or-length field for the tree. */
export function typeOrLengthText(type: number): string {
  return type <= LARGEST_LENGTH ? `${octetsText(type)} (802.3 length)` : etherTypeText(type);
}

/** A link-layer address, with a note if it is broadcast or multicast. */
export function macText(address: string): string {
  if (address === 'ff:ff:ff:ff:ff:ff') return `${address} (broadcast)`;
  return parseInt(address.slice(0, 2), 16) & 1 ? `${address} (multicast)` : address;
}

/**
 * Whether the octets at `at` look like an Ethernet header, for tunnels that do not say what they carry: the source is
 * not a group address (IEEE 802.3 §3.2.3), and the type is known to the walk or is a length that fits.
 */
export function looksLikeEthernet(walk: Walk, at: number, end: number): boolean {
  if (end - at < HEADER || walk.bytes[at + 6]! & 1) return false;
  const type = u16(walk.bytes, at + 12);
  if (type > LARGEST_LENGTH) return walk.dispatch.etherType.has(type);
  return type >= 3 && at + HEADER + type <= end;
}

/** Ethernet (DIX and 802.3). */
export const ethernet: Layer = {
  id: 'eth',
  name: 'Ethernet II',
  walk(walk, at, end) {
    if (!walk.linkHeader(ethernet, at, HEADER, end)) return;
    toTypeOrLength(walk, u16(walk.bytes, at + 12), at + HEADER, end);
  },
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, HEADER, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, walk.atOf(index));
    const destination = fields.mac('Destination', 'eth.dst', macText);
    const source = fields.mac('Source', 'eth.src', macText);
    const type = u16(walk.bytes, fields.at);
    if (type <= LARGEST_LENGTH) fields.number(2, 'Length', 'eth.len', typeOrLengthText);
    else fields.number(2, 'Type', 'eth.type', typeOrLengthText);
    return layerNode(walk, index, `${source} → ${destination}`, fields.nodes);
  },
};

/** An 802.1Q or 802.1ad tag: 16 bits of priority and VLAN id, then the next EtherType (IEEE 802.1Q §9.6). */
export const vlan: Layer = {
  id: 'vlan',
  name: '802.1Q Virtual LAN',
  walk(walk, at, end) {
    if (walk.header(vlan, at, TAG, end)) toTypeOrLength(walk, u16(walk.bytes, at + 2), at + TAG, end);
  },
  describe(walk, index, problems): Field {
    const cut = cutHeader(walk, index, TAG, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, walk.atOf(index));
    const tag = u16(walk.bytes, fields.at);
    fields
      .over(1, 'Priority', String(tag >> 13), 'vlan.priority')
      .over(1, 'Drop eligible', tag & 0x1000 ? 'yes' : 'no', 'vlan.dei')
      .text(2, 'VLAN ID', vlanIdText(tag & 0xfff), 'vlan.id')
      .number(2, 'Type', 'vlan.etype', typeOrLengthText);
    return layerNode(walk, index, `VLAN ${tag & 0xfff}, priority ${tag >> 13}`, fields.nodes);
  },
};

function vlanIdText(id: number): string {
  if (id === 0) return '0 (no VLAN, priority only)';
  return id === 0xfff ? '4095 (reserved)' : String(id);
}

/**
 * The VLAN ids before the innermost IP layer, outermost first. Those outside a tunnel (before layer `from`) or in a
 * quotation do not count.
 */
export function vlanIds(walk: Walk, from = 0): number[] {
  const ids: number[] = [];
  const end = walk.quotedFrom >= 0 ? walk.quotedFrom : walk.depth;
  for (let i = Math.max(walk.link, from); i < end; i++) {
    if (walk.layers[i] === vlan && walk.headerEndOf(i) - walk.atOf(i) === TAG)
      ids.push(u16(walk.bytes, walk.atOf(i)) & 0xfff);
  }
  return ids;
}

/** Source address of Ethernet layer `index`; undefined if its header is cut. */
export function ethernetSource(walk: Walk, index: number): string | undefined {
  const at = walk.atOf(index);
  return walk.headerEndOf(index) - at === HEADER ? formatMac(walk.bytes, at + 6) : undefined;
}

/** Destination address of Ethernet layer `index`; undefined if its header is cut. */
export function ethernetDestination(walk: Walk, index: number): string | undefined {
  const at = walk.atOf(index);
  return walk.headerEndOf(index) - at === HEADER ? formatMac(walk.bytes, at) : undefined;
}
