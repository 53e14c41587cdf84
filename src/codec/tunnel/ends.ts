import { formatIpv4, formatIpv6 } from '../bytes';
import type { Walk } from '../walk';

/** A tunnel that carries a frame: its protocol, and the addresses of the outer IP header. */
export interface Tunnel {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** By id of the layer. What copies a port’s traffic (ERSPAN, TZSP) goes one way, whatever is in it, and is none. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['capwap.data', 'CAPWAP'],
  ['gre', 'GRE'],
  ['vxlan', 'VXLAN'],
  ['vxlan-gpe', 'VXLAN'],
  ['geneve', 'GENEVE'],
  ['etherip', 'EtherIP'],
  ['l2tp', 'L2TP'],
]);

/** The outermost tunnel of a frame; undefined if there is none. */
export function tunnelOf(walk: Walk): Tunnel | undefined {
  const { layers, depth, bytes } = walk;
  // Without a second IP header or a second link, only the tunnel’s own messages (CAPWAP’s keep-alives) are left.
  if (depth === 0 || (walk.ip < 3 && walk.link < 2 && !NAMES.has(layers[depth - 1]!.id))) return undefined;
  let outer = -1;
  const end = walk.quotedFrom >= 0 ? walk.quotedFrom : depth;
  for (let i = 0; i < end; i++) {
    const { id } = layers[i]!;
    const name = NAMES.get(id);
    if (name !== undefined && outer >= 0) {
      if (i + 1 < end && layers[i + 1]!.id === 'erspan') return undefined;
      const at = walk.atOf(outer);
      return layers[outer]!.id === 'ip'
        ? { name, from: formatIpv4(bytes, at + 12), to: formatIpv4(bytes, at + 16) }
        : { name, from: formatIpv6(bytes, at + 8), to: formatIpv6(bytes, at + 24) };
    }
    if (id === 'ip' || id === 'ipv6') outer = i;
  }
  return undefined;
}
