import type { IcmpPacket, Packet, Packets, TftpPacket } from '../analysis/packet';
import { readArp } from '../codec/arp';
import { checkMessage4 } from '../codec/dhcpv4/decode';
import { checkMessage6 } from '../codec/dhcpv6/decode';
import {
  destinationPort,
  ethDestination,
  ethSource,
  ipDestination,
  ipSource,
  networkIds,
  quotedEndpoints,
  sourcePort,
} from '../codec/endpoints';
import type { Problem } from '../codec/field';
import { dhcpOf, dhcpv6Of, innermost, protocolOf, quotedDhcpOf } from '../codec/frame';
import { u16 } from '../codec/bytes';
import { UDP_HEADER } from '../codec/glance';
import type { Message4 } from '../codec/dhcpv4/message';
import type { Message6 } from '../codec/dhcpv6/message';
import { foldedSum } from '../codec/ip/checksum';
import { ipv4 } from '../codec/ip/ipv4';
import { ipv6 } from '../codec/ip/ipv6';
import { checkTransport } from '../codec/ip/pseudoHeader';
import { dispatch } from '../codec/layers';
import { cookedInterface } from '../codec/link/sll';
import { readTftp, tftp } from '../codec/tftp';
import { Walk } from '../codec/walk';
import { StoredDigests } from './digests';
import type { Scan } from './scan';
import { Interest } from './store';

/** Walks frame `index` of the store: the reassembled datagram behind its own layers, where there is one. */
export function walkStored(scan: Scan, index: number, walk: Walk = new Walk(dispatch)): Walk {
  const { store } = scan;
  const bytes = store.bytes(index);
  walk.run(bytes, 0, bytes.length, store.linkType(index), store.wireLength(index));
  if (store.interest(index) === Interest.transfer) walk.to(tftp, walk.headerEndOf(walk.udp), walk.endOf(walk.udp));
  return walk;
}

/** Walks the datagram that frame `index` completed; undefined where it is no last fragment. */
export function walkDatagram(scan: Scan, index: number): Walk | undefined {
  const whole = scan.datagrams.get(index);
  if (!whole) return undefined;
  return new Walk(dispatch).runFrom(whole.layer, whole.bytes, 0, whole.bytes.length);
}

/** Walks that are used again for each packet: what a packet needs of its walk it takes while it is made. */
const outerWalk = new Walk(dispatch);

/** Link names without VLAN or overlay, by interface number: nearly every packet has one of these. */
const plainLinks: string[] = [];

/** `linked` is the walk that holds the innermost link: that of the frame, or of the datagram that it completed. */
function linkOf(scan: Scan, index: number, outer: Walk, linked: Walk): string {
  const number = scan.store.interface(index);
  const networks = networkIds(linked);
  // A capture of all interfaces says in each frame at which it was seen.
  const cooked = cookedInterface(outer);
  if (cooked !== undefined) return [`${number}:${cooked}`, ...networks].join('/');
  return networks.length > 0 ? [number, ...networks].join('/') : (plainLinks[number] ??= String(number));
}

/** A packet read from the store. The checks of its octets run when somebody asks for problems. */
class StoredPacket implements Packet {
  readonly frame: number;
  readonly time: number;
  readonly timed: boolean;
  readonly link: string;
  readonly protocol: Packet['protocol'];
  readonly ethSource: string | undefined;
  readonly ethDestination: string | undefined;
  readonly source: string | undefined;
  readonly destination: string | undefined;
  readonly sourcePort: number | undefined;
  readonly destinationPort: number | undefined;
  readonly dhcp: Message4 | undefined;
  readonly dhcpv6: Message6 | undefined;
  readonly arp: Packet['arp'];
  readonly icmp: IcmpPacket | undefined;
  readonly tftp: TftpPacket | undefined;
  readonly payloadLength: number;
  readonly cut: number;
  private found: readonly Problem[] | undefined;

  constructor(
    private readonly scan: Scan,
    private readonly index: number,
    readonly file: number,
  ) {
    const { store } = scan;
    const outer = walkStored(scan, index, outerWalk);
    const walk = walkDatagram(scan, index) ?? outer;
    const last = innermost(walk);
    const protocol = protocolOf(walk);
    const at = last >= 0 ? walk.atOf(last) : 0;
    const end = last >= 0 ? walk.endOf(last) : 0;
    this.frame = store.number(index);
    this.timed = store.timed(index);
    this.time = this.timed ? store.time(index) : 0;
    // A tunnel's datagram that came in fragments holds a link of its own.
    const linked = walk.link >= 0 ? walk : outer;
    this.link = linkOf(scan, index, outer, linked);
    this.protocol = protocol;
    this.ethSource = ethSource(linked);
    this.ethDestination = ethDestination(linked);
    this.source = ipSource(walk);
    this.destination = ipDestination(walk);
    this.sourcePort = sourcePort(walk);
    this.destinationPort = destinationPort(walk);
    this.dhcp = dhcpOf(walk);
    this.dhcpv6 = dhcpv6Of(walk);
    this.arp = protocol === 'arp' || protocol === 'rarp' ? readArp(walk.bytes, at, end) : undefined;
    this.icmp = protocol === 'icmp' || protocol === 'icmpv6' ? icmpOf(walk, last) : undefined;
    this.tftp = protocol === 'tftp' ? tftpOf(walk, at, end) : undefined;
    this.payloadLength = walk.udp >= 0 ? walk.endOf(walk.udp) - walk.headerEndOf(walk.udp) : 0;
    this.cut = walk.cut;
  }

  get problems(): readonly Problem[] {
    return (this.found ??= this.known());
  }

  /** What is wrong in one message of a stencil is wrong in all: nothing depends on what is in its holes, and its checksum is right. */
  private known(): readonly Problem[] {
    const { stencils, store } = this.scan;
    const stencil = stencils.all[store.stencilId(this.index)];
    return stencil ? (stencil.problems ??= this.check()) : this.check();
  }

  private check(): readonly Problem[] {
    const problems: Problem[] = [];
    const walk = walkDatagram(this.scan, this.index) ?? walkStored(this.scan, this.index, outerWalk);
    // The headers report their own damage and their checksums.
    if (!headersAreSound(walk))
      for (const i of [walk.ip, walk.udp]) if (i >= 0) walk.layers[i]!.describe(walk, i, problems);
    if (this.dhcp) checkMessage4(this.dhcp, problems, this.cut);
    if (this.dhcpv6) checkMessage6(this.dhcpv6, problems, this.cut);
    return problems;
  }
}

/** Frame `index` of the store as the rules of the analysis see it. */
export function packetAt(scan: Scan, index: number, file: number): Packet {
  return new StoredPacket(scan, index, file);
}

const UDP = 17;

/**
 * Whether the IP and UDP headers of a frame are plain and right, so that describing them would report nothing that the message does not
 * report itself (that it was cut): most are, and a tree of both costs ten times as much as the rest of a packet.
 */
export function headersAreSound(walk: Walk): boolean {
  const { bytes, ip, udp } = walk;
  if (ip < 0 || udp !== ip + 1 || walk.quotedFrom >= 0) return false;
  // The snapshot length is why octets are missing.
  const cut = walk.cut > 0 && walk.fragment < 0 && walk.endOf(udp) === walk.end;
  if (!(walk.layers[ip] === ipv4 ? soundIpv4(walk, cut) : walk.layers[ip] === ipv6 && soundIpv6(walk, cut)))
    return false;
  const at = walk.atOf(udp);
  const there = walk.endOf(udp) - at;
  if (there < UDP_HEADER) return false;
  const length = u16(bytes, at + 4);
  if (length < UDP_HEADER) return false;
  if (length > there) return cut;
  const none = u16(bytes, at + 6) === 0 && walk.layers[ip] === ipv4;
  return none || checkTransport(walk, udp, UDP, length, 6) === 'correct';
}

/** The header without options, its checksum right. */
function soundIpv4(walk: Walk, cut: boolean): boolean {
  const { bytes } = walk;
  const at = walk.atOf(walk.ip);
  const there = walk.endOf(walk.ip) - at;
  if (there < 20 || bytes[at] !== 0x45 || foldedSum(bytes, at, at + 20) !== 0xffff) return false;
  const total = u16(bytes, at + 2);
  return total >= 20 && (total <= there || cut);
}

function soundIpv6(walk: Walk, cut: boolean): boolean {
  const at = walk.atOf(walk.ip);
  const there = walk.endOf(walk.ip) - at - 40;
  const length = u16(walk.bytes, at + 4);
  return there >= 0 && walk.bytes[at]! >> 4 === 6 && length > 0 && (length <= there || cut);
}

function tftpOf(walk: Walk, at: number, end: number): TftpPacket | undefined {
  const message = readTftp(walk.bytes, at, end);
  if (!message) return undefined;
  const { operation, block, file, errorCode, errorMessage } = message;
  return {
    operation,
    ...(block !== undefined ? { block } : {}),
    ...(file !== undefined ? { file } : {}),
    ...(errorCode !== undefined ? { errorCode } : {}),
    ...(errorMessage !== undefined ? { errorMessage } : {}),
  };
}

export function icmpOf(walk: Walk, index: number): IcmpPacket | undefined {
  const at = walk.atOf(index);
  if (walk.endOf(index) - at < 2) return undefined;
  const icmp = {
    version: walk.layers[index]!.id === 'icmp' ? (4 as const) : (6 as const),
    type: walk.bytes[at]!,
    code: walk.bytes[at + 1]!,
  };
  const quoted = quotedEndpoints(walk);
  if (!quoted) return icmp;
  const dhcp = quotedDhcpOf(walk);
  return { ...icmp, quoted: { ...quoted, ...(dhcp ? { dhcp } : {}) } };
}

/** The frames `indexes` of the store, or all that it has, as the analysis takes them. */
export function packetsOf(scan: Scan, indexes: ArrayLike<number> | undefined, file = 0): Packets {
  const at = (i: number): number => (indexes ? indexes[i]! : i);
  return {
    count: indexes?.length ?? scan.store.count,
    get: (i) => packetAt(scan, at(i), file),
    digests: new StoredDigests(scan, indexes),
  };
}
