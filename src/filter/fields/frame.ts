import { FINDINGS } from '../../analysis/catalogue';
import { OUTCOMES } from '../../analysis/finding';
import type { FieldDef, ValueNames } from '../field';
import { defineFields, defineHistory } from './table';

/** Wireshark's names of the link types (WTAP_ENCAP_…). */
const ENCAPSULATIONS: ValueNames = {
  1: 'Ethernet',
  2: 'Token Ring',
  3: 'SLIP',
  4: 'PPP',
  5: 'FDDI',
  7: 'Raw IP',
  8: 'ARCNET',
  10: 'RFC 1483 ATM',
  15: 'NULL/Loopback',
  20: 'IEEE 802.11 Wireless LAN',
  23: 'IEEE 802.11 plus radiotap radio header',
  25: 'Linux cooked-mode capture v1',
  26: 'Frame Relay',
  28: 'Cisco HDLC',
  129: 'Raw IPv4',
  130: 'Raw IPv6',
  210: 'Linux cooked-mode capture v2',
};

/** Fields of the frame as a whole, and fields that only this program has. */
export const frameFields = [
  ...defineFields({
    frame: 'protocol',
    'frame.number': 'uint32',
    'frame.len': 'uint32',
    'frame.cap_len': 'uint32',
    'frame.time': 'time',
    'frame.time_epoch': 'duration',
    'frame.time_relative': 'duration',
    'frame.offset_shift': 'duration',
    'frame.protocols': 'string',
    'frame.marked': 'boolean',
    'frame.ignored': 'boolean',
    'frame.comment': 'string',
    pkt_comment: 'protocol',
    'frame.interface_id': 'uint32',
    'frame.interface_name': 'string',
    'frame.interface_description': 'string',
    // Wireshark makes these only if it is told to.
    'frame.md5_hash': 'string',
    'frame.coloring_rule.name': 'string',
    'frame.coloring_rule.string': 'string',
    'frame.encap_type': ['int16', ENCAPSULATIONS],
  }),
  ...defineHistory({ 'frame.time_delta': 'duration', 'frame.time_delta_displayed': 'duration' }),
];

/** The ids of findings that cite the frame, the number of its exchange, and the outcome of that. */
export const ownFields: readonly FieldDef[] = [
  { name: 'finding', kind: 'string', texts: [...FINDINGS.keys()] },
  { name: 'conversation', kind: 'uint32' },
  { name: 'outcome', kind: 'string', texts: OUTCOMES },
];
