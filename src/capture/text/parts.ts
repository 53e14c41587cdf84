import { beginsPacket, guess } from '../../codec/start';
import { Growing, type Gap, type HexPacket } from './form';

/** Octets that certainly belong together. Whether several parts form one packet is decided once all parts are known. */
export interface Part {
  readonly bytes: Uint8Array;
  /** 1-based line of its first row, and of its last. */
  readonly line: number;
  readonly last: number;
  /** What precedes the part: a new offset, the short last row of another part, or other lines. */
  readonly after: 'offset' | 'short' | 'lines';
  readonly gaps: readonly Gap[];
  /** How many octets its last row is short of a full one. */
  readonly short: number;
}

/**
 * Joins the parts into packets: a part that does not look like the beginning of a packet continues the part before. If that one ends in
 * the only row that is shorter than the others, its row was cut.
 */
export function packetsOfParts(parts: readonly Part[], width: number): HexPacket[] {
  const packets: { pieces: Uint8Array[]; gaps: Gap[]; length: number; first: Part; last: Part }[] = [];
  for (const part of parts) {
    const packet = packets[packets.length - 1];
    const found = part.after === 'offset' || !packet ? undefined : guess(part.bytes);
    if (!packet || part.after === 'offset' || (beginsPacket(found) && (found.sure || part.after === 'short'))) {
      packets.push({ pieces: [part.bytes], gaps: [...part.gaps], length: part.bytes.length, first: part, last: part });
      continue;
    }
    const { last } = packet;
    // Rows of one length, but for this one, are no octets written field by field.
    const rows = (octets: number): number => Math.floor(octets / width);
    if (part.after === 'short' && last.short > 0 && rows(packet.length) >= ROWS && rows(part.bytes.length) >= 1) {
      packet.gaps.push({
        at: packet.length,
        length: last.short,
        line: last.last,
        text: `The row ends after ${width - last.short} of ${width} octets: 00 stands for each of the others`,
      });
      packet.pieces.push(new Uint8Array(last.short));
      packet.length += last.short;
    }
    for (const gap of part.gaps) packet.gaps.push({ ...gap, at: packet.length + gap.at });
    packet.pieces.push(part.bytes);
    packet.length += part.bytes.length;
    packet.last = part;
  }
  return packets.map(({ pieces, gaps, first: { line } }) => {
    const octets = new Growing();
    for (const piece of pieces) octets.addAll(piece);
    return { bytes: octets.done(), line, ...(gaps.length > 0 ? { gaps } : {}) };
  });
}

/** Fewest full rows before a shorter one that make that one a cut row. */
const ROWS = 4;
