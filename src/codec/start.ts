import { dhcp, Message4 } from './dhcpv4';
import { dhcpv6, Message6 } from './dhcpv6';
import { foldedSum } from './ip/checksum';
import { udp } from './ip/udp';
import { dispatch } from './layers';
import { ETHERTYPES } from './link/ethertypes';
import { u16 } from './bytes';
import { innermost } from './frame';
import { Walk } from './walk';

/** With which layer pasted octets begin. */
export const STARTS = ['ethernet', 'ipv4', 'ipv6', 'udp', 'dhcp', 'dhcpv6'] as const;
export type Start = (typeof STARTS)[number];

// Octets without a link layer are given numbers above the 16 bits of LINKTYPE_ registry, so that the rest of the project can
// treat a pasted message as a frame.
const UDP_ALONE = 0x10001;
const DHCP_ALONE = 0x10002;
const DHCPV6_ALONE = 0x10003;
dispatch.linkType.set(UDP_ALONE, udp);
dispatch.linkType.set(DHCP_ALONE, dhcp);
dispatch.linkType.set(DHCPV6_ALONE, dhcpv6);

/** The link type that makes the walk begin with `start`. */
export const START_LINK_TYPE: Readonly<Record<Start, number>> = {
  ethernet: 1,
  ipv4: 228,
  ipv6: 229,
  udp: UDP_ALONE,
  dhcp: DHCP_ALONE,
  dhcpv6: DHCPV6_ALONE,
};

/**
 * Finds by trying with which layer the octets begin: the first start, outermost first, from which the walk reaches a message
 * that makes sense; else the first whose own header makes sense; else `dhcp`, which is what people paste here.
 */
export function guessStart(bytes: Uint8Array): Start {
  const walk = new Walk(dispatch);
  for (const start of STARTS) {
    walk.run(bytes, 0, bytes.length, START_LINK_TYPE[start]);
    if (reachesMessage(walk)) return start;
  }
  return STARTS.find((start) => plausible(start, bytes)) ?? 'dhcp';
}

/** Whether the innermost layer is a DHCP message whose own octets bear that out. */
function reachesMessage(walk: Walk): boolean {
  const last = innermost(walk);
  if (last < 0) return false;
  const at = walk.atOf(last);
  const end = walk.endOf(last);
  switch (walk.layers[last]!.id) {
    case 'dhcp':
      return looksLikeDhcp(walk.bytes, at, end) && lengthsAgree(walk);
    case 'dhcpv6':
      return looksLikeDhcpv6(walk.bytes, at, end) && lengthsAgree(walk);
    case 'arp':
    case 'rarp':
      // Hardware and protocol address types of ARP over Ethernet or Wi-Fi (RFC 826).
      return end - at >= 28 && u16(walk.bytes, at + 2) === 0x0800;
    default:
      return false;
  }
}

/** IP and UDP headers that a chance run of octets would hardly have right. */
function lengthsAgree(walk: Walk): boolean {
  const { bytes } = walk;
  if (walk.ip >= 0) {
    const at = walk.atOf(walk.ip);
    if (
      bytes[at]! >> 4 === 4 &&
      foldedSum(bytes, at, walk.headerEndOf(walk.ip)) !== 0xffff &&
      u16(bytes, at + 10) !== 0
    ) {
      // A wrong header checksum is kept where all else fits: it may be the very fault that somebody looks for.
      return u16(bytes, at + 2) <= walk.wireLength;
    }
    return true;
  }
  if (walk.udp < 0) return true;
  const length = u16(bytes, walk.atOf(walk.udp) + 4);
  return length >= 8 && length <= bytes.length - walk.atOf(walk.udp);
}

/** A BOOTP or DHCP message: op and hlen in range, and the magic cookie or a message too short to have one (RFC 951, RFC 2131 §2). */
function looksLikeDhcp(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 28 || (bytes[at] !== 1 && bytes[at] !== 2) || bytes[at + 2]! > 16) return false;
  return end - at < 240 || Message4.read(bytes, at, end).hasCookie || (bytes[at + 1] === 1 && bytes[at + 2] === 6);
}

/** A DHCPv6 message: a known type, and options that end where the message ends (RFC 8415 §8, §9). */
function looksLikeDhcpv6(bytes: Uint8Array, at: number, end: number): boolean {
  const type = bytes[at]!;
  if (end - at < 4 || type < 1 || type > 40) return false;
  const message = Message6.read(bytes, at, end);
  return message.options.length > 0 && message.truncatedOption === undefined;
}

function plausible(start: Start, bytes: Uint8Array): boolean {
  switch (start) {
    case 'ethernet':
      return (
        bytes.length >= 34 &&
        ETHERTYPES[u16(bytes, 12)] !== undefined &&
        (u16(bytes, 12) !== 0x0800 || bytes[14]! >> 4 === 4)
      );
    case 'ipv4': {
      const header = (bytes[0]! & 15) * 4;
      return (
        bytes.length >= 20 &&
        bytes[0]! >> 4 === 4 &&
        header >= 20 &&
        header <= bytes.length &&
        foldedSum(bytes, 0, header) === 0xffff
      );
    }
    case 'ipv6':
      return bytes.length >= 40 && bytes[0]! >> 4 === 6 && u16(bytes, 4) === bytes.length - 40;
    case 'udp':
      return bytes.length >= 8 && u16(bytes, 4) === bytes.length;
    case 'dhcp':
      return looksLikeDhcp(bytes, 0, bytes.length);
    case 'dhcpv6':
      return looksLikeDhcpv6(bytes, 0, bytes.length);
  }
}
