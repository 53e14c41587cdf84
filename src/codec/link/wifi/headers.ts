import { u16le, u32, u32le } from '../../bytes';
import { cutHeader, HeaderFields, hexText, octetsText } from '../../header';
import { layerNode } from '../../tree';
import type { Layer } from '../../walk';
import { walkWifi } from './index';
import { FCS, FLAG_FCS, FLAG_PADDED, RADIOTAP, radiotapFlags, radiotapLength } from './layout';

/** Headers that capture programs put before 802.11 frames, with data from the radio. */

/** Radiotap (radiotap.org), LINKTYPE_IEEE802_11_RADIOTAP. */
export const radiotap: Layer = {
  id: 'radiotap',
  name: 'Radiotap header',
  walk(walk, at, end) {
    const length = radiotapLength(walk.bytes, at, end);
    if (!walk.header(radiotap, at, length, end)) return;
    const flags = radiotapFlags(walk.bytes, at, at + length);
    // The frame ends with a check sequence, unless the snapshot length cut it off.
    const frameEnd = flags & FLAG_FCS && walk.cut === 0 ? Math.max(at + length, end - FCS) : end;
    walkWifi(walk, at + length, frameEnd, { padded: (flags & FLAG_PADDED) !== 0 });
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const length = radiotapLength(walk.bytes, at, walk.endOf(index));
    const cut = cutHeader(walk, index, length, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    fields.number(1, 'Version', 'radiotap.version');
    fields.octets(1, 'Padding');
    fields.text(2, 'Length', octetsText(length), 'radiotap.length');
    fields.text(4, 'Present', hexText(u32le(walk.bytes, fields.at), 8), 'radiotap.present');
    fields.octets(length - RADIOTAP, 'Fields', 'radiotap.fields');
    return layerNode(walk, index, octetsText(length), fields.nodes);
  },
};

const PPI = 8;
const ppiLength = (bytes: Uint8Array, at: number, end: number): number =>
  end - at >= 4 ? Math.max(PPI, u16le(bytes, at + 2)) : PPI;

/** Per-packet information, LINKTYPE_PPI, which gives the link type of the frame after it. */
export const ppi: Layer = {
  id: 'ppi',
  name: 'PPI',
  walk(walk, at, end) {
    const length = ppiLength(walk.bytes, at, end);
    if (walk.header(ppi, at, length, end)) walk.toLinkType(u32le(walk.bytes, at + 4), at + length, end);
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const length = ppiLength(walk.bytes, at, walk.endOf(index));
    const cut = cutHeader(walk, index, length, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    fields.number(1, 'Version', 'ppi.version');
    fields.hex(1, 'Flags', 'ppi.flags');
    fields.text(2, 'Length', octetsText(length), 'ppi.length');
    const type = u32le(walk.bytes, fields.at);
    fields.text(4, 'Link type', String(type), 'ppi.dlt');
    fields.octets(length - PPI, 'Fields', 'ppi.fields');
    return layerNode(walk, index, `link type ${type}`, fields.nodes);
  },
};

/** AVS begins with a cookie in network byte order, whose last hex digits are its version; the length follows. */
const AVS_COOKIE = 0x80211000;
const isAvs = (bytes: Uint8Array, at: number, end: number): boolean =>
  end - at >= 8 && (u32(bytes, at) & 0xfffff000) >>> 0 === AVS_COOKIE;
const AVS = 8;

/**
 * AVS's length is in network byte order. Prism's is in the machine's order, which is found from the message code, a
 * small number.
 */
function prismLength(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < AVS) return AVS;
  if (isAvs(bytes, at, end)) return Math.max(AVS, u32(bytes, at + 4));
  return Math.max(AVS, u32(bytes, at) <= 0xffff ? u32(bytes, at + 4) : u32le(bytes, at + 4));
}

/** Prism and AVS headers: LINKTYPE_IEEE802_11_PRISM, which may hold either, and LINKTYPE_IEEE802_11_AVS. */
export const prism: Layer = {
  id: 'prism',
  name: 'Prism or AVS capture header',
  walk(walk, at, end) {
    const length = prismLength(walk.bytes, at, end);
    if (walk.header(prism, at, length, end)) walkWifi(walk, at + length, end);
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const length = prismLength(walk.bytes, at, walk.endOf(index));
    const cut = cutHeader(walk, index, length, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    fields.hex(4, 'Message code', 'prism.msgcode');
    fields.text(4, 'Length', octetsText(length), 'prism.msglen');
    fields.octets(length - AVS, 'Fields');
    return layerNode(walk, index, octetsText(length), fields.nodes);
  },
};
