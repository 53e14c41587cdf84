import { lowerBound } from '../codec/search';
/** A place in a text. Lines and columns are 1-based. Columns count UTF-16 units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One file of a configuration: its text, and the offset of each line. */
export class SourceFile {
  private starts: number[] | undefined;

  constructor(
    readonly path: string,
    readonly text: string,
    /** Unix permission bits, if known. */
    readonly mode?: number,
    /** The octets begin with the byte order mark of little-endian UTF-16. */
    readonly wide?: boolean,
  ) {}

  private lineStarts(): number[] {
    if (this.starts) return this.starts;
    const starts = [0];
    for (let at = this.text.indexOf('\n'); at !== -1; at = this.text.indexOf('\n', at + 1)) starts.push(at + 1);
    return (this.starts = starts);
  }

  /** Number of lines. A line feed at the very end does not start another line. */
  get lines(): number {
    const count = this.lineStarts().length;
    return this.text.endsWith('\n') ? count - 1 : count;
  }

  /** Line and column of an offset. An offset outside the text is moved to the nearer end. */
  position(offset: number): Position {
    const starts = this.lineStarts();
    const at = Math.max(0, Math.min(offset, this.text.length));
    const line = lowerBound(starts.length, (i) => starts[i]! <= at);
    return { line, column: at - starts[line - 1]! + 1 };
  }

  /** A part of this file. */
  span(start: number, end: number): Span {
    return { file: this, start, end };
  }
}

/** A part of a file, from `start` up to but not including `end`. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** The text of a span. */
export const textOf = ({ file, start, end }: Span): string => file.text.slice(start, end);

/** From the start of one span to the end of another. If they are in different files, the first one. */
export const spanning = (from: Span, to: Span): Span =>
  from.file === to.file ? { file: from.file, start: from.start, end: Math.max(from.end, to.end) } : from;

/** 1-based line on which a span begins. */
export const lineOf = ({ file, start }: Span): number => file.position(start).line;

/** A value with its place in a file. */
export interface Located<T> {
  readonly value: T;
  readonly span: Span;
}

/**
 * Decodes a file as UTF-8, or as UTF-16 if a byte order mark or the zero octets of ASCII characters show it (Microsoft's tools write
 * UTF-16); a byte order mark stays in the text. Falls back to Latin-1 for invalid UTF-8: each octet is then one character, so places stay correct.
 */
export function decodeConfig(bytes: Uint8Array): string {
  const utf16 = (label: string): string => new TextDecoder(label, { ignoreBOM: true }).decode(bytes);
  if (isWide(bytes)) return utf16('utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return utf16('utf-16be');
  if (bytes.length >= 4 && bytes[1] === 0 && bytes[3] === 0 && bytes[0] !== 0) return utf16('utf-16le');
  if (bytes.length >= 4 && bytes[0] === 0 && bytes[2] === 0 && bytes[1] !== 0) return utf16('utf-16be');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

/** Whether a file begins with the byte order mark of little-endian UTF-16. */
export const isWide = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xfe;
