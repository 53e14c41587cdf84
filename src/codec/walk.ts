import type { Field, Problem } from './field';

/**
 * The walk finds the layers of a frame: which protocol stands at which octets, down to the message. It touches only the octets
 * it needs, makes no strings and no objects, and is the one parser that both the scan (which only wants to know whether a frame
 * matters) and the tree (which describes each layer found) start from.
 */

/** A protocol on the way down to the message. One object a protocol, in a file of its own. */
export interface Layer {
  /** As Wireshark's filter names it: `eth`, `vlan`, `ip`, `udp`, `dhcp`. */
  readonly id: string;
  /** As the tree names it: `Ethernet II`. */
  readonly name: string;
  /**
   * Reads the header at `at`, pushes this layer on the walk, and hands on to the next layer through one of the walk's `to…`
   * methods. The octets from `at` up to (not including) `end` are this layer's; it must not read behind them. Where the header
   * is cut it pushes what there is and stops; `describe` says what is wrong.
   */
  walk(walk: Walk, at: number, end: number): void;
  /** The tree of layer `index` of the walk, which is of this kind. Adds to `problems` what is wrong in it. */
  describe(walk: Walk, index: number, problems: Problem[]): Field;
  /**
   * The network whose frame follows layer `index`, where its header names one: an overlay's number, a BSSID. Frames of two networks
   * are not of one link. Left out, or undefined: it says nothing of that. VLAN tags are not asked here.
   */
  network?(walk: Walk, index: number): string | undefined;
}

/** Where the tables of next layers live; filled by `layers.ts`, which lists every layer once. */
export interface Dispatch {
  /** By LINKTYPE_ number of the capture file. */
  readonly linkType: Map<number, Layer>;
  /** By EtherType. */
  readonly etherType: Map<number, Layer>;
  /** By IP protocol number (IPv4) or next header (IPv6). */
  readonly ipProtocol: Map<number, Layer>;
  /** By UDP port; the destination port is asked first, then the source port. */
  readonly udpPort: Map<number, Layer>;
  /** What to try on a datagram between unknown ports: layers whose body gives itself away (DHCP's magic cookie). */
  readonly udpHeuristics: {
    readonly applies: (bytes: Uint8Array, at: number, end: number) => boolean;
    readonly layer: Layer;
  }[];
}

/** More layers than this on top of one another are not followed: no real frame has them, and a forged one could go on for ever. */
export const MAX_LAYERS = 48;

/** One frame's layers. The object is reused from frame to frame by the scan. */
export class Walk {
  /** The array that holds the frame; may hold much else (a buffer of the capture file). */
  bytes: Uint8Array = new Uint8Array(0);
  /** Index in `bytes` of the frame's first octet. */
  start = 0;
  /** Index behind the frame's last captured octet. */
  end = 0;
  /** How many octets the frame had on the wire, at least as many as captured. */
  wireLength = 0;

  /** Number of layers found. */
  depth = 0;
  readonly layers: Layer[] = new Array<Layer>(MAX_LAYERS);
  private readonly at = new Int32Array(MAX_LAYERS);
  private readonly headerEnds = new Int32Array(MAX_LAYERS);
  private readonly ends = new Int32Array(MAX_LAYERS);

  /** Index of the innermost Ethernet (or other link) layer, IP layer and UDP layer; -1 where there is none. */
  link = -1;
  ip = -1;
  udp = -1;
  /** Layer index from which on all layers stand inside an ICMP error's quotation; -1 where nothing is quoted. */
  quotedFrom = -1;
  /** Index of the outermost layer (IPv4, or IPv6's fragment header) that says it is a fragment, and is not quoted; -1 where there is none. */
  fragment = -1;
  /** Octets missing behind `end` because the snapshot length cut the frame. */
  get cut(): number {
    return Math.max(0, this.wireLength - (this.end - this.start));
  }

  constructor(readonly dispatch: Dispatch) {}

  /** Walks a frame of link type `linkType`. `bytes` from `start` up to `end` are the frame's captured octets. */
  run(bytes: Uint8Array, start: number, end: number, linkType: number, wireLength = end - start): this {
    this.reset(bytes, start, end, wireLength);
    this.to(this.dispatch.linkType.get(linkType), start, end);
    return this;
  }

  /** Walks octets that begin with `layer` itself (pasted hex that has no link layer). */
  runFrom(layer: Layer, bytes: Uint8Array, start: number, end: number, wireLength = end - start): this {
    this.reset(bytes, start, end, wireLength);
    this.to(layer, start, end);
    return this;
  }

  private reset(bytes: Uint8Array, start: number, end: number, wireLength: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.wireLength = Math.max(wireLength, end - start);
    this.depth = 0;
    this.link = this.ip = this.udp = this.quotedFrom = this.fragment = -1;
  }

  /**
   * Records a layer: its header from `at` up to `headerEnd`, its payload up to `end` (both already clipped to the layer's own
   * limits). False when there are too many layers; the caller then stops.
   */
  push(layer: Layer, at: number, headerEnd: number, end: number): boolean {
    if (this.depth >= MAX_LAYERS) return false;
    const i = this.depth++;
    this.layers[i] = layer;
    this.at[i] = at;
    this.headerEnds[i] = headerEnd;
    this.ends[i] = end;
    return true;
  }

  /**
   * Records a layer whose header has `length` octets, or what is left of them. True where the header is complete, and the
   * walk may go on behind it.
   */
  header(layer: Layer, at: number, length: number, end: number): boolean {
    const complete = end - at >= length;
    return this.push(layer, at, complete ? at + length : end, end) && complete;
  }

  /** As `header`, for a layer that is a link: it becomes the innermost one. */
  linkHeader(layer: Layer, at: number, length: number, end: number): boolean {
    const index = this.depth;
    const complete = this.header(layer, at, length, end);
    if (this.depth > index) this.link = index;
    return complete;
  }

  /** First octet of layer `index`, as an index of `bytes`. */
  atOf(index: number): number {
    return this.at[index]!;
  }
  /** Index behind layer `index`'s header. */
  headerEndOf(index: number): number {
    return this.headerEnds[index]!;
  }
  /** Index behind layer `index`'s payload, as that layer's own length says, clipped to what was captured. */
  endOf(index: number): number {
    return this.ends[index]!;
  }

  /** Goes on with `layer`, if there is one and octets are left for it. */
  to(layer: Layer | undefined, at: number, end: number): void {
    if (layer && at < end) layer.walk(this, at, end);
  }
  toEtherType(type: number, at: number, end: number): void {
    this.to(this.dispatch.etherType.get(type), at, end);
  }
  toIpProtocol(protocol: number, at: number, end: number): void {
    this.to(this.dispatch.ipProtocol.get(protocol), at, end);
  }
  toLinkType(linkType: number, at: number, end: number): void {
    this.to(this.dispatch.linkType.get(linkType), at, end);
  }
  /** Goes on behind a UDP header, by ports, then by what the body looks like. */
  toUdpPayload(sourcePort: number, destinationPort: number, at: number, end: number): void {
    const { udpPort, udpHeuristics } = this.dispatch;
    const bySource = udpPort.get(sourcePort);
    const byPort = udpPort.get(destinationPort) ?? bySource;
    for (const { layer, applies } of udpHeuristics) {
      // The body decides between two ports that are known both: a reply from port 67 to port 69 is no TFTP.
      const known = byPort !== undefined && (byPort === layer || bySource !== layer);
      if (!known && applies(this.bytes, at, end)) return this.to(layer, at, end);
    }
    if (byPort) this.to(byPort, at, end);
  }

  /** Index of the innermost layer of kind `id`; -1 where there is none. `before` looks only outside that layer. */
  find(id: string, before = this.depth): number {
    for (let i = before - 1; i >= 0; i--) if (this.layers[i]!.id === id) return i;
    return -1;
  }

  /** Offset in the frame of index `at` of `bytes`. */
  offset(at: number): number {
    return at - this.start;
  }
}
