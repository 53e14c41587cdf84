import { u16 } from '../codec/bytes';
import { dhcpOptions, END, MAGIC_COOKIE, OFFSET, OPTIONS_AT, OVERLOAD, PAD } from '../codec/dhcpv4';
import { GlancedLink } from '../codec/glance';
import { foldedSum } from '../codec/ip/checksum';
import type { Walk } from '../codec/walk';
import type { CapturedFrame } from '../capture/frame';
import { Form, Stencil, type Places } from './stencil';

/*
 * On a busy network a million DHCP messages are a few kinds of message, filled in a million times: one server's OFFERs differ in xid,
 * chaddr, yiaddr and checksums, and in nothing else. A stencil is such a kind. A frame that fits one needs no walk, is kept as the few
 * dozen octets that are its own, and what the rules say of it they say once for all.
 */

/** Longest frame that is looked at, in octets: DHCP over Ethernet is shorter (RFC 2131 §2, option 57). */
const LONGEST = 1536;
/** Words behind the frame's octets: form, length, link type, interface. */
const EXTRA = 4;
const MOST_HOLES = 48;
const MOST_STENCILS = 4096;
const TABLE = 4 * MOST_STENCILS;
const SIGHTINGS = 1 << 16;
const RECENT_SHIFT = 22;

const IPV4_HEADER = 20;
const MAC = 6;

// Options whose values are holes.
const HOST_NAME = 12;
const REQUESTED = 50;
const LEASE = 51;
const T1 = 58;
const T2 = 59;
const CLIENT_ID = 61;
const FQDN = 81;
const RELAY_AGENT = 82;
const HOLED = [HOST_NAME, REQUESTED, LEASE, T1, T2, CLIENT_ID, FQDN, RELAY_AGENT] as const;

/** The rows as they are registered: the person may define an option anew, and then its values may break other rules. */
const REGISTERED = new Map(HOLED.map((code) => [code as number, dhcpOptions.get(code)]));

/** A lease without end is told as such (RFC 2131 §3.3), so it is no hole. */
const FOR_EVER = 0xffffffff;

const CIRCUIT_ID = 1;
const REMOTE_ID = 2;

/** Where the addresses of a link's header stand; -1 where it has none. */
const SOURCE: Readonly<Record<GlancedLink, number>> = {
  [GlancedLink.Other]: -1,
  [GlancedLink.Ethernet]: 6,
  [GlancedLink.Cooked]: 6,
  [GlancedLink.Cooked2]: 12,
};
const DESTINATION: Readonly<Record<GlancedLink, number>> = {
  [GlancedLink.Other]: -1,
  [GlancedLink.Ethernet]: 0,
  [GlancedLink.Cooked]: -1,
  [GlancedLink.Cooked2]: -1,
};

/** Finds the stencil of a frame, and makes one of frames that are seen again. */
export class Stencils {
  /** By id; there is none of id 0. */
  readonly all: (Stencil | undefined)[] = [undefined];
  private readonly table = new Int32Array(TABLE);
  /** Hashes that were seen, by their last bits: a stencil is worth making for what comes again. */
  private readonly sighted = new Int32Array(SIGHTINGS);
  /** Whether the rows of the options that are holes are the registered ones; each message asks. */
  private readonly holed = new Uint8Array(256);

  /** Ids of the stencils that were last fitted, by a few bits of what tells them apart. */
  private readonly recent = new Uint16Array(1 << (32 - RECENT_SHIFT));
  private view: DataView = new DataView(new ArrayBuffer(0));

  // The frame that is being looked at, its holes filled with zeros, and what is known of it.
  private readonly words = new Int32Array(LONGEST / 4 + EXTRA);
  private readonly octets = new Uint8Array(this.words.buffer);
  private readonly holeAt = new Int32Array(MOST_HOLES);
  private readonly holeLength = new Int32Array(MOST_HOLES);
  private holes = 0;
  private packed = 0;
  private form = 0;
  private count = 0;
  private hash = 0;
  private ready = false;
  private payload = 0;
  private readonly places: Places = noPlaces();
  private readonly seenOption = new Uint32Array(256);
  private generation = 0;

  /** `eager`: makes a stencil of each frame that it could be made of, not only of what comes again. */
  constructor(private readonly eager = false) {
    for (const code of HOLED) this.holed[code] = dhcpOptions.get(code) === REGISTERED.get(code) ? 1 : 0;
  }

  /**
   * The stencil of a frame whose UDP body stands from `payload` up to `end`, and its IPv4 header at `ip`, as the glance found them;
   * undefined where it has none. `learn` may be asked next.
   */
  match(frame: CapturedFrame, link: GlancedLink, ip: number, payload: number, end: number): Stencil | undefined {
    this.ready = false;
    const { bytes, start } = frame;
    const length = frame.end - start;
    if (length > LONGEST || !frame.timed || frame.wireLength !== length) return undefined;
    if (!this.dig(bytes, start, link, ip, payload, end)) return undefined;
    if (foldedSum(bytes, ip, ip + IPV4_HEADER) !== 0xffff) return undefined;
    // Nearly always it is the one that the last such frame fitted.
    const key =
      (Math.imul(this.form, 0x9e3779b1) ^ Math.imul(length, 0x85ebca6b) ^ (bytes[payload + OPTIONS_AT + 2]! << 12)) >>>
      RECENT_SHIFT;
    const recent = this.all[this.recent[key]!];
    if (
      recent?.form === this.form &&
      recent.length === length &&
      recent.linkType === frame.linkType &&
      recent.interface_ === frame.interface
    ) {
      if (this.view.buffer !== bytes.buffer) this.view = new DataView(bytes.buffer);
      if (recent.agrees(this.view, bytes.byteOffset + start)) return this.fitting(recent, bytes, start, ip, end);
    }
    const { octets, words, holeAt, holeLength, holes } = this;
    octets.set(bytes.subarray(start, frame.end));
    const count = (length + 3) >> 2;
    octets.fill(0, length, 4 * count);
    for (let i = 0; i < holes; i++) {
      let at = holeAt[i]!;
      for (const stop = at + holeLength[i]!; at < stop; at++) octets[at] = 0;
    }
    words[count] = this.form;
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
    if ((this.form & Form.Checksum) !== 0) {
      const pseudo = foldedSum(bytes, ip + 12, ip + IPV4_HEADER) + bytes[ip + 9]! + (end - udp);
      if (foldedSum(bytes, udp, end, pseudo) !== 0xffff) return undefined;
    }
    const stencil = new Stencil(
      this.all.length,
      hash,
      this.words.slice(0, this.count),
      frame.end - start,
      { count: this.holes, at: this.holeAt.slice(0, this.holes), length: this.holeLength.slice(0, this.holes) },
      { ...this.places },
      this.form,
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

  /** Adds a hole; gives where it stands among the octets of all holes. Holes come in ascending order. */
  private hole(at: number, length: number): number {
    const i = this.holes++;
    this.holeAt[i] = at;
    this.holeLength[i] = length;
    const place = this.packed;
    this.packed += length;
    return place;
  }

  /** Finds the holes of a frame. False where it is not of the plain kind that stencils are made of. */
  private dig(bytes: Uint8Array, start: number, link: GlancedLink, ip: number, payload: number, end: number): boolean {
    if (end - payload <= OPTIONS_AT) return false;
    const chaddr = payload + OFFSET.chaddr;
    // Ethernet addresses only, behind them the cookie: BOOTP without options is rare enough to be read each time.
    if (bytes[payload + OFFSET.htype] !== 1 || bytes[payload + OFFSET.hlen] !== MAC) return false;
    if (((u16(bytes, payload + OPTIONS_AT - 4) << 16) | u16(bytes, payload + OPTIONS_AT - 2)) >>> 0 !== MAGIC_COOKIE)
      return false;
    const { places } = this;
    places.ciaddr = places.yiaddr = places.requested = places.lease = places.t1 = places.t2 = -1;
    places.id = places.agent = places.host = -1;
    places.idLength = places.agentLength = places.hostLength = 0;
    this.holes = this.packed = 0;
    let form = 0;
    const destination = DESTINATION[link];
    if (destination >= 0 && same(bytes, start + destination, chaddr, MAC)) {
      form |= Form.DestinationIsChaddr;
      this.hole(destination, MAC);
    }
    const source = SOURCE[link];
    if (source >= 0 && same(bytes, start + source, chaddr, MAC)) {
      form |= Form.SourceIsChaddr;
      this.hole(source, MAC);
    }
    const ciaddr = payload + OFFSET.ciaddr;
    const yiaddr = payload + OFFSET.yiaddr;
    const hasCiaddr = !isZero(bytes, ciaddr);
    const hasYiaddr = !isZero(bytes, yiaddr);
    const ipHeader = ip - start;
    this.hole(ipHeader + 4, 2); // identification
    this.hole(ipHeader + 10, 2); // checksum, which has been found right
    if (hasCiaddr && same(bytes, ip + 12, ciaddr, 4)) {
      form |= Form.SourceIsCiaddr;
      this.hole(ipHeader + 12, 4);
    }
    if (hasYiaddr && same(bytes, ip + 16, yiaddr, 4)) {
      form |= Form.DestinationIsYiaddr;
      this.hole(ipHeader + 16, 4);
    } else if (hasCiaddr && same(bytes, ip + 16, ciaddr, 4)) {
      form |= Form.DestinationIsCiaddr;
      this.hole(ipHeader + 16, 4);
    }
    const message = payload - start;
    if (u16(bytes, payload - 2) !== 0) {
      form |= Form.Checksum;
      this.hole(message - 2, 2);
    }
    places.xid = this.hole(message + OFFSET.xid, 4);
    this.hole(message + OFFSET.secs, 2);
    if (hasCiaddr) {
      form |= Form.Ciaddr;
      places.ciaddr = this.hole(message + OFFSET.ciaddr, 4);
    }
    if (hasYiaddr) {
      form |= Form.Yiaddr;
      places.yiaddr = this.hole(message + OFFSET.yiaddr, 4);
      if (hasCiaddr && same(bytes, ciaddr, yiaddr, 4)) form |= Form.SameAddress;
    }
    places.chaddr = this.hole(message + OFFSET.chaddr, MAC);
    this.form = form;
    return this.digOptions(bytes, start, payload, end, chaddr);
  }

  private digOptions(bytes: Uint8Array, start: number, payload: number, end: number, chaddr: number): boolean {
    const { seenOption, holed } = this;
    const generation = ++this.generation;
    for (let at = payload + OPTIONS_AT; at < end;) {
      const code = bytes[at]!;
      if (code === PAD) {
        at++;
        continue;
      }
      if (code === END) return true;
      if (at + 1 >= end || code === OVERLOAD || seenOption[code] === generation) return false;
      seenOption[code] = generation;
      const length = bytes[at + 1]!;
      const value = at + 2;
      at = value + length;
      if (at > end) return false;
      if (holed[code] !== 0) {
        if (this.holes > MOST_HOLES - 8) return false;
        this.digOption(bytes, code, value, length, value - start, chaddr);
      }
    }
    // Without End: that is a fault, which the walk's way tells.
    return false;
  }

  private digOption(
    bytes: Uint8Array,
    code: number,
    value: number,
    length: number,
    offset: number,
    chaddr: number,
  ): void {
    const { places } = this;
    switch (code) {
      case HOST_NAME:
        if (length === 0) return;
        this.form |= Form.Host;
        places.host = this.hole(offset, length);
        places.hostLength = length;
        return;
      case CLIENT_ID:
        this.digId(bytes, value, length, offset, chaddr);
        return;
      case FQDN:
        if (length <= 3 || ((bytes[value]! & 4) !== 0 && !isWireName(bytes, value + 3, value + length))) return;
        this.form |= Form.Fqdn;
        this.hole(offset + 3, length - 3);
        return;
      case RELAY_AGENT:
        this.digAgent(bytes, value, length, offset);
        return;
    }
    if (length !== 4) return;
    if (code === REQUESTED) {
      if (isZero(bytes, value)) return;
      this.form |= Form.Requested;
      places.requested = this.hole(offset, 4);
    } else if (code === LEASE) {
      if (((u16(bytes, value) << 16) | u16(bytes, value + 2)) >>> 0 === FOR_EVER) return;
      this.form |= Form.Lease;
      places.lease = this.hole(offset, 4);
    } else if (code === T1) {
      this.form |= Form.T1;
      places.t1 = this.hole(offset, 4);
    } else {
      this.form |= Form.T2;
      places.t2 = this.hole(offset, 4);
    }
  }

  /** Option 61 (RFC 2132 §9.14, RFC 4361 §6.1): its kind stays, what names the client is a hole. */
  private digId(bytes: Uint8Array, value: number, length: number, offset: number, chaddr: number): void {
    const { places } = this;
    const type = length > 0 ? bytes[value]! : -1;
    let kept = -1;
    if (type === 1 && length === 1 + MAC) {
      // Another interface's address: rare, and then the client is known by that.
      if (same(bytes, value + 1, chaddr, MAC)) {
        this.form |= Form.IdIsChaddr;
        kept = 1;
      }
    } else if (type === 0 && length > 1) kept = 1;
    else if (type === 255 && length >= 15) {
      // IAID, then the DUID's type and hardware type or enterprise number (RFC 8415 §11).
      const duid = u16(bytes, value + 5);
      kept = duid === 1 || duid === 3 ? 9 : duid === 2 ? 11 : duid === 4 && length === 23 ? 7 : -1;
    }
    if (kept < 0) {
      this.form |= Form.FixedId;
      return;
    }
    if ((this.form & Form.IdIsChaddr) === 0) this.form |= Form.Id;
    places.id = this.packed;
    if (type === 255) this.hole(offset + 1, 4);
    this.hole(offset + kept, length - kept);
    places.idLength = this.packed - places.id;
  }

  /** Option 82 (RFC 3046 §2.0): circuit id and remote id are holes, all other sub-options stay. */
  private digAgent(bytes: Uint8Array, value: number, length: number, offset: number): void {
    const end = value + length;
    let holes = 0;
    for (let at = value; at < end; at += 2 + bytes[at + 1]!) {
      if (at + 2 > end || at + 2 + bytes[at + 1]! > end || ++holes > 4) return;
    }
    const { places } = this;
    places.agent = this.packed;
    for (let at = value; at < end; at += 2 + bytes[at + 1]!) {
      const size = bytes[at + 1]!;
      if (size > 0 && (bytes[at] === CIRCUIT_ID || bytes[at] === REMOTE_ID)) this.hole(offset + at + 2 - value, size);
    }
    places.agentLength = this.packed - places.agent;
    if (places.agentLength > 0) this.form |= Form.Agent;
  }
}

function noPlaces(): Places {
  return {
    xid: -1,
    ciaddr: -1,
    yiaddr: -1,
    chaddr: -1,
    requested: -1,
    lease: -1,
    t1: -1,
    t2: -1,
    id: -1,
    idLength: 0,
    agent: -1,
    agentLength: 0,
    host: -1,
    hostLength: 0,
  };
}

function same(bytes: Uint8Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}

function isZero(bytes: Uint8Array, at: number): boolean {
  return (bytes[at]! | bytes[at + 1]! | bytes[at + 2]! | bytes[at + 3]!) === 0;
}

/** Whether the octets are labels of letters, digits and hyphens (RFC 1035 §3.1), the last of which may be the root's: no rule can find fault with them. */
function isWireName(bytes: Uint8Array, at: number, end: number): boolean {
  while (at < end) {
    const length = bytes[at++]!;
    if (length === 0) return at === end;
    if (length > 63 || at + length > end) return false;
    for (const stop = at + length; at < stop; at++) {
      const c = bytes[at]! | 0x20;
      if (!((c >= 0x61 && c <= 0x7a) || (bytes[at]! >= 0x30 && bytes[at]! <= 0x39) || bytes[at] === 0x2d)) return false;
    }
  }
  return true;
}

function hashOf(words: Int32Array, count: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < count; i++) hash = Math.imul(hash ^ words[i]!, 0x01000193) ^ (hash >>> 15);
  return hash | 0;
}
