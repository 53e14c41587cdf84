import { decodeText } from '../codec/bytes';

/** Octets of text read per frame, interface or section: the length of the longest pcapng option. */
export const LONGEST_TEXT = 64 << 10;
/** Octets of text kept per file. Comments and names that a person wrote are far shorter. */
export const MOST_TEXT = 8 << 20;

/** Reads the texts of a file (comments, names) within limits, and counts what was left out. */
export class TextReader {
  /** Octets left out so far. */
  leftOut = 0;
  private here = 0;

  /** `left`: how many octets may be read in total. */
  constructor(private left = Infinity) {}

  /** Starts another frame, interface or section, with a limit of its own. */
  begin(): void {
    this.here = LONGEST_TEXT;
  }

  /** The octets as text, cut to what the limits allow; undefined if nothing is left. */
  read(bytes: Uint8Array, at: number, length: number): string | undefined {
    const room = Math.max(0, Math.min(this.here, this.left));
    let kept = Math.min(length, room);
    // Cut UTF-8 between characters.
    if (kept < length) for (let i = 0; i < 3 && kept > 0 && (bytes[at + kept]! & 0xc0) === 0x80; i++) kept--;
    this.leftOut += length - kept;
    // Count empty texts too: there may be millions.
    this.here -= kept + 1;
    this.left -= kept + 1;
    return room > 0 ? decodeText(bytes, at, kept) : undefined;
  }
}
