import { formatIpv6 } from '../codec/bytes';
import { quotedEndpoints } from '../codec/endpoints';
import { quotedDhcpOf } from '../codec/frame';
import type { Walk } from '../codec/walk';
import type { IcmpPacket, QuotedPacket } from './packet';

const ROUTER_ADVERTISEMENT = 134;
const NEIGHBOR_SOLICITATION = 135;
const NEIGHBOR_ADVERTISEMENT = 136;

/** For a router advertisement: whether addresses are available by DHCPv6 (RFC 4861 §4.2). */
function managed({ bytes }: Walk, at: number, end: number): boolean | undefined {
  return bytes[at] === ROUTER_ADVERTISEMENT && end - at >= 6 ? (bytes[at + 5]! & 0x80) !== 0 : undefined;
}

/** The address that a neighbour solicitation or advertisement is about (RFC 4861 §4.3, §4.4). */
function target({ bytes }: Walk, at: number, end: number): string | undefined {
  const names = bytes[at] === NEIGHBOR_SOLICITATION || bytes[at] === NEIGHBOR_ADVERTISEMENT;
  return names && end - at >= 24 ? formatIpv6(bytes, at + 8) : undefined;
}

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
  const version = walk.layers[layer]!.id === 'icmp' ? 4 : 6;
  const quoted = quotedBy(walk);
  const discovers = version === 6 && !quoted;
  // All objects have the same members: V8 describes each object anew that is put together from parts, and a capture may hold a million.
  return {
    version,
    type: walk.bytes[at]!,
    code: walk.bytes[at + 1]!,
    managed: discovers ? managed(walk, at, end) : undefined,
    target: discovers ? target(walk, at, end) : undefined,
    quoted,
  };
}
