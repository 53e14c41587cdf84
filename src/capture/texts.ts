import { decodeText } from '../codec/bytes';

/** Octets of text that are read of one frame, interface or section: as many as the longest option of pcapng has. */
export const LONGEST_TEXT = 64 << 10;
/** Octets of text that are kept of one file: comments and names of a file that somebody wrote by hand are far fewer. */
export const MOST_TEXT = 8 << 20;

/** Reads texts of a file (comments, names) within bounds, and knows how much was left out. */
export class TextReader {
  /** Octets left out so far. */
  leftOut = 0;
  private here = 0;

  /** `left`: octets that may be read in all. */
  constructor(private left = Infinity) {}

  /** Another frame, interface or section begins, with its own share. */
  begin(): void {
    this.here = LONGEST_TEXT;
  }

  /** The octets as text, or as much of it as there is room for; undefined where there is none left. */
  read(bytes: Uint8Array, at: number, length: number): string | undefined {
    const room = Math.max(0, Math.min(this.here, this.left));
    let kept = Math.min(length, room);
    // UTF-8 is cut between characters.
    if (kept < length) for (let i = 0; i < 3 && kept > 0 && (bytes[at + kept]! & 0xc0) === 0x80; i++) kept--;
    this.leftOut += length - kept;
    // An empty text costs too: there may be millions.
    this.here -= kept + 1;
    this.left -= kept + 1;
    return room > 0 ? decodeText(bytes, at, kept) : undefined;
  }
}
