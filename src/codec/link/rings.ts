import { formatMac } from '../bytes';
import { cutHeader, HeaderFields } from '../header';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';
import { macText } from './ethernet';
import { llc } from './llc';

/** Ring networks: IEEE 802.5 Token Ring and FDDI. Both carry LLC. */

const TOKEN_RING = 14;
/**
 * The first bit of the source address says whether a route follows. The low 5 bits of the route's first octet are its
 * length (IEEE 802.5, source routing).
 */
const hasRoute = (bytes: Uint8Array, at: number): boolean => (bytes[at + 8]! & 0x80) !== 0;

function tokenRingLength(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < TOKEN_RING || !hasRoute(bytes, at)) return TOKEN_RING;
  return TOKEN_RING + (end - at > TOKEN_RING ? bytes[at + TOKEN_RING]! & 0x1f : 2);
}

/** The source address without the bit that announces a route. */
function tokenRingSource(bytes: Uint8Array, at: number): string {
  const address = bytes.slice(at + 8, at + 14);
  address[0]! &= 0x7f;
  return formatMac(address, 0);
}

/** Token Ring (IEEE 802.5), LINKTYPE_IEEE802_5. */
export const tokenRing: Layer = {
  id: 'tr',
  name: 'Token-Ring',
  walk(walk, at, end) {
    const length = tokenRingLength(walk.bytes, at, end);
    if (!walk.linkHeader(tokenRing, at, length, end)) return;
    // The two high bits of frame control: 01 is LLC, 00 is ring management.
    if (walk.bytes[at + 1]! >> 6 === 1) walk.to(llc, at + length, end);
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const length = tokenRingLength(walk.bytes, at, walk.endOf(index));
    const cut = cutHeader(walk, index, length, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    fields.hex(1, 'Access control', 'tr.ac');
    fields.hex(1, 'Frame control', 'tr.fc');
    const destination = fields.mac('Destination', 'tr.dst');
    const source = tokenRingSource(walk.bytes, at);
    fields.text(6, 'Source', hasRoute(walk.bytes, at) ? `${source}, with route` : source, 'tr.src');
    fields.octets(length - TOKEN_RING, 'Route', 'tr.rif');
    return layerNode(walk, index, `${source} → ${destination}`, fields.nodes);
  },
};

const FDDI = 13;

/** FDDI sends the bits of each address octet in reverse order, and captures keep that order. */
function fddiAddress(bytes: Uint8Array, at: number): string {
  const address = new Uint8Array(6);
  for (let i = 0; i < 6; i++)
    for (let bit = 0; bit < 8; bit++) if (bytes[at + i]! & (1 << bit)) address[i]! |= 0x80 >> bit;
  return formatMac(address, 0);
}

/** FDDI (ISO 9314), LINKTYPE_FDDI. */
export const fddi: Layer = {
  id: 'fddi',
  name: 'Fiber Distributed Data Interface',
  walk(walk, at, end) {
    if (!walk.linkHeader(fddi, at, FDDI, end)) return;
    // Frame control 0x50 to 0x5f and 0xd0 to 0xdf: LLC frames.
    if ((walk.bytes[at]! & 0x70) === 0x50) walk.to(llc, at + FDDI, end);
  },
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, FDDI, problems);
    if (cut) return cut;
    const at = walk.atOf(index);
    const fields = new HeaderFields(walk, at);
    fields.hex(1, 'Frame control', 'fddi.fc');
    const destination = fddiAddress(walk.bytes, at + 1);
    const source = fddiAddress(walk.bytes, at + 7);
    fields.text(6, 'Destination', macText(destination), 'fddi.dst');
    fields.text(6, 'Source', source, 'fddi.src');
    return layerNode(walk, index, `${source} → ${destination}`, fields.nodes);
  },
};

/** Source or destination address of ring layer `index`; undefined if its header is cut. */
export function ringAddress(walk: Walk, index: number, which: 'source' | 'destination'): string | undefined {
  const at = walk.atOf(index);
  const have = walk.headerEndOf(index) - at;
  if (walk.layers[index] === fddi)
    return have >= FDDI ? fddiAddress(walk.bytes, at + (which === 'source' ? 7 : 1)) : undefined;
  if (have < TOKEN_RING) return undefined;
  return which === 'source' ? tokenRingSource(walk.bytes, at) : formatMac(walk.bytes, at + 2);
}
