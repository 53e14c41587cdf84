import { formatIpv6, u16 } from '../codec/bytes';
import { quotedEndpoints } from '../codec/endpoints';
import { quotedDhcpOf } from '../codec/frame';
import { icmpv6, neighbourTarget, readRouterFlags } from '../codec/ip/icmpv6';
import type { Walk } from '../codec/walk';
import type { IcmpPacket, QuotedPacket } from './packet';

/** What an error quotes; undefined if it quotes no IP datagram. */
function quotedBy(walk: Walk): QuotedPacket | undefined {
  const endpoints = quotedEndpoints(walk);
  if (!endpoints) return undefined;
  const { source, destination, sourcePort, destinationPort } = endpoints;
  const message = quotedDhcpOf(walk);
  const dhcp = message && {
    xid: message.length >= 8 ? message.xid : undefined,
    chaddr: message.length >= 34 ? message.chaddr : undefined,
  };
  return { source, destination, sourcePort, destinationPort, dhcp };
}

/** The content of an ICMP or ICMPv6 message; undefined if it is truncated before its type and code. */
export function readIcmp(walk: Walk, layer: number): IcmpPacket | undefined {
  const at = walk.atOf(layer);
  const end = walk.endOf(layer);
  if (end - at < 2) return undefined;
  const target = neighbourTarget(walk, layer);
  const flags = readRouterFlags(walk, layer);
  const version = walk.layers[layer] === icmpv6 ? 6 : 4;
  const [type, code] = [walk.bytes[at]!, walk.bytes[at + 1]!];
  // All objects have the same members: V8 describes each object anew that is put together from parts, and a capture may hold a million.
  return {
    version,
    type,
    code,
    mtu: version === 4 && type === 3 && code === 4 && end - at >= 8 ? u16(walk.bytes, at + 6) : undefined,
    managed: flags?.managed,
    other: flags?.other,
    target: target === undefined ? undefined : formatIpv6(walk.bytes, target),
    quoted: quotedBy(walk),
  };
}
