import { u16, u32, u32le } from '../bytes';

/* Links whose headers say little but which protocol follows: what the walk and the glance both go by. Protocols are told as EtherTypes. */

export const IPV4 = 0x0800;
export const IPV6 = 0x86dd;

/** What the version number says that both IPv4 and IPv6 begin with; -1 where it is neither's. */
export function ipTypeAt(bytes: Uint8Array, at: number): number {
  const version = bytes[at]! >> 4;
  return version === 4 ? IPV4 : version === 6 ? IPV6 : -1;
}

/** Octets of the header of BSD's loopback. */
export const FAMILY = 4;
/** Address families of the BSDs, macOS and Linux for the two protocols; IPv6's number is another in each. */
export const FAMILIES: Readonly<Record<number, string>> = {
  2: 'IPv4',
  10: 'IPv6 (Linux)',
  23: 'IPv6 (Windows)',
  24: 'IPv6 (NetBSD, OpenBSD)',
  28: 'IPv6 (FreeBSD)',
  30: 'IPv6 (macOS)',
};

/** The address family, in whichever byte order gives a small number: it was written in the order of the capturing machine. */
export function familyAt(bytes: Uint8Array, at: number): number {
  const big = u32(bytes, at);
  return big <= 0xffff ? big : u32le(bytes, at);
}

/** What follows a family; -1 where nobody knows. Some systems write an EtherType. */
export function typeOfFamily(family: number): number {
  if (family === 2) return IPV4;
  if (family in FAMILIES) return IPV6;
  return family >= 0x0600 && family <= 0xffff ? family : -1;
}

/** EtherTypes of the protocols of PPP that are followed (IANA “PPP Numbers”). */
const TYPE_OF_PPP: Readonly<Record<number, number>> = { 0x0021: IPV4, 0x0057: IPV6, 0x0281: 0x8847, 0x0283: 0x8848 };

/** What follows a protocol of PPP; -1 for whatever is not followed. */
export const typeOfPpp = (protocol: number): number => TYPE_OF_PPP[protocol] ?? -1;

/** PPP's address and control octets, which both ends may agree to leave out (RFC 1661 §6.6), as one number. */
export const PPP_ADDRESS = 0xff03;

/** The address of a frame of Cisco HDLC to one, and to all; octets of its header, with the EtherType at its end. */
export const CISCO_UNICAST = 0x0f;
export const CISCO_BROADCAST = 0x8f;
export const HDLC = 4;
/** Cisco's keep-alive protocol has RARP's number, and is something else. */
export const SLARP = 0x8035;

/** Octets of the header of a PPPoE session (RFC 2516 §4), and where its payload ends by its own length; what is behind it is padding. */
export const PPPOE = 6;
export const pppoeEnd = (bytes: Uint8Array, at: number, end: number): number =>
  end - at >= PPPOE ? Math.min(end, at + PPPOE + u16(bytes, at + 4)) : end;
