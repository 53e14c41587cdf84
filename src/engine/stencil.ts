/** Fields of a frame that differ from client to client; what stands in them is kept for each frame, one after another. */
export interface Holes {
  readonly count: number;
  /** Index of the first octet, counted from the frame's first, and number of octets; ascending. */
  readonly at: Int32Array;
  readonly length: Int32Array;
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
}

/** Where, among the octets of the holes, a field of the message stands; -1 where it is no hole. */
export interface Places {
  xid: number;
  ciaddr: number;
  yiaddr: number;
  chaddr: number;
  requested: number;
  lease: number;
  t1: number;
  t2: number;
  id: number;
  idLength: number;
  agent: number;
  agentLength: number;
  host: number;
  hostLength: number;
}

/** What frames that are alike have in common: their octets, with zeros where they differ. */
export class Stencil {
  /** Octets that all holes hold together. */
  readonly size: number;
  /** Ones where all frames agree, by words of the frame; the last word is that of the last four octets. */
  private readonly masks: Int32Array;
  private readonly agreed: Int32Array;

  constructor(
    readonly id: number,
    readonly hash: number,
    /** The frame, then what tells stencils apart beside the octets, as words. */
    readonly words: Int32Array,
    /** Octets of a frame. */
    readonly length: number,
    readonly holes: Holes,
    readonly places: Readonly<Places>,
    readonly form: number,
    readonly linkType: number,
    readonly interface_: number,
    /** Sum of the 16-bit words of UDP header and body with zeros in the holes. */
    readonly udpSum: number,
  ) {
    let size = 0;
    for (let i = 0; i < holes.count; i++) size += holes.length[i]!;
    this.size = size;
    const mask = new Uint8Array(length).fill(0xff);
    for (let i = 0; i < holes.count; i++) mask.fill(0, holes.at[i], holes.at[i]! + holes.length[i]!);
    const frame = new DataView(words.buffer);
    const holesView = new DataView(mask.buffer);
    const wordsOf = (view: DataView): Int32Array =>
      Int32Array.from({ length: (length + 3) >> 2 }, (_, i) => view.getInt32(Math.min(4 * i, length - 4), true));
    this.masks = wordsOf(holesView);
    this.agreed = wordsOf(frame);
  }

  /** Whether a frame of as many octets, from `start` of `view` on, has the same octets wherever no hole is. */
  agrees(view: DataView, start: number): boolean {
    const { masks, agreed } = this;
    const last = masks.length - 1;
    for (let i = 0, at = start; i < last; i++, at += 4)
      if ((view.getInt32(at, true) & masks[i]!) !== agreed[i]) return false;
    return (view.getInt32(start + this.length - 4, true) & masks[last]!) === agreed[last];
  }

  /** Copies what the holes of `bytes`, a frame from `start` on, hold to `to` at `at`. */
  pack(bytes: Uint8Array, start: number, to: Uint8Array, at: number): void {
    const { holes } = this;
    for (let i = 0; i < holes.count; i++) {
      let from = start + holes.at[i]!;
      for (const end = from + holes.length[i]!; from < end;) to[at++] = bytes[from++]!;
    }
  }

  /** The frame whose holes held the octets of `packed` from `at` on. */
  unpack(packed: Uint8Array, at: number): Uint8Array {
    const { holes } = this;
    const frame = new Uint8Array(this.words.buffer, 0, this.length).slice();
    for (let i = 0; i < holes.count; i++) {
      let to = holes.at[i]!;
      for (const end = to + holes.length[i]!; to < end;) frame[to++] = packed[at++]!;
    }
    return frame;
  }
}
