import { binary } from '../values/kinds';
import { defineFields } from './table';
import { ARP_HARDWARE, ETHER_TYPES } from './valueNames';
import { lengthOrTypeAt, madeOf, u16At, type Header, type Octets } from './sink';
import type { ValueNames } from '../field';

const LG: ValueNames = {
  0: 'Globally unique address (factory default)',
  1: 'Locally administered address (this is NOT the factory default)',
};
const IG: ValueNames = { 0: 'Individual address (unicast)', 1: 'Group address (multicast/broadcast)' };

export const linkFields = defineFields({
  eth: 'protocol',
  'eth.dst': 'ether',
  'eth.dst_resolved': 'string',
  'eth.dst.oui': 'uint24',
  'eth.src': 'ether',
  'eth.src_resolved': 'string',
  'eth.src.oui': 'uint24',
  'eth.addr': 'ether',
  'eth.addr_resolved': 'string',
  'eth.addr.oui': 'uint24',
  'eth.len': 'uint16',
  'eth.type': ['uint16', ETHER_TYPES],
  'eth.padding': 'bytes',
  'eth.trailer': 'bytes',
  'vlan.trailer': 'bytes',
  'ieee8021ah.trailer': 'bytes',
  'eth.dst.lg': ['boolean', LG],
  'eth.dst.ig': ['boolean', IG],
  'eth.src.lg': ['boolean', LG],
  'eth.src.ig': ['boolean', IG],
  'eth.lg': ['boolean', LG],
  'eth.ig': ['boolean', IG],
  vlan: 'protocol',
  'vlan.priority': 'uint16',
  'vlan.dei': ['boolean', { 0: 'Ineligible', 1: 'Eligible' }],
  'vlan.id': 'uint16',
  'vlan.etype': ['uint16', ETHER_TYPES],
  'vlan.len': 'uint16',
  ieee8021ad: 'protocol',
  'ieee8021ad.priority': 'uint16',
  'ieee8021ad.dei': ['boolean', { 0: 'Ineligible', 1: 'Eligible' }],
  'ieee8021ad.id': 'uint16',
  'ieee8021ah.etype': ['uint16', ETHER_TYPES],
  sll: 'protocol',
  'sll.pkttype': [
    'uint16',
    { 0: 'Unicast to us', 1: 'Broadcast', 2: 'Multicast', 3: 'Unicast to another host', 4: 'Sent by us' },
  ],
  'sll.hatype': ['uint16', ARP_HARDWARE],
  'sll.halen': 'uint16',
  'sll.src.eth': 'ether',
  'sll.src.ipv4': 'ipv4',
  'sll.src.other': 'bytes',
  'sll.ltype': [
    'uint16',
    {
      1: 'Raw 802.3',
      3: 'Ethernet',
      4: '802.2 LLC',
      7: 'PPP (HDLC)',
      12: 'CAN',
      13: 'CAN FD',
      23: 'IrDA LAP',
      245: 'ISI',
    },
  ],
  'sll.etype': ['uint16', ETHER_TYPES],
  'sll.ifindex': 'uint32',
});

const SIDES = { dst: [0], src: [6], addr: [0, 6] } as const;

/** Fields of the addresses: by the end of their names, how one at `offset` is read. */
const OF_ADDRESS: Readonly<Record<string, (name: string, octets: Octets, offset: number) => void>> = {
  '': (name, octets, offset) => octets.fixed(name, offset, 6),
  _resolved: (name, octets, offset) => octets.add(name, macText(octets, offset)),
  '.oui': (name, octets, offset) => octets.u24(name, offset),
  '.lg': (name, octets, offset) => octets.bit(name, offset, 2),
  '.ig': (name, octets, offset) => octets.bit(name, offset, 1),
};

function addressFields(): Header['fields'] {
  return Object.fromEntries(
    Object.entries(SIDES).flatMap(([side, offsets]) =>
      Object.entries(OF_ADDRESS).map(([end, read]) => [
        // Wireshark calls these bits of both addresses `eth.lg` and `eth.ig`.
        side === 'addr' && end.length === 3 ? `eth${end}` : `eth.${side}${end}`,
        {
          read: (octets: Octets, name: string) => {
            for (const offset of offsets) read(name, octets, offset);
          },
        },
      ]),
    ),
  );
}

export const ETHERNET: Header = {
  length: 14,
  fields: {
    ...addressFields(),
    'eth.len': lengthOrTypeAt(12, 'length'),
    'eth.type': lengthOrTypeAt(12, 'type'),
  },
};

function macText(octets: Octets, offset: number): string {
  return Array.from({ length: 6 }, (_, i) =>
    octets
      .byte(offset + i)
      .toString(16)
      .padStart(2, '0'),
  ).join(':');
}

/** EtherType of a provider tag (IEEE 802.1ad), which is a protocol of its own in Wireshark. */
export const PROVIDER_TAG = 0x88a8;

export const VLAN: Header = {
  length: 4,
  fields: {
    ...tagFields('vlan'),
    'vlan.len': lengthOrTypeAt(2, 'length'),
    'vlan.etype': lengthOrTypeAt(2, 'type'),
  },
};

export const PROVIDER: Header = {
  length: 4,
  fields: { ...tagFields('ieee8021ad'), 'ieee8021ah.etype': u16At(2) },
};

/** IEEE 802.1Q §9.6. */
function tagFields(protocol: string): Header['fields'] {
  return {
    [`${protocol}.priority`]: madeOf(0, (word) => word >> 13),
    [`${protocol}.dei`]: madeOf(0, (word) => (word >> 12) & 1),
    [`${protocol}.id`]: madeOf(0, (word) => word & 0xfff),
  };
}

/** The cooked header's first version. */
export function readSll(octets: Octets): void {
  if (!octets.has(0, 16)) return;
  octets.u16('sll.pkttype', 0);
  octets.u16('sll.hatype', 2);
  octets.u16('sll.halen', 4);
  readCookedSource(octets, octets.word(4), 6);
  readCookedType(octets, 14);
}

/** The second, which adds the interface. */
export function readSll2(octets: Octets): void {
  if (!octets.has(0, 20)) return;
  readCookedType(octets, 0);
  octets.u32('sll.ifindex', 4);
  octets.u16('sll.hatype', 8);
  octets.u8('sll.pkttype', 10);
  octets.u8('sll.halen', 11);
  readCookedSource(octets, octets.byte(11), 12);
}

function readCookedSource(octets: Octets, length: number, at: number): void {
  if (length === 6) octets.fixed('sll.src.eth', at, 6);
  else if (length === 4) octets.ipv4('sll.src.ipv4', at);
  else octets.octets('sll.src.other', at, Math.min(8, length));
}

/** Numbers that are too small for an EtherType say what kind of frame it is. */
const readCookedType = (octets: Octets, at: number): void =>
  octets.u16(octets.word(at) < FIRST_TYPE ? 'sll.ltype' : 'sll.etype', at);
const FIRST_TYPE = 0x600;

/** What follows the payload of an Ethernet frame: padding to the minimum frame length, then a trailer. */
export function readTrailer(octets: Octets, trailer: Uint8Array, frameLength: number, name: string): void {
  if (trailer.length === 0) return;
  const LEAST = 60;
  const needed = Math.min(trailer.length, Math.max(0, LEAST - (frameLength - trailer.length)));
  const zeros = trailer.subarray(0, needed).every((octet) => octet === 0);
  if (needed > 0 && zeros) octets.add('eth.padding', binary(trailer, 0, needed));
  const rest = needed > 0 && zeros ? needed : 0;
  if (rest < trailer.length) octets.add(name, binary(trailer, rest));
}
