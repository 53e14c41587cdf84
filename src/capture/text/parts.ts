import { beginsPacket, guess, missingBehind } from '../../codec/start';
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
  /** Whether only the packet before shows that it is octets: too few of them stand alone, behind other lines. */
  readonly weak: boolean;
}

/** The pieces of one packet so far. */
interface Pieces {
  readonly pieces: Uint8Array[];
  readonly gaps: Gap[];
  length: number;
  readonly first: Part;
  last: Part;
}

/**
 * Joins the parts into packets: a part that does not look like the beginning of a packet continues the part before. If that one ends in
 * the only row that is shorter than the others, its row was cut. `drop` is told the parts that belong to no packet.
 */
export function packetsOfParts(parts: readonly Part[], width: number, drop: (part: Part) => void): HexPacket[] {
  const packets: Pieces[] = [];
  for (const [i, part] of parts.entries()) {
    const packet = packets[packets.length - 1];
    if (packet && part.weak && !isWanting(packet)) {
      drop(part);
      continue;
    }
    if (!packet || part.after === 'offset' || (!part.weak && begins(parts, i, packet))) {
      packets.push({ pieces: [part.bytes], gaps: [...part.gaps], length: part.bytes.length, first: part, last: part });
      continue;
    }
    const { last } = packet;
    // Rows of one length, but for this one, are no octets written field by field.
    const rows = (octets: number): number => Math.floor(octets / width);
    if (
      part.after === 'short' &&
      !last.weak &&
      last.short > 0 &&
      rows(packet.length) >= ROWS &&
      rows(part.bytes.length) >= 1
    ) {
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
    return { bytes: joined(pieces), line, ...(gaps.length > 0 ? { gaps } : {}) };
  });
}

/** Octets of a packet that are looked at to tell whether it is whole, and of the parts behind it. */
const LOOKED_AT = 2048;
const joined = (pieces: readonly Uint8Array[]): Uint8Array => {
  const octets = new Growing();
  for (const piece of pieces) octets.addAll(piece);
  return octets.done();
};

/** Whether a part begins a packet: by its own octets, or, where the one before is whole, together with the parts behind. */
function begins(parts: readonly Part[], i: number, before: Pieces): boolean {
  const part = parts[i]!;
  const found = guess(part.bytes);
  if (beginsPacket(found) && (found.sure || part.after === 'short')) return true;
  if (before.length > LOOKED_AT) return false;
  const bytes = joined(before.pieces);
  const own = guess(bytes);
  if (!beginsPacket(own) || !own.sure || missingBehind(bytes, own.start) > 0) return false;
  // Behind the last row of a whole frame and other words, nothing but another one can come.
  if (before.last.short > 0 && (beginsPacket(found) || (part.after === 'lines' && !own.start.startsWith('dhcp'))))
    return true;
  const pieces: Uint8Array[] = [];
  for (let k = i, length = 0; k < parts.length && length < LOOKED_AT; length += parts[k++]!.bytes.length) {
    if (k > i && parts[k]!.after === 'offset') break;
    pieces.push(parts[k]!.bytes);
  }
  const all = guess(joined(pieces));
  return beginsPacket(all) && all.sure;
}

/** Whether the headers of a packet tell of more octets than it has so far. */
function isWanting({ pieces, length }: Pieces): boolean {
  if (length > LOOKED_AT) return false;
  const bytes = joined(pieces);
  const found = guess(bytes);
  const start = found?.skip === 0 ? found.start : bytes[0]! >> 4 === 6 ? 'ipv6' : undefined;
  return start !== undefined && missingBehind(bytes, start) > 0;
}

/** Fewest full rows before a shorter one that make that one a cut row. */
const ROWS = 4;
