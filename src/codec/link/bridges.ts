import { u16, u32 } from '../bytes';
import { cutHeader, HeaderFields, hexText } from '../header';
import { layerNode } from '../tree';
import type { Layer } from '../walk';
import { etherTypeText } from './ethertypes';

/** Ethernet in Ethernet: provider backbones, meshes, and tags added by switches. */

const BRIDGED = 0x6558;
const ITAG = 4;

/** A provider backbone's service tag (IEEE 802.1Q §9.7): a whole Ethernet frame follows. */
export const backbone: Layer = {
  id: 'ieee8021ah',
  name: 'IEEE 802.1ah',
  walk(walk, at, end) {
    if (walk.header(backbone, at, ITAG, end)) walk.toEtherType(BRIDGED, at + ITAG, end);
  },
  network(walk, index) {
    const at = walk.atOf(index);
    return walk.headerEndOf(index) - at >= ITAG ? `I-SID ${u32(walk.bytes, at) & 0xffffff}` : undefined;
  },
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, ITAG, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, walk.atOf(index));
    fields.number(1, 'Priority', 'ieee8021ah.priority', (value) => String(value >> 5));
    const service = fields.number(3, 'Service identifier', 'ieee8021ah.isid');
    return layerNode(walk, index, `service ${service}`, fields.nodes);
  },
};

/** Packet types of compatibility versions 15 and 14, and the number of octets before the Ethernet frame; 0 if there is none. */
interface MeshType {
  readonly name: string;
  readonly header: number;
}
const MESH15: Readonly<Record<number, MeshType>> = {
  0x00: { name: 'Originator message', header: 0 },
  0x01: { name: 'Broadcast', header: 14 },
  0x02: { name: 'Network coded', header: 0 },
  0x03: { name: 'Echo location', header: 0 },
  0x04: { name: 'Originator message 2', header: 0 },
  0x40: { name: 'Unicast', header: 10 },
  0x41: { name: 'Unicast fragment', header: 0 },
  0x42: { name: 'Unicast with source', header: 18 },
  0x43: { name: 'ICMP', header: 0 },
  0x44: { name: 'Unicast values', header: 0 },
};
const MESH14: Readonly<Record<number, MeshType>> = {
  0x01: { name: 'Originator message', header: 0 },
  0x02: { name: 'ICMP', header: 0 },
  0x03: { name: 'Unicast', header: 10 },
  0x04: { name: 'Broadcast', header: 14 },
  0x05: { name: 'Visualisation', header: 0 },
  0x06: { name: 'Unicast fragment', header: 0 },
  0x09: { name: 'Unicast with source', header: 18 },
};
const MESH_FIXED = 2;

function meshType(bytes: Uint8Array, at: number, end: number): MeshType | undefined {
  if (end - at < MESH_FIXED) return undefined;
  return (bytes[at + 1]! >= 15 ? MESH15 : MESH14)[bytes[at]!];
}

/** B.A.T.M.A.N. Advanced: a wireless mesh that carries Ethernet frames. */
export const batman: Layer = {
  id: 'batadv',
  name: 'B.A.T.M.A.N. Advanced',
  walk(walk, at, end) {
    const carried = meshType(walk.bytes, at, end)?.header ?? 0;
    const length = Math.max(MESH_FIXED, carried);
    if (walk.header(batman, at, length, end) && carried > 0) walk.toEtherType(BRIDGED, at + length, end);
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const type = meshType(walk.bytes, at, walk.endOf(index));
    const length = Math.max(MESH_FIXED, type?.header ?? 0);
    const cut = cutHeader(walk, index, length, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    const name = type?.name ?? `Type ${hexText(walk.bytes[at]!, 2)}`;
    fields.text(1, 'Packet type', name, 'batadv.batman.packet_type');
    fields.number(1, 'Version', 'batadv.batman.version');
    if (length > MESH_FIXED) {
      fields.number(1, 'Time to live', 'batadv.batman.ttl');
      if (length === 14) {
        fields.octets(1, 'Reserved');
        fields.number(4, 'Sequence number', 'batadv.bcast.seq');
        fields.mac('Originator', 'batadv.bcast.orig');
      } else {
        fields.number(1, 'Translation table version', 'batadv.unicast.ttvn');
        fields.mac('Destination', 'batadv.unicast.dst');
        if (length === 18) {
          fields.mac('Source', 'batadv.unicast_4addr.src');
          fields.number(2, 'Subtype', 'batadv.unicast_4addr.subtype');
        }
      }
    }
    return layerNode(walk, index, name, fields.nodes);
  },
};

/** A switch's own tag between the addresses and the type: `length` octets, the last two of which are the next EtherType. */
function tag(id: string, name: string, length: number): Layer {
  const layer: Layer = {
    id,
    name,
    walk(walk, at, end) {
      if (walk.header(layer, at, length, end)) walk.toEtherType(u16(walk.bytes, at + length - 2), at + length, end);
    },
    describe(walk, index, problems) {
      const cut = cutHeader(walk, index, length, problems);
      if (cut) return cut;
      const fields = new HeaderFields(walk, walk.atOf(index));
      fields.octets(length - 2, 'Tag');
      const type = fields.number(2, 'Type', `${id}.etype`, etherTypeText);
      return layerNode(walk, index, etherTypeText(type), fields.nodes);
    },
  };
  return layer;
}

/** Cisco metadata with a security group tag, EtherType 0x8909. */
export const ciscoMetadata = tag('cmd', 'Cisco MetaData', 8);
/** High-availability seamless redundancy (IEC 62439-3), EtherType 0x892f. */
export const hsr = tag('hsr', 'High-availability Seamless Redundancy', 6);
/** Cisco VN-tag, EtherType 0x8926. */
export const vnTag = tag('vntag', 'VN-Tag', 6);
/** IEEE 802.1BR E-tag, EtherType 0x893f. */
export const eTag = tag('ieee8021br', 'IEEE 802.1BR E-tag', 8);

const MACSEC = 8;
const ICV = 16;
const ENCRYPTED = 0x0c;

/**
 * Length up to and including the EtherType: tag control, short length, packet number, and a channel identifier if a bit
 * says so (IEEE 802.1AE §9.3).
 */
const macsecLength = (bytes: Uint8Array, at: number): number => MACSEC + (bytes[at]! & 0x20 ? 8 : 0);

/** MACsec. The payload is read if it is only authenticated, not encrypted. */
export const macsec: Layer = {
  id: 'macsec',
  name: '802.1AE Security tag',
  walk(walk, at, end) {
    const length = macsecLength(walk.bytes, at);
    if (!walk.header(macsec, at, length, end) || walk.bytes[at]! & ENCRYPTED) return;
    // The integrity check value is at the end of the frame.
    const last = walk.cut > 0 ? end : end - ICV;
    walk.toEtherType(u16(walk.bytes, at + length - 2), at + length, last);
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const length = macsecLength(walk.bytes, at);
    const cut = cutHeader(walk, index, length, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    const control = fields.hex(1, 'Tag control', 'macsec.tci');
    fields.number(1, 'Short length', 'macsec.SL');
    fields.number(4, 'Packet number', 'macsec.PN');
    fields.octets(length - MACSEC, 'Secure channel identifier', 'macsec.SCI');
    // In an encrypted frame, these two octets are not the type.
    if (control & ENCRYPTED) fields.octets(2, 'Encrypted data');
    else fields.number(2, 'Type', 'macsec.etype', etherTypeText);
    return layerNode(walk, index, control & ENCRYPTED ? 'encrypted' : 'authenticated', fields.nodes);
  },
};
