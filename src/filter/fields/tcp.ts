import { bitAt, madeOf, readHeader, u16At, u32At, type Octets } from './sink';
import { bothPorts } from './ip';
import {
  CHECKSUM_STATUS,
  defineFields,
  defineHeaders,
  defineHistory,
  headerOf,
  SET,
  UNVERIFIED,
  type HeaderTable,
} from './table';

const PORTS: HeaderTable = {
  'tcp.srcport': ['uint16', u16At(0)],
  'tcp.dstport': ['uint16', u16At(2)],
  'tcp.port': ['uint16', bothPorts],
};
const SEQUENCE: HeaderTable = { 'tcp.seq_raw': ['uint32', u32At(4)] };

/** Flags by the end of their names, as bits of the octet at 13 (RFC 9293 §3.1). */
const FLAGS = { cwr: 0x80, ece: 0x40, urg: 0x20, ack: 0x10, push: 0x08, reset: 0x04, syn: 0x02, fin: 0x01 };

const HEADER: HeaderTable = {
  'tcp.ack_raw': ['uint32', u32At(8)],
  'tcp.hdr_len': ['uint8', madeOf(12, (word) => (word >> 12) * 4)],
  'tcp.flags': ['uint16', madeOf(12, (word) => word & 0xfff)],
  'tcp.flags.res': [['boolean', SET], madeOf(12, (word) => (word & 0xe00 ? 1 : 0))],
  'tcp.flags.ae': [['boolean', SET], bitAt(12, 0x01)],
  ...Object.fromEntries(
    Object.entries(FLAGS).map(([name, mask]) => [`tcp.flags.${name}`, [['boolean', SET], bitAt(13, mask)] as const]),
  ),
  'tcp.window_size_value': ['uint16', u16At(14)],
  'tcp.checksum': ['uint16', u16At(16)],
  'tcp.checksum.status': [['uint8', CHECKSUM_STATUS], madeOf(16, () => UNVERIFIED)],
  'tcp.urgent_pointer': ['uint16', u16At(18)],
};

/** Whether a segment resets its connection: what follows is no data, but may be a reason (RFC 9293 §3.10.7.4). */
export const isReset = (bytes: Uint8Array, at: number): boolean => (bytes[at + 13]! & FLAGS.reset) !== 0;

export const tcpFields = [
  ...defineFields({ tcp: 'protocol', 'tcp.len': 'uint32', 'tcp.payload': 'bytes' }),
  ...defineHeaders(PORTS, SEQUENCE, HEADER),
  ...defineHistory({ 'tcp.stream': 'uint32', 'tcp.time_relative': 'duration', 'tcp.time_delta': 'duration' }),
];

/** Other octets of the header may be cut off. */
const AT_LEAST = headerOf(4, PORTS);
const NUMBERED = headerOf(8, SEQUENCE);
const WHOLE = headerOf(20, HEADER);
/** Where the header's length is below 20 octets, Wireshark reads no further. */
const TOO_SHORT = headerOf(20, { 'tcp.hdr_len': HEADER['tcp.hdr_len']! });

/** Reads what there is of the header. Of one that ICMP quotes, Wireshark does not tell the sequence number; in a redirect, only the ports. */
export function readTcp(octets: Octets, from: 'whole' | 'quoted' | 'ports'): void {
  readHeader(AT_LEAST, octets);
  if (from === 'ports') return;
  if (from === 'whole') readHeader(NUMBERED, octets);
  readHeader(octets.has(0, 20) && octets.byte(12) >> 4 < 5 ? TOO_SHORT : WHOLE, octets);
}
