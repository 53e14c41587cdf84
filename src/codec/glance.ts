import { u16 } from './bytes';
import { ipv4 } from './ip/ipv4';
import { ipv6 } from './ip/ipv6';
import { tcp } from './ip/tcp';
import { udp } from './ip/udp';
import { ethernet, vlan } from './link/ethernet';
import { sll, sll2 } from './link/sll';
import type { Dispatch, Layer } from './walk';

/** What a glance tells of a frame. */
export const enum Glanced {
  /** Nothing: the walk has to look. */
  Unclear = 0,
  /** The walk would end with TCP, or with UDP whose ports and body mean nothing here. */
  Tcp = 1,
  Udp = 2,
}

/** What a link's header is to the glance; every other link is left to the walk. */
export const enum GlancedLink {
  Other = 0,
  Ethernet = 1,
  Cooked = 2,
  Cooked2 = 3,
}

const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const UDP_HEADER = 8;
/** Tags on top of one another that are followed here: service and customer (IEEE 802.1Q), and two more. */
const MOST_TAGS = 4;

/**
 * The scan's first look at a frame: most traffic is plain TCP or UDP between ports that mean nothing here, and a dozen octets at
 * known places say so. Whatever is not plain (fragments, options of IPv6, tunnels, cut headers, other links) is `Unclear` and
 * is the walk's business. What this says is what the walk would say: it is made from the same tables, and held against the walk
 * by test on every frame there is.
 */
export class Glance {
  /** By UDP port: not 0 where a datagram to or from it has to be looked at. */
  private readonly ports = new Uint8Array(65536);
  private readonly ipv4Type: number;
  private readonly ipv6Type: number;
  private readonly isTag = new Uint8Array(65536);
  private readonly tcpProtocol: number;
  private readonly udpProtocol: number;

  constructor(private readonly dispatch: Dispatch) {
    for (const port of dispatch.udpPort.keys()) this.ports[port] = 1;
    for (const [type, layer] of dispatch.etherType) if (layer === vlan) this.isTag[type] = 1;
    this.ipv4Type = numberOf(dispatch.etherType, ipv4);
    this.ipv6Type = numberOf(dispatch.etherType, ipv6);
    this.tcpProtocol = numberOf(dispatch.ipProtocol, tcp);
    this.udpProtocol = numberOf(dispatch.ipProtocol, udp);
  }

  /** From now on datagrams to and from this UDP port are looked at. */
  watch(port: number): void {
    this.ports[port] = 1;
  }

  /** The kind of link that frames of `linkType` have, for `look`: to be asked once, not for each frame. */
  linkOf(linkType: number): GlancedLink {
    const layer = this.dispatch.linkType.get(linkType);
    if (layer === ethernet) return GlancedLink.Ethernet;
    if (layer === sll) return GlancedLink.Cooked;
    return layer === sll2 ? GlancedLink.Cooked2 : GlancedLink.Other;
  }

  /** Looks at the frame from `at` up to `end`; `link` is what `linkOf` said. */
  look(bytes: Uint8Array, at: number, end: number, link: GlancedLink): Glanced {
    let type: number;
    // Shortest frame worth a glance: behind the link's header at least that of IPv4.
    if (end - at < 54) return Glanced.Unclear;
    if (link === GlancedLink.Ethernet) {
      type = u16(bytes, at + 12);
      at += 14;
    } else if (link === GlancedLink.Cooked) {
      // Hardware types from 801 on keep a header of their own.
      if (u16(bytes, at + 2) >= 801) return Glanced.Unclear;
      type = u16(bytes, at + 14);
      at += 16;
    } else if (link === GlancedLink.Cooked2) {
      if (u16(bytes, at + 8) >= 801) return Glanced.Unclear;
      type = u16(bytes, at);
      at += 20;
    } else return Glanced.Unclear;
    for (let tags = 0; this.isTag[type] !== 0; tags++) {
      if (tags === MOST_TAGS || end - at < 4) return Glanced.Unclear;
      type = u16(bytes, at + 2);
      at += 4;
    }
    let protocol: number;
    if (type === this.ipv4Type) {
      if (end - at < IPV4_HEADER) return Glanced.Unclear;
      // Version 4, the header without options, no fragment.
      if (bytes[at] !== 0x45 || (u16(bytes, at + 6) & 0x3fff) !== 0) return Glanced.Unclear;
      const total = u16(bytes, at + 2);
      if (total > 0 && total < IPV4_HEADER) return Glanced.Unclear;
      if (total >= IPV4_HEADER && at + total < end) end = at + total;
      protocol = bytes[at + 9]!;
      at += IPV4_HEADER;
    } else if (type === this.ipv6Type) {
      if (end - at < IPV6_HEADER || bytes[at]! >> 4 !== 6) return Glanced.Unclear;
      const length = u16(bytes, at + 4);
      if (length > 0 && at + IPV6_HEADER + length < end) end = at + IPV6_HEADER + length;
      protocol = bytes[at + 6]!;
      at += IPV6_HEADER;
    } else return Glanced.Unclear;
    if (protocol === this.tcpProtocol) return at < end ? Glanced.Tcp : Glanced.Unclear;
    if (protocol !== this.udpProtocol || end - at < UDP_HEADER) return Glanced.Unclear;
    if (this.ports[u16(bytes, at)] !== 0 || this.ports[u16(bytes, at + 2)] !== 0) return Glanced.Unclear;
    const stated = u16(bytes, at + 4);
    if (stated >= UDP_HEADER && at + stated < end) end = at + stated;
    at += UDP_HEADER;
    for (const guess of this.dispatch.udpHeuristics) if (guess.applies(bytes, at, end)) return Glanced.Unclear;
    return Glanced.Udp;
  }
}

/** The layers that a glance can end with, by `Glanced`. */
export const GLANCED_LAYERS: readonly (Layer | undefined)[] = [undefined, tcp, udp];

function numberOf(table: ReadonlyMap<number, Layer>, layer: Layer): number {
  for (const [number, one] of table) if (one === layer) return number;
  return -1;
}
