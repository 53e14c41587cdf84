import { u16, u32, u32le } from '../bytes';

/*
 * Links whose headers say little more than which protocol follows. Used by both the walk and the glance. Protocols are
 * given as EtherTypes.
 */

export const IPV4 = 0x0800;
export const IPV6 = 0x86dd;

/** The EtherType of the IP header at `at`, from its version number; -1 if it is neither IPv4 nor IPv6. */
export function ipTypeAt(bytes: Uint8Array, at: number): number {
  const version = bytes[at]! >> 4;
  return version === 4 ? IPV4 : version === 6 ? IPV6 : -1;
}

/** Header octets of BSD loopback. */
export const FAMILY = 4;
/** Address families of the BSDs, macOS and Linux for the two protocols. The number for IPv6 differs between systems. */
export const FAMILIES: Readonly<Record<number, string>> = {
  2: 'IPv4',
  10: 'IPv6 (Linux)',
  23: 'IPv6 (Windows)',
  24: 'IPv6 (NetBSD, OpenBSD)',
  28: 'IPv6 (FreeBSD)',
  30: 'IPv6 (macOS)',
};

/**
 * The address family, in whichever byte order gives a small number, because it is in the byte order of the capturing
 * machine.
 */
export function familyAt(bytes: Uint8Array, at: number): number {
  const big = u32(bytes, at);
  return big <= 0xffff ? big : u32le(bytes, at);
}

/** The EtherType for an address family; -1 if unknown. Some systems write an EtherType instead of a family. */
export function typeOfFamily(family: number): number {
  if (family === 2) return IPV4;
  if (family in FAMILIES) return IPV6;
  return family >= 0x0600 && family <= 0xffff ? family : -1;
}

/** EtherTypes of the PPP protocols that are followed (IANA “PPP Numbers”). */
const TYPE_OF_PPP: Readonly<Record<number, number>> = { 0x0021: IPV4, 0x0057: IPV6, 0x0281: 0x8847, 0x0283: 0x8848 };

/** The EtherType for a PPP protocol; -1 if it is not followed. */
export const typeOfPpp = (protocol: number): number => TYPE_OF_PPP[protocol] ?? -1;

/** PPP's address and control octets as one number. Both ends may agree to leave them out (RFC 1661 §6.6). */
export const PPP_ADDRESS = 0xff03;

/**
 * Address octet of a Cisco HDLC frame, for unicast and broadcast; then the length of its header, which ends with the
 * EtherType.
 */
export const CISCO_UNICAST = 0x0f;
export const CISCO_BROADCAST = 0x8f;
export const HDLC = 4;
/** Cisco's keep-alive protocol uses RARP's number for something else. */
export const SLARP = 0x8035;

/**
 * Octets of a PPPoE session header (RFC 2516 §4), and the end of the payload according to its length field. Anything
 * after that is padding.
 */
export const PPPOE = 6;
export const pppoeEnd = (bytes: Uint8Array, at: number, end: number): number =>
  end - at >= PPPOE ? Math.min(end, at + PPPOE + u16(bytes, at + 4)) : end;
