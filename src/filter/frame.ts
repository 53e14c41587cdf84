import type { Walk } from '../codec/walk';
import { openName } from './compile';
import type { FieldDef, FrameFields, LayerTest } from './field';
import { readArp } from './fields/arp';
import { readDhcp } from './fields/dhcp';
import { readDhcpv6 } from './fields/dhcp/v6';
import { readIcmp, readIcmpv6 } from './fields/icmp';
import { CARRIERS } from './fields/carriers';
import { readFragmentHeader, readIp, readIpv6, readIpv6Options, UDP } from './fields/ip';
import { ETHERNET, PROVIDER, readSll, readSll2, readTrailer, VLAN } from './fields/link';
import { encoded, Octets, readHeader, utf8, type Header, type Sink } from './fields/sink';
import { isReset, readTcp } from './fields/tcp';
import { readTftp } from './fields/tftp';
import { readPpi, readRadiotap, readWifi } from './fields/wifi';
import { binary, type Value } from './values/kinds';
import {
  dataOf,
  dissected,
  encapsulation,
  HEADERLESS,
  isRedirected,
  isUnknown,
  nameOf,
  protocolNames,
  segmentEnd,
} from './protocols';

/** What is known about a frame, including its walk. */
export interface FrameFacts {
  readonly number: number;
  /** Nanoseconds since 1970; undefined if the frame has no time. */
  readonly time: bigint | undefined;
  /** Nanoseconds since the first frame of the capture. */
  readonly relative: bigint;
  readonly linkType: number;
  readonly wireLength: number;
  readonly captured: number;
  readonly comment?: string | undefined;
  /** Running number of its interface, if the file format has such numbers (pcapng). */
  readonly interface?: number | undefined;
  /** What the file calls its interface, if it says so. */
  readonly interfaceName?: string | undefined;
  readonly interfaceDescription?: string | undefined;
  /** The frame's layers. */
  readonly walk: Walk;
  /** The layers of the datagram that it completes, from the IP header on. */
  readonly datagram?: Walk | undefined;
  readonly history?: History | undefined;
  readonly own?: Own | undefined;
}

/** What depends on the frames before this one. */
export interface History {
  /** Nanoseconds since the previous frame, and since the last one that passed the filter. */
  readonly delta: bigint;
  readonly displayed: bigint;
  /** One per layer of UDP and of TCP, outermost first. */
  readonly streams: Readonly<Record<'udp' | 'tcp', readonly Stream[]>>;
  readonly transfer?: Transfer | undefined;
  readonly duplicates: readonly Duplicate[];
}

/** ARP shows an IPv4 address with another hardware address than before. */
export interface Duplicate {
  /** The last frame that showed it with the first one, and how many seconds ago, as 32 bits: clocks are set back. */
  readonly frame: number;
  readonly seconds: number;
}

export interface Stream {
  readonly number: number;
  /** Nanoseconds since its first datagram, and since the last one; undefined for a datagram that is only quoted. */
  readonly times?: { readonly relative: bigint; readonly delta: bigint };
}

/** The TFTP transfer that a frame belongs to. */
export interface Transfer {
  /** Whether the frame is the read request. Only there does Wireshark call the file the source file, otherwise the destination file. */
  readonly isRead: boolean;
  /** The file name in octets. */
  readonly file: Uint8Array;
}

/** The analysis results for a frame. */
export interface Own {
  readonly findings: readonly string[];
  readonly conversations: readonly number[];
  readonly outcomes: readonly string[];
}

interface Found {
  readonly values: Value[];
  /** For each value, the layer of its protocol that it comes from. */
  readonly layers: number[];
}

const NONE: readonly Value[] = [];

/** Reads the fields that a filter asks for. One reader is reused for all frames. */
export class FrameReader implements FrameFields, Sink {
  private readonly found: Map<string, Found>;
  private layer = 1;
  private readonly counts = new Map<string, number>();

  /** `names`: the fields that the filter asks for. */
  constructor(names: Iterable<string>) {
    this.found = new Map([...names].map((name) => [name, { values: [], layers: [] }]));
  }

  wants(name: string): boolean {
    return this.found.has(name);
  }
  add(name: string, value: Value): void {
    const found = this.found.get(name);
    if (!found) return;
    found.values.push(value);
    found.layers.push(this.layer);
  }

  values({ name }: FieldDef, layers?: LayerTest): readonly Value[] {
    const found = this.found.get(name);
    if (!found) return NONE;
    if (!layers) return found.values;
    const count = found.layers.at(-1) ?? 0;
    return found.values.filter((_, i) => layers(found.layers[i]!, count));
  }

  /** Reads the fields of the next frame. */
  read(facts: FrameFacts): this {
    for (const { values, layers } of this.found.values()) values.length = layers.length = 0;
    this.counts.clear();
    this.layer = 1;
    this.readFacts(facts);
    this.readHistory(facts.history);
    this.readOwn(facts.own);
    const { walk, datagram } = facts;
    for (let i = HEADERLESS.has(facts.linkType) ? 1 : 0; i < dissected(walk); i++) this.readLayer(walk, i);
    // The IP headers have been read from the frame itself.
    if (datagram) for (let i = upper(datagram); i < datagram.depth; i++) this.readLayer(datagram, i);
    this.readBehind(datagram ?? walk, facts.time);
    return this;
  }

  private readFacts(facts: FrameFacts): void {
    const { walk, time, number } = facts;
    const { start, end, bytes } = walk;
    this.protocol('frame', walk, start, end, end);
    this.add('frame.number', number);
    this.add('frame.len', facts.wireLength);
    this.add('frame.cap_len', facts.captured);
    if (time !== undefined) {
      this.add('frame.time', time);
      this.add('frame.time_epoch', time);
      this.add('frame.time_relative', facts.relative);
      this.add('frame.offset_shift', 0n);
    }
    this.add('frame.marked', 0);
    this.add('frame.ignored', 0);
    if (facts.interface !== undefined) this.add('frame.interface_id', facts.interface);
    this.readTexts(facts);
    if (this.wants('frame.encap_type')) this.add('frame.encap_type', encapsulation(facts.linkType));
    if (this.wants('frame.protocols')) this.add('frame.protocols', protocolNames(walk, facts.datagram, facts));
    if (walk.depth > 0 && walk.layers[0]!.id === 'eth' && TRAILERS.some((name) => this.wants(name)))
      readTrailer(
        new Octets(bytes, start, end, this),
        bytes.subarray(payloadEnd(walk), end),
        facts.wireLength,
        `${trailerOwner(walk)}.trailer`,
      );
  }

  /** The texts that the file has of the frame. */
  private readTexts({ comment, interfaceName, interfaceDescription }: FrameFacts): void {
    if (comment !== undefined) this.add('pkt_comment', '');
    if (comment !== undefined) this.add('frame.comment', encoded(comment));
    if (interfaceName !== undefined) this.add('frame.interface_name', encoded(interfaceName));
    if (interfaceDescription !== undefined) this.add('frame.interface_description', encoded(interfaceDescription));
  }

  private readHistory(history: History | undefined): void {
    if (!history) return;
    this.add('frame.time_delta', history.delta);
    this.add('frame.time_delta_displayed', history.displayed);
    for (const protocol of ['udp', 'tcp'] as const)
      for (const { number, times } of history.streams[protocol]) {
        this.add(`${protocol}.stream`, number);
        if (!times) continue;
        this.add(`${protocol}.time_relative`, times.relative);
        this.add(`${protocol}.time_delta`, times.delta);
      }
    for (const { frame, seconds } of history.duplicates) {
      this.add('arp.duplicate-address-detected', 1);
      this.add('arp.duplicate-address-frame', frame);
      this.add('arp.seconds-since-duplicate-address-frame', seconds);
    }
    const { transfer } = history;
    if (transfer) this.add(transfer.isRead ? 'tftp.source_file' : 'tftp.destination_file', utf8(binary(transfer.file)));
  }

  private readOwn(own: Own | undefined): void {
    if (!own) return;
    for (const id of own.findings) this.add('finding', id);
    for (const id of own.conversations) this.add('conversation', id);
    for (const outcome of own.outcomes) this.add('outcome', outcome);
  }

  /** A protocol itself: the octets of its header, and the same with the payload. */
  private protocol(id: string, walk: Walk, at: number, headerEnd: number, end: number): void {
    if (this.wants(id)) this.add(id, binary(walk.bytes, at, headerEnd - at));
    const open = openName(id);
    if (this.wants(open)) this.add(open, binary(walk.bytes, at, end - at));
  }

  private readLayer(walk: Walk, index: number): void {
    if (isUnknown(walk, index)) return;
    const at = walk.atOf(index);
    const id = nameOf(walk, index);
    const end = walk.endOf(index);
    const headerEnd = walk.headerEndOf(index);
    this.layer = (this.counts.get(id) ?? 0) + 1;
    this.counts.set(id, this.layer);
    // Wireshark has a protocol for each label.
    const each = id === 'mpls' ? LABEL : Infinity;
    const ownEnd = protocolEnd(id, walk, index);
    for (let from = at; from < ownEnd || from === at; from += each)
      this.protocol(id, walk, from, Math.min(ownEnd, from + each), end);
    // To Wireshark, RARP is ARP with other operations; only here does it have a name of its own.
    if (id === 'rarp') this.protocol('arp', walk, at, walk.end, end);
    const layer = walk.layers[index]!.id;
    const reader = READERS[layer === 'vlan' ? id : layer] ?? READERS[id];
    if (reader) reader(new Octets(walk.bytes, at, WHOLE.has(id) ? end : headerEnd, this));
    if (id === 'udp' && headerEnd - at === 8) this.payload('udp.payload', walk, headerEnd, end);
    if (id === 'tcp') this.readSegment(walk, index);
  }

  private readSegment(walk: Walk, index: number): void {
    const at = walk.atOf(index);
    const headerEnd = walk.headerEndOf(index);
    const quoted = walk.quotedFrom >= 0 && index >= walk.quotedFrom;
    const redirected = isRedirected(walk, index);
    readTcp(new Octets(walk.bytes, at, headerEnd, this), redirected ? 'ports' : quoted ? 'quoted' : 'whole');
    if (redirected || headerEnd - at < TCP_LEAST) return;
    if (!quoted) this.add('tcp.len', Math.max(0, segmentEnd(walk, index) - headerEnd));
    if (!isReset(walk.bytes, at)) this.payload('tcp.payload', walk, headerEnd, walk.endOf(index));
  }

  private payload(name: string, { bytes }: Walk, at: number, end: number): void {
    if (end > at && this.wants(name)) this.add(name, binary(bytes, at, end - at));
  }

  /** The protocols that follow the innermost layer, and the octets of those that have no name. */
  private readBehind(walk: Walk, time: bigint | undefined): void {
    const found = dataOf(walk, time);
    if (!found) return;
    const { names, at, end } = found;
    this.layer = 1;
    for (const name of names) {
      this.protocol(name, walk, at, end, end);
      READERS[name]?.(new Octets(walk.bytes, at, end, this));
    }
    if (names[0] !== 'data') return;
    this.add('data.len', end - at);
    this.payload('data.data', walk, at, end);
  }
}

/** Where the octets end that Wireshark counts as a protocol's own. */
function protocolEnd(id: string, walk: Walk, index: number): number {
  const at = walk.atOf(index);
  // With the padding of the frame, and with what an ICMP message quotes.
  if (id === 'arp') return walk.end;
  if (id === 'icmp' || id === 'icmpv6') return walk.endOf(index);
  const headerEnd = walk.headerEndOf(index);
  const options = id === 'tcp' && at + TCP_OFFSET < headerEnd;
  return options ? Math.min(walk.endOf(index), at + (walk.bytes[at + TCP_OFFSET]! >> 4) * 4) : headerEnd;
}

/** Octets of an entry in MPLS's stack of labels (RFC 3032 §2.1). */
const LABEL = 4;
/** Octets of TCP's header without options (RFC 9293 §3.1). */
const TCP_LEAST = 20;
/** Where TCP's header says how long it is (RFC 9293 §3.1). */
const TCP_OFFSET = 12;

/** Layers whose readers need what follows the header. */
const WHOLE: ReadonlySet<string> = new Set(['icmp', 'icmpv6', 'dhcp', 'dhcpv6', 'tftp', 'arp', 'rarp']);

const header =
  (of: Header) =>
  (octets: Octets): void =>
    readHeader(of, octets);

const READERS: Readonly<Record<string, (octets: Octets) => void>> = {
  eth: header(ETHERNET),
  vlan: header(VLAN),
  ieee8021ad: header(PROVIDER),
  sll: readSll,
  sll2: readSll2,
  wlan: readWifi,
  radiotap: readRadiotap,
  ppi: readPpi,
  ...CARRIERS,
  ip: readIp,
  ipv6: readIpv6,
  'ipv6.hopopts': readIpv6Options('ipv6.hopopts'),
  'ipv6.dstopts': readIpv6Options('ipv6.dstopts'),
  'ipv6.fraghdr': readFragmentHeader,
  udp: header(UDP),
  arp: readArp,
  rarp: readArp,
  icmp: readIcmp,
  icmpv6: readIcmpv6,
  dhcp: readDhcp,
  dhcpv6: (octets) => readDhcpv6(octets),
  tftp: readTftp,
};

/** Index of the first layer after the IP headers. */
function upper(walk: Walk): number {
  let i = 0;
  while (i < walk.depth && /^ip(v6.*)?$/.test(walk.layers[i]!.id)) i++;
  return i;
}

const TRAILERS = ['eth.trailer', 'eth.padding', 'vlan.trailer', 'ieee8021ah.trailer'];

/** The protocol to which Wireshark counts a trailer: that of the innermost tag, if the frame has tags. */
function trailerOwner(walk: Walk): string {
  let i = 1;
  while (i < walk.depth && walk.layers[i]!.id === 'vlan') i++;
  if (i === 1) return 'eth';
  return nameOf(walk, i - 1) === 'vlan' ? 'vlan' : 'ieee8021ah';
}

/** Where the payload of an Ethernet frame ends according to its own length field; otherwise the end of the frame. */
function payloadEnd(walk: Walk): number {
  for (let i = 1; i < walk.depth; i++) {
    const { id } = walk.layers[i]!;
    if (id === 'ip' || id === 'ipv6' || id === 'llc') return walk.endOf(i);
    if (id !== 'arp' && id !== 'rarp') continue;
    return arpEnd(walk, walk.atOf(i));
  }
  return walk.end;
}

/** Where an ARP message ends, computed from its address lengths (RFC 826). */
function arpEnd(walk: Walk, at: number): number {
  const sizes = at + 6 <= walk.end ? walk.bytes[at + 4]! + walk.bytes[at + 5]! : 0;
  return Math.min(walk.end, at + 8 + 2 * sizes);
}
