import { CHADDR_LENGTH, OFFSET, OPTIONS_AT } from '../codec/dhcpv4/layout';
import { HEADER_LENGTH } from '../codec/dhcpv6/message';
import { GlancedLink, IPV6_HEADER, UDP_HEADER } from '../codec/glance';
import { plainHeaderFits } from '../codec/ip/checksum';
import type { Walk } from '../codec/walk';
import type { CapturedFrame } from '../capture/frame';
import type { HoleFinder } from './holes';
import { HoleFinder4 } from './holes4';
import { HoleFinder6 } from './holes6';
import { datagramSum, Form, Stencil } from './stencil';

/*
 * On a busy network a million DHCP messages are a few kinds of message, filled in a million times: one server's OFFERs differ in xid,
 * chaddr, yiaddr and checksums, and in nothing else. A stencil is such a kind. A frame that fits one needs no walk, is kept as the few
 * dozen octets that are its own, and what the rules say of it they say once for all.
 */

/** Longest frame that is looked at, in octets: DHCP over Ethernet is shorter (RFC 2131 §2, option 57). */
const LONGEST = 1536;
/** Words behind the frame's octets: form, length, length on the wire, link type, interface. */
const EXTRA = 5;
const MOST_STENCILS = 4096;
const TABLE = 4 * MOST_STENCILS;
const SIGHTINGS = 1 << 16;
const RECENT_SHIFT = 22;
const WAYS = 2;

/** Octets of the headers of IPv6 and UDP: so many stand in front of a message over it. */
const HEADERS6 = IPV6_HEADER + UDP_HEADER;

/** Where the value of option 53 stands, which mostly comes first. */
const TYPE_AT = OPTIONS_AT + 2;
/** So much of a message that was cut has to be there: its addresses, the last of which is chaddr. */
const LEAST_CUT = OFFSET.chaddr + CHADDR_LENGTH;

/** Finds the stencil of a frame, and makes one of frames that are seen again. */
export class Stencils {
  /** By id; there is none of id 0. */
  readonly all: (Stencil | undefined)[] = [undefined];
  private readonly table = new Int32Array(TABLE);
  /** Hashes that were seen, by their last bits: a stencil is worth making for what comes again. */
  private readonly sighted = new Int32Array(SIGHTINGS);
  /** Ids of the stencils that were last fitted, by a few bits of what tells them apart. */
  private readonly recent = new Uint16Array(WAYS << (32 - RECENT_SHIFT));
  /** All memory in which the frame lies that was asked about last. */
  view: DataView = new DataView(new ArrayBuffer(0));
  private seen: Uint8Array | undefined;

  // The frame that is being looked at, its holes filled with zeros, and what is known of it.
  private readonly words = new Int32Array(LONGEST / 4 + EXTRA);
  private readonly octets = new Uint8Array(this.words.buffer);
  private count = 0;
  private hash = 0;
  private ready = false;
  private payload = 0;
  private link: GlancedLink = GlancedLink.Other;
  private readonly holes4: HoleFinder;
  private readonly holes6 = new HoleFinder6();
  private holes: HoleFinder;

  /** `holed`: see `holedOptions`. `eager`: makes a stencil of each frame that it could be made of, not only of what comes again. */
  constructor(
    holed: Uint8Array,
    private readonly eager = false,
  ) {
    this.holes = this.holes4 = new HoleFinder4(holed);
  }

  /**
   * The stencil of a frame whose UDP body stands from `payload` up to `end`, and its IP header at `ip`, as the glance found them;
   * undefined where it has none. Whether UDP's checksum is right is seen when its octets are packed. `learn` may be asked next.
   */
  match(frame: CapturedFrame, link: GlancedLink, ip: number, payload: number, end: number): Stencil | undefined {
    this.ready = false;
    const { bytes, start } = frame;
    const length = frame.end - start;
    if (length > LONGEST || !frame.timed) return undefined;
    const six = payload - ip === HEADERS6;
    const cut = frame.wireLength !== length;
    if (frame.wireLength < length || end - payload < (six ? HEADER_LENGTH : cut ? LEAST_CUT : OPTIONS_AT))
      return undefined;
    if (this.seen !== bytes) this.see(bytes);
    if (!six && !plainHeaderFits(this.view, bytes.byteOffset + ip)) return undefined;
    // Nearly always it is one of the two that the last such frames fitted.
    const place = six
      ? recentPlace6(bytes, payload, frame.wireLength)
      : recentPlace(bytes, start, payload, frame.wireLength, end - payload > TYPE_AT ? bytes[payload + TYPE_AT]! : 0);
    for (let way = 0; way < WAYS; way++) {
      const recent = this.all[this.recent[place + way]!];
      if (
        recent?.told &&
        recent.length === length &&
        recent.wireLength === frame.wireLength &&
        recent.linkType === frame.linkType &&
        recent.interface_ === frame.interface &&
        recent.agrees(this.view, bytes.byteOffset + start) &&
        recent.keepsForm(this.view, bytes.byteOffset + start)
      )
        return recent;
    }
    this.holes = six ? this.holes6 : this.holes4;
    return this.search(frame, link, ip, payload, end, place);
  }

  /** The stencil of a frame by what is in its holes, where it has one; else all is ready to make one. `place`: where it is to be found the next time. */
  private search(
    frame: CapturedFrame,
    link: GlancedLink,
    ip: number,
    payload: number,
    end: number,
    place: number,
  ): Stencil | undefined {
    const { bytes, start } = frame;
    const length = frame.end - start;
    if (!this.holes.find(bytes, start, link, ip, payload, end, frame.end, frame.wireLength !== length))
      return undefined;
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
    words[count + 2] = frame.wireLength;
    words[count + 3] = frame.linkType;
    words[count + 4] = frame.interface;
    this.count = count + EXTRA;
    this.payload = payload;
    this.link = link;
    this.hash = hashOf(words, this.count);
    const found = this.find();
    if (!found) {
      this.ready = true;
      return undefined;
    }
    this.recent.copyWithin(place + 1, place, place + WAYS - 1);
    this.recent[place] = found.id;
    return found;
  }

  /** Many frames lie in one array; to ask for its buffer is slow. */
  private see(bytes: Uint8Array): void {
    this.seen = bytes;
    if (this.view.buffer !== bytes.buffer) this.view = new DataView(bytes.buffer);
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

  /**
   * Tells of the frame that `match` found no stencil for, what the walk made of it. Gives its stencil, made now, where such a
   * frame was seen before (or `again` says so) and nothing but octets that `match` looks at decides how it is read.
   */
  learn(walk: Walk, frame: CapturedFrame, ip: number, end: number, again = false): Stencil | undefined {
    const last = walk.depth - 1;
    const plain =
      walk.quotedFrom < 0 &&
      walk.fragment < 0 &&
      // Radiotap stands in front of the link.
      walk.link === (this.link === GlancedLink.Radiotap ? 1 : 0) &&
      walk.cut > 0 === (this.holes.form & Form.Cut) > 0 &&
      last >= 0 &&
      walk.layers[last]!.id === (this.holes === this.holes4 ? 'dhcp' : 'dhcpv6') &&
      walk.atOf(last) === this.payload &&
      walk.endOf(last) === end &&
      walk.ip >= 0 &&
      walk.atOf(walk.ip) === ip;
    return this.propose(frame, end, plain, again);
  }

  /** As `learn`, where nobody walks: whether such a frame is read as it looks, somebody else has to find out before the stencil is used. */
  propose(frame: CapturedFrame, end: number, plain = true, again = false): Stencil | undefined {
    if (!this.ready) return undefined;
    this.ready = false;
    const { hash } = this;
    const sighting = hash & (SIGHTINGS - 1);
    if (this.sighted[sighting] !== hash && !this.eager && !again) {
      this.sighted[sighting] = hash;
      return undefined;
    }
    if (!plain || this.all.length > MOST_STENCILS) return undefined;
    const udp = this.payload - UDP_HEADER;
    const { bytes, start } = frame;
    const { form } = this.holes;
    if ((form & Form.Checksum) !== 0 && datagramSum(bytes, form, udp, end) !== 0xffff) return undefined;
    const stencil = new Stencil(
      this.all.length,
      hash,
      this.words.slice(0, this.count),
      frame.end - start,
      frame.wireLength,
      this.holes.found,
      { ...this.holes.places },
      form,
      frame.linkType,
      frame.interface,
      { ...this.holes.addresses, udp: udp - start, message: this.payload - start, end: end - start },
      this.holes.told,
    );
    this.all.push(stencil);
    let slot = hash & (TABLE - 1);
    while (this.table[slot] !== 0) slot = (slot + 1) & (TABLE - 1);
    this.table[slot] = stencil.id;
    return stencil;
  }
}

/** Where the stencils of frames like this one are looked for first: what mostly tells them apart decides. */
function recentPlace(bytes: Uint8Array, start: number, payload: number, length: number, type: number): number {
  const giaddr = (bytes[payload + OFFSET.giaddr + 1]! << 16) | (bytes[payload + OFFSET.giaddr + 2]! << 8);
  const mixed =
    Math.imul(length, 0x85ebca6b) ^
    (type << 12) ^
    Math.imul(giaddr | bytes[payload + OFFSET.giaddr + 3]!, 0x9e3779b1) ^
    // To everybody or to one; with the broadcast flag or without; of a client with an address or without.
    ((bytes[start]! & 1) << 23) ^
    (bytes[payload + OFFSET.flags]! << 17) ^
    (bytes[payload + OFFSET.ciaddr]! !== 0 ? 0x5bd1e995 : 0);
  return WAYS * (Math.imul(mixed, 0x9e3779b1) >>> RECENT_SHIFT);
}

/** The same for messages over IPv6. */
function recentPlace6(bytes: Uint8Array, payload: number, length: number): number {
  const mixed = Math.imul(length, 0x85ebca6b) ^ (bytes[payload]! << 12) ^ (bytes[payload + 7]! << 20);
  return WAYS * (Math.imul(mixed, 0x9e3779b1) >>> RECENT_SHIFT);
}

function hashOf(words: Int32Array, count: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < count; i++) hash = Math.imul(hash ^ words[i]!, 0x01000193) ^ (hash >>> 15);
  return hash | 0;
}
