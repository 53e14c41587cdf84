import { formatIpv6 } from '../codec/bytes';
import { quotedEndpoints } from '../codec/endpoints';
import { quotedDhcpOf } from '../codec/frame';
import type { Walk } from '../codec/walk';
import type { IcmpPacket } from './packet';

const ROUTER_ADVERTISEMENT = 134;
const NEIGHBOR_SOLICITATION = 135;
const NEIGHBOR_ADVERTISEMENT = 136;

/** The content of a neighbour discovery message (RFC 4861 §4.2 to §4.4). */
function discovery({ bytes }: Walk, at: number, end: number): Pick<IcmpPacket, 'managed' | 'target'> {
  const type = bytes[at]!;
  if (type === ROUTER_ADVERTISEMENT && end - at >= 6) return { managed: (bytes[at + 5]! & 0x80) !== 0 };
  const names = type === NEIGHBOR_SOLICITATION || type === NEIGHBOR_ADVERTISEMENT;
  return names && end - at >= 24 ? { target: formatIpv6(bytes, at + 8) } : {};
}

/** The content of an ICMP or ICMPv6 message; undefined if it is truncated before its type and code. */
export function readIcmp(walk: Walk, layer: number): IcmpPacket | undefined {
  const at = walk.atOf(layer);
  if (walk.endOf(layer) - at < 2) return undefined;
  const icmp = {
    version: walk.layers[layer]!.id === 'icmp' ? (4 as const) : (6 as const),
    type: walk.bytes[at]!,
    code: walk.bytes[at + 1]!,
  };
  const quoted = quotedEndpoints(walk);
  if (!quoted) return icmp.version === 6 ? { ...icmp, ...discovery(walk, at, walk.endOf(layer)) } : icmp;
  const dhcp = quotedDhcpOf(walk);
  if (!dhcp) return { ...icmp, quoted };
  const { length } = dhcp;
  return {
    ...icmp,
    quoted: {
      ...quoted,
      dhcp: { xid: length >= 8 ? dhcp.xid : undefined, chaddr: length >= 34 ? dhcp.chaddr : undefined },
    },
  };
}
