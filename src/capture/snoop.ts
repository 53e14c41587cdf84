import { u32 } from '../codec/bytes';
import { largestFrame, UNKNOWN_LINK_TYPE } from './frame';
import type { FormatReader, Sink } from './reader';

// Sun's snoop, version 2 (RFC 1761). All numbers are big-endian.

const FILE_HEADER = 16;
const RECORD_HEADER = 24;
const MAGIC = [0x73, 0x6e, 0x6f, 0x6f, 0x70, 0, 0, 0];

/** RFC 1761 §4, “Datalink Type”, mapped to LINKTYPE_ numbers. The type field distinguishes 802.3 from Ethernet anyway. */
const LINK_TYPES: Readonly<Record<number, number>> = { 0: 1, 2: 6, 4: 1, 8: 10 };

/** Whether the octets begin with “snoop” and three zeros. */
export function isSnoop(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at >= MAGIC.length && MAGIC.every((octet, i) => bytes[at + i] === octet);
}

/** Reads snoop captures. */
export class SnoopReader implements FormatReader {
  need = FILE_HEADER;
  skip = 0;
  within = 'the file header';
  private started = false;
  private linkType = UNKNOWN_LINK_TYPE;

  constructor(private readonly sink: Sink) {}

  consume(bytes: Uint8Array, at: number, end: number): number {
    if (!this.started) {
      if (end - at < FILE_HEADER) return at;
      this.begin(bytes, at);
      at += FILE_HEADER;
    }
    const { sink } = this;
    const { frame } = sink;
    while (end - at >= RECORD_HEADER) {
      const wire = u32(bytes, at);
      const captured = u32(bytes, at + 4);
      const record = u32(bytes, at + 8);
      const offset = sink.base + at;
      // A record holds its header, the captured octets and at most some padding (§4, “Packet Record Length”).
      const wrong =
        captured > largestFrame(this.linkType)
          ? `claims ${captured} captured octets, more than the ${largestFrame(this.linkType)} that a frame may have`
          : record < RECORD_HEADER + captured
            ? `claims ${captured} captured octets, but a record length of only ${record}`
            : record > RECORD_HEADER + captured + (256 << 10)
              ? `claims a record length of ${record} for ${captured} captured octets`
              : undefined;
      if (wrong) {
        sink.stopDamaged(
          offset,
          `The record at byte offset ${offset}, ${sink.place}, ${wrong}: the file is damaged there and was read no further.`,
        );
        return at;
      }
      if (record > end - at) {
        this.need = record;
        this.within = 'a packet record';
        return at;
      }
      const microseconds = u32(bytes, at + 20);
      frame.number++;
      frame.bytes = bytes;
      frame.start = at + RECORD_HEADER;
      frame.end = frame.start + captured;
      frame.wireLength = wire;
      frame.linkType = this.linkType;
      frame.seconds = u32(bytes, at + 16) + Math.floor(microseconds / 1e6);
      frame.nanoseconds = (microseconds % 1e6) * 1000;
      frame.fileOffset = sink.base + frame.start;
      at += record;
      if (!sink.emit()) return at;
    }
    this.need = RECORD_HEADER;
    this.within = 'the header of a packet record';
    return at;
  }

  private begin(bytes: Uint8Array, at: number): void {
    const version = u32(bytes, at + 8);
    const { sink } = this;
    if (version !== 2) {
      sink.addProblem(
        'capture-damaged',
        sink.base + at + 8,
        `The file header at byte offset 8 says version ${version} of the snoop format, where 2 is the only one in use.`,
      );
    }
    this.linkType = LINK_TYPES[u32(bytes, at + 12)] ?? UNKNOWN_LINK_TYPE;
    sink.format = 'snoop';
    sink.variant = 'snoop';
    sink.addByteOrder(false);
    sink.addInterface({ linkType: this.linkType, snapLength: 0, resolution: 'microseconds' });
    this.started = true;
  }
}
