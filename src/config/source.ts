/** A place in a text. Lines and columns are 1-based; a column counts UTF-16 units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One file of a configuration: its text, and where each line begins. */
export class SourceFile {
  private starts: number[] | undefined;

  constructor(
    readonly path: string,
    readonly text: string,
    /** Rights, as Unix counts them, where the caller knows them. */
    readonly mode?: number,
  ) {}

  private lineStarts(): number[] {
    if (this.starts) return this.starts;
    const starts = [0];
    for (let at = this.text.indexOf('\n'); at !== -1; at = this.text.indexOf('\n', at + 1)) starts.push(at + 1);
    return (this.starts = starts);
  }

  /** Lines of the text; a final line end begins no further one. */
  get lines(): number {
    const count = this.lineStarts().length;
    return this.text.endsWith('\n') ? count - 1 : count;
  }

  /** Where an offset is. Offsets outside the text are at its nearer end. */
  position(offset: number): Position {
    const starts = this.lineStarts();
    const at = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - starts[low]! + 1 };
  }

  /** A part of this file. */
  span(start: number, end: number): Span {
    return { file: this, start, end };
  }
}

/** A part of a file: from `start` up to, and not with, `end`. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** The text of a span. */
export const textOf = ({ file, start, end }: Span): string => file.text.slice(start, end);

/** From the beginning of one span to the end of another. */
export const spanning = (from: Span, to: Span): Span =>
  from.file === to.file ? { file: from.file, start: from.start, end: Math.max(from.end, to.end) } : from;

/** 1-based line on which a span begins. */
export const lineOf = ({ file, start }: Span): number => file.position(start).line;

/** A value with its place. */
export interface Located<T> {
  readonly value: T;
  readonly span: Span;
}

/**
 * Octets of a file as text: UTF-8, or UTF-16 where a byte order mark or the zeros of ASCII tell so (Microsoft's tools write it). Octets
 * that are no UTF-8 are read as Latin-1, so that each stays one character and every place stays true.
 */
export function decodeConfig(bytes: Uint8Array): string {
  const utf16 = (label: string): string => new TextDecoder(label).decode(bytes);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16('utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return utf16('utf-16be');
  if (bytes.length >= 4 && bytes[1] === 0 && bytes[3] === 0 && bytes[0] !== 0) return utf16('utf-16le');
  if (bytes.length >= 4 && bytes[0] === 0 && bytes[2] === 0 && bytes[1] !== 0) return utf16('utf-16be');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}
