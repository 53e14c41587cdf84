import { formatIpv6, u16, u32 } from '../../codec/bytes';
import { binary, type Value } from '../values/kinds';

/** Takes the values of the fields that a filter asks for, and ignores the others. */
export interface Sink {
  /** Whether the field is asked for; check this before making values that are costly. */
  wants(name: string): boolean;
  /** `at` and `end`: the octets that the value covers, if known. */
  add(name: string, value: Value, at?: number, end?: number): void;
}

/** The octets of one layer, or of a part of one, from which fields are read. Nothing is read beyond its end. */
export class Octets {
  constructor(
    readonly bytes: Uint8Array,
    /** Index of the first octet. */
    readonly at: number,
    /** Index after the last octet. */
    readonly end: number,
    private readonly sink: Sink,
  ) {}

  get length(): number {
    return Math.max(0, this.end - this.at);
  }
  /** Whether there are `length` octets from `offset` on. */
  has(offset: number, length = 1): boolean {
    return offset >= 0 && length >= 0 && offset + length <= this.length;
  }
  /** `length` octets from `offset` on, clipped to those available. */
  part(offset: number, length = this.length - offset): Octets {
    const at = Math.min(this.at + offset, this.end);
    return new Octets(this.bytes, at, Math.min(this.end, at + Math.max(0, length)), this.sink);
  }

  byte(offset: number): number {
    return this.has(offset) ? this.bytes[this.at + offset]! : 0;
  }
  word(offset: number): number {
    return this.has(offset, 2) ? u16(this.bytes, this.at + offset) : 0;
  }
  long(offset: number): number {
    return this.has(offset, 4) ? u32(this.bytes, this.at + offset) : 0;
  }
  text(offset = 0, length = this.length - offset): string {
    return binary(this.bytes, this.at + offset, Math.max(0, Math.min(length, this.length - offset)));
  }
  /** The octets up to the first NUL. */
  untilNul(offset = 0, length = this.length - offset): string {
    const text = this.text(offset, length);
    const nul = text.indexOf('\0');
    return nul < 0 ? text : text.slice(0, nul);
  }

  wants(name: string): boolean {
    return this.sink.wants(name);
  }
  add(name: string, value: Value): void {
    this.sink.add(name, value, this.at, this.end);
  }
  /** Adds a value together with the `length` octets from `offset` on that it covers. */
  private put(name: string, value: Value, offset: number, length: number): void {
    this.sink.add(name, value, this.at + offset, this.at + offset + length);
  }
  u8(name: string, offset: number): void {
    if (this.has(offset)) this.put(name, this.byte(offset), offset, 1);
  }
  u16(name: string, offset: number): void {
    if (this.has(offset, 2)) this.put(name, this.word(offset), offset, 2);
  }
  u24(name: string, offset: number): void {
    if (this.has(offset, 3)) this.put(name, this.word(offset) * 256 + this.byte(offset + 2), offset, 3);
  }
  u32(name: string, offset: number): void {
    if (this.has(offset, 4)) this.put(name, this.long(offset), offset, 4);
  }
  u64(name: string, offset: number): void {
    if (this.wants(name) && this.has(offset, 8))
      this.put(name, (BigInt(this.long(offset)) << 32n) | BigInt(this.long(offset + 4)), offset, 8);
  }
  i32(name: string, offset: number): void {
    if (this.has(offset, 4)) this.put(name, this.long(offset) | 0, offset, 4);
  }
  /** Whether any bit of `mask` is set in the number at `offset`. */
  bit(name: string, offset: number, mask: number, size: 1 | 2 = 1): void {
    const value = size === 1 ? this.byte(offset) : this.word(offset);
    if (this.has(offset, size)) this.put(name, value & mask ? 1 : 0, offset, size);
  }
  ipv4(name: string, offset: number): void {
    this.u32(name, offset);
  }
  /** Exactly `length` octets: an Ethernet or IPv6 address, or a UUID. */
  fixed(name: string, offset: number, length: number): void {
    if (this.wants(name) && this.has(offset, length)) this.put(name, this.text(offset, length), offset, length);
  }
  /** A variable number of octets, at least one. */
  octets(name: string, offset = 0, length = this.length - offset): void {
    if (length > 0 && this.wants(name) && this.has(offset, length))
      this.put(name, this.text(offset, length), offset, length);
  }
  /** A text that ends at a NUL, or at the end of the octets. */
  string(name: string, offset = 0, length = this.length - offset): void {
    if (!this.wants(name) || length < 0 || offset > this.length) return;
    this.put(name, utf8(this.untilNul(offset, length)), offset, length);
  }
}

/** How a field of a header is read. */
export interface HeaderField {
  read(octets: Octets, name: string): void;
  /** Where the number of 16 bits stands that alone determines the values; undefined if they hang on other octets. */
  readonly word?: number;
}

/** The fixed header of a layer: its length, and how each field is read from it. */
export interface Header {
  readonly length: number;
  readonly fields: Readonly<Record<string, HeaderField>>;
}

/** A number of 16 bits at `word`. */
export const u16At = (word: number): HeaderField => ({ word, read: (octets, name) => octets.u16(name, word) });
/** The octet at `word`, the higher one of 16 bits. */
export const u8At = (word: number): HeaderField => ({ word, read: (octets, name) => octets.u8(name, word) });
/** One bit of the octet at `word`. */
export const bitAt = (word: number, mask: number): HeaderField => ({
  word,
  read: (octets, name) => octets.bit(name, word, mask),
});
/** What is made of the number of 16 bits at `word`. */
export const madeOf = (word: number, make: (number: number) => number): HeaderField => ({
  word,
  read: (octets, name) => octets.add(name, make(octets.word(word))),
});
/** A number of 32 bits at `offset`. */
export const u32At = (offset: number): HeaderField => ({ read: (octets, name) => octets.u32(name, offset) });
/** A number of 24 bits at `offset`. */
export const u24At = (offset: number): HeaderField => ({ read: (octets, name) => octets.u24(name, offset) });
/** One bit of the number of 16 bits at `word`. */
export const wideBitAt = (word: number, mask: number): HeaderField => ({
  word,
  read: (octets, name) => octets.bit(name, word, mask, 2),
});
/** The Ethernet addresses at `offsets`. */
export const addressAt = (...offsets: readonly number[]): HeaderField => ({
  read: (octets, name) => {
    for (const offset of offsets) octets.fixed(name, offset, 6);
  },
});

/** One of the two meanings of the 16 bits at `word` of an Ethernet header, or a tag: a length or a type (IEEE 802.3 §3.2.6). */
export const lengthOrTypeAt = (word: number, meaning: 'length' | 'type'): HeaderField => ({
  word,
  read: (octets, name) => {
    if (octets.word(word) <= LARGEST_LENGTH === (meaning === 'length')) octets.u16(name, word);
  },
});
const LARGEST_LENGTH = 1500;

/** Reads the fields of a header that are asked for; none if the header is cut off. */
export function readHeader({ length, fields }: Header, octets: Octets): void {
  if (!octets.has(0, length)) return;
  for (const name in fields) if (octets.wants(name)) fields[name]!.read(octets, name);
}

/** The text of the IPv6 address at `at`. */
export const ipv6Text = (bytes: Uint8Array, at: number): string => formatIpv6(bytes, at);

/** A text as its octets in UTF-8. */
export const encoded = (text: string): string => binary(new TextEncoder().encode(text));

const REPLACEMENT = '\xef\xbf\xbd';

/** Reads an ASCII text as Wireshark does: each octet above 127 becomes U+FFFD, in UTF-8. */
export function utf8(text: string): string {
  return text.replace(/[^\x00-\x7f]/g, REPLACEMENT);
}
