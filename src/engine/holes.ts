import { u16, u16le } from '../codec/bytes';
import { GlancedLink, UDP_HEADER } from '../codec/glance';
import {
  addressesAt,
  DURATION,
  FCS,
  FLAG_FCS,
  FROM_DS,
  RADIOTAP,
  radiotapFlagsAt,
  radiotapLength,
  radiotapPresentEnd,
  SEQUENCE,
  TO_DS,
} from '../codec/link/wifiLayout';
import { Form, type Holes, type Places } from './stencil';

/*
 * The fields of a frame in which messages of one kind differ: addresses, xid, checksums, names, and the values of a few options, where
 * these are of a form in which no rule can find fault with them. What DHCPv4 and DHCPv6 share: the link's header.
 */

export const MOST_HOLES = 48;
export const MAC = 6;

/** Where the addresses of a link's header stand, counted from the frame's first octet; -1 where it has none. */
export interface Addresses {
  readonly source: number;
  readonly destination: number;
}
const NO_ADDRESSES: Addresses = { source: -1, destination: -1 };
const ADDRESSES: { readonly [link in GlancedLink]?: Addresses } = {
  [GlancedLink.Ethernet]: { source: 6, destination: 0 },
  [GlancedLink.Cooked]: { source: 6, destination: -1 },
  [GlancedLink.Cooked2]: { source: 12, destination: -1 },
};

/** The holes of one frame after another; what it says is of the last one. */
export abstract class HoleFinder {
  count = 0;
  readonly at = new Int32Array(MOST_HOLES);
  readonly length = new Int32Array(MOST_HOLES);
  readonly from = new Int32Array(MOST_HOLES);
  form = 0;
  /** Whether the form and the agreed octets tell all that decides which fields are holes; it is not so with two rare kinds of names. */
  told = true;
  readonly places: Places = noPlaces();
  /** Where the link's addresses stand. */
  addresses: Addresses = NO_ADDRESSES;
  /** Octets of the holes so far. */
  protected packed = 0;
  /** Whether octets are missing behind the frame. */
  protected cut = false;
  /** Whether a check sequence ends the frame. */
  private checked = false;

  /** The holes, to be kept. */
  get found(): Holes {
    const { count, at, length, from } = this;
    return { count, at: at.slice(0, count), length: length.slice(0, count), from: from.slice(0, count) };
  }

  /** Finds the holes of a frame up to `frameEnd`, behind which octets are missing where it was `cut`. False where it is not of the plain kind that stencils are made of. */
  find(
    bytes: Uint8Array,
    start: number,
    link: GlancedLink,
    ip: number,
    payload: number,
    end: number,
    frameEnd: number,
    cut: boolean,
  ): boolean {
    // Where only what stands behind the datagram was cut, its checksum can be verified, and has to be: that is rare.
    if (cut && u16(bytes, payload - 4) <= end - payload + UDP_HEADER) return false;
    // Four addresses are of bridges, whose ends are elsewhere.
    if (link >= GlancedLink.Wifi && isBridged(bytes, start, link)) return false;
    const { places } = this;
    places.xid = places.secs = places.chaddr = places.ciaddr = places.yiaddr = places.requested = -1;
    places.lease = places.t1 = places.t2 = places.id = places.agent = places.host = -1;
    places.idLength = places.agentLength = places.hostLength = 0;
    this.count = this.packed = this.form = 0;
    this.told = true;
    this.checked = false;
    this.cut = cut;
    if (!this.isPlain(bytes, payload, end)) return false;
    if (cut) this.form |= Form.Cut;
    if (link >= GlancedLink.Wifi) this.digWifi(bytes, start, link);
    else this.digAddresses(bytes, start, ADDRESSES[link] ?? NO_ADDRESSES);
    if (!this.digDatagram(bytes, start, ip, payload, end)) return false;
    if (this.checked && cut) return false;
    if (this.checked) this.hole(frameEnd - FCS - start, FCS);
    return true;
  }

  /** Whether the UDP body from `payload` up to `end` can be looked at, as far as its header says. */
  protected abstract isPlain(bytes: Uint8Array, payload: number, end: number): boolean;
  /** Digs one of the link's addresses, which stands at an index of the frame. */
  protected abstract digAddress(bytes: Uint8Array, start: number, at: number, isSource: boolean): void;
  /** Digs what stands behind the link's header. False where it is not plain. */
  protected abstract digDatagram(bytes: Uint8Array, start: number, ip: number, payload: number, end: number): boolean;

  /** Adds a hole; gives where it stands among the octets of all holes. Holes come in ascending order. */
  protected hole(at: number, length: number): number {
    const place = this.packed;
    this.copy(at, length, -1);
    this.packed += length;
    return place;
  }

  /** Adds a hole that holds the same octets as the one that begins at `from`, which is kept. */
  protected copy(at: number, length: number, from: number): void {
    const i = this.count++;
    this.at[i] = at;
    this.length[i] = length;
    this.from[i] = from;
  }

  private digAddresses(bytes: Uint8Array, start: number, addresses: Addresses): void {
    this.addresses = addresses;
    const { source, destination } = addresses;
    // Either may come first.
    if (source >= 0 && source < destination) this.digAddress(bytes, start, source, true);
    if (destination >= 0) this.digAddress(bytes, start, destination, false);
    if (source >= 0 && source > destination) this.digAddress(bytes, start, source, true);
  }

  /** What 802.11 and radiotap say of one frame only: how it was received, how long the air is taken, its number. */
  private digWifi(bytes: Uint8Array, start: number, link: GlancedLink): void {
    const header = wifiAt(bytes, start, link) - start;
    if (link === GlancedLink.Radiotap) {
      const headerEnd = start + header;
      const fields = radiotapPresentEnd(bytes, start, headerEnd);
      const flags = radiotapFlagsAt(bytes, start, headerEnd);
      // The flags say how the frame is to be read.
      const between = flags < 0 ? headerEnd : flags;
      if (between > fields) this.hole(fields - start, between - fields);
      if (flags >= 0 && headerEnd > flags + 1) this.hole(flags + 1 - start, headerEnd - flags - 1);
      this.checked = flags >= 0 && (bytes[flags]! & FLAG_FCS) !== 0;
    }
    this.hole(header + DURATION, 2);
    const { source, destination } = addressesAt(u16le(bytes, start + header));
    this.digAddresses(bytes, start, { source: header + source, destination: header + destination });
    this.hole(header + SEQUENCE, 2);
  }
}

function noPlaces(): Places {
  return {
    xid: -1,
    secs: -1,
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

/** Whether an 802.11 frame goes from one part of the distribution system to another, with four addresses. */
function isBridged(bytes: Uint8Array, start: number, link: GlancedLink): boolean {
  return (u16le(bytes, wifiAt(bytes, start, link)) & (TO_DS | FROM_DS)) === (TO_DS | FROM_DS);
}

/** Index of the 802.11 header, in front of which radiotap's may stand. */
function wifiAt(bytes: Uint8Array, start: number, link: GlancedLink): number {
  return link === GlancedLink.Radiotap ? start + radiotapLength(bytes, start, start + RADIOTAP) : start;
}
