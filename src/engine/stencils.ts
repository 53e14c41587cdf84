import { OPTIONS_AT } from '../codec/dhcpv4';
import type { GlancedLink } from '../codec/glance';
import { foldedSum } from '../codec/ip/checksum';
import type { Walk } from '../codec/walk';
import type { CapturedFrame } from '../capture/frame';
import { HoleFinder } from './holes';
import { Form, Stencil } from './stencil';

/*
 * On a busy network a million DHCP messages are a few kinds of message, filled in a million times: one server's OFFERs differ in xid,
 * chaddr, yiaddr and checksums, and in nothing else. A stencil is such a kind. A frame that fits one needs no walk, is kept as the few
 * dozen octets that are its own, and what the rules say of it they say once for all.
 */

/** Longest frame that is looked at, in octets: DHCP over Ethernet is shorter (RFC 2131 §2, option 57). */
const LONGEST = 1536;
/** Words behind the frame's octets: form, length, link type, interface. */
const EXTRA = 4;
const MOST_STENCILS = 4096;
const TABLE = 4 * MOST_STENCILS;
const SIGHTINGS = 1 << 16;
const RECENT_SHIFT = 22;

const IPV4_HEADER = 20;

/** Finds the stencil of a frame, and makes one of frames that are seen again. */
export class Stencils {
  /** By id; there is none of id 0. */
  readonly all: (Stencil | undefined)[] = [undefined];
  private readonly table = new Int32Array(TABLE);
  /** Hashes that were seen, by their last bits: a stencil is worth making for what comes again. */
  private readonly sighted = new Int32Array(SIGHTINGS);
  /** Ids of the stencils that were last fitted, by a few bits of what tells them apart. */
  private readonly recent = new Uint16Array(1 << (32 - RECENT_SHIFT));
  private view: DataView = new DataView(new ArrayBuffer(0));

  // The frame that is being looked at, its holes filled with zeros, and what is known of it.
  private readonly words = new Int32Array(LONGEST / 4 + EXTRA);
  private readonly octets = new Uint8Array(this.words.buffer);
  private count = 0;
  private hash = 0;
  private ready = false;
  private payload = 0;
  private readonly holes = new HoleFinder();

  /** `eager`: makes a stencil of each frame that it could be made of, not only of what comes again. */
  constructor(private readonly eager = false) {}

  /**
   * The stencil of a frame whose UDP body stands from `payload` up to `end`, and its IPv4 header at `ip`, as the glance found them;
   * undefined where it has none. `learn` may be asked next.
   */
  match(frame: CapturedFrame, link: GlancedLink, ip: number, payload: number, end: number): Stencil | undefined {
    this.ready = false;
    const { bytes, start } = frame;
    const length = frame.end - start;
    if (length > LONGEST || !frame.timed || frame.wireLength !== length) return undefined;
    if (!this.holes.find(bytes, start, link, ip, payload, end)) return undefined;
    if (foldedSum(bytes, ip, ip + IPV4_HEADER) !== 0xffff) return undefined;
    // Nearly always it is the one that the last such frame fitted.
    const key =
      (Math.imul(this.holes.form, 0x9e3779b1) ^
        Math.imul(length, 0x85ebca6b) ^
        (bytes[payload + OPTIONS_AT + 2]! << 12)) >>>
      RECENT_SHIFT;
    const recent = this.all[this.recent[key]!];
    if (
      recent?.form === this.holes.form &&
      recent.length === length &&
      recent.linkType === frame.linkType &&
      recent.interface_ === frame.interface
    ) {
      if (this.view.buffer !== bytes.buffer) this.view = new DataView(bytes.buffer);
      if (recent.agrees(this.view, bytes.byteOffset + start)) return this.fitting(recent, bytes, start, ip, end);
    }
    const { octets, words } = this;
    const { at: holeAt, length: holeLength, count: holes } = this.holes;
    octets.set(bytes.subarray(start, frame.end));
    const count = (length + 3) >> 2;
    octets.fill(0, length, 4 * count);
    for (let i = 0; i < holes; i++) {
      let at = holeAt[i]!;
      for (const stop = at + holeLength[i]!; at < stop; at++) octets[at] = 0;
    }
    words[count] = this.holes.form;
    words[count + 1] = length;
    words[count + 2] = frame.linkType;
    words[count + 3] = frame.interface;
    this.count = count + EXTRA;
    this.payload = payload;
    this.hash = hashOf(words, this.count);
    const found = this.find();
    if (!found) {
      this.ready = true;
      return undefined;
    }
    this.recent[key] = found.id;
    return this.fitting(found, bytes, start, ip, end);
  }

  private fitting(found: Stencil, bytes: Uint8Array, start: number, ip: number, end: number): Stencil | undefined {
    return (found.form & Form.Checksum) === 0 || this.checksumFits(found, bytes, start, ip, end) ? found : undefined;
  }

  private find(): Stencil | undefined {
    const { table, hash, words, count } = this;
    for (let slot = hash & (TABLE - 1); table[slot] !== 0; slot = (slot + 1) & (TABLE - 1)) {
      const one = this.all[table[slot]!]!;
      if (one.hash !== hash || one.words.length !== count) continue;
      const theirs = one.words;
      let i = 0;
      while (i < count && theirs[i] === words[i]) i++;
      if (i === count) return one;
    }
    return undefined;
  }

  /** Whether UDP's checksum is right (RFC 768): the sum of what all frames of the stencil have, and of what this one has. */
  private checksumFits(stencil: Stencil, bytes: Uint8Array, start: number, ip: number, end: number): boolean {
    const udp = ip + IPV4_HEADER;
    const { count, at, length } = stencil.holes;
    let sum = stencil.udpSum + foldedSum(bytes, ip + 12, ip + IPV4_HEADER) + bytes[ip + 9]! + (end - udp);
    for (let i = 0; i < count; i++) {
      let from = start + at[i]!;
      if (from < udp) continue;
      for (const stop = from + length[i]!; from < stop; from++)
        sum += ((from - udp) & 1) !== 0 ? bytes[from]! : bytes[from]! << 8;
    }
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    return sum === 0xffff;
  }

  /**
   * Tells of the frame that `match` found no stencil for, what the walk made of it. Gives its stencil, made now, where such a
   * frame was seen before and nothing but octets that `match` looks at decides how it is read.
   */
  learn(walk: Walk, frame: CapturedFrame, ip: number, end: number): Stencil | undefined {
    if (!this.ready) return undefined;
    this.ready = false;
    const { hash } = this;
    const place = hash & (SIGHTINGS - 1);
    if (this.sighted[place] !== hash && !this.eager) {
      this.sighted[place] = hash;
      return undefined;
    }
    if (this.all.length > MOST_STENCILS) return undefined;
    const last = walk.depth - 1;
    const plain =
      walk.quotedFrom < 0 &&
      walk.fragment < 0 &&
      walk.link === 0 &&
      walk.cut === 0 &&
      last >= 0 &&
      walk.layers[last]!.id === 'dhcp' &&
      walk.atOf(last) === this.payload &&
      walk.endOf(last) === end &&
      walk.ip >= 0 &&
      walk.atOf(walk.ip) === ip;
    if (!plain) return undefined;
    const udp = ip + IPV4_HEADER;
    const { bytes, start } = frame;
    if ((this.holes.form & Form.Checksum) !== 0) {
      const pseudo = foldedSum(bytes, ip + 12, ip + IPV4_HEADER) + bytes[ip + 9]! + (end - udp);
      if (foldedSum(bytes, udp, end, pseudo) !== 0xffff) return undefined;
    }
    const stencil = new Stencil(
      this.all.length,
      hash,
      this.words.slice(0, this.count),
      frame.end - start,
      this.holes.found,
      { ...this.holes.places },
      this.holes.form,
      frame.linkType,
      frame.interface,
      foldedSum(this.octets, udp - start, end - start),
    );
    this.all.push(stencil);
    let slot = hash & (TABLE - 1);
    while (this.table[slot] !== 0) slot = (slot + 1) & (TABLE - 1);
    this.table[slot] = stencil.id;
    return stencil;
  }
}

function hashOf(words: Int32Array, count: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < count; i++) hash = Math.imul(hash ^ words[i]!, 0x01000193) ^ (hash >>> 15);
  return hash | 0;
}
