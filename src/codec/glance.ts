import { u16, u16le, u32 } from './bytes';
import {
  CISCO_BROADCAST,
  CISCO_UNICAST,
  FAMILY,
  familyAt,
  HDLC,
  ipTypeAt,
  PPP_ADDRESS,
  PPPOE,
  pppoeEnd,
  SLARP,
  typeOfFamily,
  typeOfPpp,
} from './link/plainLayout';
import {
  ADDRESSES,
  dataHeaderLength,
  FCS,
  FLAG_FCS,
  FLAG_PADDED,
  hasBody,
  isAggregated,
  RADIOTAP,
  radiotapFlags,
  radiotapLength,
} from './link/wifi/layout';

/** What a glance reveals about a frame. */
export const enum Glanced {
  /** Undecided: the frame needs a walk. */
  Unclear = 0,
  /** The walk would end with TCP, or with UDP whose ports and body are not of interest. */
  Tcp = 1,
  Udp = 2,
  /**
   * A complete UDP datagram over IPv4 or IPv6, without options, to or from a port of interest. `ip`, `payload` and
   * `payloadEnd` give its position.
   */
  Datagram = 3,
}

/** How a glance reads a link's header. All other links are left to the walk. */
export const enum GlancedLink {
  Other = 0,
  Ethernet = 1,
  Cooked = 2,
  Cooked2 = 3,
  /** No header, an address family, a serial line. */
  Raw = 4,
  Family = 5,
  Serial = 6,
  Wifi = 7,
  Radiotap = 8,
}

/** Header octets of Ethernet and of a cooked capture. */
const ETHERNET = 14;
const COOKED = 16;
const COOKED2 = 20;
/** Hardware types from this number on keep their own header after the cooked one. */
const FIRST_WIFI_HARDWARE = 801;

/** LLC with SNAP and the first of three zeros (RFC 1042), and the offset of the EtherType after them. */
const SNAP = 0xaaaa0300;
const SNAP_TYPE = 6;
const IPV4_HEADER = 20;
export const IPV6_HEADER = 40;
export const UDP_HEADER = 8;
/** Most stacked tags that are followed: service and customer (IEEE 802.1Q), and two more. */
const MOST_TAGS = 4;

/** What the glance knows about protocols. Made once from the walk's tables, and simple enough to be sent to another thread. */
export interface GlanceTables {
  /** `ports`, by UDP port: not 0 if the port is of interest. `tags`, by EtherType: not 0 if it is a VLAN tag. */
  readonly ports: Uint8Array;
  readonly tags: Uint8Array;
  /** EtherTypes. */
  readonly ipv4: number;
  readonly ipv6: number;
  readonly pppoe: number;
  /** IP protocols. */
  readonly tcp: number;
  readonly udp: number;
}

/**
 * The scan's first look at a frame. Most traffic is plain TCP or UDP between ports of no interest here, and a dozen
 * octets at known positions show that. Everything else (fragments, IPv6 options, tunnels, cut headers, other links) is
 * `Unclear` and left to the walk. The result always agrees with the walk: it uses the same tables, and a test compares
 * it with the walk for every available frame.
 */
export class Glance {
  /** By UDP port: not 0 if datagrams to or from it must be examined. */
  private readonly ports: Uint8Array;
  /** Position of the last `Datagram`: index of the IP header, of the UDP body, and after the body. */
  ip = 0;
  payload = 0;
  payloadEnd = 0;

  /** `guesses`: what is tried on a datagram between unknown ports. */
  constructor(
    private readonly tables: GlanceTables,
    private readonly guesses: readonly ((bytes: Uint8Array, at: number, end: number) => boolean)[],
  ) {
    this.ports = tables.ports.slice();
  }

  /** From now on, datagrams to or from this UDP port are examined. */
  watch(port: number): void {
    this.ports[port] = 1;
  }

  /** Examines the frame from `at` up to `end`; `link` comes from `linkOf`. */
  look(bytes: Uint8Array, at: number, end: number, link: GlancedLink): Glanced {
    const { tables } = this;
    let type: number;
    /** Octets of a check sequence after a complete frame. IP must end before them. */
    let tail = 0;
    if (link === GlancedLink.Ethernet && end - at >= ETHERNET) {
      type = u16(bytes, at + 12);
      at += ETHERNET;
    } else {
      at = this.pass(bytes, at, end, link);
      type = this.type;
      tail = this.tail;
      if (at < 0) return Glanced.Unclear;
    }
    for (let tags = 0; tables.tags[type] !== 0; tags++) {
      if (tags === MOST_TAGS || end - at < 4) return Glanced.Unclear;
      type = u16(bytes, at + 2);
      at += 4;
    }
    const session = type === tables.pppoe;
    if (session) {
      end = pppoeEnd(bytes, at, end);
      at += PPPOE;
      // The protocol takes two octets, the first of them even (RFC 1661 §6.5).
      if (tail > 0 || end - at < 2 || bytes[at]! & 1) return Glanced.Unclear;
      type = typeOfPpp(u16(bytes, at));
      at += 2;
    }
    let protocol: number;
    const ip = at;
    if (type === tables.ipv4) {
      if (end - at < IPV4_HEADER) return Glanced.Unclear;
      // Version 4, a header without options, not a fragment.
      if (bytes[at] !== 0x45 || (u16(bytes, at + 6) & 0x3fff) !== 0) return Glanced.Unclear;
      const total = u16(bytes, at + 2);
      if (total > 0 && total < IPV4_HEADER) return Glanced.Unclear;
      if (total >= IPV4_HEADER && at + total <= end - tail) end = at + total;
      else if (tail > 0) return Glanced.Unclear;
      protocol = bytes[at + 9]!;
      at += IPV4_HEADER;
    } else if (type === tables.ipv6) {
      if (end - at < IPV6_HEADER || bytes[at]! >> 4 !== 6) return Glanced.Unclear;
      const length = u16(bytes, at + 4);
      if (length > 0 && at + IPV6_HEADER + length <= end - tail) end = at + IPV6_HEADER + length;
      else if (tail > 0) return Glanced.Unclear;
      protocol = bytes[at + 6]!;
      at += IPV6_HEADER;
    } else return Glanced.Unclear;
    if (protocol === tables.tcp) return at < end ? Glanced.Tcp : Glanced.Unclear;
    if (protocol !== tables.udp || end - at < UDP_HEADER) return Glanced.Unclear;
    const ours = this.ports[u16(bytes, at)] !== 0 || this.ports[u16(bytes, at + 2)] !== 0;
    const stated = u16(bytes, at + 4);
    if (stated >= UDP_HEADER && at + stated < end) end = at + stated;
    at += UDP_HEADER;
    if (ours) {
      // PPPoE sessions are left to the walk.
      if (session) return Glanced.Unclear;
      this.ip = ip;
      this.payload = at;
      this.payloadEnd = end;
      return Glanced.Datagram;
    }
    for (const applies of this.guesses) if (applies(bytes, at, end)) return Glanced.Unclear;
    return Glanced.Udp;
  }

  /** Set by `pass`: the EtherType after the header, and the octets of a check sequence after the frame. */
  private type = -1;
  private tail = 0;

  /** Skips the header of a link other than Ethernet. Returns the index after it, or -1 if it is not plain. */
  private pass(bytes: Uint8Array, at: number, end: number, link: GlancedLink): number {
    this.tail = 0;
    switch (link) {
      case GlancedLink.Cooked:
        if (end - at < COOKED || u16(bytes, at + 2) >= FIRST_WIFI_HARDWARE) return -1;
        this.type = u16(bytes, at + 14);
        return at + COOKED;
      case GlancedLink.Cooked2:
        if (end - at < COOKED2 || u16(bytes, at + 8) >= FIRST_WIFI_HARDWARE) return -1;
        this.type = u16(bytes, at);
        return at + COOKED2;
      case GlancedLink.Raw:
        if (at === end) return -1;
        this.type = ipTypeAt(bytes, at);
        return at;
      case GlancedLink.Family:
        if (end - at < FAMILY) return -1;
        this.type = typeOfFamily(familyAt(bytes, at));
        return at + FAMILY;
      case GlancedLink.Serial:
        this.type = typeBehindSerial(bytes, at, end);
        return this.type < 0 ? -1 : at + HDLC;
      case GlancedLink.Wifi:
      case GlancedLink.Radiotap:
        return this.passWifi(bytes, at, end, link);
      default:
        return -1;
    }
  }

  private passWifi(bytes: Uint8Array, at: number, end: number, link: GlancedLink): number {
    if (link === GlancedLink.Radiotap) {
      if (end - at < RADIOTAP) return -1;
      const header = at + radiotapLength(bytes, at, end);
      if (header >= end) return -1;
      const flags = radiotapFlags(bytes, at, header);
      if (flags & FLAG_PADDED) return -1;
      if (flags & FLAG_FCS) this.tail = FCS;
      at = header;
    }
    const body = plainBody(bytes, at, end);
    if (body < 0) return -1;
    this.type = u16(bytes, body + SNAP_TYPE);
    return body + SNAP_TYPE + 2;
  }
}

/** The EtherType of what follows the header of a serial line, PPP or Cisco HDLC; -1 if that is not plain. */
function typeBehindSerial(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < HDLC) return -1;
  const first = bytes[at]!;
  const protocol = u16(bytes, at + 2);
  if (first === CISCO_UNICAST || first === CISCO_BROADCAST) return protocol === SLARP ? -1 : protocol;
  return u16(bytes, at) === PPP_ADDRESS && !(bytes[at + 2]! & 1) ? typeOfPpp(protocol) : -1;
}

/** Index of the LLC header in an 802.11 frame that has one with SNAP and an EtherType; -1 for anything less plain. */
function plainBody(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < ADDRESSES) return -1;
  const frameControl = u16le(bytes, at);
  const body = at + dataHeaderLength(frameControl);
  if (!hasBody(bytes, at, frameControl) || end - body < SNAP_TYPE + 2) return -1;
  if (isAggregated(bytes, at, frameControl)) return -1;
  return u32(bytes, body) === SNAP && u16(bytes, body + 4) === 0 ? body : -1;
}
