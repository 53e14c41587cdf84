import { cutHeader, HeaderFields, hexText, named } from '../header';
import { etherTypeText } from '../link/ethertypes';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';
import { u16, u32 } from '../bytes';

/** Overlay networks: Ethernet, or another protocol, in UDP. */

const BRIDGED = 0x6558;
const HEADER = 8;
/** Flag in VXLAN and VXLAN-GPE: the network identifier is valid (RFC 7348 §5). */
const VALID = 0x08;

/** The network identifier, which has the same offset in all three headers. */
const vniText = ({ bytes }: Walk, at: number): string => `VNI ${u32(bytes, at + 4) >>> 8}`;

/** As `vniText`, for VXLAN and VXLAN-GPE; undefined if the identifier is not valid. */
function validVni(walk: Walk, index: number): string | undefined {
  const at = walk.atOf(index);
  return walk.headerEndOf(index) - at >= HEADER && walk.bytes[at]! & VALID ? vniText(walk, at) : undefined;
}

/** VXLAN (RFC 7348): Ethernet over UDP port 4789, or 8472 in Linux before the port was assigned. */
export const vxlan: Layer = {
  id: 'vxlan',
  name: 'Virtual eXtensible Local Area Network',
  walk(walk, at, end) {
    if (walk.header(vxlan, at, HEADER, end)) walk.toEtherType(BRIDGED, at + HEADER, end);
  },
  network: validVni,
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, HEADER, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, walk.atOf(index));
    fields.number(1, 'Flags', 'vxlan.flags', (flags) =>
      flags & VALID ? `${hexText(flags, 2)} (network identifier is valid)` : hexText(flags, 2),
    );
    // With the group policy extension, these octets hold a policy.
    fields.octets(3, 'Reserved');
    const vni = fields.number(3, 'VXLAN network identifier', 'vxlan.vni');
    fields.octets(1, 'Reserved');
    return layerNode(walk, index, `VNI ${vni}`, fields.nodes);
  },
};

/** What follows VXLAN-GPE and NSH headers (RFC 8300 §2.2), as EtherTypes. */
const NEXT_PROTOCOLS: Readonly<Record<number, number>> = { 1: 0x0800, 2: 0x86dd, 3: BRIDGED, 4: 0x894f, 5: 0x8847 };
const NEXT_NAMES: Readonly<Record<number, string>> = { 1: 'IPv4', 2: 'IPv6', 3: 'Ethernet', 4: 'NSH', 5: 'MPLS' };

function toNextProtocol(walk: Walk, protocol: number, at: number, end: number): void {
  const type = NEXT_PROTOCOLS[protocol];
  if (type !== undefined) walk.toEtherType(type, at, end);
}

/** VXLAN with the generic protocol extension (draft-ietf-nvo3-vxlan-gpe), UDP port 4790. */
export const vxlanGpe: Layer = {
  id: 'vxlan-gpe',
  name: 'VXLAN Generic Protocol Extension',
  walk(walk, at, end) {
    if (walk.header(vxlanGpe, at, HEADER, end)) toNextProtocol(walk, walk.bytes[at + 3]!, at + HEADER, end);
  },
  network: validVni,
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, HEADER, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, walk.atOf(index));
    fields.hex(1, 'Flags', 'vxlan.flags');
    fields.octets(2, 'Reserved');
    fields.number(1, 'Next protocol', 'vxlan.next_proto', (value) => named(NEXT_NAMES, value));
    const vni = fields.number(3, 'VXLAN network identifier', 'vxlan.vni');
    fields.octets(1, 'Reserved');
    return layerNode(walk, index, `VNI ${vni}`, fields.nodes);
  },
};

/** Length of Geneve's header: 8 octets, plus options in units of 4 octets. */
const geneveLength = (bytes: Uint8Array, at: number): number => HEADER + (bytes[at]! & 0x3f) * 4;

/** Geneve (RFC 8926), UDP port 6081. */
export const geneve: Layer = {
  id: 'geneve',
  name: 'Generic Network Virtualization Encapsulation',
  walk(walk, at, end) {
    const length = geneveLength(walk.bytes, at);
    if (walk.header(geneve, at, length, end)) walk.toEtherType(u16(walk.bytes, at + 2), at + length, end);
  },
  network(walk, index) {
    const at = walk.atOf(index);
    return walk.headerEndOf(index) - at >= HEADER ? vniText(walk, at) : undefined;
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const length = geneveLength(walk.bytes, at);
    const cut = cutHeader(walk, index, length, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    const first = walk.bytes[at]!;
    fields.text(1, 'Version and options length', `${first >> 6}, ${(first & 0x3f) * 4} octets`, 'geneve.version');
    fields.hex(1, 'Flags', 'geneve.flags');
    fields.number(2, 'Protocol type', 'geneve.proto_type', etherTypeText);
    const vni = fields.number(3, 'Virtual network identifier', 'geneve.vni');
    fields.octets(1, 'Reserved');
    fields.octets(length - HEADER, 'Options', 'geneve.options');
    return layerNode(walk, index, `VNI ${vni}`, fields.nodes);
  },
};

const nshLength = (bytes: Uint8Array, at: number, end: number): number =>
  end - at >= 2 ? Math.max(HEADER, (bytes[at + 1]! & 0x3f) * 4) : HEADER;

/** Network service header (RFC 8300). */
export const nsh: Layer = {
  id: 'nsh',
  name: 'Network Service Header',
  walk(walk, at, end) {
    const length = nshLength(walk.bytes, at, end);
    if (walk.header(nsh, at, length, end)) toNextProtocol(walk, walk.bytes[at + 3]!, at + length, end);
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const length = nshLength(walk.bytes, at, walk.endOf(index));
    const cut = cutHeader(walk, index, length, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    fields.hex(2, 'Version, time to live and length', 'nsh.version');
    fields.number(1, 'Metadata type', 'nsh.mdtype', (value) => String(value & 15));
    fields.number(1, 'Next protocol', 'nsh.next_proto', (value) => named(NEXT_NAMES, value));
    const path = fields.number(3, 'Service path identifier', 'nsh.spi');
    const service = fields.number(1, 'Service index', 'nsh.si');
    fields.octets(length - HEADER, 'Context headers', 'nsh.context_header');
    return layerNode(walk, index, `path ${path}, index ${service}`, fields.nodes);
  },
};
