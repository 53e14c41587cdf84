import { u32, u32le } from '../codec/bytes';
import { largestFrame } from './frame';
import type { CapturedFrame } from './frame';
import type { FormatReader, Sink } from './reader';

// The classic libpcap format (draft-ietf-opsawg-pcap): a file header, then records, each with a header and the captured octets.

/** Length of the file header. Ixia's has one more word, which gives the length of the records. */
const FILE_HEADER = 24;
const IXIA_FILE_HEADER = 28;

/** Layout of the records, given by the length of their header. All headers begin alike (time, captured and wire length). */
interface Layout {
  readonly header: number;
  readonly variant: string;
}
const STANDARD: Layout = { header: 16, variant: 'pcap' };
/** Alexey Kuznetsov's patches add interface index, protocol and packet type; one early version adds 4 more octets. */
const MODIFIED: Layout = { header: 24, variant: 'pcap, modified by Alexey Kuznetsov' };
const MODIFIED_EARLY: Layout = { header: 28, variant: 'pcap, modified by Alexey Kuznetsov (SuSE 6.3)' };
/** Red Hat Linux 6.1 wrote patched records under the unpatched magic number. */
const RED_HAT: Layout = { header: 24, variant: 'pcap of Red Hat Linux 6.1' };
/** Nokia's firewalls wrote records with 4 extra octets of their own, also under the unpatched magic number. */
const NOKIA: Layout = { header: 20, variant: 'pcap of Nokia' };

interface Magic {
  readonly nanoseconds: boolean;
  readonly layouts: readonly Layout[];
  readonly fileHeader: number;
}
const MAGIC: Readonly<Record<number, Magic>> = {
  0xa1b2c3d4: { nanoseconds: false, layouts: [STANDARD, RED_HAT, NOKIA], fileHeader: FILE_HEADER },
  0xa1b23c4d: { nanoseconds: true, layouts: [STANDARD], fileHeader: FILE_HEADER },
  0xa1b2cd34: { nanoseconds: false, layouts: [MODIFIED, MODIFIED_EARLY], fileHeader: FILE_HEADER },
  0x1c0001ac: {
    nanoseconds: true,
    layouts: [{ header: 16, variant: 'pcap of Ixia (hardware)' }],
    fileHeader: IXIA_FILE_HEADER,
  },
  0x1c0001ab: {
    nanoseconds: true,
    layouts: [{ header: 16, variant: 'pcap of Ixia (software)' }],
    fileHeader: IXIA_FILE_HEADER,
  },
};

/** Whether the octets begin with the magic number of a libpcap file, in either byte order. */
export function isPcap(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at >= 4 && (MAGIC[u32(bytes, at)] !== undefined || MAGIC[u32le(bytes, at)] !== undefined);
}

/** Which of the two lengths in a record header is the captured one. libpcap before 2.3 wrote them in the opposite order. */
const enum Lengths {
  CapturedFirst,
  WireFirst,
  SmallerIsCaptured,
}

/** Records that are examined to tell apart layouts that share a magic number. */
const RECORDS_TRIED = 3;

/**
 * What the first records look like under a layout: whether lengths are impossible or values odd, how many records there
 * are, and whether they fill the file.
 */
interface Attempt {
  readonly broken: boolean;
  readonly odd: boolean;
  readonly whole: number;
  readonly exact: boolean;
}

/** Reads classic pcap. */
export class PcapReader implements FormatReader {
  need = FILE_HEADER;
  skip = 0;
  within = 'the file header';
  private readonly frame: CapturedFrame;
  private view: DataView = new DataView(new ArrayBuffer(0));
  private started = false;
  private little = false;
  private nanoseconds = false;
  private header = 16;
  private largest = 0;
  private lengths = Lengths.CapturedFirst;

  constructor(private readonly sink: Sink) {
    this.frame = sink.frame;
  }

  consume(bytes: Uint8Array, at: number, end: number): number {
    if (!this.started) {
      if (end - at < this.need) return at;
      const start = this.begin(bytes, at, end);
      if (start < 0) return at;
      at = start;
    }
    const { frame, sink, little, header, nanoseconds, largest } = this;
    // Read each number with one load instead of four octets: this is the innermost loop.
    if (this.view.buffer !== bytes.buffer) this.view = new DataView(bytes.buffer);
    const { view } = this;
    const base = bytes.byteOffset;
    frame.bytes = bytes;
    while (end - at >= header) {
      const seconds = view.getUint32(base + at, little);
      const fraction = view.getUint32(base + at + 4, little);
      let captured = view.getUint32(base + at + 8, little);
      let wire = view.getUint32(base + at + 12, little);
      if (this.lengths !== Lengths.CapturedFirst && (this.lengths === Lengths.WireFirst || captured > wire)) {
        const first = captured;
        captured = wire;
        wire = first;
      }
      if (captured > largest) {
        const offset = sink.base + at;
        sink.stopDamaged(
          offset,
          `The record at byte offset ${offset}, ${sink.place}, claims ${captured} captured octets, more than the ${largest} that a frame may have: the file is damaged there and was read no further.`,
        );
        return at;
      }
      const start = at + header;
      const next = start + captured;
      if (next > end) {
        this.need = header + captured;
        this.within = 'a packet record';
        return at;
      }
      frame.number++;
      frame.start = start;
      frame.end = next;
      frame.wireLength = wire;
      frame.seconds = seconds;
      frame.nanoseconds = nanoseconds ? fraction : fraction * 1000;
      // A fraction of a second or more means damage or an unusual writer. Carry it into the seconds, so that the time
      // stays well formed.
      if (frame.nanoseconds >= 1e9) {
        frame.seconds += Math.floor(frame.nanoseconds / 1e9);
        frame.nanoseconds %= 1e9;
      }
      frame.fileOffset = sink.base + start;
      at = next;
      if (!sink.emit()) return at;
    }
    this.need = header;
    this.within = 'the header of a packet record';
    return at;
  }

  /** Reads the file header. Returns where the first record begins, or -1 if more of the file is needed first. */
  private begin(bytes: Uint8Array, at: number, end: number): number {
    const { sink } = this;
    this.little = MAGIC[u32(bytes, at)] === undefined;
    const number = (where: number): number => (this.little ? u32le(bytes, where) : u32(bytes, where));
    const magic = MAGIC[number(at)]!;
    if (end - at < magic.fileHeader) {
      this.need = magic.fileHeader;
      return -1;
    }
    const version = number(at + 4);
    const major = this.little ? version & 0xffff : version >>> 16;
    const minor = this.little ? version >>> 16 : version & 0xffff;
    if (major !== 2 && major !== 543) {
      sink.addProblem(
        'capture-damaged',
        sink.base + at + 4,
        `The file header at byte offset 4 says version ${major}.${minor} of the pcap format, where 2.4 is the only one in use.`,
      );
    }
    // Version 543.0 is the DG/UX tcpdump, which never adopted the new order.
    if (major === 543 || (major === 2 && minor < 3)) this.lengths = Lengths.WireFirst;
    else if (major === 2 && minor === 3) this.lengths = Lengths.SmallerIsCaptured;

    const snapLength = number(at + 16);
    const network = number(at + 20);
    // The upper bits say whether frames end with a frame check sequence, and give its length in units of 16 bits.
    const linkType = network & 0xffff;
    const fcsLength = network & 0x04000000 ? 2 * (network >>> 28) : undefined;
    this.nanoseconds = magic.nanoseconds;
    this.largest = largestFrame(linkType);
    const layout = this.layoutOf(bytes, at + magic.fileHeader, end, magic.layouts);
    this.header = layout.header;

    const resolution = magic.nanoseconds ? 'nanoseconds' : 'microseconds';
    sink.format = 'pcap';
    sink.variant = layout === STANDARD && magic.nanoseconds ? 'pcap, nanoseconds' : layout.variant;
    sink.addByteOrder(this.little);
    sink.addInterface({ linkType, snapLength, resolution, ...(fcsLength === undefined ? {} : { fcsLength }) });
    this.frame.linkType = linkType;
    this.started = true;
    return at + magic.fileHeader;
  }

  /**
   * Picks one of the layouts that share a magic number: the first, unless its records soon make no sense and those of
   * another layout do. Under a wrong layout the second header is read from the middle of a frame, so its lengths are
   * practically random.
   */
  private layoutOf(bytes: Uint8Array, at: number, end: number, layouts: readonly Layout[]): Layout {
    const first = layouts[0]!;
    if (layouts.length === 1 || !this.try(bytes, at, end, first.header).broken) return first;
    for (const layout of layouts) {
      const { broken, odd, whole, exact } = this.try(bytes, at, end, layout.header);
      if (!broken && !odd && (whole > 1 || exact)) return layout;
    }
    return first;
  }

  /** Reads the first record headers as if they were `header` octets long. */
  private try(bytes: Uint8Array, at: number, end: number, header: number): Attempt {
    const number = (where: number): number => (this.little ? u32le(bytes, where) : u32(bytes, where));
    const attempt = { broken: false, odd: false, whole: 0, exact: false };
    let previous: number | undefined;
    while (attempt.whole < RECORDS_TRIED && end - at >= header) {
      const seconds = number(at);
      let captured = number(at + 8);
      let wire = number(at + 12);
      if (this.lengths === Lengths.WireFirst || (this.lengths === Lengths.SmallerIsCaptured && captured > wire)) {
        [captured, wire] = [wire, captured];
      }
      if (captured > this.largest) return { ...attempt, broken: true };
      if (captured > wire || number(at + 4) >= 1e6) attempt.odd = true;
      // Records in one file should lie within days of each other.
      if (previous !== undefined && Math.abs(seconds - previous) > 1e6) attempt.odd = true;
      previous = seconds;
      at += header + captured;
      if (at <= end) attempt.whole++;
    }
    attempt.exact = at === end;
    return attempt;
  }
}
