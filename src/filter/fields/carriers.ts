import { familyAt } from '../../codec/link/plainLayout';
import type { ValueNames } from '../field';
import { addressAt, bitAt, madeOf, readHeader, u16At, u24At, u32At, u8At, wideBitAt, type Octets } from './sink';
import { defineFields, defineHeaders, headerOf, type HeaderTable } from './table';
import { ETHER_TYPES } from './valueNames';

/* What carries DHCP on its way beside Ethernet, VLAN tags and Wi-Fi: other links, sessions, labels and tunnels. */

const YES: ValueNames = { 0: 'No', 1: 'Yes' };

const SAPS: ValueNames = {
  0x00: 'NULL LSAP',
  0x06: 'TCP/IP',
  0x42: 'Spanning Tree BPDU',
  0x98: 'ARP',
  0xaa: 'SNAP',
  0xe0: 'NetWare',
  0xf0: 'NetBIOS',
  0xfe: 'ISO Network Layer',
  0xff: 'Global LSAP',
};
const LLC: HeaderTable = {
  'llc.dsap': [['uint8', SAPS], u8At(0)],
  'llc.ssap': [['uint8', SAPS], u8At(1)],
};
const SNAP: HeaderTable = {
  'llc.oui': ['uint24', u24At(3)],
};
const HDLC: HeaderTable = {
  'chdlc.address': [['uint8', { 15: 'Unicast', 143: 'Multicast' }], u8At(0)],
  'chdlc.control': ['uint8', u8At(1)],
  'chdlc.protocol': ['uint16', u16At(2)],
};
const FDDI: HeaderTable = { 'fddi.fc': ['uint8', u8At(0)] };
const RING: HeaderTable = {
  'tr.ac': ['uint8', u8At(0)],
  'tr.fc': ['uint8', u8At(1)],
  'tr.dst': ['ether', addressAt(2)],
};

const PPPOE_CODES: ValueNames = {
  0x00: 'Session Data',
  0x07: 'Active Discovery Offer (PADO)',
  0x09: 'Active Discovery Initiation (PADI)',
  0x0a: 'Active Discovery Session-Grant (PADG)',
  0x0b: 'Active Discovery Session-Credit Resp.(PADC)',
  0x0c: 'Active Discovery Quality (PADQ)',
  0x19: 'Active Discovery Request (PADR)',
  0x65: 'Active Discovery Session-confirmation (PADS)',
  0xa7: 'Active Discovery Terminate (PADT)',
  0xd3: 'Active Discovery Message (PADM)',
  0xd4: 'Active Discovery Network (PADN)',
};
/** RFC 2516 §4. */
const PPPOE: HeaderTable = {
  'pppoe.version': ['uint8', madeOf(0, (word) => word >> 12)],
  'pppoe.type': ['uint8', madeOf(0, (word) => (word >> 8) & 15)],
  'pppoe.code': [['uint8', PPPOE_CODES], u8At(1)],
  'pppoe.session_id': ['uint16', u16At(2)],
  'pppoe.payload_length': ['uint16', u16At(4)],
};

const GRE_PROTOCOLS: ValueNames = {
  0x0000: 'Possible GRE keepalive packet',
  0x00fe: 'OSI',
  0x0800: 'IP',
  0x0806: 'ARP',
  0x2001: 'NHRP',
  0x22eb: 'ERSPAN III',
  0x6400: 'MIKROTIK EoIP',
  0x6558: 'Transparent Ethernet bridging',
  0x6559: 'Frame Relay',
  0x86dd: 'IPv6',
  0x880b: 'PPP',
  0x883e: 'WCCP',
  0x8847: 'MPLS label switched packet',
  0x88be: 'ERSPAN',
  0x894f: 'Network Service Header',
};
/** RFC 2784 §2, RFC 2890 §2. */
const GRE: HeaderTable = {
  'gre.flags_and_version': ['uint16', u16At(0)],
  'gre.flags.checksum': [['boolean', YES], wideBitAt(0, 0x8000)],
  'gre.flags.routing': [['boolean', YES], wideBitAt(0, 0x4000)],
  'gre.flags.key': [['boolean', YES], wideBitAt(0, 0x2000)],
  'gre.flags.sequence_number': [['boolean', YES], wideBitAt(0, 0x1000)],
  'gre.flags.version': [['uint16', { 0: 'GRE', 1: 'Enhanced GRE' }], madeOf(0, (word) => word & 7)],
  'gre.proto': [['uint16', GRE_PROTOCOLS], u16At(2)],
};
/** RFC 7348 §5. */
const VXLAN: HeaderTable = {
  // Wireshark has two fields of this name, and compares as with the one of 8 bits.
  'vxlan.flags': ['uint8', u16At(0)],
  'vxlan.flag_g': ['boolean', wideBitAt(0, 0x8000)],
  'vxlan.flag_i': ['boolean', wideBitAt(0, 0x0800)],
  'vxlan.gbp': ['uint16', u16At(2)],
};
const VXLAN_NETWORK: HeaderTable = { 'vxlan.vni': ['uint24', u24At(4)] };
const VXLAN_NEXT: HeaderTable = {
  'vxlan.next_proto': [['uint8', { 1: 'IPv4', 2: 'IPv6', 3: 'Ethernet', 4: 'NSH' }], u8At(3)],
};
/** RFC 8926 §3.4. */
const GENEVE: HeaderTable = {
  'geneve.version': ['uint8', madeOf(0, (word) => word >> 14)],
  'geneve.flags': ['uint8', u8At(1)],
  'geneve.flags.oam': ['boolean', bitAt(1, 0x80)],
  'geneve.flags.critical': ['boolean', bitAt(1, 0x40)],
  'geneve.proto_type': [['uint16', ETHER_TYPES], u16At(2)],
  'geneve.vni': ['uint24', u24At(4)],
};
/** RFC 8300 §2. */
const NSH: HeaderTable = {
  'nsh.version': ['uint16', madeOf(0, (word) => word >> 14)],
  'nsh.ttl': ['uint16', madeOf(0, (word) => (word >> 6) & 63)],
  'nsh.length': ['uint16', madeOf(0, (word) => word & 63)],
  'nsh.mdtype': ['uint8', madeOf(2, (word) => (word >> 8) & 15)],
  'nsh.nextproto': [['uint8', { 0: 'None', 1: 'IPv4', 2: 'IPv6', 3: 'Ethernet', 4: 'NSH', 5: 'MPLS' }], u8At(3)],
  'nsh.spi': ['uint24', u24At(4)],
  'nsh.si': ['uint8', u8At(7)],
};
/** RFC 4303 §2, RFC 4302 §2. */
const ESP: HeaderTable = { 'esp.spi': ['uint32', u32At(0)], 'esp.sequence': ['uint32', u32At(4)] };
const AH: HeaderTable = {
  'ah.next_header': ['uint8', u8At(0)],
  'ah.length': ['uint8', u8At(1)],
  'ah.spi': ['uint32', u32At(4)],
  'ah.sequence': ['uint32', u32At(8)],
};
/** 3GPP TS 29.281 §5.1. */
const GTP: HeaderTable = {
  'gtp.flags': ['uint8', u8At(0)],
  'gtp.message': ['uint8', u8At(1)],
  'gtp.length': ['uint16', u16At(2)],
  'gtp.teid': ['uint32', u32At(4)],
};
const ERSPAN: HeaderTable = {
  'erspan.version': ['uint16', madeOf(0, (word) => word >> 12)],
  'erspan.vlan': ['uint16', madeOf(0, (word) => word & 0xfff)],
  'erspan.spanid': ['uint16', madeOf(2, (word) => word & 0x3ff)],
};
const BACKBONE: HeaderTable = {
  'ieee8021ah.isid': ['uint32', u24At(1)],
};

const FAMILIES: ValueNames = {
  2: 'IP',
  7: 'OSI',
  16: 'Appletalk',
  23: 'Netware IPX/SPX',
  24: 'IPv6',
  28: 'IPv6',
  30: 'IPv6',
};

const PROTOCOLS = [
  ...['llc', 'null', 'raw', 'ppp', 'mp', 'bcp_bpdu', 'chdlc', 'fr', 'fddi', 'tr', 'pppoes', 'pppoed', 'mpls', 'gre'],
  ...['erspan', 'vxlan', 'geneve', 'nsh', 'esp', 'ah', 'l2tp', 'gtp', 'teredo', 'etherip', 'tzsp', 'lisp-data'],
  ...['trill', 'capwap', 'capwap.data', 'macsec', 'batadv', 'ieee8021ah', 'hsr', 'vntag', 'cmd', 'juniper', 'nflog'],
  ...['pktap', 'enc', 'ipnet', 'pflog', 'arcnet'],
] as const;

export const carrierFields = [
  ...defineFields(Object.fromEntries(PROTOCOLS.map((name) => [name, 'protocol'] as const))),
  ...defineFields({
    'llc.type': ['uint16', ETHER_TYPES],
    'llc.control': 'uint16',
    'null.family': ['uint32', FAMILIES],
    'null.type': ['uint16', ETHER_TYPES],
    'ppp.address': 'uint8',
    'ppp.control': 'uint8',
    'ppp.protocol': 'uint16',
    'mpls.label': 'uint32',
    'mpls.exp': 'uint32',
    'mpls.bottom': 'uint32',
    'mpls.ttl': 'uint32',
    'gre.checksum': 'uint16',
    'gre.offset': 'uint16',
    'gre.key': 'uint32',
    'gre.key.payload_length': 'uint16',
    'gre.key.call_id': 'uint16',
    'gre.sequence_number': 'uint32',
    'gre.ack_number': 'uint32',
    'l2tp.type': ['uint16', { 0: 'Data Message', 1: 'Control Message' }],
    'l2tp.version': 'uint16',
    'l2tp.tunnel': 'uint16',
    'l2tp.session': 'uint16',
  }),
  ...defineHeaders(LLC, SNAP, HDLC, FDDI, RING, PPPOE, GRE, VXLAN, VXLAN_NETWORK, VXLAN_NEXT, GENEVE, NSH),
  ...defineHeaders(ESP, AH, GTP, ERSPAN, BACKBONE),
];

const header = (length: number, ...tables: readonly HeaderTable[]): ((octets: Octets) => void) => {
  const headers = tables.map((table) => headerOf(length, table));
  return (octets) => {
    for (const one of headers) readHeader(one, octets);
  };
};

const readSnap = header(8, SNAP);
const readSaps = header(3, LLC);

/** The organisations with which the protocol of SNAP is an EtherType. */
const WITH_TYPE: ReadonlySet<number> = new Set([0x000000, 0x0000f8]);

function readLlc(octets: Octets): void {
  readSaps(octets);
  if (octets.has(0, 3) && (octets.byte(2) & 3) === 3) octets.u8('llc.control', 2);
  if (!octets.has(0, 8) || octets.word(0) !== 0xaaaa) return;
  readSnap(octets);
  if (WITH_TYPE.has(octets.long(2) & 0xffffff)) octets.u16('llc.type', 6);
}

/** Families from this number on are EtherTypes. */
const FIRST_TYPE = 0x600;

function readNull(octets: Octets): void {
  if (!octets.has(0, 4)) return;
  const family = familyAt(octets.bytes, octets.at);
  octets.add(family >= FIRST_TYPE ? 'null.type' : 'null.family', family);
}

/** PPP (RFC 1661 §2), with address and control in front or not. */
function readPpp(octets: Octets): void {
  const at = octets.word(0) === 0xff03 ? 2 : 0;
  if (at > 0) octets.u8('ppp.address', 0);
  if (at > 0) octets.u8('ppp.control', 1);
  if (octets.byte(at) & 1) octets.u8('ppp.protocol', at);
  else octets.u16('ppp.protocol', at);
}

/** The stack of labels (RFC 3032 §2.1). */
function readMpls(octets: Octets): void {
  for (let at = 0; octets.has(at, 4); at += 4) {
    const entry = octets.long(at);
    octets.add('mpls.label', entry >>> 12);
    octets.add('mpls.exp', (entry >> 9) & 7);
    octets.add('mpls.bottom', (entry >> 8) & 1);
    octets.add('mpls.ttl', entry & 255);
    if (entry & 0x100) return;
  }
}

const readGreStart = header(4, GRE);

function readGre(octets: Octets): void {
  readGreStart(octets);
  const flags = octets.word(0);
  let at = 4;
  if (flags & 0xc000) {
    octets.u16('gre.checksum', at);
    octets.u16('gre.offset', at + 2);
    at += 4;
  }
  if (flags & 0x2000) {
    // In PPTP's version, the key is two numbers (RFC 2637 §4.1).
    if ((flags & 7) === 1) octets.u16('gre.key.payload_length', at);
    if ((flags & 7) === 1) octets.u16('gre.key.call_id', at + 2);
    else octets.u32('gre.key', at);
    at += 4;
  }
  if (flags & 0x1000) {
    octets.u32('gre.sequence_number', at);
    at += 4;
  }
  if ((flags & 7) === 1 && flags & 0x80) octets.u32('gre.ack_number', at);
}

/** Version 2 (RFC 2661 §3.1). */
function readL2tp(octets: Octets): void {
  if (!octets.has(0, 6)) return;
  const flags = octets.word(0);
  octets.add('l2tp.type', flags >> 15);
  octets.add('l2tp.version', flags & 15);
  if ((flags & 15) !== 2) return;
  const at = flags & 0x4000 ? 4 : 2;
  octets.u16('l2tp.tunnel', at);
  octets.u16('l2tp.session', at + 2);
}

/** Readers by Wireshark's name of the protocol. */
export const CARRIERS: Readonly<Record<string, (octets: Octets) => void>> = {
  llc: readLlc,
  null: readNull,
  ppp: readPpp,
  chdlc: header(4, HDLC),
  fddi: header(13, FDDI),
  tr: header(14, RING),
  pppoes: header(6, PPPOE),
  pppoed: header(6, PPPOE),
  mpls: readMpls,
  gre: readGre,
  erspan: header(8, ERSPAN),
  vxlan: header(8, VXLAN, VXLAN_NETWORK),
  'vxlan-gpe': header(8, VXLAN_NETWORK, VXLAN_NEXT),
  geneve: header(8, GENEVE),
  nsh: header(8, NSH),
  esp: header(8, ESP),
  ah: header(12, AH),
  gtp: header(8, GTP),
  ieee8021ah: header(4, BACKBONE),
  l2tp: readL2tp,
};
