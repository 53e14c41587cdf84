import { u16 } from '../bytes';
import { cutHeader, HeaderFields, hexText } from '../header';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';
import { etherTypeText } from './ethertypes';
import { toIpByVersion } from './raw';

/** SNAP's service access point (IEEE 802 §9.2.3). */
const SNAP = 0xaa;
const SNAP_HEADER = 8;

/** SNAP organisation code with which the protocol id is an EtherType. */
const OUI_ETHERTYPE = 0x000000;
/** RFC 1042's bridge-tunnel encapsulation (IEEE 802.1H), also with an EtherType. */
const OUI_BRIDGE_TUNNEL = 0x0000f8;
/** IEEE 802.1's organisation code, for bridged frames (RFC 2427 §4.2). */
const OUI_BRIDGED = 0x0080c2;

const OUIS: Readonly<Record<number, string>> = {
  [OUI_ETHERTYPE]: 'EtherType',
  [OUI_BRIDGE_TUNNEL]: '802.1H bridge tunnel',
  [OUI_BRIDGED]: '802.1 bridged frame',
  0x00000c: 'Cisco',
  0x080007: 'AppleTalk',
};

/** Service access points (IEEE 802.2 §3.3; RFC 1042 for 6 and 0x98). */
const SAPS: Readonly<Record<number, string>> = {
  0x00: 'null',
  0x06: 'IP',
  0x42: 'spanning tree',
  0x98: 'ARP',
  0xaa: 'SNAP',
  0xe0: 'NetWare',
  0xf0: 'NetBIOS',
  0xfe: 'ISO network layer',
  0xff: 'global',
};
const sapText = (sap: number): string => {
  const digits = hexText(sap, 2);
  const name = SAPS[sap];
  return name ? `${name} (${digits})` : digits;
};

const oui = (bytes: Uint8Array, at: number): number => (bytes[at]! << 16) | u16(bytes, at + 1);

/** Padding before a bridged frame on ATM, where LLC is the outermost layer (RFC 2684 §5.2). */
const ATM_PADDING = 2;

/** Number of octets of the header at `at`: 8 with SNAP, else 3 with an unnumbered control field and 4 with a numbered one. */
function headerLength(bytes: Uint8Array, at: number, end: number, outermost: boolean): number {
  if (end - at < 3) return 3;
  if (bytes[at] === SNAP && bytes[at + 1] === SNAP && bytes[at + 2] === 3) {
    const padded = outermost && end - at >= SNAP_HEADER && oui(bytes, at + 3) === OUI_BRIDGED;
    return padded ? SNAP_HEADER + ATM_PADDING : SNAP_HEADER;
  }
  return (bytes[at + 2]! & 3) === 3 ? 3 : 4;
}

/** IEEE 802.2 logical link control, with or without SNAP (RFC 1042). */
export const llc: Layer = {
  id: 'llc',
  name: 'Logical-Link Control',
  walk(walk, at, end) {
    const { bytes } = walk;
    const length = headerLength(bytes, at, end, walk.depth === 0);
    if (!walk.header(llc, at, length, end)) return;
    const next = at + length;
    if (length >= SNAP_HEADER) return toSnap(walk, oui(bytes, at + 3), u16(bytes, at + 6), next, end);
    if (bytes[at + 2] !== 3) return;
    if (bytes[at] === 0x06) toIpByVersion(walk, next, end);
    else if (bytes[at] === 0x98) walk.toEtherType(0x0806, next, end);
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const length = headerLength(walk.bytes, at, walk.endOf(index), index === 0);
    const cut = cutHeader(walk, index, length, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    const dsap = fields.number(1, 'DSAP', 'llc.dsap', sapText);
    const ssap = fields.number(1, 'SSAP', 'llc.ssap', sapText);
    if (length < SNAP_HEADER) {
      fields.hex(length - 2, 'Control', 'llc.control');
      return layerNode(walk, index, `${sapText(ssap)} → ${sapText(dsap)}`, fields.nodes);
    }
    fields.hex(1, 'Control', 'llc.control');
    const organisation = fields.number(3, 'Organisation code', 'llc.oui', (value) => {
      const name = OUIS[value];
      return name ? `${name} (${hexText(value, 6)})` : hexText(value, 6);
    });
    const isType = organisation === OUI_ETHERTYPE || organisation === OUI_BRIDGE_TUNNEL;
    const protocolText = isType ? etherTypeText : hexText;
    const protocol = fields.number(2, isType ? 'Type' : 'Protocol ID', 'llc.type', (value) => protocolText(value));
    fields.octets(length - SNAP_HEADER, 'Padding');
    return layerNode(walk, index, `SNAP, ${protocolText(protocol)}`, fields.nodes);
  },
};

/** Continues after a SNAP header, by organisation code and protocol id. */
export function toSnap(walk: Walk, organisation: number, protocol: number, at: number, end: number): void {
  if (organisation === OUI_ETHERTYPE || organisation === OUI_BRIDGE_TUNNEL) walk.toEtherType(protocol, at, end);
  // 802.3 frames with (1) and without (7) their frame check sequence (RFC 2427 §4.2).
  else if (organisation === OUI_BRIDGED && (protocol === 1 || protocol === 7)) walk.toEtherType(0x6558, at, end);
}
