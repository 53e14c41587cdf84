import { foldedSum } from '../../codec/ip/checksum';
import { binary } from '../values/kinds';
import type { Octets } from './sink';
import { CHECKSUM_STATUS, defineFields, SET } from './table';
import { ICMPV6_TYPES, ND_OPTIONS } from './valueNames';

export const icmpFields = defineFields({
  icmp: 'protocol',
  'icmp.type': 'uint8',
  'icmp.code': 'uint8',
  'icmp.checksum': 'uint16',
  'icmp.checksum.status': ['uint8', CHECKSUM_STATUS],
  'icmp.unused': 'bytes',
  'icmp.ident': 'uint16',
  'icmp.ident_le': 'uint16',
  'icmp.seq': 'uint16',
  'icmp.seq_le': 'uint16',
  'icmp.mtu': 'uint16',
  'icmp.length': 'uint8',
  'icmp.pointer': 'uint32',
  'icmp.redir_gw': 'ipv4',
  icmpv6: 'protocol',
  'icmpv6.type': ['uint8', ICMPV6_TYPES],
  'icmpv6.code': 'uint8',
  'icmpv6.checksum': 'uint16',
  'icmpv6.reserved': 'bytes',
  'icmpv6.mtu': 'uint32',
  'icmpv6.pointer': 'uint32',
  'icmpv6.echo.identifier': 'uint16',
  'icmpv6.echo.sequence_number': 'uint16',
  'icmpv6.nd.ra.cur_hop_limit': 'uint8',
  'icmpv6.nd.ra.flag': 'uint8',
  'icmpv6.nd.ra.flag.m': ['boolean', SET],
  'icmpv6.nd.ra.flag.o': ['boolean', SET],
  'icmpv6.nd.ra.flag.h': ['boolean', SET],
  'icmpv6.nd.ra.flag.prf': ['uint8', { 0: 'Medium', 1: 'High', 2: 'Reserved', 3: 'Low' }],
  'icmpv6.nd.ra.router_lifetime': 'uint16',
  'icmpv6.nd.ra.reachable_time': 'uint32',
  'icmpv6.nd.ra.retrans_timer': 'uint32',
  'icmpv6.nd.ns.target_address': 'ipv6',
  'icmpv6.nd.na.flag': 'uint32',
  'icmpv6.nd.na.flag.r': ['boolean', SET],
  'icmpv6.nd.na.flag.s': ['boolean', SET],
  'icmpv6.nd.na.flag.o': ['boolean', SET],
  'icmpv6.nd.na.target_address': 'ipv6',
  'icmpv6.opt': 'none',
  'icmpv6.opt.type': ['uint8', ND_OPTIONS],
  'icmpv6.opt.length': 'uint8',
  'icmpv6.opt.linkaddr': 'bytes',
  'icmpv6.opt.src_linkaddr': 'bytes',
  'icmpv6.opt.target_linkaddr': 'bytes',
  'icmpv6.opt.mtu': 'uint32',
  'icmpv6.opt.prefix': 'ipv6',
  'icmpv6.opt.prefix.length': 'uint8',
  'icmpv6.opt.prefix.flag': 'uint8',
  'icmpv6.opt.prefix.flag.l': ['boolean', SET],
  'icmpv6.opt.prefix.flag.a': ['boolean', SET],
  'icmpv6.opt.prefix.flag.r': ['boolean', SET],
  'icmpv6.opt.prefix.valid_lifetime': 'uint32',
  'icmpv6.opt.prefix.preferred_lifetime': 'uint32',
  'icmpv6.opt.route_lifetime': 'uint32',
  'icmpv6.opt.rdnss.lifetime': 'uint32',
  'icmpv6.opt.rdnss': 'ipv6',
  'icmpv6.opt.dnssl.lifetime': 'uint32',
});

/** Reads an ICMP message; `whole` includes the quoted datagram or the data. */
export function readIcmp(whole: Octets): void {
  if (!whole.has(0, 4)) return;
  const type = whole.byte(0);
  whole.u8('icmp.type', 0);
  whole.u8('icmp.code', 1);
  whole.u16('icmp.checksum', 2);
  if (whole.wants('icmp.checksum.status'))
    whole.add('icmp.checksum.status', foldedSum(whole.bytes, whole.at, whole.end) === 0xffff ? 1 : 0);
  if (type === 0 || type === 8 || (type >= 13 && type <= 18)) {
    whole.u16('icmp.ident', 4);
    addLittle(whole, 'icmp.ident_le', 4);
    whole.u16('icmp.seq', 6);
    addLittle(whole, 'icmp.seq_le', 6);
  } else if (type === 5) whole.ipv4('icmp.redir_gw', 4);
  else if (type === 3 || type === 11 || type === 12) readError(whole, type);
}

function addLittle(octets: Octets, name: string, offset: number): void {
  if (octets.has(offset, 2)) octets.add(name, octets.byte(offset) + 256 * octets.byte(offset + 1));
}

/** The word after the checksum of a message about a datagram (RFC 792, RFC 1191 §4, RFC 4884 §4). */
function readError(octets: Octets, type: number): void {
  const fragmentation = type === 3 && octets.byte(1) === 4;
  if (type === 12) octets.u8('icmp.pointer', 4);
  else if (octets.byte(5) === 0 && !fragmentation) octets.octets('icmp.unused', 4, 4);
  else {
    octets.octets('icmp.unused', 4, 1);
    octets.u8('icmp.length', 5);
    if (fragmentation) octets.u16('icmp.mtu', 6);
    else octets.octets('icmp.unused', 6, 2);
  }
}

export function readIcmpv6(octets: Octets): void {
  if (!octets.has(0, 4)) return;
  octets.u8('icmpv6.type', 0);
  octets.u8('icmpv6.code', 1);
  octets.u16('icmpv6.checksum', 2);
  switch (octets.byte(0)) {
    case 1:
    case 3:
      return octets.octets('icmpv6.reserved', 4, 4);
    case 2:
      return octets.u32('icmpv6.mtu', 4);
    case 4:
      return octets.u32('icmpv6.pointer', 4);
    case 128:
    case 129:
      octets.u16('icmpv6.echo.identifier', 4);
      return octets.u16('icmpv6.echo.sequence_number', 6);
    case 143:
      return octets.octets('icmpv6.reserved', 4, 2);
    case 133:
      octets.octets('icmpv6.reserved', 4, 4);
      return readOptions(octets.part(8));
    case 134:
      readAdvertisement(octets);
      return readOptions(octets.part(16));
    case 135:
      octets.octets('icmpv6.reserved', 4, 4);
      octets.fixed('icmpv6.nd.ns.target_address', 8, 16);
      return readOptions(octets.part(24));
    case 136:
      octets.u32('icmpv6.nd.na.flag', 4);
      octets.bit('icmpv6.nd.na.flag.r', 4, 0x80);
      octets.bit('icmpv6.nd.na.flag.s', 4, 0x40);
      octets.bit('icmpv6.nd.na.flag.o', 4, 0x20);
      octets.fixed('icmpv6.nd.na.target_address', 8, 16);
      return readOptions(octets.part(24));
    default:
  }
}

/** A router advertisement (RFC 4861 §4.2, RFC 4191 §2.2). */
function readAdvertisement(octets: Octets): void {
  if (!octets.has(0, 16)) return;
  octets.u8('icmpv6.nd.ra.cur_hop_limit', 4);
  octets.u8('icmpv6.nd.ra.flag', 5);
  octets.bit('icmpv6.nd.ra.flag.m', 5, 0x80);
  octets.bit('icmpv6.nd.ra.flag.o', 5, 0x40);
  octets.bit('icmpv6.nd.ra.flag.h', 5, 0x20);
  octets.add('icmpv6.nd.ra.flag.prf', (octets.byte(5) >> 3) & 3);
  octets.u16('icmpv6.nd.ra.router_lifetime', 6);
  octets.u32('icmpv6.nd.ra.reachable_time', 8);
  octets.u32('icmpv6.nd.ra.retrans_timer', 12);
}

/** Neighbour discovery options: a type, and a length in units of 8 octets (RFC 4861 §4.6). */
function readOptions(octets: Octets): void {
  for (let at = 0; octets.has(at, 2);) {
    const length = octets.byte(at + 1) * 8;
    if (length === 0) return;
    const option = octets.part(at, length);
    octets.add('icmpv6.opt', binary(option.bytes, option.at, option.length));
    option.u8('icmpv6.opt.type', 0);
    option.u8('icmpv6.opt.length', 1);
    readOption(option);
    at += length;
  }
}

/** A route option (RFC 4191 §2.3), whose prefix may be shortened to 8 octets or left out. */
function readRoute(option: Octets): void {
  option.u8('icmpv6.opt.prefix.length', 2);
  option.u32('icmpv6.opt.route_lifetime', 4);
  if (option.length > 8 && option.wants('icmpv6.opt.prefix'))
    option.add('icmpv6.opt.prefix', option.text(8, 16).padEnd(16, '\0'));
}

function readOption(option: Octets): void {
  switch (option.byte(0)) {
    case 1:
    case 2:
      option.octets('icmpv6.opt.linkaddr', 2);
      return option.octets(option.byte(0) === 1 ? 'icmpv6.opt.src_linkaddr' : 'icmpv6.opt.target_linkaddr', 2);
    case 3:
      option.u8('icmpv6.opt.prefix.length', 2);
      option.u8('icmpv6.opt.prefix.flag', 3);
      option.bit('icmpv6.opt.prefix.flag.l', 3, 0x80);
      option.bit('icmpv6.opt.prefix.flag.a', 3, 0x40);
      option.bit('icmpv6.opt.prefix.flag.r', 3, 0x20);
      option.u32('icmpv6.opt.prefix.valid_lifetime', 4);
      option.u32('icmpv6.opt.prefix.preferred_lifetime', 8);
      return option.fixed('icmpv6.opt.prefix', 16, 16);
    case 5:
      return option.u32('icmpv6.opt.mtu', 4);
    case 24:
      return readRoute(option);
    case 25:
      option.u32('icmpv6.opt.rdnss.lifetime', 4);
      for (let at = 8; option.has(at, 16); at += 16) option.fixed('icmpv6.opt.rdnss', at, 16);
      return;
    case 31:
      return option.u32('icmpv6.opt.dnssl.lifetime', 4);
    default:
  }
}
