import { u32, u32le } from '../bytes';
import { cutHeader, HeaderFields, named } from '../header';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';

/** Links with no header, or one that says nothing but which protocol follows. */

const IPV4 = 0x0800;
const IPV6 = 0x86dd;

/** Goes on with IPv4 or IPv6, by the version number that both begin with. */
export function toIpByVersion(walk: Walk, at: number, end: number): void {
  if (at >= end) return;
  const version = walk.bytes[at]! >> 4;
  if (version === 4) walk.toEtherType(IPV4, at, end);
  else if (version === 6) walk.toEtherType(IPV6, at, end);
}

/** Raw IP: the frame begins with the IP header (LINKTYPE_RAW and its kin). The layer has no octets of its own. */
export const raw: Layer = {
  id: 'raw',
  name: 'Raw IP',
  walk(walk, at, end) {
    if (walk.linkHeader(raw, at, 0, end)) toIpByVersion(walk, at, end);
  },
  describe(walk, index) {
    return layerNode(walk, index, 'no link-layer header', []);
  },
};

const NULL_HEADER = 4;
/** Address families of the BSDs, macOS and Linux for the two protocols; IPv6's number is another in each. */
const FAMILIES: Readonly<Record<number, string>> = {
  2: 'IPv4',
  10: 'IPv6 (Linux)',
  23: 'IPv6 (Windows)',
  24: 'IPv6 (NetBSD, OpenBSD)',
  28: 'IPv6 (FreeBSD)',
  30: 'IPv6 (macOS)',
};

/** The address family, in whichever byte order gives a small number: it was written in the order of the capturing machine. */
function family(bytes: Uint8Array, at: number): number {
  const big = u32(bytes, at);
  return big <= 0xffff ? big : u32le(bytes, at);
}

function familyLayer(id: string, name: string): Layer {
  const layer: Layer = {
    id,
    name,
    walk(walk, at, end) {
      if (!walk.linkHeader(layer, at, NULL_HEADER, end)) return;
      const value = family(walk.bytes, at);
      const next = at + NULL_HEADER;
      if (value === 2) walk.toEtherType(IPV4, next, end);
      else if (value in FAMILIES) walk.toEtherType(IPV6, next, end);
      // Some systems write an EtherType.
      else if (value >= 0x0600 && value <= 0xffff) walk.toEtherType(value, next, end);
    },
    describe(walk, index, problems) {
      const cut = cutHeader(walk, index, NULL_HEADER, problems);
      if (cut) return cut;
      const fields = new HeaderFields(walk, walk.atOf(index));
      const text = named(FAMILIES, family(walk.bytes, fields.at));
      fields.text(NULL_HEADER, 'Family', text, 'null.family');
      return layerNode(walk, index, text, fields.nodes);
    },
  };
  return layer;
}

/** BSD loopback, the family in the capturing machine's byte order (LINKTYPE_NULL). */
export const bsdNull = familyLayer('null', 'BSD loopback');
/** OpenBSD loopback, the family in network order (LINKTYPE_LOOP). */
export const bsdLoop = familyLayer('loop', 'OpenBSD loopback');
