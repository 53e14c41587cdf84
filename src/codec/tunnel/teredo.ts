import { u16 } from '../bytes';
import { cutHeader, HeaderFields } from '../header';
import { layerNode } from '../tree';
import type { Layer } from '../walk';

const IPV6 = 0x86dd;
const ORIGIN = 8;

/** Octets of the indicators before the IPv6 packet (RFC 4380 §5.1.1): authentication, then origin, both optional. */
function headerLength(bytes: Uint8Array, at: number, end: number): number {
  let length = 0;
  if (end - at >= 4 && u16(bytes, at) === 1) length = 4 + bytes[at + 2]! + bytes[at + 3]! + 9;
  if (end - at >= length + 2 && u16(bytes, at + length) === 0) length += ORIGIN;
  return length;
}

/** Teredo: IPv6 through an IPv4 NAT, UDP port 3544 (RFC 4380). */
export const teredo: Layer = {
  id: 'teredo',
  name: 'Teredo IPv6 over UDP tunneling',
  walk(walk, at, end) {
    const length = headerLength(walk.bytes, at, end);
    if (walk.header(teredo, at, length, end)) walk.toEtherType(IPV6, at + length, end);
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const length = headerLength(walk.bytes, at, walk.endOf(index));
    const cut = cutHeader(walk, index, length, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    fields.octets(length, 'Authentication and origin', 'teredo.auth');
    return layerNode(walk, index, length > 0 ? 'with indicators' : '', fields.nodes);
  },
};
