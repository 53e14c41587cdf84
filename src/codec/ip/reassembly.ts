import { hex, u16 } from '../bytes';
import { vlanIds } from '../link/ethernet';
import type { Layer, Walk } from '../walk';
import { foldedSum } from './checksum';

/** A datagram reassembled from its fragments. */
export interface Datagram {
  /**
   * The whole datagram: the first fragment's IP header (for IPv6 with the extension headers before the fragment
   * header), changed to that of an unfragmented packet, and the joined payload. Can be walked starting with `layer`.
   */
  readonly bytes: Uint8Array;
  /** The frames that contributed a fragment, in order of arrival. The last one completed the datagram. */
  readonly frames: number[];
  /** The IP layer at the start of `bytes`. */
  readonly layer: Layer;
}

/** Limits on what a `Reassembler` holds. */
export interface ReassemblyLimits {
  /** Datagrams waiting for fragments. If there are more, the oldest is dropped. */
  readonly datagrams: number;
  /** Octets of all waiting fragments. */
  readonly octets: number;
  /** Fragments of one datagram. 65535 octets in pieces of 8 would be 8192; real datagrams have a few dozen at most. */
  readonly fragments: number;
  /** Seconds that a datagram waits, if the frames have times. RFC 8200 §4.5: 60. */
  readonly seconds: number;
}

const LIMITS: ReassemblyLimits = { datagrams: 512, octets: 8 << 20, fragments: 1024, seconds: 60 };
/** Largest value of IPv4's total length and IPv6's payload length. */
const LARGEST = 65535;
/** Cost of a fragment in addition to its octets, so that many tiny ones also use up the limit. */
const OVERHEAD = 64;

interface Piece {
  readonly at: number;
  readonly octets: Uint8Array;
}

interface Waiting {
  /** Sorted by `at`, without overlaps. Empty if the datagram is `spoiled`. */
  pieces: Piece[];
  frames: number[];
  layer: Layer;
  /** The header of the first fragment, once it has arrived. */
  header: Uint8Array | undefined;
  /** Octets of payload, once the last fragment has arrived; until then -1. */
  length: number;
  /** Octets of payload received so far. */
  have: number;
  cost: number;
  since: number;
  /** Fragments contradicted each other, so later ones are dropped (RFC 5722 §4). */
  spoiled: boolean;
}

/** A fragment, as found in its frame. */
interface Fragment {
  readonly layer: Layer;
  readonly key: string;
  readonly offset: number;
  readonly more: boolean;
  readonly at: number;
  readonly end: number;
  /** The header for the datagram, changed to that of an unfragmented packet. Lengths and checksum are filled in at the end. */
  readonly header: () => Uint8Array;
}

/**
 * Reassembles IP fragments (RFC 791 §3.2, RFC 8200 §4.5), within limits. A repeated fragment is used once. Any other
 * overlap is an attack or an error, and the datagram is dropped (RFC 5722, applied here to IPv4 as well). Fragments cut
 * by the snapshot length are useless and are dropped.
 */
export class Reassembler {
  private readonly waiting = new Map<string, Waiting>();
  private octets = 0;
  private readonly limits: ReassemblyLimits;

  constructor(limits: Partial<ReassemblyLimits> = {}) {
    this.limits = { ...LIMITS, ...limits };
  }

  /** Number of datagrams waiting for fragments, and octets held for them. */
  get held(): { readonly datagrams: number; readonly octets: number } {
    return { datagrams: this.waiting.size, octets: this.octets };
  }

  /**
   * Takes a walked frame. Does nothing unless `walk.fragment` is set. Returns the datagram if this frame completes it.
   * `seconds` is the frame's time, counted from any starting point.
   */
  add(walk: Walk, frameNumber: number, seconds?: number): Datagram | undefined {
    const fragment = fragmentOf(walk);
    if (!fragment) return undefined;
    const entry = this.entryFor(fragment, seconds ?? 0);
    if (entry.spoiled) return undefined;
    if (!this.insert(entry, fragment, walk.bytes, frameNumber)) return undefined;
    if (entry.length < 0 || entry.have < entry.length || !entry.header) {
      this.evict(fragment.key);
      return undefined;
    }
    this.drop(fragment.key, entry);
    return finish(entry, entry.header);
  }

  private entryFor(fragment: Fragment, seconds: number): Waiting {
    const found = this.waiting.get(fragment.key);
    if (found && Math.abs(seconds - found.since) <= this.limits.seconds) return found;
    if (found) this.drop(fragment.key, found);
    const entry: Waiting = {
      pieces: [],
      frames: [],
      layer: fragment.layer,
      header: undefined,
      length: -1,
      have: 0,
      cost: 0,
      since: seconds,
      spoiled: false,
    };
    this.waiting.set(fragment.key, entry);
    this.charge(entry, OVERHEAD);
    return entry;
  }

  /** Inserts a fragment in its place. False if it adds nothing: it is a repetition, or contradicts earlier fragments. */
  private insert(entry: Waiting, fragment: Fragment, bytes: Uint8Array, frameNumber: number): boolean {
    const length = fragment.end - fragment.at;
    const last = fragment.offset + length;
    const { pieces } = entry;
    let i = pieces.length;
    while (i > 0 && pieces[i - 1]!.at >= fragment.offset) i--;
    const before = pieces[i - 1];
    const after = pieces[i];
    if (after && after.at === fragment.offset && sameOctets(after.octets, bytes, fragment.at, fragment.end))
      return false;
    const wrongEnd = fragment.more
      ? entry.length >= 0 && last > entry.length
      : (entry.length >= 0 && entry.length !== last) || (pieces.length > 0 && endOf(pieces[pieces.length - 1]!) > last);
    const overlaps = (before && endOf(before) > fragment.offset) || (after && after.at < last);
    if (wrongEnd || overlaps || pieces.length >= this.limits.fragments) {
      this.spoil(entry);
      return false;
    }
    pieces.splice(i, 0, { at: fragment.offset, octets: bytes.slice(fragment.at, fragment.end) });
    entry.frames.push(frameNumber);
    entry.have += length;
    this.charge(entry, length + OVERHEAD);
    if (!fragment.more) entry.length = last;
    if (fragment.offset === 0) {
      entry.header = fragment.header();
      entry.layer = fragment.layer;
    }
    return true;
  }

  private spoil(entry: Waiting): void {
    this.charge(entry, OVERHEAD - entry.cost);
    entry.pieces = [];
    entry.frames = [];
    entry.header = undefined;
    entry.spoiled = true;
  }

  private charge(entry: Waiting, octets: number): void {
    entry.cost += octets;
    this.octets += octets;
  }

  private drop(key: string, entry: Waiting): void {
    this.octets -= entry.cost;
    this.waiting.delete(key);
  }

  /** Drops the datagrams that have waited longest until the limits are met. `keep` is the one currently being added to. */
  private evict(keep: string): void {
    for (const [key, entry] of this.waiting) {
      if (this.waiting.size <= this.limits.datagrams && this.octets <= this.limits.octets) return;
      if (key !== keep) this.drop(key, entry);
    }
  }
}

/** The fragment in a walked frame; undefined if there is none, or if the snapshot length cut it. */
function fragmentOf(walk: Walk): Fragment | undefined {
  if (walk.fragment < 0) return undefined;
  return walk.layers[walk.fragment]!.id === 'ip' ? readIpv4(walk) : readIpv6(walk);
}

/**
 * Whether a walked frame holds a fragment that can be reassembled. If so, what begins in it is not treated as a message
 * of its own, as in tshark. If the snapshot length cut the fragment, there will be no datagram, and the beginning is
 * all that can be read.
 */
export function isPart(walk: Walk): boolean {
  return fragmentOf(walk) !== undefined;
}

const endOf = (piece: Piece): number => piece.at + piece.octets.length;

function sameOctets(piece: Uint8Array, bytes: Uint8Array, at: number, end: number): boolean {
  if (piece.length !== end - at) return false;
  for (let i = 0; i < piece.length; i++) if (piece[i] !== bytes[at + i]) return false;
  return true;
}

/** Joins the pieces after the header, and fills in lengths and checksum. */
function finish(entry: Waiting, header: Uint8Array): Datagram | undefined {
  const isIpv4 = entry.layer.id === 'ip';
  const total = header.length + entry.length;
  const stated = isIpv4 ? total : total - IPV6_HEADER;
  if (stated > LARGEST) return undefined;
  const bytes = new Uint8Array(total);
  bytes.set(header);
  for (const piece of entry.pieces) bytes.set(piece.octets, header.length + piece.at);
  put16(bytes, isIpv4 ? 2 : 4, stated);
  if (isIpv4) {
    put16(bytes, 10, 0);
    put16(bytes, 10, 0xffff - foldedSum(bytes, 0, header.length));
  }
  return { bytes, frames: entry.frames, layer: entry.layer };
}

function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value & 255;
}

/**
 * Whether a fragment can be used: it has octets, a multiple of 8 unless it is the last (RFC 791 §3.2), and ends within
 * the limit.
 */
function usable(offset: number, more: boolean, length: number): boolean {
  return length > 0 && (!more || length % 8 === 0) && offset + length <= LARGEST;
}

function readIpv4(walk: Walk): Fragment | undefined {
  const { bytes } = walk;
  const index = walk.fragment;
  const at = walk.atOf(index);
  const headerEnd = walk.headerEndOf(index);
  const end = walk.endOf(index);
  const word = u16(bytes, at + 6);
  const offset = (word & 0x1fff) * 8;
  const more = (word & 0x2000) !== 0;
  // Cut: the total length claims more octets than are present.
  if (u16(bytes, at + 2) !== end - at || !usable(offset, more, end - headerEnd)) return undefined;
  return {
    layer: walk.layers[index]!,
    // RFC 791 §3.2: identification, source, destination and protocol.
    key: `${vlanIds(walk).join('.')} ${bytes[at + 9]!} ${hex(bytes, at + 12, 8)} ${u16(bytes, at + 4)}`,
    offset,
    more,
    at: headerEnd,
    end,
    header: () => {
      const header = bytes.slice(at, headerEnd);
      put16(header, 6, word & 0xc000);
      return header;
    },
  };
}

const IPV6_HEADER = 40;

function readIpv6(walk: Walk): Fragment | undefined {
  const { bytes } = walk;
  const index = walk.fragment;
  const at = walk.atOf(index);
  const headerEnd = walk.headerEndOf(index);
  const end = walk.endOf(index);
  let ip = index;
  while (ip >= 0 && walk.layers[ip]!.id !== 'ipv6') ip--;
  if (ip < 0) return undefined;
  const ipAt = walk.atOf(ip);
  const word = u16(bytes, at + 2);
  const offset = word & 0xfff8;
  const more = (word & 1) !== 0;
  if (u16(bytes, ipAt + 4) !== end - ipAt - IPV6_HEADER || !usable(offset, more, end - headerEnd)) return undefined;
  // Offset of the next-header field in the header before the fragment header.
  const nextHeaderAt = index - 1 === ip ? 6 : walk.atOf(index - 1) - ipAt;
  return {
    layer: walk.layers[ip]!,
    // RFC 8200 §4.5: source, destination and identification.
    key: `${vlanIds(walk).join('.')} ${hex(bytes, ipAt + 8, 32)} ${hex(bytes, at + 4, 4)}`,
    offset,
    more,
    at: headerEnd,
    end,
    header: () => {
      const header = bytes.slice(ipAt, at);
      header[nextHeaderAt] = bytes[at]!;
      return header;
    },
  };
}
