import type { Start } from '../../codec/start';

/** One packet found in a text. */
export interface HexPacket {
  readonly bytes: Uint8Array;
  /** Time of capture, if the text gives it. */
  readonly time?: { readonly seconds: number; readonly nanoseconds: number };
  /** Whether the time of octets has no date: it counts from midnight, or from the first frame. */
  readonly undated?: true;
  /** Whether the zone of that time is not told, so that the seconds since 1970 are not known. */
  readonly local?: true;
  /** 1-based line on which its octets begin. */
  readonly line: number;
  /** Octets that the text does not give. */
  readonly gaps?: readonly Gap[];
  /** If the text tells the packet in words, what is known of these. */
  readonly words?: TextWords;
}

/** Octets of a packet that cannot be read in the text, and for which zeros stand. */
export interface Gap {
  readonly at: number;
  readonly length: number;
  /** 1-based line of the text. */
  readonly line: number;
  /** What is wrong there: a sentence without its full stop. */
  readonly text: string;
}

/** Where a packet comes from that a text tells in words. */
export interface TextWords {
  /** The program whose words they are. */
  readonly from: string;
  /** The layer that the octets made from them begin with. */
  readonly start: Start;
  /** Whether the time has a date. */
  readonly dated: boolean;
  /** Keys of the JSON that the text does not tell, although its octets must have them. */
  readonly untold: readonly string[];
  /** Options that the message has, but whose values the text does not give. They are not among the octets. */
  readonly leftOut: readonly number[];
  /** What the text tells of lengths in the headers of the octets that were made, by key of the field: options may be left out of these. */
  readonly lengths: Readonly<Record<string, number>>;
  /** Whether the message may have more options than the text tells, so that nothing is concluded from what is missing. */
  readonly open: boolean;
  /** Whether names stand for addresses. */
  readonly named: boolean;
  /** Whether it is open what the message asks for, or from whom. */
  readonly unread: boolean;
}

/** Something that was skipped or looks wrong, and the line (1-based) where it is. */
export interface TextNote {
  readonly line: number;
  /** A sentence. */
  readonly text: string;
}

/** What one of the readers makes of a text. */
export interface Reading {
  readonly packets: HexPacket[];
  /** The form in words: `hexdump -C`, `C array` … */
  readonly form: string;
  /** For each line (0-based), whether the reader used it. */
  readonly used: Uint8Array;
  /** The reader's own notes, apart from those about unused lines. */
  readonly notes: readonly TextNote[];
  /** The first place where octets are missing, in case the whole is no packet. */
  readonly fault?: HexError | undefined;
}

/** The result of reading a text: packets, the form they were written in, and notes on what was skipped. */
export interface HexText {
  readonly packets: readonly HexPacket[];
  readonly form: string;
  readonly notes: readonly TextNote[];
  /** Whether messages that it tells in words could not be read. */
  readonly lost?: boolean;
}

/** Why a text cannot be read, and the first place where it fails. */
export interface HexError {
  /** One sentence. */
  readonly error: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

/** Most octets that a text may stand for: the `*` line of a dump can claim any number. */
export const MOST_OCTETS = 16 << 20;

/** Most packets that are read from one text. Larger captures should come as a file. */
export const MOST_PACKETS = 20_000;

/** A growing array of octets. */
export class Growing {
  private octets = new Uint8Array(64);
  length = 0;

  add(octet: number): void {
    if (this.length === this.octets.length) {
      const larger = new Uint8Array(2 * this.length);
      larger.set(this.octets);
      this.octets = larger;
    }
    this.octets[this.length++] = octet;
  }
  addAll(octets: ArrayLike<number>): void {
    for (let i = 0; i < octets.length; i++) this.add(octets[i]!);
  }
  /** Drops octets from the end, down to `length`. */
  cut(length: number): void {
    this.length = Math.min(this.length, length);
  }
  done(): Uint8Array {
    return this.octets.slice(0, this.length);
  }
}

/** Value of a hex digit, by its character code; -1 for any other character. */
export function digit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** The octets of a run with an even number of hex digits. */
export function octetsOf(run: string): number[] {
  const out: number[] = [];
  for (let i = 0; i + 1 < run.length; i += 2) out.push(16 * digit(run.charCodeAt(i)) + digit(run.charCodeAt(i + 1)));
  return out;
}

/** Gives the line (0-based) of positions in a text, which must be queried in ascending order. */
export class LineCounter {
  private line = 0;
  private next: number;

  constructor(private readonly text: string) {
    this.next = text.indexOf('\n');
  }

  at(place: number): number {
    while (this.next >= 0 && this.next < place) {
      this.line++;
      this.next = this.text.indexOf('\n', this.next + 1);
    }
    return this.line;
  }
}

/** Up to 40 characters of a text, quoted for a sentence. */
export function quoted(text: string): string {
  const short = text.trim();
  return `“${short.length > 40 ? `${short.slice(0, 39)}…` : short}”`;
}

/** The error at a place of a line; both count from 0. */
export function errorIn(line: number, at: number, what: string): HexError {
  return { error: `Line ${line + 1}, column ${at + 1}: ${what}.`, line: line + 1, column: at + 1 };
}

/** The error for repeated lines left out by `od -An`: without offsets their number is unknown. */
export function withoutOffsets(line: number): HexError {
  return {
    error: `Line ${line + 1}: “*” stands for repeated lines, but without offsets nobody knows how many; make the dump with offsets, or with -v.`,
    line: line + 1,
    column: 1,
  };
}
