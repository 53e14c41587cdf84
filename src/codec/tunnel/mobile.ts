import { u16 } from '../bytes';
import { cutHeader, HeaderFields, hexText, named, octetsText } from '../header';
import { toIpByVersion } from '../link/raw';
import { layerNode } from '../tree';
import type { Layer } from '../walk';

/** GTP-U: carries subscribers' packets in mobile networks. */

const FIXED = 8;
const BRIDGED = 0x6558;
const ETHERNET = 14;
/** The message type that carries a packet (3GPP TS 29.281 §6.1). */
const PACKET = 255;
const MESSAGES: Readonly<Record<number, string>> = {
  1: 'Echo request',
  2: 'Echo response',
  26: 'Error indication',
  31: 'Supported extension headers',
  254: 'End marker',
  [PACKET]: 'Packet',
};

/** Octets of the header with its optional part and extension headers (3GPP TS 29.281 §5.1), as far as they are present. */
function headerLength(bytes: Uint8Array, at: number, end: number): number {
  const flags = bytes[at]!;
  if ((flags & 7) === 0) return FIXED;
  let length = FIXED + 4;
  // Each extension header gives its length in units of 4 octets; its last octet names the next one, and 0 ends the chain.
  let next = flags & 4 ? at + length - 1 : end;
  while (next < end && bytes[next] !== 0) {
    const units = at + length < end ? bytes[at + length]! : 0;
    if (units === 0) break;
    length += units * 4;
    next = at + length - 1;
  }
  return length;
}

/** GTP-U version 1 (3GPP TS 29.281), UDP port 2152. */
export const gtpU: Layer = {
  id: 'gtp',
  name: 'GPRS Tunneling Protocol',
  walk(walk, at, end) {
    const { bytes } = walk;
    const length = headerLength(bytes, at, end);
    if (!walk.header(gtpU, at, length, end)) return;
    // Version 1, and GTP rather than GTP' (bit 5).
    if ((bytes[at]! & 0xf0) !== 0x30 || bytes[at + 1] !== PACKET) return;
    const next = at + length;
    const version = next < end ? bytes[next]! >> 4 : 0;
    if (version === 4 || version === 6) toIpByVersion(walk, next, end);
    // An Ethernet session (3GPP TS 23.501 §5.6.10.2). GTP does not indicate this; only the frame's own EtherType does.
    else if (end - next >= ETHERNET && walk.dispatch.etherType.has(u16(bytes, next + 12))) {
      walk.toEtherType(BRIDGED, next, end);
    }
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const length = headerLength(walk.bytes, at, walk.endOf(index));
    const cut = cutHeader(walk, index, length, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    fields.hex(1, 'Flags', 'gtp.flags');
    const type = fields.number(1, 'Message type', 'gtp.message', (value) => named(MESSAGES, value));
    fields.number(2, 'Length', 'gtp.length', octetsText);
    const teid = fields.hex(4, 'Tunnel endpoint identifier', 'gtp.teid');
    fields.octets(at + length - fields.at, 'Sequence number and extension headers', 'gtp.ext_hdr');
    return layerNode(walk, index, `${MESSAGES[type] ?? `Type ${type}`}, TEID ${hexText(teid, 8)}`, fields.nodes);
  },
};
