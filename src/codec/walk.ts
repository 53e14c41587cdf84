import type { Field, Problem } from './field';
import type { OwnTables } from './option';

/**
 * The walk finds the layers of a frame: which protocol is at which octets, down to the message. It reads only the
 * octets it needs, and creates no strings and no objects. It is the one parser for both the scan (which only needs to
 * know whether a frame matters) and the tree (which describes each layer).
 */

/** A protocol on the way down to the message. Each is one object, in a file of its own. */
export interface Layer {
  /** Name in Wireshark's filters: `eth`, `vlan`, `ip`, `udp`, `dhcp`. */
  readonly id: string;
  /** Name in the tree: `Ethernet II`. */
  readonly name: string;
  /**
   * Reads the header at `at`, pushes this layer on the walk, and continues with the next layer through one of the
   * walk's `to…` methods. The octets from `at` up to (not including) `end` belong to this layer; it must not read past
   * them. If the header is cut, it pushes what is present and stops; `describe` reports what is wrong.
   */
  walk(walk: Walk, at: number, end: number): void;
  /** The tree of layer `index` of the walk, which is of this kind. Adds what is wrong in it to `problems`. */
  describe(walk: Walk, index: number, problems: Problem[]): Field;
  /**
   * The network of the frame that follows layer `index`, if its header names one: an overlay's number, or a BSSID.
   * Frames of different networks are not on the same link. Omitted or undefined if the header names no network. VLAN
   * tags are handled elsewhere.
   */
  network?(walk: Walk, index: number): string | undefined;
}

/** The tables of next layers, filled by `layers.ts`, which lists every layer once. */
export interface Dispatch {
  /** By LINKTYPE_ number of the capture file. */
  readonly linkType: Map<number, Layer>;
  /** By EtherType. */
  readonly etherType: Map<number, Layer>;
  /** By IP protocol number (IPv4) or next header (IPv6). */
  readonly ipProtocol: Map<number, Layer>;
  /** By UDP port. The destination port is looked up first, then the source port. */
  readonly udpPort: Map<number, Layer>;
  /** Layers to try on a datagram between unknown ports: those whose body is recognisable (DHCP's magic cookie). */
  readonly udpHeuristics: {
    readonly applies: (bytes: Uint8Array, at: number, end: number) => boolean;
    readonly layer: Layer;
  }[];
  /** The user's own options, if there are any. */
  readonly own?: OwnTables;
}

/** Most layers that are followed. No real frame has as many, and a forged one could go on indefinitely. */
export const MAX_LAYERS = 48;

/** One frame's layers. The scan reuses the object for every frame. */
export class Walk {
  /** The array that holds the frame. It may hold much more (a buffer of the capture file). */
  bytes: Uint8Array = new Uint8Array(0);
  /** Index in `bytes` of the frame's first octet. */
  start = 0;
  /** Index after the frame's last captured octet. */
  end = 0;
  /** Number of octets the frame had on the wire, never less than the captured ones. */
  wireLength = 0;

  /** Number of layers found. */
  depth = 0;
  readonly layers: Layer[] = new Array<Layer>(MAX_LAYERS);
  private readonly at = new Int32Array(MAX_LAYERS);
  private readonly headerEnds = new Int32Array(MAX_LAYERS);
  private readonly ends = new Int32Array(MAX_LAYERS);

  /** Index of the innermost Ethernet (or other link) layer, IP layer and UDP layer; -1 if there is none. */
  link = -1;
  ip = -1;
  udp = -1;
  /** Index of the first layer inside an ICMP error's quotation; all later layers are inside it too. -1 if nothing is quoted. */
  quotedFrom = -1;
  /**
   * Index of the outermost layer (IPv4, or IPv6's fragment header) that marks a fragment and is not quoted; -1 if there
   * is none.
   */
  fragment = -1;
  /** Octets missing after `end` because the snapshot length cut the frame. */
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
   * Records a layer: its header from `at` up to `headerEnd`, its payload up to `end` (both already clipped to the
   * layer's own limits). False if there are too many layers; the caller must then stop.
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
   * Records a layer whose header has `length` octets, or as many as are left. True if the header is complete, so that
   * the walk may continue after it.
   */
  header(layer: Layer, at: number, length: number, end: number): boolean {
    const complete = end - at >= length;
    return this.push(layer, at, complete ? at + length : end, end) && complete;
  }

  /** As `header`, for a link layer, which becomes the innermost link. */
  linkHeader(layer: Layer, at: number, length: number, end: number): boolean {
    const index = this.depth;
    const complete = this.header(layer, at, length, end);
    if (this.depth > index) this.link = index;
    return complete;
  }

  /** Index in `bytes` of the first octet of layer `index`. */
  atOf(index: number): number {
    return this.at[index]!;
  }
  /** Index after the header of layer `index`. */
  headerEndOf(index: number): number {
    return this.headerEnds[index]!;
  }
  /** Index after the payload of layer `index`, according to that layer's own length, clipped to what was captured. */
  endOf(index: number): number {
    return this.ends[index]!;
  }

  /** Continues with `layer`, if there is one and octets are left for it. */
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
  /** Continues after a UDP header, by the ports, then by what the body looks like. */
  toUdpPayload(sourcePort: number, destinationPort: number, at: number, end: number): void {
    const { udpPort, udpHeuristics } = this.dispatch;
    const bySource = udpPort.get(sourcePort);
    const byPort = udpPort.get(destinationPort) ?? bySource;
    for (const { layer, applies } of udpHeuristics) {
      // If both ports are known, the body decides: a reply from port 67 to port 69 is not TFTP.
      const known = byPort !== undefined && (byPort === layer || bySource !== layer);
      if (!known && applies(this.bytes, at, end)) return this.to(layer, at, end);
    }
    if (byPort) this.to(byPort, at, end);
  }

  /** Index of the innermost layer of kind `id`; -1 if there is none. Only layers before index `before` are searched. */
  find(id: string, before = this.depth): number {
    for (let i = before - 1; i >= 0; i--) if (this.layers[i]!.id === id) return i;
    return -1;
  }

  /** Offset in the frame of index `at` of `bytes`. */
  offset(at: number): number {
    return at - this.start;
  }
}
