import { formatIpv4, formatIpv6, formatMac, hex } from './bytes';
import { problem, SNAPLEN_CUT, type Field, type Problem } from './field';
import { layerNode, unexplained, type Extra } from './tree';
import type { Walk } from './walk';

/**
 * Why a layer has fewer octets than it should: the capture's snapshot length cut the frame; it is quoted by an ICMP
 * error, which need not be complete (RFC 792: header and 8 octets); the rest is in another IP fragment; or the sender
 * sent no more.
 */
export type Shortness = 'snapshot' | 'quotation' | 'fragment' | 'sender';

/** Why layer `index` is cut short. */
export function whyShort(walk: Walk, index: number): Shortness {
  if (isQuoted(walk, index)) return 'quotation';
  if (walk.cut > 0 && walk.endOf(index) === walk.end) return 'snapshot';
  return walk.fragment >= 0 && index > walk.fragment ? 'fragment' : 'sender';
}

/** Whether layer `index` is inside an ICMP error's quotation. */
export function isQuoted(walk: Walk, index: number): boolean {
  return walk.quotedFrom >= 0 && index >= walk.quotedFrom;
}

/**
 * Reports that octets of layer `index` are missing, at `length` octets from index `at` of the walk's array:
 * `snaplen-cut` if the capture is to blame, `malformed-message` if the sender is, and nothing if missing octets are
 * normal (a quotation, a fragment). Returns the text of the problem; undefined if there is none.
 */
export function reportShort(
  walk: Walk,
  index: number,
  at: number,
  length: number,
  text: string,
  problems: Problem[],
): string | undefined {
  const why = whyShort(walk, index);
  if (why !== 'snapshot' && why !== 'sender') return undefined;
  const id = why === 'snapshot' ? SNAPLEN_CUT : 'malformed-message';
  problems.push(problem(id, walk.offset(at), Math.max(0, length), text));
  return text;
}

/** The node of layer `index` if its header of `need` octets is cut, with the problem reported; undefined if it is complete. */
export function cutHeader(walk: Walk, index: number, need: number, problems: Problem[]): Field | undefined {
  const at = walk.atOf(index);
  const have = walk.endOf(index) - at;
  if (have >= need) return undefined;
  const why = whyShort(walk, index);
  const whole = why === 'quotation' || why === 'fragment' ? why : 'frame';
  const text = `The ${whole} ends inside the ${walk.layers[index]!.name} header, after ${have} of ${need} octets.`;
  const bad = reportShort(walk, index, at, have, text, problems);
  return layerNode(walk, index, bad ? hex(walk.bytes, at, have, ' ') : text, [unexplained(walk, at, at + have)], bad);
}

/** A number as `0x` and `digits` hex digits. */
export function hexText(value: number, digits = 4): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

/** A number with its name from a table: `Echo request (8)`. Without a name, the number alone. */
export function named(names: Readonly<Record<number, string>>, value: number): string {
  const name = names[value];
  return name === undefined ? String(value) : `${name} (${value})`;
}

/** `1 octet`, `2 octets`. */
export function octetsText(count: number): string {
  return `${count} octet${count === 1 ? '' : 's'}`;
}

/**
 * Makes the nodes of a header, one field after the other. Does not check lengths: the caller must make sure that the
 * octets are present.
 */
export class HeaderFields {
  readonly nodes: Field[] = [];
  constructor(
    private readonly walk: Walk,
    /** Index in the walk's array where the next field begins. */
    public at: number,
  ) {}

  /** Adds the next `length` octets with the given text. */
  text(length: number, name: string, text: string, key?: string, extra?: Extra): this {
    this.over(length, name, text, key, extra);
    this.at += length;
    return this;
  }
  /** As `text`, but without moving on: for several fields that share octets. */
  over(length: number, name: string, text: string, key?: string, extra?: Extra): this {
    const plain = this.make(length, name, text, key);
    this.nodes.push(extra ? { ...plain, ...extra } : plain);
    return this;
  }
  /** A node at the next field's position that is not added: a child for another node. */
  make(length: number, name: string, text: string, key?: string): Field {
    // Clipped as in `node`. Written out here, because this is called some twenty times per frame.
    const size = Math.max(0, Math.min(length, this.walk.end - this.at));
    const offset = this.walk.offset(this.at);
    return key === undefined ? { name, text, offset, length: size } : { name, text, offset, length: size, key };
  }
  /** Adds a big-endian number of 1 to 4 octets, and returns it. */
  number(length: number, name: string, key?: string, toText: (value: number) => string = String): number {
    let value = 0;
    for (let i = 0; i < length; i++) value = value * 256 + this.walk.bytes[this.at + i]!;
    this.text(length, name, toText(value), key);
    return value;
  }
  /** Adds a big-endian number, shown as hex, and returns it. */
  hex(length: number, name: string, key?: string): number {
    return this.number(length, name, key, (value) => hexText(value, length * 2));
  }
  mac(name: string, key?: string, toText: (address: string) => string = String): string {
    const address = formatMac(this.walk.bytes, this.at);
    this.text(6, name, toText(address), key);
    return address;
  }
  ipv4(name: string, key?: string): string {
    const address = formatIpv4(this.walk.bytes, this.at);
    this.text(4, name, address, key);
    return address;
  }
  ipv6(name: string, key?: string): string {
    const address = formatIpv6(this.walk.bytes, this.at);
    this.text(16, name, address, key);
    return address;
  }
  /** Adds octets shown as hex (at most 64 of them). Makes no node if there are none. */
  octets(length: number, name: string, key?: string): this {
    if (length <= 0) return this;
    const shown = unexplained(this.walk, this.at, this.at + length, name);
    this.nodes.push(key === undefined ? shown : { ...shown, key });
    this.at += length;
    return this;
  }
}
