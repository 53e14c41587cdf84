/** One packet found in a text. */
export interface HexPacket {
  readonly bytes: Uint8Array;
  /** When it was captured, where the text says it as seconds since 1970 (`tcpdump -tt`). */
  readonly time?: { readonly seconds: number; readonly nanoseconds: number };
  /** 1-based line on which its octets begin. */
  readonly line: number;
}

/** What a text turned out to be: packets, and the form they were written in. */
export interface HexText {
  readonly packets: HexPacket[];
  /** In words: `hexdump -C`, `C array` … */
  readonly form: string;
}

/** Why a text cannot be read, with the first offending place. */
export interface HexError {
  /** One sentence. */
  readonly error: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

/** Most octets that a text may stand for: a dump's `*` line can claim any number of them. */
export const MOST_OCTETS = 16 << 20;

/** Octets that arrive one after another. */
export class Growing {
  private octets = new Uint8Array(512);
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

/** The octets of a run of hex digits, of even number. */
export function octetsOf(run: string): number[] {
  const out: number[] = [];
  for (let i = 0; i + 1 < run.length; i += 2) out.push(16 * digit(run.charCodeAt(i)) + digit(run.charCodeAt(i + 1)));
  return out;
}
