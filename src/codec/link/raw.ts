import { cutHeader, HeaderFields, named } from '../header';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';
import { FAMILIES, FAMILY, familyAt, ipTypeAt, typeOfFamily } from './plainLayout';

/** Links with no header, or one that says only which protocol follows. */

/** Continues with IPv4 or IPv6, according to the version number at the start of both. */
export function toIpByVersion(walk: Walk, at: number, end: number): void {
  if (at >= end) return;
  const type = ipTypeAt(walk.bytes, at);
  if (type >= 0) walk.toEtherType(type, at, end);
}

/** Raw IP: the frame begins with the IP header (LINKTYPE_RAW and related types). The layer has no octets of its own. */
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

function familyLayer(id: string, name: string): Layer {
  const layer: Layer = {
    id,
    name,
    walk(walk, at, end) {
      if (!walk.linkHeader(layer, at, FAMILY, end)) return;
      const type = typeOfFamily(familyAt(walk.bytes, at));
      if (type >= 0) walk.toEtherType(type, at + FAMILY, end);
    },
    describe(walk, index, problems) {
      const cut = cutHeader(walk, index, FAMILY, problems);
      if (cut) return cut;
      const fields = new HeaderFields(walk, walk.atOf(index));
      const text = named(FAMILIES, familyAt(walk.bytes, fields.at));
      fields.text(FAMILY, 'Family', text, 'null.family');
      return layerNode(walk, index, text, fields.nodes);
    },
  };
  return layer;
}

/** BSD loopback, with the address family in the capturing machine's byte order (LINKTYPE_NULL). */
export const bsdNull = familyLayer('null', 'BSD loopback');
/** OpenBSD loopback, with the address family in network byte order (LINKTYPE_LOOP). */
export const bsdLoop = familyLayer('loop', 'OpenBSD loopback');
