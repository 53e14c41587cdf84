/** A line is cut after this many octets. No server writes longer ones. */
export const LONGEST_LINE = 1 << 20;

/** `long`: the line was too long and was cut. `last`: the last line, without a line end. */
export type LineEnd = 'whole' | 'long' | 'last';

/** Receives lines one by one, without the line feed but with a carriage return, if any. */
export type LineSink = (text: string, line: number, end: LineEnd) => void;

/** Must be shorter than the longest line. */
const BLOCK = 1 << 14;

const NON_ASCII = /[^\x00-\x7f]/;

/**
 * Splits octets into lines. Decodes UTF-8, or one character per octet where a line is not valid UTF-8, or UTF-16 if the file starts with
 * its byte order mark, as Microsoft's tools write it. Keeps at most one line in memory.
 */
export class Lines {
  private pending: Uint8Array = new Uint8Array(0);
  private cut = false;
  private begun = false;
  private wide: TextDecoder | undefined;
  private wideRest = '';
  private readonly narrow = new TextDecoder('latin1');
  private readonly utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** Number of lines passed on. */
  count = 0;

  constructor(private readonly sink: LineSink) {}

  push(octets: Uint8Array): void {
    if (!this.begun && octets.length > 0) {
      this.begun = true;
      if (octets[0] === 0xff && octets[1] === 0xfe) this.wide = new TextDecoder('utf-16le');
      else if (octets[0] === 0xfe && octets[1] === 0xff) this.wide = new TextDecoder('utf-16be');
      else if (octets[0] === 0xef && octets[1] === 0xbb && octets[2] === 0xbf) octets = octets.subarray(3);
    }
    if (this.wide) return this.pushText(this.wide.decode(octets, { stream: true }));
    for (let at = 0; at < octets.length; at += BLOCK) this.block(octets.subarray(at, at + BLOCK));
  }

  /** Decodes one block of the file at a time, so that a line kept for later keeps no more than its block in memory. */
  private block(octets: Uint8Array): void {
    const text = this.narrow.decode(octets);
    const ascii = !NON_ASCII.test(text);
    let at = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', at)) {
      if (this.pending.length > 0 || this.cut) {
        this.keep(octets.subarray(at, end));
        this.emit(this.pending, this.cut ? 'long' : 'whole');
        this.pending = new Uint8Array(0);
        this.cut = false;
      } else if (ascii) this.sink(text.slice(at, end), ++this.count, 'whole');
      else this.emit(octets.subarray(at, end), 'whole');
      at = end + 1;
    }
    this.keep(octets.subarray(at));
  }

  /** Appends to the unfinished line. */
  private keep(piece: Uint8Array): void {
    const room = LONGEST_LINE - this.pending.length;
    if (piece.length > room) {
      this.cut = true;
      piece = piece.subarray(0, room);
    }
    if (piece.length === 0) return;
    const joined = new Uint8Array(this.pending.length + piece.length);
    joined.set(this.pending);
    joined.set(piece, this.pending.length);
    this.pending = joined;
  }

  private emit(octets: Uint8Array, end: LineEnd): void {
    let text = this.narrow.decode(octets);
    if (NON_ASCII.test(text)) {
      try {
        text = this.utf8.decode(octets);
      } catch {
        // One character per octet.
      }
    }
    this.sink(text, ++this.count, end);
  }

  private pushText(text: string): void {
    let at = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', at)) {
      const line = this.wideRest + text.slice(at, end);
      this.wideRest = '';
      at = end + 1;
      this.sink(line.slice(0, LONGEST_LINE), ++this.count, line.length <= LONGEST_LINE ? 'whole' : 'long');
    }
    this.wideRest = (this.wideRest + text.slice(at)).slice(0, LONGEST_LINE + 1);
  }

  /** Passes on the last line if it has no line end. */
  end(): void {
    if (this.wide) {
      this.pushText(this.wide.decode());
      if (this.wideRest !== '')
        this.sink(
          this.wideRest.slice(0, LONGEST_LINE),
          ++this.count,
          this.wideRest.length <= LONGEST_LINE ? 'last' : 'long',
        );
    } else if (this.pending.length > 0) this.emit(this.pending, this.cut ? 'long' : 'last');
  }
}
