import { formatIpv4, u16 } from '../../codec/bytes';
import { bitAt, ipv6Text, madeOf, readHeader, u16At, u8At, type Header, type HeaderField, type Octets } from './sink';
import { defineFields, defineHistory, CHECKSUM_STATUS, NOT_PRESENT, SET, UNVERIFIED } from './table';
import { DSCP, ECN, IP_PROTOCOLS } from './valueNames';

/** Wireshark's host name fields. Names are not looked up, so the fields hold the address as text. */
const hosts = (protocol: string): Record<string, 'string'> => ({
  [`${protocol}.src_host`]: 'string',
  [`${protocol}.dst_host`]: 'string',
  [`${protocol}.host`]: 'string',
});

export const ipFields = [
  ...defineFields({
    ip: 'protocol',
    'ip.version': 'uint8',
    'ip.hdr_len': 'uint8',
    'ip.dsfield': 'uint8',
    'ip.dsfield.dscp': ['uint8', DSCP],
    'ip.dsfield.ecn': ['uint8', ECN],
    'ip.len': 'uint16',
    'ip.id': 'uint16',
    'ip.flags': 'uint8',
    'ip.flags.rb': ['boolean', SET],
    'ip.flags.df': ['boolean', SET],
    'ip.flags.mf': ['boolean', SET],
    'ip.frag_offset': 'uint16',
    'ip.ttl': 'uint8',
    'ip.proto': ['uint8', IP_PROTOCOLS],
    'ip.checksum': 'uint16',
    'ip.checksum.status': ['uint8', CHECKSUM_STATUS],
    'ip.src': 'ipv4',
    'ip.dst': 'ipv4',
    'ip.addr': 'ipv4',
    ...hosts('ip'),
    'ip.opt.type': 'uint8',
    'ip.opt.len': 'uint8',
    ipv6: 'protocol',
    'ipv6.version': 'uint8',
    'ipv6.tclass': 'uint32',
    'ipv6.tclass.dscp': ['uint32', DSCP],
    'ipv6.tclass.ecn': ['uint32', ECN],
    'ipv6.flow': 'uint24',
    'ipv6.plen': 'uint16',
    'ipv6.nxt': ['uint8', IP_PROTOCOLS],
    'ipv6.hlim': 'uint8',
    'ipv6.src': 'ipv6',
    'ipv6.dst': 'ipv6',
    'ipv6.addr': 'ipv6',
    ...hosts('ipv6'),
    'ipv6.src_slaac_mac': 'ether',
    'ipv6.dst_slaac_mac': 'ether',
    'ipv6.slaac_mac': 'ether',
    'ipv6.hopopts': 'none',
    'ipv6.hopopts.nxt': ['uint8', IP_PROTOCOLS],
    'ipv6.hopopts.len': 'uint8',
    'ipv6.dstopts': 'none',
    'ipv6.dstopts.nxt': ['uint8', IP_PROTOCOLS],
    'ipv6.dstopts.len': 'uint8',
    'ipv6.fraghdr': 'none',
    'ipv6.fraghdr.nxt': ['uint8', IP_PROTOCOLS],
    'ipv6.fraghdr.offset': 'uint16',
    'ipv6.fraghdr.more': ['boolean', { 0: 'No', 1: 'Yes' }],
    'ipv6.fraghdr.ident': 'uint32',
    udp: 'protocol',
    'udp.srcport': 'uint16',
    'udp.dstport': 'uint16',
    'udp.port': 'uint16',
    'udp.length': 'uint16',
    'udp.checksum': 'uint16',
    'udp.checksum.status': ['uint8', CHECKSUM_STATUS],
    'udp.payload': 'bytes',
    igmp: 'protocol',
  }),
  ...defineHistory({ 'udp.stream': 'uint32', 'udp.time_relative': 'duration', 'udp.time_delta': 'duration' }),
];

const SOURCE = 12;
const DESTINATION = 16;

const ipv4 = (...offsets: readonly number[]): HeaderField => ({
  read: (octets, name) => {
    for (const offset of offsets) octets.ipv4(name, offset);
  },
});
const host = (...offsets: readonly number[]): HeaderField => ({
  read: (octets, name) => {
    for (const offset of offsets) octets.add(name, formatIpv4(octets.bytes, octets.at + offset));
  },
});

/** The header of IPv4 (RFC 791 §3.1). */
export const IP: Header = {
  length: 20,
  fields: {
    'ip.version': madeOf(0, (word) => word >> 12),
    'ip.hdr_len': madeOf(0, (word) => ((word >> 8) & 15) * 4),
    'ip.dsfield': u8At(1),
    'ip.dsfield.dscp': madeOf(0, (word) => (word & 255) >> 2),
    'ip.dsfield.ecn': madeOf(0, (word) => word & 3),
    'ip.len': u16At(2),
    'ip.id': u16At(4),
    'ip.flags': madeOf(6, (word) => word >> 13),
    'ip.flags.rb': bitAt(6, 0x80),
    'ip.flags.df': bitAt(6, 0x40),
    'ip.flags.mf': bitAt(6, 0x20),
    'ip.frag_offset': madeOf(6, (word) => word & 0x1fff),
    'ip.ttl': u8At(8),
    'ip.proto': u8At(9),
    'ip.checksum': u16At(10),
    'ip.checksum.status': madeOf(10, () => UNVERIFIED),
    'ip.src': ipv4(SOURCE),
    'ip.dst': ipv4(DESTINATION),
    'ip.addr': ipv4(SOURCE, DESTINATION),
    'ip.src_host': host(SOURCE),
    'ip.dst_host': host(DESTINATION),
    'ip.host': host(SOURCE, DESTINATION),
    'ip.opt.type': { read: (octets, name) => eachIpOption(octets, (option) => option.u8(name, 0)) },
    'ip.opt.len': {
      read: (octets, name) =>
        eachIpOption(octets, (option) => {
          if (option.byte(0) > 1) option.u8(name, 1);
        }),
    },
  },
};

const part = (...names: readonly string[]): Header => ({
  length: IP.length,
  fields: Object.fromEntries(names.map((name) => [name, IP.fields[name]!])),
});
const VERSION = part('ip.version');
const START = part('ip.version', 'ip.hdr_len');
const UP_TO_LENGTH = part(...['ip.version', 'ip.hdr_len', 'ip.dsfield', 'ip.dsfield.dscp', 'ip.dsfield.ecn', 'ip.len']);

/** How much of a header Wireshark reads: it stops at a version, a header's length or a total length that cannot be. */
function readable({ bytes, at }: Pick<Octets, 'bytes' | 'at'>): Header {
  const length = (bytes[at]! & 15) * 4;
  if (bytes[at]! >> 4 !== 4) return VERSION;
  if (length < IP.length) return START;
  const total = u16(bytes, at + 2);
  return total > 0 && total < length ? UP_TO_LENGTH : IP;
}

/** Whether a header of IPv4 is one that something can follow. */
export const isWholeIp = (bytes: Uint8Array, at: number): boolean => readable({ bytes, at }) === IP;

export const readIp = (octets: Octets): void => {
  if (octets.has(0, IP.length)) readHeader(readable(octets), octets);
};

/** The options after the fixed header (RFC 791 §3.1); type 0 ends them, and type 1 is a single octet. */
function eachIpOption(header: Octets, take: (option: Octets) => void): void {
  // Most headers have none.
  const end = (header.byte(0) & 15) * 4;
  for (let at = 20; at < Math.min(end, header.length);) {
    const type = header.byte(at);
    take(header.part(at, end - at));
    if (type === 0 || (type > 1 && header.byte(at + 1) < 2)) return;
    at += type === 1 ? 1 : header.byte(at + 1);
  }
}

export function readIpv6(octets: Octets): void {
  if (!octets.has(0, 40)) return;
  const traffic = (octets.word(0) >> 4) & 255;
  octets.add('ipv6.version', octets.byte(0) >> 4);
  octets.add('ip.version', octets.byte(0) >> 4);
  octets.add('ipv6.tclass', traffic);
  octets.add('ipv6.tclass.dscp', traffic >> 2);
  octets.add('ipv6.tclass.ecn', traffic & 3);
  octets.add('ipv6.flow', octets.long(0) & 0xfffff);
  octets.u16('ipv6.plen', 4);
  octets.u8('ipv6.nxt', 6);
  octets.u8('ipv6.hlim', 7);
  for (const [side, offset] of [
    ['src', 8],
    ['dst', 24],
  ] as const) {
    octets.fixed(`ipv6.${side}`, offset, 16);
    octets.fixed('ipv6.addr', offset, 16);
    for (const name of [`ipv6.${side}_host`, 'ipv6.host'])
      if (octets.wants(name)) octets.add(name, ipv6Text(octets.bytes, octets.at + offset));
    readInterfaceId(octets, side, offset + 8);
  }
}

/** The hardware address from which an interface identifier was formed (RFC 4291 appendix A). */
function readInterfaceId(octets: Octets, side: string, offset: number): void {
  if (octets.word(offset + 3) !== 0xfffe || !(octets.byte(offset) & 2)) return;
  const mac = String.fromCharCode(octets.byte(offset) ^ 2) + octets.text(offset + 1, 2) + octets.text(offset + 5, 3);
  octets.add(`ipv6.${side}_slaac_mac`, mac);
  octets.add('ipv6.slaac_mac', mac);
}

/** Hop-by-hop and destination options (RFC 8200 §4.3, §4.6). */
export const readIpv6Options =
  (name: string) =>
  (octets: Octets): void => {
    octets.u8(`${name}.nxt`, 0);
    octets.u8(`${name}.len`, 1);
  };

/** The fragment header (RFC 8200 §4.5). */
export function readFragmentHeader(octets: Octets): void {
  if (!octets.has(0, 8)) return;
  octets.u8('ipv6.fraghdr.nxt', 0);
  octets.add('ipv6.fraghdr.offset', octets.word(2) >> 3);
  octets.add('ipv6.fraghdr.more', octets.byte(3) & 1);
  octets.u32('ipv6.fraghdr.ident', 4);
}

/** The ports of UDP or TCP. */
export const bothPorts: HeaderField = {
  read: (octets, name) => {
    octets.u16(name, 0);
    octets.u16(name, 2);
  },
};

export const UDP: Header = {
  length: 8,
  fields: {
    'udp.srcport': u16At(0),
    'udp.dstport': u16At(2),
    'udp.port': bothPorts,
    'udp.length': u16At(4),
    'udp.checksum': u16At(6),
    'udp.checksum.status': madeOf(6, (sum) => (sum === 0 ? NOT_PRESENT : UNVERIFIED)),
  },
};
