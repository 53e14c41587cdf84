import { OFFSET } from '../codec/dhcpv4/layout';
import type { Problem } from '../codec/field';
import { folded, foldedSum, wordsAt } from '../codec/ip/checksum';

/** Fields of a frame that differ from client to client; what stands in them is kept for each frame, one after another. */
export interface Holes {
  readonly count: number;
  /** Index of the first octet, counted from the frame's first, and number of octets; ascending. */
  readonly at: Int32Array;
  readonly length: Int32Array;
  /** Where in the frame the same octets stand: such a hole need not be kept. -1 where it is kept. */
  readonly from: Int32Array;
}

/** Which fields are holes, and what they are known to hold. Frames of one stencil agree in all of it. */
export const enum Form {
  /** The link-layer addresses are chaddr. */
  DestinationIsChaddr = 1,
  SourceIsChaddr = 1 << 1,
  /** The IP addresses are those that the message speaks of. */
  SourceIsCiaddr = 1 << 2,
  DestinationIsYiaddr = 1 << 3,
  DestinationIsCiaddr = 1 << 4,
  /** UDP's checksum is there, and right. */
  Checksum = 1 << 5,
  Ciaddr = 1 << 6,
  Yiaddr = 1 << 7,
  /** ciaddr and yiaddr are there, and the same. */
  SameAddress = 1 << 8,
  /** Option 61 is Ethernet and chaddr; another one of which all but the kind is a hole; one that is no hole. */
  IdIsChaddr = 1 << 9,
  Id = 1 << 10,
  FixedId = 1 << 11,
  Host = 1 << 12,
  Fqdn = 1 << 13,
  /** Circuit or remote id of option 82. */
  Agent = 1 << 14,
  Lease = 1 << 15,
  T1 = 1 << 16,
  T2 = 1 << 17,
  Requested = 1 << 18,
  /** DHCPv6: of the others there is a checksum only. */
  Six = 1 << 19,
  /** The snapshot length cut the message, so that nobody can tell whether its checksum is right; it cut it before its options. */
  Cut = 1 << 20,
  Untyped = 1 << 21,
}

/** Where, among the octets of the holes, a field of the message stands; -1 where it is no hole. */
export interface Places {
  /** Of DHCPv6 it has three octets. */
  xid: number;
  secs: number;
  ciaddr: number;
  yiaddr: number;
  chaddr: number;
  requested: number;
  lease: number;
  t1: number;
  t2: number;
  /** Option 61 of DHCPv4; of DHCPv6 the client's DUID. */
  id: number;
  idLength: number;
  agent: number;
  agentLength: number;
  host: number;
  hostLength: number;
}

/** The number of UDP among the protocols of IP. */
const UDP = 17;
/** Octets of both addresses in front of the UDP header, with IPv4 and with IPv6. */
const ADDRESSES4 = 8;
const ADDRESSES6 = 32;

/** A lease without end (RFC 2131 §3.3), as a signed word. */
const FOR_EVER = -1;

/** Where the parts of a frame begin, counted from its first octet; what is not there is -1. */
export interface Layout {
  /** The link's addresses. */
  readonly source: number;
  readonly destination: number;
  readonly udp: number;
  /** The message. */
  readonly message: number;
  /** Index behind the message. */
  readonly end: number;
}

/**
 * How octets that are copied count in UDP's checksum: not at all, or as 16-bit words that begin at an even place of it, or at an odd one: then
 * with their octets the other way round (RFC 1071 §2 (B)).
 */
const enum Summed {
  No = 0,
  Even = 1,
  Odd = 2,
}

/** Pieces of frames, of four, two or one octet, in columns: where they stand, how many they are, and how they count. */
class Moves {
  readonly ats: Int32Array;
  readonly sizes: Uint8Array;
  readonly summed: Uint8Array;

  constructor(moves: readonly { readonly at: number; readonly size: number; readonly summed: Summed }[]) {
    this.ats = Int32Array.from(moves, ({ at }) => at);
    this.sizes = Uint8Array.from(moves, ({ size }) => size);
    this.summed = Uint8Array.from(moves, ({ summed }) => summed);
  }
}

/** Octets of zeros that are looked at together: four words. */
const ZEROS = 16;

/** What frames that are alike have in common: their octets, with zeros where they differ. */
export class Stencil {
  /** What is wrong in each of its frames, once somebody has looked. */
  problems: readonly Problem[] | undefined;
  /** Octets that are kept of a frame. */
  readonly size: number;
  /** Runs of zeros in which no hole is: where they begin, and behind their end. */
  private readonly zeroAt: Int32Array;
  private readonly zeroEnd: Int32Array;
  /** The words of the frame that are not in them, three numbers a piece: where they stand, ones where all frames agree, and what stands there. */
  private readonly agreed: Int32Array;
  /** The octets that are kept, and those that count in the checksum. */
  private readonly kept: Moves;
  private readonly summed: Moves;
  /** Sum of the 16-bit words that UDP's checksum covers, with zeros in the holes (RFC 768). */
  private readonly sum: number;
  /** Where in the frame these holes begin; -1 where they are none. */
  private readonly requestedAt: number;
  private readonly leaseAt: number;
  private readonly idAt: number;

  constructor(
    readonly id: number,
    readonly hash: number,
    /** The frame, then what tells stencils apart beside the octets, as words. */
    readonly words: Int32Array,
    /** Octets of a frame that were captured, and all that it had. */
    readonly length: number,
    readonly wireLength: number,
    readonly holes: Holes,
    readonly places: Readonly<Places>,
    readonly form: number,
    readonly linkType: number,
    readonly interface_: number,
    private readonly layout: Layout,
    /** Whether `agrees` and `keepsForm` decide that a frame is of this stencil. */
    readonly told: boolean,
  ) {
    let size = 0;
    for (let i = 0; i < holes.count; i++) if (holes.from[i]! < 0) size += holes.length[i]!;
    this.size = size;
    const mask = new Uint8Array(length).fill(0xff);
    for (let i = 0; i < holes.count; i++) mask.fill(0, holes.at[i], holes.at[i]! + holes.length[i]!);
    const octets = new Uint8Array(words.buffer, 0, length);
    const isZero = (at: number): boolean => mask[at] === 0xff && octets[at] === 0;
    const zeros: [at: number, end: number][] = [];
    const others: number[] = [];
    for (let at = 0; at < length;) {
      let end = at;
      while (end < length && isZero(end)) end++;
      const whole = (end - at) & ~(ZEROS - 1);
      if (whole > 0) zeros.push([at, at + whole]);
      else others.push(Math.min(at, length - 4));
      at += whole > 0 ? whole : 4;
    }
    this.zeroAt = Int32Array.from(zeros, ([at]) => at);
    this.zeroEnd = Int32Array.from(zeros, ([, end]) => end);
    const view = new DataView(words.buffer);
    const maskView = new DataView(mask.buffer);
    this.agreed = Int32Array.from(
      others.flatMap((at) => {
        const ones = maskView.getInt32(at, true);
        return ones === 0 ? [] : [at, ones, view.getInt32(at, true)];
      }),
    );

    const frameAt = (place: number): number => {
      for (let i = 0, packed = 0; i < holes.count; i++) {
        if (holes.from[i]! >= 0) continue;
        if (packed === place) return holes.at[i]!;
        packed += holes.length[i]!;
      }
      return -1;
    };
    this.requestedAt = frameAt(places.requested);
    this.leaseAt = frameAt(places.lease);
    const chaddr = layout.message + OFFSET.chaddr;
    this.idAt = holes.at.find((at, i) => at > chaddr && holes.from[i] === chaddr) ?? -1;

    const { udp } = layout;
    const addresses = addressesBefore(udp, form);
    const moves: { at: number; size: number; summed: Summed; kept: boolean }[] = [];
    for (let i = 0; i < holes.count; i++) {
      const end = holes.at[i]! + holes.length[i]!;
      const kept = holes.from[i]! < 0;
      for (let at = holes.at[i]!; at < end;) {
        const size = end - at >= 4 ? 4 : end - at >= 2 ? 2 : 1;
        const place = ((at - udp) & 1) === 0 ? Summed.Even : Summed.Odd;
        moves.push({ at, size, summed: at < addresses || at >= layout.end ? Summed.No : place, kept });
        at += size;
      }
    }
    this.kept = new Moves(moves.filter((one) => one.kept));
    this.summed = new Moves(moves.filter((one) => one.summed !== Summed.No));
    this.sum = datagramSum(octets, form, udp, layout.end);
  }

  /**
   * Whether a frame of as many octets, from `start` of `view` on, has the same octets wherever no hole is. Where it `keepsForm` too, its
   * holes are those of the stencil.
   */
  agrees(view: DataView, start: number): boolean {
    const { agreed, zeroAt, zeroEnd } = this;
    let bits = 0;
    // What cannot overflow is said to be whole (| 0): then nobody looks whether it did.
    for (let i = 0; i < agreed.length; i = (i + 3) | 0)
      bits |= (view.getInt32((start + agreed[i]!) | 0, true) & agreed[i + 1]!) ^ agreed[i + 2]!;
    for (let i = 0; i < zeroAt.length; i++) {
      const end = (start + zeroEnd[i]!) | 0;
      for (let at = (start + zeroAt[i]!) | 0; at < end; at = (at + ZEROS) | 0)
        bits |=
          view.getInt32(at, true) |
          view.getInt32(at + 4, true) |
          view.getInt32(at + 8, true) |
          view.getInt32(at + 12, true);
    }
    return bits === 0;
  }

  /**
   * Whether what the holes of a frame that `agrees` hold is of the stencil's form: which fields are holes depends on it
   * (`HoleFinder.find` is the rule, of forms that are `told`).
   */
  keepsForm(view: DataView, start: number): boolean {
    const { form, layout } = this;
    const message = start + layout.message;
    if ((form & Form.Checksum) !== 0 && view.getUint16(message - 2) === 0) return false;
    if ((form & Form.Six) !== 0) return true;
    const high = view.getUint16(message + OFFSET.chaddr);
    const low = view.getInt32(message + OFFSET.chaddr + 2);
    const { source: from, destination: to } = layout;
    if (to >= 0 && isMac(view, start + to, high, low) !== ((form & Form.DestinationIsChaddr) !== 0)) return false;
    if (from >= 0 && isMac(view, start + from, high, low) !== ((form & Form.SourceIsChaddr) !== 0)) return false;
    const source = view.getInt32(start + layout.udp - ADDRESSES4);
    const destination = view.getInt32(start + layout.udp - ADDRESSES4 / 2);
    const hasCiaddr = (form & Form.Ciaddr) !== 0;
    const hasYiaddr = (form & Form.Yiaddr) !== 0;
    const ciaddr = view.getInt32(message + OFFSET.ciaddr);
    const yiaddr = view.getInt32(message + OFFSET.yiaddr);
    if ((ciaddr !== 0) !== hasCiaddr || (yiaddr !== 0) !== hasYiaddr) return false;
    if ((hasCiaddr && source === ciaddr) !== ((form & Form.SourceIsCiaddr) !== 0)) return false;
    const isYiaddr = hasYiaddr && destination === yiaddr;
    if (isYiaddr !== ((form & Form.DestinationIsYiaddr) !== 0)) return false;
    const isCiaddr = !isYiaddr && hasCiaddr && destination === ciaddr;
    if (isCiaddr !== ((form & Form.DestinationIsCiaddr) !== 0)) return false;
    if ((hasCiaddr && hasYiaddr && ciaddr === yiaddr) !== ((form & Form.SameAddress) !== 0)) return false;
    if ((form & Form.Requested) !== 0 && view.getInt32(start + this.requestedAt) === 0) return false;
    if ((form & Form.Lease) !== 0 && view.getInt32(start + this.leaseAt) === FOR_EVER) return false;
    return (form & Form.IdIsChaddr) === 0 || isMac(view, start + this.idAt, high, low);
  }

  /**
   * Copies what the holes of the frame from `start` of `from` on hold, as far as it is kept, to `to` at `at`. Gives whether UDP's checksum is right, or not there
   * (RFC 768).
   */
  pack(from: DataView, start: number, to: DataView, at: number): boolean {
    if ((this.form & Form.Checksum) !== 0 && !this.checksumFits(from, start)) return false;
    const { ats, sizes } = this.kept;
    for (let i = 0; i < ats.length; i++) {
      const here = start + ats[i]!;
      const size = sizes[i]!;
      if (size === 4) to.setInt32(at, from.getInt32(here));
      else if (size === 2) to.setInt16(at, from.getInt16(here));
      else to.setInt8(at, from.getInt8(here));
      at += size;
    }
    return true;
  }

  private checksumFits(from: DataView, start: number): boolean {
    const { ats, sizes, summed } = this.summed;
    let even = this.sum;
    let odd = 0;
    for (let i = 0; i < ats.length; i++) {
      const here = start + ats[i]!;
      const size = sizes[i]!;
      let words: number;
      if (size === 4) words = wordsAt(from, here);
      else words = size === 2 ? from.getUint16(here) : from.getUint8(here) << 8;
      if (summed[i] === Summed.Even) even += words;
      else odd += words;
    }
    // Octets the other way round are the same sum times 256, but for multiples of 0xffff.
    return folded(even + 256 * folded(odd)) === 0xffff;
  }

  /** Index in the frame of the IPv6 address of its source, where that is the client's; else -1. */
  get ownSource6(): number {
    const at = this.layout.udp - ADDRESSES6;
    return this.holes.at.some((hole) => hole >= at && hole < at + ADDRESSES6 / 2) ? at : -1;
  }

  /** Whether another one of the same words is the same. */
  isOf({ words, form }: Pick<Stencil, 'words' | 'form'>): boolean {
    return this.form === form && this.words.length === words.length && words.every((word, i) => word === this.words[i]);
  }

  /** The frame whose holes held the octets of `packed` from `at` on. */
  unpack(packed: Uint8Array, at: number): Uint8Array {
    return filled(this, packed, at);
  }
}

/** Index of the IP addresses, which end in front of the UDP header. */
const addressesBefore = (udp: number, form: number): number =>
  udp - ((form & Form.Six) !== 0 ? ADDRESSES6 : ADDRESSES4);

/**
 * Sum of what UDP's checksum covers, of a datagram of this form from `udp` up to `end`: the pseudo-header of IPv4 (RFC 768) and of IPv6
 * (RFC 8200 §8.1) add up to the same.
 */
export function datagramSum(octets: Uint8Array, form: number, udp: number, end: number): number {
  return foldedSum(octets, udp, end, foldedSum(octets, addressesBefore(udp, form), udp) + UDP + (end - udp));
}

/** Whether a link-layer address of these first two and last four octets stands at a place. */
const isMac = (view: DataView, at: number, high: number, low: number): boolean =>
  view.getInt32(at + 2) === low && view.getUint16(at) === high;

/** Memory in which frames are filled, one behind the other: to ask the system for each is slow. Nothing is written twice. So little that who keeps one frame keeps few. */
const ROOM = 1 << 14;
let room = new Uint8Array(0);
let used = 0;

/** The frame of a stencil whose holes held the octets of `packed` from `at` on. */
export function filled(
  { words, length, holes }: Pick<Stencil, 'words' | 'length' | 'holes'>,
  packed: Uint8Array,
  at: number,
): Uint8Array {
  if (used + length > room.length) {
    room = new Uint8Array(Math.max(ROOM, length));
    used = 0;
  }
  const frame = room.subarray(used, used + length);
  used += length;
  frame.set(new Uint8Array(words.buffer, 0, length));
  for (let i = 0; i < holes.count; i++) {
    if (holes.from[i]! >= 0) continue;
    let to = holes.at[i]!;
    for (const end = to + holes.length[i]!; to < end;) frame[to++] = packed[at++]!;
  }
  for (let i = 0; i < holes.count; i++) {
    const from = holes.from[i]!;
    if (from >= 0) frame.copyWithin(holes.at[i]!, from, from + holes.length[i]!);
  }
  return frame;
}
