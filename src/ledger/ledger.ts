import { formatIpv4, formatIpv6, formatMac, parseHex, u16 } from '../codec/bytes';
import { readArp } from '../codec/arp';
import {
  destinationPort,
  ethDestination,
  ethSource,
  linkName,
  linkVlans,
  sentHere,
  sourcePort,
} from '../codec/endpoints';
import type { Problem } from '../codec/field';
import { dhcpOf, dhcpv6Of, innermost, protocolOf, type Protocol } from '../codec/frame';
import { UDP_HEADER } from '../codec/glance';
import { ethernet } from '../codec/link/ethernet';
import { problemsOf } from '../codec/problems';
import { ProblemLists } from './problemLists';
import { readTftp } from '../codec/tftp';
import type { Walk } from '../codec/walk';
import { readIcmp } from './icmp';
import { Interned } from './interned';
import { LedgerMessage4 } from './ledgerMessage4';
import { Ledger4 } from './message4';
import { Ledger6, LedgerMessage6 } from './message6';
import type { ArpPacket, Dhcp, Dhcpv6, IcmpPacket, Packet, TftpPacket } from './packet';
import { PairTable } from './pairTable';
import { Table } from './table';

/** A frame's number, time and interface. */
export interface FrameHead {
  readonly number: number;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly timed: boolean;
  readonly interface: number;
}

const PROTOCOLS: readonly Protocol[] = ['other', 'dhcp', 'bootp', 'dhcpv6', 'arp', 'rarp', 'icmp', 'icmpv6', 'tftp'];
const PROTOCOL_NUMBERS = Object.fromEntries(PROTOCOLS.map((name, number) => [name, number])) as Record<
  Protocol,
  number
>;

const DHCP = PROTOCOL_NUMBERS.dhcp;
const BOOTP = PROTOCOL_NUMBERS.bootp;

/** What is known about each frame, whatever it carries. */
const FRAME_COLUMNS = {
  number: Uint32Array,
  /** NaN if the frame has no time. */
  seconds: Float64Array,
  nanoseconds: Uint32Array,
  protocol: Uint8Array,
  /** Numbers of the link, and of the link-layer and IP addresses; 0 if there are none. */
  link: Uint32Array,
  ethSource: Uint32Array,
  ethDestination: Uint32Array,
  source: Uint32Array,
  destination: Uint32Array,
  /** UDP ports plus 1; 0 if there are none. */
  sourcePort: Uint32Array,
  destinationPort: Uint32Array,
  payloadLength: Uint32Array,
  cut: Uint32Array,
  /**
   * 1 if the frame is complete and holds only Ethernet, IPv4, UDP and DHCP or BOOTP; 2 if it
   * also has one VLAN tag. The columns then hold all its addresses.
   */
  plain: Uint8Array,
  /** 1 if the UDP header says that there is no checksum (RFC 768). */
  noChecksum: Uint8Array,
  /** 1 if the capturing host itself sent the frame, as a cooked capture says. */
  sentHere: Uint8Array,
  /** Number of the frame's list of problems; 0 if there are none. */
  problems: Uint32Array,
  /** Row of the frame's message in the ledger of its protocol. */
  message: Uint32Array,
} as const;

const ARP_COLUMNS = {
  operation: Uint16Array,
  senderMac: Uint32Array,
  senderIp: Uint32Array,
  targetMac: Uint32Array,
  targetIp: Uint32Array,
} as const;

const NO_VLAN = -1;

/**
 * The facts of the frames that may matter: one row per frame, filled while the file streams
 * by. This is the only place where a large capture is kept in memory.
 */
export class Ledger {
  private readonly frames = new Table(FRAME_COLUMNS);
  private readonly arps = new Table(ARP_COLUMNS);
  private readonly icmps: IcmpPacket[] = [];
  private readonly tftps: TftpPacket[] = [];
  /** Link-layer and IP addresses, interned by their octets. */
  readonly links = new Interned();
  readonly hosts = new Interned();
  readonly dhcp = new Ledger4(this.links);
  readonly dhcpv6 = new Ledger6(this.hosts);
  /** Names of the links that frames were seen on, each stored once. */
  private readonly linkNames: string[] = [];
  /** VLAN tags of each link, indexed by link number. */
  private readonly linkTags: (string | undefined)[] = [];
  private readonly linkNumbers = new Map<string, number>();
  /** Links of plain frames, by interface and VLAN. */
  private readonly plainLinks = new PairTable();
  private readonly problemLists = new ProblemLists();

  get count(): number {
    return this.frames.count;
  }
  /** Makes room for this many frames in total, assuming the same mix of protocols as so far. */
  reserve(rows: number): void {
    const share = rows / Math.max(1, this.count);
    this.frames.reserve(rows);
    this.dhcp.reserve(share);
    this.dhcpv6.reserve(share);
  }
  get columns(): Table<typeof FRAME_COLUMNS>['columns'] {
    return this.frames.columns;
  }

  /** Adds a frame and returns its row. `outer` is its walk; `walk` is that of the datagram that it completes, if it is a last fragment. */
  add(head: FrameHead, outer: Walk, walk: Walk): number {
    const row = this.frames.add();
    const { columns } = this.frames;
    const last = innermost(walk);
    const dhcp = dhcpOf(walk);
    const protocol = dhcp ? (dhcp.messageType() === undefined ? 'bootp' : 'dhcp') : protocolOf(walk);
    columns.number[row] = head.number;
    columns.seconds[row] = head.timed ? head.seconds : NaN;
    columns.nanoseconds[row] = head.nanoseconds;
    columns.protocol[row] = PROTOCOL_NUMBERS[protocol];
    // A reassembled datagram that holds a tunnel has a link of its own.
    const linked = walk.link >= 0 ? walk : outer;
    const plain = dhcp && walk === outer ? plainness(walk) : 0;
    columns.plain[row] = plain;
    columns.link[row] =
      plain > 0 ? this.plainLink(head.interface, plain, walk) : this.linkOf(head.interface, outer, linked);
    this.addLinkAddresses(row, linked);
    const ip = walk.ip > walk.link ? walk.ip : -1;
    if (ip >= 0) {
      const at = walk.atOf(ip);
      const v4 = walk.layers[ip]!.id === 'ip';
      columns.source[row] = this.hosts.numberOf(walk.bytes, at + (v4 ? 12 : 8), v4 ? 4 : 16);
      columns.destination[row] = this.hosts.numberOf(walk.bytes, at + (v4 ? 16 : 24), v4 ? 4 : 16);
    }
    columns.sourcePort[row] = 1 + (sourcePort(walk) ?? -1);
    columns.destinationPort[row] = 1 + (destinationPort(walk) ?? -1);
    if (walk.udp >= 0) {
      const from = walk.headerEndOf(walk.udp);
      columns.payloadLength[row] = walk.endOf(walk.udp) - from;
      if (from - walk.atOf(walk.udp) === UDP_HEADER && u16(walk.bytes, from - 2) === 0) columns.noChecksum[row] = 1;
    }
    columns.cut[row] = walk.cut;
    const dhcpv6 = dhcp ? undefined : dhcpv6Of(walk);
    if (dhcp) columns.message[row] = this.dhcp.add(dhcp);
    if (dhcpv6) columns.message[row] = this.dhcpv6.add(dhcpv6);
    else if (!dhcp && last >= 0) columns.message[row] = this.addOther(protocol, walk, last);
    columns.problems[row] = this.problemLists.numberOf(problemsOf(walk, dhcp, dhcpv6));
    return row;
  }

  private addLinkAddresses(row: number, walk: Walk): void {
    const { columns } = this.frames;
    const index = walk.link;
    if (index < 0) return;
    if (walk.layers[index] === ethernet) {
      const at = walk.atOf(index);
      if (walk.headerEndOf(index) - at < 14) return;
      columns.ethDestination[row] = this.links.numberOf(walk.bytes, at, 6);
      columns.ethSource[row] = this.links.numberOf(walk.bytes, at + 6, 6);
      return;
    }
    columns.ethDestination[row] = this.linkAddress(ethDestination(walk));
    columns.ethSource[row] = this.linkAddress(ethSource(walk));
    if (sentHere(walk)) columns.sentHere[row] = 1;
  }

  /** The number of a link-layer address given as text. */
  private linkAddress(text: string | undefined): number {
    if (text === undefined) return 0;
    const octets = parseHex(text.replaceAll(':', ''))!;
    return this.links.numberOf(octets, 0, octets.length);
  }

  private linkOf(number: number, walk: Walk, linked: Walk): number {
    return this.linkNumber(linkName(walk, linked, number) ?? String(number), linked);
  }
  /** The same for a plain frame, without making the link's name again. */
  private plainLink(number: number, plain: number, walk: Walk): number {
    const vlan = plain === 2 ? u16(walk.bytes, walk.atOf(1)) & 0xfff : NO_VLAN;
    let link = this.plainLinks.get(number, vlan);
    if (link < 0) this.plainLinks.set(number, vlan, (link = this.linkOf(number, walk, walk)));
    return link;
  }
  private linkNumber(name: string, linked: Walk): number {
    let number = this.linkNumbers.get(name);
    if (number === undefined) {
      number = this.linkNames.push(name) - 1;
      this.linkNumbers.set(name, number);
      const vlans = linkVlans(linked);
      this.linkTags.push(vlans.length > 0 ? vlans.join('/') : undefined);
    }
    return number;
  }

  private addOther(protocol: Protocol, walk: Walk, layer: number): number {
    const at = walk.atOf(layer);
    const end = walk.endOf(layer);
    switch (protocol) {
      case 'arp':
      case 'rarp': {
        const arp = readArp(walk.bytes, at, end);
        return arp ? 1 + this.addArp(arp) : 0;
      }
      case 'icmp':
      case 'icmpv6': {
        const icmp = readIcmp(walk, layer);
        return icmp ? this.icmps.push(icmp) : 0;
      }
      case 'tftp': {
        const message = readTftp(walk.bytes, at, end);
        if (!message) return 0;
        const { operation, block, file, errorCode, errorMessage } = message;
        return this.tftps.push({ operation, block, file, errorCode, errorMessage });
      }
      default:
        return 0;
    }
  }

  private addArp({ operation, senderMac, senderIp, targetMac, targetIp }: ArpPacket): number {
    const row = this.arps.add();
    const { columns } = this.arps;
    columns.operation[row] = operation;
    columns.senderMac[row] = this.linkAddress(senderMac);
    columns.senderIp[row] = senderIp;
    columns.targetMac[row] = this.linkAddress(targetMac);
    columns.targetIp[row] = targetIp;
    return row;
  }

  protocol(row: number): Protocol {
    return PROTOCOLS[this.frames.columns.protocol[row]!]!;
  }
  link(row: number): string {
    return this.linkNames[this.frames.columns.link[row]!]!;
  }
  vlans(row: number): string | undefined {
    return this.linkTags[this.frames.columns.link[row]!];
  }
  linkText(number: number): string {
    return this.links.text(number, formatMac);
  }
  hostText(number: number): string {
    return this.hosts.text(number, writeHost);
  }
  problems(row: number): readonly Problem[] {
    return this.problemLists.list(this.frames.columns.problems[row]!);
  }
  arp(row: number): ArpPacket | undefined {
    const number = this.frames.columns.message[row]!;
    if (number === 0) return undefined;
    const { columns } = this.arps;
    const i = number - 1;
    return {
      operation: columns.operation[i]!,
      senderMac: this.linkText(columns.senderMac[i]!),
      senderIp: columns.senderIp[i]!,
      targetMac: this.linkText(columns.targetMac[i]!),
      targetIp: columns.targetIp[i]!,
    };
  }
  icmp(row: number): IcmpPacket | undefined {
    const number = this.frames.columns.message[row]!;
    return number === 0 ? undefined : this.icmps[number - 1];
  }
  tftp(row: number): TftpPacket | undefined {
    const number = this.frames.columns.message[row]!;
    return number === 0 ? undefined : this.tftps[number - 1];
  }

  /** The packet in a row. */
  packet(row: number, file = 0): Packet {
    return new LedgerPacket(this, row, file);
  }
}

/** The layers of a plain frame from the innermost outwards; before them there may be one IEEE 802.1Q tag. */
const PLAIN: readonly string[] = ['dhcp', 'udp', 'ip'];
const VLAN_TAG = 0x8100;

/** 1 for a fully captured frame that is nothing but Ethernet, IPv4, UDP and a message; 2 if there is also one VLAN tag; otherwise 0. */
function plainness(walk: Walk): number {
  const { layers, depth, cut } = walk;
  const tags = depth - PLAIN.length - 1;
  if (cut > 0 || tags < 0 || tags > 1 || layers[0] !== ethernet) return 0;
  for (let i = 0; i < PLAIN.length; i++) if (layers[depth - 1 - i]!.id !== PLAIN[i]) return 0;
  if (tags === 0) return 1;
  return layers[1]!.id === 'vlan' && u16(walk.bytes, walk.atOf(1) - 2) === VLAN_TAG ? 2 : 0;
}

const writeHost = (bytes: Uint8Array, at: number, length: number): string =>
  length === 4 ? formatIpv4(bytes, at) : formatIpv6(bytes, at);

/** One row of a ledger as a packet, read on demand. */
class LedgerPacket implements Packet {
  /** Created once, on first use: the rules ask for it repeatedly. */
  private message: LedgerMessage4 | undefined;

  constructor(
    private readonly ledger: Ledger,
    private readonly row: number,
    readonly file: number,
  ) {}

  get frame(): number {
    return this.ledger.columns.number[this.row]!;
  }
  get timed(): boolean {
    return !Number.isNaN(this.ledger.columns.seconds[this.row]!);
  }
  get time(): number {
    const seconds = this.ledger.columns.seconds[this.row]!;
    return Number.isNaN(seconds) ? 0 : seconds + this.ledger.columns.nanoseconds[this.row]! / 1e9;
  }
  get link(): string {
    return this.ledger.link(this.row);
  }
  get vlans(): string | undefined {
    return this.ledger.vlans(this.row);
  }
  get protocol(): Protocol {
    return this.ledger.protocol(this.row);
  }
  get ethSource(): string | undefined {
    const number = this.ledger.columns.ethSource[this.row]!;
    return number === 0 ? undefined : this.ledger.linkText(number);
  }
  get ethDestination(): string | undefined {
    const number = this.ledger.columns.ethDestination[this.row]!;
    return number === 0 ? undefined : this.ledger.linkText(number);
  }
  get source(): string | undefined {
    const number = this.ledger.columns.source[this.row]!;
    return number === 0 ? undefined : this.ledger.hostText(number);
  }
  get destination(): string | undefined {
    const number = this.ledger.columns.destination[this.row]!;
    return number === 0 ? undefined : this.ledger.hostText(number);
  }
  get sourcePort(): number | undefined {
    const port = this.ledger.columns.sourcePort[this.row]!;
    return port === 0 ? undefined : port - 1;
  }
  get destinationPort(): number | undefined {
    const port = this.ledger.columns.destinationPort[this.row]!;
    return port === 0 ? undefined : port - 1;
  }
  get dhcp(): Dhcp | undefined {
    if (this.message) return this.message;
    const protocol = this.ledger.columns.protocol[this.row];
    if (protocol !== DHCP && protocol !== BOOTP) return undefined;
    return (this.message = new LedgerMessage4(this.ledger.dhcp, this.ledger.columns.message[this.row]!));
  }
  get dhcpv6(): Dhcpv6 | undefined {
    if (this.protocol !== 'dhcpv6') return undefined;
    return new LedgerMessage6(this.ledger.dhcpv6, this.ledger.columns.message[this.row]!);
  }
  get arp(): ArpPacket | undefined {
    return this.protocol === 'arp' || this.protocol === 'rarp' ? this.ledger.arp(this.row) : undefined;
  }
  get icmp(): IcmpPacket | undefined {
    return this.protocol === 'icmp' || this.protocol === 'icmpv6' ? this.ledger.icmp(this.row) : undefined;
  }
  get tftp(): TftpPacket | undefined {
    return this.protocol === 'tftp' ? this.ledger.tftp(this.row) : undefined;
  }
  get payloadLength(): number {
    return this.ledger.columns.payloadLength[this.row]!;
  }
  get problems(): readonly Problem[] {
    return this.ledger.problems(this.row);
  }
  get cut(): number {
    return this.ledger.columns.cut[this.row]!;
  }
  get sentHere(): boolean {
    return this.ledger.columns.sentHere[this.row] === 1;
  }
  get noChecksum(): boolean {
    return this.ledger.columns.noChecksum[this.row] === 1;
  }
}
