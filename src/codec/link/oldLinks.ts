import { formatMac, u16 } from '../bytes';
import { hexText } from '../header';
import { llc } from './llc';
import { plain } from './pseudoLinks';

/** Old and rare links: ARCNET, ATM, Fibre Channel, InfiniBand. */

/** ARCNET protocol ids as EtherTypes: those of RFC 1201 §3, and those of RFC 1051, with a shorter header, for IP and ARP. */
const ARCNET_TYPES: Readonly<Record<number, number>> = { 196: 0x86dd, 212: 0x0800, 213: 0x0806, 214: 0x8035 };
const ARCNET_OLD_TYPES: Readonly<Record<number, number>> = { 240: 0x0800, 241: 0x0806 };
/**
 * Header lengths: addresses and protocol id; RFC 1201 adds a split flag and a sequence number. Linux inserts an offset
 * of 2 octets before the protocol id.
 */
const ARCNET_OLD = 3;
const ARCNET = 6;
const OFFSET = 2;

/** ARCNET with `offset` octets before the protocol id. */
const arcnetWith = (offset: number): ReturnType<typeof plain> =>
  plain(
    'arcnet',
    'ARCNET',
    (bytes, at, end) => {
      const old = ARCNET_OLD + offset;
      return end - at >= old && bytes[at + old - 1]! in ARCNET_OLD_TYPES ? old : ARCNET + offset;
    },
    (walk, at, payload, end) => {
      const id = walk.bytes[at + 2 + offset]!;
      const type = ARCNET_TYPES[id] ?? ARCNET_OLD_TYPES[id];
      if (type !== undefined) walk.toEtherType(type, payload, end);
    },
    (_walk, fields, headerEnd) => {
      const source = fields.hex(1, 'Source', 'arcnet.src');
      const destination = fields.hex(1, 'Destination', 'arcnet.dst');
      fields.octets(offset, 'Offset', 'arcnet.offset');
      fields.number(1, 'Protocol id', 'arcnet.protID');
      fields.octets(headerEnd - fields.at, 'Split flag and sequence', 'arcnet.split_flag');
      return `${hexText(source, 2)} → ${hexText(destination, 2)}`;
    },
  );

/** ARCNET as the BSDs capture it (LINKTYPE_ARCNET_BSD) and as Linux does (LINKTYPE_ARCNET_LINUX). */
export const arcnet = arcnetWith(0);
export const arcnetLinux = arcnetWith(OFFSET);

const FIBRE_CHANNEL = 16;

/**
 * IP over Fibre Channel (RFC 2625 §3.2), LINKTYPE_IP_OVER_FC: two addresses of 8 octets, the last 6 of which are the
 * link-layer address; then LLC.
 */
export const ipOverFibreChannel = plain(
  'ipfc',
  'IP over Fibre Channel',
  () => FIBRE_CHANNEL,
  (walk, _at, payload, end) => walk.to(llc, payload, end),
  (walk, fields) => {
    const destination = formatMac(walk.bytes, fields.at + 2);
    fields.text(8, 'Destination', destination, 'ipfc.nh.da');
    const source = formatMac(walk.bytes, fields.at + 2);
    fields.text(8, 'Source', source, 'ipfc.nh.sa');
    return `${source} → ${destination}`;
  },
);

const SUN_ATM = 4;
const ATM_LLC = 2;

/** SunATM's header, LINKTYPE_SUNATM: what the cells carry, and their circuit. Only LLC is followed. */
export const sunAtm = plain(
  'atm',
  'ATM',
  () => SUN_ATM,
  (walk, at, payload, end) => {
    if ((walk.bytes[at]! & 15) === ATM_LLC) walk.to(llc, payload, end);
  },
  (_walk, fields) => {
    fields.hex(1, 'Direction and traffic type', 'atm.type');
    const path = fields.number(1, 'Virtual path', 'atm.vpi');
    return `path ${path}, channel ${fields.number(2, 'Virtual channel', 'atm.vci')}`;
  },
);

const IPOIB = 44;

/**
 * IP over InfiniBand, LINKTYPE_IPOIB: two addresses of 20 octets make 40, followed by a 4-octet header with the
 * EtherType (RFC 4391 §6).
 */
export const ipOverInfiniBand = plain(
  'infiniband',
  'IP over InfiniBand',
  () => IPOIB,
  (walk, _at, payload, end) => walk.toEtherType(u16(walk.bytes, payload - 4), payload, end),
  (_walk, fields) => {
    fields.octets(20, 'Destination', 'infiniband.lrh.dlid');
    fields.octets(20, 'Source', 'infiniband.lrh.slid');
    const type = fields.hex(2, 'Type', 'infiniband.ipoib.type');
    fields.octets(2, 'Reserved');
    return hexText(type);
  },
);
