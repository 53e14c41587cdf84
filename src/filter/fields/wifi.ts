import { u16le, u32le } from '../../codec/bytes';
import type { ValueNames } from '../field';
import { bitAt, madeOf, readHeader, u16At, u8At, type Octets } from './sink';
import { defineFields, defineHeaders, headerOf, type HeaderTable } from './table';

const TYPES: ValueNames = { 0: 'Management frame', 1: 'Control frame', 2: 'Data frame', 3: 'Extension frame' };
/** Type and subtype as one number (IEEE 802.11-2020, table 9-1), with Wireshark's names. */
const SUBTYPES: ValueNames = {
  0: 'Association Request',
  1: 'Association Response',
  2: 'Reassociation Request',
  3: 'Reassociation Response',
  4: 'Probe Request',
  5: 'Probe Response',
  6: 'Measurement Pilot',
  8: 'Beacon frame',
  9: 'ATIM',
  10: 'Disassociate',
  11: 'Authentication',
  12: 'Deauthentication',
  13: 'Action',
  14: 'Action No Ack',
  24: '802.11 Block Ack Req',
  25: '802.11 Block Ack',
  26: 'Power-Save poll',
  27: 'Request-to-send',
  28: 'Clear-to-send',
  29: 'Acknowledgement',
  30: 'CF-End (Control-frame)',
  31: 'CF-End + CF-Ack (Control-frame)',
  32: 'Data',
  36: 'Null function (No data)',
  40: 'QoS Data',
  44: 'QoS Null function (No data)',
};
const DIRECTIONS: ValueNames = {
  0: 'Not leaving DS or network is operating in AD-HOC mode (To DS: 0 From DS: 0)',
  1: 'Frame from STA to DS via an AP (To DS: 1 From DS: 0)',
  2: 'Frame from DS to a STA via AP(To DS: 0 From DS: 1)',
  3: 'WDS (AP to AP) or Mesh (MP to MP) Frame (To DS: 1 From DS: 1)',
};

const MANAGEMENT = 0;
const CONTROL = 1;
const DATA = 2;
/** Subtypes of data frames with a field for the quality of service. */
const QOS = 8;
const PS_POLL = 26;
const CLEAR_TO_SEND = 28;
const ACKNOWLEDGEMENT = 29;
const FIRST_CF_END = 30;

const flag = (mask: number, no: string, yes: string): HeaderTable[string] => [
  ['boolean', { 0: no, 1: yes }],
  bitAt(1, mask),
];

/** The frame control field (§9.2.4.1). */
const FRAME_CONTROL: HeaderTable = {
  'wlan.fc': ['uint16', u16At(0)],
  'wlan.fc.version': ['uint8', madeOf(0, (word) => (word >> 8) & 3)],
  'wlan.fc.type': [['uint8', TYPES], madeOf(0, (word) => (word >> 10) & 3)],
  'wlan.fc.subtype': ['uint8', madeOf(0, (word) => word >> 12)],
  'wlan.fc.type_subtype': [['uint16', SUBTYPES], madeOf(0, (word) => ((word >> 6) & 0x30) | (word >> 12))],
  'wlan.fc.ds': [['uint8', DIRECTIONS], madeOf(0, (word) => word & 3)],
  'wlan.fc.tods': flag(0x01, 'Frame is not entering DS', 'Frame is entering DS'),
  'wlan.fc.fromds': flag(0x02, 'Frame is not exiting DS', 'Frame is exiting DS'),
  'wlan.fc.frag': flag(0x04, 'This is the last fragment', 'More fragments follow'),
  'wlan.fc.retry': flag(0x08, 'Frame is not being retransmitted', 'Frame is being retransmitted'),
  'wlan.fc.pwrmgt': flag(0x10, 'STA will stay up', 'STA will go to sleep'),
  'wlan.fc.moredata': flag(0x20, 'No data buffered', 'Data is buffered for STA at AP'),
  'wlan.fc.protected': flag(0x40, 'Data is not protected', 'Data is protected'),
  'wlan.fc.order': flag(0x80, 'Not strictly ordered', 'Strictly ordered'),
};

const RADIOTAP: HeaderTable = {
  'radiotap.version': ['uint8', u8At(0)],
  'radiotap.pad': ['uint8', u8At(1)],
  'radiotap.length': ['uint16', madeOf(2, swapped)],
};
const PPI: HeaderTable = {
  'ppi.version': ['uint8', u8At(0)],
  'ppi.flags': ['uint8', u8At(1)],
  'ppi.length': ['uint16', madeOf(2, swapped)],
  'ppi.dlt': ['uint32', { read: (octets, name) => octets.add(name, u32le(octets.bytes, octets.at + 4)) }],
};

export const wifiFields = [
  ...defineFields({
    wlan: 'protocol',
    wlan_aggregate: 'protocol',
    radiotap: 'protocol',
    prism: 'protocol',
    wlancap: 'protocol',
    ppi: 'protocol',
    'wlan.duration': 'uint16',
    'wlan.ra': 'ether',
    'wlan.da': 'ether',
    'wlan.ta': 'ether',
    'wlan.sa': 'ether',
    'wlan.bssid': 'ether',
    'wlan.addr': 'ether',
    'wlan.frag': 'uint16',
    'wlan.seq': 'uint16',
    'wlan.qos.tid': 'uint16',
    'radiotap.channel.freq': 'uint32',
    'radiotap.dbm_antsignal': 'int8',
    'radiotap.dbm_antnoise': 'int8',
  }),
  ...defineHeaders(FRAME_CONTROL, RADIOTAP, PPI),
];

/** A number of 16 bits whose octets come the other way round. */
function swapped(word: number): number {
  return ((word & 255) << 8) | (word >> 8);
}

const CONTROL_HEADER = headerOf(2, FRAME_CONTROL);

/** An 802.11 header (§9.3). */
export function readWifi(octets: Octets): void {
  // Only version 0 is known (§9.2.4.1.2).
  if (!octets.has(0, 10) || octets.byte(0) & 3) return;
  readHeader(CONTROL_HEADER, octets);
  const kind = octets.byte(0) >> 2;
  const type = kind & 3;
  const subtype = kind >> 2;
  // A poll has an identifier of the station there.
  if (type !== CONTROL || subtype + 16 !== PS_POLL) octets.add('wlan.duration', swapped(octets.word(2)) & 0x7fff);
  if (type === MANAGEMENT) readAddresses(octets, ['ra da', 'ta sa', 'bssid']);
  else if (type === CONTROL) readControl(octets, subtype + 16);
  else if (type === DATA) readData(octets, subtype);
}

function readControl(octets: Octets, kind: number): void {
  if (kind === CLEAR_TO_SEND || kind === ACKNOWLEDGEMENT) return readAddresses(octets, ['ra']);
  if (kind === PS_POLL) return readAddresses(octets, ['ra bssid', 'ta']);
  readAddresses(octets, ['ra', kind >= FIRST_CF_END ? 'ta bssid' : 'ta']);
}

/** Which addresses a data frame has, by its two bits to and from the distribution system (§9.3.2.1). */
const OF_DATA = [
  ['ra da', 'ta sa', 'bssid'],
  ['ra bssid', 'ta sa', 'da'],
  ['ra da', 'ta bssid', 'sa'],
  ['ra', 'ta', 'da', 'sa'],
] as const;

function readData(octets: Octets, subtype: number): void {
  const direction = octets.byte(1) & 3;
  readAddresses(octets, OF_DATA[direction]!);
  const at = direction === 3 ? 30 : 24;
  if (subtype >= QOS && octets.has(at, 2)) octets.add('wlan.qos.tid', octets.byte(at) & 15);
}

/** Where the addresses stand; after the third comes the sequence control. */
const PLACES = [4, 10, 16, 24] as const;
const SEQUENCE = 22;

function readAddresses(octets: Octets, names: readonly string[]): void {
  names.forEach((several, i) => {
    for (const name of several.split(' ')) octets.fixed(`wlan.${name}`, PLACES[i]!, 6);
    octets.fixed('wlan.addr', PLACES[i]!, 6);
  });
  if (names.length < 3 || !octets.has(SEQUENCE, 2)) return;
  const sequence = u16le(octets.bytes, octets.at + SEQUENCE);
  octets.add('wlan.frag', sequence & 15);
  octets.add('wlan.seq', sequence >> 4);
}

const RADIOTAP_HEADER = headerOf(8, RADIOTAP);
/** Size and alignment of radiotap's first fields, by the bits that say that they are there (radiotap.org). */
const PRESENT = [
  [8, 8],
  [1, 1],
  [1, 1],
  [4, 2],
  [2, 2],
  [1, 1],
  [1, 1],
] as const;
const CHANNEL = 3;
const SIGNAL = 5;
const NOISE = 6;
/** Another word of such bits follows. */
const MORE = 0x80000000;

export function readRadiotap(octets: Octets): void {
  if (!octets.has(0, 8)) return;
  readHeader(RADIOTAP_HEADER, octets);
  const present = u32le(octets.bytes, octets.at + 4);
  let at = 8;
  for (let word = present; word & MORE && octets.has(at, 4); at += 4) word = u32le(octets.bytes, octets.at + at);
  PRESENT.forEach(([size, alignment], bit) => {
    if (!(present & (1 << bit))) return;
    at = Math.ceil(at / alignment) * alignment;
    if (!octets.has(at, size)) return;
    if (bit === CHANNEL) octets.add('radiotap.channel.freq', u16le(octets.bytes, octets.at + at));
    if (bit === SIGNAL) octets.add('radiotap.dbm_antsignal', (octets.byte(at) << 24) >> 24);
    if (bit === NOISE) octets.add('radiotap.dbm_antnoise', (octets.byte(at) << 24) >> 24);
    at += size;
  });
}

const PPI_HEADER = headerOf(8, PPI);

export const readPpi = (octets: Octets): void => readHeader(PPI_HEADER, octets);
