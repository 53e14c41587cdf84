import { formatIpv4, formatIpv6, u16, u32 } from './bytes';
import { ethernet, ethernetDestination, ethernetSource, vlanIds } from './link/ethernet';
import { fddi, ringAddress, tokenRing } from './link/rings';
import { cookedInterface, sll, sll2, sllSentHere, sllSource } from './link/sll';
import { aggregated, wifiAddress } from './link/wifi';
import type { Walk } from './walk';

/**
 * Addresses and ports of a frame, read from a finished walk without building a tree. All functions look at the frame's
 * own innermost layers, never at what an ICMP error quotes.
 */

/** Source address of the innermost link, as colon hex; undefined if the link has none, or its header is cut. */
export function ethSource(walk: Walk): string | undefined {
  const index = walk.link;
  if (index < 0) return undefined;
  const layer = walk.layers[index]!;
  if (layer === ethernet) return ethernetSource(walk, index);
  if (layer === sll || layer === sll2) return sllSource(walk, index);
  if (layer === tokenRing || layer === fddi) return ringAddress(walk, index, 'source');
  // Its addresses are at the same offsets as Ethernet's.
  if (layer === aggregated) return ethernetSource(walk, index);
  return layer.id === 'wlan' ? wifiAddress(walk, index, 'source') : undefined;
}

/**
 * Destination address of the innermost link, as colon hex; undefined if the link has none (Linux cooked), or its header
 * is cut.
 */
export function ethDestination(walk: Walk): string | undefined {
  const index = walk.link;
  if (index < 0) return undefined;
  const layer = walk.layers[index]!;
  if (layer === ethernet) return ethernetDestination(walk, index);
  if (layer === tokenRing || layer === fddi) return ringAddress(walk, index, 'destination');
  if (layer === aggregated) return ethernetDestination(walk, index);
  return layer.id === 'wlan' ? wifiAddress(walk, index, 'destination') : undefined;
}

/** Whether the capturing host itself sent the frame; undefined where the link does not say so (only Linux cooked captures do). */
export function sentHere(walk: Walk): boolean | undefined {
  const layer = walk.link < 0 ? undefined : walk.layers[walk.link];
  return layer === sll || layer === sll2 ? sllSentHere(walk, walk.link) : undefined;
}

export { vlanIds } from './link/ethernet';

/**
 * Ids that tell the network of a frame's innermost link from other networks at the same capture point: the overlay's
 * number or the BSSID, then the VLANs inside it, outermost first. Layers outside a tunnel do not count.
 */
export function networkIds(walk: Walk): (string | number)[] {
  const index = overlayIndex(walk);
  return index < 0 ? vlanIds(walk) : [walk.layers[index]!.network!(walk, index)!, ...vlanIds(walk, index)];
}

/** The VLAN ids of a frame's innermost link, outermost first. */
export function linkVlans(walk: Walk): number[] {
  return vlanIds(walk, Math.max(0, overlayIndex(walk)));
}

/** Index of the layer that names the overlay network or BSSID of a frame's innermost link; -1 if there is none. */
function overlayIndex(walk: Walk): number {
  const end = walk.quotedFrom >= 0 ? walk.quotedFrom : walk.depth;
  for (let i = end - 1; i >= 0; i--) if (walk.layers[i]!.network?.(walk, i) !== undefined) return i;
  return -1;
}

/**
 * Name of the link on which a frame was captured: the number of the capture's interface, the interface named in the
 * frame if the capture covers all interfaces (LINKTYPE_LINUX_SLL2), and its networks. Undefined if that is only the
 * number. `linked` is the walk that holds the innermost link: that of the frame, or of the datagram that the frame
 * completed.
 */
export function linkName(walk: Walk, linked: Walk, captureInterface: number): string | undefined {
  const networks = networkIds(linked);
  // In a capture of all interfaces, each frame names the interface it was captured on.
  const cooked = cookedInterface(walk);
  if (cooked !== undefined) return [`${captureInterface}:${cooked}`, ...networks].join('/');
  return networks.length > 0 ? [captureInterface, ...networks].join('/') : undefined;
}

/** Index of the innermost IP layer; -1 if there is none inside the innermost link (ARP in a tunnel has no IP of its own). */
function ipIndex(walk: Walk): number {
  return walk.ip > walk.link ? walk.ip : -1;
}

function ipAddress(walk: Walk, ipv4At: number, ipv6At: number): string | undefined {
  const index = ipIndex(walk);
  if (index < 0) return undefined;
  const at = walk.atOf(index);
  return walk.layers[index]!.id === 'ip' ? formatIpv4(walk.bytes, at + ipv4At) : formatIpv6(walk.bytes, at + ipv6At);
}

/** Source address of the innermost IP layer; undefined if there is none. */
export function ipSource(walk: Walk): string | undefined {
  return ipAddress(walk, 12, 8);
}

/** Destination address of the innermost IP layer; undefined if there is none. */
export function ipDestination(walk: Walk): string | undefined {
  return ipAddress(walk, 16, 24);
}

/**
 * Both addresses of the innermost IP layer, only for comparison with others from this function: IPv4 as numbers, IPv6
 * as strings of eight 16-bit characters. Undefined if there is none.
 */
export function ipAddresses(
  walk: Walk,
): { readonly source: number | string; readonly destination: number | string } | undefined {
  const index = ipIndex(walk);
  if (index < 0) return undefined;
  const at = walk.atOf(index);
  const { bytes } = walk;
  return walk.layers[index]!.id === 'ip'
    ? { source: u32(bytes, at + 12), destination: u32(bytes, at + 16) }
    : { source: ipv6Key(bytes, at + 8), destination: ipv6Key(bytes, at + 24) };
}

/** An IPv6 address in the form that `ipAddresses` uses. */
export const ipv6Key = (bytes: Uint8Array, at: number): string =>
  String.fromCharCode(
    u16(bytes, at),
    u16(bytes, at + 2),
    u16(bytes, at + 4),
    u16(bytes, at + 6),
    u16(bytes, at + 8),
    u16(bytes, at + 10),
    u16(bytes, at + 12),
    u16(bytes, at + 14),
  );

/** Index of the UDP or TCP layer of the innermost IP layer; -1 if there is none. */
function portsIndex(walk: Walk): number {
  const ip = ipIndex(walk);
  // Pasted octets may begin with UDP.
  if (ip < 0) return walk.udp === 0 ? 0 : -1;
  if (walk.udp > ip) return walk.udp;
  const end = walk.quotedFrom >= 0 ? walk.quotedFrom : walk.depth;
  const last = end - 1;
  return last > ip && walk.layers[last]!.id === 'tcp' ? last : -1;
}

/** Source port of the UDP or TCP layer of the innermost IP layer; undefined if there is none, or it is cut. */
export function sourcePort(walk: Walk): number | undefined {
  const index = portsIndex(walk);
  return index < 0 ? undefined : portAt(walk, index, 0);
}

/** Destination port of the UDP or TCP layer of the innermost IP layer; undefined if there is none, or it is cut. */
export function destinationPort(walk: Walk): number | undefined {
  const index = portsIndex(walk);
  return index < 0 ? undefined : portAt(walk, index, 2);
}

/** The port at offset `from`; undefined if it is cut. UDP and TCP both begin with the two ports. */
function portAt(walk: Walk, index: number, from: number): number | undefined {
  const at = walk.atOf(index) + from;
  return walk.headerEndOf(index) - at >= 2 ? u16(walk.bytes, at) : undefined;
}

/** Addresses and ports of the datagram that an ICMP error quotes. Ports are undefined if the quotation ends before them. */
export interface QuotedEndpoints {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort?: number | undefined;
  readonly destinationPort?: number | undefined;
}

/** Addresses and ports of the datagram that an ICMP error quotes; undefined if nothing is quoted. */
export function quotedEndpoints(walk: Walk): QuotedEndpoints | undefined {
  const index = walk.quotedFrom;
  if (index < 0 || index >= walk.depth) return undefined;
  const { bytes } = walk;
  const at = walk.atOf(index);
  const version6 = walk.layers[index]!.id === 'ipv6';
  let udp = index + 1;
  while (udp < walk.depth && walk.layers[udp]!.id !== 'udp') udp++;
  return {
    source: version6 ? formatIpv6(bytes, at + 8) : formatIpv4(bytes, at + 12),
    destination: version6 ? formatIpv6(bytes, at + 24) : formatIpv4(bytes, at + 16),
    sourcePort: udp < walk.depth ? portAt(walk, udp, 0) : undefined,
    destinationPort: udp < walk.depth ? portAt(walk, udp, 2) : undefined,
  };
}
