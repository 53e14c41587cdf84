import { u16 } from '../bytes';
import { problem } from '../field';
import { cutHeader, HeaderFields, hexText, octetsText, reportShort } from '../header';
import { layerNode } from '../tree';
import type { Layer } from '../walk';
import { checkTransport } from './pseudoHeader';

const FIXED = 20;
/** Flags from the lowest bit (RFC 9293 §3.1). */
const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

/** TCP (RFC 9293): only the header. Streams are not reassembled. */
export const tcp: Layer = {
  id: 'tcp',
  name: 'Transmission Control Protocol',
  walk(walk, at, end) {
    const length = end - at >= FIXED ? Math.max(FIXED, (walk.bytes[at + 12]! >> 4) * 4) : FIXED;
    walk.header(tcp, at, length, end);
  },
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, FIXED, problems);
    if (cut) return cut;
    const at = walk.atOf(index);
    const have = walk.endOf(index) - at;
    const fields = new HeaderFields(walk, at);
    const source = fields.number(2, 'Source port', 'tcp.srcport');
    const destination = fields.number(2, 'Destination port', 'tcp.dstport');
    fields.number(4, 'Sequence number', 'tcp.seq');
    fields.number(4, 'Acknowledgment number', 'tcp.ack');
    const length = (walk.bytes[fields.at]! >> 4) * 4;
    let bad: string | undefined;
    if (length < FIXED) {
      bad = `TCP header length ${length} is below ${FIXED}.`;
      problems.push(problem('malformed-message', walk.offset(fields.at), 1, bad));
    } else if (length > have) {
      const text = `TCP header length ${length} is more than the ${octetsText(have)} there are.`;
      bad = reportShort(walk, index, fields.at, 1, text, problems);
    }
    fields.text(1, 'Header length', octetsText(length), 'tcp.hdr_len', bad ? { problem: bad } : undefined);
    const bits = walk.bytes[fields.at]!;
    const flags = FLAGS.filter((_, bit) => bits & (1 << bit)).join(', ') || 'none';
    fields.text(1, 'Flags', flags, 'tcp.flags');
    fields.number(2, 'Window', 'tcp.window_size_value');
    const state = checkTransport(walk, index, 6, walk.endOf(index) - at, 16);
    // Segments are often captured before the card completes the checksum, so a wrong one is only mentioned. DHCP does
    // not use TCP.
    const words = { correct: 'correct', wrong: 'wrong', offload: 'left to the network card', unchecked: 'not checked' };
    fields.text(2, 'Checksum', `${hexText(u16(walk.bytes, fields.at))} (${words[state]})`, 'tcp.checksum');
    fields.number(2, 'Urgent pointer', 'tcp.urgent_pointer');
    fields.octets(walk.headerEndOf(index) - fields.at, 'Options', 'tcp.options');
    return layerNode(walk, index, `${source} → ${destination}, ${flags}`, fields.nodes, bad);
  },
};
