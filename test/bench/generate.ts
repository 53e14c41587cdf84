/**
 * Makes the captures that the benchmark reads: the same octets for the same arguments, on every machine. Written with nothing of
 * `src/`, so that what is measured does not make its own input.
 */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { Random } from '../fuzz/random';

type Link = 'ethernet' | 'cooked' | 'wifi' | 'raw' | 'loopback' | 'ppp' | 'hdlc';
const LINK_TYPE: Readonly<Record<Link, number>> = {
  ethernet: 1,
  cooked: 113,
  wifi: 105,
  raw: 101,
  loopback: 0,
  ppp: 9,
  hdlc: 104,
};

/** What a capture is like. */
export interface Shape {
  /** Frames in all, and how many of them are DHCP messages (a multiple of four: DISCOVER, OFFER, REQUEST, ACK). */
  readonly frames: number;
  readonly messages: number;
  /** Octets that a frame of other traffic has on average. Default 505, as on a link where people browse and download. */
  readonly octets?: number;
  readonly format?: 'pcap' | 'pcapng';
  readonly bigEndian?: boolean;
  /** Time stamps in nanoseconds. */
  readonly nanoseconds?: boolean;
  /**
   * Link layer: Ethernet, Linux cooked as `tcpdump -i any` writes it, 802.11 as an access point sends it, no header at all (as on a
   * tunnel), BSD's loopback, a serial line.
   */
  readonly link?: Link;
  /** All but ARP and DHCP in a session of PPPoE; on Ethernet. */
  readonly pppoe?: boolean;
  /** VLAN ids, the outermost first. */
  readonly vlans?: readonly number[];
  /** DHCPv6 (SOLICIT, ADVERTISE, REQUEST, REPLY) over IPv6 instead of DHCPv4. */
  readonly v6?: boolean;
  /** Snapshot length. */
  readonly snapLength?: number;
  /** Seconds from the first to the last frame. Default 3600. */
  readonly seconds?: number;
}

const SEED = 67;
const BUFFER = 8 << 20;
const BEGIN = 1_700_000_000;
const SERVER_MAC = [0x02, 0x67, 0, 0, 0, 1];
const SERVER = [10, 0, 0, 1];

/** Octets that are put one after another; multi-octet numbers in network byte order. */
class Packet {
  readonly bytes = new Uint8Array(2048);
  length = 0;

  clear(): this {
    this.length = 0;
    return this;
  }
  put(...octets: readonly number[]): this {
    for (const octet of octets) this.bytes[this.length++] = octet;
    return this;
  }
  u16(value: number): this {
    return this.put(value >>> 8, value & 255);
  }
  u32(value: number): this {
    return this.put(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
  }
  fill(count: number, octet = 0): this {
    this.bytes.fill(octet, this.length, this.length + count);
    this.length += count;
    return this;
  }
  /** Sets the Internet checksum of `from` to `to` at `at`. */
  checksum(at: number, from: number, to: number): void {
    let sum = 0;
    for (let i = from; i < to; i += 2) sum += (this.bytes[i]! << 8) | this.bytes[i + 1]!;
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    this.bytes[at] = (~sum >>> 8) & 255;
    this.bytes[at + 1] = ~sum & 255;
  }
}

/** Buffers what is written to a file. */
class Writer {
  private readonly buffer = Buffer.alloc(BUFFER);
  private used = 0;
  private readonly file: number;

  constructor(
    path: string,
    private readonly shape: Shape,
  ) {
    this.file = openSync(path, 'w');
    this.header();
  }

  private room(octets: number): void {
    if (this.used + octets > BUFFER) this.flush();
  }
  private flush(): void {
    writeSync(this.file, this.buffer, 0, this.used);
    this.used = 0;
  }
  private word(value: number): void {
    if (this.shape.bigEndian) this.buffer.writeUInt32BE(value >>> 0, this.used);
    else this.buffer.writeUInt32LE(value >>> 0, this.used);
    this.used += 4;
  }
  private half(value: number): void {
    if (this.shape.bigEndian) this.buffer.writeUInt16BE(value, this.used);
    else this.buffer.writeUInt16LE(value, this.used);
    this.used += 2;
  }

  private header(): void {
    const { nanoseconds, link = 'ethernet', snapLength = 262144, format } = this.shape;
    const linkType = LINK_TYPE[link];
    if (format === 'pcapng') {
      for (const word of [0x0a0d0d0a, 28, 0x1a2b3c4d]) this.word(word);
      this.half(1);
      this.half(0);
      for (const word of [0xffffffff, 0xffffffff, 28]) this.word(word);
      this.word(1);
      this.word(nanoseconds ? 32 : 20);
      this.half(linkType);
      this.half(0);
      this.word(snapLength);
      if (nanoseconds) {
        this.half(9); // if_tsresol
        this.half(1);
        this.buffer.set([9, 0, 0, 0], this.used);
        this.used += 4;
        this.word(0); // opt_endofopt
      }
      this.word(nanoseconds ? 32 : 20);
      return;
    }
    this.word(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
    this.half(2);
    this.half(4);
    for (const word of [0, 0, snapLength, linkType]) this.word(word);
  }

  /** Writes one frame, taken `time` seconds after the begin. */
  frame(bytes: Uint8Array, length: number, time: number): void {
    const { format, nanoseconds, snapLength = 262144 } = this.shape;
    const captured = Math.min(length, snapLength);
    this.room(captured + 64);
    const seconds = BEGIN + Math.floor(time);
    const scale = nanoseconds ? 1e9 : 1e6;
    const fraction = Math.floor((time % 1) * scale);
    if (format === 'pcapng') {
      const padded = (captured + 3) & ~3;
      const stamp = BigInt(seconds) * BigInt(scale) + BigInt(fraction);
      for (const word of [6, 32 + padded, 0, Number(stamp >> 32n), Number(stamp & 0xffffffffn), captured, length])
        this.word(word);
      this.buffer.set(bytes.subarray(0, captured), this.used);
      this.buffer.fill(0, this.used + captured, this.used + padded);
      this.used += padded;
      this.word(32 + padded);
      return;
    }
    for (const word of [seconds, fraction, captured, length]) this.word(word);
    this.buffer.set(bytes.subarray(0, captured), this.used);
    this.used += captured;
  }

  close(): void {
    this.flush();
    // Or the system would still be writing it while programs are measured.
    fsyncSync(this.file);
    closeSync(this.file);
  }
}

/** Makes frames of one shape. */
class Frames {
  readonly packet = new Packet();
  private readonly random = new Random(SEED);

  constructor(private readonly shape: Shape) {}

  /** `payload`: octets behind the header, where they go into a session of PPPoE. */
  private linkHeader(
    destination: readonly number[],
    source: readonly number[],
    etherType: number,
    payload?: number,
  ): void {
    const { packet } = this;
    packet.clear();
    const six = etherType === 0x86dd;
    switch (this.shape.link) {
      case 'raw':
        return;
      case 'loopback':
        // As a little-endian Linux writes it: AF_INET, AF_INET6.
        packet.put(six ? 10 : 2, 0, 0, 0);
        return;
      case 'ppp':
        packet.put(0xff, 3, 0, six ? 0x57 : 0x21);
        return;
      case 'hdlc':
        packet.put(0x0f, 0).u16(etherType);
        return;
      default:
        break;
    }
    if (this.shape.link === 'cooked')
      packet
        .u16(0)
        .u16(1)
        .u16(6)
        .put(...source)
        .u16(0);
    else if (this.shape.link === 'wifi')
      // Data from the distribution system: receiver, access point, source (IEEE 802.11 §9.3.2.1); then LLC with SNAP.
      packet
        .put(0x08, 0x02, 0, 0, ...destination, ...SERVER_MAC, ...source)
        .u16(0)
        .put(0xaa, 0xaa, 3, 0, 0, 0);
    else packet.put(...destination, ...source);
    for (const vlan of this.shape.vlans ?? []) packet.u16(0x8100).u16(vlan);
    if (this.shape.pppoe && payload !== undefined)
      packet
        .u16(0x8864)
        .put(0x11, 0)
        .u16(7)
        .u16(2 + payload)
        .u16(six ? 0x57 : 0x21);
    else packet.u16(etherType);
  }

  private ipv4(source: readonly number[], destination: readonly number[], protocol: number, payload: number): void {
    const { packet } = this;
    const at = packet.length;
    packet
      .put(0x45, 0)
      .u16(20 + payload)
      .u16(this.random.below(65536))
      .u16(0x4000)
      .put(64, protocol)
      .u16(0);
    packet.put(...source, ...destination);
    packet.checksum(at + 10, at, at + 20);
  }

  private ipv6(source: readonly number[], destination: readonly number[], next: number, payload: number): void {
    this.packet
      .u32(0x60000000)
      .u16(payload)
      .put(next, 64, ...source, ...destination);
  }

  private mac(n: number): number[] {
    return [0x02, 0x10, (n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
  }

  /** A frame of other traffic: TCP (IPv4 and IPv6), QUIC, DNS, rarely ARP and ICMP. */
  other(): Packet {
    const { random, packet } = this;
    const kind = random.below(1000);
    const host = [172, 16 + random.below(4), random.below(256), 1 + random.below(254)];
    const there = [1 + random.below(200), random.below(256), random.below(256), random.below(256)];
    const mac = this.mac(0x01000000 + random.below(500));
    const mean = this.shape.octets ?? 505;
    // Small acknowledgements and full segments, as traffic is.
    const size =
      random.below(100) < 64 ? 60 + random.below(40) : Math.min(1514, Math.round(2.36 * mean) + random.below(240));
    const payload = Math.max(20, size - 14 - 20);
    const port = 1024 + random.below(60000);
    // There is no ARP where there are no addresses of a link.
    const serial = ['raw', 'loopback', 'ppp', 'hdlc'].includes(this.shape.link ?? '');
    if (kind < 2 && !serial) {
      this.linkHeader(SERVER_MAC, mac, 0x0806);
      packet
        .u16(1)
        .u16(0x0800)
        .put(6, 4)
        .u16(1)
        .put(...mac, ...host)
        .fill(6)
        .put(172, 16, 0, 1);
    } else if (kind < 3) {
      this.linkHeader(SERVER_MAC, mac, 0x0800, 84);
      this.ipv4(host, there, 1, 64);
      packet.put(8, 0, 0, 0).fill(60, 0x61);
    } else if (kind < 150) {
      this.linkHeader(SERVER_MAC, mac, 0x86dd, 40 + payload);
      const six = (last: number): number[] => [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, last, 1];
      this.ipv6(six(host[3]!), six(there[3]!), 6, payload);
      packet.u16(port).u16(443).u32(random.next()).u32(random.next()).put(0x50, 0x10).u16(512).u16(0).u16(0);
      packet.fill(payload - 20, 0x55);
    } else if (kind < 300) {
      this.linkHeader(SERVER_MAC, mac, 0x0800, 20 + payload);
      this.ipv4(host, there, 17, payload);
      packet
        .u16(port)
        .u16(kind < 200 ? 53 : 443)
        .u16(payload)
        .u16(0);
      packet.fill(payload - 8, 0x40 + random.below(64));
    } else {
      this.linkHeader(SERVER_MAC, mac, 0x0800, 20 + payload);
      this.ipv4(host, there, 6, payload);
      packet.u16(port).u16(443).u32(random.next()).u32(random.next()).put(0x50, 0x10).u16(512).u16(0).u16(0);
      packet.fill(payload - 20, 0x55);
    }
    return packet;
  }

  /** Message `step` (0 DISCOVER … 3 ACK) of client `n`. */
  message(n: number, step: number): Packet {
    return this.shape.v6 ? this.message6(n, step) : this.message4(n, step);
  }

  private message4(n: number, step: number): Packet {
    const { packet } = this;
    const reply = step % 2 === 1;
    const mac = this.mac(n);
    const address = [10, 1 + ((n >>> 16) & 127), (n >>> 8) & 255, n & 255];
    const body = 300;
    this.linkHeader(reply ? mac : [255, 255, 255, 255, 255, 255], reply ? SERVER_MAC : mac, 0x0800);
    this.ipv4(reply ? SERVER : [0, 0, 0, 0], reply ? address : [255, 255, 255, 255], 17, 8 + body);
    packet
      .u16(reply ? 67 : 68)
      .u16(reply ? 68 : 67)
      .u16(8 + body)
      .u16(0);
    const at = packet.length;
    packet
      .put(reply ? 2 : 1, 1, 6, 0)
      .u32(0x10000000 + n)
      .u16(0)
      .u16(0)
      .fill(4);
    packet.put(...(reply ? address : [0, 0, 0, 0]), ...(reply ? SERVER : [0, 0, 0, 0])).fill(4);
    packet
      .put(...mac)
      .fill(10 + 64 + 128)
      .u32(0x63825363);
    packet.put(53, 1, [1, 2, 3, 5][step]!);
    if (reply) {
      packet
        .put(54, 4, ...SERVER, 51, 4)
        .u32(86400)
        .put(1, 4, 255, 0, 0, 0, 3, 4, ...SERVER, 6, 4, ...SERVER);
    } else {
      packet.put(61, 7, 1, ...mac);
      if (step === 2) packet.put(50, 4, ...address, 54, 4, ...SERVER);
      packet.put(
        12,
        6,
        0x63,
        ...String(10000 + (n % 90000))
          .split('')
          .map((digit) => digit.charCodeAt(0)),
      );
      packet.put(55, 4, 1, 3, 6, 15);
    }
    packet.put(255);
    return packet.fill(at + body - packet.length);
  }

  private message6(n: number, step: number): Packet {
    const { packet } = this;
    const reply = step % 2 === 1;
    const mac = this.mac(n);
    const linkLocal = (last: readonly number[]): number[] => [
      0xfe,
      0x80,
      0,
      0,
      0,
      0,
      0,
      0,
      0x02,
      0,
      0,
      0xff,
      0xfe,
      ...last,
    ];
    const client = linkLocal([mac[3]!, mac[4]!, mac[5]!]);
    const server = linkLocal([0xff, 0, 1]);
    const all = [0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2];
    const options = 14 + (step === 0 ? 0 : 14) + 16 + (step === 0 ? 0 : 28);
    const body = 4 + options;
    this.linkHeader(reply ? mac : [0x33, 0x33, 0, 1, 0, 2], reply ? SERVER_MAC : mac, 0x86dd);
    const ip = packet.length;
    this.ipv6(reply ? server : client, reply ? client : all, 17, 8 + body);
    const udp = packet.length;
    packet
      .u16(reply ? 547 : 546)
      .u16(reply ? 546 : 547)
      .u16(8 + body)
      .u16(0);
    packet.put([1, 2, 3, 7][step]!, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);
    packet
      .u16(1)
      .u16(10)
      .u16(3)
      .u16(1)
      .put(...mac);
    if (step > 0)
      packet
        .u16(2)
        .u16(10)
        .u16(3)
        .u16(1)
        .put(...SERVER_MAC);
    packet
      .u16(3)
      .u16(step === 0 ? 12 : 40)
      .u32(1)
      .u32(step === 0 ? 0 : 3600)
      .u32(step === 0 ? 0 : 5760);
    if (step > 0) {
      packet
        .u16(5)
        .u16(24)
        .put(0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 2, 0, 0, 0, 0, 0, ...mac.slice(3))
        .u32(7200)
        .u32(10800);
    }
    // The UDP checksum of IPv6 covers the addresses, the length and the protocol (RFC 8200 §8.1).
    const end = packet.length;
    const pseudo = new Packet();
    for (const octet of packet.bytes.subarray(ip + 8, ip + 40)) pseudo.put(octet);
    pseudo.u32(8 + body).u32(17);
    for (const octet of packet.bytes.subarray(udp, end)) pseudo.put(octet);
    if (pseudo.length % 2 === 1) pseudo.put(0);
    pseudo.checksum(0, 0, pseudo.length);
    packet.put(...pseudo.bytes.subarray(0, 2));
    packet.length = end;
    packet.bytes[udp + 6] = packet.bytes[end]!;
    packet.bytes[udp + 7] = packet.bytes[end + 1]!;
    return packet;
  }
}

/** Conversations that go on at the same time. */
const AT_ONCE = 5;

/** How many messages there are among the first `frames` frames of a capture: they are spread evenly over it. */
function messagesIn(frames: number, shape: Shape): number {
  return Math.floor((frames * shape.messages) / shape.frames);
}

const secondsOf = (shape: Shape): number => shape.seconds ?? 3600;

/** Writes a capture of this shape to `path`; clients come in the order of their numbers. */
export function generate(path: string, shape: Shape): void {
  const writer = new Writer(path, shape);
  const frames = new Frames(shape);
  let sent = 0;
  for (let i = 0; i < shape.frames; i++) {
    const time = (secondsOf(shape) * i) / shape.frames;
    if (sent < messagesIn(i + 1, shape)) {
      // Blocks of a few clients, each of which is one step further each time round.
      const block = Math.floor(sent / (4 * AT_ONCE));
      const within = sent % (4 * AT_ONCE);
      const packet = frames.message(block * AT_ONCE + (within % AT_ONCE), Math.floor(within / AT_ONCE));
      writer.frame(packet.bytes, packet.length, time);
      sent++;
    } else {
      const packet = frames.other();
      writer.frame(packet.bytes, packet.length, time);
    }
  }
  writer.close();
}

/** The numbers of the frames that are messages: what every reader has to find. */
export function messageFrames(shape: Shape): number[] {
  const found: number[] = [];
  for (let n = 1; n <= shape.frames; n++) if (messagesIn(n, shape) > messagesIn(n - 1, shape)) found.push(n);
  return found;
}

/** The number of the frame that was taken at this time (seconds since the epoch, cut to microseconds). */
export function frameAt(seconds: number, microseconds: number, shape: Shape): number {
  const time = seconds - BEGIN + (microseconds + 0.5) / 1e6;
  return Math.round((time * shape.frames) / secondsOf(shape)) + 1;
}

/** The captures of the benchmark, at full size. */
export const SHAPES = {
  mixed: { frames: 2_000_000, messages: 20_000 },
  dhcp: { frames: 1_000_000, messages: 1_000_000 },
} as const satisfies Readonly<Record<string, Shape>>;

/** Frames of ordinary size that make a gigabyte, and of small ones. */
const FRAMES = 2_000_000;
const SMALL_FRAMES = { octets: 60, frames: 6_000_000 };

/** Captures of other kinds, a gigabyte each, with as many messages as `mixed`. */
export const VARIANTS: Readonly<Record<string, Shape>> = {
  'pcapng, small blocks': { ...SMALL_FRAMES, messages: 20_000, format: 'pcapng' },
  'VLAN in VLAN': { frames: FRAMES, messages: 20_000, vlans: [100, 20] },
  'Linux cooked': { frames: FRAMES, messages: 20_000, link: 'cooked' },
  '802.11': { frames: FRAMES, messages: 20_000, link: 'wifi' },
  'raw IP': { frames: FRAMES, messages: 20_000, link: 'raw' },
  'BSD loopback': { frames: FRAMES, messages: 20_000, link: 'loopback' },
  'nanoseconds, big-endian': { frames: FRAMES, messages: 20_000, nanoseconds: true, bigEndian: true },
  DHCPv6: { frames: FRAMES, messages: 20_000, v6: true },
  'cut at 96 octets': { frames: 10_000_000, messages: 20_000, snapLength: 96 },
  'cut at 300 octets': { frames: 6_000_000, messages: 20_000, snapLength: 300 },
};

/** A million messages of other kinds. */
export const BUSY: Readonly<Record<string, Shape>> = {
  'All DHCPv6': { ...SHAPES.dhcp, v6: true },
  'All DHCP, cut at 96 octets, before the type': { ...SHAPES.dhcp, snapLength: 96 },
  'All DHCP, cut at 300 octets, among the options': { ...SHAPES.dhcp, snapLength: 300 },
};
