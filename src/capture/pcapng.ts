import { u16, u16le, u32, u32le } from '../codec/bytes';
import { largestFrame } from './frame';
import { octets, type FormatReader, type Sink } from './reader';
import { Clock } from './ticks';

// The pcapng format (draft-ietf-opsawg-pcapng): blocks that begin with type and length and end with the length again.

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const PACKET = 2; // obsolete, still found in old files
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
/** Blocks without a packet that Wireshark still counts as frames: systemd journal entries, system calls, and custom blocks. */
const NUMBERED: ReadonlySet<number> = new Set([9, 0x204, 0x00000bad, 0x40000bad]);

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Shortest block: type, length, and the length again at the end. */
const LEAST_BLOCK = 12;
/** Longest block that is read as a whole, not counting the octets of a packet in it. Wireshark has the same limit. */
const LARGEST_BLOCK = 16 << 20;
/** Most interfaces in one section. Real files have far fewer, and a forged file must not fill memory. */
const MOST_INTERFACES = 1 << 16;

/** Length of the fixed fields, including type and length, before the packet's octets or the options. */
const FIXED: Readonly<Record<number, number>> = {
  [SECTION_HEADER]: 24,
  [INTERFACE_DESCRIPTION]: 16,
  [PACKET]: 28,
  [SIMPLE_PACKET]: 12,
  [ENHANCED_PACKET]: 28,
};
const NAMES: Readonly<Record<number, string>> = {
  [SECTION_HEADER]: 'section header block',
  [INTERFACE_DESCRIPTION]: 'interface description block',
  [PACKET]: 'packet block',
  [SIMPLE_PACKET]: 'simple packet block',
  [ENHANCED_PACKET]: 'enhanced packet block',
};

const OPTION = {
  end: 0,
  comment: 1,
  // Section header
  hardware: 2,
  os: 3,
  application: 4,
  // Interface description
  ifName: 2,
  ifDescription: 3,
  ifResolution: 9,
  ifFilter: 11,
  ifOs: 12,
  ifFcsLength: 13,
  ifOffset: 14,
  ifHardware: 15,
} as const;

/** Interface options whose value is text. */
const INTERFACE_TEXTS: Readonly<Partial<Record<number, 'name' | 'description' | 'filter' | 'hardware' | 'os'>>> = {
  [OPTION.ifName]: 'name',
  [OPTION.ifDescription]: 'description',
  [OPTION.ifFilter]: 'filter',
  [OPTION.ifOs]: 'os',
  [OPTION.ifHardware]: 'hardware',
};

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  /** Number of the interface, counted over the whole file. */
  readonly number: number;
  readonly clock: Clock;
}

/** Whether the octets begin with a section header block. */
export function isPcapng(bytes: Uint8Array, at: number, end: number): boolean {
  return (
    end - at >= 12 &&
    u32(bytes, at) === SECTION_HEADER &&
    (u32(bytes, at + 8) === BYTE_ORDER_MAGIC || u32le(bytes, at + 8) === BYTE_ORDER_MAGIC)
  );
}

/** Reads pcapng: any number of sections, each in its own byte order and with its own interfaces. */
export class PcapngReader implements FormatReader {
  need = LEAST_BLOCK;
  skip = 0;
  within = 'the header of a block';
  private little = false;
  /** A view of the octets being read. */
  private view: DataView = new DataView(new ArrayBuffer(0));
  private interfaces: Interface[] = [];
  /** Length of the block being skipped, whose trailing length comes next; 0 if none is. */
  private passing = 0;
  /** Whether the block being skipped takes a frame number. */
  private numbered = false;

  constructor(private readonly sink: Sink) {
    sink.format = 'pcapng';
    sink.variant = 'pcapng';
  }

  consume(bytes: Uint8Array, at: number, end: number): number {
    const { sink } = this;
    sink.frame.bytes = bytes;
    if (this.view.buffer !== bytes.buffer) this.view = new DataView(bytes.buffer);
    for (;;) {
      if (this.passing) {
        if (end - at < 4) return this.wait(at, 4, 'a block that holds no packet');
        this.checkTrailer(bytes, at, this.passing, sink.base + at + 4 - this.passing);
        this.passing = 0;
        if (this.numbered) {
          sink.frame.number++;
          sink.numberedBlocks++;
        }
        at += 4;
        continue;
      }
      if (end - at < LEAST_BLOCK) return this.wait(at, LEAST_BLOCK, 'the header of a block');

      const type = this.u32(bytes, at);
      if (type === SECTION_HEADER && !this.byteOrder(bytes, at)) return at;
      const length = this.u32(bytes, at + 4);
      const fixed = type === ENHANCED_PACKET ? 28 : FIXED[type];
      if (!this.plausible(at, type, length, fixed)) return at;

      if (fixed === undefined) {
        // Name resolution, statistics, secrets, custom and unknown blocks contain no packets.
        this.skip = length - 4 - 8;
        this.passing = length;
        this.numbered = NUMBERED.has(type);
        at += 8;
        const here = Math.min(this.skip, end - at);
        this.skip -= here;
        at += here;
        if (this.skip > 0) return this.wait(at, 4, 'a block that holds no packet');
        continue;
      }

      if (end - at < length) return this.wait(at, length, `a ${NAMES[type]!}`);
      const limit = at + length - 4;
      let ok: boolean;
      if (type === ENHANCED_PACKET || type === PACKET) ok = this.packet(bytes, at, limit, type);
      else if (type === SIMPLE_PACKET) ok = this.simplePacket(bytes, at, limit);
      else if (type === INTERFACE_DESCRIPTION) ok = this.interfaceDescription(bytes, at, limit);
      else ok = this.sectionHeader(bytes, at, limit);
      if (!ok) return at;
      this.checkTrailer(bytes, limit, length, sink.base + at);
      at += length;
    }
  }

  private u16(bytes: Uint8Array, at: number): number {
    return this.little ? u16le(bytes, at) : u16(bytes, at);
  }
  private u32(bytes: Uint8Array, at: number): number {
    return this.view.getUint32(bytes.byteOffset + at, this.little);
  }

  private wait(at: number, need: number, within: string): number {
    this.need = need;
    this.within = within;
    return at;
  }

  private damaged(at: number, what: string): false {
    const offset = this.sink.base + at;
    this.sink.stopDamaged(
      offset,
      `The block at byte offset ${offset}, ${this.sink.place}, ${what}: the file is damaged there and was read no further.`,
    );
    return false;
  }

  /** Sets the byte order, which each section states itself. False if the magic number fits neither order. */
  private byteOrder(bytes: Uint8Array, at: number): boolean {
    if (u32(bytes, at + 8) === BYTE_ORDER_MAGIC) this.little = false;
    else if (u32le(bytes, at + 8) === BYTE_ORDER_MAGIC) this.little = true;
    else return this.damaged(at, 'begins a section, but does not tell its byte order');
    return true;
  }

  /** Checks the length that a block claims before that many octets are waited for. */
  private plausible(at: number, type: number, length: number, fixed: number | undefined): boolean {
    const least = fixed === undefined ? LEAST_BLOCK : fixed + 4;
    if (length < least) return this.damaged(at, `claims a length of ${octets(length)}, where it needs ${least}`);
    if (length % 4 !== 0) return this.damaged(at, `claims a length of ${length} octets, which is no multiple of 4`);
    // A block without packets is skipped, however long it is.
    if (length <= LARGEST_BLOCK || fixed === undefined) return true;
    const packet = type === ENHANCED_PACKET || type === PACKET || type === SIMPLE_PACKET;
    const largest = LARGEST_BLOCK + (packet ? this.largestFrame() : 0);
    if (length <= largest) return true;
    return this.damaged(
      at,
      `claims a length of ${length} octets, more than the ${largest} that a ${NAMES[type]!} may have`,
    );
  }

  /** Most octets that a frame in this section may have. */
  private largestFrame(): number {
    let largest = 0;
    // A section usually has one or two interfaces. If a forged file has thousands, the first few will do.
    for (let i = 0; i < this.interfaces.length && i < 16; i++) {
      largest = Math.max(largest, largestFrame(this.interfaces[i]!.linkType));
    }
    return largest;
  }

  private checkTrailer(bytes: Uint8Array, at: number, length: number, blockOffset: number): void {
    const trailer = this.u32(bytes, at);
    if (trailer === length) return;
    this.sink.addProblem(
      'capture-damaged',
      blockOffset,
      `The block at byte offset ${blockOffset} gives its length as ${length} in front and as ${trailer} behind (last frame read: ${this.sink.frame.number}).`,
    );
  }

  private sectionHeader(bytes: Uint8Array, at: number, limit: number): boolean {
    const major = this.u16(bytes, at + 12);
    const minor = this.u16(bytes, at + 14);
    // Some tools wrote minor version 2 for the same format.
    if (major !== 1 || (minor !== 0 && minor !== 2)) {
      return this.damaged(
        at,
        `begins a section of version ${major}.${minor} of the pcapng format, where 1.0 is the only one known`,
      );
    }
    const { sink } = this;
    sink.addByteOrder(this.little);
    this.interfaces = [];
    const { texts } = sink;
    texts.begin();
    this.eachOption(bytes, at + 24, limit, (code, from, length) => {
      if (code === OPTION.comment) {
        const text = texts.read(bytes, from, length);
        if (text !== undefined) sink.addComment(text);
      } else if (code === OPTION.application) sink.application ??= texts.read(bytes, from, length);
    });
    return true;
  }

  private interfaceDescription(bytes: Uint8Array, at: number, limit: number): boolean {
    if (this.interfaces.length >= MOST_INTERFACES) {
      return this.damaged(at, `describes one more than ${MOST_INTERFACES} interfaces`);
    }
    const linkType = this.u16(bytes, at + 8);
    const snapLength = this.u32(bytes, at + 12);
    let resolution = 6;
    let offset = 0n;
    let fcsLength: number | undefined;
    const texts: { -readonly [K in 'name' | 'description' | 'filter' | 'hardware' | 'os']?: string } = {};
    const comments: string[] = [];
    const reader = this.sink.texts;
    reader.begin();
    this.eachOption(bytes, at + 16, limit, (code, from, length) => {
      const key = INTERFACE_TEXTS[code];
      // The first octet of if_filter is its type: 0 is a libpcap filter as text.
      const skipped = code === OPTION.ifFilter ? 1 : 0;
      if (code === OPTION.comment) {
        const text = reader.read(bytes, from, length);
        if (text !== undefined) comments.push(text);
      } else if (key !== undefined) {
        if (skipped > 0 && (length === 0 || bytes[from] !== 0)) return;
        const text = reader.read(bytes, from + skipped, length - skipped);
        if (text !== undefined) texts[key] = text;
      } else if (code === OPTION.ifResolution && length >= 1) resolution = bytes[from]!;
      else if (code === OPTION.ifFcsLength && length >= 1) fcsLength = bytes[from]!;
      else if (code === OPTION.ifOffset && length >= 8) {
        offset = this.view.getBigInt64(bytes.byteOffset + from, this.little);
      }
    });
    const clock = new Clock(resolution, offset);
    const number = this.sink.addInterface({
      linkType,
      snapLength,
      resolution: clock.resolution,
      ...texts,
      ...(comments.length > 0 ? { comment: comments.join('\n') } : {}),
      ...(fcsLength === undefined ? {} : { fcsLength }),
    });
    this.interfaces.push({ linkType, snapLength, number, clock });
    return true;
  }

  /** Reads an Enhanced Packet Block or an obsolete Packet Block. They differ in how they give the interface number. */
  private packet(bytes: Uint8Array, at: number, limit: number, type: number): boolean {
    const id = type === PACKET ? this.u16(bytes, at + 8) : this.u32(bytes, at + 8);
    const captured = this.u32(bytes, at + 20);
    const start = at + 28;
    const link = this.interfaceOf(at, id);
    if (!link) return false;
    if (captured > limit - start) {
      return this.damaged(at, `claims ${captured} captured octets, but has room for ${limit - start}`);
    }
    if (captured > largestFrame(link.linkType)) {
      return this.damaged(
        at,
        `claims ${captured} captured octets, more than the ${largestFrame(link.linkType)} that a frame may have`,
      );
    }
    const { frame } = this.sink;
    const { clock } = link;
    clock.set(this.u32(bytes, at + 12), this.u32(bytes, at + 16));
    frame.seconds = clock.readable ? clock.seconds : 0;
    frame.nanoseconds = clock.readable ? clock.nanoseconds : 0;
    frame.timed = clock.readable;
    if (!clock.readable) this.sink.addStrangeTime(clock.words(this.u32(bytes, at + 12), this.u32(bytes, at + 16)));
    frame.comment = undefined;
    const options = start + ((captured + 3) & ~3);
    if (limit - options >= 4) frame.comment = this.comment(bytes, options, limit);
    return this.emit(link, start, captured, this.u32(bytes, at + 24));
  }

  private simplePacket(bytes: Uint8Array, at: number, limit: number): boolean {
    const link = this.interfaceOf(at, 0);
    if (!link) return false;
    const wire = this.u32(bytes, at + 8);
    const start = at + 12;
    // The block does not give the captured length: it is the whole packet, or what the snapshot length allowed.
    const captured = link.snapLength > 0 ? Math.min(wire, link.snapLength) : wire;
    if (captured > limit - start) {
      return this.damaged(at, `holds a packet of ${captured} captured octets, but has room for ${limit - start}`);
    }
    if (captured > largestFrame(link.linkType)) {
      return this.damaged(
        at,
        `holds ${captured} captured octets, more than the ${largestFrame(link.linkType)} that a frame may have`,
      );
    }
    const { frame } = this.sink;
    frame.seconds = 0;
    frame.nanoseconds = 0;
    frame.timed = false;
    frame.comment = undefined;
    return this.emit(link, start, captured, wire);
  }

  private emit(link: Interface, start: number, captured: number, wire: number): boolean {
    const { frame } = this.sink;
    frame.number++;
    frame.start = start;
    frame.end = start + captured;
    frame.wireLength = wire;
    frame.linkType = link.linkType;
    frame.interface = link.number;
    frame.fileOffset = this.sink.base + start;
    return this.sink.emit();
  }

  private interfaceOf(at: number, id: number): Interface | undefined {
    const link = this.interfaces[id];
    if (!link) {
      const have = this.interfaces.length;
      const known = have === 1 ? 'only one' : have === 0 ? 'none' : `only ${have}`;
      this.damaged(at, `belongs to interface ${id}, but its section describes ${known}`);
    }
    return link;
  }

  /** All comments in the options of a packet, joined by line feeds. */
  private comment(bytes: Uint8Array, at: number, limit: number): string | undefined {
    let comments: string[] | undefined;
    const reader = this.sink.frameTexts;
    reader.begin();
    this.eachOption(bytes, at, limit, (code, from, length) => {
      if (code !== OPTION.comment) return;
      const text = reader.read(bytes, from, length);
      if (text !== undefined) (comments ??= []).push(text);
    });
    return comments?.join('\n');
  }

  /** Calls `visit` for each option from `at` up to `limit`. Reports an option that runs past the block, and stops there. */
  private eachOption(
    bytes: Uint8Array,
    at: number,
    limit: number,
    visit: (code: number, from: number, length: number) => void,
  ): void {
    while (limit - at >= 4) {
      const code = this.u16(bytes, at);
      const length = this.u16(bytes, at + 2);
      if (code === OPTION.end) return;
      at += 4;
      if (length > limit - at) {
        const offset = this.sink.base + at - 4;
        this.sink.addProblem(
          'capture-damaged',
          offset,
          `The option at byte offset ${offset}, ${this.sink.place}, claims ${octets(length)}, but its block ends after ${limit - at}.`,
        );
        return;
      }
      visit(code, at, length);
      at += (length + 3) & ~3;
    }
  }
}
