import { u16, u32 } from '../codec/bytes';
import { CHADDR_LENGTH, END, MAGIC_COOKIE, OFFSET, OPTIONS_AT, OVERLOAD, PAD } from '../codec/dhcpv4/layout';
import { HoleFinder, MAC, MOST_HOLES } from './holes';
import { Form } from './stencil';

// Options whose values are holes.
const HOST_NAME = 12;
const REQUESTED = 50;
const LEASE = 51;
const T1 = 58;
const T2 = 59;
const CLIENT_ID = 61;
const FQDN = 81;
const RELAY_AGENT = 82;
export const HOLED: readonly number[] = [HOST_NAME, REQUESTED, LEASE, T1, T2, CLIENT_ID, FQDN, RELAY_AGENT];

/** A lease without end is told as such (RFC 2131 §3.3), so it is no hole. */
const FOR_EVER = 0xffffffff;

const CIRCUIT_ID = 1;
const REMOTE_ID = 2;

/** Finds the holes of DHCPv4 messages. */
export class HoleFinder4 extends HoleFinder {
  /** By option code: the message in which it was last seen, by number. */
  private readonly seenOption = new Uint32Array(256);
  private generation = 0;
  /** Index of chaddr. */
  private chaddr = 0;

  /** `holed`: by option code, 1 where its value is a hole (`holedOptions`). */
  constructor(private readonly holed: Uint8Array) {
    super();
  }

  protected isPlain(bytes: Uint8Array, payload: number, end: number): boolean {
    if (end - payload < OFFSET.chaddr + CHADDR_LENGTH) return false;
    this.chaddr = payload + OFFSET.chaddr;
    // Ethernet addresses only, behind them the cookie: BOOTP without options is rare enough to be read each time.
    if (bytes[payload + OFFSET.htype] !== 1 || bytes[payload + OFFSET.hlen] !== MAC) return false;
    if (end - payload >= OPTIONS_AT) return u32(bytes, payload + OPTIONS_AT - 4) === MAGIC_COOKIE;
    this.form |= Form.Untyped;
    return this.cut;
  }

  /** The link-layer address that is chaddr. */
  protected digAddress(bytes: Uint8Array, start: number, at: number, isSource: boolean): void {
    if (!same(bytes, start + at, this.chaddr, MAC)) return;
    this.copy(at, MAC, this.chaddr - start);
    this.form |= isSource ? Form.SourceIsChaddr : Form.DestinationIsChaddr;
  }

  protected digDatagram(bytes: Uint8Array, start: number, ip: number, payload: number, end: number): boolean {
    const { places } = this;
    let form = 0;
    const ciaddr = payload + OFFSET.ciaddr;
    const yiaddr = payload + OFFSET.yiaddr;
    const hasCiaddr = !isZero(bytes, ciaddr);
    const hasYiaddr = !isZero(bytes, yiaddr);
    const sameAddress = hasCiaddr && hasYiaddr && same(bytes, ciaddr, yiaddr, 4);
    const ipHeader = ip - start;
    this.hole(ipHeader + 4, 2); // identification
    this.hole(ipHeader + 10, 2); // checksum, which has been found right
    if (hasCiaddr && same(bytes, ip + 12, ciaddr, 4)) {
      form |= Form.SourceIsCiaddr;
      this.copy(ipHeader + 12, 4, ciaddr - start);
    }
    if (hasYiaddr && same(bytes, ip + 16, yiaddr, 4)) {
      form |= Form.DestinationIsYiaddr;
      this.copy(ipHeader + 16, 4, (sameAddress ? ciaddr : yiaddr) - start);
    } else if (hasCiaddr && same(bytes, ip + 16, ciaddr, 4)) {
      form |= Form.DestinationIsCiaddr;
      this.copy(ipHeader + 16, 4, ciaddr - start);
    }
    const message = payload - start;
    const { cut } = this;
    if (cut || u16(bytes, payload - 2) !== 0) {
      if (!cut) form |= Form.Checksum;
      this.hole(message - 2, 2);
    }
    places.xid = this.hole(message + OFFSET.xid, 4);
    places.secs = this.hole(message + OFFSET.secs, 2);
    if (hasCiaddr) {
      form |= Form.Ciaddr;
      places.ciaddr = this.hole(message + OFFSET.ciaddr, 4);
    }
    if (hasYiaddr) {
      form |= Form.Yiaddr;
      if (sameAddress) {
        form |= Form.SameAddress;
        this.copy(message + OFFSET.yiaddr, 4, ciaddr - start);
        places.yiaddr = places.ciaddr;
      } else places.yiaddr = this.hole(message + OFFSET.yiaddr, 4);
    }
    places.chaddr = this.hole(message + OFFSET.chaddr, MAC);
    this.form |= form;
    return (this.form & Form.Untyped) !== 0 || this.digOptions(bytes, start, payload, end);
  }

  private digOptions(bytes: Uint8Array, start: number, payload: number, end: number): boolean {
    const { seenOption, holed, cut } = this;
    const generation = ++this.generation;
    for (let at = payload + OPTIONS_AT; at < end;) {
      const code = bytes[at]!;
      if (code === PAD) {
        at++;
        continue;
      }
      if (code === END) return true;
      if (at + 1 >= end) return cut;
      if (code === OVERLOAD || seenOption[code] === generation) return false;
      seenOption[code] = generation;
      const length = bytes[at + 1]!;
      const value = at + 2;
      at = value + length;
      if (at > end) {
        // What there is of an option that was cut is read by nobody.
        if (cut && end > value) this.hole(value - start, end - value);
        return cut;
      }
      if (holed[code] !== 0) {
        if (this.count > MOST_HOLES - 8) return false;
        this.digOption(bytes, code, value, length, value - start);
      }
    }
    // Without End: that is a fault, which the walk's way tells, unless it was cut off.
    return cut;
  }

  private digOption(bytes: Uint8Array, code: number, value: number, length: number, offset: number): void {
    const { places } = this;
    switch (code) {
      case HOST_NAME:
        if (length === 0) return;
        this.form |= Form.Host;
        places.host = this.hole(offset, length);
        places.hostLength = length;
        return;
      case CLIENT_ID:
        this.digId(bytes, value, length, offset);
        return;
      case FQDN:
        if (length <= 3) return;
        if ((bytes[value]! & 4) !== 0) {
          this.told = false;
          if (!isWireName(bytes, value + 3, value + length)) return;
        }
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
      if (u32(bytes, value) === FOR_EVER) return;
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
  private digId(bytes: Uint8Array, value: number, length: number, offset: number): void {
    const { places, chaddr } = this;
    const type = length > 0 ? bytes[value]! : -1;
    let kept = -1;
    if (type === 1 && length === 1 + MAC) {
      // Another interface's address: rare, and then the client is known by that.
      if (same(bytes, value + 1, chaddr, MAC)) {
        this.form |= Form.IdIsChaddr;
        this.copy(offset + 1, MAC, chaddr - value + offset);
        return;
      }
      this.told = false;
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
    this.form |= Form.Id;
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
