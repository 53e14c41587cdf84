import { lowerBound } from './search';
import { hex, u16, u32 } from './bytes';
import type { Field, Span } from './field';

/** A piece of a joined value: `length` octets at `offset` in the frame. */
export interface Piece {
  readonly offset: number;
  readonly length: number;
}

/** A piece with its position in the joined octets. */
interface Placed extends Piece {
  readonly from: number;
}

/** What a tree node may have besides position and text. */
type Extra = Pick<Field, 'key' | 'children' | 'problem'>;

function addExtra(field: { -readonly [K in keyof Field]: Field[K] }, extra: Extra): void {
  if (extra.key !== undefined) field.key = extra.key;
  if (extra.children !== undefined) field.children = extra.children;
  if (extra.problem !== undefined) field.problem = extra.problem;
}

/**
 * A window on the octets of one value. It knows their position in the frame, even if they were joined from several
 * pieces (RFC 3396), so that readers of a value need not track byte ranges.
 */
export class View {
  private constructor(
    /** The array that holds the octets. */
    readonly bytes: Uint8Array,
    /** Index in `bytes` of the first octet. */
    readonly start: number,
    /** Number of octets. */
    readonly length: number,
    private readonly pieces: readonly Placed[] | undefined,
    /** The buffer that spans refer to (see `Span.buffer`). */
    readonly buffer: number,
  ) {}

  /** Contiguous octets: `length` octets from `start` in the frame (or in buffer `buffer`). */
  static of(frame: Uint8Array, start: number, length: number, buffer = 0): View {
    return new View(frame, start, length, undefined, buffer);
  }

  /** Octets joined from pieces of the frame, in the given order. A single piece is not copied. */
  static joined(frame: Uint8Array, pieces: readonly Piece[], buffer = 0): View {
    if (pieces.length === 1) return View.of(frame, pieces[0]!.offset, pieces[0]!.length, buffer);
    let length = 0;
    for (const piece of pieces) length += piece.length;
    const bytes = new Uint8Array(length);
    let at = 0;
    const placed: Placed[] = [];
    for (const piece of pieces) {
      placed.push({ offset: piece.offset, length: piece.length, from: at });
      bytes.set(frame.subarray(piece.offset, piece.offset + piece.length), at);
      at += piece.length;
    }
    return new View(bytes, 0, length, placed, buffer);
  }

  /** Octet at `at`, relative to the view's first. */
  u8(at: number): number {
    return this.bytes[this.start + at]!;
  }
  /** 16-bit big-endian number at `at`. */
  u16(at: number): number {
    return u16(this.bytes, this.start + at);
  }
  /** 32-bit big-endian unsigned number at `at`. */
  u32(at: number): number {
    return u32(this.bytes, this.start + at);
  }
  /** Lower-case hex of `length` octets from `at`; by default, all of them. */
  hex(at = 0, length = this.length - at, separator = ''): string {
    return hex(this.bytes, this.start + at, length, separator);
  }
  /** The octets themselves, not copied. */
  octets(at = 0, length = this.length - at): Uint8Array {
    return this.bytes.subarray(this.start + at, this.start + at + length);
  }
  /** A part of this view, clipped to it. */
  sub(at: number, length = this.length - at): View {
    const from = Math.min(Math.max(at, 0), this.length);
    const size = Math.max(0, Math.min(length, this.length - from));
    return new View(this.bytes, this.start + from, size, this.pieces, this.buffer);
  }

  /** Index of the last piece that begins at or before `from`, a position in the joined octets. */
  private pieceAt(from: number): number {
    const pieces = this.pieces!;
    return Math.max(0, lowerBound(pieces.length, (i) => pieces[i]!.from <= from) - 1);
  }

  /** Positions in the frame of the `length` octets from `at`: one span, or several if they extend over more than one piece. */
  spans(at = 0, length = this.length - at): Span[] {
    const spans: Span[] = [];
    const add = (offset: number, size: number): void => {
      spans.push(this.buffer ? { offset, length: size, buffer: this.buffer } : { offset, length: size });
    };
    if (!this.pieces) {
      add(this.start + at, length);
      return spans;
    }
    let from = this.start + at;
    let left = length;
    // A forged message may have thousands of pieces, so look up the first relevant one, and stop after the last.
    for (let i = this.pieceAt(from); i < this.pieces.length && left > 0; i++) {
      const piece = this.pieces[i]!;
      const inside = from - piece.from;
      if (inside >= piece.length) continue;
      const size = Math.min(left, piece.length - inside);
      add(piece.offset + inside, size);
      from += size;
      left -= size;
    }
    if (spans.length === 0) {
      // There are no octets, but the position is still known (the end of the last piece at worst).
      const last = this.pieces[this.pieces.length - 1]!;
      add(last.offset + last.length, 0);
    }
    return spans;
  }

  /** Makes a tree node for `length` octets at `at`. */
  field(at: number, length: number, name: string, text: string, extra?: Extra): Field {
    // Nearly every value is contiguous. Its node is built member by member, because spreading options costs more than the rest.
    if (!this.pieces) {
      const field: { -readonly [K in keyof Field]: Field[K] } = { name, text, offset: this.start + at, length };
      if (this.buffer) field.buffer = this.buffer;
      if (extra) addExtra(field, extra);
      return field;
    }
    const [first, ...more] = this.spans(at, length);
    const field: { -readonly [K in keyof Field]: Field[K] } = {
      name,
      text,
      offset: first!.offset,
      length: first!.length,
    };
    if (this.buffer) field.buffer = this.buffer;
    if (more.length > 0) field.more = more;
    if (extra) addExtra(field, extra);
    return field;
  }
}
