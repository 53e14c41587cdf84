import { u16 } from '../bytes';
import { cutHeader, HeaderFields, hexText, named } from '../header';
import { toIpByVersion } from '../link/raw';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';

/** Tunnels whose headers say little more than what follows. */

const BRIDGED = 0x6558;

/** A tunnel: the length of its header, what follows, and its fields. */
interface Tunnel {
  readonly id: string;
  readonly name: string;
  readonly length: (bytes: Uint8Array, at: number, end: number) => number;
  readonly next: (walk: Walk, at: number, payload: number, end: number) => void;
  /** Makes the nodes, and returns a one-line summary of the header. Octets left over are shown as hex. */
  readonly details: (fields: HeaderFields) => string;
}

function tunnel({ id, name, length, next, details }: Tunnel): Layer {
  const layer: Layer = {
    id,
    name,
    walk(walk, at, end) {
      const size = length(walk.bytes, at, end);
      if (walk.header(layer, at, size, end)) next(walk, at, at + size, end);
    },
    describe(walk, index, problems) {
      const at = walk.atOf(index);
      const size = length(walk.bytes, at, walk.endOf(index));
      const cut = cutHeader(walk, index, size, problems);
      if (cut) return cut;
      const fields = new HeaderFields(walk, at);
      const text = details(fields);
      fields.octets(at + size - fields.at, 'Rest of header');
      return layerNode(walk, index, text, fields.nodes);
    },
  };
  return layer;
}

/** EtherIP (RFC 3378), IP protocol 97: a version, and an Ethernet frame. */
export const etherIp = tunnel({
  id: 'etherip',
  name: 'Ethernet over IP',
  length: () => 2,
  next: (walk, _at, payload, end) => walk.toEtherType(BRIDGED, payload, end),
  details: (fields) => `version ${fields.number(2, 'Version', 'etherip.ver', (value) => String(value >> 12)) >> 12}`,
});

/** What a TZSP frame carries (numbers from the protocol's description), as LINKTYPE_ numbers. */
const TZSP_LINKS: Readonly<Record<number, number>> = { 1: 1, 2: 6, 4: 9, 5: 10, 7: 101, 18: 105, 119: 119, 127: 163 };
const TZSP_NAMES: Readonly<Record<number, string>> = {
  1: 'Ethernet',
  2: 'Token Ring',
  4: 'PPP',
  5: 'FDDI',
  7: 'raw IP',
  18: 'IEEE 802.11',
  119: 'IEEE 802.11 behind a Prism header',
  127: 'IEEE 802.11 behind an AVS header',
};
const TZSP_FIXED = 4;
const TZSP_PADDING = 0;
const TZSP_END = 1;
/** Messages of this type and of type 0 carry a frame. */
const TZSP_SENT = 1;

/** Octets up to and including the tag that ends the list, or of the fixed part if there is no list. */
function tzspLength(bytes: Uint8Array, at: number, end: number): number {
  let next = at + TZSP_FIXED;
  while (next < end && bytes[next] !== TZSP_END) {
    if (bytes[next] === TZSP_PADDING) next++;
    else next += 2 + (next + 1 < end ? bytes[next + 1]! : 0);
  }
  return next + 1 - at;
}

/** TaZmen Sniffer Protocol, UDP port 37008: access points and routers use it to forward what they capture. */
export const tzsp = tunnel({
  id: 'tzsp',
  name: 'TaZmen Sniffer Protocol',
  length: tzspLength,
  next(walk, at, payload, end) {
    if (walk.bytes[at] !== 1 || walk.bytes[at + 1]! > TZSP_SENT) return;
    const link = TZSP_LINKS[u16(walk.bytes, at + 2)];
    if (link !== undefined) walk.toLinkType(link, payload, end);
  },
  details(fields) {
    fields.number(1, 'Version', 'tzsp.version');
    fields.number(1, 'Type', 'tzsp.type');
    const carried = fields.number(2, 'Encapsulated protocol', 'tzsp.encap', (value) => named(TZSP_NAMES, value));
    return TZSP_NAMES[carried] ?? `protocol ${carried}`;
  },
});

/** LISP's data packets (RFC 9300 §5.3), UDP port 4341: flags, nonce and locator bits, then IP. */
export const lisp = tunnel({
  id: 'lisp-data',
  name: 'Locator/ID Separation Protocol (Data)',
  length: () => 8,
  next: (walk, _at, payload, end) => toIpByVersion(walk, payload, end),
  details(fields) {
    fields.hex(1, 'Flags', 'lisp-data.flags');
    fields.hex(3, 'Nonce', 'lisp-data.nonce');
    return `instance and locator bits ${hexText(fields.hex(4, 'Instance ID and locator status bits', 'lisp-data.iid'), 8)}`;
  },
});

/**
 * Length of the header. The options' length is a 5-bit number across the first two octets, in units of 4 octets (RFC
 * 6325 §3.1).
 */
const trillLength = (bytes: Uint8Array, at: number, end: number): number =>
  end - at >= 2 ? 6 + ((u16(bytes, at) >> 6) & 0x1f) * 4 : 6;

/** TRILL (RFC 6325 §3), EtherType 0x22f3: an Ethernet frame between routing bridges. */
export const trill = tunnel({
  id: 'trill',
  name: 'TRILL',
  length: trillLength,
  next: (walk, _at, payload, end) => walk.toEtherType(BRIDGED, payload, end),
  details(fields) {
    fields.hex(2, 'Version, flags, options length and hop count', 'trill.version');
    const egress = fields.hex(2, 'Egress nickname', 'trill.egress_nickname');
    const ingress = fields.hex(2, 'Ingress nickname', 'trill.ingress_nickname');
    return `${hexText(ingress)} → ${hexText(egress)}`;
  },
});
